package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// checked is a pointer to an object that keeps its own rules.
type checked[T any] interface {
	*T
	Check() error
}

// shape tells how objects of one kind are kept.
type shape[T any] struct {
	kind    string   // the object's word in messages and in the audit log
	table   string   // with columns tenant_id, id, name, label, doc and lookups
	lookups []string // further columns
	// row returns what identifies the object and the values of its lookups.
	// Name is what people call it, label its own name; both are searched.
	row func(*T) row
	// allow refuses a write that breaks a rule between objects; nil: none.
	// Before is nil for a creation, after for a deletion.
	allow func(ctx context.Context, q Queryer, before, after *T) error
	// follow writes what hangs on the object, in its transaction, after the
	// row; nil: nothing does.
	follow func(ctx context.Context, q Queryer, before, after *T) error
}

// row is what the columns of an object hold.
type row struct {
	tenant          access.TenantID
	id, name, label string
	lookups         []any
}

// collection stores objects of one kind; it is a directory.Objects.
type collection[ID ~string, T any, P checked[T]] struct {
	db    *DB
	shape shape[T]

	get, insert, update, remove, list, listByName string
}

// collect returns the collection of a shape with its queries.
func collect[ID ~string, T any, P checked[T]](db *DB, s shape[T]) *collection[ID, T, P] {
	columns := append([]string{"tenant_id", "id", "name", "label", "doc"}, s.lookups...)
	places, sets := make([]string, len(columns)), make([]string, 0, len(columns))
	for i, column := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
		if i > 1 {
			sets = append(sets, column+" = "+places[i])
		}
	}
	const at = " WHERE tenant_id = $1 AND id = $2"
	return &collection[ID, T, P]{
		db: db, shape: s,
		get:    "SELECT doc FROM " + s.table + at,
		insert: "INSERT INTO " + s.table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")",
		update: "UPDATE " + s.table + " SET " + strings.Join(sets, ", ") + at,
		remove: "DELETE FROM " + s.table + at,
		list:   "SELECT doc FROM " + s.table + " WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3",
		listByName: "SELECT doc FROM " + s.table + " WHERE tenant_id = $1 AND id > $2" +
			" AND (name >= $4 AND name < $5 OR label >= $4 AND label < $5) ORDER BY id LIMIT $3",
	}
}

// Get returns the object, or fault.NotFound.
func (c *collection[ID, T, P]) Get(ctx context.Context, tenant access.TenantID, id ID) (T, error) {
	return c.first(ctx, c.db.reader(ctx), c.get, directory.Fold(tenant), directory.Fold(id))
}

// first returns the object of a query's first row, or fault.NotFound.
func (c *collection[ID, T, P]) first(ctx context.Context, q Queryer, query string, args ...any) (T, error) {
	var document string
	found, err := one(ctx, q, []any{&document}, query, args...)
	if err != nil || !found {
		var none T
		if err == nil {
			err = fault.New(fault.NotFound, "There is no such %s.", c.shape.kind)
		}
		return none, c.db.failure(err)
	}
	return decode[T](document)
}

// all returns the objects of a query's rows.
func (c *collection[ID, T, P]) all(ctx context.Context, q Queryer, query string, args ...any) ([]T, error) {
	var objects []T
	err := each(ctx, q, func(rows *sql.Rows) error {
		var document string
		if err := rows.Scan(&document); err != nil {
			return err
		}
		object, err := decode[T](document)
		objects = append(objects, object)
		return err
	}, query, args...)
	return objects, c.db.failure(err)
}

// List returns the objects of a page in the order of their ids.
func (c *collection[ID, T, P]) List(ctx context.Context, tenant access.TenantID, page directory.Page) ([]T, error) {
	tenant, after := directory.Fold(tenant), directory.Fold(page.After)
	if page.Prefix == "" {
		return c.all(ctx, c.db.reader(ctx), c.list, tenant, after, page.Size())
	}
	from, to := prefixRange(page.Prefix)
	return c.all(ctx, c.db.reader(ctx), c.listByName, tenant, after, page.Size(), from, to)
}

// prefixRange returns the bounds between which folded names begin with prefix:
// no character comes after the highest one.
func prefixRange(prefix string) (from, to string) {
	from = directory.Fold(prefix)
	return from, from + "\U0010FFFF"
}

// Create keeps a new object.
func (c *collection[ID, T, P]) Create(ctx context.Context, change directory.Change, object *T) error {
	if err := P(object).Check(); err != nil {
		return err
	}
	return c.db.write(ctx, func(ctx context.Context, q Queryer) error { return c.create(ctx, q, change, object) })
}

// create writes a new, checked object in the running transaction.
func (c *collection[ID, T, P]) create(ctx context.Context, q Queryer, change directory.Change, object *T) error {
	if c.shape.allow != nil {
		if err := c.shape.allow(ctx, q, nil, object); err != nil {
			return err
		}
	}
	args, err := c.values(object)
	if err != nil {
		return err
	}
	if _, err := exec(ctx, q, c.insert, args...); err != nil {
		return c.refusal(err)
	}
	return c.written(ctx, q, change, nil, object)
}

// Update changes an object and returns what is stored now.
func (c *collection[ID, T, P]) Update(ctx context.Context, change directory.Change, tenant access.TenantID, id ID, f func(*T) error) (T, error) {
	var after T
	err := c.db.write(ctx, func(ctx context.Context, q Queryer) (err error) {
		after, err = c.change(ctx, q, change, tenant, id, f)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return after, nil
}

// change is Update in the running transaction.
func (c *collection[ID, T, P]) change(ctx context.Context, q Queryer, change directory.Change, tenant access.TenantID, id ID, f func(*T) error) (after T, err error) {
	tenant, id = directory.Fold(tenant), directory.Fold(id)
	var document string
	found, err := one(ctx, q, []any{&document}, c.get, tenant, id)
	switch {
	case err != nil:
		return after, err
	case !found:
		return after, fault.New(fault.NotFound, "There is no such %s.", c.shape.kind)
	}
	before, err := decode[T](document)
	if err != nil {
		return after, err
	}
	// Decoded a second time, for f may reach into slices and pointers.
	if after, err = decode[T](document); err != nil {
		return after, err
	}
	if err := f(&after); err != nil {
		return after, err
	}
	if err := P(&after).Check(); err != nil {
		return after, err
	}
	if r := c.shape.row(&after); r.tenant != tenant || r.id != string(id) {
		return after, fmt.Errorf("update %s %s: the function changed its id or tenant", c.shape.kind, id)
	}
	if reflect.DeepEqual(before, after) {
		return after, nil
	}
	if c.shape.allow != nil {
		if err := c.shape.allow(ctx, q, &before, &after); err != nil {
			return after, err
		}
	}
	args, err := c.values(&after)
	if err != nil {
		return after, err
	}
	if _, err := exec(ctx, q, c.update, args...); err != nil {
		return after, c.refusal(err)
	}
	return after, c.written(ctx, q, change, &before, &after)
}

// Delete removes an object and what only it owns.
func (c *collection[ID, T, P]) Delete(ctx context.Context, change directory.Change, tenant access.TenantID, id ID) error {
	tenant, id = directory.Fold(tenant), directory.Fold(id)
	return c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		before, err := c.first(ctx, q, c.get, tenant, id)
		if err != nil {
			return err
		}
		if c.shape.allow != nil {
			if err := c.shape.allow(ctx, q, &before, nil); err != nil {
				return err
			}
		}
		if _, err := exec(ctx, q, c.remove, tenant, id); err != nil {
			return c.refusal(err)
		}
		return c.written(ctx, q, change, &before, nil)
	})
}

// written does what follows a write of an object: what hangs on it, and the
// audit log.
func (c *collection[ID, T, P]) written(ctx context.Context, q Queryer, change directory.Change, before, after *T) error {
	if c.shape.follow != nil {
		if err := c.shape.follow(ctx, q, before, after); err != nil {
			return c.refusal(err)
		}
	}
	entry := entry{change: change, kind: c.shape.kind, action: "update"}
	object := after
	if before == nil {
		entry.action = "create"
	} else {
		entry.before = *before
	}
	if after == nil {
		entry.action, object = "delete", before
	} else {
		entry.after = *after
	}
	r := c.shape.row(object)
	entry.tenant, entry.id, entry.name = r.tenant, r.id, r.name
	return entry.write(ctx, q)
}

// values returns the columns of an object in the order of the queries.
func (c *collection[ID, T, P]) values(object *T) ([]any, error) {
	document, err := encode(object)
	if err != nil {
		return nil, err
	}
	r := c.shape.row(object)
	return append([]any{r.tenant, r.id, directory.Fold(r.name), directory.Fold(r.label), document}, r.lookups...), nil
}

// refusal gives an error of a write its kind.
func (c *collection[ID, T, P]) refusal(err error) error {
	return c.db.refusal(err, c.shape.kind)
}

// refusal gives an error of a write of such an object its kind.
func (db *DB) refusal(err error, kind string) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	switch db.backend.Meaning(err) {
	case Duplicate:
		return fault.Wrap(fault.Conflict, err, "There is such a %s already, under the same id or the same name.", kind)
	case Dangling:
		return fault.Wrap(fault.NotFound, err, "Something that the %s belongs to does not exist.", kind)
	}
	return db.failure(err)
}
