// Package sqlite opens a store in a SQLite database: one file, or memory for
// tests. It knows how to open, migrate and lock; the queries are in package
// store.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sallyport-id/sallyport/internal/store"
)

// pragmas hold for every connection. Synchronous FULL flushes the log at every
// commit, so that what was acknowledged outlives a power cut too; commits that
// wait at once share a flush (doc/decisions/0011-durability.md).
var pragmas = []string{"busy_timeout(5000)", "foreign_keys(1)", "synchronous(FULL)", "temp_store(MEMORY)", "trusted_schema(0)"}

// Open opens the store in a file, making file and folder if need be, and brings
// it up to date. Several processes may have one file open.
func Open(ctx context.Context, path string, options store.Options) (*store.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := prepareFile(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	source := func(more ...string) string {
		return dsn((&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}).String()+"?", append([]string{"journal_mode(WAL)", "journal_size_limit(67108864)"}, more...))
	}
	return open(ctx, source, options)
}

// memories counts the databases in memory, so that each has a name of its own.
var memories atomic.Int64

// OpenMemory opens an empty store in memory, which is gone when it is closed.
func OpenMemory(ctx context.Context, options store.Options) (*store.DB, error) {
	name := "file:/sallyport-" + strconv.FormatInt(memories.Add(1), 10) + "?vfs=memdb&"
	return open(ctx, func(more ...string) string { return dsn(name, more) }, options)
}

// prepareFile makes the folder, and the file for its owner only: it holds
// names, addresses and hashes.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// dsn returns the name of a database with the pragmas that every connection
// runs first.
func dsn(name string, more []string) string {
	values := url.Values{"_pragma": append(append([]string{}, pragmas...), more...)}
	return name + values.Encode()
}

// open opens the reading and the writing end of a database, migrated.
func open(ctx context.Context, source func(more ...string) string, options store.Options) (_ *store.DB, err error) {
	d := &database{}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open database: %w", err), d.Close())
		}
	}()
	if d.writers, err = sql.Open("sqlite", source()); err != nil {
		return nil, err
	}
	d.writers.SetMaxOpenConns(1)
	if err := migrate(ctx, d.writers, migrations(), latest); err != nil {
		return nil, err
	}
	conn, err := d.writers.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	d.writer = newWriter(conn)
	if d.readers, err = sql.Open("sqlite", source("query_only(1)")); err != nil {
		return nil, err
	}
	d.readers.SetMaxOpenConns(max(4, 2*runtime.GOMAXPROCS(0)))
	d.readers.SetMaxIdleConns(max(4, 2*runtime.GOMAXPROCS(0)))
	d.reader = newStatements(d.readers)
	return store.New(ctx, d, options)
}

// database is a store.Backend: many connections that read, one that writes.
type database struct {
	readers, writers *sql.DB
	reader           *statements
	writer           *writer
}

// Reader returns what reads the last committed state.
func (d *database) Reader() store.Queryer { return d.reader }

// Write runs f in a transaction; see writer.
func (d *database) Write(ctx context.Context, f func(store.Queryer) error) error {
	return d.writer.write(ctx, f)
}

// Meaning tells what an error means by SQLite's extended result codes.
func (d *database) Meaning(err error) store.Meaning {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return store.Unknown
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return store.Duplicate
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return store.Dangling
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return store.Busy
	}
	return store.Unknown
}

// Ping reports whether the database answers.
func (d *database) Ping(ctx context.Context) error { return d.readers.PingContext(ctx) }

// Close waits for the running transaction and ends all connections. The last
// one to leave a file folds the log into it.
func (d *database) Close() error {
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.close())
	}
	if d.reader != nil {
		errs = append(errs, d.reader.close())
	}
	for _, db := range []*sql.DB{d.readers, d.writers} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
