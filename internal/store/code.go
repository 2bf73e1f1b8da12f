package store

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Codes returns the store of authorization codes.
func (db *DB) Codes() session.Codes { return codes{db} }

// codes stores authorization codes.
type codes struct{ db *DB }

func (c codes) Create(ctx context.Context, code session.Code) error {
	if err := code.Check(); err != nil {
		return err
	}
	document, err := encode(code)
	if err != nil {
		return err
	}
	return c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		_, err := exec(ctx, q, "INSERT INTO codes (secret_key, tenant_id, user_id, expires, doc) VALUES ($1, $2, $3, $4, $5)",
			code.Key, code.TenantID, code.User, millis(code.Expires), document)
		return c.refusal(err)
	})
}

func (c codes) refusal(err error) error {
	if err == nil {
		return nil
	}
	return c.db.refusal(err, "code")
}

func (c codes) Get(ctx context.Context, key session.Key) (session.Code, error) {
	return c.read(ctx, c.db.reader(ctx), key)
}

// read returns a code, or fault.NotFound.
func (c codes) read(ctx context.Context, q Queryer, key session.Key) (session.Code, error) {
	var document string
	found, err := one(ctx, q, []any{&document}, "SELECT doc FROM codes WHERE secret_key = $1", key)
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.NotFound, "There is no such code.")
		}
		return session.Code{}, c.db.failure(err)
	}
	code, err := decode[session.Code](document)
	code.Key = key
	return code, err
}

func (c codes) Redeem(ctx context.Context, key session.Key, at time.Time, f func(session.Code) (session.Issue, error)) error {
	replayed := false
	err := c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		code, err := c.read(ctx, q, key)
		if err != nil {
			return err
		}
		// A replay is no failure of the transaction: the revocation must stay.
		if replayed = !code.Redeemed.IsZero(); replayed {
			_, err := revoke(ctx, q, session.GrantsOf{ID: code.GrantID}, session.Revocation{At: at, Why: session.CodeReplayed})
			return err
		}
		issue, err := f(code)
		if err != nil {
			return err
		}
		issue.Grant.ID = code.GrantID
		code.Redeemed = at
		if err := code.Check(); err != nil {
			return err
		}
		document, err := encode(code)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, q, "UPDATE codes SET doc = $2 WHERE secret_key = $1", key, document); err != nil {
			return err
		}
		return c.db.createGrant(ctx, q, issue.Grant, issue.Token)
	})
	if err == nil && replayed {
		return fault.New(fault.Conflict, "The code was redeemed before.")
	}
	return err
}
