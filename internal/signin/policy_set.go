package signin

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// compiled is a tenant's policies as of one version.
type compiled struct {
	set     *access.Set
	version directory.PolicyVersion
	// securityDefaults: the set is that of the simple protection, and the
	// tenant's policies are left out (CA-9).
	securityDefaults bool
	// Which facts the set asks for at all; the others need not be gathered.
	usesDevices, usesTerms bool
	// contexts are the authentication contexts that enabled policies target.
	contexts map[string]bool
}

// policySets keeps the compiled sets of the tenants, each until its version
// moves.
type policySets struct {
	mu      sync.RWMutex
	tenants map[access.TenantID]*compiled
	// mfa demands multi-factor authentication of everyone: for people with
	// the old per-user setting, and requests that ask for it.
	mfa *access.Set
}

func (s *policySets) init() error {
	s.tenants = map[access.TenantID]*compiled{}
	set, err := access.Compile(access.Source{Policies: []access.Policy{mfaPolicy("mfa-for-everyone", access.Users{Include: access.Principals{All: true}})}}, access.Options{Live: true})
	s.mfa = set
	return err
}

// compiledFor returns the tenant's policies as they are now. A set that cannot
// be understood is an error: leaving a policy out would let people in whom it
// keeps out.
func (p *Pipeline) compiledFor(ctx context.Context, tenant *directory.Tenant) (*compiled, error) {
	version, err := p.parts.Directory.PolicySets.PolicyVersion(ctx, tenant.ID)
	if err != nil {
		return nil, err
	}
	p.sets.mu.RLock()
	c := p.sets.tenants[tenant.ID]
	p.sets.mu.RUnlock()
	if c != nil && c.version == version && c.securityDefaults == tenant.Settings.SecurityDefaults {
		return c, nil
	}
	if c, err = p.compile(ctx, tenant); err != nil {
		return nil, err
	}
	p.sets.mu.Lock()
	p.sets.tenants[tenant.ID] = c
	p.sets.mu.Unlock()
	return c, nil
}

func (p *Pipeline) compile(ctx context.Context, tenant *directory.Tenant) (*compiled, error) {
	documents, err := p.parts.Directory.PolicySets.PolicySet(ctx, tenant.ID)
	if err != nil {
		return nil, err
	}
	src := access.Source{MFATrustedIPs: ranges(tenant.Settings.MFATrustedIPs)}
	if tenant.Settings.SecurityDefaults {
		src.Policies = securityDefaults()
	} else if err := readSource(&documents, &src); err != nil {
		return nil, fmt.Errorf("read the policies of tenant %s: %w", tenant.ID, err)
	}
	// A location or strength that is gone is a fact nobody knows: the policy's
	// own treatment of unknown facts decides.
	set, err := access.Compile(src, access.Options{Live: true, CarryUnresolved: true})
	if err != nil {
		return nil, fmt.Errorf("compile the policies of tenant %s: %w", tenant.ID, err)
	}
	c := &compiled{set: set, version: documents.Version, securityDefaults: tenant.Settings.SecurityDefaults, contexts: map[string]bool{}}
	for i := range src.Policies {
		c.use(&src.Policies[i])
	}
	return c, nil
}

// use notes what a policy asks for.
func (c *compiled) use(p *access.Policy) {
	if p.State != access.StateEnabled && p.State != access.StateReportOnly {
		return
	}
	c.usesDevices = c.usesDevices || p.Conditions.DeviceFilter != nil || p.Conditions.DeviceStates != nil
	if g := p.Grant; g != nil {
		c.usesDevices = c.usesDevices || g.Controls&(access.CompliantDevice|access.DomainJoinedDevice) != 0
		c.usesTerms = c.usesTerms || len(g.TermsOfUse) > 0
	}
	if p.State == access.StateEnabled {
		for _, id := range p.Conditions.Applications.Contexts {
			c.contexts[id] = true
		}
	}
}

// readSource reads a tenant's documents.
func readSource(documents *directory.PolicySet, src *access.Source) error {
	for i := range documents.Policies {
		list, err := graphjson.DecodePolicies(documents.Policies[i].ID, documents.Policies[i].JSON)
		if err != nil {
			return err
		}
		for j := range list {
			list[j].Policy.ID = access.PolicyID(documents.Policies[i].ID)
			src.Policies = append(src.Policies, list[j].Policy)
		}
	}
	for i := range documents.Locations {
		list, err := graphjson.DecodeLocations(documents.Locations[i].ID, documents.Locations[i].JSON)
		if err != nil {
			return err
		}
		for j := range list {
			list[j].Location.ID = access.LocationID(documents.Locations[i].ID)
			src.Locations = append(src.Locations, list[j].Location)
		}
	}
	for i := range documents.Strengths {
		list, err := graphjson.DecodeStrengths(documents.Strengths[i].ID, documents.Strengths[i].JSON)
		if err != nil {
			return err
		}
		for j := range list {
			list[j].Strength.ID = access.StrengthID(documents.Strengths[i].ID)
			src.Strengths = append(src.Strengths, list[j].Strength)
		}
	}
	return nil
}

// ranges turns prefixes into the ranges that policies know.
func ranges(prefixes []netip.Prefix) []access.Range {
	var list []access.Range
	for _, p := range prefixes {
		if r, err := graphjson.ParseCIDR(p.String()); err == nil {
			list = append(list, r)
		}
	}
	return list
}
