package access

import "encoding/binary"

// Class is what the policies of a set can tell of a part of the facts. Attempts
// whose parts have equal classes, and whose other facts are equal, have the same
// decision and the same outcomes; only the values that reasons quote may differ.
// Classes of different sets, or of different parts, mean nothing to each other.
type Class string

// PrincipalClass is the class of who asks: the identity, groups, roles and home
// tenant of a person, or the id, scope and attributes of a workload or agent. What
// demands look at, the kind of the person and what is trusted of their home tenant,
// is not in it.
func (s *Set) PrincipalClass(f *Facts) Class {
	p := s.Principal(f)
	class := []byte{byte(p.kind)}
	for n := range p.who {
		class = p.who[n].append(class)
	}
	return Class(class)
}

// ApplicationClass is the class of what is asked for: audiences, user action,
// authentication context, scopes and client.
func (s *Set) ApplicationClass(f *Facts) Class {
	q := query{set: s, facts: f}
	s.apps.resolve(&q, f, s.options.LegacyBaselineScopes)
	class := []byte{byte(q.app.action), 0}
	if q.app.open {
		class[1] = 1
	}
	for n := range s.arena.blocks {
		var v span
		q.appTarget(n, &v)
		class = v.append(class)
		q.application(n, &v)
		class = v.append(class)
	}
	return Class(class)
}

// PlaceClass is the class of where from: address, countries and network.
func (s *Set) PlaceClass(f *Facts) Class {
	if !s.locations.configured {
		return ""
	}
	q := query{set: s, facts: f}
	s.locations.resolve(&q.places, f)
	var class []byte
	for n := range s.arena.blocks {
		var v span
		q.location(n, &v)
		class = v.append(class)
	}
	return Class(class)
}

// DeviceClass is the class of the device.
func (s *Set) DeviceClass(f *Facts) Class {
	device, known := f.Device.Get()
	switch {
	case !known:
		return ""
	case device == nil:
		return "unregistered"
	}
	class := []byte{byte(device.compliant()), byte(device.hybridJoined())}
	if !s.devices.configured {
		return Class(class)
	}
	table := s.devices.table[s.devices.tableIndex(device)]
	for n := range s.arena.blocks {
		v := s.arena.of(table, n)
		class = v.append(class)
	}
	for _, rule := range s.devices.filters.rules {
		class = append(class, byte(rule.Match(device)))
	}
	return Class(class)
}

// append writes the span down.
func (s *span) append(b []byte) []byte {
	for _, half := range [...]block{s.certain, s.possible} {
		for _, w := range [...]uint64{half.w0, half.w1, half.w2, half.w3} {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
	}
	return b
}
