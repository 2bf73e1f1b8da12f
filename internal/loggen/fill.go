package loggen

import (
	"strconv"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// fill makes the record of an intent.
func (g *Generator) fill(in *intent) {
	r := &g.record
	*r = signinlog.Record{AuthenticationDetails: r.AuthenticationDetails[:0]}
	r.ID = formatGUID(g.rng.Uint64(), g.rng.Uint64())
	r.Time = time.UnixMilli(in.at).UTC()
	r.LoggedTime = time.UnixMilli(in.at + in.late).UTC()
	r.CorrelationID = formatGUID(in.correlation, in.correlation*0x9E3779B97F4A7C15)
	r.TenantID, r.ResourceTenantID, r.HomeTenantID = TenantID, TenantID, TenantID
	r.AppID, r.AppDisplayName = in.app.id, in.app.name
	r.ResourceID, r.ResourceDisplayName = in.app.resource, in.app.target
	r.TokenIssuerType, r.IncomingTokenType = "AzureAD", "none"
	r.CrossTenantAccessType = "none"
	r.RiskState, r.RiskDetail, r.RiskLevelDuringSignIn, r.RiskLevelAggregated = "none", "none", "none", "none"
	r.IsInteractive = signinlog.Told(in.interactive)
	r.ProcessingTimeMilliseconds = int64(60 + g.rng.IntN(400))
	r.UniqueTokenIdentifier = formatGUID(g.rng.Uint64(), in.session)[:22]
	if in.session != 0 {
		r.SessionID = formatGUID(in.session*0xD1342543DE82EF95, in.session*0x2545F4914F6CDD1D)
	}
	g.fillWho(in)
	g.fillWhere(in)
	g.fillClient(in)
	edit := g.edited(in.at)
	c := g.circumstances(in)
	c.edited = edit != nil
	g.fillResult(in, c)
	g.fillProof(in)
	attack := in.attack
	if attack == nil && edit != nil && in.code == 0 {
		attack = g.edit(edit, c)
	}
	if attack != nil {
		attack.RecordIDs = append(attack.RecordIDs, r.ID)
		if attack.From.IsZero() {
			attack.From = r.Time
		}
		attack.To = r.Time
	}
}

// edit returns the edit if it is what refuses the sign-in.
func (g *Generator) edit(a *Attack, c circumstances) *Attack {
	after := g.judge.decide(c)
	c.edited = false
	if before := g.judge.decide(c); after.failed && !before.failed && after.code == access.ResultCode(result.BlockedByConditionalAccess) {
		return a
	}
	return nil
}

func (g *Generator) fillWho(in *intent) {
	r := &g.record
	if in.principal > 0 {
		r.SignInEventTypes = eventTypes[2]
		r.ServicePrincipalID, r.ServicePrincipalName = guid(8, in.principal), "Nightly job "+strconv.Itoa(in.principal)
		r.AppOwnerTenantID, r.IsInteractive = TenantID, signinlog.Maybe[bool]{}
		r.ClientCredentialType = "clientSecret"
		return
	}
	r.SignInEventTypes = eventTypes[1]
	if in.interactive {
		r.SignInEventTypes = eventTypes[0]
	}
	if in.typed != "" {
		r.UserPrincipalName, r.SignInIdentifier, r.UserType = in.typed, in.typed, "member"
		return
	}
	r.UserID, r.UserPrincipalName, r.UserDisplayName, r.UserType = in.who.id, in.who.upn, in.who.name, "member"
	if in.who.guest {
		r.UserType, r.HomeTenantID, r.CrossTenantAccessType = "guest", in.who.homeTenant, "b2bCollaboration"
	}
	if in.tenant != "" {
		r.ResourceTenantID, r.CrossTenantAccessType = in.tenant, "b2bCollaboration"
	}
}

var eventTypes = [...][]string{{"interactiveUser"}, {"nonInteractiveUser"}, {"servicePrincipal"}}

func (g *Generator) fillWhere(in *intent) {
	r := &g.record
	r.IPAddress, r.AutonomousSystemNumber = in.spot.addr.String(), in.spot.asn
	if in.unknown {
		return
	}
	c := in.spot.city
	r.Location = signinlog.Location{City: c.name, State: c.state, CountryOrRegion: c.country,
		Coordinates: signinlog.GeoCoordinates{Latitude: signinlog.Told(c.lat), Longitude: signinlog.Told(c.lon)}}
	if in.spot.name != "" {
		r.NetworkLocations = officeNetworks
	}
}

var officeNetworks = []signinlog.NetworkLocation{{Type: "trustedNamedLocation", Names: []string{"Offices"}}}

func (g *Generator) fillClient(in *intent) {
	r := &g.record
	d := in.device
	r.Device = signinlog.Device{ID: d.id, DisplayName: d.name, OperatingSystem: d.system, Browser: d.browser, TrustType: d.trust,
		IsCompliant: signinlog.Told(d.compliant), IsManaged: signinlog.Told(d.managed)}
	r.UserAgent = d.userAgent
	if in.userAgent != "" {
		r.UserAgent = in.userAgent
	}
	switch {
	case in.legacy != "":
		r.ClientAppUsed = in.legacy
		r.Device = signinlog.Device{OperatingSystem: d.system}
		if in.legacy != "Exchange ActiveSync" {
			r.AuthenticationProtocol = "ropc"
		}
	case in.client == access.Browser:
		r.ClientAppUsed = "Browser"
	default:
		r.ClientAppUsed = "Mobile Apps and Desktop clients"
	}
	r.OriginalTransferMethod = "none"
	if r.AuthenticationProtocol == "" {
		r.AuthenticationProtocol = "none"
	}
	if in.flow == access.DeviceCodeFlow {
		r.OriginalTransferMethod = "deviceCodeFlow"
		if in.flowNow {
			r.AuthenticationProtocol = "deviceCode"
		}
	}
	if !in.interactive && in.principal == 0 {
		r.IncomingTokenType = "refreshToken"
		if d.managed {
			r.IncomingTokenType = "primaryRefreshToken"
		}
	}
	if in.risk > access.RiskNone {
		r.RiskLevelDuringSignIn, r.RiskState = in.risk.String(), "atRisk"
	}
	if in.userRisk > access.RiskNone {
		r.RiskLevelAggregated = in.userRisk.String()
	}
	if in.riskType != "" {
		r.RiskEventTypes = []string{in.riskType}
	}
}

// fillResult tells what came of it: what happened before access, or what access
// decided.
func (g *Generator) fillResult(in *intent, c circumstances) {
	r := &g.record
	r.AuthenticationRequirement = "singleFactorAuthentication"
	if in.multi && !in.pending {
		r.AuthenticationRequirement = "multiFactorAuthentication"
	}
	if in.principal > 0 && in.code == 0 {
		r.Status.ErrorCode, r.ConditionalAccessStatus = signinlog.Told[access.ResultCode](0), "notApplied"
		return
	}
	if in.code != 0 {
		r.Status.ErrorCode = signinlog.Told(in.code)
		r.Status.FailureReason = failureText(in.code)
		r.ConditionalAccessStatus = "notApplied"
		if afterAccess(in.code) {
			c.multi = true
			v := g.judge.decide(c)
			r.AppliedPolicies, r.ConditionalAccessStatus = v.outcomes, v.status
			r.AuthenticationRequirement = "multiFactorAuthentication"
		}
		r.Status.AdditionalDetails = in.detail
		return
	}
	v := g.judge.decide(c)
	r.Status.ErrorCode = signinlog.Told(v.code)
	r.AppliedPolicies, r.ConditionalAccessStatus = v.outcomes, v.status
	if v.code != 0 {
		r.Status.FailureReason = failureText(v.code)
	} else if in.multi && !in.fresh {
		r.Status.AdditionalDetails = "MFA requirement satisfied by claim in the token"
	}
}

// afterAccess tells whether a code arises when access has been decided already:
// the second factor, assignment, consent, prompts.
func afterAccess(code access.ResultCode) bool {
	e, ok := result.Lookup(result.Code(code))
	return ok && e.Stage > result.StageConditionalAccess && e.FirstFactor == result.ProofPassed
}

// failureText is the catalogue's headline: the service's own texts are not ours
// to write.
func failureText(code access.ResultCode) string {
	e, _ := result.Lookup(result.Code(code))
	return e.Text(result.English).Title
}

// fillProof tells step by step what was proved.
func (g *Generator) fillProof(in *intent) {
	r := &g.record
	if in.principal > 0 || in.typed != "" {
		return
	}
	code := r.Status.ErrorCode.Value
	step := func(method, detail string, ok bool, requirement string) {
		r.AuthenticationDetails = append(r.AuthenticationDetails, signinlog.AuthenticationStep{Time: r.Time, Method: method, Succeeded: signinlog.Told(ok), ResultDetail: detail, Requirement: requirement})
	}
	const first, second = "Primary authentication", "Multifactor authentication"
	switch {
	case !in.interactive:
		step("Previously satisfied", "First factor requirement satisfied by claim in the token", true, first)
		return
	case code == access.ResultCode(result.InvalidUserNameOrPassword):
		step("Password", "Invalid username or password or Invalid on-premise username or password.", false, first)
		return
	case code == access.ResultCode(result.IdsLocked):
		return
	case in.method == "Windows Hello for Business":
		step(in.method, "", true, first)
		return
	case in.method == "Temporary Access Pass":
		step(in.method, "Correct temporary access pass", true, first)
		return
	}
	step("Password", "Correct password", true, first)
	switch {
	case in.pending || code == 50074 || code == 50076:
		step("", "Authentication in progress", false, second)
	case code == access.ResultCode(result.SecondFactorFailed):
		step("Mobile app notification", in.detail, false, second)
	case in.fresh:
		step(in.method, "MFA successfully completed", true, second)
	case in.multi:
		step("Previously satisfied", "MFA requirement satisfied by claim in the token", true, second)
	}
}
