package token

import (
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// Facts are what the tokens of one answer may state. They are true when the
// tokens are issued; nothing in them is looked up here.
type Facts struct {
	Tenant *directory.Tenant
	// User is the account in the tenant; nil: an app signs in as itself.
	User *directory.User
	// Client is the app that asks, and Principal what it is in the tenant.
	Client    *directory.Application
	Principal *directory.ServicePrincipal
	// Proof is how the client proved itself (azpacr).
	Proof ClientProof

	Identity []string // openid, profile, email …, as far as granted
	AuthTime time.Time
	Methods  []string // amr
	Contexts []string // acrs
	// Session is the sid; Grant names what a revocation would end.
	Session, Grant string
	Groups         []access.GroupID
	Roles          []access.RoleID // built-in directory roles: wids
	Device         directory.DeviceID
	Address        netip.Addr
	// Until ends every token, because a proof behind it does; zero: never.
	Until time.Time
}

// ClientProof is how a client proved itself, as the azpacr claim tells it.
type ClientProof string

// The proofs.
const (
	ProvedNothing ClientProof = "0" // a public client
	ProvedSecret  ClientProof = "1"
	ProvedKey     ClientProof = "2"
)

// IDToken says what an ID token states besides the Facts.
type IDToken struct {
	Nonce string // empty: the request had none, and there is no claim (SI-435)
	// AccessToken and Code are those that the answer carries along and the
	// token is to vouch for (at_hash, c_hash); empty: none.
	AccessToken, Code string
	// AuthTime, Contexts and ACR: the request asked for the claim.
	AuthTime, Contexts bool
	ACR                string
	AppRoles           []string
	// Implicit: the token goes through the browser's address, where long
	// lists of groups do not fit.
	Implicit bool
}

// AccessToken says what an access token states besides the Facts.
type AccessToken struct {
	// Resource is the app that the token is for; nil: it is not known here,
	// and Audience alone names it.
	Resource *directory.Application
	// Audience is the resource as it was asked for; version 2 tokens name
	// the app's id instead.
	Audience   string
	ResourceID access.AppID
	// Permissions are the delegated scopes (scp); AppRoles the roles claim.
	Permissions, AppRoles []string
	// Capabilities are what the client says it can do (xms_cc, SI-211): told
	// to resources that want to know, and to our Own.
	Capabilities []string
	Own          bool
}

// has reports whether an identity scope was granted.
func (f *Facts) has(scope string) bool { return slices.Contains(f.Identity, scope) }

// HomeOf returns the account's object id and tenant where it authenticates, by
// which clients tell accounts apart (SI-321).
func HomeOf(u *directory.User) (access.UserID, access.TenantID) {
	if e := u.External; e != nil && e.HomeTenantID != "" && e.HomeUserID != "" {
		return e.HomeUserID, e.HomeTenantID
	}
	return u.ID, u.TenantID
}
