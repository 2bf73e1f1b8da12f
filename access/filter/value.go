package filter

// Truth is True, False or, where it depends on a value nobody knows, Unknown.
// The zero Truth is Unknown.
type Truth uint8

// The three truths.
const (
	Unknown Truth = iota
	False
	True
)

// Of returns True or False.
func Of(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not returns the negation of t.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// And returns the conjunction of t and u: False as soon as one is.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == False || u == False:
		return False
	case t == True && u == True:
		return True
	}
	return Unknown
}

// Or returns the disjunction of t and u: True as soon as one is.
func (t Truth) Or(u Truth) Truth {
	switch {
	case t == True || u == True:
		return True
	case t == False && u == False:
		return False
	}
	return Unknown
}

func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// Value is what a property holds: nothing anybody knows (the zero Value), null,
// one string, or a collection of strings.
type Value struct {
	kind kind
	text string
	list []string
}

type kind uint8

const (
	unknown kind = iota
	null
	text
	list
)

// Null returns the value of a property that has none.
func Null() Value { return Value{kind: null} }

// Text returns a value of one string. Booleans are the texts True and False.
func Text(s string) Value { return Value{kind: text, text: s} }

// List returns a value of several strings; it keeps s.
func List(s ...string) Value { return Value{kind: list, list: s} }

// Attributes are custom security attributes by definition id, which is the
// attribute set and the name joined by "_" (CA-37). A missing name is null.
type Attributes map[string]Value

// Record gives the value of each property that a rule names.
type Record interface {
	Value(Property) Value
}
