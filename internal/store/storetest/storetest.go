// Package storetest is the conformance suite of stores: every kind of database
// must pass all of Run. Its fixtures also serve tests of other packages, which
// open a store in memory instead of a mock.
package storetest

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/sqlite"
)

// Now is the instant at which the fixtures live.
var Now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// Open returns an empty store in memory, closed when the test ends.
func Open(t testing.TB) *store.DB {
	t.Helper()
	db, err := sqlite.OpenMemory(t.Context(), Options(t))
	if err != nil {
		t.Fatalf("open a store in memory: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return db
}

// Options returns options with a key of their own.
func Options(t testing.TB) store.Options {
	t.Helper()
	sealer, err := store.NewKeyring()
	if err != nil {
		t.Fatalf("make a key: %v", err)
	}
	return store.Options{Sealer: sealer}
}

// ids numbers the fixtures' ids.
var ids atomic.Uint64

// ID returns a GUID that no other call returned.
func ID() string {
	id, err := directory.NewID(random(ids.Add(1)))
	if err != nil {
		panic(err) // a stream from a seed does not end
	}
	return id
}

// Key returns the key of a secret that no other call returned.
func Key() session.Key {
	secret, err := session.NewSecret(random(ids.Add(1)))
	if err != nil {
		panic(err) // a stream from a seed does not end
	}
	return secret.Key()
}

// random returns a stream of bytes that a number determines.
func random(n uint64) *rand.ChaCha8 {
	var seed [8]byte
	binary.LittleEndian.PutUint64(seed[:], n)
	return rand.NewChaCha8(sha256.Sum256(seed[:]))
}

// Change is an author for fixtures.
func Change() directory.Change {
	return directory.Change{At: Now, By: directory.Actor{Kind: directory.ActorOperator, Name: "tester"}}
}

// Tenant makes a tenant with one verified domain.
func Tenant(t testing.TB, db *store.DB, domain string) directory.Tenant {
	t.Helper()
	tenant := directory.Tenant{
		ID: access.TenantID(ID()), DisplayName: domain, Created: Now,
		Domains: []directory.Domain{{Name: domain, Verified: true, Default: true}},
	}
	if err := db.Directory().Tenants.Create(t.Context(), Change(), &tenant); err != nil {
		t.Fatalf("create tenant %s: %v", domain, err)
	}
	return tenant
}

// User makes a member of a tenant with a name in its default domain.
func User(t testing.TB, db *store.DB, tenant directory.Tenant, name string) directory.User {
	t.Helper()
	user := NewUser(tenant, name)
	if err := db.Directory().Users.Create(t.Context(), Change(), &user); err != nil {
		t.Fatalf("create user %s: %v", name, err)
	}
	return user
}

// NewUser returns a user that is not stored yet.
func NewUser(tenant directory.Tenant, name string) directory.User {
	return directory.User{
		ID: access.UserID(ID()), TenantID: tenant.ID, UserPrincipalName: name + "@" + tenant.DefaultDomain(),
		DisplayName: name, AccountEnabled: true, Created: Now,
	}
}

// Group makes a security group with members.
func Group(t testing.TB, db *store.DB, tenant directory.Tenant, name string, members ...directory.GroupMember) directory.Group {
	t.Helper()
	group := directory.Group{ID: access.GroupID(ID()), TenantID: tenant.ID, DisplayName: name, SecurityEnabled: true, RoleAssignable: true, Created: Now}
	d := db.Directory()
	if err := d.Groups.Create(t.Context(), Change(), &group); err != nil {
		t.Fatalf("create group %s: %v", name, err)
	}
	for _, member := range members {
		if err := d.Memberships.AddMember(t.Context(), Change(), tenant.ID, group.ID, member); err != nil {
			t.Fatalf("add %s to %s: %v", member.ID, name, err)
		}
	}
	return group
}

// App makes an application of a tenant and its service principal there.
func App(t testing.TB, db *store.DB, tenant directory.Tenant, name string, identifiers ...string) (directory.Application, directory.ServicePrincipal) {
	t.Helper()
	d := db.Directory()
	app := directory.Application{
		ID: directory.ApplicationID(ID()), TenantID: tenant.ID, AppID: access.AppID(ID()), DisplayName: name, IdentifierURIs: identifiers, Created: Now,
		Redirects: directory.RedirectURIs{Web: []string{"https://" + name + ".example/callback"}},
	}
	if err := d.Applications.Create(t.Context(), Change(), &app); err != nil {
		t.Fatalf("create application %s: %v", name, err)
	}
	sp := directory.ServicePrincipal{
		ID: access.ServicePrincipalID(ID()), TenantID: tenant.ID, AppID: app.AppID, DisplayName: name,
		AccountEnabled: true, Names: identifiers, Created: Now,
	}
	if err := d.ServicePrincipals.Create(t.Context(), Change(), &sp); err != nil {
		t.Fatalf("create service principal %s: %v", name, err)
	}
	return app, sp
}

// Grant returns a grant of a user that is not stored yet.
func Grant(user directory.User, client access.AppID) session.Grant {
	return session.Grant{
		ID: session.GrantID(ID()), TenantID: user.TenantID, Client: client, User: user.ID, SignIn: SignIn(user),
		Scope: "openid", Idle: 90 * 24 * time.Hour, Created: Now, LastUsed: Now,
	}
}

// SignIn returns a user's sign-in with a password.
func SignIn(user directory.User) session.SignIn {
	return session.SignIn{TenantID: user.TenantID, UserID: user.ID, Factors: []session.Factor{{Method: access.Password, At: Now, First: true}}}
}

// suite is what every test of the suite gets.
type suite struct {
	open func(testing.TB) *store.DB
}

// Run runs the conformance suite on stores that open makes: each call returns
// an empty one that is closed when its test ends.
func Run(t *testing.T, open func(testing.TB) *store.DB) {
	s := suite{open}
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"tenants", s.tenants}, {"users", s.users}, {"objects", s.objects}, {"pages", s.pages},
		{"groups", s.groups}, {"roles", s.roles}, {"apps", s.apps}, {"consent", s.consent}, {"app roles", s.appRoles},
		{"devices", s.devices}, {"documents", s.documents}, {"security defaults", s.securityDefaults},
		{"credentials", s.credentials}, {"passkeys", s.passkeys}, {"lockout", s.lockout}, {"agreements", s.agreements},
		{"deleted user", s.deletedUser}, {"deleted tenant", s.deletedTenant}, {"audit", s.audit},
		{"sessions", s.sessions}, {"codes", s.codes}, {"code redeemed by many", s.codeContention},
		{"grants", s.grants}, {"revocation", s.revocation}, {"shelf", s.shelf}, {"shelf taken by many", s.takeContention},
		{"sign-ins", s.signIns}, {"stream", s.stream}, {"purge", s.purge},
		{"transaction", s.transaction}, {"nested transaction", s.nestedTransaction}, {"two writers", s.twoWriters},
		{"failed neighbour", s.failedNeighbour}, {"cancelled", s.cancelled}, {"closed", s.closed},
	} {
		t.Run(test.name, test.run)
	}
}
