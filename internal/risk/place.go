package risk

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Place is what is known of an address.
type Place struct {
	// Country is an ISO code in capitals; empty with CountryKnown: the
	// address maps to none.
	Country      string
	CountryKnown bool
	City         string
	// Anonymous: a proxy, VPN or Tor exit that hides where people are;
	// meaningful with AnonymousKnown.
	Anonymous, AnonymousKnown bool
	// Point is where that is on earth; nil: not known.
	Point *Point
	// Network is the number of the autonomous system; zero: not known.
	Network uint32
}

// Point is a place on earth, in degrees.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Places looks addresses up. It must be safe for concurrent use. An address
// that it knows nothing of is the zero Place; an error is a broken database.
type Places interface {
	Look(netip.Addr) (Place, error)
}

// Databases is a Places that reads MaxMind DB files: of countries or cities,
// of anonymous addresses, of autonomous systems; GeoLite2, GeoIP2, DB-IP and
// others of the same shape.
type Databases struct {
	countries, anonymous, networks []*maxminddb.Reader
}

// OpenPlaces opens MaxMind DB files and recognises what each is about by its
// type. It fails if a file is no such database, or is about something else.
func OpenPlaces(paths ...string) (*Databases, error) {
	d := &Databases{}
	for _, path := range paths {
		reader, err := maxminddb.Open(path)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open address database %s: %w", path, err), d.Close())
		}
		switch kind := strings.ToLower(reader.Metadata.DatabaseType); {
		case strings.Contains(kind, "anonymous"):
			d.anonymous = append(d.anonymous, reader)
		case strings.Contains(kind, "asn") || strings.Contains(kind, "isp"):
			d.networks = append(d.networks, reader)
		case strings.Contains(kind, "country") || strings.Contains(kind, "city") || strings.Contains(kind, "enterprise") || strings.Contains(kind, "location"):
			d.countries = append(d.countries, reader)
		default:
			err := fmt.Errorf("open address database %s: it is of type %q; one of countries, cities, anonymous addresses or autonomous systems is expected", path, reader.Metadata.DatabaseType)
			return nil, errors.Join(err, reader.Close(), d.Close())
		}
	}
	return d, nil
}

// Close closes the files.
func (d *Databases) Close() error {
	var errs []error
	for _, list := range [][]*maxminddb.Reader{d.countries, d.anonymous, d.networks} {
		for _, r := range list {
			errs = append(errs, r.Close())
		}
	}
	return errors.Join(errs...)
}

// locationRecord is what a database of countries or cities says.
type locationRecord struct {
	Country struct {
		ISOCode string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	City struct {
		Names struct {
			English string `maxminddb:"en"`
		} `maxminddb:"names"`
	} `maxminddb:"city"`
	Location struct {
		Latitude  *float64 `maxminddb:"latitude"`
		Longitude *float64 `maxminddb:"longitude"`
	} `maxminddb:"location"`
	Traits struct {
		Anonymous *bool `maxminddb:"is_anonymous_proxy"`
	} `maxminddb:"traits"`
}

// anonymousRecord is what a database of anonymous addresses says; what is not
// in it is not anonymous.
type anonymousRecord struct {
	Anonymous bool `maxminddb:"is_anonymous"`
	Tor       bool `maxminddb:"is_tor_exit_node"`
	VPN       bool `maxminddb:"is_anonymous_vpn"`
	Proxy     bool `maxminddb:"is_public_proxy"`
}

// Look returns what the databases know of an address.
func (d *Databases) Look(addr netip.Addr) (Place, error) {
	var p Place
	if !addr.IsValid() {
		return p, nil
	}
	addr = addr.Unmap().WithZone("")
	for _, reader := range d.countries {
		var r locationRecord
		found := reader.Lookup(addr)
		if err := found.Decode(&r); err != nil {
			return Place{}, fmt.Errorf("look %s up: %w", addr, err)
		}
		p.addLocation(&r)
	}
	for _, reader := range d.anonymous {
		var r anonymousRecord
		if err := reader.Lookup(addr).Decode(&r); err != nil {
			return Place{}, fmt.Errorf("look %s up: %w", addr, err)
		}
		p.AnonymousKnown = true
		p.Anonymous = p.Anonymous || r.Anonymous || r.Tor || r.VPN || r.Proxy
	}
	for _, reader := range d.networks {
		var r struct {
			Number uint32 `maxminddb:"autonomous_system_number"`
		}
		if err := reader.Lookup(addr).Decode(&r); err != nil {
			return Place{}, fmt.Errorf("look %s up: %w", addr, err)
		}
		p.Network = max(p.Network, r.Number)
	}
	return p, nil
}

// addLocation adds what one database says to what others said.
func (p *Place) addLocation(r *locationRecord) {
	p.CountryKnown = true
	if p.Country == "" {
		p.Country = strings.ToUpper(r.Country.ISOCode)
	}
	if p.City == "" {
		p.City = r.City.Names.English
	}
	if at := r.Location; p.Point == nil && at.Latitude != nil && at.Longitude != nil {
		p.Point = &Point{*at.Latitude, *at.Longitude}
	}
	if a := r.Traits.Anonymous; a != nil {
		p.AnonymousKnown, p.Anonymous = true, p.Anonymous || *a
	}
}

// earthRadius is the mean radius in kilometres.
const earthRadius = 6371

// Distance returns the kilometres along the earth between two points.
func (a Point) Distance(b Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Latitude-a.Latitude)*rad, (b.Longitude-a.Longitude)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Latitude*rad)*math.Cos(b.Latitude*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}
