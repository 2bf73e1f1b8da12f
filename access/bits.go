package access

// A compiled set holds one bit per policy, in the source's order, in rows. A row
// answers for all policies at once: "which policies admit this value". Rows live
// in one arena, so that an attempt is decided by walking a few cache lines and
// nothing is allocated. Rows are walked in blocks of 256 policies, which is what
// a processor's registers hold without a loop.

// row is the offset of a row in the arena. A pair is two rows, one after the
// other: the policies that include a value and those that exclude it.
type row int32

// block is one bit for each of 256 policies. It is four fields, not an array, and
// passed by value: so the compiler keeps it in registers.
type block struct{ w0, w1, w2, w3 uint64 }

func (b block) or(c block) block {
	return block{b.w0 | c.w0, b.w1 | c.w1, b.w2 | c.w2, b.w3 | c.w3}
}

func (b block) and(c block) block {
	return block{b.w0 & c.w0, b.w1 & c.w1, b.w2 & c.w2, b.w3 & c.w3}
}

func (b block) andNot(c block) block {
	return block{b.w0 &^ c.w0, b.w1 &^ c.w1, b.w2 &^ c.w2, b.w3 &^ c.w3}
}

func (b block) not() block { return block{^b.w0, ^b.w1, ^b.w2, ^b.w3} }
func (b block) any() bool  { return b.w0|b.w1|b.w2|b.w3 != 0 }

// meets reports whether two blocks share a policy.
func (b block) meets(c block) bool {
	return b.w0&c.w0|b.w1&c.w1|b.w2&c.w2|b.w3&c.w3 != 0
}

// word returns 64 policies of the block.
func (b *block) word(w int) *uint64 {
	switch w {
	case 0:
		return &b.w0
	case 1:
		return &b.w1
	case 2:
		return &b.w2
	}
	return &b.w3
}

// has is about the policy at a place of the block, as set and clear are.
func (b block) has(i int) bool { return *b.word(i >> 6)&(1<<(i&63)) != 0 }
func (b *block) set(i int)     { *b.word(i >> 6) |= 1 << (i & 63) }
func (b *block) clear(i int)   { *b.word(i >> 6) &^= 1 << (i & 63) }

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
	a.bits[int(r)+policy>>8].set(policy & 255)
}

// at is a block of a row.
func (a *arena) at(r row, n int) block { return a.bits[int(r)+n] }

// union adds from's policies to r.
func (a *arena) union(r, from row) {
	for n := range a.blocks {
		a.bits[int(r)+n] = a.at(r, n).or(a.at(from, n))
	}
}

// span is what a condition says of 256 policies: those for which it certainly
// holds and, a superset, those for which it may.
type span struct{ certain, possible block }

func (s *span) and(t *span) {
	s.certain = s.certain.and(t.certain)
	s.possible = s.possible.and(t.possible)
}

// open reports whether something may hold and need not.
func (s *span) open() bool { return s.certain != s.possible }

func (s *span) or(t *span) {
	s.certain = s.certain.or(t.certain)
	s.possible = s.possible.or(t.possible)
}

// orBoth adds policies for which the condition certainly holds.
func (s *span) orBoth(b block) {
	s.certain = s.certain.or(b)
	s.possible = s.possible.or(b)
}

// andBoth and andNotBoth leave policies out.
func (s *span) andBoth(b block) {
	s.certain = s.certain.and(b)
	s.possible = s.possible.and(b)
}

func (s *span) andNotBoth(b block) {
	s.certain = s.certain.andNot(b)
	s.possible = s.possible.andNot(b)
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

// union is the policies of one block that the pairs include and exclude.
func (l *rows) union(a *arena, n int) (include, exclude block) {
	for _, r := range l.room[:l.used] {
		include = include.or(a.at(r, n))
		exclude = exclude.or(a.at(a.exclude(r), n))
	}
	for _, r := range l.more {
		include = include.or(a.at(r, n))
		exclude = exclude.or(a.at(a.exclude(r), n))
	}
	return include, exclude
}

// selected evaluates include AND NOT exclude for a block.
func (a *arena) selected(s *selection, n int, v *span) {
	include, exclude := s.known.union(a, n)
	if s.maybe.used == 0 {
		both := include.andNot(exclude)
		v.certain, v.possible = both, both
		return
	}
	mayInclude, mayExclude := s.maybe.union(a, n)
	v.certain = include.andNot(exclude.or(mayExclude))
	v.possible = mayInclude.or(include).andNot(exclude)
}

// state is the rows of a condition that looks at one value: where it certainly
// holds and where it may, the same row if the value is known.
type state struct{ certain, possible row }

func same(r row) state { return state{r, r} }

func (a *arena) of(s state, n int) span {
	return span{a.at(s.certain, n), a.at(s.possible, n)}
}
