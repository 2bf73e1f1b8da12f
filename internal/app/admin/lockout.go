package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/lint"
)

// refuseLockOut fails if, by the policies as they are in this transaction,
// nobody who could change them would get in any more. It asks the same test as
// the verb check.
func (t *Tenant) refuseLockOut(ctx context.Context) error {
	tenant, err := t.lintTenant(ctx)
	if err != nil {
		return err
	}
	for _, f := range lint.Run(tenant) {
		if f.Rule == "lock-out" {
			return fault.New(fault.Forbidden, "Nothing was changed: %s. --force does it all the same", strings.TrimSuffix(f.Message, "."))
		}
	}
	return nil
}

// lintTenant is the tenant as far as the lock-out test needs it: the policies,
// and the people who hold a role that may change them.
func (t *Tenant) lintTenant(ctx context.Context) (*lint.Tenant, error) {
	set, err := t.d.PolicySets.PolicySet(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	l := &lint.Tenant{SecurityDefaults: access.Known(t.Settings.SecurityDefaults)}
	for _, d := range set.Policies {
		list, err := graphjson.DecodePolicies(d.DisplayName, d.JSON)
		if err != nil {
			return nil, fmt.Errorf("read policy %q: %w", d.DisplayName, err)
		}
		for i := range list {
			list[i].Policy.ID = access.PolicyID(d.ID)
			l.Source.Policies = append(l.Source.Policies, list[i].Policy)
		}
	}
	for _, d := range set.Locations {
		list, err := graphjson.DecodeLocations(d.DisplayName, d.JSON)
		if err != nil {
			return nil, fmt.Errorf("read named location %q: %w", d.DisplayName, err)
		}
		for i := range list {
			l.Source.Locations = append(l.Source.Locations, list[i].Location)
		}
	}
	for _, d := range set.Strengths {
		list, err := graphjson.DecodeStrengths(d.DisplayName, d.JSON)
		if err != nil {
			return nil, fmt.Errorf("read authentication strength %q: %w", d.DisplayName, err)
		}
		for i := range list {
			l.Source.Strengths = append(l.Source.Strengths, list[i].Strength)
		}
	}
	l.People, err = t.policyAdmins(ctx)
	return l, err
}

// policyRoles are the roles that may change policies.
var policyRoles = []access.RoleID{directory.RoleGlobalAdministrator, directory.RoleConditionalAccessAdministrator, directory.RoleSecurityAdministrator}

// policyAdmins returns the people who hold one of policyRoles, themselves or
// through a group.
func (t *Tenant) policyAdmins(ctx context.Context) ([]lint.Person, error) {
	assignments, err := all(func(p directory.Page) ([]directory.RoleAssignment, error) {
		return t.d.RoleAssignments.List(ctx, t.ID, p)
	},
		func(r *directory.RoleAssignment) string { return string(r.ID) })
	if err != nil {
		return nil, err
	}
	seen := map[directory.MemberID]bool{}
	var people []lint.Person
	var visit func(member directory.MemberID) error
	visit = func(member directory.MemberID) error {
		if seen[member] {
			return nil
		}
		seen[member] = true
		u, err := t.d.Users.Get(ctx, t.ID, access.UserID(member))
		switch {
		case err == nil:
			p, err := t.lintPerson(ctx, &u)
			people = append(people, p)
			return err
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		members, err := all(func(p directory.Page) ([]directory.GroupMember, error) {
			return t.d.Memberships.Members(ctx, t.ID, access.GroupID(member), p)
		}, func(m *directory.GroupMember) string { return string(m.ID) })
		if fault.KindOf(err) == fault.NotFound { // an app
			return nil
		}
		for _, m := range members {
			if err := visit(m.ID); err != nil {
				return err
			}
		}
		return err
	}
	for i := range assignments {
		a := &assignments[i]
		if !slices.Contains(policyRoles, a.RoleID) || !a.ActiveAt(t.now()) || a.Scope != directory.TenantWide {
			continue
		}
		if err := visit(directory.MemberID(a.Principal)); err != nil {
			return nil, err
		}
	}
	return people, nil
}

// lintPerson is somebody as far as the directory knows them.
func (t *Tenant) lintPerson(ctx context.Context, u *directory.User) (lint.Person, error) {
	groups, err := t.d.Memberships.TransitiveGroups(ctx, t.ID, directory.MemberID(u.ID))
	if err != nil {
		return lint.Person{}, err
	}
	roles, err := t.d.RoleAssignments.RolesOf(ctx, t.ID, directory.PrincipalID(u.ID), t.now())
	return lint.Person{Name: u.UserPrincipalName, Enabled: u.AccountEnabled, Facts: access.Facts{
		UserID: access.Known(u.ID), UserType: access.Known(u.AccessType()), GuestTypes: access.Known(u.GuestTypes()),
		HomeTenantID: access.Known(homeOf(u)), Groups: access.Known(groups), Roles: access.Known(roles),
	}}, err
}

// homeOf is the tenant that policies see as somebody's home; none for a
// person of this one.
func homeOf(u *directory.User) access.TenantID {
	if u.External == nil {
		return ""
	}
	return u.External.HomeTenantID
}
