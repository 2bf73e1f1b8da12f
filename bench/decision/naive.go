package decision

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// newNaive is the plain loop over the same policies and the same facts as
// access: three truths, identifiers compared without case, every condition of
// every policy in turn, each by a scan of what the policy lists. It is access
// without its index, as far as this workload goes.
func newNaive(w *workload) (engine, error) {
	src, err := w.source()
	n := naive{src: src, locations: map[access.LocationID]*access.Location{}}
	for i := range src.Locations {
		n.locations[src.Locations[i].ID] = &src.Locations[i]
	}
	return engine{
		name:    "plain loop, same facts",
		prepare: func(a *attempt) any { return facts(a) },
		decide:  func(x any) (verdict, error) { return verdictIn(n.decide(x.(*access.Facts))) },
	}, err
}

type naive struct {
	src       access.Source
	locations map[access.LocationID]*access.Location
}

// decide keeps the best and the worst that every policy may come to.
func (n *naive) decide(f *access.Facts) access.Verdict {
	atLeast, atMost := access.Grant, access.Grant
	for i := range n.src.Policies {
		p := &n.src.Policies[i]
		applies := n.applies(p, f)
		if applies == access.False {
			continue
		}
		best, worst := gradeNaively(p.Grant, f)
		if applies == access.True {
			atLeast = max(atLeast, best)
		}
		atMost = max(atMost, worst)
	}
	if atLeast != atMost {
		return access.Undetermined
	}
	return atLeast
}

func (n *naive) applies(p *access.Policy, f *access.Facts) access.Truth {
	c := &p.Conditions
	return n.application(c, f).
		And(n.principals(&c.Users.Include, f)).
		And(n.principals(&c.Users.Exclude, f).Not()).
		And(listed(c.ClientApps, f.ClientApp)).
		And(platform(c.Platforms, f)).
		And(n.location(c.Locations, f)).
		And(listed(c.SignInRisk, f.SignInRisk)).
		And(listed(c.UserRisk, f.UserRisk)).
		And(listed(c.Flows, f.Flow)).
		And(device(c.DeviceFilter, f))
}

// listed tells whether a set has the bit of a fact; an empty set has all.
func listed[T ~uint8 | ~uint16](set T, f access.Fact[T]) access.Truth {
	v, known := f.Get()
	switch {
	case set == 0:
		return access.True
	case !known:
		return access.Unknown
	}
	return truth(set&v != 0)
}

func truth(b bool) access.Truth {
	if b {
		return access.True
	}
	return access.False
}

func sameID[T ~string](list []T, id T) bool {
	return slices.ContainsFunc(list, func(x T) bool { return strings.EqualFold(string(x), string(id)) })
}

func (n *naive) application(c *access.Conditions, f *access.Facts) access.Truth {
	audiences, known := f.Audiences.Get()
	if !known {
		return access.Unknown
	}
	for _, a := range audiences {
		in := c.Applications.Include.All || sameID(c.Applications.Include.Apps, a.AppID)
		if in && !sameID(c.Applications.Exclude.Apps, a.AppID) {
			return access.True
		}
	}
	return access.False
}

func (n *naive) principals(p *access.Principals, f *access.Facts) access.Truth {
	t := truth(p.All || sameID(p.Users, f.UserID.Or("")))
	return t.Or(anyOf(p.Groups, f.Groups)).Or(anyOf(p.Roles, f.Roles))
}

func anyOf[T ~string](list []T, f access.Fact[[]T]) access.Truth {
	held, known := f.Get()
	switch {
	case len(list) == 0:
		return access.False
	case !known:
		return access.Unknown
	}
	return truth(slices.ContainsFunc(held, func(id T) bool { return sameID(list, id) }))
}

func platform(s *access.PlatformSet, f *access.Facts) access.Truth {
	p, known := f.Platform.Get()
	switch {
	case s == nil:
		return access.True
	case !known:
		return access.Unknown
	}
	return truth(s.Include&p != 0 && s.Exclude&p == 0)
}

func (n *naive) location(s *access.LocationSet, f *access.Facts) access.Truth {
	if s == nil {
		return access.True
	}
	return n.selected(&s.Include, f).And(n.selected(&s.Exclude, f).Not())
}

func (n *naive) selected(s *access.LocationSelector, f *access.Facts) access.Truth {
	t := truth(s.All)
	if s.AllTrusted {
		for i := range n.src.Locations {
			if l := &n.src.Locations[i]; l.Trusted {
				t = t.Or(inside(l, f))
			}
		}
	}
	for _, id := range s.Named {
		t = t.Or(inside(n.locations[id], f))
	}
	return t
}

func inside(l *access.Location, f *access.Facts) access.Truth {
	if l.IsCountry {
		country, known := f.Country.Get()
		if !known {
			return access.Unknown
		}
		return truth(slices.ContainsFunc(l.Countries, func(c string) bool { return strings.EqualFold(c, country) }))
	}
	ip, known := f.IP.Get()
	if !known {
		return access.Unknown
	}
	return truth(slices.ContainsFunc(l.Ranges, func(r access.Range) bool { return between(r, ip) }))
}

func between(r access.Range, ip netip.Addr) bool {
	return r.First.Compare(ip) <= 0 && ip.Compare(r.Last) <= 0
}

func device(d *access.Filter, f *access.Facts) access.Truth {
	if d == nil {
		return access.True
	}
	device, known := f.Device.Get()
	if !known {
		return access.Unknown
	}
	t := d.Rule.Match(device)
	if d.Exclude {
		return t.Not()
	}
	return t
}

// gradeNaively returns the best and the worst that a policy's demands may come to.
func gradeNaively(g *access.GrantControls, f *access.Facts) (best, worst access.Verdict) {
	if g.Controls&access.Block != 0 {
		return access.Blocked, access.Blocked
	}
	legacy := f.ClientApp.Or(0)&access.LegacyClients != 0
	met, unmet, prompt := 0, 0, false
	weigh := func(demanded, done, promptable bool) {
		switch {
		case !demanded:
		case done && !legacy:
			met++
		default:
			unmet++
			prompt = prompt || promptable && !legacy
		}
	}
	methods := f.Methods.Or(0)
	d := f.Device.Or(nil)
	weigh(g.Controls&access.MFA != 0, methods&access.Password != 0 && methods&access.AuthenticatorPush != 0 || methods&access.FIDO2 != 0, true)
	weigh(g.Strength == access.StrengthPhishingResistant, methods&(access.FIDO2|access.WindowsHello|access.X509MultiFactor) != 0, true)
	weigh(g.Controls&access.CompliantDevice != 0, d != nil && d.IsCompliant.Or(access.Null) == access.Yes, false)
	weigh(g.Controls&access.DomainJoinedDevice != 0, d != nil && strings.EqualFold(d.TrustType.Or(""), "ServerAD"), false)
	for _, t := range g.TermsOfUse {
		weigh(true, sameID(f.AcceptedTermsOfUse.Or(nil), t), true)
	}
	switch {
	case unmet == 0 || g.Any && met > 0:
		return access.Grant, access.Grant
	case prompt:
		return access.Interrupt, access.Interrupt
	}
	return access.Blocked, access.Blocked
}
