package access

import (
	"math/bits"
	"slices"
)

// Explanation is a decision with what led to it. It looks at the facts again
// when asked for reasons or remedies, so they must not change.
type Explanation struct {
	Decision
	// Outcomes has one outcome for each policy, in the set's order.
	Outcomes []Outcome
	// Session is what limits the session if the verdict is Grant: the
	// strictest of all policies that apply (CA-156 to CA-159).
	Session SessionControls

	set   *Set
	facts *Facts
}

// Explain decides and tells what every policy did. Report-only policies are
// evaluated beside the others and never enforced (CA-194).
func (s *Set) Explain(f *Facts) *Explanation {
	var q query
	q.look(s, f)
	q.lookWho()
	q.lookOverride()
	outcomes := make([]Outcome, len(s.outcomes))
	copy(outcomes, s.outcomes)
	e := &Explanation{set: s, facts: f, Outcomes: outcomes}
	x := explainer{q: &q, e: e, verdict: verdict{first: noDemand, firstPrompt: noDemand}}
	for n := range s.arena.blocks {
		x.explain(n)
	}
	e.Decision = x.verdict.decision(&q)
	return e
}

// explainer fills an explanation, a block of policies at a time.
type explainer struct {
	q       *query
	e       *Explanation
	verdict verdict
}

func (x *explainer) explain(n int) {
	q, a, s := x.q, &x.q.set.arena, x.q.set
	enabled, reported := a.at(s.enabled, n), a.at(s.reportOnly, n)
	v := x.conditions(n, enabled.or(reported))
	if !v.possible.any() {
		return
	}
	var g grades
	q.grade(n, &g)
	enforced := span{v.certain.and(enabled), v.possible.and(enabled)}
	if enforced.possible.any() {
		x.verdict.weigh(q, n, &enforced, &g)
	}
	x.enforce(n, &enforced, &g)
	each(g.certainlyFailed().and(enforced.certain), func(i int) { x.e.Outcomes[n<<8+i].failed = true })
	x.report(n, reported.and(v.possible), &v, &g)
	x.demand(n, v.possible)
	each(enforced.certain.and(a.at(s.limits, n)), func(i int) {
		x.e.Session = x.e.Session.merge(s.policies[n<<8+i].Session)
	})
}

// conditions evaluates every condition for some policies of a block, enters it
// into their outcomes and returns where all hold.
func (x *explainer) conditions(n int, among block) span {
	q, a, s := x.q, &x.q.set.arena, x.q.set
	all, one := span{among, among}, span{}
	for _, k := range s.explainedInUse {
		c := explained[k].condition
		q.explain(c, n, &one)
		x.mark(n, c, a.at(s.configured[k], n).and(among), &one)
		all.and(&one)
	}
	q.settleLive(n, &all)
	return all
}

// mark enters one condition into the outcomes of the policies that configure it.
// They start out with every condition held.
func (x *explainer) mark(n int, c Condition, configured block, v *span) {
	out := x.e.Outcomes[n<<8:]
	each(configured.andNot(v.possible), func(i int) {
		out[i].Held ^= c
		out[i].Missed |= c
	})
	each(configured.and(v.possible).andNot(v.certain), func(i int) {
		out[i].Held ^= c
		out[i].Open |= c
	})
}

// each calls f with the place of every bit.
func each(set block, f func(int)) {
	for w, b := range [...]uint64{set.w0, set.w1, set.w2, set.w3} {
		for ; b != 0; b &= b - 1 {
			f(w<<6 + bits.TrailingZeros64(b))
		}
	}
}

// enforce grades the enabled policies of a block that may apply (LOG-1).
func (x *explainer) enforce(n int, applying *span, g *grades) {
	out := x.e.Outcomes[n<<8:]
	each(applying.possible, func(i int) {
		switch {
		case !applying.certain.has(i) || g.met.has(i) && (g.interrupted.has(i) || g.failed.has(i)):
			out[i].Result = ResultUnknown
		case g.met.has(i):
			out[i].Result = ResultSuccess
		default:
			out[i].Result = ResultFailure
		}
	})
}

// report grades the report-only policies of a block that may apply (CA-190 to
// CA-195).
func (x *explainer) report(n int, among block, applying *span, g *grades) {
	out := x.e.Outcomes[n<<8:]
	each(among, func(i int) {
		switch actionOnly := x.q.set.policies[n<<8+i].Conditions.Applications.actionOnly(); {
		case actionOnly:
		case !applying.certain.has(i):
			out[i].Result = ResultUnknown
		default:
			out[i].Result = x.reportedGrade(n<<8+i, g)
		}
	})
}

// actionOnly reports whether user actions are all that the condition names;
// report-only does not know those (CA-195).
func (a *Applications) actionOnly() bool {
	return a.UserActions != 0 && !a.Include.names() && (a.Filter == nil || a.Filter.Exclude) && len(a.Contexts) == 0
}

// reportedGrade is the result of a report-only policy that applies: under AND an
// unmet demand that no prompt meets wins over one that a prompt does (CA-192).
func (x *explainer) reportedGrade(i int, g *grades) Result {
	met, interrupted, failed := g.met.has(i&255), g.interrupted.has(i&255), g.failed.has(i&255)
	if grant := x.q.set.policies[i].Grant; interrupted && grant != nil && !grant.Any {
		interrupted, failed = x.reportedUnmet(i)
	}
	switch {
	case met && !interrupted && !failed:
		return ResultReportOnlySuccess
	case interrupted && !met && !failed:
		return ResultReportOnlyInterrupted
	case failed && !met && !interrupted:
		return ResultReportOnlyFailure
	}
	return ResultUnknown
}

// reportedUnmet tells whether an AND policy may be unmet by prompts alone, and
// whether some demand may fail.
func (x *explainer) reportedUnmet(i int) (interrupted, failed bool) {
	q := x.q
	prompt, mustFail := false, false
	for _, n := range q.set.demands.perPolicy[i] {
		st, here := q.standingFor(int(n), i)
		if !here {
			continue
		}
		prompt = prompt || st&Promptable != 0
		failed = failed || st&Failed != 0
		mustFail = mustFail || st == Failed
	}
	return prompt && !mustFail, failed
}

// standingFor is a demand's standing for one policy; false if the user action
// leaves it out there.
func (q *query) standingFor(n, policy int) (Standing, bool) {
	d := &q.set.demands.list[n]
	if q.leftOut(d) {
		return Met, false
	}
	st := q.standing(n)
	if d.kind != demandStrength || q.override == False {
		return st, true
	}
	replaced := q.replaced(policy >> 8)
	if replaced.possible.has(policy & 255) {
		st |= Met
	}
	return st, !replaced.certain.has(policy & 255)
}

// demand lists what policies that may apply demand and is not certainly met.
func (x *explainer) demand(n int, applying block) {
	each(applying, func(i int) {
		out := &x.e.Outcomes[n<<8+i]
		if out.Result != ResultReportOnlyNotApplied {
			out.Missing = x.missing(n<<8 + i)
		}
	})
}

// missing lists what policy i demands and is not certainly met, a block control
// first. It is cut from the set's own list, unless something in the middle is met.
func (x *explainer) missing(i int) []Requirement {
	all, own := x.q.set.demands.wanted[i], x.q.set.demands.perPolicy[i]
	controls := len(all) - len(own) // the block control
	from, to, count := 0, controls, controls
	for k, demand := range own {
		if st, here := x.q.standingFor(int(demand), i); here && st != Met {
			if count == 0 {
				from = k
			}
			to, count = controls+k+1, count+1
		}
	}
	if count == to-from {
		return all[from:to:to]
	}
	list := slices.Clone(all[:controls])
	for k, demand := range own {
		if st, here := x.q.standingFor(int(demand), i); here && st != Met {
			list = append(list, all[controls+k])
		}
	}
	return list
}

// Missing returns what the enabled policies that may apply and are not certainly
// met demand and is not certainly met, each once, block first, then in prompting order (CA-172).
func (e *Explanation) Missing() []Requirement {
	var list []Requirement
	add := func(r Requirement) {
		for _, o := range e.Outcomes {
			if o.Policy.State == StateEnabled && o.Result != ResultSuccess && has(o.Missing, r) {
				list = append(list, r)
				return
			}
		}
	}
	add(Requirement{Control: Block})
	for n := range e.set.demands.list {
		add(e.set.demands.list[n].Requirement)
	}
	return list
}

func has(list []Requirement, r Requirement) bool {
	for _, x := range list {
		if x == r {
			return true
		}
	}
	return false
}
