package signinlog

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// parquetRow is a record as Parquet holds it: Graph's names, null for what was
// not told, policies and steps as lists of structures, rarer lists as JSON.
type parquetRow struct {
	ID                string    `parquet:"id"`
	Time              time.Time `parquet:"createdDateTime,timestamp(nanosecond)"`
	LoggedTime        time.Time `parquet:"loggedDateTime,optional,timestamp(nanosecond)"`
	CorrelationID     string    `parquet:"correlationId,optional"`
	OriginalRequestID string    `parquet:"originalRequestId,optional"`
	SignInEventTypes  []string  `parquet:"signInEventTypes,list"`
	IsInteractive     *bool     `parquet:"isInteractive"`
	TenantID          string    `parquet:"tenantId,optional,dict"`

	UserID                string `parquet:"userId,optional,dict"`
	UserPrincipalName     string `parquet:"userPrincipalName,optional,dict"`
	UserDisplayName       string `parquet:"userDisplayName,optional,dict"`
	UserType              string `parquet:"userType,optional,dict"`
	AlternateSignInName   string `parquet:"alternateSignInName,optional,dict"`
	SignInIdentifier      string `parquet:"signInIdentifier,optional,dict"`
	SignInIdentifierType  string `parquet:"signInIdentifierType,optional,dict"`
	HomeTenantID          string `parquet:"homeTenantId,optional,dict"`
	HomeTenantName        string `parquet:"homeTenantName,optional,dict"`
	CrossTenantAccessType string `parquet:"crossTenantAccessType,optional,dict"`

	ServicePrincipalID   string `parquet:"servicePrincipalId,optional,dict"`
	ServicePrincipalName string `parquet:"servicePrincipalName,optional,dict"`
	CredentialKeyID      string `parquet:"servicePrincipalCredentialKeyId,optional,dict"`
	CredentialThumbprint string `parquet:"servicePrincipalCredentialThumbprint,optional,dict"`
	FederatedID          string `parquet:"federatedCredentialId,optional,dict"`
	ManagedIdentity      string `parquet:"managedServiceIdentity,optional,dict"`
	Agent                string `parquet:"agent,optional,dict"`

	AppID                      string `parquet:"appId,optional,dict"`
	AppDisplayName             string `parquet:"appDisplayName,optional,dict"`
	AppOwnerTenantID           string `parquet:"appOwnerTenantId,optional,dict"`
	ResourceID                 string `parquet:"resourceId,optional,dict"`
	ResourceDisplayName        string `parquet:"resourceDisplayName,optional,dict"`
	ResourceTenantID           string `parquet:"resourceTenantId,optional,dict"`
	ResourceOwnerTenantID      string `parquet:"resourceOwnerTenantId,optional,dict"`
	ResourceServicePrincipalID string `parquet:"resourceServicePrincipalId,optional,dict"`
	AzureResourceID            string `parquet:"azureResourceId,optional,dict"`
	Audiences                  string `parquet:"conditionalAccessAudiences,optional,dict"`
	Contexts                   string `parquet:"authenticationContextClassReferences,optional,dict"`

	ErrorCode               *int32          `parquet:"errorCode"`
	FailureReason           string          `parquet:"failureReason,optional,dict"`
	AdditionalDetails       string          `parquet:"additionalDetails,optional,dict"`
	ConditionalAccessStatus string          `parquet:"conditionalAccessStatus,optional,dict"`
	Policies                []parquetPolicy `parquet:"appliedConditionalAccessPolicies,list"`
	Superseded              []int32         `parquet:"supersededErrorCodes,list"`

	IPAddress                     string   `parquet:"ipAddress,optional,dict"`
	IPAddressFromResourceProvider string   `parquet:"ipAddressFromResourceProvider,optional,dict"`
	GlobalSecureAccessIPAddress   string   `parquet:"globalSecureAccessIpAddress,optional,dict"`
	IsThroughGlobalSecureAccess   *bool    `parquet:"isThroughGlobalSecureAccess"`
	AutonomousSystemNumber        int64    `parquet:"autonomousSystemNumber,optional"`
	City                          string   `parquet:"city,optional,dict"`
	State                         string   `parquet:"state,optional,dict"`
	CountryOrRegion               string   `parquet:"countryOrRegion,optional,dict"`
	Latitude                      *float64 `parquet:"latitude"`
	Longitude                     *float64 `parquet:"longitude"`
	Networks                      string   `parquet:"networkLocationDetails,optional,dict"`

	DeviceID        string `parquet:"deviceId,optional,dict"`
	DeviceName      string `parquet:"deviceDisplayName,optional,dict"`
	OperatingSystem string `parquet:"operatingSystem,optional,dict"`
	Browser         string `parquet:"browser,optional,dict"`
	BrowserID       string `parquet:"browserId,optional,dict"`
	IsCompliant     *bool  `parquet:"isCompliant"`
	IsManaged       *bool  `parquet:"isManaged"`
	TrustType       string `parquet:"trustType,optional,dict"`

	UserAgent                   string `parquet:"userAgent,optional,dict"`
	ClientAppUsed               string `parquet:"clientAppUsed,optional,dict"`
	AuthenticationProtocol      string `parquet:"authenticationProtocol,optional,dict"`
	OriginalTransferMethod      string `parquet:"originalTransferMethod,optional,dict"`
	IncomingTokenType           string `parquet:"incomingTokenType,optional,dict"`
	ClientCredentialType        string `parquet:"clientCredentialType,optional,dict"`
	SignInTokenProtectionStatus string `parquet:"signInTokenProtectionStatus,optional,dict"`
	TokenProtection             string `parquet:"tokenProtectionStatusDetails,optional,dict"`
	TokenIssuerType             string `parquet:"tokenIssuerType,optional,dict"`
	TokenIssuerName             string `parquet:"tokenIssuerName,optional,dict"`
	UniqueTokenIdentifier       string `parquet:"uniqueTokenIdentifier,optional"`
	SessionID                   string `parquet:"sessionId,optional"`

	Requirement         string        `parquet:"authenticationRequirement,optional,dict"`
	RequirementPolicies string        `parquet:"authenticationRequirementPolicies,optional,dict"`
	Steps               []parquetStep `parquet:"authenticationDetails,list"`
	MethodsUsed         []string      `parquet:"authenticationMethodsUsed,list"`
	ProcessingDetails   string        `parquet:"authenticationProcessingDetails,optional,dict"`
	LifetimePolicies    string        `parquet:"sessionLifetimePolicies,optional,dict"`
	MFAMethod           string        `parquet:"mfaAuthMethod,optional,dict"`
	MFADetail           string        `parquet:"mfaAuthDetail,optional,dict"`
	AppDevice           string        `parquet:"authenticationAppDeviceDetails,optional,dict"`
	RequestType         string        `parquet:"requestType,optional,dict"`
	LogonError          string        `parquet:"logonError,optional,dict"`

	RiskLevelDuringSignIn string   `parquet:"riskLevelDuringSignIn,optional,dict"`
	RiskLevelAggregated   string   `parquet:"riskLevelAggregated,optional,dict"`
	RiskState             string   `parquet:"riskState,optional,dict"`
	RiskDetail            string   `parquet:"riskDetail,optional,dict"`
	RiskEventTypes        []string `parquet:"riskEventTypes_v2,list"`

	IsTenantRestricted *bool  `parquet:"isTenantRestricted"`
	FlaggedForReview   *bool  `parquet:"flaggedForReview"`
	ProcessingTime     int64  `parquet:"processingTimeInMilliseconds,optional"`
	Inputs             string `parquet:"inputs,optional"`
	PolicySetHash      string `parquet:"policySetHash,optional,dict"`
	EngineVersion      string `parquet:"engineVersion,optional,dict"`
}

type parquetPolicy struct {
	ID                          string   `parquet:"id,optional,dict"`
	DisplayName                 string   `parquet:"displayName,optional,dict"`
	Result                      string   `parquet:"result,optional,dict"`
	Satisfied                   *int32   `parquet:"conditionsSatisfied"`
	NotSatisfied                *int32   `parquet:"conditionsNotSatisfied"`
	GrantControls               []string `parquet:"enforcedGrantControls,list"`
	SessionControls             []string `parquet:"enforcedSessionControls,list"`
	SessionControlsNotSatisfied []string `parquet:"sessionControlsNotSatisfied,list"`
	Rest                        string   `parquet:"rest,optional,dict"` // strength and rules
}

type parquetStep struct {
	// Nanoseconds of 1970: the library loses an optional time.Time in a list.
	Time         int64  `parquet:"authenticationStepDateTime,optional,timestamp(nanosecond)"`
	Method       string `parquet:"authenticationMethod,optional,dict"`
	MethodDetail string `parquet:"authenticationMethodDetail,optional,dict"`
	Succeeded    *bool  `parquet:"succeeded"`
	ResultDetail string `parquet:"authenticationStepResultDetail,optional,dict"`
	Requirement  string `parquet:"authenticationStepRequirement,optional,dict"`
}

// policyRest is what a parquetPolicy keeps as JSON.
type policyRest struct {
	Strength     AuthenticationStrength `json:"authenticationStrength,omitzero"`
	IncludeRules []RuleSatisfied        `json:"includeRulesSatisfied,omitempty"`
	ExcludeRules []RuleSatisfied        `json:"excludeRulesSatisfied,omitempty"`
}

// texts pairs the columns of text with the record's fields, for both ways.
func (p *parquetRow) textPairs(r *Record) [][2]*string {
	return [][2]*string{
		{&p.ID, &r.ID}, {&p.CorrelationID, &r.CorrelationID}, {&p.OriginalRequestID, &r.OriginalRequestID}, {&p.TenantID, &r.TenantID},
		{&p.UserID, &r.UserID}, {&p.UserPrincipalName, &r.UserPrincipalName}, {&p.UserDisplayName, &r.UserDisplayName},
		{&p.UserType, &r.UserType}, {&p.AlternateSignInName, &r.AlternateSignInName}, {&p.SignInIdentifier, &r.SignInIdentifier},
		{&p.SignInIdentifierType, &r.SignInIdentifierType}, {&p.HomeTenantID, &r.HomeTenantID}, {&p.HomeTenantName, &r.HomeTenantName},
		{&p.CrossTenantAccessType, &r.CrossTenantAccessType}, {&p.ServicePrincipalID, &r.ServicePrincipalID},
		{&p.ServicePrincipalName, &r.ServicePrincipalName}, {&p.CredentialKeyID, &r.ServicePrincipalCredentialKeyID},
		{&p.CredentialThumbprint, &r.ServicePrincipalCredentialThumbprint}, {&p.FederatedID, &r.FederatedCredentialID},
		{&p.AppID, &r.AppID}, {&p.AppDisplayName, &r.AppDisplayName}, {&p.AppOwnerTenantID, &r.AppOwnerTenantID},
		{&p.ResourceID, &r.ResourceID}, {&p.ResourceDisplayName, &r.ResourceDisplayName}, {&p.ResourceTenantID, &r.ResourceTenantID},
		{&p.ResourceOwnerTenantID, &r.ResourceOwnerTenantID}, {&p.ResourceServicePrincipalID, &r.ResourceServicePrincipalID},
		{&p.AzureResourceID, &r.AzureResourceID}, {&p.FailureReason, &r.Status.FailureReason},
		{&p.AdditionalDetails, &r.Status.AdditionalDetails}, {&p.ConditionalAccessStatus, &r.ConditionalAccessStatus},
		{&p.IPAddress, &r.IPAddress}, {&p.IPAddressFromResourceProvider, &r.IPAddressFromResourceProvider},
		{&p.GlobalSecureAccessIPAddress, &r.GlobalSecureAccessIPAddress}, {&p.City, &r.Location.City}, {&p.State, &r.Location.State},
		{&p.CountryOrRegion, &r.Location.CountryOrRegion}, {&p.DeviceID, &r.Device.ID}, {&p.DeviceName, &r.Device.DisplayName},
		{&p.OperatingSystem, &r.Device.OperatingSystem}, {&p.Browser, &r.Device.Browser}, {&p.BrowserID, &r.Device.BrowserID},
		{&p.TrustType, &r.Device.TrustType}, {&p.UserAgent, &r.UserAgent}, {&p.ClientAppUsed, &r.ClientAppUsed},
		{&p.AuthenticationProtocol, &r.AuthenticationProtocol}, {&p.OriginalTransferMethod, &r.OriginalTransferMethod},
		{&p.IncomingTokenType, &r.IncomingTokenType}, {&p.ClientCredentialType, &r.ClientCredentialType},
		{&p.SignInTokenProtectionStatus, &r.SignInTokenProtectionStatus}, {&p.TokenIssuerType, &r.TokenIssuerType},
		{&p.TokenIssuerName, &r.TokenIssuerName}, {&p.UniqueTokenIdentifier, &r.UniqueTokenIdentifier}, {&p.SessionID, &r.SessionID},
		{&p.Requirement, &r.AuthenticationRequirement}, {&p.MFAMethod, &r.MFADetail.Method}, {&p.MFADetail, &r.MFADetail.Detail},
		{&p.RequestType, &r.RequestType}, {&p.LogonError, &r.LogonError}, {&p.RiskLevelDuringSignIn, &r.RiskLevelDuringSignIn},
		{&p.RiskLevelAggregated, &r.RiskLevelAggregated}, {&p.RiskState, &r.RiskState}, {&p.RiskDetail, &r.RiskDetail},
		{&p.PolicySetHash, &r.PolicySetHash}, {&p.EngineVersion, &r.EngineVersion},
	}
}

// boolPairs pairs the columns of truth values with the record's fields.
func (p *parquetRow) boolPairs(r *Record) []struct {
	column **bool
	field  *Maybe[bool]
} {
	return []struct {
		column **bool
		field  *Maybe[bool]
	}{
		{&p.IsInteractive, &r.IsInteractive}, {&p.IsThroughGlobalSecureAccess, &r.IsThroughGlobalSecureAccess},
		{&p.IsCompliant, &r.Device.IsCompliant}, {&p.IsManaged, &r.Device.IsManaged},
		{&p.IsTenantRestricted, &r.IsTenantRestricted}, {&p.FlaggedForReview, &r.FlaggedForReview},
	}
}

// jsonColumn is a column that holds a field as JSON.
type jsonColumn struct {
	column *string
	field  any
	empty  bool
}

func (p *parquetRow) jsonPairs(r *Record) []jsonColumn {
	return []jsonColumn{
		{&p.ManagedIdentity, &r.ManagedIdentity, r.ManagedIdentity == ManagedIdentity{}},
		{&p.Agent, &r.Agent, r.Agent == Agent{}},
		{&p.Audiences, &r.Audiences, len(r.Audiences) == 0},
		{&p.Contexts, &r.AuthenticationContexts, len(r.AuthenticationContexts) == 0},
		{&p.Networks, &r.NetworkLocations, len(r.NetworkLocations) == 0},
		{&p.TokenProtection, &r.TokenProtection, r.TokenProtection == TokenProtectionStatus{}},
		{&p.RequirementPolicies, &r.AuthenticationRequirementPolicies, len(r.AuthenticationRequirementPolicies) == 0},
		{&p.ProcessingDetails, &r.AuthenticationProcessingDetails, len(r.AuthenticationProcessingDetails) == 0},
		{&p.LifetimePolicies, &r.SessionLifetimePolicies, len(r.SessionLifetimePolicies) == 0},
		{&p.AppDevice, &r.AuthenticationAppDevice, r.AuthenticationAppDevice == AuthenticationAppDeviceDetails{}},
	}
}

// fromRecord fills the row.
func (p *parquetRow) fromRecord(r *Record) {
	*p = parquetRow{Time: r.Time, LoggedTime: r.LoggedTime, SignInEventTypes: r.SignInEventTypes,
		MethodsUsed: r.AuthenticationMethodsUsed, RiskEventTypes: r.RiskEventTypes,
		AutonomousSystemNumber: int64(r.AutonomousSystemNumber), ProcessingTime: r.ProcessingTimeMilliseconds, Inputs: string(r.Inputs),
		ErrorCode: pointer(Maybe[int32]{int32(r.Status.ErrorCode.Value), r.Status.ErrorCode.Known}),
		Latitude:  pointer(r.Location.Coordinates.Latitude), Longitude: pointer(r.Location.Coordinates.Longitude)}
	for _, pair := range p.textPairs(r) {
		*pair[0] = *pair[1]
	}
	for _, pair := range p.boolPairs(r) {
		*pair.column = pointer(*pair.field)
	}
	for _, c := range p.jsonPairs(r) {
		*c.column = jsonText(c.field, c.empty)
	}
	for _, code := range r.Superseded {
		p.Superseded = append(p.Superseded, int32(code))
	}
	for _, s := range r.AuthenticationDetails {
		p.Steps = append(p.Steps, parquetStep{nanoseconds(s.Time), s.Method, s.MethodDetail, pointer(s.Succeeded), s.ResultDetail, s.Requirement})
	}
	for _, o := range r.AppliedPolicies {
		p.Policies = append(p.Policies, policyRow(o))
	}
}

func policyRow(o *PolicyOutcome) parquetPolicy {
	rest := policyRest{o.Strength, o.IncludeRules, o.ExcludeRules}
	p := parquetPolicy{ID: o.ID, DisplayName: o.DisplayName, GrantControls: o.GrantControls, SessionControls: o.SessionControls,
		SessionControlsNotSatisfied: o.SessionControlsNotSatisfied,
		Satisfied:                   pointer(Maybe[int32]{int32(o.Satisfied.Value), o.Satisfied.Known}),
		NotSatisfied:                pointer(Maybe[int32]{int32(o.NotSatisfied.Value), o.NotSatisfied.Known}),
		Rest:                        jsonText(rest, o.Strength == AuthenticationStrength{} && len(o.IncludeRules) == 0 && len(o.ExcludeRules) == 0)}
	if v, ok := o.Result.Get(); ok {
		p.Result = v.String()
	}
	return p
}

// toRecord fills the record, which is empty. Strings are copied: those of the row
// may lie in memory that the next one is read into.
func (p *parquetRow) toRecord(r *Record, t *texts) error {
	r.Time, r.LoggedTime = p.Time.UTC(), p.LoggedTime
	if !r.LoggedTime.IsZero() {
		r.LoggedTime = r.LoggedTime.UTC()
	}
	r.SignInEventTypes, r.AuthenticationMethodsUsed, r.RiskEventTypes = t.all(p.SignInEventTypes), t.all(p.MethodsUsed), t.all(p.RiskEventTypes)
	r.AutonomousSystemNumber, r.ProcessingTimeMilliseconds = uint32(p.AutonomousSystemNumber), p.ProcessingTime
	if p.Inputs != "" {
		r.Inputs = json.RawMessage(p.Inputs)
	}
	if p.ErrorCode != nil {
		r.Status.ErrorCode = Told(access.ResultCode(*p.ErrorCode))
	}
	r.Location.Coordinates = GeoCoordinates{maybe(p.Latitude), maybe(p.Longitude)}
	for _, pair := range p.textPairs(r) {
		*pair[1] = t.of([]byte(*pair[0]))
	}
	for _, pair := range p.boolPairs(r) {
		*pair.field = maybe(*pair.column)
	}
	for _, c := range p.jsonPairs(r) {
		if *c.column == "" {
			continue
		}
		if err := json.Unmarshal([]byte(*c.column), c.field); err != nil {
			return err
		}
	}
	for _, code := range p.Superseded {
		r.Superseded = append(r.Superseded, access.ResultCode(code))
	}
	for _, s := range p.Steps {
		step := AuthenticationStep{Method: t.of([]byte(s.Method)), MethodDetail: t.of([]byte(s.MethodDetail)),
			Succeeded: maybe(s.Succeeded), ResultDetail: t.of([]byte(s.ResultDetail)), Requirement: t.of([]byte(s.Requirement))}
		if s.Time != 0 {
			step.Time = time.Unix(0, s.Time).UTC()
		}
		r.AuthenticationDetails = append(r.AuthenticationDetails, step)
	}
	for i := range p.Policies {
		o, err := p.Policies[i].outcome(t)
		if err != nil {
			return err
		}
		r.AppliedPolicies = append(r.AppliedPolicies, o)
	}
	return nil
}

func (p *parquetPolicy) outcome(t *texts) (*PolicyOutcome, error) {
	o := &PolicyOutcome{ID: t.of([]byte(p.ID)), DisplayName: t.of([]byte(p.DisplayName)), GrantControls: t.all(p.GrantControls),
		SessionControls: t.all(p.SessionControls), SessionControlsNotSatisfied: t.all(p.SessionControlsNotSatisfied)}
	o.Result.Value, o.Result.Known = parseResult([]byte(p.Result))
	if p.Satisfied != nil {
		o.Satisfied = Told(access.Condition(*p.Satisfied))
	}
	if p.NotSatisfied != nil {
		o.NotSatisfied = Told(access.Condition(*p.NotSatisfied))
	}
	if p.Rest != "" {
		var rest policyRest
		if err := json.Unmarshal([]byte(p.Rest), &rest); err != nil {
			return nil, err
		}
		o.Strength, o.IncludeRules, o.ExcludeRules = rest.Strength, rest.IncludeRules, rest.ExcludeRules
	}
	return o, nil
}

// all returns the list with its strings remembered.
func (t *texts) all(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	for i, s := range list {
		list[i] = t.of([]byte(s))
	}
	return list
}

func pointer[T any](m Maybe[T]) *T {
	if !m.Known {
		return nil
	}
	return &m.Value
}

func maybe[T any](p *T) Maybe[T] {
	if p == nil {
		return Maybe[T]{}
	}
	return Told(*p)
}

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
