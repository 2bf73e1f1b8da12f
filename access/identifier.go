package access

// Identifiers are strings of their own types so that they cannot be mixed up.
// They are Graph object ids (GUIDs) unless said otherwise, and are compared
// without regard to letter case (CA-6).
type (
	PolicyID           string // a conditionalAccessPolicy
	TenantID           string // a directory
	UserID             string // a user object
	GroupID            string // a group object
	RoleID             string // the template id of a built-in directory role
	AppID              string // the appId of an application
	ServicePrincipalID string // a service principal's object id, not its appId
	LocationID         string // a named location
	StrengthID         string // an authentication strength policy
	AgreementID        string // a terms-of-use agreement
)

// Identifiers with a meaning of their own.
const (
	// LocationMFATrustedIPs stands for the addresses of the old
	// per-user MFA settings (CA-63).
	LocationMFATrustedIPs LocationID = "00000000-0000-0000-0000-000000000000"
	// LocationCompliantNetwork stands for all compliant network locations (CA-63).
	LocationCompliantNetwork LocationID = "3d46dbda-8382-466a-856d-eb00cbc6b910"

	// AppDirectory is Windows Azure Active Directory, the audience of
	// requests for baseline scopes only (CA-33, CA-40).
	AppDirectory AppID = "00000002-0000-0000-c000-000000000000"
	// AppDeviceRegistration is the Device Registration Service (CA-44, CA-98).
	AppDeviceRegistration AppID = "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9"

	// The built-in authentication strengths (CA-131).
	StrengthMFA               StrengthID = "00000000-0000-0000-0000-000000000002"
	StrengthPasswordless      StrengthID = "00000000-0000-0000-0000-000000000003"
	StrengthPhishingResistant StrengthID = "00000000-0000-0000-0000-000000000004"
)
