package store

import (
	"context"
	"reflect"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// tenants stores tenants. A tenant is an object inside itself.
type tenants struct {
	all *collection[access.TenantID, directory.Tenant, *directory.Tenant]
}

var _ directory.Tenants = tenants{}

func (db *DB) tenants() tenants {
	return tenants{collect[access.TenantID](db, shape[directory.Tenant]{
		kind: "tenant", table: "tenants",
		row: func(t *directory.Tenant) row {
			return row{tenant: t.ID, id: string(t.ID), name: t.DisplayName, label: t.DefaultDomain()}
		},
		allow:  allowTenant,
		follow: followTenant,
	})}
}

func (t tenants) Get(ctx context.Context, id access.TenantID) (directory.Tenant, error) {
	return t.all.Get(ctx, id, id)
}

func (t tenants) ByName(ctx context.Context, name string) (directory.Tenant, error) {
	if directory.IsGUID(name) {
		return t.Get(ctx, access.TenantID(name))
	}
	return t.all.first(ctx, t.all.db.reader(ctx),
		"SELECT t.doc FROM tenant_domains d JOIN tenants t ON t.id = d.tenant_id WHERE d.name = $1", directory.Fold(name))
}

func (t tenants) List(ctx context.Context, page directory.Page) ([]directory.Tenant, error) {
	from, to := prefixRange(page.Prefix)
	return t.all.all(ctx, t.all.db.reader(ctx),
		"SELECT doc FROM tenants WHERE id > $1 AND (name >= $3 AND name < $4 OR label >= $3 AND label < $4) ORDER BY id LIMIT $2",
		directory.Fold(page.After), page.Size(), from, to)
}

func (t tenants) Create(ctx context.Context, change directory.Change, tenant *directory.Tenant) error {
	return t.all.Create(ctx, change, tenant)
}

func (t tenants) Update(ctx context.Context, change directory.Change, id access.TenantID, f func(*directory.Tenant) error) (directory.Tenant, error) {
	return t.all.Update(ctx, change, id, id, f)
}

func (t tenants) Delete(ctx context.Context, change directory.Change, id access.TenantID) error {
	return t.all.Delete(ctx, change, id, id)
}

// allowTenant refuses security defaults beside an enabled policy (CA-9), and
// the loss of a domain that names of people still end in.
func allowTenant(ctx context.Context, q Queryer, before, after *directory.Tenant) error {
	if after == nil || before == nil {
		return nil
	}
	if after.Settings.SecurityDefaults && !before.Settings.SecurityDefaults {
		enabled, err := exists(ctx, q, "SELECT 1 FROM policies WHERE tenant_id = $1 AND state = $2 LIMIT 1", after.ID, directory.StateEnabled)
		if err != nil {
			return err
		}
		if enabled {
			return fault.New(fault.Conflict, "Security defaults cannot be on while a policy is enabled.")
		}
	}
	for _, d := range before.Domains {
		if !d.Verified || after.Owns(d.Name) {
			continue
		}
		used, err := exists(ctx, q, "SELECT 1 FROM users WHERE tenant_id = $1 AND domain = $2 LIMIT 1", after.ID, d.Name)
		if err != nil {
			return err
		}
		if used {
			return fault.New(fault.Conflict, "Names of people still end in %s.", d.Name)
		}
	}
	return nil
}

// followTenant keeps the table by which names find tenants, and tells those who
// keep compiled policies that settings changed.
func followTenant(ctx context.Context, q Queryer, before, after *directory.Tenant) error {
	if after == nil {
		return nil // foreign keys remove what the tenant held
	}
	if before == nil || !reflect.DeepEqual(before.Domains, after.Domains) {
		if _, err := exec(ctx, q, "DELETE FROM tenant_domains WHERE tenant_id = $1", after.ID); err != nil {
			return err
		}
		for _, d := range after.Domains {
			if !d.Verified {
				continue
			}
			if _, err := exec(ctx, q, "INSERT INTO tenant_domains (name, tenant_id) VALUES ($1, $2)", d.Name, after.ID); err != nil {
				return err
			}
		}
	}
	return movePolicyVersion(ctx, q, after.ID)
}

// ownsDomain reports whether a name of a person ends in a domain of the tenant.
func ownsDomain(ctx context.Context, q Queryer, tenant access.TenantID, upn string) (bool, error) {
	return exists(ctx, q, "SELECT 1 FROM tenant_domains WHERE tenant_id = $1 AND name = $2", tenant, domainOf(upn))
}

// domainOf returns what follows the last @ of a name.
func domainOf(upn string) string { return upn[strings.LastIndexByte(upn, '@')+1:] }
