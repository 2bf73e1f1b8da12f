package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// TestRedirectTricks holds that nothing goes to an address that is not
// registered, whatever it looks like: the person sees a page (50011).
func TestRedirectTricks(t *testing.T) {
	w := newWorld(t)
	for _, redirect := range []string{
		"https://shop.example/callback/",
		"https://shop.example/callback/..",
		"https://shop.example/callback/../callback",
		"https://shop.example/Callback",
		"https://shop.example/callback?next=https://evil.example",
		"https://shop.example/callback#fragment",
		"https://shop.example/callback%2f",
		"https://shop.example/callback%00",
		"https://shop.example/callback\r\nSet-Cookie: a=b",
		"https://shop.example//callback",
		"https://shop.example\\@evil.example/callback",
		"https://shop.example@evil.example/callback",
		"https://user@shop.example/callback",
		"https://shop.example:443/callback",
		"https://shop.example:8443/callback",
		"https://shop.example.evil.example/callback",
		"https://evil.example/callback",
		"https://evil.example/https://shop.example/callback",
		"https://evilshop.example/callback",
		"https://sub.shop.example/callback",
		"https://*.example/callback",
		"https://SHOP.example/callback",
		"HTTPS://shop.example/callback",
		"http://shop.example/callback",
		"//shop.example/callback",
		"/callback",
		"shop.example/callback",
		" https://shop.example/callback",
		"https://shop.example/callback ",
		"javascript:alert(1)//https://shop.example/callback",
		"data:text/html,https://shop.example/callback",
		"https://shop.example/callback" + strings.Repeat("x", 300),
		"http://localhost.evil.example",
		"http://localhost@evil.example",
		"http://127.0.0.1",
		"https://localhost",
	} {
		b := w.browser()
		r := b.authorize(request(w.web, redirect, "openid"))
		if r != nil || b.refused.Code != result.InvalidReplyTo {
			t.Errorf("%q: %+v", redirect, r)
		}
	}
	b := w.browser()
	if r := b.authorize(request(w.web, "", "openid", "redirect_uri", "")); r != nil || b.refused.Code != result.NoReplyAddressSupplied {
		t.Errorf("none: %+v", r)
	}
	p := request(w.web, webRedirect, "openid")
	p.Add("redirect_uri", "https://evil.example/")
	b = w.browser()
	if r := b.authorize(p); r != nil || b.refused.Code != result.InvalidRequest {
		t.Errorf("two: %+v", r)
	}
}

// TestPages holds the faults of which only the person is told, since the client
// was not found or its address was not (SI-137).
func TestPages(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name   string
		path   string
		change []string
		code   result.Code
	}{
		{"no client", "/contoso.example", []string{"client_id", ""}, result.MissingBodyParameter},
		{"unknown client", "/contoso.example", []string{"client_id", "0f8fad5b-d9cb-469f-a165-70867728950e"}, result.UnauthorizedClientDoesNotMatchRequest},
		{"client is no GUID", "/contoso.example", []string{"client_id", "<script>"}, result.UnauthorizedClientDoesNotMatchRequest},
		{"unknown tenant", "/nobody.example", nil, result.InvalidTenantName},
		{"unknown client, silently", "/contoso.example", []string{"client_id", "x", "prompt", "none"}, result.UnauthorizedClientDoesNotMatchRequest},
		{"unregistered address, silently", "/contoso.example", []string{"redirect_uri", "https://evil.example/", "prompt", "none"}, result.InvalidReplyTo},
	}
	for _, tt := range tests {
		b := w.browser()
		r := b.follow(b.get(w.origin + tt.path + "/oauth2/v2.0/authorize?" + request(w.web, webRedirect, "openid", tt.change...).Encode()))
		if r != nil || b.refused == nil || b.refused.Code != tt.code {
			t.Errorf("%s: reply %+v, page %+v", tt.name, r, b.refused)
		}
	}
}

// TestRequestFaults holds the faults of which the client is told.
func TestRequestFaults(t *testing.T) {
	w := newWorld(t)
	w.changeApp(&w.web, func(a *directory.Application) { a.IDTokenImplicit = true })
	tests := []struct {
		name     string
		app      *directory.Application
		redirect string
		change   []string
		kind     string
		code     string
		mode     string
	}{
		{"no challenge, native", &w.native, nativeRedirect, []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request", "501471", "query"},
		{"no challenge, single-page", &w.spa, spaRedirect, []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request", "501471", "query"},
		{"method without challenge", &w.web, webRedirect, []string{"code_challenge", ""}, "invalid_request", "501471", "query"},
		{"plain", &w.native, nativeRedirect, []string{"code_challenge_method", "plain"}, "invalid_request", "50149", "query"},
		{"plain by default", &w.web, webRedirect, []string{"code_challenge_method", ""}, "invalid_request", "50149", "query"},
		{"unknown method", &w.web, webRedirect, []string{"code_challenge_method", "s256"}, "invalid_request", "50149", "query"},
		{"challenge is short", &w.web, webRedirect, []string{"code_challenge", "abc"}, "invalid_request", "501491", "query"},
		{"no response type", &w.web, webRedirect, []string{"response_type", ""}, "invalid_request", "90014", "query"},
		{"unknown response type", &w.web, webRedirect, []string{"response_type", "magic"}, "unsupported_response_type", "70005", "query"},
		{"token is off", &w.web, webRedirect, []string{"response_type", "token"}, "unsupported_response_type", "700051", "fragment"},
		{"id_token is off", &w.native, nativeRedirect, []string{"response_type", "code id_token"}, "unsupported_response_type", "700054", "fragment"},
		{"id_token without openid", &w.web, webRedirect, []string{"response_type", "id_token", "scope", "api://orders/read"}, "unsupported_response_type", "700053", "fragment"},
		{"id_token without nonce", &w.web, webRedirect, []string{"response_type", "id_token", "nonce", ""}, "invalid_request", "90014", "fragment"},
		{"tokens in a query", &w.web, webRedirect, []string{"response_type", "id_token", "response_mode", "query"}, "unsupported_response_type", "70007", "fragment"},
		{"unknown mode", &w.web, webRedirect, []string{"response_mode", "pigeon"}, "unsupported_response_type", "70007", "query"},
		{"unknown prompt", &w.web, webRedirect, []string{"prompt", "please"}, "invalid_request", "90023", "query"},
		{"none and another prompt", &w.web, webRedirect, []string{"prompt", "none login"}, "invalid_request", "90023", "query"},
		{"max_age", &w.web, webRedirect, []string{"max_age", "-1"}, "invalid_request", "90023", "query"},
		{"claims", &w.web, webRedirect, []string{"claims", "[]"}, "invalid_request", "90023", "query"},
		{"request object", &w.web, webRedirect, []string{"request", "x"}, "invalid_request", "9002313", "query"},
		{"request by reference", &w.web, webRedirect, []string{"request_uri", "https://evil.example/"}, "invalid_request", "9002313", "query"},
		{"hint", &w.web, webRedirect, []string{"id_token_hint", "rubbish"}, "invalid_request", "90023", "query"},
		{"session and hint", &w.web, webRedirect, []string{"sid", "x", "login_hint", "y"}, "invalid_request", "90138", "query"},
		{"session and choice", &w.web, webRedirect, []string{"sid", "x", "prompt", "select_account"}, "invalid_request", "90005", "query"},
		{"unknown resource", &w.web, webRedirect, []string{"scope", "openid api://nobody/read"}, "invalid_resource", "500011", "query"},
		{"nobody signed in", &w.web, webRedirect, []string{"prompt", "none"}, "login_required", "50058", "query"},
		{"nobody signed in, fragment", &w.web, webRedirect, []string{"prompt", "none", "response_mode", "fragment"}, "login_required", "50058", "fragment"},
		{"nobody signed in, form", &w.web, webRedirect, []string{"prompt", "none", "response_mode", "form_post"}, "login_required", "50058", "form_post"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.TB = t
			b := w.browser()
			r := b.authorize(request(*tt.app, tt.redirect, "openid", tt.change...))
			if r == nil {
				t.Fatalf("a page with %d", b.refused.Code)
			}
			if r.Get("error") != tt.kind || !strings.HasPrefix(r.Get("error_description"), "AADSTS"+tt.code+": ") || r.mode != tt.mode {
				t.Errorf("%s reply %v", r.mode, r.Values)
			}
			if r.Get("state") != "a state & more" || r.Get("iss") != w.tokens.Name(w.tenant.ID) || r.Get("error_uri") != w.origin+"/error?code="+tt.code || r.Get("code") != "" {
				t.Errorf("reply %v", r.Values)
			}
			if len(r.Get("trace_id")) != 36 || len(r.Get("correlation_id")) != 36 {
				t.Errorf("ids %v", r.Values)
			}
		})
	}
}

// TestFormPostScheme: a form is posted to a server, not to an app's own scheme.
func TestFormPostScheme(t *testing.T) {
	w := newWorld(t)
	w.changeApp(&w.native, func(a *directory.Application) {
		a.Redirects.Public = append(a.Redirects.Public, "com.example.app:/done")
	})
	r := w.browser().authorize(request(w.native, "com.example.app:/done", "openid", "response_mode", "form_post"))
	if r.Get("error") != "unsupported_response_type" || r.mode != "query" {
		t.Errorf("%s %v", r.mode, r.Values)
	}
	r = w.browser().authorize(request(w.native, "com.example.app:/done", "openid"))
	if r.Get("code") == "" || r.action != "com.example.app:/done" {
		t.Errorf("%s %v", r.action, r.Values)
	}
}

// TestFormPost holds the page to its policy: it runs one script, whose text is
// known, and nothing that a request brings along.
func TestFormPost(t *testing.T) {
	w := newWorld(t)
	const hostile = `"><script>alert(1)</script><input value="&amp;`
	r := w.browser().authorize(request(w.web, webRedirect, "openid", "response_mode", "form_post", "state", hostile))
	if r.mode != "form_post" || r.action != webRedirect || r.Get("state") != hostile || r.Get("code") == "" {
		t.Fatalf("%s to %s: %v", r.mode, r.action, r.Values)
	}
	body := string(r.answer.body)
	if strings.Contains(body, "alert(1)</script>") || strings.Count(body, "<script>") != 1 {
		t.Errorf("page %s", body)
	}
	policy := r.answer.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "script-src 'sha256-") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("policy %s", policy)
	}
	if !strings.Contains(body, "<noscript><button") {
		t.Error("without scripts nobody gets on")
	}
}

// TestFrontTokens are those that go through the browser, where the app has them
// enabled.
func TestFrontTokens(t *testing.T) {
	w := newWorld(t)
	w.changeApp(&w.web, func(a *directory.Application) { a.IDTokenImplicit, a.TokenImplicit = true, true })
	r := w.browser().authorize(request(w.web, webRedirect, "openid profile api://orders/read", "response_type", "code id_token token"))
	if r.mode != "fragment" || r.Get("code") == "" || r.Get("token_type") != "Bearer" || r.Get("expires_in") == "" || r.Get("session_state") == "" {
		t.Fatalf("%s %v", r.mode, r.Values)
	}
	id := w.claims(r.Get("id_token"))
	if id["nonce"] != "n1" || id["at_hash"] == nil || id["c_hash"] == nil {
		t.Errorf("ID token %v", id)
	}
	if c := w.claims(r.Get("access_token")); c["aud"] != "api://orders" || c["scp"] != "read" {
		t.Errorf("access token %v", c)
	}
	w.wantTokens(w.token(w.redeem(w.web, webRedirect, r.Get("code"))))
	r = w.browser().authorize(request(w.web, webRedirect, "openid", "response_type", "id_token", "response_mode", "form_post"))
	if r.mode != "form_post" || r.Get("id_token") == "" || r.Get("code") != "" {
		t.Errorf("%s %v", r.mode, r.Values)
	}
}

// TestRootRedirect: an address without a path gets one (SI-312).
func TestRootRedirect(t *testing.T) {
	w := newWorld(t)
	r := w.browser().authorize(request(w.native, "http://localhost:4711", "openid"))
	if !strings.HasPrefix(r.answer.header.Get("Location"), "http://localhost:4711/?") {
		t.Errorf("to %s", r.answer.header.Get("Location"))
	}
	w.changeApp(&w.web, func(a *directory.Application) {
		a.Redirects.Web = append(a.Redirects.Web, "https://shop.example/cb?x=1")
	})
	r = w.browser().authorize(request(w.web, "https://shop.example/cb?x=1", "openid"))
	if !strings.HasPrefix(r.answer.header.Get("Location"), "https://shop.example/cb?x=1&") {
		t.Errorf("to %s", r.answer.header.Get("Location"))
	}
}

// TestPost: the authorize endpoint takes a form too, also from another site.
func TestPost(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.signIn(w.web, webRedirect, "openid")
	p := request(w.spa, spaRedirect, "openid", "prompt", "none")
	// As a browser does it: the session cookie (SameSite=Lax) stays at home.
	stranger := w.client()
	a := w.call(stranger, "POST", w.at("/oauth2/v2.0/authorize"), p, with("Sec-Fetch-Site", "cross-site"), with("Origin", "https://shop.example"))
	if a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/contoso.example/oauth2/v2.0/authorize?") {
		t.Fatalf("%s, to %s", a, a.header.Get("Location"))
	}
	r := b.follow(b.get(w.origin + a.header.Get("Location")))
	if r.Get("code") == "" || r.Get("state") != "a state & more" {
		t.Errorf("reply %v", r.Values)
	}
	// From the same site it is answered at once.
	r = b.follow(w.call(b.client, "POST", w.at("/oauth2/v2.0/authorize"), p, with("Sec-Fetch-Site", "same-origin")))
	if r.Get("code") == "" {
		t.Errorf("reply %v", r.Values)
	}
	for name, form := range map[string]url.Values{"oversized": {"state": {strings.Repeat("x", 70_000)}}} {
		if a := w.call(w.client(), "POST", w.at("/oauth2/v2.0/authorize"), form); a.status != 413 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := w.call(w.client(), "GET", w.at("/oauth2/v2.0/authorize")+"?state="+strings.Repeat("x", 40_000), nil); a.status != 414 {
		t.Errorf("oversized address: %d", a.status)
	}
	if a := w.call(w.client(), "POST", w.at("/oauth2/v2.0/authorize"), p, with("Content-Type", "application/json")); a.status != 400 {
		t.Errorf("JSON: %d", a.status)
	}
}

// TestMaxAge asks for a fresh proof, and tells its age (SI-315).
func TestMaxAge(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.signIn(w.web, webRedirect, "openid")
	before := w.now
	w.pass(10 * time.Minute)
	tell := func(change ...string) (pages int, claims map[string]any) {
		b.pages = nil
		a := w.wantTokens(w.token(w.redeem(w.web, webRedirect, b.code(request(w.web, webRedirect, "openid", change...)))))
		return len(b.pages), w.claims(a.text("id_token"))
	}
	if pages, claims := tell(); pages != 0 || claims["auth_time"] != nil {
		t.Errorf("without: %d pages, %v", pages, claims)
	}
	if pages, claims := tell("claims", `{"id_token":{"auth_time":{"essential":true}}}`); pages != 0 || claims["auth_time"] != float64(before.Unix()) {
		t.Errorf("by claims: %d pages, %v", pages, claims)
	}
	if pages, claims := tell("max_age", "3600"); pages != 0 || claims["auth_time"] != float64(before.Unix()) {
		t.Errorf("young enough: %d pages, %v", pages, claims)
	}
	if pages, claims := tell("max_age", "300"); pages == 0 || claims["auth_time"] != float64(w.now.Unix()) {
		t.Errorf("too old: %d pages, %v", pages, claims)
	}
	w.pass(time.Minute)
	if pages, claims := tell("max_age", "0"); pages == 0 || claims["auth_time"] != float64(w.now.Unix()) {
		t.Errorf("max_age 0: %d pages, %v", pages, claims)
	}
	w.pass(time.Minute)
	if r := b.authorize(request(w.web, webRedirect, "openid", "max_age", "30", "prompt", "none")); r.Get("error") != "login_required" && r.Get("error") != "interaction_required" {
		t.Errorf("silently: %v", r.Values)
	}
}

// TestStepUp asks for more than one factor, in each way that clients do.
func TestStepUp(t *testing.T) {
	for _, ask := range [][]string{
		{"acr_values", "http://schemas.microsoft.com/claims/multipleauthn"},
		{"acr_values", "urn:other mfa"},
		{"claims", `{"id_token":{"amr":{"essential":true,"values":["mfa"]}}}`},
		{"claims", `{"access_token":{"amr":{"value":"ngcmfa"}}}`},
	} {
		w := newWorld(t)
		b := w.browser()
		b.totp()
		a := w.wantTokens(w.token(w.redeem(w.web, webRedirect, b.code(request(w.web, webRedirect, "openid", ask...)))))
		amr, _ := w.claims(a.text("id_token"))["amr"].([]any)
		if len(b.pages) < 3 || len(amr) < 2 {
			t.Errorf("%v: pages %v, amr %v", ask, b.pages, amr)
		}
	}
}

// TestContexts: a token names the contexts that its sign-in satisfied, and there
// is none without (SI-221).
func TestContexts(t *testing.T) {
	w := newWorld(t)
	w.contextPolicy("c1")
	b := w.browser()
	b.totp()
	a := w.wantTokens(w.token(w.redeem(w.web, webRedirect, b.code(request(w.web, webRedirect, "openid offline_access api://orders/read")))))
	if acrs := w.claims(a.text("access_token"))["acrs"]; acrs != nil {
		t.Errorf("nobody asked, acrs %v", acrs)
	}
	w.wantError(w.token(w.refresh(w.web, a.text("refresh_token"), "claims", `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`)), 400, "invalid_grant", result.UserStrongAuthClientAuthNRequired)
	for _, ask := range [][]string{{"claims", `{"access_token":{"acrs":{"essential":true,"value":"c1"}},"id_token":{"acrs":null}}`}, {"acr_values", "c1"}} {
		a = w.wantTokens(w.token(w.redeem(w.web, webRedirect, b.code(request(w.web, webRedirect, "openid offline_access api://orders/read", ask...)))))
		if acrs, _ := w.claims(a.text("access_token"))["acrs"].([]any); len(acrs) != 1 || acrs[0] != "c1" {
			t.Errorf("%v: acrs %v", ask, acrs)
		}
		id := w.claims(a.text("id_token"))
		if ask[0] == "acr_values" && id["acr"] != "c1" || ask[0] == "claims" && id["acrs"] == nil {
			t.Errorf("%v: ID token %v", ask, id)
		}
	}
	w.wantTokens(w.token(w.refresh(w.web, a.text("refresh_token"), "claims", `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`)))
}

// TestHint picks the account that an ID token is of, and nobody else silently.
func TestHint(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	hint := b.signIn(w.web, webRedirect, "openid profile").text("id_token")
	if r := b.authorize(request(w.web, webRedirect, "openid", "prompt", "none", "id_token_hint", hint)); r.Get("code") == "" {
		t.Errorf("reply %v", r.Values)
	}
	w.person("bob")
	other := w.browser()
	other.name = "bob@contoso.example"
	other.signIn(w.web, webRedirect, "openid profile")
	if r := other.authorize(request(w.web, webRedirect, "openid", "prompt", "none", "id_token_hint", hint)); r.Get("error") != "login_required" {
		t.Errorf("somebody else: %v", r.Values)
	}
	access := b.signIn(w.web, webRedirect, "openid api://orders/read").text("access_token")
	if r := b.authorize(request(w.web, webRedirect, "openid", "prompt", "none", "id_token_hint", access)); r.Get("error") != "invalid_request" {
		t.Errorf("an access token as hint: %v", r.Values)
	}
}

// TestHopReplay holds the way back from the pages to be good once, and in one
// browser only.
func TestHopReplay(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	a := b.get(w.at("/oauth2/v2.0/authorize") + "?" + request(w.web, webRedirect, "openid").Encode())
	resume := b.fill(a.header.Get("Location"))
	if !strings.Contains(resume, "/oauth2/v2.0/resume?hop=") {
		t.Fatalf("back to %s", resume)
	}
	// In another browser the way back leads nowhere, and changes nothing.
	thief := w.browser()
	if r := thief.follow(thief.get(w.origin + resume)); r != nil || thief.refused.Code != result.FlowTokenExpired {
		t.Errorf("in another browser: %+v", r)
	}
	if r := b.follow(b.get(w.origin + resume)); r == nil || r.Get("code") == "" {
		t.Fatalf("reply %+v", r)
	}
	if r := b.follow(b.get(w.origin + resume)); r != nil || b.refused.Code != result.FlowTokenExpired {
		t.Errorf("again: %+v", r)
	}
	for _, hop := range []string{"", "x", resume[strings.Index(resume, "hop=")+4:] + "x"} {
		if r := b.follow(b.get(w.at("/oauth2/v2.0/resume?hop=" + hop))); r != nil || b.refused.Code != result.FlowTokenExpired {
			t.Errorf("hop %q: %+v", hop, r)
		}
	}
}

// TestFixation: a session cookie that somebody planted does not become the
// person's.
func TestFixation(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.keep(route.SessionCookie, &signin.Cookie{Value: "planted"})
	b.code(request(w.web, webRedirect, "openid"))
	if b.cookie(route.SessionCookie) == "planted" || b.cookie(route.SessionCookie) == "" {
		t.Errorf("the session is %q", b.cookie(route.SessionCookie))
	}
	first := b.cookie(route.SessionCookie)
	w.pass(time.Minute)
	b.code(request(w.web, webRedirect, "openid", "prompt", "login"))
	if b.cookie(route.SessionCookie) == first {
		t.Error("a new proof did not change the session's cookie")
	}
}

// TestSpoofedAddress: where somebody is follows from the connection, and from
// headers only where a proxy of ours wrote them.
func TestSpoofedAddress(t *testing.T) {
	for _, proxied := range []bool{true, false} {
		w := newWorld(t, func(o *options) {
			if !proxied {
				o.proxies = nil
			}
		})
		a := w.browser().signIn(w.native, nativeRedirect, everything)
		w.trustedLocation(home)
		w.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`, block)
		for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"} {
			clear := func(q *http.Request) { q.Header.Del("X-Forwarded-For") }
			got := w.token(w.refresh(w.native, a.text("refresh_token")), clear, with(header, home))
			if proxied && header == "X-Forwarded-For" {
				w.wantTokens(got)
			} else {
				w.wantError(got, 400, "invalid_grant", result.BlockedByConditionalAccess)
			}
		}
	}
}
