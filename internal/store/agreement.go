package store

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// agreements stores terms of use and their acceptance.
type agreements struct {
	*collection[access.AgreementID, directory.Agreement, *directory.Agreement]
}

var _ directory.Agreements = agreements{}

func (db *DB) agreements() agreements {
	return agreements{collect[access.AgreementID](db, shape[directory.Agreement]{
		kind: "agreement", table: "agreements",
		lookups: []string{"version"},
		row: func(a *directory.Agreement) row {
			return row{tenant: a.TenantID, id: string(a.ID), name: a.DisplayName, lookups: []any{a.Version}}
		},
	})}
}

func (a agreements) Record(ctx context.Context, change directory.Change, acceptance directory.Acceptance) error {
	if err := acceptance.Check(); err != nil {
		return err
	}
	return a.db.write(ctx, func(ctx context.Context, q Queryer) error {
		_, err := exec(ctx, q, "INSERT INTO acceptances (tenant_id, agreement_id, user_id, version, accepted, at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"+
			" ON CONFLICT (tenant_id, agreement_id, user_id) DO UPDATE SET version = $4, accepted = $5, at = $6, until_at = $7",
			acceptance.TenantID, acceptance.Agreement, acceptance.User, acceptance.Version, flag(acceptance.Accepted), millis(acceptance.At), millis(acceptance.Until))
		if err != nil {
			return a.db.refusal(err, "answer to an agreement")
		}
		return entry{change: change, tenant: acceptance.TenantID, action: "answer", kind: "agreement", id: string(acceptance.Agreement), after: acceptance}.write(ctx, q)
	})
}

func (a agreements) Accepted(ctx context.Context, tenant access.TenantID, user access.UserID, at time.Time) ([]access.AgreementID, error) {
	accepted, err := texts[access.AgreementID](ctx, a.db.reader(ctx),
		"SELECT a.id FROM acceptances c JOIN agreements a ON a.tenant_id = c.tenant_id AND a.id = c.agreement_id AND a.version = c.version"+
			" WHERE c.tenant_id = $1 AND c.user_id = $2 AND c.accepted = 1 AND (c.until_at = 0 OR c.until_at > $3) ORDER BY a.id",
		directory.Fold(tenant), directory.Fold(user), millis(at))
	return accepted, a.db.failure(err)
}
