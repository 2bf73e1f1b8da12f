package lint

import (
	"slices"

	"github.com/sallyport-id/sallyport/access"
)

// Roles whose members can change policies, by template id.
const (
	globalAdministrator            access.RoleID = "62e90394-69f5-4237-9190-012177145e10"
	conditionalAccessAdministrator access.RoleID = "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"
	securityAdministrator          access.RoleID = "194ae4cb-b126-40b2-bd5b-6091b380977d"
)

// administrator is somebody who could repair the policies.
type administrator struct {
	name  string
	real  bool // exported; otherwise somebody who could exist
	facts access.Facts
}

// administrators returns those whom the snapshot has or, if it has none, those
// who could exist: one in no group, and one in each user, group and role that a
// policy excludes, since that is how emergency accounts are kept out.
func (l *linter) administrators() []administrator {
	var all []administrator
	for i := range l.tenant.People {
		p := &l.tenant.People[i]
		if p.Enabled && isAdministrator(p.Facts.Roles.Or(nil)) {
			all = append(all, administrator{p.Name, true, p.Facts})
		}
	}
	if len(all) > 0 {
		return all
	}
	return l.imagined()
}

func isAdministrator(roles []access.RoleID) bool {
	return slices.ContainsFunc(roles, func(r access.RoleID) bool {
		return fold(r) == string(globalAdministrator) || fold(r) == string(conditionalAccessAdministrator) || fold(r) == string(securityAdministrator)
	})
}

// imagined returns administrators who could exist.
func (l *linter) imagined() []administrator {
	base := access.Facts{
		UserID: access.Known(access.UserID(anyone)), UserType: access.Known(access.Member), GuestTypes: access.Known(access.GuestTypesNone),
		HomeTenantID: access.Known(access.TenantID("")), Groups: access.Known([]access.GroupID(nil)), Roles: access.Known([]access.RoleID{globalAdministrator}),
	}
	all := []administrator{{name: "a global administrator in no group", facts: base}}
	everywhere := base
	var seen []atom
	policies := l.tenant.Source.Policies
	for i := range policies {
		for _, a := range people(&policies[i].Conditions.Users.Exclude) {
			if slices.Contains(seen, a) || a.kind == "guest" {
				continue
			}
			seen = append(seen, a)
			f := base
			if l.become(&f, a) {
				all = append(all, administrator{name: "a global administrator who is " + l.membership(a), facts: f})
			}
			if a.kind != "user" {
				l.become(&everywhere, a)
			}
		}
	}
	if len(seen) > 1 {
		all = append(all, administrator{name: "a global administrator in every excluded group", facts: everywhere})
	}
	return all
}

func (l *linter) membership(a atom) string {
	switch a.kind {
	case "user":
		return l.atomName(a)
	case "role":
		return "also in role " + a.id
	}
	return "in " + l.atomName(a)
}
