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
func (t *tally) add(and, or *block, s Standing) {
	switch s {
	case Met:
		t.orMet.or(or)
		t.orMustMet.or(or)
		t.orNotFail.or(or)
	case Promptable:
		t.unmeetable.or(and)
		t.andPrompt.or(and)
		t.andMustPrompt.or(and)
		t.orPrompt.or(or)
		t.orNotFail.or(or)
	case Failed:
		t.unmeetable.or(and)
		t.andFail.or(and)
	default:
		t.addOpen(and, or, s)
	}
}

// addOpen enters a demand with several.
func (t *tally) addOpen(and, or *block, s Standing) {
	if s&Met == 0 {
		t.unmeetable.or(and)
	} else {
		t.orMet.or(or)
	}
	if s&Promptable != 0 {
		t.andPrompt.or(and)
		t.orPrompt.or(or)
	}
	if s&Failed != 0 {
		t.andFail.or(and)
	} else {
		t.orNotFail.or(or)
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
func (q *query) addStrength(t *tally, n int, and, or *block, s Standing) {
	replaced := q.replaced(n)
	stayAnd, stayOr := without(and, &replaced.possible), without(or, &replaced.possible)
	t.add(&stayAnd, &stayOr, s)
	maybe := without(&replaced.possible, &replaced.certain)
	maybeAnd, maybeOr := both(and, &maybe), both(or, &maybe)
	t.add(&maybeAnd, &maybeOr, s|Met)
}

// gradeTally reads the marks, each kind of policy its own.
func (q *query) gradeTally(t *tally, n int, g *grades) {
	a, x := &q.set.arena, &q.set.demands
	or, blocked := a.at(x.any, n), a.at(x.block, n)
	nothingLeft := q.nothingLeft(n)
	for i := range g.met {
		or, and := or[i], ^or[i]
		g.met[i] = (and&^t.unmeetable[i] | or&(t.orMet[i]|nothingLeft[i])) &^ blocked[i]
		g.interrupted[i] = (and&t.andPrompt[i] | or&t.orPrompt[i]&^t.orMustMet[i]) &^ blocked[i]
		g.failed[i] = and&t.andFail[i]&^t.andMustPrompt[i] | or&^t.orNotFail[i]&^nothingLeft[i] | blocked[i]
	}
}

// nothingLeft is the OR policies all of whose items are left out: they are met.
func (q *query) nothingLeft(n int) block {
	a, x := &q.set.arena, &q.set.demands
	var b block
	if q.app.action&RegisterDevice != 0 {
		b = *a.at(x.onlyDevice, n)
	}
	if q.override != False {
		replaced := q.replaced(n)
		left := both(a.at(x.onlyStrength, n), &replaced.certain)
		b.or(&left)
	}
	return b
}

// certainlyFailed keeps the policies that have no other grade.
func (g *grades) certainlyFailed() block {
	return block{
		g.failed[0] &^ (g.met[0] | g.interrupted[0]), g.failed[1] &^ (g.met[1] | g.interrupted[1]),
		g.failed[2] &^ (g.met[2] | g.interrupted[2]), g.failed[3] &^ (g.met[3] | g.interrupted[3]),
	}
}
