package loggen

import (
	"math/rand/v2"
	"net/netip"
)

// city is where people are.
type city struct {
	name, state, country string
	lat, lon             float64
}

// The tenant has offices in the first six; people travel to the others, which
// its policy does not allow without approval.
var cities = []city{
	{"Berlin", "Berlin", "DE", 52.5169, 13.3888},
	{"Munich", "Bavaria", "DE", 48.1374, 11.5755},
	{"Paris", "Île-de-France", "FR", 48.8566, 2.3522},
	{"Lyon", "Auvergne-Rhône-Alpes", "FR", 45.7640, 4.8357},
	{"Rome", "Lazio", "IT", 41.9028, 12.4964},
	{"Milan", "Lombardy", "IT", 45.4642, 9.1900},
	{"Madrid", "Madrid", "ES", 40.4168, -3.7038},
	{"London", "England", "GB", 51.5074, -0.1278},
	{"Ōsaka", "Osaka", "JP", 34.6937, 135.5022},
	{"New York", "New York", "US", 40.7128, -74.0060},
}

const offices = 6

// farCities are where attacks come from.
var farCities = []city{
	{"Ashburn", "Virginia", "US", 39.0438, -77.4874},
	{"Amsterdam", "North Holland", "NL", 52.3676, 4.9041},
	{"Singapore", "Singapore", "SG", 1.3521, 103.8198},
	{"São Paulo", "São Paulo", "BR", -23.5505, -46.6333},
	{"Toronto", "Ontario", "CA", 43.6532, -79.3832},
	{"Sydney", "New South Wales", "AU", -33.8688, 151.2093},
}

// spot is a network at a place.
type spot struct {
	addr netip.Addr
	asn  uint32
	city *city
	name string // of the named location, if any
}

func v4(a, b, c, d int) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(a), byte(b), byte(c), byte(d)})
}

// officeSpot is an office's way out, which all who are there share.
func officeSpot(office int) spot {
	return spot{addr: v4(203, 0, 113, 10+office), asn: 64512 + uint32(office), city: &cities[office], name: "Offices"}
}

// vpnSpot is the tenant's VPN: whoever uses it seems to be in Berlin.
func vpnSpot(n int) spot {
	return spot{addr: v4(198, 51, 100, 20+n%4), asn: 64520, city: &cities[0], name: "Offices"}
}

// homeSpot is somebody's home, by number; every fourth one has IPv6.
func homeSpot(n int, at *city) spot {
	asn := 64600 + uint32(at.lat)%7
	if n%4 == 3 {
		b := [16]byte{0x20, 0x01, 0x0d, 0xb8, byte(n >> 16), byte(n >> 8), byte(n), 1}
		b[15] = byte(1 + n%200)
		return spot{addr: netip.AddrFrom16(b), asn: asn, city: at}
	}
	return spot{addr: v4(100, 64+n>>8&63, n&255, 10+n%200), asn: asn, city: at}
}

// carrierSpot is a phone on the move; the address changes from time to time.
func carrierSpot(rng *rand.Rand, at *city) spot {
	return spot{addr: v4(198, 18+rng.IntN(2), rng.IntN(256), rng.IntN(256)), asn: 64700 + uint32(at.lon+200)%11, city: at}
}

// hotelSpot is a place that somebody visits.
func hotelSpot(rng *rand.Rand, at *city) spot {
	return spot{addr: v4(192, 0, 2, rng.IntN(256)), asn: 64800 + uint32(at.lat+90)%9, city: at}
}

// lairSpot is a rented server.
func lairSpot(rng *rand.Rand) spot {
	return spot{addr: v4(240+rng.IntN(14), rng.IntN(256), rng.IntN(256), rng.IntN(256)), asn: 65000 + uint32(rng.IntN(200)), city: &farCities[rng.IntN(len(farCities))]}
}
