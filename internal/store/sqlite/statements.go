package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// preparer is a pool of connections or one of them.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// statements runs queries and keeps them prepared: parsing one costs more than
// running it.
type statements struct {
	on preparer

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

// mostStatements bounds what is kept prepared. The store has fewer texts, apart
// from lists of varying length, of which the later ones are not kept.
const mostStatements = 512

func newStatements(on preparer) *statements {
	return &statements{on: on, prepared: map[string]*sql.Stmt{}}
}

// statement returns the prepared form of a query, or nil if too many are kept.
func (s *statements) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt, count := s.prepared[query], len(s.prepared)
	s.mu.RUnlock()
	if stmt != nil || count >= mostStatements {
		return stmt, nil
	}
	stmt, err := s.on.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.prepared[query]; other != nil {
		stmt.Close()
		return other, nil
	}
	s.prepared[query] = stmt
	return stmt, nil
}

// ExecContext runs a statement that returns no rows.
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return s.on.ExecContext(ctx, query, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext runs a statement that returns rows.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return s.on.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// close gives the prepared statements back. SQLite keeps a connection, and with
// it the log beside the file, for as long as one of its statements lives.
func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	s.prepared = map[string]*sql.Stmt{}
	return errors.Join(errs...)
}
