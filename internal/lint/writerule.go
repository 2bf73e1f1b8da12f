package lint

import (
	"fmt"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/access"
)

// writeRule is a rule that Graph or the admin centre holds a policy to when it
// is saved. An exported policy may break one: rules come later than policies,
// and files are edited.
type writeRule struct {
	name      string
	reference string
	severity  Severity
	summary   string
	// check returns where and how the policy breaks the rule.
	check func(p *access.Policy) (path, message string, broken bool)
}

// grants are the controls of a policy; none if it demands nothing.
func grants(p *access.Policy) access.GrantControls {
	if p.Grant == nil {
		return access.GrantControls{}
	}
	return *p.Grant
}

// allResources tells whether a policy is about all resources without exclusion.
func allResources(p *access.Policy) bool {
	a := &p.Conditions.Applications
	return a.Include.All && len(apps(&a.Exclude)) == 0 && a.Filter == nil
}

// narrowed tells whether conditions besides users, apps and those allowed are set.
func narrowed(p *access.Policy, allowed access.Condition) bool {
	c := &p.Conditions
	var set access.Condition
	mark := func(on bool, bit access.Condition) {
		if on {
			set |= bit
		}
	}
	mark(c.ClientApps != 0 && c.ClientApps != access.ClientAppAny, access.ConditionClientType)
	mark(c.Platforms != nil, access.ConditionPlatform)
	mark(c.Locations != nil, access.ConditionLocation)
	mark(c.SignInRisk != 0, access.ConditionSignInRisk)
	mark(c.UserRisk != 0, access.ConditionUserRisk)
	mark(c.InsiderRisk != 0, access.ConditionInsiderRisk)
	mark(c.Flows != 0, access.ConditionFlows)
	mark(c.DeviceFilter != nil || c.DeviceStates != nil, access.ConditionDeviceState)
	mark(c.ServicePrincipalRisk != 0 || c.AgentRisk != 0, access.ConditionServicePrincipalRisk)
	return set&^allowed != 0
}

var writeRules = []writeRule{
	{"blocks-everyone", "CA-21", Error, "a policy blocks every user everywhere, its author included", blocksEveryone},
	{"workload-controls", "CA-28", Error, "a policy about workloads demands something other than block, or of some apps only", workloadControls},
	{"user-action-mix", "CA-43", Error, "a policy mixes user actions, apps and authentication contexts", userActionMix},
	{"registration-device", "CA-45", Error, "a policy on device registration demands or tests a registered device", registrationDevice},
	{"app-protection-platform", "CA-58", Error, "an app control is demanded on a platform that has none", appProtectionPlatform},
	{"compliant-network-app-protection", "CA-70", Error, "the compliant network is combined with an app control", compliantNetworkApps},
	{"risk-none-every-time", "CA-76", Error, "sign-in frequency every time is set on sign-ins without risk", riskNoneEveryTime},
	{"insider-risk-guests", "CA-82", Error, "insider risk is set for guests who have none", insiderRiskGuests},
	{"retired-device-states", "CA-90", Warning, "the retired device states are used", retiredDeviceStates},
	{"retired-approved-app", "CA-107", Warning, "the retired approved client app is demanded", retiredApprovedApp},
	{"password-change-scope", "CA-108", Error, "a password change is demanded outside its narrow scope", passwordChangeScope},
	{"risk-remediation-scope", "CA-109", Error, "risk remediation is demanded outside its narrow scope", riskRemediationScope},
	{"guest-dead-end", "CA-112", Warning, "guests are asked for what they can never meet", guestDeadEnd},
	{"guest-device", "CA-112", Info, "guests need a device that their home tenant must vouch for", guestDevice},
	{"every-time-scope", "CA-154", Error, "sign-in frequency every time is set without what it needs", everyTimeScope},
	{"persistent-browser-scope", "CA-157", Warning, "a persistent browser session is set for some apps only", persistentBrowserScope},
	{"app-enforced-scope", "CA-158", Warning, "app enforced restrictions are set for apps that know none", appEnforcedScope},
	{"continuous-access-scope", "CA-160", Error, "continuous access evaluation is switched off outside its narrow scope", continuousAccessScope},
	{"name-length", "LIM-3", Warning, "a name is longer than 256 characters", nameLength},
	{"frequency-range", "LIM-10", Error, "a sign-in frequency is out of range", frequencyRange},
}

func blocksEveryone(p *access.Policy) (string, string, bool) {
	u := &p.Conditions.Users
	broken := grants(p).Controls&access.Block != 0 && p.Conditions.Workloads == nil && u.Include.All && len(people(&u.Exclude)) == 0 && allResources(p) && !narrowed(p, 0)
	return "conditions.users", "blocks every user from every app, whoever saved it included; exclude your emergency accounts", broken
}

func workloadControls(p *access.Policy) (string, string, bool) {
	if p.Conditions.Workloads == nil {
		return "", "", false
	}
	g := grants(p)
	switch {
	case len(people(&p.Conditions.Users.Include)) > 0:
		return "conditions", "is about people and workloads at once; one policy is about either", true
	case g.Controls&^access.Block != 0 || len(besideBlock(&g)) > 0:
		return "grantControls", "demands of a workload what only a person can do; the only control is block", true
	case !p.Conditions.Applications.Include.All && len(p.Conditions.Applications.Contexts) == 0 && !p.Conditions.Applications.Include.AllAgents:
		return "conditions.applications", "is about some apps only; a workload policy is about all resources", true
	}
	return "", "", false
}

func userActionMix(p *access.Policy) (string, string, bool) {
	a := &p.Conditions.Applications
	kinds := 0
	for _, is := range []bool{a.UserActions != 0, len(a.Contexts) > 0, len(apps(&a.Include)) > 0} {
		if is {
			kinds++
		}
	}
	return "conditions.applications", "mixes apps, user actions and authentication contexts; one policy is about one of them", kinds > 1
}

func registrationDevice(p *access.Policy) (string, string, bool) {
	c := &p.Conditions
	if c.Applications.UserActions&access.RegisterDevice == 0 {
		return "", "", false
	}
	const device = access.CompliantDevice | access.DomainJoinedDevice | access.ApprovedApplication | access.CompliantApplication
	switch {
	case grants(p).Controls&device != 0:
		return "grantControls.builtInControls", fmt.Sprintf("demands %s of a device that is only being registered; those demands are left out", grants(p).Controls&device), true
	case c.DeviceFilter != nil || c.DeviceStates != nil || c.ClientApps != 0 && c.ClientApps != access.ClientAppAny:
		return "conditions", "tests the client app or the device of somebody who is only registering it", true
	}
	return "", "", false
}

func appProtectionPlatform(p *access.Policy) (string, string, bool) {
	g := grants(p)
	const app = access.ApprovedApplication | access.CompliantApplication
	if g.Controls&app == 0 || p.Conditions.Platforms == nil {
		return "", "", false
	}
	alone := g.Controls&^app == 0 && g.Strength == "" && len(g.TermsOfUse)+len(g.Custom) == 0
	named := p.Conditions.Platforms.Include
	bad := named & (access.MacOS | access.Linux)
	if named == access.PlatformAll { // the keyword, which is allowed
		bad = 0
	}
	bad &^= p.Conditions.Platforms.Exclude
	return "conditions.platforms", fmt.Sprintf("demands an app control on %s, where there is none: everybody there is refused", bad), bad != 0 && (alone || !g.Any)
}

func compliantNetworkApps(p *access.Policy) (string, string, bool) {
	set := p.Conditions.Locations
	if set == nil || grants(p).Controls&(access.ApprovedApplication|access.CompliantApplication) == 0 {
		return "", "", false
	}
	compliant := atom{"location", fold(access.LocationCompliantNetwork), ""}
	for _, a := range append(places(&set.Include), places(&set.Exclude)...) {
		if a == compliant {
			return "conditions.locations", "combines the compliant network with an app control; the two cannot work together", true
		}
	}
	return "", "", false
}

// everyTime tells whether a policy wants a fresh authentication each time.
func everyTime(p *access.Policy) bool {
	f := &p.Session.SignInFrequency
	return f.PrimaryEveryTime || f.SecondaryEveryTime
}

func riskNoneEveryTime(p *access.Policy) (string, string, bool) {
	return "conditions.signInRiskLevels", "lists the level none and wants a fresh authentication every time", p.Conditions.SignInRisk&access.RiskNone != 0 && everyTime(p)
}

func insiderRiskGuests(p *access.Policy) (string, string, bool) {
	c := &p.Conditions
	if c.InsiderRisk == 0 || c.Workloads != nil {
		return "", "", false
	}
	const without = access.B2BDirectConnectUser | access.ServiceProvider | access.OtherExternalUser
	var included, excluded access.GuestTypes
	if c.Users.Include.All {
		included = without
	}
	for _, g := range c.Users.Include.Guests {
		included |= g.Types & without
	}
	for _, g := range c.Users.Exclude.Guests {
		if g.Tenants == nil {
			excluded |= g.Types
		}
	}
	missing := included &^ excluded
	return "conditions.users", fmt.Sprintf("sets insider risk for %s, who have none; they must be excluded", missing), missing != 0
}

func retiredDeviceStates(p *access.Policy) (string, string, bool) {
	return "conditions.devices", "uses the retired device states; write them as a device filter", p.Conditions.DeviceStates != nil
}

func retiredApprovedApp(p *access.Policy) (string, string, bool) {
	g := grants(p)
	if g.Controls&access.ApprovedApplication == 0 {
		return "", "", false
	}
	alone := g.Controls == access.ApprovedApplication && g.Strength == "" && len(g.TermsOfUse)+len(g.Custom) == 0
	message := "demands an approved client app, which is no longer enforced: the control counts as not ticked; demand an app protection policy instead"
	if alone {
		message = "demands nothing but an approved client app, which is no longer enforced: the policy demands nothing; demand an app protection policy instead"
	}
	return "grantControls.builtInControls", message, true
}

func passwordChangeScope(p *access.Policy) (string, string, bool) {
	g := grants(p)
	if g.Controls&access.PasswordChange == 0 {
		return "", "", false
	}
	freq := p.Session.SignInFrequency
	switch {
	case !allResources(p):
		return "conditions.applications", "demands a password change for some apps only; it needs all resources without exclusion", true
	case narrowed(p, access.ConditionUserRisk):
		return "conditions", "demands a password change under a condition other than user risk", true
	case g.Controls&^(access.PasswordChange|access.MFA) != 0 || len(g.TermsOfUse)+len(g.Custom) > 0:
		return "grantControls", "demands a password change beside something other than mfa or an authentication strength", true
	case g.Any && (g.Controls&access.MFA != 0 || g.Strength != ""):
		return "grantControls.operator", "demands mfa or a password change; a risky user could choose mfa and keep the stolen password", true
	case freq.Primary != 0 || freq.Secondary != 0:
		return "sessionControls.signInFrequency", "demands a password change with a sign-in frequency other than every time", true
	}
	return "", "", false
}

func riskRemediationScope(p *access.Policy) (string, string, bool) {
	g := grants(p)
	if g.Controls&access.RiskRemediation == 0 {
		return "", "", false
	}
	switch {
	case !allResources(p):
		return "conditions.applications", "demands risk remediation for some apps only; it needs all resources without exclusion", true
	case p.Conditions.UserRisk == 0:
		return "conditions.userRiskLevels", "demands risk remediation of users without risk; it needs a user risk level", true
	case g.Controls&^access.RiskRemediation != 0 || len(g.TermsOfUse)+len(g.Custom) > 0:
		return "grantControls.builtInControls", "demands risk remediation beside another control", true
	case g.Strength == "" || !everyTime(p):
		return "grantControls", "demands risk remediation without the authentication strength and the sign-in frequency every time that belong to it", true
	}
	return "", "", false
}

// guestDeadEnd finds demands that a policy makes of guests alone and that no
// guest can meet, trust or no trust.
func guestDeadEnd(p *access.Policy) (string, string, bool) {
	in := &p.Conditions.Users.Include
	if p.Conditions.Workloads != nil || in.All || len(in.Users)+len(in.Groups)+len(in.Roles) > 0 || len(in.Guests) == 0 {
		return "", "", false
	}
	var kinds access.GuestTypes
	for _, g := range in.Guests {
		kinds |= g.Types
	}
	g := grants(p)
	const never = access.ApprovedApplication | access.CompliantApplication | access.PasswordChange | access.RiskRemediation
	if kinds&access.InternalGuest != 0 || g.Controls&never == 0 || g.Controls&access.Block != 0 {
		return "", "", false
	}
	elsewhere := g.Controls&^never != 0 || g.Strength != "" || len(g.TermsOfUse)+len(g.Custom) > 0
	return "grantControls.builtInControls", fmt.Sprintf("demands %s of guests, who can never meet it: it blocks them", g.Controls&never), !g.Any || !elsewhere
}

// guestDevice finds demands of external people that only a device can meet.
func guestDevice(p *access.Policy) (string, string, bool) {
	u := &p.Conditions.Users
	g := grants(p)
	const device = access.CompliantDevice | access.DomainJoinedDevice
	if p.Conditions.Workloads != nil || g.Controls&device == 0 || g.Controls&access.Block != 0 {
		return "", "", false
	}
	elsewhere := g.Controls&^device != 0 || g.Strength != "" || len(g.TermsOfUse)+len(g.Custom) > 0
	if g.Any && elsewhere {
		return "", "", false
	}
	var included, excluded access.GuestTypes
	if u.Include.All {
		included = access.ExternalTypes
	}
	for _, guests := range u.Include.Guests {
		included |= guests.Types & access.ExternalTypes
	}
	for _, guests := range u.Exclude.Guests {
		if guests.Tenants == nil {
			excluded |= guests.Types
		}
	}
	return "grantControls.builtInControls", fmt.Sprintf("demands %s of guests, too, who are refused unless the device claims of their home tenant are trusted", g.Controls&device), included&^excluded != 0
}

func everyTimeScope(p *access.Policy) (string, string, bool) {
	f := &p.Session.SignInFrequency
	if !everyTime(p) {
		return "", "", false
	}
	g := grants(p)
	asks := g.Controls&access.MFA != 0 || g.Strength != ""
	if f.SecondaryEveryTime && !f.PrimaryEveryTime && !asks {
		return "sessionControls.signInFrequency", "wants a second factor every time and demands none; it needs mfa or an authentication strength", true
	}
	if !p.Conditions.Applications.Include.All {
		return "", "", false
	}
	signIn := p.Conditions.SignInRisk != 0 && asks
	user := p.Conditions.UserRisk != 0 && g.Controls&(access.PasswordChange|access.RiskRemediation) != 0
	return "sessionControls.signInFrequency", "wants a fresh authentication every time for all resources; it needs sign-in risk with mfa, user risk with a password change, or chosen apps", !signIn && !user
}

func persistentBrowserScope(p *access.Policy) (string, string, bool) {
	return "sessionControls.persistentBrowser", "sets a persistent browser session for some apps only; all apps share one session, so it needs all resources", p.Session.PersistentBrowser != 0 && !p.Conditions.Applications.Include.All
}

// restrictable are the apps that know app enforced restrictions (CA-158).
var restrictable = []atom{
	{kind: "suite", id: "office365"},
	{kind: "app", id: "00000002-0000-0ff1-ce00-000000000000"}, // Exchange Online
	{kind: "app", id: "00000003-0000-0ff1-ce00-000000000000"}, // SharePoint Online
}

func appEnforcedScope(p *access.Policy) (string, string, bool) {
	a := &p.Conditions.Applications
	return "sessionControls.applicationEnforcedRestrictions", "sets app enforced restrictions for apps other than Exchange Online, SharePoint Online and Office 365, which know none", p.Session.AppEnforcedRestrictions && !within(apps(&a.Include), restrictable)
}

func continuousAccessScope(p *access.Policy) (string, string, bool) {
	if p.Session.ContinuousAccess == 0 {
		return "", "", false
	}
	switch {
	case p.State == access.StateReportOnly:
		return "sessionControls.continuousAccessEvaluation", "sets continuous access evaluation and is report-only, where it does nothing", true
	case p.Session.ContinuousAccess == access.ContinuousAccessDisabled && (!allResources(p) || narrowed(p, 0)):
		return "sessionControls.continuousAccessEvaluation", "switches continuous access evaluation off for some apps or conditions only; it needs all resources, no exclusion and no condition", true
	}
	return "", "", false
}

func nameLength(p *access.Policy) (string, string, bool) {
	n := utf8.RuneCountInString(p.DisplayName)
	return "displayName", fmt.Sprintf("has %d characters; Graph takes 256", n), n > 256
}

func frequencyRange(p *access.Policy) (string, string, bool) {
	f := &p.Session.SignInFrequency
	for _, d := range []float64{f.Primary.Hours(), f.Secondary.Hours()} {
		if d < 0 || d > 365*24 || (d > 23 && d != float64(int(d/24))*24) {
			return "sessionControls.signInFrequency", fmt.Sprintf("wants an authentication every %g hours; 1 to 23 hours or 1 to 365 days", d), true
		}
	}
	return "", "", false
}
