package loggen

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// TenantID is the id of the tenant whose log is made.
const TenantID = "7e000000-0000-4000-8000-000000000001"

// allowedCountries are those of the offices.
var allowedCountries = []string{"DE", "FR", "IT"}

// The locations.
const (
	officesLocation   = "10c00000-0000-4000-8000-000000000001"
	countriesLocation = "10c00000-0000-4000-8000-000000000002"
)

// object is a JSON object.
type object = map[string]any

// rule says what is particular of a policy.
type rule struct {
	name       string
	state      string // enabled if empty
	conditions object
	controls   []string
	any        bool
	session    object
}

// policyID is the id of the n-th policy, from 1.
func policyID(n int) string { return fmt.Sprintf("ca000000-0000-4000-8000-%012d", n) }

// The policies whose numbers other code speaks of.
const blockCountries = 3

// baseRules are the policies that matter; the others fill up the number.
func baseRules() []rule {
	all := object{"includeUsers": []string{"All"}, "excludeGroups": []string{groupID(2)}}
	apps := func(ids ...string) object { return object{"includeApplications": ids} }
	guests := object{"includeGuestsOrExternalUsers": object{"guestOrExternalUserTypes": "b2bCollaborationGuest,b2bCollaborationMember", "externalTenants": object{"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"}}}
	return []rule{
		{name: "CA001 Require MFA for everyone", conditions: object{"users": all, "applications": apps("All")}, controls: []string{"mfa"}},
		{name: "CA002 Block legacy authentication", conditions: object{"users": all, "applications": apps("All"), "clientAppTypes": []string{"exchangeActiveSync", "other"}}, controls: []string{"block"}},
		{name: "CA003 Block sign-ins from other countries", conditions: object{"users": object{"includeUsers": []string{"All"}, "excludeGroups": []string{groupID(0)}}, "applications": apps("All"),
			"locations": object{"includeLocations": []string{"All"}, "excludeLocations": []string{officesLocation, countriesLocation}}}, controls: []string{"block"}},
		{name: "CA004 Compliant computer for the people system", conditions: object{"users": all, "applications": apps("6a000000-0000-4000-8000-000000000004"),
			"platforms": object{"includePlatforms": []string{"windows", "macOS"}, "excludePlatforms": []string{}}}, controls: []string{"compliantDevice"}},
		{name: "CA005 Managed computer for payroll", conditions: object{"users": all, "applications": apps("6a000000-0000-4000-8000-000000000003")}, controls: []string{"compliantDevice", "domainJoinedDevice"}, any: true},
		{name: "CA006 Block device code flow", conditions: object{"users": object{"includeUsers": []string{"All"}, "excludeGroups": []string{groupID(1)}}, "applications": apps("All"),
			"authenticationFlows": object{"transferMethods": "deviceCodeFlow"}}, controls: []string{"block"}},
		{name: "CA007 Block risky sign-ins", conditions: object{"users": all, "applications": apps("All"), "signInRiskLevels": []string{"high"}}, controls: []string{"block"}},
		{name: "CA008 Change the password at high user risk", conditions: object{"users": all, "applications": apps("All"), "userRiskLevels": []string{"high"}}, controls: []string{"mfa", "passwordChange"}},
		{name: "CA009 Block unknown platforms", conditions: object{"users": all, "applications": apps("All"), "clientAppTypes": []string{"browser", "mobileAppsAndDesktopClients"},
			"platforms": object{"includePlatforms": []string{"all"}, "excludePlatforms": []string{"windows", "macOS", "iOS", "android"}}}, controls: []string{"block"}},
		{name: "CA010 No CRM and no portal for guests", conditions: object{"users": guests, "applications": apps("6a000000-0000-4000-8000-000000000002", azure)}, controls: []string{"block"}},
		{name: "CA011 No browser for the command line", conditions: object{"users": object{"includeGroups": []string{groupID(4)}}, "applications": apps(azure), "clientAppTypes": []string{"browser"}}, controls: []string{"block"}},
		{name: "CA012 Compliant device everywhere", state: "enabledForReportingButNotEnforced", conditions: object{"users": all, "applications": apps("All")}, controls: []string{"compliantDevice"}},
		{name: "CA013 Old rule for contractors", state: "disabled", conditions: object{"users": object{"includeGroups": []string{groupID(4)}}, "applications": apps("All")}, controls: []string{"block"}},
		{name: "CA014 Administrators sign in every day", conditions: object{"users": object{"includeGroups": []string{groupID(3)}}, "applications": apps("All")},
			session: object{"signInFrequency": object{"isEnabled": true, "type": "hours", "value": 12, "authenticationType": "primaryAndSecondaryAuthentication", "frequencyInterval": "timeBased"}}},
	}
}

// fillerRule is a policy as tenants gather them over the years: for a project
// that had a group and an app of its own.
func fillerRule(n int) rule {
	r := rule{name: fmt.Sprintf("CA%03d Project %d", n, n), controls: []string{"mfa"},
		conditions: object{"users": object{"includeGroups": []string{guid(6, n)}}, "applications": object{"includeApplications": []string{"All"}}}}
	switch n % 5 {
	case 1:
		r.conditions["applications"] = object{"includeApplications": []string{guid(7, n)}}
	case 2:
		r.conditions["platforms"] = object{"includePlatforms": []string{"all"}, "excludePlatforms": []string{"iOS", "android"}}
		r.conditions["users"] = object{"includeUsers": []string{"All"}, "excludeGroups": []string{guid(6, n)}}
		r.conditions["applications"] = object{"includeApplications": []string{guid(7, n)}}
		if n < 20 { // the first was for everybody's mail
			r.conditions["applications"] = object{"includeApplications": []string{exchange}}
		}
	case 3:
		r.state = "enabledForReportingButNotEnforced"
	case 4:
		r.state = "disabled"
	}
	return r
}

// policyJSON writes a policy as Graph does.
func policyJSON(n int, r rule) object {
	conditions := object{"clientAppTypes": []string{"all"}, "signInRiskLevels": []string{}, "userRiskLevels": []string{}, "servicePrincipalRiskLevels": []string{}}
	for k, v := range r.conditions {
		conditions[k] = v
	}
	state := r.state
	if state == "" {
		state = "enabled"
	}
	p := object{"id": policyID(n), "displayName": r.name, "state": state, "conditions": conditions, "createdDateTime": "2025-01-07T09:00:00Z"}
	if len(r.controls) > 0 {
		operator := "AND"
		if r.any || len(r.controls) == 1 {
			operator = "OR"
		}
		p["grantControls"] = object{"operator": operator, "builtInControls": r.controls, "customAuthenticationFactors": []string{}, "termsOfUse": []string{}}
	}
	if r.session != nil {
		p["sessionControls"] = r.session
	}
	return p
}

// tenantJSON writes policies and locations; the countries are what an edit
// changes.
func tenantJSON(policies int, countries []string) []byte {
	var list []any
	for n := 1; n <= policies; n++ {
		base := baseRules()
		if n <= len(base) {
			list = append(list, policyJSON(n, base[n-1]))
		} else {
			list = append(list, policyJSON(n, fillerRule(n)))
		}
	}
	list = append(list,
		object{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": officesLocation, "displayName": "Offices", "isTrusted": true, "ipRanges": []any{
			object{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"},
			object{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "198.51.100.0/24"}}},
		object{"@odata.type": "#microsoft.graph.countryNamedLocation", "id": countriesLocation, "displayName": "Allowed countries", "countriesAndRegions": countries,
			"countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": false})
	return mustJSON(list)
}

// directoryJSON writes people and groups.
func directoryJSON(all []*person) []byte {
	var list []any
	for bit, name := range groupNames {
		members := []any{}
		for _, p := range all {
			if p.groups&(1<<bit) != 0 {
				members = append(members, object{"@odata.type": "#microsoft.graph.user", "id": p.id})
			}
		}
		list = append(list, object{"@odata.type": "#microsoft.graph.group", "id": groupID(bit), "displayName": name, "securityEnabled": true, "members": members})
	}
	for _, p := range all {
		kind := "Member"
		if p.guest {
			kind = "Guest"
		}
		list = append(list, object{"@odata.type": "#microsoft.graph.user", "id": p.id, "userPrincipalName": p.upn, "displayName": p.name, "userType": kind})
	}
	return mustJSON(list)
}

// mustJSON writes what this package made itself, which cannot fail.
func mustJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}
