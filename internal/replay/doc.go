// Package replay decides the sign-ins of a log again.
//
// With one tenant snapshot it recomputes what every policy did and compares
// that with what the record says: they agree, or they do not and the report
// says why, or that cannot be told and the report says which fact is missing.
// With two, it finds what would change if the second took the place of the
// first: who would be newly blocked, newly asked for more, newly let in.
//
//	                    met before
//	records ──▶ situation ────────────────────────────────────▶ count ──▶ groups ──▶ Report
//	                  └──▶ facts + directory ──▶ decide ──▶ compare ──┘
//
// Most records of a log differ in nothing that a policy can tell from an earlier
// one; only those that do are decided, several at a time. Records are counted in
// the order of the log, by one goroutine. Groups keep full counts and the first few
// records of each, and all that is remembered is bounded, so that memory does not
// grow with the log. What can only be guessed is never counted as an answer.
package replay
