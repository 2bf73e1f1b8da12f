package lint_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/internal/lint"
)

// TestClaims holds findings to what they claim, over random tenants and
// attempts: without a superseded policy no verdict changes; a policy that never
// matches never applies; where there is a lock-out nobody with a role to repair
// it gets in, whatever he tries.
func TestClaims(t *testing.T) {
	r := maker{rand.New(rand.NewPCG(1, 2))}
	seen := map[string]int{}
	for range 600 {
		src := r.source()
		set, err := access.Compile(src, access.Options{})
		if err != nil {
			t.Fatalf("the maker made an invalid tenant: %v", err)
		}
		attempts := make([]access.Facts, 40)
		for i := range attempts {
			attempts[i] = r.facts()
		}
		for _, f := range lint.Run(&lint.Tenant{Source: src}) {
			var wrong string
			switch f.Rule {
			case "superseded":
				wrong = needed(src, set, f, attempts)
			case "never-matches":
				wrong = matches(set, f, attempts)
			case "lock-out":
				wrong = getsIn(set, attempts)
			default:
				continue
			}
			seen[f.Rule]++
			if wrong != "" {
				t.Fatalf("%s %s: %s\nyet %s\n%+v", f.Rule, f.PolicyID, f.Message, wrong, src.Policies)
			}
		}
	}
	for _, rule := range []string{"superseded", "never-matches", "lock-out"} {
		if seen[rule] < 10 {
			t.Errorf("%s was found %d times only: the maker makes too little of it", rule, seen[rule])
		}
	}
}

// needed returns an attempt whose verdict changes without the policy.
func needed(src access.Source, set *access.Set, f lint.Finding, attempts []access.Facts) string {
	without := src
	without.Policies = nil
	for _, p := range src.Policies {
		if p.ID != f.PolicyID {
			without.Policies = append(without.Policies, p)
		}
	}
	fewer, err := access.Compile(without, access.Options{})
	if err != nil {
		return err.Error()
	}
	for i := range attempts {
		if with, gone := set.Decide(&attempts[i]).Verdict, fewer.Decide(&attempts[i]).Verdict; with != gone {
			return fmt.Sprintf("without it %v becomes %v for %+v", with, gone, attempts[i])
		}
	}
	return ""
}

func matches(set *access.Set, f lint.Finding, attempts []access.Facts) string {
	for i := range attempts {
		for _, o := range set.Explain(&attempts[i]).Outcomes {
			if o.Policy.ID == f.PolicyID && o.Result != access.ResultNotApplied && o.Result != access.ResultNotEnabled && o.Result != access.ResultReportOnlyNotApplied {
				return fmt.Sprintf("its result is %v for %+v", o.Result, attempts[i])
			}
		}
	}
	return ""
}

// getsIn returns an attempt of a global administrator to reach the admin centre
// that is let in.
func getsIn(set *access.Set, attempts []access.Facts) string {
	for _, f := range attempts {
		f.Roles = access.Known([]access.RoleID{globalAdministrator[0]})
		f.UserAction, f.AuthenticationContext = access.Known(access.UserActionNone), access.Known("")
		f.Audiences = access.Known([]access.Audience{{AppID: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}, {AppID: "797f4846-ba00-4fd7-ba43-dac1f8f63013"}})
		if f.ClientApp.Or(0) == access.OtherClients {
			continue // no admin centre runs in one
		}
		f.SignInRisk, f.UserRisk, f.Flow = access.Known(access.RiskNone), access.Known(access.RiskNone), access.Known(access.FlowNone)
		if set.Decide(&f).Verdict == access.Grant {
			return fmt.Sprintf("somebody gets in: %+v", f)
		}
	}
	return ""
}

// maker makes small tenants and attempts of a small vocabulary, so that what
// they speak of meets often.
type maker struct{ *rand.Rand }

var (
	someGroups = []access.GroupID{"94000000-0000-4000-8000-000000000001", "94000000-0000-4000-8000-000000000002"}
	someApps   = []access.AppID{"a9900000-0000-4000-8000-000000000001", "a9900000-0000-4000-8000-000000000002"}
	someRoles  = []access.RoleID{globalAdministrator[0]}
	somePlaces = []access.Location{
		{ID: "10c00000-0000-4000-8000-000000000001", DisplayName: "HQ", Trusted: true, Ranges: []access.Range{{First: netip.MustParseAddr("203.0.113.0"), Last: netip.MustParseAddr("203.0.113.255")}}},
		{ID: "10c00000-0000-4000-8000-000000000002", DisplayName: "Lab", Ranges: []access.Range{{First: netip.MustParseAddr("203.0.113.128"), Last: netip.MustParseAddr("203.0.114.255")}}},
		{ID: "10c00000-0000-4000-8000-000000000003", DisplayName: "Home", IsCountry: true, Countries: []string{"IT"}},
	}
	addresses = []string{"203.0.113.7", "203.0.113.200", "203.0.114.9", "198.51.100.7"}
)

func some[T any](m maker, all []T) []T {
	var picked []T
	for _, x := range all {
		if m.IntN(2) == 0 {
			picked = append(picked, x)
		}
	}
	return picked
}

func one[T any](m maker, all ...T) T { return all[m.IntN(len(all))] }

func (m maker) source() access.Source {
	src := access.Source{Locations: somePlaces}
	for i := range 2 + m.IntN(4) {
		src.Policies = append(src.Policies, m.policy(i))
	}
	return src
}

func (m maker) policy(i int) access.Policy {
	p := access.Policy{ID: access.PolicyID(fmt.Sprintf("ca000000-0000-4000-8000-%012d", i)), DisplayName: fmt.Sprintf("P%d", i), State: one(m, access.StateEnabled, access.StateEnabled, access.StateEnabled, access.StateReportOnly, access.StateDisabled)}
	c := &p.Conditions
	u := &c.Users
	switch m.IntN(4) {
	case 0, 1:
		u.Include.All = true
	case 2:
		u.Include.Groups = []access.GroupID{one(m, someGroups...)}
	default:
		u.Include.Roles = someRoles
	}
	if m.IntN(3) == 0 {
		u.Exclude.Groups = some(m, someGroups)
	}
	a := &c.Applications
	if a.Include.All = m.IntN(3) > 0; !a.Include.All {
		a.Include.Apps = []access.AppID{one(m, someApps...)}
	}
	if m.IntN(4) == 0 {
		a.Exclude.Apps = some(m, someApps)
	}
	c.ClientApps = one(m, 0, 0, 0, access.Browser, access.MobileAndDesktop, access.LegacyClients, access.Browser|access.MobileAndDesktop)
	if m.IntN(4) == 0 {
		c.Platforms = &access.PlatformSet{Include: one(m, access.PlatformAll, access.Windows|access.IOS, access.IOS), Exclude: one(m, 0, access.IOS, access.Windows)}
	}
	if m.IntN(3) == 0 {
		c.Locations = &access.LocationSet{Include: m.place(), Exclude: m.place()}
		if m.IntN(2) == 0 {
			c.Locations.Include = access.LocationSelector{All: true}
		}
	}
	c.SignInRisk = one(m, 0, 0, 0, access.RiskHigh, access.RiskMedium|access.RiskHigh)
	c.Flows = one(m, 0, 0, 0, 0, access.DeviceCodeFlow)
	if m.IntN(6) == 0 {
		c.DeviceFilter = &access.Filter{Exclude: m.IntN(2) == 0, Rule: one(m, rules...)}
	}
	p.Grant = m.grant()
	return p
}

var rules = func() []*filter.Rule {
	var all []*filter.Rule
	for _, text := range []string{`device.isCompliant -eq True`, `device.trustType -ne "ServerAD"`} {
		rule, err := filter.ParseDevice(text)
		if err != nil {
			panic(err)
		}
		all = append(all, rule)
	}
	return all
}()

func (m maker) place() access.LocationSelector {
	var s access.LocationSelector
	s.AllTrusted = m.IntN(3) == 0
	for _, l := range some(m, somePlaces) {
		s.Named = append(s.Named, l.ID)
	}
	return s
}

func (m maker) grant() *access.GrantControls {
	g := &access.GrantControls{Any: m.IntN(2) == 0}
	switch m.IntN(4) {
	case 0:
		g.Controls = access.Block
	case 1:
		g.Strength = one(m, access.StrengthMFA, access.StrengthPhishingResistant, access.StrengthPasswordless)
	default:
		g.Controls = one(m, access.MFA, access.MFA|access.CompliantDevice, access.CompliantDevice, access.CompliantDevice|access.DomainJoinedDevice)
	}
	return g
}

func (m maker) facts() access.Facts {
	device := one(m, nil, &access.Device{IsCompliant: access.Known(one(m, access.Yes, access.No)), IsManaged: access.Known(true), TrustType: access.Known(one(m, "AzureAD", "ServerAD"))})
	return access.Facts{
		UserID: access.Known(access.UserID("05e40000-0000-4000-8000-000000000001")), UserType: access.Known(access.Member), GuestTypes: access.Known(access.GuestTypesNone), HomeTenantID: access.Known(access.TenantID("")),
		Groups: access.Known(some(m, someGroups)), Roles: access.Known(some(m, someRoles)),
		Audiences: access.Known([]access.Audience{{AppID: one(m, append(someApps, "a9900000-0000-4000-8000-000000000009")...)}}), UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		Client: access.Known(access.Client{}), Scopes: access.Known([]string(nil)),
		ClientApp: access.Known(one(m, access.Browser, access.MobileAndDesktop, access.OtherClients)), Platform: access.Known(one(m, access.Windows, access.IOS, access.MacOS, access.PlatformOther)),
		IP: access.Known(netip.MustParseAddr(one(m, addresses...))), Country: access.Known(one(m, "IT", "JP", "")), CompliantNetwork: access.Known(false),
		Device: access.Known(device), Flow: access.Known(one(m, access.FlowNone, access.FlowNone, access.DeviceCodeFlow)), Interactive: access.Known(true),
		SignInRisk: access.Known(one(m, access.RiskNone, access.RiskHigh)), UserRisk: access.Known(access.RiskNone), InsiderRisk: access.Known(access.InsiderNone),
		Methods: access.Known(one(m, access.Password, access.Password|access.SMS, access.FIDO2)), FIDO2AAGUID: access.Known(""), MFARegistered: access.Known(true),
		ApprovedApp: access.Known(false), ProtectedApp: access.Known(false),
	}
}

// TestStable wants the same findings each time: their order must not depend on
// that of a map.
func TestStable(t *testing.T) {
	r := maker{rand.New(rand.NewPCG(3, 4))}
	for range 20 {
		snapshot := &lint.Tenant{Source: r.source()}
		first := show(lint.Run(snapshot))
		if again := show(lint.Run(snapshot)); again != first {
			t.Fatalf("first\n%s\nthen\n%s", first, again)
		}
		if strings.Contains(first, "%!") {
			t.Errorf("a message is badly written:\n%s", first)
		}
	}
}
