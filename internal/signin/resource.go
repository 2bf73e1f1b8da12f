package signin

import (
	"errors"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// AppGraph is the app id of Microsoft Graph: a scope without a resource is one
// of its (SI-316).
const AppGraph access.AppID = "00000003-0000-0000-c000-000000000000"

// identityScopes are the scopes that no resource owns.
var identityScopes = []string{"openid", "profile", "email", "offline_access"}

// defaultScope asks for everything that an app declares.
const defaultScope = ".default"

// wanted is a list of scopes as it was read.
type wanted struct {
	identity []string
	resource string   // as named; empty: none
	names    []string // of permissions, as asked, each once
	all      bool     // .default
	several  bool     // more than one resource was named
	asked    []string
}

// readScopes reads scopes by SI-316: "openid", "User.Read", "api://x/read",
// "https://y/.default". What belongs to a second resource is left out.
func readScopes(scopes []string) wanted {
	var w wanted
	for _, s := range scopes {
		if s == "" || slices.ContainsFunc(w.asked, func(o string) bool { return strings.EqualFold(o, s) }) {
			continue
		}
		w.asked = append(w.asked, s)
		if slices.Contains(identityScopes, directory.Fold(s)) {
			w.identity = append(w.identity, directory.Fold(s))
			continue
		}
		resource, name := string(AppGraph), s
		if at := strings.LastIndexByte(s, '/'); at >= 0 {
			resource, name = s[:at], s[at+1:]
		}
		if w.resource == "" {
			w.resource = resource
		}
		switch {
		case !strings.EqualFold(w.resource, resource):
			w.several = true
		case strings.EqualFold(name, defaultScope):
			w.all = true
		default:
			w.names = append(w.names, name)
		}
	}
	return w
}

// findResource is P5: what is asked for.
func (r *run) findResource() (*stop, error) {
	w := readScopes(r.a.Request.Scopes)
	if r.a.Request.Resource != "" {
		w.resource = r.a.Request.Resource
	}
	r.scopes = w
	appOnly := r.subject != nil && r.subject.Artefact == NoArtefact
	switch {
	case w.all && len(w.names) > 0:
		return toClient(result.InvalidScope)
	case w.several && !r.interactive:
		return toClient(result.InvalidMultipleResourcesScope)
	case appOnly && (!w.all || len(w.names) > 0):
		return toClient(result.ClientCredentialsScopeInvalid)
	case w.resource == "":
		return nil, nil
	}
	if stopped, err := r.resolveResource(w.resource); stopped != nil || err != nil {
		return stopped, err
	}
	for _, name := range w.names {
		if app := r.resource.App; app != nil {
			if _, ok := app.ScopeByName(name); !ok {
				return toClient(result.ScopeDoesNotExist)
			}
		}
	}
	return nil, nil
}

// toClient refuses with a code of which the client is told.
func toClient(code result.Code) (*stop, error) { return &stop{code: code, toClient: true}, nil }

// resolveResource finds the service principal that a request names.
func (r *run) resolveResource(name string) (*stop, error) {
	d := &r.p.parts.Directory
	principal, err := d.ServicePrincipals.ByName(r.ctx, r.tenant.ID, name)
	if errors.Is(err, fault.NotFound) && strings.HasSuffix(name, "/") { // "https://x//.default"
		name = strings.TrimRight(name, "/")
		principal, err = d.ServicePrincipals.ByName(r.ctx, r.tenant.ID, name)
	}
	switch {
	case errors.Is(err, fault.NotFound):
		return r.unknownResource(name)
	case err != nil:
		return nil, err
	}
	r.resource = &Resource{Principal: principal}
	app, err := d.Applications.ByAppID(r.ctx, principal.AppID)
	switch {
	case err == nil:
		r.resource.App = &app
	case !errors.Is(err, fault.NotFound):
		return nil, err
	}
	switch {
	case !principal.AccountEnabled:
		return toClient(result.ResourceServicePrincipalDisabled)
	case err == nil && app.Disabled:
		return toClient(result.ResourceApplicationDisabled)
	}
	return nil, nil
}

// unknownResource tells a resource that exists elsewhere (650052) from one that
// nobody knows (500011).
func (r *run) unknownResource(name string) (*stop, error) {
	elsewhere, err := r.p.parts.Directory.Applications.ByIdentifier(r.ctx, name)
	if err != nil {
		return nil, err
	}
	if len(elsewhere) == 0 && directory.IsGUID(name) {
		switch _, err := r.p.parts.Directory.Applications.ByAppID(r.ctx, directory.Fold(access.AppID(name))); {
		case err == nil:
			return toClient(result.ServiceNotSubscribed)
		case !errors.Is(err, fault.NotFound):
			return nil, err
		}
	}
	if len(elsewhere) > 0 {
		return toClient(result.ServiceNotSubscribed)
	}
	return toClient(result.InvalidResourceServicePrincipalNotFound)
}
