package triage

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"testing"
)

// randomEvent tells all that a file must keep, or leaves half of it out.
func randomEvent(rng *rand.Rand, at int64) event {
	some := func() bool { return rng.IntN(2) == 0 }
	e := event{at: at, who: rng.Uint32() >> rng.IntN(32), app: rng.Uint32() >> rng.IntN(32), resource: rng.Uint32(), agent: rng.Uint32(), city: rng.Uint32(),
		refusals: rng.Uint32(), tenant: rng.Uint32(), asn: rng.Uint32(), traits: trait(rng.Uint32()), country: uint16(rng.Uint32()), prompts: uint8(rng.Uint32()),
		hasAddr: some(), hasCode: some(), id: newRecordID("b4d3e180-8380-4edb-9711-ae7ce31ab63b")}
	if e.hasAddr {
		e.addr = netip.AddrFrom4([4]byte{byte(rng.Uint32()), 1, 2, 3}).As16()
	}
	if e.hasAddr && some() {
		e.addr[0] = 0x20
	}
	if e.hasCode {
		e.code = rng.Int32() - 1<<30
	}
	if some() {
		e.session, e.device, e.lat, e.lon = rng.Uint64(), rng.Uint64(), rng.Float32(), rng.Float32()
	}
	if some() {
		e.matched, e.group, e.value, e.groupText = 1+uint16(rng.UintN(1000)), rng.Uint64(), rng.Uint64(), rng.Uint32()
	}
	if some() {
		e.id = newRecordID("not a GUID " + itoa(rng.Int64()))
	}
	return e
}

// TestSorter wants all events back in order of time and of arrival, whether or
// not they fit in memory.
func TestSorter(t *testing.T) {
	times := map[string]func(rng *rand.Rand, i int) int64{
		"near":   func(rng *rand.Rand, _ int) int64 { return rng.Int64N(1000) },
		"wild":   func(rng *rand.Rand, _ int) int64 { return rng.Int64() << 1 >> rng.IntN(60) },
		"equal":  func(*rand.Rand, int) int64 { return 42 },
		"oldest": func(_ *rand.Rand, i int) int64 { return int64(i) },
		"newest": func(_ *rand.Rand, i int) int64 { return int64(-i) },
	}
	for name, at := range times {
		for _, limit := range []int{7, 100, 1000, 5000} {
			rng := rand.New(rand.NewPCG(1, uint64(limit)))
			dir := t.TempDir()
			s := newSorter(limit, dir)
			var want []event
			for i := range 1000 {
				e := randomEvent(rng, at(rng, i))
				want = append(want, e)
				s.add(&e)
			}
			slices.SortStableFunc(want, func(a, b event) int { return cmp.Compare(a.at, b.at) })
			var got []event
			if err := s.each(nil, func(e *event) { got = append(got, *e) }); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, limit %d: %d events came back other than they went in", name, limit, len(got))
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%s, limit %d: left behind %v, %v", name, limit, left, err)
			}
		}
	}
}

// TestSorterLosesFile wants an error, not fewer events, if the file was cut short.
func TestSorterLosesFile(t *testing.T) {
	for _, size := range []int64{0, 1, 100, 7777} {
		s := newSorter(100, t.TempDir())
		rng := rand.New(rand.NewPCG(1, 1))
		for range 1000 {
			e := randomEvent(rng, rng.Int64N(1000))
			s.add(&e)
		}
		if err := s.file.Truncate(size); err != nil {
			t.Fatal(err)
		}
		if err := s.each(nil, func(*event) {}); err == nil {
			t.Errorf("no error, though only %d bytes were left", size)
		}
	}
}

func TestSorterWithoutDisk(t *testing.T) {
	s := newSorter(1, "/no/such/folder")
	for range 3 {
		s.add(&event{})
	}
	if err := s.each(nil, func(*event) {}); err == nil {
		t.Error("no error, though events were lost")
	}
}

func TestRecordID(t *testing.T) {
	for _, id := range []string{"b4d3e180-8380-4edb-9711-ae7ce31ab63b", "B4D3E180-8380-4EDB-9711-AE7CE31AB63B", "", "42", "b4d3e180-8380-4edb-9711-ae7ce31ab63", "b4d3e180x8380-4edb-9711-ae7ce31ab63b"} {
		if got := newRecordID(id).String(); got != id {
			t.Errorf("newRecordID(%q) = %q", id, got)
		}
	}
}

func TestNetwork(t *testing.T) {
	tests := []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.250", true},
		{"192.0.2.1", "192.0.3.1", false},
		{"::ffff:192.0.2.1", "192.0.2.9", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
	}
	for _, tt := range tests {
		at := func(s string) network {
			e := event{addr: netip.MustParseAddr(s).As16(), hasAddr: true}
			return e.network()
		}
		if (at(tt.a) == at(tt.b)) != tt.same {
			t.Errorf("%s and %s: same network %v, want %v", tt.a, tt.b, !tt.same, tt.same)
		}
	}
}

func TestDistinct(t *testing.T) {
	var d distinct[int]
	for i := range 1000 {
		d.add(i%300, 20)
	}
	if d.len() != 300 || len(d.list) != 20 || !d.has(299) || d.has(300) {
		t.Errorf("counts %d of 300, lists %d of 20", d.len(), len(d.list))
	}
}

func TestDistance(t *testing.T) {
	a, b := event{lat: 52.5169, lon: 13.3888}, event{lat: 41.9028, lon: 12.4964}
	if km := distance(&a, &b); km < 1170 || km > 1195 {
		t.Errorf("Berlin to Rome: %.0f km, want 1182", km)
	}
}
