package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Application is what a developer registers: how an app may ask for tokens,
// and which permissions it offers as a resource. A tenant that uses it has a
// ServicePrincipal of it.
type Application struct {
	ID          ApplicationID   `json:"id"`
	TenantID    access.TenantID `json:"tenantId"` // where it is registered
	AppID       access.AppID    `json:"appId"`    // the client id, unique over all tenants
	DisplayName string          `json:"displayName"`
	Disabled    bool            `json:"isDisabled,omitempty"` // 7000112
	Audience    SignInAudience  `json:"signInAudience"`
	// Platform marks the server's own apps (65002).
	Platform bool `json:"isPlatform,omitempty"`

	// As a client.
	Redirects         RedirectURIs       `json:"redirectUris,omitzero"`
	LogoutURL         string             `json:"logoutUrl,omitempty"`       // front-channel sign-out
	LogoutRedirects   []string           `json:"logoutRedirects,omitempty"` // besides Redirects
	FallbackPublic    bool               `json:"isFallbackPublicClient,omitempty"`
	AllowROPC         bool               `json:"allowPasswordGrant,omitempty"` // §5.7: off by default
	IDTokenImplicit   bool               `json:"enableIdTokenIssuance,omitempty"`
	TokenImplicit     bool               `json:"enableAccessTokenIssuance,omitempty"`
	Secrets           []ClientSecret     `json:"passwordCredentials,omitempty"`
	Certificates      []ClientKey        `json:"keyCredentials,omitempty"`
	Required          []RequiredResource `json:"requiredResourceAccess,omitempty"`
	GroupClaims       string             `json:"groupMembershipClaims,omitempty"`
	OptionalClaims    OptionalClaims     `json:"optionalClaims,omitzero"`
	VerifiedPublisher bool               `json:"verifiedPublisher,omitempty"`

	// As a resource.
	IdentifierURIs []string        `json:"identifierUris,omitempty"`
	TokenVersion   int             `json:"requestedAccessTokenVersion,omitempty"` // 0 and 1: v1; 2: v2
	Scopes         []Scope         `json:"oauth2PermissionScopes,omitempty"`
	Roles          []AppRole       `json:"appRoles,omitempty"`
	PreAuthorized  []PreAuthorized `json:"preAuthorizedApplications,omitempty"`
	KnownClients   []access.AppID  `json:"knownClientApplications,omitempty"`
	EncryptTokens  bool            `json:"encryptAccessTokens,omitempty"`

	Created time.Time `json:"createdDateTime"`
}

// SignInAudience is which accounts an app is for, Graph's signInAudience.
type SignInAudience string

// The audiences. Empty is read as the first.
const (
	MyOrg               SignInAudience = "AzureADMyOrg"
	MultipleOrgs        SignInAudience = "AzureADMultipleOrgs"
	MultipleAndPersonal SignInAudience = "AzureADandPersonalMicrosoftAccount"
	PersonalOnly        SignInAudience = "PersonalMicrosoftAccount"
)

// MultiTenant reports whether tenants other than the app's own may use it.
func (a *Application) MultiTenant() bool {
	return a.Audience == MultipleOrgs || a.Audience == MultipleAndPersonal
}

// RequiredResource lists what an app asks for by default (".default").
type RequiredResource struct {
	Resource access.AppID `json:"resourceAppId"`
	Scopes   []ScopeID    `json:"scopes,omitempty"`
	Roles    []AppRoleID  `json:"roles,omitempty"`
}

// OptionalClaims lists claims to add to each kind of token.
type OptionalClaims struct {
	IDToken     []string `json:"idToken,omitempty"`
	AccessToken []string `json:"accessToken,omitempty"`
	SAML        []string `json:"saml2Token,omitempty"`
}

// Scope is a delegated permission that an app offers.
type Scope struct {
	ID    ScopeID `json:"id"`
	Value string  `json:"value"` // its name in a request
	// AdminOnly: people cannot consent to it themselves (90094).
	AdminOnly bool `json:"adminOnly,omitempty"`
	// LowImpact: people may consent under ConsentLowImpact.
	LowImpact   bool   `json:"lowImpact,omitempty"`
	Disabled    bool   `json:"isDisabled,omitempty"`
	DisplayName string `json:"consentDisplayName,omitempty"`
	Description string `json:"consentDescription,omitempty"`
}

// AppRole is a role that an app offers to people, groups or other apps.
type AppRole struct {
	ID          AppRoleID `json:"id"`
	Value       string    `json:"value"` // in the roles claim
	ForUsers    bool      `json:"allowsUsers,omitempty"`
	ForApps     bool      `json:"allowsApplications,omitempty"`
	Disabled    bool      `json:"isDisabled,omitempty"`
	DisplayName string    `json:"displayName,omitempty"`
	Description string    `json:"description,omitempty"`
}

// PreAuthorized is a client that needs no consent for some scopes.
type PreAuthorized struct {
	AppID  access.AppID `json:"appId"`
	Scopes []ScopeID    `json:"delegatedPermissionIds"`
}

// Applications stores applications.
type Applications interface {
	Objects[ApplicationID, Application]
	// ByAppID returns the application with this client id, whichever tenant
	// registered it, or fault.NotFound.
	ByAppID(ctx context.Context, id access.AppID) (Application, error)
	// ByIdentifier returns the applications of any tenant that have this
	// identifier URI; none is no error (650052).
	ByIdentifier(ctx context.Context, uri string) ([]Application, error)
}

// ScopeByName returns the enabled scope of a name, without regard to case.
func (a *Application) ScopeByName(name string) (Scope, bool) {
	for _, s := range a.Scopes {
		if !s.Disabled && strings.EqualFold(s.Value, name) {
			return s, true
		}
	}
	return Scope{}, false
}

// RoleByID returns the enabled role of an id.
func (a *Application) RoleByID(id AppRoleID) (AppRole, bool) {
	for _, r := range a.Roles {
		if !r.Disabled && r.ID == Fold(id) {
			return r, true
		}
	}
	return AppRole{}, false
}

// PreAuthorizes reports whether the client needs no consent for the scope.
func (a *Application) PreAuthorizes(client access.AppID, scope ScopeID) bool {
	for _, p := range a.PreAuthorized {
		if p.AppID == Fold(client) && slices.Contains(p.Scopes, Fold(scope)) {
			return true
		}
	}
	return false
}

// Redacted returns a without the hashes of its secrets.
func (a Application) Redacted() any {
	a.Secrets = slices.Clone(a.Secrets)
	for i := range a.Secrets {
		a.Secrets[i].Hash = ""
	}
	return a
}

var groupClaims = []string{"", "None", "SecurityGroup", "ApplicationGroup", "DirectoryRole", "All"}

// Check brings a into its stored form and reports every broken rule.
func (a *Application) Check() error {
	fold(&a.ID)
	fold(&a.TenantID)
	fold(&a.AppID)
	instants(&a.Created)
	a.DisplayName = strings.TrimSpace(a.DisplayName)
	orDefault(&a.Audience, MyOrg)
	var c fault.Check
	checkIDs(&c, string(a.ID), a.TenantID)
	c.Require(IsGUID(string(a.AppID)), "appId", "%q is not a GUID", a.AppID)
	checkName(&c, "displayName", a.DisplayName)
	c.Require(slices.Contains([]SignInAudience{MyOrg, MultipleOrgs, MultipleAndPersonal, PersonalOnly}, a.Audience), "signInAudience", "%q is unknown", a.Audience)
	c.Require(a.TokenVersion >= 0 && a.TokenVersion <= 2, "requestedAccessTokenVersion", "is %d; 1 or 2 is expected", a.TokenVersion)
	c.Require(slices.Contains(groupClaims, a.GroupClaims), "groupMembershipClaims", "%q is unknown", a.GroupClaims)
	a.Redirects.check(&c)
	for i, uri := range a.LogoutRedirects {
		checkRedirect(&c, fmt.Sprintf("logoutRedirects[%d]", i), uri, RedirectWeb)
	}
	if a.LogoutURL != "" {
		checkRedirect(&c, "logoutUrl", a.LogoutURL, RedirectWeb)
	}
	a.checkIdentifiers(&c)
	a.checkPermissions(&c)
	a.checkKeys(&c)
	return c.Err("application")
}

func (a *Application) checkIdentifiers(c *fault.Check) {
	seen := map[string]bool{}
	for i, uri := range a.IdentifierURIs {
		uri = strings.TrimSpace(uri)
		a.IdentifierURIs[i] = uri
		path := fmt.Sprintf("identifierUris[%d]", i)
		scheme, rest, found := strings.Cut(uri, ":")
		c.Require(found && scheme != "" && strings.Trim(rest, "/") != "" && !strings.ContainsAny(uri, " #?"), path, "%q is not an absolute URI without query and fragment", uri)
		c.Require(!strings.HasSuffix(uri, "/"), path, "%q ends with a slash", uri)
		c.Require(len(uri) <= 255, path, "has %d bytes; at most 255 are allowed", len(uri))
		c.Require(!seen[Fold(uri)], path, "%q is listed twice", uri)
		seen[Fold(uri)] = true
	}
}

func (a *Application) checkPermissions(c *fault.Check) {
	ids, names := map[string]bool{}, map[string]bool{}
	permission := func(path string, id *string, value string, mayBeEmpty bool) {
		fold(id)
		c.Require(IsGUID(*id), path+".id", "%q is not a GUID", *id)
		c.Require(!ids[*id], path+".id", "%q is used twice", *id)
		ids[*id] = true
		c.Require(mayBeEmpty || value != "", path+".value", "is empty; a name is expected")
		c.Require(!strings.ContainsAny(value, " \t\r\n\"\\"), path+".value", "%q has a character that no scope may have", value)
	}
	for i := range a.Scopes {
		path := fmt.Sprintf("oauth2PermissionScopes[%d]", i)
		permission(path, (*string)(&a.Scopes[i].ID), a.Scopes[i].Value, false)
		name := Fold(a.Scopes[i].Value)
		c.Require(name != ".default" && !names[name], path+".value", "%q is used twice or has a meaning of its own", a.Scopes[i].Value)
		names[name] = true
	}
	for i := range a.Roles {
		path := fmt.Sprintf("appRoles[%d]", i)
		permission(path, (*string)(&a.Roles[i].ID), a.Roles[i].Value, true)
		c.Require(a.Roles[i].ForUsers || a.Roles[i].ForApps, path, "is for nobody; allowsUsers or allowsApplications is expected")
	}
	for i := range a.PreAuthorized {
		p := &a.PreAuthorized[i]
		fold(&p.AppID)
		for j := range p.Scopes {
			fold(&p.Scopes[j])
			c.Require(ids[string(p.Scopes[j])], fmt.Sprintf("preAuthorizedApplications[%d].delegatedPermissionIds[%d]", i, j), "%q is no scope of this application", p.Scopes[j])
		}
	}
	for i := range a.KnownClients {
		fold(&a.KnownClients[i])
	}
	for i := range a.Required {
		r := &a.Required[i]
		fold(&r.Resource)
		c.Require(IsGUID(string(r.Resource)), fmt.Sprintf("requiredResourceAccess[%d].resourceAppId", i), "%q is not a GUID", r.Resource)
		for j := range r.Scopes {
			fold(&r.Scopes[j])
		}
		for j := range r.Roles {
			fold(&r.Roles[j])
		}
	}
}
