package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
)

// Parts are what the front works with. All are required but Random.
type Parts struct {
	Pipeline  *signin.Pipeline
	Directory directory.Directory
	Sessions  session.Sessions
	Codes     session.Codes
	Grants    session.Grants
	Tokens    *token.Issuer
	// Assertions remembers client assertions, and Revoked the access tokens
	// that were revoked before their time.
	Assertions token.SeenAssertions
	Revoked    RevokedTokens
	Random     io.Reader // nil: crypto/rand
}

// RevokedToken is what is kept of an access token that was revoked.
type RevokedToken struct {
	At time.Time `json:"at"`
}

// RevokedTokens keeps revoked access tokens by their uti until they expire; a
// *store.Shelf[RevokedToken] does.
type RevokedTokens interface {
	// Create fails with fault.Conflict if the token was revoked already.
	Create(ctx context.Context, key string, expires time.Time, value RevokedToken) error
	// Get fails with fault.NotFound if the token was not revoked.
	Get(ctx context.Context, key string) (RevokedToken, error)
}

// Front serves the protocol. It is safe for concurrent use.
type Front struct {
	parts  Parts
	router *route.Router
}

// New returns a front. It fails if a part is missing.
func New(parts Parts) (*Front, error) {
	if parts.Pipeline == nil || parts.Directory.Tenants == nil || parts.Sessions == nil || parts.Codes == nil ||
		parts.Grants == nil || parts.Tokens == nil || parts.Assertions == nil || parts.Revoked == nil {
		return nil, errors.New("set OpenID Connect up: a part is missing")
	}
	if parts.Random == nil {
		parts.Random = rand.Reader
	}
	return &Front{parts: parts}, nil
}

// The paths below a tenant (SI-300). "token" is in no other one: clients find
// the device-code endpoint by replacing the word (SI-403).
const (
	pathAuthorize  = "/oauth2/v2.0/authorize"
	pathResume     = "/oauth2/v2.0/resume"
	pathToken      = "/oauth2/v2.0/token"
	pathLogout     = "/oauth2/v2.0/logout"
	pathRevoke     = "/oauth2/v2.0/revoke"
	pathIntrospect = "/oauth2/v2.0/introspect"
	pathUserinfo   = "/openid/userinfo"
	pathKeys       = "/discovery/v2.0/keys"
	pathInstance   = "/discovery/instance"
	pathDiscovery  = "/.well-known/openid-configuration"
)

// Mount declares the routes.
func (f *Front) Mount(r *route.Router) {
	f.router = r
	// Other sites send people and their scripts here by design: what is
	// posted across sites is bound by the protocol, not by a cookie.
	foreign := route.Rules{CrossSite: true}
	r.Handle("GET /{tenant}"+pathAuthorize, foreign, f.authorize)
	r.Handle("POST /{tenant}"+pathAuthorize, foreign, f.authorize)
	r.Handle("GET /{tenant}"+pathResume, foreign, f.resume)
	r.Handle("GET /{tenant}"+pathLogout, foreign, f.logout)
	r.Handle("POST /{tenant}"+pathLogout, foreign, f.logout)
	r.Handle("POST /{tenant}"+pathToken, foreign, f.token)
	r.Handle("POST /{tenant}"+pathRevoke, foreign, f.revoke)
	r.Handle("POST /{tenant}"+pathIntrospect, foreign, f.introspect)
	r.Handle("GET /{tenant}"+pathUserinfo, foreign, f.userinfo)
	r.Handle("POST /{tenant}"+pathUserinfo, foreign, f.userinfo)
	r.Handle("GET /{tenant}"+pathKeys, foreign, f.keys)
	r.Handle("GET /{tenant}"+pathInstance, foreign, f.instance)
	r.Handle("GET /{tenant}"+pathDiscovery, foreign, f.discovery)
	r.Handle("GET /{tenant}/v2.0"+pathDiscovery, foreign, f.discovery)
	for path, methods := range map[string]string{
		pathToken: "POST", pathRevoke: "POST", pathUserinfo: "GET, POST", pathKeys: "GET", pathInstance: "GET", pathDiscovery: "GET", "/v2.0" + pathDiscovery: "GET",
	} {
		r.Handle("OPTIONS /{tenant}"+path, foreign, route.Preflight(methods))
	}
}

// address returns the address of a path below a tenant.
func (f *Front) address(tenant, path string) string { return f.router.Origin() + "/" + tenant + path }

// shared reports whether a tenant's name stands for none: the tenant is that of
// the account (SI-304).
func shared(tenant string) bool {
	switch directory.Fold(tenant) {
	case "common", "organizations", "consumers":
		return true
	}
	return false
}

// tenantOf returns the tenant that a request addresses, or fault.NotFound.
func (f *Front) tenantOf(q *http.Request) (directory.Tenant, error) {
	return f.parts.Directory.Tenants.ByName(q.Context(), q.PathValue("tenant"))
}
