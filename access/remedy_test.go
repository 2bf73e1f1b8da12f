package access_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
)

// remedied returns a remedy as words, each change with its actor.
func remedied(r access.Remedy) string {
	words := make([]string, len(r.Changes))
	for i, c := range r.Changes {
		words[i] = c.To + " (" + c.By.String() + ")"
	}
	return strings.Join(words, " + ")
}

func ipRange(cidr string) access.Range {
	p := netip.MustParsePrefix(cidr)
	last := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	return access.Range{First: p.Addr(), Last: netip.AddrFrom4(last)}
}

// office is a tenant with one trusted place, one bad network and two countries.
func office(policies ...access.Policy) access.Source {
	for i := range policies {
		p := &policies[i]
		p.ID, p.State = access.PolicyID(p.DisplayName), access.StateEnabled
		if !p.Conditions.Users.Include.All {
			p.Conditions.Users.Include.All = true
		}
		p.Conditions.Applications.Include.All = true
	}
	return access.Source{Policies: policies, Locations: []access.Location{
		{ID: "hq", DisplayName: "HQ", Trusted: true, Ranges: []access.Range{ipRange("203.0.113.0/24")}},
		{ID: "vpn", DisplayName: "Anonymous VPN", Ranges: []access.Range{ipRange("198.51.100.0/24")}},
		{ID: "eu", DisplayName: "EU", IsCountry: true, Countries: []string{"DE", "FR"}},
	}}
}

func fromHome() access.Facts {
	return access.Facts{
		UserID: access.Known(access.UserID("alice")), Groups: access.Known([]access.GroupID{}), Roles: access.Known([]access.RoleID{}),
		GuestTypes: access.Known(access.GuestTypesNone), Audiences: access.Known([]access.Audience{{AppID: "mail"}}),
		UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		ClientApp: access.Known(access.Browser), Platform: access.Known(access.Windows), Flow: access.Known(access.FlowNone),
		IP: access.Known(netip.MustParseAddr("192.0.2.7")), Country: access.Known("DE"), GPSCountry: access.Known(""), CompliantNetwork: access.Known(false),
		Device: access.Known[*access.Device](nil), SignInRisk: access.Known(access.RiskNone), UserRisk: access.Known(access.RiskNone),
		InsiderRisk: access.Known(access.InsiderNone), Methods: access.Known(access.Password), MFARegistered: access.Known(true),
		AcceptedTermsOfUse: access.Known([]access.AgreementID{}), CustomControls: access.Known([]string{}),
		ApprovedApp: access.Known(false), ProtectedApp: access.Known(false), PasswordChanged: access.Known(false), RiskRemediated: access.Known(false),
	}
}

func demanding(name string, controls access.Controls, edit func(*access.Policy)) access.Policy {
	p := access.Policy{DisplayName: name, Grant: &access.GrantControls{Controls: controls}}
	if edit != nil {
		edit(&p)
	}
	return p
}

func TestRemedies(t *testing.T) {
	outside := demanding("outside", access.Block, func(p *access.Policy) {
		p.Conditions.Locations = &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{AllTrusted: true}}
	})
	noVPN := demanding("no vpn", access.Block, func(p *access.Policy) {
		p.Conditions.Locations = &access.LocationSet{Include: access.LocationSelector{Named: []access.LocationID{"vpn"}}}
	})
	onlyEU := demanding("only eu", access.Block, func(p *access.Policy) {
		p.Conditions.Locations = &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{Named: []access.LocationID{"eu"}}}
	})
	mfa := demanding("mfa", access.MFA, nil)
	device := demanding("device", access.CompliantDevice, nil)
	always := demanding("always", access.Block, nil)
	legacy := demanding("legacy", access.Block, func(p *access.Policy) { p.Conditions.ClientApps = access.LegacyClients })
	codeFlow := demanding("code flow", access.Block, func(p *access.Policy) { p.Conditions.Flows = access.DeviceCodeFlow })
	safe := demanding("risk", access.Block, func(p *access.Policy) { p.Conditions.SignInRisk = access.RiskHigh })

	for _, tt := range []struct {
		name     string
		policies []access.Policy
		facts    func(*access.Facts)
		want     []string
		never    string // no remedy says this
	}{
		{"a trusted place", []access.Policy{outside}, nil,
			[]string{"a trusted location (user)", "excluded from outside (admin)"}, "country"},
		{"leaving the VPN helps", []access.Policy{noVPN}, func(f *access.Facts) { f.IP = access.Known(netip.MustParseAddr("198.51.100.9")) },
			[]string{"another network in the same country (user)", "excluded from no vpn (admin)"}, ""},
		{"leaving the VPN does not help", []access.Policy{noVPN, outside}, func(f *access.Facts) { f.IP = access.Known(netip.MustParseAddr("198.51.100.9")) },
			[]string{"a trusted location (user)", "excluded from no vpn (admin) + excluded from outside (admin)"}, "another network"},
		{"another country", []access.Policy{onlyEU}, func(f *access.Facts) { f.Country = access.Known("US") },
			[]string{"a country in EU (user)"}, "trusted"},
		{"two changes", []access.Policy{outside, mfa}, nil,
			[]string{"microsoftAuthenticatorPush completed (user) + a trusted location (user)",
				"microsoftAuthenticatorPush completed (user) + excluded from outside (admin)"}, ""},
		{"a prompt alone", []access.Policy{mfa}, nil, []string{"microsoftAuthenticatorPush completed (user)"}, "excluded"},
		{"a device", []access.Policy{device}, nil, []string{"a compliant device (user)"}, "hybrid"},
		{"nobody but an admin", []access.Policy{always}, nil, []string{"excluded from always (admin)"}, "(user)"},
		{"a modern client", []access.Policy{legacy}, func(f *access.Facts) { f.ClientApp = access.Known(access.OtherClients) },
			[]string{"a client of the kind browser (user)", "a client of the kind mobileAppsAndDesktopClients (user)"}, ""},
		{"the flow", []access.Policy{codeFlow}, func(f *access.Facts) { f.Flow = access.Known(access.DeviceCodeFlow) },
			[]string{"sign in on the device itself (user)"}, ""},
		{"risk", []access.Policy{safe}, func(f *access.Facts) { f.SignInRisk = access.Known(access.RiskHigh) },
			[]string{"sign-in confirmed safe (admin)"}, "(user)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := access.Compile(office(slices.Clone(tt.policies)...), access.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f := fromHome()
			if tt.facts != nil {
				tt.facts(&f)
			}
			var got []string
			for _, r := range set.Explain(&f).Remedies() {
				got = append(got, remedied(r))
			}
			for _, want := range tt.want {
				if !slices.Contains(got, want) {
					t.Errorf("no remedy %q in %q", want, got)
				}
			}
			if tt.never != "" && strings.Contains(strings.Join(got, "\n"), tt.never) {
				t.Errorf("%q in %q", tt.never, got)
			}
		})
	}
}

// A granted attempt needs no remedy.
func TestNoRemedyForGrant(t *testing.T) {
	set, err := access.Compile(office(), access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := fromHome()
	if got := set.Explain(&f).Remedies(); len(got) != 0 {
		t.Errorf("got %d remedies for a grant", len(got))
	}
}
