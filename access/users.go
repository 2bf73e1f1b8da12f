package access

import "math/bits"

// userIndex answers the users condition (CA-10 to CA-19). All rows are pairs
// but those that say otherwise.
type userIndex struct {
	everyone             row     // keyword All
	users, groups, roles idIndex // listed ids
	guestAnywhere        [6]row  // selectors of a kind, whatever the tenant
	guestSomewhere       [6]row  // selectors of a kind in listed tenants
	tenants              idIndex // offsets into tenantRows
	tenantRows           [][6]row
	guestWhole           row // selectors of all kinds a guest may be, whatever the tenant
	someGroup, someRole  row // any group, any role
	anyone               row // one row: policies that include somebody
	notConfigured        row // one row: policies about workloads
}

func (x *userIndex) build(a *arena, policies []Policy) {
	x.everyone, x.guestWhole = a.pair(), a.pair()
	x.someGroup, x.someRole = a.pair(), a.pair()
	x.anyone, x.notConfigured = a.row(), a.row()
	for t := range x.guestAnywhere {
		x.guestAnywhere[t], x.guestSomewhere[t] = a.pair(), a.pair()
	}
	for i := range policies {
		if policies[i].Conditions.Workloads != nil {
			a.set(x.notConfigured, i)
			continue
		}
		u := &policies[i].Conditions.Users
		if x.add(a, i, &u.Include, func(pair row) row { return pair }) {
			a.set(x.anyone, i)
		}
		x.add(a, i, &u.Exclude, a.exclude)
	}
}

// add enters one side of policy i and tells whether it names anybody.
func (x *userIndex) add(a *arena, i int, p *Principals, side func(row) row) bool {
	if p.All {
		a.set(side(x.everyone), i)
	}
	for _, id := range p.Users {
		a.set(side(x.users.add(string(id), a.pair)), i)
	}
	for _, id := range p.Groups {
		a.set(side(x.groups.add(string(id), a.pair)), i)
		a.set(side(x.someGroup), i)
	}
	for _, id := range p.Roles {
		a.set(side(x.roles.add(string(id), a.pair)), i)
		a.set(side(x.someRole), i)
	}
	for _, g := range p.Guests {
		x.addGuests(a, i, g, side)
	}
	return p.All || len(p.Users)+len(p.Groups)+len(p.Roles)+len(p.Guests) > 0
}

func (x *userIndex) addGuests(a *arena, i int, g GuestSelector, side func(row) row) {
	if g.Tenants == nil && g.Types&guestKinds == guestKinds {
		a.set(side(x.guestWhole), i)
	}
	for t := range x.guestAnywhere {
		kind := GuestTypes(1) << t
		switch {
		case g.Types&kind == 0:
		case g.Tenants == nil || kind == InternalGuest: // CA-17: it has no external tenant
			a.set(side(x.guestAnywhere[t]), i)
		case len(g.Tenants) > 0:
			a.set(side(x.guestSomewhere[t]), i)
			for _, tenant := range g.Tenants {
				a.set(side(x.tenantRow(a, tenant, t)), i)
			}
		}
	}
}

func (x *userIndex) tenantRow(a *arena, tenant TenantID, kind int) row {
	n := x.tenants.add(string(tenant), func() row {
		x.tenantRows = append(x.tenantRows, [6]row{})
		return row(len(x.tenantRows) - 1)
	})
	if x.tenantRows[n][kind] == 0 {
		x.tenantRows[n][kind] = a.pair()
	}
	return x.tenantRows[n][kind]
}

// resolve fills s with what a person matches.
func (x *userIndex) resolve(s *selection, f *Facts) {
	s.known.add(x.everyone)
	if r, ok := x.users.get(string(f.UserID.value)); ok {
		s.known.add(r)
	}
	if f.Groups.known {
		for _, id := range f.Groups.value {
			if r, ok := x.groups.get(string(id)); ok {
				s.known.add(r)
			}
		}
	} else {
		s.maybe.add(x.someGroup)
	}
	if f.Roles.known {
		for _, id := range f.Roles.value {
			if r, ok := x.roles.get(string(id)); ok {
				s.known.add(r)
			}
		}
	} else {
		s.maybe.add(x.someRole)
	}
	x.resolveGuest(s, f)
}

func (x *userIndex) resolveGuest(s *selection, f *Facts) {
	if !f.GuestTypes.known {
		kinds, _ := possibleKinds(f)
		if f.UserType.value == Guest {
			s.known.add(x.guestWhole)
		}
		for t := range x.guestAnywhere {
			if kinds&(1<<t) != 0 {
				s.maybe.add(x.guestAnywhere[t])
				s.maybe.add(x.guestSomewhere[t])
			}
		}
		return
	}
	for kinds := uint8(f.GuestTypes.value); kinds != 0; kinds &= kinds - 1 {
		t := bits.TrailingZeros8(kinds)
		s.known.add(x.guestAnywhere[t])
		home, known := f.HomeTenantID.Get()
		if !known {
			s.maybe.add(x.guestSomewhere[t])
		} else if n, ok := x.tenants.get(string(home)); ok && x.tenantRows[n][t] != 0 {
			s.known.add(x.tenantRows[n][t])
		}
	}
}
