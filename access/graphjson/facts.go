package graphjson

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// ReadFacts reads the attempts in data: one facts object or Graph What-If
// request, several after each other (JSON lines), or an array or Graph collection
// of them. The file's name is for errors only. The error is an *Error if data is
// no JSON, else Errors; the facts are then those that could be read.
func ReadFacts(file string, data []byte) ([]access.Facts, error) {
	nodes, err := ParseSequence(file, data)
	if err != nil {
		return nil, err
	}
	if len(nodes) == 0 {
		return nil, &Error{File: file, Reason: "found nothing, expected a facts object"}
	}
	var all []access.Facts
	var errs Errors
	read := func(n *Node, path string) {
		f, more := decodeFacts(n, path)
		if errs = append(errs, more...); len(more) == 0 {
			all = append(all, f)
		}
	}
	for _, n := range nodes {
		path := ""
		if value := n.Member("value"); value.Kind() == Array {
			n, path = value, "value"
		}
		if n.Kind() != Array {
			read(n, path)
			continue
		}
		for i, item := range n.Items() {
			read(item, indexPath(path, i))
		}
	}
	return all, errs.orNil()
}

// DecodeFacts reads one attempt, which stands at path in its text: a facts object
// or a Graph What-If request (WI-1 to WI-3). A fact that is absent is unknown; in
// a facts object null says that there is none, in a What-If request it says
// nothing. A member that is not known is an error. The error is Errors.
func DecodeFacts(n *Node, path string) (access.Facts, error) {
	f, errs := decodeFacts(n, path)
	return f, errs.orNil()
}

func decodeFacts(n *Node, path string) (access.Facts, Errors) {
	r := &reader{prefix: path}
	v := value{r: r, n: n}
	var f access.Facts
	if isWhatIf(n) {
		f = v.whatIf()
	} else {
		f = v.facts()
	}
	return f, append(n.Duplicates(), r.errs...)
}

// attempt is a facts object while it is read: some members make one fact
// together.
type attempt struct {
	access.Facts
	app           *value
	appID         access.AppID
	attributes    *value
	clientID      *value
	confidential  *value
	hasCertifying *value // the certificate method whose details were read
}

func (v value) facts() access.Facts {
	var a attempt
	readFields(v, factFields, &a)
	a.joinAudience(v)
	a.joinClient(v)
	return a.Facts
}

// factFields are the members of a facts object, in the order they are written in.
var factFields = []field[attempt]{
	{"userId", func(v value, a *attempt) { a.UserID = textFact[access.UserID](v) }},
	{"groups", func(v value, a *attempt) { a.Groups = textsFact[access.GroupID](v) }},
	{"roles", func(v value, a *attempt) { a.Roles = textsFact[access.RoleID](v) }},
	{"userType", func(v value, a *attempt) { a.UserType = v.userType() }},
	{"guestType", func(v value, a *attempt) { a.GuestTypes = flagsFact(v, guestEnum, access.GuestTypesNone) }},
	{"homeTenantId", func(v value, a *attempt) { a.HomeTenantID = textFact[access.TenantID](v) }},
	{"servicePrincipalId", func(v value, a *attempt) { a.ServicePrincipalID = textFact[access.ServicePrincipalID](v) }},
	{"servicePrincipalRiskLevel", func(v value, a *attempt) { a.ServicePrincipalRisk = wordFact(v, riskEnum, access.RiskNone) }},
	{"servicePrincipalInScope", func(v value, a *attempt) { a.ServicePrincipalInScope = truthFact(v) }},
	{"servicePrincipalCustomSecurityAttributes", func(v value, a *attempt) { a.ServicePrincipalAttributes = v.attributes() }},
	{"agentId", func(v value, a *attempt) { a.AgentID = textFact[access.ServicePrincipalID](v) }},
	{"agentRiskLevel", func(v value, a *attempt) { a.AgentRisk = wordFact(v, riskEnum, access.RiskNone) }},
	{"agentCustomSecurityAttributes", func(v value, a *attempt) { a.AgentAttributes = v.attributes() }},
	{"appId", func(v value, a *attempt) { a.one(v) }},
	{"audiences", func(v value, a *attempt) { a.several(v) }},
	{"appCustomSecurityAttributes", func(v value, a *attempt) { a.attributes = &v }},
	{"userAction", func(v value, a *attempt) { a.UserAction = v.userAction() }},
	{"authenticationContext", func(v value, a *attempt) { a.AuthenticationContext = v.context() }},
	{"clientAppId", func(v value, a *attempt) { a.clientID = &v }},
	{"isConfidentialClient", func(v value, a *attempt) { a.confidential = &v }},
	{"scopes", func(v value, a *attempt) { a.Scopes = textsFact[string](v) }},
	{"clientAppType", func(v value, a *attempt) { a.ClientApp = wordOnly(v, clientAppEnum) }},
	{"devicePlatform", func(v value, a *attempt) { a.Platform = wordFact(v, platformEnum, access.PlatformOther) }},
	{"ipAddress", func(v value, a *attempt) { a.IP = v.address() }},
	{"country", func(v value, a *attempt) { a.Country = v.country() }},
	{"gpsCountry", func(v value, a *attempt) { a.GPSCountry = v.country() }},
	{"isCompliantNetwork", func(v value, a *attempt) { a.CompliantNetwork = truthFact(v) }},
	{"device", func(v value, a *attempt) { a.Device = v.device() }},
	{"authenticationFlow", func(v value, a *attempt) { a.Flow = wordFact(v, flowEnum, access.FlowNone) }},
	{"isInteractive", func(v value, a *attempt) { a.Interactive = truthFact(v) }},
	{"signInRiskLevel", func(v value, a *attempt) { a.SignInRisk = wordFact(v, riskEnum, access.RiskNone) }},
	{"userRiskLevel", func(v value, a *attempt) { a.UserRisk = wordFact(v, riskEnum, access.RiskNone) }},
	{"insiderRiskLevel", func(v value, a *attempt) { a.InsiderRisk = wordFact(v, insiderEnum, access.InsiderNone) }},
	{"satisfiedMethods", func(v value, a *attempt) { a.Methods = v.methodsFact() }},
	{"methodDetails", func(v value, a *attempt) { readDetails(v, a) }},
	{"mfaRegistered", func(v value, a *attempt) { a.MFARegistered = truthFact(v) }},
	{"acceptedTermsOfUse", func(v value, a *attempt) { a.AcceptedTermsOfUse = textsFact[access.AgreementID](v) }},
	{"satisfiedCustomControls", func(v value, a *attempt) { a.CustomControls = textsFact[string](v) }},
	{"isApprovedClientApp", func(v value, a *attempt) { a.ApprovedApp = truthFact(v) }},
	{"isAppProtected", func(v value, a *attempt) { a.ProtectedApp = truthFact(v) }},
	{"passwordChanged", func(v value, a *attempt) { a.PasswordChanged = truthFact(v) }},
	{"riskRemediated", func(v value, a *attempt) { a.RiskRemediated = truthFact(v) }},
	{"inboundTrust", func(v value, a *attempt) { a.InboundTrust = v.inboundTrust() }},
	{"homeTenantClaims", func(v value, a *attempt) { a.HomeClaims = v.homeClaims() }},
}

func (v value) userType() access.Fact[access.UserType] {
	if v.none() {
		return access.Known(access.UserType(0)) // no user object in the tenant
	}
	for _, t := range []access.UserType{access.Member, access.Guest} {
		if v.n.Kind() == String && strings.EqualFold(v.n.text, t.String()) {
			return access.Known(t)
		}
	}
	v.wrong("member or guest")
	return access.Fact[access.UserType]{}
}

// whatIfActions are Graph's other names of user actions (WI-2).
var whatIfActions = map[string]access.UserActions{
	"registersecurityinformation": access.RegisterSecurityInfo,
	"registerorjoindevices":       access.RegisterDevice,
}

func (v value) userAction() access.Fact[access.UserActions] {
	if v.n.Kind() == String {
		if a, ok := whatIfActions[strings.ToLower(v.n.text)]; ok {
			return access.Known(a)
		}
	}
	return wordFact(v, actionEnum, access.UserActionNone)
}

// context reads the id of an authentication context, c1 to c99 (CA-46).
func (v value) context() access.Fact[string] {
	if v.none() {
		return access.Known("")
	}
	id := strings.ToLower(v.n.text)
	digits := strings.TrimPrefix(id, "c")
	ok := v.n.Kind() == String && len(digits) == len(id)-1 && (len(digits) == 1 || len(digits) == 2) && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
	if !ok {
		v.wrong("an authentication context c1 to c99, or null for none")
		return access.Fact[string]{}
	}
	return access.Known(id)
}

func (v value) methodsFact() access.Fact[access.Methods] {
	if m, ok := v.methods(); ok {
		return access.Known(m)
	}
	return access.Fact[access.Methods]{}
}

// one reads appId.
func (a *attempt) one(v value) {
	if id, ok := v.text(); ok {
		a.takeApp(v)
		a.appID = access.AppID(id)
		a.Audiences = access.Known([]access.Audience(nil))
		if id != "" {
			a.Audiences = access.Known([]access.Audience{{AppID: a.appID}})
		}
	}
}

// takeApp notes that v says what is asked for; only one member may.
func (a *attempt) takeApp(v value) {
	if a.app != nil {
		v.r.fail(v.n, v.path, "found this member beside %s, expected one of both", a.app.path)
	}
	a.app = &v
}

// several reads audiences.
func (a *attempt) several(v value) {
	items, ok := v.items()
	var list []access.Audience
	for _, item := range items {
		if item.n.Kind() == String {
			id, good := item.text()
			ok = ok && good
			list = append(list, access.Audience{AppID: access.AppID(id)})
			continue
		}
		var audience access.Audience
		readFields(item, audienceFields, &audience)
		if audience.AppID == "" && item.n.Kind() == Object {
			item.wrong("appId in it")
		}
		list = append(list, audience)
	}
	if ok {
		a.takeApp(v)
		a.Audiences = access.Known(list)
	}
}

var audienceFields = []field[access.Audience]{
	{"appId", func(v value, a *access.Audience) { id, _ := v.text(); a.AppID = access.AppID(id) }},
	{"customSecurityAttributes", func(v value, a *access.Audience) { a.Attributes = v.attributes() }},
}

// joinAudience gives the one audience its attributes.
func (a *attempt) joinAudience(v value) {
	if a.attributes == nil {
		return
	}
	attributes := a.attributes.attributes()
	list, known := a.Audiences.Get()
	if !known || len(list) != 1 || list[0].Attributes.IsKnown() {
		a.attributes.r.fail(a.attributes.n, a.attributes.path, "found this member without one app, expected it beside appId; audiences have customSecurityAttributes of their own")
		return
	}
	list[0].Attributes = attributes
}

// joinClient makes the client of the two members that describe it. One without
// the other would leave half of it to a guess.
func (a *attempt) joinClient(v value) {
	switch {
	case a.clientID == nil && a.confidential == nil:
		return
	case a.confidential == nil:
		v.r.fail(a.clientID.n, a.clientID.path, "found this member alone, expected isConfidentialClient beside it")
		return
	case a.clientID == nil:
		v.r.fail(a.confidential.n, a.confidential.path, "found this member alone, expected clientAppId beside it")
		return
	}
	id, known := a.clientID.text()
	confidential, ok := a.confidential.truth()
	if known && ok {
		a.Client = access.Known(access.Client{AppID: access.AppID(id), Confidential: confidential})
	}
}

// readDetails reads what is known about completed methods.
func readDetails(v value, a *attempt) {
	if !v.none() {
		readFields(v, detailFields, a)
	}
}

var detailFields = []field[attempt]{
	{"fido2", func(v value, a *attempt) {
		if v.none() {
			a.FIDO2AAGUID = access.Known("")
			return
		}
		readFields(v, fido2Fields, a)
	}},
	{access.X509MultiFactor.String(), func(v value, a *attempt) { a.certificate(v) }},
	{access.X509SingleFactor.String(), func(v value, a *attempt) { a.certificate(v) }},
}

var fido2Fields = []field[attempt]{
	{"aaguid", func(v value, a *attempt) { a.FIDO2AAGUID = textFact[string](v) }},
}

func (a *attempt) certificate(v value) {
	if a.hasCertifying != nil {
		v.r.fail(v.n, v.path, "found this member beside %s, expected one of both", a.hasCertifying.path)
	}
	a.hasCertifying = &v
	var c access.Certificate
	if !v.none() {
		readFields(v, certificateFields, &c)
	}
	a.Certificate = access.Known(c)
}

var certificateFields = []field[access.Certificate]{
	{"issuerSki", func(v value, c *access.Certificate) { c.IssuerSKI, _ = v.text() }},
	{"policyOids", func(v value, c *access.Certificate) { c.PolicyOIDs, _ = texts[string](v) }},
}

func (v value) inboundTrust() access.Fact[access.InboundTrust] {
	var t access.InboundTrust
	if !v.none() {
		readFields(v, trustFields, &t)
	}
	return access.Known(t)
}

// trustFields are Graph's members of crossTenantAccessPolicyInboundTrust, and the
// names of the grant controls that they stand for.
var trustFields = []field[access.InboundTrust]{
	{"isMfaAccepted", func(v value, t *access.InboundTrust) { t.MFA, _ = v.truth() }},
	{"isCompliantDeviceAccepted", func(v value, t *access.InboundTrust) { t.CompliantDevice, _ = v.truth() }},
	{"isHybridAzureADJoinedDeviceAccepted", func(v value, t *access.InboundTrust) { t.DomainJoinedDevice, _ = v.truth() }},
	{access.MFA.String(), func(v value, t *access.InboundTrust) { t.MFA, _ = v.truth() }},
	{access.CompliantDevice.String(), func(v value, t *access.InboundTrust) { t.CompliantDevice, _ = v.truth() }},
	{access.DomainJoinedDevice.String(), func(v value, t *access.InboundTrust) { t.DomainJoinedDevice, _ = v.truth() }},
}

func (v value) homeClaims() access.Fact[access.HomeClaims] {
	var c access.HomeClaims
	if !v.none() {
		readFields(v, claimFields, &c)
	}
	return access.Known(c)
}

var claimFields = []field[access.HomeClaims]{
	{access.MFA.String(), func(v value, c *access.HomeClaims) { c.MFA, _ = v.truth() }},
	{access.CompliantDevice.String(), func(v value, c *access.HomeClaims) { c.CompliantDevice, _ = v.truth() }},
	{access.DomainJoinedDevice.String(), func(v value, c *access.HomeClaims) { c.DomainJoinedDevice, _ = v.truth() }},
	{"methods", func(v value, c *access.HomeClaims) { c.Methods, _ = v.methods() }},
}

// attributeNames returns the names in a fixed order.
func attributeNames(a filter.Attributes) []string {
	names := make([]string, 0, len(a))
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
