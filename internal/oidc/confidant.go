package oidc

import (
	"errors"
	"net/http"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/result"
)

// confidant is a client that asks about tokens: not a sign-in, so it is found
// without the pipeline and leaves no record.
type confidant struct {
	tenant directory.Tenant
	app    directory.Application
	client proved
	p      parameters
}

// confide finds the client of a request about tokens and checks the proof that
// it gives; without one it goes on only where public clients may ask. It
// answers the request where it fails.
func (f *Front) confide(w http.ResponseWriter, q *http.Request, public bool) (*confidant, bool) {
	form, err := route.Form(q)
	if err != nil {
		f.refuseForm(w, q, err)
		return nil, false
	}
	c := &confidant{p: parameters(form)}
	proof := readProof(q, c.p)
	if err := f.allowClient(q.Context(), w, q, proof.ID); err != nil {
		f.brokenToProgram(w, q, err)
		return nil, false
	}
	code, err := f.findConfidant(q, c, proof)
	if code == result.Success && err == nil {
		missing := result.ClientSecretOrAssertionRequired
		if public {
			missing = result.Success
		}
		c.client, code, err = f.authenticate(q.Context(), &c.tenant, q.PathValue("tenant"), &c.app, proof, missing)
	}
	switch {
	case err != nil:
		f.brokenToProgram(w, q, err)
	case c.p.contradicts():
		f.refuseBare(w, q, result.InvalidRequest)
	case code != result.Success:
		f.refuseBare(w, q, code)
	case c.p.get("token") == "":
		f.refuseBare(w, q, result.MissingBodyParameter)
	default:
		return c, true
	}
	return nil, false
}

// findConfidant finds tenant and client.
func (f *Front) findConfidant(q *http.Request, c *confidant, proof clientProof) (result.Code, error) {
	if proof.ID == "" {
		return result.MissingBodyParameter, nil
	}
	var err error
	if c.tenant, err = f.tenantOf(q); err != nil {
		return codeIf(err, result.InvalidTenantName)
	}
	principal, err := f.parts.Directory.ServicePrincipals.ByName(q.Context(), c.tenant.ID, string(proof.ID))
	if err != nil {
		return codeIf(err, result.UnauthorizedClientDoesNotMatchRequest)
	}
	if c.app, err = f.parts.Directory.Applications.ByAppID(q.Context(), principal.AppID); err != nil {
		return codeIf(err, result.UnauthorizedClientDoesNotMatchRequest)
	}
	switch {
	case c.app.Disabled:
		return result.UnauthorizedClientApplicationDisabled, nil
	case !principal.AccountEnabled:
		return result.ServicePrincipalDisabled, nil
	}
	return result.Success, nil
}

// codeIf returns a code where something was not found, and the error otherwise.
func codeIf(err error, missing result.Code) (result.Code, error) {
	if errors.Is(err, fault.NotFound) {
		return missing, nil
	}
	return 0, err
}
