package oidc_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// userinfo asks who a token is of.
func (w *world) userinfo(text string) *answer {
	w.Helper()
	return w.call(w.client(), "GET", w.at("/openid/userinfo"), nil, with("Authorization", "Bearer "+text))
}

// apiSecret gives the API a secret to ask about tokens with.
func (w *world) apiSecret(a *directory.Application) string {
	w.Helper()
	secret, text, err := directory.NewClientSecret(strings.NewReader(strings.Repeat("r", 100)), "test", w.now.Add(-time.Hour), w.now.AddDate(1, 0, 0))
	w.must(err)
	w.changeApp(a, func(a *directory.Application) { a.Secrets = append(a.Secrets, secret) })
	return text
}

func TestUserinfo(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	all := b.signIn(w.native, nativeRedirect, "openid profile email offline_access")
	minimal := b.signIn(w.native, nativeRedirect, "openid")
	api := b.signIn(w.native, nativeRedirect, everything)
	tests := []struct {
		name, text string
		status     int
		error      string
	}{
		{"good", all.text("access_token"), 200, ""},
		{"openid only", minimal.text("access_token"), 200, ""},
		{"for an API", api.text("access_token"), 401, "invalid_token"},
		{"ID token", all.text("id_token"), 401, "invalid_token"},
		{"refresh token", all.text("refresh_token"), 401, "invalid_token"},
		{"rubbish", "rubbish", 401, "invalid_token"},
		{"an app's", w.token(w.clientForm()).text("access_token"), 401, "invalid_token"},
	}
	for _, tt := range tests {
		a := w.userinfo(tt.text)
		challenge := a.header.Get("WWW-Authenticate")
		if a.status != tt.status || a.text("error") != tt.error || tt.error != "" && !strings.Contains(challenge, `error="`+tt.error+`"`) {
			t.Errorf("%s: %s, %s", tt.name, a, challenge)
		}
	}
	if a := w.userinfo(minimal.text("access_token")); len(a.json) != 1 || a.text("sub") != w.claims(minimal.text("id_token"))["sub"] {
		t.Errorf("openid only: %s", a)
	}
	posted := w.call(w.client(), "POST", w.at("/openid/userinfo"), url.Values{"access_token": {all.text("access_token")}})
	if posted.status != 200 {
		t.Errorf("in a form: %s", posted)
	}
	bare := w.call(w.client(), "GET", w.at("/openid/userinfo")+"?access_token="+all.text("access_token"), nil)
	if bare.status != 401 || bare.header.Get("WWW-Authenticate") != `Bearer realm=""` {
		t.Errorf("in the address: %s", bare)
	}
	w.pass(100 * time.Minute)
	if a := w.userinfo(all.text("access_token")); a.status != 401 {
		t.Errorf("expired: %s", a)
	}
}

// TestTakenBack: what was taken back acts at once, on every question about a
// token.
func TestTakenBack(t *testing.T) {
	tests := map[string]func(*world, *answer){
		"account disabled": func(w *world, _ *answer) { w.changeUser(func(u *directory.User) { u.AccountEnabled = false }) },
		"account deleted": func(w *world, _ *answer) {
			w.must(w.d.Users.Delete(w.Context(), storetest.Change(), w.tenant.ID, w.ann.ID))
		},
		"sessions revoked": func(w *world, _ *answer) {
			w.changeUser(func(u *directory.User) { u.SessionsValidFrom = w.now.Add(time.Second) })
		},
		"password changed": func(w *world, _ *answer) {
			w.changeUser(func(u *directory.User) { u.PasswordChangedAt = w.now.Add(time.Second) })
		},
		"token revoked": func(w *world, a *answer) {
			if got := w.call(w.client(), "POST", w.at("/oauth2/v2.0/revoke"), url.Values{"client_id": {string(w.native.AppID)}, "token": {a.text("access_token")}}); got.status != 200 {
				w.Errorf("revoke: %s", got)
			}
		},
		"refresh token revoked": func(w *world, a *answer) {
			if got := w.call(w.client(), "POST", w.at("/oauth2/v2.0/revoke"), url.Values{"client_id": {string(w.native.AppID)}, "token": {a.text("refresh_token")}}); got.status != 200 {
				w.Errorf("revoke: %s", got)
			}
		},
	}
	for name, take := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.browser().signIn(w.native, nativeRedirect, "openid offline_access")
			capable := w.wantTokens(w.token(w.refresh(w.native, a.text("refresh_token"), "claims", `{"access_token":{"xms_cc":{"values":["CP1"]}}}`)))
			for _, text := range []string{a.text("access_token"), capable.text("access_token")} {
				if got := w.userinfo(text); got.status != 200 {
					t.Fatalf("before: %s", got)
				}
			}
			secret := w.apiSecret(&w.native)
			if got := w.introspect(w.native, secret, a.text("access_token")); got.json["active"] != true {
				t.Fatalf("before: %s", got)
			}
			w.changeApp(&w.native, func(a *directory.Application) { a.Secrets = nil })
			take(w, a)
			if got := w.userinfo(a.text("access_token")); got.status != 401 || got.text("error") != "invalid_token" {
				t.Errorf("userinfo: %s", got)
			}
			secret = w.apiSecret(&w.native)
			if got := w.introspect(w.native, secret, a.text("access_token")); got.json["active"] != false || len(got.json) != 1 {
				t.Errorf("introspection: %s", got)
			}
			if name == "token revoked" {
				return // the other token was not
			}
			got := w.userinfo(capable.text("access_token"))
			challenge := got.header.Get("WWW-Authenticate")
			_, rest, _ := strings.Cut(challenge, `claims="`)
			claims, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(rest, `"`))
			if err != nil || !strings.Contains(string(claims), `"nbf":{"essential":true`) || !strings.Contains(challenge, `error="insufficient_claims"`) {
				t.Errorf("capable client: %s, %v", challenge, err)
			}
		})
	}
}

// TestIntrospection holds who learns what of a token.
func TestIntrospection(t *testing.T) {
	w := newWorld(t)
	a := w.browser().signIn(w.web, webRedirect, everything)
	apiSecret, otherSecret := w.apiSecret(&w.api), w.apiSecret(&w.other)
	access, refresh := a.text("access_token"), a.text("refresh_token")
	got := w.introspect(w.api, apiSecret, access)
	for name, want := range map[string]any{
		"active": true, "scope": "read", "client_id": string(w.web.AppID), "username": "ann@contoso.example", "token_type": "Bearer", "aud": "api://orders",
		"iss": w.tokens.OldName(w.tenant.ID), "oid": string(w.ann.ID), "tid": string(w.tenant.ID),
	} {
		if got.json[name] != want {
			t.Errorf("%s is %v, want %v", name, got.json[name], want)
		}
	}
	for name, active := range map[string]*answer{"own client": w.introspect(w.web, w.secret, access), "own refresh token": w.introspect(w.web, w.secret, refresh)} {
		if active.json["active"] != true {
			t.Errorf("%s: %s", name, active)
		}
	}
	for name, inactive := range map[string]*answer{
		"another API": w.introspect(w.other, otherSecret, access), "an API and a refresh token": w.introspect(w.api, apiSecret, refresh),
		"an ID token": w.introspect(w.web, w.secret, a.text("id_token")), "rubbish": w.introspect(w.web, w.secret, "rubbish"),
	} {
		if string(inactive.body) != `{"active":false}` {
			t.Errorf("%s: %s", name, inactive)
		}
	}
	ask := func(form url.Values) *answer {
		return w.call(w.client(), "POST", w.at("/oauth2/v2.0/introspect"), form)
	}
	w.wantError(ask(url.Values{"client_id": {string(w.native.AppID)}, "token": {access}}), 401, "invalid_client", result.ClientSecretOrAssertionRequired)
	w.wantError(w.introspect(w.api, "wrong", access), 401, "invalid_client", result.ClientSecretWrong)
	w.wantError(ask(url.Values{"client_id": {string(w.web.AppID)}, "client_secret": {w.secret}}), 400, "invalid_request", result.MissingBodyParameter)
	w.wantError(ask(url.Values{"token": {access}}), 400, "invalid_request", result.MissingBodyParameter)
	w.wantError(ask(url.Values{"client_id": {storetest.ID()}, "token": {access}}), 400, "unauthorized_client", result.UnauthorizedClientDoesNotMatchRequest)
	nobody := w.call(w.client(), "POST", w.origin+"/nobody.example/oauth2/v2.0/introspect", url.Values{"client_id": {string(w.web.AppID)}, "token": {access}})
	w.wantError(nobody, 400, "invalid_request", result.InvalidTenantName)
}

// TestRevocation holds who may take back what (RFC 7009).
func TestRevocation(t *testing.T) {
	w := newWorld(t)
	a := w.browser().signIn(w.web, webRedirect, everything)
	revoke := func(app directory.Application, secret, text string) *answer {
		form := url.Values{"client_id": {string(app.AppID)}, "token": {text}, "token_type_hint": {"refresh_token"}}
		if secret != "" {
			form.Set("client_secret", secret)
		}
		return w.call(w.client(), "POST", w.at("/oauth2/v2.0/revoke"), form)
	}
	w.wantError(revoke(w.web, "", a.text("refresh_token")), 401, "invalid_client", result.ClientSecretOrAssertionRequired)
	w.wantError(revoke(w.web, "", a.text("access_token")), 401, "invalid_client", result.ClientSecretOrAssertionRequired)
	w.wantError(revoke(w.web, "", w.token(w.clientForm()).text("access_token")), 401, "invalid_client", result.ClientSecretOrAssertionRequired)
	w.wantError(revoke(w.native, "", a.text("refresh_token")), 400, "invalid_grant", result.InvalidGrant)
	w.wantError(revoke(w.native, "", a.text("access_token")), 400, "invalid_grant", result.InvalidGrant)
	for _, text := range []string{"rubbish", a.text("id_token")} {
		if got := revoke(w.web, w.secret, text); got.status != 200 {
			t.Errorf("what is no token: %s", got)
		}
	}
	w.wantTokens(w.token(w.refresh(w.web, a.text("refresh_token"))))
	for range 2 {
		if got := revoke(w.web, w.secret, a.text("refresh_token")); got.status != 200 || len(got.body) != 0 {
			t.Errorf("revoke: %s", got)
		}
	}
	w.wantError(w.token(w.refresh(w.web, a.text("refresh_token"))), 400, "invalid_grant", result.InvalidGrant)
}
