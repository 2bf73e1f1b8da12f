package access_test

import (
	"net/netip"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// masks are the configured conditions of a policy by their truth.
type masks map[access.Truth]access.Condition

// all is the truth of all configured conditions together (CA-171).
func (m masks) all() access.Truth {
	switch {
	case m[access.False] != 0:
		return access.False
	case m[access.Unknown] != 0:
		return access.Unknown
	}
	return access.True
}

// masksOf judges every condition of a policy that is configured (CA-4).
func (a attempt) masksOf(p *access.Policy) masks {
	c := &p.Conditions
	m := masks{}
	if len(p.Unrecognised) > 0 { // CA-8: nobody knows what it says
		m[access.False] = access.ConditionInvalid
		return m
	}
	judge := func(configured bool, name access.Condition, condition func(*access.Conditions) access.Truth) {
		if configured {
			m[condition(c)] |= name
		}
	}
	judge(true, access.ConditionApplication, a.application)
	judge(c.Workloads == nil, access.ConditionUsers, a.users)
	judge(c.Workloads != nil, access.ConditionServicePrincipals, a.servicePrincipals)
	judge(c.ClientApps != 0 && c.ClientApps != access.ClientAppAny, access.ConditionClientType, a.clientType)
	judge(c.Platforms != nil, access.ConditionPlatform, a.platform)
	judge(c.Locations != nil, access.ConditionLocation, a.location)
	judge(c.SignInRisk != 0, access.ConditionSignInRisk, a.signInRisk)
	judge(c.UserRisk != 0, access.ConditionUserRisk, a.userRisk)
	judge(c.ServicePrincipalRisk != 0 || c.AgentRisk != 0, access.ConditionServicePrincipalRisk, a.servicePrincipalRisk)
	judge(c.InsiderRisk != 0, access.ConditionInsiderRisk, a.insiderRisk)
	judge(c.Flows != 0, access.ConditionFlows, a.flow)
	judge(c.DeviceFilter != nil || c.DeviceStates != nil, access.ConditionDeviceState, a.deviceState)
	return m
}

func anyOf(truths ...access.Truth) access.Truth {
	t := access.False
	for _, u := range truths {
		t = t.Or(u)
	}
	return t
}

// oneOf reports whether s is in list, in any case (CA-6).
func oneOf[T ~string](list []T, s T) bool {
	for _, x := range list {
		if strings.EqualFold(string(x), string(s)) {
			return true
		}
	}
	return false
}

// isListed is whether a fact of one id is in a list.
func isListed[T ~string](list []T, id access.Fact[T]) access.Truth {
	if len(list) == 0 {
		return access.False
	}
	v, known := id.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(v != "" && oneOf(list, v))
}

// someListed is whether some of a fact's ids is in a list.
func someListed[T ~string](list []T, ids access.Fact[[]T]) access.Truth {
	if len(list) == 0 {
		return access.False
	}
	have, known := ids.Get()
	if !known {
		return access.Unknown
	}
	for _, id := range have {
		if oneOf(list, id) {
			return access.True
		}
	}
	return access.False
}

// clientType is CA-50 and CA-51.
func (a attempt) clientType(c *access.Conditions) access.Truth {
	seen, known := a.f.ClientApp.Get()
	switch {
	case !known:
		return access.Unknown
	case seen == access.ClientAppAny:
		return access.True
	case seen == access.EASSupported && c.ClientApps&access.ExchangeActiveSync != 0:
		return access.True
	}
	return filter.Of(c.ClientApps&seen != 0)
}

// platform is CA-55 and CA-57.
func (a attempt) platform(c *access.Conditions) access.Truth {
	include, exclude := c.Platforms.Include, c.Platforms.Exclude
	seen, known := a.f.Platform.Get()
	switch {
	case include == 0:
		return access.False
	case !known && include == access.PlatformAll && exclude == 0:
		return access.True
	case !known:
		return access.Unknown
	case seen == access.PlatformAll: // not specified
		return access.True
	case seen == access.PlatformOther:
		return filter.Of(include == access.PlatformAll && exclude != access.PlatformAll)
	}
	return filter.Of(include&seen != 0 && exclude&seen == 0)
}

// location is CA-60.
func (a attempt) location(c *access.Conditions) access.Truth {
	return a.somewhere(c.Locations.Include).And(a.somewhere(c.Locations.Exclude).Not())
}

func (a attempt) somewhere(s access.LocationSelector) access.Truth {
	t := filter.Of(s.All) // CA-61
	if s.AllTrusted {
		t = t.Or(a.trusted())
	}
	for _, id := range s.Named {
		t = t.Or(a.inNamed(id))
	}
	return t
}

// trusted is CA-62.
func (a attempt) trusted() access.Truth {
	t := a.inRanges(a.src.MFATrustedIPs)
	for _, l := range a.src.Locations {
		if l.Trusted {
			t = t.Or(a.inRanges(l.Ranges))
		}
	}
	return t
}

func (a attempt) inNamed(id access.LocationID) access.Truth {
	switch {
	case strings.EqualFold(string(id), string(access.LocationMFATrustedIPs)): // CA-63
		return a.inRanges(a.src.MFATrustedIPs)
	case strings.EqualFold(string(id), string(access.LocationCompliantNetwork)):
		return a.onCompliantNetwork()
	}
	for _, l := range a.src.Locations {
		if strings.EqualFold(string(l.ID), string(id)) {
			return a.inLocation(l)
		}
	}
	return access.Unknown // Options.CarryUnresolved
}

func (a attempt) inLocation(l access.Location) access.Truth {
	switch {
	case l.CompliantNetwork:
		return a.onCompliantNetwork()
	case l.IsCountry || len(l.Countries) > 0:
		return a.inCountries(l)
	}
	return a.inRanges(l.Ranges)
}

// onCompliantNetwork is CA-70.
func (a attempt) onCompliantNetwork() access.Truth {
	on, known := a.f.CompliantNetwork.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(on)
}

// inRanges is CA-64.
func (a attempt) inRanges(ranges []access.Range) access.Truth {
	if len(ranges) == 0 {
		return access.False
	}
	addr, known := a.f.IP.Get()
	if !known {
		return access.Unknown
	}
	for _, r := range ranges {
		if within(r, addr.Unmap().WithZone("")) {
			return access.True
		}
	}
	return access.False
}

// within compares addresses of one family only: an IPv6 source is in no IPv4
// range.
func within(r access.Range, addr netip.Addr) bool {
	first, last := r.First.Unmap(), r.Last.Unmap()
	return addr.IsValid() && addr.Is4() == first.Is4() && first.Compare(addr) <= 0 && addr.Compare(last) <= 0
}

// inCountries is CA-65 to CA-67.
func (a attempt) inCountries(l access.Location) access.Truth {
	if len(l.Countries) == 0 && !l.IncludeUnknown {
		return access.False
	}
	country := a.f.Country
	if l.ByGPS {
		country = a.f.GPSCountry
	}
	switch seen, known := country.Get(); {
	case !known:
		return access.Unknown
	case seen == "":
		return filter.Of(l.IncludeUnknown)
	default:
		return filter.Of(oneOf(l.Countries, seen))
	}
}

// riskIn is CA-75, CA-76 and CA-78: membership in a set, hidden is none.
func riskIn(set access.RiskLevels, level access.Fact[access.RiskLevels]) access.Truth {
	seen, known := level.Get()
	if !known {
		return access.Unknown
	}
	if seen == access.RiskHidden {
		seen = access.RiskNone
	}
	return filter.Of(set&seen != 0)
}

func (a attempt) signInRisk(c *access.Conditions) access.Truth {
	return riskIn(c.SignInRisk, a.f.SignInRisk)
}

func (a attempt) userRisk(c *access.Conditions) access.Truth { return riskIn(c.UserRisk, a.f.UserRisk) }

// servicePrincipalRisk is for workloads and agents only, CA-28 and CA-29.
func (a attempt) servicePrincipalRisk(c *access.Conditions) access.Truth {
	t := access.True
	if c.ServicePrincipalRisk != 0 {
		t = t.And(a.isPrincipal(workload)).And(riskIn(c.ServicePrincipalRisk, a.f.ServicePrincipalRisk))
	}
	if c.AgentRisk != 0 {
		t = t.And(a.isPrincipal(agent)).And(riskIn(c.AgentRisk, a.f.AgentRisk))
	}
	return t
}

// insiderRisk is CA-82.
func (a attempt) insiderRisk(c *access.Conditions) access.Truth {
	seen, known := a.f.InsiderRisk.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(seen != access.InsiderNone && c.InsiderRisk&seen != 0)
}

// flow is CA-95.
func (a attempt) flow(c *access.Conditions) access.Truth {
	seen, known := a.f.Flow.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(seen != access.FlowNone && c.Flows&seen != 0)
}
