package access

import (
	"fmt"
	"strings"
	"unicode"
)

// validator collects the faults of a source.
type validator struct {
	opt       Options
	places    *places
	strengths *strengths
	seen      map[string]bool // ids of the kind that is being checked
	faults    Faults
	current   Fault // of the object that is being checked: kind, id, name
}

func (v *validator) fault(path, rule, format string, args ...any) {
	f := v.current
	f.Path, f.Rule, f.Reason = path, rule, fmt.Sprintf(format, args...)
	v.faults = append(v.faults, f)
}

func (v *validator) begin(kind, id, name string) {
	v.current = Fault{Kind: kind, ID: id, DisplayName: name}
	key := strings.ToLower(id)
	if id != "" && v.seen[key] {
		v.fault("id", "CA-1", "stands twice; ids must differ")
	}
	v.seen[key] = true
}

// identifier refuses what cannot be an id, such as the <placeholders> of
// published baselines.
func (v *validator) identifier(path, id, expected string) bool {
	bad := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>{}"'`, r) }
	if id == "" || strings.ContainsFunc(id, bad) {
		v.fault(path, "CA-10", "%q is no identifier; expected %s", id, expected)
		return false
	}
	return true
}

func identifiers[T ~string](v *validator, path string, ids []T, expected string) {
	for n, id := range ids {
		v.identifier(fmt.Sprintf("%s[%d]", path, n), string(id), expected)
	}
}

func (v *validator) policy(p *Policy) {
	v.begin("policy", string(p.ID), p.DisplayName)
	if p.State == StateEnabled {
		for _, u := range p.Unrecognised {
			v.fault(u.Path, "CA-8", "%s is not a value that is understood", u.Value)
		}
	}
	if p.State == StateDisabled || p.State == StateNone {
		return // never evaluated; kept so that it is listed
	}
	v.complete(p)
	c := &p.Conditions
	v.principals("conditions.users.include", &c.Users.Include)
	v.principals("conditions.users.exclude", &c.Users.Exclude)
	v.workloads(c.Workloads)
	identifiers(v, "conditions.applications.includeApplications", c.Applications.Include.Apps, "an app id")
	identifiers(v, "conditions.applications.excludeApplications", c.Applications.Exclude.Apps, "an app id")
	identifiers(v, "conditions.applications.includeAuthenticationContextClassReferences", c.Applications.Contexts, "c1 to c99")
	v.filter("conditions.applications.applicationFilter.rule", c.Applications.Filter)
	v.filter("conditions.devices.deviceFilter.rule", c.DeviceFilter)
	if c.Locations != nil {
		v.named("conditions.locations.includeLocations", c.Locations.Include.Named)
		v.named("conditions.locations.excludeLocations", c.Locations.Exclude.Named)
	}
	v.grant(p.Grant)
}

// complete checks that a policy says whom it is about, what for, and what it
// does (CA-3).
func (v *validator) complete(p *Policy) {
	if len(p.Unrecognised) > 0 {
		return // it may say so in words nobody understands
	}
	c := &p.Conditions
	in := &c.Users.Include
	if c.Workloads == nil && !in.All && !in.None && len(in.Users)+len(in.Groups)+len(in.Roles)+len(in.Guests) == 0 {
		v.fault("conditions.users", "CA-3", "includes nobody; expected a user, group, role, guest or workload rule")
	}
	if c.Workloads != nil && !c.Workloads.includesAnyone() {
		v.fault("conditions.clientApplications", "CA-25", "includes nobody; expected a service principal or agent rule")
	}
	t := &c.Applications
	if !t.Include.names() && !t.Include.None && t.Filter == nil && t.UserActions == 0 && len(t.Contexts) == 0 {
		v.fault("conditions.applications", "CA-3", "includes nothing; expected an app, user action or authentication context")
	}
	if p.Session == (SessionControls{}) && (p.Grant == nil || p.Grant.Controls == 0 && len(demandsOf(p.Grant, true)) == 0) {
		v.fault("grantControls", "CA-3", "demands nothing; expected a grant or session control")
	}
}

func (v *validator) principals(path string, p *Principals) {
	identifiers(v, path+"Users", p.Users, "a user id, All, None or GuestsOrExternalUsers")
	identifiers(v, path+"Groups", p.Groups, "a group id")
	identifiers(v, path+"Roles", p.Roles, "a role template id")
	for n, g := range p.Guests {
		if g.Types == 0 {
			v.fault(fmt.Sprintf("%sGuestsOrExternalUsers[%d]", path, n), "CA-17", "names no kind of guest")
		}
		identifiers(v, path+"GuestsOrExternalUsers.externalTenants.members", g.Tenants, "a tenant id")
	}
}

func (v *validator) workloads(w *Workloads) {
	if w == nil {
		return
	}
	const path = "conditions.clientApplications."
	identifiers(v, path+"includeServicePrincipals", w.Include, "a service principal id or ServicePrincipalsInMyTenant")
	identifiers(v, path+"excludeServicePrincipals", w.Exclude, "a service principal id")
	identifiers(v, path+"includeAgentIdServicePrincipals", w.IncludeAgents, "a service principal id or All")
	identifiers(v, path+"excludeAgentIdServicePrincipals", w.ExcludeAgents, "a service principal id")
	v.filter(path+"servicePrincipalFilter.rule", w.Filter)
	v.filter(path+"agentIdServicePrincipalFilter.rule", w.AgentFilter)
}

func (v *validator) filter(path string, f *Filter) {
	if f != nil && f.Rule == nil {
		v.fault(path, "CA-83", "is missing; expected a rule")
	}
}

func (v *validator) named(path string, ids []LocationID) {
	for n, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, n)
		if !v.identifier(at, string(id), "a named location's id, All or AllTrusted") {
			continue
		}
		if _, ok := v.places.find(id); !ok && !v.opt.CarryUnresolved {
			v.fault(at, "CA-60", "no named location has the id %s", id)
		}
	}
}

func (v *validator) grant(g *GrantControls) {
	if g == nil {
		return
	}
	identifiers(v, "grantControls.termsOfUse", g.TermsOfUse, "an agreement id")
	identifiers(v, "grantControls.customAuthenticationFactors", g.Custom, "a custom control's id")
	if g.Strength == "" || !v.identifier("grantControls.authenticationStrength.id", string(g.Strength), "a strength's id") {
		return
	}
	if v.strengths.find(g.Strength) == nil && !v.opt.CarryUnresolved {
		v.fault("grantControls.authenticationStrength.id", "CA-131", "no authentication strength has the id %s", g.Strength)
	}
}

func (v *validator) location(l *Location) {
	v.begin("location", string(l.ID), l.DisplayName)
	for n, r := range l.Ranges {
		ok := r.First.IsValid() && r.Last.IsValid() && r.First.Unmap().Is4() == r.Last.Unmap().Is4()
		if !ok || r.Last.Unmap().Less(r.First.Unmap()) {
			v.fault(fmt.Sprintf("ipRanges[%d]", n), "CA-64", "%v to %v is no range; expected two addresses of one family in order", r.First, r.Last)
		}
	}
	for n, c := range l.Countries {
		if _, ok := countryCode(c); !ok {
			v.fault(fmt.Sprintf("countriesAndRegions[%d]", n), "CA-65", "%q is no country; expected two letters", c)
		}
	}
	kinds := 0
	for _, is := range []bool{len(l.Ranges) > 0, l.IsCountry, l.CompliantNetwork} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds > 1 || !l.IsCountry && len(l.Countries) > 0:
		v.fault("", "CA-60", "is of several kinds; expected addresses, countries or a compliant network")
	case l.IsCountry && l.Trusted:
		v.fault("isTrusted", "CA-62", "is true; a country cannot be trusted")
	}
}

func (v *validator) strength(s *Strength) {
	v.begin("strength", string(s.ID), s.DisplayName)
	if len(s.Combinations) == 0 {
		v.fault("allowedCombinations", "CA-133", "is empty; expected a combination of methods")
	}
	for n, c := range s.Combinations {
		if c.Methods == 0 {
			v.fault(fmt.Sprintf("allowedCombinations[%d]", n), "CA-130", "names no method")
		}
	}
}
