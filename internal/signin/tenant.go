package signin

import (
	"errors"
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// sharedEndpoints are tenant names that stand for none: the tenant is that of
// the account (SI-304).
var sharedEndpoints = map[string]bool{"common": true, "organizations": true, "consumers": true}

// findTenant is P2.
func (r *run) findTenant() (*stop, error) {
	name := directory.Fold(r.a.Request.Tenant)
	if shared := sharedEndpoints[name]; shared {
		_, domain, _ := strings.Cut(directory.Fold(r.a.Request.LoginHint), "@")
		if domain == "" {
			domain = directory.Fold(r.a.Request.DomainHint)
		}
		if domain == "" || sharedEndpoints[domain] {
			return refuse(result.MissingTenantRealmAndNoUserInformationProvided)
		}
		name = domain
	}
	t, err := r.p.parts.Directory.Tenants.ByName(r.ctx, name)
	switch {
	case errors.Is(err, fault.NotFound):
		return refuse(result.InvalidTenantName)
	case err != nil:
		return nil, err
	}
	r.tenant = &t
	if r.a.TenantID == "" {
		r.a.TenantID = t.ID
		r.a.lifetimes(t.Settings.Lifetimes)
	}
	return nil, nil
}
