package accesstest

import (
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// policy reads a policy: its name, its state, and a line for each condition.
func (p *parser) policy(n *node) (access.Policy, error) {
	var zero access.Policy
	args := n.args()
	if len(args) == 0 {
		return zero, n.after().errorf("expected the policy's name in quotes")
	}
	name := args[0]
	if name.kind == object || len(args) > 1 && args[1].kind == object {
		if err := n.leaf(); err != nil {
			return zero, err
		}
		return p.graphPolicy(args)
	}
	if name.kind == mark {
		return zero, name.errorf("found %s, expected the policy's name in quotes", name.shown())
	}
	d := policyDraft{names: p.names}
	d.policy = access.Policy{ID: access.PolicyID(p.names.id(aPolicy, name.text)), DisplayName: name.text, State: access.StateEnabled}
	if len(args) > 1 {
		state, err := one(name, args[1:], "the policy's state")
		if err != nil {
			return zero, err
		}
		if d.policy.State, err = stateWords.look(state); err != nil {
			return zero, err
		}
	}
	for _, k := range n.kids {
		if err := d.line(k); err != nil {
			return zero, err
		}
	}
	return d.done(), nil
}

var stateWords = named("the policy's state", access.StateEnabled, access.StateDisabled, access.StateReportOnly).
	also("report-only", access.StateReportOnly).also("template", access.StateNone)

// policyDraft is a policy while its lines are read.
type policyDraft struct {
	policy access.Policy
	names  *names
	said   map[string]bool
}

// policyLines are the words that may start a line of a policy.
var policyLines map[string]func(*policyDraft, *node) error

func init() {
	policyLines = map[string]func(*policyDraft, *node) error{
		"users":          (*policyDraft).users,
		"workloads":      (*policyDraft).workloads,
		"workloadFilter": (*policyDraft).workloads,
		"agents":         (*policyDraft).workloads,
		"agentFilter":    (*policyDraft).workloads,
		"apps":           (*policyDraft).apps,
		"appFilter":      (*policyDraft).appFilter,
		"userActions":    (*policyDraft).userActions,
		"contexts":       (*policyDraft).contexts,
		"clientApps":     (*policyDraft).sets,
		"platforms":      (*policyDraft).platforms,
		"locations":      (*policyDraft).locations,
		"signInRisk":     (*policyDraft).sets,
		"userRisk":       (*policyDraft).sets,
		"workloadRisk":   (*policyDraft).sets,
		"agentRisk":      (*policyDraft).sets,
		"insiderRisk":    (*policyDraft).sets,
		"flows":          (*policyDraft).sets,
		"deviceFilter":   (*policyDraft).deviceFilter,
		"deviceStates":   (*policyDraft).deviceStates,
		"grant":          (*policyDraft).grant,
		"session":        (*policyDraft).session,
		"onUnknown":      (*policyDraft).onUnknown,
		"unrecognised":   (*policyDraft).unrecognised,
	}
}

func (d *policyDraft) line(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	t := n.head()
	read, ok := policyLines[t.text]
	if !ok || t.kind != word {
		return unknownWord(t, "a line of a policy", keys(policyLines))
	}
	if d.said[t.text] && t.text != "unrecognised" {
		return t.errorf("%q stands in this policy already", t.text)
	}
	if d.said == nil {
		d.said = map[string]bool{}
	}
	d.said[t.text] = true
	if len(n.args()) == 0 {
		return n.after().errorf("%q ends here; expected what it holds", t.text)
	}
	return read(d, n)
}

// done adds what a policy means that does not say whom or what it is about:
// everyone, and every resource.
func (d *policyDraft) done() access.Policy {
	c := &d.policy.Conditions
	if !d.said["users"] && c.Workloads == nil {
		c.Users.Include.All = true
	}
	if !d.said["apps"] && !d.said["appFilter"] && !d.said["userActions"] && !d.said["contexts"] {
		c.Applications.Include.All = true
	}
	return d.policy
}

// split cuts what is included from what stands behind the word exclude.
func split(args []token) (include, exclude []token) {
	i := slices.IndexFunc(args, func(t token) bool { return t.is("exclude") })
	if i < 0 {
		return args, nil
	}
	return args[:i], args[i+1:]
}

func (d *policyDraft) users(n *node) error {
	include, exclude := split(n.args())
	if err := d.principals(&d.policy.Conditions.Users.Include, include); err != nil {
		return err
	}
	return d.principals(&d.policy.Conditions.Users.Exclude, exclude)
}

func (d *policyDraft) principals(to *access.Principals, args []token) error {
	for _, t := range args {
		prefix, rest, has := strings.Cut(t.text, ":")
		switch {
		case t.is("All"):
			to.All = true
		case t.is("None"):
			to.None = true
		case t.is("GuestsOrExternalUsers"):
			to.Guests = append(to.Guests, access.GuestSelector{Types: access.GuestTypesAll})
		case t.kind == mark || t.kind == object:
			return t.errorf("found %s, expected a user, group:NAME, role:NAME or guest:KIND", t.shown())
		case !has || t.kind == quoted:
			to.Users = append(to.Users, access.UserID(d.names.id(aUser, t.text)))
		case prefix == "group":
			to.Groups = append(to.Groups, access.GroupID(d.names.id(aGroup, rest)))
		case prefix == "role":
			id, err := d.declared(aRole, t, rest)
			if err != nil {
				return err
			}
			to.Roles = append(to.Roles, access.RoleID(id))
		case prefix == "guest":
			g, err := d.guest(t, rest)
			if err != nil {
				return err
			}
			to.Guests = append(to.Guests, g)
		default:
			return unknownWord(token{t.Position, t.kind, prefix}, "a kind of principal", []string{"group", "role", "guest"})
		}
	}
	return nil
}

var guestWords = named("a kind of guest", bits(access.GuestTypesAll)...).also("all", access.GuestTypesAll)

// guest reads kinds joined by +, and tenants joined by + behind an @.
func (d *policyDraft) guest(t token, text string) (access.GuestSelector, error) {
	var g access.GuestSelector
	kinds, tenants, enumerated := strings.Cut(text, "@")
	for k := range strings.SplitSeq(kinds, "+") {
		x, err := guestWords.look(token{t.Position, t.kind, k})
		if err != nil {
			return g, err
		}
		g.Types |= x
	}
	if enumerated {
		for name := range strings.SplitSeq(tenants, "+") {
			g.Tenants = append(g.Tenants, access.TenantID(d.names.id(aTenant, name)))
		}
	}
	return g, nil
}

// declared returns the id of a name that must be known already.
func (d *policyDraft) declared(k kind, t token, name string) (string, error) {
	id, ok := d.names.known(k, name)
	if !ok {
		return "", unknownWord(token{t.Position, t.kind, name}, "a known "+string(k)+" or an id", d.names.choices(k))
	}
	return id, nil
}

func (d *policyDraft) workloads(n *node) error {
	c := &d.policy.Conditions
	if c.Workloads == nil {
		c.Workloads = &access.Workloads{}
	}
	w := c.Workloads
	var err error
	switch n.head().text {
	case "workloadFilter":
		w.Filter, err = ruleOf(n, filter.ParseApp)
		return err
	case "agentFilter":
		w.AgentFilter, err = ruleOf(n, filter.ParseApp)
		return err
	}
	all, in, ex := &w.IncludeAll, &w.Include, &w.Exclude
	if n.head().is("agents") {
		all, in, ex = &w.IncludeAllAgents, &w.IncludeAgents, &w.ExcludeAgents
	}
	include, exclude := split(n.args())
	for _, t := range include {
		if t.is("All") {
			*all = true
			continue
		}
		*in = append(*in, access.ServicePrincipalID(d.names.id(aWorkload, t.text)))
	}
	for _, t := range exclude {
		*ex = append(*ex, access.ServicePrincipalID(d.names.id(aWorkload, t.text)))
	}
	return nil
}

func (d *policyDraft) apps(n *node) error {
	include, exclude := split(n.args())
	if err := d.resources(&d.policy.Conditions.Applications.Include, include); err != nil {
		return err
	}
	return d.resources(&d.policy.Conditions.Applications.Exclude, exclude)
}

func (d *policyDraft) resources(to *access.AppSelector, args []token) error {
	for _, t := range args {
		switch {
		case t.is("All"):
			to.All = true
		case t.is("None"):
			to.None = true
		case t.is("Office365"):
			to.Office365 = true
		case t.is("MicrosoftAdminPortals"):
			to.AdminPortals = true
		case t.is("AllAgentIdResources"):
			to.AllAgents = true
		case t.kind == mark || t.kind == object:
			return t.errorf("found %s, expected an app", t.shown())
		default:
			to.Apps = append(to.Apps, access.AppID(d.names.id(anApp, t.text)))
		}
	}
	return nil
}

func (d *policyDraft) appFilter(n *node) (err error) {
	d.policy.Conditions.Applications.Filter, err = ruleOf(n, filter.ParseApp)
	return err
}

func (d *policyDraft) deviceFilter(n *node) (err error) {
	d.policy.Conditions.DeviceFilter, err = ruleOf(n, filter.ParseDevice)
	return err
}

// ruleOf reads include or exclude, and a rule in quotes.
func ruleOf(n *node, parse func(string) (*filter.Rule, error)) (*access.Filter, error) {
	mode := n.args()[0]
	if !mode.is("include") && !mode.is("exclude") {
		return nil, unknownWord(mode, "the filter's mode", []string{"include", "exclude"})
	}
	text, err := one(mode, n.args()[1:], "a rule in backquotes")
	if err != nil {
		return nil, err
	}
	rule, err := parse(text.text)
	if err != nil {
		return nil, text.errorf("%v", err)
	}
	return &access.Filter{Exclude: mode.is("exclude"), Rule: rule}, nil
}

var actionWords = named("a user action", access.RegisterSecurityInfo, access.RegisterDevice).
	also("registerSecurityInfo", access.RegisterSecurityInfo).also("registerSecurityInformation", access.RegisterSecurityInfo).
	also("registerDevice", access.RegisterDevice).also("registerOrJoinDevices", access.RegisterDevice)

func (d *policyDraft) userActions(n *node) (err error) {
	d.policy.Conditions.Applications.UserActions, err = union(actionWords, n.args())
	return err
}

func (d *policyDraft) contexts(n *node) error {
	for _, t := range n.args() {
		d.policy.Conditions.Applications.Contexts = append(d.policy.Conditions.Applications.Contexts, t.text)
	}
	return nil
}

var (
	clientWords   = named("a kind of client", append(bits(access.ClientAppAny), access.ClientAppAny)...)
	riskWords     = named("a risk level", bits(access.RiskNone|access.RiskLow|access.RiskMedium|access.RiskHigh|access.RiskHidden)...)
	insiderWords  = named("a level of insider risk", bits(access.InsiderMinor|access.InsiderModerate|access.InsiderElevated|access.InsiderNone)...)
	flowWords     = named("an authentication flow", bits(access.DeviceCodeFlow|access.AuthenticationTransfer|access.FlowNone)...)
	platformWords = named("a platform", append(bits(access.PlatformAll&^access.PlatformOther), access.PlatformAll)...)
)

// sets reads the conditions that are one set of words.
func (d *policyDraft) sets(n *node) (err error) {
	c, args := &d.policy.Conditions, n.args()
	switch n.head().text {
	case "clientApps":
		c.ClientApps, err = union(clientWords, args)
	case "signInRisk":
		c.SignInRisk, err = union(riskWords, args)
	case "userRisk":
		c.UserRisk, err = union(riskWords, args)
	case "workloadRisk":
		c.ServicePrincipalRisk, err = union(riskWords, args)
	case "agentRisk":
		c.AgentRisk, err = union(riskWords, args)
	case "insiderRisk":
		c.InsiderRisk, err = union(insiderWords, args)
	case "flows":
		c.Flows, err = union(flowWords, args)
	}
	return err
}

func (d *policyDraft) platforms(n *node) (err error) {
	include, exclude := split(n.args())
	s := &access.PlatformSet{}
	if s.Include, err = union(platformWords, include); err != nil {
		return err
	}
	s.Exclude, err = union(platformWords, exclude)
	d.policy.Conditions.Platforms = s
	return err
}

func (d *policyDraft) locations(n *node) error {
	include, exclude := split(n.args())
	s := &access.LocationSet{}
	if err := d.places(&s.Include, include); err != nil {
		return err
	}
	d.policy.Conditions.Locations = s
	return d.places(&s.Exclude, exclude)
}

func (d *policyDraft) places(to *access.LocationSelector, args []token) error {
	for _, t := range args {
		switch {
		case t.is("All"):
			to.All = true
		case t.is("AllTrusted"):
			to.AllTrusted = true
		default:
			id, err := d.declared(aLocation, t, t.text)
			if err != nil {
				return err
			}
			to.Named = append(to.Named, access.LocationID(id))
		}
	}
	return nil
}

func (d *policyDraft) deviceStates(n *node) error {
	include, exclude := split(n.args())
	if len(include) > 0 && !(len(include) == 1 && include[0].is("All")) {
		return include[0].errorf("found %s; this retired condition includes All and only excludes", include[0].shown())
	}
	s := &access.DeviceStates{}
	for _, t := range exclude {
		switch {
		case t.is("Compliant"):
			s.ExcludeCompliant = true
		case t.is("DomainJoined"):
			s.ExcludeDomainJoined = true
		default:
			return unknownWord(t, "a device state", []string{"Compliant", "DomainJoined"})
		}
	}
	d.policy.Conditions.DeviceStates = s
	return nil
}

var controlWords = named("a grant control", bits(access.Controls(1<<9-1)&^(1<<7))...)

// grant reads items joined by the word and, or by the word or.
func (d *policyDraft) grant(n *node) error {
	g := &access.GrantControls{}
	var joint token
	for i, t := range n.args() {
		if i%2 == 1 {
			if !t.is("and") && !t.is("or") {
				return t.errorf("found %s, expected \"and\" or \"or\" between two controls", t.shown())
			}
			if joint.text != "" && joint.text != t.text {
				return t.errorf("found %q after %q; all controls of a policy are joined by the same word", t.text, joint.text)
			}
			joint = t
			continue
		}
		if err := d.item(g, t); err != nil {
			return err
		}
	}
	if len(n.args())%2 == 0 {
		return n.after().errorf("%q ends here; expected a control", joint.text)
	}
	g.Any = joint.text == "or"
	d.policy.Grant = g
	return nil
}

func (d *policyDraft) item(g *access.GrantControls, t token) error {
	prefix, name, _ := strings.Cut(t.text, ":")
	switch prefix {
	case "strength":
		id, err := d.declared(aStrength, t, name)
		g.Strength = access.StrengthID(id)
		return err
	case "terms":
		g.TermsOfUse = append(g.TermsOfUse, access.AgreementID(d.names.id(aTermsFile, name)))
		return nil
	case "custom":
		g.Custom = append(g.Custom, name)
		return nil
	}
	c, err := controlWords.look(t)
	if err != nil {
		return unknownWord(t, "a grant control", append(slices.Clone(controlWords.shown), "strength:NAME", "terms:NAME", "custom:NAME"))
	}
	g.Controls |= c
	return nil
}

func (d *policyDraft) session(n *node) (err error) {
	d.policy.Session, err = sessionControls(n.args())
	return err
}

var sessionWords = []string{"frequency", "primary", "secondary", "persistentBrowser", "cloudAppSecurity", "appEnforcedRestrictions", "tokenProtection", "disableResilienceDefaults", "continuousAccess", "securityProfile"}

// sessionControls reads NAME=VALUE or, for a switch, NAME.
func sessionControls(args []token) (access.SessionControls, error) {
	var s access.SessionControls
	for len(args) > 0 {
		name := args[0]
		var value token
		switch rest := args[1:]; {
		case len(rest) > 1 && rest[0].is("="):
			value, args = rest[1], rest[2:]
		case len(rest) == 1 && rest[0].is("="):
			return s, rest[0].errorf("%q ends here; expected a value", name.text)
		default:
			args = rest
		}
		if err := sessionControl(&s, name, value); err != nil {
			return s, err
		}
	}
	return s, nil
}

var (
	persistentWords = vocabulary[access.PersistentBrowser]{wanted: "a mode"}
	cloudWords      = map[string]access.CloudAppSecurity{"mcasConfigured": access.MCASConfigured, "monitorOnly": access.MonitorOnly, "blockDownloads": access.BlockDownloads}
	continuousWords = map[string]access.ContinuousAccess{"disabled": access.ContinuousAccessDisabled, "strictEnforcement": access.ContinuousAccessStrictEnforcement, "strictLocation": access.ContinuousAccessStrictLocation}
)

func sessionControl(s *access.SessionControls, name, value token) (err error) {
	switch name.text {
	case "frequency":
		f := &s.SignInFrequency
		f.Primary, f.PrimaryEveryTime, err = frequency(value)
		f.Secondary, f.SecondaryEveryTime = f.Primary, f.PrimaryEveryTime
	case "primary":
		s.SignInFrequency.Primary, s.SignInFrequency.PrimaryEveryTime, err = frequency(value)
	case "secondary":
		s.SignInFrequency.Secondary, s.SignInFrequency.SecondaryEveryTime, err = frequency(value)
	case "persistentBrowser":
		s.PersistentBrowser, err = mode(value, map[string]access.PersistentBrowser{"always": access.PersistentAlways, "never": access.PersistentNever})
	case "cloudAppSecurity":
		s.CloudAppSecurity, err = mode(value, cloudWords)
	case "continuousAccess":
		s.ContinuousAccess, err = mode(value, continuousWords)
	case "appEnforcedRestrictions":
		s.AppEnforcedRestrictions = true
	case "tokenProtection":
		s.TokenProtection = true
	case "disableResilienceDefaults":
		s.DisableResilienceDefaults = true
	case "securityProfile":
		s.SecurityProfile = value.text
	default:
		return unknownWord(name, "a session control", slices.Clone(sessionWords))
	}
	return err
}

func mode[T any](t token, words map[string]T) (T, error) {
	x, ok := words[t.text]
	if !ok {
		return x, unknownWord(t, "a mode", keys(words))
	}
	return x, nil
}

// frequency reads 4h, 3d or everyTime.
func frequency(t token) (time.Duration, bool, error) {
	if t.is("everyTime") {
		return 0, true, nil
	}
	const day = 24 * time.Hour
	unit := map[byte]time.Duration{'h': time.Hour, 'd': day}
	n, digits := 0, strings.TrimRight(t.text, "hd")
	for _, c := range digits {
		if c < '0' || c > '9' || n > 9999 {
			n = 0
			break
		}
		n = n*10 + int(c-'0')
	}
	if n == 0 || len(digits) != len(t.text)-1 {
		return 0, false, t.errorf("found %s, expected a time such as 4h or 30d, or everyTime", t.shown())
	}
	return time.Duration(n) * unit[t.text[len(t.text)-1]], false, nil
}

func (d *policyDraft) onUnknown(n *node) error {
	t, err := one(n.head(), n.args(), "applies or skips")
	switch {
	case err != nil:
		return err
	case t.is("applies"):
		d.policy.OnUnknown = access.UnknownApplies
	case t.is("skips"):
		d.policy.OnUnknown = access.UnknownSkips
	default:
		return unknownWord(t, "what happens while a fact is unknown", []string{"applies", "skips"})
	}
	return nil
}

// unrecognised adds a value that no rule explains (CA-8), as a reader of
// somebody else's file may have met one.
func (d *policyDraft) unrecognised(n *node) error {
	args := n.args()
	if len(args) != 2 {
		return n.head().errorf("expected a path and a value, both in quotes, such as: unrecognised \"conditions.userRiskLevels[0]\" \"extreme\"")
	}
	d.policy.Unrecognised = append(d.policy.Unrecognised, access.Unrecognised{Path: args[0].text, Value: args[1].text})
	return nil
}
