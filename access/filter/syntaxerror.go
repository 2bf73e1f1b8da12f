package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError tells why a text is no rule, and where.
type SyntaxError struct {
	Rule     string // the whole text
	Offset   int    // in bytes, from 0
	Line     int    // from 1
	Column   int    // in characters, from 1
	Found    string // what stands there
	Expected string // what could stand there
}

func newSyntaxError(rule string, offset int, found, expected string) *SyntaxError {
	before := rule[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Rule:     rule,
		Offset:   offset,
		Line:     strings.Count(before, "\n") + 1,
		Column:   utf8.RuneCountInString(before[start:]) + 1,
		Found:    found,
		Expected: expected,
	}
}

// Error returns one line with the place, what was found and what was expected.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("filter rule, line %d, column %d: found %s, expected %s", e.Line, e.Column, e.Found, e.Expected)
}

// caretMargin is how many characters Caret shows before and after the place.
const caretMargin = 60

// Caret returns two lines for a terminal: the part of the rule around the place,
// and a ^ under the place.
func (e *SyntaxError) Caret() string {
	start := strings.LastIndexByte(e.Rule[:e.Offset], '\n') + 1
	before := []rune(e.Rule[start:e.Offset])
	after, _, _ := strings.Cut(e.Rule[e.Offset:], "\n")
	rest := []rune(after)
	if len(before) > caretMargin {
		before = append([]rune("…"), before[len(before)-caretMargin:]...)
	}
	if len(rest) > caretMargin {
		rest = append(rest[:caretMargin:caretMargin], '…')
	}
	return visible(before) + visible(rest) + "\n" + strings.Repeat(" ", len(before)) + "^"
}

// visible returns the characters with each control character as one space, so
// that what stands below another stays there.
func visible(characters []rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, string(characters))
}
