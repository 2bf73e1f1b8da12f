package filter

import (
	"fmt"
	"slices"
	"strings"
)

// schema is what a rule may say about a property: a row of CA-84's table.
type schema struct {
	name      string
	operators []Op
	values    []string // in their canonical spelling, if enumerated
	// guid tells that the property holds a GUID.
	guid bool
	// collection tells that the property holds several strings, compared as
	// a whole each (CA-87).
	collection bool
}

var (
	textOps     = []Op{Eq, Ne, StartsWith, NotStartsWith, EndsWith, NotEndsWith, Contains, NotContains, In, NotIn}
	identityOps = []Op{Eq, Ne, In, NotIn}
	equalityOps = []Op{Eq, Ne}
	// On a collection Eq and Ne mean Contains and NotContains (CA-87).
	elementOps = []Op{Contains, NotContains, Eq, Ne}
)

func freeText(name string) schema { return schema{name: name, operators: textOps} }

func identity(name string) schema {
	return schema{name: name, operators: identityOps, guid: true}
}

func enumerated(name string, values ...string) schema {
	return schema{name: name, operators: equalityOps, values: values}
}

func collection(name string) schema {
	return schema{name: name, operators: elementOps, collection: true}
}

// unquoted is quoted for an operand without quotes, which no free text may be
// (CA-84).
func (s *schema) unquoted(operand string) (string, bool) {
	if s.values == nil && !(s.guid && isGUID(operand)) {
		return "", false
	}
	return s.quoted(operand)
}

// quoted returns the canonical spelling of an operand, and whether the property
// may be compared with it.
func (s *schema) quoted(operand string) (string, bool) {
	if s.values == nil {
		return operand, true
	}
	i := slices.IndexFunc(s.values, func(v string) bool { return strings.EqualFold(v, operand) })
	if i < 0 {
		return "", false
	}
	return s.values[i], true
}

// isGUID reports whether s looks like a GUID: 32 hexadecimal digits in groups of
// 8, 4, 4, 4 and 12.
func isGUID(s string) bool {
	for i := range len(s) {
		if isHyphen := i == 8 || i == 13 || i == 18 || i == 23; isHyphen != (s[i] == '-') {
			return false
		}
		if s[i] != '-' && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return len(s) == 36
}

// expected describes, for an error, what p may be compared with.
func (s *schema) expected(p Property) string {
	switch {
	case s.values != nil:
		return fmt.Sprintf("a value of %s (%s)", p, alternatives(s.values))
	case s.guid:
		return fmt.Sprintf("a value of %s, a GUID", p)
	}
	return "a string in quotes"
}
