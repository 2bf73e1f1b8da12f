package directory

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Tenant is one directory.
type Tenant struct {
	ID          access.TenantID `json:"id"`
	DisplayName string          `json:"displayName"`
	Domains     []Domain        `json:"domains"`
	Settings    Settings        `json:"settings"`
	Created     time.Time       `json:"created"`
}

// Domain is a DNS name of a tenant. A verified domain belongs to one tenant
// only and stands for it in every address (SI-300).
type Domain struct {
	Name     string `json:"name"`
	Verified bool   `json:"verified,omitempty"`
	Default  bool   `json:"default,omitempty"` // of new people
}

// Tenants stores tenants by the contract in the package's documentation. The
// tenant of a change is the tenant itself.
type Tenants interface {
	Get(ctx context.Context, id access.TenantID) (Tenant, error)
	// ByName returns the tenant with this GUID or this verified domain, or
	// fault.NotFound.
	ByName(ctx context.Context, name string) (Tenant, error)
	List(ctx context.Context, page Page) ([]Tenant, error)
	// Create fails with fault.Conflict if a verified domain is taken.
	Create(ctx context.Context, change Change, tenant *Tenant) error
	Update(ctx context.Context, change Change, id access.TenantID, f func(*Tenant) error) (Tenant, error)
	// Delete removes the tenant with all it holds, except its audit and
	// sign-in logs.
	Delete(ctx context.Context, change Change, id access.TenantID) error
}

// DefaultDomain returns the domain of new people: the one marked so, or the
// first verified one; empty if there is none.
func (t *Tenant) DefaultDomain() string {
	first := ""
	for _, d := range t.Domains {
		if d.Default {
			return d.Name
		}
		if first == "" && d.Verified {
			first = d.Name
		}
	}
	return first
}

// Owns reports whether the domain is one of the tenant's verified ones.
func (t *Tenant) Owns(domain string) bool {
	domain = Fold(domain)
	for _, d := range t.Domains {
		if d.Verified && d.Name == domain {
			return true
		}
	}
	return false
}

// reservedTenantNames are first segments of an address that mean something
// else (SI-300, SI-412).
var reservedTenantNames = []string{"common", "organizations", "consumers", "adfs", "dstsv2"}

var domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Check brings t into its stored form and reports every broken rule.
func (t *Tenant) Check() error {
	fold(&t.ID)
	instants(&t.Created)
	t.DisplayName = strings.TrimSpace(t.DisplayName)
	t.Settings = t.Settings.WithDefaults()
	var c fault.Check
	c.Require(IsGUID(string(t.ID)), "id", "%q is not a GUID", t.ID)
	checkName(&c, "displayName", t.DisplayName)
	seen, defaults := map[string]bool{}, 0
	for i := range t.Domains {
		d := &t.Domains[i]
		fold(&d.Name)
		path := fmt.Sprintf("domains[%d].name", i)
		c.Require(len(d.Name) <= 253 && domainName.MatchString(d.Name), path, "%q is not a domain name", d.Name)
		c.Require(!IsGUID(d.Name), path, "%q is a GUID, which names a tenant by its id", d.Name)
		for _, reserved := range reservedTenantNames {
			c.Require(d.Name != reserved, path, "%q has a meaning of its own in addresses", d.Name)
		}
		c.Require(!seen[d.Name], path, "%q is listed twice", d.Name)
		seen[d.Name] = true
		if d.Default {
			defaults++
			c.Require(d.Verified, fmt.Sprintf("domains[%d].default", i), "%q is not verified; only a verified domain can be the default", d.Name)
		}
	}
	c.Require(defaults <= 1, "domains", "%d domains are the default; one at most is expected", defaults)
	t.Settings.check(&c)
	return c.Err("tenant")
}

// checkName reports a display name that is empty or longer than Graph allows.
func checkName(c *fault.Check, path, name string) {
	c.Require(name != "", path, "is empty; a name is expected")
	c.Require(len(name) <= 256, path, "is %d bytes long; at most 256 are allowed", len(name))
}
