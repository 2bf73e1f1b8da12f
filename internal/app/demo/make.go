package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	_ "embed"

	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/store"
)

//go:embed tenant/policies.json
var policiesJSON []byte

//go:embed tenant/locations.json
var locationsJSON []byte

// deviceLife is how long the demo's device certificates are good.
const deviceLife = 365 * 24 * time.Hour

// maker makes the demo's tenants.
type maker struct {
	d       directory.Directory
	change  directory.Change
	now     time.Time
	hash    string // of Password, for everybody: hashing takes its time on purpose
	secret  []byte // of the authenticator
	devices []madeDevice
	apps    map[string]directory.ClientSecret
	origin  string
}

// madeDevice is a device with the certificate that was issued to it.
type madeDevice struct {
	device
	der []byte
	key *ecdsa.PrivateKey
}

// make makes the tenants in one transaction, so that there is never half of
// them.
func (d *Demo) make(ctx context.Context) (kept, error) {
	m := &maker{
		d: d.d, now: d.parts.Now(), secret: make([]byte, 20), apps: map[string]directory.ClientSecret{}, origin: d.parts.Origin,
		change: directory.Change{At: d.parts.Now(), By: directory.Actor{Kind: directory.ActorSystem, Name: "demo"}},
	}
	known := kept{Secrets: map[string]string{}, Devices: map[string][]byte{}}
	var err error
	if m.hash, err = d.parts.Passwords.Hash(ctx, Password); err != nil {
		return known, err
	}
	if _, err := io.ReadFull(d.parts.Random, m.secret); err != nil {
		return known, fmt.Errorf("read randomness for the demo: %w", err)
	}
	for _, a := range apps {
		if a.kind == directory.RedirectPublic {
			continue
		}
		secret, text, err := directory.NewClientSecret(d.parts.Random, "demo", m.now, m.now.AddDate(2, 0, 0))
		if err != nil {
			return known, err
		}
		m.apps[a.Key], known.Secrets[a.Key] = secret, text
	}
	if err := d.makeDevices(ctx, m, &known); err != nil {
		return known, err
	}
	return known, d.parts.Folder.DB.Transaction(ctx, func(ctx context.Context) error {
		for _, step := range []func(context.Context) error{m.tenants, m.people, m.applications, m.registerDevices, m.documents} {
			if err := step(ctx); err != nil {
				return fmt.Errorf("make the demo's tenants: %w", err)
			}
		}
		if err := d.compromise(ctx); err != nil {
			return err
		}
		return keptOf(d.parts.Folder.DB).Create(ctx, keptKey, time.Time{}, known)
	})
}

// makeDevices issues the devices' certificates and writes them to files, for
// clients that speak TLS.
func (d *Demo) makeDevices(ctx context.Context, m *maker, known *kept) error {
	authority, err := d.parts.Folder.DeviceAuthority(ctx, d.parts.Random, m.now)
	if err != nil {
		return err
	}
	for _, one := range devices {
		der, key, err := authority.Device(string(one.id), deviceLife, m.now)
		if err != nil {
			return err
		}
		if known.Devices[one.Key], err = x509.MarshalPKCS8PrivateKey(key); err != nil {
			return fmt.Errorf("keep the key of a device: %w", err)
		}
		m.devices = append(m.devices, madeDevice{one, der, key})
		if err := d.parts.Folder.WriteDevice(one.Key, der, key); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) tenants(ctx context.Context) error {
	for i, t := range []directory.Tenant{
		{ID: Tenant, DisplayName: "Contoso", Domains: []directory.Domain{{Name: Domain, Verified: true, Default: true}}, Settings: directory.Settings{
			Help: directory.HelpContact{Name: "Contoso helpdesk", Email: "helpdesk@" + Domain, Phone: "+39 02 5550 1234"},
		}},
		{ID: homeTenant, DisplayName: "Fabrikam", Domains: []directory.Domain{{Name: homeDomain, Verified: true, Default: true}}},
	} {
		t.Created = m.now.Add(time.Duration(i) * time.Millisecond) // Contoso is the first
		if err := m.d.Tenants.Create(ctx, m.change, &t); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) people(ctx context.Context) error {
	for _, g := range groups {
		group := directory.Group{ID: g.id, TenantID: Tenant, DisplayName: g.name, SecurityEnabled: true, Created: m.now}
		if err := m.d.Groups.Create(ctx, m.change, &group); err != nil {
			return err
		}
	}
	if err := m.d.Memberships.AddMember(ctx, m.change, Tenant, board, directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(boardMembers)}); err != nil {
		return err
	}
	for i := range people {
		if err := m.person(ctx, &people[i], people[i].user(Tenant, Domain)); err != nil {
			return err
		}
	}
	for i := range visitors {
		if err := m.person(ctx, &visitors[i], visitors[i].user(homeTenant, homeDomain)); err != nil {
			return err
		}
	}
	return m.guest(ctx, &visitors[0])
}

// person makes somebody with a password, groups and a role.
func (m *maker) person(ctx context.Context, p *person, u directory.User) error {
	u.Created, u.PasswordChangedAt = m.now, m.now
	if err := m.d.Users.Create(ctx, m.change, &u); err != nil {
		return err
	}
	err := m.d.Credentials.UpdateCredentials(ctx, m.change, u.TenantID, u.ID, func(_ *directory.User, held *directory.UserCredentials) error {
		held.Password = &directory.Password{Hash: m.hash, Set: m.now}
		if p.authenticator {
			held.TOTP = []directory.TOTP{{ID: authenticatorID, Name: "Demo authenticator", Secret: m.secret, Created: m.now}}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, group := range p.in {
		if err := m.d.Memberships.AddMember(ctx, m.change, u.TenantID, group, directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(u.ID)}); err != nil {
			return err
		}
	}
	if !p.admin {
		return nil
	}
	return m.d.RoleAssignments.Create(ctx, m.change, &directory.RoleAssignment{
		ID: directory.RoleAssignmentID("5a11e9e1" + string(u.ID)[8:]), TenantID: u.TenantID, RoleID: directory.RoleGlobalAdministrator, Principal: directory.PrincipalID(u.ID),
	})
}

const authenticatorID directory.KeyID = "5a11e9e2-0000-4000-8000-000000000001"

// guest makes the object of somebody of the other tenant.
func (m *maker) guest(ctx context.Context, p *person) error {
	return m.d.Users.Create(ctx, m.change, &directory.User{
		ID: "5a11e9e3" + userID(p.id)[8:], TenantID: Tenant, UserPrincipalName: p.name + "_" + homeDomain + "#ext#@" + Domain, DisplayName: p.display,
		AccountEnabled: true, Type: directory.Guest, Created: m.now,
		External: &directory.External{State: directory.Accepted, HomeTenantID: homeTenant, HomeUserID: userID(p.id), InvitedMail: p.name + "@" + homeDomain, StateChanged: m.now},
	})
}

func (m *maker) applications(ctx context.Context) error {
	api := filesAPI()
	principal := principalOf(files, "Files", false, filesURI)
	if err := m.application(ctx, api, principal); err != nil {
		return err
	}
	for i := range apps {
		a := &apps[i]
		reg := a.application(m.origin)
		if secret, confidential := m.apps[a.Key]; confidential {
			reg.Secrets = []directory.ClientSecret{secret}
		}
		if err := m.application(ctx, reg, a.principal()); err != nil {
			return err
		}
		if _, err := m.d.Consents.Allow(ctx, m.change, directory.Consent{
			ID: directory.ConsentID("5a11e9b4" + string(a.id)[8:]), TenantID: Tenant, Client: a.principal().ID, Resource: principal.ID, Scopes: []string{"Files.Read"},
		}); err != nil {
			return err
		}
	}
	papers, _ := appOf("board")
	return m.d.AppRoleAssignments.Create(ctx, m.change, &directory.AppRoleAssignment{
		ID: "5a11e9b5-0000-4000-8000-000000000001", TenantID: Tenant, Resource: papers.principal().ID, Principal: directory.PrincipalID(board),
	})
}

func (m *maker) application(ctx context.Context, reg directory.Application, principal directory.ServicePrincipal) error {
	reg.Created, principal.Created = m.now, m.now
	if err := m.d.Applications.Create(ctx, m.change, &reg); err != nil {
		return err
	}
	return m.d.ServicePrincipals.Create(ctx, m.change, &principal)
}

func (m *maker) registerDevices(ctx context.Context) error {
	for _, made := range m.devices {
		if made.deleted {
			continue
		}
		one, err := made.registered(m.now)
		if err != nil {
			return err
		}
		if err := m.d.Devices.Create(ctx, m.change, &one); err != nil {
			return err
		}
	}
	return nil
}

// registered is the device as the directory knows it.
func (made *madeDevice) registered(now time.Time) (directory.Device, error) {
	public, err := x509.MarshalPKIXPublicKey(made.key.Public())
	if err != nil {
		return directory.Device{}, fmt.Errorf("write the key of a device: %w", err)
	}
	thumbprint, err := factor.DeviceKeyThumbprint(made.key.Public())
	if err != nil {
		return directory.Device{}, err
	}
	one := directory.Device{
		ID: directory.DeviceObjectID("5a11e9f1" + string(made.id)[8:]), TenantID: Tenant, DeviceID: made.id, DisplayName: made.Name, AccountEnabled: true,
		OperatingSystem: "Windows", OSVersion: "10.0.26100", PublicKey: public, KeyThumbprint: thumbprint,
		CertificateThumbprint: thumbprintOf(made.der), CertificateUntil: now.Add(deviceLife), ComplianceChecked: now, Registered: now,
		Owners: []access.UserID{userID(people[0].id)},
	}
	made.change(&one)
	return one, nil
}

// documents stores locations and policies as Graph writes them.
func (m *maker) documents(ctx context.Context) error {
	for _, set := range []struct {
		kind   directory.DocumentKind
		text   []byte
		create func(context.Context, directory.Change, *directory.Document) error
	}{
		{directory.LocationDocument, locationsJSON, m.d.Locations.Create},
		{directory.PolicyDocument, policiesJSON, m.d.Policies.Create},
	} {
		var list []json.RawMessage
		if err := json.Unmarshal(set.text, &list); err != nil {
			return fmt.Errorf("read the demo's documents: %w", err)
		}
		for _, text := range list {
			var id struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(text, &id); err != nil {
				return fmt.Errorf("read the demo's documents: %w", err)
			}
			one := directory.Document{Kind: set.kind, ID: id.ID, TenantID: Tenant, JSON: text, Created: m.now}
			if err := set.create(ctx, m.change, &one); err != nil {
				return err
			}
		}
	}
	return nil
}

// compromise lets somebody carry a high risk.
func (d *Demo) compromise(ctx context.Context) error {
	for i := range people {
		if !people[i].compromised {
			continue
		}
		var history risk.History
		history.Confirm(true, d.parts.Now())
		key := string(Tenant) + "/" + string(userID(people[i].id))
		if err := store.ShelfOf[risk.History](d.parts.Folder.DB, "risk").Create(ctx, key, time.Time{}, history); err != nil {
			return err
		}
	}
	return nil
}

// welcome registers the address of this start with the apps: a demo may listen
// on another port, or by https, than it did before.
func (d *Demo) welcome(ctx context.Context) error {
	change := directory.Change{At: d.parts.Now(), By: directory.Actor{Kind: directory.ActorSystem, Name: "demo"}}
	for i := range apps {
		a := &apps[i]
		_, err := d.d.Applications.Update(ctx, change, Tenant, a.application(d.parts.Origin).ID, func(reg *directory.Application) error {
			a.redirect(reg, d.parts.Origin)
			return nil
		})
		if err != nil {
			return fmt.Errorf("register the address of the demo's %s: %w", a.Name, err)
		}
	}
	return nil
}
