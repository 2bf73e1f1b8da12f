package access_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// generator makes random but realistic tenants and attempts. Values come from
// small pools, so that policies and attempts often speak of the same things.
type generator struct {
	// intn returns a number from 0 to n-1: from a seeded source in volume
	// runs, drawn by rapid, which can make it small, in properties.
	intn func(n int) int
	// registering makes tenants and attempts about registering security
	// info and devices, and crowded makes attempts of many groups and
	// resources: both would be rare otherwise.
	registering, crowded bool
}

// seeded returns the generator whose choices follow from a seed.
func seeded(seed uint64) generator {
	return generator{intn: rand.New(rand.NewPCG(seed, 0x5a11)).IntN}
}

// drawn returns a generator of a property test, whose choices rapid draws and,
// where a property fails, makes small.
func drawn(t *rapid.T) generator {
	choices := choiceTapes.Draw(t, "choices")
	return generator{intn: func(n int) int {
		if len(choices) == 0 {
			return 0
		}
		c := choices[0]
		choices = choices[1:]
		return int(c) * n / (1 << choiceBits)
	}}
}

// choiceTape is numbers below 1<<choiceBits that stand for choices.
type choiceTape []uint16

const choiceBits = 10

// GoString keeps the numbers, which tell nobody anything, out of reports.
func (c choiceTape) GoString() string { return fmt.Sprintf("%d choices", len(c)) }

// choiceTapes puts the numbers together from bits, since rapid favours small
// numbers where it draws whole ones.
var choiceTapes = rapid.Custom(func(t *rapid.T) choiceTape {
	bit := rapid.Bool()
	tape := make(choiceTape, 500)
	for i := range tape {
		for range choiceBits {
			tape[i] <<= 1
			if bit.Draw(t, "bit") {
				tape[i] |= 1
			}
		}
	}
	return tape
})

// chance is true in percent of a hundred cases. It is false for small numbers,
// which is where rapid looks for the simplest case.
func (g generator) chance(percent int) bool { return g.intn(100) >= 100-percent }

func pick[T any](g generator, pool ...T) T { return pool[g.intn(len(pool))] }

// some returns up to most different members of a pool, at least one.
func some[T any](g generator, most int, pool ...T) []T {
	n := 1 + g.intn(min(most, len(pool)))
	at := g.intn(len(pool))
	var list []T
	for i := range n {
		list = append(list, pool[(at+i)%len(pool)])
	}
	return list
}

// maybe returns some members of a pool in percent of a hundred cases.
func maybe[T any](g generator, percent, most int, pool ...T) []T {
	if !g.chance(percent) {
		return nil
	}
	return some(g, most, pool...)
}

// bits returns a set of some of the given bits, at least one.
func bits[T ~uint8 | ~uint16 | ~uint32](g generator, most int, pool ...T) T {
	var set T
	for _, b := range some(g, most, pool...) {
		set |= b
	}
	return set
}

// The pools.
var (
	somePeople     = []access.UserID{"11111111-0000-4000-8000-00000000000a", "11111111-0000-4000-8000-00000000000b", "11111111-0000-4000-8000-00000000000c"}
	someGroups     = []access.GroupID{"22222222-0000-4000-8000-00000000000a", "22222222-0000-4000-8000-00000000000b", "22222222-0000-4000-8000-00000000000c"}
	someRoles      = []access.RoleID{"62e90394-69f5-4237-9190-012177145e10", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"}
	someTenants    = []access.TenantID{"33333333-0000-4000-8000-00000000000a", "33333333-0000-4000-8000-00000000000b"}
	someApps       = []access.AppID{exchange, sharePoint, "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", payroll, "a0000000-0000-4000-8000-00000000000b", access.AppDirectory, access.AppDeviceRegistration}
	someWorkloads  = []access.ServicePrincipalID{"44444444-0000-4000-8000-00000000000a", "44444444-0000-4000-8000-00000000000b"}
	someAgents     = []access.ServicePrincipalID{"55555555-0000-4000-8000-00000000000a", "55555555-0000-4000-8000-00000000000b"}
	someContexts   = []string{"c1", "c2"}
	someAgreements = []access.AgreementID{"66666666-0000-4000-8000-00000000000a", "66666666-0000-4000-8000-00000000000b"}
	someCustom     = []string{"custom-a", "custom-b"}
	someAAGUIDs    = []string{"77777777-0000-4000-8000-00000000000a", "77777777-0000-4000-8000-00000000000b"}
	someIssuers    = []string{"aa01", "bb02"}
	somePolicyOIDs = []string{"1.2.3", "1.2.4", "1.2.5", "1.2.6", "1.2.7", "1.2.8"}
	someCountries  = []string{"DE", "FR", "JP"}
	someAddresses  = []string{"203.0.113.7", "203.0.113.200", "198.51.100.20", "192.0.2.1", "2001:db8::7", "2001:db8:1::1", "::ffff:203.0.113.7"}
	someScopes     = []string{"openid", "profile", "offline_access", "User.Read", "https://graph.microsoft.com/People.Read", "GroupMember.Read.All", "Mail.Read"}

	someClients   = []access.ClientAppTypes{access.Browser, access.MobileAndDesktop, access.ExchangeActiveSync, access.EASSupported, access.OtherClients}
	somePlatforms = []access.Platforms{access.Android, access.IOS, access.Windows, access.WindowsPhone, access.MacOS, access.Linux}
	someLevels    = []access.RiskLevels{access.RiskNone, access.RiskLow, access.RiskMedium, access.RiskHigh}
	someInsider   = []access.InsiderRiskLevels{access.InsiderMinor, access.InsiderModerate, access.InsiderElevated}
	someFlows     = []access.Flows{access.DeviceCodeFlow, access.AuthenticationTransfer}
	someKinds     = []access.GuestTypes{access.InternalGuest, access.B2BCollaborationGuest, access.B2BCollaborationMember, access.B2BDirectConnectUser, access.OtherExternalUser, access.ServiceProvider}
	someMethods   = []access.Methods{access.Password, access.Password, access.SMS, access.AuthenticatorPush, access.SoftwareOATH, access.FIDO2, access.WindowsHello, access.X509SingleFactor, access.X509MultiFactor, access.TemporaryAccessPassOneTime, access.DeviceBasedPush, access.FederatedSingleFactor, access.FederatedMultiFactor, access.HardwareOATH, access.Voice, access.QRCodePin}

	// nowhere is a location and noStrength a strength that no tenant defines.
	nowhere    access.LocationID = "99999999-0000-4000-8000-00000000000a"
	noStrength access.StrengthID = "99999999-0000-4000-8000-00000000000b"
)

// manyGroups are more than the engine has room for without allocating.
var manyGroups = func() []access.GroupID {
	var list []access.GroupID
	for i := range 60 {
		list = append(list, access.GroupID(fmt.Sprintf("22222222-0000-4000-8000-0000000001%02d", i)))
	}
	return list
}()

var someLocations = []access.Location{
	{ID: "88888888-0000-4000-8000-000000000001", DisplayName: "office", Trusted: true, Ranges: []access.Range{between("203.0.113.0", "203.0.113.127"), between("2001:db8::", "2001:db8::ffff")}},
	{ID: "88888888-0000-4000-8000-000000000002", DisplayName: "branch", Ranges: []access.Range{between("203.0.113.100", "203.0.113.255"), between("198.51.100.20", "198.51.100.20")}},
	{ID: "88888888-0000-4000-8000-000000000003", DisplayName: "Germany and Japan", IsCountry: true, Countries: []string{"DE", "JP"}},
	{ID: "88888888-0000-4000-8000-000000000004", DisplayName: "France and nowhere", IsCountry: true, Countries: []string{"FR"}, IncludeUnknown: true},
	{ID: "88888888-0000-4000-8000-000000000005", DisplayName: "Germany by GPS", IsCountry: true, Countries: []string{"DE"}, ByGPS: true},
	{ID: "88888888-0000-4000-8000-000000000006", DisplayName: "no country", IsCountry: true},
	{ID: "88888888-0000-4000-8000-000000000007", DisplayName: "no address"},
	{ID: "88888888-0000-4000-8000-000000000008", DisplayName: "our network", CompliantNetwork: true},
}

var someStrengths = []access.Strength{
	{ID: "99999999-0000-4000-8000-000000000001", DisplayName: "listed keys", Combinations: []access.Combination{{Methods: access.FIDO2, AAGUIDs: someAAGUIDs[:1]}}},
	{ID: "99999999-0000-4000-8000-000000000002", DisplayName: "our certificates", Combinations: []access.Combination{
		{Methods: access.X509MultiFactor, IssuerSKIs: someIssuers[:1], PolicyOIDs: somePolicyOIDs[4:]},
		{Methods: access.X509SingleFactor | access.Password, PolicyOIDs: somePolicyOIDs[:1]},
		{Methods: access.WindowsHello},
	}},
	{ID: "99999999-0000-4000-8000-000000000003", DisplayName: "text message", Combinations: []access.Combination{{Methods: access.SMS}, {Methods: access.FederatedSingleFactor | access.AuthenticatorPush}}},
	{ID: "99999999-0000-4000-8000-000000000004", DisplayName: "home only", Combinations: []access.Combination{{Methods: access.FederatedMultiFactor}, {Methods: access.QRCodePin}}},
	{ID: "99999999-0000-4000-8000-000000000005", DisplayName: "much", Combinations: muchOfMFA()},
}

// muchOfMFA is a strength that whoever did MFA satisfies.
func muchOfMFA() []access.Combination {
	var list []access.Combination
	for _, m := range builtInMFA {
		list = append(list, access.Combination{Methods: m})
	}
	return append(list, access.Combination{Methods: access.QRCodePin})
}

func between(first, last string) access.Range {
	return access.Range{First: netip.MustParseAddr(first), Last: netip.MustParseAddr(last)}
}

var deviceRules = []string{
	`device.isCompliant -eq True`,
	`device.isCompliant -ne True`,
	`device.isCompliant -eq "False"`,
	`device.trustType -eq "ServerAD" -or device.isCompliant -eq True`,
	`device.trustType -ne "ServerAD"`,
	`device.extensionAttribute1 -eq "SAW"`,
	`device.extensionAttribute2 -notContains "lab" -and device.model -startsWith "Surface"`,
	`-not (device.physicalIds -contains "[ZTDId]")`,
	`device.systemLabels -contains "CloudPC"`,
	`device.displayName -in ["kiosk", "till"]`,
	`device.deviceOwnership -eq "Company" -and device.operatingSystem -notEndsWith "9"`,
	`device.mdmAppId -eq null`,
	`device.profileType -ne null -or device.extensionAttribute1 -ne "SAW"`,
}

var appRules = []string{
	`CustomSecurityAttribute.Finance_tier -contains "gold"`,
	`CustomSecurityAttribute.Finance_tier -ne "gold"`,
	`CustomSecurityAttribute.Finance_tier -eq "silver" -or CustomSecurityAttribute.Team_name -startsWith "pay"`,
	`CustomSecurityAttribute.Team_name -eq null`,
}

func mustRule(r *filter.Rule, err error) *filter.Rule {
	if err != nil {
		panic(err)
	}
	return r
}

// options returns any way to compile a set.
func (g generator) options() access.Options {
	return access.Options{
		Live:                 g.chance(30),
		CarryUnresolved:      g.chance(40),
		LegacyBaselineScopes: g.chance(30),
		EnforceApprovedApp:   g.chance(30),
	}
}

// source returns a tenant of the given number of policies, which refers to
// undefined things only where the options allow it.
func (g generator) source(policies int, opt access.Options) access.Source {
	src := access.Source{Locations: someLocations, Strengths: someStrengths}
	if g.chance(20) { // no trusted address anywhere but, perhaps, the old ones
		src.Locations = someLocations[1:]
	} else {
		src.Locations = append(g.networks(), someLocations...)
	}
	if g.chance(40) {
		src.MFATrustedIPs = g.ranges()
	}
	for i := range policies {
		src.Policies = append(src.Policies, g.policy(i, src, opt))
	}
	return src
}

// networks returns locations whose addresses overlap, adjoin and contain each
// other.
func (g generator) networks() []access.Location {
	var list []access.Location
	for n := range 1 + g.intn(4) {
		list = append(list, access.Location{
			ID:     access.LocationID(fmt.Sprintf("88888888-0000-4000-8000-0000000001%02d", n)),
			Ranges: g.ranges(), Trusted: g.chance(30), DisplayName: fmt.Sprintf("network %d", n),
		})
	}
	return list
}

func (g generator) ranges() []access.Range {
	var list []access.Range
	for range 1 + g.intn(4) {
		first := g.address()
		last := g.address()
		switch {
		case g.chance(10):
			first, last = netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("255.255.255.255")
		case g.chance(5):
			first, last = netip.IPv6Unspecified(), netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
		case first.Unmap().Is4() != last.Unmap().Is4() || g.chance(20):
			last = first
		case last.Unmap().Less(first.Unmap()):
			first, last = last, first
		}
		list = append(list, access.Range{First: first, Last: last})
	}
	return list
}

// address returns one of few addresses of either family.
func (g generator) address() netip.Addr {
	host := byte(pick(g, 0, 1, 7, 8, 99, 100, 127, 128, 200, 254, 255))
	switch g.intn(8) {
	default:
		return netip.AddrFrom4([4]byte{203, 0, byte(112 + g.intn(3)), host})
	case 4:
		return netip.AddrFrom4([4]byte{192, 0, 2, host})
	case 5, 6:
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 6: byte(g.intn(2)), 8: byte(g.intn(2)), 15: host})
	case 7:
		return netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff, 12: 203, 14: 113, 15: host})
	}
}

func (g generator) policy(n int, src access.Source, opt access.Options) access.Policy {
	p := access.Policy{
		ID:          access.PolicyID(fmt.Sprintf("b0000000-0000-4000-8000-%012d", n)),
		DisplayName: fmt.Sprintf("policy %d", n),
		State:       pick(g, access.StateEnabled, access.StateEnabled, access.StateEnabled, access.StateEnabled, access.StateReportOnly, access.StateDisabled),
		OnUnknown:   pick(g, access.UnknownApplies, access.UnknownApplies, access.UnknownSkips),
		Conditions:  g.conditions(src, opt),
		Grant:       g.grant(opt),
	}
	if p.Grant == nil || g.chance(20) {
		p.Session = g.session()
	}
	if p.State != access.StateEnabled && g.chance(5) {
		p.Unrecognised = []access.Unrecognised{{Path: "conditions.signInRiskLevels[0]", Value: "extreme"}}
	}
	if g.chance(1) {
		p.State = access.StateNone
	}
	return p
}

func (g generator) conditions(src access.Source, opt access.Options) access.Conditions {
	often := pick(g, 100, 50, 10) // so that many policies apply, too
	configured := func(percent int) bool { return g.chance(percent * often / 100) }
	c := access.Conditions{Applications: g.applications(often)}
	if g.chance(10) {
		c.Workloads = g.workloads()
	} else {
		c.Users = g.users(often)
	}
	if configured(25) {
		c.ClientApps = bits(g, 4, someClients...)
	}
	if configured(4) {
		c.ClientApps = access.ClientAppAny
	}
	if configured(20) {
		c.Platforms = g.platforms()
	}
	if configured(30) {
		c.Locations = &access.LocationSet{Include: g.places(src, opt, true), Exclude: g.places(src, opt, false)}
	}
	if configured(15) {
		c.SignInRisk = bits(g, 3, append(someLevels, access.RiskHidden)...)
	}
	if configured(12) {
		c.UserRisk = bits(g, 3, someLevels...)
	}
	if c.Workloads != nil && g.chance(20) || configured(2) {
		c.ServicePrincipalRisk = bits(g, 2, someLevels...)
	}
	if c.Workloads != nil && g.chance(15) || configured(1) {
		c.AgentRisk = bits(g, 2, someLevels...)
	}
	if configured(8) {
		c.InsiderRisk = bits(g, 2, someInsider...)
	}
	if configured(10) {
		c.Flows = bits(g, 2, someFlows...)
	}
	if configured(20) {
		c.DeviceFilter = &access.Filter{Exclude: g.chance(50), Rule: mustRule(filter.ParseDevice(pick(g, deviceRules...)))}
	}
	if configured(5) {
		c.DeviceStates = &access.DeviceStates{ExcludeCompliant: true, ExcludeDomainJoined: g.chance(50)}
	}
	return c
}

func (g generator) users(often int) access.Users {
	var u access.Users
	switch g.intn(2 + 4*often/100) {
	default:
		u.Include.All = true
	case 3:
		u.Include = g.principals(60)
	case 4:
		u.Include.Guests = g.guests()
	case 5:
		u.Include = g.principals(30)
		u.Include.None = u.Include.Users == nil && u.Include.Groups == nil && u.Include.Roles == nil && u.Include.Guests == nil
	}
	if g.chance(often / 2) {
		u.Exclude = g.principals(30)
	}
	if g.chance(2) {
		u.Exclude.All = true
	}
	if !u.Include.All && len(u.Include.Users)+len(u.Include.Groups)+len(u.Include.Roles)+len(u.Include.Guests) == 0 {
		u.Include.None = true
	}
	return u
}

func (g generator) principals(percent int) access.Principals {
	p := access.Principals{
		Users:  maybe(g, percent, 2, somePeople...),
		Groups: maybe(g, percent, 2, g.groups()...),
		Roles:  maybe(g, percent/2, 1, someRoles...),
	}
	if g.chance(percent / 2) {
		p.Guests = g.guests()
	}
	return p
}

func (g generator) groups() []access.GroupID {
	if g.crowded {
		return manyGroups
	}
	return someGroups
}

func (g generator) guests() []access.GuestSelector {
	var list []access.GuestSelector
	for range 1 + g.intn(2) {
		s := access.GuestSelector{Types: pick(g, access.GuestTypesAll, bits(g, 5, someKinds...))}
		s.Tenants = maybe(g, 40, 2, someTenants...)
		list = append(list, s)
	}
	return list
}

func (g generator) workloads() *access.Workloads {
	w := &access.Workloads{
		IncludeAll: g.chance(40), Include: maybe(g, 40, 2, someWorkloads...), Exclude: maybe(g, 30, 1, someWorkloads...),
		IncludeAllAgents: g.chance(15), IncludeAgents: maybe(g, 20, 2, someAgents...), ExcludeAgents: maybe(g, 20, 1, someAgents...),
	}
	if g.chance(30) {
		w.Filter = g.appFilter()
	}
	if g.chance(20) {
		w.AgentFilter = g.appFilter()
	}
	if !w.IncludeAllAgents && w.Include == nil && w.IncludeAgents == nil {
		w.IncludeAll = true
	}
	return w
}

func (g generator) appFilter() *access.Filter {
	return &access.Filter{Exclude: g.chance(50), Rule: mustRule(filter.ParseApp(pick(g, appRules...)))}
}

func (g generator) applications(often int) access.Applications {
	var t access.Applications
	if g.registering {
		return pick(g,
			access.Applications{Include: access.AppSelector{All: true}},
			access.Applications{UserActions: access.RegisterSecurityInfo},
			access.Applications{UserActions: access.RegisterDevice},
			access.Applications{Include: access.AppSelector{All: g.chance(50)}, UserActions: access.RegisterSecurityInfo})
	}
	switch g.intn(4 + 6*often/100) {
	default:
		t.Include.All = true
	case 4, 5:
		t.Include.Apps = some(g, 3, someApps...)
	case 6:
		t.Include = access.AppSelector{Office365: g.chance(60), AdminPortals: g.chance(50), AllAgents: g.chance(20), Apps: maybe(g, 30, 1, someApps...)}
		t.Include.None = !t.Include.Office365 && !t.Include.AdminPortals && !t.Include.AllAgents && t.Include.Apps == nil
	case 7:
		t.UserActions = pick(g, access.RegisterSecurityInfo, access.RegisterSecurityInfo, access.RegisterDevice, access.RegisterSecurityInfo|access.RegisterDevice)
	case 8:
		t.Contexts = some(g, 2, someContexts...)
	case 9: // no portal offers this mix
		t.Include = access.AppSelector{All: g.chance(50), Apps: maybe(g, 50, 2, someApps...)}
		t.UserActions = access.RegisterSecurityInfo
		t.Contexts = maybe(g, 50, 1, someContexts...)
	}
	if g.chance(often / 3) {
		t.Exclude = access.AppSelector{Office365: g.chance(30), AdminPortals: g.chance(20), Apps: maybe(g, 70, 2, someApps...)}
	}
	if g.chance(often / 6) {
		t.Filter = g.appFilter()
	}
	return t
}

func (g generator) platforms() *access.PlatformSet {
	s := &access.PlatformSet{Include: access.PlatformAll}
	if g.chance(50) {
		s.Include = bits(g, 4, somePlatforms...)
	}
	if g.chance(50) {
		s.Exclude = bits(g, 6, somePlatforms...)
	}
	if g.chance(3) {
		s.Include, s.Exclude = pick(g, 0, s.Include), access.PlatformAll
	}
	return s
}

func (g generator) places(src access.Source, opt access.Options, include bool) access.LocationSelector {
	s := access.LocationSelector{AllTrusted: g.chance(30), All: include && g.chance(50)}
	if g.chance(50) {
		for _, l := range some(g, 2, src.Locations...) {
			s.Named = append(s.Named, l.ID)
		}
	}
	if g.chance(15) {
		s.Named = append(s.Named, pick(g, access.LocationMFATrustedIPs, access.LocationCompliantNetwork))
	}
	if opt.CarryUnresolved && g.chance(8) {
		s.Named = append(s.Named, nowhere)
	}
	return s
}

func (g generator) grant(opt access.Options) *access.GrantControls {
	if g.chance(8) {
		return nil
	}
	d := &access.GrantControls{Any: g.chance(40)}
	kind := g.intn(8)
	if g.registering {
		kind = pick(g, 3, 3, 4, 7)
	}
	switch kind {
	case 0:
		d.Controls = access.Block
	case 1, 2:
		d.Controls = access.MFA
	case 3:
		d.Strength = g.strength(opt)
	case 4:
		d.Controls = pick(g, access.CompliantDevice, access.DomainJoinedDevice, access.CompliantDevice|access.DomainJoinedDevice, access.MFA|access.CompliantDevice)
	default:
		d.Controls = bits(g, 3, access.MFA, access.CompliantDevice, access.DomainJoinedDevice, access.ApprovedApplication, access.CompliantApplication, access.PasswordChange, access.RiskRemediation)
		d.TermsOfUse = maybe(g, 30, 2, someAgreements...)
		d.Custom = maybe(g, 15, 2, someCustom...)
		if g.chance(15) {
			d.Strength = g.strength(opt)
		}
		if g.chance(5) {
			d.Controls |= access.Block
		}
	}
	return d
}

func (g generator) strength(opt access.Options) access.StrengthID {
	pool := []access.StrengthID{access.StrengthMFA, access.StrengthPasswordless, access.StrengthPhishingResistant}
	for _, s := range someStrengths {
		pool = append(pool, s.ID)
	}
	if opt.CarryUnresolved {
		pool = append(pool, noStrength)
	}
	return pick(g, pool...)
}

func (g generator) session() access.SessionControls {
	s := access.SessionControls{
		PersistentBrowser:         pick(g, 0, access.PersistentAlways, access.PersistentNever),
		CloudAppSecurity:          pick(g, 0, 0, access.MCASConfigured, access.MonitorOnly, access.BlockDownloads),
		ContinuousAccess:          pick(g, 0, 0, access.ContinuousAccessDisabled, access.ContinuousAccessStrictEnforcement, access.ContinuousAccessStrictLocation),
		AppEnforcedRestrictions:   g.chance(20),
		TokenProtection:           g.chance(20),
		DisableResilienceDefaults: g.chance(20),
		SecurityProfile:           pick(g, "", "", "profile-a", "profile-b"),
	}
	switch g.intn(4) {
	case 1:
		s.SignInFrequency.Primary = time.Duration(1+g.intn(48)) * time.Hour
		s.SignInFrequency.Secondary = s.SignInFrequency.Primary
	case 2:
		s.SignInFrequency.Secondary = time.Duration(1+g.intn(48)) * time.Hour
	case 3:
		s.SignInFrequency.PrimaryEveryTime, s.SignInFrequency.SecondaryEveryTime = g.chance(50), true
	}
	if s == (access.SessionControls{}) {
		s.PersistentBrowser = access.PersistentNever
	}
	return s
}

// facts returns an attempt of which everything is known and which could
// happen: one principal, resources or a user action.
func (g generator) facts() *access.Facts {
	f := &access.Facts{
		AuthenticationContext: access.Known(pick(g, "", "", "", "c1", "C2", "c9")),
		ClientApp:             access.Known(pick(g, append([]access.ClientAppTypes{access.Browser, access.Browser, access.MobileAndDesktop, access.MobileAndDesktop, access.ClientAppAny}, someClients...)...)),
		Platform:              access.Known(pick(g, append([]access.Platforms{access.PlatformOther, access.PlatformAll}, somePlatforms...)...)),
		IP:                    access.Known(pick(g, g.address(), netip.MustParseAddr(pick(g, someAddresses...)))),
		Country:               access.Known(pick(g, append([]string{""}, someCountries...)...)),
		GPSCountry:            access.Known(pick(g, append([]string{""}, someCountries...)...)),
		CompliantNetwork:      access.Known(g.chance(50)),
		Device:                access.Known(g.device()),
		Flow:                  access.Known(pick(g, append([]access.Flows{access.FlowNone, access.FlowNone, access.FlowNone}, someFlows...)...)),
		Interactive:           access.Known(!g.chance(40)),
		SignInRisk:            access.Known(pick(g, append([]access.RiskLevels{access.RiskNone, access.RiskHidden}, someLevels...)...)),
		UserRisk:              access.Known(pick(g, append([]access.RiskLevels{access.RiskNone, access.RiskHidden}, someLevels...)...)),
		InsiderRisk:           access.Known(pick(g, append([]access.InsiderRiskLevels{access.InsiderNone}, someInsider...)...)),
		Methods:               access.Known(bits(g, 3, someMethods...)),
		FIDO2AAGUID:           access.Known(pick(g, append([]string{""}, someAAGUIDs...)...)),
		Certificate:           access.Known(access.Certificate{IssuerSKI: pick(g, someIssuers...), PolicyOIDs: maybe(g, 80, 6, somePolicyOIDs...)}),
		MFARegistered:         access.Known(!g.chance(40)),
		AcceptedTermsOfUse:    access.Known(maybe(g, 50, 2, someAgreements...)),
		CustomControls:        access.Known(maybe(g, 50, 2, someCustom...)),
		ApprovedApp:           access.Known(g.chance(50)),
		ProtectedApp:          access.Known(g.chance(50)),
		PasswordChanged:       access.Known(g.chance(50)),
		RiskRemediated:        access.Known(g.chance(50)),
		InboundTrust:          access.Known(access.InboundTrust{MFA: g.chance(50), CompliantDevice: g.chance(40), DomainJoinedDevice: g.chance(40)}),
		HomeClaims:            access.Known(access.HomeClaims{MFA: g.chance(40), CompliantDevice: g.chance(40), DomainJoinedDevice: g.chance(40)}),
	}
	if g.chance(50) {
		f.HomeClaims = access.Known(access.HomeClaims{MFA: g.chance(20), Methods: bits(g, 3, someMethods...)})
	}
	g.person(f)
	g.target(f)
	return f
}

// person fills in who asks.
func (g generator) person(f *access.Facts) {
	f.UserID, f.ServicePrincipalID, f.AgentID = access.Known(access.UserID("")), access.Known(access.ServicePrincipalID("")), access.Known(access.ServicePrincipalID(""))
	f.Groups, f.Roles = access.Known([]access.GroupID(nil)), access.Known([]access.RoleID(nil))
	f.GuestTypes, f.HomeTenantID = access.Known(access.GuestTypesNone), access.Known(access.TenantID(""))
	f.UserType = access.Known(access.Member)
	f.ServicePrincipalRisk, f.AgentRisk = access.Known(pick(g, someLevels...)), access.Known(pick(g, someLevels...))
	f.ServicePrincipalAttributes, f.AgentAttributes = access.Known(g.attributes()), access.Known(g.attributes())
	f.ServicePrincipalInScope = access.Known(!g.chance(25))
	switch g.intn(8) {
	default:
		f.UserID = access.Known(shout(g, pick(g, somePeople...)))
		f.Groups = access.Known(maybe(g, 60, 3, someGroups...))
		if g.crowded {
			f.Groups = access.Known(some(g, len(manyGroups), manyGroups...))
		}
		f.Roles = access.Known(maybe(g, 40, 2, someRoles...))
		if g.chance(45) {
			g.guest(f)
		}
	case 6:
		f.ServicePrincipalID = access.Known(shout(g, pick(g, someWorkloads...)))
	case 7:
		f.AgentID = access.Known(pick(g, someAgents...))
	}
}

// guest makes the person one of the kinds that a user object of some type may be.
func (g generator) guest(f *access.Facts) {
	f.HomeTenantID = access.Known(pick(g, append([]access.TenantID{""}, someTenants...)...))
	kind := pick(g, someKinds...)
	switch kind {
	case access.B2BCollaborationMember:
	case access.B2BDirectConnectUser, access.ServiceProvider:
		f.UserType = access.Known(pick(g, access.Member, access.Guest))
	default:
		f.UserType = access.Known(access.Guest)
	}
	if g.chance(20) { // CA-19
		kind |= access.B2BDirectConnectUser
	}
	f.GuestTypes = access.Known(kind)
}

// target fills in what is asked for.
func (g generator) target(f *access.Facts) {
	f.UserAction, f.Audiences = access.Known(access.UserActionNone), access.Known([]access.Audience(nil))
	f.Scopes, f.Client = access.Known([]string(nil)), access.Known(access.Client{})
	if g.chance(20) || g.registering && g.chance(70) {
		f.UserAction = access.Known(pick(g, access.RegisterSecurityInfo, access.RegisterDevice))
		return
	}
	var audiences []access.Audience
	for _, id := range some(g, 3, someApps...) {
		audiences = append(audiences, access.Audience{AppID: shout(g, id), Attributes: access.Known(g.attributes())})
	}
	if g.crowded {
		for i := range 12 {
			audiences = append(audiences, access.Audience{AppID: access.AppID(fmt.Sprintf("a0000000-0000-4000-8000-0000000001%02d", i)), Attributes: access.Known(g.attributes())})
		}
	}
	f.Audiences = access.Known(audiences)
	if g.chance(40) {
		f.Scopes = access.Known(some(g, 3, someScopes...))
		f.Client = access.Known(access.Client{AppID: pick(g, someApps...), Confidential: g.chance(50)})
	}
}

// shout spells an id in capitals now and then (CA-6).
func shout[T ~string](g generator, id T) T {
	if g.chance(10) {
		return T(strings.ToUpper(string(id)))
	}
	return id
}

func (g generator) attributes() filter.Attributes {
	a := filter.Attributes{}
	if g.chance(60) {
		a["Finance_tier"] = pick(g, filter.Text("gold"), filter.Text("silver"), filter.List("gold", "silver"), filter.Value{})
	}
	if g.chance(40) {
		a["Team_name"] = pick(g, filter.Text("payroll"), filter.Text("it"))
	}
	return a
}

func (g generator) device() *access.Device {
	if g.chance(30) {
		return nil
	}
	d := &access.Device{
		IsCompliant:            access.Known(pick(g, access.Yes, access.No, access.Null)),
		IsManaged:              access.Known(g.chance(40)),
		TrustType:              access.Known(pick(g, "AzureAD", "ServerAD", "serverad", "Workplace", "")),
		Ownership:              access.Known(pick(g, "Company", "Personal", "")),
		ProfileType:            access.Known(pick(g, "RegisteredDevice", "Shared", "")),
		DeviceID:               access.Known("dddddddd-0000-4000-8000-00000000000a"),
		DisplayName:            access.Known(pick(g, "kiosk", "laptop", "")),
		Manufacturer:           access.Known("Contoso"),
		Model:                  access.Known(pick(g, "Surface Pro", "Latitude")),
		EnrollmentProfileName:  access.Known(""),
		MDMAppID:               access.Known(pick(g, "", "0000000a-0000-0000-c000-000000000000")),
		OperatingSystem:        access.Known(pick(g, "Windows 11", "Windows 9")),
		OperatingSystemVersion: access.Known("10.0"),
		PhysicalIDs:            access.Known(pick(g, nil, []string{"[ZTDId]"}, []string{"[ZTDId]:abc", "x"})),
		SystemLabels:           access.Known(pick(g, nil, []string{"CloudPC"})),
	}
	for i := range d.ExtensionAttributes {
		d.ExtensionAttributes[i] = access.Known("")
	}
	d.ExtensionAttributes[0] = access.Known(pick(g, "SAW", ""))
	d.ExtensionAttributes[1] = access.Known(pick(g, "lab-1", "desk", ""))
	return d
}

// hide returns a copy of facts of which each is unknown in percent of a
// hundred cases, those of the device included.
func (g generator) hide(f *access.Facts, percent int) *access.Facts {
	hidden := *f
	hideMembers(&hidden, func() bool { return g.chance(percent) })
	if d, _ := hidden.Device.Get(); d != nil {
		device := *d
		hideMembers(&device, func() bool { return g.chance(percent / 2) })
		hidden.Device = access.Known(&device)
	}
	if audiences := hidden.Audiences.Or(nil); len(audiences) > 0 {
		copied := append([]access.Audience(nil), audiences...)
		for i := range copied {
			if g.chance(percent / 2) {
				copied[i].Attributes = access.Fact[filter.Attributes]{}
			}
		}
		hidden.Audiences = access.Known(copied)
	}
	return &hidden
}

// attempt returns facts as they come: some unknown, now and then some that do
// not go together.
func (g generator) attempt() *access.Facts {
	f := g.facts()
	if g.chance(10) { // what no attempt should say, but a log may
		other := g.facts()
		*f = *mix(f, other, func() bool { return g.chance(20) })
	}
	return g.hide(f, pick(g, 0, 5, 15, 40))
}
