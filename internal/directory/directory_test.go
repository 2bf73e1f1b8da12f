package directory_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

var now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

const (
	contoso = "11111111-1111-4111-8111-111111111111"
	guid    = "22222222-2222-4222-8222-222222222222"
)

func random() *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte("test"))) }

// paths returns where a Check found faults.
func paths(err error) []string {
	var all []string
	for _, f := range fault.Fields(err) {
		all = append(all, f.Path)
	}
	return all
}

func TestNewID(t *testing.T) {
	source := random()
	seen := map[string]bool{}
	for range 100 {
		id, err := directory.NewID(source)
		if err != nil || !directory.IsGUID(id) || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Fatalf("NewID = %q, %v", id, err)
		}
		seen[id] = true
	}
	if _, err := directory.NewID(bytes.NewReader(nil)); err == nil {
		t.Error("an id was made of no randomness")
	}
}

func TestIsGUID(t *testing.T) {
	for s, want := range map[string]bool{
		guid: true, strings.ToUpper("abcdefab-cdef-4abc-8def-abcdefabcdef"): true, "": false, guid + "0": false,
		"22222222222224222822222222222222": false, "{" + guid[1:]: false, strings.Replace(guid, "2", "g", 1): false, strings.Replace(guid, "-", "_", 1): false,
	} {
		if got := directory.IsGUID(s); got != want {
			t.Errorf("IsGUID(%q) = %v", s, got)
		}
	}
}

func TestTenantCheck(t *testing.T) {
	domain := func(names ...string) []directory.Domain {
		var domains []directory.Domain
		for _, n := range names {
			domains = append(domains, directory.Domain{Name: n, Verified: true})
		}
		return domains
	}
	for name, test := range map[string]struct {
		tenant directory.Tenant
		want   []string
	}{
		"fine":             {directory.Tenant{ID: contoso, DisplayName: " Contoso ", Domains: domain("Contoso.Example", "localhost")}, nil},
		"nothing":          {directory.Tenant{}, []string{"id", "displayName"}},
		"reserved domains": {directory.Tenant{ID: contoso, DisplayName: "x", Domains: domain("common", "ADFS", "consumers")}, []string{"domains[0].name", "domains[1].name", "domains[2].name"}},
		"twice":            {directory.Tenant{ID: contoso, DisplayName: "x", Domains: domain("a.b", "A.b")}, []string{"domains[1].name"}},
		"no domain":        {directory.Tenant{ID: contoso, DisplayName: "x", Domains: domain("a b", "-a.b", "a/b")}, []string{"domains[0].name", "domains[1].name", "domains[2].name"}},
		"a GUID":           {directory.Tenant{ID: contoso, DisplayName: "x", Domains: domain(guid)}, []string{"domains[0].name"}},
		"unverified default": {directory.Tenant{ID: contoso, DisplayName: "x", Domains: []directory.Domain{{Name: "a.b", Default: true}}},
			[]string{"domains[0].default"}},
		"settings": {directory.Tenant{ID: contoso, DisplayName: "x", Settings: directory.Settings{
			Disclosure: "everything", Passwords: directory.PasswordRules{MinLength: 4}, Lockout: directory.LockoutRules{Threshold: 1000},
			Lifetimes: directory.Lifetimes{AccessToken: time.Second, Code: time.Hour}, Help: directory.HelpContact{URL: "javascript:alert(1)"},
		}}, []string{"settings.disclosure", "settings.passwords.minLength", "settings.lockout.threshold", "settings.lifetimes.accessToken", "settings.lifetimes.code", "settings.help.url"}},
	} {
		if got := paths(test.tenant.Check()); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults at %q, want %q", name, got, test.want)
		}
	}
}

func TestSettingsDefaultsAreValidAndStay(t *testing.T) {
	tenant := directory.Tenant{ID: contoso, DisplayName: "x"}
	if err := tenant.Check(); err != nil {
		t.Fatalf("defaults: %v", err)
	}
	first := tenant.Settings
	if err := tenant.Check(); err != nil || !reflect.DeepEqual(first, tenant.Settings) {
		t.Errorf("a second check changes settings: %+v, %v", tenant.Settings, err)
	}
	off := false
	if s := (directory.Settings{KeepSignedIn: &off}).WithDefaults(); *s.KeepSignedIn {
		t.Error("a default replaces a choice")
	}
}

func TestUserCheck(t *testing.T) {
	valid := directory.User{ID: guid, TenantID: contoso, UserPrincipalName: "Ann@Contoso.example", DisplayName: "Ann"}
	for name, test := range map[string]struct {
		change func(*directory.User)
		want   []string
	}{
		"fine":         {func(*directory.User) {}, nil},
		"no domain":    {func(u *directory.User) { u.UserPrincipalName = "ann" }, []string{"userPrincipalName"}},
		"space":        {func(u *directory.User) { u.UserPrincipalName = "ann b@contoso.example" }, []string{"userPrincipalName"}},
		"two at":       {func(u *directory.User) { u.UserPrincipalName = "a@b@contoso.example" }, []string{"userPrincipalName"}},
		"guest's name": {func(u *directory.User) { u.UserPrincipalName = "ann_fabrikam.example#EXT#@contoso.example" }, nil},
		"type":         {func(u *directory.User) { u.Type = "Robot" }, []string{"userType"}},
		"own home": {func(u *directory.User) {
			u.External = &directory.External{State: directory.PendingAcceptance, HomeTenantID: contoso}
		}, []string{"homeTenantId"}},
		"accepted by ?": {func(u *directory.User) { u.External = &directory.External{State: directory.Accepted} }, []string{"homeUserId"}},
		"state":         {func(u *directory.User) { u.External = &directory.External{State: "Maybe"} }, []string{"externalUserState"}},
	} {
		u := valid
		test.change(&u)
		if got := paths(u.Check()); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults at %q, want %q", name, got, test.want)
		}
	}
}

// TestGuestTypes proves CA-16 as far as objects tell it.
func TestGuestTypes(t *testing.T) {
	external := &directory.External{HomeTenantID: guid}
	for _, test := range []struct {
		user directory.User
		want access.GuestTypes
	}{
		{directory.User{Type: directory.Member}, access.GuestTypesNone},
		{directory.User{Type: directory.Guest}, access.InternalGuest},
		{directory.User{Type: directory.Guest, External: external}, access.B2BCollaborationGuest},
		{directory.User{Type: directory.Member, External: external}, access.B2BCollaborationMember},
	} {
		if got := test.user.GuestTypes(); got != test.want {
			t.Errorf("GuestTypes of %+v = %v, want %v", test.user, got, test.want)
		}
	}
}

// TestVoids proves the table of what revokes what.
func TestVoids(t *testing.T) {
	u := directory.User{PasswordChangedAt: now, SessionsValidFrom: now.Add(-time.Hour)}
	for _, test := range []struct {
		got        time.Time
		byPassword bool
		want       bool
	}{
		{now.Add(-2 * time.Hour), false, true},
		{now.Add(-time.Minute), false, false},
		{now.Add(-time.Minute), true, true},
		{now, true, false},
		{now.Add(time.Microsecond), true, false}, // the instant of the change, finer than is stored
	} {
		if got := u.Voids(test.got, test.byPassword); got != test.want {
			t.Errorf("Voids(%v, %v) = %v", test.got, test.byPassword, got)
		}
	}
}

func TestPasswordExpired(t *testing.T) {
	rules := directory.PasswordRules{Validity: 90 * 24 * time.Hour}
	for name, test := range map[string]struct {
		user  directory.User
		rules directory.PasswordRules
		want  bool
	}{
		"fresh":          {directory.User{PasswordChangedAt: now.Add(-time.Hour)}, rules, false},
		"on the instant": {directory.User{PasswordChangedAt: now.Add(-rules.Validity)}, rules, true},
		"never expires":  {directory.User{PasswordNeverExpires: true}, rules, false},
		"no rule":        {directory.User{}, directory.PasswordRules{}, false},
		"forced":         {directory.User{PasswordNeverExpires: true, ForceChangePassword: true, PasswordChangedAt: now}, rules, true},
	} {
		if got := test.user.PasswordExpired(test.rules, now); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestRedirectMatch proves SI-530.
func TestRedirectMatch(t *testing.T) {
	r := directory.RedirectURIs{
		Web: []string{"https://app.example/cb", "https://app.example/cb?x=1", "http://localhost/web"}, SPA: []string{"https://spa.example/"},
		Public: []string{"http://localhost", "http://127.0.0.1/cb", "http://[::1]:9/cb", "msapp://auth"},
	}
	for uri, want := range map[string]directory.RedirectType{
		"https://app.example/cb": directory.RedirectWeb, "https://app.example/cb?x=1": directory.RedirectWeb, "https://spa.example/": directory.RedirectSPA,
		"http://localhost": directory.RedirectPublic, "http://localhost:5000": directory.RedirectPublic, "http://localhost:5000/web": directory.RedirectWeb,
		"http://127.0.0.1:81/cb": directory.RedirectPublic, "http://[::1]:65535/cb": directory.RedirectPublic, "http://[::1]/cb": directory.RedirectPublic, "msapp://auth": directory.RedirectPublic,
		"https://app.example/CB": "", "https://app.example/cb/": "", "https://app.example/cb?x=2": "", "https://app.example/cb#f": "", "https://app.example:443/cb": "",
		"https://app.example/cb/../cb": "", "https://APP.example/cb": "", "http://app.example/cb": "", "https://spa.example": "", "": "",
		"http://localhost:5000/": "", "http://localhost:0": "", "http://localhost:65536": "", "http://localhost:5000@evil.example": "", "http://localhost.evil.example": "",
		"http://localhost:5000evil": "", "https://localhost:5000": "", "http://127.0.0.2/cb": "", "http://localhost:+80": "", "http://localhost?x": "", "http://user@localhost": "",
	} {
		got, ok := r.Match(uri)
		if got != want || ok != (want != "") {
			t.Errorf("Match(%q) = %q, %v, want %q", uri, got, ok, want)
		}
	}
}

func FuzzRedirectMatch(f *testing.F) {
	for _, seed := range []string{"http://localhost:80/cb", "https://app.example/cb", "http://[::1]:/x", "http://localhost:5@e/cb"} {
		f.Add(seed)
	}
	r := directory.RedirectURIs{Public: []string{"http://localhost/cb"}, Web: []string{"https://app.example/cb"}}
	f.Fuzz(func(t *testing.T, uri string) {
		if _, ok := r.Match(uri); !ok || uri == "https://app.example/cb" || uri == "http://localhost/cb" {
			return
		}
		port, found := strings.CutPrefix(uri, "http://localhost:")
		port, isCallback := strings.CutSuffix(port, "/cb")
		if !found || !isCallback || port == "" || strings.Trim(port, "0123456789") != "" {
			t.Errorf("%q matches", uri)
		}
	})
}

func TestApplicationCheck(t *testing.T) {
	valid := directory.Application{ID: guid, TenantID: contoso, AppID: guid, DisplayName: "App"}
	for name, test := range map[string]struct {
		change func(*directory.Application)
		want   []string
	}{
		"fine": {func(a *directory.Application) {
			a.Redirects = directory.RedirectURIs{Web: []string{"https://a.example/cb"}, Public: []string{"http://localhost", "urn:ietf:wg:oauth:2.0:oob"}}
			a.IdentifierURIs = []string{"api://" + guid, "https://contoso.example/api"}
			a.Scopes = []directory.Scope{{ID: contoso, Value: "Files.Read"}}
			a.PreAuthorized = []directory.PreAuthorized{{AppID: guid, Scopes: []directory.ScopeID{contoso}}}
		}, nil},
		"redirects": {func(a *directory.Application) {
			a.Redirects = directory.RedirectURIs{
				Web: []string{"http://a.example", "javascript:alert(1)", "https://a.example/#x", "custom://x", "https://a.example/(x)", "https://u@a.example", "https:///x"},
				SPA: []string{"http://localhost/ok"}, Public: []string{"http://localhost/ok", "relative"},
			}
		}, []string{"redirectUris.web[0]", "redirectUris.web[1]", "redirectUris.web[1]", "redirectUris.web[1]", "redirectUris.web[2]", "redirectUris.web[3]", "redirectUris.web[4]", "redirectUris.web[5]", "redirectUris.web[6]", "redirectUris.publicClient[0]", "redirectUris.publicClient[1]"}},
		"identifiers": {func(a *directory.Application) {
			a.IdentifierURIs = []string{"name", "api://x/", "api://y", "API://Y", "api:"}
		},
			[]string{"identifierUris[0]", "identifierUris[1]", "identifierUris[3]", "identifierUris[4]"}},
		"permissions": {func(a *directory.Application) {
			a.Scopes = []directory.Scope{{ID: contoso, Value: "a"}, {ID: guid, Value: "A"}, {ID: "x", Value: "b c"}}
			a.Roles = []directory.AppRole{{ID: contoso, Value: "r", ForApps: true}, {ID: "33333333-3333-4333-8333-333333333333"}}
		}, []string{"oauth2PermissionScopes[1].value", "oauth2PermissionScopes[2].id", "oauth2PermissionScopes[2].value", "appRoles[0].id", "appRoles[1]"}},
		"keys": {func(a *directory.Application) {
			a.Secrets = []directory.ClientSecret{{KeyID: guid, Hash: "x", Start: now, End: now}}
			a.Certificates = []directory.ClientKey{{KeyID: guid, Start: now, End: now.Add(1e9)}}
		}, []string{"passwordCredentials[0].endDateTime", "passwordCredentials[0].hash", "keyCredentials[0].keyId", "keyCredentials[0].publicKey"}},
	} {
		a := valid
		test.change(&a)
		if got := paths(a.Check()); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults at %q, want %q", name, got, test.want)
		}
	}
}

func TestClientSecret(t *testing.T) {
	source := random()
	old, oldText, err := directory.NewClientSecret(source, "old", now.Add(-2*time.Hour), now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	fresh, text, err := directory.NewClientSecret(source, "new", now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	both, expired, none := []directory.ClientSecret{old, fresh}, []directory.ClientSecret{old}, []directory.ClientSecret(nil)
	for _, test := range []struct {
		secrets []directory.ClientSecret
		text    string
		want    directory.SecretStanding
	}{
		{both, text, directory.SecretRight}, {both, oldText, directory.SecretWrong}, {both, string(fresh.KeyID), directory.SecretWrong}, {both, "", directory.SecretWrong},
		{expired, oldText, directory.SecretsExpired}, {expired, "x", directory.SecretsExpired}, {none, text, directory.SecretWrong},
	} {
		app := directory.Application{Secrets: test.secrets}
		if got := app.SecretAt(test.text, now); got != test.want {
			t.Errorf("SecretAt(%q) with %d secrets = %v, want %v", test.text, len(test.secrets), got, test.want)
		}
	}
	app := directory.Application{Secrets: both}
	shown, err := json.Marshal(app.Redacted())
	if err != nil || strings.Contains(string(shown), fresh.Hash) || app.Secrets[1].Hash == "" {
		t.Errorf("Redacted = %s, %v; the application itself: %+v", shown, err, app.Secrets)
	}
}

// TestCounter proves SI-551.
func TestCounter(t *testing.T) {
	rules := directory.Settings{}.WithDefaults().Lockout
	var c directory.Counter
	at := now
	for i := range rules.Threshold - 1 {
		if c.Fail([]byte{byte(i)}, rules, at) {
			t.Fatalf("locked after %d failures", i+1)
		}
	}
	for _, repeated := range []byte{6, 7, 8} {
		if c.Fail([]byte{repeated}, rules, at) {
			t.Fatalf("the same wrong password %d counts again", repeated)
		}
	}
	if !c.Fail([]byte{1}, rules, at) || !c.Locked(at) {
		t.Fatal("a password older than the last three does not count, or the threshold does not lock")
	}
	// Each failure after a lock locks anew, for twice as long.
	for want := time.Minute; want < 8*time.Minute; want *= 2 {
		if c.Locked(c.Until) || !c.Locked(c.Until.Add(-time.Millisecond)) || c.Until.Sub(at) != want {
			t.Fatalf("locked from %v until %v, want %v", at, c.Until, want)
		}
		at = c.Until
		c.Fail([]byte{byte(want / time.Second), 1}, rules, at)
	}
	for range 40 {
		c.Fail(nil, rules, at)
	}
	if got := c.Until.Sub(at); got != rules.Longest {
		t.Errorf("the longest lock is %v", got)
	}
	later := c.Until.Add(directory.FailureMemory)
	if c.Fail([]byte("x"), rules, later) {
		t.Error("failures are never forgotten")
	}
}

func TestLockoutTellsPlacesApart(t *testing.T) {
	rules := directory.Settings{}.WithDefaults().Lockout
	home, near, far := netip.MustParseAddr("192.0.2.10"), netip.MustParseAddr("::ffff:192.0.2.99"), netip.MustParseAddr("198.51.100.1")
	var l directory.Lockout
	l.Succeed(home, now)
	for i := range rules.Threshold {
		l.CounterAt(far, now).Fail([]byte{byte(i)}, rules, now)
	}
	if !l.CounterAt(far, now).Locked(now) || !l.CounterAt(netip.Addr{}, now).Locked(now) || l.CounterAt(near, now).Locked(now) {
		t.Errorf("a stranger's guesses lock the wrong counter: %+v", l)
	}
	l.Succeed(near, now)
	if !l.CounterAt(far, now).Locked(now) {
		t.Error("a success at home unlocks strangers")
	}
	if l.IsFamiliar(home, now.Add(91*24*time.Hour)) {
		t.Error("a place is familiar for ever")
	}
	for i := range 100 {
		l.Succeed(netip.AddrFrom4([4]byte{10, 0, byte(i), 1}), now)
	}
	if len(l.Places) > 32 || !l.IsFamiliar(netip.MustParseAddr("10.0.99.7"), now) || l.IsFamiliar(netip.MustParseAddr("10.0.1.7"), now) {
		t.Errorf("%d places are remembered, or the wrong ones", len(l.Places))
	}
}

// TestAccessPass proves SI-554.
func TestAccessPass(t *testing.T) {
	rules := directory.Settings{}.WithDefaults().AccessPass
	pass := directory.AccessPass{Hash: "h", Start: now, Lifetime: time.Hour}
	used := directory.AccessPass{Hash: "h", Start: now, Lifetime: time.Hour, Once: true, Used: now}
	for _, test := range []struct {
		pass  directory.AccessPass
		rules directory.AccessPassRules
		at    time.Time
		want  directory.PassStanding
	}{
		{pass, rules, now, directory.PassUsable}, {pass, rules, now.Add(-1), directory.PassNotYetValid}, {pass, rules, now.Add(time.Hour), directory.PassExpired},
		{used, rules, now, directory.PassUsed}, {pass, directory.AccessPassRules{Off: true}, now, directory.PassDisabled},
	} {
		if got := test.pass.Standing(test.rules, test.at); got != test.want {
			t.Errorf("Standing of %+v at %v = %v, want %v", test.pass, test.at, got, test.want)
		}
	}
}

func TestDeviceFacts(t *testing.T) {
	yes, no := true, false
	for want, compliant := range map[access.Tri]*bool{access.Null: nil, access.Yes: &yes, access.No: &no} {
		d := directory.Device{IsCompliant: compliant, TrustType: directory.HybridJoined}
		d.ExtensionAttributes[14] = "x"
		f := d.Facts()
		if f.IsCompliant.Or(99) != want || f.TrustType.Or("") != "ServerAD" || f.ExtensionAttributes[14].Or("") != "x" || !f.Model.IsKnown() {
			t.Errorf("Facts = %+v, want compliance %v", f, want)
		}
	}
}

func TestConsentScopes(t *testing.T) {
	c := directory.Consent{ID: guid, TenantID: contoso, Client: guid, Resource: guid, Scopes: []string{"b", "A", "a", "B"}}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	if want := []string{"A", "b"}; !slices.Equal(c.Scopes, want) {
		t.Errorf("scopes %q, want %q", c.Scopes, want)
	}
	if !c.Covers("B") || c.Covers("c") {
		t.Error("Covers does not ignore case, or covers everything")
	}
	c.Add("x y")
	if got := paths(c.Check()); !slices.Equal(got, []string{"scopes"}) {
		t.Errorf("faults at %q", got)
	}
}

func TestBuiltInRoles(t *testing.T) {
	always := 0
	seen := map[access.RoleID]bool{}
	for _, r := range directory.BuiltInRoles() {
		if !directory.IsGUID(string(r.ID)) || r.ID != directory.Fold(r.ID) || r.DisplayName == "" || seen[r.ID] {
			t.Errorf("role %+v", r)
		}
		seen[r.ID] = true
		if r.AlwaysMFA {
			always++
		}
	}
	if always != 16 { // SD-3
		t.Errorf("%d roles always need MFA, want 16", always)
	}
	if r, ok := directory.RoleByID("62E90394-69F5-4237-9190-012177145E10"); !ok || r.DisplayName != "Global Administrator" {
		t.Errorf("RoleByID = %+v, %v", r, ok)
	}
}
