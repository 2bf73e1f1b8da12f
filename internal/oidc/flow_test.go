package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/sallyport-id/sallyport/internal/signin"
)

// TestCodeFlow is the shortest real use: sign in, redeem, refresh, ask who it is.
func TestCodeFlow(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	r := b.authorize(request(w.web, webRedirect, everything))
	if r == nil || r.mode != "query" || r.action != webRedirect || r.Get("state") != "a state & more" || r.Get("iss") != w.tokens.Name(w.tenant.ID) {
		t.Fatalf("reply %+v", r)
	}
	a := w.wantTokens(w.token(w.redeem(w.web, webRedirect, r.Get("code"))))
	if a.text("token_type") != "Bearer" || a.text("scope") != everything || a.text("refresh_token") == "" || a.json["expires_in"] != a.json["ext_expires_in"] {
		t.Errorf("answer %s", a)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Pragma") != "no-cache" {
		t.Errorf("headers %v", a.header)
	}
	info, err := base64.RawURLEncoding.DecodeString(a.text("client_info"))
	if err != nil || string(info) != `{"uid":"`+string(w.ann.ID)+`","utid":"`+string(w.tenant.ID)+`"}` {
		t.Errorf("client_info %s, %v", info, err)
	}
	id := w.claims(a.text("id_token"))
	for name, want := range map[string]any{
		"aud": string(w.web.AppID), "iss": w.tokens.Name(w.tenant.ID), "oid": string(w.ann.ID), "tid": string(w.tenant.ID), "nonce": "n1", "ver": "2.0",
		"name": "Ann Example", "preferred_username": "ann@contoso.example", "email": "ann@contoso.example", "sub": w.tokens.Subject(w.tenant.ID, w.ann.ID, w.web.AppID),
	} {
		if id[name] != want {
			t.Errorf("ID token: %s is %v, want %v", name, id[name], want)
		}
	}
	access := w.claims(a.text("access_token"))
	for name, want := range map[string]any{
		"aud": "api://orders", "iss": w.tokens.OldName(w.tenant.ID), "ver": "1.0", "scp": "read", "appid": string(w.web.AppID), "appidacr": "1", "ipaddr": home,
		"sub": w.tokens.Subject(w.tenant.ID, w.ann.ID, w.api.AppID),
	} {
		if access[name] != want {
			t.Errorf("access token: %s is %v, want %v", name, access[name], want)
		}
	}
	w.wantLast(0, 0)

	// Another resource, and no nonce: it was of the request before.
	a = w.wantTokens(w.token(w.refresh(w.web, a.text("refresh_token"), "scope", "api://stock/read openid profile offline_access")))
	access = w.claims(a.text("access_token"))
	if access["aud"] != string(w.other.AppID) || access["azp"] != string(w.web.AppID) || access["ver"] != "2.0" || access["scp"] != "read" {
		t.Errorf("for the other resource: %v", access)
	}
	if id := w.claims(a.text("id_token")); id["nonce"] != nil || id["sub"] != w.tokens.Subject(w.tenant.ID, w.ann.ID, w.web.AppID) {
		t.Errorf("ID token of a refresh: %v", id)
	}
	// Identity only: a token for the user-information endpoint.
	a = w.wantTokens(w.token(w.refresh(w.web, a.text("refresh_token"), "scope", "openid profile email")))
	who := w.call(w.client(), "GET", w.at("/openid/userinfo"), nil, with("Authorization", "Bearer "+a.text("access_token")))
	want := `{"sub":"` + w.tokens.Subject(w.tenant.ID, w.ann.ID, w.web.AppID) + `","name":"Ann Example","given_name":"Ann","family_name":"Example","preferred_username":"ann@contoso.example","email":"ann@contoso.example"}`
	if who.status != 200 || string(who.body) != want {
		t.Errorf("userinfo %s, want %s", who, want)
	}
	if got := w.claims(a.text("access_token"))["aud"]; got != string(signin.AppGraph) {
		t.Errorf("aud %v", got)
	}
}

// TestSingleSignOn: the second app asks nothing.
func TestSingleSignOn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.signIn(w.web, webRedirect, everything)
	b.pages = nil
	r := b.authorize(request(w.spa, spaRedirect, "openid", "prompt", "none", "response_mode", "fragment"))
	if r.Get("code") == "" || r.mode != "fragment" || len(b.pages) > 0 {
		t.Errorf("reply %v after pages %v", r.Values, b.pages)
	}
	if h := r.answer.header; h.Get("X-Frame-Options") != "" {
		t.Error("a silent answer cannot stand in a frame")
	}
}

// TestResponse holds the JSON of an answer to names and kinds.
func TestResponse(t *testing.T) {
	w := newWorld(t)
	a := w.browser().signIn(w.native, nativeRedirect, "api://orders/read")
	var members map[string]json.RawMessage
	w.must(json.Unmarshal(a.body, &members))
	for _, name := range []string{"refresh_token", "id_token", "client_info"} {
		if members[name] != nil {
			t.Errorf("%s was not asked for and is %s", name, members[name])
		}
	}
	if n := string(members["expires_in"]); n[0] == '"' {
		t.Errorf("expires_in %s is no number", n)
	}
}
