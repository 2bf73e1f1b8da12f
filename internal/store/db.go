package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Queryer runs statements, inside a transaction or outside.
type Queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Backend is one kind of database, opened and migrated.
type Backend interface {
	// Reader returns what runs single queries outside transactions.
	Reader() Queryer
	// Write runs f in a transaction that no other transaction can be told
	// apart from having run before or after, and makes it durable. If f
	// fails, nothing is written and Write returns f's error as it is. f may
	// run more than once.
	Write(ctx context.Context, f func(Queryer) error) error
	// Meaning tells what an error of the database means.
	Meaning(err error) Meaning
	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// Meaning is what an error of the database means.
type Meaning uint8

// The meanings.
const (
	Unknown   Meaning = iota
	Duplicate         // a unique key exists already
	Dangling          // a foreign key names nothing, or something still names this
	Busy              // it would work later
)

// Options are what a store needs besides a database.
type Options struct {
	// Sealer encrypts what proves a person. It is required.
	Sealer Sealer
	// CheckDocument reports what is wrong with a policy, location or
	// strength, by the rules of the policy language, in words for people;
	// nil checks only the rules of package directory.
	CheckDocument func(directory.DocumentKind, json.RawMessage) error
}

// DB is a store. It is safe for concurrent use.
type DB struct {
	backend Backend
	options Options
}

// New returns the store in a migrated database. It fails if the sealer is not
// the one whose secrets the database holds.
func New(ctx context.Context, backend Backend, options Options) (*DB, error) {
	if options.Sealer == nil {
		return nil, errors.New("open store: no sealer is given")
	}
	db := &DB{backend: backend, options: options}
	if err := db.checkSealer(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

// Close ends the store. Whoever uses it afterwards gets errors.
func (db *DB) Close() error { return db.backend.Close() }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return db.failure(db.backend.Ping(ctx))
}

// transaction is the key under which a context carries the running transaction
// of a store.
type transaction struct{ db *DB }

// Transaction runs f in one transaction: every call of this store that is
// given f's context joins it, reads included, and all of it takes effect or
// none. f may run more than once, so it must have no other effect; it must not
// be slow either, for other writers wait. A Transaction inside another one
// takes effect with the outer one; if it fails, the outer may go on without it.
func (db *DB) Transaction(ctx context.Context, f func(context.Context) error) error {
	return db.write(ctx, func(ctx context.Context, _ Queryer) error { return f(ctx) })
}

// write runs f in the transaction of ctx, or in a new one.
func (db *DB) write(ctx context.Context, f func(context.Context, Queryer) error) error {
	if q, joined := ctx.Value(transaction{db}).(Queryer); joined {
		return db.nested(ctx, q, f)
	}
	err := db.backend.Write(ctx, func(q Queryer) error {
		return f(context.WithValue(ctx, transaction{db}, q), q)
	})
	return db.failure(err)
}

// nested runs f behind a savepoint, so that what f did is undone if it fails
// and its caller goes on.
func (db *DB) nested(ctx context.Context, q Queryer, f func(context.Context, Queryer) error) error {
	if _, err := q.ExecContext(ctx, "SAVEPOINT nested"); err != nil {
		return db.failure(fmt.Errorf("begin a nested transaction: %w", err))
	}
	err := f(ctx, q)
	if err != nil {
		if _, undo := q.ExecContext(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT nested"); undo != nil {
			return db.failure(fmt.Errorf("undo a nested transaction: %w", errors.Join(err, undo)))
		}
	}
	if _, release := q.ExecContext(context.WithoutCancel(ctx), "RELEASE SAVEPOINT nested"); err == nil && release != nil {
		return db.failure(fmt.Errorf("end a nested transaction: %w", release))
	}
	return err
}

// reader returns what reads for ctx: its transaction, or the pool of readers.
func (db *DB) reader(ctx context.Context) Queryer {
	if q, joined := ctx.Value(transaction{db}).(Queryer); joined {
		return q
	}
	return db.backend.Reader()
}

// failure gives an error of the database that passes by its kind; any other
// error stays as it is.
func (db *DB) failure(err error) error {
	if err != nil && fault.KindOf(err) == fault.Internal && db.backend.Meaning(err) == Busy {
		return fault.Wrap(fault.Unavailable, err, "The directory is busy.")
	}
	return err
}

// exec runs a statement and returns how many rows it concerned.
func exec(ctx context.Context, q Queryer, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("run %q: %w", query, err)
	}
	return result.RowsAffected()
}

// each runs a query and calls scan for every row.
func each(ctx context.Context, q Queryer, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("run %q: %w", query, err)
		}
	}()
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one runs a query for one row of columns into dest, and reports whether there
// was one.
func one(ctx context.Context, q Queryer, dest []any, query string, args ...any) (bool, error) {
	found := false
	err := each(ctx, q, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dest...)
	}, query, args...)
	return found && err == nil, err
}

// texts runs a query of one text column.
func texts[S ~string](ctx context.Context, q Queryer, query string, args ...any) ([]S, error) {
	var all []S
	err := each(ctx, q, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		all = append(all, S(s))
		return err
	}, query, args...)
	return all, err
}
