package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// clientForm returns the parameters of an app that signs in as itself.
func (w *world) clientForm(change ...string) url.Values {
	return changed(url.Values{"grant_type": {"client_credentials"}, "client_id": {string(w.web.AppID)}, "client_secret": {w.secret}, "scope": {"api://orders/.default"}}, change...)
}

// TestClientCredentials is an app that signs in as itself.
func TestClientCredentials(t *testing.T) {
	w := newWorld(t)
	w.must(w.d.AppRoleAssignments.Create(t.Context(), storetest.Change(), &directory.AppRoleAssignment{
		ID: directory.AppRoleAssignmentID(storetest.ID()), TenantID: w.tenant.ID, Resource: w.principal(w.api).ID, Principal: directory.PrincipalID(w.serviceSP.ID), Role: w.api.Roles[0].ID,
	}))
	// MSAL Go adds the identity scopes; an app has no identity to tell of.
	a := w.wantTokens(w.token(w.clientForm("scope", "api://orders/.default openid offline_access profile")))
	for _, name := range []string{"refresh_token", "id_token", "client_info", "scope"} {
		if a.json[name] != nil {
			t.Errorf("an app got %s", name)
		}
	}
	c := w.claims(a.text("access_token"))
	for name, want := range map[string]any{
		"aud": "api://orders", "sub": string(w.serviceSP.ID), "oid": string(w.serviceSP.ID), "appid": string(w.web.AppID), "appidacr": "1", "idtyp": "app", "tid": string(w.tenant.ID),
	} {
		if c[name] != want {
			t.Errorf("%s is %v, want %v", name, c[name], want)
		}
	}
	if roles, _ := c["roles"].([]any); len(roles) != 1 || roles[0] != "Orders.Read.All" {
		t.Errorf("roles %v", c["roles"])
	}
	w.wantLast(0)
}

// TestClientProof holds how clients prove themselves (T1).
func TestClientProof(t *testing.T) {
	w := newWorld(t)
	basic := func(id, secret string) func(*http.Request) {
		return func(q *http.Request) { q.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret)) }
	}
	id := string(w.web.AppID)
	tests := []struct {
		name   string
		change []string
		header func(*http.Request)
		before func()
		path   string
		status int
		kind   string
		code   result.Code
	}{
		{name: "secret", status: 200},
		{name: "id in capitals", change: []string{"client_id", strings.ToUpper(id)}, status: 200},
		{name: "Basic", change: []string{"client_secret", "", "client_id", ""}, header: basic(id, w.secret), status: 200},
		{name: "Basic and id", change: []string{"client_secret", ""}, header: basic(id, w.secret), status: 200},
		{name: "Basic and secret", header: basic(id, w.secret), status: 400, kind: "invalid_request", code: 9002313},
		{name: "Basic and another id", change: []string{"client_secret", "", "client_id", string(w.spa.AppID)}, header: basic(id, w.secret), status: 400, kind: "invalid_request", code: 9002313},
		{name: "Basic, wrong", change: []string{"client_secret", ""}, header: basic(id, "wrong"), status: 401, kind: "invalid_client", code: 7000215},
		{name: "secret and assertion", change: []string{"client_assertion", "x", "client_assertion_type", assertionType}, status: 400, kind: "invalid_request", code: 9002313},
		{name: "unknown kind of assertion", change: []string{"client_secret", "", "client_assertion", "x", "client_assertion_type", "x"}, status: 400, kind: "invalid_request", code: 90023},
		{name: "no proof", change: []string{"client_secret", ""}, status: 401, kind: "invalid_client", code: 7000216},
		{name: "wrong secret", change: []string{"client_secret", w.secret + "x"}, status: 401, kind: "invalid_client", code: 7000215},
		{name: "the secret's id", change: []string{"client_secret", string(w.web.Secrets[0].KeyID)}, status: 401, kind: "invalid_client", code: 7000215},
		{name: "its stored form", change: []string{"client_secret", w.web.Secrets[0].Hash}, status: 401, kind: "invalid_client", code: 7000215},
		{name: "public client", change: []string{"client_id", string(w.native.AppID)}, status: 401, kind: "invalid_client", code: 700025},
		{name: "names of permissions", change: []string{"scope", "api://orders/read"}, status: 400, kind: "invalid_scope", code: 1002012},
		{name: "no scope", change: []string{"scope", ""}, status: 400, kind: "invalid_scope", code: 1002012},
		{name: "identity only", change: []string{"scope", "openid"}, status: 400, kind: "invalid_scope", code: 1002012},
		{name: "unknown resource", change: []string{"scope", "api://nobody/.default"}, status: 400, kind: "invalid_resource", code: 500011},
		{name: "common endpoint", path: "/common", status: 400, kind: "invalid_request", code: 9001023},
		{name: "from a browser", header: with("Origin", spaOrigin), status: 400, kind: "invalid_request", code: 9002326},
		{name: "service principal disabled", before: func() { w.changePrincipal(func(s *directory.ServicePrincipal) { s.AccountEnabled = false }) }, status: 400, kind: "unauthorized_client", code: 7000116},
		{name: "enabled again", before: func() { w.changePrincipal(func(s *directory.ServicePrincipal) { s.AccountEnabled = true }) }, status: 200},
		{name: "blocked", before: func() { w.workloadPolicy() }, status: 400, kind: "invalid_grant", code: 53003},
		{name: "expired", before: func() { w.pass(366 * 24 * time.Hour) }, status: 401, kind: "invalid_client", code: 7000222},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.TB = t
			if tt.before != nil {
				tt.before()
			}
			path, header := tt.path, tt.header
			if path == "" {
				path = "/contoso.example"
			}
			if header == nil {
				header = func(*http.Request) {}
			}
			a := w.call(w.client(), "POST", w.origin+path+"/oauth2/v2.0/token", w.clientForm(tt.change...), header)
			if tt.status == 200 {
				w.wantTokens(a)
				return
			}
			w.wantError(a, tt.status, tt.kind, tt.code)
			q := &http.Request{Header: http.Header{}}
			header(q)
			challenged := a.header.Get("WWW-Authenticate") != ""
			if _, _, used := q.BasicAuth(); challenged != (used && tt.status == 401) {
				t.Errorf("WWW-Authenticate %q", a.header.Get("WWW-Authenticate"))
			}
		})
	}
}

func (w *world) changePrincipal(f func(*directory.ServicePrincipal)) {
	w.Helper()
	_, err := w.d.ServicePrincipals.Update(w.Context(), storetest.Change(), w.tenant.ID, w.serviceSP.ID, func(s *directory.ServicePrincipal) error { f(s); return nil })
	w.must(err)
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// TestAssertions holds private_key_jwt at the endpoint; the forgeries of an
// assertion itself are package token's.
func TestAssertions(t *testing.T) {
	w := newWorld(t)
	_, key := w.certificate(&w.web)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: key}, nil)
	w.must(err)
	assertion := func(client, audience, jti string) string {
		text, err := jwt.Signed(signer).Claims(jwt.Claims{
			Issuer: client, Subject: client, Audience: jwt.Audience{audience}, ID: jti, Expiry: jwt.NewNumericDate(w.now.Add(10 * time.Minute)), IssuedAt: jwt.NewNumericDate(w.now),
		}).Serialize()
		w.must(err)
		return text
	}
	id := string(w.web.AppID)
	ask := func(text string, change ...string) *answer {
		return w.token(w.clientForm(append([]string{"client_secret", "", "client_assertion", text, "client_assertion_type", assertionType}, change...)...))
	}
	for i, audience := range []string{
		w.at("/oauth2/v2.0/token"), w.origin + "/" + string(w.tenant.ID) + "/oauth2/v2.0/token", w.tokens.Name(w.tenant.ID),
	} {
		text := assertion(id, audience, string(rune('a'+i)))
		a := w.wantTokens(ask(text, "client_id", ""))
		if c := w.claims(a.text("access_token")); c["appidacr"] != "2" {
			t.Errorf("appidacr %v", c["appidacr"])
		}
		w.wantError(ask(text), 401, "invalid_client", result.ClientAssertionOutsideValidity)
	}
	w.wantError(ask(assertion(id, "https://evil.example/token", "x")), 401, "invalid_client", result.ClientAssertionWrongAudience)
	w.wantError(ask(assertion(string(w.spa.AppID), w.at("/oauth2/v2.0/token"), "y")), 401, "invalid_client", result.ClientAssertionSignatureInvalid)
	w.wantError(ask("rubbish"), 401, "invalid_client", result.ClientAssertionSignatureInvalid)
	w.wantError(ask("rubbish", "client_id", ""), 400, "invalid_request", result.MissingBodyParameter)
}

// TestCORS: scripts may read the answers to their own app, errors too, and no
// other site's.
func TestCORS(t *testing.T) {
	w := newWorld(t)
	allowed := func(a *answer) string { return a.header.Get("Access-Control-Allow-Origin") }
	for origin, want := range map[string]string{
		spaOrigin: spaOrigin, "https://evil.example": "", "https://spa.example:8443": "", "http://spa.example": "", "https://SPA.example": "https://SPA.example",
		"null": "", "https://shop.example": "", "https://spa.example.evil.example": "", "https://u@spa.example": "",
	} {
		a := w.token(w.refresh(w.spa, "rubbish"), with("Origin", origin))
		if allowed(a) != want || a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Vary") == "" {
			t.Errorf("%s: allowed %q", origin, allowed(a))
		}
	}
	w.changeApp(&w.spa, func(a *directory.Application) { a.Redirects.SPA = append(a.Redirects.SPA, "http://localhost/app") })
	if a := w.token(w.refresh(w.spa, "rubbish"), with("Origin", "http://localhost:3000")); allowed(a) != "http://localhost:3000" {
		t.Errorf("localhost: allowed %q", allowed(a))
	}
	ask := w.call(w.client(), "OPTIONS", w.at("/oauth2/v2.0/token"), nil, with("Origin", spaOrigin), with("Access-Control-Request-Method", "POST"), with("Access-Control-Request-Headers", "x-client-sku"))
	if ask.status != 204 || ask.header.Get("Access-Control-Allow-Headers") != "x-client-sku" {
		t.Errorf("preflight %d %v", ask.status, ask.header)
	}
	for _, path := range []string{"/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys"} {
		if a := w.call(w.client(), "GET", w.at(path), nil, with("Origin", "https://any.example")); allowed(a) != "*" {
			t.Errorf("%s: allowed %q", path, allowed(a))
		}
	}
}
