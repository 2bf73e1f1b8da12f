package graphjson_test

import (
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares data with a file of testdata.
func golden(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != string(want) {
		t.Errorf("%s: wrote\n%s\nwant\n%s", name, data, want)
	}
}

// everything is a policy that has a bit of all that Graph can say.
func everything(t *testing.T) graphjson.Policy {
	t.Helper()
	device, err := filter.ParseDevice(`device.trustType -eq "ServerAD"`)
	if err != nil {
		t.Fatal(err)
	}
	app, err := filter.ParseApp(`CustomSecurityAttribute.Finance_tier -eq "gold"`)
	if err != nil {
		t.Fatal(err)
	}
	p := graphjson.Policy{Description: "all of it", TemplateID: "t", Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	p.ID, p.DisplayName, p.State, p.OnUnknown = "p", "Everything", access.StateReportOnly, access.UnknownSkips
	p.Conditions = access.Conditions{
		Users: access.Users{
			Include: access.Principals{All: true, Users: []access.UserID{"u1"}, Groups: []access.GroupID{"g1"}, Roles: []access.RoleID{"r1"},
				Guests: []access.GuestSelector{{Types: access.GuestTypesAll}, {Types: access.B2BCollaborationGuest | access.ServiceProvider, Tenants: []access.TenantID{"t1"}}}},
			Exclude: access.Principals{None: true, Guests: []access.GuestSelector{{Types: access.GuestTypesAll}}},
		},
		Workloads: &access.Workloads{IncludeAll: true, Exclude: []access.ServicePrincipalID{"s1"}, Filter: &access.Filter{Rule: app}, IncludeAllAgents: true, ExcludeAgents: []access.ServicePrincipalID{"a1"}},
		Applications: access.Applications{
			Include: access.AppSelector{All: true, Office365: true, AdminPortals: true, AllAgents: true, Apps: []access.AppID{"app1"}}, Exclude: access.AppSelector{Apps: []access.AppID{"app2"}},
			Filter: &access.Filter{Exclude: true, Rule: app}, UserActions: access.RegisterDevice, Contexts: []string{"c1"},
		},
		ClientApps: access.Browser | access.OtherClients,
		Platforms:  &access.PlatformSet{Include: access.PlatformAll, Exclude: access.IOS | access.MacOS},
		Locations:  &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{AllTrusted: true, Named: []access.LocationID{"l1"}}},
		SignInRisk: access.RiskMedium | access.RiskHigh, UserRisk: access.RiskHigh, ServicePrincipalRisk: access.RiskLow, AgentRisk: access.RiskHigh,
		InsiderRisk: access.InsiderModerate | access.InsiderElevated, Flows: access.DeviceCodeFlow | access.AuthenticationTransfer,
		DeviceFilter: &access.Filter{Rule: device},
	}
	p.Grant = &access.GrantControls{Any: true, Controls: access.MFA | access.CompliantDevice, Custom: []string{"c"}, TermsOfUse: []access.AgreementID{"tou"}, Strength: "st"}
	p.Strength = &graphjson.Strength{Strength: access.Strength{ID: "st", DisplayName: "Strong", Combinations: []access.Combination{
		{Methods: access.FIDO2, AAGUIDs: []string{"aa"}}, {Methods: access.X509MultiFactor, IssuerSKIs: []string{"ski"}, PolicyOIDs: []string{"1.2"}}, {Methods: access.Password | access.SMS}}}}
	p.Session = access.SessionControls{
		SignInFrequency: access.SignInFrequency{Primary: 36 * time.Hour, Secondary: 36 * time.Hour}, PersistentBrowser: access.PersistentNever, CloudAppSecurity: access.MonitorOnly,
		AppEnforcedRestrictions: true, TokenProtection: true, DisableResilienceDefaults: true, ContinuousAccess: access.ContinuousAccessStrictEnforcement, SecurityProfile: "prof",
	}
	p.Unrecognised = []access.Unrecognised{
		{Path: "conditions.signInRiskLevels[2]", Value: "severe"},
		{Path: "conditions.insiderRiskLevels", Value: "fatal"},
		{Path: "conditions.times", Value: `{"weekend":true}`},
	}
	return p
}

func TestEncodePolicyFromScratch(t *testing.T) {
	p := everything(t)
	data, err := graphjson.EncodePolicy(&p)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "everything.json", data)
	again := policy(t, string(data))
	if !reflect.DeepEqual(again.Policy, p.Policy) {
		t.Errorf("read again:\n%+v\nwant\n%+v", again.Policy, p.Policy)
	}
	if !reflect.DeepEqual(again.Strength.Strength, p.Strength.Strength) {
		t.Errorf("strength read again:\n%+v\nwant\n%+v", again.Strength.Strength, p.Strength.Strength)
	}
	var small graphjson.Policy
	small.DisplayName, small.State = "Small", access.StateEnabled
	small.Conditions.Users.Include.All = true
	small.Grant = &access.GrantControls{Controls: access.Block}
	data, err = graphjson.EncodePolicy(&small)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "small.json", data)
}

// TestEncodeDialects writes each way of storing a policy back, untouched and with
// one change.
func TestEncodeDialects(t *testing.T) {
	for _, name := range []string{"beta", "powershell", "template", "keyword", "retired", "link"} {
		data, err := os.ReadFile(filepath.Join("testdata", "dialect_"+name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		p := policy(t, string(data))
		same, err := graphjson.EncodePolicy(&p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var a, b any
		if json.Unmarshal(same, &a) != nil || json.Unmarshal([]byte(strings.TrimPrefix(string(data), "\ufeff")), &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: untouched it is written as\n%s", name, same)
		}
		p.Conditions.Users.Include.Users = append(p.Conditions.Users.Include.Users, "someone")
		p.Conditions.SignInRisk = access.RiskHigh
		p.Conditions.DeviceStates = nil
		p.Grant = &access.GrantControls{Any: true, Controls: access.Block}
		p.Session.PersistentBrowser = access.PersistentAlways
		changed, err := graphjson.EncodePolicy(&p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden(t, "changed_"+name+".json", changed)
		if again := policy(t, string(changed)); !reflect.DeepEqual(again.Policy, p.Policy) {
			t.Errorf("%s: read again:\n%+v\nwant\n%+v", name, again.Policy, p.Policy)
		}
	}
}

func TestEncodePolicyErrors(t *testing.T) {
	tests := []struct {
		name string
		do   func(*graphjson.Policy)
		want string
	}{
		{"frequency of minutes", func(p *graphjson.Policy) {
			p.Session.SignInFrequency = access.SignInFrequency{Primary: 90 * time.Minute, Secondary: 90 * time.Minute}
		}, "the frequency 1h30m0s is no whole number of hours"},
		{"two frequencies", func(p *graphjson.Policy) {
			p.Session.SignInFrequency = access.SignInFrequency{Primary: 2 * time.Hour, Secondary: time.Hour}
		}, "the first factor has another frequency than the second"},
		{"first factor only", func(p *graphjson.Policy) {
			p.Session.SignInFrequency = access.SignInFrequency{PrimaryEveryTime: true}
		}, "the first factor has another frequency than the second"},
		{"device states beside a filter", func(p *graphjson.Policy) {
			p.Conditions = everything(t).Conditions
			p.Conditions.DeviceStates = &access.DeviceStates{ExcludeCompliant: true}
		}, "a device filter stands beside device states"},
		{"two kinds of guests", func(p *graphjson.Policy) {
			p.Conditions.Users.Include.Guests = []access.GuestSelector{{Types: access.InternalGuest}, {Types: access.ServiceProvider, Tenants: []access.TenantID{"t"}}}
		}, "users name guests in 2 ways"},
	}
	for _, tt := range tests {
		p := graphjson.Policy{}
		p.DisplayName = "P"
		tt.do(&p)
		if _, err := graphjson.EncodePolicy(&p); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// TestEncodeDeviceStates shows what becomes of the retired condition (CA-90).
func TestEncodeDeviceStates(t *testing.T) {
	var p graphjson.Policy
	p.Conditions.DeviceStates = &access.DeviceStates{ExcludeCompliant: true, ExcludeDomainJoined: true}
	data, err := graphjson.EncodePolicy(&p)
	if err != nil {
		t.Fatal(err)
	}
	c := policy(t, string(data)).Conditions
	want := `device.isCompliant -eq True -or device.trustType -eq "ServerAD"`
	if c.DeviceStates != nil || c.DeviceFilter == nil || !c.DeviceFilter.Exclude || c.DeviceFilter.Rule.Source() != want {
		t.Errorf("written and read again: %+v", c)
	}
}

func TestEncodeLocation(t *testing.T) {
	addr := netip.MustParseAddr
	for name, l := range map[string]access.Location{
		"location_ip.json": {ID: "l", DisplayName: "HQ", Trusted: true, Ranges: []access.Range{
			{First: addr("203.0.113.0"), Last: addr("203.0.113.255")}, {First: addr("10.0.0.1"), Last: addr("10.0.0.9")},
			{First: addr("2001:db8::"), Last: addr("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")}, {First: addr("2001:db8::1"), Last: addr("2001:db8::4")}}},
		"location_country.json": {ID: "l", DisplayName: "EU", IsCountry: true, Countries: []string{"DE", "FR"}, IncludeUnknown: true, ByGPS: true},
		"location_network.json": {ID: "l", DisplayName: "Net", CompliantNetwork: true},
	} {
		data, err := graphjson.EncodeLocation(&graphjson.Location{Location: l})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, data)
		again, err := graphjson.DecodeLocations(name, data)
		if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0].Location, l) {
			t.Errorf("%s: read again %+v, %v, want %+v", name, again, err, l)
		}
	}
}

func TestEncodeChangedLocation(t *testing.T) {
	list, err := graphjson.DecodeLocations("", []byte(`{"@odata.type":"#microsoft.graph.ipNamedLocation","note":"keep","isTrusted":false,"displayName":"A","ipRanges":[{"cidrAddress":"10.1.2.3/8"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	l := list[0]
	l.Trusted = true
	data, _ := json.Marshal(l)
	if want := `{"@odata.type":"#microsoft.graph.ipNamedLocation","note":"keep","isTrusted":true,"displayName":"A","ipRanges":[{"cidrAddress":"10.1.2.3/8"}]}`; string(data) != want {
		t.Errorf("wrote %s, want %s", data, want)
	}
	l.Ranges, l.Trusted, l.IsCountry, l.Countries = nil, false, true, []string{"DE"}
	data, _ = json.Marshal(l)
	if want := `{"@odata.type":"#microsoft.graph.countryNamedLocation","note":"keep","displayName":"A","countriesAndRegions":["DE"],"countryLookupMethod":"clientIpAddress","includeUnknownCountriesAndRegions":false}`; string(data) != want {
		t.Errorf("wrote %s, want %s", data, want)
	}
}
