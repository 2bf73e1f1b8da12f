package access_test

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// principal is who signs in.
type principal uint8

const (
	anybody principal = iota // nobody knows
	user
	workload
	agent
	app // a workload or an agent, nobody knows which
)

// principal is CA-27, read as in 0002, Who.
func (a attempt) principal() principal {
	userID, userKnown := a.f.UserID.Get()
	switch {
	case userKnown && userID != "":
		return user
	case a.f.ServicePrincipalID.Or("") != "":
		return workload
	case a.f.AgentID.Or("") != "":
		return agent
	case userKnown && a.f.AgentID.IsKnown():
		return workload
	case userKnown:
		return app
	}
	return anybody
}

// isPrincipal is whether a workload or an agent, as p says, signs in.
func (a attempt) isPrincipal(p principal) access.Truth {
	if seen := a.principal(); seen == anybody || seen == app {
		return access.Unknown
	}
	return filter.Of(a.principal() == p)
}

// users is CA-10 and CA-11.
func (a attempt) users(c *access.Conditions) access.Truth {
	include := c.Users.Include
	nobody := !include.All && len(include.Users)+len(include.Groups)+len(include.Roles)+len(include.Guests) == 0
	switch a.principal() {
	case workload, agent, app: // CA-27
		return access.False
	case anybody:
		if nobody {
			return access.False // CA-13
		}
		return access.Unknown
	}
	return a.among(include).And(a.among(c.Users.Exclude).Not())
}

// among is one side of the users condition: a union.
func (a attempt) among(p access.Principals) access.Truth {
	t := anyOf(
		filter.Of(p.All),                 // CA-12
		isListed(p.Users, a.f.UserID),    // CA-10
		someListed(p.Groups, a.f.Groups), // CA-14
		someListed(p.Roles, a.f.Roles),   // CA-15
	)
	for _, g := range p.Guests {
		t = t.Or(a.selected(g))
	}
	return t
}

// selected is CA-16 and CA-17 for one guest selector.
func (a attempt) selected(s access.GuestSelector) access.Truth {
	kinds, known := a.f.GuestTypes.Get()
	if !known {
		return a.maybeSelected(s)
	}
	shared := kinds & s.Types
	switch {
	case shared == 0:
		return access.False
	case shared&access.InternalGuest != 0: // has no home tenant elsewhere
		return access.True
	case s.Tenants == nil:
		return access.True
	}
	return isListed(s.Tenants, a.f.HomeTenantID)
}

// maybeSelected is the guest selector for a person of unknown kinds.
func (a attempt) maybeSelected(s access.GuestSelector) access.Truth {
	possible := a.possibleKinds()
	switch {
	case possible&s.Types == 0:
		return access.False
	case a.f.UserType.Or(0) == access.Guest && possible&^s.Types == 0 && s.Tenants == nil:
		return access.True
	}
	return access.Unknown
}

// possibleKinds are the kinds that a user object's type leaves open (CA-16).
func (a attempt) possibleKinds() access.GuestTypes {
	switch a.f.UserType.Or(0) {
	case access.Member:
		return access.B2BCollaborationMember | access.B2BDirectConnectUser | access.ServiceProvider
	case access.Guest:
		return access.InternalGuest | access.B2BCollaborationGuest | access.B2BDirectConnectUser | access.ServiceProvider | access.OtherExternalUser
	}
	return access.GuestTypesAll
}

// external is whether the person authenticates elsewhere.
func (a attempt) external() access.Truth {
	if p := a.principal(); p == workload || p == agent || p == app {
		return access.False
	}
	if kinds, known := a.f.GuestTypes.Get(); known {
		return filter.Of(kinds&access.ExternalTypes != 0)
	}
	if a.possibleKinds()&access.ExternalTypes == 0 {
		return access.False
	}
	return access.Unknown
}

// servicePrincipals is CA-25 to CA-29.
func (a attempt) servicePrincipals(c *access.Conditions) access.Truth {
	w := c.Workloads
	switch a.principal() {
	case user:
		return access.False
	case workload:
		id := a.f.ServicePrincipalID
		if id.Or("") == "" {
			id = access.Fact[access.ServicePrincipalID]{}
		}
		in := anyOf(filter.Of(w.IncludeAll), isListed(w.Include, id), filtered(w.Filter, false, a.f.ServicePrincipalAttributes))
		out := anyOf(isListed(w.Exclude, id), filtered(w.Filter, true, a.f.ServicePrincipalAttributes))
		return in.And(out.Not()).And(a.inScope())
	case agent:
		in := anyOf(filter.Of(w.IncludeAllAgents), isListed(w.IncludeAgents, a.f.AgentID), filtered(w.AgentFilter, false, a.f.AgentAttributes))
		out := anyOf(isListed(w.ExcludeAgents, a.f.AgentID), filtered(w.AgentFilter, true, a.f.AgentAttributes))
		return in.And(out.Not())
	}
	included := func(f *access.Filter) bool { return f != nil && !f.Exclude }
	if !w.IncludeAll && len(w.Include) == 0 && !included(w.Filter) &&
		!w.IncludeAllAgents && len(w.IncludeAgents) == 0 && !included(w.AgentFilter) {
		return access.False
	}
	return access.Unknown
}

// inScope is CA-26.
func (a attempt) inScope() access.Truth {
	in, known := a.f.ServicePrincipalInScope.Get()
	if !known {
		return access.Unknown
	}
	return filter.Of(in)
}

// filtered is whether an attribute filter of the given mode matches.
func filtered(f *access.Filter, exclude bool, attributes access.Fact[filter.Attributes]) access.Truth {
	if f == nil || f.Exclude != exclude {
		return access.False
	}
	known, ok := attributes.Get()
	if !ok {
		return f.Rule.Match(unknownRecord{})
	}
	return f.Rule.Match(known)
}

// unknownRecord is a record of which nothing is known.
type unknownRecord struct{}

func (unknownRecord) Value(filter.Property) filter.Value { return filter.Value{} }
