package test

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// Who signs in.
const (
	domain   = "contoso.example"
	person   = "ann@" + domain
	password = "correct horse 7 battery"
)

// Where the apps get their answers. Nobody listens there: the tests' browsers
// stop before.
const (
	webReply    = "https://shop.example/callback"
	nativeReply = "http://localhost"          // as Microsoft's libraries have it
	loopReply   = "http://localhost/callback" // as others do
)

// tenant is one tenant of a server: a person, a confidential and a public
// client, and two APIs that they may read.
type tenant struct {
	*server
	directory.Tenant
	db     *store.DB
	ann    directory.User
	web    directory.Application
	secret string
	native directory.Application
	orders directory.Application // api://orders: read
	stock  directory.Application // api://stock: read
}

// newTenant makes the tenant in a running server's data, as an operator does.
func newTenant(s *server) *tenant {
	s.Helper()
	folder, err := data.OpenExisting(s.Context(), s.data)
	s.must(err)
	s.Cleanup(func() { s.must(folder.Close()) })
	o := &tenant{server: s, db: folder.DB}
	o.Tenant = storetest.Tenant(s, o.db, domain)
	o.hire()
	o.orders, _ = o.api("orders")
	o.stock, _ = o.api("stock")
	o.web = o.client("web", func(a *directory.Application) {
		secret, text, err := directory.NewClientSecret(rand.Reader, "test", time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour))
		s.must(err)
		o.secret = text
		a.Secrets, a.Redirects = []directory.ClientSecret{secret}, directory.RedirectURIs{Web: []string{webReply}}
	})
	o.native = o.client("native", func(a *directory.Application) {
		a.FallbackPublic, a.Redirects = true, directory.RedirectURIs{Public: []string{nativeReply, loopReply}}
	})
	return o
}

func change() directory.Change {
	return directory.Change{At: time.Now(), By: directory.Actor{Kind: directory.ActorOperator, Name: "test"}}
}

// hire makes the person.
func (o *tenant) hire() {
	o.Helper()
	o.ann = storetest.NewUser(o.Tenant, "ann")
	d := o.db.Directory()
	o.must(d.Users.Create(o.Context(), change(), &o.ann))
	passwords, err := factor.NewPasswords(factor.Limits{Parallel: 1}, rand.Reader)
	o.must(err)
	hash, err := passwords.Hash(o.Context(), password)
	o.must(err)
	o.must(d.Credentials.UpdateCredentials(o.Context(), change(), o.ID, o.ann.ID, func(u *directory.User, held *directory.UserCredentials) error {
		factor.SetPassword(u, held, hash, time.Now(), false)
		return nil
	}))
}

// api makes an API that anybody's app may be allowed to read.
func (o *tenant) api(name string) (directory.Application, directory.ServicePrincipal) {
	o.Helper()
	a, sp := storetest.App(o, o.db, o.Tenant, name, "api://"+name)
	a, err := o.db.Directory().Applications.Update(o.Context(), change(), o.ID, a.ID, func(a *directory.Application) error {
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(storetest.ID()), Value: "read", LowImpact: true}}
		return nil
	})
	o.must(err)
	return a, sp
}

// client makes a client that may read both APIs.
func (o *tenant) client(name string, f func(*directory.Application)) directory.Application {
	o.Helper()
	d := o.db.Directory()
	a, sp := storetest.App(o, o.db, o.Tenant, name)
	a, err := d.Applications.Update(o.Context(), change(), o.ID, a.ID, func(a *directory.Application) error { f(a); return nil })
	o.must(err)
	for _, api := range []directory.Application{o.orders, o.stock} {
		resource, err := d.ServicePrincipals.ByName(o.Context(), o.ID, string(api.AppID))
		o.must(err)
		_, err = d.Consents.Allow(o.Context(), change(), directory.Consent{
			ID: directory.ConsentID(storetest.ID()), TenantID: o.ID, Client: sp.ID, Resource: resource.ID, Scopes: []string{"read"},
		})
		o.must(err)
	}
	return a
}

// block keeps a policy that lets nobody in from anywhere, in a state, and
// returns its id.
func (o *tenant) block(state string) string {
	o.Helper()
	id := storetest.ID()
	o.must(o.db.Directory().Policies.Create(o.Context(), change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: o.ID, Created: time.Now(), JSON: json.RawMessage(`{"id":"` + id + `","displayName":"Nobody from anywhere","state":"` + state + `",
			"conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]},"clientAppTypes":["all"],"locations":{"includeLocations":["All"]}},
			"grantControls":{"operator":"OR","builtInControls":["block"]}}`),
	}))
	return id
}

// challenge is what a refusal by a policy asks a client to send back.
func challenge(policy string) string {
	return `{"access_token":{"capolids":{"essential":true,"values":["` + policy + `"]}}}`
}

// secure starts a server that serves https by an authority of its own, as
// Microsoft's libraries want it, with a tenant.
func secure(t *testing.T) *tenant {
	t.Helper()
	return newTenant(start(t, "--tls", "local"))
}

// enable turns a policy on.
func (o *tenant) enable(policy string) {
	o.Helper()
	_, err := o.db.Directory().Policies.Update(o.Context(), change(), o.ID, access.PolicyID(policy), func(d *directory.Document) error {
		d.JSON = json.RawMessage(strings.Replace(string(d.JSON), directory.StateReportOnly, directory.StateEnabled, 1))
		return nil
	})
	o.must(err)
}

// remove ends a policy.
func (o *tenant) remove(policy string) {
	o.Helper()
	o.must(o.db.Directory().Policies.Delete(o.Context(), change(), o.ID, access.PolicyID(policy)))
}

// in returns the tenant for a part of a test.
func (o *tenant) in(t *testing.T) *tenant {
	part, s := *o, *o.server
	s.T = t
	part.server = &s
	return &part
}
