package access

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access/filter"
)

// The texts below are for people who administer policies. Names of locations
// stand for their ids; ids of people and groups stay as they are, since only
// the caller knows their names.

// selector writes "included except excluded".
func selector(include, exclude []string) string {
	s := strings.Join(include, ", ")
	if s == "" {
		s = "nothing"
	}
	if len(exclude) > 0 {
		s += " except " + strings.Join(exclude, ", ")
	}
	return s
}

func ids[T ~string](kind string, list []T) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = strings.TrimSpace(kind + " " + string(id))
	}
	return out
}

func when(b bool, s string) []string {
	if b {
		return []string{s}
	}
	return nil
}

// knownOr writes a fact, or that it is not known.
func knownOr[T any](f Fact[T], write func(T) string) string {
	if !f.known {
		return "not known"
	}
	return write(f.value)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func (p *Principals) words() []string {
	list := slices.Concat(when(p.All, "All"), when(p.None, "None"), ids("user", p.Users), ids("group", p.Groups), ids("role", p.Roles))
	for _, g := range p.Guests {
		s := "guests " + g.Types.String()
		if g.Types == GuestTypesAll {
			s = "all guests"
		}
		if g.Tenants != nil {
			s += " of " + strings.Join(ids("", g.Tenants), ", ")
		}
		list = append(list, s)
	}
	return list
}

func wantedUsers(c *Conditions, _ *Set) string {
	return selector(c.Users.Include.words(), c.Users.Exclude.words())
}

func seenUsers(f *Facts, _ *Conditions, _ *Set) string {
	switch principalOf(f) {
	case principalUnknown:
		return "not known"
	case principalUser:
	default:
		return "no person"
	}
	s := "user " + string(f.UserID.value)
	if g := f.GuestTypes; g.known && g.value != 0 {
		s += ", " + g.value.String()
		if f.HomeTenantID.value != "" {
			s += " of " + string(f.HomeTenantID.value)
		}
	}
	groups := knownOr(f.Groups, func(l []GroupID) string { return fmt.Sprint(len(l)) })
	roles := knownOr(f.Roles, func(l []RoleID) string { return fmt.Sprint(len(l)) })
	return s + fmt.Sprintf(" (groups: %s, roles: %s)", groups, roles)
}

func wantedWorkloads(c *Conditions, _ *Set) string {
	w := c.Workloads
	include := slices.Concat(when(w.IncludeAll, "ServicePrincipalsInMyTenant"), ids("service principal", w.Include),
		when(w.IncludeAllAgents, "all agents"), ids("agent", w.IncludeAgents))
	exclude := slices.Concat(ids("service principal", w.Exclude), ids("agent", w.ExcludeAgents))
	for _, f := range []*Filter{w.Filter, w.AgentFilter} {
		include, exclude = addRule(f, include, exclude)
	}
	return selector(include, exclude)
}

// addRule puts a filter on the side that its mode names.
func addRule(f *Filter, include, exclude []string) (in, ex []string) {
	switch {
	case f == nil:
	case f.Exclude:
		exclude = append(exclude, f.Rule.String())
	default:
		include = append(include, f.Rule.String())
	}
	return include, exclude
}

func seenWorkloads(f *Facts, _ *Conditions, _ *Set) string {
	switch principalOf(f) {
	case principalUser:
		return "a person"
	case principalWorkload:
		return "service principal " + orNone(string(f.ServicePrincipalID.value))
	case principalAgent:
		return "agent " + string(f.AgentID.value)
	}
	return "not known"
}

func (s *AppSelector) words() []string {
	return slices.Concat(when(s.All, "All"), when(s.None, "None"), when(s.Office365, "Office365"),
		when(s.AdminPortals, "MicrosoftAdminPortals"), when(s.AllAgents, "AllAgentIdResources"), ids("", s.Apps))
}

func wantedApplication(c *Conditions, _ *Set) string {
	t := &c.Applications
	include, exclude := addRule(t.Filter, t.Include.words(), t.Exclude.words())
	include = slices.Concat(include, when(t.UserActions != 0, t.UserActions.String()), ids("context", t.Contexts))
	return selector(include, exclude)
}

func seenApplication(f *Facts, _ *Conditions, _ *Set) string {
	if f.UserAction.value != 0 {
		return f.UserAction.value.String()
	}
	list := when(f.AuthenticationContext.value != "", "context "+f.AuthenticationContext.value)
	for _, a := range f.Audiences.value {
		list = append(list, string(a.AppID))
	}
	if !f.Audiences.known && len(list) == 0 {
		return "not known"
	}
	return orNone(strings.Join(list, ", "))
}

func wantedClient(c *Conditions, _ *Set) string { return c.ClientApps.String() }

func seenClient(f *Facts, _ *Conditions, _ *Set) string {
	return knownOr(f.ClientApp, func(c ClientAppTypes) string {
		if c == ClientAppAny {
			return "any client"
		}
		return c.String()
	})
}

func wantedPlatform(c *Conditions, _ *Set) string {
	return selector(when(c.Platforms.Include != 0, c.Platforms.Include.String()), when(c.Platforms.Exclude != 0, c.Platforms.Exclude.String()))
}

func seenPlatform(f *Facts, _ *Conditions, _ *Set) string {
	return knownOr(f.Platform, func(p Platforms) string {
		if p == PlatformAll {
			return "any platform"
		}
		return p.String()
	})
}

func (s *LocationSelector) words(set *Set) []string {
	list := slices.Concat(when(s.All, "All"), when(s.AllTrusted, "AllTrusted"))
	for _, id := range s.Named {
		name := string(id)
		if l, ok := set.Location(id); ok && l.DisplayName != "" {
			name = l.DisplayName
		}
		list = append(list, name)
	}
	return list
}

func wantedLocation(c *Conditions, s *Set) string {
	return selector(c.Locations.Include.words(s), c.Locations.Exclude.words(s))
}

func seenLocation(f *Facts, c *Conditions, s *Set) string {
	list := []string{"address " + knownOr(f.IP, netip.Addr.String)}
	list = append(list, "country "+knownOr(f.Country, orNone))
	if f.GPSCountry.known {
		list = append(list, "GPS country "+orNone(f.GPSCountry.value))
	}
	if f.CompliantNetwork.known && f.CompliantNetwork.value {
		list = append(list, "compliant network")
	}
	return strings.Join(list, ", ")
}

func wantedSignInRisk(c *Conditions, _ *Set) string { return c.SignInRisk.String() }
func wantedUserRisk(c *Conditions, _ *Set) string   { return c.UserRisk.String() }
func wantedWorkloadRisk(c *Conditions, _ *Set) string {
	return strings.Join(slices.Concat(when(c.ServicePrincipalRisk != 0, c.ServicePrincipalRisk.String()),
		when(c.AgentRisk != 0, "agent "+c.AgentRisk.String())), ", ")
}

func wantedInsiderRisk(c *Conditions, _ *Set) string { return c.InsiderRisk.String() }
func wantedFlows(c *Conditions, _ *Set) string       { return c.Flows.String() }

func seenSignInRisk(f *Facts, _ *Conditions, _ *Set) string {
	return knownOr(f.SignInRisk, RiskLevels.String)
}

func seenUserRisk(f *Facts, _ *Conditions, _ *Set) string {
	return knownOr(f.UserRisk, RiskLevels.String)
}

func seenWorkloadRisk(f *Facts, _ *Conditions, _ *Set) string {
	switch principalOf(f) {
	case principalUser:
		return "a person"
	case principalAgent:
		return "agent " + knownOr(f.AgentRisk, RiskLevels.String)
	}
	return knownOr(f.ServicePrincipalRisk, RiskLevels.String)
}

func seenInsiderRisk(f *Facts, _ *Conditions, _ *Set) string {
	return knownOr(f.InsiderRisk, InsiderRiskLevels.String)
}

func seenFlow(f *Facts, _ *Conditions, _ *Set) string { return knownOr(f.Flow, Flows.String) }

func wantedDevice(c *Conditions, s *Set) string {
	if c.DeviceFilter == nil {
		return wantedDeviceStates(c, s)
	}
	rule := c.DeviceFilter.Rule.String()
	if c.DeviceFilter.Exclude {
		rule = "not (" + rule + ")"
	}
	if c.DeviceStates != nil {
		rule += "; " + wantedDeviceStates(c, s)
	}
	return rule
}

func wantedDeviceStates(c *Conditions, _ *Set) string {
	exclude := slices.Concat(when(c.DeviceStates.ExcludeCompliant, "Compliant"), when(c.DeviceStates.ExcludeDomainJoined, "DomainJoined"))
	return selector([]string{"All"}, exclude)
}

// seenDevice shows the properties that the rule names.
func seenDevice(f *Facts, c *Conditions, _ *Set) string {
	d, known := f.Device.Get()
	switch {
	case !known:
		return "not known"
	case d == nil:
		return "unregistered device"
	case f.Flow.value&DeviceCodeFlow != 0:
		return "no device state under device code flow"
	}
	properties := []filter.Property{propertyIsCompliant, propertyTrustType}
	if c.DeviceFilter != nil {
		properties = c.DeviceFilter.Rule.Properties()
	}
	list := make([]string, len(properties))
	for i, p := range properties {
		v := d.Value(p)
		s := strings.Join(v.Strings(), ",")
		switch {
		case !v.IsKnown():
			s = "not known"
		case v.IsNull():
			s = "null"
		}
		list[i] = p.Name() + " " + s
	}
	return strings.Join(list, ", ")
}
