package replay

// classes numbers what records say of one thing by what decisions can tell of it:
// what no decision tells apart has the same number.
type classes[Said, Class comparable] struct {
	known   map[Said]uint32
	numbers map[Class]uint32
	full    bool
}

const (
	maxSaid    = 1 << 16
	maxClasses = 1 << 13
)

func newClasses[Said, Class comparable]() classes[Said, Class] {
	return classes[Said, Class]{known: map[Said]uint32{}, numbers: map[Class]uint32{}}
}

// learn enters what was not met before. The texts in it are kept.
func (c *classes[Said, Class]) learn(said Said, class Class) uint32 {
	n, ok := c.numbers[class]
	if !ok {
		if len(c.numbers) >= maxClasses {
			c.full = true
			return 0
		}
		n = uint32(len(c.numbers))
		c.numbers[class] = n
	}
	if len(c.known) >= maxSaid {
		clear(c.known)
	}
	c.known[said] = n
	return n
}

// unlearn forgets what was said. The classes keep their numbers.
func (c *classes[Said, Class]) unlearn() { clear(c.known) }

// again begins anew if there is no room for a class, and reports whether it did.
func (c *classes[Said, Class]) again() bool {
	if !c.full {
		return false
	}
	*c = newClasses[Said, Class]()
	return true
}
