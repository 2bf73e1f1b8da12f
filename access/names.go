package access

import "strings"

// join writes the names of the bits set in v, lowest first.
func join(v uint32, names []string) string {
	var b strings.Builder
	for i, name := range names {
		if v&(1<<i) == 0 || name == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name)
	}
	return b.String()
}

var (
	guestTypeNames = []string{"internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember", "b2bDirectConnectUser", "otherExternalUser", "serviceProvider"}
	clientAppNames = []string{"browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"}
	platformNames  = []string{"android", "iOS", "windows", "windowsPhone", "macOS", "linux", "unknown"}
	riskNames      = []string{"none", "low", "medium", "high", "hidden"}
	insiderNames   = []string{"minor", "moderate", "elevated", "none"}
	flowNames      = []string{"deviceCodeFlow", "authenticationTransfer", "none"}
	actionNames    = []string{"urn:user:registersecurityinfo", "urn:user:registerdevice"}
	methodNames    = []string{"password", "voice", "hardwareOath", "softwareOath", "sms", "fido2", "windowsHelloForBusiness", "microsoftAuthenticatorPush", "deviceBasedPush", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse", "email", "x509CertificateSingleFactor", "x509CertificateMultiFactor", "federatedSingleFactor", "federatedMultiFactor", "", "qrCodePin"}
	controlNames   = []string{"block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication", "passwordChange", "", "riskRemediation"}
	conditionNames = []string{"application", "users", "devicePlatform", "location", "clientType", "signInRisk", "userRisk", "time", "deviceState", "client", "ipAddressSeenByAzureAD", "ipAddressSeenByResourceProvider", "", "servicePrincipals", "servicePrincipalRisk", "authenticationFlows", "insiderRisk"}
)

// String returns Graph's names, separated by commas; "none" for none.
func (g GuestTypes) String() string {
	if g == 0 {
		return "none"
	}
	return join(uint32(g), guestTypeNames)
}

// String returns Graph's name.
func (u UserType) String() string {
	switch u {
	case Member:
		return "member"
	case Guest:
		return "guest"
	}
	return ""
}

// String returns Graph's names, separated by commas; "all" for all of them.
func (c ClientAppTypes) String() string {
	if c == ClientAppAny {
		return "all"
	}
	return join(uint32(c), clientAppNames)
}

// String returns Graph's names, separated by commas; "all" for all of them.
func (p Platforms) String() string {
	if p == PlatformAll {
		return "all"
	}
	return join(uint32(p), platformNames)
}

// String returns Graph's names, separated by commas.
func (r RiskLevels) String() string { return join(uint32(r), riskNames) }

// String returns Graph's names, separated by commas.
func (r InsiderRiskLevels) String() string { return join(uint32(r), insiderNames) }

// String returns Graph's names, separated by commas.
func (f Flows) String() string { return join(uint32(f), flowNames) }

// String returns Graph's URNs, separated by commas; "none" for none.
func (a UserActions) String() string {
	if a == 0 {
		return "none"
	}
	return join(uint32(a), actionNames)
}

// String returns Graph's names, separated by commas.
func (m Methods) String() string { return join(uint32(m), methodNames) }

// String returns Graph's names, separated by commas.
func (c Controls) String() string { return join(uint32(c), controlNames) }

// String returns Graph's names, separated by commas; "none" for none.
func (c Condition) String() string {
	if c == 0 {
		return "none"
	}
	s := join(uint32(c&^ConditionInvalid), conditionNames)
	switch {
	case c&ConditionInvalid == 0:
		return s
	case s == "":
		return "invalidCondition"
	}
	return s + ",invalidCondition"
}

// String returns Graph's name; empty for a template.
func (s State) String() string {
	return [...]string{"", "enabled", "disabled", "enabledForReportingButNotEnforced"}[s]
}

// String returns the word of the answer: grant, interrupt, block or undetermined.
func (v Verdict) String() string {
	return [...]string{"undetermined", "grant", "interrupt", "block"}[v]
}

// String returns Graph's conditionalAccessStatus.
func (s Status) String() string {
	return [...]string{"unknown", "success", "failure", "notApplied"}[s]
}

// String returns Graph's appliedConditionalAccessPolicyResult.
func (r Result) String() string {
	return [...]string{"success", "failure", "notApplied", "notEnabled", "unknown", "unknownFutureValue", "reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied", "reportOnlyInterrupted"}[r]
}

// String returns the requirement as answers write it: a built-in control's
// name, authenticationStrength:ID, termsOfUse:ID or customAuthenticationFactor:ID.
func (r Requirement) String() string {
	switch {
	case r.Strength != "":
		return "authenticationStrength:" + string(r.Strength)
	case r.TermsOfUse != "":
		return "termsOfUse:" + string(r.TermsOfUse)
	case r.Custom != "":
		return "customAuthenticationFactor:" + r.Custom
	}
	return r.Control.String()
}
