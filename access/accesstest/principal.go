package accesstest

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

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
