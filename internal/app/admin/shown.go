package admin

import "github.com/sallyport-id/sallyport/internal/directory"

// The objects that the command line shows. Their JSON is Graph's, as far as
// Graph has it.
type (
	// TenantObject is a tenant as it is stored.
	TenantObject = directory.Tenant
	// User is a person.
	User = directory.User
	// App is an app's registration.
	App = directory.Application
	// Redirects are an app's reply addresses.
	Redirects = directory.RedirectURIs
	// Device is a device.
	Device = directory.Device
	// Policy is a policy as Graph writes it, with its name and state.
	Policy = directory.Document
	// Change is an entry of the audit log.
	Change = directory.AuditEntry
)

// RedirectType is what kind of client owns a reply address: web, spa, public.
type RedirectType = directory.RedirectType
