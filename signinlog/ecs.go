package signinlog

import (
	"io"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// ecsVersion is the version of the Elastic Common Schema that is written.
const ecsVersion = "8.17.0"

// NewECSWriter writes records as documents of the Elastic Common Schema, one per
// line. Whole records are in event.original, so that Open reads them back.
func NewECSWriter(w io.Writer) Writer {
	return newJSONLines(w, func(r *Record) any { return r.ecs() })
}

// ecs returns the record as an ECS document. Unlike the pipelines around, it
// calls an interrupt an unknown outcome and not a failure.
func (r *Record) ecs() document {
	d := document{}
	d.put("@timestamp", r.Time)
	d.put("ecs.version", ecsVersion)
	r.ecsEvent(d)
	r.ecsPerson(d)
	r.ecsPlace(d)
	r.ecsClient(d)
	r.ecsPolicies(d)
	r.ecsVendor(d)
	return d
}

func (r *Record) ecsEvent(d document) {
	outcome, kind := "unknown", "info"
	switch r.Outcome() {
	case Succeeded:
		outcome, kind = "success", "start"
	case Failed:
		outcome = "failure"
	}
	d.put("event.kind", "event")
	d.put("event.category", []string{"authentication"})
	d.put("event.type", []string{kind})
	d.put("event.action", "sign-in")
	d.put("event.dataset", "azure.signinlogs")
	d.put("event.outcome", outcome)
	d.put("event.id", r.ID)
	d.put("event.ingested", r.LoggedTime)
	d.put("event.reason", r.Status.FailureReason)
	d.put("event.original", r.text())
	d.put("message", r.Status.FailureReason)
	if code, ok := r.Status.ErrorCode.Get(); ok && code != codeSuccess {
		d.put("error.code", strconv.Itoa(int(code)))
		d.put("error.message", r.Status.FailureReason)
	}
	d.put("trace.id", r.CorrelationID)
}

func (r *Record) ecsPerson(d document) {
	if kind := r.Kind(); kind == ServicePrincipal || kind == ManagedIdentitySignIn {
		d.put("user.id", r.ServicePrincipalID)
		d.put("user.name", r.ServicePrincipalName)
		d.put("user.roles", []string{kind.String()})
	} else {
		name, domain, isMail := strings.Cut(r.UserPrincipalName, "@")
		d.put("user.id", r.UserID)
		d.put("user.name", name)
		d.put("user.domain", domain)
		if isMail {
			d.put("user.email", r.UserPrincipalName)
		}
		d.put("user.full_name", r.UserDisplayName)
		d.put("user.roles", unique(r.UserType))
	}
	d.put("user.risk.static_level", r.RiskLevelAggregated)
	d.put("related.user", unique(r.UserID, r.UserPrincipalName, r.ServicePrincipalID))
	d.put("organization.id", r.HomeTenantID)
	d.put("cloud.provider", "azure")
	d.put("cloud.account.id", firstOf(r.TenantID, r.ResourceTenantID))
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func (r *Record) ecsPlace(d document) {
	d.put("source.ip", r.IPAddress)
	d.put("source.address", r.IPAddress)
	d.put("related.ip", unique(r.IPAddress, r.IPAddressFromResourceProvider))
	d.put("source.geo.city_name", r.Location.City)
	d.put("source.geo.region_name", r.Location.State)
	d.put("source.geo.country_iso_code", r.Location.CountryOrRegion)
	if at := r.Location.Coordinates; at.Latitude.Known && at.Longitude.Known {
		d.put("source.geo.location", document{"lat": at.Latitude.Value, "lon": at.Longitude.Value})
	}
	d.put("source.as.number", r.AutonomousSystemNumber)
}

func (r *Record) ecsClient(d document) {
	d.put("user_agent.original", r.UserAgent)
	d.put("user_agent.name", r.Device.Browser)
	d.put("user_agent.os.full", r.Device.OperatingSystem)
	d.put("host.id", r.Device.ID)
	d.put("host.name", r.Device.DisplayName)
	d.put("host.os.name", r.Device.OperatingSystem)
	d.put("service.id", r.AppID)
	d.put("service.name", r.AppDisplayName)
	d.put("service.target.id", r.ResourceID)
	d.put("service.target.name", r.ResourceDisplayName)
}

// ecsPolicies names the policy that refused, if it is one; several stay in
// azure.signinlogs alone.
func (r *Record) ecsPolicies(d document) {
	var failed *PolicyOutcome
	for _, p := range r.AppliedPolicies {
		if Is(p.Result, access.ResultFailure) {
			if failed != nil {
				return
			}
			failed = p
		}
	}
	if failed != nil {
		d.put("rule.id", failed.ID)
		d.put("rule.name", failed.DisplayName)
		d.put("rule.category", "conditional access")
	}
}

func (r *Record) ecsVendor(d document) {
	d.put("azure.correlation_id", r.CorrelationID)
	d.put("azure.tenant_id", r.TenantID)
	at := "azure.signinlogs.properties."
	if code, ok := r.Status.ErrorCode.Get(); ok {
		d.put("azure.signinlogs.result_type", strconv.Itoa(int(code)))
		d.put(at+"status.error_code", int64(code))
		if code == codeSuccess {
			d.put(at+"status", document{"error_code": 0})
		}
	}
	d.put(at+"status.additional_details", r.Status.AdditionalDetails)
	for _, f := range [...]struct {
		name  string
		value any
	}{
		{"sign_in_event_types", r.SignInEventTypes}, {"is_interactive", r.IsInteractive}, {"app_id", r.AppID},
		{"app_display_name", r.AppDisplayName}, {"client_app_used", r.ClientAppUsed}, {"conditional_access_status", r.ConditionalAccessStatus},
		{"authentication_requirement", r.AuthenticationRequirement}, {"authentication_protocol", r.AuthenticationProtocol},
		{"original_transfer_method", r.OriginalTransferMethod}, {"incoming_token_type", r.IncomingTokenType},
		{"client_credential_type", r.ClientCredentialType}, {"cross_tenant_access_type", r.CrossTenantAccessType},
		{"user_type", r.UserType}, {"home_tenant_id", r.HomeTenantID}, {"resource_tenant_id", r.ResourceTenantID},
		{"resource_id", r.ResourceID}, {"resource_display_name", r.ResourceDisplayName}, {"session_id", r.SessionID},
		{"unique_token_identifier", r.UniqueTokenIdentifier}, {"risk_level_during_signin", r.RiskLevelDuringSignIn},
		{"risk_level_aggregated", r.RiskLevelAggregated}, {"risk_state", r.RiskState}, {"risk_detail", r.RiskDetail},
		{"risk_event_types_v2", r.RiskEventTypes}, {"token_issuer_type", r.TokenIssuerType},
		{"service_principal_id", r.ServicePrincipalID}, {"service_principal_name", r.ServicePrincipalName},
		{"device_detail.device_id", r.Device.ID}, {"device_detail.operating_system", r.Device.OperatingSystem},
		{"device_detail.browser", r.Device.Browser}, {"device_detail.trust_type", r.Device.TrustType},
		{"device_detail.is_compliant", r.Device.IsCompliant}, {"device_detail.is_managed", r.Device.IsManaged},
		{"applied_conditional_access_policies", r.policyDocuments()},
	} {
		d.put(at+f.name, f.value)
	}
}

// policyDocuments lists the policies with the names of the vendor's members.
func (r *Record) policyDocuments() (list []document) {
	for _, p := range r.AppliedPolicies {
		d := document{}
		d.put("id", p.ID)
		d.put("display_name", p.DisplayName)
		if v, ok := p.Result.Get(); ok {
			d.put("result", v.String())
		}
		if v, ok := p.Satisfied.Get(); ok {
			d.put("conditions_satisfied", v.String())
		}
		if v, ok := p.NotSatisfied.Get(); ok {
			d.put("conditions_not_satisfied", v.String())
		}
		d.put("enforced_grant_controls", p.GrantControls)
		d.put("enforced_session_controls", p.SessionControls)
		list = append(list, d)
	}
	return list
}
