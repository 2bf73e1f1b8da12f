package route

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// address returns the client's address, or the zero Addr if it is not known.
//
// A connection that does not come from a proxy of ours is the client's own,
// whatever its headers say. One that does carries the client in
// X-Forwarded-For, to which each proxy appends whom it was called by: the last
// entry that is no proxy of ours is the client, and everything before it is
// what the client made up. A proxy that says nothing makes the client unknown:
// taking the proxy's own address would put every client into its network.
func (r *Router) address(q *http.Request) netip.Addr {
	peer, ok := readAddress(q.RemoteAddr)
	if !ok {
		return netip.Addr{}
	}
	if !r.trusted(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(q.Header.Values("X-Forwarded-For"), ","), ",")
	client := netip.Addr{}
	for _, hop := range slices.Backward(hops) {
		if client, ok = readAddress(strings.TrimSpace(hop)); !ok {
			return netip.Addr{}
		}
		if !r.trusted(client) {
			break
		}
	}
	return client
}

// trusted reports whether an address is a proxy of ours.
func (r *Router) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(r.options.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// readAddress reads an address with or without a port, as IPv4 where it is one
// inside IPv6, without a zone.
func readAddress(text string) (netip.Addr, bool) {
	host := text
	if h, _, err := net.SplitHostPort(text); err == nil {
		host = h
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a.Unmap().WithZone(""), err == nil
}
