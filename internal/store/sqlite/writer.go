package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/store"
)

// writer runs transactions on the one connection that writes.
//
// A flush to disk costs more than all else in a small transaction, so those
// that wait at the same time share one: a goroutine begins a transaction, lets
// the waiting jobs run in turn, each behind a savepoint, and commits for all.
// A job that fails is undone alone. While a commit flushes, the next batch
// gathers. A job's function runs in its owner's goroutine, so that whatever it
// does there, a panic included, concerns nobody else.
type writer struct {
	conn  *sql.Conn
	on    *statements
	jobs  chan *job
	stop  chan struct{} // closed to end the goroutine
	ended chan struct{} // closed when it has
	once  sync.Once
	left  error // of closing
}

// job is one transaction that waits for its turn.
type job struct {
	turn chan struct{} // receives when the owner is to run the function
	ran  chan error    // what the function returned
	done chan error    // what became of the transaction
}

// largestBatch bounds how long a job waits for others' functions.
const largestBatch = 64

// errLeft is the result of a function that never returned: it panicked or
// ended its goroutine.
var errLeft = errors.New("the transaction's function did not return")

func newWriter(conn *sql.Conn) *writer {
	w := &writer{conn: conn, on: newStatements(conn), jobs: make(chan *job), stop: make(chan struct{}), ended: make(chan struct{})}
	go w.work()
	return w
}

// close waits for the running batch and ends the writer.
func (w *writer) close() error {
	w.once.Do(func() {
		close(w.stop)
		<-w.ended
		w.left = errors.Join(w.on.close(), w.conn.Close())
	})
	return w.left
}

// write runs f in a transaction and makes it durable. A context that ends
// while f waits or runs undoes it; one that ends later does not.
func (w *writer) write(ctx context.Context, f func(store.Queryer) error) error {
	j := &job{turn: make(chan struct{}, 1), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case w.jobs <- j:
	case <-w.stop:
		return fault.New(fault.Unavailable, "The directory is closed.")
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.turn:
		w.run(ctx, j, f)
	case err := <-j.done: // the batch could not begin
		return err
	}
	return <-j.done
}

// run runs the function of a job whose turn it is.
func (w *writer) run(ctx context.Context, j *job, f func(store.Queryer) error) {
	q := &guarded{on: w.on}
	err := errLeft
	defer func() {
		q.over.Store(true)
		j.ran <- err
	}()
	if result := ctx.Err(); result != nil {
		err = result
		return
	}
	err = f(q)
}

// work runs batches until the writer is closed.
func (w *writer) work() {
	defer close(w.ended)
	for {
		select {
		case <-w.stop:
			return
		case first := <-w.jobs:
			w.batch(w.gather(first))
		}
	}
}

// gather returns the jobs that wait now.
func (w *writer) gather(first *job) []*job {
	batch := []*job{first}
	for len(batch) < largestBatch {
		select {
		case j := <-w.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// batch runs jobs in one transaction and tells each what became of it.
func (w *writer) batch(jobs []*job) {
	results := make([]error, len(jobs))
	err := w.transaction(jobs, results)
	for i, j := range jobs {
		if results[i] == nil {
			results[i] = err
		}
		j.done <- results[i]
	}
}

// transaction runs jobs, notes in results those that failed alone, and commits
// the others. If it fails, none of the jobs took effect.
func (w *writer) transaction(jobs []*job, results []error) error {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	failed := 0
	for i, j := range jobs {
		var err error
		if results[i], err = w.job(j, len(jobs) > 1); err != nil {
			w.exec("ROLLBACK") // may find that SQLite did it already
			return err
		}
		if results[i] != nil {
			failed++
		}
	}
	if failed == len(jobs) {
		return w.exec("ROLLBACK")
	}
	if err := w.exec("COMMIT"); err != nil {
		w.exec("ROLLBACK")
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// job lets one job run, behind a savepoint if it shares the transaction. It
// returns the job's own failure, and a failure of the whole transaction.
func (w *writer) job(j *job, shared bool) (own, all error) {
	if shared {
		if err := w.exec("SAVEPOINT job"); err != nil {
			return nil, fmt.Errorf("set a savepoint: %w", err)
		}
	}
	j.turn <- struct{}{}
	own = <-j.ran
	if !shared {
		return own, nil
	}
	if own != nil {
		// Fails if SQLite undid the whole transaction, as it does when the
		// disk is full: then nobody's work is there any more.
		if err := w.exec("ROLLBACK TO job"); err != nil {
			return own, fmt.Errorf("undo one of several transactions: %w", errors.Join(own, err))
		}
	}
	if err := w.exec("RELEASE job"); err != nil {
		return own, fmt.Errorf("end one of several transactions: %w", err)
	}
	return own, nil
}

func (w *writer) exec(query string) error {
	_, err := w.on.ExecContext(context.Background(), query)
	return err
}

// guarded runs the statements of one job, and only while it runs. It does not
// hand the context on: SQLite answers an interrupted write by undoing the
// whole transaction, which other jobs may share.
type guarded struct {
	on   *statements
	over atomic.Bool
}

var errOver = errors.New("the transaction is over")

func (g *guarded) usable(ctx context.Context) error {
	if g.over.Load() {
		return errOver
	}
	return ctx.Err()
}

// ExecContext runs a statement that returns no rows.
func (g *guarded) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := g.usable(ctx); err != nil {
		return nil, err
	}
	return g.on.ExecContext(context.WithoutCancel(ctx), query, args...)
}

// QueryContext runs a statement that returns rows.
func (g *guarded) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := g.usable(ctx); err != nil {
		return nil, err
	}
	return g.on.QueryContext(context.WithoutCancel(ctx), query, args...)
}
