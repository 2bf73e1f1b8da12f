package risk_test

import (
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/sallyport-id/sallyport/internal/risk"
)

// database writes a MaxMind DB of a type and returns its path.
func database(t testing.TB, kind string, entries map[string]mmdbtype.Map) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, record := range entries {
		_, n, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(n, record); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), kind+".mmdb")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDatabases(t *testing.T) {
	city := database(t, "GeoLite2-City", map[string]mmdbtype.Map{
		"192.0.2.0/24": {
			"country": mmdbtype.Map{"iso_code": mmdbtype.String("it")}, "city": mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String("Rome")}},
			"location": mmdbtype.Map{"latitude": mmdbtype.Float64(41.9), "longitude": mmdbtype.Float64(12.5)},
		},
		"2001:db8::/32": {"country": mmdbtype.Map{"iso_code": mmdbtype.String("JP")}},
	})
	anonymous := database(t, "GeoIP2-Anonymous-IP", map[string]mmdbtype.Map{
		"198.51.100.0/24": {"is_anonymous": mmdbtype.Bool(true), "is_tor_exit_node": mmdbtype.Bool(true)},
		"203.0.113.0/24":  {"is_hosting_provider": mmdbtype.Bool(true)},
	})
	networks := database(t, "GeoLite2-ASN", map[string]mmdbtype.Map{"192.0.2.0/24": {"autonomous_system_number": mmdbtype.Uint32(64500)}})
	d, err := risk.OpenPlaces(city, anonymous, networks)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, test := range []struct {
		addr, country, city string
		anonymous           bool
		network             uint32
		located             bool
	}{
		{"192.0.2.7", "IT", "Rome", false, 64500, true},
		{"::ffff:192.0.2.7", "IT", "Rome", false, 64500, true},
		{"2001:db8::1%eth0", "JP", "", false, 0, false},
		{"198.51.100.1", "", "", true, 0, false},
		{"203.0.113.1", "", "", false, 0, false},
	} {
		p, err := d.Look(netip.MustParseAddr(test.addr))
		if err != nil {
			t.Fatalf("%s: %v", test.addr, err)
		}
		if p.Country != test.country || !p.CountryKnown || p.City != test.city || !p.AnonymousKnown || p.Anonymous != test.anonymous || p.Network != test.network || (p.Point != nil) != test.located {
			t.Errorf("%s: %+v", test.addr, p)
		}
	}
	if p, err := d.Look(netip.Addr{}); err != nil || p.CountryKnown {
		t.Errorf("no address: %+v, %v", p, err)
	}
}

// Without a database of countries there is no country, rather than none.
func TestUnknownCountry(t *testing.T) {
	d, err := risk.OpenPlaces(database(t, "GeoIP2-Anonymous-IP", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	p, err := d.Look(netip.MustParseAddr("192.0.2.7"))
	if err != nil || p.CountryKnown || !p.AnonymousKnown || p.Anonymous {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestOpenPlacesRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "x.mmdb")
	if err := os.WriteFile(text, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := database(t, "GeoLite2-Country", nil)
	for _, path := range []string{filepath.Join(t.TempDir(), "absent.mmdb"), text, database(t, "Weather", nil)} {
		if _, err := risk.OpenPlaces(good, path); err == nil {
			t.Errorf("%s is accepted", path)
		}
	}
}

func TestDistance(t *testing.T) {
	rome, brasilia := risk.Point{Latitude: 41.9, Longitude: 12.5}, risk.Point{Latitude: -15.8, Longitude: -47.9}
	if d := rome.Distance(brasilia); math.Abs(d-8900) > 100 {
		t.Errorf("Rome to Brasilia: %.0f km", d)
	}
	if d := rome.Distance(rome); d != 0 {
		t.Errorf("Rome to Rome: %f km", d)
	}
	if d := (risk.Point{Latitude: 0, Longitude: 179}).Distance(risk.Point{Latitude: 0, Longitude: -179}); math.Abs(d-222) > 2 {
		t.Errorf("over the date line: %.0f km", d)
	}
}

func FuzzDatabase(f *testing.F) {
	path := database(f, "GeoLite2-Country", map[string]mmdbtype.Map{"192.0.2.0/24": {"country": mmdbtype.Map{"iso_code": mmdbtype.String("IT")}}})
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "f.mmdb")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := risk.OpenPlaces(path)
		if err != nil {
			return
		}
		_, _ = d.Look(netip.MustParseAddr("192.0.2.7"))
		_ = d.Close()
	})
}
