package access

// A compiled set holds one bit per policy, in the source's order, in rows of
// 64-bit words. A row answers for all policies at once: "which policies admit
// this value". Rows live in one arena, so that an attempt is decided by walking
// a few cache lines and nothing is allocated.

// row is the offset of a row in the arena. A pair is two rows, one after the
// other: the policies that include a value and those that exclude it.
type row int32

// arena holds all rows of a set. Row 0 is a pair of empty rows.
type arena struct {
	words int // per row
	bits  []uint64
}

func newArena(policies int) arena {
	a := arena{words: (policies + 63) / 64}
	a.pair()
	return a
}

func (a *arena) row() row {
	r := row(len(a.bits))
	a.bits = append(a.bits, make([]uint64, a.words)...)
	return r
}

func (a *arena) pair() row {
	r := a.row()
	a.row()
	return r
}

// exclude is the second row of a pair.
func (a *arena) exclude(pair row) row { return pair + row(a.words) }

func (a *arena) set(r row, policy int) { a.bits[int(r)+policy>>6] |= 1 << (policy & 63) }

func (a *arena) has(r row, policy int) bool {
	return a.bits[int(r)+policy>>6]&(1<<(policy&63)) != 0
}

func (a *arena) at(r row, w int) uint64 { return a.bits[int(r)+w] }

// union adds from's policies to r.
func (a *arena) union(r, from row) {
	for w := range a.words {
		a.bits[int(r)+w] |= a.bits[int(from)+w]
	}
}

// span is what a condition says of 64 policies: those for which it certainly
// holds and, a superset, those for which it may.
type span struct{ certain, possible uint64 }

func (s span) and(t span) span { return span{s.certain & t.certain, s.possible & t.possible} }
func (s span) or(t span) span  { return span{s.certain | t.certain, s.possible | t.possible} }

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

// union adds the pairs' policies for one word to include and exclude.
func (l *rows) union(a *arena, w int, include, exclude uint64) (in, ex uint64) {
	for _, r := range l.room[:l.used] {
		include |= a.bits[int(r)+w]
		exclude |= a.bits[int(r)+a.words+w]
	}
	for _, r := range l.more {
		include |= a.bits[int(r)+w]
		exclude |= a.bits[int(r)+a.words+w]
	}
	return include, exclude
}

// selected evaluates include AND NOT exclude for 64 policies.
func (a *arena) selected(s *selection, w int) span {
	include, exclude := s.known.union(a, w, 0, 0)
	if s.maybe.used == 0 {
		v := include &^ exclude
		return span{v, v}
	}
	mayInclude, mayExclude := s.maybe.union(a, w, include, exclude)
	return span{include &^ mayExclude, mayInclude &^ exclude}
}

// pairSpan evaluates include AND NOT exclude of one pair.
func (a *arena) pairSpan(pair row, w int) span {
	v := a.bits[int(pair)+w] &^ a.bits[int(pair)+a.words+w]
	return span{v, v}
}

// state is the rows of a condition that looks at one value: where it certainly
// holds and where it may, the same row if the value is known.
type state struct{ certain, possible row }

func same(r row) state { return state{r, r} }

func (a *arena) of(s state, w int) span {
	return span{a.bits[int(s.certain)+w], a.bits[int(s.possible)+w]}
}
