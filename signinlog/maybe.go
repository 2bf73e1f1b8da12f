package signinlog

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/sallyport-id/sallyport/access"
)

// Maybe is a value that a log may or may not tell. The zero Maybe was not told.
type Maybe[T any] struct {
	Value T
	Known bool
}

// Told returns the Maybe that was told to be v.
func Told[T any](v T) Maybe[T] { return Maybe[T]{Value: v, Known: true} }

// Get returns the value and whether it was told.
func (m Maybe[T]) Get() (T, bool) { return m.Value, m.Known }

// Or returns the value, or v where none was told.
func (m Maybe[T]) Or(v T) T {
	if m.Known {
		return m.Value
	}
	return v
}

// Is reports whether the value was told and is v.
func Is[T comparable](m Maybe[T], v T) bool { return m.Known && m.Value == v }

// IsZero reports whether nothing was told; encoding/json then omits the member.
func (m Maybe[T]) IsZero() bool { return !m.Known }

// MarshalJSON writes the value in Graph's spelling, or null.
func (m Maybe[T]) MarshalJSON() ([]byte, error) {
	if !m.Known {
		return []byte("null"), nil
	}
	switch v := any(m.Value).(type) {
	case access.Result:
		return strconv.AppendQuote(nil, v.String()), nil
	case access.Condition:
		return strconv.AppendQuote(nil, v.String()), nil
	}
	return json.Marshal(m.Value)
}

// UnmarshalJSON reads a value as Graph writes it; null leaves it untold.
// Conditions may be names or a number (LOG-4), codes a number or a text.
func (m *Maybe[T]) UnmarshalJSON(b []byte) error {
	*m = Maybe[T]{}
	if string(b) == "null" {
		return nil
	}
	text := b
	if len(b) >= 2 && b[0] == '"' {
		text = b[1 : len(b)-1]
	}
	ok := true
	switch v := any(&m.Value).(type) {
	case *bool:
		*v, ok = parseBool(text)
	case *access.ResultCode:
		*v, ok = parseCode(text)
	case *access.Result:
		*v, ok = parseResult(text)
	case *access.Condition:
		*v, ok = parseConditions(text)
	case *float64:
		f, err := strconv.ParseFloat(string(text), 64)
		*v, ok = f, err == nil
	default:
		return fmt.Errorf("signinlog: no JSON form for %T", m.Value)
	}
	m.Known = ok
	return nil
}
