package token_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/token"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	origin   = "https://login.example"
	tenantID = access.TenantID("11111111-1111-4111-8111-111111111111")
	homeID   = access.TenantID("22222222-2222-4222-8222-222222222222")
	userID   = access.UserID("33333333-3333-4333-8333-333333333333")
	clientID = access.AppID("44444444-4444-4444-8444-444444444444")
	apiID    = access.AppID("55555555-5555-4555-8555-555555555555")
)

var now = storetest.Now

// newIssuer returns an issuer with a key in a store in memory, and tokens' ids
// from a seed.
func newIssuer(t testing.TB) *token.Issuer {
	t.Helper()
	shelf := store.ShelfOf[token.StoredKey](storetest.Open(t), "signing-key")
	keys, err := token.OpenKeys(t.Context(), shelf, token.Rotation{}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := token.NewIssuer(origin, keys, bytes.Repeat([]byte{7}, 32), rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

// facts returns those of a member who signed in with password and code.
func facts() *token.Facts {
	return &token.Facts{
		Tenant: &directory.Tenant{ID: tenantID, Domains: []directory.Domain{{Name: "contoso.example", Verified: true}}},
		User: &directory.User{
			ID: userID, TenantID: tenantID, UserPrincipalName: "ann@contoso.example", DisplayName: "Ann Example",
			GivenName: "Ann", Surname: "Example", Mail: "ann.example@contoso.example", Type: directory.Member,
			UsageLocation: "JP", PreferredLanguage: "ja-JP",
		},
		Client: &directory.Application{AppID: clientID}, Principal: &directory.ServicePrincipal{ID: "66666666-6666-4666-8666-666666666666", AppID: clientID},
		Proof: token.ProvedNothing, Identity: []string{"openid", "profile", "offline_access"},
		AuthTime: now.Add(-10 * time.Minute), Methods: []string{"pwd", "otp", "mfa"}, Contexts: []string{"c1"},
		Session: "77777777-7777-4777-8777-777777777777", Grant: "88888888-8888-4888-8888-888888888888",
		Device: "99999999-9999-4999-8999-999999999999", Address: netip.MustParseAddr("203.0.113.5"),
		Roles: []access.RoleID{directory.RoleGlobalReader},
	}
}

// claimsOf returns a token's claims, in a form for people to read.
func claimsOf(t testing.TB, text string) []byte {
	t.Helper()
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWS: %s", text)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, payload, "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

// TestClaims holds the claim sets of §3.4 to what is written down.
func TestClaims(t *testing.T) {
	api := func(version int) *directory.Application {
		return &directory.Application{AppID: apiID, TokenVersion: version, IdentifierURIs: []string{"api://records"}}
	}
	delegated := func(resource *directory.Application) token.AccessToken {
		return token.AccessToken{Resource: resource, Audience: "api://records", ResourceID: apiID, Permissions: []string{"read", "write"}, AppRoles: []string{"Reader"}, Capabilities: []string{"cp1"}}
	}
	tests := []struct {
		name  string
		facts func(*token.Facts)
		id    *token.IDToken
		at    token.AccessToken
	}{
		{name: "id", id: &token.IDToken{Nonce: "n-0S6_WzA2Mj"}},
		{name: "id-openid-only", id: &token.IDToken{}, facts: func(f *token.Facts) { f.Identity = []string{"openid"} }},
		{
			name: "id-everything", id: &token.IDToken{Nonce: "n", AccessToken: "at", Code: "code", AuthTime: true, Contexts: true, ACR: "c1", AppRoles: []string{"Admin"}},
			facts: func(f *token.Facts) {
				f.Identity = append(f.Identity, "email")
				f.Client.LogoutURL = "https://app.example/out"
				f.Client.GroupClaims = "All"
				f.Groups = []access.GroupID{"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}
				f.Client.OptionalClaims.IDToken = []string{"acct", "ctry", "family_name", "given_name", "ipaddr", "login_hint", "upn", "xms_edov", "xms_pl", "not_known", "auth_time"}
			},
		},
		{
			name: "id-guest", id: &token.IDToken{},
			facts: func(f *token.Facts) {
				f.User.Type = directory.Guest
				f.User.External = &directory.External{HomeTenantID: homeID, HomeUserID: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"}
				f.Client.OptionalClaims.IDToken = []string{"acct"}
			},
		},
		{
			name: "id-implicit-groups", id: &token.IDToken{Nonce: "n", Implicit: true},
			facts: func(f *token.Facts) {
				f.Client.GroupClaims = "SecurityGroup"
				f.Groups = make([]access.GroupID, 7)
			},
		},
		{name: "access-v1", at: delegated(api(1))},
		{name: "access-v2", at: delegated(api(2))},
		{name: "access-unregistered", at: token.AccessToken{ResourceID: apiID, Permissions: []string{"openid", "profile"}}},
		{
			name: "access-v2-optional", facts: func(f *token.Facts) { f.Groups = make([]access.GroupID, 201) },
			at: func() token.AccessToken {
				r := api(2)
				r.GroupClaims = "All"
				r.OptionalClaims.AccessToken = []string{"xms_cc", "amr", "auth_time", "acct", "email", "ipaddr", "sid", "upn"}
				return delegated(r)
			}(),
		},
		{
			name: "access-until", at: delegated(api(2)), facts: func(f *token.Facts) { f.Until = now.Add(5 * time.Minute) },
		},
		{
			name: "app-only-v1", facts: func(f *token.Facts) { f.User, f.Proof = nil, token.ProvedSecret },
			at: token.AccessToken{Resource: api(0), Audience: "api://records", ResourceID: apiID, AppRoles: []string{"Records.Read.All"}},
		},
		{
			name: "app-only-v2", facts: func(f *token.Facts) { f.User, f.Proof = nil, token.ProvedKey },
			at: token.AccessToken{Resource: api(2), Audience: "api://records", ResourceID: apiID, AppRoles: []string{"Records.Read.All"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			issuer, f := newIssuer(t), facts()
			if tt.facts != nil {
				tt.facts(f)
			}
			var made token.Token
			var err error
			if tt.id != nil {
				made, err = issuer.IDToken(t.Context(), now, f, *tt.id)
			} else {
				made, err = issuer.AccessToken(t.Context(), now, f, tt.at)
			}
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, tt.name, claimsOf(t, made.Text))
			read, err := issuer.Read(made.Text, now)
			if err != nil || read.Access == (tt.id != nil) || read.ID != made.ID || read.App != clientID || read.Tenant != tenantID || !read.Expires.Equal(made.Expires) {
				t.Errorf("read %+v, %v", read, err)
			}
		})
	}
}

func TestLives(t *testing.T) {
	issuer, f := newIssuer(t), facts()
	short, long := false, false
	for range 40 {
		made, err := issuer.AccessToken(t.Context(), now, f, token.AccessToken{ResourceID: apiID})
		if err != nil {
			t.Fatal(err)
		}
		if made.Life() < 3600 || made.Life() >= 5400 {
			t.Fatalf("lives %d s", made.Life())
		}
		short, long = short || made.Life() < 4500, long || made.Life() >= 4500
	}
	if !short || !long {
		t.Error("lives are not spread")
	}
	f.Tenant.Settings.Lifetimes.AccessToken = 10 * time.Minute
	if made, err := issuer.AccessToken(t.Context(), now, f, token.AccessToken{ResourceID: apiID}); err != nil || made.Life() != 600 {
		t.Errorf("lives %d s, %v; the tenant set 600", made.Life(), err)
	}
}

func TestSubject(t *testing.T) {
	issuer := newIssuer(t)
	sub := issuer.Subject(tenantID, userID, clientID)
	if sub != issuer.Subject(tenantID, userID, clientID) || len(sub) != 43 {
		t.Errorf("sub %q is not stable", sub)
	}
	for _, other := range []string{issuer.Subject(homeID, userID, clientID), issuer.Subject(tenantID, userID, apiID), issuer.Subject(tenantID, "x", clientID)} {
		if other == sub {
			t.Error("two pairs have one sub")
		}
	}
	if issuer.Subject("a", "bc", "d") == issuer.Subject("ab", "c", "d") {
		t.Error("parts run into each other")
	}
}

func TestParts(t *testing.T) {
	keys := newIssuer(t).Keys()
	for name, err := range map[string]error{
		"short pairwise key": second(token.NewIssuer(origin, keys, make([]byte, 31), nil)),
		"no keys":            second(token.NewIssuer(origin, nil, make([]byte, 32), nil)),
		"no origin":          second(token.NewIssuer("", keys, make([]byte, 32), nil)),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestCancelled(t *testing.T) {
	issuer := newIssuer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failed := false
	for range 20 { // a free slot may win against a caller who has gone
		if _, err := issuer.IDToken(ctx, now, facts(), token.IDToken{}); err != nil {
			failed = true
		}
	}
	if !failed {
		t.Error("signed for nobody, twenty times")
	}
}
