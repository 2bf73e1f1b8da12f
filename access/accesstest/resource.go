package accesstest

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

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
