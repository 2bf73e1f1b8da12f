package signin

import (
	"errors"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// findClient is P3: the app that asks, as this tenant knows it.
func (r *run) findClient() (*stop, error) {
	d := &r.p.parts.Directory
	principal, err := d.ServicePrincipals.ByName(r.ctx, r.tenant.ID, r.a.Request.Client)
	switch {
	case errors.Is(err, fault.NotFound):
		return refuse(result.UnauthorizedClientDoesNotMatchRequest)
	case err != nil:
		return nil, err
	}
	app, err := d.Applications.ByAppID(r.ctx, principal.AppID)
	switch {
	case errors.Is(err, fault.NotFound):
		return refuse(result.UnauthorizedClientDoesNotMatchRequest)
	case err != nil:
		return nil, err
	case app.TenantID != r.tenant.ID && !app.MultiTenant():
		return refuse(result.UnauthorizedClientDoesNotMatchRequest)
	}
	r.app, r.client = &app, &principal
	switch {
	case sharedEndpoints[directory.Fold(r.a.Request.Tenant)] && !app.MultiTenant():
		return refuse(result.SingleTenantAppOnSharedEndpoint)
	case app.Disabled:
		return refuse(result.UnauthorizedClientApplicationDisabled)
	case !principal.AccountEnabled:
		return refuse(result.ServicePrincipalDisabled)
	}
	return nil, nil
}
