package access

// grades are the ways in which each of 64 policies may grade its demands,
// should it apply: met, interrupted (a prompt can meet them) or failed. With
// all facts known each policy has exactly one.
type grades struct{ met, interrupted, failed uint64 }

// tally collects demands for 64 policies. AND and OR policies are graded from
// different marks, since one unmet item decides the former and one met item
// the latter.
type tally struct {
	unmeetable, andPrompt, andFail, andMustPrompt uint64 // AND: an item is never met, may prompt, may fail, does prompt
	orMet, orMustMet, orPrompt, orNotFail         uint64 // OR: an item may be met, is met, may prompt, cannot fail
}

func (t *tally) add(and, or uint64, s Standing) {
	switch s {
	case Met:
		t.orMet |= or
		t.orMustMet |= or
		t.orNotFail |= or
	case Promptable:
		t.unmeetable |= and
		t.andPrompt |= and
		t.andMustPrompt |= and
		t.orPrompt |= or
		t.orNotFail |= or
	case Failed:
		t.unmeetable |= and
		t.andFail |= and
	default:
		t.addOpen(and, or, s)
	}
}

func (t *tally) addOpen(and, or uint64, s Standing) {
	if s&Met == 0 {
		t.unmeetable |= and
	} else {
		t.orMet |= or
	}
	if s&Promptable != 0 {
		t.andPrompt |= and
		t.orPrompt |= or
	}
	if s&Failed != 0 {
		t.andFail |= and
	} else {
		t.orNotFail |= or
	}
}

// grade grades 64 policies by the standings of the attempt's demands (CA-101,
// CA-177).
func (q *query) grade(w int) grades {
	a, x := &q.set.arena, &q.set.demands
	var t tally
	for n := range x.list {
		d := &x.list[n]
		and, or := a.at(d.pair, w), a.at(a.exclude(d.pair), w)
		switch {
		case and|or == 0:
		case d.kind.ofDevice() && q.app.action&RegisterDevice != 0: // left out (CA-45)
		case d.kind == demandStrength && q.override != False:
			q.addStrength(&t, q.replaced(w), and, or, q.standings.at(n))
		default:
			t.add(and, or, q.standings.at(n))
		}
	}
	return q.gradeTally(&t, w)
}

// addStrength leaves the strengths of policies on apps out, or maybe, where a
// policy on the user action has one (CA-136).
func (q *query) addStrength(t *tally, replaced span, and, or uint64, s Standing) {
	maybe := replaced.possible &^ replaced.certain
	t.add(and&^replaced.possible, or&^replaced.possible, s)
	t.add(and&maybe, or&maybe, s|Met)
}

func (q *query) gradeTally(t *tally, w int) grades {
	a, x := &q.set.arena, &q.set.demands
	or, block := a.at(x.any, w), a.at(x.block, w)
	var nothingLeft uint64 // OR policies all of whose items are left out
	if q.app.action&RegisterDevice != 0 {
		nothingLeft |= a.at(x.onlyDevice, w)
	}
	nothingLeft |= a.at(x.onlyStrength, w) & q.replaced(w).certain
	g := grades{
		met:         ^or&^t.unmeetable | or&(t.orMet|nothingLeft),
		interrupted: ^or&t.andPrompt | or&t.orPrompt&^t.orMustMet,
		failed:      ^or&t.andFail&^t.andMustPrompt | or&^t.orNotFail&^nothingLeft,
	}
	g.met &^= block
	g.interrupted &^= block
	g.failed |= block
	return g
}

// certainly keeps the policies that have no other grade.
func (g grades) certainly() grades {
	return grades{
		met:         g.met &^ (g.interrupted | g.failed),
		interrupted: g.interrupted &^ (g.met | g.failed),
		failed:      g.failed &^ (g.met | g.interrupted),
	}
}
