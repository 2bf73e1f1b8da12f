package oidc

import (
	"context"
	"errors"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// refreshGrant is the use of a refresh token. It is bound to person and client,
// not to a resource (SI-341): the request may name any other.
type refreshGrant struct {
	key   session.Key
	grant session.Grant
	token session.RefreshToken
	known bool
}

// findRefresh reads the refresh token that is presented, without using it.
func (t *exchange) findRefresh(ctx context.Context) (*artefact, error) {
	a := &artefact{protocol: signin.RefreshGrant, scopes: t.p.words("scope")}
	if t.p.get("refresh_token") == "" {
		a.parameter = "refresh_token"
		return a, nil
	}
	r := &refreshGrant{key: session.Secret(t.p.get("refresh_token")).Key()}
	a.redeem = r.redeem
	var err error
	r.grant, r.token, err = t.front.parts.Grants.ByToken(ctx, r.key)
	switch {
	case errors.Is(err, fault.NotFound):
		return a, nil
	case err != nil:
		return nil, err
	}
	r.known = true
	a.tenant, a.scopes = r.grant.TenantID, t.scopesOr(r.grant.Scope)
	return a, nil
}

// redeem turns the refresh token into new tokens. All of access is asked again
// (SI-342), with the proofs of the first sign-in.
func (r *refreshGrant) redeem(ctx context.Context, t *exchange) (tokenAnswer, *signin.Refusal, error) {
	about := signin.About{Artefact: signin.FromRefresh}
	if r.known && r.grant.TenantID == t.x.Tenant.ID {
		about.User, about.SignIn, about.SessionID = r.grant.User, r.grant.SignIn, r.grant.SessionID
	}
	code, err := t.authenticate(ctx, r.mustProve(t))
	if code == result.Success && err == nil {
		code = r.judge(t)
	}
	switch {
	case err != nil:
		return tokenAnswer{}, nil, err
	case code != result.Success:
		return t.refuse(ctx, code, about)
	}
	// A look on copies: a token that is no good needs no decision.
	grant, token := r.grant, r.token
	if presented := r.present(t, &grant, &token); presented != session.Usable {
		return r.refused(ctx, t, presented, about)
	}
	granted, refusal, err := t.x.Evaluate(ctx, signin.Subject{
		Artefact: signin.FromRefresh, User: r.grant.User, SignIn: r.grant.SignIn, SessionID: r.grant.SessionID, Redirect: r.grant.Redirect,
		Credential: t.client.credential,
	})
	if err != nil || refusal != nil {
		return tokenAnswer{}, refusal, err
	}
	answer, tokenID, err := t.front.issue(ctx, granted, r.grant.ID, t.client.claim, t.capabilities(nil), t.idWishes())
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	secret, successor, err := t.newRefresh()
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	answer.RefreshToken = secret.Reveal()
	presented := session.Usable
	err = granted.Commit(ctx, issued(granted, tokenID), func(ctx context.Context) error {
		return t.front.parts.Grants.Use(ctx, r.key, func(g *session.Grant, token *session.RefreshToken) (*session.RefreshToken, error) {
			if presented = r.present(t, g, token); presented != session.Usable {
				return nil, errUnusable
			}
			return successor, nil
		})
	})
	switch {
	case errors.Is(err, errUnusable):
		return r.refused(ctx, t, presented, about)
	case errors.Is(err, fault.NotFound):
		return t.refuse(ctx, result.InvalidGrant, about)
	}
	return answer, nil, err
}

// errUnusable undoes an issue whose refresh token went bad meanwhile.
var errUnusable = errors.New("the refresh token is of no use")

// present applies the rules for presenting the token.
func (r *refreshGrant) present(t *exchange, g *session.Grant, token *session.RefreshToken) session.Presented {
	return g.Present(token, t.x.App.AppID, t.front.router.Now(), t.x.Tenant.Settings.WithDefaults().Lifetimes.RefreshGrace)
}

// mustProve returns the code for a client that proved itself when it got the
// grant and does not now.
func (r *refreshGrant) mustProve(t *exchange) result.Code {
	must := t.x.App.Confidential() // as far as an unknown token tells
	if r.known && r.grant.Client == t.x.App.AppID {
		must = r.grant.Confidential
	}
	if must {
		return result.ClientSecretOrAssertionRequired
	}
	return result.Success
}

// judge is T2 as far as it is not Present's.
func (r *refreshGrant) judge(t *exchange) result.Code {
	switch {
	case !r.known, r.grant.Client != t.x.App.AppID:
		return result.InvalidGrant
	case r.grant.TenantID != t.x.Tenant.ID:
		return result.TokenRedeemableInOtherTenant
	}
	return t.judgeOrigin(r.grant.Redirect == directory.RedirectSPA)
}

// refused refuses a token that is of no use. Reuse revokes the family, and that
// must stay though the request fails (RFC 9700 §4.14.2).
func (r *refreshGrant) refused(ctx context.Context, t *exchange, presented session.Presented, about signin.About) (tokenAnswer, *signin.Refusal, error) {
	if presented == session.Reused {
		err := t.front.parts.Grants.Use(ctx, r.key, func(g *session.Grant, token *session.RefreshToken) (*session.RefreshToken, error) {
			r.present(t, g, token)
			return nil, nil
		})
		if err != nil && !errors.Is(err, fault.NotFound) {
			return tokenAnswer{}, nil, err
		}
	}
	return t.refuse(ctx, r.code(presented), about)
}

// code tells by number why a token is of no use.
func (r *refreshGrant) code(presented session.Presented) result.Code {
	switch presented {
	case session.GrantIdle:
		return result.ExpiredOrRevokedGrantInactiveToken
	case session.GrantOver:
		if r.grant.Redirect == directory.RedirectSPA {
			return result.BrowserAppTokenLifetimeEnded
		}
		return result.RefreshTokenLifetimeEnded
	case session.GrantRevoked:
		if w := r.grant.Revoked; w != nil {
			switch w.Why {
			case session.AdminRevoked, session.UserGone:
				return result.FreshTokenNeeded
			case session.PolicyRevoked:
				return result.TokenUnusableDueToSignInFrequency
			}
		}
	}
	return result.InvalidGrant
}
