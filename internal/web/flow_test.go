package web_test

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/web"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

const password = "correct horse 7 battery"

// world is a server with the real pipeline, one person and one app, whose
// clock only the test moves. The app lives at another origin, as apps do.
type world struct {
	*testing.T
	d      directory.Directory
	p      *signin.Pipeline
	router *route.Router
	tenant directory.Tenant
	ann    directory.User
	app    directory.Application
	origin string

	mu  sync.Mutex
	now time.Time
}

// everywhere is a Places that knows one place.
type everywhere struct{ risk.Place }

func (e everywhere) Look(netip.Addr) (risk.Place, error) { return e.Place, nil }

// nowhere keeps no records: other tests look at them.
type nowhere struct{}

func (nowhere) Append(context.Context, ...*signinlog.Record) error { return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, now: storetest.Now}
	db := storetest.Open(t)
	w.d = db.Directory()
	arrived := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) {
		_, _ = rw.Write([]byte("<!doctype html><title>Shop</title><p id=arrived>" + q.URL.Query().Get("as") + "</p>"))
	}))
	t.Cleanup(arrived.Close)
	w.origin = listenAt(t, func(origin string) http.Handler {
		passwords, err := factor.NewPasswords(factor.Limits{Parallel: 2}, rand.Reader)
		w.must(err)
		passkeys, err := factor.NewPasskeys("localhost", "Contoso", []string{origin}, rand.Reader)
		w.must(err)
		w.p, err = signin.New(signin.Parts{
			Directory: w.d, Sessions: db.Sessions(), Attempts: store.ShelfOf[signin.Attempt](db, "attempt"),
			Histories: store.ShelfOf[risk.History](db, "risk"), Crowds: store.ShelfOf[risk.Crowd](db, "risk-address"),
			Proofs: store.ShelfOf[signin.Used](db, "device-proof"), Log: nowhere{}, Transact: db.Transaction,
			Passwords: passwords, Passkeys: passkeys, Places: everywhere{risk.Place{Country: "JP", CountryKnown: true, AnonymousKnown: true}},
			HopKey: make([]byte, 32), Issuer: origin, EngineVersion: "test", Now: w.clock,
		})
		w.must(err)
		front, err := web.New(web.Parts{Pipeline: w.p})
		w.must(err)
		w.router, err = route.New(route.Options{Origin: origin, Now: w.clock, Fail: front.Fail})
		w.must(err)
		front.Mount(w.router)
		w.mountApp(arrived.URL)
		w.people(db, passwords, arrived.URL)
		return w.router
	})
	return w
}

func (w *world) people(db *store.DB, passwords *factor.Passwords, app string) {
	w.Helper()
	w.tenant = storetest.Tenant(w, db, "contoso.example")
	w.ann = storetest.User(w, db, w.tenant, "ann")
	hash, err := passwords.Hash(w.Context(), password)
	w.must(err)
	w.must(w.d.Credentials.UpdateCredentials(w.Context(), storetest.Change(), w.tenant.ID, w.ann.ID, func(u *directory.User, c *directory.UserCredentials) error {
		factor.SetPassword(u, c, hash, w.now.Add(-24*time.Hour), false)
		return nil
	}))
	w.app, _ = storetest.App(w, db, w.tenant, "shop")
	w.app, err = w.d.Applications.Update(w.Context(), storetest.Change(), w.tenant.ID, w.app.ID, func(a *directory.Application) error {
		a.Redirects = directory.RedirectURIs{Web: []string{app + "/callback"}}
		return nil
	})
	w.must(err)
}

// mountApp stands in for the front that began: /begin asks for a sign-in, and
// /resume sends the browser on to the app.
func (w *world) mountApp(app string) {
	caller := func(q *http.Request) signin.Caller {
		return signin.Caller{
			Address: netip.MustParseAddr("203.0.113.25"), UserAgent: q.UserAgent(), RequestID: route.Of(q).ID,
			Session: w.router.Cookie(q, route.SessionCookie), Browser: w.router.Cookie(q, route.BrowserCookie),
		}
	}
	answer := func(rw http.ResponseWriter, q *http.Request, a signin.Answer, err error) {
		if err != nil {
			w.Errorf("%s: %v", q.URL.Path, err)
			return
		}
		if c := a.Cookies.Browser; c != nil {
			w.router.SetCookie(rw, route.BrowserCookie, c.Value, c.Expires)
		}
		if c := a.Cookies.Session; c != nil {
			w.router.SetCookie(rw, route.SessionCookie, c.Value, c.Expires)
		}
		switch {
		case a.Step != nil:
			http.Redirect(rw, q, a.Step.Path(), http.StatusSeeOther)
		case a.Grant != nil:
			if err := a.Grant.Commit(q.Context(), signin.Issued{TokenID: "uti"}, func(context.Context) error { return nil }); err != nil {
				w.Errorf("commit: %v", err)
			}
			http.Redirect(rw, q, app+"/callback?as="+a.Grant.User.DisplayName, http.StatusSeeOther)
		case a.Refusal != nil:
			http.Redirect(rw, q, app+"/callback?as=refused-"+a.Refusal.Code.String(), http.StatusSeeOther)
		}
	}
	w.router.Handle("GET /begin", route.Rules{}, func(rw http.ResponseWriter, q *http.Request) {
		r := signin.Request{
			Tenant: "contoso.example", Protocol: signin.AuthorizationCodePKCE, Client: string(w.app.AppID), RedirectURI: app + "/callback",
			Scopes: []string{"openid"}, State: json.RawMessage(`{}`), Return: "/resume",
		}
		a, err := w.p.Begin(q.Context(), caller(q), r)
		answer(rw, q, a, err)
	})
	w.router.Handle("GET /resume", route.Rules{}, func(rw http.ResponseWriter, q *http.Request) {
		a, err := w.p.Finish(q.Context(), caller(q), q.URL.Query().Get("hop"))
		answer(rw, q, a, err)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// policy keeps a policy for everyone and all apps, and returns how to end it.
func (w *world) policy(conditions, grant string) (end func()) {
	w.Helper()
	doc := directory.Document{
		Kind: directory.PolicyDocument, ID: storetest.ID(), TenantID: w.tenant.ID, DisplayName: "rule", State: "enabled", Created: w.now,
	}
	doc.JSON = json.RawMessage(`{"id":"` + doc.ID + `","displayName":"rule","state":"enabled","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}` +
		conditions + `},"grantControls":` + grant + `}`)
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &doc))
	return func() {
		w.Helper()
		w.must(w.d.Policies.Delete(w.Context(), storetest.Change(), w.tenant.ID, access.PolicyID(doc.ID)))
	}
}

// signIn types name and password on the pages.
func (b *tab) signIn(w *world) {
	b.Helper()
	b.do(chromedp.Navigate(w.origin+"/begin"),
		chromedp.SendKeys(chromedp.CSS("#name"), "ann@contoso.example"), chromedp.Click(chromedp.CSS(".primary")),
		chromedp.SendKeys(chromedp.CSS("#password"), password), chromedp.Click(chromedp.CSS(".primary")))
}

// arrive waits for the app to have the answer, answering "stay signed in?".
func (b *tab) arrive(as string) {
	b.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(`#arrived, button[value="accept"]`)))
	if ask[bool](b, `!document.querySelector("#arrived")`) {
		b.keep("flow-keep-signed-in")
		b.do(chromedp.Click(chromedp.CSS(`button[value="accept"]`)), chromedp.WaitVisible(chromedp.CSS("#arrived")))
	}
	if got := ask[string](b, `document.querySelector("#arrived").textContent`); got != as {
		b.Fatalf("the app was told %q; %q is expected", got, as)
	}
}

// TestFlowPassword signs in, answers the last question, and comes back without
// being asked.
func TestFlowPassword(t *testing.T) {
	b, w := openTab(t), newWorld(t)
	b.do(chromedp.Navigate(w.origin+"/begin"), chromedp.SendKeys(chromedp.CSS("#name"), "ann@contoso.example"), chromedp.Click(chromedp.CSS(".primary")),
		chromedp.SendKeys(chromedp.CSS("#password"), "wrong"), chromedp.Click(chromedp.CSS(".primary")), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	if said := ask[string](b, `document.querySelector("[role=alert]").textContent`); !strings.Contains(said, result.InvalidUserNameOrPassword.String()) {
		t.Errorf("after a wrong password the page says %q", said)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#password"), password), chromedp.Click(chromedp.CSS(".primary")))
	b.arrive("ann")
	b.do(chromedp.Navigate(w.origin + "/begin"))
	b.arrive("ann")
}

// TestFlowSameForEveryName: the pages of a name that nobody has are those of a
// name with a wrong password.
func TestFlowSameForEveryName(t *testing.T) {
	w := newWorld(t)
	var seen []string
	for _, name := range []string{"ann@contoso.example", "nobody@contoso.example"} {
		b := openTab(t)
		b.do(chromedp.Navigate(w.origin+"/begin"), chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.Click(chromedp.CSS(".primary")), chromedp.WaitVisible(chromedp.CSS("#password")))
		text := ask[string](b, `document.querySelector("main").innerHTML`)
		b.do(chromedp.SendKeys(chromedp.CSS("#password"), "wrong"), chromedp.Click(chromedp.CSS(".primary")), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
		text += ask[string](b, `document.querySelector("main").innerHTML`)
		hop := ask[string](b, `document.querySelector("[name=hop]").value`)
		text = strings.ReplaceAll(strings.ReplaceAll(text, hop, ""), name, "")
		seen = append(seen, hops.ReplaceAllString(text, ""))
	}
	if seen[0] != seen[1] {
		t.Errorf("the pages tell who exists:\n%s\n\n%s", seen[0], seen[1])
	}
}

// TestFlowAuthenticator sets an authenticator app up because a policy asks for
// it, and answers its challenge the next time.
func TestFlowAuthenticator(t *testing.T) {
	w := newWorld(t)
	w.policy("", `{"operator":"OR","builtInControls":["mfa"]}`)
	b := openTab(t)
	b.signIn(w)
	b.do(chromedp.WaitVisible(chromedp.CSS(`button[value="enrol-code"]`)))
	b.keep("flow-enrol")
	b.do(chromedp.Click(chromedp.CSS(`button[value="enrol-code"]`)), chromedp.WaitVisible(chromedp.CSS(".qr img")))
	if !ask[bool](b, `document.querySelector(".qr img").naturalWidth > 100`) {
		t.Error("the QR code is not shown")
	}
	b.keep("flow-enrol-code")
	secret := readSecret(t, ask[string](b, `document.querySelector("#secret").textContent`))
	b.do(chromedp.SendKeys(chromedp.CSS("#code"), spaced(totp(t, w, secret))), chromedp.Click(chromedp.CSS(".primary")))
	b.arrive("ann")

	w.pass(time.Minute)
	b = openTab(t)
	b.signIn(w)
	b.do(chromedp.SendKeys(chromedp.CSS("#code"), "000000"), chromedp.Click(chromedp.CSS(".primary")), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	b.keep("flow-code-wrong")
	b.do(chromedp.SendKeys(chromedp.CSS("#code"), totp(t, w, secret)), chromedp.Click(chromedp.CSS(".primary")))
	b.arrive("ann")
}

// TestFlowPasskey makes a passkey because a policy asks for a second factor,
// and signs in with nothing else the next time.
func TestFlowPasskey(t *testing.T) {
	w := newWorld(t)
	w.policy("", `{"operator":"OR","builtInControls":["mfa"]}`)
	b := openTab(t)
	_, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{})
	w.must(err)
	device, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	w.must(err)
	b.signIn(w)
	b.do(chromedp.Click(chromedp.CSS(`button[value="enrol-passkey"]`)), chromedp.WaitVisible(chromedp.CSS("[data-passkey] .primary")))
	b.keep("flow-enrol-passkey")
	// Whose finger or face is not known gets a passkey that nobody accepts:
	// the page says so and can be used again.
	verify(b, w, device.AuthenticatorID, false)
	b.do(chromedp.Click(chromedp.CSS("[data-passkey] .primary")), chromedp.WaitVisible(chromedp.CSS("[data-passkey] [role=alert]")))
	b.keep("flow-passkey-cancelled")
	verify(b, w, device.AuthenticatorID, true)
	b.do(chromedp.SendKeys(chromedp.CSS("#label"), "laptop"), chromedp.Click(chromedp.CSS("[data-passkey] .primary")))
	b.arrive("ann")

	w.pass(time.Minute)
	_, err = chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	w.must(err)
	// A browser that offers no passkeys beside the name: there is a button.
	script, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `PublicKeyCredential.isConditionalMediationAvailable = async () => false`,
	})
	w.must(err)
	b.do(chromedp.Navigate(w.origin+"/begin"), chromedp.WaitVisible(chromedp.CSS("[data-passkey] button")))
	b.keep("flow-passkey-account")
	b.do(chromedp.Click(chromedp.CSS("[data-passkey] button")))
	b.arrive("ann")

	// One that does: the authenticator takes the offer, and nothing is pressed.
	w.pass(time.Minute)
	_, err = chromedp.Call(b.ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams(script))
	w.must(err)
	_, err = chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	w.must(err)
	b.do(chromedp.Navigate(w.origin + "/begin"))
	b.arrive("ann")
}

// TestFlowRefusal meets the second door: the page says what was seen, trying
// again runs the rules again, and another account can be used.
func TestFlowRefusal(t *testing.T) {
	w := newWorld(t)
	location := directory.Document{
		Kind: directory.LocationDocument, ID: storetest.ID(), TenantID: w.tenant.ID, DisplayName: "Office", Created: w.now,
	}
	location.JSON = json.RawMessage(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"` + location.ID + `","displayName":"Office","isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"198.51.100.0/24"}]}`)
	w.must(w.d.Locations.Create(w.Context(), storetest.Change(), &location))
	end := w.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`, `{"operator":"OR","builtInControls":["block"]}`)
	b := openTab(t)
	b.look(1280, 860, "light")
	b.signIn(w)
	b.do(chromedp.WaitVisible(chromedp.CSS("pre.reference")))
	text := ask[string](b, `document.querySelector("main").innerText`)
	for _, wanted := range []string{"53003", "Japan", "office", "ann@contoso.example"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("the refusal does not say %q:\n%s", wanted, text)
		}
	}
	if strings.Contains(text, "198.51.100") || strings.Contains(text, "Office") {
		t.Errorf("the refusal tells what the rule holds:\n%s", text)
	}
	b.keep("flow-refusal")
	b.do(chromedp.Click(chromedp.CSS(`.languages a[hreflang=it]`)), chromedp.WaitVisible(chromedp.CSS("html[lang=it] pre.reference")))
	if text := ask[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "Giappone") {
		t.Errorf("the page in Italian does not say Giappone:\n%s", text)
	}
	b.keep("flow-refusal-it")
	end()
	b.do(chromedp.Click(chromedp.CSS(`button[value="retry"]`)))
	b.arrive("ann")
}

// TestFlowOtherAccount: who is somebody else starts again with a name.
func TestFlowOtherAccount(t *testing.T) {
	w := newWorld(t)
	w.policy(`,"clientAppTypes":["browser"]`, `{"operator":"OR","builtInControls":["block"]}`)
	b := openTab(t)
	b.signIn(w)
	b.do(chromedp.Click(chromedp.CSS(`.acts button[value="other"]`)), chromedp.WaitVisible(chromedp.CSS("#name")))
	b.keep("flow-other-account")
}

// verify sets whether an authenticator knows whose finger or face it sees.
func verify(b *tab, w *world, id webauthn.AuthenticatorID, verified bool) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: verified})
	w.must(err)
}

// hops are what differs between two pages by nature.
var hops = regexp.MustCompile(`name="hop" value="[^"]*"`)

// readSecret reads an authenticator's secret as the page shows it.
func readSecret(t *testing.T, text string) []byte {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatalf("the page shows the secret %q: %v", text, err)
	}
	return secret
}

// totp is what an authenticator app shows now.
func totp(t *testing.T, w *world, secret []byte) string {
	t.Helper()
	code, err := factor.TOTPCode(secret, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// spaced writes a code as apps show it.
func spaced(code string) string { return code[:3] + " " + code[3:] }
