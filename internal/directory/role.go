package directory

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// RoleAssignment gives a directory role to a principal.
type RoleAssignment struct {
	ID       RoleAssignmentID `json:"id"`
	TenantID access.TenantID  `json:"tenantId"`
	// RoleID is the template id of a built-in role or the id of a custom one.
	RoleID access.RoleID `json:"roleDefinitionId"`
	// Custom marks a role that the tenant defined; policies do not see it.
	Custom bool `json:"custom,omitempty"`
	// Principal is a user, a service principal or a group that roles may be
	// assigned to.
	Principal PrincipalID `json:"principalId"`
	// Scope is "/" for the whole tenant; anything else narrows the role to an
	// administrative unit or an object, and policies do not see it (CA-15).
	Scope string `json:"directoryScopeId"`
	// From and Until bound an assignment in time; zero: unbounded.
	From  time.Time `json:"startDateTime,omitzero"`
	Until time.Time `json:"endDateTime,omitzero"`
}

// TenantWide is the scope of roles that cover the whole tenant.
const TenantWide = "/"

// RoleAssignments stores assignments of directory roles. A deleted principal
// loses its roles.
type RoleAssignments interface {
	Objects[RoleAssignmentID, RoleAssignment]
	// RolesOf returns the built-in roles that the principal holds for the
	// whole tenant at an instant, itself or through groups, by id (CA-15).
	RolesOf(ctx context.Context, tenant access.TenantID, principal PrincipalID, at time.Time) ([]access.RoleID, error)
}

// ActiveAt reports whether the assignment holds at an instant.
func (r *RoleAssignment) ActiveAt(t time.Time) bool {
	return !t.Before(r.From) && (r.Until.IsZero() || t.Before(r.Until))
}

// Check brings r into its stored form and reports every broken rule.
func (r *RoleAssignment) Check() error {
	fold(&r.ID)
	fold(&r.TenantID)
	fold(&r.RoleID)
	fold(&r.Principal)
	instants(&r.From, &r.Until)
	orDefault(&r.Scope, TenantWide)
	var c fault.Check
	checkIDs(&c, string(r.ID), r.TenantID)
	c.Require(IsGUID(string(r.RoleID)), "roleDefinitionId", "%q is not a GUID", r.RoleID)
	c.Require(IsGUID(string(r.Principal)), "principalId", "%q is not a GUID", r.Principal)
	c.Require(r.Until.IsZero() || r.Until.After(r.From), "endDateTime", "is not after startDateTime")
	return c.Err("role assignment")
}

// BuiltInRole is a directory role that every tenant has.
type BuiltInRole struct {
	ID          access.RoleID // its template id
	DisplayName string
	// AlwaysMFA: security defaults demand MFA at every sign-in (SD-3).
	AlwaysMFA bool
}

// The roles that the server itself asks about.
const (
	RoleGlobalAdministrator            access.RoleID = "62e90394-69f5-4237-9190-012177145e10"
	RoleConditionalAccessAdministrator access.RoleID = "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"
	RoleSecurityAdministrator          access.RoleID = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	RoleUserAdministrator              access.RoleID = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	RoleHelpdeskAdministrator          access.RoleID = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	RoleAuthenticationAdministrator    access.RoleID = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
	RoleReportsReader                  access.RoleID = "4a5d8f65-41da-4de4-8968-e035b65339cf"
	RoleGlobalReader                   access.RoleID = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	RoleSecurityReader                 access.RoleID = "5d6b6bb7-de71-4623-b4af-96380a352509"
)

// builtInRoles are the built-in roles known here; SD-3 gives those that always
// need MFA. A policy or an assignment may name others.
var builtInRoles = []BuiltInRole{
	{RoleGlobalAdministrator, "Global Administrator", true},
	{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", true},
	{RoleAuthenticationAdministrator, "Authentication Administrator", true},
	{"0526716b-113d-4c15-b2c8-68e3c22b9f80", "Authentication Policy Administrator", true},
	{"b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator", true},
	{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", true},
	{RoleConditionalAccessAdministrator, "Conditional Access Administrator", true},
	{"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", true},
	{RoleHelpdeskAdministrator, "Helpdesk Administrator", true},
	{"45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", "Identity Governance Administrator", true},
	{"966707d0-3269-4727-9be2-8c3a10f19b9d", "Password Administrator", true},
	{"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", true},
	{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", true},
	{RoleSecurityAdministrator, "Security Administrator", true},
	{"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator", true},
	{RoleUserAdministrator, "User Administrator", true},
	{"cf1c38e5-3621-4004-a7cb-879624dced7c", "Application Developer", false},
	{"7698a772-787b-4ac8-901f-60d6b08affd2", "Cloud Device Administrator", false},
	{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", false},
	{"d29b2b05-8046-44ba-8758-1e26182fcf32", "Directory Synchronization Accounts", false},
	{RoleGlobalReader, "Global Reader", false},
	{"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter", false},
	{"3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator", false},
	{RoleReportsReader, "Reports Reader", false},
	{RoleSecurityReader, "Security Reader", false},
}

// BuiltInRoles returns the built-in roles known here, in a fresh slice.
func BuiltInRoles() []BuiltInRole { return append([]BuiltInRole(nil), builtInRoles...) }

// RoleByID returns the built-in role with a template id, and whether it is
// known here.
func RoleByID(id access.RoleID) (BuiltInRole, bool) {
	for _, r := range builtInRoles {
		if r.ID == Fold(id) {
			return r, true
		}
	}
	return BuiltInRole{}, false
}
