package access

import "math/bits"

// clientIndex answers the client type condition (CA-50 to CA-53).
type clientIndex struct {
	rows    [5]row // policies that each kind of client meets
	any     row    // a client that is not specified meets every policy
	unknown state
}

// clientsOf returns what a policy lists, or zero if it is not configured.
func clientsOf(c ClientAppTypes) ClientAppTypes {
	if c == ClientAppAny {
		return 0
	}
	if c&ExchangeActiveSync != 0 { // it includes what EASSupported names (CA-51)
		c |= EASSupported
	}
	return c
}

func (x *clientIndex) build(a *arena, policies []Policy) {
	for k := range x.rows {
		x.rows[k] = a.row()
	}
	x.any = a.row()
	x.unknown = state{a.row(), x.any}
	for i := range policies {
		listed := clientsOf(policies[i].Conditions.ClientApps)
		a.set(x.any, i)
		if listed == 0 {
			a.set(x.unknown.certain, i)
			listed = ClientAppAny
		}
		for k, r := range x.rows {
			if listed&(1<<k) != 0 {
				a.set(r, i)
			}
		}
	}
}

func (x *clientIndex) resolve(f *Facts) state {
	switch c := f.ClientApp.value & ClientAppAny; {
	case !f.ClientApp.known || c == 0:
		return x.unknown
	case c == ClientAppAny:
		return same(x.any)
	default:
		return same(x.rows[bits.TrailingZeros8(uint8(c))])
	}
}
