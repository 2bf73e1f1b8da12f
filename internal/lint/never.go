package lint

import (
	"fmt"
	"slices"

	"github.com/sallyport-id/sallyport/access"
)

// neverMatches finds policies that apply to no attempt whatever: a condition
// that its own exclusion empties, a place that holds no address, or conditions
// that cannot hold together. The last is found by deciding.
func (l *linter) neverMatches(p *access.Policy) {
	never := func(path, reference, message string) {
		l.add(p, Error, "never-matches", reference, path, message+", so that the policy never applies")
	}
	for _, s := range selections(p) {
		if len(s.include) > 0 && within(s.include, s.exclude) {
			never(s.path, "CA-11", fmt.Sprintf("excludes every %s that it includes", s.what))
			return
		}
	}
	if path, message := emptyCondition(p); message != "" {
		never(path, "CA-171", message)
		return
	}
	if message := l.emptyPlaces(p); message != "" {
		never("conditions.locations", "CA-64", message)
		return
	}
	if l.impossible(p) {
		never("conditions", "CA-171", "sets conditions that cannot hold together")
	}
}

// emptyCondition finds a condition that holds for nothing.
func emptyCondition(p *access.Policy) (path, message string) {
	c := &p.Conditions
	a := &c.Applications
	switch {
	case c.Workloads == nil && c.Users.Include.None && len(people(&c.Users.Include)) == 0:
		return "conditions.users", "includes the user None and is about no workload"
	case a.Include.None && len(apps(&a.Include)) == 0 && a.Filter == nil && a.UserActions == 0 && len(a.Contexts) == 0:
		return "conditions.applications", "includes the app None and no user action or authentication context"
	case c.Platforms != nil && c.Platforms.Include != 0 && c.Platforms.Include&^c.Platforms.Exclude == 0:
		return "conditions.platforms", "excludes every platform that it includes"
	case c.Workloads != nil && (c.UserRisk != 0 || c.SignInRisk != 0 || c.InsiderRisk != 0):
		return "conditions", "is about workloads and sets a risk that only people have"
	case c.Workloads == nil && (c.ServicePrincipalRisk != 0 || c.AgentRisk != 0):
		return "conditions", "is about people and sets a risk that only workloads have"
	case c.ServicePrincipalRisk != 0 && c.AgentRisk != 0:
		return "conditions", "sets the risk of a service principal and that of an agent; nobody has both"
	}
	return "", ""
}

// emptyPlaces finds a location condition whose included places hold no address.
func (l *linter) emptyPlaces(p *access.Policy) string {
	set := p.Conditions.Locations
	if set == nil || set.Include.All {
		return ""
	}
	if set.Include.AllTrusted && l.anyTrusted() {
		return ""
	}
	for _, id := range set.Include.Named {
		if !l.emptyPlace(id) {
			return ""
		}
	}
	switch {
	case set.Include.AllTrusted:
		return "includes the trusted locations, of which there are none"
	case len(set.Include.Named) == 0:
		return "includes no location"
	}
	return "includes only locations that hold no address and no country"
}

// anyTrusted tells whether the keyword AllTrusted names any address (CA-62).
func (l *linter) anyTrusted() bool {
	if len(l.tenant.Source.MFATrustedIPs) > 0 {
		return true
	}
	for i := range l.tenant.Source.Locations {
		if loc := &l.tenant.Source.Locations[i]; loc.Trusted && len(loc.Ranges) > 0 {
			return true
		}
	}
	return false
}

// emptyPlace tells whether a location certainly holds nothing.
func (l *linter) emptyPlace(id access.LocationID) bool {
	if fold(id) == fold(access.LocationMFATrustedIPs) {
		return false // set elsewhere, and perhaps not exported
	}
	loc, ok := l.set.Location(id)
	if !ok || loc.CompliantNetwork {
		return false
	}
	if loc.IsCountry {
		return len(loc.Countries) == 0 && !loc.IncludeUnknown
	}
	return len(loc.Ranges) == 0
}

// impossible decides the policy alone for every kind of client, platform, flow,
// device and principal, with all other facts unknown, and tells whether it
// certainly applies to none of them.
func (l *linter) impossible(p *access.Policy) bool {
	set := l.alone(p)
	if set == nil {
		return false
	}
	never := true
	kinds(principals(p), func(f *access.Facts) bool {
		never = set.Explain(f).Outcomes[0].Result == access.ResultNotApplied
		return never
	})
	return never
}

// alone compiles one policy as if it were enforced, with the locations that it
// names; nil if it is invalid.
func (l *linter) alone(p *access.Policy) *access.Set {
	copied := *p
	copied.State = access.StateEnabled
	src := access.Source{Policies: []access.Policy{copied}, Strengths: l.tenant.Source.Strengths, MFATrustedIPs: l.tenant.Source.MFATrustedIPs}
	for _, loc := range l.tenant.Source.Locations {
		if names(p.Conditions.Locations, &loc) {
			src.Locations = append(src.Locations, loc)
		}
	}
	set, err := access.Compile(src, access.Options{CarryUnresolved: true})
	if err != nil {
		return nil
	}
	return set
}

// names tells whether a location condition depends on a location.
func names(set *access.LocationSet, loc *access.Location) bool {
	if set == nil {
		return false
	}
	if loc.Trusted && (set.Include.AllTrusted || set.Exclude.AllTrusted) {
		return true
	}
	for _, id := range slices.Concat(set.Include.Named, set.Exclude.Named) {
		if fold(id) == fold(loc.ID) {
			return true
		}
	}
	return false
}

// kinds calls visit with every combination of the facts that have few values,
// for each principal, until visit returns false.
func kinds(principals []access.Facts, visit func(*access.Facts) bool) {
	clients := []access.ClientAppTypes{access.Browser, access.MobileAndDesktop, access.ExchangeActiveSync, access.EASSupported, access.OtherClients}
	flows := []access.Flows{access.FlowNone, access.DeviceCodeFlow, access.AuthenticationTransfer}
	devices := []access.Fact[*access.Device]{{}, access.Known[*access.Device](nil), access.Known(&access.Device{})}
	for _, f := range principals {
		for _, client := range clients {
			for _, flow := range flows {
				for platform := access.Android; platform <= access.PlatformOther; platform <<= 1 {
					for _, device := range devices {
						f.ClientApp, f.Flow = access.Known(client), access.Known(flow)
						f.Platform, f.Device = access.Known(platform), device
						if !visit(&f) {
							return
						}
					}
				}
			}
		}
	}
}

// principals returns one principal of each kind that the policy is about: one
// that it names, or else one of whom only the kind is known.
func principals(p *access.Policy) []access.Facts {
	w := p.Conditions.Workloads
	if w == nil {
		return []access.Facts{{UserID: access.Known(pick(p.Conditions.Users.Include.Users, p.Conditions.Users.Exclude.Users))}}
	}
	nobody := access.Known(access.UserID(""))
	return []access.Facts{
		{UserID: nobody, ServicePrincipalID: access.Known(pick(w.Include, w.Exclude))},
		{UserID: nobody, ServicePrincipalID: access.Known(access.ServicePrincipalID("")), AgentID: access.Known(pick(w.IncludeAgents, w.ExcludeAgents))},
	}
}

// pick returns an id that is included and not excluded, or one that no
// directory has.
func pick[T ~string](include, exclude []T) T {
	for _, id := range include {
		if !slices.ContainsFunc(exclude, func(x T) bool { return fold(x) == fold(id) }) {
			return id
		}
	}
	return "somebody"
}
