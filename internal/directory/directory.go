package directory

// Directory is everything that a tenant knows, as one value to hand around.
// Take the single interfaces where only some are needed.
type Directory struct {
	Tenants            Tenants
	Users              Users
	Credentials        Credentials
	Lockouts           Lockouts
	Groups             Groups
	Memberships        Memberships
	RoleAssignments    RoleAssignments
	Applications       Applications
	ServicePrincipals  ServicePrincipals
	Consents           Consents
	AppRoleAssignments AppRoleAssignments
	Devices            Devices
	Policies           Policies
	Locations          Locations
	Strengths          Strengths
	PolicySets         PolicySets
	Agreements         Agreements
	Audit              Audit
}
