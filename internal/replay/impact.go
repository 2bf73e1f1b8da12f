package replay

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// transition is what changes have in common.
type transition struct {
	from, to access.Verdict
	policies string // ids of those that make the difference, separated by commas
	demands  string
	facts    string // that are missing, where one side is undetermined
}

func (t transition) String() string {
	return t.from.String() + t.to.String() + t.policies + t.demands + t.facts
}

// impact compares what two Deciders answer.
type impact struct {
	before, after *Decider
	history       *history
}

// compare decides one record by the second snapshot. Where the facts do not tell,
// what was recorded does.
func (m *impact) compare(a *attempt, f *finding) {
	was := f.decision.Verdict
	if was == access.Undetermined {
		was = a.recordedVerdict()
	}
	is := m.after.decide(a).Verdict
	if is == access.Undetermined {
		is = m.history.settle(a, m.after.explain(a))
	}
	switch {
	case was != is:
		t := m.transition(a, was, is)
		f.change = &t
	case is == access.Undetermined:
		f.unknown = true
	}
}

// transition finds the policies that make the difference.
func (m *impact) transition(a *attempt, from, to access.Verdict) transition {
	before, after := side{m.before.explain(a), a, nil}, side{m.after.explain(a), a, m.history.unchanged}
	t := transition{from: from, to: to}
	var cause []*access.Outcome
	seen := after.Facts
	switch {
	case to == access.Undetermined:
		cause = m.history.open(a, after.Explained)
	case from == access.Undetermined:
		seen = before.Facts
		for _, i := range unknownOutcomes(before.Explained) {
			cause = append(cause, &before.Outcomes[i])
		}
	case to > from: // the verdicts are in the order of what stands in the way
		cause = after.stopping(&before)
	default:
		cause = before.stopping(&after)
	}
	var policies, demands, facts []string
	for _, o := range cause {
		policies = append(policies, string(o.Policy.ID))
		for _, r := range o.Missing {
			demands = append(demands, r.String())
		}
		if from == access.Undetermined || to == access.Undetermined {
			facts = append(facts, missingFacts(o, seen)...)
		}
	}
	t.policies, t.demands, t.facts = strings.Join(policies, ","), strings.Join(unique(demands), ","), strings.Join(unique(facts), ",")
	return t
}

// side is one of two explanations of an attempt.
type side struct {
	Explained
	attempt *attempt
	trusted []bool // policies for which the record may speak; nil: all
}

// stopping returns the enforced policies that stand in the way, without those
// that do so on the other side as well, unless that leaves none. Where one
// refuses, those that only ask for something are left out.
func (s *side) stopping(other *side) []*access.Outcome {
	var list, own []*access.Outcome
	refused := false
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		if !s.stops(i) {
			continue
		}
		refused = refused || !promptable(o)
		list = append(list, o)
		if !other.stopsToo(o) {
			own = append(own, o)
		}
	}
	if len(own) > 0 {
		list = own
	}
	if refused {
		list = slices.DeleteFunc(list, promptable)
	}
	return list
}

// stops reports whether a policy stands in the way: by the facts or, where they
// do not tell, by the record.
func (s *side) stops(i int) bool {
	o := &s.Outcomes[i]
	if o.Policy.State != access.StateEnabled {
		return false
	}
	if o.Result == access.ResultUnknown && (s.trusted == nil || s.trusted[i]) {
		r, known := s.attempt.recorded(o.Policy.ID)
		return known && r == access.ResultFailure
	}
	return o.Result == access.ResultFailure
}

// stopsToo reports whether a policy with the same id stands in the way as well.
func (s *side) stopsToo(like *access.Outcome) bool {
	for i := range s.Outcomes {
		if strings.EqualFold(string(s.Outcomes[i].Policy.ID), string(like.Policy.ID)) {
			return s.stops(i)
		}
	}
	return false
}

// promptable reports whether the person can be asked for enough to meet an unmet
// policy: for all that it misses, or for one thing where one suffices (CA-177).
func promptable(o *access.Outcome) bool {
	asked, refused := 0, 0
	for _, r := range o.Missing {
		if r.Control&^(access.MFA|access.PasswordChange|access.RiskRemediation) != 0 {
			refused++
		} else {
			asked++
		}
	}
	if o.Policy.Grant != nil && o.Policy.Grant.Any && o.Policy.Grant.Controls&access.Block == 0 {
		return asked > 0
	}
	return refused == 0
}
