package signin_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/factor/factortest"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// world is a server's inside: a store, a pipeline over it, and a clock that
// only the test moves.
type world struct {
	testing.TB
	db     *store.DB
	d      directory.Directory
	p      *signin.Pipeline
	now    time.Time
	places places

	tenant directory.Tenant
	ann    directory.User // has a password, nothing else
	app    directory.Application
	sp     directory.ServicePrincipal
	api    directory.Application
	apiSP  directory.ServicePrincipal
}

const (
	issuer   = "https://login.contoso.example"
	password = "correct horse 7 battery"
	home     = "203.0.113.7"
	abroad   = "198.51.100.9"
)

// places is a Places for tests.
type places map[string]risk.Place

func (p places) Look(addr netip.Addr) (risk.Place, error) { return p[addr.String()], nil }

// log is the adapter between the pipeline's records and the store's.
type log struct{ db *store.DB }

func (l log) Append(ctx context.Context, records ...*signinlog.Record) error {
	rows := make([]store.SignIn, len(records))
	for i, r := range records {
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

// newWorld makes a tenant with Ann, an app and an API; KMSI is off.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, db: storetest.Open(t), now: storetest.Now, places: places{
		home:   {Country: "IT", CountryKnown: true, Point: &risk.Point{Latitude: 41.9, Longitude: 12.5}, AnonymousKnown: true},
		abroad: {Country: "BR", CountryKnown: true, Point: &risk.Point{Latitude: -15.8, Longitude: -47.9}, AnonymousKnown: true},
	}}
	w.d = w.db.Directory()
	passwords, err := factor.NewPasswords(factor.Limits{Parallel: 2}, rand.Reader)
	w.must(err)
	passkeys, err := factor.NewPasskeys("login.contoso.example", "Contoso", []string{issuer}, rand.Reader)
	w.must(err)
	w.p, err = signin.New(signin.Parts{
		Directory: w.d, Sessions: w.db.Sessions(),
		Attempts: store.ShelfOf[signin.Attempt](w.db, "attempt"), Histories: store.ShelfOf[risk.History](w.db, "risk"),
		Crowds: store.ShelfOf[risk.Crowd](w.db, "risk-address"), Proofs: store.ShelfOf[signin.Used](w.db, "device-proof"),
		Log: log{w.db}, Transact: w.db.Transaction, Passwords: passwords, Passkeys: passkeys, Places: w.places,
		HopKey: make([]byte, 32), Issuer: issuer, EngineVersion: "test", Now: func() time.Time { return w.now },
	})
	w.must(err)
	w.tenant = storetest.Tenant(t, w.db, "contoso.example")
	w.settings(func(s *directory.Settings) { no := false; s.KeepSignedIn = &no })
	w.ann = w.person("ann", passwords)
	w.app, w.sp = storetest.App(t, w.db, w.tenant, "shop")
	w.api, w.apiSP = storetest.App(t, w.db, w.tenant, "orders", "api://orders")
	w.api, err = w.d.Applications.Update(t.Context(), storetest.Change(), w.tenant.ID, w.api.ID, func(a *directory.Application) error {
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(storetest.ID()), Value: "read", LowImpact: true}, {ID: directory.ScopeID(storetest.ID()), Value: "admin", AdminOnly: true}}
		return nil
	})
	w.must(err)
	return w
}

// hashed spares the tests a hash for each person: they all have one password.
var hashed string

func (w *world) person(name string, passwords *factor.Passwords) directory.User {
	w.Helper()
	user := storetest.User(w, w.db, w.tenant, name)
	if hashed == "" {
		hash, err := passwords.Hash(w.Context(), password)
		w.must(err)
		hashed = hash
	}
	w.credentials(&user, func(u *directory.User, c *directory.UserCredentials) {
		factor.SetPassword(u, c, hashed, w.now.Add(-24*time.Hour), false)
	})
	return w.user(user)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) user(u directory.User) directory.User {
	w.Helper()
	fresh, err := w.d.Users.Get(w.Context(), u.TenantID, u.ID)
	w.must(err)
	return fresh
}

func (w *world) credentials(u *directory.User, f func(*directory.User, *directory.UserCredentials)) {
	w.Helper()
	w.must(w.d.Credentials.UpdateCredentials(w.Context(), storetest.Change(), u.TenantID, u.ID, func(u *directory.User, c *directory.UserCredentials) error {
		f(u, c)
		return nil
	}))
}

func (w *world) update(u *directory.User, f func(*directory.User)) {
	w.Helper()
	_, err := w.d.Users.Update(w.Context(), storetest.Change(), u.TenantID, u.ID, func(u *directory.User) error { f(u); return nil })
	w.must(err)
}

func (w *world) settings(f func(*directory.Settings)) {
	w.Helper()
	tenant, err := w.d.Tenants.Update(w.Context(), storetest.Change(), w.tenant.ID, func(t *directory.Tenant) error { f(&t.Settings); return nil })
	w.must(err)
	w.tenant = tenant
}

func (w *world) change(sp *directory.ServicePrincipal, f func(*directory.ServicePrincipal)) {
	w.Helper()
	_, err := w.d.ServicePrincipals.Update(w.Context(), storetest.Change(), w.tenant.ID, sp.ID, func(s *directory.ServicePrincipal) error { f(s); return nil })
	w.must(err)
}

func (w *world) changeApp(a *directory.Application, f func(*directory.Application)) {
	w.Helper()
	fresh, err := w.d.Applications.Update(w.Context(), storetest.Change(), w.tenant.ID, a.ID, func(a *directory.Application) error { f(a); return nil })
	w.must(err)
	*a = fresh
}

// policy keeps a policy: everyone, all apps, with what the JSON adds.
func (w *world) policy(name, state, conditions, grant, controls string) access.PolicyID {
	w.Helper()
	id := storetest.ID()
	text := `{"id":"` + id + `","displayName":"` + name + `","state":"` + state + `","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}` +
		comma(conditions) + `}`
	if grant != "" {
		text += `,"grantControls":` + grant
	}
	if controls != "" {
		text += `,"sessionControls":` + controls
	}
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: name, State: state, JSON: json.RawMessage(text + "}"), Created: w.now,
	}))
	return access.PolicyID(id)
}

func comma(s string) string {
	if s == "" {
		return ""
	}
	return "," + s
}

const (
	needMFA       = `{"operator":"OR","builtInControls":["mfa"]}`
	needCompliant = `{"operator":"OR","builtInControls":["compliantDevice"]}`
	needJoined    = `{"operator":"OR","builtInControls":["domainJoinedDevice"]}`
	block         = `{"operator":"OR","builtInControls":["block"]}`
)

// request asks for a sign-in to the app.
func (w *world) request(change ...func(*signin.Request)) signin.Request {
	r := signin.Request{
		Tenant: "contoso.example", Protocol: signin.AuthorizationCodePKCE, Client: string(w.app.AppID), RedirectURI: "https://shop.example/callback",
		Scopes: []string{"openid", "profile"}, State: json.RawMessage(`{"state":"s"}`), Return: "/contoso.example/oauth2/v2.0/resume",
	}
	for _, f := range change {
		f(&r)
	}
	return r
}

// codes returns the result codes in the log, oldest first.
func (w *world) codes() []result.Code {
	var list []result.Code
	for _, r := range w.records() {
		list = append(list, result.Code(r.Status.ErrorCode.Value))
	}
	return list
}

func (w *world) records() []signinlog.Record {
	w.Helper()
	var list []signinlog.Record
	for row, err := range w.db.SignIns().Stream(w.Context(), store.SignInQuery{}) {
		w.must(err)
		var r signinlog.Record
		w.must(json.Unmarshal(row.Payload, &r))
		list = append(list, r)
	}
	return list
}

func (w *world) last() signinlog.Record {
	w.Helper()
	list := w.records()
	if len(list) == 0 {
		w.Fatal("nothing was recorded")
	}
	return list[len(list)-1]
}

// wantCodes fails unless the log holds exactly these codes.
func (w *world) wantCodes(want ...result.Code) {
	w.Helper()
	got := w.codes()
	if len(got) != len(want) {
		w.Fatalf("the log has %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			w.Fatalf("the log has %v, want %v", got, want)
		}
	}
}

// browser is a person's browser.
type browser struct {
	*world
	caller        signin.Caller
	authenticator factortest.Authenticator
	answer        signin.Answer
}

func (w *world) browser() *browser {
	return &browser{world: w, caller: signin.Caller{
		Address: netip.MustParseAddr(home), UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
	}, authenticator: factortest.Authenticator{Origin: issuer}}
}

func (b *browser) from(addr string) *browser {
	b.caller.Address = netip.MustParseAddr(addr)
	return b
}

// got keeps an answer and its cookies.
func (b *browser) got(answer signin.Answer, err error) signin.Answer {
	b.Helper()
	b.must(err)
	set := 0
	for _, is := range []bool{answer.Step != nil, answer.Return != "", answer.Grant != nil, answer.Refusal != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		b.Fatalf("an answer says %d things: %+v", set, answer)
	}
	if c := answer.Cookies.Browser; c != nil {
		b.caller.Browser = c.Value
	}
	if c := answer.Cookies.Session; c != nil {
		b.caller.Session = c.Value
	}
	b.answer = answer
	return answer
}

func (b *browser) begin(r signin.Request) *browser {
	b.Helper()
	b.got(b.p.Begin(b.Context(), b.caller, r))
	return b
}

func (b *browser) post(in signin.Input) *browser {
	b.Helper()
	if b.answer.Step == nil {
		b.Fatalf("there is no page to post: %s", b.describe())
	}
	b.got(b.p.Submit(b.Context(), b.caller, b.answer.Step.Hop, in))
	return b
}

// finish follows Return and commits the grant.
func (b *browser) finish() *signin.Grant {
	b.Helper()
	if b.answer.Return != "" {
		_, hop, _ := strings.Cut(b.answer.Return, "hop=")
		b.got(b.p.Finish(b.Context(), b.caller, hop))
	}
	if b.answer.Grant == nil {
		b.Fatalf("no grant, but %s", b.describe())
	}
	b.must(b.answer.Grant.Commit(b.Context(), signin.Issued{TokenID: "uti"}, func(context.Context) error { return nil }))
	return b.answer.Grant
}

// end follows Return to a refusal.
func (b *browser) end() *signin.Refusal {
	b.Helper()
	if b.answer.Return != "" {
		_, hop, _ := strings.Cut(b.answer.Return, "hop=")
		b.got(b.p.Finish(b.Context(), b.caller, hop))
	}
	if b.answer.Refusal == nil {
		b.Fatalf("no refusal, but %s", b.describe())
	}
	return b.answer.Refusal
}

func (b *browser) describe() string {
	a := b.answer
	switch {
	case a.Step != nil && a.Step.Refusal != nil:
		return "the refusal page with " + a.Step.Code.String()
	case a.Step != nil:
		return "page " + string(a.Step.Page) + " with " + a.Step.Code.String()
	case a.Grant != nil:
		return "a grant"
	case a.Refusal != nil:
		return "a refusal for the client with " + a.Refusal.Code.String()
	}
	return "a return to " + a.Return
}

// wantPage fails unless the browser is at a page with a code.
func (b *browser) wantPage(page signin.Page, code result.Code) *browser {
	b.Helper()
	if s := b.answer.Step; s == nil || s.Page != page || s.Code != code {
		b.Fatalf("at %s, want page %s with %d", b.describe(), page, code)
	}
	return b
}

// wantRefusal fails unless the browser is at the refusal page.
func (b *browser) wantRefusal(code result.Code) *signin.Refusal {
	b.Helper()
	b.wantPage(signin.PageRefusal, code)
	return b.answer.Step.Refusal
}

// signIn types a name and the password.
func (b *browser) signIn(r signin.Request, name string) *browser {
	b.Helper()
	b.begin(r).wantPage(signin.PageAccount, 0)
	return b.post(signin.Input{Name: name}).wantPage(signin.PagePassword, 0).post(signin.Input{Password: password})
}

// caller is a client that calls the token endpoint itself.
func (w *world) exchange(caller signin.Caller, protocol signin.Protocol, scopes ...string) *signin.Exchange {
	w.Helper()
	x, refusal, err := w.p.Open(w.Context(), caller, signin.Request{Tenant: string(w.tenant.ID), Protocol: protocol, Client: string(w.app.AppID), Scopes: scopes})
	w.must(err)
	if refusal != nil {
		w.Fatalf("the exchange is refused with %v", refusal.Code)
	}
	return x
}

// refresh evaluates a refresh of a grant's sign-in.
func (b *browser) refresh(g *signin.Grant, scopes ...string) (*signin.Grant, *signin.Refusal) {
	b.Helper()
	x := b.exchange(b.caller, signin.RefreshGrant, append([]string{"openid"}, scopes...)...)
	grant, refusal, err := x.Evaluate(b.Context(), signin.Subject{Artefact: signin.FromRefresh, User: g.User.ID, SignIn: g.SignIn, SessionID: g.SessionID, Redirect: g.Redirect})
	b.must(err)
	return grant, refusal
}

// wantRefused fails unless a refresh was refused with a code.
func (b *browser) wantRefused(g *signin.Grant, code result.Code, scopes ...string) *signin.Refusal {
	b.Helper()
	grant, refusal := b.refresh(g, scopes...)
	if refusal == nil {
		b.Fatalf("the refresh is granted (%v), want %d", grant != nil, code)
	}
	if refusal.Code != code {
		b.Fatalf("the refresh is refused with %d, want %d", refusal.Code, code)
	}
	return refusal
}

// totp registers an authenticator app and returns its secret.
func (w *world) totp(u *directory.User) []byte {
	w.Helper()
	secret := []byte("a secret of twenty b")
	w.credentials(u, func(_ *directory.User, c *directory.UserCredentials) {
		c.TOTP = append(c.TOTP, directory.TOTP{ID: directory.KeyID(storetest.ID()), Secret: secret, Created: w.now})
	})
	return secret
}

func (w *world) code(secret []byte) string {
	w.Helper()
	code, err := factor.TOTPCode(secret, w.now)
	w.must(err)
	return code
}
