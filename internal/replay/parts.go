package replay

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// The parts of a situation. Of each, Said is all that the record says of it, so
// that what was said before need not be looked at again; Class is all that
// policies and comparison can tell of it.

// personSaid is what personFacts of package signinlog reads beside the id of a
// user, and the risk of whoever that is.
type personSaid struct {
	workload, userType, home, resource, crossing, appOwner, atRisk uint32
	kind                                                           signinlog.Kind
}

type personClass struct {
	before, after           personView
	home, workload, inScope bool // known
	userRisk, workloadRisk  access.Fact[access.RiskLevels]
}

// personView is a person as a snapshot's policies see them.
type personView struct {
	class               access.Class
	userType            access.Fact[access.UserType]
	guest               access.Fact[access.GuestTypes]
	trust               access.Fact[access.InboundTrust]
	user, groups, roles bool // known
}

func (m *memory) person(rec *signinlog.Record) uint32 {
	w := &m.words
	said := personSaid{
		workload: w.of(fieldWorkload, rec.ServicePrincipalID), kind: rec.Kind(),
		userType: w.of(fieldUserType, rec.UserType), home: w.of(fieldHomeTenant, rec.HomeTenantID), resource: w.of(fieldResourceTenant, rec.ResourceTenantID),
		crossing: w.of(fieldCrossing, rec.CrossTenantAccessType), appOwner: w.of(fieldAppOwner, rec.AppOwnerTenantID), atRisk: w.of(fieldRisk, rec.RiskLevelAggregated),
	}
	with := w.together(&said)
	if n, ok := m.people.find(rec.UserID, with); ok || w.unfit(rec.UserID) {
		return n
	}
	f := m.facts(rec)
	class := personClass{
		before: m.before.view(f), home: f.HomeTenantID.IsKnown(), workload: f.ServicePrincipalID.IsKnown(), inScope: f.ServicePrincipalInScope.IsKnown(),
		userRisk: f.UserRisk, workloadRisk: f.ServicePrincipalRisk,
	}
	if m.after != nil {
		class.after = m.after.view(f)
	}
	return m.people.learn(rec.UserID, with, class)
}

// targetSaid is what targetFacts reads but for the client, which policies look at
// only with scopes, and no log tells those.
type targetSaid struct{ resource, audiences, contexts uint32 }

type targetClass struct {
	before, after       access.Class
	audiences, contexts bool // known
}

func (m *memory) target(rec *signinlog.Record) uint32 {
	said := targetSaid{resource: m.words.of(fieldResource, rec.ResourceID), audiences: m.audiences(rec.Audiences), contexts: m.contexts(rec.AuthenticationContexts)}
	if n, ok := m.targets.known[said]; ok || m.words.unfit() {
		return n
	}
	f := m.facts(rec)
	before, after := m.both(f, (*access.Set).ApplicationClass)
	return m.targets.learn(said, targetClass{before, after, f.Audiences.IsKnown(), f.AuthenticationContext.IsKnown()})
}

func (m *memory) audiences(list []signinlog.Audience) uint32 {
	m.spelled = m.spelled[:0]
	for i := range list {
		m.spelled = appendNumber(m.spelled, m.words.of(fieldAudience, list[i].AppID))
	}
	return m.words.list(m.spelled)
}

func (m *memory) contexts(list []signinlog.AuthenticationContext) uint32 {
	m.spelled = m.spelled[:0]
	for i := range list {
		m.spelled = appendNumber(m.spelled, m.words.of(fieldContext, list[i].ID))
		m.spelled = appendNumber(m.spelled, m.words.of(fieldContextDetail, list[i].Detail))
	}
	return m.words.list(m.spelled)
}

// both asks both snapshots for a class.
func (m *memory) both(f *access.Facts, class func(*access.Set, *access.Facts) access.Class) (before, after access.Class) {
	before = class(m.before.set, f)
	if m.after != nil {
		after = class(m.after.set, f)
	}
	return before, after
}

// deviceSaid is what deviceFact reads; the id and the name only if some policy looks
// at them.
type deviceSaid struct {
	there              bool
	id, name           string
	trust              uint32
	compliant, managed signinlog.Maybe[bool]
}

type deviceClass struct{ before, after access.Class }

func (m *memory) device(rec *signinlog.Record) uint32 {
	d := &rec.Device
	said := deviceSaid{there: d.ID != ""}
	if said.there {
		said.trust, said.compliant, said.managed = m.words.of(fieldTrust, d.TrustType), d.IsCompliant, d.IsManaged
		if m.byID {
			said.id = d.ID
		}
		if m.byName {
			said.name = d.DisplayName
		}
	}
	if n, ok := m.devices.known[said]; ok || m.words.unfit(said.id, said.name) {
		return n
	}
	before, after := m.both(m.facts(rec), (*access.Set).DeviceClass)
	said.id, said.name = strings.Clone(said.id), strings.Clone(said.name)
	return m.devices.learn(said, deviceClass{before, after})
}

type locationClass struct {
	before, after    access.Class
	address, country bool // known
}

func (m *memory) location(rec *signinlog.Record) uint32 {
	country := m.words.of(fieldCountry, rec.Location.CountryOrRegion)
	if n, ok := m.locations.find(rec.IPAddress, country); ok || m.words.unfit(rec.IPAddress) {
		return n
	}
	f := &access.Facts{} // there are too many addresses to make all facts for each
	f.IP, f.Country = rec.Place()
	before, after := m.both(f, (*access.Set).PlaceClass)
	return m.locations.learn(rec.IPAddress, country, locationClass{before, after, f.IP.IsKnown(), f.Country.IsKnown()})
}

// mannerSaid is what clientFacts reads but for the device, and the risk of the
// sign-in.
type mannerSaid struct {
	client, system, protocol, transfer, atRisk uint32
	interactive                                signinlog.Maybe[bool]
}

type mannerClass struct {
	client      access.Fact[access.ClientAppTypes]
	platform    access.Fact[access.Platforms]
	flow        access.Fact[access.Flows]
	interactive access.Fact[bool]
	atRisk      access.Fact[access.RiskLevels]
}

func (m *memory) manner(rec *signinlog.Record) uint32 {
	w := &m.words
	said := mannerSaid{w.of(fieldClientApp, rec.ClientAppUsed), w.of(fieldSystem, rec.Device.OperatingSystem), w.of(fieldProtocol, rec.AuthenticationProtocol),
		w.of(fieldTransfer, rec.OriginalTransferMethod), w.of(fieldRisk, rec.RiskLevelDuringSignIn), rec.IsInteractive}
	if n, ok := m.manners.known[said]; ok || m.words.unfit() {
		return n
	}
	f := m.facts(rec)
	return m.manners.learn(said, mannerClass{f.ClientApp, f.Platform, f.Flow, f.Interactive, f.SignInRisk})
}

// proofSaid is what proofFacts and Record.MultiFactor read.
type proofSaid struct{ steps, details uint32 }

type proofClass struct {
	methods     access.Fact[access.Methods]
	multiFactor bool
}

func (m *memory) proof(rec *signinlog.Record) uint32 {
	said := proofSaid{m.steps(rec.AuthenticationDetails), m.words.of(fieldDetails, rec.Status.AdditionalDetails)}
	if n, ok := m.proofs.known[said]; ok || m.words.unfit() {
		return n
	}
	f := m.facts(rec)
	return m.proofs.learn(said, proofClass{f.Methods, m.attempt.multiFactor})
}

func (m *memory) steps(list []signinlog.AuthenticationStep) uint32 {
	m.spelled = m.spelled[:0]
	for i := range list {
		s := &list[i]
		if !signinlog.Is(s.Succeeded, true) {
			continue
		}
		m.spelled = appendNumber(m.spelled, m.words.of(fieldMethod, s.Method))
		m.spelled = appendNumber(m.spelled, m.words.of(fieldStepResult, s.ResultDetail))
		m.spelled = appendNumber(m.spelled, m.words.of(fieldStepRequirement, s.Requirement))
	}
	return m.words.list(m.spelled)
}

// outcomeSaid is what was recorded of the sign-in as a whole.
type outcomeSaid struct {
	code   signinlog.Maybe[access.ResultCode]
	status uint32
}

type outcomeClass struct {
	verdict access.Verdict
	status  string // groups name it as recorded
	early   bool   // by the code, policies were not reached
}

func (m *memory) outcome(rec *signinlog.Record) uint32 {
	said := outcomeSaid{rec.Status.ErrorCode, m.words.of(fieldStatus, rec.ConditionalAccessStatus)}
	if n, ok := m.outcomes.known[said]; ok || m.words.unfit(rec.ConditionalAccessStatus) {
		return n
	}
	a := attempt{code: rec.Status.ErrorCode, status: strings.Clone(rec.ConditionalAccessStatus)}
	class := outcomeClass{a.recordedVerdict(), a.status, a.notReached()}
	n := m.outcomes.learn(said, class)
	m.early[n] = class.early
	return n
}
