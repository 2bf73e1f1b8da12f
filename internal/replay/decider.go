package replay

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// Decider decides attempts by one snapshot's policies. Directory facts come from
// the snapshots given, the first that knows a person first. A Decider is for one
// goroutine; Again gives another goroutine its own.
type Decider struct {
	set     *access.Set
	tenants []*snapshot.Tenant
	// bounded tells that "a second factor, whichever" can be bounded from
	// below by a method that satisfies MFA and nothing narrower.
	bounded bool
	people  map[who]*person
}

// NewDecider makes a Decider of a compiled set.
func NewDecider(set *access.Set, tenants ...*snapshot.Tenant) *Decider {
	return &Decider{set: set, tenants: tenants, bounded: boundable(set), people: map[who]*person{}}
}

// Again returns a Decider of the same snapshot for another goroutine.
func (d *Decider) Again() *Decider {
	return &Decider{set: d.set, tenants: d.tenants, bounded: d.bounded, people: map[who]*person{}}
}

// who is all that a principal follows from, as a record tells it.
type who struct {
	user     access.Fact[access.UserID]
	userType access.Fact[access.UserType]
	guest    access.Fact[access.GuestTypes]
	home     access.Fact[access.TenantID]
	app      access.Fact[access.ServicePrincipalID]
	inScope  access.Fact[bool]
	risk     access.Fact[access.RiskLevels]
}

// person is somebody who was looked up: what the directory says of them, and the
// set's view of them.
type person struct {
	id        access.Fact[access.UserID]
	userType  access.Fact[access.UserType]
	groups    access.Fact[[]access.GroupID]
	roles     access.Fact[[]access.RoleID]
	trust     access.Fact[access.InboundTrust]
	principal *access.Principal
}

// maxPeople is how many people a Decider remembers; beyond it, it begins anew.
const maxPeople = 1 << 11

// person returns who the facts are about.
func (d *Decider) person(f *access.Facts) *person {
	key := who{f.UserID, f.UserType, f.GuestTypes, f.HomeTenantID, f.ServicePrincipalID, f.ServicePrincipalInScope, f.ServicePrincipalRisk}
	p, ok := d.people[key]
	if !ok {
		c := d.completed(f)
		p = &person{c.UserID, c.UserType, c.Groups, c.Roles, c.InboundTrust, d.set.Principal(c)}
		if len(d.people) >= maxPeople {
			clear(d.people)
		}
		d.people[key] = p
	}
	return p
}

// complete adds what the directory knows, and returns who that is.
func (d *Decider) complete(f *access.Facts) *person {
	p := d.person(f)
	f.UserID, f.UserType, f.Groups, f.Roles, f.InboundTrust = p.id, p.userType, p.groups, p.roles, p.trust
	return p
}

// completed returns a copy of the facts to which the directory added what it knows.
func (d *Decider) completed(f *access.Facts) *access.Facts {
	c := *f
	for _, t := range d.tenants {
		t.Complete(&c)
	}
	return &c
}

// view returns how the policies see whoever the facts are about.
func (d *Decider) view(f *access.Facts) personView {
	c := d.completed(f)
	return personView{d.set.PrincipalClass(c), c.UserType, c.GuestTypes, c.InboundTrust, c.UserID.IsKnown(), c.Groups.IsKnown(), c.Roles.IsKnown()}
}

// looksAtDevice reports whether some policy's filter names the id of devices, and
// their names.
func (d *Decider) looksAtDevice() (id, name bool) {
	for i := range d.set.Policies() {
		f := d.set.Policies()[i].Conditions.DeviceFilter
		if f == nil {
			continue
		}
		for _, p := range f.Rule.Properties() {
			id, name = id || p.Device() == filter.DeviceID, name || p.Device() == filter.DisplayName
		}
	}
	return id, name
}

// decide answers for an attempt.
func (d *Decider) decide(a *attempt) access.Decision {
	f := a.facts
	if a.exact {
		return d.set.Decide(&f)
	}
	p := d.complete(&f).principal
	if least, most, ok := d.bounds(a, &f); ok {
		f.Methods = least
		decision := d.set.DecideAs(p, &f)
		f.Methods = most
		if d.set.DecideAs(p, &f) == decision {
			return decision
		}
		f.Methods = access.Fact[access.Methods]{}
	}
	return d.set.DecideAs(p, &f)
}

// Explained is an explanation with the facts it was made of.
type Explained struct {
	*access.Explanation
	Facts *access.Facts

	most *access.Explanation // with all methods, if the decision does not depend on which
}

// Remedies returns the smallest sets of changes that turn the decision into
// Grant. Where a second factor was completed, but nobody knows which, they hold
// for one that meets every demand.
func (e Explained) Remedies() []access.Remedy {
	if e.most != nil {
		return e.most.Remedies()
	}
	return e.Explanation.Remedies()
}

// explain tells what every policy did. The explanation keeps facts of its own.
func (d *Decider) explain(a *attempt) Explained {
	f := a.facts
	if !a.exact {
		d.complete(&f)
	}
	return d.explainBounds(a, &f)
}

// Explain decides a record's facts and tells what every policy did; see Facts.
func (d *Decider) Explain(facts access.Facts, exact, multiFactor bool) Explained {
	return d.explain(&attempt{facts: facts, exact: exact, multiFactor: multiFactor})
}

// explainBounds explains by both bounds of the methods, where they are bounded: what
// comes out the same either way is certain, the rest is not.
func (d *Decider) explainBounds(a *attempt, f *access.Facts) Explained {
	e := Explained{Explanation: d.set.Explain(f), Facts: f}
	least, most, ok := d.bounds(a, f)
	if !ok {
		return e
	}
	low, high := *f, *f
	low.Methods, high.Methods = least, most
	from, to := d.set.Explain(&low), d.set.Explain(&high)
	for i := range e.Outcomes {
		if o := &e.Outcomes[i]; o.Result == access.ResultUnknown && from.Outcomes[i].Result == to.Outcomes[i].Result {
			o.Result, o.Missing = from.Outcomes[i].Result, from.Outcomes[i].Missing
		}
	}
	if from.Decision == to.Decision {
		e.Decision, e.most = from.Decision, to
	}
	return e
}

// anyMethod is every method there is.
const anyMethod = access.QRCodePin<<1 - 1

// bounds returns the fewest and the most methods that may have been completed,
// if it is only known that a second factor was: more methods never make a demand
// harder to meet. For external people where a method was completed matters as
// well, and no bound is known.
func (d *Decider) bounds(a *attempt, f *access.Facts) (least, most access.Fact[access.Methods], ok bool) {
	kinds, known := f.GuestTypes.Get()
	if !a.multiFactor || !d.bounded || f.Methods.IsKnown() || !known || kinds&access.ExternalTypes != 0 {
		return least, most, false
	}
	return access.Known(access.FederatedMultiFactor), access.Known(anyMethod), true
}

// boundable reports whether FederatedMultiFactor satisfies a strength only if
// every way of multifactor authentication does, so that it may stand for "some
// way or other".
func boundable(set *access.Set) bool {
	all := access.BuiltInStrengths()[0].Combinations
	for i := range set.Policies() {
		g := set.Policies()[i].Grant
		if g == nil || g.Strength == "" {
			continue
		}
		s, ok := set.Strength(g.Strength)
		if ok && accepts(&s, access.FederatedMultiFactor) && !acceptsAll(&s, all) {
			return false
		}
	}
	return true
}

func accepts(s *access.Strength, methods access.Methods) bool {
	for _, c := range s.Combinations {
		if c.Methods&methods == c.Methods && len(c.AAGUIDs)+len(c.IssuerSKIs)+len(c.PolicyOIDs) == 0 {
			return true
		}
	}
	return false
}

func acceptsAll(s *access.Strength, combinations []access.Combination) bool {
	for _, c := range combinations {
		if !accepts(s, c.Methods) {
			return false
		}
	}
	return true
}
