package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// codeGrant is the redemption of an authorization code.
type codeGrant struct {
	key   session.Key
	code  session.Code
	extra codeExtra
	known bool
}

// findCode reads the code that is presented, without using it.
func (t *exchange) findCode(ctx context.Context) (*artefact, error) {
	a := &artefact{protocol: signin.AuthorizationCode, scopes: t.p.words("scope")}
	for _, name := range []string{"code", "redirect_uri"} {
		if t.p.get(name) == "" {
			a.parameter = name
			return a, nil
		}
	}
	g := &codeGrant{key: session.Secret(t.p.get("code")).Key()}
	a.redeem = g.redeem
	var err error
	g.code, err = t.front.parts.Codes.Get(ctx, g.key)
	switch {
	case errors.Is(err, fault.NotFound):
		return a, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(g.code.Extra, &g.extra); err != nil {
		return nil, fmt.Errorf("read a code: %w", err)
	}
	g.known = true
	a.tenant, a.correlation = g.code.TenantID, g.code.Correlation
	// Scopes may be named here, and identity scopes may come only here
	// (SI-423); those of the authorize request count along.
	a.scopes = t.scopesOr(g.code.Scope)
	a.scopes = merge(a.scopes, slices.DeleteFunc(strings.Fields(g.code.Scope), func(s string) bool { return !isIdentityScope(s) }))
	if g.code.Challenge != "" {
		a.protocol = signin.AuthorizationCodePKCE
	}
	return a, nil
}

// redeem turns the code into tokens.
func (g *codeGrant) redeem(ctx context.Context, t *exchange) (tokenAnswer, *signin.Refusal, error) {
	about := signin.About{Artefact: signin.FromCode}
	if g.known && g.code.TenantID == t.x.Tenant.ID {
		about.User, about.SignIn, about.SessionID = g.code.User, g.code.SignIn, g.code.SessionID
	}
	code, err := t.authenticate(ctx, g.mustProve(t))
	if code == result.Success && err == nil {
		code = g.judge(t)
	}
	switch {
	case err != nil:
		return tokenAnswer{}, nil, err
	case code == result.AuthorizationCodeRedeemed:
		return g.replayed(ctx, t, about)
	case code != result.Success:
		return t.refuse(ctx, code, about)
	}
	grant, refusal, err := t.x.Evaluate(ctx, signin.Subject{
		Artefact: signin.FromCode, User: g.code.User, SignIn: g.code.SignIn, SessionID: g.code.SessionID, Redirect: g.code.Redirect,
		Seen: &g.extra.Seen, Contexts: g.code.Contexts, Credential: t.client.credential,
	})
	if err != nil || refusal != nil {
		return tokenAnswer{}, refusal, err
	}
	wishes := t.idWishes()
	wishes.nonce, wishes.acr = g.code.Nonce, g.extra.ACR
	wishes.authTime = wishes.authTime || g.extra.AuthTime
	wishes.contextsInID = wishes.contextsInID || g.extra.ContextsInID
	answer, tokenID, err := t.front.issue(ctx, grant, g.code.GrantID, t.client.claim, t.capabilities(g.extra.Capabilities), wishes)
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	issue := session.Issue{Grant: g.newGrant(t, grant)}
	if slices.Contains(grant.Scopes.Identity, "offline_access") {
		var secret session.Secret
		if secret, issue.Token, err = t.newRefresh(); err != nil {
			return tokenAnswer{}, nil, err
		}
		answer.RefreshToken = secret.Reveal()
	}
	err = grant.Commit(ctx, issued(grant, tokenID), func(ctx context.Context) error {
		return t.front.parts.Codes.Redeem(ctx, g.key, t.front.router.Now(), func(session.Code) (session.Issue, error) { return issue, nil })
	})
	if errors.Is(err, fault.Conflict) {
		// Somebody redeemed it meanwhile. The transaction is undone, and
		// with it what the store did about the replay.
		return g.replayed(ctx, t, about)
	}
	return answer, nil, err
}

// mustProve returns the code for a client that does not prove itself and must:
// where the answer goes to a server, the server has a secret (SI-531).
func (g *codeGrant) mustProve(t *exchange) result.Code {
	must := t.x.App.Confidential() // as far as an unknown code tells
	if g.known && g.code.Client == t.x.App.AppID {
		must = g.code.Redirect == directory.RedirectWeb
	}
	if must {
		return result.ClientSecretOrAssertionRequired
	}
	return result.Success
}

// judge is T2: whether this code is good here, now, and for this client.
func (g *codeGrant) judge(t *exchange) result.Code {
	c := &g.code
	switch {
	case !g.known, c.Client != t.x.App.AppID:
		return result.InvalidGrant
	case c.TenantID != t.x.Tenant.ID:
		return result.TokenRedeemableInOtherTenant
	case !c.Redeemed.IsZero():
		return result.AuthorizationCodeRedeemed
	case c.Expired(t.front.router.Now()):
		return result.ExpiredOrRevokedGrant
	case c.RedirectURI != t.p.get("redirect_uri"):
		return result.ReplyAddressMismatchAtRedemption
	}
	if code := t.judgeOrigin(c.Redirect == directory.RedirectSPA); code != result.Success {
		return code
	}
	return judgeVerifier(t.p.get("code_verifier"), c.Challenge)
}

// errReplay marks a redemption that must not happen.
var errReplay = errors.New("the code was redeemed before")

// replayed revokes what a code issued that is presented again: two hold it, so
// one of them stole it (RFC 6749 §4.1.2).
func (g *codeGrant) replayed(ctx context.Context, t *exchange, about signin.About) (tokenAnswer, *signin.Refusal, error) {
	err := t.front.parts.Codes.Redeem(ctx, g.key, t.front.router.Now(), func(session.Code) (session.Issue, error) { return session.Issue{}, errReplay })
	if err != nil && !errors.Is(err, fault.Conflict) && !errors.Is(err, errReplay) {
		return tokenAnswer{}, nil, err
	}
	return t.refuse(ctx, result.AuthorizationCodeRedeemed, about)
}

// unrefreshable is how long a grant without a refresh token is kept, longer than
// its tokens live, so that their revocation can be seen.
const unrefreshable = 26 * time.Hour

// newGrant is what the person let the client have.
func (g *codeGrant) newGrant(t *exchange, grant *signin.Grant) session.Grant {
	now := t.front.router.Now()
	lifetimes := grant.Tenant.Settings.WithDefaults().Lifetimes
	made := session.Grant{
		ID: g.code.GrantID, TenantID: grant.Tenant.ID, Client: grant.App.AppID, Redirect: g.code.Redirect,
		Confidential: t.client.any(), User: grant.User.ID, SignIn: grant.SignIn, SessionID: grant.SessionID,
		Scope: strings.Join(grant.Scopes.Asked, " "), Resource: string(resourceID(grant)),
		Idle: lifetimes.Refresh, Until: grant.Until, Created: now, LastUsed: now,
	}
	if !slices.Contains(grant.Scopes.Identity, "offline_access") {
		made.Idle = unrefreshable
	}
	if g.code.Redirect == directory.RedirectSPA {
		// Successors inherit the end (§3.5, 700084).
		if end := now.Add(lifetimes.RefreshSPA); made.Until.IsZero() || end.Before(made.Until) {
			made.Until = end
		}
	}
	return made
}
