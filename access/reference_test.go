package access_test

import (
	"github.com/sallyport-id/sallyport/access"
)

// The reference evaluator: the decision as loops over policies, one function
// per rule, slow and meant to be read beside doc/decisions/0002-semantics.md.
// It shares nothing with the engine but the public types and the filter
// language, so that a mistake has to be made twice to stay unseen.

// attempt is one attempt to be judged by the reference evaluator.
type attempt struct {
	src access.Source
	opt access.Options
	f   *access.Facts
}

// answer is everything the reference evaluator says about an attempt.
type answer struct {
	access.Decision
	outcomes []access.Outcome
	session  access.SessionControls
}

// judged is one policy with what it came to.
type judged struct {
	policy  *access.Policy
	masks   masks
	applies access.Truth // after resolution in a live set
	items   []item       // in the order of prompting
	grades  grades       // all grades the items' standings can give
}

// judge decides one attempt.
func judge(src access.Source, opt access.Options, f *access.Facts) answer {
	a := attempt{src, opt, f}
	policies := make([]judged, len(src.Policies))
	for i := range src.Policies {
		policies[i] = a.conditionsOf(&src.Policies[i])
	}
	for i := range policies {
		if policies[i].applies != access.False {
			policies[i].items = a.itemsOf(policies[i], policies)
			policies[i].grades = gradesOf(policies[i].policy, policies[i].items, gradeEnforced)
		}
	}
	var ans answer
	for _, p := range policies {
		ans.outcomes = append(ans.outcomes, a.outcome(p))
	}
	ans.Verdict = verdictOf(policies)
	ans.Code = a.code(ans.Verdict, policies)
	ans.Status = statusOf(policies)
	ans.session = sessionOf(policies)
	return ans
}

// evaluated reports whether a policy is looked at, CA-2.
func evaluated(p *access.Policy) bool {
	return p.State == access.StateEnabled || p.State == access.StateReportOnly
}

// conditionsOf judges a policy's conditions, CA-171.
func (a attempt) conditionsOf(p *access.Policy) judged {
	j := judged{policy: p, applies: access.False}
	if !evaluated(p) {
		return j
	}
	j.masks = a.masksOf(p)
	j.applies = j.masks.all()
	if onUserActionInReportOnly(p) {
		j.applies = access.False
	}
	if a.opt.Live && j.applies == access.Unknown {
		j.applies = resolveApplies(p.OnUnknown)
	}
	return j
}

// onUserActionInReportOnly is CA-195: a report-only policy on nothing but user
// actions is not evaluated.
func onUserActionInReportOnly(p *access.Policy) bool {
	apps := p.Conditions.Applications
	names := includesSomeApp(apps) || apps.Include.AllAgents || len(apps.Contexts) > 0
	return p.State == access.StateReportOnly && apps.UserActions != 0 && !names
}

// resolveApplies is what a live set makes of a policy that may apply.
func resolveApplies(u access.OnUnknown) access.Truth {
	if u == access.UnknownSkips {
		return access.False
	}
	return access.True
}

// enforced reports whether a policy takes part in the decision.
func (j judged) enforced() bool { return j.policy.State == access.StateEnabled }

// certain reports whether a policy takes part in the decision whatever is
// still unknown.
func (j judged) certain() bool { return j.enforced() && j.applies == access.True }

// grade is how a policy that applies stands, by growing severity.
type grade uint8

const (
	satisfied grade = iota
	interrupted
	denied
)

// grades is a set of grades.
type grades map[grade]bool

func (g grades) only(x grade) bool { return len(g) == 1 && g[x] }

func (g grades) best() grade {
	for x := satisfied; ; x++ {
		if g[x] {
			return x
		}
	}
}

func (g grades) worst() grade {
	for x := denied; ; x-- {
		if g[x] {
			return x
		}
	}
}

// gradesOf tries every choice of one possible standing per item.
func gradesOf(p *access.Policy, items []item, rule func(any bool, chosen []access.Standing) grade) grades {
	found := grades{}
	var choose func(chosen []access.Standing)
	choose = func(chosen []access.Standing) {
		if len(chosen) == len(items) {
			g := rule(p.Grant != nil && p.Grant.Any, chosen)
			if demandsBlock(p) { // CA-103
				g = denied
			}
			found[g] = true
			return
		}
		for _, s := range []access.Standing{access.Met, access.Promptable, access.Failed} {
			if items[len(chosen)].standing&s != 0 {
				choose(append(chosen[:len(chosen):len(chosen)], s))
			}
		}
	}
	choose(nil)
	return found
}

func demandsBlock(p *access.Policy) bool {
	return p.Grant != nil && p.Grant.Controls&access.Block != 0
}

// gradeEnforced is CA-177 for one policy: under AND as under OR it is
// interrupted while some item can be prompted for.
func gradeEnforced(any bool, chosen []access.Standing) grade {
	switch {
	case len(chosen) == 0 || holds(any, chosen):
		return satisfied
	case has(chosen, access.Promptable):
		return interrupted
	}
	return denied
}

// gradeReportOnly is CA-192: as enforced, but under AND what no prompt can meet
// wins over what one could.
func gradeReportOnly(any bool, chosen []access.Standing) grade {
	if g := gradeEnforced(any, chosen); g != interrupted || any || !has(chosen, access.Failed) {
		return g
	}
	return denied
}

// holds is CA-101.
func holds(any bool, chosen []access.Standing) bool {
	if any {
		return has(chosen, access.Met)
	}
	return !has(chosen, access.Promptable) && !has(chosen, access.Failed)
}

func has(chosen []access.Standing, s access.Standing) bool {
	for _, c := range chosen {
		if c == s {
			return true
		}
	}
	return false
}

// outcome says what one policy did.
func (a attempt) outcome(j judged) access.Outcome {
	o := access.Outcome{
		Policy: j.policy,
		Result: resultOf(j),
		Held:   j.masks[access.True],
		Missed: j.masks[access.False],
		Open:   j.masks[access.Unknown],
	}
	for _, it := range j.items {
		if it.standing != access.Met {
			o.Missing = append(o.Missing, it.requirement)
		}
	}
	return o
}

// resultOf is the word of LOG-1 for one policy.
func resultOf(j judged) access.Result {
	switch {
	case !evaluated(j.policy):
		return access.ResultNotEnabled
	case j.policy.State == access.StateReportOnly:
		return reportOnlyResultOf(j)
	case j.applies == access.False:
		return access.ResultNotApplied
	case j.applies == access.True && j.grades.only(satisfied):
		return access.ResultSuccess
	case j.applies == access.True && !j.grades[satisfied]:
		return access.ResultFailure // interrupts included, G-26
	}
	return access.ResultUnknown
}

// reportOnlyResultOf is CA-190 to CA-193.
func reportOnlyResultOf(j judged) access.Result {
	if j.applies == access.False {
		return access.ResultReportOnlyNotApplied
	}
	if j.applies == access.Unknown {
		return access.ResultUnknown
	}
	g := gradesOf(j.policy, j.items, gradeReportOnly)
	switch {
	case g.only(satisfied):
		return access.ResultReportOnlySuccess
	case g.only(interrupted):
		return access.ResultReportOnlyInterrupted
	case g.only(denied):
		return access.ResultReportOnlyFailure
	}
	return access.ResultUnknown
}

// verdictOf is CA-177 over all policies: the most severe grade wins, bounded
// from below by what is certain and from above by what is possible.
func verdictOf(policies []judged) access.Verdict {
	lower, upper := satisfied, satisfied
	for _, p := range policies {
		if !p.enforced() || p.applies == access.False {
			continue
		}
		if p.applies == access.True {
			lower = max(lower, p.grades.best())
		}
		upper = max(upper, p.grades.worst())
	}
	if lower != upper {
		return access.Undetermined
	}
	return map[grade]access.Verdict{
		satisfied: access.Grant, interrupted: access.Interrupt, denied: access.Blocked,
	}[lower]
}

// statusOf is LOG-2.
func statusOf(policies []judged) access.Status {
	someMay, someDo, allMet, someUnmet := false, false, true, false
	for _, p := range policies {
		if !p.enforced() || p.applies == access.False {
			continue
		}
		someMay = true
		someDo = someDo || p.applies == access.True
		allMet = allMet && p.grades.only(satisfied)
		someUnmet = someUnmet || p.applies == access.True && !p.grades[satisfied]
	}
	switch {
	case !someMay:
		return access.StatusNotApplied
	case someUnmet:
		return access.StatusFailure
	case someDo && allMet:
		return access.StatusSuccess
	}
	return access.StatusUnknown
}
