// Package sigma runs Sigma rules over sign-in records.
//
// Rules are those of the public collection, unmodified: their many names for
// one field are understood by a table of aliases (field.go), numbers match texts,
// and letter case does not matter unless the rule says so. A rule that could never
// match is the worst kind of rule, because its silence reassures; therefore
// loading looks for conditions that no sign-in can meet, and Notices names each
// rule that will not find anything, and why.
//
// What is understood: search identifiers of maps, lists and keywords; wildcards;
// the modifiers of modifier.go; conditions with and, or, not, brackets, "1 of" and
// "all of"; correlations of the types event_count, value_count, temporal and
// temporal_ordered; filters. Anything else is an error, never a rule that
// quietly means less.
package sigma
