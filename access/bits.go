package access

// A compiled set holds one bit per policy, in the source's order, in rows. A row
// answers for all policies at once: "which policies admit this value". Rows live
// in one arena, so that an attempt is decided by walking a few cache lines and
// nothing is allocated. Rows are walked in blocks of 256 policies, which is what
// a processor's registers hold without a loop.

// row is the offset of a row in the arena. A pair is two rows, one after the
// other: the policies that include a value and those that exclude it.
type row int32

// block is one bit for each of 256 policies.
type block [4]uint64

func (b *block) or(c *block)     { b[0] |= c[0]; b[1] |= c[1]; b[2] |= c[2]; b[3] |= c[3] }
func (b *block) and(c *block)    { b[0] &= c[0]; b[1] &= c[1]; b[2] &= c[2]; b[3] &= c[3] }
func (b *block) andNot(c *block) { b[0] &^= c[0]; b[1] &^= c[1]; b[2] &^= c[2]; b[3] &^= c[3] }
func (b *block) any() bool       { return b[0]|b[1]|b[2]|b[3] != 0 }

// meets reports whether two blocks share a policy.
func (b *block) meets(c *block) bool {
	return b[0]&c[0]|b[1]&c[1]|b[2]&c[2]|b[3]&c[3] != 0
}

// has and set are about the policy at a place of the block.
func (b *block) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b *block) clear(i int)    { b[i>>6] &^= 1 << (i & 63) }

func both(a, b *block) block {
	return block{a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3]}
}

func either(a, b *block) block {
	return block{a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]}
}

func without(a, b *block) block {
	return block{a[0] &^ b[0], a[1] &^ b[1], a[2] &^ b[2], a[3] &^ b[3]}
}

// arena holds all rows of a set. Row 0 is a pair of empty rows.
type arena struct {
	blocks int // per row
	bits   []block
}

func newArena(policies int) arena {
	a := arena{blocks: (policies + 255) / 256}
	a.pair()
	return a
}

func (a *arena) row() row {
	r := row(len(a.bits))
	a.bits = append(a.bits, make([]block, a.blocks)...)
	return r
}

func (a *arena) pair() row {
	r := a.row()
	a.row()
	return r
}

// exclude is the second row of a pair.
func (a *arena) exclude(pair row) row { return pair + row(a.blocks) }

func (a *arena) set(r row, policy int) {
	a.bits[int(r)+policy>>8][policy>>6&3] |= 1 << (policy & 63)
}

// at is a block of a row; it must not be changed.
func (a *arena) at(r row, n int) *block { return &a.bits[int(r)+n] }

// union adds from's policies to r.
func (a *arena) union(r, from row) {
	for n := range a.blocks {
		a.bits[int(r)+n].or(&a.bits[int(from)+n])
	}
}

// span is what a condition says of 256 policies: those for which it certainly
// holds and, a superset, those for which it may.
type span struct{ certain, possible block }

func (s *span) and(t *span) {
	s.certain.and(&t.certain)
	s.possible.and(&t.possible)
}

// open reports whether something may hold and need not.
func (s *span) open() bool {
	c, p := &s.certain, &s.possible
	return c[0]^p[0]|c[1]^p[1]|c[2]^p[2]|c[3]^p[3] != 0
}

func (s *span) or(t *span) {
	s.certain.or(&t.certain)
	s.possible.or(&t.possible)
}

// orBoth adds policies for which the condition certainly holds.
func (s *span) orBoth(b *block) {
	s.certain.or(b)
	s.possible.or(b)
}

// andBoth and andNotBoth leave policies out.
func (s *span) andBoth(b *block) {
	s.certain.and(b)
	s.possible.and(b)
}

func (s *span) andNotBoth(b *block) {
	s.certain.andNot(b)
	s.possible.andNot(b)
}

// selection is what an attempt matches of an include-and-exclude condition:
// pairs that certainly match and pairs that may.
type selection struct{ known, maybe rows }

// rows is a list of rows that allocates only if it grows long. It holds no
// pointer to itself, so that what it is part of can stay on the stack.
type rows struct {
	room [16]row
	used int
	more []row
}

func (l *rows) add(r row) {
	if l.used < len(l.room) {
		l.room[l.used] = r
		l.used++
		return
	}
	l.more = append(l.more, r)
}

// union adds the pairs' policies of one block to include and exclude.
func (l *rows) union(a *arena, n int, include, exclude *block) {
	for _, r := range l.room[:l.used] {
		include.or(a.at(r, n))
		exclude.or(a.at(a.exclude(r), n))
	}
	for _, r := range l.more {
		include.or(a.at(r, n))
		exclude.or(a.at(a.exclude(r), n))
	}
}

// selected evaluates include AND NOT exclude for a block.
func (a *arena) selected(s *selection, n int, v *span) {
	var include, exclude block
	s.known.union(a, n, &include, &exclude)
	if s.maybe.used == 0 {
		v.certain = without(&include, &exclude)
		v.possible = v.certain
		return
	}
	mayInclude, mayExclude := include, exclude
	s.maybe.union(a, n, &mayInclude, &mayExclude)
	v.certain = without(&include, &mayExclude)
	v.possible = without(&mayInclude, &exclude)
}

// state is the rows of a condition that looks at one value: where it certainly
// holds and where it may, the same row if the value is known.
type state struct{ certain, possible row }

func same(r row) state { return state{r, r} }

func (a *arena) of(s state, n int) span {
	return span{*a.at(s.certain, n), *a.at(s.possible, n)}
}
