// Package fault names the few kinds of failure that a caller may act on.
//
// An error that crosses a package's border is either one of these kinds or
// internal. Programs look at the kind, with errors.Is(err, fault.NotFound) or
// fault.KindOf; people read Text, which for an internal failure shows nothing
// of it. A front translates kinds to its protocol in one file.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is what a failure means to the caller. A Kind is an error itself, so
// that errors.Is finds it in a chain.
type Kind uint8

// The kinds. Internal is everything else: the machine broke.
const (
	Internal    Kind = iota
	Invalid          // what was given breaks a rule; Fields says where
	NotFound         // there is no such thing, or the caller may not know of it
	Conflict         // it exists already, was used already, or is still needed by something
	Forbidden        // the caller is known and may not
	Unavailable      // it would work later: busy, or cut off
)

var kindNames = [...]string{"internal failure", "invalid", "not found", "conflict", "forbidden", "unavailable"}

// Error returns the kind's name.
func (k Kind) Error() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Internal]
}

// Field is one rule that a value breaks.
type Field struct {
	Path string // where, as the object is written in JSON: redirectUris.web[2]
	Text string // what was found and what is expected, for people
}

// Error is a failure of a known kind. Its text is for people: it names only
// what the caller gave. The cause is for the log.
type Error struct {
	kind   Kind
	text   string
	fields []Field
	cause  error
}

// New returns a failure of kind k with a text for people.
func New(k Kind, format string, args ...any) error {
	return &Error{kind: k, text: fmt.Sprintf(format, args...)}
}

// Wrap returns a failure of kind k with a text for people and a cause for the
// log, which errors.Is and errors.As also search.
func Wrap(k Kind, cause error, format string, args ...any) error {
	return &Error{kind: k, text: fmt.Sprintf(format, args...), cause: cause}
}

// Error returns the text, the fields and the cause. It is for logs: show
// people Text.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.text)
	separator := ": "
	for _, f := range e.fields {
		b.WriteString(separator + f.Path + ": " + f.Text)
		separator = "; "
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Is reports whether target is e's kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.kind
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the outermost failure in err's chain that has
// one; Internal if there is none. The kind of nil is Internal too: ask only
// about errors.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.kind
	}
	var k Kind
	if errors.As(err, &k) {
		return k
	}
	return Internal
}

// Text returns what may be shown to people: the texts of a failure of known
// kind, and a fixed sentence for an internal one.
func Text(err error) string {
	var e *Error
	if KindOf(err) == Internal || !errors.As(err, &e) {
		return "Something went wrong on our side."
	}
	parts := make([]string, 0, len(e.fields)+1)
	if e.text != "" {
		parts = append(parts, e.text)
	}
	for _, f := range e.fields {
		parts = append(parts, f.Path+": "+f.Text)
	}
	return strings.Join(parts, "\n")
}

// Fields returns the broken rules that err reports, in the order they were
// found; nil if it reports none.
func Fields(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.fields
	}
	return nil
}
