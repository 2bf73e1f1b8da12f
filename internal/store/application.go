package store

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// applications stores applications.
type applications struct {
	*collection[directory.ApplicationID, directory.Application, *directory.Application]
}

var _ directory.Applications = applications{}

func (db *DB) applications() applications {
	return applications{collect[directory.ApplicationID](db, shape[directory.Application]{
		kind: "application", table: "applications",
		lookups: []string{"app_id"},
		row: func(a *directory.Application) row {
			return row{tenant: a.TenantID, id: string(a.ID), name: a.DisplayName, label: string(a.AppID), lookups: []any{a.AppID}}
		},
		follow: followApplication,
	})}
}

// followApplication keeps the table by which identifier URIs find applications.
func followApplication(ctx context.Context, q Queryer, before, after *directory.Application) error {
	if before != nil {
		if _, err := exec(ctx, q, "DELETE FROM application_identifiers WHERE tenant_id = $1 AND application_id = $2", before.TenantID, before.ID); err != nil {
			return err
		}
	}
	if after == nil {
		return nil
	}
	for _, uri := range after.IdentifierURIs {
		if _, err := exec(ctx, q, "INSERT INTO application_identifiers (tenant_id, uri, application_id) VALUES ($1, $2, $3)", after.TenantID, directory.Fold(uri), after.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a applications) ByAppID(ctx context.Context, id access.AppID) (directory.Application, error) {
	return a.first(ctx, a.db.reader(ctx), "SELECT doc FROM applications WHERE app_id = $1", directory.Fold(id))
}

func (a applications) ByIdentifier(ctx context.Context, uri string) ([]directory.Application, error) {
	return a.all(ctx, a.db.reader(ctx),
		"SELECT a.doc FROM application_identifiers i JOIN applications a ON a.tenant_id = i.tenant_id AND a.id = i.application_id WHERE i.uri = $1 ORDER BY a.id",
		directory.Fold(uri))
}
