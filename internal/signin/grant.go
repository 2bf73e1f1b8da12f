package signin

import (
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Grant is the answer yes: what a front may issue, and to whom. Nothing has
// been issued and no success recorded until Commit returned nil.
type Grant struct {
	RequestID, Correlation string
	Time                   time.Time
	Tenant                 directory.Tenant
	App                    directory.Application // the client
	Client                 directory.ServicePrincipal
	// Redirect is the type under which the reply address is registered;
	// empty where there is none.
	Redirect directory.RedirectType
	// Resource is nil where only identity scopes were asked for.
	Resource *Resource

	// User is the account's object in the tenant; nil for an app that signs
	// in as itself. SignIn tells how the account was proved.
	User      *directory.User
	SignIn    session.SignIn
	SessionID string
	Device    *directory.Device // that proved itself; nil: none
	Groups    []access.GroupID
	Roles     []access.RoleID
	AppRoles  []string // values of the roles claim for Resource, or the client

	Scopes Scopes
	// Contexts are the authentication contexts that are satisfied (acrs).
	Contexts []string
	// Methods are the values of the amr claim (RFC 8176).
	Methods  []string
	Controls access.SessionControls
	// Until ends everything that is issued, because a proof in it does;
	// zero: no end of its own.
	Until time.Time
	// Seen is where the person was; a code keeps it for Subject.Seen.
	Seen Seen
	// Request is the request as it was begun, with the front's State.
	Request Request
}

// Resource is the app whose permissions are asked for.
type Resource struct {
	App       *directory.Application // nil if no tenant here registered it
	Principal directory.ServicePrincipal
}

// Scopes are what was asked for and granted.
type Scopes struct {
	// Identity are openid, profile, email, offline_access, as far as asked.
	Identity []string `json:"identity,omitempty"`
	// Permissions are the granted scopes of the resource, without its name:
	// the scp claim.
	Permissions []string `json:"permissions,omitempty"`
	// Asked are all scopes as they were asked, to be echoed (SI-425).
	Asked []string `json:"asked,omitempty"`
}

// Seen is from where and with what a person came.
type Seen struct {
	Address   string             `json:"address,omitempty"`
	UserAgent string             `json:"userAgent,omitempty"`
	Hints     Hints              `json:"hints,omitzero"`
	DeviceID  directory.DeviceID `json:"deviceId,omitempty"`
}
