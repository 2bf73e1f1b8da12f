package lint

import (
	"slices"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// FromSnapshot returns what findings need of a tenant that was read from files.
func FromSnapshot(t *snapshot.Tenant) *Tenant {
	tenant := &Tenant{Source: t.Source(), Problems: t.Problems, SecurityDefaults: t.SecurityDefaults, Where: whereIn(t)}
	for _, u := range t.Users {
		tenant.People = append(tenant.People, personOf(t, &u))
	}
	if len(t.Groups) == 0 {
		return tenant
	}
	tenant.Groups = map[access.GroupID]Group{}
	members := countMembers(t)
	for _, g := range t.Groups {
		n := -1
		if t.MembershipIsKnown() {
			n = members[fold(g.ID)]
		}
		tenant.Groups[g.ID] = Group{g.DisplayName, n}
	}
	return tenant
}

// personOf returns the facts that follow from the directory.
func personOf(t *snapshot.Tenant, u *snapshot.User) Person {
	f := access.Facts{UserID: access.Known(u.ID), UserType: u.Type}
	if u.Type.Or(0) == access.Member {
		f.GuestTypes, f.HomeTenantID = access.Known(access.GuestTypesNone), access.Known(access.TenantID(""))
	}
	if t.MembershipIsKnown() {
		f.Groups = access.Known(t.GroupsOf(string(u.ID)))
	}
	if len(t.RoleAssignments) > 0 {
		f.Roles = access.Known(t.RolesOf(u.ID))
	}
	name := u.UPN
	if name == "" {
		name = u.DisplayName
	}
	if name == "" {
		name = string(u.ID)
	}
	return Person{Name: name, Enabled: u.Enabled.Or(true), Facts: f}
}

// countMembers counts the people, groups and apps in each group.
func countMembers(t *snapshot.Tenant) map[string]int {
	var all []string
	for _, u := range t.Users {
		all = append(all, string(u.ID))
	}
	for _, g := range t.Groups {
		all = append(all, string(g.ID))
	}
	for _, a := range t.Apps {
		all = append(all, a.ID)
	}
	members := map[string]int{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(all))) {
		for _, g := range t.GroupsOf(id) {
			members[fold(g)]++
		}
	}
	return members
}

// whereIn finds the places of a snapshot's objects.
func whereIn(t *snapshot.Tenant) func(Object) (string, int) {
	places := map[Object]*graphjson.Node{}
	for i := range t.Policies {
		places[policyObject(&t.Policies[i].Policy)] = t.Policies[i].Origin
	}
	for i := range t.Locations {
		l := &t.Locations[i]
		places[object("location", string(l.ID), l.DisplayName)] = l.Origin
	}
	for i := range t.Strengths {
		s := &t.Strengths[i]
		places[object("strength", string(s.ID), s.DisplayName)] = s.Origin
	}
	return func(o Object) (string, int) {
		n := places[o]
		if n == nil {
			return "", 0
		}
		file, line, _ := n.Place()
		return file, line
	}
}
