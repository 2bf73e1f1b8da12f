package sigma_test

import (
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/signinlog"
)

// plain is a sign-in that succeeded and that no rule below is about.
func plain() *signinlog.Record {
	r := sample()
	r.Status = signinlog.Status{ErrorCode: signinlog.Told(access.ResultCode(0))}
	r.ConditionalAccessStatus, r.AuthenticationRequirement, r.AuthenticationProtocol = "success", "multiFactorAuthentication", "none"
	r.UserAgent, r.ClientAppUsed, r.ResourceDisplayName, r.RiskState, r.RiskEventTypes = "Mozilla/5.0", "Browser", "Wiki", "none", nil
	r.Device = signinlog.Device{ID: "d1", IsCompliant: signinlog.Told(true), TrustType: "Azure AD joined"}
	r.NetworkLocations = []signinlog.NetworkLocation{{Type: "trustedNamedLocation", Names: []string{"HQ"}}}
	r.HomeTenantID, r.ResourceTenantID, r.AppID, r.IPAddress, r.Location.CountryOrRegion = "t1", "t1", "a1", "198.51.100.23", "JP"
	return r
}

func failed(code access.ResultCode, reason string) func(*signinlog.Record) {
	return func(r *signinlog.Record) {
		r.Status = signinlog.Status{ErrorCode: signinlog.Told(code), FailureReason: reason}
	}
}

// placeholders give the collection's their values.
var placeholders = map[string][]string{"Apps": {"a9"}, "Countries": {"DE", "JP"}, "Foreign": {"RU"}, "Addresses": {"192.0.2.1"}, "Devices": {"d9"}, "Tenant": {"t1"}, "Closing": {"18"}, "People": {"ada@contoso.com"}}

// TestCollection has what the public collection asks of sign-in logs, told by the
// fields that its rules compare and the mistakes that they make, and a sign-in
// that each must find, or why it can find none.
func TestCollection(t *testing.T) {
	for _, tt := range []struct {
		about, detection string
		found            func(*signinlog.Record)
		problem          sigma.Problem // that keeps it from running
		why              string
		loose            bool
	}{
		{about: "locked accounts", detection: one("ResultType: 50053"), found: failed(50053, "locked")},
		{about: "a reconnaissance tool's agent, of another schema than the code", detection: one("userAgent|contains: azurehound\n  ResultType: 0"),
			found: func(r *signinlog.Record) { r.UserAgent = "AzureHound/1" }},
		{about: "devices registered without a second factor",
			detection: "selection:\n  ResourceDisplayName: Device Registration Service\n  conditionalAccessStatus: success\nfilter_mfa:\n  AuthenticationRequirement: multiFactorAuthentication\ncondition: selection and not filter_mfa",
			found: func(r *signinlog.Record) {
				r.ResourceDisplayName, r.AuthenticationRequirement = "Device Registration Service", "singleFactorAuthentication"
			}},
		{about: "a single factor, with the portal's word for success", detection: one("Status: Success\n  AuthenticationRequirement: singleFactorAuthentication"),
			found: func(r *signinlog.Record) { r.AuthenticationRequirement = "singleFactorAuthentication" }},
		{about: "devices that are not registered",
			detection: "selection_main:\n  Status: Success\n  AuthenticationRequirement: singleFactorAuthentication\n  RiskState: atRisk\nselection_empty1:\n  DeviceDetail.trusttype: ''\nselection_empty2:\n  DeviceDetail.trusttype: null\ncondition: selection_main and 1 of selection_empty*",
			found: func(r *signinlog.Record) {
				r.AuthenticationRequirement, r.RiskState, r.Device.TrustType = "singleFactorAuthentication", "atRisk", ""
			}},
		{about: "devices out of compliance, with a text for a truth value", detection: one("DeviceDetail.isCompliant: 'false'"),
			found: func(r *signinlog.Record) { r.Device.IsCompliant = signinlog.Told(false) }},
		{about: "unknown devices, with an empty list as text",
			detection: one("AuthenticationRequirement: singleFactorAuthentication\n  ResultType: 0\n  NetworkLocationDetails: '[]'\n  DeviceDetail.deviceId: ''"),
			found: func(r *signinlog.Record) {
				r.AuthenticationRequirement, r.NetworkLocations, r.Device.ID = "singleFactorAuthentication", nil, ""
			}},
		{about: "legacy clients by their agents", detection: one("Status: Success\n  userAgent|contains: [BAV2ROPC, CBAinPROD, CBAinTAR]"),
			found: func(r *signinlog.Record) { r.UserAgent = "CBAInPROD" }},
		{about: "device codes, with the portal's words", detection: one("properties.message: Device Code"),
			found: func(r *signinlog.Record) { r.AuthenticationProtocol = "deviceCode" }},
		{about: "password grants, with the portal's words", detection: one("properties.message: ROPC"),
			found: func(r *signinlog.Record) { r.AuthenticationProtocol = "ropc" }},
		{about: "disabled accounts, with a word for a text", detection: one("ResultType: 50057\n  ResultDescription: Failure"), found: failed(50057, "User account is disabled."), loose: true},
		{about: "blocked by policy, with a text that is not written and a key of its own case", detection: one("ResultType: 53003\n  Resultdescription: Blocked by Conditional Access"),
			found: failed(53003, "Access has been blocked by Conditional Access policies."), loose: true},
		{about: "legacy protocols, with a placeholder left as text", detection: one("ActivityDetails: Sign-ins\n  ClientApp: [Other client, IMAP, POP3]\n  Username: UPN"),
			problem: sigma.NeverMatches, why: `Username is never "UPN"`},
		{about: "disabled accounts, with one of two texts", detection: one("ResultType: 50057\n  ResultDescription: User account is disabled. The account has been disabled by an administrator."),
			found: failed(50057, "User account is disabled."), loose: true},
		{about: "prompts denied, by words in the status object", detection: one("AuthenticationRequirement: multiFactorAuthentication\n  Status|contains: 'MFA Denied'"),
			found: func(r *signinlog.Record) {
				failed(500121, "")(r)
				r.Status.AdditionalDetails = "MFA denied; user declined the authentication"
			}},
		{about: "prompts interrupted, by either of two codes with texts",
			detection: "selection_50074:\n  ResultType: 50074\n  ResultDescription|contains: Strong Auth required\nselection_500121:\n  ResultType: 500121\n  ResultDescription|contains: Authentication failed\ncondition: 1 of selection_*",
			found:     failed(50074, "User did not pass the MFA challenge."), loose: true},
		{about: "unusual interruptions, by three codes with texts",
			detection: "selection_50097:\n  ResultType: 50097\n  ResultDescription: Device authentication is required\nselection_50155:\n  ResultType: 50155\n  ResultDescription: DeviceAuthenticationFailed\nselection_50158:\n  ResultType: 50158\n  ResultDescription: ExternalSecurityChallenge\ncondition: 1 of selection_*",
			found:     failed(50158, "External security challenge was not satisfied."), loose: true},
		{about: "blocked by policy", detection: one("ResultType: 53003"), found: failed(53003, "")},
		{about: "important apps with a single factor", detection: one("resultType: 0\n  properties.appId|expand: '%Apps%'\n  properties.authenticationRequirement: singleFactorAuthentication"),
			found: func(r *signinlog.Record) {
				r.AppID, r.AuthenticationRequirement = "a9", "singleFactorAuthentication"
			}},
		{about: "success from foreign countries", detection: "selection:\n  resultType: 0\nfilter_main_known:\n  location|contains|expand: '%Countries%'\ncondition: selection and not 1 of filter_main_*",
			found: func(r *signinlog.Record) { r.Location.CountryOrRegion = "RU" }},
		{about: "all but success at home: a filter alone", detection: "filter:\n  resultType: 0\n  location|contains|expand: '%Countries%'\ncondition: not filter",
			found: func(r *signinlog.Record) { r.Location.CountryOrRegion = "RU" }},
		{about: "privileged people from elsewhere", detection: "selection:\n  location|expand: '%Foreign%'\n  callerIpAddress|expand: '%Addresses%'\n  properties.deviceDetail.deviceId|expand: '%Devices%'\nfilter_main_success:\n  resultType: 0\ncondition: selection and not 1 of filter_main_*",
			found: func(r *signinlog.Record) {
				failed(50126, "")(r)
				r.Location.CountryOrRegion, r.IPAddress, r.Device.ID = "RU", "192.0.2.1", "d9"
			}},
		{about: "our people in other tenants", detection: "selection:\n  resultType: 0\n  homeTenantId|expand: '%Tenant%'\nfilter_main_home:\n  resourceTenantId|contains|expand: '%Tenant%'\ncondition: selection and not 1 of filter_main_*",
			found: func(r *signinlog.Record) { r.ResourceTenantID = "t9" }},
		{about: "a library's agent", detection: one("userAgent|contains: axios"), found: func(r *signinlog.Record) { r.UserAgent = "axios/1.7.7" }},
		{about: "out of hours, with a word misspelled", detection: one("Status: Sucess\n  Location|expand: '%Countries%'\n  Date|expand: '%Closing%'"), problem: sigma.NeverMatches, why: `Status is never "Sucess"`},
		{about: "more failures, with a field that is none", detection: one("Status: failure\n  Count: '<10%'"), problem: sigma.NeverMatches, why: `no sign-in record has a field "Count"`},
		{about: "roles raised elsewhere, with words of the portal misspelled", detection: one("properties.message|contains: Add memmber to role completed\n  Status: [Sucess, failure]"),
			problem: sigma.NeverMatches, why: "properties.message is never"},
		{about: "roles used out of hours, with a field misspelled", detection: one("Status: Success\n  Initiatied.By|expand: '%People%'"), problem: sigma.NeverMatches, why: `"Initiatied.By"`},
		{about: "a count of bad passwords in the old syntax", loose: true,
			detection: "selection:\n  ResultType: 50126\n  ResultDescription: Invalid username or password\nfilter_computer:\n  TargetUserName|endswith: $\ntimeframe: 24h\ncondition: selection and not filter_computer | count(TargetUserName) by IpAddress > 10",
			found:     failed(50126, "Error validating credentials due to invalid username or password.")},
	} {
		t.Run(tt.about, func(t *testing.T) {
			set, err := sigma.Parse("rule.yml", []byte(rule(tt.detection)), sigma.Options{Placeholders: placeholders})
			if err != nil {
				t.Fatal(err)
			}
			if tt.problem != "" {
				if len(set.Rules) != 0 || len(set.Notices) != 1 || set.Notices[0].Problem != tt.problem || !strings.Contains(set.Notices[0].Reason, tt.why) {
					t.Errorf("rules %d, notices %v, want %s with %q", len(set.Rules), set.Notices, tt.problem, tt.why)
				}
				return
			}
			if loose := len(set.Notices) == 1 && set.Notices[0].Problem == sigma.LooseMatch; loose != tt.loose || len(set.Notices) > 1 {
				t.Errorf("notices %v", set.Notices)
			}
			if len(set.Rules) != 1 {
				t.Fatalf("%d rules run", len(set.Rules))
			}
			r := plain()
			if set.Rules[0].Matches(r) {
				t.Error("finds a sign-in that it is not about")
			}
			if tt.found(r); !set.Rules[0].Matches(r) {
				t.Error("does not find what it is about")
			}
			if !strings.Contains(tt.detection, "expand") {
				return
			}
			set, err = sigma.Parse("rule.yml", []byte(rule(tt.detection)), sigma.Options{})
			if err != nil || len(set.Rules) != 0 || len(set.Notices) != 1 || set.Notices[0].Problem != sigma.NoPlaceholder {
				t.Errorf("without values for placeholders: %+v, %v", set, err)
			}
		})
	}
}

// TestCollectionOfOtherLogs has the collection's other logs of the directory: the
// risks that a sign-in carries are found, the rest is named.
func TestCollectionOfOtherLogs(t *testing.T) {
	document := func(product, service, detection string) string {
		return "title: T\nlogsource:\n  product: " + product + "\n  service: " + service + "\ndetection:\n" + indent(detection)
	}
	for _, risk := range strings.Fields(`anomalousToken anomalousUserActivity riskyIPAddress anonymizedIPAddress unlikelyTravel impossibleTravel suspiciousInboxForwarding
		mcasSuspiciousInboxManipulationRules leakedCredentials maliciousIPAddress suspiciousIPAddress malwareInfectedIPAddress newCountry passwordSpray attemptedPrtAccess
		suspiciousBrowser investigationsThreatIntelligence tokenIssuerAnomaly unfamiliarFeatures`) {
		set, err := sigma.Parse("rule.yml", []byte(document("azure", "riskdetection", one("riskEventType: "+risk))), sigma.Options{})
		if err != nil || len(set.Rules) != 1 || len(set.Notices) != 0 {
			t.Fatalf("%s: %+v, %v", risk, set, err)
		}
		r := plain()
		if set.Rules[0].Matches(r) {
			t.Errorf("%s: finds a sign-in without risk", risk)
		}
		if r.RiskEventTypes = []string{"other", risk}; !set.Rules[0].Matches(r) {
			t.Errorf("%s: is not found", risk)
		}
	}
	for _, tt := range []struct {
		about, product, service, detection string
		problem                            sigma.Problem
		why                                string
	}{
		{"role alerts", "azure", "pim", one("riskEventType: staleSignInAlertIncident"), sigma.OtherLog, "azure/pim"},
		{"directory changes", "azure", "auditlogs", one("properties.message: Delete conditional access policy"), sigma.OtherLog, "azure/auditlogs"},
		{"directory changes with fields of their own", "azure", "auditlogs", one("TargetResources.modifiedProperties.newValue|contains: x"), sigma.OtherLog, "azure/auditlogs"},
		{"directory changes with a placeholder", "azure", "auditlogs", "s:\n  properties.message: Add user\nf:\n  Initiatied.By|expand: '%None%'\ncondition: s and not f", sigma.OtherLog, "azure/auditlogs"},
		{"subscriptions", "azure", "activitylogs", one("operationName: x"), sigma.OtherLog, "azure/activitylogs"},
		{"mailboxes", "m365", "exchange", one("Operation: New-InboxRule"), sigma.OtherLog, "m365/exchange"},
		{"alerts of an office suite", "m365", "threat_management", one("eventName: x"), sigma.OtherLog, "m365/threat_management"},
		{"alerts in its audit log", "m365", "audit", one("eventSource: SecurityComplianceCenter\n  status: success"), sigma.NeverMatches, `"eventSource"`},
		{"operations that are no sign-ins", "m365", "audit", one("Operation|contains: Disable Strong Authentication."), sigma.NeverMatches, "UserLoggedIn"},
	} {
		set, err := sigma.Parse("rule.yml", []byte(document(tt.product, tt.service, tt.detection)), sigma.Options{})
		if err != nil || len(set.Rules) != 0 || len(set.Notices) != 1 || set.Notices[0].Problem != tt.problem || !strings.Contains(set.Notices[0].Reason, tt.why) {
			t.Errorf("%s: %+v, %v; want %s with %q", tt.about, set, err, tt.problem, tt.why)
		}
	}
	set, err := sigma.Parse("rule.yml", []byte(document("m365", "audit",
		"selection:\n  Operation: UserLoggedIn\n  ApplicationId: a7\n  ResultStatus: Success\n  RequestType: Cmsi:Cmsi\nfilter_main_object:\n  ObjectId: res\ncondition: selection and not 1 of filter_main_*")), sigma.Options{})
	if err != nil || len(set.Rules) != 1 {
		t.Fatalf("%+v, %v", set, err)
	}
	r := plain()
	r.AppID, r.RequestType = "a7", "Cmsi:Cmsi"
	if !set.Rules[0].Matches(r) {
		t.Error("a sign-in of the audit log is not found")
	}
}
