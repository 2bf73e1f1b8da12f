package signinlog

import (
	"strings"
)

// field is what a member of an object or a column is for. The zero field is
// for nothing: its value is skipped.
type field uint8

// vocabulary maps the names that an object's members have, in lower case, to
// fields: both casings of every member occur in the wild (SI-611).
type vocabulary map[string]field

// membersOf walks over objects that share a vocabulary. It remembers the names
// of the previous object in their order, since the next one nearly always has
// the same, and so finds most fields by one comparison.
type membersOf struct {
	names vocabulary
	order []member
	known map[string]field // by the name as spelled
}

type member struct {
	text   string // as it stands in the text, with quotes and colon: "id":
	field  field
	learns bool   // the field is one that may have usual values
	usual  *usual // nil: its values differ, or are not known yet
	tries  int16  // how often what is usual was met, less four times how often not
}

// maxSpellings bounds what a log full of ever new names makes us remember.
const maxSpellings = 4096

func newMembersOf(names vocabulary) *membersOf {
	return &membersOf{names: names, known: map[string]field{}}
}

// cursor is where the walk through one object is.
type cursor struct {
	k     int // place in order
	begun bool
}

// next goes to the value of the next member and returns its field; ok is false
// after the last one and after a failure.
func (m *membersOf) next(t *tokens, c *cursor) (f field, ok bool) {
	if t.failed != "" {
		return 0, false
	}
	b := t.b
	i := space(b, t.i)
	if i >= len(b) {
		t.i = i
		return 0, t.fail("',' or '}'")
	}
	switch {
	case b[i] == '}':
		t.i = i + 1
		return 0, false
	case c.begun:
		if b[i] != ',' {
			t.i = i
			return 0, t.fail("',' or '}'")
		}
		i = space(b, i+1)
	}
	c.begun = true
	// The member expected here, or the one after it where one was left out.
	for k := c.k; k < len(m.order) && k < c.k+2; k++ {
		e := &m.order[k]
		if end := i + len(e.text); end <= len(b) && string(b[i:end]) == e.text {
			c.k = k + 1
			t.i = space(b, end)
			return e.field, true
		}
	}
	t.i = i
	return m.find(t, c)
}

// find reads a name that is not where it was in the previous object.
func (m *membersOf) find(t *tokens, c *cursor) (field, bool) {
	if t.peek() != '"' {
		return 0, t.fail("the name of a member")
	}
	begin := t.i
	name := t.text()
	if t.failed != "" {
		return 0, false
	}
	f, ok := m.known[string(name)]
	if !ok {
		f = m.names[strings.ToLower(string(name))]
		if len(m.known) < maxSpellings {
			m.known[string(name)] = f
		}
	}
	end := t.i
	t.i = space(t.b, t.i)
	if t.peek() != ':' {
		return 0, t.fail("':'")
	}
	t.i++
	if t.i == end+1 {
		m.remember(c, member{text: string(t.b[begin:t.i]), field: f, learns: mayBeUsual(f)})
	}
	t.i = space(t.b, t.i)
	return f, true
}

// remember puts e at the place of the cursor.
func (m *membersOf) remember(c *cursor, e member) {
	switch {
	case c.k < len(m.order):
		m.order[c.k] = e
	case c.k < 256:
		m.order = append(m.order, e)
	}
	c.k++
}
