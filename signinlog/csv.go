package signinlog

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// NewCSVWriter writes records as CSV with the columns of Log Analytics'
// SigninLogs, of which those with a structure hold JSON. Open reads it back.
func NewCSVWriter(w io.Writer) Writer { return &csvWriter{w: csv.NewWriter(w)} }

type csvWriter struct {
	w     *csv.Writer
	begun bool
	cells []string
}

func (w *csvWriter) Write(r *Record) error {
	if err := w.begin(); err != nil {
		return err
	}
	w.cells = w.cells[:0]
	for i := range csvColumns {
		w.cells = append(w.cells, csvColumns[i].cell(r))
	}
	return w.w.Write(w.cells)
}

func (w *csvWriter) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	names := make([]string, len(csvColumns))
	for i := range csvColumns {
		names[i] = csvColumns[i].name
	}
	return w.w.Write(names)
}

func (w *csvWriter) Close() error {
	if err := w.begin(); err != nil {
		return err
	}
	w.w.Flush()
	return w.w.Error()
}

// csvColumns are the columns in order. Type comes first since it says what the
// rest is.
var csvColumns = []struct {
	name string
	cell func(*Record) string
}{
	{"Type", tableOf},
	{"CreatedDateTime", func(r *Record) string { return timeText(r.Time) }},
	{"TimeGenerated", func(r *Record) string { return timeText(r.LoggedTime) }},
	{"Id", func(r *Record) string { return r.ID }},
	{"CorrelationId", func(r *Record) string { return r.CorrelationID }},
	{"OriginalRequestId", func(r *Record) string { return r.OriginalRequestID }},
	{"SignInEventTypes", func(r *Record) string { return jsonText(r.SignInEventTypes, len(r.SignInEventTypes) == 0) }},
	{"IsInteractive", func(r *Record) string { return boolText(r.IsInteractive) }},
	{"AADTenantId", func(r *Record) string { return r.TenantID }},
	{"UserId", func(r *Record) string { return r.UserID }},
	{"UserPrincipalName", func(r *Record) string { return r.UserPrincipalName }},
	{"UserDisplayName", func(r *Record) string { return r.UserDisplayName }},
	{"UserType", func(r *Record) string { return r.UserType }},
	{"AlternateSignInName", func(r *Record) string { return r.AlternateSignInName }},
	{"SignInIdentifier", func(r *Record) string { return r.SignInIdentifier }},
	{"SignInIdentifierType", func(r *Record) string { return r.SignInIdentifierType }},
	{"HomeTenantId", func(r *Record) string { return r.HomeTenantID }},
	{"HomeTenantName", func(r *Record) string { return r.HomeTenantName }},
	{"CrossTenantAccessType", func(r *Record) string { return r.CrossTenantAccessType }},
	{"ServicePrincipalId", func(r *Record) string { return r.ServicePrincipalID }},
	{"ServicePrincipalName", func(r *Record) string { return r.ServicePrincipalName }},
	{"ServicePrincipalCredentialKeyId", func(r *Record) string { return r.ServicePrincipalCredentialKeyID }},
	{"ServicePrincipalCredentialThumbprint", func(r *Record) string { return r.ServicePrincipalCredentialThumbprint }},
	{"FederatedCredentialId", func(r *Record) string { return r.FederatedCredentialID }},
	{"ManagedServiceIdentity", func(r *Record) string { return jsonText(r.ManagedIdentity, r.ManagedIdentity == ManagedIdentity{}) }},
	{"Agent", func(r *Record) string { return jsonText(r.Agent, r.Agent == Agent{}) }},
	{"AppId", func(r *Record) string { return r.AppID }},
	{"AppDisplayName", func(r *Record) string { return r.AppDisplayName }},
	{"AppOwnerTenantId", func(r *Record) string { return r.AppOwnerTenantID }},
	{"ResourceIdentity", func(r *Record) string { return r.ResourceID }},
	{"ResourceDisplayName", func(r *Record) string { return r.ResourceDisplayName }},
	{"ResourceTenantId", func(r *Record) string { return r.ResourceTenantID }},
	{"ResourceOwnerTenantId", func(r *Record) string { return r.ResourceOwnerTenantID }},
	{"ResourceServicePrincipalId", func(r *Record) string { return r.ResourceServicePrincipalID }},
	{"AzureResourceId", func(r *Record) string { return r.AzureResourceID }},
	{"ConditionalAccessAudiences", func(r *Record) string { return jsonText(r.Audiences, len(r.Audiences) == 0) }},
	{"AuthenticationContextClassReferences", func(r *Record) string {
		return jsonText(r.AuthenticationContexts, len(r.AuthenticationContexts) == 0)
	}},
	{"ResultType", codeText},
	{"ResultDescription", func(r *Record) string { return r.Status.FailureReason }},
	{"Status", func(r *Record) string { return jsonText(r.Status, r.Status == Status{}) }},
	{"ConditionalAccessStatus", func(r *Record) string { return r.ConditionalAccessStatus }},
	{"ConditionalAccessPolicies", func(r *Record) string { return jsonText(r.AppliedPolicies, len(r.AppliedPolicies) == 0) }},
	{"SupersededErrorCodes", func(r *Record) string { return jsonText(r.Superseded, len(r.Superseded) == 0) }},
	{"IPAddress", func(r *Record) string { return r.IPAddress }},
	{"IPAddressFromResourceProvider", func(r *Record) string { return r.IPAddressFromResourceProvider }},
	{"GlobalSecureAccessIpAddress", func(r *Record) string { return r.GlobalSecureAccessIPAddress }},
	{"IsThroughGlobalSecureAccess", func(r *Record) string { return boolText(r.IsThroughGlobalSecureAccess) }},
	{"AutonomousSystemNumber", func(r *Record) string { return numberText(int64(r.AutonomousSystemNumber)) }},
	{"LocationDetails", func(r *Record) string { return jsonText(r.Location, r.Location == Location{}) }},
	{"NetworkLocationDetails", func(r *Record) string { return jsonText(r.NetworkLocations, len(r.NetworkLocations) == 0) }},
	{"DeviceDetail", func(r *Record) string { return jsonText(r.Device, r.Device == Device{}) }},
	{"UserAgent", func(r *Record) string { return r.UserAgent }},
	{"ClientAppUsed", func(r *Record) string { return r.ClientAppUsed }},
	{"AuthenticationProtocol", func(r *Record) string { return r.AuthenticationProtocol }},
	{"OriginalTransferMethod", func(r *Record) string { return r.OriginalTransferMethod }},
	{"IncomingTokenType", func(r *Record) string { return r.IncomingTokenType }},
	{"ClientCredentialType", func(r *Record) string { return r.ClientCredentialType }},
	{"SignInTokenProtectionStatus", func(r *Record) string { return r.SignInTokenProtectionStatus }},
	{"TokenProtectionStatusDetails", func(r *Record) string {
		return jsonText(r.TokenProtection, r.TokenProtection == TokenProtectionStatus{})
	}},
	{"TokenIssuerType", func(r *Record) string { return r.TokenIssuerType }},
	{"TokenIssuerName", func(r *Record) string { return r.TokenIssuerName }},
	{"UniqueTokenIdentifier", func(r *Record) string { return r.UniqueTokenIdentifier }},
	{"SessionId", func(r *Record) string { return r.SessionID }},
	{"AuthenticationRequirement", func(r *Record) string { return r.AuthenticationRequirement }},
	{"AuthenticationRequirementPolicies", func(r *Record) string {
		return jsonText(r.AuthenticationRequirementPolicies, len(r.AuthenticationRequirementPolicies) == 0)
	}},
	{"AuthenticationDetails", func(r *Record) string {
		return jsonText(r.AuthenticationDetails, len(r.AuthenticationDetails) == 0)
	}},
	{"AuthenticationMethodsUsed", func(r *Record) string {
		return jsonText(r.AuthenticationMethodsUsed, len(r.AuthenticationMethodsUsed) == 0)
	}},
	{"AuthenticationProcessingDetails", func(r *Record) string {
		return jsonText(r.AuthenticationProcessingDetails, len(r.AuthenticationProcessingDetails) == 0)
	}},
	{"SessionLifetimePolicies", func(r *Record) string {
		return jsonText(r.SessionLifetimePolicies, len(r.SessionLifetimePolicies) == 0)
	}},
	{"MfaDetail", func(r *Record) string { return jsonText(r.MFADetail, r.MFADetail == MFADetail{}) }},
	{"AuthenticationAppDeviceDetails", func(r *Record) string {
		return jsonText(r.AuthenticationAppDevice, r.AuthenticationAppDevice == AuthenticationAppDeviceDetails{})
	}},
	{"RequestType", func(r *Record) string { return r.RequestType }},
	{"LogonError", func(r *Record) string { return r.LogonError }},
	{"RiskLevelDuringSignIn", func(r *Record) string { return r.RiskLevelDuringSignIn }},
	{"RiskLevelAggregated", func(r *Record) string { return r.RiskLevelAggregated }},
	{"RiskState", func(r *Record) string { return r.RiskState }},
	{"RiskDetail", func(r *Record) string { return r.RiskDetail }},
	{"RiskEventTypes_V2", func(r *Record) string { return jsonText(r.RiskEventTypes, len(r.RiskEventTypes) == 0) }},
	{"IsTenantRestricted", func(r *Record) string { return boolText(r.IsTenantRestricted) }},
	{"FlaggedForReview", func(r *Record) string { return boolText(r.FlaggedForReview) }},
	{"ProcessingTimeInMilliseconds", func(r *Record) string { return numberText(r.ProcessingTimeMilliseconds) }},
	{"Inputs", func(r *Record) string { return string(r.Inputs) }},
	{"PolicySetHash", func(r *Record) string { return r.PolicySetHash }},
	{"EngineVersion", func(r *Record) string { return r.EngineVersion }},
}

// tableOf returns the Log Analytics table that the sign-in would be in.
func tableOf(r *Record) string {
	if len(r.SignInEventTypes) == 0 {
		return "SigninLogs" // what Kind concludes is not said
	}
	switch r.Kind() {
	case NonInteractiveUser:
		return "AADNonInteractiveUserSignInLogs"
	case ServicePrincipal:
		return "AADServicePrincipalSignInLogs"
	case ManagedIdentitySignIn:
		return "AADManagedIdentitySignInLogs"
	}
	return "SigninLogs"
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func boolText(m Maybe[bool]) string {
	if !m.Known {
		return ""
	}
	return strconv.FormatBool(m.Value)
}

func codeText(r *Record) string {
	code, ok := r.Status.ErrorCode.Get()
	if !ok {
		return ""
	}
	return strconv.Itoa(int(code))
}

func numberText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func jsonText(v any, empty bool) string {
	if empty {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
