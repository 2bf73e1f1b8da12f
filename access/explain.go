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
	e := &Explanation{set: s, facts: f, Outcomes: slices.Clone(s.outcomes)}
	x := explainer{q: &q, e: e, verdict: verdict{first: noDemand, firstPrompt: noDemand}}
	for n := range s.arena.blocks {
		x.explain(n)
	}
	e.invalid()
	e.Decision = x.verdict.decision(&q)
	return e
}

// explainer fills an explanation, a block of policies at a time.
type explainer struct {
	q       *query
	e       *Explanation
	verdict verdict
	missing []Requirement // what Missing is cut from where it is several
}

func (x *explainer) explain(n int) {
	q, a, s := x.q, &x.q.set.arena, x.q.set
	enabled, reported := a.at(s.enabled, n), a.at(s.reportOnly, n)
	evaluated := either(enabled, reported)
	var v span
	for k := range explained {
		q.explain(explained[k].condition, n, &v)
		x.mark(n, k, &v, &evaluated)
	}
	q.applies(n, &evaluated, &v)
	var g grades
	if v.possible.any() {
		q.grade(n, &g)
	}
	enforced := span{both(&v.certain, enabled), both(&v.possible, enabled)}
	if enforced.possible.any() {
		x.verdict.weigh(q, n, &enforced, &g)
	}
	x.enforce(n, enabled, &v, &g)
	failed := g.certainlyFailed()
	failed.and(&enforced.certain)
	each(&failed, func(i int) { x.e.Outcomes[n<<8+i].failed = true })
	x.report(n, reported, &v, &g)
	x.demand(n, &v.possible)
	limiting := both(&enforced.certain, a.at(s.limits, n))
	each(&limiting, func(i int) {
		x.e.Session = x.e.Session.merge(s.policies[n<<8+i].Session)
	})
}

// mark enters one condition into the masks of a block.
func (x *explainer) mark(n, k int, v *span, among *block) {
	condition := explained[k].condition
	configured := both(x.q.set.arena.at(x.q.set.configured[k], n), among)
	for w := range configured {
		if configured[w] == 0 {
			continue
		}
		out := x.e.Outcomes[n<<8+w<<6:]
		certain, possible := v.certain[w], v.possible[w]
		for b := configured[w]; b != 0; b &= b - 1 {
			i := bits.TrailingZeros64(b)
			switch bit := uint64(1) << i; {
			case certain&bit != 0:
				out[i].Held |= condition
			case possible&bit == 0:
				out[i].Missed |= condition
			default:
				out[i].Open |= condition
			}
		}
	}
}

// each calls f with the place of every bit.
func each(set *block, f func(int)) {
	for w, b := range set {
		for ; b != 0; b &= b - 1 {
			f(w<<6 + bits.TrailingZeros64(b))
		}
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

// enforce grades a block of enabled policies (LOG-1).
func (x *explainer) enforce(n int, among *block, applying *span, g *grades) {
	out := x.e.Outcomes[n<<8:]
	each(among, func(i int) {
		switch {
		case !applying.possible.has(i):
			out[i].Result = ResultNotApplied
		case !applying.certain.has(i) || g.met.has(i) && (g.interrupted.has(i) || g.failed.has(i)):
			out[i].Result = ResultUnknown
		case g.met.has(i):
			out[i].Result = ResultSuccess
		default:
			out[i].Result = ResultFailure
		}
	})
}

// report grades a block of report-only policies (CA-190 to CA-195).
func (x *explainer) report(n int, among *block, applying *span, g *grades) {
	out := x.e.Outcomes[n<<8:]
	each(among, func(i int) {
		switch actionOnly := x.q.set.policies[n<<8+i].Conditions.Applications.actionOnly(); {
		case !applying.possible.has(i) || actionOnly:
			out[i].Result = ResultReportOnlyNotApplied
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
func (x *explainer) demand(n int, applying *block) {
	blocked := x.q.set.arena.at(x.q.set.demands.block, n)
	each(applying, func(i int) {
		out := &x.e.Outcomes[n<<8+i]
		if out.Result != ResultReportOnlyNotApplied {
			out.Missing = x.missingOf(n<<8+i, blocked.has(i))
		}
	})
}

// blockRequirement is the one item of a policy that only blocks.
var blockRequirement = []Requirement{{Control: Block}}

// missingOf lists a policy's unmet demands. One alone, the usual case, is cut
// from the set's own list.
func (x *explainer) missingOf(policy int, blocks bool) []Requirement {
	q, demands := x.q, &x.q.set.demands
	own := demands.perPolicy[policy]
	if blocks && len(own) == 0 {
		return blockRequirement[:1:1]
	}
	start, only, count := len(x.missing), 0, 0
	for _, k := range own {
		if st, here := q.standingFor(int(k), policy); here && st != Met {
			only, count = int(k), count+1
		}
	}
	switch {
	case count == 0 && !blocks:
		return nil
	case count == 1 && !blocks:
		return demands.requirements[only : only+1 : only+1]
	case blocks:
		x.missing = append(x.missing, Requirement{Control: Block})
	}
	for _, k := range own {
		if st, here := q.standingFor(int(k), policy); here && st != Met {
			x.missing = append(x.missing, demands.requirements[k])
		}
	}
	end := len(x.missing)
	return x.missing[start:end:end]
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
