package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Consent lets a client use delegated permissions of a resource, for one
// person or for everyone: Graph's oauth2PermissionGrant (§5.11).
type Consent struct {
	ID       ConsentID                 `json:"id"`
	TenantID access.TenantID           `json:"tenantId"`
	Client   access.ServicePrincipalID `json:"clientId"`
	Resource access.ServicePrincipalID `json:"resourceId"`
	// User is whom it is for; empty: everyone (AllPrincipals).
	User access.UserID `json:"principalId,omitempty"`
	// Scopes are names of permissions, each once, sorted.
	Scopes []string `json:"scopes"`
}

// Consents stores consent. There is at most one object for a client, a
// resource and a person.
type Consents interface {
	Objects[ConsentID, Consent]
	// Allow adds scopes to what is consented already, or creates the object
	// under the id given if there is none, in one transaction. It returns
	// what holds now.
	Allow(ctx context.Context, change Change, consent Consent) (Consent, error)
	// For returns the consents of a client that cover the person, for one
	// resource or, if it is empty, for all.
	For(ctx context.Context, tenant access.TenantID, client, resource access.ServicePrincipalID, user access.UserID) ([]Consent, error)
}

// Covers reports whether the scope is consented to, without regard to case.
func (g *Consent) Covers(scope string) bool {
	return slices.ContainsFunc(g.Scopes, func(s string) bool { return strings.EqualFold(s, scope) })
}

// Add adds scopes that are not covered yet.
func (g *Consent) Add(scopes ...string) {
	for _, s := range scopes {
		if !g.Covers(s) {
			g.Scopes = append(g.Scopes, s)
		}
	}
	slices.Sort(g.Scopes)
}

// Check brings g into its stored form and reports every broken rule.
func (g *Consent) Check() error {
	fold(&g.ID)
	fold(&g.TenantID)
	fold(&g.Client)
	fold(&g.Resource)
	fold(&g.User)
	scopes := g.Scopes
	g.Scopes = nil
	g.Add(scopes...)
	var c fault.Check
	checkIDs(&c, string(g.ID), g.TenantID)
	c.Require(IsGUID(string(g.Client)), "clientId", "%q is not a GUID", g.Client)
	c.Require(IsGUID(string(g.Resource)), "resourceId", "%q is not a GUID", g.Resource)
	c.Require(g.User == "" || IsGUID(string(g.User)), "principalId", "%q is not a GUID", g.User)
	for _, s := range g.Scopes {
		c.Require(s != "" && !strings.ContainsAny(s, " \t\r\n\"\\"), "scopes", "%q is not the name of a permission", s)
	}
	return c.Err("consent")
}

// AppRoleAssignment gives an app role of a resource to a principal; with the
// zero role it only lets the principal in (50105).
type AppRoleAssignment struct {
	ID        AppRoleAssignmentID       `json:"id"`
	TenantID  access.TenantID           `json:"tenantId"`
	Resource  access.ServicePrincipalID `json:"resourceId"`
	Principal PrincipalID               `json:"principalId"`
	Role      AppRoleID                 `json:"appRoleId"`
}

// DefaultAppRole is the role of an assignment that names none.
const DefaultAppRole AppRoleID = "00000000-0000-0000-0000-000000000000"

// AppRoleAssignments stores assignments of app roles. A deleted principal or
// resource loses them.
type AppRoleAssignments interface {
	Objects[AppRoleAssignmentID, AppRoleAssignment]
	// Assigned returns the assignments of a resource to any of the
	// principals. For a person the caller passes the person and the groups
	// that contain them directly: nested groups do not count (50105).
	Assigned(ctx context.Context, tenant access.TenantID, resource access.ServicePrincipalID, principals ...PrincipalID) ([]AppRoleAssignment, error)
}

// Check brings a into its stored form and reports every broken rule.
func (a *AppRoleAssignment) Check() error {
	fold(&a.ID)
	fold(&a.TenantID)
	fold(&a.Resource)
	fold(&a.Principal)
	fold(&a.Role)
	orDefault(&a.Role, DefaultAppRole)
	var c fault.Check
	checkIDs(&c, string(a.ID), a.TenantID)
	c.Require(IsGUID(string(a.Resource)), "resourceId", "%q is not a GUID", a.Resource)
	c.Require(IsGUID(string(a.Principal)), "principalId", "%q is not a GUID", a.Principal)
	c.Require(IsGUID(string(a.Role)), "appRoleId", "%q is not a GUID", a.Role)
	return c.Err("app role assignment")
}
