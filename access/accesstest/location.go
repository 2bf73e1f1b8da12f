package accesstest

import (
	"net/netip"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// location reads
//
//	location "HQ" [trusted] 203.0.113.0/24 2001:db8::1-2001:db8::9
//	location "Home" countries DE FR [unknown] [gps]
//	location "Our network" compliantNetwork
func (p *parser) location(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	args := n.args()
	if len(args) == 0 {
		return n.after().errorf("expected the location's name")
	}
	name, args := args[0], args[1:]
	if name.kind == object {
		return p.graphLocation(name)
	}
	for _, known := range p.locations {
		if strings.EqualFold(known.DisplayName, name.text) {
			return name.errorf("a location %q stands above already", name.text)
		}
	}
	l := access.Location{ID: access.LocationID(stable(aLocation, name.text)), DisplayName: name.text}
	var err error
	switch {
	case len(args) > 0 && args[0].is("countries"):
		err = countries(&l, args[1:])
	case len(args) > 0 && args[0].is("compliantNetwork"):
		l.CompliantNetwork = true
		if len(args) > 1 {
			err = args[1].errorf("found %s after compliantNetwork, expected the line to end", args[1].shown())
		}
	case len(args) > 0 && args[0].is("trusted"):
		l.Trusted = true
		l.Ranges, err = ranges(args[1:])
	default:
		l.Ranges, err = ranges(args)
	}
	if err != nil {
		return err
	}
	p.locations = append(p.locations, l)
	p.names.bind(aLocation, name.text, string(l.ID))
	return nil
}

func countries(l *access.Location, args []token) error {
	l.IsCountry = true
	for _, t := range args {
		switch {
		case t.is("unknown"):
			l.IncludeUnknown = true
		case t.is("gps"):
			l.ByGPS = true
		default:
			c, err := countryCode(t)
			if err != nil {
				return err
			}
			l.Countries = append(l.Countries, c)
		}
	}
	return nil
}

func countryCode(t token) (string, error) {
	letter := func(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
	if len(t.text) != 2 || !letter(t.text[0]) || !letter(t.text[1]) {
		return "", t.errorf("found %s, expected a country's two letters, such as DE", t.shown())
	}
	return strings.ToUpper(t.text), nil
}

// ranges reads CIDR blocks, single addresses and pairs first-last.
func ranges(args []token) ([]access.Range, error) {
	var out []access.Range
	for _, t := range args {
		r, ok := addressRange(t.text)
		if !ok {
			return nil, t.errorf("found %s, expected an address range: 203.0.113.0/24, 2001:db8::/32 or 192.0.2.1-192.0.2.9", t.shown())
		}
		out = append(out, r)
	}
	return out, nil
}

func addressRange(s string) (access.Range, bool) {
	if from, to, pair := strings.Cut(s, "-"); pair {
		first, err := netip.ParseAddr(from)
		last, err2 := netip.ParseAddr(to)
		ok := err == nil && err2 == nil && first.Is4() == last.Is4() && !last.Less(first)
		return access.Range{First: first, Last: last}, ok
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return access.Range{First: a, Last: a}, true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return access.Range{}, false
	}
	first := p.Masked().Addr()
	last := first.AsSlice()
	for i := p.Bits(); i < len(last)*8; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	end, _ := netip.AddrFromSlice(last)
	return access.Range{First: first, Last: end}, true
}
