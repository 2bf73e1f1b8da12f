package oidc

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/token"
)

// introspection is the answer of RFC 7662 §2.2.
type introspection struct {
	Active   bool            `json:"active"`
	Scope    string          `json:"scope,omitempty"`
	Client   access.AppID    `json:"client_id,omitempty"`
	Username string          `json:"username,omitempty"`
	Type     string          `json:"token_type,omitempty"`
	Expires  int64           `json:"exp,omitempty"`
	Issued   int64           `json:"iat,omitempty"`
	Subject  string          `json:"sub,omitempty"`
	Audience string          `json:"aud,omitempty"`
	Issuer   string          `json:"iss,omitempty"`
	ID       string          `json:"jti,omitempty"`
	Tenant   access.TenantID `json:"tid,omitempty"`
	Object   string          `json:"oid,omitempty"`
	Roles    []string        `json:"roles,omitempty"`
	ACR      string          `json:"acr,omitempty"`
	Contexts []string        `json:"acrs,omitempty"`
	Methods  []string        `json:"amr,omitempty"`
	AuthTime int64           `json:"auth_time,omitempty"`
}

// introspect tells a confidential client whether a token holds. Only those whom
// a token concerns learn of it: its client, and the resource that it is for
// (RFC 7662 §4).
func (f *Front) introspect(w http.ResponseWriter, q *http.Request) {
	c, ok := f.confide(w, q, false)
	if !ok {
		return
	}
	answer, err := f.introspectRefresh(q.Context(), c)
	if errors.Is(err, fault.NotFound) {
		answer, err = f.introspectAccess(q.Context(), c)
	}
	if err != nil {
		f.brokenToProgram(w, q, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// introspectRefresh tells of a refresh token; fault.NotFound: it is none.
func (f *Front) introspectRefresh(ctx context.Context, c *confidant) (introspection, error) {
	grant, refresh, err := f.parts.Grants.ByToken(ctx, session.Secret(c.p.get("token")).Key())
	if err != nil {
		return introspection{}, err
	}
	// On copies: asking is no use.
	presented := grant.Present(&refresh, c.app.AppID, f.router.Now(), c.tenant.Settings.WithDefaults().Lifetimes.RefreshGrace)
	if presented != session.Usable || grant.TenantID != c.tenant.ID {
		return introspection{}, nil
	}
	switch err := f.grantHolds(ctx, &token.Read{Grant: string(grant.ID)}); {
	case errors.Is(err, errNotStanding):
		return introspection{}, nil
	case err != nil:
		return introspection{}, err
	}
	return introspection{
		Active: true, Scope: grant.Scope, Client: grant.Client, Type: "refresh_token", Issued: seconds(refresh.Issued),
		Subject: f.parts.Tokens.Subject(grant.TenantID, grant.User, grant.Client), Issuer: f.parts.Tokens.Name(grant.TenantID),
		Tenant: grant.TenantID, Object: string(grant.User), AuthTime: seconds(grant.SignIn.AuthTime()),
	}, nil
}

// introspectAccess tells of an access token.
func (f *Front) introspectAccess(ctx context.Context, c *confidant) (introspection, error) {
	read, user, broken, err := f.standing(ctx, c.p.get("token"))
	switch {
	case broken:
		return introspection{}, err
	case err != nil, read.Tenant != c.tenant.ID, !concerns(&read, c):
		return introspection{}, nil // whatever is wrong with it, it is not active
	}
	answer := introspection{
		Active: true, Scope: strings.Join(read.Scopes, " "), Client: read.App, Type: "Bearer", Expires: seconds(read.Expires), Issued: seconds(read.Issued),
		Subject: read.Subject, Audience: read.Audience, Issuer: read.Issuer, ID: read.ID, Tenant: read.Tenant, Object: read.Object,
		Roles: read.Roles, ACR: read.ACR, Contexts: read.Contexts, Methods: read.Methods,
	}
	if user != nil {
		answer.Username = user.UserPrincipalName
	}
	if !read.AuthTime.IsZero() {
		answer.AuthTime = seconds(read.AuthTime)
	}
	return answer, nil
}

// concerns reports whether a token was issued to the client, or for it.
func concerns(read *token.Read, c *confidant) bool {
	return read.App == c.app.AppID || strings.EqualFold(read.Audience, string(c.app.AppID)) ||
		slices.ContainsFunc(c.app.IdentifierURIs, func(uri string) bool {
			return strings.EqualFold(strings.TrimSuffix(uri, "/"), strings.TrimSuffix(read.Audience, "/"))
		})
}
