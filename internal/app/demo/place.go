package demo

import (
	"net/netip"

	"github.com/sallyport-id/sallyport/internal/risk"
)

// place is somewhere to come from.
type place struct {
	Key, Name string
	// Address is what the server sees; the zero Addr: the visitor's own.
	Address netip.Addr
	// Met is what the visitor will meet there.
	Met string
}

// places are somewhere to come from. Their addresses are of the networks that
// are set aside for documentation (RFC 5737): nobody is there.
var places = []place{
	{Key: "here", Name: "This machine", Met: "an office, like any address of this machine"},
	{Key: "milan", Name: "The office in Milan", Address: netip.MustParseAddr("203.0.113.10"), Met: "a trusted network"},
	{Key: "osaka", Name: "A hotel in Osaka", Address: netip.MustParseAddr("198.51.100.20"), Met: "a country where we work"},
	{Key: "sydney", Name: "A café in Sydney", Address: netip.MustParseAddr("198.51.100.200"), Met: "a country where we do not work: D02"},
	{Key: "sea", Name: "A ship at sea", Address: netip.MustParseAddr("192.0.2.10"), Met: "no country at all: D02"},
	{Key: "tor", Name: "An anonymising network", Address: netip.MustParseAddr("192.0.2.200"), Met: "a risky sign-in: D07"},
}

// atlas is what is known of the demo's networks.
var atlas = []struct {
	network netip.Prefix
	place   risk.Place
}{
	{netip.MustParsePrefix("203.0.113.0/24"), risk.Place{Country: "IT", CountryKnown: true, City: "Milan", AnonymousKnown: true, Point: &risk.Point{Latitude: 45.46, Longitude: 9.19}, Network: 64496}},
	{netip.MustParsePrefix("198.51.100.0/25"), risk.Place{Country: "JP", CountryKnown: true, City: "Osaka", AnonymousKnown: true, Point: &risk.Point{Latitude: 34.69, Longitude: 135.5}, Network: 64497}},
	{netip.MustParsePrefix("198.51.100.128/25"), risk.Place{Country: "AU", CountryKnown: true, City: "Sydney", AnonymousKnown: true, Point: &risk.Point{Latitude: -33.87, Longitude: 151.21}, Network: 64498}},
	{netip.MustParsePrefix("192.0.2.0/25"), risk.Place{CountryKnown: true, AnonymousKnown: true, Network: 64499}},
	{netip.MustParsePrefix("192.0.2.128/25"), risk.Place{Country: "FR", CountryKnown: true, AnonymousKnown: true, Anonymous: true, Network: 64500}},
}

// Places knows where the demo's addresses are, and asks another Places, which
// may be nil, about all others.
func Places(others risk.Places) risk.Places { return pretended{others} }

type pretended struct{ others risk.Places }

// Look returns what is known of an address.
func (p pretended) Look(addr netip.Addr) (risk.Place, error) {
	for _, known := range atlas {
		if known.network.Contains(addr.Unmap()) {
			return known.place, nil
		}
	}
	if p.others == nil {
		return risk.Place{}, nil
	}
	return p.others.Look(addr)
}
