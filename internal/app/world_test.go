package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app"
	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// clock is a clock that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// pass lets time pass.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a running server, as an operator starts one, and its data.
type world struct {
	*testing.T
	*clock
	server *app.Server
	origin string
	dir    string
	db     *store.DB
	d      directory.Directory
	log    *lines
}

// lines keeps a log.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a server until the test ends. Its address databases know a few
// networks, and this machine is a proxy that it trusts.
func start(t *testing.T, options app.Options, change ...func(*config.Config)) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: storetest.Now}, dir: t.TempDir(), log: &lines{}}
	c := config.Default()
	c.Listen, c.Data = "127.0.0.1:0", filepath.Join(w.dir, "var")
	c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	c.GeoIP = []string{geography(t, w.dir)}
	c.Log.Level = "debug"
	for _, f := range change {
		f(&c)
	}
	w.run(c, options)
	folder, err := data.Open(t.Context(), c.Data)
	w.must(err)
	t.Cleanup(func() { w.must(folder.Close()) })
	w.db, w.d = folder.DB, folder.DB.Directory()
	return w
}

// run starts a server, which ends with the test.
func (w *world) run(c config.Config, options app.Options) {
	w.Helper()
	server, err := app.Open(w.Context(), c, options, app.Machine{Now: w.Now, Log: w.log, Version: "test"})
	w.must(err)
	w.server, w.origin = server, server.Origin()
	ctx, stop := context.WithCancel(context.WithoutCancel(w.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	w.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.Errorf("the server ended with: %v", err)
		}
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// Addresses of the test's networks (RFC 5737).
const (
	office  = "203.0.113.10"  // IT
	osaka   = "198.51.100.20" // JP
	nowhere = "192.0.2.10"    // in no country
)

// geography writes a database that knows the test's networks.
func geography(t *testing.T, dir string) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-Country", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, country := range map[string]string{"203.0.113.0/24": "IT", "198.51.100.0/24": "JP"} {
		_, block, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(block, mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(country)}}); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "country.mmdb")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.WriteTo(file); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// org is a tenant with a person, a client and an API.
type org struct {
	*world
	tenant   directory.Tenant
	domain   string
	client   directory.Application // confidential, redirect to replyTo
	clientSP directory.ServicePrincipal
	secret   string
	native   directory.Application // public, redirect to http://localhost
	api      directory.Application // api://<domain>: read, write
	apiSP    directory.ServicePrincipal
	ann      directory.User
}

const (
	rightPassword = "Correct horse 7"
	replyTo       = "https://app.example/callback"
	nativeReplyTo = "http://localhost"
)

// orgs numbers the tenants.
var orgs int

// newOrg makes a tenant.
func (w *world) newOrg() *org {
	w.Helper()
	orgs++
	o := &org{world: w, domain: fmt.Sprintf("org%d.example", orgs)}
	o.tenant = storetest.Tenant(w, w.db, o.domain)
	o.settings(func(s *directory.Settings) { no := false; s.KeepSignedIn = &no })
	o.client, o.clientSP = storetest.App(w, w.db, o.tenant, fmt.Sprintf("app%d", orgs))
	secret, text, err := directory.NewClientSecret(rand.Reader, "test", w.Now().Add(-time.Hour), w.Now().AddDate(5, 0, 0))
	w.must(err)
	o.secret = text
	o.changeApp(&o.client, func(a *directory.Application) {
		a.Secrets = []directory.ClientSecret{secret}
		a.Redirects = directory.RedirectURIs{Web: []string{replyTo}}
	})
	o.native, _ = storetest.App(w, w.db, o.tenant, fmt.Sprintf("native%d", orgs))
	o.changeApp(&o.native, func(a *directory.Application) {
		a.Redirects, a.FallbackPublic = directory.RedirectURIs{Public: []string{nativeReplyTo}}, true
	})
	o.api, o.apiSP = storetest.App(w, w.db, o.tenant, fmt.Sprintf("api%d", orgs), "api://"+o.domain)
	o.changeApp(&o.api, func(a *directory.Application) {
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(storetest.ID()), Value: "read", LowImpact: true}, {ID: directory.ScopeID(storetest.ID()), Value: "write", LowImpact: true}}
	})
	for _, client := range []directory.Application{o.client, o.native} {
		o.consent(client, "read")
	}
	o.ann = o.person("ann")
	return o
}

func (o *org) consent(client directory.Application, scopes ...string) {
	o.Helper()
	sp, err := o.d.ServicePrincipals.ByName(o.Context(), o.tenant.ID, string(client.AppID))
	o.must(err)
	_, err = o.d.Consents.Allow(o.Context(), storetest.Change(), directory.Consent{
		ID: directory.ConsentID(storetest.ID()), TenantID: o.tenant.ID, Client: sp.ID, Resource: o.apiSP.ID, Scopes: scopes,
	})
	o.must(err)
}

// hashed spares the tests a hash for each person: they all have one password.
var hashed = sync.OnceValues(func() (string, error) {
	passwords, err := factor.NewPasswords(factor.Limits{Parallel: 2}, rand.Reader)
	if err != nil {
		return "", err
	}
	return passwords.Hash(context.Background(), rightPassword)
})

// person makes somebody with the right password.
func (o *org) person(name string) directory.User {
	o.Helper()
	u := storetest.NewUser(o.tenant, name)
	u.Created = o.Now()
	o.must(o.d.Users.Create(o.Context(), storetest.Change(), &u))
	o.setPassword(u)
	return u
}

func (o *org) setPassword(u directory.User) {
	o.Helper()
	hash, err := hashed()
	o.must(err)
	o.must(o.d.Credentials.UpdateCredentials(o.Context(), storetest.Change(), u.TenantID, u.ID, func(u *directory.User, held *directory.UserCredentials) error {
		factor.SetPassword(u, held, hash, o.Now(), false)
		return nil
	}))
}

// authenticator registers an authenticator app and returns its secret.
func (o *org) authenticator(u directory.User) []byte {
	o.Helper()
	offer, err := factor.NewTOTP(rand.Reader, "test", u.UserPrincipalName)
	o.must(err)
	o.must(o.d.Credentials.UpdateCredentials(o.Context(), storetest.Change(), u.TenantID, u.ID, func(_ *directory.User, held *directory.UserCredentials) error {
		held.TOTP = append(held.TOTP, directory.TOTP{ID: directory.KeyID(storetest.ID()), Secret: offer.Secret, Created: o.Now()})
		return nil
	}))
	return offer.Secret
}

// code is what an authenticator shows now.
func (o *org) code(secret []byte) string {
	o.Helper()
	code, err := factor.TOTPCode(secret, o.Now())
	o.must(err)
	return code
}

func (o *org) settings(f func(*directory.Settings)) {
	o.Helper()
	tenant, err := o.d.Tenants.Update(o.Context(), storetest.Change(), o.tenant.ID, func(t *directory.Tenant) error { f(&t.Settings); return nil })
	o.must(err)
	o.tenant = tenant
}

func (o *org) changeApp(a *directory.Application, f func(*directory.Application)) {
	o.Helper()
	fresh, err := o.d.Applications.Update(o.Context(), storetest.Change(), o.tenant.ID, a.ID, func(a *directory.Application) error { f(a); return nil })
	o.must(err)
	*a = fresh
}

func (o *org) changeSP(sp directory.ServicePrincipal, f func(*directory.ServicePrincipal)) {
	o.Helper()
	_, err := o.d.ServicePrincipals.Update(o.Context(), storetest.Change(), o.tenant.ID, sp.ID, func(sp *directory.ServicePrincipal) error { f(sp); return nil })
	o.must(err)
}

func (o *org) changeUser(u directory.User, f func(*directory.User)) {
	o.Helper()
	_, err := o.d.Users.Update(o.Context(), storetest.Change(), o.tenant.ID, u.ID, func(u *directory.User) error { f(u); return nil })
	o.must(err)
}

// policy keeps an enabled policy for everyone and all apps, with more
// conditions and these controls, all in Graph's JSON.
func (o *org) policy(conditions, controls string) access.PolicyID {
	o.Helper()
	id := storetest.ID()
	text := `{"id":"` + id + `","displayName":"` + id + `","state":"enabled","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}` +
		conditions + `},` + controls + `}`
	o.must(o.d.Policies.Create(o.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: o.tenant.ID, JSON: json.RawMessage(text), Created: o.Now(),
	}))
	return access.PolicyID(id)
}

// Controls of policies.
const (
	block         = `"grantControls":{"operator":"OR","builtInControls":["block"]}`
	needMFA       = `"grantControls":{"operator":"OR","builtInControls":["mfa"]}`
	needCompliant = `"grantControls":{"operator":"OR","builtInControls":["compliantDevice"]}`
	needHybrid    = `"grantControls":{"operator":"OR","builtInControls":["domainJoinedDevice"]}`
	anyDevice     = `"grantControls":{"operator":"OR","builtInControls":["compliantDevice","domainJoinedDevice"]}`
	hourly        = `"sessionControls":{"signInFrequency":{"isEnabled":true,"value":1,"type":"hours","authenticationType":"primaryAndSecondaryAuthentication","frequencyInterval":"timeBased"}}`
	everyTime     = `"sessionControls":{"signInFrequency":{"isEnabled":true,"authenticationType":"primaryAndSecondaryAuthentication","frequencyInterval":"everyTime"}}`
)

// countries keeps a named location of countries and returns its id.
func (o *org) countries(codes string) string {
	o.Helper()
	id := storetest.ID()
	o.must(o.d.Locations.Create(o.Context(), storetest.Change(), &directory.Document{
		Kind: directory.LocationDocument, ID: id, TenantID: o.tenant.ID, Created: o.Now(),
		JSON: json.RawMessage(`{"@odata.type":"#microsoft.graph.countryNamedLocation","id":"` + id + `","displayName":"` + id + `","countriesAndRegions":[` + codes + `],"countryLookupMethod":"clientIpAddress","includeUnknownCountriesAndRegions":false}`),
	}))
	return id
}

// records returns the sign-in records of the tenant, oldest first.
func (o *org) records() []*signinlog.Record {
	o.Helper()
	var list []*signinlog.Record
	for row, err := range o.db.SignIns().Stream(o.Context(), store.SignInQuery{TenantID: o.tenant.ID}) {
		o.must(err)
		var r signinlog.Record
		o.must(json.Unmarshal(row.Payload, &r))
		list = append(list, &r)
	}
	return list
}

// codes returns the result codes of the tenant's records, oldest first.
func (o *org) codes() []result.Code {
	o.Helper()
	var list []result.Code
	for _, r := range o.records() {
		code, _ := r.Status.ErrorCode.Get()
		list = append(list, result.Code(code))
	}
	return list
}

// recorded fails unless the log ends with these codes.
func (o *org) recorded(want ...result.Code) {
	o.Helper()
	got := o.codes()
	if len(got) < len(want) || fmt.Sprint(got[len(got)-len(want):]) != fmt.Sprint(want) {
		o.Fatalf("the log has %v, want it to end with %v", got, want)
	}
}

// agent is what the tests' browsers call themselves.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

// browser is one that keeps cookies and reads forms, at an address.
type browser struct {
	w       *world
	client  *http.Client
	address string
	headers http.Header
}

// browser returns a fresh one in the office.
func (w *world) browser() *browser {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{
		w: w, address: office, headers: http.Header{"User-Agent": {agent}},
		client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// tlsBrowser is a browser that trusts the server's own authority, and has the
// certificate of one of the demo's devices; empty: none.
func (w *world) tlsBrowser(device string) *browser {
	w.Helper()
	b := w.browser()
	text, err := os.ReadFile(w.server.AuthorityFile())
	w.must(err)
	trusted := &tls.Config{RootCAs: x509.NewCertPool()}
	if !trusted.RootCAs.AppendCertsFromPEM(text) {
		w.Fatal("the authority's file holds no certificate")
	}
	if device != "" {
		name := filepath.Join(w.dir, "var", "devices", device)
		pair, err := tls.LoadX509KeyPair(name+".crt", name+".key")
		w.must(err)
		trusted.Certificates = []tls.Certificate{pair}
	}
	b.client.Transport = &http.Transport{TLSClientConfig: trusted}
	return b
}

// page is where a browser is.
type page struct {
	b      *browser
	status int
	url    *url.URL
	header http.Header
	body   string
	// answer are the parameters with which the browser would go to the app;
	// nil: it stayed at the server.
	answer url.Values
}

// send sends one request and follows where the server sends the browser, as
// long as that is the server.
func (b *browser) send(method, address string, form url.Values) *page {
	b.w.Helper()
	for range 10 {
		var body io.Reader
		if form != nil {
			body = strings.NewReader(form.Encode())
		}
		q, err := http.NewRequestWithContext(b.w.Context(), method, address, body)
		b.w.must(err)
		for name, values := range b.headers {
			q.Header[name] = values
		}
		if b.address != "" {
			q.Header.Set("X-Forwarded-For", b.address)
		}
		if form != nil {
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Origin", b.w.origin)
			q.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		answer, err := b.client.Do(q)
		b.w.must(err)
		text, err := io.ReadAll(answer.Body)
		b.w.must(errors.Join(err, answer.Body.Close()))
		p := &page{b: b, status: answer.StatusCode, url: q.URL, header: answer.Header, body: string(text)}
		if answer.StatusCode/100 != 3 {
			return p
		}
		next, err := q.URL.Parse(answer.Header.Get("Location"))
		b.w.must(err)
		if next.Scheme+"://"+next.Host != b.w.origin {
			p.answer = next.Query()
			return p
		}
		method, address, form = http.MethodGet, next.String(), nil
	}
	b.w.Fatalf("%s: too many redirects", address)
	return nil
}

// get opens an address of the server.
func (b *browser) get(path string) *page {
	b.w.Helper()
	return b.send(http.MethodGet, b.w.origin+path, nil)
}

var (
	hopField = regexp.MustCompile(`name="hop" value="([^"]+)"`)
	secretOf = regexp.MustCompile(`id="secret"[^>]*>([^<]+)<`)
)

// name is which page of the sign-in it is; empty: none.
func (p *page) name() string {
	name, found := strings.CutPrefix(p.url.Path, "/signin/")
	if !found {
		return ""
	}
	return name
}

// wants fails unless it is this page of the sign-in.
func (p *page) wants(name string) *page {
	p.b.w.Helper()
	if p.name() != name {
		p.b.w.Fatalf("the browser is at %s (status %d, answer %v), want page %s\n%s", p.url.Path, p.status, p.answer, name, excerpt(p.body))
	}
	return p
}

// shows fails unless the page has the text.
func (p *page) shows(text string) *page {
	p.b.w.Helper()
	if !strings.Contains(p.body, text) {
		p.b.w.Fatalf("%s does not show %q:\n%s", p.url.Path, text, excerpt(p.body))
	}
	return p
}

var markup = regexp.MustCompile(`<[^>]+>|\s+`)

// excerpt is what a page says, for failures.
func excerpt(body string) string {
	if at := strings.Index(body, "<main"); at >= 0 {
		body = body[at:]
	}
	text := strings.Join(strings.Fields(markup.ReplaceAllString(body, " ")), " ")
	return text[:min(len(text), 1500)]
}

// post sends the page's form with some fields filled in.
func (p *page) post(fields ...string) *page {
	p.b.w.Helper()
	hop := hopField.FindStringSubmatch(p.body)
	if hop == nil {
		p.b.w.Fatalf("%s has no form:\n%s", p.url.Path, excerpt(p.body))
	}
	form := url.Values{"hop": {hop[1]}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return p.b.send(http.MethodPost, p.b.w.origin+p.url.Path, form)
}

// code returns the code with which the browser goes to the app; it fails if it
// does not.
func (p *page) code() string {
	p.b.w.Helper()
	code := p.answer.Get("code")
	if code == "" {
		p.b.w.Fatalf("the browser is at %s (status %d, answer %v), want it to go to the app with a code\n%s", p.url.Path, p.status, p.answer, excerpt(p.body))
	}
	return code
}

// refused fails unless the app is told of a refusal.
func (p *page) refused(oauth string, code result.Code) {
	p.b.w.Helper()
	if p.answer == nil || p.answer.Get("error") != oauth || !strings.HasPrefix(p.answer.Get("error_description"), fmt.Sprintf("AADSTS%d: ", code)) {
		p.b.w.Fatalf("the browser is at %s with %v, want error %s and %d\n%s", p.url.Path, p.answer, oauth, code, excerpt(p.body))
	}
}

// verifier and its challenge (RFC 7636 appendix B).
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// authorize asks for a sign-in at the confidential client; pairs of parameters
// are added or changed.
func (o *org) authorize(b *browser, change ...string) *page {
	o.Helper()
	values := url.Values{
		"client_id": {string(o.client.AppID)}, "response_type": {"code"}, "redirect_uri": {replyTo}, "scope": {"openid profile offline_access api://" + o.domain + "/read"},
		"state": {"the state"}, "nonce": {"the nonce"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		values.Set(change[i], change[i+1])
	}
	return b.get("/" + o.domain + "/oauth2/v2.0/authorize?" + values.Encode())
}

// nativeApp are the parameters that make it a request of the public client.
func (o *org) nativeApp(more ...string) []string {
	return append([]string{"client_id", string(o.native.AppID), "redirect_uri", nativeReplyTo + ":4711"}, more...)
}

// password goes through the account and the password page.
func (p *page) password(upn, password string) *page {
	p.b.w.Helper()
	return p.wants("account").post("name", upn).wants("password").post("password", password)
}

// reply is an answer of the token endpoint.
type reply struct {
	status int
	header http.Header
	json   map[string]any
}

func (r reply) text(name string) string {
	s, _ := r.json[name].(string)
	return s
}

// token asks the token endpoint for the confidential client.
func (o *org) token(b *browser, form ...string) reply {
	o.Helper()
	return o.tokenOf(b, append([]string{"client_id", string(o.client.AppID), "client_secret", o.secret}, form...)...)
}

// tokenOf asks the token endpoint.
func (o *org) tokenOf(b *browser, form ...string) reply {
	o.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	q, err := http.NewRequestWithContext(o.Context(), http.MethodPost, o.origin+"/"+o.domain+"/oauth2/v2.0/token", strings.NewReader(values.Encode()))
	o.must(err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("User-Agent", agent)
	q.Header.Set("X-Forwarded-For", b.address)
	for name, values := range b.headers {
		q.Header[name] = values
	}
	answer, err := (&http.Client{}).Do(q)
	o.must(err)
	defer answer.Body.Close()
	r := reply{status: answer.StatusCode, header: answer.Header}
	o.must(json.NewDecoder(answer.Body).Decode(&r.json))
	return r
}

// redeem takes a code.
func (o *org) redeem(b *browser, code string) reply {
	o.Helper()
	return o.token(b, "grant_type", "authorization_code", "code", code, "redirect_uri", replyTo, "code_verifier", verifier)
}

// redeemNative takes a code of the public client.
func (o *org) redeemNative(b *browser, code string) reply {
	o.Helper()
	return o.tokenOf(b, "client_id", string(o.native.AppID), "grant_type", "authorization_code", "code", code, "redirect_uri", nativeReplyTo+":4711", "code_verifier", verifier)
}

// ok fails unless tokens were issued.
func (o *org) ok(r reply) reply {
	o.Helper()
	if r.status != http.StatusOK || r.text("access_token") == "" {
		o.Fatalf("the token endpoint answered %d %v", r.status, r.json)
	}
	return r
}

// no fails unless the token endpoint refused with this error and code.
func (o *org) no(r reply, status int, oauth, suberror string, code result.Code) reply {
	o.Helper()
	codes, _ := r.json["error_codes"].([]any)
	if r.status != status || r.text("error") != oauth || r.text("suberror") != suberror || len(codes) != 1 || codes[0] != float64(code) ||
		!strings.HasPrefix(r.text("error_description"), fmt.Sprintf("AADSTS%d: ", code)) {
		o.Fatalf("the token endpoint answered %d %v, want %d %s %s %d", r.status, r.json, status, oauth, suberror, code)
	}
	return r
}

// refresh uses a refresh token of the confidential client.
func (o *org) refresh(b *browser, token string, more ...string) reply {
	o.Helper()
	return o.token(b, append([]string{"grant_type", "refresh_token", "refresh_token", token}, more...)...)
}

// signIn signs Ann in with her password and returns her browser and the tokens.
func (o *org) signIn() (*browser, reply) {
	o.Helper()
	b := o.browser()
	return b, o.ok(o.redeem(b, o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).code()))
}
