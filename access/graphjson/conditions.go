package graphjson

import (
	"errors"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

func (o *object) conditions() access.Conditions {
	var c access.Conditions
	if u := o.object("users"); u != nil {
		c.Users = access.Users{Include: u.principals("include"), Exclude: u.principals("exclude")}
		u.rest()
	}
	if w := o.object("clientApplications"); w != nil {
		c.Workloads = w.workloads()
	}
	if a := o.object("applications"); a != nil {
		c.Applications = a.applications()
	}
	c.ClientApps = readList(o, "clientAppTypes", clientAppEnum)
	if c.ClientApps == access.ClientAppAny {
		c.ClientApps = 0 // both mean all (CA-51)
	}
	if p := o.object("platforms"); p != nil {
		c.Platforms = p.platforms()
	}
	if l := o.object("locations"); l != nil {
		c.Locations = l.locations()
	}
	// Risk levels are an array in most members and a flags string in
	// agentIdRiskLevels (CA-5, CA-29).
	c.SignInRisk = readFlags(o, "signInRiskLevels", riskEnum)
	c.UserRisk = readFlags(o, "userRiskLevels", riskEnum)
	c.ServicePrincipalRisk = readFlags(o, "servicePrincipalRiskLevels", riskEnum)
	c.AgentRisk = readFlags(o, "agentIdRiskLevels", riskEnum)
	c.InsiderRisk = o.insiderRisk()
	if f := o.object("authenticationFlows"); f != nil {
		// None is Graph's way of saying that nothing is configured (CA-95).
		c.Flows = readFlags(f, "transferMethods", flowEnum) &^ access.FlowNone
		f.rest()
	}
	o.devices(&c)
	o.rest()
	return c
}

func (o *object) insiderRisk() access.InsiderRiskLevels {
	v := readFlags(o, "insiderRiskLevels", insiderEnum)
	if v&access.InsiderNone != 0 {
		// Only an attempt can have no insider risk (CA-82).
		o.r.unrecognised = append(o.r.unrecognised, access.Unrecognised{Path: o.within("insiderRiskLevels"), Value: "none"})
	}
	return v &^ access.InsiderNone
}

// keyword reports whether an id is the keyword, in any letter case (CA-6).
func keyword(n *Node, word string) bool { return strings.EqualFold(strings.TrimSpace(n.text), word) }

// principals reads the members of users that begin with side: include or exclude.
func (o *object) principals(side string) access.Principals {
	var p access.Principals
	o.each(side+"Users", func(n *Node, path string) {
		switch {
		case keyword(n, "All"):
			p.All = true
		case keyword(n, "None"):
			p.None = true
		case keyword(n, "GuestsOrExternalUsers"): // CA-18
			p.Guests = append(p.Guests, access.GuestSelector{Types: access.GuestTypesAll})
		case keyword(n, "AllAgentIdUsers"): // agents' user accounts, which access does not know
			o.r.unrecognise(n, path)
		default:
			p.Users = append(p.Users, access.UserID(n.text))
		}
	})
	p.Groups = ids[access.GroupID](o, side+"Groups")
	p.Roles = ids[access.RoleID](o, side+"Roles")
	if g := o.object(side + "GuestsOrExternalUsers"); g != nil {
		if s, ok := g.guests(); ok {
			p.Guests = append(p.Guests, s)
		}
	}
	return p
}

func (o *object) guests() (access.GuestSelector, bool) {
	s := access.GuestSelector{Types: readFlags(o, "guestOrExternalUserTypes", guestEnum)}
	if t := o.object("externalTenants"); t != nil {
		kind := t.choice("membershipKind", "all", "enumerated")
		members := ids[access.TenantID](t, "members")
		if kind != 0 && len(members) == 0 {
			t.r.fail(t.n, t.within("members"), "found no tenant, expected those that membershipKind enumerated announces")
		}
		if kind != 0 {
			s.Tenants = members
		}
		t.rest()
	}
	o.rest()
	return s, s.Types != 0
}

func (o *object) workloads() *access.Workloads {
	w := &access.Workloads{}
	o.each("includeServicePrincipals", func(n *Node, _ string) {
		if keyword(n, "ServicePrincipalsInMyTenant") {
			w.IncludeAll = true
			return
		}
		w.Include = append(w.Include, access.ServicePrincipalID(n.text))
	})
	w.Exclude = ids[access.ServicePrincipalID](o, "excludeServicePrincipals")
	w.Filter = o.filter("servicePrincipalFilter", filter.ParseApp)
	o.each("includeAgentIdServicePrincipals", func(n *Node, _ string) {
		if keyword(n, "All") {
			w.IncludeAllAgents = true
			return
		}
		w.IncludeAgents = append(w.IncludeAgents, access.ServicePrincipalID(n.text))
	})
	w.ExcludeAgents = ids[access.ServicePrincipalID](o, "excludeAgentIdServicePrincipals")
	w.AgentFilter = o.filter("agentIdServicePrincipalFilter", filter.ParseApp)
	o.rest()
	return w
}

func (o *object) applications() access.Applications {
	a := access.Applications{
		Include: o.apps("includeApplications"),
		Exclude: o.apps("excludeApplications"),
		Filter:  o.filter("applicationFilter", filter.ParseApp),
	}
	a.UserActions = readList(o, "includeUserActions", actionEnum)
	o.each("includeAuthenticationContextClassReferences", func(n *Node, _ string) {
		a.Contexts = append(a.Contexts, strings.ToLower(strings.TrimSpace(n.text)))
	})
	o.rest()
	return a
}

func (o *object) apps(name string) access.AppSelector {
	var s access.AppSelector
	o.each(name, func(n *Node, path string) {
		switch {
		case keyword(n, "All") && name == "excludeApplications":
			o.r.unrecognise(n, path) // CA-32
		case keyword(n, "All"):
			s.All = true
		case keyword(n, "None"):
			s.None = true
		case keyword(n, "Office365"):
			s.Office365 = true
		case keyword(n, "MicrosoftAdminPortals"):
			s.AdminPortals = true
		case keyword(n, "AllAgentIdResources"):
			s.AllAgents = true
		default:
			s.Apps = append(s.Apps, access.AppID(n.text))
		}
	})
	return s
}

// platforms reads the platform condition. Where nothing is included but
// something is excluded, the include is not configured and prevents nothing
// (CA-4).
func (o *object) platforms() *access.PlatformSet {
	s := &access.PlatformSet{Include: o.platformList("includePlatforms"), Exclude: o.platformList("excludePlatforms")}
	o.rest()
	if o.member("includePlatforms") == nil {
		if s.Exclude == 0 {
			return nil
		}
		s.Include = access.PlatformAll
	}
	return s
}

func (o *object) platformList(name string) access.Platforms {
	// An attempt may show a platform that is none of the known ones; a
	// policy can only name it by "all" (CA-57).
	for i, n := range o.items(name) {
		if keyword(n, access.PlatformOther.String()) {
			o.r.unrecognise(n, indexPath(o.within(name), i))
		}
	}
	v := readList(o, name, platformEnum)
	if v == access.PlatformAll {
		return v
	}
	return v &^ access.PlatformOther
}

// locations reads the location condition; an include that is not configured is
// every location (CA-60).
func (o *object) locations() *access.LocationSet {
	s := &access.LocationSet{Include: o.places("includeLocations"), Exclude: o.places("excludeLocations")}
	if o.member("includeLocations") == nil {
		s.Include.All = true
	}
	unset := o.member("includeLocations") == nil && o.member("excludeLocations") == nil
	o.rest()
	if unset {
		return nil
	}
	return s
}

func (o *object) places(name string) access.LocationSelector {
	var s access.LocationSelector
	o.each(name, func(n *Node, _ string) {
		switch {
		case keyword(n, "All"):
			s.All = true
		case keyword(n, "AllTrusted"):
			s.AllTrusted = true
		default:
			s.Named = append(s.Named, access.LocationID(n.text))
		}
	})
	return s
}

// devices reads the device filter and the three spellings of the retired device
// state condition (CA-90).
func (o *object) devices(c *access.Conditions) {
	var states access.DeviceStates
	if d := o.object("devices"); d != nil {
		c.DeviceFilter = d.filter("deviceFilter", filter.ParseDevice)
		d.deviceStates("includeDevices", "excludeDevices", &states)
		d.deviceStates("includeDeviceStates", "excludeDeviceStates", &states)
		d.rest()
	}
	if d := o.object("deviceStates"); d != nil {
		d.deviceStates("includeStates", "excludeStates", &states)
		d.rest()
	}
	if states != (access.DeviceStates{}) {
		c.DeviceStates = &states
	}
}

func (o *object) deviceStates(include, exclude string, s *access.DeviceStates) {
	o.each(include, func(n *Node, path string) {
		if !keyword(n, "All") {
			o.r.unrecognise(n, path)
		}
	})
	o.each(exclude, func(n *Node, path string) {
		switch {
		case keyword(n, "Compliant"):
			s.ExcludeCompliant = true
		case keyword(n, "DomainJoined"):
			s.ExcludeDomainJoined = true
		default:
			o.r.unrecognise(n, path)
		}
	})
}

// filter reads a rule with its mode.
func (o *object) filter(name string, parse func(string) (*filter.Rule, error)) *access.Filter {
	f := o.object(name)
	if f == nil {
		return nil
	}
	defer f.rest()
	mode := f.member("mode")
	exclude := f.choice("mode", "include", "exclude")
	rule := f.typed("rule", String)
	if mode == nil {
		f.r.fail(f.n, f.within("mode"), "found nothing, expected include or exclude")
	}
	if rule == nil {
		if f.member("rule") == nil {
			f.r.fail(f.n, f.within("rule"), "found nothing, expected a rule")
		}
		return nil
	}
	parsed, err := parse(rule.text)
	if err != nil {
		f.r.errs = append(f.r.errs, ruleError(rule, f.r.whole(f.within("rule")), err))
		return nil
	}
	return &access.Filter{Exclude: exclude == 1, Rule: parsed}
}

// ruleError tells where in the text the mistake in a rule stands.
func ruleError(rule *Node, path string, err error) *Error {
	var syntax *filter.SyntaxError
	if !errors.As(err, &syntax) {
		return rule.Errorf(path, "%v", err)
	}
	return rule.errorInside(syntax.Offset, path, "found %s, expected %s in the rule", syntax.Found, syntax.Expected)
}
