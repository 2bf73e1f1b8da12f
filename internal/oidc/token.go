package oidc

import (
	"context"
	"net/http"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// The grant types.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantClient  = "client_credentials"
)

// exchange is one request to the token endpoint.
type exchange struct {
	front  *Front
	q      *http.Request
	p      parameters
	proof  clientProof
	claims claimsRequest
	x      *signin.Exchange
	client proved
}

// artefact is what a grant type presents, as far as it can be known before the
// client proved itself.
type artefact struct {
	protocol signin.Protocol
	// tenant and correlation are those of what was presented; empty: it is
	// not known.
	tenant      access.TenantID
	correlation string
	scopes      []string
	// parameter is one that the grant type needs and the request lacks.
	parameter string
	// redeem does the rest: T1, T2, the question to the pipeline, the answer.
	redeem func(context.Context, *exchange) (tokenAnswer, *signin.Refusal, error)
}

// token issues tokens (§3.3). The order is SI-102's: the tenant, the client, the
// client's proof, what it presents; then access, today.
func (f *Front) token(w http.ResponseWriter, q *http.Request) {
	form, err := route.Form(q)
	if err != nil {
		f.refuseForm(w, q, err)
		return
	}
	t := &exchange{front: f, q: q, p: parameters(form)}
	t.proof = readProof(q, t.p)
	route.Of(q).Note("client", clientForLog(string(t.proof.ID)))
	if err := f.allowClient(q.Context(), w, q, t.proof.ID); err != nil {
		f.brokenToProgram(w, q, err)
		return
	}
	answer, refusal, err := t.run(q.Context())
	switch {
	case err != nil:
		f.brokenToProgram(w, q, err)
	case refusal != nil:
		f.refuse(w, q, refusal)
	default:
		writeJSON(w, http.StatusOK, answer)
	}
}

// run answers the request.
func (t *exchange) run(ctx context.Context) (tokenAnswer, *signin.Refusal, error) {
	if t.proof.ID == "" {
		return tokenAnswer{}, t.front.bare(t.q, result.MissingBodyParameter), nil
	}
	found, err := t.find(ctx)
	if err != nil {
		return tokenAnswer{}, nil, err
	}
	unreadable := result.Success
	if t.claims, err = readClaims(t.p.get("claims")); err != nil {
		unreadable = result.InvalidRequestValue
	}
	if shared(t.q.PathValue("tenant")) && (found == nil || found.tenant == "") {
		// There is nothing from which the tenant would follow (SI-304).
		code := result.InvalidGrant
		if t.p.get("grant_type") == grantClient {
			code = result.GrantTypeNotOnSharedEndpoint
		}
		return tokenAnswer{}, t.front.bare(t.q, code), nil
	}
	refusal, err := t.open(ctx, found)
	if err != nil || refusal != nil {
		return tokenAnswer{}, refusal, err
	}
	switch {
	case t.p.contradicts():
		unreadable = result.InvalidRequest
	case t.p.get("grant_type") == "":
		unreadable = result.MissingBodyParameter
	case found == nil:
		unreadable = result.UnsupportedGrantType
	case found.parameter != "":
		unreadable = result.MissingBodyParameter
	}
	if unreadable != result.Success {
		return t.refuse(ctx, unreadable, signin.About{})
	}
	return found.redeem(ctx, t)
}

// find reads what the grant type presents; nil: the grant type is unknown.
func (t *exchange) find(ctx context.Context) (*artefact, error) {
	switch t.p.get("grant_type") {
	case grantCode:
		return t.findCode(ctx)
	case grantRefresh:
		return t.findRefresh(ctx)
	case grantClient:
		return t.findClientGrant(), nil
	}
	return nil, nil
}

// open finds tenant and client (P2, P3). At the common endpoints the tenant is
// that of what was presented.
func (t *exchange) open(ctx context.Context, found *artefact) (*signin.Refusal, error) {
	request := signin.Request{
		Tenant: t.q.PathValue("tenant"), Client: string(t.proof.ID), RedirectURI: t.p.get("redirect_uri"),
		Contexts: t.claims.Contexts, Policies: t.claims.Policies, RequireMFA: t.claims.MFA,
	}
	caller := t.front.caller(t.q, false)
	if t.p.get("device_challenge") == "1" {
		caller.ProvesDevice = true
	}
	if found != nil {
		request.Protocol, request.Scopes = found.protocol, found.scopes
		if caller.Correlation == "" {
			caller.Correlation = found.correlation
		}
		if shared(request.Tenant) {
			request.DomainHint = string(found.tenant)
		}
	}
	x, refusal, err := t.front.parts.Pipeline.Open(ctx, caller, request)
	t.x = x
	return refusal, err
}

// refuse records and answers a refusal of T1 to T3.
func (t *exchange) refuse(ctx context.Context, code result.Code, about signin.About) (tokenAnswer, *signin.Refusal, error) {
	about.Credential = t.client.credential
	refusal, err := t.x.Refuse(ctx, code, about)
	return tokenAnswer{}, refusal, err
}

// authenticate is T1; missing as for Front.authenticate.
func (t *exchange) authenticate(ctx context.Context, missing result.Code) (result.Code, error) {
	var code result.Code
	var err error
	t.client, code, err = t.front.authenticate(ctx, &t.x.Tenant, t.q.PathValue("tenant"), &t.x.App, t.proof, missing)
	return code, err
}

// judgeOrigin holds scripts of other sites to what they may: only single-page
// apps redeem from a browser, and only from there (SI-500, SI-448).
func (t *exchange) judgeOrigin(singlePage bool) result.Code {
	origin := t.q.Header.Get("Origin")
	switch {
	case origin != "" && !singlePage:
		return result.CrossOriginNotPermitted
	case origin == "" && singlePage:
		return result.CrossOriginRequired
	}
	return result.Success
}

// scopes returns the scopes of the request, or those that were asked for before
// if it names none.
func (t *exchange) scopesOr(before string) []string {
	if asked := t.p.words("scope"); len(asked) > 0 {
		return asked
	}
	return strings.Fields(before)
}

// newRefresh makes a refresh token.
func (t *exchange) newRefresh() (session.Secret, *session.RefreshToken, error) {
	secret, err := session.NewSecret(t.front.parts.Random)
	if err != nil {
		return "", nil, err
	}
	return secret, &session.RefreshToken{Key: secret.Key(), Issued: t.front.router.Now()}, nil
}

// capabilities are what the client says it can do: with this request, or when
// it asked for the code.
func (t *exchange) capabilities(before []string) []string {
	if len(t.claims.Capabilities) > 0 {
		return t.claims.Capabilities
	}
	return before
}

// idWishes are what the request asks of the ID token.
func (t *exchange) idWishes() idWishes {
	return idWishes{authTime: t.claims.AuthTime, contextsInID: t.claims.ContextsInID}
}
