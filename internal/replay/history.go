package replay

import (
	"math/bits"
	"reflect"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// What a log tells of an attempt is rarely all that policies ask for: groups may
// not have been exported, and the record may not name the methods. But it tells
// what came of it. A policy that is the same in both snapshots did then what it
// would do now, so that its recorded result stands in for the missing facts.

// history settles what facts leave open by what was recorded.
type history struct {
	unchanged []bool // by the place of the policy in the later set
}

func newHistory(before, after *Decider) *history {
	h := &history{unchanged: make([]bool, len(after.set.Policies()))}
	old := map[string]*access.Policy{}
	for i := range before.set.Policies() {
		p := &before.set.Policies()[i]
		old[strings.ToLower(string(p.ID))] = p
	}
	places := samePlaces(before, after)
	for i := range after.set.Policies() {
		p := &after.set.Policies()[i]
		was := old[strings.ToLower(string(p.ID))]
		h.unchanged[i] = was != nil && reflect.DeepEqual(was, p) && sameReferences(p, before.set, after.set, places)
	}
	return h
}

// samePlaces reports whether both snapshots have the same locations, of which
// "all trusted" are some.
func samePlaces(before, after *Decider) bool {
	locations := func(d *Decider) map[access.LocationID]access.Location {
		all := map[access.LocationID]access.Location{}
		if len(d.tenants) > 0 {
			for _, l := range d.tenants[0].Source().Locations {
				all[l.ID] = l
			}
		}
		return all
	}
	return reflect.DeepEqual(locations(before), locations(after))
}

// sameReferences reports whether what a policy refers to is the same.
func sameReferences(p *access.Policy, before, after *access.Set, places bool) bool {
	if l := p.Conditions.Locations; l != nil {
		if (l.Include.AllTrusted || l.Exclude.AllTrusted) && !places {
			return false
		}
		for _, list := range [][]access.LocationID{l.Include.Named, l.Exclude.Named} {
			for _, id := range list {
				was, ok1 := before.Location(id)
				is, ok2 := after.Location(id)
				if ok1 != ok2 || !reflect.DeepEqual(was, is) {
					return false
				}
			}
		}
	}
	if p.Grant != nil && p.Grant.Strength != "" {
		was, _ := before.Strength(p.Grant.Strength)
		is, _ := after.Strength(p.Grant.Strength)
		return reflect.DeepEqual(was, is)
	}
	return true
}

// settle returns the verdict of an undetermined explanation if unchanged policies
// did what was recorded; Undetermined where that does not tell either.
func (h *history) settle(a *attempt, e Explained) access.Verdict {
	verdict := access.Grant
	for i := range e.Outcomes {
		v := h.verdict(a, e, i)
		if v == access.Undetermined {
			return v
		}
		verdict = max(verdict, v)
	}
	return verdict
}

// open returns the policies that neither the facts nor the record tell of.
func (h *history) open(a *attempt, e Explained) []*access.Outcome {
	var list []*access.Outcome
	for i := range e.Outcomes {
		if h.verdict(a, e, i) == access.Undetermined {
			list = append(list, &e.Outcomes[i])
		}
	}
	return list
}

// verdict is what one policy makes of the attempt.
func (h *history) verdict(a *attempt, e Explained, i int) access.Verdict {
	o := &e.Outcomes[i]
	if o.Policy.State != access.StateEnabled {
		return access.Grant
	}
	v := outcomeVerdict(o, e.Facts)
	if v == access.Undetermined && o.Result == access.ResultUnknown && i < len(h.unchanged) && h.unchanged[i] {
		return recordedOutcome(a, o)
	}
	return v
}

// outcomeVerdict is what one enabled policy would make of the attempt alone.
func outcomeVerdict(o *access.Outcome, f *access.Facts) access.Verdict {
	switch {
	case o.Result == access.ResultSuccess || o.Result == access.ResultNotApplied || o.Result == access.ResultUnknown && met(o):
		return access.Grant
	case o.Result != access.ResultFailure:
		return access.Undetermined
	case !promptable(o):
		return access.Blocked
	case ordinaryPrompt(f):
		return access.Interrupt
	}
	return access.Undetermined
}

// met reports whether the attempt meets all that a policy wants, so that it does
// not matter whether the policy applies.
func met(o *access.Outcome) bool {
	g := o.Policy.Grant
	if g == nil {
		return true
	}
	items := bits.OnesCount16(uint16(g.Controls)) + len(g.Custom) + len(g.TermsOfUse)
	if g.Strength != "" {
		items++
	}
	return len(o.Missing) == 0 || g.Any && g.Controls&access.Block == 0 && len(o.Missing) < items
}

// ordinaryPrompt reports whether nothing keeps the person from meeting a demand
// that people can meet: not a legacy client, which cannot ask, nor another
// tenant, nor a risk that forbids registering (CA-52, CA-80, CA-112).
func ordinaryPrompt(f *access.Facts) bool {
	client, known := f.ClientApp.Get()
	kinds, plain := f.GuestTypes.Get()
	if !known || client&access.LegacyClients != 0 || !plain || kinds&access.ExternalTypes != 0 {
		return false
	}
	const safe = access.RiskNone | access.RiskHidden
	return f.MFARegistered.Or(false) || f.SignInRisk.Or(access.RiskHigh)&safe != 0 && f.UserRisk.Or(access.RiskHigh)&safe != 0
}

// recordedOutcome is what an unchanged policy made of the attempt then.
func recordedOutcome(a *attempt, o *access.Outcome) access.Verdict {
	verdict := a.recordedVerdict()
	switch result, known := a.recorded(o.Policy.ID); {
	case known && (result == access.ResultSuccess || result == access.ResultNotApplied):
		return access.Grant
	case known && result == access.ResultFailure:
		return verdict
	case !known && verdict == access.Grant:
		return access.Grant // whatever it wanted was met
	}
	return access.Undetermined
}

// recorded returns what the record tells of a policy.
func (a *attempt) recorded(id access.PolicyID) (access.Result, bool) {
	for _, p := range a.policies {
		if strings.EqualFold(p.ID, string(id)) {
			return p.Result.Get()
		}
	}
	return 0, false
}
