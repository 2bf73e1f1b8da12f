package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/web"
	"github.com/sallyport-id/sallyport/result"
)

const origin = "http://localhost:8080"

// TestPages asks for every page in every language and holds it to what all
// pages promise.
func TestPages(t *testing.T) {
	handler := serve(t, showing(), origin)
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*[^r]>|>)|<style|\sstyle=|\son[a-z]+=|javascript:`)
	outside := regexp.MustCompile(`(?i)(?:src|action)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//`)
	for _, language := range result.Languages() {
		for _, s := range samples() {
			w := get(t, handler, s.address(), string(language))
			body := w.Body.String()
			t.Run(string(language)+"/"+s.name, func(t *testing.T) {
				if !strings.Contains(body, `<html lang="`+string(language)+`">`) {
					t.Errorf("the page is not in %s:\n%s", language, body)
				}
				if !strings.HasSuffix(body, "</html>\n") {
					t.Errorf("the page ends early: …%s", body[max(0, len(body)-80):])
				}
				for _, bad := range []string{"ZgotmplZ", "<no value>", "<script>alert", "%!"} {
					if strings.Contains(body, bad) {
						t.Errorf("the page has %q", bad)
					}
				}
				if found := inline.FindString(strings.ReplaceAll(body, " defer></script>", "r></script>")); found != "" {
					t.Errorf("the page has something inline: %s", found)
				}
				if found := outside.FindString(body); found != "" {
					t.Errorf("the page loads from elsewhere or posts there: %s", found)
				}
				for _, m := range regexp.MustCompile(`autocomplete="([^"]*)"`).FindAllStringSubmatch(body, -1) {
					if !slices.Contains([]string{"username", "username webauthn", "current-password", "new-password", "one-time-code", "off"}, m[1]) {
						t.Errorf("autocomplete=%q", m[1])
					}
				}
				checkHeaders(t, w.Result().Header)
			})
		}
	}
}

func checkHeaders(t *testing.T, h http.Header) {
	t.Helper()
	for name, wanted := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Content-Type": "text/html; charset=utf-8",
	} {
		if h.Get(name) != wanted {
			t.Errorf("%s: %q; %q is expected", name, h.Get(name), wanted)
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy has no %q: %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy is loose: %s", policy)
	}
}

// TestEveryPageHasASample keeps the samples complete.
func TestEveryPageHasASample(t *testing.T) {
	pages := []signin.Page{
		signin.PageAccount, signin.PagePassword, signin.PagePass, signin.PagePasskey, signin.PageCode, signin.PageEnrol, signin.PageEnrolCode,
		signin.PageEnrolPasskey, signin.PageChangePassword, signin.PageDevice, signin.PageTerms, signin.PageConsent, signin.PageKeepSignedIn, signin.PageRefusal,
	}
	for _, page := range pages {
		if !slices.ContainsFunc(samples(), func(s sample) bool { return s.step.Page == page }) {
			t.Errorf("no sample shows page %q", page)
		}
	}
}

// post sends a form as the browser sends one of our own pages.
func post(t *testing.T, handler http.Handler, path string, form url.Values, site string) *httptest.ResponseRecorder {
	t.Helper()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Sec-Fetch-Site", site)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, q)
	return w
}

func TestSubmit(t *testing.T) {
	p := showing()
	handler := serve(t, p, origin)
	w := post(t, handler, "/signin/password", url.Values{"hop": {"h"}, "password": {" påss word "}, "action": {""}}, "same-origin")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/done?hop=x" {
		t.Errorf("got %d to %q; 303 to /done?hop=x is expected", w.Code, w.Header().Get("Location"))
	}
	if p.hop != "h" || p.input.Password != " påss word " {
		t.Errorf("the pipeline got hop %q, password %q", p.hop, p.input.Password)
	}
	if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "sallyport-session=s;") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Errorf("Set-Cookie: %q", c)
	}
}

// TestSubmitShowsByGet: what comes after a post is shown by a GET, unless it
// has no address of its own.
func TestSubmitShowsByGet(t *testing.T) {
	p := showing()
	next := samples()[2].step
	p.submit = func(string, signin.Input) (signin.Answer, error) { return signin.Answer{Step: &next}, nil }
	handler := serve(t, p, origin)
	if w := post(t, handler, "/signin/account", url.Values{}, "same-origin"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != next.Path() {
		t.Errorf("got %d to %q; 303 to %q is expected", w.Code, w.Header().Get("Location"), next.Path())
	}
	for _, s := range samples() {
		if s.name == "refusal-expired" {
			next = s.step
		}
	}
	if w := post(t, handler, "/signin/account", url.Values{}, "same-origin"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "50089") {
		t.Errorf("got %d; 403 with 50089 on it is expected", w.Code)
	}
}

func TestInput(t *testing.T) {
	p := showing()
	handler := serve(t, p, origin)
	form := url.Values{
		"hop": {"h"}, "action": {"switch"}, "page": {"code"}, "account": {"k"}, "name": {" Adele@contoso.example "}, "new-password": {"n"},
		"repeated": {"r"}, "code": {" 123 456"}, "passkey": {`{"id":"x"}`}, "label": {" phone "}, "device-proof": {"a.b\n.c"},
	}
	post(t, handler, "/signin/account", form, "same-origin")
	in := p.input
	if in.Action != signin.ActionSwitch || in.Page != signin.PageCode || in.Account != "k" || in.Name != "Adele@contoso.example" || in.NewPassword != "n" ||
		in.Repeated != "r" || in.Code != "123456" || string(in.Passkey) != `{"id":"x"}` || in.Label != "phone" {
		t.Errorf("the pipeline got %+v", in)
	}
	if p.caller.Device.Token != "a.b.c" || !p.caller.ProvesDevice {
		t.Errorf("the pipeline got device evidence %+v", p.caller.Device)
	}
}

// TestForgedPosts: another site cannot post our forms.
func TestForgedPosts(t *testing.T) {
	p := showing()
	handler := serve(t, p, origin)
	for _, path := range []string{"/signin/password", "/error"} {
		w := post(t, handler, path, url.Values{"hop": {"h"}}, "cross-site")
		if w.Code != http.StatusForbidden {
			t.Errorf("%s answered %d; 403 is expected", path, w.Code)
		}
	}
	if p.hop != "" {
		t.Error("the pipeline was called")
	}
}

func TestFaults(t *testing.T) {
	p := showing()
	handler := serve(t, p, origin)
	secret := "pq: relation does not exist"
	for _, test := range []struct {
		name   string
		err    error
		status int
	}{
		{"broken", errors.New(secret), http.StatusInternalServerError},
		{"busy", fault.Wrap(fault.Unavailable, errors.New(secret), "The database is busy."), http.StatusServiceUnavailable},
	} {
		p.show = func(string) (signin.Answer, error) { return signin.Answer{}, test.err }
		w := get(t, handler, "/signin/password?hop=h", "en")
		if w.Code != test.status || strings.Contains(w.Body.String(), secret) {
			t.Errorf("%s: got %d; %d without the cause is expected:\n%s", test.name, w.Code, test.status, w.Body)
		}
		if id := w.Header().Get("x-ms-request-id"); id == "" || !strings.Contains(w.Body.String(), id) {
			t.Errorf("%s: the page does not tell the request id %q", test.name, id)
		}
	}
	if w := get(t, handler, "/nowhere/at/all", "en"); w.Code != http.StatusNotFound {
		t.Errorf("a page that is not there answered %d", w.Code)
	}
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/nowhere/at/all", nil)
	q.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, q)
	if kind := w.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" {
		t.Errorf("a program got %s", kind)
	}
}

func TestPartsAreRequired(t *testing.T) {
	if _, err := web.New(web.Parts{}); err == nil {
		t.Error("a front without a pipeline was made")
	}
}

func TestAssets(t *testing.T) {
	handler := serve(t, showing(), origin)
	page := get(t, handler, "/signed-out", "en").Body.String()
	found := regexp.MustCompile(`"(/static/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(found) < 3 {
		t.Fatalf("the page refers to %d files", len(found))
	}
	for _, m := range found {
		w := get(t, handler, m[1], "en")
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s answered %d, %v", m[1], w.Code, w.Header())
		}
	}
	for _, path := range []string{"/static/sallyport.css", "/static/..%2fweb.go", "/static/"} {
		if w := get(t, handler, path, "en"); w.Code != http.StatusNotFound {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}
