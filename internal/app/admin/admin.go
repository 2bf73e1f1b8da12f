// Package admin is what the command line does to a server's data, with no
// server and no login: the first tenant and people of a new server, the apps
// and devices, and the policies, of which a wrong one can keep everybody out of
// every other way to change them.
//
// Whoever can read the folder is trusted. Every change is audited as that of
// the command line. A running server sees it with its next request.
package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Admin works on one server's data.
type Admin struct {
	folder    *data.Folder
	d         directory.Directory
	passwords *factor.Passwords
	now       func() time.Time
	random    io.Reader
}

// Open opens a server's folder. It fails if there is none, unless it may be
// made: whoever adds the first tenant makes the server.
func Open(ctx context.Context, path string, create bool, now func() time.Time) (*Admin, error) {
	open := data.OpenExisting
	if create {
		open = data.Open
	}
	folder, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	passwords, err := factor.NewPasswords(factor.Limits{}, rand.Reader)
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return &Admin{folder: folder, d: folder.DB.Directory(), passwords: passwords, now: now, random: rand.Reader}, nil
}

// Close closes the folder.
func (a *Admin) Close() error { return a.folder.Close() }

// change is the author of what the command line changes.
func (a *Admin) change() directory.Change {
	return directory.Change{At: a.now(), By: directory.Actor{Kind: directory.ActorOperator, Name: "command line"}}
}

func (a *Admin) newID() (string, error) { return directory.NewID(a.random) }

// Tenant works on one tenant.
type Tenant struct {
	*Admin
	directory.Tenant
	// Assumed: nobody named it, and there are others.
	Assumed bool
}

// Tenant returns the tenant of a name: its id, one of its verified domains, or
// its display name. Without a name it is the one that was made first.
func (a *Admin) Tenant(ctx context.Context, name string) (*Tenant, error) {
	all, err := a.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	if name == "" && len(all) > 0 {
		first := slices.MinFunc(all, func(a, b directory.Tenant) int { return a.Created.Compare(b.Created) })
		return &Tenant{a, first, len(all) > 1}, nil
	}
	for _, t := range all {
		if directory.Fold(name) == string(t.ID) || t.Owns(name) || strings.EqualFold(name, t.DisplayName) {
			return &Tenant{a, t, false}, nil
		}
	}
	if len(all) == 0 {
		return nil, errors.New("there is no tenant yet; sallyport tenant add makes one")
	}
	return nil, fmt.Errorf("there is no tenant %q; there are: %s", name, strings.Join(namesOf(all), ", "))
}

func namesOf(all []directory.Tenant) []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.DefaultDomain()
		if names[i] == "" {
			names[i] = string(t.ID)
		}
	}
	return names
}

// Tenants returns all tenants.
func (a *Admin) Tenants(ctx context.Context) ([]directory.Tenant, error) {
	return all(func(p directory.Page) ([]directory.Tenant, error) { return a.d.Tenants.List(ctx, p) }, func(t *directory.Tenant) string { return string(t.ID) })
}

// AddTenant makes a tenant with a verified domain. The operator vouches for the
// domain: nobody else can reach the data.
func (a *Admin) AddTenant(ctx context.Context, domain, name string) (directory.Tenant, error) {
	id, err := a.newID()
	if err != nil {
		return directory.Tenant{}, err
	}
	if name == "" {
		name = domain
	}
	t := directory.Tenant{
		ID: access.TenantID(id), DisplayName: name, Created: a.now(),
		Domains: []directory.Domain{{Name: domain, Verified: true, Default: true}},
	}
	return t, a.d.Tenants.Create(ctx, a.change(), &t)
}

// all reads every page of a list.
func all[T any](list func(directory.Page) ([]T, error), id func(*T) string) ([]T, error) {
	const size = 1000
	var whole []T
	page := directory.Page{Limit: size}
	for {
		part, err := list(page)
		if err != nil {
			return nil, err
		}
		whole = append(whole, part...)
		if len(part) < size {
			return whole, nil
		}
		page.After = id(&part[len(part)-1])
	}
}

// pick returns the one of several that a text names: by id or name, or by the
// beginning of either if that is the only one.
func pick[T any](what, text string, list []T, names func(*T) []string) (T, error) {
	var found []T
	var shown []string
	for i := range list {
		begins := false
		for _, name := range names(&list[i]) {
			if strings.EqualFold(name, text) {
				return list[i], nil
			}
			begins = begins || text != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(text))
		}
		if begins {
			found, shown = append(found, list[i]), append(shown, fmt.Sprintf("%q", names(&list[i])[0]))
		}
	}
	var none T
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return none, fault.New(fault.NotFound, "There is no %s %q.", what, text)
	}
	return none, fault.New(fault.Invalid, "%q begins the names of %d: %s.", text, len(found), strings.Join(shown[:min(len(shown), 5)], ", "))
}
