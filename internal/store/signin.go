package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// SignIn is one record of the sign-in log: what a query looks for, and the
// record itself as JSON.
type SignIn struct {
	Seq           int64 // given by Append, ascending
	TenantID      access.TenantID
	Time          time.Time
	UserID        access.UserID // empty: not known
	AppID         access.AppID
	RequestID     string // the record's id
	CorrelationID string
	Code          int
	Category      string // interactiveUser, nonInteractiveUser, servicePrincipal, …
	Payload       json.RawMessage
}

// SignInQuery selects records; zero members select all.
type SignInQuery struct {
	TenantID      access.TenantID
	UserID        access.UserID
	AppID         access.AppID
	RequestID     string
	CorrelationID string
	Code          *int
	Category      string
	From, Until   time.Time // From ≤ Time < Until
	// After goes on from a record's Seq: in Find to older ones, in Stream to
	// newer ones.
	After int64
	Limit int // Find: as directory.Page.Limit; Stream: zero is all
}

// SignIns returns the sign-in log.
func (db *DB) SignIns() *SignIns { return &SignIns{db} }

// SignIns is the sign-in log. Records are only ever added, and removed when
// they are too old.
type SignIns struct{ db *DB }

// Append adds records, all or none: fault.Invalid if one has no time, no id or
// no JSON.
func (s *SignIns) Append(ctx context.Context, records ...SignIn) error {
	for i := range records {
		r := &records[i]
		var c fault.Check
		c.Require(!r.Time.IsZero(), "time", "is not set")
		c.Require(r.RequestID != "", "requestId", "is empty")
		c.Require(json.Valid(r.Payload), "payload", "is not JSON")
		if err := c.Err("record"); err != nil {
			return err
		}
	}
	return s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		for i := range records {
			r := &records[i]
			_, err := exec(ctx, q, "INSERT INTO signins (tenant_id, at, user_id, app_id, request_id, correlation_id, code, category, payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
				directory.Fold(r.TenantID), millis(r.Time), directory.Fold(r.UserID), directory.Fold(r.AppID), directory.Fold(r.RequestID), directory.Fold(r.CorrelationID), r.Code, r.Category, string(r.Payload))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// conditions returns the condition of a query without its place in the order.
func (query *SignInQuery) conditions() *where {
	var w where
	w.add("tenant_id = ", directory.Fold(query.TenantID), query.TenantID != "")
	w.add("user_id = ", directory.Fold(query.UserID), query.UserID != "")
	w.add("app_id = ", directory.Fold(query.AppID), query.AppID != "")
	w.add("request_id = ", directory.Fold(query.RequestID), query.RequestID != "")
	w.add("correlation_id = ", directory.Fold(query.CorrelationID), query.CorrelationID != "")
	if query.Code != nil {
		w.add("code = ", *query.Code, true)
	}
	w.add("category = ", query.Category, query.Category != "")
	w.add("at >= ", millis(query.From), !query.From.IsZero())
	w.add("at < ", millis(query.Until), !query.Until.IsZero())
	return &w
}

// Find returns records, the last added first.
func (s *SignIns) Find(ctx context.Context, query SignInQuery) ([]SignIn, error) {
	w := query.conditions()
	w.add("seq < ", query.After, query.After != 0)
	return s.read(ctx, w, "DESC", directory.Page{Limit: query.Limit}.Size())
}

// streamPage is how many records one query of a stream reads: enough to hide
// its cost, few enough that no query holds back the database's housekeeping.
const streamPage = 1000

// Stream yields records in the order in which they were added, in constant
// memory. It ends after the first error. Records that are added meanwhile are
// yielded too.
func (s *SignIns) Stream(ctx context.Context, query SignInQuery) iter.Seq2[SignIn, error] {
	return func(yield func(SignIn, error) bool) {
		after, left := query.After, query.Limit
		for {
			size := streamPage
			if query.Limit > 0 {
				size = min(size, left)
			}
			w := query.conditions()
			w.add("seq > ", after, true)
			records, err := s.read(ctx, w, "ASC", size)
			if err != nil {
				yield(SignIn{}, err)
				return
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
				after = r.Seq
			}
			left -= len(records)
			if len(records) < size || query.Limit > 0 && left == 0 {
				return
			}
		}
	}
}

// read returns the records that meet a condition.
func (s *SignIns) read(ctx context.Context, w *where, order string, limit int) ([]SignIn, error) {
	limitPlace := w.place(limit)
	var records []SignIn
	err := each(ctx, s.db.reader(ctx), func(rows *sql.Rows) error {
		var (
			r       SignIn
			at      int64
			payload string
		)
		err := rows.Scan(&r.Seq, &r.TenantID, &at, &r.UserID, &r.AppID, &r.RequestID, &r.CorrelationID, &r.Code, &r.Category, &payload)
		r.Time, r.Payload = instant(at), json.RawMessage(payload)
		records = append(records, r)
		return err
	}, fmt.Sprintf("SELECT seq, tenant_id, at, user_id, app_id, request_id, correlation_id, code, category, payload FROM signins%s ORDER BY seq %s LIMIT %s",
		w.clause(), order, limitPlace), w.args...)
	return records, s.db.failure(err)
}

// RemoveBefore removes records older than an instant and returns how many.
func (s *SignIns) RemoveBefore(ctx context.Context, before time.Time) (removed int64, err error) {
	err = s.db.write(ctx, func(ctx context.Context, q Queryer) (err error) {
		removed, err = exec(ctx, q, "DELETE FROM signins WHERE at < $1", millis(before))
		return err
	})
	return removed, err
}
