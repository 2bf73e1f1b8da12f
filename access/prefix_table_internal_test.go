package access

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
)

// The table answers as a scan of all ranges does, v4 and v6, overlapping,
// nested and touching (CA-64).
func TestPrefixTableAgreesWithScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(v6 bool) netip.Addr {
		if v6 {
			b := [16]byte{0x20, 1, 13: byte(rng.IntN(2)), 14: byte(rng.IntN(4)), 15: byte(rng.IntN(256))}
			return netip.AddrFrom16(b)
		}
		return netip.AddrFrom4([4]byte{10, 0, byte(rng.IntN(4)), byte(rng.IntN(256))})
	}
	for round := range 200 {
		src := Source{}
		for n := range 1 + rng.IntN(12) {
			l := Location{ID: LocationID(fmt.Sprint("l", n)), Trusted: rng.IntN(3) == 0}
			for range 1 + rng.IntN(4) {
				a, b := random(n%3 == 0), netip.Addr{}
				if b = random(n%3 == 0); b.Less(a) {
					a, b = b, a
				}
				l.Ranges = append(l.Ranges, Range{First: a, Last: b})
			}
			src.Locations = append(src.Locations, l)
			p := Policy{State: StateEnabled}
			p.Conditions.Locations = &LocationSet{Include: LocationSelector{Named: []LocationID{l.ID}}}
			src.Policies = append(src.Policies, p)
		}
		var x locationIndex
		a := newArena(len(src.Policies))
		x.build(&a, src.Policies, newPlaces(&src))
		for range 50 {
			ip := random(rng.IntN(3) == 0)
			pair := x.addresses.lookup(ip)
			for n, l := range src.Locations {
				want := false
				for _, r := range l.Ranges {
					want = want || r.First.Is4() == ip.Is4() && !ip.Less(r.First) && !r.Last.Less(ip)
				}
				if got := a.at(pair, 0).has(n); got != want {
					t.Fatalf("round %d: %v in %v: %v, want %v", round, ip, l.Ranges, got, want)
				}
			}
		}
	}
}

// Identifiers are found whatever the case, and only themselves (CA-6).
func TestIDIndex(t *testing.T) {
	var x idIndex
	for n := range 500 {
		x.add(fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012x", n*7), func() row { return row(n + 1) })
		x.add(fmt.Sprint("s", n), func() row { return row(n + 1001) })
	}
	for n := range 500 {
		for id, want := range map[string]row{
			fmt.Sprintf("AAAAAAAA-0000-4000-8000-%012X", n*7): row(n + 1),
			fmt.Sprint("S", n): row(n + 1001),
		} {
			if got, ok := x.get(id); !ok || got != want {
				t.Fatalf("get(%q) = %d, %v; want %d", id, got, ok, want)
			}
		}
	}
	for _, id := range []string{"", "s", "s500", "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa_0000-4000-8000-000000000000"} {
		if got, ok := x.get(id); ok {
			t.Errorf("get(%q) = %d; want nothing", id, got)
		}
	}
}
