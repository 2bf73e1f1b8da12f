package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
)

func (s suite) tenants(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	for _, name := range []string{string(tenant.ID), "contoso.example", "CONTOSO.Example", " contoso.example "} {
		got, err := d.Tenants.ByName(ctx, name)
		must(t, "find "+name, err)
		same(t, "tenant by "+name, got, tenant)
	}
	_, err := d.Tenants.ByName(ctx, "fabrikam.example")
	wantKind(t, "find an unknown domain", err, fault.NotFound)

	rival := directory.Tenant{ID: access.TenantID(ID()), DisplayName: "rival", Domains: []directory.Domain{{Name: "contoso.example", Verified: true}}}
	wantKind(t, "claim a taken domain", d.Tenants.Create(ctx, Change(), &rival), fault.Conflict)
	rival.Domains[0].Verified = false
	must(t, "list an unverified domain that another tenant owns", d.Tenants.Create(ctx, Change(), &rival))
	got, err := d.Tenants.ByName(ctx, "contoso.example")
	must(t, "find the owner", err)
	same(t, "owner", got.ID, tenant.ID)

	updated, err := d.Tenants.Update(ctx, Change(), tenant.ID, func(t *directory.Tenant) error {
		t.Domains = append(t.Domains, directory.Domain{Name: "contoso.org", Verified: true})
		t.Settings.Disclosure = directory.DiscloseCode
		return nil
	})
	must(t, "add a domain", err)
	got, err = d.Tenants.ByName(ctx, "contoso.org")
	must(t, "find by the new domain", err)
	same(t, "updated tenant", got, updated)
	same(t, "disclosure", got.Settings.Disclosure, directory.DiscloseCode)

	User(t, db, tenant, "ann")
	_, err = d.Tenants.Update(ctx, Change(), tenant.ID, func(t *directory.Tenant) error {
		t.Domains = t.Domains[1:]
		return nil
	})
	wantKind(t, "drop a domain in use", err, fault.Conflict)
	list, err := d.Tenants.List(ctx, directory.Page{Prefix: "Cont"})
	must(t, "list", err)
	same(t, "tenants that begin with cont", len(list), 1)
}

func (s suite) users(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	home, other := Tenant(t, db, "contoso.example"), Tenant(t, db, "fabrikam.example")
	ann := NewUser(home, "Ann")
	ann.PasswordChangedAt = Now.Add(1500 * time.Microsecond).In(time.FixedZone("CET", 3600))
	must(t, "create ann", d.Users.Create(ctx, Change(), &ann))
	same(t, "whole milliseconds in UTC", ann.PasswordChangedAt, Now.Add(time.Millisecond))
	for _, upn := range []string{"ann@contoso.example", "ANN@Contoso.Example"} {
		got, err := d.Users.ByName(ctx, home.ID, upn)
		must(t, "find "+upn, err)
		same(t, "user", got, ann)
	}
	_, err := d.Users.ByName(ctx, other.ID, "ann@contoso.example")
	wantKind(t, "find ann in another tenant", err, fault.NotFound)
	_, err = d.Users.Get(ctx, other.ID, ann.ID)
	wantKind(t, "get ann from another tenant", err, fault.NotFound)

	twin := NewUser(home, "ann")
	wantKind(t, "create a second ann", d.Users.Create(ctx, Change(), &twin), fault.Conflict)
	stranger := NewUser(home, "bob")
	stranger.UserPrincipalName = "bob@fabrikam.example"
	wantKind(t, "create a user in another's domain", d.Users.Create(ctx, Change(), &stranger), fault.Invalid)
	nowhere := NewUser(home, "bob")
	nowhere.TenantID = access.TenantID(ID())
	wantKind(t, "create a user in no tenant", d.Users.Create(ctx, Change(), &nowhere), fault.NotFound)

	guest := NewUser(other, "ann_contoso.example#ext#")
	guest.Type = directory.Guest
	guest.External = &directory.External{State: directory.PendingAcceptance, InvitedMail: "ann@contoso.example"}
	second := NewUser(other, "eve_contoso.example#ext#")
	second.External = &directory.External{State: directory.PendingAcceptance}
	must(t, "invite ann", d.Users.Create(ctx, Change(), &guest))
	must(t, "invite eve", d.Users.Create(ctx, Change(), &second))
	_, err = d.Users.ByHome(ctx, other.ID, home.ID, ann.ID)
	wantKind(t, "find a guest who has not accepted", err, fault.NotFound)
	accept := func(u *directory.User) error {
		u.External.State, u.External.HomeTenantID, u.External.HomeUserID = directory.Accepted, home.ID, ann.ID
		return nil
	}
	_, err = d.Users.Update(ctx, Change(), other.ID, guest.ID, accept)
	must(t, "accept", err)
	got, err := d.Users.ByHome(ctx, other.ID, home.ID, ann.ID)
	must(t, "find the guest", err)
	same(t, "guest", got.ID, guest.ID)
	_, err = d.Users.Update(ctx, Change(), other.ID, second.ID, accept)
	wantKind(t, "accept twice with one account", err, fault.Conflict)
}

// objects tries what every collection of objects promises.
func (s suite) objects(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")

	wantKind(t, "create what exists", d.Users.Create(ctx, Change(), &ann), fault.Conflict)
	nameless := NewUser(tenant, "bob")
	nameless.DisplayName, nameless.Type, nameless.MFA = "", "Robot", "sometimes"
	err := d.Users.Create(ctx, Change(), &nameless)
	wantKind(t, "create a user that breaks rules", err, fault.Invalid)
	same(t, "broken rules told at once", len(fault.Fields(err)), 3)

	boom := errors.New("boom")
	_, err = d.Users.Update(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User) error {
		u.DisplayName = "changed"
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("update whose function fails: %v, want the function's error", err)
	}
	_, err = d.Users.Update(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User) error { u.DisplayName = ""; return nil })
	wantKind(t, "update that breaks a rule", err, fault.Invalid)
	_, err = d.Users.Update(ctx, Change(), tenant.ID, ann.ID, func(u *directory.User) error { u.ID = access.UserID(ID()); return nil })
	if err == nil {
		t.Error("update changed an id")
	}
	got, err := d.Users.Get(ctx, tenant.ID, ann.ID)
	must(t, "get ann", err)
	same(t, "ann after failed updates", got, ann)

	_, err = d.Users.Update(ctx, Change(), tenant.ID, access.UserID(ID()), func(*directory.User) error { return nil })
	wantKind(t, "update nobody", err, fault.NotFound)
	wantKind(t, "delete nobody", d.Users.Delete(ctx, Change(), tenant.ID, access.UserID(ID())), fault.NotFound)
	must(t, "delete ann", d.Users.Delete(ctx, Change(), tenant.ID, ann.ID))
	_, err = d.Users.Get(ctx, tenant.ID, ann.ID)
	wantKind(t, "get a deleted user", err, fault.NotFound)
}

func (s suite) pages(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant, other := Tenant(t, db, "contoso.example"), Tenant(t, db, "fabrikam.example")
	want := map[access.UserID]bool{}
	for _, name := range []string{"ann", "anna", "bob", "eva", "joanna"} {
		want[User(t, db, tenant, name).ID] = true
	}
	User(t, db, other, "ann")
	page, last := directory.Page{Limit: 2}, access.UserID("")
	for {
		users, err := d.Users.List(ctx, tenant.ID, page)
		must(t, "list", err)
		for _, u := range users {
			if u.ID <= last || !want[u.ID] {
				t.Errorf("user %s comes out of order, twice or from elsewhere", u.ID)
			}
			delete(want, u.ID)
			last = u.ID
		}
		if len(users) < 2 {
			break
		}
		page.After = string(last)
	}
	same(t, "users that no page had", len(want), 0)
	for prefix, count := range map[string]int{"an": 2, "ANN": 2, "anna@": 1, "x": 0, "%": 0} {
		users, err := d.Users.List(ctx, tenant.ID, directory.Page{Prefix: prefix})
		must(t, "list by prefix", err)
		same(t, "users that begin with "+prefix, len(users), count)
	}
}

func (s suite) groups(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant, other := Tenant(t, db, "contoso.example"), Tenant(t, db, "fabrikam.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, other, "bob")
	member := func(kind directory.MemberKind, id string) directory.GroupMember {
		return directory.GroupMember{Kind: kind, ID: directory.MemberID(id)}
	}
	inner := Group(t, db, tenant, "inner", member(directory.MemberUser, string(ann.ID)))
	middle := Group(t, db, tenant, "middle", member(directory.MemberGroup, string(inner.ID)))
	outer := Group(t, db, tenant, "outer", member(directory.MemberGroup, string(middle.ID)))
	aside := Group(t, db, tenant, "aside")
	m := d.Memberships

	direct, err := m.DirectGroups(ctx, tenant.ID, directory.MemberID(ann.ID))
	must(t, "direct groups", err)
	same(t, "direct groups", direct, []access.GroupID{inner.ID})
	all, err := m.TransitiveGroups(ctx, tenant.ID, directory.MemberID(ann.ID))
	must(t, "transitive groups", err)
	same(t, "transitive groups", all, sorted(inner.ID, middle.ID, outer.ID))

	// A circle: the outer group is in the inner one.
	must(t, "close the circle", m.AddMember(ctx, Change(), tenant.ID, inner.ID, member(directory.MemberGroup, string(outer.ID))))
	all, err = m.TransitiveGroups(ctx, tenant.ID, directory.MemberID(ann.ID))
	must(t, "transitive groups of a circle", err)
	same(t, "transitive groups of a circle", all, sorted(inner.ID, middle.ID, outer.ID))

	wantKind(t, "a group in itself", m.AddMember(ctx, Change(), tenant.ID, aside.ID, member(directory.MemberGroup, string(aside.ID))), fault.Invalid)
	wantKind(t, "a member twice", m.AddMember(ctx, Change(), tenant.ID, inner.ID, member(directory.MemberUser, string(ann.ID))), fault.Conflict)
	wantKind(t, "a user of another tenant", m.AddMember(ctx, Change(), tenant.ID, aside.ID, member(directory.MemberUser, string(bob.ID))), fault.NotFound)
	wantKind(t, "a member of the wrong kind", m.AddMember(ctx, Change(), tenant.ID, aside.ID, member(directory.MemberDevice, string(ann.ID))), fault.NotFound)
	wantKind(t, "no such group", m.AddMember(ctx, Change(), tenant.ID, access.GroupID(ID()), member(directory.MemberUser, string(ann.ID))), fault.NotFound)
	wantKind(t, "remove who is only inside", m.RemoveMember(ctx, Change(), tenant.ID, outer.ID, directory.MemberID(ann.ID)), fault.NotFound)

	members, err := m.Members(ctx, tenant.ID, inner.ID, directory.Page{})
	must(t, "members", err)
	same(t, "members of inner", len(members), 2)
	must(t, "delete middle", d.Groups.Delete(ctx, Change(), tenant.ID, middle.ID))
	all, err = m.TransitiveGroups(ctx, tenant.ID, directory.MemberID(ann.ID))
	must(t, "transitive groups without middle", err)
	same(t, "transitive groups without middle", all, sorted(inner.ID))
}

func (s suite) roles(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	inner := Group(t, db, tenant, "inner", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(ann.ID)})
	outer := Group(t, db, tenant, "outer", directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(inner.ID)})
	assign := func(principal string, a directory.RoleAssignment) error {
		a.ID, a.TenantID, a.Principal = directory.RoleAssignmentID(ID()), tenant.ID, directory.PrincipalID(principal)
		return d.RoleAssignments.Create(ctx, Change(), &a)
	}
	must(t, "assign to the user", assign(string(ann.ID), directory.RoleAssignment{RoleID: directory.RoleGlobalAdministrator}))
	must(t, "assign through groups", assign(string(outer.ID), directory.RoleAssignment{RoleID: directory.RoleUserAdministrator, Until: Now.Add(time.Hour)}))
	must(t, "assign a custom role", assign(string(ann.ID), directory.RoleAssignment{RoleID: access.RoleID(ID()), Custom: true}))
	must(t, "assign a narrow role", assign(string(ann.ID), directory.RoleAssignment{RoleID: directory.RoleGlobalReader, Scope: "/administrativeUnits/" + ID()}))
	must(t, "assign a later role", assign(string(ann.ID), directory.RoleAssignment{RoleID: directory.RoleSecurityReader, From: Now.Add(time.Minute)}))
	wantKind(t, "assign the same twice", assign(string(ann.ID), directory.RoleAssignment{RoleID: directory.RoleGlobalAdministrator}), fault.Conflict)
	wantKind(t, "assign to nobody", assign(ID(), directory.RoleAssignment{RoleID: directory.RoleGlobalAdministrator}), fault.NotFound)

	for _, test := range []struct {
		at   time.Time
		want []access.RoleID
	}{
		{Now, sorted(directory.RoleGlobalAdministrator, directory.RoleUserAdministrator)},
		{Now.Add(time.Minute), sorted(directory.RoleGlobalAdministrator, directory.RoleUserAdministrator, directory.RoleSecurityReader)},
		{Now.Add(time.Hour), sorted(directory.RoleGlobalAdministrator, directory.RoleSecurityReader)},
	} {
		roles, err := d.RoleAssignments.RolesOf(ctx, tenant.ID, directory.PrincipalID(ann.ID), test.at)
		must(t, "roles", err)
		same(t, "roles at "+test.at.String(), roles, test.want)
	}
}

func (s suite) deletedUser(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann, bob := User(t, db, tenant, "ann"), User(t, db, tenant, "bob")
	group := Group(t, db, tenant, "all", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(ann.ID)})
	app, sp := App(t, db, tenant, "mail")
	role := directory.RoleAssignment{ID: directory.RoleAssignmentID(ID()), TenantID: tenant.ID, RoleID: directory.RoleGlobalReader, Principal: directory.PrincipalID(ann.ID)}
	must(t, "assign", d.RoleAssignments.Create(ctx, Change(), &role))
	consent := directory.Consent{ID: directory.ConsentID(ID()), TenantID: tenant.ID, Client: sp.ID, Resource: sp.ID, User: ann.ID, Scopes: []string{"read"}}
	must(t, "consent", d.Consents.Create(ctx, Change(), &consent))
	must(t, "set a password", d.Credentials.UpdateCredentials(ctx, Change(), tenant.ID, ann.ID, func(_ *directory.User, c *directory.UserCredentials) error {
		c.Password = &directory.Password{Hash: "$argon2id$x", Set: Now}
		return nil
	}))
	grant := Grant(ann, app.AppID)
	must(t, "grant", db.Grants().Create(ctx, grant, nil))
	alone := session.Session{Key: Key(), ID: ID(), SignIns: []session.SignIn{SignIn(ann)}, Expires: Now.Add(time.Hour)}
	shared := session.Session{Key: Key(), ID: ID(), SignIns: []session.SignIn{SignIn(ann), SignIn(bob)}, Expires: Now.Add(time.Hour)}
	must(t, "session of one", db.Sessions().Create(ctx, alone))
	must(t, "session of two", db.Sessions().Create(ctx, shared))

	must(t, "delete ann", d.Users.Delete(ctx, Change(), tenant.ID, ann.ID))
	members, err := d.Memberships.Members(ctx, tenant.ID, group.ID, directory.Page{})
	must(t, "members", err)
	same(t, "members left", len(members), 0)
	_, err = d.RoleAssignments.Get(ctx, tenant.ID, role.ID)
	wantKind(t, "her role", err, fault.NotFound)
	_, err = d.Consents.Get(ctx, tenant.ID, consent.ID)
	wantKind(t, "her consent", err, fault.NotFound)
	_, err = d.Credentials.Credentials(ctx, tenant.ID, ann.ID)
	wantKind(t, "her credentials", err, fault.NotFound)
	_, err = db.Grants().Get(ctx, grant.ID)
	wantKind(t, "her grant", err, fault.NotFound)
	_, err = db.Sessions().Get(ctx, alone.Key)
	wantKind(t, "her session", err, fault.NotFound)
	left, err := db.Sessions().Get(ctx, shared.Key)
	must(t, "the shared session", err)
	same(t, "who is left in it", left.SignIns, []session.SignIn{SignIn(bob)})
}

func (s suite) deletedTenant(t *testing.T) {
	db := s.open(t)
	d, ctx := db.Directory(), t.Context()
	tenant := Tenant(t, db, "contoso.example")
	ann := User(t, db, tenant, "ann")
	Group(t, db, tenant, "all", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(ann.ID)})
	app, _ := App(t, db, tenant, "mail", "api://mail")
	must(t, "grant", db.Grants().Create(ctx, Grant(ann, app.AppID), &session.RefreshToken{Key: Key(), Issued: Now}))
	must(t, "delete the tenant", d.Tenants.Delete(ctx, Change(), tenant.ID))
	_, err := d.Tenants.ByName(ctx, "contoso.example")
	wantKind(t, "its domain", err, fault.NotFound)
	_, err = d.Users.Get(ctx, tenant.ID, ann.ID)
	wantKind(t, "its user", err, fault.NotFound)
	_, err = d.Applications.ByAppID(ctx, app.AppID)
	wantKind(t, "its app", err, fault.NotFound)
	entries, err := d.Audit.Audit(ctx, directory.AuditQuery{TenantID: tenant.ID})
	must(t, "its audit log", err)
	if len(entries) < 5 {
		t.Errorf("the audit log has %d entries of the deleted tenant, want all", len(entries))
	}
	Tenant(t, db, "contoso.example") // the domain is free again
}
