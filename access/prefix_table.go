package access

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// prefixTable answers which IP locations hold an address. All ranges of all
// locations are cut into intervals that do not overlap; each knows the policies
// that its locations include and exclude, as one pair. A lookup is one binary
// search, however many locations there are.
type prefixTable struct {
	v4     []uint32 // where each interval starts
	v4rows []row
	v6     []addr128
	v6rows []row
}

type addr128 struct{ hi, lo uint64 }

func (a addr128) less(b addr128) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

func split128(a netip.Addr) addr128 {
	b := a.As16()
	return addr128{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// lookup returns the pair of the interval that holds ip, or zero. An
// IPv4-mapped address is its IPv4 address; IPv6 never meets an IPv4 range (CA-64).
func (t *prefixTable) lookup(ip netip.Addr) row {
	if ip = ip.Unmap(); ip.Is4() {
		b := ip.As4()
		return t.lookup4(binary.BigEndian.Uint32(b[:]))
	}
	v := split128(ip)
	n := sort.Search(len(t.v6), func(i int) bool { return v.less(t.v6[i]) })
	if n == 0 {
		return 0
	}
	return t.v6rows[n-1]
}

// lookup4 halves the intervals without a branch on what it reads: addresses are
// random, and a processor would guess every second branch wrong.
func (t *prefixTable) lookup4(v uint32) row {
	at, left := uint(0), uint(len(t.v4))
	if left == 0 || v < t.v4[0] {
		return 0
	}
	for left > 1 {
		half := left / 2
		_, below := bits.Sub32(v, t.v4[at+half], 0)
		at += half & (uint(below) - 1)
		left -= half
	}
	return t.v4rows[at]
}

// edge is where a location begins or ends to hold addresses.
type edge struct {
	at       netip.Addr
	location int
	step     int // +1 begins here, -1 ended just before
}

func newPrefixTable(a *arena, places *places, pairs []row, trusted row) prefixTable {
	b := prefixBuilder{arena: a, places: places, pairs: pairs, trusted: trusted, classes: map[string]row{}}
	var t prefixTable
	b.cut(b.edges(netip.Addr.Is4), func(at netip.Addr, r row) {
		v := at.As4()
		t.v4, t.v4rows = append(t.v4, binary.BigEndian.Uint32(v[:])), append(t.v4rows, r)
	})
	b.cut(b.edges(netip.Addr.Is6), func(at netip.Addr, r row) {
		t.v6, t.v6rows = append(t.v6, split128(at)), append(t.v6rows, r)
	})
	return t
}

type prefixBuilder struct {
	arena   *arena
	places  *places
	pairs   []row // of each location; zero: no policy names it
	trusted row
	classes map[string]row // by the locations that hold the addresses
}

func (b *prefixBuilder) edges(family func(netip.Addr) bool) []edge {
	var edges []edge
	for n := range b.places.all {
		l := &b.places.all[n]
		if b.pairs[n] == 0 && !l.Trusted {
			continue
		}
		for _, r := range l.Ranges {
			first, last := r.First.Unmap(), r.Last.Unmap()
			if !family(first) {
				continue
			}
			edges = append(edges, edge{first, n, +1})
			if next := last.Next(); next.IsValid() {
				edges = append(edges, edge{next, n, -1})
			}
		}
	}
	slices.SortFunc(edges, func(x, y edge) int { return x.at.Compare(y.at) })
	return edges
}

// cut walks the edges in order and emits every start of an interval.
func (b *prefixBuilder) cut(edges []edge, emit func(netip.Addr, row)) {
	active := map[int]int{}
	last := row(0)
	for i, e := range edges {
		if active[e.location] += e.step; active[e.location] == 0 {
			delete(active, e.location)
		}
		if i+1 < len(edges) && edges[i+1].at == e.at {
			continue
		}
		if r := b.class(active); r != last {
			emit(e.at, r)
			last = r
		}
	}
}

// class returns the pair of a combination of locations.
func (b *prefixBuilder) class(active map[int]int) row {
	if len(active) == 0 {
		return 0
	}
	members := make([]int, 0, len(active))
	for n := range active {
		members = append(members, n)
	}
	slices.Sort(members)
	var key strings.Builder
	for _, n := range members {
		key.WriteString(strconv.Itoa(n))
		key.WriteByte(' ')
	}
	r, ok := b.classes[key.String()]
	if !ok {
		r = b.arena.pair()
		for _, n := range members {
			if b.places.all[n].Trusted {
				b.add(r, b.trusted)
			}
			if b.pairs[n] != 0 {
				b.add(r, b.pairs[n])
			}
		}
		b.classes[key.String()] = r
	}
	return r
}

func (b *prefixBuilder) add(pair, from row) {
	b.arena.union(pair, from)
	b.arena.union(b.arena.exclude(pair), b.arena.exclude(from))
}
