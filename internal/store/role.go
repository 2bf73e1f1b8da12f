package store

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// roleAssignments stores assignments of directory roles.
type roleAssignments struct {
	*collection[directory.RoleAssignmentID, directory.RoleAssignment, *directory.RoleAssignment]
}

var _ directory.RoleAssignments = roleAssignments{}

func (db *DB) roleAssignments() roleAssignments {
	return roleAssignments{collect[directory.RoleAssignmentID](db, shape[directory.RoleAssignment]{
		kind: "role assignment", table: "role_assignments",
		lookups: []string{"role_id", "principal_id", "scope", "custom", "from_at", "until_at"},
		row: func(r *directory.RoleAssignment) row {
			return row{
				tenant: r.TenantID, id: string(r.ID), name: string(r.RoleID), label: string(r.Principal),
				lookups: []any{r.RoleID, r.Principal, r.Scope, flag(r.Custom), millis(r.From), millis(r.Until)},
			}
		},
		allow: allowRoleAssignment,
	})}
}

// allowRoleAssignment refuses principals that do not exist, and groups that
// roles may not be assigned to.
func allowRoleAssignment(ctx context.Context, q Queryer, _, after *directory.RoleAssignment) error {
	if after == nil {
		return nil
	}
	for _, table := range []string{"users", "service_principals"} {
		found, err := exists(ctx, q, "SELECT 1 FROM "+table+" WHERE tenant_id = $1 AND id = $2", after.TenantID, after.Principal)
		if err != nil || found {
			return err
		}
	}
	var document string
	found, err := one(ctx, q, []any{&document}, "SELECT doc FROM groups WHERE tenant_id = $1 AND id = $2", after.TenantID, after.Principal)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.New(fault.NotFound, "There is no such user, service principal or group.")
	}
	group, err := decode[directory.Group](document)
	if err == nil && !group.RoleAssignable {
		err = fault.New(fault.Conflict, "Roles cannot be assigned to this group.")
	}
	return err
}

func (r roleAssignments) RolesOf(ctx context.Context, tenant access.TenantID, principal directory.PrincipalID, at time.Time) ([]access.RoleID, error) {
	roles, err := texts[access.RoleID](ctx, r.db.reader(ctx), containing+
		"SELECT DISTINCT role_id FROM role_assignments WHERE tenant_id = $1 AND scope = $3 AND custom = 0"+
		" AND from_at <= $4 AND (until_at = 0 OR until_at > $4)"+
		" AND (principal_id = $2 OR principal_id IN (SELECT id FROM containing)) ORDER BY role_id",
		directory.Fold(tenant), directory.Fold(principal), directory.TenantWide, millis(at))
	return roles, r.db.failure(err)
}
