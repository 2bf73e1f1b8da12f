package graphjson

import (
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Location is a named location with what Graph stores beside its meaning.
type Location struct {
	access.Location

	Created  time.Time
	Modified time.Time
	Deleted  bool // in the recycle bin

	// Origin is what the location was read from; nil for one made from scratch.
	Origin *Node
	// Path is the JSON path of Origin in its text.
	Path string
}

// DecodeLocation reads the named location n, which stands at path in its text.
// The error is Errors: a bad range, country or kind. There is no location that
// is partly understood.
func DecodeLocation(n *Node, path string) (Location, error) {
	l, errs := decodeLocation(n, path)
	return l, errs.orNil()
}

func decodeLocation(n *Node, path string) (Location, Errors) {
	l := Location{Origin: n, Path: path}
	if n.Kind() != Object {
		return l, Errors{n.Errorf(path, "found %s, expected a named location", describe(n))}
	}
	r := &reader{prefix: path}
	o := &object{r: r, n: n}
	l.ID = access.LocationID(o.text("id"))
	l.DisplayName = o.text("displayName")
	l.Created, l.Modified = o.instant("createdDateTime"), o.instant("modifiedDateTime")
	l.Deleted = o.text("deletedDateTime") != ""
	switch kind := o.locationKind(); kind {
	case ipLocation:
		l.Ranges, l.Trusted = o.ranges(), o.truth("isTrusted")
	case countryLocation:
		l.IsCountry = true
		l.Countries = o.countries()
		l.IncludeUnknown = o.truth("includeUnknownCountriesAndRegions")
		l.ByGPS = o.lookupByGPS()
	case compliantLocation:
		l.CompliantNetwork = true
	default:
		r.fail(n, "", "found %s, expected a named location of the kind %s, %s or %s", describe(o.n.Member("@odata.type")), ipLocation, countryLocation, compliantLocation)
	}
	return l, append(n.Duplicates(), r.errs...)
}

// The kinds of named locations, as @odata.type names them.
const (
	ipLocation        = "ipNamedLocation"
	countryLocation   = "countryNamedLocation"
	compliantLocation = "compliantNetworkNamedLocation"
)

// locationKind returns the kind by @odata.type, or else by what the object has.
func (o *object) locationKind() string {
	if t := odataType(o.n); t != "" {
		for _, kind := range []string{ipLocation, countryLocation, compliantLocation} {
			if strings.EqualFold(t, kind) {
				return kind
			}
		}
		if !strings.EqualFold(t, "namedLocation") {
			return t
		}
	}
	switch {
	case has(o.n, "ipRanges"):
		return ipLocation
	case has(o.n, "countriesAndRegions"):
		return countryLocation
	case has(o.n, "compliantNetworkType"):
		return compliantLocation
	}
	return ""
}

func (o *object) lookupByGPS() bool {
	before := len(o.r.unrecognised)
	byGPS := o.choice("countryLookupMethod", "clientIpAddress", "authenticatorAppGps") == 1
	if len(o.r.unrecognised) > before {
		o.wrong(o.member("countryLookupMethod"), "countryLookupMethod", "clientIpAddress or authenticatorAppGps")
	}
	return byGPS
}

func (o *object) countries() []string {
	var list []string
	o.each("countriesAndRegions", func(n *Node, path string) {
		c := strings.ToUpper(strings.TrimSpace(n.text))
		if !isCountry(c) {
			o.r.fail(n, path, "found %s, expected a two-letter country code", describe(n))
			return
		}
		list = append(list, c)
	})
	return list
}

// isCountry reports whether c looks like an ISO 3166 code in capitals.
func isCountry(c string) bool {
	return len(c) == 2 && 'A' <= c[0] && c[0] <= 'Z' && 'A' <= c[1] && c[1] <= 'Z'
}

func (o *object) ranges() []access.Range {
	items := o.items("ipRanges")
	if len(items) == 0 {
		return nil
	}
	list := make([]access.Range, 0, len(items))
	for i, n := range items {
		path := indexPath(o.within("ipRanges"), i)
		if n.Kind() != Object {
			o.r.fail(n, path, "found %s, expected an object with cidrAddress, or lowerAddress and upperAddress", describe(n))
			continue
		}
		r := &object{r: o.r, n: n, path: path}
		if r.member("cidrAddress") == nil {
			if v, ok := r.bounds(); ok {
				list = append(list, v)
			}
			continue
		}
		text := r.typed("cidrAddress", String)
		v, err := ParseCIDR(text.Text())
		if text != nil && err != nil {
			o.r.fail(text, r.within("cidrAddress"), "%v", err)
		}
		if text != nil && err == nil {
			list = append(list, v)
		}
	}
	return list
}

// bounds reads an iPv4Range or iPv6Range.
func (o *object) bounds() (access.Range, bool) {
	lower, first := o.address("lowerAddress")
	upper, last := o.address("upperAddress")
	switch {
	case !first.IsValid() || !last.IsValid():
		return access.Range{}, false
	case first.Is4() != last.Is4():
		o.r.fail(upper, o.within("upperAddress"), "found %s, expected an address of the family of %s", describe(upper), lower.text)
		return access.Range{}, false
	case last.Less(first):
		o.r.fail(upper, o.within("upperAddress"), "found %s, expected no address below %s", describe(upper), lower.text)
		return access.Range{}, false
	}
	return access.Range{First: first, Last: last}, true
}

func (o *object) address(name string) (*Node, netip.Addr) {
	n := o.typed(name, String)
	if n == nil {
		if o.member(name) == nil {
			o.r.fail(o.n, o.within(name), "found nothing, expected an address")
		}
		return nil, netip.Addr{}
	}
	a, err := netip.ParseAddr(strings.TrimSpace(n.text))
	if err != nil || a.Zone() != "" {
		o.r.fail(n, o.within(name), "found %s, expected an address", describe(n))
		return n, netip.Addr{}
	}
	return n, a.Unmap()
}
