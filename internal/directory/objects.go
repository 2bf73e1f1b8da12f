package directory

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
)

// Objects stores objects of one kind, each in one tenant, by the contract in
// the package's documentation.
type Objects[ID ~string, T any] interface {
	// Get returns the object, or fault.NotFound.
	Get(ctx context.Context, tenant access.TenantID, id ID) (T, error)
	// List returns the objects of a page in the order of their ids.
	List(ctx context.Context, tenant access.TenantID, page Page) ([]T, error)
	// Create brings *object into its stored form and keeps it:
	// fault.Invalid, fault.Conflict.
	Create(ctx context.Context, change Change, object *T) error
	// Update changes an object and returns what is stored now:
	// fault.NotFound, fault.Invalid, fault.Conflict or the error of f, which
	// must not change id or tenant. What f leaves equal is not written.
	Update(ctx context.Context, change Change, tenant access.TenantID, id ID, f func(*T) error) (T, error)
	// Delete removes the object and what only it owns: fault.NotFound,
	// fault.Conflict.
	Delete(ctx context.Context, change Change, tenant access.TenantID, id ID) error
}

// Page is a part of a list. The zero Page is the first, of usual size.
type Page struct {
	After  string // the id after which the page begins; empty: the first
	Limit  int    // at most so many; zero: 100; never more than 1000
	Prefix string // only objects whose display name or own name begins so
}

// The sizes of pages.
const (
	usualPage   = 100
	largestPage = 1000
)

// Size returns the effective Limit.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return usualPage
	}
	return min(p.Limit, largestPage)
}
