package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// Shelf keeps values of one kind under keys of their owner's making, each until
// an instant: attempts under way, ceremonies, ids that may be seen once, keys
// to sign with. Values are JSON and encrypted. What is expired may still be
// found until the next DB.Purge; who cares compares times.
//
// A package that needs one declares the interface it wants, which *Shelf meets
// without either knowing the other.
type Shelf[T any] struct {
	db   *DB
	kind string
}

// ShelfOf returns the shelf of a kind. One kind has one type.
func ShelfOf[T any](db *DB, kind string) *Shelf[T] { return &Shelf[T]{db: db, kind: kind} }

// Create puts a value on the shelf until it expires, for good if that is zero;
// fault.Conflict if the key is taken, expired or not.
func (s *Shelf[T]) Create(ctx context.Context, key string, expires time.Time, value T) error {
	sealed, err := s.db.seal(value, "shelf", s.kind, key)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		if _, err := exec(ctx, q, "INSERT INTO shelves (kind, id, expires, sealed) VALUES ($1, $2, $3, $4)", s.kind, key, millis(expires), sealed); err != nil {
			return s.db.refusal(err, s.kind)
		}
		return nil
	})
}

// Get returns the value, or fault.NotFound.
func (s *Shelf[T]) Get(ctx context.Context, key string) (T, error) {
	value, _, err := s.read(ctx, s.db.reader(ctx), key)
	return value, s.db.failure(err)
}

func (s *Shelf[T]) read(ctx context.Context, q Queryer, key string) (value T, expires time.Time, err error) {
	var (
		sealed []byte
		until  int64
	)
	found, err := one(ctx, q, []any{&sealed, &until}, "SELECT sealed, expires FROM shelves WHERE kind = $1 AND id = $2", s.kind, key)
	switch {
	case err != nil:
		return value, expires, err
	case !found:
		return value, expires, fault.New(fault.NotFound, "There is no such %s.", s.kind)
	}
	return value, instant(until), s.db.unseal(sealed, &value, "shelf", s.kind, key)
}

// Update changes a value and, if f sets it, when it expires: fault.NotFound.
func (s *Shelf[T]) Update(ctx context.Context, key string, f func(value *T, expires *time.Time) error) (T, error) {
	var after T
	err := s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		value, expires, err := s.read(ctx, q, key)
		if err != nil {
			return err
		}
		if err := f(&value, &expires); err != nil {
			return err
		}
		sealed, err := s.db.seal(value, "shelf", s.kind, key)
		if err != nil {
			return err
		}
		after = value
		_, err = exec(ctx, q, "UPDATE shelves SET sealed = $3, expires = $4 WHERE kind = $1 AND id = $2", s.kind, key, sealed, millis(expires))
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return after, nil
}

// Take removes a value and returns it, or fault.NotFound. Of all who take one
// value at once, one gets it.
func (s *Shelf[T]) Take(ctx context.Context, key string) (T, error) {
	var taken T
	err := s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		value, _, err := s.read(ctx, q, key)
		if err != nil {
			return err
		}
		taken = value
		_, err = exec(ctx, q, "DELETE FROM shelves WHERE kind = $1 AND id = $2", s.kind, key)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return taken, nil
}

// Delete removes a value; one that is not there is no error.
func (s *Shelf[T]) Delete(ctx context.Context, key string) error {
	return s.db.write(ctx, func(ctx context.Context, q Queryer) error {
		_, err := exec(ctx, q, "DELETE FROM shelves WHERE kind = $1 AND id = $2", s.kind, key)
		return err
	})
}

// List returns all values of the kind by key; it is for kinds of which there
// are few.
func (s *Shelf[T]) List(ctx context.Context) ([]T, error) {
	var all []T
	err := each(ctx, s.db.reader(ctx), func(rows *sql.Rows) error {
		var (
			key    string
			sealed []byte
			value  T
		)
		if err := rows.Scan(&key, &sealed); err != nil {
			return err
		}
		err := s.db.unseal(sealed, &value, "shelf", s.kind, key)
		all = append(all, value)
		return err
	}, "SELECT id, sealed FROM shelves WHERE kind = $1 ORDER BY id", s.kind)
	return all, s.db.failure(err)
}
