package decision

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// source writes the workload as Conditional Access policies.
func (w *workload) source() (access.Source, error) {
	var src access.Source
	for i := range w.places {
		src.Locations = append(src.Locations, w.location(i))
	}
	for i := range w.policies {
		p, err := w.policy(&w.policies[i])
		if err != nil {
			return src, err
		}
		src.Policies = append(src.Policies, p)
	}
	return src, nil
}

func placeID(n int) access.LocationID { return access.LocationID(guid(0x10, n)) }

func (w *workload) location(n int) access.Location {
	p := &w.places[n]
	l := access.Location{ID: placeID(n), DisplayName: p.name, Trusted: p.trusted, Countries: p.countries, IsCountry: len(p.countries) > 0}
	for _, prefix := range p.prefixes {
		first := prefix.Masked().Addr()
		last := first.As4()
		for bit := prefix.Bits(); bit < 32; bit++ {
			last[bit/8] |= 0x80 >> (bit % 8)
		}
		l.Ranges = append(l.Ranges, access.Range{First: first, Last: netip.AddrFrom4(last)})
	}
	return l
}

func (w *workload) policy(p *spec) (access.Policy, error) {
	out := access.Policy{ID: access.PolicyID(p.id), DisplayName: p.id, State: access.StateEnabled}
	c := &out.Conditions
	c.Users.Include = access.Principals{All: p.allUsers, Groups: of[access.GroupID](p.groups), Roles: of[access.RoleID](p.roles)}
	c.Users.Exclude = access.Principals{Users: of[access.UserID](p.notUsers), Groups: of[access.GroupID](p.notGroups)}
	c.Applications.Include = access.AppSelector{All: len(p.apps) == 0, Apps: of[access.AppID](p.apps)}
	c.Applications.Exclude.Apps = of[access.AppID](p.notApps)
	for _, k := range p.clients {
		c.ClientApps |= clientBits[k]
	}
	if len(p.platforms)+len(p.notPlatforms) > 0 {
		c.Platforms = &access.PlatformSet{Include: platformBits(p.platforms), Exclude: platformBits(p.notPlatforms)}
		if len(p.platforms) == 0 {
			c.Platforms.Include = access.PlatformAll
		}
	}
	if len(p.places)+len(p.notPlaces) > 0 {
		c.Locations = &access.LocationSet{Include: selector(p.places), Exclude: selector(p.notPlaces)}
		c.Locations.Include.All = len(p.places) == 0
	}
	c.SignInRisk, c.UserRisk = riskBits(p.signInRisk), riskBits(p.userRisk)
	if len(p.flows) > 0 {
		c.Flows = access.AuthenticationTransfer
	}
	if p.device != nil {
		rule, err := filter.ParseDevice(p.device.rule())
		if err != nil {
			return out, fmt.Errorf("policy %s: %w", p.id, err)
		}
		c.DeviceFilter = &access.Filter{Exclude: p.device.exclude, Rule: rule}
	}
	out.Grant = grantOf(p)
	return out, nil
}

func of[T ~string](list []string) []T {
	var out []T
	for _, s := range list {
		out = append(out, T(s))
	}
	return out
}

var clientBits = map[string]access.ClientAppTypes{"browser": access.Browser, "mobileAppsAndDesktopClients": access.MobileAndDesktop, "exchangeActiveSync": access.ExchangeActiveSync, "other": access.OtherClients}

var platformBit = map[string]access.Platforms{"windows": access.Windows, "macOS": access.MacOS, "iOS": access.IOS, "android": access.Android, "linux": access.Linux}

func platformBits(list []string) access.Platforms {
	var p access.Platforms
	for _, s := range list {
		p |= platformBit[s]
	}
	return p
}

var riskBit = map[string]access.RiskLevels{"none": access.RiskNone, "low": access.RiskLow, "medium": access.RiskMedium, "high": access.RiskHigh}

func riskBits(list []string) access.RiskLevels {
	var r access.RiskLevels
	for _, s := range list {
		r |= riskBit[s]
	}
	return r
}

func selector(places []int) access.LocationSelector {
	var s access.LocationSelector
	for _, n := range places {
		if n == trustedPlaces {
			s.AllTrusted = true
		} else {
			s.Named = append(s.Named, placeID(n))
		}
	}
	return s
}

func (d *deviceRule) rule() string {
	switch d.kind {
	case "model":
		return fmt.Sprintf("device.model -startsWith %q", d.value)
	case "tag":
		return fmt.Sprintf("device.extensionAttribute1 -eq %q", d.value)
	}
	return `device.isCompliant -eq True -or device.trustType -eq "ServerAD"`
}

const termsID = access.AgreementID("70000000-0000-4000-8000-000000000001")

func grantOf(p *spec) *access.GrantControls {
	g := &access.GrantControls{Any: p.any}
	for _, c := range p.controls {
		switch c {
		case "block":
			g.Controls |= access.Block
		case "mfa":
			g.Controls |= access.MFA
		case "compliantDevice":
			g.Controls |= access.CompliantDevice
		case "domainJoinedDevice":
			g.Controls |= access.DomainJoinedDevice
		case "phishingResistant":
			g.Strength = access.StrengthPhishingResistant
		case "terms":
			g.TermsOfUse = []access.AgreementID{termsID}
		}
	}
	return g
}

// facts writes an attempt as facts, every one of them known.
func facts(a *attempt) *access.Facts {
	methods := access.Password
	if a.mfa {
		methods |= access.AuthenticatorPush
	}
	if a.phishingResistant {
		methods |= access.FIDO2
	}
	var terms []access.AgreementID
	if a.terms {
		terms = append(terms, termsID)
	}
	flow := access.FlowNone
	if a.flow == "authenticationTransfer" {
		flow = access.AuthenticationTransfer
	}
	return &access.Facts{
		UserID: access.Known(access.UserID(a.user)), Groups: access.Known(of[access.GroupID](a.groups)), Roles: access.Known(of[access.RoleID](a.roles)),
		UserType: access.Known(access.Member), GuestTypes: access.Known(access.GuestTypesNone),
		Audiences: access.Known([]access.Audience{{AppID: access.AppID(a.app)}}), UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		ClientApp: access.Known(clientBits[a.client]), Platform: access.Known(platformBit[a.platform]), IP: access.Known(a.ip), Country: access.Known(a.country),
		GPSCountry: access.Known(""), CompliantNetwork: access.Known(false), Device: access.Known(deviceOf(a)), Flow: access.Known(flow),
		SignInRisk: access.Known(riskBit[a.signInRisk]), UserRisk: access.Known(riskBit[a.userRisk]), InsiderRisk: access.Known(access.InsiderNone),
		Methods: access.Known(methods), MFARegistered: access.Known(true), AcceptedTermsOfUse: access.Known(terms),
		ApprovedApp: access.Known(false), ProtectedApp: access.Known(false), PasswordChanged: access.Known(false), RiskRemediated: access.Known(false),
	}
}

func deviceOf(a *attempt) *access.Device {
	if !a.registered {
		return nil
	}
	d := &access.Device{IsCompliant: access.Known(access.No), IsManaged: access.Known(true), TrustType: access.Known(a.trust), Ownership: access.Known("Company"), Model: access.Known(a.model)}
	if a.compliant {
		d.IsCompliant = access.Known(access.Yes)
	}
	for i := range d.ExtensionAttributes {
		d.ExtensionAttributes[i] = access.Known("")
	}
	d.ExtensionAttributes[0] = access.Known(a.tag)
	return d
}

func verdictIn(v access.Verdict) (verdict, error) {
	switch v {
	case access.Grant:
		return grant, nil
	case access.Interrupt:
		return interrupt, nil
	case access.Blocked:
		return block, nil
	}
	return 0, fmt.Errorf("unexpected verdict %v", v)
}

// fastestCompile is the least processor time of three.
func fastestCompile(src access.Source) (time.Duration, error) {
	var least time.Duration
	for range 3 {
		start := processorTime()
		if _, err := access.Compile(src, access.Options{}); err != nil {
			return 0, err
		}
		if took := processorTime() - start; least == 0 || took < least {
			least = took
		}
	}
	return least, nil
}

func compile(w *workload) (*access.Set, error) {
	src, err := w.source()
	if err != nil {
		return nil, err
	}
	return access.Compile(src, access.Options{})
}

// newSallyport is access from raw facts.
func newSallyport(w *workload) (engine, error) {
	src, err := w.source()
	if err != nil {
		return engine{}, err
	}
	return newDecide("access.Decide", src)
}

func newDecide(name string, src access.Source) (engine, error) {
	set, err := access.Compile(src, access.Options{})
	return engine{
		name:    name,
		prepare: func(a *attempt) any { return facts(a) },
		decide:  func(x any) (verdict, error) { return verdictIn(set.Decide(x.(*access.Facts)).Verdict) },
	}, err
}

// resolved is an attempt whose principal was looked up before.
type resolved struct {
	principal *access.Principal
	facts     *access.Facts
}

// newSallyportAs is access with the principal looked up once.
func newSallyportAs(w *workload) (engine, error) {
	set, err := compile(w)
	return engine{
		name: "access.DecideAs",
		prepare: func(a *attempt) any {
			f := facts(a)
			return &resolved{set.Principal(f), f}
		},
		decide: func(x any) (verdict, error) {
			r := x.(*resolved)
			return verdictIn(set.DecideAs(r.principal, r.facts).Verdict)
		},
	}, err
}

// newExplain is access with an outcome and its masks for every policy.
func newExplain(w *workload) (engine, error) {
	set, err := compile(w)
	return engine{
		name:    "access.Explain",
		prepare: func(a *attempt) any { return facts(a) },
		decide:  func(x any) (verdict, error) { return verdictIn(set.Explain(x.(*access.Facts)).Verdict) },
	}, err
}
