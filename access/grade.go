package access

// grades are the ways in which each policy of a block may grade its demands,
// should it apply: met, interrupted (a prompt can meet them) or failed. With all
// facts known each policy has exactly one.
type grades struct{ met, interrupted, failed block }

// tally collects demands for a block. AND and OR policies are graded from
// different marks, since one unmet item decides the former and one met item the
// latter.
type tally struct {
	unmeetable, andPrompt, andFail, andMustPrompt block // AND: an item is never met, may prompt, may fail, does prompt
	orMet, orMustMet, orPrompt, orNotFail         block // OR: an item may be met, is met, may prompt, cannot fail
}

// add enters a demand with one possible standing.
func (t *tally) add(and, or block, s Standing) {
	switch s {
	case Met:
		t.orMet = t.orMet.or(or)
		t.orMustMet = t.orMustMet.or(or)
		t.orNotFail = t.orNotFail.or(or)
	case Promptable:
		t.unmeetable = t.unmeetable.or(and)
		t.andPrompt = t.andPrompt.or(and)
		t.andMustPrompt = t.andMustPrompt.or(and)
		t.orPrompt = t.orPrompt.or(or)
		t.orNotFail = t.orNotFail.or(or)
	case Failed:
		t.unmeetable = t.unmeetable.or(and)
		t.andFail = t.andFail.or(and)
	default:
		t.addOpen(and, or, s)
	}
}

// addOpen enters a demand with several.
func (t *tally) addOpen(and, or block, s Standing) {
	if s&Met == 0 {
		t.unmeetable = t.unmeetable.or(and)
	} else {
		t.orMet = t.orMet.or(or)
	}
	if s&Promptable != 0 {
		t.andPrompt = t.andPrompt.or(and)
		t.orPrompt = t.orPrompt.or(or)
	}
	if s&Failed != 0 {
		t.andFail = t.andFail.or(and)
	} else {
		t.orNotFail = t.orNotFail.or(or)
	}
}

// grade grades a block by the standings of the attempt's demands (CA-101,
// CA-177).
func (q *query) grade(n int, g *grades) {
	a, x := &q.set.arena, &q.set.demands
	var t tally
	for k := range x.list {
		d := &x.list[k]
		and, or := a.at(d.pair, n), a.at(a.exclude(d.pair), n)
		switch {
		case q.leftOut(d):
		case d.kind == demandStrength && q.override != False:
			q.addStrength(&t, n, and, or, q.standing(k))
		default:
			t.add(and, or, q.standing(k))
		}
	}
	q.gradeTally(&t, n, g)
}

// addStrength leaves the strengths of policies on apps out, or maybe, where a
// policy on the user action has one (CA-136).
func (q *query) addStrength(t *tally, n int, and, or block, s Standing) {
	replaced := q.replaced(n)
	stayAnd, stayOr := and.andNot(replaced.possible), or.andNot(replaced.possible)
	t.add(stayAnd, stayOr, s)
	maybe := replaced.possible.andNot(replaced.certain)
	maybeAnd, maybeOr := and.and(maybe), or.and(maybe)
	t.add(maybeAnd, maybeOr, s|Met)
}

// gradeTally reads the marks, each kind of policy its own.
func (q *query) gradeTally(t *tally, n int, g *grades) {
	a, x := &q.set.arena, &q.set.demands
	or, blocked, nothingLeft := a.at(x.any, n), a.at(x.block, n), q.nothingLeft(n)
	g.met = or.not().andNot(t.unmeetable).or(or.and(t.orMet.or(nothingLeft))).andNot(blocked)
	g.interrupted = t.andPrompt.or(t.orPrompt.andNot(t.orMustMet)).andNot(blocked)
	g.failed = t.andFail.andNot(t.andMustPrompt).or(or.andNot(t.orNotFail).andNot(nothingLeft)).or(blocked)
}

// nothingLeft is the OR policies all of whose items are left out: they are met.
func (q *query) nothingLeft(n int) block {
	a, x := &q.set.arena, &q.set.demands
	var b block
	if q.app.action&RegisterDevice != 0 {
		b = a.at(x.onlyDevice, n)
	}
	if q.override != False {
		replaced := q.replaced(n)
		left := a.at(x.onlyStrength, n).and(replaced.certain)
		b = b.or(left)
	}
	return b
}

// certainlyFailed keeps the policies that have no other grade.
func (g *grades) certainlyFailed() block {
	return g.failed.andNot(g.met.or(g.interrupted))
}
