package demo

import (
	"slices"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// app is one sample app. The sample client plays all of them.
type app struct {
	Key, Name string
	// Met is what is special about it.
	Met      string
	id       access.AppID
	kind     directory.RedirectType
	scopes   []string
	assigned bool // assignment is required
}

const appPrefix = "5a11e9b0-0000-4000-8000-00000000000"

// files is the API that the portal may read.
const (
	files           access.AppID      = appPrefix + "9"
	filesURI                          = "api://files.contoso.example"
	filesRead       directory.ScopeID = "5a11e9b1-0000-4000-8000-000000000001"
	filesWrite      directory.ScopeID = "5a11e9b1-0000-4000-8000-000000000002"
	filesEverything directory.ScopeID = "5a11e9b1-0000-4000-8000-000000000003"
)

var identity = []string{"openid", "profile", "email", "offline_access"}

// apps are the sample apps, in the guide's order.
var apps = []app{
	{Key: "portal", Name: "Portal", Met: "a web app; asks to read your files", id: appPrefix + "1", kind: directory.RedirectWeb, scopes: append(slices.Clone(identity), filesURI+"/Files.Read")},
	{Key: "desktop", Name: "Desktop app", Met: "runs on the device: no secret, PKCE; D05 keeps temporary staff out", id: appPrefix + "4", kind: directory.RedirectPublic, scopes: append(slices.Clone(identity), filesURI+"/Files.Read")},
	{Key: "payroll", Name: "Payroll", Met: "compliant devices only (53003 by device, D03)", id: appPrefix + "2", kind: directory.RedirectWeb, scopes: identity},
	{Key: "vault", Name: "Vault", Met: "demands a compliant device (530003 without one, 53000 with another, D04)", id: appPrefix + "3", kind: directory.RedirectWeb, scopes: identity},
	{Key: "board", Name: "Board papers", Met: "for who is assigned only (50105)", id: appPrefix + "5", kind: directory.RedirectWeb, scopes: identity, assigned: true},
	{Key: "tv", Name: "Television", Met: "signs in by a code on another screen (53003 by flow, D08)", id: appPrefix + "6", kind: directory.RedirectPublic, scopes: identity},
}

// appOf returns the app of a key.
func appOf(key string) (app, bool) {
	at := slices.IndexFunc(apps, func(a app) bool { return a.Key == key })
	if at < 0 {
		return app{}, false
	}
	return apps[at], true
}

// callbackPath is where an app gets its answers.
func (a *app) callbackPath() string {
	if a.Key == "tv" {
		return "/demo/tv"
	}
	return "/demo/callback/" + a.Key
}

// application is what the app's developer registered.
func (a *app) application(origin string) directory.Application {
	reg := directory.Application{
		ID: directory.ApplicationID("5a11e9b2" + string(a.id)[8:]), TenantID: Tenant, AppID: a.id, DisplayName: a.Name, TokenVersion: 2,
		LogoutRedirects: []string{origin + "/demo/signed-out"},
	}
	a.redirect(&reg, origin)
	return reg
}

// redirect registers the app's reply address, if it is not yet.
func (a *app) redirect(reg *directory.Application, origin string) {
	uri := origin + a.callbackPath()
	if _, known := reg.Redirects.Match(uri); known {
		return
	}
	if a.kind == directory.RedirectPublic {
		reg.Redirects.Public = append(reg.Redirects.Public, uri)
	} else {
		reg.Redirects.Web = append(reg.Redirects.Web, uri)
	}
	if !slices.Contains(reg.LogoutRedirects, origin+"/demo/signed-out") {
		reg.LogoutRedirects = append(reg.LogoutRedirects, origin+"/demo/signed-out")
	}
}

func (a *app) principal() directory.ServicePrincipal { return principalOf(a.id, a.Name, a.assigned) }

func principalOf(id access.AppID, name string, assigned bool, names ...string) directory.ServicePrincipal {
	return directory.ServicePrincipal{
		ID: access.ServicePrincipalID("5a11e9b3" + string(id)[8:]), TenantID: Tenant, AppID: id, DisplayName: name,
		AccountEnabled: true, AssignmentRequired: assigned, Names: names,
	}
}

// filesAPI is the resource whose permissions the portal asks for.
func filesAPI() directory.Application {
	return directory.Application{
		ID: directory.ApplicationID("5a11e9b2" + string(files)[8:]), TenantID: Tenant, AppID: files, DisplayName: "Files", TokenVersion: 2,
		IdentifierURIs: []string{filesURI},
		Scopes: []directory.Scope{
			{ID: filesRead, Value: "Files.Read", LowImpact: true, DisplayName: "Read your files", Description: "The app can see the names and contents of your files."},
			{ID: filesWrite, Value: "Files.ReadWrite", LowImpact: true, DisplayName: "Change your files", Description: "The app can change and delete your files."},
			{ID: filesEverything, Value: "Files.ReadWrite.All", AdminOnly: true, DisplayName: "Change everybody's files", Description: "The app can change and delete the files of everybody in the organization."},
		},
	}
}
