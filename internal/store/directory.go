package store

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Directory returns what tenants know, all of it in this store.
func (db *DB) Directory() directory.Directory {
	return directory.Directory{
		Tenants:            db.tenants(),
		Users:              db.users(),
		Credentials:        credentials{db},
		Lockouts:           lockouts{db},
		Groups:             db.groups(),
		Memberships:        memberships{db},
		RoleAssignments:    db.roleAssignments(),
		Applications:       db.applications(),
		ServicePrincipals:  db.servicePrincipals(),
		Consents:           db.consents(),
		AppRoleAssignments: db.appRoleAssignments(),
		Devices:            db.devices(),
		Policies:           documents[access.PolicyID](db, directory.PolicyDocument),
		Locations:          documents[access.LocationID](db, directory.LocationDocument),
		Strengths:          documents[access.StrengthID](db, directory.StrengthDocument),
		PolicySets:         policySets{db},
		Agreements:         db.agreements(),
		Audit:              db,
	}
}

// forget removes what names an object that is deleted: its places in groups,
// its roles, its app roles and consents, whichever it has.
func forget(ctx context.Context, q Queryer, tenant access.TenantID, id string) error {
	for _, query := range []string{
		"DELETE FROM group_members WHERE tenant_id = $1 AND member_id = $2",
		"DELETE FROM role_assignments WHERE tenant_id = $1 AND principal_id = $2",
		"DELETE FROM app_role_assignments WHERE tenant_id = $1 AND (principal_id = $2 OR resource_id = $2)",
		"DELETE FROM consents WHERE tenant_id = $1 AND (user_id = $2 OR client_id = $2 OR resource_id = $2)",
	} {
		if _, err := exec(ctx, q, query, tenant, id); err != nil {
			return err
		}
	}
	return nil
}

// exists reports whether a query finds a row.
func exists(ctx context.Context, q Queryer, query string, args ...any) (bool, error) {
	var unused int
	return one(ctx, q, []any{&unused}, query, args...)
}

// mustExist refuses ids of objects that the tenant does not have.
func mustExist(ctx context.Context, q Queryer, tenant access.TenantID, table string, ids ...string) error {
	for _, id := range ids {
		found, err := exists(ctx, q, "SELECT 1 FROM "+table+" WHERE tenant_id = $1 AND id = $2", tenant, id)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "There is no object %s in the tenant.", id)
		}
	}
	return nil
}
