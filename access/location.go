package access

// locationIndex answers the location condition (CA-60 to CA-70). Rows are
// pairs unless said otherwise.
type locationIndex struct {
	configured    bool // some policy has the condition
	notConfigured row  // one row
	everywhere    row  // keyword All
	addresses     prefixTable
	someAddress   row // any location or keyword that depends on the address
	byAddress     countryTable
	byGPS         countryTable
	network       row // compliant network
	undefined     row // locations that nobody defined
	anyUndefined  bool
}

// countryTable answers by country code.
type countryTable struct {
	codes [26 * 26]row
	none  row // addresses that map to no country
	some  row // any country
}

func countryCode(c string) (int, bool) {
	if len(c) != 2 {
		return 0, false
	}
	a, b := c[0]&^0x20, c[1]&^0x20
	if a < 'A' || a > 'Z' || b < 'A' || b > 'Z' {
		return 0, false
	}
	return int(a-'A')*26 + int(b-'A'), true
}

func (x *locationIndex) build(a *arena, policies []Policy, places *places) {
	x.notConfigured = a.row()
	x.everywhere, x.someAddress, x.network, x.undefined = a.pair(), a.pair(), a.pair(), a.pair()
	for _, t := range []*countryTable{&x.byAddress, &x.byGPS} {
		t.none, t.some = a.pair(), a.pair()
	}
	pairs := make([]row, len(places.all)) // of IP locations
	trusted := a.pair()
	for i := range policies {
		l := policies[i].Conditions.Locations
		if l == nil {
			a.set(x.notConfigured, i)
			continue
		}
		x.configured = true
		x.add(a, i, &l.Include, places, pairs, trusted, func(pair row) row { return pair })
		x.add(a, i, &l.Exclude, places, pairs, trusted, a.exclude)
	}
	x.addresses = newPrefixTable(a, places, pairs, trusted)
}

func (x *locationIndex) add(a *arena, i int, s *LocationSelector, places *places, pairs []row, trusted row, side func(row) row) {
	if s.All {
		a.set(side(x.everywhere), i)
	}
	if s.AllTrusted && places.anyTrusted {
		a.set(side(trusted), i)
		a.set(side(x.someAddress), i)
	}
	for _, id := range s.Named {
		n, ok := places.find(id)
		if !ok {
			a.set(side(x.undefined), i)
			x.anyUndefined = true
			continue
		}
		switch l := &places.all[n]; {
		case l.CompliantNetwork:
			a.set(side(x.network), i)
		case l.IsCountry && l.ByGPS:
			x.byGPS.add(a, i, l, side)
		case l.IsCountry:
			x.byAddress.add(a, i, l, side)
		case len(l.Ranges) > 0:
			if pairs[n] == 0 {
				pairs[n] = a.pair()
			}
			a.set(side(pairs[n]), i)
			a.set(side(x.someAddress), i)
		}
	}
}

func (t *countryTable) add(a *arena, i int, l *Location, side func(row) row) {
	if l.IncludeUnknown {
		a.set(side(t.none), i)
		a.set(side(t.some), i)
	}
	for _, c := range l.Countries {
		n, _ := countryCode(c)
		if t.codes[n] == 0 {
			t.codes[n] = a.pair()
		}
		a.set(side(t.codes[n]), i)
		a.set(side(t.some), i)
	}
}

func (t *countryTable) resolve(s *selection, country Fact[string]) {
	n, ok := countryCode(country.value)
	switch {
	case !country.known:
		s.maybe.add(t.some)
	case country.value == "":
		s.known.add(t.none)
	case ok && t.codes[n] != 0:
		s.known.add(t.codes[n])
	}
}

func (x *locationIndex) resolve(s *selection, f *Facts) {
	s.known.add(x.everywhere)
	if x.anyUndefined {
		s.maybe.add(x.undefined)
	}
	switch {
	case !f.IP.known:
		s.maybe.add(x.someAddress)
	default:
		if r := x.addresses.lookup(f.IP.value); r != 0 {
			s.known.add(r)
		}
	}
	x.byAddress.resolve(s, f.Country)
	x.byGPS.resolve(s, f.GPSCountry)
	switch {
	case !f.CompliantNetwork.known:
		s.maybe.add(x.network)
	case f.CompliantNetwork.value:
		s.known.add(x.network)
	}
}

// location evaluates the condition for a block.
func (q *query) location(n int, v *span) {
	q.set.arena.selected(&q.places, n, v)
	v.orBoth(q.set.arena.at(q.set.locations.notConfigured, n))
}

// places are the locations of a source, found by id.
type places struct {
	all        []Location
	ids        idIndex
	anyTrusted bool
}

func newPlaces(src *Source) *places {
	p := &places{all: src.Locations}
	if len(src.MFATrustedIPs) > 0 || !p.defines(src.Locations, LocationMFATrustedIPs) {
		p.all = append(p.all[:len(p.all):len(p.all)], Location{ID: LocationMFATrustedIPs, DisplayName: "Multifactor authentication trusted IPs", Ranges: src.MFATrustedIPs, Trusted: true})
	}
	if !p.defines(src.Locations, LocationCompliantNetwork) {
		p.all = append(p.all[:len(p.all):len(p.all)], Location{ID: LocationCompliantNetwork, DisplayName: "All Compliant Network locations", CompliantNetwork: true})
	}
	for i := range p.all {
		p.ids.add(string(p.all[i].ID), func() row { return row(i) })
		p.anyTrusted = p.anyTrusted || p.all[i].Trusted && len(p.all[i].Ranges) > 0
	}
	return p
}

func (*places) defines(locations []Location, id LocationID) bool {
	for i := range locations {
		if equalID(string(locations[i].ID), string(id)) {
			return true
		}
	}
	return false
}

func (p *places) find(id LocationID) (int, bool) {
	n, ok := p.ids.get(string(id))
	return int(n), ok
}
