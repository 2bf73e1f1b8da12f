package graphjson

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// isWhatIf reports whether n is the body of a Graph What-If request.
func isWhatIf(n *Node) bool {
	return n.index("signInIdentity") >= 0 || n.index("signInContext") >= 0 || n.index("signInConditions") >= 0
}

// whatIf reads the body of a What-If request. Null says nothing in it, so that
// its defaults are left to WhatIfDefaults like those of absent members.
func (v value) whatIf() access.Facts {
	var f access.Facts
	readFields(v, whatIfFields, &f)
	return f
}

// given reads a member that may be null.
func given(read func(value, *access.Facts)) func(value, *access.Facts) {
	return func(v value, f *access.Facts) {
		if v.n.Kind() != Null {
			read(v, f)
		}
	}
}

// nested reads an object.
func nested(table []field[access.Facts]) func(value, *access.Facts) {
	return given(func(v value, f *access.Facts) { readFields(v, table, f) })
}

var whatIfFields = []field[access.Facts]{
	{"signInIdentity", nested(identityFields)},
	{"signInContext", nested(contextFields)},
	{"signInConditions", nested(conditionFields)},
	{"appliedPoliciesOnly", given(func(v value, _ *access.Facts) { v.truth() })}, // about the answer (WI-9)
}

// identityFields are those of userSignIn, servicePrincipalSignIn and agentSignIn
// (WI-1).
var identityFields = []field[access.Facts]{
	{"userId", given(func(v value, f *access.Facts) { f.UserID = textFact[access.UserID](v) })},
	{"externalTenantId", given(func(v value, f *access.Facts) { f.HomeTenantID = textFact[access.TenantID](v) })},
	{"externalUserType", given(func(v value, f *access.Facts) { f.GuestTypes = flagsFact(v, guestEnum, access.GuestTypesNone) })},
	{"servicePrincipalId", given(func(v value, f *access.Facts) {
		f.ServicePrincipalID = textFact[access.ServicePrincipalID](v)
		f.UserID = access.Known(access.UserID(""))
	})},
	{"agentServicePrincipalId", given(func(v value, f *access.Facts) {
		f.AgentID = textFact[access.ServicePrincipalID](v)
		f.UserID = access.Known(access.UserID(""))
	})},
}

// contextFields are those of applicationContext, userActionContext and
// authContext (WI-2).
var contextFields = []field[access.Facts]{
	{"includeApplications", given(func(v value, f *access.Facts) {
		if ids, ok := texts[access.AppID](v); ok {
			var list []access.Audience
			for _, id := range ids {
				list = append(list, access.Audience{AppID: id})
			}
			f.Audiences = access.Known(list)
		}
	})},
	{"userAction", given(func(v value, f *access.Facts) { f.UserAction = v.userAction() })},
	{"authenticationContextValue", given(func(v value, f *access.Facts) { f.AuthenticationContext = v.context() })},
}

// conditionFields are those of signInConditions (WI-3).
var conditionFields = []field[access.Facts]{
	{"devicePlatform", given(func(v value, f *access.Facts) { f.Platform = wordOnly(v, platformEnum) })},
	{"clientAppType", given(func(v value, f *access.Facts) { f.ClientApp = wordOnly(v, clientAppEnum) })},
	{"signInRiskLevel", given(func(v value, f *access.Facts) { f.SignInRisk = wordOnly(v, riskEnum) })},
	{"userRiskLevel", given(func(v value, f *access.Facts) { f.UserRisk = wordOnly(v, riskEnum) })},
	{"servicePrincipalRiskLevel", given(func(v value, f *access.Facts) { f.ServicePrincipalRisk = wordOnly(v, riskEnum) })},
	{"agentIdRiskLevel", given(func(v value, f *access.Facts) { f.AgentRisk = wordOnly(v, riskEnum) })},
	{"insiderRiskLevel", given(func(v value, f *access.Facts) { f.InsiderRisk = wordOnly(v, insiderEnum) })},
	{"country", given(func(v value, f *access.Facts) {
		if v.n.Kind() != String || strings.TrimSpace(v.n.text) != "" {
			f.Country = v.country()
		}
	})},
	{"ipAddress", given(func(v value, f *access.Facts) { f.IP = v.address() })},
	{"authenticationFlow", nested([]field[access.Facts]{
		{"transferMethod", given(func(v value, f *access.Facts) { f.Flow = wordFact(v, flowEnum, access.FlowNone) })},
	})},
	{"deviceInfo", given(func(v value, f *access.Facts) { f.Device = v.deviceInfo() })},
}

// deviceInfo reads the device of a What-If request, where a property that is
// null is as one that is absent. A request that names no property names no
// device.
func (v value) deviceInfo() access.Fact[*access.Device] {
	if v.n.Kind() != Object {
		return v.device()
	}
	said := *v.n
	said.members = nil
	for _, m := range v.n.Members() {
		if configured(m.Value) {
			said.members = append(said.members, m)
		}
	}
	if !configured(&said) {
		return access.Fact[*access.Device]{}
	}
	return value{v.r, &said, v.path}.device()
}
