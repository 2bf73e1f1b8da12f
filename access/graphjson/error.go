package graphjson

import (
	"fmt"
	"strings"
)

// Error is one thing that is wrong with a JSON text, and where.
type Error struct {
	File   string // as the caller named it; may be empty
	Line   int    // from 1, in the decoded text; 0 where there is no place
	Column int    // from 1, in characters
	Path   string // JSON path, such as value[3].conditions.users; may be empty
	Reason string // what was found and what was expected
}

// Error returns one line: file:line:column: path: reason.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		if b.Len() == 0 {
			b.WriteString("line ")
		} else {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%d:%d", e.Line, e.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if e.Path != "" {
		b.WriteString(e.Path)
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Errors are all that was found, in the order of the text. Decoding functions
// that go on after an error return Errors beside what they could read.
type Errors []*Error

// Error returns a line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each of the errors.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, err := range e {
		all[i] = err
	}
	return all
}

// orNil returns e as an error, nil if there is none.
func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// shorten makes s fit into one line of an error.
func shorten(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
