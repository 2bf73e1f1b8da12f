// Package explain tells why the sign-ins of a log were refused or interrupted.
//
// Records that were refused for one cause become one Refusal: the result code's
// meaning, the policies that refused and the conditions by which they applied,
// what the first factor proved, whether the cause passes by itself, what would
// help and who can do it. With a tenant snapshot the first records of each cause
// are decided again: reasons say what was wanted and seen, and remedies are found
// by changing facts and deciding once more.
//
// Memory does not grow with the log: causes hold counts, and samples of what they
// count.
package explain
