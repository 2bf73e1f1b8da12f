package replay

import "strings"

// numbering numbers classes of one kind until there are too many.
type numbering[Class comparable] struct {
	numbers map[Class]uint32
	full    bool
}

const maxClasses = 1 << 13

func newNumbering[Class comparable]() numbering[Class] {
	return numbering[Class]{numbers: map[Class]uint32{}}
}

func (c *numbering[Class]) number(class Class) (uint32, bool) {
	n, ok := c.numbers[class]
	switch {
	case ok:
	case len(c.numbers) >= maxClasses:
		c.full = true
		return 0, false
	default:
		n = uint32(len(c.numbers))
		c.numbers[class] = n
	}
	return n, true
}

// again begins anew if there was no room for a class, and reports whether it did.
func (c *numbering[Class]) again() bool {
	if !c.full {
		return false
	}
	clear(c.numbers)
	c.full = false
	return true
}

// classes numbers what records say of one thing by what decisions can tell of it:
// what no decision tells apart has the same number.
type classes[Said, Class comparable] struct {
	numbering[Class]
	known map[Said]uint32
}

// maxSaid is how much is recognised without looking at it again, of each kind.
const maxSaid = 1 << 15

func newClasses[Said, Class comparable]() classes[Said, Class] {
	return classes[Said, Class]{newNumbering[Class](), map[Said]uint32{}}
}

// learn enters what was not met before. The texts in it are kept.
func (c *classes[Said, Class]) learn(said Said, class Class) uint32 {
	n, ok := c.number(class)
	if !ok {
		return 0
	}
	if len(c.known) >= maxSaid {
		clear(c.known)
	}
	c.known[said] = n
	return n
}

// again also forgets what was said, whose numbers mean nothing then.
func (c *classes[Said, Class]) again() bool {
	if !c.numbering.again() {
		return false
	}
	c.forget()
	return true
}

// forget forgets what was said. The classes keep their numbers.
func (c *classes[Said, Class]) forget() { clear(c.known) }

// named are the classes of things that records call by a name, of which a log has very
// many, together with something else that they say. A map by the name alone takes
// half the time of one by both.
type named[Class comparable] struct {
	numbering[Class]
	known map[string]called
	more  int // that are not the first of their name
}

type called struct {
	with, number uint32
	others       []called // by the same name, with something else
}

// maxOthers is how many other things a name is remembered with.
const maxOthers = 8

func newNamed[Class comparable]() named[Class] {
	return named[Class]{numbering: newNumbering[Class](), known: map[string]called{}}
}

func (c *named[Class]) find(name string, with uint32) (uint32, bool) {
	first, ok := c.known[name]
	if ok && first.with == with {
		return first.number, true
	}
	for _, o := range first.others {
		if o.with == with {
			return o.number, true
		}
	}
	return 0, false
}

// learn enters what was not found.
func (c *named[Class]) learn(name string, with uint32, class Class) uint32 {
	n, ok := c.number(class)
	if !ok {
		return 0
	}
	if len(c.known) >= maxSaid || c.more >= maxSaid {
		c.forget()
	}
	first, ok := c.known[name]
	if !ok {
		c.known[strings.Clone(name)] = called{with: with, number: n}
		return n
	}
	if len(first.others) >= maxOthers {
		first.others = first.others[:0]
	}
	first.others = append(first.others, called{with: with, number: n})
	c.more++
	c.known[name] = first
	return n
}

func (c *named[Class]) again() bool {
	if !c.numbering.again() {
		return false
	}
	c.forget()
	return true
}

func (c *named[Class]) forget() {
	clear(c.known)
	c.more = 0
}
