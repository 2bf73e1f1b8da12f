package signin

import (
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// record adds the record of what stopped the attempt.
func (r *run) record(s *stop) {
	rec := r.newRecord(s.code)
	r.records = append(r.records, rec)
}

// newRecord tells all that the run knows, with the code that ended it. What the
// stages did not reach is left out (SI-61x).
func (r *run) newRecord(code result.Code) *signinlog.Record {
	req := &r.a.Request
	rec := &signinlog.Record{
		ID: r.recordID(), Time: directory.Instant(r.now), CorrelationID: r.correlation(), OriginalRequestID: r.caller.RequestID,
		SignInEventTypes: []string{r.eventType()}, IsInteractive: signinlog.Maybe[bool]{Value: r.interactive && !r.silent, Known: true},
		Status:        signinlog.Status{ErrorCode: signinlog.Maybe[access.ResultCode]{Value: access.ResultCode(code), Known: true}, FailureReason: reason(code)},
		UserAgent:     r.caller.UserAgent,
		AppID:         req.Client,
		EngineVersion: r.p.parts.EngineVersion, AuthenticationProtocol: string(req.Protocol),
		ConditionalAccessStatus: "notApplied", AuthenticationRequirement: "singleFactorAuthentication",
		TokenIssuerType: "AzureAD", SignInIdentifier: r.a.Name,
	}
	r.recordWhere(rec)
	r.recordWho(rec)
	r.recordWhat(rec)
	r.recordProofs(rec)
	r.recordAccess(rec)
	return rec
}

// recordID is the request id for the first record of a request; more records
// of one request have ids of their own.
func (r *run) recordID() string {
	if len(r.records) == 0 {
		return r.caller.RequestID
	}
	id, err := directory.NewID(r.p.parts.Random)
	if err != nil {
		return r.caller.RequestID // merged with the first by readers
	}
	return id
}

// reason is the catalogue's headline of a code; empty for success.
func reason(code result.Code) string {
	entry, ok := result.Lookup(code)
	if !ok || code == result.Success {
		return ""
	}
	return entry.Text(result.English).Title
}

func (r *run) eventType() string {
	switch {
	case r.appOnly():
		return "servicePrincipal"
	case r.interactive && !r.silent:
		return "interactiveUser"
	}
	return "nonInteractiveUser"
}

// recordWhere adds the address, what is known of it, and the client software.
func (r *run) recordWhere(rec *signinlog.Record) {
	rec.IPAddress = r.ipText()
	rec.Device.OperatingSystem, rec.Device.Browser = systemOf(r.caller), browserOf(r.caller.UserAgent)
	rec.ClientAppUsed = "Browser"
	if r.clientKind() == access.MobileAndDesktop {
		rec.ClientAppUsed = "Mobile Apps and Desktop clients"
	}
	addr := r.seen().Address
	if r.place == nil && addr.IsValid() && r.p.parts.Places != nil {
		// A database that fails must not keep a record from being written.
		_, _ = r.placeOf(addr)
	}
	if r.place != nil {
		rec.Location.City, rec.Location.CountryOrRegion = r.place.City, r.place.Country
		rec.AutonomousSystemNumber = r.place.Network
		if p := r.place.Point; p != nil {
			rec.Location.Coordinates = signinlog.GeoCoordinates{
				Latitude: signinlog.Maybe[float64]{Value: p.Latitude, Known: true}, Longitude: signinlog.Maybe[float64]{Value: p.Longitude, Known: true},
			}
		}
	}
	if d := r.device; d != nil {
		rec.Device.ID, rec.Device.DisplayName = string(d.DeviceID), d.DisplayName
		rec.Device.OperatingSystem = strings.TrimSpace(d.OperatingSystem + " " + d.OSVersion)
		rec.Device.IsManaged = signinlog.Maybe[bool]{Value: d.IsManaged, Known: true}
		if d.IsCompliant != nil {
			rec.Device.IsCompliant = signinlog.Maybe[bool]{Value: *d.IsCompliant, Known: true}
		}
		rec.Device.TrustType = map[directory.TrustType]string{
			directory.Joined: "Azure AD joined", directory.HybridJoined: "Hybrid Azure AD joined", directory.DeviceRegistered: "Azure AD registered",
		}[d.TrustType]
	}
	if f := r.flow(); f != access.FlowNone {
		rec.OriginalTransferMethod = f.String()
	}
}

// recordWho adds the tenant and the person or the app.
func (r *run) recordWho(rec *signinlog.Record) {
	rec.TenantID = string(r.a.TenantID)
	rec.ResourceTenantID = string(r.a.TenantID)
	if r.appOnly() {
		if r.client != nil {
			rec.ServicePrincipalID, rec.ServicePrincipalName = string(r.client.ID), r.client.DisplayName
		}
		rec.SignInIdentifier = ""
	}
	if r.subject != nil {
		rec.ClientCredentialType = r.subject.Credential.Kind
		rec.ServicePrincipalCredentialKeyID = string(r.subject.Credential.KeyID)
		rec.ServicePrincipalCredentialThumbprint = r.subject.Credential.Thumbprint
		rec.IncomingTokenType = "none"
		if r.subject.Artefact == FromRefresh {
			rec.IncomingTokenType = "refreshToken"
		}
	}
	u := r.user
	if u == nil {
		u = r.account
	}
	if u == nil {
		rec.UserPrincipalName = r.a.Name
		return
	}
	rec.UserID, rec.UserPrincipalName, rec.UserDisplayName = string(u.ID), u.UserPrincipalName, u.DisplayName
	rec.UserType = u.AccessType().String()
	rec.HomeTenantID, rec.CrossTenantAccessType = string(u.HomeTenant()), "none"
	if u.TenantID != r.a.TenantID || u.External != nil {
		rec.CrossTenantAccessType = "b2bCollaboration"
	}
}

// recordWhat adds the client and the resource.
func (r *run) recordWhat(rec *signinlog.Record) {
	if r.client != nil {
		rec.AppID, rec.AppDisplayName, rec.AppOwnerTenantID = string(r.client.AppID), r.client.DisplayName, string(r.client.OwnerTenantID)
	}
	if r.resource != nil {
		p := &r.resource.Principal
		rec.ResourceID, rec.ResourceDisplayName = string(p.AppID), p.DisplayName
		rec.ResourceServicePrincipalID, rec.ResourceOwnerTenantID = string(p.ID), string(p.OwnerTenantID)
	} else {
		rec.ResourceID = r.a.Request.Resource
	}
	rec.SessionID = r.a.SessionID
	rec.AuthenticationContexts = r.contexts
}

// recordProofs adds what was proved and what was not. Nothing of earlier
// sessions is told where the attempt ended before the session was looked at.
func (r *run) recordProofs(rec *signinlog.Record) {
	since := directory.Instant(r.a.Created)
	var used []string
	for _, f := range r.a.SignIn.Factors {
		name := methodName(f.Method)
		requirement := "Secondary authentication"
		if f.First {
			requirement = "Primary authentication"
		}
		step := signinlog.AuthenticationStep{
			Time: f.At, Method: name, Succeeded: signinlog.Maybe[bool]{Value: true, Known: true}, Requirement: requirement,
		}
		if r.subject != nil && r.subject.Artefact != FromPassword || f.At.Before(since) {
			step.Method = "Previously satisfied"
			step.ResultDetail = map[bool]string{true: "First factor requirement satisfied by claim in the token", false: "MFA requirement satisfied by claim in the token"}[f.First]
		}
		rec.AuthenticationDetails = append(rec.AuthenticationDetails, step)
		used = append(used, name)
	}
	rec.AuthenticationDetails = append(rec.AuthenticationDetails, r.failed...)
	slices.Sort(used)
	rec.AuthenticationMethodsUsed = slices.Compact(used)
}

// failStep notes a proof that failed.
func (r *run) failStep(method, detail string) {
	requirement := "Primary authentication"
	if r.a.SignIn.FirstFactorAt() != (time.Time{}) && !r.firstOpen() {
		requirement = "Secondary authentication"
	}
	r.failed = append(r.failed, signinlog.AuthenticationStep{
		Time: directory.Instant(r.now), Method: method, ResultDetail: detail, Succeeded: signinlog.Maybe[bool]{Known: true}, Requirement: requirement,
	})
}

// methodName is how the log names a method.
func methodName(m access.Methods) string {
	switch m {
	case access.Password:
		return passwordStep
	case access.SoftwareOATH, access.HardwareOATH:
		return codeStep
	case access.FIDO2:
		return passkeyStep
	case access.TemporaryAccessPassOneTime, access.TemporaryAccessPassMultiUse:
		return passStep
	}
	return m.String()
}

// recordAccess adds the decision with everything it was made of, if one was
// made.
func (r *run) recordAccess(rec *signinlog.Record) {
	if r.risk != nil {
		rec.RiskLevelDuringSignIn, rec.RiskLevelAggregated = r.risk.SignIn.String(), r.risk.User.String()
		for _, e := range r.risk.Events {
			rec.RiskEventTypes = append(rec.RiskEventTypes, string(e))
		}
		rec.RiskState = "none"
		if r.risk.SignIn != access.RiskNone {
			rec.RiskState = "atRisk"
		}
	}
	e := r.decided
	if e == nil {
		return
	}
	rec.Inputs = graphjson.EncodeFacts(r.decidedOn)
	rec.PolicySetHash = r.set.set.Hash()
	for _, a := range r.decidedOn.Audiences.Or(nil) {
		rec.Audiences = append(rec.Audiences, signinlog.Audience{AppID: string(a.AppID)})
	}
	r.recordRequirement(rec, e)
	if r.set.securityDefaults {
		return // they are no policies
	}
	rec.ConditionalAccessStatus = map[access.Status]string{
		access.StatusSuccess: "success", access.StatusFailure: "failure", access.StatusNotApplied: "notApplied",
	}[e.Status]
	// A token that was issued leaves a row every hour or so for every app of
	// everyone: there, the policies that did not apply are left out. Inputs
	// and hash tell them again where they are wanted.
	brief := r.subject != nil && rec.Status.ErrorCode.Value == 0
	for i, outcome := range signinlog.Applied(e, nil) {
		if !brief || tells(e.Outcomes[i].Result) {
			rec.AppliedPolicies = append(rec.AppliedPolicies, outcome)
		}
	}
	if f := e.Session.SignInFrequency; f.Primary > 0 || f.Secondary > 0 {
		rec.SessionLifetimePolicies = append(rec.SessionLifetimePolicies, signinlog.SessionLifetimePolicy{Requirement: "signInFrequencyPeriodicReauthentication"})
	} else if f.PrimaryEveryTime || f.SecondaryEveryTime {
		rec.SessionLifetimePolicies = append(rec.SessionLifetimePolicies, signinlog.SessionLifetimePolicy{Requirement: "signInFrequencyEveryTime"})
	}
}

// tells reports whether a policy had a say in the attempt.
func tells(r access.Result) bool {
	return r != access.ResultNotApplied && r != access.ResultNotEnabled && r != access.ResultReportOnlyNotApplied
}

// recordRequirement adds whether more than one factor was needed, and what for.
func (r *run) recordRequirement(rec *signinlog.Record, e *access.Explanation) {
	need := func(provider string) {
		rec.AuthenticationRequirement = "multiFactorAuthentication"
		rec.AuthenticationRequirementPolicies = append(rec.AuthenticationRequirementPolicies, signinlog.RequirementPolicy{Provider: provider})
	}
	if r.demanded != "" {
		need(r.demanded)
	}
	for i := range e.Outcomes {
		o := &e.Outcomes[i]
		g := o.Policy.Grant
		if o.Policy.State != access.StateEnabled || g == nil || o.Result != access.ResultSuccess && o.Result != access.ResultFailure {
			continue
		}
		switch {
		case r.set.securityDefaults && g.Controls&access.MFA != 0:
			need("securityDefaults")
			return
		case g.Strength != "":
			need("authenticationStrengths")
			return
		case g.Controls&access.MFA != 0:
			need("multiConditionalAccess")
			return
		}
	}
}

// methodsClaim are the values of the amr claim (RFC 8176).
func methodsClaim(in *session.SignIn) []string {
	var list []string
	add := func(words ...string) {
		for _, w := range words {
			if !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	for _, f := range in.Factors {
		switch f.Method {
		case access.Password:
			add("pwd")
		case access.SoftwareOATH, access.HardwareOATH:
			add("otp", "mfa")
		case access.FIDO2:
			add("fido", "hwk", "mfa")
		case access.TemporaryAccessPassOneTime, access.TemporaryAccessPassMultiUse:
			add("otp", "mfa")
		}
	}
	return list
}
