package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/app"
	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/data"
)

func TestHealth(t *testing.T) {
	w := start(t, app.Options{}, func(c *config.Config) { c.Proxies = nil })
	b := w.browser()
	b.address = ""
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ok\n"} {
		if p := b.get(path); p.status != http.StatusOK || p.body != want {
			t.Errorf("%s: %d %q", path, p.status, p.body)
		}
	}
}

// TestMetrics counts a sign-in, and shows the numbers to those alone who may
// see them.
func TestMetrics(t *testing.T) {
	w := start(t, app.Options{})
	o := w.newOrg()
	o.authorize(w.browser()).password(o.ann.UserPrincipalName, "wrong").password2(rightPassword).code()
	near := w.browser()
	near.address = "127.0.0.1"
	body := near.get("/metrics").body
	for _, want := range []string{
		`sallyport_sign_ins_total{category="interactiveUser",code="0"} 1`,
		`sallyport_sign_ins_total{category="interactiveUser",code="50126"} 1`,
		`sallyport_http_requests_total{method="POST",route="/signin/{page}",status="303"} 3`,
		`sallyport_password_hashes_running 0`, `sallyport_password_hashes_waiting 0`,
		`sallyport_policy_sets_read_total 1`, `sallyport_store_up 1`, `sallyport_build_info{version="test"} 1`,
		`sallyport_store_transaction_failures_total 0`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("/metrics lacks %s:\n%s", want, lineOf(body, want))
		}
	}
	if strings.Contains(body, o.domain) || strings.Contains(body, string(o.client.AppID)) {
		t.Error("/metrics names a tenant or an app")
	}
	if p := w.browser().get("/metrics"); p.status != http.StatusNotFound {
		t.Errorf("/metrics answers %d to a stranger", p.status)
	}
	// Whatever methods and paths strangers send, the labels stay few.
	for _, path := range []string{"/a/b/c", "/nobody", "/signin/x/y"} {
		near.send("BREW", w.origin+path, nil)
	}
	if body := near.get("/metrics").body; strings.Contains(body, "BREW") || strings.Contains(body, "nobody") {
		t.Error("a stranger's words became labels")
	}
}

// password2 tries a password once more.
func (p *page) password2(password string) *page {
	p.b.w.Helper()
	return p.wants("password").post("password", password)
}

// lineOf returns the lines of the same metric, for failures.
func lineOf(body, want string) string {
	name, _, _ := strings.Cut(strings.NewReplacer("{", " ").Replace(want), " ")
	var lines []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, name) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestLogTellsNothingOfPeople looks for people and secrets in the log.
func TestLogTellsNothingOfPeople(t *testing.T) {
	for _, personal := range []bool{false, true} {
		w := start(t, app.Options{}, func(c *config.Config) { c.Log.Format, c.Log.Personal = "json", personal })
		o := w.newOrg()
		b := w.browser()
		code := o.authorize(b, "login_hint", o.ann.UserPrincipalName).wants("password").post("password", rightPassword).code()
		got := o.ok(o.redeem(b, code))
		o.refresh(b, got.text("refresh_token"))
		o.token(b, "grant_type", "refresh_token", "refresh_token", "made up")
		text := w.log.String()
		if !strings.Contains(text, `"route":"/{tenant}/oauth2/v2.0/token"`) {
			t.Fatalf("the requests are not in the log:\n%s", text)
		}
		for what, secret := range map[string]string{
			"the password": rightPassword, "a name": "ann@", "the code": code, "a refresh token": got.text("refresh_token"), "an access token": got.text("access_token"),
			"the client's secret": o.secret, "a hop": "hop=",
		} {
			if strings.Contains(text, secret) {
				t.Errorf("the log holds %s", what)
			}
		}
		if told := strings.Contains(text, office) && strings.Contains(text, "Chrome/142"); told != personal {
			t.Errorf("personal data in the log: %v, want %v", told, personal)
		}
	}
}

// TestGracefulStop ends a server while a request is under way.
func TestGracefulStop(t *testing.T) {
	c := config.Default()
	c.Listen, c.Data = "127.0.0.1:0", filepath.Join(t.TempDir(), "var")
	log := &lines{}
	server, err := app.Open(t.Context(), c, app.Options{}, app.Machine{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	// A request whose body is not complete yet.
	address := strings.TrimPrefix(server.Origin(), "http://")
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /nobody/oauth2/v2.0/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 12)
	if _, err := io.ReadFull(conn, first); err != nil || string(first) != "HTTP/1.1 100" {
		t.Fatalf("%q, %v", first, err) // the handler is reading
	}
	stop()
	if _, err := io.WriteString(conn, "client_id=ab"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "AADSTS90002") {
		t.Errorf("the request under way was answered %q, %v", answer, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if _, err := http.Get(server.Origin() + "/healthz"); err == nil {
		t.Error("it still answers")
	}
	if !strings.Contains(log.String(), "stopped") {
		t.Errorf("the log does not tell the end:\n%s", log.String())
	}
	if err := server.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

// TestAddressTaken leaves no trace where the address belongs to somebody else.
func TestAddressTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := config.Default()
	c.Listen, c.Data = taken.Addr().String(), filepath.Join(t.TempDir(), "var")
	if _, err := app.Open(t.Context(), c, app.Options{}, app.Machine{}); err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("got %v", err)
	}
	if _, err := data.OpenExisting(t.Context(), c.Data); err == nil {
		t.Error("a database was made")
	}
}

// TestBadParts starts with what cannot be used, and wants one clear line.
func TestBadParts(t *testing.T) {
	for name, change := range map[string]func(*config.Config){
		"no such file":         func(c *config.Config) { c.GeoIP = []string{"/nowhere/country.mmdb"} },
		"tls.key":              func(c *config.Config) { c.TLS = config.TLS{Mode: config.TLSFiles, Certificate: "a.crt"} },
		"server's certificate": func(c *config.Config) { c.TLS = config.TLS{Mode: config.TLSFiles, Certificate: "a.crt", Key: "a.key"} },
		"scheme and host":      func(c *config.Config) { c.Origin = "login.example" },
		"an https address":     func(c *config.Config) { c.Origin, c.TLS.Mode = "http://login.example", config.TLSLocal },
		"not a directory":      func(c *config.Config) { c.Data = "/dev/null/var" },
	} {
		c := config.Default()
		c.Listen, c.Data = "127.0.0.1:0", filepath.Join(t.TempDir(), "var")
		change(&c)
		_, err := app.Open(t.Context(), c, app.Options{}, app.Machine{})
		if err == nil || !regexp.MustCompile(name).MatchString(err.Error()) {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %v", name, err)
		}
	}
}

// TestHeaderSpoofing sends what only a trusted proxy may.
func TestHeaderSpoofing(t *testing.T) {
	w := start(t, app.Options{}, func(c *config.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.9.9.9/32")} })
	o := w.newOrg()
	o.authorize(w.browser()).password(o.ann.UserPrincipalName, rightPassword).code()
	for _, r := range o.records() {
		if r.IPAddress != "127.0.0.1" {
			t.Errorf("the record has the address %q", r.IPAddress)
		}
	}
}

// TestUnknownPlace shows that an address which no database knows is unknown,
// and what policies make of that: a block of all countries but some holds.
func TestUnknownPlace(t *testing.T) {
	w := start(t, app.Options{}, func(c *config.Config) { c.GeoIP = nil })
	o := w.newOrg()
	allowed := o.countries(`"IT"`)
	o.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["`+allowed+`"]}`, block)
	o.authorize(w.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows("53003")
	o.recorded(53003)
}

// TestTend drops what is over, when the time has come.
func TestTend(t *testing.T) {
	w := start(t, app.Options{}, func(c *config.Config) { c.SignIns.Keep = 30 * 24 * time.Hour })
	o := w.newOrg()
	b, got := o.signIn()
	w.must(w.server.Tend(t.Context()))
	if len(o.records()) != 2 {
		t.Errorf("%d records, want two", len(o.records()))
	}
	o.ok(o.refresh(b, got.text("refresh_token")))
	keys := func() string { return w.browser().get("/" + o.domain + "/discovery/v2.0/keys").body }
	before := keys()
	w.pass(89*24*time.Hour + time.Hour) // a day before the next signing key
	w.must(w.server.Tend(t.Context()))
	if len(o.records()) != 0 {
		t.Errorf("%d records are older than what is kept", len(o.records()))
	}
	if after := keys(); strings.Count(after, `"kid"`) != 2 || strings.Count(before, `"kid"`) != 1 {
		t.Errorf("the next key is not published:\n%s", after)
	}
	fresh := w.browser()
	o.ok(o.redeem(fresh, o.authorize(fresh).password(o.ann.UserPrincipalName, rightPassword).code()))
}

// TestFlood lets many more guess at once than may, and shows that who is let in
// already is still served.
func TestFlood(t *testing.T) {
	w := start(t, app.Options{}, func(c *config.Config) { c.Passwords = config.Passwords{Parallel: 1, Waiting: 2} })
	o := w.newOrg()
	b, got := o.signIn()
	const guesses = 16
	status := make(chan int, guesses)
	for range guesses {
		p := o.authorize(w.browser()).wants("account").post("name", "nobody@"+o.domain).wants("password")
		go func() {
			answer, err := p.b.client.PostForm(p.url.String(), url.Values{"hop": {hopField.FindStringSubmatch(p.body)[1]}, "password": {"guess"}})
			if err != nil {
				status <- 0
				return
			}
			_ = answer.Body.Close()
			status <- answer.StatusCode
		}()
	}
	o.ok(o.refresh(b, got.text("refresh_token")))
	turned := 0
	for range guesses {
		switch s := <-status; s {
		case http.StatusServiceUnavailable:
			turned++
		case http.StatusSeeOther:
		default:
			t.Errorf("a guess was answered %d", s)
		}
	}
	if turned == 0 {
		t.Skip("this machine hashes faster than it takes requests")
	}
}
