package replay

import "strings"

// nameBook numbers the names that the groups of a run count, so that a name is
// looked up once per record and not once per group. 0 is no name.
type nameBook struct {
	numbers map[string]uint32
	names   []string // by number
	room    *Room
}

func newNameBook(r *Room) *nameBook {
	return &nameBook{numbers: map[string]uint32{}, names: []string{""}, room: r}
}

// unheard is the number of names for which there is no room in any counter.
const unheard = ^uint32(0)

func (b *nameBook) number(name string) uint32 {
	if name == "" {
		return 0
	}
	n, ok := b.numbers[name]
	switch {
	case ok:
		return n
	case b.room.left <= 0:
		return unheard
	}
	n = uint32(len(b.names))
	// The name may be a piece of the log's text, which it would keep alive.
	name = strings.Clone(name)
	b.numbers[name], b.names = n, append(b.names, name)
	return n
}

// counter is a Tally by the numbers of a nameBook: an open hash table, since a
// log in which records disagree on many policies counts in nothing else.
type counter struct {
	slots  []counted // as many as a power of two
	used   int64
	others int64
}

type counted struct {
	name  uint32 // 0: the slot is free
	count int64
}

// add counts n more of a name.
func (c *counter) add(name uint32, n int64, b *nameBook) {
	if name == 0 {
		return
	}
	s := c.slot(name)
	switch {
	case s != nil && s.name == name:
		s.count += n
	case name == unheard || !b.room.take(b.names[name]):
		c.others += n
	default:
		if 4*(c.used+1) > 3*int64(len(c.slots)) {
			c.grow()
			s = c.slot(name)
		}
		*s = counted{name, n}
		c.used++
	}
}

// slot returns where a name is, or would be; nil if there is none.
func (c *counter) slot(name uint32) *counted {
	if len(c.slots) == 0 {
		return nil
	}
	mask := uint32(len(c.slots) - 1)
	for i := name * 0x9e3779b1 >> 7 & mask; ; i = (i + 1) & mask {
		if s := &c.slots[i]; s.name == name || s.name == 0 {
			return s
		}
	}
}

func (c *counter) grow() {
	old := c.slots
	c.slots = make([]counted, max(4, 2*len(old)))
	for _, s := range old {
		if s.name != 0 {
			*c.slot(s.name) = s
		}
	}
}

// addAll counts what another counter counted.
func (c *counter) addAll(o *counter, b *nameBook) {
	for _, s := range o.slots {
		c.add(s.name, s.count, b)
	}
	c.others += o.others
}

// top is Tally.Top.
func (c *counter) top(n int, b *nameBook) []Named {
	all := make([]Named, 0, c.used)
	for _, s := range c.slots {
		if s.name != 0 {
			all = append(all, Named{b.names[s.name], s.count})
		}
	}
	return mostCounted(all, n)
}
