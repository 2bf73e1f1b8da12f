package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/signinlog"
)

// RecordQuery selects sign-in records; zero members select all.
type RecordQuery struct {
	User        access.UserID
	Correlation string
	Code        *int
	From, Until time.Time
}

// Records yields the sign-in records of a tenant, oldest first, in constant
// memory; of all tenants if the tenant is empty. Whoever wants to keep a record
// clones it.
func (a *Admin) Records(ctx context.Context, tenant access.TenantID, query RecordQuery) iter.Seq2[*signinlog.Record, error] {
	return func(yield func(*signinlog.Record, error) bool) {
		rows := a.folder.DB.SignIns().Stream(ctx, store.SignInQuery{
			TenantID: tenant, UserID: query.User, CorrelationID: query.Correlation, Code: query.Code, From: query.From, Until: query.Until,
		})
		for row, err := range rows {
			var r signinlog.Record
			if err == nil {
				if err = json.Unmarshal(row.Payload, &r); err != nil {
					err = fmt.Errorf("read sign-in record %d: %w", row.Seq, err)
				}
			}
			if !yield(&r, err) || err != nil {
				return
			}
		}
	}
}

// Changes returns the latest entries of the audit log, newest first.
func (t *Tenant) Changes(ctx context.Context, limit int) ([]directory.AuditEntry, error) {
	return t.d.Audit.Audit(ctx, directory.AuditQuery{TenantID: t.ID, Limit: limit})
}
