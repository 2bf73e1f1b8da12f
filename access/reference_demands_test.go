package access_test

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// item is one thing that a policy demands of an attempt, with every standing
// that the facts leave possible.
type item struct {
	requirement access.Requirement
	standing    access.Standing
}

// itemsOf lists what a policy that may apply demands, in the order of prompting.
func (a attempt) itemsOf(j judged, all []judged) []item {
	var items []item
	for _, r := range a.requirementsOf(j.policy) {
		out := a.leftOut(r, j.policy, all)
		if out == access.True {
			continue
		}
		s := a.standing(r)
		if out == access.Unknown {
			s |= access.Met
		}
		if a.opt.Live {
			s = worstStanding(s)
		}
		items = append(items, item{r, s})
	}
	return items
}

// requirementsOf lists what a policy names, in the order of prompting (CA-172).
func (a attempt) requirementsOf(p *access.Policy) []access.Requirement {
	if p.Grant == nil {
		return nil
	}
	var list []access.Requirement
	control := func(c access.Controls) {
		if p.Grant.Controls&c != 0 {
			list = append(list, access.Requirement{Control: c})
		}
	}
	control(access.Block)
	control(access.MFA)
	if p.Grant.Strength != "" {
		list = append(list, access.Requirement{Strength: p.Grant.Strength})
	}
	control(access.CompliantDevice)
	control(access.DomainJoinedDevice)
	if a.opt.EnforceApprovedApp { // CA-107
		control(access.ApprovedApplication)
	}
	control(access.CompliantApplication)
	control(access.PasswordChange)
	control(access.RiskRemediation)
	for _, id := range p.Grant.TermsOfUse {
		list = append(list, access.Requirement{TermsOfUse: id})
	}
	for _, id := range p.Grant.Custom {
		list = append(list, access.Requirement{Custom: id})
	}
	return list
}

// worstStanding is what a live set makes of several possible standings.
func worstStanding(s access.Standing) access.Standing {
	switch {
	case s&access.Failed != 0:
		return access.Failed
	case s&access.Promptable != 0:
		return access.Promptable
	}
	return access.Met
}

// leftOut is whether the action of the attempt takes a requirement out of a
// policy: CA-45 and CA-136.
func (a attempt) leftOut(r access.Requirement, p *access.Policy, all []judged) access.Truth {
	action, known := a.userAction()
	switch r.Control {
	case access.CompliantDevice, access.DomainJoinedDevice, access.ApprovedApplication, access.CompliantApplication:
		if !known {
			return access.Unknown
		}
		return filter.Of(action == access.RegisterDevice)
	}
	if r.Strength == "" {
		return access.False
	}
	return a.isSecurityInfo().And(a.byAppOnly(p)).And(replacement(all))
}

// isSecurityInfo is whether the attempt registers security info.
func (a attempt) isSecurityInfo() access.Truth {
	action, known := a.userAction()
	if !known {
		return access.Unknown
	}
	return filter.Of(action == access.RegisterSecurityInfo)
}

// byAppOnly is whether a policy applies by its app target and not by the action.
func (a attempt) byAppOnly(p *access.Policy) access.Truth {
	apps := p.Conditions.Applications
	if apps.UserActions&access.RegisterSecurityInfo != 0 {
		return access.False
	}
	return a.appTarget(apps)
}

// replacement is whether some enforced policy on registering security info
// applies with a strength of its own.
func replacement(all []judged) access.Truth {
	t := access.False
	for _, j := range all {
		onAction := j.policy.Conditions.Applications.UserActions&access.RegisterSecurityInfo != 0
		if j.enforced() && onAction && j.policy.Grant != nil && j.policy.Grant.Strength != "" {
			t = t.Or(j.applies)
		}
	}
	return t
}

// reading is one way to take a person as far as demands differ (CA-112).
type reading uint8

const (
	ordinary reading = iota
	collaboration
	directConnect
)

// readings are the ways that the known facts leave open.
func (a attempt) readings() []reading {
	switch a.external() {
	case access.False:
		return []reading{ordinary}
	case access.Unknown:
		return []reading{ordinary, collaboration, directConnect}
	}
	if a.f.GuestTypes.Or(0)&access.ExternalTypes == access.B2BDirectConnectUser {
		return []reading{directConnect}
	}
	return []reading{collaboration}
}

// standing is every standing a requirement may have.
func (a attempt) standing(r access.Requirement) access.Standing {
	client, known := a.f.ClientApp.Get()
	if known && isLegacy(client) {
		return access.Failed
	}
	var s access.Standing
	if !known {
		s = access.Failed // it may be a legacy client
	}
	for _, read := range a.readings() {
		for _, w := range a.worlds() {
			s |= w.standingAs(read, r)
		}
	}
	return s
}

// isLegacy is CA-52.
func isLegacy(client access.ClientAppTypes) bool {
	return client == access.ExchangeActiveSync || client == access.EASSupported || client == access.OtherClients
}

// worlds are the attempt with what is unknown about methods and about the home
// tenant filled in by the extremes: more of each never makes a requirement
// harder to meet.
func (a attempt) worlds() []attempt {
	var list []attempt
	for _, m := range extremes(a.f.Methods, ^access.Methods(0)) {
		for _, t := range extremes(a.f.InboundTrust, access.InboundTrust{MFA: true, CompliantDevice: true, DomainJoinedDevice: true}) {
			for _, h := range extremes(a.f.HomeClaims, access.HomeClaims{MFA: true, CompliantDevice: true, DomainJoinedDevice: true, Methods: ^access.Methods(0)}) {
				f := *a.f
				f.Methods, f.InboundTrust, f.HomeClaims = access.Known(m), access.Known(t), access.Known(h)
				list = append(list, attempt{a.src, a.opt, &f})
			}
		}
	}
	return list
}

func extremes[T any](f access.Fact[T], most T) []T {
	if v, known := f.Get(); known {
		return []T{v}
	}
	var least T
	return []T{least, most}
}

// standingAs is the standing in one world and one reading.
func (a attempt) standingAs(read reading, r access.Requirement) access.Standing {
	switch {
	case r.Strength != "":
		return a.strength(read, r.Strength)
	case r.TermsOfUse != "":
		return a.termsOfUse(read, r.TermsOfUse)
	case r.Custom != "":
		return metOr(someListed([]string{r.Custom}, a.f.CustomControls), access.Promptable) // CA-111
	}
	switch r.Control {
	case access.MFA:
		return a.mfa(read)
	case access.CompliantDevice:
		return a.device(read, isCompliant, a.f.InboundTrust.Or(access.InboundTrust{}).CompliantDevice, a.f.HomeClaims.Or(access.HomeClaims{}).CompliantDevice)
	case access.DomainJoinedDevice:
		return a.device(read, isDomainJoined, a.f.InboundTrust.Or(access.InboundTrust{}).DomainJoinedDevice, a.f.HomeClaims.Or(access.HomeClaims{}).DomainJoinedDevice)
	case access.ApprovedApplication:
		return unlessExternal(read, metOr(yes(a.f.ApprovedApp), access.Failed))
	case access.CompliantApplication:
		return unlessExternal(read, metOr(yes(a.f.ProtectedApp), access.Failed))
	case access.PasswordChange:
		return unlessExternal(read, metOr(yes(a.f.PasswordChanged), a.ifRegistered()))
	case access.RiskRemediation:
		return unlessExternal(read, metOr(yes(a.f.RiskRemediated), access.Promptable))
	}
	return access.Failed // block, CA-103
}

// metOr is Met where t is true, unmet where it is false, either where it is
// unknown.
func metOr(t access.Truth, unmet access.Standing) access.Standing {
	switch t {
	case access.True:
		return access.Met
	case access.False:
		return unmet
	}
	return access.Met | unmet
}

func yes(f access.Fact[bool]) access.Truth {
	v, known := f.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(v)
}

// unlessExternal is CA-112: what people from elsewhere cannot do here.
func unlessExternal(read reading, s access.Standing) access.Standing {
	if read != ordinary {
		return access.Failed
	}
	return s
}

// ifRegistered is CA-108: a password is changed after MFA.
func (a attempt) ifRegistered() access.Standing {
	switch yes(a.f.MFARegistered) {
	case access.True:
		return access.Promptable
	case access.False:
		return access.Failed
	}
	return access.Promptable | access.Failed
}

// termsOfUse is CA-110 and CA-112.
func (a attempt) termsOfUse(read reading, id access.AgreementID) access.Standing {
	if read == directConnect {
		return access.Failed
	}
	return metOr(someListed([]access.AgreementID{id}, a.f.AcceptedTermsOfUse), access.Promptable)
}

// device is CA-105 and CA-106, and for people from elsewhere XT-7.
func (a attempt) device(read reading, inState func(*access.Device, bool) access.Truth, trusted, claimed bool) access.Standing {
	var met access.Truth
	if read == ordinary {
		met = inState(a.f.Device.Get())
	} else {
		met = filter.Of(trusted).And(filter.Of(claimed).Or(inState(a.f.Device.Get())))
	}
	s := metOr(met, access.Failed)
	switch flow, known := a.f.Flow.Get(); {
	case !known:
		return s | access.Failed
	case flow == access.DeviceCodeFlow: // CA-99
		return access.Failed
	}
	return s
}

// mfa is CA-104, and for people from elsewhere XT-6.
func (a attempt) mfa(read reading) access.Standing {
	here, trust, home := a.f.Methods.Or(0), a.f.InboundTrust.Or(access.InboundTrust{}).MFA, a.f.HomeClaims.Or(access.HomeClaims{})
	switch read {
	case ordinary:
		return metOr(completed(builtInMFA, here), a.prompt())
	case directConnect:
		if !trust {
			return access.Failed
		}
		return metOr(filter.Of(home.MFA).Or(completed(builtInMFA, home.Methods)), access.Promptable)
	}
	if !trust {
		return metOr(completed(builtInMFA, here|access.FederatedSingleFactor), a.prompt())
	}
	return metOr(filter.Of(home.MFA).Or(completed(builtInMFA, here|access.FederatedSingleFactor|home.Methods)), access.Promptable)
}

// prompt is what an unmet demand for methods comes to: CA-80 and CA-179.
func (a attempt) prompt() access.Standing {
	switch yes(a.f.MFARegistered).Not().And(a.risky()) {
	case access.True:
		return access.Failed
	case access.False:
		return access.Promptable
	}
	return access.Promptable | access.Failed
}

func (a attempt) risky() access.Truth {
	const levels = access.RiskLow | access.RiskMedium | access.RiskHigh
	return riskIn(levels, a.f.SignInRisk).Or(riskIn(levels, a.f.UserRisk))
}

// completed is whether the methods fill some combination (CA-133).
func completed(combinations []access.Methods, done access.Methods) access.Truth {
	for _, c := range combinations {
		if c&^done == 0 {
			return access.True
		}
	}
	return access.False
}

// What counts of people from elsewhere towards a strength (CA-139).
const (
	countsFromHome = access.Voice | access.SMS | access.AuthenticatorPush | access.DeviceBasedPush | access.SoftwareOATH | access.HardwareOATH |
		access.FIDO2 | access.WindowsHello | access.X509SingleFactor | access.X509MultiFactor | access.Password
	countsHere = access.SMS | access.Voice | access.AuthenticatorPush | access.SoftwareOATH | access.Password
)

// strength is CA-131 to CA-139.
func (a attempt) strength(read reading, id access.StrengthID) access.Standing {
	s, defined := a.strengthOf(id)
	if !defined { // Options.CarryUnresolved
		return access.Met | access.Promptable | access.Failed
	}
	if read == ordinary {
		return metOr(a.fills(s, a.f.Methods.Or(0)), a.prompt())
	}
	trust, home := a.f.InboundTrust.Or(access.InboundTrust{}).MFA, a.f.HomeClaims.Or(access.HomeClaims{})
	if read == directConnect && !trust {
		return access.Failed
	}
	var done, could access.Methods
	if read == collaboration {
		done = a.f.Methods.Or(0)&countsHere | access.FederatedSingleFactor
		could = countsHere | access.FederatedSingleFactor
	}
	unmet := a.prompt()
	claimed := access.False
	if trust {
		done |= home.Methods & countsFromHome
		could |= countsFromHome | access.FederatedMultiFactor
		claimed = filter.Of(home.MFA && followsFromMFA(s))
		unmet = access.Promptable
	}
	if !withinMethods(s, could) {
		unmet = access.Failed
	}
	return metOr(claimed.Or(a.fills(s, done)), unmet)
}

// strengthOf finds a strength by its id.
func (a attempt) strengthOf(id access.StrengthID) (access.Strength, bool) {
	for builtIn, combinations := range builtInStrengths {
		if oneOf([]access.StrengthID{builtIn}, id) {
			return unnarrowed(combinations), true
		}
	}
	for _, s := range a.src.Strengths {
		if oneOf([]access.StrengthID{s.ID}, id) {
			return s, true
		}
	}
	return access.Strength{}, false
}

func unnarrowed(combinations []access.Methods) access.Strength {
	var s access.Strength
	for _, m := range combinations {
		s.Combinations = append(s.Combinations, access.Combination{Methods: m})
	}
	return s
}

// fills is whether the methods fill some combination, narrowing included.
func (a attempt) fills(s access.Strength, done access.Methods) access.Truth {
	t := access.False
	for _, c := range s.Combinations {
		t = t.Or(filter.Of(c.Methods&^done == 0).And(a.narrowed(c)))
	}
	return t
}

// narrowed is CA-134.
func (a attempt) narrowed(c access.Combination) access.Truth {
	t := access.True
	if c.Methods&access.FIDO2 != 0 && c.AAGUIDs != nil {
		t = t.And(isListed(c.AAGUIDs, a.f.FIDO2AAGUID))
	}
	if c.Methods&(access.X509SingleFactor|access.X509MultiFactor) != 0 && (c.IssuerSKIs != nil || c.PolicyOIDs != nil) {
		t = t.And(a.certificateIn(c))
	}
	return t
}

func (a attempt) certificateIn(c access.Combination) access.Truth {
	cert, known := a.f.Certificate.Get()
	if !known {
		return access.Unknown
	}
	issuer := c.IssuerSKIs == nil || oneOf(c.IssuerSKIs, cert.IssuerSKI)
	policy := c.PolicyOIDs == nil
	for i, oid := range cert.PolicyOIDs {
		policy = policy || i < 5 && oneOf(c.PolicyOIDs, oid)
	}
	return filter.Of(issuer && policy)
}

// withinMethods is whether some combination could be completed with methods of
// a set.
func withinMethods(s access.Strength, set access.Methods) bool {
	for _, c := range s.Combinations {
		if c.Methods&^set == 0 {
			return true
		}
	}
	return false
}

// followsFromMFA is whether every combination of the built-in MFA strength
// satisfies s.
func followsFromMFA(s access.Strength) bool {
	for _, m := range builtInMFA {
		follows := false
		for _, c := range s.Combinations {
			free := c.AAGUIDs == nil && c.IssuerSKIs == nil && c.PolicyOIDs == nil
			follows = follows || free && c.Methods&^m == 0
		}
		if !follows {
			return false
		}
	}
	return true
}

// The built-in strengths, CA-131.
var (
	builtInPhishingResistant = []access.Methods{access.WindowsHello, access.FIDO2, access.X509MultiFactor}
	builtInPasswordless      = []access.Methods{access.WindowsHello, access.FIDO2, access.X509MultiFactor, access.DeviceBasedPush}
	builtInMFA               = []access.Methods{
		access.WindowsHello,
		access.FIDO2,
		access.X509MultiFactor,
		access.DeviceBasedPush,
		access.TemporaryAccessPassOneTime,
		access.TemporaryAccessPassMultiUse,
		access.Password | access.AuthenticatorPush,
		access.Password | access.SoftwareOATH,
		access.Password | access.HardwareOATH,
		access.Password | access.X509SingleFactor,
		access.Password | access.X509MultiFactor,
		access.Password | access.SMS,
		access.Password | access.Voice,
		access.FederatedMultiFactor,
		access.AuthenticatorPush | access.FederatedSingleFactor,
		access.SoftwareOATH | access.FederatedSingleFactor,
		access.HardwareOATH | access.FederatedSingleFactor,
		access.SMS | access.FederatedSingleFactor,
		access.Voice | access.FederatedSingleFactor,
	}
	builtInStrengths = map[access.StrengthID][]access.Methods{
		access.StrengthMFA:               builtInMFA,
		access.StrengthPasswordless:      builtInPasswordless,
		access.StrengthPhishingResistant: builtInPhishingResistant,
	}
)
