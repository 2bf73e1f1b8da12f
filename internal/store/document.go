package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// documents returns the collection of documents of one kind.
func documents[ID ~string](db *DB, kind directory.DocumentKind) directory.Documents[ID] {
	return collect[ID](db, shape[directory.Document]{
		kind: string(kind), table: documentTables[kind],
		lookups: []string{"state"},
		row: func(d *directory.Document) row {
			return row{tenant: d.TenantID, id: d.ID, name: d.DisplayName, lookups: []any{d.State}}
		},
		allow: func(ctx context.Context, q Queryer, _, after *directory.Document) error {
			return db.allowDocument(ctx, q, kind, after)
		},
		follow: func(ctx context.Context, q Queryer, before, after *directory.Document) error {
			if after == nil {
				after = before
			}
			return movePolicyVersion(ctx, q, after.TenantID)
		},
	})
}

// documentTables is where each kind of document is kept.
var documentTables = map[directory.DocumentKind]string{
	directory.PolicyDocument:   "policies",
	directory.LocationDocument: "named_locations",
	directory.StrengthDocument: "authentication_strengths",
}

// allowDocument refuses what the policy language does not allow, and an enabled
// policy beside security defaults (CA-9).
func (db *DB) allowDocument(ctx context.Context, q Queryer, kind directory.DocumentKind, after *directory.Document) error {
	if after == nil {
		return nil
	}
	if after.Kind != kind {
		return fault.New(fault.Invalid, "A %s was given where a %s is expected.", after.Kind, kind)
	}
	if db.options.CheckDocument != nil {
		if err := db.options.CheckDocument(kind, after.JSON); fault.KindOf(err) == fault.Internal && err != nil {
			return fault.Wrap(fault.Invalid, err, "The %s is not valid: %v", kind, err)
		} else if err != nil {
			return err
		}
	}
	if kind != directory.PolicyDocument || after.State != directory.StateEnabled {
		return nil
	}
	var document string
	found, err := one(ctx, q, []any{&document}, "SELECT doc FROM tenants WHERE id = $1", after.TenantID)
	if err != nil || !found {
		return err // the foreign key tells that there is no such tenant
	}
	tenant, err := decode[directory.Tenant](document)
	if err == nil && tenant.Settings.SecurityDefaults {
		err = fault.New(fault.Conflict, "No policy can be enabled while security defaults are on.")
	}
	return err
}

// movePolicyVersion tells those who keep a compiled set that it is old.
func movePolicyVersion(ctx context.Context, q Queryer, tenant access.TenantID) error {
	_, err := exec(ctx, q, "UPDATE tenants SET policy_version = policy_version + 1 WHERE id = $1", tenant)
	return err
}

// policySets reads a tenant's documents together.
type policySets struct{ db *DB }

var _ directory.PolicySets = policySets{}

// allDocuments is every document of tenant $1 with the version: one statement,
// so that it is one moment. A tenant without documents is one row of nothing.
const allDocuments = "SELECT t.policy_version, d.kind, d.doc FROM tenants t LEFT JOIN (" +
	"SELECT tenant_id, id, 1 AS kind, doc FROM policies" +
	" UNION ALL SELECT tenant_id, id, 2 AS kind, doc FROM named_locations" +
	" UNION ALL SELECT tenant_id, id, 3 AS kind, doc FROM authentication_strengths" +
	") d ON d.tenant_id = t.id WHERE t.id = $1 ORDER BY d.kind, d.id"

func (p policySets) PolicySet(ctx context.Context, tenant access.TenantID) (directory.PolicySet, error) {
	var set directory.PolicySet
	found := false
	lists := []*[]directory.Document{nil, &set.Policies, &set.Locations, &set.Strengths}
	err := each(ctx, p.db.reader(ctx), func(rows *sql.Rows) error {
		found = true
		var (
			kind     sql.NullInt64
			document sql.NullString
		)
		if err := rows.Scan(&set.Version, &kind, &document); err != nil || !kind.Valid {
			return err
		}
		if kind.Int64 < 1 || int(kind.Int64) >= len(lists) {
			return fmt.Errorf("a document of kind %d", kind.Int64)
		}
		d, err := decode[directory.Document](document.String)
		list := lists[kind.Int64]
		*list = append(*list, d)
		return err
	}, allDocuments, directory.Fold(tenant))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such tenant.")
	}
	return set, p.db.failure(err)
}

func (p policySets) PolicyVersion(ctx context.Context, tenant access.TenantID) (directory.PolicyVersion, error) {
	var version directory.PolicyVersion
	found, err := one(ctx, p.db.reader(ctx), []any{&version}, "SELECT policy_version FROM tenants WHERE id = $1", directory.Fold(tenant))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such tenant.")
	}
	return version, p.db.failure(err)
}
