package store

import (
	"context"
	"fmt"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// users stores people.
type users struct {
	*collection[access.UserID, directory.User, *directory.User]
}

var _ directory.Users = users{}

func (db *DB) users() users {
	return users{collect[access.UserID](db, shape[directory.User]{
		kind: "user", table: "users",
		lookups: []string{"upn", "domain", "home_tenant_id", "home_user_id"},
		row:     userRow,
		allow:   allowUser,
		follow:  followUser,
	})}
}

func userRow(u *directory.User) row {
	// Null, so that people without an account elsewhere do not collide.
	var homeTenant, homeUser any
	if u.External != nil && u.External.HomeUserID != "" {
		homeTenant, homeUser = u.External.HomeTenantID, u.External.HomeUserID
	}
	return row{
		tenant: u.TenantID, id: string(u.ID), name: u.DisplayName, label: u.UserPrincipalName,
		lookups: []any{u.UserPrincipalName, domainOf(u.UserPrincipalName), homeTenant, homeUser},
	}
}

// ByName returns the person with this UPN, or fault.NotFound.
func (u users) ByName(ctx context.Context, tenant access.TenantID, upn string) (directory.User, error) {
	return u.first(ctx, u.db.reader(ctx), "SELECT doc FROM users WHERE tenant_id = $1 AND upn = $2", directory.Fold(tenant), directory.Fold(upn))
}

// ByHome returns the object of an account in another tenant, or fault.NotFound.
func (u users) ByHome(ctx context.Context, tenant, home access.TenantID, account access.UserID) (directory.User, error) {
	return u.first(ctx, u.db.reader(ctx), "SELECT doc FROM users WHERE tenant_id = $1 AND home_tenant_id = $2 AND home_user_id = $3",
		directory.Fold(tenant), directory.Fold(home), directory.Fold(account))
}

// allowUser refuses names outside the tenant's own domains: nobody else could
// tell whose they are.
func allowUser(ctx context.Context, q Queryer, before, after *directory.User) error {
	if after == nil || before != nil && before.UserPrincipalName == after.UserPrincipalName {
		return nil
	}
	known, err := exists(ctx, q, "SELECT 1 FROM tenants WHERE id = $1", after.TenantID)
	if err != nil {
		return err
	}
	if !known {
		return fault.New(fault.NotFound, "There is no such tenant.")
	}
	owned, err := ownsDomain(ctx, q, after.TenantID, after.UserPrincipalName)
	if err != nil || owned {
		return err
	}
	var c fault.Check
	c.Add("userPrincipalName", "%q does not end in a verified domain of the tenant", after.UserPrincipalName)
	return c.Err("user")
}

// followUser removes what a deleted person had.
func followUser(ctx context.Context, q Queryer, before, after *directory.User) error {
	if after != nil {
		return nil
	}
	if err := forget(ctx, q, before.TenantID, string(before.ID)); err != nil {
		return fmt.Errorf("forget user: %w", err)
	}
	if _, err := exec(ctx, q, "DELETE FROM lockouts WHERE tenant_id = $1 AND id = $2", before.TenantID, directory.LockoutOf(before.ID)); err != nil {
		return err
	}
	if _, err := leaveSessions(ctx, q, before.TenantID, before.ID); err != nil {
		return err
	}
	_, err := exec(ctx, q, "DELETE FROM grants WHERE tenant_id = $1 AND user_id = $2", before.TenantID, before.ID)
	return err
}
