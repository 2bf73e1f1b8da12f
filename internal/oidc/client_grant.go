package oidc

import (
	"context"
	"slices"

	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// findClientGrant is an app that signs in as itself (§5.4). MSAL Go asks for
// identity scopes here too; they mean nothing without a person (SI-406).
func (t *exchange) findClientGrant() *artefact {
	return &artefact{
		protocol: signin.ClientCredentials,
		scopes:   slices.DeleteFunc(t.p.words("scope"), isIdentityScope),
		redeem:   redeemClient,
	}
}

func redeemClient(ctx context.Context, t *exchange) (tokenAnswer, *signin.Refusal, error) {
	code, err := t.authenticate(ctx, result.ClientCredentialMissing)
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	if code == result.Success && t.q.Header.Get("Origin") != "" {
		code = result.CrossOriginNotPermitted // a secret in a browser is none
	}
	if code != result.Success {
		return t.refuse(ctx, code, signin.About{})
	}
	grant, refusal, err := t.x.Evaluate(ctx, signin.Subject{Artefact: signin.NoArtefact, Credential: t.client.credential})
	if err != nil || refusal != nil {
		return tokenAnswer{}, refusal, err
	}
	answer, tokenID, err := t.front.issue(ctx, grant, "", t.client.claim, t.claims.Capabilities, idWishes{})
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	err = grant.Commit(ctx, issued(grant, tokenID), func(context.Context) error { return nil })
	return answer, nil, err
}
