package access

// The enumerations below are bit sets, so that one type says both what a
// policy lists and what an attempt shows. A fact holds exactly one bit unless
// its field says otherwise. Names and values on the wire are in graphjson.

// State is whether a policy is evaluated and enforced (CA-2).
type State uint8

// The states. The zero State belongs to templates, which have none: they are
// never evaluated.
const (
	StateNone State = iota
	StateEnabled
	StateDisabled
	StateReportOnly // enabledForReportingButNotEnforced
)

// GuestTypes are kinds of guests and external users (CA-16).
type GuestTypes uint8

// The kinds, with Graph's values. None is an ordinary user of the tenant.
const (
	InternalGuest GuestTypes = 1 << iota
	B2BCollaborationGuest
	B2BCollaborationMember
	B2BDirectConnectUser
	OtherExternalUser
	ServiceProvider

	GuestTypesNone GuestTypes = 0
	GuestTypesAll             = InternalGuest | B2BCollaborationGuest | B2BCollaborationMember | B2BDirectConnectUser | OtherExternalUser | ServiceProvider
	// External are those who authenticate elsewhere.
	ExternalTypes = GuestTypesAll &^ InternalGuest
)

// UserType is the userType of a user object.
type UserType uint8

// The user types.
const (
	Member UserType = iota + 1
	Guest
)

// ClientAppTypes are kinds of client software (CA-50).
type ClientAppTypes uint8

// The kinds. ClientAppAny as a fact means "not specified": it meets every
// include (open point 7 of the reference).
const (
	Browser ClientAppTypes = 1 << iota
	MobileAndDesktop
	ExchangeActiveSync
	EASSupported
	OtherClients

	ClientAppAny = Browser | MobileAndDesktop | ExchangeActiveSync | EASSupported | OtherClients
	// LegacyClients can do no MFA and carry no device state (CA-52).
	LegacyClients = ExchangeActiveSync | EASSupported | OtherClients
)

// Platforms are operating systems as the client's unverified hints tell them
// (CA-55, CA-56).
type Platforms uint16

// The platforms. PlatformOther was detected but is none of the known; only
// PlatformAll of a policy covers it (CA-57). PlatformAll as a fact means "not
// specified": it meets every include and no exclude.
const (
	Android Platforms = 1 << iota
	IOS
	Windows
	WindowsPhone
	MacOS
	Linux
	PlatformOther

	PlatformAll = Android | IOS | Windows | WindowsPhone | MacOS | Linux | PlatformOther
)

// RiskLevels are levels of sign-in, user, workload and agent risk. They are
// members of a set, not a threshold (CA-75).
type RiskLevels uint8

// The levels. RiskHidden as a fact counts as RiskNone (CA-78).
const (
	RiskNone RiskLevels = 1 << iota
	RiskLow
	RiskMedium
	RiskHigh
	RiskHidden
)

// InsiderRiskLevels are levels of insider risk (CA-82).
type InsiderRiskLevels uint8

// The levels. InsiderNone occurs only as a fact.
const (
	InsiderMinor InsiderRiskLevels = 1 << iota
	InsiderModerate
	InsiderElevated
	InsiderNone
)

// Flows are authentication flows that move a sign-in from one device to
// another (CA-95). A session begun with one keeps it (CA-96).
type Flows uint8

// The flows. FlowNone occurs only as a fact.
const (
	DeviceCodeFlow Flows = 1 << iota
	AuthenticationTransfer
	FlowNone
)

// UserActions are what a person does that is no access to an app (CA-43).
type UserActions uint8

// The actions.
const (
	RegisterSecurityInfo UserActions = 1 << iota
	RegisterDevice

	UserActionNone UserActions = 0
)

// Methods are ways of authenticating, Graph's authenticationMethodModes
// (CA-130); also the set of those completed in a session.
type Methods uint32

// The methods, with Graph's values.
const (
	Password Methods = 1 << iota
	Voice
	HardwareOATH
	SoftwareOATH
	SMS
	FIDO2
	WindowsHello
	AuthenticatorPush
	DeviceBasedPush
	TemporaryAccessPassOneTime
	TemporaryAccessPassMultiUse
	Email
	X509SingleFactor
	X509MultiFactor
	FederatedSingleFactor
	FederatedMultiFactor
	_
	QRCodePin
)
