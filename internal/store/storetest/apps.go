package storetest

import (
	"slices"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// sorted returns ids in their order.
func sorted[S ~string](ids ...S) []S {
	slices.Sort(ids)
	return ids
}

func (s suite) apps(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant, other := Tenant(t, db, "contoso.example"), Tenant(t, db, "fabrikam.example")
	app, sp := App(t, db, tenant, "mail", "api://Mail")
	got, err := d.Applications.ByAppID(ctx, app.AppID)
	must(t, "by app id", err)
	same(t, "application", got, app)
	_, err = d.Applications.ByAppID(ctx, access.AppID(ID()))
	wantKind(t, "by an unknown app id", err, fault.NotFound)
	list, err := d.Applications.ByIdentifier(ctx, "API://mail")
	must(t, "by identifier", err)
	same(t, "applications by identifier", list, []directory.Application{app})
	list, err = d.Applications.ByIdentifier(ctx, "api://other")
	must(t, "by an unknown identifier", err)
	same(t, "applications by an unknown identifier", len(list), 0)

	for _, name := range []string{string(app.AppID), "api://mail", "API://MAIL"} {
		found, err := d.ServicePrincipals.ByName(ctx, tenant.ID, name)
		must(t, "service principal by "+name, err)
		same(t, "service principal by "+name, found, sp)
	}
	_, err = d.ServicePrincipals.ByName(ctx, other.ID, string(app.AppID))
	wantKind(t, "service principal in another tenant", err, fault.NotFound)

	thief := app
	thief.ID, thief.TenantID = directory.ApplicationID(ID()), other.ID
	wantKind(t, "an app id of another tenant's app", d.Applications.Create(ctx, Change(), &thief), fault.Conflict)
	twin := sp
	twin.ID, twin.AppID = access.ServicePrincipalID(ID()), access.AppID(ID())
	wantKind(t, "a name of another service principal", d.ServicePrincipals.Create(ctx, Change(), &twin), fault.Conflict)
	_, err = d.ServicePrincipals.Update(ctx, Change(), tenant.ID, sp.ID, func(p *directory.ServicePrincipal) error {
		p.Names = []string{"api://new"}
		p.Attributes = map[string][]string{"Finance_tier": {"gold"}}
		return nil
	})
	must(t, "rename", err)
	_, err = d.ServicePrincipals.ByName(ctx, tenant.ID, "api://mail")
	wantKind(t, "by the old name", err, fault.NotFound)
	_, err = d.ServicePrincipals.ByName(ctx, tenant.ID, "api://new")
	must(t, "by the new name", err)
	must(t, "delete the service principal", d.ServicePrincipals.Delete(ctx, Change(), tenant.ID, sp.ID))
	_, err = d.ServicePrincipals.ByName(ctx, tenant.ID, "api://new")
	wantKind(t, "by the name of a deleted one", err, fault.NotFound)
}

func (s suite) consent(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, tenant, "bob")
	_, client := App(t, db, tenant, "client")
	_, resource := App(t, db, tenant, "resource", "api://resource")
	allow := func(user access.UserID, scopes ...string) directory.Consent {
		t.Helper()
		held, err := d.Consents.Allow(ctx, Change(), directory.Consent{
			ID: directory.ConsentID(ID()), TenantID: tenant.ID, Client: client.ID, Resource: resource.ID, User: user, Scopes: scopes,
		})
		must(t, "allow", err)
		return held
	}
	first := allow(ann.ID, "read", "write")
	second := allow(ann.ID, "Read", "delete")
	same(t, "one consent grows", second.ID, first.ID)
	same(t, "scopes", second.Scopes, []string{"delete", "read", "write"})
	everyone := allow("", "read")
	got, err := d.Consents.For(ctx, tenant.ID, client.ID, resource.ID, ann.ID)
	must(t, "for ann", err)
	same(t, "consents that cover ann", len(got), 2)
	got, err = d.Consents.For(ctx, tenant.ID, client.ID, "", bob.ID)
	must(t, "for bob", err)
	same(t, "consents that cover bob", got, []directory.Consent{everyone})
	got, err = d.Consents.For(ctx, tenant.ID, resource.ID, client.ID, ann.ID)
	must(t, "the other way round", err)
	same(t, "consents the other way round", len(got), 0)
	_, err = d.Consents.Allow(ctx, Change(), directory.Consent{ID: directory.ConsentID(ID()), TenantID: tenant.ID, Client: client.ID, Resource: access.ServicePrincipalID(ID())})
	wantKind(t, "consent for a resource that does not exist", err, fault.NotFound)
	must(t, "delete the client", d.ServicePrincipals.Delete(ctx, Change(), tenant.ID, client.ID))
	_, err = d.Consents.Get(ctx, tenant.ID, everyone.ID)
	wantKind(t, "the consent of a deleted client", err, fault.NotFound)
}

func (s suite) appRoles(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	direct := Group(t, db, tenant, "direct", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(ann.ID)})
	nested := Group(t, db, tenant, "nested", directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(direct.ID)})
	_, resource := App(t, db, tenant, "resource")
	assign := func(principal string) directory.AppRoleAssignment {
		a := directory.AppRoleAssignment{ID: directory.AppRoleAssignmentID(ID()), TenantID: tenant.ID, Resource: resource.ID, Principal: directory.PrincipalID(principal)}
		must(t, "assign", d.AppRoleAssignments.Create(ctx, Change(), &a))
		return a
	}
	assign(string(nested.ID))
	toGroup := assign(string(direct.ID))
	same(t, "role by default", toGroup.Role, directory.DefaultAppRole)
	got, err := d.AppRoleAssignments.Assigned(ctx, tenant.ID, resource.ID, directory.PrincipalID(ann.ID), directory.PrincipalID(direct.ID))
	must(t, "assigned", err)
	same(t, "assignments that count", got, []directory.AppRoleAssignment{toGroup})
	got, err = d.AppRoleAssignments.Assigned(ctx, tenant.ID, resource.ID)
	must(t, "assigned to nobody", err)
	same(t, "assignments of nobody", len(got), 0)
	again := toGroup
	again.ID = directory.AppRoleAssignmentID(ID())
	wantKind(t, "assign twice", d.AppRoleAssignments.Create(ctx, Change(), &again), fault.Conflict)
}

func (s suite) devices(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	thumbprint := string(Key())
	laptop := directory.Device{
		ID: directory.DeviceObjectID(ID()), TenantID: tenant.ID, DeviceID: directory.DeviceID(ID()), DisplayName: "LAPTOP-1", AccountEnabled: true,
		TrustType: directory.Joined, PublicKey: []byte{1, 2}, KeyThumbprint: thumbprint, Owners: []access.UserID{ann.ID}, Registered: Now,
		PhysicalIDs: []string{"[ZTDId]:1"}, ExtensionAttributes: [15]string{2: "kiosk"},
	}
	must(t, "create", d.Devices.Create(ctx, Change(), &laptop))
	for name, find := range map[string]func() (directory.Device, error){
		"by id":        func() (directory.Device, error) { return d.Devices.Get(ctx, tenant.ID, laptop.ID) },
		"by device id": func() (directory.Device, error) { return d.Devices.ByDeviceID(ctx, tenant.ID, laptop.DeviceID) },
		"by key":       func() (directory.Device, error) { return d.Devices.ByKey(ctx, tenant.ID, thumbprint) },
	} {
		got, err := find()
		must(t, name, err)
		same(t, name, got, laptop)
	}
	keyless := directory.Device{ID: directory.DeviceObjectID(ID()), TenantID: tenant.ID, DeviceID: directory.DeviceID(ID()), DisplayName: "PHONE-1"}
	must(t, "create a device without key", d.Devices.Create(ctx, Change(), &keyless))
	_, err := d.Devices.ByKey(ctx, tenant.ID, "")
	wantKind(t, "by no key", err, fault.NotFound)
	twin := laptop
	twin.ID = directory.DeviceObjectID(ID())
	wantKind(t, "a device id twice", d.Devices.Create(ctx, Change(), &twin), fault.Conflict)
	yes := true
	updated, err := d.Devices.Update(ctx, Change(), tenant.ID, laptop.ID, func(d *directory.Device) error { d.IsCompliant = &yes; return nil })
	must(t, "update", err)
	same(t, "compliance", updated.IsCompliant, &yes)
	must(t, "delete", d.Devices.Delete(ctx, Change(), tenant.ID, laptop.ID))
	_, err = d.Devices.ByDeviceID(ctx, tenant.ID, laptop.DeviceID)
	wantKind(t, "a deleted device", err, fault.NotFound)
}
