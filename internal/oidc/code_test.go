package oidc_test

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// TestCodeReplay redeems a code again: nothing is issued, and what it issued
// before is taken back.
func TestCodeReplay(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	code := b.code(request(w.web, webRedirect, everything))
	first := w.wantTokens(w.token(w.redeem(w.web, webRedirect, code)))
	w.wantError(w.token(w.redeem(w.web, webRedirect, code)), 400, "invalid_grant", result.AuthorizationCodeRedeemed)
	w.wantLast(0, 0, 54006)
	w.wantError(w.token(w.refresh(w.web, first.text("refresh_token"))), 400, "invalid_grant", result.InvalidGrant)
	if a := w.introspect(w.web, w.secret, first.text("access_token")); a.json["active"] != false {
		t.Errorf("the access token is still good: %s", a)
	}
	// A thief who has the code, but not the client's secret, revokes nothing.
	code = b.code(request(w.web, webRedirect, everything))
	first = w.wantTokens(w.token(w.redeem(w.web, webRedirect, code)))
	w.wantError(w.token(w.redeem(w.web, webRedirect, code, "client_secret", "wrong")), 401, "invalid_client", result.ClientSecretWrong)
	w.wantError(w.token(w.redeem(w.native, webRedirect, code)), 400, "invalid_grant", result.InvalidGrant)
	w.wantTokens(w.token(w.refresh(w.web, first.text("refresh_token"))))
}

// TestCodeReplayAtOnce redeems one code many times at once: at most one wins,
// and since the others hold it too, nobody keeps anything.
func TestCodeReplayAtOnce(t *testing.T) {
	w := newWorld(t)
	code := w.browser().code(request(w.native, nativeRedirect, everything))
	var won atomic.Int32
	var refresh atomic.Value
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			a := w.token(w.redeem(w.native, nativeRedirect, code))
			switch {
			case a.status == 200:
				won.Add(1)
				refresh.Store(a.text("refresh_token"))
			case a.code() != int(result.AuthorizationCodeRedeemed):
				t.Errorf("%s", a)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Fatalf("%d won", won.Load())
	}
	text, _ := refresh.Load().(string)
	w.wantError(w.token(w.refresh(w.native, text)), 400, "invalid_grant", result.InvalidGrant)
}

// TestRedemption holds what a code is bound to.
func TestRedemption(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	other := storetest.Tenant(t, w.db, "fabrikam.example")
	w.changeApp(&w.native, func(a *directory.Application) { a.Audience = directory.MultipleOrgs })
	abroadSP := directory.ServicePrincipal{TenantID: other.ID, AppID: w.native.AppID, DisplayName: "native", AccountEnabled: true, Created: w.now, OwnerTenantID: w.tenant.ID}
	abroadSP.ID = w.principal(w.native).ID[:35] + "f"
	w.must(w.d.ServicePrincipals.Create(t.Context(), storetest.Change(), &abroadSP))
	withOrigin := with("Origin", spaOrigin)
	tests := []struct {
		name     string
		app      *directory.Application
		redirect string
		ask      []string // changes of the authorize request
		redeem   []string // changes of the redemption
		path     string
		header   func(*http.Request)
		late     time.Duration
		status   int
		kind     string
		code     result.Code
	}{
		{name: "as it should be", app: &w.native, redirect: nativeRedirect, status: 200},
		{name: "port of its own", app: &w.native, redirect: "http://localhost:49152", status: 200},
		{name: "by the GUID", app: &w.native, redirect: nativeRedirect, path: "/" + string(w.tenant.ID), status: 200},
		{name: "by the domain in capitals", app: &w.native, redirect: nativeRedirect, path: "/CONTOSO.example", status: 200},
		{name: "at the common endpoint", app: &w.native, redirect: nativeRedirect, path: "/common", status: 200},
		{name: "at the common endpoint, single tenant", app: &w.web, redirect: webRedirect, path: "/organizations", status: 400, kind: "invalid_request", code: 50194},
		{name: "in another tenant", app: &w.native, redirect: nativeRedirect, path: "/fabrikam.example", status: 400, kind: "invalid_grant", code: 700059},
		{name: "in no tenant", app: &w.native, redirect: nativeRedirect, path: "/nobody.example", status: 400, kind: "invalid_request", code: 90002},
		{name: "too late", app: &w.native, redirect: nativeRedirect, late: 10 * time.Minute, status: 400, kind: "invalid_grant", code: 70008},
		{name: "another port", app: &w.native, redirect: nativeRedirect, redeem: []string{"redirect_uri", "http://localhost:1"}, status: 400, kind: "invalid_grant", code: 500112},
		{name: "no redirect", app: &w.native, redirect: nativeRedirect, redeem: []string{"redirect_uri", ""}, status: 400, kind: "invalid_request", code: 900144},
		{name: "no code", app: &w.native, redirect: nativeRedirect, redeem: []string{"code", ""}, status: 400, kind: "invalid_request", code: 900144},
		{name: "no client", app: &w.native, redirect: nativeRedirect, redeem: []string{"client_id", ""}, status: 400, kind: "invalid_request", code: 900144},
		{name: "unknown client", app: &w.native, redirect: nativeRedirect, redeem: []string{"client_id", storetest.ID()}, status: 400, kind: "unauthorized_client", code: 700016},
		{name: "another client", app: &w.native, redirect: nativeRedirect, redeem: []string{"client_id", string(w.spa.AppID)}, status: 400, kind: "invalid_grant", code: 70000},
		{name: "unknown code", app: &w.native, redirect: nativeRedirect, redeem: []string{"code", "rubbish"}, status: 400, kind: "invalid_grant", code: 70000},
		{name: "no grant type", app: &w.native, redirect: nativeRedirect, redeem: []string{"grant_type", ""}, status: 400, kind: "invalid_request", code: 900144},
		{name: "unknown grant type", app: &w.native, redirect: nativeRedirect, redeem: []string{"grant_type", "magic"}, status: 400, kind: "unsupported_grant_type", code: 70003},
		{name: "no secret", app: &w.web, redirect: webRedirect, redeem: []string{"client_secret", ""}, status: 401, kind: "invalid_client", code: 7000218},
		{name: "no verifier", app: &w.native, redirect: nativeRedirect, redeem: []string{"code_verifier", ""}, status: 400, kind: "invalid_grant", code: 501481},
		{name: "wrong verifier", app: &w.native, redirect: nativeRedirect, redeem: []string{"code_verifier", challenge(verifier)}, status: 400, kind: "invalid_grant", code: 501481},
		{name: "short verifier", app: &w.native, redirect: nativeRedirect, redeem: []string{"code_verifier", "short"}, status: 400, kind: "invalid_grant", code: 501491},
		{name: "the challenge as verifier", app: &w.native, redirect: nativeRedirect, redeem: []string{"code_verifier", challenge(verifier)}, status: 400, kind: "invalid_grant", code: 501481},
		{name: "a server's challenge counts", app: &w.web, redirect: webRedirect, redeem: []string{"code_verifier", ""}, status: 400, kind: "invalid_grant", code: 501481},
		{name: "a server without", app: &w.web, redirect: webRedirect, ask: []string{"code_challenge", "", "code_challenge_method", ""}, redeem: []string{"code_verifier", ""}, status: 200},
		{name: "challenge taken away", app: &w.web, redirect: webRedirect, ask: []string{"code_challenge", "", "code_challenge_method", ""}, status: 400, kind: "invalid_grant", code: 501481},
		{name: "single-page app", app: &w.spa, redirect: spaRedirect, header: withOrigin, status: 200},
		{name: "single-page app, no origin", app: &w.spa, redirect: spaRedirect, status: 400, kind: "invalid_request", code: 9002327},
		{name: "server's code from a browser", app: &w.web, redirect: webRedirect, header: withOrigin, status: 400, kind: "invalid_request", code: 9002326},
		{name: "claims are no JSON", app: &w.native, redirect: nativeRedirect, redeem: []string{"claims", "{"}, status: 400, kind: "invalid_request", code: 90023},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.TB = t
			b.TB, b.client = t, w.client()
			code := b.code(request(*tt.app, tt.redirect, "openid offline_access api://orders/read", tt.ask...))
			form := w.redeem(*tt.app, tt.redirect, code, tt.redeem...)
			w.pass(tt.late)
			defer w.pass(-tt.late)
			path, header := tt.path, tt.header
			if path == "" {
				path = "/contoso.example"
			}
			if header == nil {
				header = func(*http.Request) {}
			}
			a := w.call(w.client(), "POST", w.origin+path+"/oauth2/v2.0/token", form, header)
			if tt.status == 200 {
				w.wantTokens(a)
				return
			}
			w.wantError(a, tt.status, tt.kind, tt.code)
		})
	}
}

// TestCodeIsKept: a redemption that fails for the client's fault leaves the code
// to the client.
func TestCodeIsKept(t *testing.T) {
	w := newWorld(t)
	code := w.browser().code(request(w.native, nativeRedirect, everything))
	w.wantError(w.token(w.redeem(w.native, nativeRedirect, code, "code_verifier", "")), 400, "invalid_grant", 501481)
	w.wantTokens(w.token(w.redeem(w.native, nativeRedirect, code)))
}

// TestContradiction: a parameter that says two things is refused, one that says
// the same twice is not (SI-406).
func TestContradiction(t *testing.T) {
	w := newWorld(t)
	form := w.redeem(w.native, nativeRedirect, w.browser().code(request(w.native, nativeRedirect, everything)))
	form.Add("code", "another")
	w.wantError(w.token(form), 400, "invalid_request", result.InvalidRequest)
	form["code"] = form["code"][:1]
	form.Add("scope", everything)
	form.Add("scope", everything)
	form.Add("x-client-SKU", "one")
	form.Add("x-client-SKU", "two")
	w.wantTokens(w.token(form))
}

// TestIdentityAtRedemption: MSAL Go names openid only here (SI-423).
func TestIdentityAtRedemption(t *testing.T) {
	w := newWorld(t)
	code := w.browser().code(request(w.native, nativeRedirect, "api://orders/read"))
	a := w.wantTokens(w.token(w.redeem(w.native, nativeRedirect, code, "scope", "api://orders/read openid profile offline_access")))
	if a.text("id_token") == "" || a.text("refresh_token") == "" || a.text("scope") != "api://orders/read openid profile offline_access" {
		t.Errorf("%s", a)
	}
}

// TestSecondResource: consent may be for several, a code is for the first.
func TestSecondResource(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	code := b.code(request(w.native, nativeRedirect, "openid offline_access api://orders/read api://stock/read"))
	a := w.wantTokens(w.token(w.redeem(w.native, nativeRedirect, code)))
	if aud := w.claims(a.text("access_token"))["aud"]; aud != "api://orders" {
		t.Errorf("for %v", aud)
	}
	w.wantError(w.token(w.refresh(w.native, a.text("refresh_token"), "scope", "api://orders/read api://stock/read")), 400, "invalid_scope", result.InvalidMultipleResourcesScope)
}

func (w *world) introspect(a directory.Application, secret, text string) *answer {
	w.Helper()
	return w.call(w.client(), "POST", w.at("/oauth2/v2.0/introspect"), url.Values{"client_id": {string(a.AppID)}, "client_secret": {secret}, "token": {text}})
}
