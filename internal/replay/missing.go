package replay

import (
	"github.com/sallyport-id/sallyport/access"
)

// missingFacts names the unknown facts that an outcome depends on, as facts JSON
// names them.
func missingFacts(o *access.Outcome, f *access.Facts) []string {
	var list []string
	for bit := access.Condition(1); bit != 0; bit <<= 1 {
		if o.Open&bit != 0 {
			list = append(list, conditionFacts(bit, o.Policy, f)...)
		}
	}
	if o.Open == 0 && o.Result == access.ResultUnknown {
		for _, r := range o.Missing {
			list = append(list, demandFacts(r, f)...)
		}
	}
	return unique(list)
}

// fact is a name of facts JSON and whether the fact is known.
type fact struct {
	name  string
	known bool
}

func unknown(facts ...fact) []string {
	var list []string
	for _, f := range facts {
		if !f.known {
			list = append(list, f.name)
		}
	}
	return list
}

func conditionFacts(c access.Condition, p *access.Policy, f *access.Facts) []string {
	switch c {
	case access.ConditionApplication:
		return applicationFacts(&p.Conditions.Applications, f)
	case access.ConditionUsers:
		return userFacts(&p.Conditions.Users, f)
	case access.ConditionServicePrincipals:
		return unknown(fact{"servicePrincipalId", f.ServicePrincipalID.IsKnown() || f.UserID.IsKnown()},
			fact{"servicePrincipalInScope", f.ServicePrincipalInScope.IsKnown()}, fact{"servicePrincipalCustomSecurityAttributes", f.ServicePrincipalAttributes.IsKnown() || p.Conditions.Workloads.Filter == nil})
	case access.ConditionPlatform:
		return []string{"devicePlatform"}
	case access.ConditionLocation:
		return unknown(fact{"ipAddress", f.IP.IsKnown()}, fact{"country", f.Country.IsKnown()}, fact{"gpsCountry", f.GPSCountry.IsKnown() || f.Country.IsKnown()}, fact{"isCompliantNetwork", f.CompliantNetwork.IsKnown() || !f.IP.IsKnown() || !f.Country.IsKnown()})
	case access.ConditionClientType:
		return []string{"clientAppType"}
	case access.ConditionSignInRisk:
		return []string{"signInRiskLevel"}
	case access.ConditionUserRisk:
		return []string{"userRiskLevel"}
	case access.ConditionServicePrincipalRisk:
		return []string{"servicePrincipalRiskLevel"}
	case access.ConditionInsiderRisk:
		return []string{"insiderRiskLevel"}
	case access.ConditionDeviceState:
		return deviceFacts(f)
	case access.ConditionFlows:
		return []string{"authenticationFlow"}
	}
	return nil
}

func applicationFacts(a *access.Applications, f *access.Facts) []string {
	list := unknown(fact{"appId", f.Audiences.IsKnown()})
	if a.UserActions != 0 {
		list = append(list, unknown(fact{"userAction", f.UserAction.IsKnown()})...)
	}
	if len(a.Contexts) > 0 {
		list = append(list, unknown(fact{"authenticationContext", f.AuthenticationContext.IsKnown()})...)
	}
	if a.Filter != nil {
		list = append(list, "appCustomSecurityAttributes")
	}
	return list
}

func userFacts(u *access.Users, f *access.Facts) []string {
	list := unknown(fact{"userId", f.UserID.IsKnown()})
	names := func(p *access.Principals) (groups, roles, guests bool) {
		return len(p.Groups) > 0, len(p.Roles) > 0, len(p.Guests) > 0
	}
	groups, roles, guests := names(&u.Include)
	g, r, e := names(&u.Exclude)
	return append(list, unknown(fact{"groups", f.Groups.IsKnown() || !groups && !g}, fact{"roles", f.Roles.IsKnown() || !roles && !r},
		fact{"guestType", f.GuestTypes.IsKnown() || !guests && !e}, fact{"homeTenantId", f.HomeTenantID.IsKnown() || !guests && !e})...)
}

// deviceFacts says what is unknown of the device: all of it, some properties, or
// only whether it counts.
func deviceFacts(f *access.Facts) []string {
	if f.Device.IsKnown() {
		return append([]string{"device (some properties)"}, unknown(fact{"authenticationFlow", f.Flow.IsKnown()})...)
	}
	return append([]string{"device"}, unknown(fact{"authenticationFlow", f.Flow.IsKnown()})...)
}

func demandFacts(r access.Requirement, f *access.Facts) []string {
	switch {
	case r.TermsOfUse != "":
		return []string{"acceptedTermsOfUse"}
	case r.Custom != "":
		return []string{"satisfiedCustomControls"}
	case r.Strength != "" || r.Control == access.MFA:
		list := unknown(fact{"satisfiedMethods", f.Methods.IsKnown()}, fact{"mfaRegistered", f.MFARegistered.IsKnown() || !f.Methods.IsKnown()}, fact{"guestType", f.GuestTypes.IsKnown()})
		if f.Methods.IsKnown() && r.Strength != "" {
			list = append(list, "methodDetails")
		}
		return list
	}
	switch r.Control {
	case access.CompliantDevice, access.DomainJoinedDevice:
		return append(deviceFacts(f), unknown(fact{"guestType", f.GuestTypes.IsKnown()})...)
	case access.ApprovedApplication:
		return []string{"isApprovedClientApp"}
	case access.CompliantApplication:
		return []string{"isAppProtected"}
	case access.PasswordChange:
		return []string{"passwordChanged"}
	case access.RiskRemediation:
		return []string{"riskRemediated"}
	}
	return nil
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		found := false
		for _, t := range out {
			found = found || s == t
		}
		if !found {
			out = append(out, s)
		}
	}
	return out
}
