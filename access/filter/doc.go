// Package filter is the rule language of Conditional Access filters: rules over
// the properties of a device (CA-83 to CA-91) or over custom security
// attributes of an app (CA-37). It parses rules, prints them, and matches them
// against values that may be unknown.
//
//	device.isCompliant -eq True -and -not device.model -in ["Kiosk", "Panel"]
//	CustomSecurityAttribute.Finance_tier -contains "gold"
//
// A rule joins comparisons by -not, -and, -or, in this order of precedence, and
// parentheses. A comparison is a property, an operator, and a string, null or,
// for -in and -notIn, a list. Words are read in any case, their hyphen and
// "device." may be left out. Which operators and values a property takes is
// told by Property.Operators and Property.Values.
//
// Strings stand in double or single quotes. Quotes may be left out around
// enumerated values, booleans and GUIDs; the word null is a string only in
// quotes. These stand in a string for something else, any other backtick or
// backslash for itself:
//
//	`" `'   a quote
//	\"      a quote, of the kind that the string stands in
//	''      a single quote, in a string in single quotes
//	``      a backtick
//	`\      a backslash, needed at the end of a string only
//
// Strings are compared character by character, without regard to case. On a
// collection an operator looks at whole elements (CA-87). On null positive
// operators are false and negative ones true (CA-85).
//
// Matching has three answers. A comparison with an unknown value is Unknown, and
// so is what depends on it; learning a value never changes an answer that was
// definite without it.
//
// The package knows only what a rule says: which values a policy may see
// (CA-86, CA-91) is up to the Record.
package filter
