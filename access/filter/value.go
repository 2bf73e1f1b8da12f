package filter

// Value is what a property holds: nothing anybody knows (the zero Value), null,
// one string, or a collection of strings.
type Value struct {
	form form
	text string
	list []string
}

type form uint8

const (
	unknown form = iota
	null
	text
	list
)

// Null returns the value of a property that has none.
func Null() Value { return Value{form: null} }

// Text returns a value of one string. Booleans are the texts True and False.
// The empty string is a string, not null.
func Text(s string) Value { return Value{form: text, text: s} }

// List returns a value of several strings; it keeps s. A collection of nothing
// is null.
func List(s ...string) Value {
	if len(s) == 0 {
		return Null()
	}
	return Value{form: list, list: s}
}

// IsKnown reports whether somebody knows the value; null is known.
func (v Value) IsKnown() bool { return v.form != unknown }

// IsNull reports whether the value is known to be null.
func (v Value) IsNull() bool { return v.form == null }

// Strings returns the strings that v holds: none for an unknown value or null,
// one for a text, the elements of a collection, which the caller must not
// change.
func (v Value) Strings() []string {
	if v.form == text {
		return []string{v.text}
	}
	return v.list
}
