package graphjson_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// policy reads one policy that must be without errors.
func policy(t *testing.T, text string) graphjson.Policy {
	t.Helper()
	list, err := graphjson.DecodePolicies("f", []byte(text))
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: read %d policies, %v", text, len(list), err)
	}
	return list[0]
}

// withConditions wraps the members of conditions into a policy.
func withConditions(members string) string {
	return `{"state":"enabled","conditions":{"clientAppTypes":[],` + members + `}}`
}

func TestConditions(t *testing.T) {
	guests := func(types access.GuestTypes, tenants ...access.TenantID) []access.GuestSelector {
		return []access.GuestSelector{{Types: types, Tenants: tenants}}
	}
	tests := []struct {
		name, text string
		want       func(*access.Conditions)
	}{
		{"CA-4: absent, null, [] and objects of nulls are not configured", `"users":null,"applications":{},"platforms":{"includePlatforms":null},"locations":{"includeLocations":[],"excludeLocations":[]},
			"devices":{"deviceFilter":{"mode":null,"rule":null}},"signInRiskLevels":[],"insiderRiskLevels":null,"clientApplications":{"includeServicePrincipals":null},"authenticationFlows":{"transferMethods":""},"times":null`,
			func(*access.Conditions) {}},
		{"CA-10", `"users":{"includeUsers":["All","u1"],"excludeUsers":["u2"],"includeGroups":["g1"],"excludeGroups":["g2"],"includeRoles":["r1"],"excludeRoles":["r2"]}`,
			func(c *access.Conditions) {
				c.Users.Include = access.Principals{All: true, Users: []access.UserID{"u1"}, Groups: []access.GroupID{"g1"}, Roles: []access.RoleID{"r1"}}
				c.Users.Exclude = access.Principals{Users: []access.UserID{"u2"}, Groups: []access.GroupID{"g2"}, Roles: []access.RoleID{"r2"}}
			}},
		{"CA-6: keywords in any case", `"users":{"includeUsers":["all"," NONE "]}`,
			func(c *access.Conditions) { c.Users.Include = access.Principals{All: true, None: true} }},
		{"CA-18: GuestsOrExternalUsers", `"users":{"includeUsers":["guestsOrExternalUsers"]}`,
			func(c *access.Conditions) { c.Users.Include.Guests = guests(access.GuestTypesAll) }},
		{"CA-5: flags with spaces", `"users":{"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":" internalGuest , ServiceProvider "}}`,
			func(c *access.Conditions) {
				c.Users.Include.Guests = guests(access.InternalGuest | access.ServiceProvider)
			}},
		{"flags as a number", `"users":{"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":33}}`,
			func(c *access.Conditions) {
				c.Users.Include.Guests = guests(access.InternalGuest | access.ServiceProvider)
			}},
		{"CA-17: all tenants", `"users":{"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest","externalTenants":{"@odata.type":"x","membershipKind":"All"}}}`,
			func(c *access.Conditions) { c.Users.Exclude.Guests = guests(access.B2BCollaborationGuest) }},
		{"CA-17: enumerated tenants", `"users":{"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest","externalTenants":{"membershipKind":"enumerated","members":["t1","t2"]}}}`,
			func(c *access.Conditions) { c.Users.Exclude.Guests = guests(access.B2BCollaborationGuest, "t1", "t2") }},
		{"tenants in PowerShell's additional properties", `"Users":{"IncludeGuestsOrExternalUsers":{"GuestOrExternalUserTypes":"b2bCollaborationGuest","ExternalTenants":{"MembershipKind":"enumerated","AdditionalProperties":{"members":["t1"]}}}}`,
			func(c *access.Conditions) { c.Users.Include.Guests = guests(access.B2BCollaborationGuest, "t1") }},
		{"guest object of nulls", `"users":{"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":null,"externalTenants":{"membershipKind":null}}}`,
			func(*access.Conditions) {}},
		{"CA-25", `"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"],"excludeServicePrincipals":["s1"]}`,
			func(c *access.Conditions) {
				c.Workloads = &access.Workloads{IncludeAll: true, Exclude: []access.ServicePrincipalID{"s1"}}
			}},
		{"CA-29", `"clientApplications":{"includeAgentIdServicePrincipals":["All","a1"],"excludeAgentIdServicePrincipals":["a2"]},"agentIdRiskLevels":"medium,high"`,
			func(c *access.Conditions) {
				c.Workloads = &access.Workloads{IncludeAllAgents: true, IncludeAgents: []access.ServicePrincipalID{"a1"}, ExcludeAgents: []access.ServicePrincipalID{"a2"}}
				c.AgentRisk = access.RiskMedium | access.RiskHigh
			}},
		{"CA-32", `"applications":{"includeApplications":["all","None","Office365","MicrosoftAdminPortals","AllAgentIdResources","a1"],"excludeApplications":["office365","a2"]}`,
			func(c *access.Conditions) {
				c.Applications.Include = access.AppSelector{All: true, None: true, Office365: true, AdminPortals: true, AllAgents: true, Apps: []access.AppID{"a1"}}
				c.Applications.Exclude = access.AppSelector{Office365: true, Apps: []access.AppID{"a2"}}
			}},
		{"CA-43, CA-46", `"applications":{"includeUserActions":["urn:user:registerSecurityInfo","urn:user:registerdevice"],"includeAuthenticationContextClassReferences":["C1","c99"]}`,
			func(c *access.Conditions) {
				c.Applications.UserActions = access.RegisterSecurityInfo | access.RegisterDevice
				c.Applications.Contexts = []string{"c1", "c99"}
			}},
		{"CA-51: all of them is not configured", `"platforms":null`, func(*access.Conditions) {}},
		{"CA-55", `"platforms":{"includePlatforms":["all"],"excludePlatforms":["Android","ios","windowsPhone"]}`,
			func(c *access.Conditions) {
				c.Platforms = &access.PlatformSet{Include: access.PlatformAll, Exclude: access.Android | access.IOS | access.WindowsPhone}
			}},
		{"platforms excluded only", `"platforms":{"excludePlatforms":["linux"]}`,
			func(c *access.Conditions) {
				c.Platforms = &access.PlatformSet{Include: access.PlatformAll, Exclude: access.Linux}
			}},
		{"CA-60", `"locations":{"includeLocations":["All","l1"],"excludeLocations":["allTrusted","l2"]}`,
			func(c *access.Conditions) {
				c.Locations = &access.LocationSet{Include: access.LocationSelector{All: true, Named: []access.LocationID{"l1"}}, Exclude: access.LocationSelector{AllTrusted: true, Named: []access.LocationID{"l2"}}}
			}},
		{"locations excluded only", `"locations":{"excludeLocations":["AllTrusted"]}`,
			func(c *access.Conditions) {
				c.Locations = &access.LocationSet{Include: access.LocationSelector{All: true}, Exclude: access.LocationSelector{AllTrusted: true}}
			}},
		{"CA-75", `"signInRiskLevels":["High","none"],"userRiskLevels":["low"],"servicePrincipalRiskLevels":["medium"]`,
			func(c *access.Conditions) {
				c.SignInRisk, c.UserRisk, c.ServicePrincipalRisk = access.RiskHigh|access.RiskNone, access.RiskLow, access.RiskMedium
			}},
		{"CA-82", `"insiderRiskLevels":"minor, elevated"`, func(c *access.Conditions) { c.InsiderRisk = access.InsiderMinor | access.InsiderElevated }},
		{"insider risk as an array", `"insiderRiskLevels":["moderate"]`, func(c *access.Conditions) { c.InsiderRisk = access.InsiderModerate }},
		{"CA-95", `"authenticationFlows":{"transferMethods":"deviceCodeFlow,authenticationTransfer"}`,
			func(c *access.Conditions) { c.Flows = access.DeviceCodeFlow | access.AuthenticationTransfer }},
		{"CA-95: none is not configured", `"authenticationFlows":{"transferMethods":"none"}`, func(*access.Conditions) {}},
		{"CA-90: devices", `"devices":{"includeDevices":["All"],"excludeDevices":["Compliant"],"includeDeviceStates":[]}`,
			func(c *access.Conditions) { c.DeviceStates = &access.DeviceStates{ExcludeCompliant: true} }},
		{"CA-90: deviceStates", `"deviceStates":{"includeStates":["All"],"excludeStates":["compliant","domainJoined"]}`,
			func(c *access.Conditions) {
				c.DeviceStates = &access.DeviceStates{ExcludeCompliant: true, ExcludeDomainJoined: true}
			}},
	}
	for _, tt := range tests {
		p := policy(t, withConditions(tt.text))
		var want access.Conditions
		tt.want(&want)
		if !reflect.DeepEqual(p.Conditions, want) || len(p.Unrecognised) > 0 {
			t.Errorf("%s: read\n%+v %v\nwant\n%+v", tt.name, p.Conditions, p.Unrecognised, want)
		}
	}
}

func TestClientAppTypes(t *testing.T) {
	for text, want := range map[string]access.ClientAppTypes{
		`[]`: 0, `null`: 0, `["all"]`: 0, `["All","browser"]`: 0,
		`["browser","Other"]`: access.Browser | access.OtherClients,
		`["modern"]`:          access.MobileAndDesktop,   // CA-51
		`["easUnsupported"]`:  access.ExchangeActiveSync, // CA-51
		`[1,3]`:               access.Browser | access.ExchangeActiveSync,
		`["easSupported"]`:    access.EASSupported,
		`["browser","mobileAppsAndDesktopClients","exchangeActiveSync","easSupported","other"]`: 0,
	} {
		p := policy(t, `{"state":"enabled","conditions":{"users":{},"clientAppTypes":`+text+`}}`)
		if p.Conditions.ClientApps != want {
			t.Errorf("%s: %v, want %v", text, p.Conditions.ClientApps, want)
		}
	}
}

func TestDeviceFilter(t *testing.T) {
	p := policy(t, withConditions(`"devices":{"deviceFilter":{"mode":"Exclude","rule":"device.isCompliant -eq True"}}`))
	f := p.Conditions.DeviceFilter
	if f == nil || !f.Exclude || f.Rule.Source() != "device.isCompliant -eq True" {
		t.Errorf("read %+v", f)
	}
	p = policy(t, withConditions(`"applications":{"applicationFilter":{"mode":"include","rule":"CustomSecurityAttribute.Finance_tier -contains \"gold\""}}`))
	if f := p.Conditions.Applications.Filter; f == nil || f.Exclude {
		t.Errorf("read %+v", f)
	}
}

// TestUnrecognised shows what is no error but keeps a policy from being enforced
// (CA-8).
func TestUnrecognised(t *testing.T) {
	tests := []struct{ text, path, value string }{
		{withConditions(`"signInRiskLevels":["low","severe"]`), "conditions.signInRiskLevels[1]", "severe"},
		{withConditions(`"userRiskLevels":["unknownFutureValue"]`), "conditions.userRiskLevels[0]", "unknownFutureValue"},
		{withConditions(`"insiderRiskLevels":"minor,none"`), "conditions.insiderRiskLevels", "none"},
		{withConditions(`"platforms":{"includePlatforms":["chromeOS"]}`), "conditions.platforms.includePlatforms[0]", "chromeOS"},
		{withConditions(`"platforms":{"includePlatforms":["unknown"]}`), "conditions.platforms.includePlatforms[0]", "unknown"},
		{withConditions(`"users":{"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest,alien"}}`), "conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes", "alien"},
		{withConditions(`"users":{"includeUsers":["AllAgentIdUsers"]}`), "conditions.users.includeUsers[0]", "AllAgentIdUsers"},
		{withConditions(`"users":{"includeAdministrativeUnits":["au"]}`), "conditions.users.includeAdministrativeUnits", `["au"]`},
		{withConditions(`"times":{"includedRanges":[1]}`), "conditions.times", `{"includedRanges":[1]}`},
		{withConditions(`"agents":{"includeAgentUsers":["All"]}`), "conditions.agents", `{"includeAgentUsers":["All"]}`},
		{withConditions(`"applications":{"networkAccess":{"includeTrafficProfiles":"internet"}}`), "conditions.applications.networkAccess", `{"includeTrafficProfiles":"internet"}`},
		{withConditions(`"applications":{"includeUserActions":["urn:user:accountrecovery"]}`), "conditions.applications.includeUserActions[0]", "urn:user:accountrecovery"},
		{withConditions(`"applications":{"excludeApplications":["All"]}`), "conditions.applications.excludeApplications[0]", "All"},
		{withConditions(`"authenticationFlows":{"transferMethods":"deviceCodeFlow,telepathy"}`), "conditions.authenticationFlows.transferMethods", "telepathy"},
		{withConditions(`"deviceStates":{"includeStates":["Compliant"]}`), "conditions.deviceStates.includeStates[0]", "Compliant"},
		{withConditions(`"devices":{"deviceFilter":{"mode":"sometimes","rule":"device.isCompliant -eq True"}}`), "conditions.devices.deviceFilter.mode", "sometimes"},
		{withConditions(`"AdditionalProperties":{"moonPhases":["full"]}`), "conditions.moonPhases", `["full"]`},
		{`{"state":"enabled","grantControls":{"builtInControls":["mfa","verifiedID"]}}`, "grantControls.builtInControls[1]", "verifiedID"},
		{`{"state":"enabled","grantControls":{"builtInControls":[7]}}`, "grantControls.builtInControls[0]", "7"},
		{`{"state":"enabled","grantControls":{"operator":"XOR","builtInControls":["mfa"]}}`, "grantControls.operator", "XOR"},
		{`{"state":"enabled","grantControls":{"authenticationStrength":{"id":"s","allowedCombinations":["palm"]}}}`, "grantControls.authenticationStrength.allowedCombinations[0]", ""},
		{`{"state":"enabled","sessionControls":{"networkAccessSecurity":{"isEnabled":true}}}`, "sessionControls.networkAccessSecurity", `{"isEnabled":true}`},
		{`{"state":"enabled","sessionControls":{"continuousAccessEvaluation":{"mode":"loose"}}}`, "sessionControls.continuousAccessEvaluation.mode", "loose"},
		{`{"state":"enabled","partialEnablementStrategy":"half","conditions":{"users":{}}}`, "partialEnablementStrategy", "half"},
	}
	for _, tt := range tests {
		p := policy(t, tt.text)
		if len(p.Unrecognised) != 1 || p.Unrecognised[0].Path != tt.path || tt.value != "" && p.Unrecognised[0].Value != tt.value {
			t.Errorf("%s: %v, want %s %s", tt.text, p.Unrecognised, tt.path, tt.value)
		}
		// Encoding from the meaning alone keeps what was not understood.
		data, err := graphjson.EncodePolicy(&graphjson.Policy{Policy: p.Policy})
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		again := policy(t, string(data))
		if tt.value != "" && (len(again.Unrecognised) != 1 || again.Unrecognised[0].Value != tt.value) {
			t.Errorf("%s: written and read again: %v", tt.text, again.Unrecognised)
		}
	}
}

// TestKept shows members that say nothing about when a policy applies.
func TestKept(t *testing.T) {
	p := policy(t, `{"@odata.type":"#microsoft.graph.conditionalAccessPolicy","id":"p","templateId":"t","displayName":"n","description":"d",
		"createdDateTime":"2024-05-01T10:00:00.5Z","modifiedDateTime":"/Date(1618315427741)/","deletedDateTime":"2024-06-01T00:00:00Z",
		"state@odata.type":"#x","state":"ENABLED","owner":"somebody","#microsoft.graph.restore":{"title":"x"},
		"conditions":{"users@odata.type":"#y","users":{"includeUsers":["All"]},"applications":{}},
		"sessionControls":{"blockSensitiveActions":{"isEnabled":false},"somethingNew":false}}`)
	if len(p.Unrecognised) > 0 || p.ID != "p" || p.TemplateID != "t" || p.DisplayName != "n" || p.Description != "d" || !p.Deleted || p.State != access.StateEnabled {
		t.Errorf("read %+v", p)
	}
	if want := time.Date(2024, 5, 1, 10, 0, 0, 5e8, time.UTC); !p.Created.Equal(want) {
		t.Errorf("created %v, want %v", p.Created, want)
	}
	if want := time.UnixMilli(1618315427741); !p.Modified.Equal(want) {
		t.Errorf("modified %v, want %v", p.Modified, want)
	}
}

func TestStates(t *testing.T) {
	for text, want := range map[string]access.State{
		`"enabled"`: access.StateEnabled, `"Disabled"`: access.StateDisabled, `"enabledForReportingButNotEnforced"`: access.StateReportOnly,
		`0`: access.StateEnabled, `1`: access.StateDisabled, `2`: access.StateReportOnly, `null`: access.StateNone,
	} {
		if p := policy(t, `{"conditions":{"users":{}},"state":`+text+`}`); p.State != want {
			t.Errorf("%s: %v, want %v", text, p.State, want)
		}
	}
}

func TestGrantControls(t *testing.T) {
	tests := []struct {
		name, text string
		want       *access.GrantControls
	}{
		{"null", `null`, nil},
		{"of nothing", `{"operator":"OR","builtInControls":[],"customAuthenticationFactors":[],"termsOfUse":[],"authenticationStrength":{"id":null}}`, nil},
		{"CA-101: no operator is AND", `{"builtInControls":["mfa"]}`, &access.GrantControls{Controls: access.MFA}},
		{"CA-101", `{"operator":"or","builtInControls":["MFA","compliantDevice"],"customAuthenticationFactors":["c"],"termsOfUse":["t"]}`,
			&access.GrantControls{Any: true, Controls: access.MFA | access.CompliantDevice, Custom: []string{"c"}, TermsOfUse: []access.AgreementID{"t"}}},
		{"CA-100: numbers", `{"builtInControls":[0,8]}`, &access.GrantControls{Controls: access.Block | access.RiskRemediation}},
		{"strength by id", `{"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`, &access.GrantControls{Strength: access.StrengthPhishingResistant}},
		{"strength by link", `{"authenticationStrength@odata.bind":"https://graph.microsoft.com/v1.0/policies/authenticationStrengthPolicies('s')"}`, &access.GrantControls{Strength: "s"}},
		{"strength by path", `{"authenticationStrength@odata.bind":"https://graph.microsoft.com/v1.0/policies/authenticationStrengthPolicies/s"}`, &access.GrantControls{Strength: "s"}},
	}
	for _, tt := range tests {
		p := policy(t, `{"state":"enabled","conditions":{"users":{}},"grantControls":`+tt.text+`}`)
		if !reflect.DeepEqual(p.Grant, tt.want) || p.Strength != nil {
			t.Errorf("%s: read %+v %v, want %+v", tt.name, p.Grant, p.Strength, tt.want)
		}
	}
	p := policy(t, `{"state":"enabled","grantControls":{"authenticationStrength":{"id":"s","displayName":"n","allowedCombinations":["fido2","password , sms"]}}}`)
	if p.Grant.Strength != "s" || p.Strength == nil || len(p.Strength.Combinations) != 2 || p.Strength.Combinations[1].Methods != access.Password|access.SMS {
		t.Errorf("read %+v %+v", p.Grant, p.Strength)
	}
}

func TestSessionControls(t *testing.T) {
	tests := []struct {
		name, text string
		want       access.SessionControls
	}{
		{"CA-150: not enabled", `{"signInFrequency":{"isEnabled":false,"value":4,"type":"hours"},"persistentBrowser":{"isEnabled":null,"mode":null},"cloudAppSecurity":{"cloudAppSecurityType":"monitorOnly"},"disableResilienceDefaults":false}`, access.SessionControls{}},
		{"CA-152", `{"signInFrequency":{"isEnabled":true,"value":4,"type":"hours"}}`, access.SessionControls{SignInFrequency: access.SignInFrequency{Primary: 4 * time.Hour, Secondary: 4 * time.Hour}}},
		{"days, second factor only", `{"signInFrequency":{"isEnabled":true,"value":2,"type":"Days","frequencyInterval":"timeBased","authenticationType":"secondaryAuthentication"}}`, access.SessionControls{SignInFrequency: access.SignInFrequency{Secondary: 48 * time.Hour}}},
		{"CA-153", `{"signInFrequency":{"isEnabled":true,"value":null,"type":null,"frequencyInterval":"everyTime","authenticationType":"primaryAndSecondaryAuthentication"}}`, access.SessionControls{SignInFrequency: access.SignInFrequency{PrimaryEveryTime: true, SecondaryEveryTime: true}}},
		{"every time, second factor only", `{"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime","authenticationType":"secondaryAuthentication"}}`, access.SessionControls{SignInFrequency: access.SignInFrequency{SecondaryEveryTime: true}}},
		{"the rest", `{"persistentBrowser":{"isEnabled":true,"mode":"never"},"cloudAppSecurity":{"isEnabled":true,"cloudAppSecurityType":"blockDownloads"},"applicationEnforcedRestrictions":{"isEnabled":true},"secureSignInSession":{"isEnabled":true},"disableResilienceDefaults":true,"continuousAccessEvaluation":{"mode":"strictLocation"},"globalSecureAccessFilteringProfile":{"isEnabled":true,"profileId":"g"}}`,
			access.SessionControls{PersistentBrowser: access.PersistentNever, CloudAppSecurity: access.BlockDownloads, AppEnforcedRestrictions: true, TokenProtection: true, DisableResilienceDefaults: true, ContinuousAccess: access.ContinuousAccessStrictLocation, SecurityProfile: "g"}},
		{"continuous access", `{"continuousAccessEvaluation":{"mode":"disabled"}}`, access.SessionControls{ContinuousAccess: access.ContinuousAccessDisabled}},
	}
	for _, tt := range tests {
		p := policy(t, `{"state":"enabled","conditions":{"users":{}},"sessionControls":`+tt.text+`}`)
		if p.Session != tt.want || len(p.Unrecognised) > 0 {
			t.Errorf("%s: read %+v %v, want %+v", tt.name, p.Session, p.Unrecognised, tt.want)
		}
	}
}

// TestPolicyErrors shows that every error has its place.
func TestPolicyErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{\"state\":\"on\",\n\"conditions\":{\"users\":{}}}", `f:1:10: state: found "on", expected one of enabled, disabled, enabledForReportingButNotEnforced`},
		{"{\"state\":\"enabled\",\n \"conditions\":{\"users\":[]},\n\"grantControls\":{\"builtInControls\":\"mfa\"}}", `f:3:36: grantControls.builtInControls: found "mfa", expected an array`},
		{`{"state":"enabled","conditions":{"users":{"includeUsers":["u",7]}}}`, `f:1:63: conditions.users.includeUsers[1]: found 7, expected a string`},
		{`{"state":"enabled","conditions":{"users":{"includeGroups":[""]}}}`, `conditions.users.includeGroups[0]: found an empty string, expected an id`},
		{`{"state":"enabled","conditions":{"users":{},"clientAppTypes":[true]}}`, `conditions.clientAppTypes[0]: found true, expected a name`},
		{`{"state":"enabled","conditions":{"users":{},"signInRiskLevels":3}}`, `conditions.signInRiskLevels: found 3, expected a string of names with commas between them`},
		{`{"state":"enabled","conditions":{"users":{"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest","externalTenants":{"membershipKind":"enumerated"}}}}}`, `externalTenants.members: found no tenant, expected those`},
		{`{"state":"enabled","conditions":{"users":{},"devices":{"deviceFilter":{"mode":"include"}}}}`, `conditions.devices.deviceFilter.rule: found nothing, expected a rule`},
		{`{"state":"enabled","conditions":{"users":{},"devices":{"deviceFilter":{"rule":"device.isCompliant -eq True"}}}}`, `conditions.devices.deviceFilter.mode: found nothing, expected include or exclude`},
		{"{\"state\":\"enabled\",\"conditions\":{\"users\":{},\n\"devices\":{\"deviceFilter\":{\"mode\":\"include\",\"rule\":\"device.model -eq \\\"a\\\" -and ?\"}}}}", `f:2:81: conditions.devices.deviceFilter.rule: found`},
		{`{"state":"enabled","grantControls":{"authenticationStrength":{"displayName":"n"}}}`, `grantControls.authenticationStrength.id: found nothing, expected the id of an authentication strength`},
		{`{"state":"enabled","sessionControls":{"signInFrequency":{"isEnabled":true,"type":"hours"}}}`, `sessionControls.signInFrequency.value: found nothing, expected a whole number from 1 to 8760`},
		{`{"state":"enabled","sessionControls":{"signInFrequency":{"isEnabled":true,"type":"days","value":366}}}`, `sessionControls.signInFrequency.value: found 366, expected a whole number from 1 to 365`},
		{`{"state":"enabled","sessionControls":{"signInFrequency":{"isEnabled":true,"type":"days","value":1.5}}}`, `found 1.5, expected a whole number`},
		{`{"state":"enabled","sessionControls":{"signInFrequency":{"isEnabled":true,"value":1}}}`, `sessionControls.signInFrequency.type: found nothing, expected one of days, hours`},
		{`{"state":"enabled","sessionControls":{"persistentBrowser":{"isEnabled":true}}}`, `sessionControls.persistentBrowser.mode: found nothing, expected one of always, never`},
		{`{"state":"enabled","sessionControls":{"persistentBrowser":{"isEnabled":"yes","mode":"never"}}}`, `sessionControls.persistentBrowser.isEnabled: found "yes", expected a boolean`},
		{`{"state":"enabled","State":"disabled","conditions":{"users":{}}}`, `f:1:28: state: found this member again in other letter case`},
		{`{"state":"enabled","state":"disabled","conditions":{"users":{}}}`, `f:1:20: state: found this member again, first at line 1 column 2`},
		{`{"id":7,"state":"enabled","conditions":{"users":{}}}`, `f:1:7: id: found 7, expected a string`},
		{`{"value":[{"id":"t","name":"n","details":{"state":"on","conditions":{"users":{}}}}]}`, `value[0].details.state: found "on"`},
	}
	for _, tt := range tests {
		_, err := graphjson.DecodePolicies("f", []byte(tt.text))
		var errs graphjson.Errors
		if !errors.As(err, &errs) || len(errs) != 1 || !strings.Contains(errs[0].Error(), tt.want) {
			t.Errorf("%s:\n%v\nwant\n%s", tt.text, err, tt.want)
		}
	}
}

// TestErrorsDoNotHide shows that one bad policy hides neither the others nor their
// errors.
func TestErrorsDoNotHide(t *testing.T) {
	d, err := graphjson.Decode("f", []byte(`{"value":[
		{"id":"a","state":"enabled","conditions":{"users":{}}},
		{"id":"b","state":"maybe","conditions":{"users":{"includeUsers":"All"}}},
		{"id":"c","id":"c","state":"enabled","conditions":{"users":{}}},
		{"id":"d","state":"disabled","conditions":{"users":{}}}]}`))
	if len(d.Policies) != 2 || d.Policies[0].ID != "a" || d.Policies[1].ID != "d" || d.Policies[1].Path != "value[3]" {
		t.Errorf("read %+v", d.Policies)
	}
	var errs graphjson.Errors
	if !errors.As(err, &errs) || len(errs) != 3 {
		t.Errorf("errors %v, want 3", err)
	}
}

func TestPolicyAt(t *testing.T) {
	p := policy(t, "{\"state\":\"enabled\",\n\"Conditions\":{\"users\":{\"includeUsers\":[\"a\",\"b\"]}}}")
	for path, want := range map[string]string{
		"conditions.users.includeUsers[1]": "2:44", "conditions.users.includeUsers[9]": "2:39", "conditions.platforms.x": "2:14", "": "1:1",
	} {
		if _, line, column := p.At(path).Place(); fmt.Sprintf("%d:%d", line, column) != want {
			t.Errorf("%s stands at %d:%d, want %s", path, line, column, want)
		}
	}
	template := policy(t, `{"id":"t","details":{"conditions":{"users":{}}}}`)
	if _, _, column := template.At("conditions.users").Place(); column != 44 {
		t.Errorf("in a template: column %d, want 44", column)
	}
	if (&graphjson.Policy{}).At("conditions") != nil {
		t.Error("a policy made from scratch has a place")
	}
}

func TestTooMuchUnrecognised(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"state":"enabled","conditions":{"users":{}`)
	for i := range 1001 {
		fmt.Fprintf(&b, `,"x%d":1`, i)
	}
	b.WriteString("}}")
	_, err := graphjson.DecodePolicies("f", []byte(b.String()))
	if err == nil || err.Error() != "f:1:1: found more than 1000 values that are not known" {
		t.Errorf("error %v", err)
	}
}
