package filter

import (
	"slices"
	"strings"
)

// Op is an operator between a property and its operands (CA-84). Each positive
// operator has a negative one, which is true exactly where the positive one is
// false, null included (CA-85).
type Op uint8

// The operators.
const (
	Eq Op = iota + 1
	Ne
	StartsWith
	NotStartsWith
	EndsWith
	NotEndsWith
	Contains
	NotContains
	In
	NotIn
)

var opNames = [...]string{
	Eq:            "-eq",
	Ne:            "-ne",
	StartsWith:    "-startsWith",
	NotStartsWith: "-notStartsWith",
	EndsWith:      "-endsWith",
	NotEndsWith:   "-notEndsWith",
	Contains:      "-contains",
	NotContains:   "-notContains",
	In:            "-in",
	NotIn:         "-notIn",
}

// Negative reports whether o is the negation of another operator.
func (o Op) Negative() bool { return o != 0 && o%2 == 0 }

// Positive returns o, or the operator that o negates.
func (o Op) Positive() Op {
	if o.Negative() {
		return o - 1
	}
	return o
}

// String returns the operator as rules write it: -startsWith.
func (o Op) String() string {
	if int(o) < len(opNames) && o != 0 {
		return opNames[o]
	}
	return "no operator"
}

// takesList reports whether the operator compares with a list in brackets.
func (o Op) takesList() bool { return o.Positive() == In }

// parseOp returns the operator that a word names, in any case and with or
// without its hyphen, or zero.
func parseOp(word string) Op {
	i := slices.IndexFunc(opNames[:], func(name string) bool {
		return name != "" && isKeyword(word, name[1:])
	})
	return Op(max(i, 0))
}

// isKeyword reports whether word is the keyword, in any case and with or
// without a hyphen before it (CA-84).
func isKeyword(word, keyword string) bool {
	return strings.EqualFold(strings.TrimPrefix(word, "-"), keyword)
}
