package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
)

// logout opens the sign-out address and returns where the browser goes.
func (b *browser) logout(change ...string) string {
	b.Helper()
	a := b.get(b.at("/oauth2/v2.0/logout") + "?" + changed(url.Values{}, change...).Encode())
	if a.status != 303 {
		b.Fatalf("%s", a)
	}
	return a.header.Get("Location")
}

// signedIn reports whether the browser is signed in.
func (b *browser) signedIn() bool {
	b.Helper()
	return b.authorize(request(b.world.web, webRedirect, "openid", "prompt", "none")).Get("code") != ""
}

func TestLogout(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	a := b.signIn(w.web, webRedirect, everything)
	old := b.cookie(route.SessionCookie)
	if to := b.logout("post_logout_redirect_uri", "https://shop.example/bye", "id_token_hint", a.text("id_token"), "state", "s&t"); to != "https://shop.example/bye?state=s%26t" {
		t.Errorf("to %s", to)
	}
	if b.cookie(route.SessionCookie) != "" || b.signedIn() {
		t.Error("the browser is still signed in")
	}
	// A copy of the cookie is of no use.
	thief := w.browser()
	thief.client.Jar.SetCookies(thief.base(), b.client.Jar.Cookies(b.base()))
	thief.client.Jar.SetCookies(thief.base(), []*http.Cookie{{Name: thief.cookieName(route.SessionCookie), Value: old, Path: "/"}})
	if thief.signedIn() {
		t.Error("a stolen cookie outlived the sign-out")
	}
	// Tokens live on (§3.6).
	w.wantTokens(w.token(w.refresh(w.web, a.text("refresh_token"))))
	if to := b.logout(); to != "/signed-out" {
		t.Errorf("nobody was signed in: to %s", to)
	}
}

// TestLogoutRedirect: nothing but what is registered, by the client that is
// named or by those of the session.
func TestLogoutRedirect(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name   string
		change []string
		want   string
	}{
		{"registered for sign-out", []string{"post_logout_redirect_uri", "https://shop.example/bye"}, "https://shop.example/bye"},
		{"a reply address", []string{"post_logout_redirect_uri", webRedirect}, webRedirect},
		{"by client_id", []string{"post_logout_redirect_uri", webRedirect, "client_id", string(w.web.AppID)}, webRedirect},
		{"another client's", []string{"post_logout_redirect_uri", webRedirect, "client_id", string(w.native.AppID)}, "/signed-out"},
		{"of an app that is not in the session", []string{"post_logout_redirect_uri", spaRedirect}, "/signed-out"},
		{"unknown client", []string{"post_logout_redirect_uri", webRedirect, "client_id", "x"}, "/signed-out"},
		{"elsewhere", []string{"post_logout_redirect_uri", "https://evil.example/"}, "/signed-out"},
		{"suffix", []string{"post_logout_redirect_uri", "https://shop.example/bye.evil"}, "/signed-out"},
		{"scheme-relative", []string{"post_logout_redirect_uri", "//shop.example/bye"}, "/signed-out"},
		{"script", []string{"post_logout_redirect_uri", "javascript:alert(1)"}, "/signed-out"},
		{"none", nil, "/signed-out"},
	}
	for _, tt := range tests {
		b := w.browser()
		b.signIn(w.web, webRedirect, "openid profile")
		if to := b.logout(tt.change...); to != tt.want {
			t.Errorf("%s: to %s, want %s", tt.name, to, tt.want)
		}
	}
}

// TestLogoutHint: of several accounts only the named one is signed out.
func TestLogoutHint(t *testing.T) {
	w := newWorld(t)
	w.person("bob")
	b := w.browser()
	ann := b.signIn(w.web, webRedirect, "openid profile").text("id_token")
	b.name = "bob@contoso.example"
	b.signIn(w.web, webRedirect, "openid profile")
	b.code(request(w.web, webRedirect, "openid", "login_hint", "bob@contoso.example"))
	b.logout("logout_hint", "carol@contoso.example")
	if !b.signedInAs("ann@contoso.example") || !b.signedInAs("bob@contoso.example") {
		t.Fatal("a stranger's hint signed somebody out")
	}
	b.logout("id_token_hint", ann)
	if b.signedInAs("ann@contoso.example") || !b.signedInAs("bob@contoso.example") {
		t.Error("not Ann alone was signed out")
	}
	b.logout("logout_hint", "bob@contoso.example")
	if b.signedInAs("bob@contoso.example") || b.cookie(route.SessionCookie) != "" {
		t.Error("Bob is still signed in")
	}
}

func (b *browser) signedInAs(name string) bool {
	b.Helper()
	return b.authorize(request(b.world.web, webRedirect, "openid", "prompt", "none", "login_hint", name)).Get("code") != ""
}

// TestFrontChannel: apps that want to know are told in frames, and by a policy
// that allows these frames only.
func TestFrontChannel(t *testing.T) {
	w := newWorld(t)
	w.changeApp(&w.web, func(a *directory.Application) { a.LogoutURL = "https://shop.example/out?x=1" })
	b := w.browser()
	id := w.claims(b.signIn(w.web, webRedirect, everything).text("id_token"))
	a := b.get(w.at("/oauth2/v2.0/logout") + "?post_logout_redirect_uri=" + url.QueryEscape("https://shop.example/bye"))
	sid, _ := id["sid"].(string)
	frame := "https://shop.example/out?iss=" + url.QueryEscape(w.tokens.Name(w.tenant.ID)) + "&amp;sid=" + sid + "&amp;x=1"
	if a.status != 200 || !strings.Contains(string(a.body), frame) || !strings.Contains(string(a.body), `url=https://shop.example/bye"`) {
		t.Errorf("%s, want %s", a, frame)
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src https://shop.example") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %s", policy)
	}
}

// TestLogoutPost: a form of another site brings no cookie and is sent round.
func TestLogoutPost(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.signIn(w.web, webRedirect, "openid")
	a := w.call(w.client(), "POST", w.at("/oauth2/v2.0/logout"), url.Values{"post_logout_redirect_uri": {webRedirect}}, with("Sec-Fetch-Site", "cross-site"))
	if a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/contoso.example/oauth2/v2.0/logout?") {
		t.Fatalf("%s to %s", a, a.header.Get("Location"))
	}
	if a := b.get(w.origin + a.header.Get("Location")); a.header.Get("Location") != webRedirect || b.signedIn() {
		t.Errorf("%s to %s", a, a.header.Get("Location"))
	}
}
