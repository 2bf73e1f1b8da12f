package signinlog

import (
	"io"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework whose
// Authentication class is written.
const ocsfVersion = "1.6.0"

// NewOCSFWriter writes records as OCSF events of class 3002, Authentication, one
// per line, with the profiles cloud, host and security_control.
func NewOCSFWriter(w io.Writer) Writer {
	return newJSONLines(w, func(r *Record) any { return r.ocsf() })
}

// ocsf returns the record as an OCSF event. is_mfa is true only when a second
// factor was completed, and an interrupt is neither success nor failure.
func (r *Record) ocsf() document {
	d := document{"activity_id": 1, "activity_name": "Logon", "category_uid": 3, "category_name": "Identity & Access Management",
		"class_uid": 3002, "class_name": "Authentication", "type_uid": 300201, "severity_id": 1, "severity": "Informational",
		"time": r.Time.UnixMilli()}
	r.ocsfMetadata(d)
	r.ocsfStatus(d)
	r.ocsfPerson(d)
	r.ocsfClient(d)
	r.ocsfProof(d)
	r.ocsfPolicies(d)
	return d
}

func (r *Record) ocsfMetadata(d document) {
	d.put("metadata", document{"version": ocsfVersion, "profiles": []string{"cloud", "host", "security_control"}})
	d.put("metadata.product", document{"name": "Entra ID sign-in log", "vendor_name": "Microsoft"})
	if r.EngineVersion != "" {
		d.put("metadata.product", document{"name": "Sallyport", "vendor_name": "Sallyport", "version": r.EngineVersion})
	}
	d.put("metadata.uid", r.ID)
	d.put("metadata.correlation_uid", r.CorrelationID)
	if !r.LoggedTime.IsZero() {
		d.put("metadata.logged_time", r.LoggedTime.UnixMilli())
	}
	d.put("raw_data", r.text())
}

func (r *Record) ocsfStatus(d document) {
	status, name, action, disposition := 0, "Unknown", 0, 0
	switch r.Outcome() {
	case Succeeded:
		status, name, action, disposition = 1, "Success", 1, 1
	case Failed:
		status, name, action, disposition = 2, "Failure", 2, 2
	case Interrupted:
		action, disposition = 2, 23 // challenge
	}
	d["status_id"], d["status"], d["action_id"], d["disposition_id"] = status, name, action, disposition
	if code, ok := r.Status.ErrorCode.Get(); ok {
		d.put("status_code", strconv.Itoa(int(code)))
	}
	d.put("status_detail", r.Status.FailureReason)
	d.put("message", r.Status.FailureReason)
	if levels := map[string]int{"none": 0, "low": 1, "medium": 2, "high": 3}; r.RiskLevelDuringSignIn != "" {
		if id, ok := levels[r.RiskLevelDuringSignIn]; ok {
			d["risk_level_id"], d["risk_level"] = id, [...]string{"Info", "Low", "Medium", "High"}[id]
		}
	}
	d.put("risk_details", strings.Join(r.RiskEventTypes, ","))
}

func (r *Record) ocsfPerson(d document) {
	_, domain, _ := strings.Cut(r.UserPrincipalName, "@")
	user := document{"type_id": 0}
	switch r.Kind() {
	case ServicePrincipal, ManagedIdentitySignIn:
		user["type_id"] = 99
		user.put("type", r.Kind().String())
		user.put("uid", r.ServicePrincipalID)
		user.put("name", r.ServicePrincipalName)
		d.put("actor.app_uid", r.ServicePrincipalID)
		d.put("actor.app_name", r.ServicePrincipalName)
	default:
		if r.UserID != "" {
			user["type_id"] = 1
		}
		user.put("uid", r.UserID)
		user.put("name", r.UserPrincipalName)
		user.put("email_addr", r.UserPrincipalName)
		user.put("full_name", r.UserDisplayName)
		user.put("domain", domain)
	}
	user.put("org.uid", r.HomeTenantID)
	user.put("risk_level", r.RiskLevelAggregated)
	d["user"] = user
	d.put("cloud.provider", "Azure")
	d.put("cloud.account.uid", firstOf(r.TenantID, r.ResourceTenantID))
}

func (r *Record) ocsfClient(d document) {
	d.put("service.uid", r.AppID)
	d.put("service.name", r.AppDisplayName)
	d.put("dst_endpoint.uid", r.ResourceID)
	d.put("dst_endpoint.svc_name", r.ResourceDisplayName)
	d.put("src_endpoint.ip", r.IPAddress)
	d.put("src_endpoint.location.city", r.Location.City)
	d.put("src_endpoint.location.region", r.Location.State)
	d.put("src_endpoint.location.country", r.Location.CountryOrRegion)
	d.put("src_endpoint.location.lat", plain(r.Location.Coordinates.Latitude))
	d.put("src_endpoint.location.long", plain(r.Location.Coordinates.Longitude))
	d.put("src_endpoint.autonomous_system.number", r.AutonomousSystemNumber)
	d.put("http_request.user_agent", r.UserAgent)
	if device := r.ocsfDevice(); len(device) > 0 {
		device["type_id"] = 0
		d.put("device", device)
	}
	d.put("session.uid", r.SessionID)
	d.put("session.uid_alt", r.UniqueTokenIdentifier)
}

// plain returns the value, or nil where none was told.
func plain[T any](m Maybe[T]) any {
	if !m.Known {
		return nil
	}
	return m.Value
}

func (r *Record) ocsfDevice() document {
	device := document{}
	device.put("uid", r.Device.ID)
	device.put("name", r.Device.DisplayName)
	if r.Device.OperatingSystem != "" {
		device.put("os", document{"name": r.Device.OperatingSystem, "type_id": ocsfSystem(r.Device.OperatingSystem)})
	}
	device.put("is_compliant", plain(r.Device.IsCompliant))
	device.put("is_managed", plain(r.Device.IsManaged))
	if r.Device.TrustType != "" {
		device.put("is_trusted", true)
	}
	return device
}

// ocsfSystem returns OCSF's number of an operating system.
func ocsfSystem(name string) int {
	platform, _ := platformOf(name)
	switch platform {
	case access.Windows:
		return 100
	case access.WindowsPhone:
		return 101
	case access.Linux:
		return 200
	case access.Android:
		return 201
	case access.MacOS:
		return 300
	case access.IOS:
		return 301
	}
	return 99
}

func (r *Record) ocsfProof(d document) {
	d["is_mfa"] = r.MultiFactor()
	switch r.Kind() {
	case InteractiveUser:
		d["logon_type_id"], d["logon_type"] = 2, "Interactive"
	case KindUnknown:
	default:
		d["logon_type_id"], d["logon_type"] = 99, r.Kind().String()
	}
	if r.AuthenticationProtocol != "" && r.AuthenticationProtocol != "none" {
		d["auth_protocol_id"] = ocsfProtocol(r.AuthenticationProtocol)
		d["auth_protocol"] = r.AuthenticationProtocol
	}
	var factors []document
	for _, step := range r.AuthenticationDetails {
		id := ocsfFactor(step.Method)
		if step.Method == "" || !Is(step.Succeeded, true) {
			continue
		}
		factors = append(factors, document{"factor_type_id": id, "factor_type": step.Method})
	}
	d.put("auth_factors", factors)
}

func ocsfProtocol(name string) int {
	switch {
	case containsFold(name, "saml"):
		return 5
	case containsFold(name, "kerberos"):
		return 2
	case strings.HasPrefix(name, "wsFederation"), strings.HasPrefix(name, "wsTrust"):
		return 99
	}
	return 6 // all the others are OAuth 2.0 grants
}

// ocsfFactor returns OCSF's number of the kind of factor.
func ocsfFactor(method string) int {
	m, _ := methodOf(method)
	switch m {
	case access.SMS:
		return 1
	case access.Voice:
		return 3
	case access.AuthenticatorPush, access.DeviceBasedPush:
		return 5
	case access.HardwareOATH:
		return 6
	case access.SoftwareOATH:
		return 7
	case access.Email:
		return 8
	case access.FIDO2, access.WindowsHello:
		return 10
	case access.Password:
		return 11
	}
	return 99
}

func (r *Record) ocsfPolicies(d document) {
	for _, p := range r.AppliedPolicies {
		if Is(p.Result, access.ResultFailure) {
			policy := document{"is_applied": true}
			policy.put("uid", p.ID)
			policy.put("name", p.DisplayName)
			d.put("policy", policy)
			break
		}
	}
	d.put("unmapped.conditional_access_status", r.ConditionalAccessStatus)
	d.put("unmapped.policies", r.policyDocuments())
	d.put("unmapped.client_app_used", r.ClientAppUsed)
	d.put("unmapped.authentication_requirement", r.AuthenticationRequirement)
}
