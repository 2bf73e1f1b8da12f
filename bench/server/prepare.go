package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// The organisation that is measured.
const (
	domain   = "bench.example"
	password = "Correct horse 7 battery"
	replyTo  = "https://app.example/callback"
	policies = 200
	groups   = 20 // everybody is in five of them
)

// organisation is what a client needs to know of the data.
type organisation struct {
	clientID, secret string
	people           []string // user principal names
}

// preparation fills an empty data folder.
type preparation struct {
	ctx    context.Context
	folder *data.Folder
	d      directory.Directory
	by     directory.Change
	tenant directory.Tenant
	groups []access.GroupID
	org    organisation
}

// prepare makes a data folder with an organisation of so many people. Everybody
// has the same password hash, which costs a sign-in the same and spares the
// preparation minutes.
func prepare(ctx context.Context, path string, people int) (_ organisation, err error) {
	folder, err := data.Open(ctx, path)
	if err != nil {
		return organisation{}, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	p := &preparation{
		ctx: ctx, folder: folder, d: folder.DB.Directory(),
		by: directory.Change{At: time.Now(), By: directory.Actor{Kind: directory.ActorOperator, Name: "bench"}},
	}
	for _, step := range []func() error{p.makeTenant, p.makeApps, p.makeGroups, p.makePolicies, func() error { return p.makePeople(people) }} {
		if err := folder.DB.Transaction(ctx, func(ctx context.Context) error { p.ctx = ctx; return step() }); err != nil {
			return organisation{}, fmt.Errorf("prepare the data: %w", err)
		}
	}
	return p.org, nil
}

// id returns a new GUID.
func id() string {
	id, err := directory.NewID(rand.Reader)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return id
}

func (p *preparation) makeTenant() error {
	stay := false // nobody is asked whether to stay signed in
	p.tenant = directory.Tenant{
		ID: access.TenantID(id()), DisplayName: "Bench", Created: p.by.At,
		Domains: []directory.Domain{{Name: domain, Verified: true, Default: true}}, Settings: directory.Settings{KeepSignedIn: &stay},
	}
	return p.d.Tenants.Create(p.ctx, p.by, &p.tenant)
}

// makeApps makes a confidential client and an API that it may call.
func (p *preparation) makeApps() error {
	secret, text, err := directory.NewClientSecret(rand.Reader, "bench", p.by.At.Add(-time.Hour), p.by.At.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	client, err := p.makeApp("client", func(a *directory.Application) {
		a.Secrets = []directory.ClientSecret{secret}
		a.Redirects = directory.RedirectURIs{Web: []string{replyTo}}
		p.org.clientID, p.org.secret = string(a.AppID), text
	})
	if err != nil {
		return err
	}
	api, err := p.makeApp("api", func(a *directory.Application) {
		a.IdentifierURIs = []string{"api://" + domain}
		a.Scopes = []directory.Scope{{ID: directory.ScopeID(id()), Value: "read", LowImpact: true}}
	})
	if err != nil {
		return err
	}
	_, err = p.d.Consents.Allow(p.ctx, p.by, directory.Consent{
		ID: directory.ConsentID(id()), TenantID: p.tenant.ID, Client: client, Resource: api, Scopes: []string{"read"},
	})
	return err
}

func (p *preparation) makeApp(name string, change func(*directory.Application)) (access.ServicePrincipalID, error) {
	app := directory.Application{ID: directory.ApplicationID(id()), TenantID: p.tenant.ID, AppID: access.AppID(id()), DisplayName: name, Created: p.by.At}
	change(&app)
	if err := p.d.Applications.Create(p.ctx, p.by, &app); err != nil {
		return "", err
	}
	sp := directory.ServicePrincipal{
		ID: access.ServicePrincipalID(id()), TenantID: p.tenant.ID, AppID: app.AppID, DisplayName: name,
		AccountEnabled: true, Names: app.IdentifierURIs, Created: p.by.At,
	}
	return sp.ID, p.d.ServicePrincipals.Create(p.ctx, p.by, &sp)
}

func (p *preparation) makeGroups() error {
	for n := range groups {
		g := directory.Group{ID: access.GroupID(id()), TenantID: p.tenant.ID, DisplayName: fmt.Sprintf("group %d", n), SecurityEnabled: true, Created: p.by.At}
		if err := p.d.Groups.Create(p.ctx, p.by, &g); err != nil {
			return err
		}
		p.groups = append(p.groups, g.ID)
	}
	return nil
}

// makePeople makes people who each are in five groups, none of them in the
// first five, which the policies are about.
func (p *preparation) makePeople(count int) error {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	enc := base64.RawStdEncoding
	hash := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemoryKiB, hashPasses, hashLanes, enc.EncodeToString(salt),
		enc.EncodeToString(argon2.IDKey([]byte(password), salt, hashPasses, hashMemoryKiB, hashLanes, hashBytes)))
	for n := range count {
		u := directory.User{
			ID: access.UserID(id()), TenantID: p.tenant.ID, UserPrincipalName: fmt.Sprintf("person%d@%s", n, domain),
			DisplayName: fmt.Sprintf("Person %d", n), AccountEnabled: true, Created: p.by.At,
		}
		if err := p.d.Users.Create(p.ctx, p.by, &u); err != nil {
			return err
		}
		err := p.d.Credentials.UpdateCredentials(p.ctx, p.by, p.tenant.ID, u.ID, func(u *directory.User, c *directory.UserCredentials) error {
			c.Password = &directory.Password{Hash: hash, Set: p.by.At}
			u.PasswordChangedAt = p.by.At
			return nil
		})
		if err != nil {
			return err
		}
		for k := range 5 {
			g := p.groups[5+(n+3*k)%(groups-5)]
			if err := p.d.Memberships.AddMember(p.ctx, p.by, p.tenant.ID, g, directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(u.ID)}); err != nil {
				return err
			}
		}
		p.org.people = append(p.org.people, u.UserPrincipalName)
	}
	return nil
}

// makePolicies makes enabled policies of the kinds that organisations have.
// Every attempt passes all of them, and each must be looked at to know.
func (p *preparation) makePolicies() error {
	home := id()
	if err := p.d.Locations.Create(p.ctx, p.by, &directory.Document{
		Kind: directory.LocationDocument, ID: home, TenantID: p.tenant.ID, DisplayName: "far away", Created: p.by.At,
		JSON: json.RawMessage(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"` + home + `","displayName":"far away","isTrusted":false,` +
			`"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"203.0.113.0/24"},{"@odata.type":"#microsoft.graph.iPv6CidrRange","cidrAddress":"2001:db8::/32"}]}`),
	}); err != nil {
		return err
	}
	const everybody, allApps = `"users":{"includeUsers":["All"]}`, `"applications":{"includeApplications":["All"]}`
	const block, mfa = `{"operator":"OR","builtInControls":["block"]}`, `{"operator":"OR","builtInControls":["mfa"]}`
	kinds := []func(n int) (conditions, grant string){
		func(int) (string, string) { // other clients than browsers
			return everybody + `,` + allApps + `,"clientAppTypes":["exchangeActiveSync","other"]`, block
		},
		func(n int) (string, string) { // groups
			return `"users":{"includeGroups":["` + string(p.groups[n%5]) + `"]},` + allApps, mfa
		},
		func(int) (string, string) { // networks
			return everybody + `,` + allApps + `,"locations":{"includeLocations":["` + home + `"]}`, block
		},
		func(int) (string, string) { // everywhere but one network, for a platform
			return everybody + `,` + allApps + `,"platforms":{"includePlatforms":["windowsPhone"]},"locations":{"includeLocations":["All"],"excludeLocations":["` + home + `"]}`, block
		},
		func(int) (string, string) { // roles
			return `"users":{"includeRoles":["62e90394-69f5-4237-9190-012177145e10"]},` + allApps, mfa
		},
		func(int) (string, string) { // one app
			return everybody + `,"applications":{"includeApplications":["` + id() + `"]}`, mfa
		},
		func(int) (string, string) { // a flow
			return everybody + `,` + allApps + `,"authenticationFlows":{"transferMethods":"deviceCodeFlow"}`, block
		},
		func(int) (string, string) { // guests
			return `"users":{"includeUsers":["GuestsOrExternalUsers"]},` + allApps, mfa
		},
	}
	for n := range policies {
		conditions, grant := kinds[n%len(kinds)](n)
		id, name := id(), fmt.Sprintf("policy %d", n)
		if err := p.d.Policies.Create(p.ctx, p.by, &directory.Document{
			Kind: directory.PolicyDocument, ID: id, TenantID: p.tenant.ID, DisplayName: name, State: directory.StateEnabled, Created: p.by.At,
			JSON: json.RawMessage(`{"id":"` + id + `","displayName":"` + name + `","state":"enabled","conditions":{` + conditions + `},"grantControls":` + grant + `}`),
		}); err != nil {
			return err
		}
	}
	return nil
}
