package replay_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// dice make policies and records at random. Values come from small pools, so that
// policies and records meet, and records meet again.
type dice struct{ *rand.Rand }

func roll(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, pool []T) T { return pool[d.IntN(len(pool))] }

// some picks up to two.
func some[T any](d dice, pool []T) []T {
	list := []T{}
	for range d.IntN(3) {
		list = append(list, pick(d, pool))
	}
	return list
}

// bits picks up to two.
func bits[T ~uint8 | ~uint16 | ~uint32](d dice, pool ...T) (v T) {
	for _, x := range some(d, pool) {
		v |= x
	}
	return v
}

// The pools. Users, groups and the role are of the sample tenant, but for some.
var (
	userIDs    = []access.UserID{access.UserID(ada.id), access.UserID(kenji.id), access.UserID(lucia.id), access.UserID(pat.id), "05e40000-0000-4000-8000-00000000000f", "05e40000-0000-4000-8000-00000000000e"}
	groupIDs   = []access.GroupID{"94000000-0000-4000-8000-000000000001", "94000000-0000-4000-8000-000000000002", "94000000-0000-4000-8000-000000000003", "94000000-0000-4000-8000-000000000009"}
	roleIDs    = []access.RoleID{"62e90394-69f5-4237-9190-012177145e10", "62e90394-69f5-4237-9190-012177145e11"}
	tenantIDs  = []string{"7e000000-0000-4000-8000-000000000001", "7e000000-0000-4000-8000-000000000002", "7e000000-0000-4000-8000-000000000003"}
	workloads  = []access.ServicePrincipalID{"5e000000-0000-4000-8000-000000000001", "5e000000-0000-4000-8000-000000000002"}
	appIDs     = []access.AppID{"00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000", "a9000000-0000-4000-8000-000000000001", "a9000000-0000-4000-8000-000000000002", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", access.AppDeviceRegistration}
	places     = []access.LocationID{"10c00000-0000-4000-8000-000000000001", "10c00000-0000-4000-8000-000000000002", "10c00000-0000-4000-8000-000000000003", "10c00000-0000-4000-8000-000000000004", "10c00000-0000-4000-8000-000000000005", access.LocationCompliantNetwork, "10c00000-0000-4000-8000-0000000000ff"}
	deviceTold = []string{`device.displayName -startsWith "PAW"`, `device.deviceId -eq "de000000-0000-4000-8000-000000000001"`, `device.isCompliant -eq True`, `device.trustType -eq "ServerAD"`,
		`device.trustType -ne "AzureAD" -and device.displayName -contains "1"`, `device.extensionAttribute1 -eq "x"`, `device.model -eq "Surface"`, `device.deviceOwnership -eq "Company"`}
)

func mustDevice(rule string) *filter.Rule {
	r, err := filter.ParseDevice(rule)
	if err != nil {
		panic(err)
	}
	return r
}

func mustApp(rule string) *filter.Rule {
	r, err := filter.ParseApp(rule)
	if err != nil {
		panic(err)
	}
	return r
}

// source makes a tenant of a few policies.
func (d dice) source() access.Source {
	between := func(first, last string) []access.Range {
		return []access.Range{{First: netip.MustParseAddr(first), Last: netip.MustParseAddr(last)}}
	}
	src := access.Source{Locations: []access.Location{
		{ID: places[0], DisplayName: "Office", Ranges: between("192.0.2.0", "192.0.2.127"), Trusted: d.chance(50)},
		{ID: places[1], DisplayName: "Branch", Ranges: between("192.0.2.64", "192.0.2.255"), Trusted: d.chance(50)},
		{ID: places[2], DisplayName: "Home", Countries: []string{"DE", "FR"}, IsCountry: true, IncludeUnknown: d.chance(50)},
		{ID: places[3], DisplayName: "Far", Countries: []string{"JP"}, IsCountry: true},
		{ID: places[4], DisplayName: "Phones", Countries: []string{"DE"}, IsCountry: true, ByGPS: true},
	}, Strengths: []access.Strength{{ID: "57000000-0000-4000-8000-000000000001", DisplayName: "Keys", Combinations: []access.Combination{{Methods: access.FIDO2, AAGUIDs: []string{"a"}}, {Methods: access.Password | access.SMS}}}}}
	for n := range 1 + d.IntN(6) {
		src.Policies = append(src.Policies, d.policy(n))
	}
	return src
}

func (d dice) policy(n int) access.Policy {
	p := access.Policy{ID: access.PolicyID(fmt.Sprintf("ca000000-0000-4000-8000-%012d", n)), DisplayName: fmt.Sprintf("CA%d", n), Grant: d.grant(),
		State: pick(d, []access.State{access.StateEnabled, access.StateEnabled, access.StateEnabled, access.StateReportOnly, access.StateDisabled})}
	c := &p.Conditions
	if d.chance(15) {
		c.Workloads = &access.Workloads{IncludeAll: d.chance(50), Include: some(d, workloads), Exclude: some(d, workloads)}
		c.ServicePrincipalRisk = bits(d, access.RiskNone, access.RiskHigh)
		p.Grant = &access.GrantControls{Controls: access.Block}
	} else {
		c.Users = access.Users{Include: d.principals(), Exclude: d.principals()}
		c.Users.Include.All = c.Users.Include.All || d.chance(60)
		c.Users.Exclude.All = false
	}
	c.Applications = d.applications()
	if d.chance(30) {
		c.ClientApps = bits(d, access.Browser, access.MobileAndDesktop, access.ExchangeActiveSync, access.OtherClients)
	}
	if d.chance(30) {
		c.Platforms = &access.PlatformSet{Include: pick(d, []access.Platforms{access.PlatformAll, access.Windows, access.IOS | access.Android}), Exclude: pick(d, []access.Platforms{0, access.Windows, access.MacOS})}
	}
	if d.chance(40) {
		c.Locations = &access.LocationSet{Include: access.LocationSelector{All: d.chance(70), AllTrusted: d.chance(10), Named: some(d, places)}, Exclude: access.LocationSelector{AllTrusted: d.chance(30), Named: some(d, places)}}
	}
	if d.chance(20) {
		c.SignInRisk = bits(d, access.RiskNone, access.RiskLow, access.RiskHigh)
	}
	if d.chance(20) {
		c.UserRisk = bits(d, access.RiskNone, access.RiskMedium, access.RiskHigh)
	}
	if d.chance(20) {
		c.Flows = bits(d, access.DeviceCodeFlow, access.AuthenticationTransfer)
	}
	if d.chance(30) {
		c.DeviceFilter = &access.Filter{Exclude: d.chance(50), Rule: mustDevice(pick(d, deviceTold))}
	}
	if d.chance(10) {
		c.DeviceStates = &access.DeviceStates{ExcludeCompliant: d.chance(50), ExcludeDomainJoined: true}
	}
	return p
}

func (d dice) principals() access.Principals {
	p := access.Principals{All: d.chance(20)}
	if d.chance(60) {
		p.Users, p.Groups, p.Roles = some(d, userIDs), some(d, groupIDs), some(d, roleIDs)
	}
	if d.chance(20) {
		g := access.GuestSelector{Types: bits(d, access.InternalGuest, access.B2BCollaborationGuest, access.B2BCollaborationMember, access.B2BDirectConnectUser, access.ServiceProvider)}
		if d.chance(50) {
			g.Tenants = []access.TenantID{access.TenantID(pick(d, tenantIDs))}
		}
		p.Guests = []access.GuestSelector{g}
	}
	return p
}

func (d dice) applications() access.Applications {
	if d.chance(10) {
		return access.Applications{UserActions: pick(d, []access.UserActions{access.RegisterSecurityInfo, access.RegisterDevice})}
	}
	if d.chance(10) {
		return access.Applications{Contexts: []string{pick(d, []string{"c1", "c2"})}}
	}
	a := access.Applications{Include: access.AppSelector{All: d.chance(60), Office365: d.chance(20), AdminPortals: d.chance(20), Apps: some(d, appIDs)}, Exclude: access.AppSelector{Office365: d.chance(20), Apps: some(d, appIDs)}}
	if d.chance(10) {
		a.Filter = &access.Filter{Exclude: d.chance(50), Rule: mustApp(`CustomSecurityAttribute.Set_Name -eq "x"`)}
	}
	return a
}

func (d dice) grant() *access.GrantControls {
	g := &access.GrantControls{Any: d.chance(50)}
	switch d.IntN(6) {
	case 0:
		return nil
	case 1:
		g.Controls = access.Block
		return g
	case 2:
		g.Strength = pick(d, []access.StrengthID{access.StrengthMFA, access.StrengthPhishingResistant, "57000000-0000-4000-8000-000000000001", "57000000-0000-4000-8000-0000000000ff"})
	}
	g.Controls = bits(d, access.MFA, access.CompliantDevice, access.DomainJoinedDevice, access.CompliantApplication, access.PasswordChange)
	if g.Strength != "" {
		g.Controls &^= access.MFA
	}
	if d.chance(15) {
		g.TermsOfUse = []access.AgreementID{"a9e00000-0000-4000-8000-000000000001"}
	}
	return g
}
