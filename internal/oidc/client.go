package oidc

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/result"
)

// clientProof is what a client sends to prove itself.
type clientProof struct {
	// ID is the client's, from wherever it was given; empty: nowhere.
	ID        access.AppID
	secret    string
	assertion string
	// faulty is what is wrong with the proof whoever the client is.
	faulty result.Code
}

// assertionType is the only kind of assertion (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// usesBasic reports whether a request proves its client by HTTP Basic.
func usesBasic(q *http.Request) bool {
	_, _, ok := q.BasicAuth()
	return ok
}

// readProof reads who the client says it is and by what it proves it. One proof
// at most is allowed (RFC 6749 §2.3).
func readProof(q *http.Request, p parameters) clientProof {
	proof := clientProof{ID: access.AppID(p.get("client_id")), secret: p.get("client_secret"), assertion: p.get("client_assertion")}
	if id, secret, ok := q.BasicAuth(); ok {
		id, secret = formDecode(id), formDecode(secret)
		if proof.secret != "" || proof.assertion != "" || proof.ID != "" && !strings.EqualFold(string(proof.ID), id) {
			proof.faulty = result.InvalidRequest
		}
		proof.ID, proof.secret = access.AppID(id), secret
	}
	switch {
	case proof.secret != "" && proof.assertion != "":
		proof.faulty = result.InvalidRequest
	case proof.assertion != "" && p.get("client_assertion_type") != assertionType:
		proof.faulty = result.InvalidRequestValue
	case proof.assertion != "" && proof.ID == "":
		// RFC 7521 §4.2: the assertion says who the client is.
		if a, err := token.ReadAssertion(proof.assertion); err == nil {
			proof.ID = a.Client
		}
	}
	proof.ID = directory.Fold(proof.ID)
	return proof
}

// formDecode undoes the encoding that RFC 6749 §2.3.1 puts around ids and
// secrets in Basic; clients that leave it out are understood where they can be.
func formDecode(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}

// given reports whether there is any proof.
func (p *clientProof) given() bool { return p.secret != "" || p.assertion != "" }

// proved is how a client proved itself.
type proved struct {
	credential signin.ClientCredential
	claim      token.ClientProof
}

// any reports whether it did.
func (p proved) any() bool { return p.claim != token.ProvedNothing }

// authenticate is T1: it checks the proof that a client gave. missing is the
// code for a client that gave none and must; zero: it need not.
func (f *Front) authenticate(ctx context.Context, tenant *directory.Tenant, addressed string, app *directory.Application, proof clientProof, missing result.Code) (proved, result.Code, error) {
	none := proved{signin.ClientCredential{Kind: "none"}, token.ProvedNothing}
	switch {
	case proof.faulty != result.Success:
		return none, proof.faulty, nil
	case !proof.given():
		return none, missing, nil
	case !app.Confidential():
		return none, result.InvalidClientPublicClientWithCredential, nil
	case proof.assertion != "":
		return f.checkAssertion(ctx, tenant, addressed, app, proof.assertion)
	}
	now := f.router.Now()
	switch app.SecretAt(proof.secret, now) {
	case directory.SecretRight:
		credential := signin.ClientCredential{Kind: "clientSecret"}
		for i := range app.Secrets {
			if s := &app.Secrets[i]; s.ValidAt(now) && s.Matches(proof.secret) {
				credential.KeyID = s.KeyID
			}
		}
		return proved{credential, token.ProvedSecret}, result.Success, nil
	case directory.SecretsExpired:
		return none, result.InvalidClientSecretExpiredKeysProvided, nil
	}
	return none, result.ClientSecretWrong, nil
}

// checkAssertion checks private_key_jwt.
func (f *Front) checkAssertion(ctx context.Context, tenant *directory.Tenant, addressed string, app *directory.Application, text string) (proved, result.Code, error) {
	none := proved{signin.ClientCredential{Kind: "clientAssertion"}, token.ProvedNothing}
	a, err := token.ReadAssertion(text)
	if err != nil || a.Client != app.AppID {
		return none, result.ClientAssertionSignatureInvalid, nil
	}
	key, err := a.Check(ctx, app.Certificates, f.audiences(tenant, addressed), f.router.Now(), f.parts.Assertions)
	var refused token.AssertionFault
	switch {
	case errors.As(err, &refused):
		return none, assertionCode(refused), nil
	case err != nil:
		return none, 0, err
	}
	credential := signin.ClientCredential{Kind: "clientAssertion", KeyID: key.KeyID, Thumbprint: key.SHA1}
	if len(key.Certificate) > 0 {
		credential.Kind = "certificate"
	}
	return proved{credential, token.ProvedKey}, result.Success, nil
}

// audiences are for whom an assertion to this tenant may be made: the token
// endpoint under each name of the tenant, or the issuer (§5.4).
func (f *Front) audiences(tenant *directory.Tenant, addressed string) []string {
	list := []string{f.parts.Tokens.Name(tenant.ID), f.address(string(tenant.ID), pathToken), f.address(addressed, pathToken)}
	for _, d := range tenant.Domains {
		if d.Verified {
			list = append(list, f.address(d.Name, pathToken))
		}
	}
	return list
}

// assertionCode tells a refused assertion by number.
func assertionCode(refused token.AssertionFault) result.Code {
	switch refused {
	case token.AssertionForOther:
		return result.ClientAssertionWrongAudience
	case token.AssertionLate, token.AssertionReplayed:
		return result.ClientAssertionOutsideValidity
	}
	return result.ClientAssertionSignatureInvalid
}
