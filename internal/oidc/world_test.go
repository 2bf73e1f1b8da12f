package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/oidc"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// world is a server with the front, reached by HTTP, and a clock that only the
// test moves.
type world struct {
	testing.TB
	db     *store.DB
	d      directory.Directory
	p      *signin.Pipeline
	tokens *token.Issuer
	server *httptest.Server
	origin string

	mu  sync.Mutex
	now time.Time

	tenant    directory.Tenant
	ann       directory.User // has a password, nothing else
	web       directory.Application
	secret    string                     // of web
	spa       directory.Application      // redirects to https://spa.example/
	native    directory.Application      // redirects to http://localhost
	api       directory.Application      // api://orders: read, admin; version 1 tokens
	other     directory.Application      // api://stock: read; version 2 tokens
	serviceSP directory.ServicePrincipal // of web
}

const (
	password = "correct horse 7 battery"
	home     = "203.0.113.7"
	abroad   = "198.51.100.9"
	agent    = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"

	webRedirect    = "https://shop.example/callback"
	spaRedirect    = "https://spa.example/"
	spaOrigin      = "https://spa.example"
	nativeRedirect = "http://localhost"
)

// records is the adapter between the pipeline's records and the store's.
type records struct{ db *store.DB }

func (l records) Append(ctx context.Context, list ...*signinlog.Record) error {
	rows := make([]store.SignIn, len(list))
	for i, r := range list {
		payload, err := json.Marshal(r)
		if err != nil {
			return err
		}
		rows[i] = store.SignIn{
			TenantID: access.TenantID(r.TenantID), Time: r.Time, UserID: access.UserID(r.UserID), AppID: access.AppID(r.AppID), RequestID: r.ID,
			CorrelationID: r.CorrelationID, Code: int(r.Status.ErrorCode.Value), Category: r.SignInEventTypes[0], Payload: payload,
		}
	}
	return l.db.SignIns().Append(ctx, rows...)
}

// options change a world before it starts.
type options struct {
	tls     bool
	proxies []netip.Prefix // nil: the test itself
	router  func(*route.Options)
}

// hashed spares the tests a hash for each person: they all have one password.
var hashed = sync.OnceValues(func() (string, error) {
	passwords, err := factor.NewPasswords(factor.Limits{Parallel: 2}, rand.Reader)
	if err != nil {
		return "", err
	}
	return passwords.Hash(context.Background(), password)
})

// keyShelf holds one signing key for all worlds, which spares making others.
var firstKey = sync.OnceValues(func() (token.StoredKey, error) {
	shelf := &memoryKeys{}
	if _, err := token.OpenKeys(context.Background(), shelf, token.Rotation{}, nil, storetest.Now); err != nil {
		return token.StoredKey{}, err
	}
	return shelf.keys[0], nil
})

type memoryKeys struct{ keys []token.StoredKey }

func (m *memoryKeys) Create(_ context.Context, _ string, _ time.Time, k token.StoredKey) error {
	m.keys = append(m.keys, k)
	return nil
}
func (m *memoryKeys) List(context.Context) ([]token.StoredKey, error) { return m.keys, nil }
func (m *memoryKeys) Delete(context.Context, string) error            { return nil }

func newWorld(t testing.TB, change ...func(*options)) *world {
	t.Helper()
	o := options{proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, f := range change {
		f(&o)
	}
	w := &world{TB: t, db: storetest.Open(t), now: storetest.Now}
	w.d = w.db.Directory()
	w.serve(o)
	w.populate()
	return w
}

// serve builds the server and starts it.
func (w *world) serve(o options) {
	w.Helper()
	var router *route.Router
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) { router.ServeHTTP(rw, q) }))
	w.origin = "http://" + w.server.Listener.Addr().String()
	if o.tls {
		w.origin = "https://" + w.server.Listener.Addr().String()
	}
	passwords, err := factor.NewPasswords(factor.Limits{Parallel: 2}, rand.Reader)
	w.must(err)
	clock := func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.now
	}
	w.p, err = signin.New(signin.Parts{
		Directory: w.d, Sessions: w.db.Sessions(),
		Attempts: store.ShelfOf[signin.Attempt](w.db, "attempt"), Histories: store.ShelfOf[risk.History](w.db, "risk"),
		Crowds: store.ShelfOf[risk.Crowd](w.db, "risk-address"), Proofs: store.ShelfOf[signin.Used](w.db, "device-proof"),
		Log: records{w.db}, Transact: w.db.Transaction, Passwords: passwords, Places: places{home: "IT", abroad: "BR"},
		HopKey: make([]byte, 32), Issuer: w.origin, EngineVersion: "test", Now: clock,
	})
	w.must(err)
	key, err := firstKey()
	w.must(err)
	shelf := store.ShelfOf[token.StoredKey](w.db, "signing-key")
	w.must(shelf.Create(w.Context(), "000001", time.Time{}, key))
	keys, err := token.OpenKeys(w.Context(), shelf, token.Rotation{}, nil, clock())
	w.must(err)
	w.tokens, err = token.NewIssuer(w.origin, keys, make([]byte, 32), nil)
	w.must(err)
	front, err := oidc.New(oidc.Parts{
		Pipeline: w.p, Directory: w.d, Sessions: w.db.Sessions(), Codes: w.db.Codes(), Grants: w.db.Grants(), Tokens: w.tokens,
		Assertions: store.ShelfOf[token.SeenAssertion](w.db, "assertion"), Revoked: store.ShelfOf[oidc.RevokedToken](w.db, "revoked-token"),
	})
	w.must(err)
	routing := route.Options{Origin: w.origin, Proxies: o.proxies, Now: clock}
	if o.router != nil {
		o.router(&routing)
	}
	router, err = route.New(routing)
	w.must(err)
	front.Mount(router)
	if o.tls {
		w.server.StartTLS()
	} else {
		w.server.Start()
	}
	w.Cleanup(w.server.Close)
}

type places map[string]string

func (p places) Look(addr netip.Addr) (risk.Place, error) {
	country, known := p[addr.String()]
	return risk.Place{Country: country, CountryKnown: known, AnonymousKnown: true}, nil
}

// populate makes a tenant with Ann, three clients and two APIs.
func (w *world) populate() {
	w.Helper()
	w.tenant = storetest.Tenant(w, w.db, "contoso.example")
	w.settings(func(s *directory.Settings) { no := false; s.KeepSignedIn = &no })
	w.ann = w.person("ann")
	w.web, w.serviceSP = storetest.App(w, w.db, w.tenant, "shop")
	secret, text, err := directory.NewClientSecret(rand.Reader, "test", w.now.Add(-time.Hour), w.now.AddDate(1, 0, 0))
	w.must(err)
	w.secret = text
	w.changeApp(&w.web, func(a *directory.Application) {
		a.Secrets = append(a.Secrets, secret)
		a.LogoutRedirects = []string{"https://shop.example/bye"}
	})
	w.spa, _ = storetest.App(w, w.db, w.tenant, "spa")
	w.changeApp(&w.spa, func(a *directory.Application) { a.Redirects = directory.RedirectURIs{SPA: []string{spaRedirect}} })
	w.native, _ = storetest.App(w, w.db, w.tenant, "native")
	w.changeApp(&w.native, func(a *directory.Application) {
		a.Redirects = directory.RedirectURIs{Public: []string{nativeRedirect}}
		a.FallbackPublic = true
	})
	w.api, _ = storetest.App(w, w.db, w.tenant, "orders", "api://orders")
	w.changeApp(&w.api, func(a *directory.Application) {
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(storetest.ID()), Value: "read", LowImpact: true}, {ID: directory.ScopeID(storetest.ID()), Value: "admin", AdminOnly: true}}
		a.Roles = []directory.AppRole{{ID: directory.AppRoleID(storetest.ID()), Value: "Orders.Read.All", ForApps: true}, {ID: directory.AppRoleID(storetest.ID()), Value: "Clerk", ForUsers: true}}
	})
	w.other, _ = storetest.App(w, w.db, w.tenant, "stock", "api://stock")
	w.changeApp(&w.other, func(a *directory.Application) {
		a.TokenVersion = 2
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(storetest.ID()), Value: "read", LowImpact: true}}
	})
	for _, client := range []directory.Application{w.web, w.spa, w.native} {
		w.allow(client, w.api, "read")
		w.allow(client, w.other, "read")
	}
}

// principal returns an app's service principal in the tenant.
func (w *world) principal(a directory.Application) directory.ServicePrincipal {
	w.Helper()
	sp, err := w.d.ServicePrincipals.ByName(w.Context(), w.tenant.ID, string(a.AppID))
	w.must(err)
	return sp
}

// allow consents for everyone.
func (w *world) allow(client, resource directory.Application, scopes ...string) {
	w.Helper()
	_, err := w.d.Consents.Allow(w.Context(), storetest.Change(), directory.Consent{
		ID: directory.ConsentID(storetest.ID()), TenantID: w.tenant.ID, Client: w.principal(client).ID, Resource: w.principal(resource).ID, Scopes: scopes,
	})
	w.must(err)
}

func (w *world) person(name string) directory.User {
	w.Helper()
	user := storetest.NewUser(w.tenant, name)
	user.DisplayName, user.GivenName, user.Surname, user.Mail = "Ann Example", "Ann", "Example", name+"@contoso.example"
	w.must(w.d.Users.Create(w.Context(), storetest.Change(), &user))
	hash, err := hashed()
	w.must(err)
	w.must(w.d.Credentials.UpdateCredentials(w.Context(), storetest.Change(), user.TenantID, user.ID, func(u *directory.User, c *directory.UserCredentials) error {
		factor.SetPassword(u, c, hash, w.now.Add(-24*time.Hour), false)
		return nil
	}))
	return user
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) settings(f func(*directory.Settings)) {
	w.Helper()
	tenant, err := w.d.Tenants.Update(w.Context(), storetest.Change(), w.tenant.ID, func(t *directory.Tenant) error { f(&t.Settings); return nil })
	w.must(err)
	w.tenant = tenant
}

func (w *world) changeApp(a *directory.Application, f func(*directory.Application)) {
	w.Helper()
	fresh, err := w.d.Applications.Update(w.Context(), storetest.Change(), w.tenant.ID, a.ID, func(a *directory.Application) error { f(a); return nil })
	w.must(err)
	*a = fresh
}

func (w *world) changeUser(f func(*directory.User)) {
	w.Helper()
	_, err := w.d.Users.Update(w.Context(), storetest.Change(), w.tenant.ID, w.ann.ID, func(u *directory.User) error { f(u); return nil })
	w.must(err)
}

// policy keeps an enabled policy for everyone and all apps, with what the JSON
// adds.
func (w *world) policy(conditions, grant string) access.PolicyID {
	w.Helper()
	id := storetest.ID()
	text := `{"id":"` + id + `","displayName":"` + id + `","state":"enabled","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}` +
		conditions + `},"grantControls":` + grant + `}`
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: id, State: "enabled", JSON: json.RawMessage(text), Created: w.now,
	}))
	return access.PolicyID(id)
}

// contextPolicy demands more than one factor for an authentication context.
func (w *world) contextPolicy(context string) {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: id, State: "enabled", Created: w.now,
		JSON: json.RawMessage(`{"id":"` + id + `","displayName":"` + id + `","state":"enabled","conditions":{"users":{"includeUsers":["All"]},` +
			`"applications":{"includeAuthenticationContextClassReferences":["` + context + `"]}},"grantControls":` + needMFA + `}`),
	}))
}

// workloadPolicy blocks every app that signs in as itself.
func (w *world) workloadPolicy() {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: id, State: "enabled", Created: w.now,
		JSON: json.RawMessage(`{"id":"` + id + `","displayName":"` + id + `","state":"enabled","conditions":{"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"]},` +
			`"applications":{"includeApplications":["All"]}},"grantControls":` + block + `}`),
	}))
}

// trustedLocation makes an address a trusted named location.
func (w *world) trustedLocation(address string) {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Locations.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.LocationDocument, ID: id, TenantID: w.tenant.ID, DisplayName: id, Created: w.now,
		JSON: json.RawMessage(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"` + id + `","displayName":"` + id + `","isTrusted":true,` +
			`"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"` + address + `/32"}]}`),
	}))
}

const (
	needMFA = `{"operator":"OR","builtInControls":["mfa"]}`
	block   = `{"operator":"OR","builtInControls":["block"]}`
)

// codes returns the result codes in the log, oldest first.
func (w *world) codes() []result.Code {
	w.Helper()
	var list []result.Code
	for row, err := range w.db.SignIns().Stream(w.Context(), store.SignInQuery{}) {
		w.must(err)
		list = append(list, result.Code(row.Code))
	}
	return list
}

// wantLast fails unless the log ends with these codes.
func (w *world) wantLast(want ...result.Code) {
	w.Helper()
	got := w.codes()
	if len(got) < len(want) || !slices.Equal(got[len(got)-len(want):], want) {
		w.Errorf("the log has %v, want it to end with %v", got, want)
	}
}

// at returns the address of a path below the tenant.
func (w *world) at(path string) string { return w.origin + "/contoso.example" + path }

// answer is an HTTP answer that was read.
type answer struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

func (a *answer) text(name string) string {
	s, _ := a.json[name].(string)
	return s
}

// code returns the first of error_codes.
func (a *answer) code() int {
	list, _ := a.json["error_codes"].([]any)
	if len(list) == 0 {
		return 0
	}
	n, _ := list[0].(float64)
	return int(n)
}

// call sends a request from home.
func (w *world) call(client *http.Client, method, address string, form url.Values, change ...func(*http.Request)) *answer {
	w.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequestWithContext(w.Context(), method, address, body)
	w.must(err)
	q.Header.Set("X-Forwarded-For", home)
	q.Header.Set("User-Agent", agent)
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, f := range change {
		f(q)
	}
	response, err := client.Do(q)
	w.must(err)
	defer response.Body.Close()
	a := &answer{status: response.StatusCode, header: response.Header}
	a.body, err = io.ReadAll(response.Body)
	w.must(err)
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		w.must(json.Unmarshal(a.body, &a.json))
	}
	return a
}

// with sets a header.
func with(name, value string) func(*http.Request) {
	return func(q *http.Request) { q.Header.Set(name, value) }
}

// client returns an HTTP client that follows no redirect.
func (w *world) client() *http.Client {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	c := *w.server.Client()
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// token posts to the token endpoint.
func (w *world) token(form url.Values, change ...func(*http.Request)) *answer {
	w.Helper()
	return w.call(w.client(), "POST", w.at("/oauth2/v2.0/token"), form, change...)
}

// wantError fails unless an answer is an error with a code.
func (w *world) wantError(a *answer, status int, kind string, code result.Code) *answer {
	w.Helper()
	if a.status != status || a.text("error") != kind || a.code() != int(code) {
		w.Fatalf("%d %s, want %d %s with %d", a.status, a.body, status, kind, code)
	}
	return a
}

// wantTokens fails unless an answer has tokens.
func (w *world) wantTokens(a *answer) *answer {
	w.Helper()
	if a.status != 200 || a.text("access_token") == "" {
		w.Fatalf("%d %s, want tokens", a.status, a.body)
	}
	return a
}

// claims returns what a token states, checked as this server's.
func (w *world) claims(text string) map[string]any {
	w.Helper()
	if _, err := w.tokens.Read(text, w.now); err != nil {
		w.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
	w.must(err)
	var claims map[string]any
	w.must(json.Unmarshal(payload, &claims))
	return claims
}

// browser is a person's browser, and the person: pages are filled in through
// the pipeline, as the web front would.
type browser struct {
	*world
	client  *http.Client
	name    string
	address string
	secret  []byte // of an authenticator app
	// refused is the page of a refusal, where a sign-in ended at one.
	refused *signin.Step
	// pages are those that were seen.
	pages []signin.Page
}

func (w *world) browser() *browser {
	return &browser{world: w, client: w.client(), name: "ann@contoso.example", address: home}
}

// reply is what the client got at its reply address.
type reply struct {
	url.Values
	mode   string // query, fragment or form_post
	action string // where it was sent
	answer *answer
}

// cookie names, by scheme.
func (b *browser) cookieName(c route.Cookie) string {
	if strings.HasPrefix(b.origin, "https") {
		return "__Host-" + string(c)
	}
	return string(c)
}

func (b *browser) base() *url.URL {
	u, err := url.Parse(b.origin)
	b.must(err)
	return u
}

func (b *browser) cookie(c route.Cookie) string {
	for _, cookie := range b.client.Jar.Cookies(b.base()) {
		if cookie.Name == b.cookieName(c) {
			return cookie.Value
		}
	}
	return ""
}

func (b *browser) keep(c route.Cookie, kept *signin.Cookie) {
	if kept == nil {
		return
	}
	cookie := &http.Cookie{Name: b.cookieName(c), Value: kept.Value.Reveal(), Path: "/", Secure: strings.HasPrefix(b.origin, "https")}
	if kept.Value == "" {
		cookie.MaxAge = -1
	}
	b.client.Jar.SetCookies(b.base(), []*http.Cookie{cookie})
}

func (b *browser) caller() signin.Caller {
	return signin.Caller{
		Address: netip.MustParseAddr(b.address), UserAgent: agent,
		Session: session.Secret(b.cookie(route.SessionCookie)), Browser: session.Secret(b.cookie(route.BrowserCookie)),
	}
}

// get opens an address from where the person is.
func (b *browser) get(address string) *answer {
	b.Helper()
	return b.call(b.client, "GET", address, nil, with("X-Forwarded-For", b.address))
}

// authorize opens the authorize endpoint and fills in pages, up to the client's
// answer; nil: the sign-in ended at the page of a refusal.
func (b *browser) authorize(p url.Values) *reply {
	b.Helper()
	return b.follow(b.get(b.at("/oauth2/v2.0/authorize") + "?" + p.Encode()))
}

var formField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// follow follows an answer to the client's.
func (b *browser) follow(a *answer) *reply {
	b.Helper()
	for range 20 {
		location := a.header.Get("Location")
		switch {
		case a.status == 200 && strings.Contains(string(a.body), `<form method="post"`):
			values := url.Values{}
			for _, field := range formField.FindAllSubmatch(a.body, -1) {
				values.Add(unescape(field[1]), unescape(field[2]))
			}
			action := regexp.MustCompile(`action="([^"]*)"`).FindSubmatch(a.body)
			return &reply{values, "form_post", unescape(action[1]), a}
		case a.status != http.StatusSeeOther:
			b.Fatalf("%d %s", a.status, a.body)
		case strings.HasPrefix(location, signin.PagePath+"/"):
			if location = b.fill(location); location == "" {
				return nil
			}
			a = b.get(b.origin + location)
		case strings.HasPrefix(location, "/"):
			a = b.get(b.origin + location)
		default:
			return b.read(location, a)
		}
	}
	b.Fatal("a redirect loop")
	return nil
}

func unescape(text []byte) string {
	return strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(string(text))
}

// read reads the client's answer out of its address.
func (b *browser) read(location string, a *answer) *reply {
	b.Helper()
	u, err := url.Parse(location)
	b.must(err)
	text, mode := u.RawQuery, "query"
	if u.Fragment != "" {
		text, mode = u.EscapedFragment(), "fragment"
	}
	values, err := url.ParseQuery(text)
	b.must(err)
	u.RawQuery, u.Fragment, u.RawFragment = "", "", ""
	return &reply{values, mode, u.String(), a}
}

// fill fills in pages until the last, and returns where the browser goes then;
// empty: the last was a refusal.
func (b *browser) fill(location string) string {
	b.Helper()
	_, escaped, _ := strings.Cut(location, "hop=")
	hop, err := url.QueryUnescape(escaped)
	b.must(err)
	answer, err := b.p.Show(b.Context(), b.caller(), hop)
	for range 12 {
		b.must(err)
		b.keep(route.BrowserCookie, answer.Cookies.Browser)
		b.keep(route.SessionCookie, answer.Cookies.Session)
		if answer.Return != "" {
			return answer.Return
		}
		if answer.Step == nil {
			b.Fatalf("no page: %+v", answer)
		}
		b.pages = append(b.pages, answer.Step.Page)
		if answer.Step.Page == signin.PageRefusal {
			b.refused = answer.Step
			return ""
		}
		answer, err = b.p.Submit(b.Context(), b.caller(), answer.Step.Hop, b.input(answer.Step))
	}
	b.Fatalf("too many pages: %v", b.pages)
	return ""
}

// input is what the person types into a page.
func (b *browser) input(step *signin.Step) signin.Input {
	b.Helper()
	switch step.Page {
	case signin.PageAccount:
		return signin.Input{Name: b.name}
	case signin.PagePassword:
		return signin.Input{Password: password}
	case signin.PageCode:
		code, err := factor.TOTPCode(b.secret, b.now)
		b.must(err)
		return signin.Input{Code: code}
	case signin.PageConsent, signin.PageKeepSignedIn, signin.PageTerms:
		return signin.Input{Action: signin.ActionAccept}
	}
	b.Fatalf("nobody knows how to fill in %s (%d)", step.Page, step.Code)
	return signin.Input{}
}

// totp gives Ann an authenticator app.
func (b *browser) totp() {
	b.Helper()
	b.secret = []byte("a secret of twenty b")
	b.must(b.d.Credentials.UpdateCredentials(b.Context(), storetest.Change(), b.tenant.ID, b.ann.ID, func(_ *directory.User, c *directory.UserCredentials) error {
		c.TOTP = append(c.TOTP, directory.TOTP{ID: directory.KeyID(storetest.ID()), Secret: b.secret, Created: b.now})
		return nil
	}))
}

// verifier is the tests' PKCE verifier.
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request returns the parameters of an authorize request of a client.
func request(a directory.Application, redirect, scope string, change ...string) url.Values {
	p := url.Values{
		"client_id": {string(a.AppID)}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {scope}, "state": {"a state & more"}, "nonce": {"n1"},
		"code_challenge": {challenge(verifier)}, "code_challenge_method": {"S256"},
	}
	return changed(p, change...)
}

// changed sets parameters, in pairs of name and value; an empty value removes.
func changed(p url.Values, change ...string) url.Values {
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "" {
			p.Del(change[i])
		} else {
			p.Set(change[i], change[i+1])
		}
	}
	return p
}

// code signs Ann in and returns the code that the client got.
func (b *browser) code(p url.Values) string {
	b.Helper()
	r := b.authorize(p)
	if r == nil {
		b.Fatalf("refused with %d", b.refused.Code)
	}
	if r.Get("code") == "" {
		b.Fatalf("no code: %v", r.Values)
	}
	return r.Get("code")
}

// redeem returns the parameters that redeem a code for a client.
func (w *world) redeem(a directory.Application, redirect, code string, change ...string) url.Values {
	p := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {string(a.AppID)}, "redirect_uri": {redirect}, "code": {code}, "code_verifier": {verifier},
	}
	if a.AppID == w.web.AppID {
		p.Set("client_secret", w.secret)
	}
	return changed(p, change...)
}

// refresh returns the parameters that use a refresh token.
func (w *world) refresh(a directory.Application, text string, change ...string) url.Values {
	p := url.Values{"grant_type": {"refresh_token"}, "client_id": {string(a.AppID)}, "refresh_token": {text}}
	if a.AppID == w.web.AppID {
		p.Set("client_secret", w.secret)
	}
	return changed(p, change...)
}

// signIn signs Ann in to a client and returns its tokens.
func (b *browser) signIn(a directory.Application, redirect, scope string, change ...func(*http.Request)) *answer {
	b.Helper()
	return b.wantTokens(b.token(b.redeem(a, redirect, b.code(request(a, redirect, scope))), change...))
}

const everything = "openid profile email offline_access api://orders/read"

func (a *answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }
