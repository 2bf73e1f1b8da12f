package store

import (
	"context"
	"database/sql"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Sessions returns the store of browser sessions.
func (db *DB) Sessions() session.Sessions { return sessions{db} }

// sessions stores browser sessions.
type sessions struct{ db *DB }

func (s sessions) Create(ctx context.Context, created session.Session) error {
	if err := created.Check(); err != nil {
		return err
	}
	document, err := encode(created)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		_, err := exec(ctx, q, "INSERT INTO sessions (id, secret_key, last_used, expires, doc) VALUES ($1, $2, $3, $4, $5)",
			created.ID, created.Key, millis(created.LastUsed), millis(created.Expires), document)
		if err != nil {
			return s.db.refusal(err, "session")
		}
		return s.people(ctx, q, &created)
	})
}

// people keeps the table by which people find their sessions.
func (s sessions) people(ctx context.Context, q Queryer, in *session.Session) error {
	for _, one := range in.SignIns {
		_, err := exec(ctx, q, "INSERT INTO session_users (session_id, tenant_id, user_id) VALUES ($1, $2, $3) ON CONFLICT (session_id, tenant_id, user_id) DO NOTHING",
			in.ID, one.TenantID, one.UserID)
		if err != nil {
			return s.db.refusal(err, "session")
		}
	}
	return nil
}

func (s sessions) Get(ctx context.Context, key session.Key) (session.Session, error) {
	return s.read(ctx, s.db.reader(ctx), key)
}

// read returns the session with this key, or fault.NotFound.
func (s sessions) read(ctx context.Context, q Queryer, key session.Key) (session.Session, error) {
	var document string
	found, err := one(ctx, q, []any{&document}, "SELECT doc FROM sessions WHERE secret_key = $1", key)
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.NotFound, "There is no such session.")
		}
		return session.Session{}, s.db.failure(err)
	}
	got, err := decode[session.Session](document)
	got.Key = key
	return got, err
}

func (s sessions) Update(ctx context.Context, key session.Key, f func(*session.Session) error) (session.Session, error) {
	var after session.Session
	err := s.db.write(ctx, func(ctx context.Context, q Queryer) (err error) {
		after, err = s.change(ctx, q, key, f)
		return err
	})
	return after, err
}

// change is Update in the running transaction.
func (s sessions) change(ctx context.Context, q Queryer, key session.Key, f func(*session.Session) error) (session.Session, error) {
	changed, err := s.read(ctx, q, key)
	if err != nil {
		return session.Session{}, err
	}
	id := changed.ID
	if err := f(&changed); err != nil {
		return session.Session{}, err
	}
	changed.ID = id
	if err := changed.Check(); err != nil {
		return session.Session{}, err
	}
	document, err := encode(changed)
	if err != nil {
		return session.Session{}, err
	}
	_, err = exec(ctx, q, "UPDATE sessions SET secret_key = $2, last_used = $3, expires = $4, doc = $5 WHERE id = $1",
		id, changed.Key, millis(changed.LastUsed), millis(changed.Expires), document)
	if err != nil {
		return session.Session{}, s.db.refusal(err, "session")
	}
	if _, err := exec(ctx, q, "DELETE FROM session_users WHERE session_id = $1", id); err != nil {
		return session.Session{}, err
	}
	return changed, s.people(ctx, q, &changed)
}

func (s sessions) Delete(ctx context.Context, key session.Key) error {
	return s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		_, err := exec(ctx, q, "DELETE FROM sessions WHERE secret_key = $1", key)
		return err
	})
}

func (s sessions) DeleteOf(ctx context.Context, tenant access.TenantID, user access.UserID) (left int, err error) {
	err = s.db.write(ctx, func(ctx context.Context, q Queryer) (err error) {
		left, err = leaveSessions(ctx, q, directory.Fold(tenant), directory.Fold(user))
		return err
	})
	return left, err
}

// leaveSessions ends a user's part of every session and returns of how many.
func leaveSessions(ctx context.Context, q Queryer, tenant access.TenantID, user access.UserID) (int, error) {
	type kept struct{ id, document string }
	var all []kept
	err := each(ctx, q, func(rows *sql.Rows) error {
		var k kept
		err := rows.Scan(&k.id, &k.document)
		all = append(all, k)
		return err
	}, sessionsOf, tenant, user)
	if err != nil {
		return 0, err
	}
	for _, k := range all {
		got, err := decode[session.Session](k.document)
		if err != nil {
			return 0, err
		}
		got.Remove(tenant, user)
		if len(got.SignIns) == 0 {
			_, err = exec(ctx, q, "DELETE FROM sessions WHERE id = $1", k.id)
		} else if k.document, err = encode(got); err == nil {
			_, err = exec(ctx, q, "UPDATE sessions SET doc = $2 WHERE id = $1", k.id, k.document)
		}
		if err != nil {
			return 0, err
		}
	}
	_, err = exec(ctx, q, "DELETE FROM session_users WHERE tenant_id = $1 AND user_id = $2", tenant, user)
	return len(all), err
}

// sessionsOf is every session that user $2 of tenant $1 is in.
const sessionsOf = "SELECT s.id, s.doc FROM session_users u JOIN sessions s ON s.id = u.session_id WHERE u.tenant_id = $1 AND u.user_id = $2 ORDER BY s.last_used DESC, s.id"

func (s sessions) ListOf(ctx context.Context, tenant access.TenantID, user access.UserID) ([]session.Session, error) {
	var all []session.Session
	err := each(ctx, s.db.reader(ctx), func(rows *sql.Rows) error {
		var id, document string
		if err := rows.Scan(&id, &document); err != nil {
			return err
		}
		got, err := decode[session.Session](document)
		all = append(all, got)
		return err
	}, sessionsOf, directory.Fold(tenant), directory.Fold(user))
	return all, s.db.failure(err)
}
