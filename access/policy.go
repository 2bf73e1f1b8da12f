package access

import (
	"net/netip"

	"github.com/sallyport-id/sallyport/access/filter"
)

// Policy is one conditional access policy: what it means, without what Graph
// stores beside it (dates, descriptions), which graphjson keeps.
type Policy struct {
	ID          PolicyID
	DisplayName string
	State       State
	Conditions  Conditions
	Grant       *GrantControls // nil: nothing is demanded
	Session     SessionControls

	// OnUnknown says what a live decision does when it depends on a fact
	// that is not known. The zero value is the safe one. Offline the
	// answer is Undetermined instead.
	OnUnknown OnUnknown

	// Unrecognised lists members whose value the reader does not know.
	// An enabled policy that has any is refused by Compile (CA-8); in any
	// other state it never applies.
	Unrecognised []Unrecognised
}

// OnUnknown is a policy's treatment of unknown facts in a live decision.
type OnUnknown uint8

// The treatments.
const (
	UnknownApplies OnUnknown = iota // an unknown condition holds and an unknown control is unmet
	UnknownSkips                    // the policy does not apply
)

// Unrecognised is a value in a policy that no rule explains.
type Unrecognised struct {
	Path  string // JSON path inside the policy, such as conditions.signInRiskLevels[0]
	Value string
}

// Conditions select the attempts that a policy is about. All configured ones
// must hold; a zero condition is not configured and never prevents a policy
// from applying (CA-4, CA-171).
type Conditions struct {
	Users                Users
	Workloads            *Workloads // Graph's clientApplications
	Applications         Applications
	ClientApps           ClientAppTypes    // zero: all (CA-51)
	Platforms            *PlatformSet      // nil: any
	Locations            *LocationSet      // nil: any
	SignInRisk           RiskLevels        // zero: any
	UserRisk             RiskLevels        // zero: any
	ServicePrincipalRisk RiskLevels        // zero: any
	AgentRisk            RiskLevels        // zero: any
	InsiderRisk          InsiderRiskLevels // zero: any
	Flows                Flows             // zero: any (CA-95)
	DeviceFilter         *Filter           // over the properties of CA-84
	DeviceStates         *DeviceStates     // retired (CA-90)
}

// Users selects people: included and not excluded (CA-10, CA-11).
type Users struct {
	Include, Exclude Principals
}

// Principals is a union of ways to name people.
type Principals struct {
	All    bool // keyword All (CA-12); in Exclude it excludes everyone
	None   bool // keyword None (CA-13)
	Users  []UserID
	Groups []GroupID
	Roles  []RoleID
	Guests []GuestSelector // GuestsOrExternalUsers is one with all types (CA-18)
}

// GuestSelector names external people by kind and home tenant (CA-16, CA-17).
type GuestSelector struct {
	Types   GuestTypes
	Tenants []TenantID // nil: all tenants; ignored for InternalGuest
}

// Workloads selects service principals that sign in as themselves, and agents
// (CA-25 to CA-29).
type Workloads struct {
	IncludeAll       bool // ServicePrincipalsInMyTenant
	Include          []ServicePrincipalID
	Exclude          []ServicePrincipalID
	Filter           *Filter // over the service principal's custom security attributes
	IncludeAllAgents bool    // All
	IncludeAgents    []ServicePrincipalID
	ExcludeAgents    []ServicePrincipalID
	AgentFilter      *Filter
}

// Applications selects what is asked for: resources, user actions or
// authentication contexts (CA-30 to CA-46).
type Applications struct {
	Include, Exclude AppSelector
	Filter           *Filter // over the resource's custom security attributes (CA-37)
	UserActions      UserActions
	Contexts         []string // c1 … c99, any one of them
}

// AppSelector is a union of ways to name resources (CA-32).
type AppSelector struct {
	All          bool // keyword All; not in Exclude
	None         bool // keyword None
	Office365    bool // CA-34
	AdminPortals bool // MicrosoftAdminPortals, CA-35
	AllAgents    bool // AllAgentIdResources, CA-29
	Apps         []AppID
}

// Filter is a rule with its mode (CA-37, CA-83).
type Filter struct {
	Exclude bool // mode exclude: where the rule matches, the policy does not apply
	Rule    *filter.Rule
}

// PlatformSet is Include without Exclude.
type PlatformSet struct {
	Include, Exclude Platforms
}

// LocationSet is Include without Exclude (CA-60).
type LocationSet struct {
	Include, Exclude LocationSelector
}

// LocationSelector is a union of ways to name places.
type LocationSelector struct {
	All        bool // any address on the internet, also an unknown one (CA-61)
	AllTrusted bool // CA-62
	Named      []LocationID
}

// DeviceStates is the retired device state condition (CA-90): it excludes
// devices in a state.
type DeviceStates struct {
	ExcludeCompliant    bool
	ExcludeDomainJoined bool
}

// GrantControls is what a policy demands before it lets an attempt in.
type GrantControls struct {
	// Any is Graph's operator OR: one item suffices. Otherwise every one
	// must hold (CA-101).
	Any        bool
	Controls   Controls
	Custom     []string // ids of custom controls (CA-111)
	TermsOfUse []AgreementID
	Strength   StrengthID // empty: none
}

// Controls are the built-in grant controls (CA-100).
type Controls uint16

// The controls, in the order of Graph's enumeration.
const (
	Block Controls = 1 << iota
	MFA
	CompliantDevice
	DomainJoinedDevice
	ApprovedApplication
	CompliantApplication
	PasswordChange
	_
	RiskRemediation
)

// Location is a named location: exactly one of Ranges, Countries or
// CompliantNetwork describes it.
type Location struct {
	ID          LocationID
	DisplayName string

	Ranges  []Range // an address in any of them is in the location (CA-64)
	Trusted bool    // only for Ranges (CA-62)

	Countries []string // ISO 3166 two-letter codes
	IsCountry bool     // a country location, which may list no country
	// IncludeUnknown adds addresses that map to no country (CA-65, CA-66).
	IncludeUnknown bool
	// ByGPS looks the country up by the authenticator app's position
	// instead of the address (CA-67).
	ByGPS bool

	CompliantNetwork bool // CA-70
}

// Range is an inclusive range of addresses of one family. A CIDR block with
// host bits is read as the block that contains it (CA-64).
type Range struct {
	First, Last netip.Addr
}

// Strength is an authentication strength: one of its combinations must have
// been completed (CA-133).
type Strength struct {
	ID           StrengthID
	DisplayName  string
	Combinations []Combination
}

// Combination is a set of methods that must all have been completed, with what
// narrows them (CA-134).
type Combination struct {
	Methods Methods
	// AAGUIDs lists the authenticators accepted for FIDO2; nil: any.
	AAGUIDs []string
	// IssuerSKIs and PolicyOIDs narrow certificates; nil: any; both given:
	// both must match.
	IssuerSKIs []string
	PolicyOIDs []string
}
