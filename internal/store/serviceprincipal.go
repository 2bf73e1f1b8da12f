package store

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// servicePrincipals stores service principals.
type servicePrincipals struct {
	*collection[access.ServicePrincipalID, directory.ServicePrincipal, *directory.ServicePrincipal]
}

var _ directory.ServicePrincipals = servicePrincipals{}

func (db *DB) servicePrincipals() servicePrincipals {
	return servicePrincipals{collect[access.ServicePrincipalID](db, shape[directory.ServicePrincipal]{
		kind: "service principal", table: "service_principals",
		row: func(s *directory.ServicePrincipal) row {
			return row{tenant: s.TenantID, id: string(s.ID), name: s.DisplayName, label: string(s.AppID)}
		},
		follow: followServicePrincipal,
	})}
}

// followServicePrincipal keeps the table by which names find service
// principals, and removes what a deleted one had.
func followServicePrincipal(ctx context.Context, q Queryer, before, after *directory.ServicePrincipal) error {
	if before != nil {
		if _, err := exec(ctx, q, "DELETE FROM service_principal_names WHERE tenant_id = $1 AND service_principal_id = $2", before.TenantID, before.ID); err != nil {
			return err
		}
	}
	if after == nil {
		return forget(ctx, q, before.TenantID, string(before.ID))
	}
	for _, name := range append([]string{string(after.AppID)}, after.Names...) {
		if _, err := exec(ctx, q, "INSERT INTO service_principal_names (tenant_id, name, service_principal_id) VALUES ($1, $2, $3)", after.TenantID, directory.Fold(name), after.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s servicePrincipals) ByName(ctx context.Context, tenant access.TenantID, name string) (directory.ServicePrincipal, error) {
	return s.first(ctx, s.db.reader(ctx),
		"SELECT p.doc FROM service_principal_names n JOIN service_principals p ON p.tenant_id = n.tenant_id AND p.id = n.service_principal_id"+
			" WHERE n.tenant_id = $1 AND n.name = $2", directory.Fold(tenant), directory.Fold(name))
}
