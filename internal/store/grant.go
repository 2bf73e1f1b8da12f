package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Grants returns the store of grants and their refresh tokens.
func (db *DB) Grants() session.Grants { return grants{db} }

// grants stores grants.
type grants struct{ db *DB }

func (g grants) Create(ctx context.Context, grant session.Grant, token *session.RefreshToken) error {
	return g.db.write(ctx, func(ctx context.Context, q Queryer) error { return g.db.createGrant(ctx, q, grant, token) })
}

// createGrant keeps a grant and its first refresh token, if there is one.
func (db *DB) createGrant(ctx context.Context, q Queryer, grant session.Grant, token *session.RefreshToken) error {
	if err := grant.Check(); err != nil {
		return err
	}
	document, err := encode(grant)
	if err != nil {
		return err
	}
	_, err = exec(ctx, q, "INSERT INTO grants (id, tenant_id, user_id, client_id, session_id, last_used, expires, revoked, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		grant.ID, grant.TenantID, grant.User, grant.Client, grant.SessionID, millis(grant.LastUsed), millis(grantEnd(&grant)), flag(grant.Revoked != nil), document)
	if err != nil {
		return db.refusal(err, "grant")
	}
	return db.createToken(ctx, q, grant.ID, token)
}

func (db *DB) createToken(ctx context.Context, q Queryer, grant session.GrantID, token *session.RefreshToken) error {
	if token == nil {
		return nil
	}
	if err := token.Check(); err != nil {
		return err
	}
	_, err := exec(ctx, q, "INSERT INTO refresh_tokens (secret_key, grant_id, issued, used) VALUES ($1, $2, $3, $4)", token.Key, grant, millis(token.Issued), millis(token.Used))
	if err != nil {
		return db.refusal(err, "refresh token")
	}
	return nil
}

// grantEnd returns when no token of the grant can be of use any more.
func grantEnd(g *session.Grant) time.Time {
	end := g.LastUsed.Add(g.Idle)
	if g.LastUsed.Before(g.Created) {
		end = g.Created.Add(g.Idle)
	}
	if !g.Until.IsZero() && g.Until.Before(end) {
		return g.Until
	}
	return end
}

func (g grants) Get(ctx context.Context, id session.GrantID) (session.Grant, error) {
	var document string
	found, err := one(ctx, g.db.reader(ctx), []any{&document}, "SELECT doc FROM grants WHERE id = $1", directory.Fold(id))
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.NotFound, "There is no such grant.")
		}
		return session.Grant{}, g.db.failure(err)
	}
	return decode[session.Grant](document)
}

func (g grants) ByToken(ctx context.Context, key session.Key) (session.Grant, session.RefreshToken, error) {
	return g.byToken(ctx, g.db.reader(ctx), key)
}

func (g grants) byToken(ctx context.Context, q Queryer, key session.Key) (session.Grant, session.RefreshToken, error) {
	var (
		document     string
		issued, used int64
	)
	found, err := one(ctx, q, []any{&document, &issued, &used},
		"SELECT g.doc, t.issued, t.used FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.secret_key = $1", key)
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.NotFound, "There is no such refresh token.")
		}
		return session.Grant{}, session.RefreshToken{}, g.db.failure(err)
	}
	grant, err := decode[session.Grant](document)
	return grant, session.RefreshToken{Key: key, Issued: instant(issued), Used: instant(used)}, err
}

func (g grants) Use(ctx context.Context, key session.Key, f func(*session.Grant, *session.RefreshToken) (*session.RefreshToken, error)) error {
	return g.db.write(ctx, func(ctx context.Context, q Queryer) error {
		grant, token, err := g.byToken(ctx, q, key)
		if err != nil {
			return err
		}
		id, used := grant.ID, token.Used
		successor, err := f(&grant, &token)
		if err != nil {
			return err
		}
		grant.ID, token.Key = id, key
		if err := errors.Join(grant.Check(), token.Check()); err != nil {
			return err
		}
		if !token.Used.Equal(used) {
			if _, err := exec(ctx, q, "UPDATE refresh_tokens SET used = $2 WHERE secret_key = $1", key, millis(token.Used)); err != nil {
				return err
			}
		}
		if err := saveGrant(ctx, q, &grant); err != nil {
			return err
		}
		if err := g.db.createToken(ctx, q, id, successor); err != nil || successor == nil {
			return err
		}
		// Tokens that are too old to be of use, presented or replayed, go, so
		// that a grant in use for years does not grow.
		stale := successor.Issued.Add(-grant.Idle)
		_, err = exec(ctx, q, "DELETE FROM refresh_tokens WHERE grant_id = $1 AND issued < $2 AND used < $2", id, millis(stale))
		return err
	})
}

// saveGrant writes what may change of a grant.
func saveGrant(ctx context.Context, q Queryer, grant *session.Grant) error {
	document, err := encode(grant)
	if err != nil {
		return err
	}
	_, err = exec(ctx, q, "UPDATE grants SET last_used = $2, expires = $3, revoked = $4, doc = $5 WHERE id = $1",
		grant.ID, millis(grant.LastUsed), millis(grantEnd(grant)), flag(grant.Revoked != nil), document)
	return err
}

func (g grants) Revoke(ctx context.Context, which session.GrantsOf, why session.Revocation) (revoked int, err error) {
	err = g.db.write(ctx, func(ctx context.Context, q Queryer) (err error) {
		revoked, err = revoke(ctx, q, which, why)
		return err
	})
	return revoked, err
}

// revoke ends the grants that match and have not ended.
func revoke(ctx context.Context, q Queryer, which session.GrantsOf, why session.Revocation) (int, error) {
	w, err := grantsOf(which)
	if err != nil {
		return 0, err
	}
	w.add("revoked = ", 0, true)
	all, err := grantsWhere(ctx, q, w, "")
	if err != nil {
		return 0, err
	}
	for i := range all {
		all[i].Revoked = &why
		if err := all[i].Check(); err != nil {
			return 0, err
		}
		if err := saveGrant(ctx, q, &all[i]); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

func (g grants) List(ctx context.Context, which session.GrantsOf, limit int) ([]session.Grant, error) {
	w, err := grantsOf(which)
	if err != nil {
		return nil, err
	}
	all, err := grantsWhere(ctx, g.db.reader(ctx), w, " LIMIT "+w.place(directory.Page{Limit: limit}.Size()))
	return all, g.db.failure(err)
}

// grantsOf returns the condition of a selection, which must not be of all.
func grantsOf(which session.GrantsOf) (*where, error) {
	if which == (session.GrantsOf{}) {
		return nil, fmt.Errorf("select grants: no condition is given")
	}
	var w where
	w.add("id = ", directory.Fold(which.ID), which.ID != "")
	w.add("tenant_id = ", directory.Fold(which.TenantID), which.TenantID != "")
	w.add("user_id = ", directory.Fold(which.User), which.User != "")
	w.add("client_id = ", directory.Fold(which.Client), which.Client != "")
	w.add("session_id = ", which.SessionID, which.SessionID != "")
	return &w, nil
}

// grantsWhere returns the grants that meet a condition, latest used first.
func grantsWhere(ctx context.Context, q Queryer, w *where, tail string) ([]session.Grant, error) {
	var all []session.Grant
	err := each(ctx, q, func(rows *sql.Rows) error {
		var document string
		if err := rows.Scan(&document); err != nil {
			return err
		}
		grant, err := decode[session.Grant](document)
		all = append(all, grant)
		return err
	}, "SELECT doc FROM grants"+w.clause()+" ORDER BY last_used DESC, id"+tail, w.args...)
	return all, err
}
