package sigma

import (
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/signinlog"
)

// field is something that rules ask of a record. A record either has no value,
// one, or several, any of which may match.
type field struct {
	name string
	text func(*signinlog.Record) string   // empty: none
	list func(*signinlog.Record) []string // for those with several
	// whole is the text that contains and its like look at, where that is
	// more than the value: the status object, for one.
	whole  func(*signinlog.Record) string
	number func(*signinlog.Record) (float64, bool)
	moment func(*signinlog.Record) time.Time
	// words are all values that there are; nil: any.
	words []string
	// fits tells whether a text could be a value at all; nil: any can.
	fits func(string) bool
	want string // what fits, in words
	kind fieldKind
}

type fieldKind uint8

const (
	plain fieldKind = iota
	isCode
	isDescription
)

// lookup returns the field of a name, whatever its schema and letter case.
func lookup(name string) *field {
	key := strings.ToLower(strings.TrimSpace(name))
	if f := fields[key]; f != nil {
		return f
	}
	return fields[strings.TrimPrefix(key, "properties.")]
}

// code is the result code.
func code(r *signinlog.Record) (float64, bool) {
	c, ok := r.Status.ErrorCode.Get()
	return float64(c), ok
}

func codeText(r *signinlog.Record) string {
	c, ok := r.Status.ErrorCode.Get()
	if !ok {
		return ""
	}
	return strconv.Itoa(int(c))
}

// statusText is the status object as rules that look for words in it see it.
func statusText(r *signinlog.Record) string {
	return `{"errorCode":` + codeText(r) + `,"failureReason":"` + r.Status.FailureReason + `","additionalDetails":"` + r.Status.AdditionalDetails + `"}`
}

// outcome is the word for the code that the portal shows.
func outcome(r *signinlog.Record) string {
	if o := r.Outcome(); o != signinlog.OutcomeUnknown {
		return o.String()
	}
	return ""
}

// message is what the portal's column "message" is taken for in rules: the
// protocol, where it is one that rules look for.
func message(r *signinlog.Record) string {
	switch r.AuthenticationProtocol {
	case "deviceCode":
		return "Device Code"
	case "ropc":
		return "ROPC"
	}
	return "Sign-in activity"
}

func truth(m signinlog.Maybe[bool]) string {
	v, ok := m.Get()
	if !ok {
		return ""
	}
	return strconv.FormatBool(v)
}

// networkText is NetworkLocationDetails as Log Analytics writes it.
func networkText(r *signinlog.Record) string {
	if len(r.NetworkLocations) == 0 {
		return "[]"
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, l := range r.NetworkLocations {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"networkType":"` + l.Type + `","networkNames":["` + strings.Join(l.Names, `","`) + `"]}`)
	}
	b.WriteByte(']')
	return b.String()
}

func operation(r *signinlog.Record) string {
	if r.Outcome() == signinlog.Succeeded {
		return "UserLoggedIn"
	}
	return "UserLoginFailed"
}

func policyNames(r *signinlog.Record) []string {
	var all []string
	for _, p := range r.AppliedPolicies {
		all = append(all, p.DisplayName)
	}
	return all
}

func methods(r *signinlog.Record) []string {
	var all []string
	for _, s := range r.AuthenticationDetails {
		all = append(all, s.Method)
	}
	return all
}

func stepResults(r *signinlog.Record) []string {
	var all []string
	for _, s := range r.AuthenticationDetails {
		all = append(all, s.ResultDetail)
	}
	return all
}

// promptResults are what the log says of a second factor, in its two places.
func promptResults(r *signinlog.Record) []string {
	return append(stepResults(r), r.Status.AdditionalDetails)
}

// isName tells whether a text could be a user principal name, or an id that
// stands in its place.
func isName(s string) bool {
	return strings.Contains(s, "@") || len(s) == 36 && strings.Count(s, "-") == 4
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

type record = signinlog.Record

var (
	riskLevels = []string{"none", "low", "medium", "high", "hidden", "unknownFutureValue"}
	clientApps = []string{"Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync", "Authenticated SMTP", "SMTP", "AutoDiscover", "Exchange Online PowerShell",
		"Exchange Web Services", "IMAP4", "IMAP", "MAPI Over HTTP", "MAPI", "Offline Address Book", "Outlook Anywhere", "Outlook Anywhere (RPC over HTTP)", "Outlook Service", "POP3", "POP",
		"Reporting Web Services", "Universal Outlook", "Other clients", "Other client"}
)

// aliases are the fields with all their names: Graph's, Log Analytics', the
// envelope's, the portal's and the audit log's, as rules mix them.
var aliases = []struct {
	names string
	field field
}{
	{"ResultType status.errorCode ErrorNumber ErrorCode", field{text: codeText, number: code, kind: isCode, fits: isNumber, want: "a number"}},
	{"ResultDescription failureReason status.failureReason failure_status_reason", field{text: func(r *record) string { return r.Status.FailureReason }, kind: isDescription}},
	{"status.additionalDetails additionalDetails", field{text: func(r *record) string { return r.Status.AdditionalDetails }}},
	{"mfaNotificationOutcome", field{list: promptResults}},
	{"Status", field{text: outcome, whole: statusText, words: []string{"Success", "Failure", "Interrupted"}}},
	{"ResultStatus result properties.result authentication_result", field{text: outcome, words: []string{"Success", "Failure", "Interrupted"}}},
	{"userAgent", field{text: func(r *record) string { return r.UserAgent }}},
	{"AuthenticationRequirement", field{text: func(r *record) string { return r.AuthenticationRequirement }, words: []string{"singleFactorAuthentication", "multiFactorAuthentication"}}},
	{"ConditionalAccessStatus", field{text: func(r *record) string { return r.ConditionalAccessStatus }, words: []string{"success", "failure", "notApplied", "unknownFutureValue"}}},
	{"ConditionalAccessPolicies appliedConditionalAccessPolicies appliedConditionalAccessPolicies.displayName", field{list: policyNames}},
	{"ResourceDisplayName", field{text: func(r *record) string { return r.ResourceDisplayName }}},
	{"ResourceId ResourceIdentity ObjectId", field{text: func(r *record) string { return r.ResourceID }}},
	{"AppDisplayName", field{text: func(r *record) string { return r.AppDisplayName }}},
	{"AppId ApplicationId", field{text: func(r *record) string { return r.AppID }}},
	{"DeviceDetail.deviceId deviceId", field{text: func(r *record) string { return r.Device.ID }}},
	{"DeviceDetail.displayName", field{text: func(r *record) string { return r.Device.DisplayName }}},
	{"DeviceDetail.isCompliant isCompliant", field{text: func(r *record) string { return truth(r.Device.IsCompliant) }, words: []string{"true", "false"}}},
	{"DeviceDetail.isManaged isManaged", field{text: func(r *record) string { return truth(r.Device.IsManaged) }, words: []string{"true", "false"}}},
	{"DeviceDetail.trustType trustType", field{text: func(r *record) string { return r.Device.TrustType }}},
	{"DeviceDetail.operatingSystem operatingSystem", field{text: func(r *record) string { return r.Device.OperatingSystem }}},
	{"DeviceDetail.browser browser", field{text: func(r *record) string { return r.Device.Browser }}},
	{"NetworkLocationDetails", field{text: networkText}},
	{"ClientApp clientAppUsed", field{text: func(r *record) string { return r.ClientAppUsed }, words: clientApps}},
	{"message", field{text: message, words: []string{"Device Code", "ROPC", "Sign-in activity"}}},
	{"authenticationProtocol", field{text: func(r *record) string { return r.AuthenticationProtocol }}},
	{"originalTransferMethod", field{text: func(r *record) string { return r.OriginalTransferMethod }}},
	{"incomingTokenType", field{text: func(r *record) string { return r.IncomingTokenType }}},
	{"Location location.countryOrRegion LocationDetails.countryOrRegion country", field{text: func(r *record) string { return r.Location.CountryOrRegion }}},
	{"location.city LocationDetails.city", field{text: func(r *record) string { return r.Location.City }}},
	{"location.state LocationDetails.state", field{text: func(r *record) string { return r.Location.State }}},
	{"ipAddress callerIpAddress ClientIP ActorIpAddress", field{text: func(r *record) string { return r.IPAddress }}},
	{"autonomousSystemNumber", field{text: func(r *record) string {
		if r.AutonomousSystemNumber == 0 {
			return ""
		}
		return strconv.FormatUint(uint64(r.AutonomousSystemNumber), 10)
	}, number: func(r *record) (float64, bool) {
		return float64(r.AutonomousSystemNumber), r.AutonomousSystemNumber != 0
	}}},
	{"RiskState", field{text: func(r *record) string { return r.RiskState }, words: []string{"none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised", "unknownFutureValue"}}},
	{"riskEventType riskEventTypes riskEventTypes_v2", field{list: func(r *record) []string { return r.RiskEventTypes }}},
	{"riskLevelDuringSignIn RiskLevel", field{text: func(r *record) string { return r.RiskLevelDuringSignIn }, words: riskLevels}},
	{"riskLevelAggregated", field{text: func(r *record) string { return r.RiskLevelAggregated }, words: riskLevels}},
	{"riskDetail", field{text: func(r *record) string { return r.RiskDetail }}},
	{"homeTenantId", field{text: func(r *record) string { return r.HomeTenantID }}},
	{"resourceTenantId", field{text: func(r *record) string { return r.ResourceTenantID }}},
	{"tenantId AADTenantId", field{text: func(r *record) string { return r.TenantID }}},
	{"crossTenantAccessType", field{text: func(r *record) string { return r.CrossTenantAccessType }}},
	{"UserPrincipalName Username TargetUserName AccountUPN", field{text: func(r *record) string {
		if r.UserPrincipalName != "" {
			return r.UserPrincipalName
		}
		return r.SignInIdentifier
	}, fits: isName, want: "a user principal name"}},
	{"userId UserKey", field{text: func(r *record) string { return r.UserID }}},
	{"userDisplayName identity", field{text: func(r *record) string { return r.UserDisplayName }}},
	{"userType", field{text: func(r *record) string { return r.UserType }, words: []string{"member", "guest"}}},
	{"servicePrincipalId", field{text: func(r *record) string { return r.ServicePrincipalID }}},
	{"servicePrincipalName", field{text: func(r *record) string { return r.ServicePrincipalName }}},
	{"id", field{text: func(r *record) string { return r.ID }}},
	{"correlationId", field{text: func(r *record) string { return r.CorrelationID }}},
	{"sessionId", field{text: func(r *record) string { return r.SessionID }}},
	{"uniqueTokenIdentifier", field{text: func(r *record) string { return r.UniqueTokenIdentifier }}},
	{"isInteractive", field{text: func(r *record) string { return truth(r.IsInteractive) }, words: []string{"true", "false"}}},
	{"signInEventTypes", field{list: func(r *record) []string { return r.SignInEventTypes }}},
	{"authenticationDetails authenticationDetails.authenticationMethod authenticationMethodsUsed", field{list: methods}},
	{"authenticationDetails.authenticationStepResultDetail", field{list: stepResults}},
	{"mfaDetail.authMethod", field{text: func(r *record) string { return r.MFADetail.Method }}},
	{"operationName", field{text: func(*record) string { return "Sign-in activity" }, words: []string{"Sign-in activity"}}},
	{"ActivityDetails activityType", field{text: func(*record) string { return "Sign-ins" }, words: []string{"Sign-ins"}}},
	{"category", field{text: func(r *record) string { return categoryOf(r) }, words: []string{"SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"}}},
	{"Operation", field{text: operation, words: []string{"UserLoggedIn", "UserLoginFailed"}}},
	{"Workload", field{text: func(*record) string { return "AzureActiveDirectory" }, words: []string{"AzureActiveDirectory"}}},
	{"RequestType", field{text: func(r *record) string { return r.RequestType }}},
	{"LogonError", field{text: func(r *record) string { return r.LogonError }}},
	{"createdDateTime TimeGenerated time Date CreationTime", field{text: func(r *record) string { return r.Time.UTC().Format(time.RFC3339) },
		moment: func(r *record) time.Time { return r.Time.UTC() }, fits: func(s string) bool { return len(s) > 0 && s[0] >= '0' && s[0] <= '9' }, want: "a time"}},
}

func categoryOf(r *signinlog.Record) string {
	switch r.Kind() {
	case signinlog.NonInteractiveUser:
		return "NonInteractiveUserSignInLogs"
	case signinlog.ServicePrincipal:
		return "ServicePrincipalSignInLogs"
	case signinlog.ManagedIdentitySignIn:
		return "ManagedIdentitySignInLogs"
	}
	return "SignInLogs"
}

var fields = func() map[string]*field {
	all := map[string]*field{}
	for i := range aliases {
		a := &aliases[i]
		names := strings.Fields(a.names)
		a.field.name = names[0]
		for _, name := range names {
			all[strings.ToLower(name)] = &a.field
		}
	}
	return all
}()

// FieldNames returns the first name of every field that rules can ask for.
func FieldNames() []string {
	names := make([]string, len(aliases))
	for i := range aliases {
		names[i] = aliases[i].field.name
	}
	return names
}
