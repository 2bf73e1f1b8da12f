// Package graphjson reads and writes Microsoft Graph's JSON for Conditional
// Access: policies, named locations and authentication strengths, and the facts
// of attempts.
//
// It reads what tools really write: v1.0 and beta, @odata.type companions,
// PowerShell's capital letters and objects full of nulls, create bodies that
// leave most members out, collections, arrays and template lists, in UTF-8 or
// UTF-16. Every error names file, line, column and JSON path, and one bad object
// does not hide the others. What a policy configures and access cannot express
// becomes an access.Unrecognised, so that an enabled policy is refused instead
// of being read as something else (CA-8).
//
// A policy, location or strength remembers the JSON it came from: encoding it
// again changes only the members whose meaning was changed, and keeps all
// others, known or not, in their order. Encoding one made from scratch gives
// Graph's own form.
package graphjson
