package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/signinlog"
)

// recordLog is the pipeline's log over the store: it keeps each record as JSON
// beside what queries look for.
type recordLog struct{ signIns *store.SignIns }

// Append adds records in the transaction of its context.
func (l recordLog) Append(ctx context.Context, records ...*signinlog.Record) error {
	rows := make([]store.SignIn, len(records))
	for i, r := range records {
		payload, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("write a sign-in record: %w", err)
		}
		code, _ := r.Status.ErrorCode.Get()
		rows[i] = store.SignIn{
			TenantID: access.TenantID(r.TenantID), Time: r.Time, UserID: access.UserID(r.UserID), AppID: access.AppID(r.AppID),
			RequestID: r.ID, CorrelationID: r.CorrelationID, Code: int(code), Category: category(r), Payload: payload,
		}
		if seen, ok := ctx.Value(writtenKey{}).(*written); ok {
			seen.add(rows[i].Code, rows[i].Category)
		}
	}
	return l.signIns.Append(ctx, rows...)
}

// category is the kind of a sign-in, in Graph's word.
func category(r *signinlog.Record) string {
	if len(r.SignInEventTypes) == 0 {
		return ""
	}
	return r.SignInEventTypes[0]
}

// written are the records of a transaction under way, which are counted when it
// is done: one that fails, or runs twice, counts once or not at all.
type written struct{ records []writtenRecord }

type writtenRecord struct {
	code     int
	category string
}

type writtenKey struct{}

func (w *written) add(code int, category string) {
	w.records = append(w.records, writtenRecord{code, category})
}

// counting is a store's Transaction that tells the metrics what was recorded
// and how long it took.
func counting(db *store.DB, m *metrics, clock func() time.Time) func(context.Context, func(context.Context) error) error {
	return func(ctx context.Context, f func(context.Context) error) error {
		began := clock()
		var seen written
		err := db.Transaction(ctx, func(ctx context.Context) error {
			seen.records = seen.records[:0] // it may run again
			return f(context.WithValue(ctx, writtenKey{}, &seen))
		})
		m.transaction(clock().Sub(began), err)
		if err == nil {
			for _, r := range seen.records {
				m.signIn(r.code, r.category)
			}
		}
		return err
	}
}
