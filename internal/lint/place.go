package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// place stands for all places that the policies cannot tell apart.
type place struct {
	ip        netip.Addr
	country   string // empty: the address maps to none
	compliant bool   // through the compliant network
	inside    []string
}

// String names the place for people.
func (p place) String() string {
	if len(p.inside) == 0 {
		return "from a place in no named location"
	}
	return "from " + strings.Join(p.inside, " and ")
}

// set enters the place into facts.
func (p place) set(f *access.Facts) {
	f.IP, f.Country, f.GPSCountry = access.Known(p.ip), access.Known(p.country), access.Known(p.country)
	f.CompliantNetwork = access.Known(p.compliant)
}

// nowhere is an address in no location, and a country in none: 192.0.0.0/24 is
// set aside for protocols and never anybody's, XX is no country.
var nowhere = place{ip: netip.MustParseAddr("192.0.0.8"), country: "XX"}

// placesOf returns one place for each combination of the locations that
// policies name, the place outside all of them first.
func placesOf(policies []access.Policy, src *access.Source) []place {
	var networks, countries []access.Location
	networkOnly := false
	for _, loc := range src.Locations {
		switch {
		case !slices.ContainsFunc(policies, func(p access.Policy) bool { return names(p.Conditions.Locations, &loc) }):
		case loc.CompliantNetwork:
			networkOnly = true
		case loc.IsCountry:
			countries = append(countries, loc)
		default:
			networks = append(networks, loc)
		}
	}
	if len(src.MFATrustedIPs) > 0 {
		networks = append(networks, access.Location{DisplayName: "the MFA trusted addresses", Ranges: src.MFATrustedIPs})
	}
	networkOnly = networkOnly || slices.ContainsFunc(policies, func(p access.Policy) bool {
		return names(p.Conditions.Locations, &access.Location{ID: access.LocationCompliantNetwork})
	})
	var all []place
	for _, region := range countryClasses(countries) {
		for _, a := range addressClasses(networks) {
			p := place{ip: a.ip, country: region.country, inside: slices.Concat(a.inside, region.inside)}
			all = append(all, p)
			if networkOnly {
				p.compliant, p.inside = true, append(slices.Clip(p.inside), "the compliant network")
				all = append(all, p)
			}
		}
	}
	return all
}

// addressClasses returns an address outside all locations and one for each set
// of locations that some address is in. The intersection of ranges, if it holds
// an address, begins where one of them does; what lies outside of one begins
// behind its end. So these are all the places to look.
func addressClasses(locations []access.Location) []place {
	starts := []netip.Addr{nowhere.ip}
	indexes := make([]ranges, len(locations))
	for i, loc := range locations {
		indexes[i] = sortRanges(loc.Ranges)
		for _, r := range loc.Ranges {
			starts = append(starts, r.First)
			if next := r.Last.Next(); next.IsValid() {
				starts = append(starts, next)
			}
		}
	}
	return classes(starts, locations,
		func(ip netip.Addr, i int) bool { return indexes[i].contains(ip) },
		func(ip netip.Addr) place { return place{ip: ip} })
}

// countryClasses returns a country in no location and one for each set of
// country locations that some country is in, the unknown country among them.
func countryClasses(locations []access.Location) []place {
	candidates := []string{nowhere.country, ""}
	for _, loc := range locations {
		candidates = append(candidates, loc.Countries...)
	}
	return classes(candidates, locations,
		func(country string, i int) bool {
			if country == "" {
				return locations[i].IncludeUnknown
			}
			return slices.ContainsFunc(locations[i].Countries, func(c string) bool { return strings.EqualFold(c, country) })
		},
		func(country string) place { return place{country: strings.ToUpper(country)} })
}

// classes returns a place for the first candidate of each set of locations.
func classes[T any](candidates []T, locations []access.Location, in func(T, int) bool, make func(T) place) []place {
	seen := map[string]bool{}
	var all []place
	for _, candidate := range candidates {
		p, key := make(candidate), ""
		for i := range locations {
			if in(candidate, i) {
				p.inside = append(p.inside, locations[i].DisplayName)
				key += fmt.Sprint(i, " ")
			}
		}
		if !seen[key] {
			seen[key] = true
			all = append(all, p)
		}
	}
	return all
}

// ranges are sorted and do not overlap.
type ranges []access.Range

func sortRanges(list []access.Range) ranges {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b access.Range) int { return a.First.Compare(b.First) })
	var merged ranges
	for _, r := range sorted {
		if n := len(merged); n > 0 && !merged[n-1].Last.Less(r.First) && merged[n-1].First.Is4() == r.First.Is4() {
			if merged[n-1].Last.Less(r.Last) {
				merged[n-1].Last = r.Last
			}
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

func (all ranges) contains(ip netip.Addr) bool {
	i := sort.Search(len(all), func(i int) bool { return !all[i].Last.Less(ip) })
	return i < len(all) && all[i].First.Compare(ip) <= 0 && all[i].First.Is4() == ip.Is4()
}
