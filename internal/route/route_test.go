package route_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// newRouter returns a router whose clock stands still.
func newRouter(t *testing.T, change func(*route.Options)) *route.Router {
	t.Helper()
	options := route.Options{Origin: "https://login.example", Now: func() time.Time { return noon }}
	if change != nil {
		change(&options)
	}
	r, err := route.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ok(w http.ResponseWriter, q *http.Request) { io.WriteString(w, "ok") }

func serve(r *route.Router, q *http.Request) *http.Response {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, q)
	return w.Result()
}

func TestOptions(t *testing.T) {
	for _, origin := range []string{"", "login.example", "https://", "ftp://x", "https://x/path", "https://u@x", "https://x?q", "://"} {
		if _, err := route.New(route.Options{Origin: origin, Now: time.Now}); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
	if _, err := route.New(route.Options{Origin: "http://localhost:1", Embedded: true, Now: time.Now}); err == nil {
		t.Error("cookies for frames were taken without https")
	}
	if _, err := route.New(route.Options{Origin: "https://x"}); err == nil {
		t.Error("no clock was taken")
	}
	if r, err := route.New(route.Options{Origin: "https://x:8443/", Now: time.Now}); err != nil || r.Origin() != "https://x:8443" {
		t.Errorf("origin with a slash: %v", err)
	}
}

func TestRouting(t *testing.T) {
	r := newRouter(t, nil)
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) { fmt.Fprint(w, text, " ", q.PathValue("tenant")) }
	}
	r.Handle("GET /{tenant}/saml2", route.Rules{}, say("saml"))
	r.Handle("POST /{tenant}/oauth2/v2.0/token", route.Rules{}, say("token"))
	r.Handle("GET /static/", route.Rules{}, say("static"))
	r.Handle("GET /{$}", route.Rules{}, say("home"))
	r.Handle("/error", route.Rules{}, say("error"))
	tests := []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/contoso.example/saml2", 200, "saml contoso.example"},
		{"POST", "/Contoso.Example/oauth2/v2.0/token", 200, "token Contoso.Example"},
		{"GET", "/contoso.example/oauth2/v2.0/token", 405, ""},
		{"GET", "/static/x/y.css", 200, "static "},
		{"GET", "/static/saml2", 200, "static "},
		{"GET", "/", 200, "home "},
		{"GET", "/error?code=53003", 200, "error "},
		{"GET", "/contoso.example/other", 404, ""},
		{"GET", "/contoso.example", 404, ""},
	}
	for _, tt := range tests {
		response := serve(r, httptest.NewRequest(tt.method, tt.path, nil))
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != tt.status || tt.body != "" && string(body) != tt.body {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.path, response.StatusCode, body, tt.status, tt.body)
		}
		if tt.status == 405 && response.Header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", tt.method, tt.path)
		}
	}
	if !r.Reserved("static") || r.Reserved("contoso.example") {
		t.Error("the words of the fronts are not told from tenants")
	}
}

// TestForgery holds what other sites may make a browser send.
func TestForgery(t *testing.T) {
	r := newRouter(t, nil)
	r.Handle("POST /signin/password", route.Rules{}, ok)
	r.Handle("POST /{tenant}/oauth2/v2.0/token", route.Rules{CrossSite: true}, ok)
	tests := []struct {
		name, path string
		header     map[string]string
		status     int
	}{
		{"same origin", "/signin/password", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"other site", "/signin/password", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"other host of the site", "/signin/password", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"old browser, other site", "/signin/password", map[string]string{"Origin": "https://evil.example"}, 403},
		{"old browser, same origin", "/signin/password", map[string]string{"Origin": "https://login.example"}, 200},
		{"no browser", "/signin/password", nil, 200},
		{"by design", "/t/oauth2/v2.0/token", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://spa.example"}, 200},
	}
	for _, tt := range tests {
		q := httptest.NewRequest("POST", "https://login.example"+tt.path, strings.NewReader("a=b"))
		for name, value := range tt.header {
			q.Header.Set(name, value)
		}
		if response := serve(r, q); response.StatusCode != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, response.StatusCode, tt.status)
		}
	}
}

// TestAddress holds that only proxies of ours are believed.
func TestAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := []struct {
		name, peer string
		header     map[string][]string
		want       string
	}{
		{"direct", "203.0.113.5:4711", nil, "203.0.113.5"},
		{"direct, IPv6", "[2001:db8::1]:4711", nil, "2001:db8::1"},
		{"direct, IPv4 in IPv6", "[::ffff:203.0.113.5]:4711", nil, "203.0.113.5"},
		{"direct, zone", "[fe80::1%eth0]:4711", nil, "fe80::1"},
		{"direct, forged", "203.0.113.5:4711", map[string][]string{"X-Forwarded-For": {"10.1.1.1"}}, "203.0.113.5"},
		{"proxied", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"203.0.113.5"}}, "203.0.113.5"},
		{"proxied, forged before", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"198.51.100.1, 203.0.113.5"}}, "203.0.113.5"},
		{"proxied, forged line before", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"198.51.100.1", "203.0.113.5"}}, "203.0.113.5"},
		{"proxied, forged proxy", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"198.51.100.1, 203.0.113.5, 10.2.2.2"}}, "203.0.113.5"},
		{"two proxies", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"203.0.113.5, fd00::7"}}, "203.0.113.5"},
		{"proxied, IPv4 in IPv6", "[::ffff:10.0.0.1]:80", map[string][]string{"X-Forwarded-For": {"::ffff:203.0.113.5"}}, "203.0.113.5"},
		{"proxied with ports", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"203.0.113.5:999"}}, "203.0.113.5"},
		{"proxied, IPv6 with port", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"[2001:db8::1]:999"}}, "2001:db8::1"},
		{"inside", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"10.9.9.9"}}, "10.9.9.9"},
		{"proxy says nothing", "10.0.0.1:80", nil, "invalid IP"},
		{"proxy says rubbish", "10.0.0.1:80", map[string][]string{"X-Forwarded-For": {"203.0.113.5, unknown"}}, "invalid IP"},
		{"other headers", "10.0.0.1:80", map[string][]string{"X-Real-Ip": {"1.1.1.1"}, "Forwarded": {"for=1.1.1.1"}, "True-Client-Ip": {"1.1.1.1"}, "X-Forwarded-For": {"203.0.113.5"}}, "203.0.113.5"},
		{"no network", "@", nil, "invalid IP"},
	}
	for _, tt := range tests {
		r := newRouter(t, func(o *route.Options) { o.Proxies = proxies })
		var got string
		r.Handle("GET /a", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { got = route.Of(q).Address.String() })
		q := httptest.NewRequest("GET", "/a", nil)
		q.RemoteAddr = tt.peer
		for name, values := range tt.header {
			q.Header[name] = values
		}
		serve(r, q)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestIDs(t *testing.T) {
	const id = "0f8fad5b-d9cb-469f-a165-70867728950e"
	tests := []struct {
		name         string
		target, body string
		header       map[string]string
		want, echoed string
	}{
		{"none", "/a", "", nil, "", ""},
		{"header", "/a", "", map[string]string{"client-request-id": strings.ToUpper(id)}, id, ""},
		{"header, echoed", "/a", "", map[string]string{"client-request-id": id, "return-client-request-id": "true"}, id, id},
		{"query", "/a?client-request-id=" + id + "&return-client-request-id=true", "", nil, id, id},
		{"body", "/a", "client-request-id=" + id + "&return-client-request-id=true", nil, id, id},
		{"body, echo asked by header", "/a", "client-request-id=" + id, map[string]string{"return-client-request-id": "true"}, id, id},
		{"no GUID", "/a", "", map[string]string{"client-request-id": "<script>", "return-client-request-id": "true"}, "", ""},
		{"URN", "/a", "", map[string]string{"client-request-id": "urn:uuid:" + id}, "", ""},
	}
	for _, tt := range tests {
		r := newRouter(t, nil)
		var got route.Request
		r.Handle("POST /a", route.Rules{}, func(w http.ResponseWriter, q *http.Request) {
			if _, err := route.Form(q); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			got = *route.Of(q)
		})
		q := httptest.NewRequest("POST", tt.target, strings.NewReader(tt.body))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range tt.header {
			q.Header.Set(name, value)
		}
		response := serve(r, q)
		if len(got.ID) != 36 || response.Header.Get("x-ms-request-id") != got.ID {
			t.Errorf("%s: request id %q, header %q", tt.name, got.ID, response.Header.Get("x-ms-request-id"))
		}
		if got.Correlation != tt.want || response.Header.Get("client-request-id") != tt.echoed {
			t.Errorf("%s: correlation %q, echo %q", tt.name, got.Correlation, response.Header.Get("client-request-id"))
		}
	}
}

func TestForm(t *testing.T) {
	tests := []struct {
		name, kind, body string
		bad, tooLong     bool
	}{
		{"good", "application/x-www-form-urlencoded; charset=utf-8", "a=1", false, false},
		{"JSON", "application/json", `{"a":1}`, true, false},
		{"no type", "", "a=1", true, false},
		{"bad escape", "application/x-www-form-urlencoded", "a=%zz", true, false},
		{"oversized", "application/x-www-form-urlencoded", "a=" + strings.Repeat("x", 200), true, true},
	}
	for _, tt := range tests {
		r := newRouter(t, nil)
		r.Handle("POST /a", route.Rules{Body: 100}, func(w http.ResponseWriter, q *http.Request) {
			form, err := route.Form(q)
			if (err != nil) != tt.bad || route.TooLong(err) != tt.tooLong {
				t.Errorf("%s: %v", tt.name, err)
			}
			if err == nil && (form.Get("a") != "1" || form.Has("b")) {
				t.Errorf("%s: %v", tt.name, form)
			}
		})
		q := httptest.NewRequest("POST", "/a?b=2", strings.NewReader(tt.body))
		q.Header.Set("Content-Type", tt.kind)
		serve(r, q)
	}
}

func TestCookies(t *testing.T) {
	tests := []struct {
		name   string
		change func(*route.Options)
		want   string
	}{
		{"https", nil, "__Host-sallyport-session=value; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"http", func(o *route.Options) { o.Origin = "http://localhost:8080" }, "sallyport-session=value; Path=/; HttpOnly; SameSite=Lax"},
		{"embedded", func(o *route.Options) { o.Embedded = true }, "__Host-sallyport-session=value; Path=/; HttpOnly; Secure; SameSite=None"},
	}
	for _, tt := range tests {
		r := newRouter(t, tt.change)
		r.Handle("GET /set", route.Rules{}, func(w http.ResponseWriter, q *http.Request) {
			r.SetCookie(w, route.SessionCookie, "value", time.Time{})
		})
		var read session.Secret
		r.Handle("GET /read", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { read = r.Cookie(q, route.SessionCookie) })
		response := serve(r, httptest.NewRequest("GET", "/set", nil))
		if got := response.Header.Get("Set-Cookie"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		q := httptest.NewRequest("GET", "/read", nil)
		q.AddCookie(response.Cookies()[0])
		if serve(r, q); read.Reveal() != "value" {
			t.Errorf("%s: read %q", tt.name, read.Reveal())
		}
	}
	r := newRouter(t, nil)
	r.Handle("GET /a", route.Rules{}, func(w http.ResponseWriter, q *http.Request) {
		r.SetCookie(w, route.SessionCookie, "", time.Time{})
		r.SetCookie(w, route.BrowserCookie, "v", noon.Add(time.Hour))
		if got := r.Cookie(q, route.SessionCookie); got != "" {
			t.Errorf("took a cookie of %d bytes", len(got))
		}
	})
	q := httptest.NewRequest("GET", "/a", nil)
	q.AddCookie(&http.Cookie{Name: "__Host-sallyport-session", Value: strings.Repeat("x", 4000)})
	cookies := serve(r, q).Cookies()
	if cookies[0].MaxAge >= 0 || cookies[1].MaxAge != 3600 || !cookies[1].Expires.Equal(noon.Add(time.Hour)) {
		t.Errorf("cookies: %v", cookies)
	}
}

func TestHeaders(t *testing.T) {
	r := newRouter(t, nil)
	r.Handle("GET /page", route.Rules{}, ok)
	r.Handle("GET /frame", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { route.AllowFraming(w) })
	r.Handle("OPTIONS /x", route.Rules{}, route.Preflight("POST"))
	page := serve(r, httptest.NewRequest("GET", "/page", nil)).Header
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
		"Content-Security-Policy":   "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if page.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, page.Get(name), want)
		}
	}
	frame := serve(r, httptest.NewRequest("GET", "/frame", nil)).Header
	if frame.Get("X-Frame-Options") != "" || strings.Contains(frame.Get("Content-Security-Policy"), "frame-ancestors") {
		t.Errorf("framing is forbidden: %v", frame)
	}
	missing := serve(r, httptest.NewRequest("GET", "/none", nil)).Header
	if missing.Get("X-Frame-Options") != "DENY" {
		t.Error("an answer to nothing lacks the headers")
	}
	q := httptest.NewRequest("OPTIONS", "/x", nil)
	q.Header.Set("Access-Control-Request-Headers", "x-client-sku")
	asked := serve(r, q)
	if asked.StatusCode != 204 || asked.Header.Get("Access-Control-Allow-Headers") != "x-client-sku" || asked.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", asked.StatusCode, asked.Header)
	}
	local := newRouter(t, func(o *route.Options) { o.Origin = "https://localhost:8443" })
	if serve(local, httptest.NewRequest("GET", "/", nil)).Header.Get("Strict-Transport-Security") != "" {
		t.Error("localhost is bound to https, other programs' ports included")
	}
}

// TestRecord holds what is told of a request, and what is not.
func TestRecord(t *testing.T) {
	var log bytes.Buffer
	var observed []route.Observation
	r := newRouter(t, func(o *route.Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, nil))
		o.Observe = func(seen route.Observation) { observed = append(observed, seen) }
	})
	r.Handle("POST /{tenant}/oauth2/v2.0/token", route.Rules{}, func(w http.ResponseWriter, q *http.Request) {
		seen := route.Of(q)
		seen.Code = 53003
		seen.Note("client", "app")
		w.WriteHeader(400)
	})
	q := httptest.NewRequest("POST", "/contoso.example/oauth2/v2.0/token?login_hint=ann@contoso.example", strings.NewReader("client_secret=hush"))
	q.Header.Set("User-Agent", "Browser of Ann")
	q.Header.Set("Authorization", "Basic aHVzaA==")
	q.Header.Set("Cookie", "sallyport-session=hush")
	serve(r, q)
	if strings.Count(log.String(), "\n") != 1 {
		t.Fatalf("not one record: %s", log.String())
	}
	for _, secret := range []string{"hush", "aHVzaA", "ann", "192.0.2.1", "Browser", "contoso"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the record tells %q: %s", secret, log.String())
		}
	}
	var record map[string]any
	if err := json.Unmarshal(log.Bytes(), &record); err != nil {
		t.Fatal(err)
	}
	if record["route"] != "/{tenant}/oauth2/v2.0/token" || record["status"] != 400.0 || record["code"] != 53003.0 || record["client"] != "app" {
		t.Errorf("record: %v", record)
	}
	want := route.Observation{Method: "POST", Route: "/{tenant}/oauth2/v2.0/token", Status: 400, Code: 53003}
	if len(observed) != 1 || observed[0] != want {
		t.Errorf("observed %+v", observed)
	}
	log.Reset()
	personal := newRouter(t, func(o *route.Options) { o.Log, o.LogPersonal = slog.New(slog.NewJSONHandler(&log, nil)), true })
	personal.Handle("GET /a", route.Rules{}, ok)
	serve(personal, httptest.NewRequest("GET", "/a", nil))
	if !strings.Contains(log.String(), "192.0.2.1") {
		t.Errorf("the operator asked for addresses: %s", log.String())
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	r := newRouter(t, func(o *route.Options) { o.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	r.Handle("GET /text", route.Rules{}, func(w http.ResponseWriter, q *http.Request) {
		r.SetCookie(w, route.SessionCookie, "half", time.Time{})
		panic("password hush of ann")
	})
	r.Handle("GET /runtime", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { var none *http.Request; none.Cookies() })
	r.Handle("GET /late", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { ok(w, q); panic(errors.New("hush")) })
	r.Handle("GET /abort", route.Rules{}, func(w http.ResponseWriter, q *http.Request) { panic(http.ErrAbortHandler) })
	response := serve(r, httptest.NewRequest("GET", "/text", nil))
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 500 || strings.Contains(string(body), "hush") || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d %q %v", response.StatusCode, body, response.Header)
	}
	if strings.Contains(log.String(), "hush") || !strings.Contains(log.String(), "stack") {
		t.Errorf("log: %s", log.String())
	}
	serve(r, httptest.NewRequest("GET", "/runtime", nil))
	if !strings.Contains(log.String(), "nil pointer") {
		t.Errorf("log: %s", log.String())
	}
	if response := serve(r, httptest.NewRequest("GET", "/late", nil)); response.StatusCode != 200 {
		t.Errorf("late: %d", response.StatusCode)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("an aborted answer was taken for a fault")
		}
	}()
	serve(r, httptest.NewRequest("GET", "/abort", nil))
}

func TestHints(t *testing.T) {
	q := httptest.NewRequest("GET", "/", nil)
	q.Header.Set("Sec-CH-UA-Platform", `"macOS"`)
	q.Header.Set("Sec-CH-UA-Platform-Version", `"15.1.0"`)
	q.Header.Set("Sec-CH-UA-Mobile", "?1")
	if got, want := route.HintsOf(q), (route.Hints{Platform: "macOS", PlatformVersion: "15.1.0", Mobile: true}); got != want {
		t.Errorf("%+v", got)
	}
	if route.AnswersDevice(q) {
		t.Error("a browser answers no device challenge")
	}
	q.Header.Set("x-ms-PKeyAuth", "1.0")
	if !route.AnswersDevice(q) || !route.AnswersDevice(httptest.NewRequest("GET", "/?device_challenge=1", nil)) {
		t.Error("a client that answers was not heard")
	}
	if route.CertificateOf(q) != nil {
		t.Error("a certificate without TLS")
	}
}
