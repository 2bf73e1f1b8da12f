package graphjson

import (
	"fmt"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

func instantNode(t time.Time) *Node {
	if t.IsZero() {
		return nullNode()
	}
	return stringNode(t.UTC().Format(time.RFC3339Nano))
}

// policyNode writes p as Graph does, whatever it was read from.
func policyNode(p *Policy) (*Node, error) {
	session, err := sessionNode(&p.Session)
	if err != nil {
		return nil, fmt.Errorf("write policy %q: %w", p.DisplayName, err)
	}
	conditions, err := conditionsNode(&p.Conditions)
	if err != nil {
		return nil, fmt.Errorf("write policy %q: %w", p.DisplayName, err)
	}
	n := objectNode(
		member("id", stringOrNull(string(p.ID))),
		member("templateId", stringOrNull(p.TemplateID)),
		member("displayName", stringNode(p.DisplayName)),
		member("createdDateTime", instantNode(p.Created)),
		member("modifiedDateTime", instantNode(p.Modified)),
		member("state", stringOrNull(p.State.String())),
		member("conditions", conditions),
		member("grantControls", grantNode(p)),
		member("sessionControls", session),
	)
	if p.Description != "" {
		n = n.with("description", stringNode(p.Description))
	}
	if p.OnUnknown == access.UnknownSkips {
		n = n.with(onUnknown, stringNode("skips"))
	}
	for _, u := range p.Unrecognised {
		if !strings.HasPrefix(u.Path, strengthPath) {
			n = n.plant(splitPath(u.Path), u.Value)
		}
	}
	return n, nil
}

// strengthPath is where a strength that was not understood stands; it is no
// value of the policy itself, which names the strength by id.
const strengthPath = "grantControls.authenticationStrength."

// flagMembers hold words with commas between them.
var flagMembers = map[string]bool{"guestOrExternalUserTypes": true, "insiderRiskLevels": true, "transferMethods": true, "agentIdRiskLevels": true}

// plant returns n with an unrecognised value at the end of the path: added to an
// array or to flags, or in place of another value.
func (n *Node) plant(path []string, v string) *Node {
	if len(path) == 0 {
		return planted(v)
	}
	if path[0] == "[]" {
		c := arrayNode(append([]*Node(nil), n.Items()...)...)
		c.items = append(c.items, planted(v))
		return c
	}
	if n.Kind() != Object {
		n = objectNode()
	}
	old := n.Member(path[0])
	if len(path) == 1 && flagMembers[path[0]] && old.Kind() == String {
		return n.with(path[0], stringNode(old.text+","+v))
	}
	return n.with(path[0], old.plant(path[1:], v))
}

// planted returns the JSON value v says, or the string v.
func planted(v string) *Node {
	if n, err := Parse("", []byte(v)); err == nil && (n.Kind() == Object || n.Kind() == Array) {
		return n
	}
	return stringNode(v)
}

func conditionsNode(c *access.Conditions) (*Node, error) {
	users, err := usersNode(&c.Users)
	if err != nil {
		return nil, err
	}
	devices, err := devicesNode(c)
	if err != nil {
		return nil, err
	}
	n := objectNode(
		member("users", users),
		member("clientApplications", workloadsNode(c.Workloads)),
		member("applications", applicationsNode(&c.Applications)),
		member("clientAppTypes", clientAppsNode(c.ClientApps)),
		member("platforms", platformsNode(c.Platforms)),
		member("locations", locationsNode(c.Locations)),
		member("devices", devices),
		member("signInRiskLevels", stringsNode(riskEnum.list(c.SignInRisk))),
		member("userRiskLevels", stringsNode(riskEnum.list(c.UserRisk))),
		member("servicePrincipalRiskLevels", stringsNode(riskEnum.list(c.ServicePrincipalRisk))),
		member("insiderRiskLevels", stringOrNull(c.InsiderRisk.String())),
		member("authenticationFlows", flowsNode(c.Flows)),
	)
	if c.AgentRisk != 0 {
		n = n.with("agentIdRiskLevels", stringNode(c.AgentRisk.String()))
	}
	return n, nil
}

func flowsNode(f access.Flows) *Node {
	if f == 0 {
		return nullNode()
	}
	return objectNode(member("transferMethods", stringNode(f.String())))
}

func clientAppsNode(c access.ClientAppTypes) *Node {
	if c == 0 || c == access.ClientAppAny {
		return stringsNode([]string{"all"})
	}
	return stringsNode(clientAppEnum.list(c))
}

func platformNames(p access.Platforms) *Node {
	if p == access.PlatformAll {
		return stringsNode([]string{"all"})
	}
	return stringsNode(platformEnum.list(p &^ access.PlatformOther))
}

func platformsNode(p *access.PlatformSet) *Node {
	if p == nil {
		return nullNode()
	}
	return objectNode(member("includePlatforms", platformNames(p.Include)), member("excludePlatforms", platformNames(p.Exclude)))
}

func locationsNode(l *access.LocationSet) *Node {
	if l == nil {
		return nullNode()
	}
	return objectNode(member("includeLocations", placesNode(&l.Include)), member("excludeLocations", placesNode(&l.Exclude)))
}

// words returns an array of the keywords that are meant, and then of ids.
func words[S ~string](list []S, keywords ...keywordIf) *Node {
	n := arrayNode()
	for _, k := range keywords {
		if k.meant {
			n.items = append(n.items, stringNode(k.word))
		}
	}
	n.items = append(n.items, stringsNode(list).items...)
	return n
}

type keywordIf struct {
	word  string
	meant bool
}

func placesNode(s *access.LocationSelector) *Node {
	return words(s.Named, keywordIf{"All", s.All}, keywordIf{"AllTrusted", s.AllTrusted})
}

func applicationsNode(a *access.Applications) *Node {
	return objectNode(
		member("includeApplications", appsNode(&a.Include)),
		member("excludeApplications", appsNode(&a.Exclude)),
		member("includeUserActions", stringsNode(actionEnum.list(a.UserActions))),
		member("includeAuthenticationContextClassReferences", stringsNode(a.Contexts)),
		member("applicationFilter", filterNode(a.Filter)),
	)
}

func appsNode(s *access.AppSelector) *Node {
	return words(s.Apps, keywordIf{"All", s.All}, keywordIf{"None", s.None}, keywordIf{"Office365", s.Office365},
		keywordIf{"MicrosoftAdminPortals", s.AdminPortals}, keywordIf{"AllAgentIdResources", s.AllAgents})
}

func filterNode(f *access.Filter) *Node {
	if f == nil {
		return nullNode()
	}
	mode := "include"
	if f.Exclude {
		mode = "exclude"
	}
	return objectNode(member("mode", stringNode(mode)), member("rule", stringNode(f.Rule.Source())))
}

// devicesNode writes the device filter. The retired device states are read and
// never written (CA-90); a filter that excludes the same devices stands for them.
func devicesNode(c *access.Conditions) (*Node, error) {
	f := filterNode(c.DeviceFilter)
	if c.DeviceStates != nil {
		if c.DeviceFilter != nil {
			return nil, fmt.Errorf("a device filter stands beside device states, for which Graph has no words (CA-90)")
		}
		f = deviceStatesNode(c.DeviceStates)
	}
	if f.kind == Null {
		return f, nil
	}
	return objectNode(member("deviceFilter", f)), nil
}

func deviceStatesNode(s *access.DeviceStates) *Node {
	var parts []string
	if s.ExcludeCompliant {
		parts = append(parts, "device.isCompliant -eq True")
	}
	if s.ExcludeDomainJoined {
		parts = append(parts, `device.trustType -eq "ServerAD"`)
	}
	if len(parts) == 0 {
		return nullNode()
	}
	return objectNode(member("mode", stringNode("exclude")), member("rule", stringNode(strings.Join(parts, " -or "))))
}

func workloadsNode(w *access.Workloads) *Node {
	if w == nil {
		return nullNode()
	}
	n := objectNode(
		member("includeServicePrincipals", words(w.Include, keywordIf{"ServicePrincipalsInMyTenant", w.IncludeAll})),
		member("excludeServicePrincipals", stringsNode(w.Exclude)),
		member("servicePrincipalFilter", filterNode(w.Filter)),
	)
	if w.IncludeAllAgents || len(w.IncludeAgents)+len(w.ExcludeAgents) > 0 || w.AgentFilter != nil {
		n.members = append(n.members,
			member("includeAgentIdServicePrincipals", words(w.IncludeAgents, keywordIf{"All", w.IncludeAllAgents})),
			member("excludeAgentIdServicePrincipals", stringsNode(w.ExcludeAgents)),
			member("agentIdServicePrincipalFilter", filterNode(w.AgentFilter)))
	}
	return n
}

func usersNode(u *access.Users) (*Node, error) {
	n := objectNode()
	var guests []Member
	for _, side := range []struct {
		name string
		p    *access.Principals
	}{{"include", &u.Include}, {"exclude", &u.Exclude}} {
		everyGuest, some, err := splitGuests(side.p.Guests)
		if err != nil {
			return nil, err
		}
		n.members = append(n.members,
			member(side.name+"Users", words(side.p.Users, keywordIf{"All", side.p.All}, keywordIf{"None", side.p.None}, keywordIf{"GuestsOrExternalUsers", everyGuest})),
			member(side.name+"Groups", stringsNode(side.p.Groups)),
			member(side.name+"Roles", stringsNode(side.p.Roles)))
		guests = append(guests, member(side.name+"GuestsOrExternalUsers", guestsNode(some)))
	}
	n.members = append(n.members, guests...)
	return n, nil
}

// splitGuests returns whether the keyword for every guest is needed, and what is
// told by the one object that Graph has for guests.
func splitGuests(list []access.GuestSelector) (everyGuest bool, some *access.GuestSelector, err error) {
	for i := range list {
		s := &list[i]
		switch {
		case s.Types == 0:
		case s.Types == access.GuestTypesAll && s.Tenants == nil && (len(list) > 1 || some != nil):
			everyGuest = true
		case some == nil:
			some = s
		default:
			return false, nil, fmt.Errorf("users name guests in %d ways, of which Graph has room for one", len(list))
		}
	}
	return everyGuest, some, nil
}

func guestsNode(s *access.GuestSelector) *Node {
	if s == nil {
		return nullNode()
	}
	tenants := objectNode(odata("conditionalAccessAllExternalTenants"), member("membershipKind", stringNode("all")))
	if s.Tenants != nil {
		tenants = objectNode(odata("conditionalAccessEnumeratedExternalTenants"),
			member("membershipKind", stringNode("enumerated")), member("members", stringsNode(s.Tenants)))
	}
	return objectNode(member("guestOrExternalUserTypes", stringNode(s.Types.String())), member("externalTenants", tenants))
}

func grantNode(p *Policy) *Node {
	g := p.Grant
	if g == nil {
		return nullNode()
	}
	operator := "AND"
	if g.Any {
		operator = "OR"
	}
	return objectNode(
		member("operator", stringNode(operator)),
		member("builtInControls", stringsNode(controlEnum.list(g.Controls))),
		member("customAuthenticationFactors", stringsNode(g.Custom)),
		member("termsOfUse", stringsNode(g.TermsOfUse)),
		member("authenticationStrength", grantStrengthNode(p)),
	)
}

// grantStrengthNode writes the strength whole if the policy carries the one it
// demands, else its id.
func grantStrengthNode(p *Policy) *Node {
	switch {
	case p.Grant.Strength == "":
		return nullNode()
	case p.Strength != nil && p.Strength.ID == p.Grant.Strength:
		return strengthNode(p.Strength)
	}
	return objectNode(member("id", stringNode(string(p.Grant.Strength))))
}

func sessionNode(s *access.SessionControls) (*Node, error) {
	if *s == (access.SessionControls{}) {
		return nullNode(), nil
	}
	frequency, err := frequencyNode(s.SignInFrequency)
	if err != nil {
		return nil, err
	}
	n := objectNode(
		member("disableResilienceDefaults", trueOrNull(s.DisableResilienceDefaults)),
		member("applicationEnforcedRestrictions", enabledNode(s.AppEnforcedRestrictions)),
		member("cloudAppSecurity", enabledNode(s.CloudAppSecurity != 0, wordAt("cloudAppSecurityType", int(s.CloudAppSecurity), "mcasConfigured", "monitorOnly", "blockDownloads"))),
		member("signInFrequency", frequency),
		member("persistentBrowser", enabledNode(s.PersistentBrowser != 0, wordAt("mode", int(s.PersistentBrowser), "always", "never"))),
		member("secureSignInSession", enabledNode(s.TokenProtection)),
	)
	if s.ContinuousAccess != 0 {
		n.members = append(n.members, member("continuousAccessEvaluation",
			objectNode(wordAt("mode", int(s.ContinuousAccess), "disabled", "strictEnforcement", "strictLocation"))))
	}
	if s.SecurityProfile != "" {
		n.members = append(n.members, member("globalSecureAccessFilteringProfile",
			enabledNode(true, member("profileId", stringNode(s.SecurityProfile)))))
	}
	return n, nil
}

func trueOrNull(v bool) *Node {
	if !v {
		return nullNode()
	}
	return boolNode(true)
}

// enabledNode returns a session control, null unless it is enabled.
func enabledNode(enabled bool, more ...Member) *Node {
	if !enabled {
		return nullNode()
	}
	return objectNode(append([]Member{member("isEnabled", boolNode(true))}, more...)...)
}

// wordAt returns a member that is the word for i, which counts from 1.
func wordAt(name string, i int, words ...string) Member {
	if i < 1 || i > len(words) {
		return member(name, nullNode())
	}
	return member(name, stringNode(words[i-1]))
}

func frequencyNode(f access.SignInFrequency) (*Node, error) {
	if f == (access.SignInFrequency{}) {
		return nullNode(), nil
	}
	both := f.Primary != 0 || f.PrimaryEveryTime
	if f.PrimaryEveryTime != (both && f.SecondaryEveryTime) || both && f.Primary != f.Secondary {
		return nil, fmt.Errorf("the first factor has another frequency than the second, for which Graph has no words")
	}
	authentication := "primaryAndSecondaryAuthentication"
	if !both {
		authentication = "secondaryAuthentication"
	}
	if f.SecondaryEveryTime {
		return enabledNode(true, member("type", nullNode()), member("value", nullNode()),
			member("authenticationType", stringNode(authentication)), member("frequencyInterval", stringNode("everyTime"))), nil
	}
	unit, name := time.Hour, "hours"
	if f.Secondary%(24*time.Hour) == 0 {
		unit, name = 24*time.Hour, "days"
	}
	if f.Secondary%unit != 0 || f.Secondary < 0 {
		return nil, fmt.Errorf("the frequency %v is no whole number of hours", f.Secondary)
	}
	return enabledNode(true, member("type", stringNode(name)), member("value", intNode(int(f.Secondary/unit))),
		member("authenticationType", stringNode(authentication)), member("frequencyInterval", stringNode("timeBased"))), nil
}
