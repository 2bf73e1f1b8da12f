package replay

import (
	"net/netip"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// effect is what comes of replaying one record. Records that do not differ in
// anything that decisions and comparisons look at have the same.
type effect struct {
	match       match
	differences []found
	doubt       *doubt
	decision    access.Decision // by the first snapshot; only without policies, or with a second snapshot
	change      *transition     // nil if the second snapshot decides the same
	unknown     bool            // neither snapshot's decision can be told
}

// found is a difference, with what explains it to whoever asks first.
type found struct {
	difference
	explain func() any
}

func (e *effect) differ(d difference, explain func() any) {
	e.match = disagrees
	e.differences = append(e.differences, found{d, explain})
}

// remembered returns the effect without what refers to one record.
func (e effect) remembered() effect {
	for i := range e.differences {
		e.differences[i].explain = func() any { return nil } // the group has it
	}
	return e
}

// situation is all of a record that its effect depends on. People sign in to the
// same apps from the same places again and again, so that most records of a log
// share theirs with an earlier one.
type situation struct {
	person      *person
	multiFactor bool
	code        signinlog.Maybe[access.ResultCode]
	status      string
	policies    **signinlog.PolicyOutcome // where the shared list begins
	count       int                       // how long it is

	app                  access.AppID
	context              access.Fact[string]
	client               access.Fact[access.Client]
	clientApp            access.Fact[access.ClientAppTypes]
	platform             access.Fact[access.Platforms]
	ip                   access.Fact[netip.Addr]
	country              access.Fact[string]
	flow                 access.Fact[access.Flows]
	interactive          access.Fact[bool]
	signInRisk, userRisk access.Fact[access.RiskLevels]
	methods              access.Fact[access.Methods]

	hasDevice        bool
	deviceID, trust  access.Fact[string]
	deviceName       access.Fact[string]
	compliant        access.Fact[access.Tri]
	managed          access.Fact[bool]
	servicePrincipal access.Fact[access.ServicePrincipalID]
}

// situation returns the record's situation; false if it is not one of those that
// can be compared: facts that our own server recorded may hold anything.
func (a *attempt) situation(p *person, byAddress bool) (s situation, ok bool) {
	f := &a.facts
	audiences, known := f.Audiences.Get()
	if a.exact || len(audiences) > 1 {
		return s, false
	}
	s = situation{
		person: p, multiFactor: a.multiFactor, code: a.code, status: a.status, count: len(a.policies),
		context: f.AuthenticationContext, client: f.Client, clientApp: f.ClientApp, platform: f.Platform, country: f.Country,
		flow: f.Flow, interactive: f.Interactive, signInRisk: f.SignInRisk, userRisk: f.UserRisk, methods: f.Methods, servicePrincipal: f.ServicePrincipalID,
	}
	if len(a.policies) > 0 {
		s.policies = &a.policies[0]
	}
	if byAddress || !f.IP.IsKnown() {
		s.ip = f.IP
	}
	if known && len(audiences) == 1 {
		s.app = audiences[0].AppID
	}
	if d, _ := f.Device.Get(); d != nil {
		s.hasDevice, s.deviceID, s.deviceName, s.trust, s.compliant, s.managed = true, d.DeviceID, d.DisplayName, d.TrustType, d.IsCompliant, d.IsManaged
	}
	return s, true
}

// byAddress reports whether some policy looks at addresses, not only at the
// countries they are in.
func (d *Decider) byAddress() bool {
	for i := range d.set.Policies() {
		l := d.set.Policies()[i].Conditions.Locations
		if l == nil {
			continue
		}
		if l.Include.AllTrusted || l.Exclude.AllTrusted {
			return true
		}
		for _, list := range [][]access.LocationID{l.Include.Named, l.Exclude.Named} {
			for _, id := range list {
				if known, ok := d.set.Location(id); !ok || !known.IsCountry {
					return true
				}
			}
		}
	}
	return false
}
