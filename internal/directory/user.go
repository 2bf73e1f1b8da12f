package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// User is a person in a tenant. What the person proves themselves with is in
// UserCredentials, so that reading a user never carries a secret.
type User struct {
	ID                access.UserID   `json:"id"`
	TenantID          access.TenantID `json:"tenantId"`
	UserPrincipalName string          `json:"userPrincipalName"` // lower case
	DisplayName       string          `json:"displayName"`
	GivenName         string          `json:"givenName,omitempty"`
	Surname           string          `json:"surname,omitempty"`
	Mail              string          `json:"mail,omitempty"`
	JobTitle          string          `json:"jobTitle,omitempty"`
	Department        string          `json:"department,omitempty"`
	PreferredLanguage string          `json:"preferredLanguage,omitempty"` // BCP 47
	UsageLocation     string          `json:"usageLocation,omitempty"`     // ISO country code
	// AccountEnabled false blocks the person (50057).
	AccountEnabled bool     `json:"accountEnabled"`
	Type           UserType `json:"userType"`
	// External is set for people who authenticate elsewhere.
	External *External `json:"external,omitempty"`

	PasswordNeverExpires bool `json:"passwordNeverExpires,omitempty"` // DisablePasswordExpiration
	WeakPasswordAllowed  bool `json:"weakPasswordAllowed,omitempty"`  // DisableStrongPassword
	// ForceChangePassword demands a new password at the next sign-in (50055).
	ForceChangePassword bool `json:"forceChangePassword,omitempty"`
	// PasswordChangedAt voids everything older that a password gave (§3.6).
	PasswordChangedAt time.Time `json:"lastPasswordChangeDateTime,omitzero"`
	// SessionsValidFrom voids everything older, whatever gave it (50173).
	SessionsValidFrom time.Time `json:"signInSessionsValidFromDateTime,omitzero"`
	// MFA is the old per-user setting (50076).
	MFA     PerUserMFA `json:"perUserMfaState"`
	Created time.Time  `json:"createdDateTime"`
}

// UserType is Graph's userType.
type UserType string

// The user types. Empty is read as Member.
const (
	Member UserType = "Member"
	Guest  UserType = "Guest"
)

// PerUserMFA is the old per-user setting of multi-factor authentication.
type PerUserMFA string

// The states. Empty is read as disabled; enabled and enforced both demand MFA
// at every sign-in.
const (
	MFADisabled PerUserMFA = "disabled"
	MFAEnabled  PerUserMFA = "enabled"
	MFAEnforced PerUserMFA = "enforced"
)

// External tells where a person authenticates and how far the invitation got.
type External struct {
	State InvitationState `json:"externalUserState"`
	// HomeTenantID and HomeUserID name the account in another tenant; empty
	// for identities that have none.
	HomeTenantID access.TenantID `json:"homeTenantId,omitempty"`
	HomeUserID   access.UserID   `json:"homeUserId,omitempty"`
	// Issuer and Subject name the account at a provider that is no tenant:
	// a federation, or "mail" with the address for one-time codes.
	Issuer       string        `json:"issuer,omitempty"`
	Subject      string        `json:"subject,omitempty"`
	InvitedMail  string        `json:"invitedMail,omitempty"`
	InvitedBy    access.UserID `json:"invitedBy,omitempty"`
	StateChanged time.Time     `json:"externalUserStateChangeDateTime,omitzero"`
}

// InvitationState is Graph's externalUserState.
type InvitationState string

// The states of an invitation.
const (
	PendingAcceptance InvitationState = "PendingAcceptance" // 50014
	Accepted          InvitationState = "Accepted"
)

// Users stores people.
type Users interface {
	Objects[access.UserID, User]
	// ByName returns the person with this UPN, or fault.NotFound.
	ByName(ctx context.Context, tenant access.TenantID, upn string) (User, error)
	// ByHome returns the object here of an account in another tenant, or
	// fault.NotFound (50020).
	ByHome(ctx context.Context, tenant, home access.TenantID, account access.UserID) (User, error)
}

// MayRedeem reports whether an invitation waits to be accepted.
func (u *User) MayRedeem() bool { return u.External != nil && u.External.State == PendingAcceptance }

// HomeTenant returns the tenant where the person authenticates: their own, or
// empty for an external identity that belongs to no tenant.
func (u *User) HomeTenant() access.TenantID {
	if u.External != nil {
		return u.External.HomeTenantID
	}
	return u.TenantID
}

// GuestTypes returns the kind of guest that the object makes of the person
// (CA-16); kinds that need no object are for the caller to add (CA-19).
func (u *User) GuestTypes() access.GuestTypes {
	switch {
	case u.External == nil && u.Type == Guest:
		return access.InternalGuest
	case u.External != nil && u.Type == Guest:
		return access.B2BCollaborationGuest
	case u.External != nil:
		return access.B2BCollaborationMember
	}
	return access.GuestTypesNone
}

// AccessType returns the user type as policies name it.
func (u *User) AccessType() access.UserType {
	if u.Type == Guest {
		return access.Guest
	}
	return access.Member
}

// PasswordExpired reports whether the password, if right, must be changed
// before anything else (50055).
func (u *User) PasswordExpired(rules PasswordRules, now time.Time) bool {
	if u.ForceChangePassword {
		return true
	}
	return rules.Validity > 0 && !u.PasswordNeverExpires && !u.PasswordChangedAt.Add(rules.Validity).After(now)
}

// Voids tells whether something that the person got at an instant is void now:
// all sessions were revoked since, or, if a password gave it, the password was
// changed since (§3.6). It compares whole milliseconds, and equal is not void.
func (u *User) Voids(got time.Time, byPassword bool) bool {
	got = Instant(got)
	return got.Before(u.SessionsValidFrom) || byPassword && got.Before(u.PasswordChangedAt)
}

// Check brings u into its stored form and reports every broken rule.
func (u *User) Check() error {
	fold(&u.ID)
	fold(&u.TenantID)
	fold(&u.UserPrincipalName)
	instants(&u.PasswordChangedAt, &u.SessionsValidFrom, &u.Created)
	u.DisplayName = strings.TrimSpace(u.DisplayName)
	u.UsageLocation = strings.ToUpper(strings.TrimSpace(u.UsageLocation))
	orDefault(&u.Type, Member)
	orDefault(&u.MFA, MFADisabled)
	var c fault.Check
	checkIDs(&c, string(u.ID), u.TenantID)
	checkName(&c, "displayName", u.DisplayName)
	checkUPN(&c, u.UserPrincipalName)
	c.Require(u.Type == Member || u.Type == Guest, "userType", "%q is unknown; Member or Guest is expected", u.Type)
	c.Require(slices.Contains([]PerUserMFA{MFADisabled, MFAEnabled, MFAEnforced}, u.MFA), "perUserMfaState", "%q is unknown; disabled, enabled or enforced is expected", u.MFA)
	c.Require(u.UsageLocation == "" || len(u.UsageLocation) == 2, "usageLocation", "%q is not a two-letter country code", u.UsageLocation)
	if u.External != nil {
		u.External.check(&c, u.TenantID)
	}
	return c.Err("user")
}

func (e *External) check(c *fault.Check, tenant access.TenantID) {
	fold(&e.HomeTenantID)
	fold(&e.HomeUserID)
	fold(&e.InvitedBy)
	fold(&e.InvitedMail)
	instants(&e.StateChanged)
	c.Require(e.State == PendingAcceptance || e.State == Accepted, "externalUserState", "%q is unknown; PendingAcceptance or Accepted is expected", e.State)
	c.Require(e.HomeTenantID == "" || IsGUID(string(e.HomeTenantID)), "homeTenantId", "%q is not a GUID", e.HomeTenantID)
	c.Require(e.HomeTenantID != tenant || tenant == "", "homeTenantId", "is this tenant; another one is expected of an external user")
	c.Require(e.HomeUserID == "" || e.HomeTenantID != "", "homeUserId", "is given without a homeTenantId")
	c.Require(e.State != Accepted || e.HomeUserID != "" || e.Subject != "", "homeUserId", "is empty; an accepted invitation names the account that accepted it")
}

// checkIDs reports ids that are no GUIDs.
func checkIDs(c *fault.Check, id string, tenant access.TenantID) {
	c.Require(IsGUID(id), "id", "%q is not a GUID", id)
	c.Require(IsGUID(string(tenant)), "tenantId", "%q is not a GUID", tenant)
}

// checkUPN reports a name that is not local@domain.
func checkUPN(c *fault.Check, upn string) {
	local, domain, found := strings.Cut(upn, "@")
	c.Require(found && local != "" && domainName.MatchString(domain), "userPrincipalName", "%q is not of the form name@domain", upn)
	c.Require(len(local) <= 64 && len(upn) <= 1024, "userPrincipalName", "%q is too long; 64 bytes before the @ are allowed", upn)
	c.Require(!strings.ContainsAny(local, " \t\r\n\"<>()[]:;,\\/|=?*%"), "userPrincipalName", "%q has a character that is not allowed before the @", upn)
}
