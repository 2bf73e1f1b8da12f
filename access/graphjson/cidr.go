package graphjson

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// ParseCIDR returns the addresses of a block such as 192.0.2.0/24. Host bits are
// masked, and a block of IPv4 addresses written as IPv6 is one of IPv4 (CA-64).
func ParseCIDR(s string) (access.Range, error) {
	p, err := netip.ParsePrefix(strings.TrimSpace(s))
	if err != nil {
		return access.Range{}, fmt.Errorf("found %s, expected a block of addresses such as 192.0.2.0/24 or 2001:db8::/32", strconv.Quote(shorten(s)))
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	p = p.Masked()
	return access.Range{First: p.Addr(), Last: lastAddress(p)}, nil
}

// lastAddress returns the highest address of a masked block.
func lastAddress(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// cidr returns the block that r is, if it is one.
func cidr(r access.Range) (string, bool) {
	for bits := r.First.BitLen(); bits >= 0; bits-- {
		p := netip.PrefixFrom(r.First, bits)
		if p.Masked().Addr() != r.First {
			break
		}
		if lastAddress(p) == r.Last {
			return p.String(), true
		}
	}
	return "", false
}
