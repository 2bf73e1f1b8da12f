package access

import (
	"net/netip"

	"github.com/sallyport-id/sallyport/access/filter"
)

// Facts is all that is known about an attempt when access is decided. Every
// fact may be unknown; the zero Facts knows nothing. Decide does not keep
// Facts; Explain does, so they must not change while an Explanation is used.
//
// What nearly every decision looks at stands first, the small facts side by
// side: reading facts from memory is a good part of a decision's price.
type Facts struct {
	UserType   Fact[UserType]
	GuestTypes Fact[GuestTypes] // every kind that the person counts as (CA-19); none for an ordinary user

	// How.
	UserAction       Fact[UserActions]
	ClientApp        Fact[ClientAppTypes]
	Platform         Fact[Platforms]
	CompliantNetwork Fact[bool] // CA-70
	Flow             Fact[Flows]
	// Interactive tells whether the person can be prompted in this request;
	// it chooses among result codes only (50074 or 50076).
	Interactive Fact[bool]

	// Risk.
	SignInRisk           Fact[RiskLevels]
	UserRisk             Fact[RiskLevels]
	InsiderRisk          Fact[InsiderRiskLevels]
	ServicePrincipalRisk Fact[RiskLevels]
	AgentRisk            Fact[RiskLevels]

	// What was proved in this session.
	MFARegistered   Fact[bool]
	ApprovedApp     Fact[bool] // the client is an approved app on a registered device
	ProtectedApp    Fact[bool] // an app protection policy is in force in the client
	PasswordChanged Fact[bool] // a secure password change was done in this session
	RiskRemediated  Fact[bool]
	Methods         Fact[Methods] // completed, first factor included

	// Who asks. UserID known to be empty means that no person does: a
	// service principal or an agent signs in as itself (CA-27).
	UserID Fact[UserID]
	Groups Fact[[]GroupID] // transitive (CA-14)
	Roles  Fact[[]RoleID]  // active, tenant-wide, built-in (CA-15)

	// What is asked for.
	Audiences Fact[[]Audience] // CA-30

	// From where.
	Device     Fact[*Device] // nil: unregistered (CA-85)
	IP         Fact[netip.Addr]
	Country    Fact[string] // ISO code in capitals; empty: the address maps to none
	GPSCountry Fact[string] // by the authenticator app (CA-67)

	AuthenticationContext Fact[string] // c1 … c99; empty: none
	// Client and Scopes matter for baseline scopes only (CA-38 to CA-40).
	Scopes Fact[[]string]
	Client Fact[Client]

	AcceptedTermsOfUse Fact[[]AgreementID]
	CustomControls     Fact[[]string] // ids of satisfied custom controls
	FIDO2AAGUID        Fact[string]
	Certificate        Fact[Certificate]

	// External people: what this tenant trusts of their home tenant, and
	// what that asserted (XT-5 to XT-7).
	HomeTenantID Fact[TenantID]
	InboundTrust Fact[InboundTrust]
	HomeClaims   Fact[HomeClaims]

	// Workloads and agents.
	ServicePrincipalID         Fact[ServicePrincipalID]
	ServicePrincipalAttributes Fact[filter.Attributes]
	// ServicePrincipalInScope is false for managed identities and for apps
	// of other tenants, which no workload policy reaches (CA-26).
	ServicePrincipalInScope Fact[bool]
	AgentID                 Fact[ServicePrincipalID]
	AgentAttributes         Fact[filter.Attributes]
}

// Audience is a resource whose permissions are requested (CA-30).
type Audience struct {
	AppID AppID
	// Attributes are the custom security attributes of its service
	// principal, by "Set_Name" (CA-37).
	Attributes Fact[filter.Attributes]
}

// Client is the app that asks.
type Client struct {
	AppID        AppID
	Confidential bool
}

// Device is a registered device. A property known to be empty is null.
type Device struct {
	IsCompliant Fact[Tri]
	IsManaged   Fact[bool]   // by a device management service (CA-86)
	TrustType   Fact[string] // AzureAD, ServerAD, Workplace
	Ownership   Fact[string] // Personal, Company
	ProfileType Fact[string]

	DeviceID, DisplayName, Manufacturer, Model Fact[string]
	EnrollmentProfileName, MDMAppID            Fact[string]
	OperatingSystem, OperatingSystemVersion    Fact[string]
	PhysicalIDs, SystemLabels                  Fact[[]string]
	// ExtensionAttributes holds extensionAttribute1 … 15 at index 0 … 14.
	ExtensionAttributes [15]Fact[string]
}

// Tri is a Graph boolean that may be null.
type Tri uint8

// The three values of a nullable boolean.
const (
	Null Tri = iota
	No
	Yes
)

// Certificate is what the certificate of a certificate sign-in showed.
type Certificate struct {
	IssuerSKI  string
	PolicyOIDs []string // the first five count (CA-134)
}

// InboundTrust is which claims of a home tenant are accepted.
type InboundTrust struct {
	MFA, CompliantDevice, DomainJoinedDevice bool
}

// HomeClaims is what the home tenant asserted.
type HomeClaims struct {
	MFA, CompliantDevice, DomainJoinedDevice bool
	Methods                                  Methods // completed there; zero: not told
}
