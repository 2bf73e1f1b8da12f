package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app"
	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/demo"
	"github.com/sallyport-id/sallyport/internal/lint"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// startDemo runs a demo as a newcomer does.
func startDemo(t *testing.T) *world {
	t.Helper()
	return start(t, app.Options{Demo: true}, func(c *config.Config) { c.Listen, c.Proxies, c.GeoIP = "localhost:0", nil, nil })
}

// contoso is the demo's tenant.
func (w *world) contoso() *org {
	w.Helper()
	tenant, err := w.d.Tenants.ByName(w.Context(), demo.Domain)
	w.must(err)
	return &org{world: w, tenant: tenant, domain: demo.Domain}
}

// as lets a browser pretend.
func (b *browser) as(g demo.Guise) *browser {
	b.w.Helper()
	at, err := url.Parse(b.w.origin)
	b.w.must(err)
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: demo.Cookie, Value: g.String(), Path: "/"}})
	return b
}

// open opens one of the sample apps as somebody who types name and password.
func (b *browser) open(app, name string) *page {
	b.w.Helper()
	if !strings.Contains(name, "@") {
		name += "@" + demo.Domain
	}
	p := b.get("/demo/start/" + app)
	if app == "tv" {
		tv := b.get("/demo/tv").shows("enter this code")
		p = tv.b.send(http.MethodPost, b.w.origin+"/demo/tv", url.Values{})
	}
	return p.password(name, demo.Password)
}

// authenticator reads the code that the demo shows for somebody.
func (b *browser) authenticator(name string) string {
	b.w.Helper()
	shown := regexp.MustCompile(name + `@[^<]*</code></th><td class="code">(\d{6})<`).FindStringSubmatch(b.get("/demo/authenticator").body)
	if shown == nil {
		b.w.Fatalf("the authenticator shows no code for %s", name)
	}
	return shown[1]
}

// in goes on to the app, past the question whether to stay signed in.
func (p *page) in(app string) *page {
	p.b.w.Helper()
	if p.name() == "keep-signed-in" {
		p = p.post("action", "decline")
	}
	if p.url.Path != "/demo/visit" || !strings.Contains(p.body, "You are in "+app) {
		p.b.w.Fatalf("the browser is at %s (status %d), want it in %s:\n%s", p.url.Path, p.status, app, excerpt(p.body))
	}
	return p
}

// TestDemoRefusals meets 53003 by each kind of condition, and shows that the
// same person gets in where the condition does not hold.
func TestDemoRefusals(t *testing.T) {
	w := startDemo(t)
	tests := []struct {
		by, app, who string
		guise        demo.Guise
		seen         string // on the refusal page
		app2         string
		otherwise    demo.Guise
		in           string
	}{
		{"location", "portal", "alice", demo.Guise{Place: "sydney"}, "198.51.100.200", "portal", demo.Guise{Place: "osaka"}, "Portal"},
		{"no country", "portal", "alice", demo.Guise{Place: "sea"}, "192.0.2.10", "portal", demo.Guise{Place: "milan"}, "Portal"},
		{"device", "payroll", "alice", demo.Guise{}, "", "payroll", demo.Guise{Device: "laptop"}, "Payroll"},
		{"device not compliant", "payroll", "alice", demo.Guise{Device: "old"}, "", "payroll", demo.Guise{Device: "laptop"}, "Payroll"},
		{"client", "desktop", "dana", demo.Guise{}, "", "portal", demo.Guise{}, "Portal"},
		{"platform", "portal", "erik", demo.Guise{Platform: "ios"}, "iOS", "portal", demo.Guise{Platform: "windows"}, "Portal"},
		{"risk", "portal", "alice", demo.Guise{Place: "tor"}, "", "portal", demo.Guise{Place: "osaka"}, "Portal"},
		{"flow", "tv", "alice", demo.Guise{}, "", "portal", demo.Guise{}, "Portal"},
	}
	for _, tt := range tests {
		t.Run(tt.by, func(t *testing.T) {
			mine := *w
			mine.T = t
			mine.pass(24 * time.Hour) // or the way from one test's place to the next is an impossible journey
			p := mine.browser().as(tt.guise).open(tt.app, tt.who).wants("refusal").shows("53003").shows(tt.seen)
			mine.contoso().recorded(53003)
			if p.status != http.StatusForbidden {
				t.Errorf("status %d", p.status)
			}
			mine.browser().as(tt.otherwise).open(tt.app2, tt.who).in(tt.in)
		})
	}
}

// TestDemoFates signs everybody of the guide in.
func TestDemoFates(t *testing.T) {
	w := startDemo(t)
	tests := []struct {
		who, app string
		guise    demo.Guise
		meet     func(*page)
		codes    []result.Code
	}{
		{"alice", "portal", demo.Guise{}, func(p *page) { p.in("Portal").shows("Files.Read") }, []result.Code{50140, 0, 0}},
		{"ada", "portal", demo.Guise{}, func(p *page) { p.wants("enrol") }, []result.Code{50072}},
		{"fumiko", "portal", demo.Guise{}, func(p *page) {
			p.wants("code").post("code", p.b.authenticator("fumiko")).in("Portal")
		}, []result.Code{50074, 50140, 0, 0}},
		{"nadia", "board", demo.Guise{}, func(p *page) { p.wants("refusal").shows("50105") }, []result.Code{50105}},
		{"carol", "portal", demo.Guise{}, func(p *page) { p.wants("change-password") }, []result.Code{50055}},
		{"ben", "portal", demo.Guise{}, func(p *page) { p.wants("refusal").shows("50057") }, []result.Code{50057}},
		{"ivy", "portal", demo.Guise{}, func(p *page) {
			const fresh = "Another-Sesame-2"
			p.wants("code").post("code", p.b.authenticator("ivy")).wants("change-password").
				post("password", demo.Password, "new-password", fresh, "repeated", fresh).in("Portal")
			// Her risk is remediated.
			p.b.w.browser().get("/demo/start/portal").password("ivy@"+demo.Domain, fresh).in("Portal")
		}, []result.Code{0, 0}},
		{"break.glass", "vault", demo.Guise{Place: "tor"}, func(p *page) { p.in("Vault") }, []result.Code{0, 0}},
		{"hugo@fabrikam.example", "portal", demo.Guise{}, func(p *page) { p.in("Portal") }, []result.Code{0, 0}},
		{"greta@fabrikam.example", "portal", demo.Guise{}, func(p *page) { p.wants("refusal").shows("50020") }, []result.Code{50020}},
		{"alice", "vault", demo.Guise{}, func(p *page) { p.wants("refusal").shows("530003") }, []result.Code{530003}},
		{"alice", "vault", demo.Guise{Device: "old"}, func(p *page) { p.wants("refusal").shows("53000") }, []result.Code{53000}},
		{"alice", "vault", demo.Guise{Device: "lost"}, func(p *page) { p.wants("refusal").shows("50155") }, []result.Code{50155}},
		{"alice", "vault", demo.Guise{Device: "ghost"}, func(p *page) { p.wants("refusal").shows("700003") }, []result.Code{700003}},
		{"alice", "vault", demo.Guise{Device: "laptop"}, func(p *page) { p.in("Vault") }, []result.Code{0, 0}},
	}
	met := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.who+" "+tt.app+" "+tt.guise.String(), func(t *testing.T) {
			mine := *w
			mine.T = t
			tt.meet(mine.browser().as(tt.guise).open(tt.app, tt.who))
			mine.contoso().recorded(tt.codes...)
		})
		met[strings.TrimSuffix(tt.who, "@"+demo.Domain)] = true
	}
	for _, p := range w.server.Guide().People {
		name := strings.TrimSuffix(p.Name, "@"+demo.Domain)
		if !met[name] && name != "dana" && name != "erik" { // whom TestDemoRefusals meets
			t.Errorf("nobody meets the fate of %s: %s", p.Name, p.Fate)
		}
	}
}

// TestDemoWalk goes the way of the README: in, refreshed, refused elsewhere,
// silently, more permissions, out.
func TestDemoWalk(t *testing.T) {
	w := startDemo(t)
	b := w.browser()
	b.get("/").shows("What would you like to try?").shows(demo.Password).shows("alice@contoso.example").shows("D02 ")
	p := b.open("portal", "alice").in("Portal").shows("preferred_username").shows("alice@contoso.example")
	refresh := func(p *page) *page { return p.b.send(http.MethodPost, w.origin+"/demo/refresh", url.Values{}) }
	refresh(p).in("Portal")
	// Each refresh decides again.
	b.as(demo.Guise{Place: "sydney"})
	refresh(p).shows("Portal was refused").shows("message_only").shows("AADSTS53003").shows("capolids")
	b.as(demo.Guise{})
	refresh(p).in("Portal")
	b.get("/demo/start/portal?prompt=none").in("Portal")
	b.get("/demo/start/portal?more=1").wants("consent").post("action", "decline").shows("Portal was refused").shows("access_denied")
	b.get("/demo/start/portal?more=1").wants("consent").post("action", "accept").in("Portal").shows("Files.ReadWrite")
	p = b.send(http.MethodPost, w.origin+"/demo/forget", url.Values{})
	p.shows("You are signed out")
	b.get("/demo/start/portal?prompt=none").shows("login_required")
	// The tokens live on after a sign-out; the page has forgotten them.
	b.get("/demo/visit").shows("login_required")
}

// TestDemoImpossibleTravel lets Alice be in Milan and a minute later in Osaka.
func TestDemoImpossibleTravel(t *testing.T) {
	w := startDemo(t)
	w.browser().as(demo.Guise{Place: "milan"}).open("portal", "alice").in("Portal")
	w.pass(time.Minute)
	w.browser().as(demo.Guise{Place: "osaka"}).open("portal", "alice").wants("refusal").shows("53003")
	w.pass(24 * time.Hour)
	w.browser().as(demo.Guise{Place: "osaka"}).open("portal", "alice").in("Portal")
}

// TestDemoIsKept starts a demo twice on the same data, on another port.
func TestDemoIsKept(t *testing.T) {
	w := startDemo(t)
	w.browser().open("portal", "alice").in("Portal")
	o := w.contoso()
	policies := func() int {
		list, err := o.d.PolicySets.PolicySet(o.Context(), o.tenant.ID)
		o.must(err)
		return len(list.Policies)
	}
	if policies() != 10 {
		t.Errorf("%d policies, want ten", policies())
	}
	c := config.Default()
	c.Listen, c.Data = "localhost:0", filepath.Join(w.dir, "var")
	again := &world{T: t, clock: w.clock, dir: w.dir, log: &lines{}, db: w.db, d: w.d}
	again.run(c, app.Options{Demo: true})
	again.browser().open("portal", "alice").in("Portal")
	again.browser().as(demo.Guise{Device: "laptop"}).open("vault", "alice").in("Vault")
}

// TestNoDemo shows that nobody can pretend where there is no demo.
func TestNoDemo(t *testing.T) {
	w := start(t, app.Options{})
	o := w.newOrg()
	allowed := o.countries(`"IT"`)
	o.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["`+allowed+`"]}`, block)
	b := o.browser().as(demo.Guise{Place: "milan", Platform: "ios", Device: "laptop"})
	b.address = osaka
	o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows(osaka)
	o.recorded(53003)
	for _, path := range []string{"/demo", "/demo/authenticator", "/demo/start/portal", "/"} {
		if p := b.get(path); p.status != http.StatusNotFound {
			t.Errorf("%s: status %d without a demo", path, p.status)
		}
	}
}

// TestDemoOnLoopbackOnly refuses to show known passwords to a network.
func TestDemoOnLoopbackOnly(t *testing.T) {
	for _, listen := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		c := config.Default()
		c.Listen, c.Data = listen, t.TempDir()
		s, err := app.Open(t.Context(), c, app.Options{Demo: true}, app.Machine{})
		if err == nil {
			t.Errorf("%s: a demo listens", listen)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), "loopback") {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

// TestDemoSpoofing sends what only a trusted proxy may, and guises that are not
// in the lists.
func TestDemoSpoofing(t *testing.T) {
	w := startDemo(t)
	b := w.browser() // sends X-Forwarded-For: office
	b.address = "198.51.100.200"
	b.open("portal", "alice").in("Portal")
	for _, r := range w.contoso().records() {
		if r.IPAddress != "127.0.0.1" && r.IPAddress != "::1" {
			t.Errorf("the record has the address %s", r.IPAddress)
		}
	}
	made := w.browser().as(demo.Guise{Place: "203.0.113.99", Device: "mine", Platform: "x\r\nEvil: 1"})
	made.open("portal", "alice").in("Portal")
}

// TestDemoPolicies lints the demo's tenant: nothing in it is wrong, and its
// emergency account is what keeps it from a lock-out.
func TestDemoPolicies(t *testing.T) {
	read, err := snapshot.Read([]string{"demo/tenant"}, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Policies) != 10 {
		t.Errorf("%d policies, want ten", len(read.Policies))
	}
	for _, f := range lint.Run(lint.FromSnapshot(read)) {
		if f.Severity == lint.Error || f.Rule == "lock-out" || f.Rule == "no-emergency-access" {
			t.Errorf("%s: %s", f.Rule, f.Message)
		}
	}
}

// TestDemoExport reads what the demo recorded as other programs would.
func TestDemoExport(t *testing.T) {
	w := startDemo(t)
	w.browser().as(demo.Guise{Place: "sydney"}).open("portal", "alice").wants("refusal")
	var b bytes.Buffer
	for _, r := range w.contoso().records() {
		line, err := json.Marshal(r)
		w.must(err)
		b.Write(append(line, '\n'))
	}
	last := w.contoso().records()
	r := last[len(last)-1]
	if len(r.AppliedPolicies) != 10 || r.ConditionalAccessStatus != "failure" {
		t.Errorf("the record lists %d policies and says %s", len(r.AppliedPolicies), r.ConditionalAccessStatus)
	}
	for _, p := range r.AppliedPolicies {
		if blocks := strings.HasPrefix(p.DisplayName, "D02"); blocks != signinlog.Is(p.Result, access.ResultFailure) {
			t.Errorf("%s: %s", p.DisplayName, p.Result.Value)
		}
	}
	if !strings.Contains(b.String(), `"country":"AU"`) {
		t.Errorf("the inputs do not tell the country:\n%s", b.String())
	}
}

// TestDeviceByTLS proves a device by the certificate that the demo wrote, over
// the https of the server's own authority.
func TestDeviceByTLS(t *testing.T) {
	w := start(t, app.Options{Demo: true}, func(c *config.Config) {
		c.Listen, c.Proxies, c.GeoIP, c.TLS.Mode = "localhost:0", nil, nil, config.TLSLocal
	})
	if !strings.HasPrefix(w.origin, "https://localhost:") {
		t.Fatalf("origin %s", w.origin)
	}
	b := w.tlsBrowser("")
	b.open("vault", "alice").wants("refusal").shows("530003")
	w.tlsBrowser("laptop").open("vault", "alice").in("Vault")
	w.contoso().recorded(0, 0)
	w.tlsBrowser("ghost").open("vault", "alice").wants("refusal").shows("700003")
	if p := b.get("/healthz"); p.header.Get("Strict-Transport-Security") != "" {
		t.Error("localhost is told to be https for ever")
	}
}

// ready waits until the server answers; it listens before it serves, so that
// this is for what is wrong only.
func (w *world) ready() {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, w.origin+"/readyz", nil)
	w.must(err)
	answer, err := http.DefaultClient.Do(q)
	w.must(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		w.Fatalf("/readyz answers %d", answer.StatusCode)
	}
}

// TestDataFolder shows that only its owner can read what a server keeps.
func TestDataFolder(t *testing.T) {
	w := startDemo(t)
	w.ready()
	err := filepath.Walk(filepath.Join(w.dir, "var"), func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		open := info.Mode().Perm() & 0o077
		if public := strings.HasSuffix(path, ".crt"); open != 0 && !public {
			return fmt.Errorf("%s: mode %v", path, info.Mode())
		}
		return nil
	})
	w.must(err)
}
