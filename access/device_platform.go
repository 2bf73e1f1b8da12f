package access

import "math/bits"

// platformIndex answers the device platform condition (CA-55 to CA-58).
type platformIndex struct {
	rows    [7]row // policies that each platform meets
	any     row    // a platform that is not specified
	unknown state
}

func (x *platformIndex) build(a *arena, policies []Policy) {
	for k := range x.rows {
		x.rows[k] = a.row()
	}
	x.any = a.row()
	x.unknown = state{a.row(), a.row()}
	for i := range policies {
		p := policies[i].Conditions.Platforms
		if p == nil {
			p = &PlatformSet{Include: PlatformAll}
		}
		listed := p.Include &^ p.Exclude
		if p.Exclude != PlatformAll && p.Include == PlatformAll {
			listed |= PlatformOther // only All covers it, and no list excludes it (CA-57)
		} else {
			listed &^= PlatformOther
		}
		for k, r := range x.rows {
			if listed&(1<<k) != 0 {
				a.set(r, i)
			}
		}
		if p.Include != 0 {
			a.set(x.any, i)
			a.set(x.unknown.possible, i)
		}
		if p.Include == PlatformAll && p.Exclude == 0 {
			a.set(x.unknown.certain, i)
		}
	}
}

func (x *platformIndex) resolve(f *Facts) state {
	switch p := f.Platform.value & PlatformAll; {
	case !f.Platform.known || p == 0:
		return x.unknown
	case p == PlatformAll:
		return same(x.any)
	default:
		return same(x.rows[bits.TrailingZeros16(uint16(p))])
	}
}
