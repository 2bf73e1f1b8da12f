package signinlog

import (
	"encoding/json"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Record is one sign-in as a log tells it. Its JSON is Graph's signIn resource
// (beta), with a few members of our own; doc/formats/signin-record.md has the
// name of every field in every format.
//
// Strings are empty and Maybes untold where the log says nothing; Graph's "",
// null and absence are the same. Words are in Graph's spelling whatever the
// format: "notApplied", not "Not Applied" or 2. Ids are as logged, so compare
// them without regard to letter case.
type Record struct {
	// ID is the request id. Rows with the same id are one sign-in.
	ID string `json:"id,omitempty"`
	// Time is when the sign-in was begun (UTC).
	Time time.Time `json:"createdDateTime"`
	// LoggedTime is when the row was written or arrived, if told (UTC).
	LoggedTime time.Time `json:"loggedDateTime,omitzero"`
	// CorrelationID joins the requests of one attempt.
	CorrelationID     string      `json:"correlationId,omitempty"`
	OriginalRequestID string      `json:"originalRequestId,omitempty"`
	SignInEventTypes  []string    `json:"signInEventTypes,omitempty"` // see Kind
	IsInteractive     Maybe[bool] `json:"isInteractive,omitzero"`
	// TenantID is the tenant whose log holds the row.
	TenantID string `json:"tenantId,omitempty"`

	// The person. All are empty for a service principal's sign-in.
	UserID                string `json:"userId,omitempty"`
	UserPrincipalName     string `json:"userPrincipalName,omitempty"`
	UserDisplayName       string `json:"userDisplayName,omitempty"`
	UserType              string `json:"userType,omitempty"` // member or guest
	AlternateSignInName   string `json:"alternateSignInName,omitempty"`
	SignInIdentifier      string `json:"signInIdentifier,omitempty"` // what was typed
	SignInIdentifierType  string `json:"signInIdentifierType,omitempty"`
	HomeTenantID          string `json:"homeTenantId,omitempty"`
	HomeTenantName        string `json:"homeTenantName,omitempty"`
	CrossTenantAccessType string `json:"crossTenantAccessType,omitempty"`

	// The service principal or managed identity that signs in as itself.
	ServicePrincipalID                   string          `json:"servicePrincipalId,omitempty"`
	ServicePrincipalName                 string          `json:"servicePrincipalName,omitempty"`
	ServicePrincipalCredentialKeyID      string          `json:"servicePrincipalCredentialKeyId,omitempty"`
	ServicePrincipalCredentialThumbprint string          `json:"servicePrincipalCredentialThumbprint,omitempty"`
	FederatedCredentialID                string          `json:"federatedCredentialId,omitempty"`
	ManagedIdentity                      ManagedIdentity `json:"managedServiceIdentity,omitzero"`
	Agent                                Agent           `json:"agent,omitzero"`

	// The client app, and the resource that it asks for.
	AppID                      string                  `json:"appId,omitempty"`
	AppDisplayName             string                  `json:"appDisplayName,omitempty"`
	AppOwnerTenantID           string                  `json:"appOwnerTenantId,omitempty"`
	ResourceID                 string                  `json:"resourceId,omitempty"` // the resource's app id
	ResourceDisplayName        string                  `json:"resourceDisplayName,omitempty"`
	ResourceTenantID           string                  `json:"resourceTenantId,omitempty"`
	ResourceOwnerTenantID      string                  `json:"resourceOwnerTenantId,omitempty"`
	ResourceServicePrincipalID string                  `json:"resourceServicePrincipalId,omitempty"`
	AzureResourceID            string                  `json:"azureResourceId,omitempty"`
	Audiences                  []Audience              `json:"conditionalAccessAudiences,omitempty"`
	AuthenticationContexts     []AuthenticationContext `json:"authenticationContextClassReferences,omitempty"`

	// What came of it.
	Status                  Status           `json:"status,omitzero"`
	ConditionalAccessStatus string           `json:"conditionalAccessStatus,omitempty"` // success, failure, notApplied
	AppliedPolicies         []*PolicyOutcome `json:"appliedConditionalAccessPolicies,omitempty"`
	// Superseded lists the result codes of merged rows of this sign-in that
	// said otherwise, in order of time, such as 50074 before 0.
	Superseded []access.ResultCode `json:"supersededErrorCodes,omitempty"`

	// From where.
	IPAddress                     string            `json:"ipAddress,omitempty"`
	IPAddressFromResourceProvider string            `json:"ipAddressFromResourceProvider,omitempty"`
	GlobalSecureAccessIPAddress   string            `json:"globalSecureAccessIpAddress,omitempty"`
	IsThroughGlobalSecureAccess   Maybe[bool]       `json:"isThroughGlobalSecureAccess,omitzero"`
	AutonomousSystemNumber        uint32            `json:"autonomousSystemNumber,omitempty"` // 0: not told
	Location                      Location          `json:"location,omitzero"`
	NetworkLocations              []NetworkLocation `json:"networkLocationDetails,omitempty"`

	// With what.
	Device                      Device                `json:"deviceDetail,omitzero"`
	UserAgent                   string                `json:"userAgent,omitempty"`
	ClientAppUsed               string                `json:"clientAppUsed,omitempty"` // SI-604
	AuthenticationProtocol      string                `json:"authenticationProtocol,omitempty"`
	OriginalTransferMethod      string                `json:"originalTransferMethod,omitempty"`
	IncomingTokenType           string                `json:"incomingTokenType,omitempty"`
	ClientCredentialType        string                `json:"clientCredentialType,omitempty"`
	SignInTokenProtectionStatus string                `json:"signInTokenProtectionStatus,omitempty"`
	TokenProtection             TokenProtectionStatus `json:"tokenProtectionStatusDetails,omitzero"`
	TokenIssuerType             string                `json:"tokenIssuerType,omitempty"`
	TokenIssuerName             string                `json:"tokenIssuerName,omitempty"`
	UniqueTokenIdentifier       string                `json:"uniqueTokenIdentifier,omitempty"`
	SessionID                   string                `json:"sessionId,omitempty"`

	// What was proved.
	AuthenticationRequirement         string                         `json:"authenticationRequirement,omitempty"`
	AuthenticationRequirementPolicies []RequirementPolicy            `json:"authenticationRequirementPolicies,omitempty"`
	AuthenticationDetails             []AuthenticationStep           `json:"authenticationDetails,omitempty"`
	AuthenticationMethodsUsed         []string                       `json:"authenticationMethodsUsed,omitempty"`
	AuthenticationProcessingDetails   []KeyValue                     `json:"authenticationProcessingDetails,omitempty"`
	SessionLifetimePolicies           []SessionLifetimePolicy        `json:"sessionLifetimePolicies,omitempty"`
	MFADetail                         MFADetail                      `json:"mfaDetail,omitzero"`
	AuthenticationAppDevice           AuthenticationAppDeviceDetails `json:"authenticationAppDeviceDetails,omitzero"`
	// RequestType and LogonError are the Unified Audit Log's own words for
	// the step (OAuth2:Token) and the failure (InvalidUserNameOrPassword).
	RequestType string `json:"requestType,omitempty"`
	LogonError  string `json:"logonError,omitempty"`

	// Risk, with Graph's words; "hidden" without the licence.
	RiskLevelDuringSignIn string   `json:"riskLevelDuringSignIn,omitempty"`
	RiskLevelAggregated   string   `json:"riskLevelAggregated,omitempty"` // the user's
	RiskState             string   `json:"riskState,omitempty"`
	RiskDetail            string   `json:"riskDetail,omitempty"`
	RiskEventTypes        []string `json:"riskEventTypes_v2,omitempty"` // or, where absent, riskEventTypes

	IsTenantRestricted         Maybe[bool] `json:"isTenantRestricted,omitzero"`
	FlaggedForReview           Maybe[bool] `json:"flaggedForReview,omitzero"`
	ProcessingTimeMilliseconds int64       `json:"processingTimeInMilliseconds,omitempty"`

	// Members of records that Sallyport itself wrote: the facts that the
	// decision was made on (facts JSON), the hash of the policy set, and the
	// version of the engine, so that the decision can be recomputed.
	Inputs        json.RawMessage `json:"inputs,omitempty"`
	PolicySetHash string          `json:"policySetHash,omitempty"`
	EngineVersion string          `json:"engineVersion,omitempty"`

	// Source tells where the record was read.
	Source Source `json:"-"`
}

// Source is where a record was read.
type Source struct {
	File   string // as opened; "-" for standard input
	Row    int64  // from 1, in the file; the first of the merged rows
	Format Format
	Rows   int // how many rows were merged into the record; at least 1
}

// Status is the result of a sign-in.
type Status struct {
	// ErrorCode is 0 for success; untold where the log holds no code.
	ErrorCode         Maybe[access.ResultCode] `json:"errorCode,omitzero"`
	FailureReason     string                   `json:"failureReason,omitempty"`
	AdditionalDetails string                   `json:"additionalDetails,omitempty"`
}

// PolicyOutcome is what one policy did, as recorded. Records share outcomes:
// they must not be changed.
type PolicyOutcome struct {
	ID          string               `json:"id,omitempty"`
	DisplayName string               `json:"displayName,omitempty"`
	Result      Maybe[access.Result] `json:"result,omitzero"`
	// Satisfied and NotSatisfied are the condition masks (LOG-4); untold in
	// Graph v1.0 and in the admin centre's downloads.
	Satisfied    Maybe[access.Condition] `json:"conditionsSatisfied,omitzero"`
	NotSatisfied Maybe[access.Condition] `json:"conditionsNotSatisfied,omitzero"`
	// GrantControls and SessionControls are what the policy would ask, also
	// where it did not apply (LOG-7); names as the log spells them (LOG-6).
	GrantControls               []string               `json:"enforcedGrantControls,omitempty"`
	SessionControls             []string               `json:"enforcedSessionControls,omitempty"`
	SessionControlsNotSatisfied []string               `json:"sessionControlsNotSatisfied,omitempty"`
	Strength                    AuthenticationStrength `json:"authenticationStrength,omitzero"`
	IncludeRules                []RuleSatisfied        `json:"includeRulesSatisfied,omitempty"`
	ExcludeRules                []RuleSatisfied        `json:"excludeRulesSatisfied,omitempty"`
}

// RuleSatisfied names the rule that met a condition (LOG-5).
type RuleSatisfied struct {
	Condition string `json:"conditionalAccessCondition,omitempty"`
	Rule      string `json:"ruleSatisfied,omitempty"`
}

// AuthenticationStrength is the strength that a policy asked for.
type AuthenticationStrength struct {
	ID          string `json:"authenticationStrengthId,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	Result      string `json:"authenticationStrengthResult,omitempty"`
}

// Device is what is known of the device. A device without DeviceID is not
// registered with the tenant, or the log does not say.
type Device struct {
	ID              string      `json:"deviceId,omitempty"`
	DisplayName     string      `json:"displayName,omitempty"`
	OperatingSystem string      `json:"operatingSystem,omitempty"`
	Browser         string      `json:"browser,omitempty"`
	BrowserID       string      `json:"browserId,omitempty"`
	IsCompliant     Maybe[bool] `json:"isCompliant,omitzero"`
	IsManaged       Maybe[bool] `json:"isManaged,omitzero"`
	TrustType       string      `json:"trustType,omitempty"` // as logged: "Azure AD joined", "Microsoft Entra joined", …
}

// Location is where the address is.
type Location struct {
	City            string         `json:"city,omitempty"`
	State           string         `json:"state,omitempty"`
	CountryOrRegion string         `json:"countryOrRegion,omitempty"` // ISO 3166 two letters
	Coordinates     GeoCoordinates `json:"geoCoordinates,omitzero"`
}

// GeoCoordinates is a place on earth, in degrees. Logs write 0, 0 where they
// know none; readers leave that untold.
type GeoCoordinates struct {
	Latitude  Maybe[float64] `json:"latitude,omitzero"`
	Longitude Maybe[float64] `json:"longitude,omitzero"`
}

// NetworkLocation says which named locations the address is in.
type NetworkLocation struct {
	Type  string   `json:"networkType,omitempty"` // intranet, extranet, namedNetwork, trusted, trustedNamedLocation
	Names []string `json:"networkNames,omitempty"`
}

// AuthenticationStep is one step of proving who one is.
type AuthenticationStep struct {
	Time         time.Time   `json:"authenticationStepDateTime,omitzero"`
	Method       string      `json:"authenticationMethod,omitempty"`
	MethodDetail string      `json:"authenticationMethodDetail,omitempty"`
	Succeeded    Maybe[bool] `json:"succeeded,omitzero"`
	ResultDetail string      `json:"authenticationStepResultDetail,omitempty"`
	Requirement  string      `json:"authenticationStepRequirement,omitempty"`
}

// RequirementPolicy is what made more than one factor necessary.
type RequirementPolicy struct {
	Provider string `json:"requirementProvider,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// SessionLifetimePolicy is what limited the session.
type SessionLifetimePolicy struct {
	Requirement string `json:"expirationRequirement,omitempty"`
	Detail      string `json:"detail,omitempty"`
}

// AuthenticationContext is a context that was asked for.
type AuthenticationContext struct {
	ID     string `json:"id,omitempty"`     // c1 … c99
	Detail string `json:"detail,omitempty"` // required, previouslySatisfied, notApplicable
}

// Audience is a resource whose permissions were asked for.
type Audience struct {
	AppID   string   `json:"applicationId,omitempty"`
	Reasons []string `json:"audienceReasons,omitempty"`
}

// KeyValue is one processing detail, such as "Is CAE Token": "False".
type KeyValue struct {
	Key   string `json:"key,omitempty"`
	Value string `json:"value,omitempty"`
}

// MFADetail is the older summary of the second factor.
type MFADetail struct {
	Method string `json:"authMethod,omitempty"`
	Detail string `json:"authDetail,omitempty"`
}

// AuthenticationAppDeviceDetails is the phone that runs the authenticator.
type AuthenticationAppDeviceDetails struct {
	DeviceID        string `json:"deviceId,omitempty"`
	AppVersion      string `json:"appVersion,omitempty"`
	ClientApp       string `json:"clientApp,omitempty"`
	OperatingSystem string `json:"operatingSystem,omitempty"`
}

// TokenProtectionStatus is whether the session's token is bound to the device.
type TokenProtectionStatus struct {
	SessionStatus     string `json:"signInSessionStatus,omitempty"` // none, bound, unbound
	SessionStatusCode int64  `json:"signInSessionStatusCode,omitempty"`
}

// ManagedIdentity tells of a managed identity.
type ManagedIdentity struct {
	Type                 string `json:"msiType,omitempty"`
	AssociatedResourceID string `json:"associatedResourceId,omitempty"`
	FederatedTokenID     string `json:"federatedTokenId,omitempty"`
	FederatedTokenIssuer string `json:"federatedTokenIssuer,omitempty"`
}

// Agent tells of an agent identity.
type Agent struct {
	Type        string `json:"agentType,omitempty"`
	ParentAppID string `json:"parentAppId,omitempty"`
}
