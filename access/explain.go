package access

import "math/bits"

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
	q.lookDemands()
	q.lookOverride()
	e := &Explanation{set: s, facts: f, Outcomes: make([]Outcome, len(s.policies))}
	for i := range e.Outcomes {
		e.Outcomes[i] = Outcome{Policy: &s.policies[i], Result: ResultNotEnabled}
	}
	x := explainer{q: &q, e: e, verdict: verdict{first: noDemand, firstPrompt: noDemand}}
	for w := range s.arena.words {
		x.explain(w)
	}
	e.invalid()
	e.Decision = x.verdict.decision(&q)
	return e
}

// explainer fills an explanation, 64 policies at a time.
type explainer struct {
	q       *query
	e       *Explanation
	verdict verdict
	missing []Requirement // what all outcomes' Missing are cut from
}

func (x *explainer) explain(w int) {
	q, a, s := x.q, &x.q.set.arena, x.q.set
	enabled, reported := a.at(s.enabled, w), a.at(s.reportOnly, w)
	for k := range explained {
		x.mark(w, k, explained[k].span(q, w), enabled|reported)
	}
	applying := q.applies(w, enabled|reported)
	var g grades
	if applying.possible != 0 {
		g = q.grade(w)
	}
	enforced := span{applying.certain & enabled, applying.possible & enabled}
	if enforced.possible != 0 {
		x.verdict.weigh(q, w, enforced)
	}
	x.enforce(w, enabled, applying, g)
	each(enforced.certain&g.certainly().failed, func(i int) { x.e.Outcomes[w<<6+i].failed = true })
	x.report(w, reported, applying, g)
	x.demand(w, applying.possible)
	each(enforced.certain&a.at(s.limits, w), func(i int) {
		x.e.Session = x.e.Session.merge(s.policies[w<<6+i].Session)
	})
}

// mark enters one condition into the masks of 64 policies.
func (x *explainer) mark(w, k int, v span, among uint64) {
	condition := explained[k].condition
	configured := x.q.set.arena.at(x.q.set.configured[k], w) & among
	out := x.e.Outcomes[w<<6:]
	for b := configured; b != 0; b &= b - 1 {
		i := bits.TrailingZeros64(b)
		switch bit := uint64(1) << i; {
		case v.certain&bit != 0:
			out[i].Held |= condition
		case v.possible&bit == 0:
			out[i].Missed |= condition
		default:
			out[i].Open |= condition
		}
	}
}

// each calls f with the place of every bit.
func each(set uint64, f func(int)) {
	for ; set != 0; set &= set - 1 {
		f(bits.TrailingZeros64(set))
	}
}

// invalid marks the policies that are not evaluated because nobody understands
// them (CA-8).
func (e *Explanation) invalid() {
	for _, i := range e.set.invalid {
		switch out := &e.Outcomes[i]; out.Policy.State {
		case StateEnabled:
			out.Missed, out.Result = ConditionInvalid, ResultNotApplied
		case StateReportOnly:
			out.Missed, out.Result = ConditionInvalid, ResultReportOnlyNotApplied
		}
	}
}

// enforce grades 64 enabled policies (LOG-1).
func (x *explainer) enforce(w int, among uint64, applying span, g grades) {
	out := x.e.Outcomes[w<<6:]
	each(among, func(i int) {
		switch bit := uint64(1) << i; {
		case applying.possible&bit == 0:
			out[i].Result = ResultNotApplied
		case applying.certain&bit == 0 || g.met&bit != 0 && (g.interrupted|g.failed)&bit != 0:
			out[i].Result = ResultUnknown
		case g.met&bit != 0:
			out[i].Result = ResultSuccess
		default:
			out[i].Result = ResultFailure
		}
	})
}

// report grades 64 report-only policies (CA-190 to CA-195).
func (x *explainer) report(w int, among uint64, applying span, g grades) {
	out := x.e.Outcomes[w<<6:]
	each(among, func(i int) {
		bit := uint64(1) << i
		switch actionOnly := x.q.set.policies[w<<6+i].Conditions.Applications.actionOnly(); {
		case applying.possible&bit == 0 || actionOnly:
			out[i].Result = ResultReportOnlyNotApplied
		case applying.certain&bit == 0:
			out[i].Result = ResultUnknown
		default:
			out[i].Result = x.reportedGrade(w<<6+i, bit, g)
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
func (x *explainer) reportedGrade(i int, bit uint64, g grades) Result {
	met, interrupted, failed := g.met&bit != 0, g.interrupted&bit != 0, g.failed&bit != 0
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
	st := q.standings.at(n)
	if d.kind != demandStrength || q.override == False {
		return st, true
	}
	replaced, bit := q.replaced(policy>>6), uint64(1)<<(policy&63)
	if replaced.possible&bit != 0 {
		st |= Met
	}
	return st, replaced.certain&bit == 0
}

// demand lists what policies that may apply demand and is not certainly met.
func (x *explainer) demand(w int, applying uint64) {
	q, demands := x.q, &x.q.set.demands
	each(applying, func(i int) {
		policy := w<<6 + i
		if x.e.Outcomes[policy].Result == ResultReportOnlyNotApplied {
			return
		}
		start := len(x.missing)
		if q.set.arena.has(demands.block, policy) {
			x.missing = append(x.missing, Requirement{Control: Block})
		}
		for _, n := range demands.perPolicy[policy] {
			if st, here := q.standingFor(int(n), policy); here && st != Met {
				x.missing = append(x.missing, demands.list[n].Requirement)
			}
		}
		if end := len(x.missing); end > start {
			x.e.Outcomes[policy].Missing = x.missing[start:end:end]
		}
	})
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
