package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// NewApp is an app to register.
type NewApp struct {
	Name        string
	Redirects   directory.RedirectURIs
	Identifiers []string // as a resource
	Scopes      []string // that it offers, which people may consent to
	Secret      bool     // it is confidential: make a secret
}

// secretLife is how long a client secret is good.
const secretLife = 365 * 24 * time.Hour

// AddApp registers an app with its service principal, and returns the text of
// its secret, if it was to have one.
func (t *Tenant) AddApp(ctx context.Context, n NewApp) (directory.Application, string, error) {
	ids := make([]string, 3)
	for i := range ids {
		var err error
		if ids[i], err = t.newID(); err != nil {
			return directory.Application{}, "", err
		}
	}
	a := directory.Application{
		ID: directory.ApplicationID(ids[0]), TenantID: t.ID, AppID: access.AppID(ids[1]), DisplayName: n.Name, TokenVersion: 2,
		Redirects: n.Redirects, IdentifierURIs: n.Identifiers, FallbackPublic: len(n.Redirects.Public) > 0 && !n.Secret, Created: t.now(),
	}
	for _, name := range n.Scopes {
		id, err := t.newID()
		if err != nil {
			return a, "", err
		}
		a.Scopes = append(a.Scopes, directory.Scope{ID: directory.ScopeID(id), Value: name, LowImpact: true, DisplayName: name})
	}
	text := ""
	if n.Secret {
		secret, made, err := directory.NewClientSecret(t.random, "first", t.now(), t.now().Add(secretLife))
		if err != nil {
			return a, "", err
		}
		a.Secrets, text = []directory.ClientSecret{secret}, made
	}
	sp := directory.ServicePrincipal{
		ID: access.ServicePrincipalID(ids[2]), TenantID: t.ID, AppID: a.AppID, DisplayName: n.Name, AccountEnabled: true, Names: n.Identifiers, Created: t.now(),
	}
	return a, text, t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		if err := t.d.Applications.Create(ctx, t.change(), &a); err != nil {
			return err
		}
		return t.d.ServicePrincipals.Create(ctx, t.change(), &sp)
	})
}

// Apps returns the apps that the tenant registered.
func (t *Tenant) Apps(ctx context.Context) ([]directory.Application, error) {
	list, err := all(func(p directory.Page) ([]directory.Application, error) { return t.d.Applications.List(ctx, t.ID, p) },
		func(a *directory.Application) string { return string(a.ID) })
	slices.SortFunc(list, func(a, b directory.Application) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	return list, err
}

// FindApp returns the app of a client id or a name.
func (t *Tenant) FindApp(ctx context.Context, name string) (directory.Application, error) {
	list, err := t.Apps(ctx)
	if err != nil {
		return directory.Application{}, err
	}
	return pick("app", name, list, func(a *directory.Application) []string { return []string{a.DisplayName, string(a.AppID), string(a.ID)} })
}

// AddSecret makes one more secret for an app and returns its text.
func (t *Tenant) AddSecret(ctx context.Context, name, label string, life time.Duration) (directory.Application, directory.ClientSecret, string, error) {
	if life == 0 {
		life = secretLife
	}
	secret, text, err := directory.NewClientSecret(t.random, label, t.now(), t.now().Add(life))
	if err != nil {
		return directory.Application{}, secret, "", err
	}
	a, err := t.changeApp(ctx, name, func(a *directory.Application) error {
		a.Secrets = append(a.Secrets, secret)
		return nil
	})
	return a, secret, text, err
}

// RemoveSecret takes a secret away, by its key id or the hint that begins it.
func (t *Tenant) RemoveSecret(ctx context.Context, name, key string) (directory.Application, error) {
	return t.changeApp(ctx, name, func(a *directory.Application) error {
		secret, err := pick("secret", key, a.Secrets, func(s *directory.ClientSecret) []string { return []string{string(s.KeyID), s.Hint, s.DisplayName} })
		if err != nil {
			return err
		}
		a.Secrets = slices.DeleteFunc(a.Secrets, func(s directory.ClientSecret) bool { return s.KeyID == secret.KeyID })
		return nil
	})
}

// AddRedirect registers a reply address of a type.
func (t *Tenant) AddRedirect(ctx context.Context, name string, kind directory.RedirectType, uri string) (directory.Application, error) {
	return t.changeApp(ctx, name, func(a *directory.Application) error {
		list, err := listOf(&a.Redirects, kind)
		if err != nil {
			return err
		}
		*list = append(*list, uri)
		return nil
	})
}

// RemoveRedirect takes a reply address away.
func (t *Tenant) RemoveRedirect(ctx context.Context, name, uri string) (directory.Application, error) {
	return t.changeApp(ctx, name, func(a *directory.Application) error {
		found := false
		for _, list := range []*[]string{&a.Redirects.Web, &a.Redirects.SPA, &a.Redirects.Public} {
			*list = slices.DeleteFunc(*list, func(known string) bool { found = found || known == uri; return known == uri })
		}
		if !found {
			return fault.New(fault.NotFound, "%q is no reply address of %s.", uri, a.DisplayName)
		}
		return nil
	})
}

func listOf(r *directory.RedirectURIs, kind directory.RedirectType) (*[]string, error) {
	switch kind {
	case directory.RedirectWeb:
		return &r.Web, nil
	case directory.RedirectSPA:
		return &r.SPA, nil
	case directory.RedirectPublic, "public":
		return &r.Public, nil
	}
	return nil, fault.New(fault.Invalid, "%q is no type of reply address; web, spa or public is expected.", kind)
}

// EnableApp opens or closes an app in the tenant.
func (t *Tenant) EnableApp(ctx context.Context, name string, enabled bool) (directory.Application, error) {
	a, err := t.FindApp(ctx, name)
	if err != nil {
		return a, err
	}
	sp, err := t.d.ServicePrincipals.ByName(ctx, t.ID, string(a.AppID))
	if err != nil {
		return a, err
	}
	_, err = t.d.ServicePrincipals.Update(ctx, t.change(), t.ID, sp.ID, func(sp *directory.ServicePrincipal) error { sp.AccountEnabled = enabled; return nil })
	return a, err
}

// AllowApp consents for everybody: the app may use these permissions of a
// resource.
func (t *Tenant) AllowApp(ctx context.Context, name, resource string, scopes []string) (directory.Consent, error) {
	a, err := t.FindApp(ctx, name)
	if err != nil {
		return directory.Consent{}, err
	}
	offering, err := t.FindApp(ctx, resource)
	if err != nil {
		return directory.Consent{}, err
	}
	for _, scope := range scopes {
		if _, known := offering.ScopeByName(scope); !known {
			return directory.Consent{}, fault.New(fault.NotFound, "%s offers no permission %q.", offering.DisplayName, scope)
		}
	}
	client, err := t.d.ServicePrincipals.ByName(ctx, t.ID, string(a.AppID))
	if err != nil {
		return directory.Consent{}, err
	}
	target, err := t.d.ServicePrincipals.ByName(ctx, t.ID, string(offering.AppID))
	if err != nil {
		return directory.Consent{}, err
	}
	id, err := t.newID()
	if err != nil {
		return directory.Consent{}, err
	}
	return t.d.Consents.Allow(ctx, t.change(), directory.Consent{ID: directory.ConsentID(id), TenantID: t.ID, Client: client.ID, Resource: target.ID, Scopes: scopes})
}

// RemoveApp deletes an app and its service principal.
func (t *Tenant) RemoveApp(ctx context.Context, name string) (directory.Application, error) {
	a, err := t.FindApp(ctx, name)
	if err != nil {
		return a, err
	}
	return a, t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		sp, err := t.d.ServicePrincipals.ByName(ctx, t.ID, string(a.AppID))
		switch {
		case err == nil:
			if err := t.d.ServicePrincipals.Delete(ctx, t.change(), t.ID, sp.ID); err != nil {
				return err
			}
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		return t.d.Applications.Delete(ctx, t.change(), t.ID, a.ID)
	})
}

func (t *Tenant) changeApp(ctx context.Context, name string, f func(*directory.Application) error) (directory.Application, error) {
	a, err := t.FindApp(ctx, name)
	if err != nil {
		return a, err
	}
	return t.d.Applications.Update(ctx, t.change(), t.ID, a.ID, f)
}
