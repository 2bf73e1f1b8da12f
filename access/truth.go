package access

import "github.com/sallyport-id/sallyport/access/filter"

// Truth is the value of a condition when facts may be missing: it holds, it
// does not, or that depends on a fact nobody knows. Truths combine by Kleene's
// strong logic, so that learning a fact never turns True into False.
type Truth = filter.Truth

// The three truths. The zero Truth is Unknown.
const (
	Unknown = filter.Unknown
	False   = filter.False
	True    = filter.True
)
