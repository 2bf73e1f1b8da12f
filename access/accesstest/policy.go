package accesstest

import (
	"slices"

	"github.com/sallyport-id/sallyport/access"
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

// declared returns the id of a name that must be known already.
func (d *policyDraft) declared(k kind, t token, name string) (string, error) {
	id, ok := d.names.known(k, name)
	if !ok {
		return "", unknownWord(token{t.Position, t.kind, name}, "a known "+string(k)+" or an id", d.names.choices(k))
	}
	return id, nil
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
