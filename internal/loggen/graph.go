package loggen

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/signinlog"
)

// AppendGraph writes a record as Graph's signIn resource (beta), with all the
// members that Graph writes, null where there is nothing. It is for records that a
// Generator makes: what those never hold is not written.
func AppendGraph(b []byte, r *signinlog.Record) []byte {
	w := writer{b: b}
	w.b = append(w.b, '{')
	w.text("id", r.ID)
	w.moment("createdDateTime", r.Time)
	w.text("userDisplayName", r.UserDisplayName)
	w.text("userPrincipalName", r.UserPrincipalName)
	w.text("userId", r.UserID)
	w.text("appId", r.AppID)
	w.text("appDisplayName", r.AppDisplayName)
	w.text("ipAddress", r.IPAddress)
	w.none("ipAddressFromResourceProvider")
	w.text("clientAppUsed", r.ClientAppUsed)
	w.text("userAgent", r.UserAgent)
	w.text("correlationId", r.CorrelationID)
	w.text("conditionalAccessStatus", r.ConditionalAccessStatus)
	w.text("originalRequestId", r.ID)
	w.truth("isInteractive", r.IsInteractive)
	w.text("tokenIssuerName", "")
	w.text("tokenIssuerType", r.TokenIssuerType)
	w.text("clientCredentialType", r.ClientCredentialType)
	w.number("processingTimeInMilliseconds", r.ProcessingTimeMilliseconds)
	w.text("riskDetail", r.RiskDetail)
	w.text("riskLevelAggregated", r.RiskLevelAggregated)
	w.text("riskLevelDuringSignIn", r.RiskLevelDuringSignIn)
	w.text("riskState", r.RiskState)
	w.texts("riskEventTypes_v2", r.RiskEventTypes)
	w.text("resourceDisplayName", r.ResourceDisplayName)
	w.text("resourceId", r.ResourceID)
	w.text("resourceTenantId", r.ResourceTenantID)
	w.text("homeTenantId", r.HomeTenantID)
	w.texts("authenticationMethodsUsed", nil)
	w.text("authenticationRequirement", r.AuthenticationRequirement)
	w.text("signInIdentifier", r.SignInIdentifier)
	w.none("signInIdentifierType")
	w.text("servicePrincipalId", r.ServicePrincipalID)
	w.text("servicePrincipalName", r.ServicePrincipalName)
	w.text("userType", r.UserType)
	w.raw("flaggedForReview", "false")
	w.raw("isTenantRestricted", "false")
	w.number("autonomousSystemNumber", int64(r.AutonomousSystemNumber))
	w.text("crossTenantAccessType", r.CrossTenantAccessType)
	w.text("uniqueTokenIdentifier", r.UniqueTokenIdentifier)
	w.text("incomingTokenType", r.IncomingTokenType)
	w.text("authenticationProtocol", r.AuthenticationProtocol)
	w.text("originalTransferMethod", r.OriginalTransferMethod)
	w.text("appOwnerTenantId", r.AppOwnerTenantID)
	w.text("sessionId", r.SessionID)
	w.texts("signInEventTypes", r.SignInEventTypes)
	w.status(r)
	w.device(r)
	w.location(r)
	w.steps(r)
	w.networks(r)
	w.policies(r)
	return append(w.b, '}')
}

// writer appends the members of a JSON object.
type writer struct{ b []byte }

func (w *writer) name(name string) {
	if c := w.b[len(w.b)-1]; c != '{' && c != '[' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) raw(name, value string) {
	w.name(name)
	w.b = append(w.b, value...)
}

func (w *writer) none(name string) { w.raw(name, "null") }

func (w *writer) text(name, value string) {
	w.name(name)
	if value == "" {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = appendText(w.b, value)
}

func (w *writer) moment(name string, t time.Time) {
	w.name(name)
	w.b = append(w.b, '"')
	w.b = t.AppendFormat(w.b, "2006-01-02T15:04:05.999Z07:00")
	w.b = append(w.b, '"')
}

func (w *writer) number(name string, n int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, n, 10)
}

func (w *writer) truth(name string, m signinlog.Maybe[bool]) {
	v, ok := m.Get()
	if !ok {
		w.none(name)
		return
	}
	w.name(name)
	w.b = strconv.AppendBool(w.b, v)
}

func (w *writer) texts(name string, list []string) {
	w.name(name)
	w.b = append(w.b, '[')
	for i, s := range list {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = appendText(w.b, s)
	}
	w.b = append(w.b, ']')
}

func (w *writer) degrees(name string, m signinlog.Maybe[float64]) {
	v, ok := m.Get()
	if !ok {
		w.none(name)
		return
	}
	w.name(name)
	w.b = strconv.AppendFloat(w.b, v, 'f', -1, 64)
}

func (w *writer) open(name string) {
	w.name(name)
	w.b = append(w.b, '{')
}

func (w *writer) close() { w.b = append(w.b, '}') }

func (w *writer) status(r *signinlog.Record) {
	w.open("status")
	w.number("errorCode", int64(r.Status.ErrorCode.Value))
	w.text("failureReason", r.Status.FailureReason)
	w.text("additionalDetails", r.Status.AdditionalDetails)
	w.close()
}

func (w *writer) device(r *signinlog.Record) {
	w.open("deviceDetail")
	w.name("deviceId")
	w.b = appendText(w.b, r.Device.ID) // Graph writes "" for none
	w.text("displayName", r.Device.DisplayName)
	w.text("operatingSystem", r.Device.OperatingSystem)
	w.text("browser", r.Device.Browser)
	w.truth("isCompliant", r.Device.IsCompliant)
	w.truth("isManaged", r.Device.IsManaged)
	w.text("trustType", r.Device.TrustType)
	w.close()
}

func (w *writer) location(r *signinlog.Record) {
	w.open("location")
	w.text("city", r.Location.City)
	w.text("state", r.Location.State)
	w.text("countryOrRegion", r.Location.CountryOrRegion)
	w.open("geoCoordinates")
	w.none("altitude")
	w.degrees("latitude", r.Location.Coordinates.Latitude)
	w.degrees("longitude", r.Location.Coordinates.Longitude)
	w.close()
	w.close()
}

func (w *writer) steps(r *signinlog.Record) {
	w.name("authenticationDetails")
	w.b = append(w.b, '[')
	for i := range r.AuthenticationDetails {
		s := &r.AuthenticationDetails[i]
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.moment("authenticationStepDateTime", s.Time)
		w.text("authenticationMethod", s.Method)
		w.none("authenticationMethodDetail")
		w.truth("succeeded", s.Succeeded)
		w.text("authenticationStepResultDetail", s.ResultDetail)
		w.text("authenticationStepRequirement", s.Requirement)
		w.close()
	}
	w.b = append(w.b, ']')
}

func (w *writer) networks(r *signinlog.Record) {
	w.name("networkLocationDetails")
	w.b = append(w.b, '[')
	for i := range r.NetworkLocations {
		n := &r.NetworkLocations[i]
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.text("networkType", n.Type)
		w.texts("networkNames", n.Names)
		w.close()
	}
	w.b = append(w.b, ']')
}

func (w *writer) policies(r *signinlog.Record) {
	w.name("appliedConditionalAccessPolicies")
	w.b = append(w.b, '[')
	for i, p := range r.AppliedPolicies {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, '{')
		w.text("id", p.ID)
		w.text("displayName", p.DisplayName)
		w.texts("enforcedGrantControls", p.GrantControls)
		w.texts("enforcedSessionControls", p.SessionControls)
		if v, ok := p.Result.Get(); ok {
			w.text("result", v.String())
		}
		if v, ok := p.Satisfied.Get(); ok {
			w.text("conditionsSatisfied", v.String())
		}
		if v, ok := p.NotSatisfied.Get(); ok {
			w.text("conditionsNotSatisfied", v.String())
		}
		w.close()
	}
	w.b = append(w.b, ']')
}

// appendText writes a JSON string.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			continue
		} else if c >= utf8.RuneSelf {
			continue // the generator's texts are valid UTF-8
		} else {
			b = append(b, s[start:i]...)
			if c == '"' || c == '\\' {
				b = append(b, '\\', c)
			} else {
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			start = i + 1
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
