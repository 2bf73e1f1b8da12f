package access

import (
	"net/netip"
	"slices"
	"strings"
)

// Change is one change of the facts, or of the policies, that a person could
// make.
type Change struct {
	Kind ChangeKind
	// Fact is the member of the facts that changes, as answers name it;
	// empty if a policy changes.
	Fact string
	// To is what it changes to, in words.
	To string
	// Value is the place, method, agreement or policy that To speaks of.
	Value string
	By    Actor

	apply  func(*Facts)
	policy int // for ChangeExclude: its place in the set
}

// ChangeKind is what kind of change a person makes.
type ChangeKind uint8

// The kinds, in the order in which a person would rather make them.
const (
	ChangeMethod           ChangeKind = iota + 1 // complete a method; Value: the method
	ChangeTerms                                  // accept terms of use; Value: the agreement
	ChangeCustomControl                          // pass an external check; Value: its id
	ChangePassword                               // change the password securely
	ChangeRemediation                            // remediate the risk
	ChangeClient                                 // use another kind of client; Value: Graph's name
	ChangeFlow                                   // sign in on the device itself
	ChangeProtectedApp                           // use an app under a protection policy
	ChangeApprovedApp                            // use an approved app
	ChangeLeaveNetwork                           // leave this network, in the same country
	ChangeLocation                               // go to a place; Value: its id
	ChangeTrustedLocation                        // go to any trusted place
	ChangeOtherCountry                           // go to a country that no policy names
	ChangeCompliantNetwork                       // use the compliant network
	ChangePlatform                               // use another platform; Value: Graph's name
	ChangeCompliantDevice                        // make the device compliant, or use one that is
	ChangeJoinedDevice                           // use a hybrid joined device
	ChangeRegisterMFA                            // have a method registered
	ChangeSignInRisk                             // confirm the sign-in safe
	ChangeUserRisk                               // dismiss the user's risk
	ChangeTrust                                  // trust the home tenant's claims; Value: mfa, compliantDevice or domainJoinedDevice
	ChangeExclude                                // exclude the principal from a policy; Value: its id
)

// Actor is who can make a change.
type Actor uint8

// The actors, the nearest to the refused person first.
const (
	ByUser Actor = iota + 1
	ByDeveloper
	ByAdmin
)

// String returns user, developer or admin.
func (a Actor) String() string { return [...]string{"", "user", "developer", "admin"}[a] }

// candidates lists the changes that could help an attempt.
func (e *Explanation) candidates() []Change {
	c := candidates{e: e, f: e.facts, who: ByUser}
	if kind := principalOf(e.facts); kind != principalUser && kind != principalUnknown {
		c.who = ByDeveloper
	} else {
		c.demands()
		c.client()
		c.device()
		c.risk()
	}
	c.network()
	c.exclusions()
	return c.list
}

// candidates collects changes.
type candidates struct {
	e    *Explanation
	f    *Facts
	who  Actor
	list []Change
}

func (c *candidates) add(kind ChangeKind, by Actor, fact, to, value string, apply func(*Facts)) {
	c.list = append(c.list, Change{Kind: kind, Fact: fact, To: to, Value: value, By: by, apply: apply})
}

// demands offers what a prompt would ask for.
func (c *candidates) demands() {
	for _, r := range c.e.Missing() {
		switch {
		case r.TermsOfUse != "":
			c.add(ChangeTerms, ByUser, "acceptedTermsOfUse", "terms accepted", string(r.TermsOfUse), func(f *Facts) {
				f.AcceptedTermsOfUse = Known(append(slices.Clone(f.AcceptedTermsOfUse.value), r.TermsOfUse))
			})
		case r.Custom != "":
			c.add(ChangeCustomControl, ByUser, "satisfiedCustomControls", "external check passed", r.Custom, func(f *Facts) {
				f.CustomControls = Known(append(slices.Clone(f.CustomControls.value), r.Custom))
			})
		case r.Strength != "":
			c.strength(r.Strength)
		case r.Control == MFA:
			c.method(AuthenticatorPush)
			c.homeMFA()
		case r.Control == PasswordChange:
			c.add(ChangePassword, ByUser, "passwordChanged", "password changed", "", func(f *Facts) { f.PasswordChanged = Known(true) })
		case r.Control == RiskRemediation:
			c.add(ChangeRemediation, ByUser, "riskRemediated", "risk remediated", "", func(f *Facts) { f.RiskRemediated = Known(true) })
		case r.Control == CompliantApplication:
			c.add(ChangeProtectedApp, ByUser, "isAppProtected", "an app with a protection policy", "", func(f *Facts) { f.ProtectedApp = Known(true) })
		case r.Control == ApprovedApplication:
			c.add(ChangeApprovedApp, ByUser, "isApprovedClientApp", "an approved app", "", func(f *Facts) { f.ApprovedApp = Known(true) })
		}
	}
	if truthOf(c.f.MFARegistered) == False {
		c.add(ChangeRegisterMFA, ByAdmin, "mfaRegistered", "a method registered", "", func(f *Facts) { f.MFARegistered = Known(true) })
	}
}

// method offers to complete methods besides those completed.
func (c *candidates) method(m Methods) {
	add := m &^ c.f.Methods.value
	if add == 0 || slices.ContainsFunc(c.list, func(o Change) bool { return o.Kind == ChangeMethod && o.Value == add.String() }) {
		return
	}
	c.add(ChangeMethod, ByUser, "satisfiedMethods", add.String()+" completed", add.String(), func(f *Facts) {
		f.Methods = Known(f.Methods.value | m)
	})
}

// homeMFA offers an external person the second factor at home.
func (c *candidates) homeMFA() {
	if readingsOf(c.f, principalUser)&ordinary != 0 || c.f.HomeClaims.value.MFA {
		return
	}
	c.add(ChangeMethod, ByUser, "homeTenantClaims", "multifactor authentication at home", "home", func(f *Facts) {
		claims := f.HomeClaims.value
		claims.MFA = true
		f.HomeClaims = Known(claims)
	})
}

// strength offers the combinations of a strength, as far as its narrowing is met.
func (c *candidates) strength(id StrengthID) {
	s, _ := c.e.set.Strength(id)
	for _, combination := range s.Combinations {
		if !combination.narrowed() {
			c.method(combination.Methods)
		} else {
			c.narrowed(combination)
		}
	}
	c.homeMFA()
}

// narrowed offers a combination with an authenticator and a certificate that
// are accepted.
func (c *candidates) narrowed(m Combination) {
	c.add(ChangeMethod, ByUser, "satisfiedMethods", m.Methods.String()+" of an accepted kind completed", m.Methods.String(), func(f *Facts) {
		f.Methods = Known(f.Methods.value | m.Methods)
		if len(m.AAGUIDs) > 0 {
			f.FIDO2AAGUID = Known(m.AAGUIDs[0])
		}
		var cert Certificate
		if len(m.IssuerSKIs) > 0 {
			cert.IssuerSKI = m.IssuerSKIs[0]
		}
		if len(m.PolicyOIDs) > 0 {
			cert.PolicyOIDs = m.PolicyOIDs[:1]
		}
		f.Certificate = Known(cert)
	})
}

// client offers other clients, flows and platforms.
func (c *candidates) client() {
	for _, k := range []ClientAppTypes{Browser, MobileAndDesktop} {
		if c.f.ClientApp != Known(k) {
			c.add(ChangeClient, ByUser, "clientAppType", "a client of the kind "+k.String(), k.String(), func(f *Facts) { f.ClientApp = Known(k) })
		}
	}
	if c.f.Flow.value&(DeviceCodeFlow|AuthenticationTransfer) != 0 {
		c.add(ChangeFlow, ByUser, "authenticationFlow", "sign in on the device itself", "none", func(f *Facts) { f.Flow = Known(FlowNone) })
	}
	for _, p := range []Platforms{Windows, MacOS, IOS, Android, Linux} {
		if c.f.Platform != Known(p) {
			c.add(ChangePlatform, ByUser, "devicePlatform", "a device with "+p.String(), p.String(), func(f *Facts) { f.Platform = Known(p) })
		}
	}
}

// device offers devices in a better state. What a new device is like otherwise
// is not known.
func (c *candidates) device() {
	d := c.f.Device.value
	if d == nil {
		d = &Device{}
	}
	if d.IsCompliant.value != Yes {
		c.add(ChangeCompliantDevice, ByUser, "device", "a compliant device", "", func(f *Facts) {
			better := *d
			better.IsCompliant = Known(Yes)
			if f.Device.value == nil {
				better.IsManaged, better.TrustType = Known(true), Fact[string]{}
			}
			f.Device = Known(&better)
			if f.HomeClaims.known {
				claims := f.HomeClaims.value
				claims.CompliantDevice = true
				f.HomeClaims = Known(claims)
			}
		})
	}
	if !strings.EqualFold(d.TrustType.value, trustHybrid) {
		c.add(ChangeJoinedDevice, ByUser, "device", "a hybrid joined device", "", func(f *Facts) {
			f.Device = Known(&Device{TrustType: Known(trustHybrid)})
			if f.HomeClaims.known {
				claims := f.HomeClaims.value
				claims.DomainJoinedDevice = true
				f.HomeClaims = Known(claims)
			}
		})
	}
}

// risk offers what an admin can say about risk, and about a home tenant.
func (c *candidates) risk() {
	const some = RiskLow | RiskMedium | RiskHigh
	if c.f.SignInRisk.value&some != 0 {
		c.add(ChangeSignInRisk, ByAdmin, "signInRiskLevel", "sign-in confirmed safe", "none", func(f *Facts) { f.SignInRisk = Known(RiskNone) })
	}
	if c.f.UserRisk.value&some != 0 {
		c.add(ChangeUserRisk, ByAdmin, "userRiskLevel", "user risk dismissed", "none", func(f *Facts) { f.UserRisk = Known(RiskNone) })
	}
	if readingsOf(c.f, principalUser)&ordinary != 0 {
		return
	}
	for _, t := range []struct {
		name string
		set  func(*InboundTrust)
	}{
		{"mfa", func(t *InboundTrust) { t.MFA = true }},
		{"compliantDevice", func(t *InboundTrust) { t.CompliantDevice = true }},
		{"domainJoinedDevice", func(t *InboundTrust) { t.DomainJoinedDevice = true }},
	} {
		c.add(ChangeTrust, ByAdmin, "inboundTrust", "home tenant trusted for "+t.name, t.name, func(f *Facts) {
			trust := f.InboundTrust.value
			t.set(&trust)
			f.InboundTrust = Known(trust)
		})
	}
}

// network offers other places. Whatever a place does not settle is not known
// there: an office's country, a country's addresses.
func (c *candidates) network() {
	s := c.e.set
	at := func(ip Fact[netip.Addr], country Fact[string]) func(*Facts) {
		return func(f *Facts) { f.IP, f.Country, f.CompliantNetwork = ip, country, Known(false) }
	}
	if ip, ok := s.outside(); ok && c.f.IP.known && s.locations.addresses.lookup(c.f.IP.value) != 0 {
		c.add(ChangeLeaveNetwork, c.who, "ipAddress", "another network in the same country", "", at(Known(ip), c.f.Country))
	}
	trusted := false
	for i := range s.places.all {
		switch l := &s.places.all[i]; {
		case l.CompliantNetwork:
			if !c.f.CompliantNetwork.value {
				c.add(ChangeCompliantNetwork, c.who, "isCompliantNetwork", "the compliant network", "", func(f *Facts) { f.CompliantNetwork = Known(true) })
			}
		case l.IsCountry && !l.ByGPS && len(l.Countries) > 0:
			c.add(ChangeLocation, c.who, "country", "a country in "+l.name(), string(l.ID), at(Fact[netip.Addr]{}, Known(strings.ToUpper(l.Countries[0]))))
		case l.Trusted && len(l.Ranges) > 0 && !trusted:
			trusted = true
			c.add(ChangeTrustedLocation, c.who, "ipAddress", "a trusted location", string(l.ID), at(Known(l.Ranges[0].First), Fact[string]{}))
		case len(l.Ranges) > 0 && !l.Trusted:
			c.add(ChangeLocation, c.who, "ipAddress", "an address in "+l.name(), string(l.ID), at(Known(l.Ranges[0].First), Fact[string]{}))
		}
	}
	if country, ok := s.unnamedCountry(); ok && c.f.Country.value != "" {
		c.add(ChangeOtherCountry, c.who, "country", "a country that no policy names", "", at(Fact[netip.Addr]{}, Known(country)))
	}
}

func (l *Location) name() string {
	if l.DisplayName != "" {
		return l.DisplayName
	}
	return string(l.ID)
}

// outside returns an address that no location holds, if one of those reserved
// for documentation does.
func (s *Set) outside() (netip.Addr, bool) {
	for _, b := range [][4]byte{{192, 0, 2, 254}, {198, 51, 100, 254}, {203, 0, 113, 254}} {
		if ip := netip.AddrFrom4(b); s.locations.addresses.lookup(ip) == 0 {
			return ip, true
		}
	}
	return netip.Addr{}, false
}

// unnamedCountry returns a country that no location lists, if some list any.
func (s *Set) unnamedCountry() (string, bool) {
	listed, free := false, ""
	for n, r := range s.locations.byAddress.codes {
		if r != 0 {
			listed = true
		} else if code := string([]byte{'A' + byte(n/26), 'A' + byte(n%26)}); free == "" && isCountry(code) {
			free = code
		}
	}
	return free, listed && free != ""
}

// isCountry reports whether a code is one of some countries of every continent;
// any one that is not listed serves.
func isCountry(code string) bool {
	return slices.Contains([]string{"AR", "AU", "BR", "CA", "CH", "CL", "DE", "EG", "FR", "GB", "IE", "IN", "IT", "JP", "KE", "MX", "NO", "NZ", "SG", "US", "ZA"}, code)
}

// exclusions offers to exclude the principal from each policy that no prompt
// meets.
func (c *candidates) exclusions() {
	for i := range c.e.Outcomes {
		o := &c.e.Outcomes[i]
		if !o.failed {
			continue
		}
		c.list = append(c.list, Change{Kind: ChangeExclude, To: "excluded from " + o.Policy.name(), Value: string(o.Policy.ID), By: ByAdmin, policy: i})
	}
}

func (p *Policy) name() string {
	if p.DisplayName != "" {
		return p.DisplayName
	}
	return string(p.ID)
}
