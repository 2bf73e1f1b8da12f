package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// consents stores delegated permissions that were granted.
type consents struct {
	*collection[directory.ConsentID, directory.Consent, *directory.Consent]
}

var _ directory.Consents = consents{}

func (db *DB) consents() consents {
	return consents{collect[directory.ConsentID](db, shape[directory.Consent]{
		kind: "consent", table: "consents",
		lookups: []string{"client_id", "resource_id", "user_id"},
		row: func(c *directory.Consent) row {
			return row{
				tenant: c.TenantID, id: string(c.ID), name: string(c.Client), label: string(c.Resource),
				lookups: []any{c.Client, c.Resource, c.User},
			}
		},
		allow: func(ctx context.Context, q Queryer, _, after *directory.Consent) error {
			if after == nil {
				return nil
			}
			return mustExist(ctx, q, after.TenantID, "service_principals", string(after.Client), string(after.Resource))
		},
	})}
}

func (c consents) Allow(ctx context.Context, change directory.Change, consent directory.Consent) (directory.Consent, error) {
	if err := consent.Check(); err != nil {
		return directory.Consent{}, err
	}
	held := consent
	err := c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		var id directory.ConsentID
		found, err := one(ctx, q, []any{&id}, "SELECT id FROM consents WHERE tenant_id = $1 AND client_id = $2 AND resource_id = $3 AND user_id = $4",
			consent.TenantID, consent.Client, consent.Resource, consent.User)
		if err != nil {
			return err
		}
		if !found {
			return c.create(ctx, q, change, &held)
		}
		held, err = c.change(ctx, q, change, consent.TenantID, id, func(g *directory.Consent) error {
			g.Add(consent.Scopes...)
			return nil
		})
		return err
	})
	return held, err
}

func (c consents) For(ctx context.Context, tenant access.TenantID, client, resource access.ServicePrincipalID, user access.UserID) ([]directory.Consent, error) {
	return c.all(ctx, c.db.reader(ctx),
		"SELECT doc FROM consents WHERE tenant_id = $1 AND client_id = $2 AND (resource_id = $3 OR $3 = '') AND (user_id = '' OR user_id = $4) ORDER BY id",
		directory.Fold(tenant), directory.Fold(client), directory.Fold(resource), directory.Fold(user))
}

// appRoleAssignments stores assignments of app roles.
type appRoleAssignments struct {
	*collection[directory.AppRoleAssignmentID, directory.AppRoleAssignment, *directory.AppRoleAssignment]
}

var _ directory.AppRoleAssignments = appRoleAssignments{}

func (db *DB) appRoleAssignments() appRoleAssignments {
	return appRoleAssignments{collect[directory.AppRoleAssignmentID](db, shape[directory.AppRoleAssignment]{
		kind: "app role assignment", table: "app_role_assignments",
		lookups: []string{"resource_id", "principal_id", "role_id"},
		row: func(a *directory.AppRoleAssignment) row {
			return row{
				tenant: a.TenantID, id: string(a.ID), name: string(a.Principal), label: string(a.Resource),
				lookups: []any{a.Resource, a.Principal, a.Role},
			}
		},
		allow: func(ctx context.Context, q Queryer, _, after *directory.AppRoleAssignment) error {
			if after == nil {
				return nil
			}
			return mustExist(ctx, q, after.TenantID, "service_principals", string(after.Resource))
		},
	})}
}

func (a appRoleAssignments) Assigned(ctx context.Context, tenant access.TenantID, resource access.ServicePrincipalID, principals ...directory.PrincipalID) ([]directory.AppRoleAssignment, error) {
	if len(principals) == 0 {
		return nil, nil
	}
	args := []any{directory.Fold(tenant), directory.Fold(resource)}
	places := make([]string, len(principals))
	for i, p := range principals {
		args = append(args, directory.Fold(p))
		places[i] = fmt.Sprintf("$%d", len(args))
	}
	return a.all(ctx, a.db.reader(ctx),
		"SELECT doc FROM app_role_assignments WHERE tenant_id = $1 AND resource_id = $2 AND principal_id IN ("+strings.Join(places, ", ")+") ORDER BY id", args...)
}
