package lint

import (
	"fmt"

	"github.com/sallyport-id/sallyport/access"
)

// superseded finds enforced policies that another one makes needless: wherever
// the policy applies the other does, too, and demands at least as much. The
// comparison is by what the policies say, so that it may miss one, and never
// names a wrong one.
func (l *linter) superseded() {
	all := l.enforced()
	forms := make([]form, len(all))
	for i, p := range all {
		forms[i] = formOf(p)
	}
	for i := range all {
		for j := range all {
			if i == j || !l.implies(&forms[i], &forms[j]) {
				continue
			}
			if i < j && l.implies(&forms[j], &forms[i]) {
				continue // the two say the same; the later one is reported
			}
			l.add(all[i], Warning, "superseded", "CA-171", "", fmt.Sprintf("applies only where %s applies, which demands at least as much: without it nothing changes", policyName(all[j])), all[j].ID)
			break
		}
	}
}

// form is a policy with its selectors made comparable once.
type form struct {
	*access.Policy
	people, notPeople       []atom
	workloads, notWorkloads []atom
	apps, notApps           []atom
	places, notPlaces       []atom
	items                   []access.Requirement
}

func formOf(p *access.Policy) form {
	c := &p.Conditions
	f := form{Policy: p, apps: apps(&c.Applications.Include), notApps: apps(&c.Applications.Exclude), items: items(p.Grant)}
	f.people, f.notPeople = people(&c.Users.Include), people(&c.Users.Exclude)
	if c.Workloads != nil {
		f.workloads, f.notWorkloads = workloads(c.Workloads), notWorkloads(c.Workloads)
	}
	if c.Locations != nil {
		f.places, f.notPlaces = places(&c.Locations.Include), places(&c.Locations.Exclude)
	}
	return f
}

// items lists what grant controls demand.
func items(g *access.GrantControls) []access.Requirement {
	if g == nil {
		return nil
	}
	var all []access.Requirement
	for c := access.Block; c <= access.RiskRemediation; c <<= 1 {
		if g.Controls&c != 0 {
			all = append(all, access.Requirement{Control: c})
		}
	}
	if g.Strength != "" {
		all = append(all, access.Requirement{Strength: g.Strength})
	}
	for _, id := range g.TermsOfUse {
		all = append(all, access.Requirement{TermsOfUse: id})
	}
	for _, id := range g.Custom {
		all = append(all, access.Requirement{Custom: id})
	}
	return all
}

// implies tells whether wherever a applies b does, and a attempt that meets b
// meets a.
func (l *linter) implies(a, b *form) bool {
	return whoWithin(a, b) && whatWithin(a, b) && howWithin(a, b) && l.demandsWithin(a, b)
}

// whoWithin tells whether a is about nobody whom b is not about.
func whoWithin(a, b *form) bool {
	x, y := a.Conditions.Workloads, b.Conditions.Workloads
	if (x == nil) != (y == nil) {
		return false
	}
	if x == nil {
		return within(a.people, b.people) && within(b.notPeople, a.notPeople)
	}
	return sameFilter(x.Filter, y.Filter) && sameFilter(x.AgentFilter, y.AgentFilter) &&
		within(a.workloads, b.workloads) && within(b.notWorkloads, a.notWorkloads)
}

// whatWithin tells whether a is about nothing that b is not about.
func whatWithin(a, b *form) bool {
	x, y := &a.Conditions.Applications, &b.Conditions.Applications
	if x.UserActions&^y.UserActions != 0 || !within(ids("context", x.Contexts), ids("context", y.Contexts)) {
		return false
	}
	if len(a.apps) == 0 && x.Filter == nil {
		return true
	}
	adds := x.Filter != nil && !x.Filter.Exclude   // a's filter adds apps
	removes := y.Filter != nil && y.Filter.Exclude // b's filter takes apps away
	if (adds && !y.Include.All || removes) && !sameFilter(x.Filter, y.Filter) {
		return false
	}
	return within(a.apps, b.apps) && within(b.notApps, a.notApps)
}

// howWithin compares all other conditions.
func howWithin(a, b *form) bool {
	x, y := &a.Conditions, &b.Conditions
	return subset(clientsOf(x), clientsOf(y)) && subset(platformsOf(x), platformsOf(y)) &&
		levels(x.SignInRisk, y.SignInRisk) && levels(x.UserRisk, y.UserRisk) &&
		levels(x.ServicePrincipalRisk, y.ServicePrincipalRisk) && levels(x.AgentRisk, y.AgentRisk) &&
		levels(x.InsiderRisk, y.InsiderRisk) && levels(x.Flows, y.Flows) &&
		(y.DeviceFilter == nil || sameFilter(x.DeviceFilter, y.DeviceFilter)) &&
		(y.DeviceStates == nil || x.DeviceStates != nil && *x.DeviceStates == *y.DeviceStates) &&
		placesWithin(a, b)
}

func placesWithin(a, b *form) bool {
	if b.Conditions.Locations == nil {
		return true
	}
	if a.Conditions.Locations == nil {
		return covers(b.places, everything) && len(b.notPlaces) == 0
	}
	return within(a.places, b.places) && within(b.notPlaces, a.notPlaces)
}

func clientsOf(c *access.Conditions) access.ClientAppTypes {
	if c.ClientApps == 0 {
		return access.ClientAppAny
	}
	return c.ClientApps
}

func platformsOf(c *access.Conditions) access.Platforms {
	if c.Platforms == nil {
		return access.PlatformAll
	}
	return c.Platforms.Include &^ c.Platforms.Exclude
}

func subset[T ~uint8 | ~uint16](a, b T) bool { return a&^b == 0 }

// levels compares conditions of which zero means any.
func levels[T ~uint8](a, b T) bool { return b == 0 || a != 0 && a&^b == 0 }

func sameFilter(a, b *access.Filter) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Exclude == b.Exclude && a.Rule.String() == b.Rule.String()
}

// demandsWithin tells whether who meets b's demands has met a's.
func (l *linter) demandsWithin(a, b *form) bool {
	if b.Grant != nil && b.Grant.Controls&access.Block != 0 {
		return true // nobody who meets a gets any further
	}
	if a.Session != (access.SessionControls{}) && a.Session != b.Session {
		return false
	}
	if len(a.items) == 0 {
		return true
	}
	if len(b.items) == 0 {
		return false
	}
	if !b.Grant.Any || len(b.items) == 1 { // all of b's items hold
		return l.met(a, b.items)
	}
	for i := range b.items {
		if !l.met(a, b.items[i:i+1]) {
			return false
		}
	}
	return true
}

// met tells whether a is met where all that is given holds.
func (l *linter) met(a *form, given []access.Requirement) bool {
	holds := func(item access.Requirement) bool {
		for _, g := range given {
			if l.entails(g, item) {
				return true
			}
		}
		return false
	}
	for _, item := range a.items {
		if held := holds(item); held == a.Grant.Any {
			return held // one suffices, or one is missing
		}
	}
	return !a.Grant.Any
}

// entails tells whether one requirement cannot be met without the other.
func (l *linter) entails(given, wanted access.Requirement) bool {
	if given == wanted {
		return true
	}
	from, to := l.combinations(given), l.combinations(wanted)
	if from == nil || to == nil {
		return false
	}
	for _, have := range from {
		if !satisfies(have, to) {
			return false
		}
	}
	return true
}

// combinations returns the ways to meet mfa or a strength; nil for others.
func (l *linter) combinations(r access.Requirement) []access.Combination {
	id := r.Strength
	if r.Control == access.MFA {
		id = access.StrengthMFA // CA-104
	}
	s, _ := l.set.Strength(id)
	return s.Combinations
}

// satisfies tells whether completing a combination completes one of several. A
// narrowed combination counts only beside the same narrowing.
func satisfies(have access.Combination, any []access.Combination) bool {
	for _, want := range any {
		free := want.AAGUIDs == nil && want.IssuerSKIs == nil && want.PolicyOIDs == nil
		if free && want.Methods&^have.Methods == 0 {
			return true
		}
	}
	return false
}
