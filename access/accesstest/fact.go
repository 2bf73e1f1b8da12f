package accesstest

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// attempt gathers the facts of a case.
type attempt struct {
	*parser
	facts access.Facts
	told  map[string]bool // by the case or its defaults, or said to be unknown
	// forgotten are the facts that were said to be unknown last.
	forgotten []string
	// registered is whether the device was told by words.
	registered bool
}

// factWord is a word that tells one fact.
type factWord struct {
	read   func(*attempt, token, []token) error
	forget func(*access.Facts)
	// take copies the fact from other if it is known there.
	take func(to, from *access.Facts) bool
}

// fact is a word for the field that at points to.
func fact[T any](at func(*access.Facts) *access.Fact[T], read func(*attempt, token, []token) (T, error)) factWord {
	return factWord{
		read: func(a *attempt, t token, args []token) error {
			v, err := read(a, t, args)
			*at(&a.facts) = access.Known(v)
			return err
		},
		forget: func(f *access.Facts) { *at(f) = access.Fact[T]{} },
		take: func(to, from *access.Facts) bool {
			if !at(from).IsKnown() {
				return false
			}
			*at(to) = *at(from)
			return true
		},
	}
}

type facts = access.Facts

var factWords map[string]factWord

func init() {
	factWords = map[string]factWord{
		"user":     fact(func(f *facts) *access.Fact[access.UserID] { return &f.UserID }, (*attempt).user),
		"groups":   fact(func(f *facts) *access.Fact[[]access.GroupID] { return &f.Groups }, list[access.GroupID](aGroup)),
		"roles":    fact(func(f *facts) *access.Fact[[]access.RoleID] { return &f.Roles }, (*attempt).roles),
		"userType": fact(func(f *facts) *access.Fact[access.UserType] { return &f.UserType }, single(named("a user type", access.Member, access.Guest))),
		"guest":    fact(func(f *facts) *access.Fact[access.GuestTypes] { return &f.GuestTypes }, several(guestWords)),
		"home":     fact(func(f *facts) *access.Fact[access.TenantID] { return &f.HomeTenantID }, name[access.TenantID](aTenant)),

		"workload": fact(func(f *facts) *access.Fact[access.ServicePrincipalID] { return &f.ServicePrincipalID }, name[access.ServicePrincipalID](aWorkload)),
		"workloadRisk": fact(func(f *facts) *access.Fact[access.RiskLevels] { return &f.ServicePrincipalRisk },
			single(riskWords)),
		"workloadAttributes": fact(func(f *facts) *access.Fact[filter.Attributes] { return &f.ServicePrincipalAttributes }, (*attempt).attributes),
		"workloadInScope":    fact(func(f *facts) *access.Fact[bool] { return &f.ServicePrincipalInScope }, yes),
		"agent":              fact(func(f *facts) *access.Fact[access.ServicePrincipalID] { return &f.AgentID }, name[access.ServicePrincipalID](aWorkload)),
		"agentRisk":          fact(func(f *facts) *access.Fact[access.RiskLevels] { return &f.AgentRisk }, single(riskWords)),
		"agentAttributes":    fact(func(f *facts) *access.Fact[filter.Attributes] { return &f.AgentAttributes }, (*attempt).attributes),

		"app":    fact(func(f *facts) *access.Fact[[]access.Audience] { return &f.Audiences }, (*attempt).audiences),
		"action": fact(func(f *facts) *access.Fact[access.UserActions] { return &f.UserAction }, several(actionWords)),
		"context": fact(func(f *facts) *access.Fact[string] { return &f.AuthenticationContext },
			text("")),
		"client": fact(func(f *facts) *access.Fact[access.Client] { return &f.Client }, (*attempt).client),
		"scopes": fact(func(f *facts) *access.Fact[[]string] { return &f.Scopes }, texts),

		"clientApp": fact(func(f *facts) *access.Fact[access.ClientAppTypes] { return &f.ClientApp },
			single(clientWords)),
		"platform": fact(func(f *facts) *access.Fact[access.Platforms] { return &f.Platform },
			single(platformWords.also("unrecognised", access.PlatformOther).also("unknown", access.PlatformOther))),
		"ip":               fact(func(f *facts) *access.Fact[netip.Addr] { return &f.IP }, (*attempt).address),
		"country":          fact(func(f *facts) *access.Fact[string] { return &f.Country }, (*attempt).country),
		"gpsCountry":       fact(func(f *facts) *access.Fact[string] { return &f.GPSCountry }, (*attempt).country),
		"compliantNetwork": fact(func(f *facts) *access.Fact[bool] { return &f.CompliantNetwork }, yes),
		"device":           fact(func(f *facts) *access.Fact[*access.Device] { return &f.Device }, (*attempt).device),
		"flow":             fact(func(f *facts) *access.Fact[access.Flows] { return &f.Flow }, single(flowWords)),
		"interactive":      fact(func(f *facts) *access.Fact[bool] { return &f.Interactive }, yes),

		"signInRisk":  fact(func(f *facts) *access.Fact[access.RiskLevels] { return &f.SignInRisk }, single(riskWords)),
		"userRisk":    fact(func(f *facts) *access.Fact[access.RiskLevels] { return &f.UserRisk }, single(riskWords)),
		"insiderRisk": fact(func(f *facts) *access.Fact[access.InsiderRiskLevels] { return &f.InsiderRisk }, single(insiderWords)),

		"methods":         fact(func(f *facts) *access.Fact[access.Methods] { return &f.Methods }, several(methodWords)),
		"aaguid":          fact(func(f *facts) *access.Fact[string] { return &f.FIDO2AAGUID }, name[string](anAAGUID)),
		"certificate":     fact(func(f *facts) *access.Fact[access.Certificate] { return &f.Certificate }, (*attempt).certificate),
		"mfaRegistered":   fact(func(f *facts) *access.Fact[bool] { return &f.MFARegistered }, yes),
		"terms":           fact(func(f *facts) *access.Fact[[]access.AgreementID] { return &f.AcceptedTermsOfUse }, list[access.AgreementID](aTermsFile)),
		"custom":          fact(func(f *facts) *access.Fact[[]string] { return &f.CustomControls }, texts),
		"approvedApp":     fact(func(f *facts) *access.Fact[bool] { return &f.ApprovedApp }, yes),
		"protectedApp":    fact(func(f *facts) *access.Fact[bool] { return &f.ProtectedApp }, yes),
		"passwordChanged": fact(func(f *facts) *access.Fact[bool] { return &f.PasswordChanged }, yes),
		"riskRemediated":  fact(func(f *facts) *access.Fact[bool] { return &f.RiskRemediated }, yes),

		"trust":      fact(func(f *facts) *access.Fact[access.InboundTrust] { return &f.InboundTrust }, (*attempt).trust),
		"homeClaims": fact(func(f *facts) *access.Fact[access.HomeClaims] { return &f.HomeClaims }, (*attempt).homeClaims),
	}
}

// finish fills in the facts of an ordinary attempt, unless unknown is to stay
// unknown.
func (a *attempt) finish() {
	f := &a.facts
	for _, id := range []access.Fact[access.ServicePrincipalID]{f.ServicePrincipalID, f.AgentID} {
		if id.Or("") != "" && !a.told["user"] {
			f.UserID = access.Known[access.UserID]("")
		}
	}
	if a.strict {
		return
	}
	device := f.Device
	graphjson.WhatIfDefaults(f)
	if a.registered {
		f.Device = device // readDevice has filled it in, but for what is said to be unknown
	}
	for _, w := range a.forgotten {
		factWords[w].forget(f)
		for _, other := range impliedBy[w] {
			if !a.told[other] {
				factWords[other].forget(f)
			}
		}
	}
}

// impliedBy are facts that are usual only because another is.
var impliedBy = map[string][]string{
	"guest":   {"home"},
	"methods": {"aaguid", "certificate"},
}

func (a *attempt) user(t token, args []token) (access.UserID, error) {
	x, err := one(t, args, "a user, or none")
	if err != nil || x.is("none") {
		return "", err
	}
	return access.UserID(a.names.id(aUser, x.text)), nil
}

func (a *attempt) roles(_ token, args []token) ([]access.RoleID, error) {
	var out []access.RoleID
	for _, t := range noneOr(args) {
		id, ok := a.names.known(aRole, t.text)
		if !ok {
			return nil, unknownWord(t, "a known role or its template id", a.names.choices(aRole))
		}
		out = append(out, access.RoleID(id))
	}
	return out, nil
}

// noneOr returns the arguments, or nothing if they are the word none.
func noneOr(args []token) []token {
	if len(args) == 1 && args[0].is("none") {
		return nil
	}
	return args
}

func list[T ~string](k kind) func(*attempt, token, []token) ([]T, error) {
	return func(a *attempt, _ token, args []token) ([]T, error) {
		out := []T{}
		for _, t := range noneOr(args) {
			out = append(out, T(a.names.id(k, t.text)))
		}
		return out, nil
	}
}

func name[T ~string](k kind) func(*attempt, token, []token) (T, error) {
	return func(a *attempt, t token, args []token) (T, error) {
		x, err := one(t, args, "a name, or none")
		if err != nil || x.is("none") {
			return "", err
		}
		return T(a.names.id(k, x.text)), nil
	}
}

func text(none string) func(*attempt, token, []token) (string, error) {
	return func(_ *attempt, t token, args []token) (string, error) {
		x, err := one(t, args, "a word, or none")
		if err != nil || x.is("none") {
			return none, err
		}
		return x.text, nil
	}
}

func texts(_ *attempt, _ token, args []token) ([]string, error) {
	out := []string{}
	for _, t := range noneOr(args) {
		out = append(out, t.text)
	}
	return out, nil
}

func single[T any](v vocabulary[T]) func(*attempt, token, []token) (T, error) {
	return func(_ *attempt, t token, args []token) (T, error) {
		x, err := one(t, args, v.wanted)
		if err != nil {
			var zero T
			return zero, err
		}
		return v.look(x)
	}
}

func several[T ~uint8 | ~uint16 | ~uint32](v vocabulary[T]) func(*attempt, token, []token) (T, error) {
	return func(_ *attempt, _ token, args []token) (T, error) { return union(v, noneOr(args)) }
}

func yes(_ *attempt, t token, args []token) (bool, error) {
	x, err := one(t, args, "yes or no")
	switch {
	case err != nil:
		return false, err
	case x.is("yes"):
		return true, nil
	case x.is("no"):
		return false, nil
	}
	return false, unknownWord(x, "yes or no", nil)
}

func (a *attempt) audiences(_ token, args []token) ([]access.Audience, error) {
	out := []access.Audience{}
	for _, t := range noneOr(args) {
		if t.kind == mark || t.kind == object {
			return nil, t.errorf("found %s, expected an app", t.shown())
		}
		id := access.AppID(a.names.id(anApp, t.text))
		out = append(out, access.Audience{AppID: id, Attributes: a.apps[id]})
	}
	return out, nil
}

func (a *attempt) client(t token, args []token) (access.Client, error) {
	if len(args) != 2 || !args[1].is("public") && !args[1].is("confidential") {
		return access.Client{}, t.errorf("expected the app that asks and its kind, such as: client portal confidential, or: client outlook public")
	}
	return access.Client{AppID: access.AppID(a.names.id(anApp, args[0].text)), Confidential: args[1].is("confidential")}, nil
}

func (a *attempt) address(t token, args []token) (netip.Addr, error) {
	x, err := one(t, args, "an address")
	if err != nil {
		return netip.Addr{}, err
	}
	ip, err := netip.ParseAddr(x.text)
	if err != nil {
		return ip, x.errorf("found %s, expected an IP address such as 198.51.100.7 or 2001:db8::7", x.shown())
	}
	return ip, nil
}

func (a *attempt) country(t token, args []token) (string, error) {
	x, err := one(t, args, "a country's two letters, or none where the address maps to none")
	if err != nil || x.is("none") {
		return "", err
	}
	return countryCode(x)
}

func (a *attempt) certificate(t token, args []token) (access.Certificate, error) {
	var c access.Certificate
	if len(args) < 2 || !args[0].is("issuer") {
		return c, t.errorf("expected: certificate issuer SKI [policy OID …]")
	}
	c.IssuerSKI = args[1].text
	if rest := args[2:]; len(rest) > 0 {
		if !rest[0].is("policy") {
			return c, unknownWord(rest[0], `"policy" and policy OIDs`, []string{"policy"})
		}
		for _, x := range rest[1:] {
			c.PolicyOIDs = append(c.PolicyOIDs, x.text)
		}
	}
	return c, nil
}

func (a *attempt) trust(_ token, args []token) (access.InboundTrust, error) {
	var t access.InboundTrust
	for _, x := range noneOr(args) {
		switch x.text {
		case "mfa":
			t.MFA = true
		case "compliantDevice":
			t.CompliantDevice = true
		case "domainJoinedDevice":
			t.DomainJoinedDevice = true
		default:
			return t, unknownWord(x, "what is trusted", []string{"mfa", "compliantDevice", "domainJoinedDevice"})
		}
	}
	return t, nil
}

func (a *attempt) homeClaims(_ token, args []token) (access.HomeClaims, error) {
	var h access.HomeClaims
	for _, x := range noneOr(args) {
		switch x.text {
		case "mfa":
			h.MFA = true
		case "compliantDevice":
			h.CompliantDevice = true
		case "domainJoinedDevice":
			h.DomainJoinedDevice = true
		default:
			m, err := methodWords.look(x)
			if err != nil {
				return h, unknownWord(x, "a claim of the home tenant", append([]string{"mfa", "compliantDevice", "domainJoinedDevice"}, methodWords.shown...))
			}
			h.Methods |= m
		}
	}
	return h, nil
}

// attributes reads NAME=VALUE and NAME=[VALUE …].
func (a *attempt) attributes(_ token, args []token) (filter.Attributes, error) {
	out := filter.Attributes{}
	err := properties(noneOr(args), func(name token, values []token, several bool) error {
		v, err := attributeValue(name, values, several)
		out[name.text] = v
		return err
	})
	return out, err
}

var attributeName = regexp.MustCompile(`^[^_]+_.+$`)

func attributeValue(name token, values []token, several bool) (filter.Value, error) {
	if !attributeName.MatchString(name.text) {
		return filter.Value{}, name.errorf("found %s, expected the attribute's set and name joined by _, such as Finance_tier", name.shown())
	}
	if !several && values[0].is("null") {
		return filter.Null(), nil
	}
	if !several && values[0].is("unknown") {
		return filter.Value{}, nil
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.text
	}
	if several {
		return filter.List(texts...), nil
	}
	return filter.Text(texts[0]), nil
}

// properties calls each for every NAME=VALUE and NAME=[VALUE …].
func properties(args []token, each func(name token, values []token, several bool) error) error {
	for len(args) > 0 {
		n := args[0]
		if n.kind != word {
			return n.errorf("found %s, expected NAME=VALUE", n.shown())
		}
		if len(args) < 3 || !args[1].is("=") {
			return n.errorf("%q has no value; expected %s=VALUE, with the value in quotes if it holds spaces", n.text, strings.TrimSpace(n.text))
		}
		values, rest, several := args[2:3], args[3:], args[2].is("[")
		if several {
			end := 3
			for end < len(args) && !args[end].is("]") {
				if args[end].kind == mark || args[end].kind == object {
					return args[end].errorf("found %s in a list of values", args[end].shown())
				}
				end++
			}
			if end == len(args) {
				return args[2].errorf("this list has no closing ]")
			}
			values, rest = args[3:end], args[end+1:]
		} else if values[0].kind == mark || values[0].kind == object {
			return values[0].errorf("found %s, expected a value", values[0].shown())
		}
		if err := each(n, values, several); err != nil {
			return err
		}
		args = rest
	}
	return nil
}
