package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/lint"
)

// id writes the nth id of the tests.
func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// Who and what the tests' policies are about.
var (
	breakGlass = id(901)
	staff      = id(902)
	admin      = id(801)
	office     = id(701)
	home       = id(702)
	intune     = "0000000a-0000-0000-c000-000000000000"
)

// policy writes a policy from the members that matter; the rest is every user,
// every app, mfa.
func policy(n int, members ...string) string {
	parts := map[string]string{
		"state": `"enabled"`,
		"users": fmt.Sprintf(`{"includeUsers":["All"],"excludeGroups":["%s"]}`, breakGlass),
		"apps":  `{"includeApplications":["All"]}`,
		"grant": `{"operator":"OR","builtInControls":["mfa"]}`,
	}
	rest := ""
	for _, m := range members {
		name, value, _ := strings.Cut(m, " ")
		if _, ok := parts[name]; ok {
			parts[name] = value
			continue
		}
		rest += fmt.Sprintf(`,%q:%s`, name, value)
	}
	session := "null"
	if _, after, ok := strings.Cut(rest, `,"session":`); ok {
		rest, session = strings.TrimSuffix(rest, `,"session":`+after), after
	}
	return fmt.Sprintf(`{"id":%q,"displayName":"P%d","state":%s,"conditions":{"users":%s,"applications":%s%s},"grantControls":%s,"sessionControls":%s}`,
		id(n), n, parts["state"], parts["users"], parts["apps"], rest, parts["grant"], session)
}

const (
	block      = `{"operator":"OR","builtInControls":["block"]}`
	exceptions = `"excludeGroups":["00000000-0000-4000-8000-000000000901"]`
)

func location(n int, name, cidr string, trusted bool) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":%q,"displayName":%q,"isTrusted":%v,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":%q}]}`, id(n), name, trusted, cidr)
}

// tenant reads the objects of a test.
func tenant(t *testing.T, objects ...string) *lint.Tenant {
	t.Helper()
	doc, err := graphjson.Decode("test", []byte("["+strings.Join(objects, ",\n")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	var src access.Source
	for _, p := range doc.Policies {
		src.Policies = append(src.Policies, p.Policy)
	}
	for _, l := range doc.Locations {
		src.Locations = append(src.Locations, l.Location)
	}
	for _, s := range doc.Strengths {
		src.Strengths = append(src.Strengths, s.Strength)
	}
	return &lint.Tenant{Source: src}
}

// find returns the findings of one rule.
func find(all []lint.Finding, rule string) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Rule != rule })
}

// tests name, for each rule, policies that break it and policies that do not.
var tests = []struct {
	name, rule string
	severity   lint.Severity
	objects    []string
	policy     int    // whose finding; 0: the tenant's
	message    string // part of it
	clean      []string
}{
	{name: "session frequency of 40 hours", rule: "frequency-range", severity: lint.Error, policy: 1, message: "every 40 hours",
		objects: []string{policy(1, `session {"signInFrequency":{"isEnabled":true,"value":40,"type":"hours"}}`)},
		clean:   []string{policy(1, `session {"signInFrequency":{"isEnabled":true,"value":2,"type":"days"}}`)}},
	{name: "nobody is included", rule: "invalid", severity: lint.Error, policy: 1, message: "includes nobody",
		objects: []string{policy(1, `users {"includeUsers":[]}`)}, clean: []string{policy(1)}},
	{name: "a disabled policy is invalid", rule: "invalid", severity: lint.Warning, policy: 1, message: "includes nobody",
		objects: []string{policy(1, `state "disabled"`, `users {"includeUsers":[]}`)}},
	{name: "one id twice", rule: "duplicate-id", severity: lint.Error, policy: 1, message: "stands twice",
		objects: []string{policy(1), policy(1)}, clean: []string{policy(1), policy(2)}},
	{name: "a level of tomorrow", rule: "unrecognised", severity: lint.Error, policy: 1, message: "extreme",
		objects: []string{policy(1, `signInRiskLevels ["extreme"]`)}, clean: []string{policy(1, `signInRiskLevels ["high"]`)}},
	{name: "a level of tomorrow, disabled", rule: "unrecognised", severity: lint.Warning, policy: 1, message: "extreme",
		objects: []string{policy(1, `state "disabled"`, `signInRiskLevels ["extreme"]`)}},
	{name: "a template's placeholder", rule: "placeholder", severity: lint.Error, policy: 1, message: "<RING>",
		objects: []string{policy(1, `users {"includeGroups":["<RING>"]}`)}, clean: []string{policy(1)}},
	{name: "a name for an id", rule: "placeholder", severity: lint.Error, policy: 1, message: `"AdminGroup" is no object id`,
		objects: []string{policy(1, `users {"includeGroups":["AdminGroup"]}`)}},
	{name: "a deleted location", rule: "unknown-location", severity: lint.Error, policy: 1, message: "no named location",
		objects: []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["`+office+`"]}`)},
		clean:   []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["`+office+`"]}`), location(701, "HQ", "203.0.113.0/24", true)}},
	{name: "a deleted strength", rule: "unknown-strength", severity: lint.Error, policy: 1, message: "no authentication strength",
		objects: []string{policy(1, `grant {"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"`+id(500)+`"}}`)},
		clean:   []string{policy(1, `grant {"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`)}},
	{name: "a group on both sides", rule: "contradictory", severity: lint.Warning, policy: 1, message: "group " + staff + "; the exclusion wins",
		objects: []string{policy(1, `users {"includeGroups":["`+staff+`","`+breakGlass+`"],"excludeGroups":["`+staff+`"]}`)},
		clean:   []string{policy(1)}},
	{name: "block beside mfa", rule: "contradictory", severity: lint.Error, policy: 1, message: "demands mfa beside",
		objects: []string{policy(1, `grant {"operator":"OR","builtInControls":["block","mfa"]}`)}},
	{name: "mfa beside a strength", rule: "contradictory", severity: lint.Error, policy: 1, message: "strength",
		objects: []string{policy(1, `grant {"operator":"AND","builtInControls":["mfa"],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`)}},
	{name: "everybody is excluded", rule: "never-matches", severity: lint.Error, policy: 1, message: "excludes every user that it includes",
		objects: []string{policy(1, `users {"includeGroups":["`+staff+`"],"excludeGroups":["`+strings.ToUpper(staff)+`"]}`)},
		clean:   []string{policy(1, `users {"includeUsers":["`+admin+`"],"excludeGroups":["`+staff+`"]}`)}},
	{name: "nobody, for an app", rule: "never-matches", severity: lint.Error, policy: 1, message: "includes the user None",
		objects: []string{policy(1, `users {"includeUsers":["None"]}`)}},
	{name: "no app", rule: "never-matches", severity: lint.Error, policy: 1, message: "includes the app None",
		objects: []string{policy(1, `apps {"includeApplications":["None"]}`)},
		clean:   []string{policy(1, `apps {"includeUserActions":["urn:user:registersecurityinfo"]}`)}},
	{name: "no platform is left", rule: "never-matches", severity: lint.Error, policy: 1, message: "excludes every platform",
		objects: []string{policy(1, `platforms {"includePlatforms":["iOS"],"excludePlatforms":["iOS","android"]}`)},
		clean:   []string{policy(1, `platforms {"includePlatforms":["all"],"excludePlatforms":["iOS","android","windows","windowsPhone","macOS","linux"]}`)}},
	{name: "no trusted location", rule: "never-matches", severity: lint.Error, policy: 1, message: "trusted locations, of which there are none",
		objects: []string{policy(1, `locations {"includeLocations":["AllTrusted"]}`)},
		clean:   []string{policy(1, `locations {"includeLocations":["AllTrusted"]}`), location(701, "HQ", "203.0.113.0/24", true)}},
	{name: "a location without countries", rule: "never-matches", severity: lint.Error, policy: 1, message: "hold no address and no country",
		objects: []string{policy(1, `locations {"includeLocations":["`+home+`"]}`), `{"@odata.type":"#microsoft.graph.countryNamedLocation","id":"` + home + `","displayName":"None","countriesAndRegions":[],"includeUnknownCountriesAndRegions":false}`}},
	{name: "device code on a compliant device", rule: "never-matches", severity: lint.Error, policy: 1, message: "cannot hold together",
		objects: []string{policy(1, `authenticationFlows {"transferMethods":"deviceCodeFlow"}`, `devices {"deviceFilter":{"mode":"include","rule":"device.isCompliant -eq True"}}`)},
		clean:   []string{policy(1, `authenticationFlows {"transferMethods":"deviceCodeFlow"}`, `devices {"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True"}}`)}},
	{name: "user risk of a workload", rule: "never-matches", severity: lint.Error, policy: 1, message: "only people have",
		objects: []string{policy(1, `users {"includeUsers":["None"]}`, `clientApplications {"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`, `userRiskLevels ["high"]`, "grant "+block)},
		clean:   []string{policy(1, `users {"includeUsers":["None"]}`, `clientApplications {"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`, `servicePrincipalRiskLevels ["high"]`, "grant "+block)}},
	{name: "the staff's policy beside everybody's", rule: "superseded", severity: lint.Warning, policy: 2, message: "“P1”",
		objects: []string{policy(1), policy(2, `users {"includeGroups":["`+staff+`"],`+exceptions+`}`, `apps {"includeApplications":["`+intune+`"]}`)},
		clean:   []string{policy(1), policy(2, `users {"includeGroups":["`+staff+`"]}`)}},
	{name: "mfa beside a strength that implies it", rule: "superseded", severity: lint.Warning, policy: 1, message: "“P2”",
		objects: []string{policy(1), policy(2, `grant {"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`)},
		clean:   []string{policy(1, `clientAppTypes ["browser"]`), policy(2, `clientAppTypes ["mobileAppsAndDesktopClients"]`)}},
	{name: "twins: the later one", rule: "superseded", severity: lint.Warning, policy: 2, message: "“P1”",
		objects: []string{policy(1), policy(2)},
		clean:   []string{policy(1, `grant {"operator":"OR","builtInControls":["mfa","compliantDevice"]}`), policy(2, `grant {"operator":"OR","builtInControls":["compliantDevice","domainJoinedDevice"]}`)}},
	{name: "mfa or a device, beside both", rule: "superseded", severity: lint.Warning, policy: 1, message: "“P2”",
		objects: []string{policy(1, `grant {"operator":"OR","builtInControls":["mfa","compliantDevice"]}`), policy(2, `grant {"operator":"AND","builtInControls":["mfa","compliantDevice"]}`)},
		clean:   []string{policy(1, `grant {"operator":"OR","builtInControls":["mfa","compliantDevice"]}`), policy(2, `grant {"operator":"OR","builtInControls":["mfa","domainJoinedDevice"]}`), policy(3, `state "disabled"`)}},
	{name: "mfa beside block", rule: "superseded", severity: lint.Warning, policy: 1, message: "“P2”",
		objects: []string{policy(1, `locations {"includeLocations":["`+office+`"]}`), policy(2, `locations {"includeLocations":["`+office+`"]}`, "grant "+block), location(701, "HQ", "203.0.113.0/24", false)},
		clean:   []string{policy(1), policy(2, `locations {"includeLocations":["`+office+`"]}`, "grant "+block), location(701, "HQ", "203.0.113.0/24", false)}},
	{name: "an app nobody looks after", rule: "exclusion-gap", severity: lint.Warning, policy: 1, message: "excludes app " + intune,
		objects: []string{policy(1, `apps {"includeApplications":["All"],"excludeApplications":["`+intune+`"]}`)},
		clean:   []string{policy(1, `users {"includeUsers":["All"]}`, `apps {"includeApplications":["All"],"excludeApplications":["`+intune+`"]}`), policy(2, `users {"includeUsers":["All"]}`, `apps {"includeApplications":["`+intune+`"]}`, `grant {"operator":"OR","builtInControls":["compliantDevice"]}`)}},
	{name: "trusted places", rule: "exclusion-gap", severity: lint.Warning, policy: 1, message: "from HQ",
		objects: []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`), location(701, "HQ", "203.0.113.0/24", true)}},
	{name: "a platform", rule: "exclusion-gap", severity: lint.Warning, policy: 1, message: "platform linux",
		objects: []string{policy(1, `platforms {"includePlatforms":["all"],"excludePlatforms":["linux"]}`)}},
	{name: "emergency accounts", rule: "exclusion-gap", severity: lint.Info, policy: 1, message: "as befits emergency accounts only",
		objects: []string{policy(1)},
		clean:   []string{policy(1, `users {"includeUsers":["All"]}`)}},
	{name: "guests", rule: "exclusion-gap", severity: lint.Warning, policy: 1, message: "b2bCollaborationGuest",
		objects: []string{policy(1, `users {"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest","externalTenants":{"@odata.type":"#microsoft.graph.conditionalAccessAllExternalTenants","membershipKind":"all"}}}`)}},
	{name: "report-only", rule: "report-only", severity: lint.Info, policy: 1, message: "demands nothing of anybody",
		objects: []string{policy(1, `state "enabledForReportingButNotEnforced"`)}, clean: []string{policy(1)}},
	{name: "a report-only user action", rule: "report-only", severity: lint.Warning, policy: 1, message: "not even evaluated",
		objects: []string{policy(1, `state "enabledForReportingButNotEnforced"`, `apps {"includeUserActions":["urn:user:registersecurityinfo"]}`)}},
	{name: "modern clients only", rule: "legacy-authentication", severity: lint.Warning, message: "other, which know no MFA, reach Exchange Online with a password alone, from anywhere",
		objects: []string{policy(1, `clientAppTypes ["browser","mobileAppsAndDesktopClients"]`)},
		clean:   []string{policy(1)}},
	{name: "legacy clients from a trusted place", rule: "legacy-authentication", severity: lint.Warning, message: "from HQ",
		objects: []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["AllTrusted"]}`), location(701, "HQ", "203.0.113.0/24", true)}},
	{name: "a block that only reports", rule: "legacy-authentication", severity: lint.Warning, message: "a report-only policy would stop them",
		objects: []string{policy(1, `state "enabledForReportingButNotEnforced"`, `clientAppTypes ["exchangeActiveSync","other"]`, "grant "+block)}},
	{name: "a /8", rule: "wide-range", severity: lint.Warning, message: "10.0.0.0",
		objects: []string{policy(1), location(701, "Inside", "10.0.0.0/8", true)}, clean: []string{policy(1), location(701, "Inside", "10.0.0.0/9", true)}},
	{name: "200 policies", rule: "too-many", severity: lint.Warning, message: "200 policies; a tenant takes 195", objects: many(200), clean: many(195)},
	{name: "block without exception", rule: "blocks-everyone", severity: lint.Error, policy: 1, message: "blocks every user from every app",
		objects: []string{policy(1, `users {"includeUsers":["All"]}`, "grant "+block)}, clean: []string{policy(1, "grant "+block)}},
	{name: "block without exception locks out", rule: "lock-out", severity: lint.Error, policy: 1, message: "closed by “P1”",
		objects: []string{policy(1, `users {"includeUsers":["All"]}`, "grant "+block)}, clean: []string{policy(1, "grant "+block)}},
	{name: "two halves of the world", rule: "lock-out", severity: lint.Error, policy: 2, message: "an exclusion from “P2” or “P1” alone would open a way",
		objects: []string{
			policy(1, `users {"includeUsers":["All"]}`, `locations {"includeLocations":["`+office+`"]}`, "grant "+block),
			policy(2, `users {"includeUsers":["All"]}`, `locations {"includeLocations":["All"],"excludeLocations":["`+office+`"]}`, "grant "+block),
			location(701, "HQ", "203.0.113.0/24", false)},
		clean: []string{
			policy(2, `users {"includeUsers":["All"]}`, `locations {"includeLocations":["All"],"excludeLocations":["`+office+`"]}`, "grant "+block),
			location(701, "HQ", "203.0.113.0/24", false)}},
	{name: "an app control that no platform of the admin centre has", rule: "lock-out", severity: lint.Error, policy: 1, message: "“P1”",
		objects: []string{policy(1, `users {"includeUsers":["All"]}`, `clientAppTypes ["browser"]`, "grant "+block), policy(2, `users {"includeUsers":["All"]}`, `clientAppTypes ["mobileAppsAndDesktopClients"]`, "grant "+block)},
		clean:   []string{policy(1, `users {"includeUsers":["All"]}`, `clientAppTypes ["browser"]`, "grant "+block)}},
	{name: "a compliant device for everybody", rule: "no-emergency-access", severity: lint.Warning, policy: 1, message: "if the devices or the network fail",
		objects: []string{policy(1, `users {"includeUsers":["All"]}`, `grant {"operator":"OR","builtInControls":["compliantDevice"]}`)},
		clean:   []string{policy(1, `grant {"operator":"OR","builtInControls":["compliantDevice"]}`)}},
	{name: "a block that waits to be enabled", rule: "would-lock-out", severity: lint.Warning, policy: 1, message: "if it were enabled",
		objects: []string{policy(1, `state "disabled"`, `users {"includeUsers":["All"]}`, "grant "+block)},
		clean:   []string{policy(1, `state "disabled"`, "grant "+block)}},
	{name: "mfa of a workload", rule: "workload-controls", severity: lint.Error, policy: 1, message: "the only control is block",
		objects: []string{policy(1, `users {"includeUsers":["None"]}`, `clientApplications {"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`)},
		clean:   []string{policy(1, `users {"includeUsers":["None"]}`, `clientApplications {"includeServicePrincipals":["ServicePrincipalsInMyTenant"]}`, "grant "+block)}},
	{name: "an app beside a user action", rule: "user-action-mix", severity: lint.Error, policy: 1, message: "mixes",
		objects: []string{policy(1, `apps {"includeApplications":["All"],"includeUserActions":["urn:user:registersecurityinfo"]}`)}, clean: []string{policy(1)}},
	{name: "a compliant device to register one", rule: "registration-device", severity: lint.Error, policy: 1, message: "compliantDevice of a device that is only being registered",
		objects: []string{policy(1, `apps {"includeUserActions":["urn:user:registerdevice"]}`, `grant {"operator":"OR","builtInControls":["compliantDevice"]}`)},
		clean:   []string{policy(1, `apps {"includeUserActions":["urn:user:registerdevice"]}`)}},
	{name: "app protection on a Mac", rule: "app-protection-platform", severity: lint.Error, policy: 1, message: "macOS",
		objects: []string{policy(1, `platforms {"includePlatforms":["macOS","iOS"]}`, `grant {"operator":"OR","builtInControls":["compliantApplication"]}`)},
		clean:   []string{policy(1, `platforms {"includePlatforms":["macOS","iOS"]}`, `grant {"operator":"OR","builtInControls":["compliantApplication","compliantDevice"]}`)}},
	{name: "app protection in the compliant network", rule: "compliant-network-app-protection", severity: lint.Error, policy: 1, message: "cannot work together",
		objects: []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["3d46dbda-8382-466a-856d-eb00cbc6b910"]}`, `grant {"operator":"OR","builtInControls":["compliantApplication"]}`)},
		clean:   []string{policy(1, `locations {"includeLocations":["All"],"excludeLocations":["3d46dbda-8382-466a-856d-eb00cbc6b910"]}`)}},
	{name: "every time without risk", rule: "risk-none-every-time", severity: lint.Error, policy: 1, message: "level none",
		objects: []string{policy(1, `signInRiskLevels ["none"]`, `session {"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)},
		clean:   []string{policy(1, `signInRiskLevels ["high"]`, `session {"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)}},
	{name: "insider risk of everybody", rule: "insider-risk-guests", severity: lint.Error, policy: 1, message: "b2bDirectConnectUser",
		objects: []string{policy(1, `insiderRiskLevels "elevated"`, "grant "+block)},
		clean:   []string{policy(1, `users {"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bDirectConnectUser,otherExternalUser,serviceProvider"}}`, `insiderRiskLevels "elevated"`, "grant "+block)}},
	{name: "device states", rule: "retired-device-states", severity: lint.Warning, policy: 1, message: "device filter",
		objects: []string{policy(1, `deviceStates {"includeStates":["All"],"excludeStates":["Compliant"]}`)}, clean: []string{policy(1)}},
	{name: "an approved app alone", rule: "retired-approved-app", severity: lint.Warning, policy: 1, message: "the policy demands nothing",
		objects: []string{policy(1, `grant {"operator":"OR","builtInControls":["approvedApplication"]}`)}, clean: []string{policy(1)}},
	{name: "a password change for one app", rule: "password-change-scope", severity: lint.Error, policy: 1, message: "some apps only",
		objects: []string{policy(1, `apps {"includeApplications":["`+intune+`"]}`, `userRiskLevels ["high"]`, `grant {"operator":"AND","builtInControls":["mfa","passwordChange"]}`)},
		clean:   []string{policy(1, `userRiskLevels ["high"]`, `grant {"operator":"AND","builtInControls":["mfa","passwordChange"]}`)}},
	{name: "mfa or a password change", rule: "password-change-scope", severity: lint.Error, policy: 1, message: "stolen password",
		objects: []string{policy(1, `userRiskLevels ["high"]`, `grant {"operator":"OR","builtInControls":["mfa","passwordChange"]}`)}},
	{name: "remediation without risk", rule: "risk-remediation-scope", severity: lint.Error, policy: 1, message: "user risk level",
		objects: []string{policy(1, `grant {"operator":"AND","builtInControls":["riskRemediation"]}`)},
		clean:   []string{policy(1, `userRiskLevels ["high"]`, `grant {"operator":"AND","builtInControls":["riskRemediation"],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000002"}}`, `session {"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)}},
	{name: "a guest's password", rule: "guest-dead-end", severity: lint.Warning, policy: 1, message: "passwordChange of guests",
		objects: []string{policy(1, `users {"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest"}}`, `userRiskLevels ["high"]`, `grant {"operator":"AND","builtInControls":["passwordChange"]}`)},
		clean:   []string{policy(1, `userRiskLevels ["high"]`, `grant {"operator":"AND","builtInControls":["mfa","passwordChange"]}`)}},
	{name: "a guest's device", rule: "guest-device", severity: lint.Info, policy: 1, message: "compliantDevice of guests, too",
		objects: []string{policy(1, `grant {"operator":"AND","builtInControls":["mfa","compliantDevice"]}`)},
		clean:   []string{policy(1, `grant {"operator":"OR","builtInControls":["mfa","compliantDevice"]}`), policy(2, `users {"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider"}}`, `grant {"operator":"OR","builtInControls":["compliantDevice"]}`)}},
	{name: "every time for everything", rule: "every-time-scope", severity: lint.Error, policy: 1, message: "all resources",
		objects: []string{policy(1, `session {"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)},
		clean:   []string{policy(1, `apps {"includeApplications":["`+intune+`"]}`, `session {"signInFrequency":{"isEnabled":true,"frequencyInterval":"everyTime"}}`)}},
	{name: "a persistent browser for one app", rule: "persistent-browser-scope", severity: lint.Warning, policy: 1, message: "some apps only",
		objects: []string{policy(1, `apps {"includeApplications":["`+intune+`"]}`, `session {"persistentBrowser":{"isEnabled":true,"mode":"never"}}`)},
		clean:   []string{policy(1, `session {"persistentBrowser":{"isEnabled":true,"mode":"never"}}`)}},
	{name: "restrictions of an app that knows none", rule: "app-enforced-scope", severity: lint.Warning, policy: 1, message: "which know none",
		objects: []string{policy(1, `apps {"includeApplications":["`+intune+`"]}`, `session {"applicationEnforcedRestrictions":{"isEnabled":true}}`)},
		clean:   []string{policy(1, `apps {"includeApplications":["Office365"]}`, `session {"applicationEnforcedRestrictions":{"isEnabled":true}}`)}},
	{name: "continuous access off for one app", rule: "continuous-access-scope", severity: lint.Error, policy: 1, message: "some apps or conditions only",
		objects: []string{policy(1, `apps {"includeApplications":["`+intune+`"]}`, `session {"continuousAccessEvaluation":{"mode":"disabled"}}`)},
		clean:   []string{policy(1, `session {"continuousAccessEvaluation":{"mode":"disabled"}}`)}},
	{name: "a long name", rule: "name-length", severity: lint.Warning, policy: 1, message: "257 characters",
		objects: []string{strings.Replace(policy(1), `"P1"`, `"`+strings.Repeat("é", 257)+`"`, 1)},
		clean:   []string{strings.Replace(policy(1), `"P1"`, `"`+strings.Repeat("é", 256)+`"`, 1)}},
}

func many(n int) []string {
	var all []string
	for i := range n {
		all = append(all, policy(1000+i, `state "disabled"`))
	}
	return all
}

func TestFindings(t *testing.T) {
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			all := lint.Run(tenant(t, tt.objects...))
			want := access.PolicyID("")
			if tt.policy != 0 {
				want = access.PolicyID(id(tt.policy))
			}
			hit := slices.ContainsFunc(find(all, tt.rule), func(f lint.Finding) bool {
				return f.Severity == tt.severity && (f.PolicyID == want || tt.policy == 0) && strings.Contains(f.Message, tt.message)
			})
			if !hit {
				t.Errorf("want %s %s about %q: %q; found\n%s", tt.severity, tt.rule, want, tt.message, show(all))
			}
			if tt.clean == nil {
				return
			}
			if found := find(lint.Run(tenant(t, tt.clean...)), tt.rule); len(found) > 0 {
				t.Errorf("found where nothing is wrong:\n%s", show(found))
			}
		})
	}
}

// TestRules wants a test for every rule, and a sentence about each.
func TestRules(t *testing.T) {
	// People, groups and files are not policies; those have tests of their own.
	tested := map[string]bool{"unreadable": true, "security-defaults": true, "unknown-group": true, "unknown-user": true, "empty-group": true, "administrator-locked-out": true}
	for _, tt := range tests {
		tested[tt.rule] = true
	}
	for _, r := range lint.Rules() {
		if !tested[r.Name] {
			t.Errorf("no test breaks the rule %s", r.Name)
		}
		if r.Summary == "" {
			t.Errorf("%s: no summary", r.Name)
		}
		delete(tested, r.Name)
	}
	for name := range tested {
		t.Errorf("%s is tested and not among Rules", name)
	}
}

func show(all []lint.Finding) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "  %s %s %s %s: %s\n", f.Severity, f.Rule, f.PolicyID, f.Path, f.Message)
	}
	return b.String()
}
