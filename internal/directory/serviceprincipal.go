package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// ServicePrincipal is an app as one tenant uses it.
type ServicePrincipal struct {
	ID          access.ServicePrincipalID `json:"id"`
	TenantID    access.TenantID           `json:"tenantId"`
	AppID       access.AppID              `json:"appId"`
	DisplayName string                    `json:"displayName"`
	// AccountEnabled false closes the app: 7000116 as client, 500014 as resource.
	AccountEnabled bool `json:"accountEnabled"`
	// AssignmentRequired lets only assigned people in (50105).
	AssignmentRequired bool   `json:"appRoleAssignmentRequired,omitempty"`
	Kind               SPKind `json:"servicePrincipalType"`
	// OwnerTenantID is where the application is registered.
	OwnerTenantID access.TenantID `json:"appOwnerOrganizationId"`
	// Names are what a request may call the resource besides its appId: the
	// application's identifier URIs. Unique in the tenant.
	Names []string `json:"servicePrincipalNames,omitempty"`
	// Attributes are custom security attributes by "Set_Name" (CA-37).
	Attributes map[string][]string `json:"customSecurityAttributes,omitempty"`
	Tags       []string            `json:"tags,omitempty"`
	HomeURL    string              `json:"homepage,omitempty"`
	Created    time.Time           `json:"createdDateTime"`
}

// SPKind is Graph's servicePrincipalType.
type SPKind string

// The kinds. Empty is read as the first.
const (
	SPApplication     SPKind = "Application"
	SPManagedIdentity SPKind = "ManagedIdentity"
)

// ServicePrincipals stores service principals.
type ServicePrincipals interface {
	Objects[access.ServicePrincipalID, ServicePrincipal]
	// ByName returns the tenant's service principal whose appId or one of
	// whose names is this, or fault.NotFound (500011).
	ByName(ctx context.Context, tenant access.TenantID, name string) (ServicePrincipal, error)
}

// InWorkloadScope reports whether policies about workloads can reach the
// service principal: an app of this tenant only, no managed identity (CA-26).
func (s *ServicePrincipal) InWorkloadScope(app *Application) bool {
	return s.Kind == SPApplication && s.OwnerTenantID == s.TenantID && app != nil && !app.MultiTenant()
}

// FilterAttributes returns the custom security attributes as filters read them.
func (s *ServicePrincipal) FilterAttributes() filter.Attributes {
	attributes := make(filter.Attributes, len(s.Attributes))
	for name, values := range s.Attributes {
		if len(values) == 1 {
			attributes[name] = filter.Text(values[0])
		} else {
			attributes[name] = filter.List(values...)
		}
	}
	return attributes
}

// Check brings s into its stored form and reports every broken rule.
func (s *ServicePrincipal) Check() error {
	fold(&s.ID)
	fold(&s.TenantID)
	fold(&s.AppID)
	fold(&s.OwnerTenantID)
	instants(&s.Created)
	s.DisplayName = strings.TrimSpace(s.DisplayName)
	orDefault(&s.Kind, SPApplication)
	orDefault(&s.OwnerTenantID, s.TenantID)
	var c fault.Check
	checkIDs(&c, string(s.ID), s.TenantID)
	c.Require(IsGUID(string(s.AppID)), "appId", "%q is not a GUID", s.AppID)
	checkName(&c, "displayName", s.DisplayName)
	c.Require(s.Kind == SPApplication || s.Kind == SPManagedIdentity, "servicePrincipalType", "%q is unknown; Application or ManagedIdentity is expected", s.Kind)
	// The appId is always a name; keeping it here too would be a second truth.
	s.Names = slices.DeleteFunc(s.Names, func(name string) bool { return Fold(name) == string(s.AppID) })
	seen := map[string]bool{}
	for i, name := range s.Names {
		path := fmt.Sprintf("servicePrincipalNames[%d]", i)
		c.Require(strings.Contains(name, ":") || IsGUID(name), path, "%q is neither a URI nor a GUID", name)
		c.Require(!seen[Fold(name)], path, "%q is listed twice", name)
		seen[Fold(name)] = true
	}
	for name := range s.Attributes {
		set, attribute, found := strings.Cut(name, "_")
		c.Require(found && set != "" && attribute != "", "customSecurityAttributes."+name, "is not of the form Set_Name")
	}
	return c.Err("service principal")
}
