package oidc

import (
	"context"
	"errors"
	"net/http"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/result"
)

// revoke takes a token back (RFC 7009): a refresh token with everything that
// follows from its grant, or one access token. What is no token, or none any
// more, is as good as revoked.
func (f *Front) revoke(w http.ResponseWriter, q *http.Request) {
	c, ok := f.confide(w, q, true)
	if !ok {
		return
	}
	code, err := f.revokeRefresh(q.Context(), c)
	if errors.Is(err, fault.NotFound) {
		code, err = f.revokeAccess(q.Context(), c)
	}
	switch {
	case err != nil:
		f.brokenToProgram(w, q, err)
	case code != result.Success:
		f.refuseBare(w, q, code)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

// revokeRefresh revokes the grant of a refresh token; fault.NotFound: it is none.
func (f *Front) revokeRefresh(ctx context.Context, c *confidant) (result.Code, error) {
	grant, _, err := f.parts.Grants.ByToken(ctx, session.Secret(c.p.get("token")).Key())
	switch {
	case err != nil:
		return 0, err
	case grant.Client != c.app.AppID || grant.TenantID != c.tenant.ID:
		return result.InvalidGrant, nil
	case grant.Confidential && !c.client.any():
		return result.ClientSecretOrAssertionRequired, nil
	}
	_, err = f.parts.Grants.Revoke(ctx, session.GrantsOf{ID: grant.ID}, session.Revocation{At: directory.Instant(f.router.Now()), Why: session.ClientRevoked})
	return result.Success, err
}

// revokeAccess revokes one access token until it would have ended.
func (f *Front) revokeAccess(ctx context.Context, c *confidant) (result.Code, error) {
	read, err := f.parts.Tokens.Read(c.p.get("token"), f.router.Now())
	switch {
	case err != nil, !read.Access:
		return result.Success, nil // RFC 7009 §2.2: an invalid token is no error
	case read.App != c.app.AppID || read.Tenant != c.tenant.ID:
		return result.InvalidGrant, nil
	}
	if !c.client.any() {
		code, err := f.ofPublicClient(ctx, &read)
		if code != result.Success || err != nil {
			return code, err
		}
	}
	err = f.parts.Revoked.Create(ctx, read.ID, read.Expires, RevokedToken{At: directory.Instant(f.router.Now())})
	if errors.Is(err, fault.Conflict) {
		err = nil
	}
	return result.Success, err
}

// ofPublicClient tells whether a token was issued without its client's proof, so
// that it may be revoked without.
func (f *Front) ofPublicClient(ctx context.Context, read *token.Read) (result.Code, error) {
	if read.Grant == "" {
		return result.ClientSecretOrAssertionRequired, nil
	}
	grant, err := f.parts.Grants.Get(ctx, session.GrantID(read.Grant))
	switch {
	case errors.Is(err, fault.NotFound):
		return result.Success, nil // it is over already
	case err != nil:
		return 0, err
	case grant.Confidential:
		return result.ClientSecretOrAssertionRequired, nil
	}
	return result.Success, nil
}
