package directory

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// RedirectType is what kind of client owns a redirect URI. It decides client
// authentication, refresh lifetime and cross-origin use (SI-531).
type RedirectType string

// The types, with Graph's names.
const (
	RedirectWeb    RedirectType = "web"
	RedirectSPA    RedirectType = "spa"
	RedirectPublic RedirectType = "publicClient"
)

// RedirectURIs are an app's reply addresses by type.
type RedirectURIs struct {
	Web    []string `json:"web,omitempty"`
	SPA    []string `json:"spa,omitempty"`
	Public []string `json:"publicClient,omitempty"`
}

// Limits of SI-530.
const (
	longestRedirect = 256
	mostRedirects   = 256
)

// place is where a URI is registered.
type place struct {
	t     RedirectType
	index int
}

// all yields the URIs with their places, web first.
func (r *RedirectURIs) all(yield func(place, string) bool) {
	for _, list := range []struct {
		t    RedirectType
		uris []string
	}{{RedirectWeb, r.Web}, {RedirectSPA, r.SPA}, {RedirectPublic, r.Public}} {
		for i, uri := range list.uris {
			if !yield(place{list.t, i}, uri) {
				return
			}
		}
	}
}

// Match returns the type under which a requested redirect URI is registered,
// and whether it is (50011). Strings must be equal, letter case included; only
// the port of a loopback address is free (SI-530, RFC 8252 §7.3).
func (r *RedirectURIs) Match(requested string) (RedirectType, bool) {
	if len(requested) > longestRedirect || strings.Contains(requested, "#") {
		return "", false
	}
	loose := withoutLoopbackPort(requested)
	for at, uri := range r.all {
		if uri == requested || loose != "" && withoutLoopbackPort(uri) == loose {
			return at.t, true
		}
	}
	return "", false
}

// Empty reports whether the app has no reply address (500113).
func (r *RedirectURIs) Empty() bool { return len(r.Web)+len(r.SPA)+len(r.Public) == 0 }

// withoutLoopbackPort returns an http address on a loopback host without its
// port, or "" for any other address.
func withoutLoopbackPort(uri string) string {
	rest, found := strings.CutPrefix(uri, "http://")
	if !found {
		return ""
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, tail := rest[:end], rest[end:]
	for _, loopback := range []string{"localhost", "127.0.0.1", "[::1]"} {
		port, found := strings.CutPrefix(host, loopback)
		if found && (port == "" || isPort(port)) {
			return "http://" + loopback + tail
		}
	}
	return ""
}

// isPort reports whether s is a colon and a port number.
func isPort(s string) bool {
	if len(s) < 2 || len(s) > 6 || s[0] != ':' {
		return false
	}
	n := 0
	for _, c := range []byte(s[1:]) {
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n > 0 && n <= 65535
}

func (r *RedirectURIs) check(c *fault.Check) {
	total := len(r.Web) + len(r.SPA) + len(r.Public)
	c.Require(total <= mostRedirects, "redirectUris", "has %d entries; at most %d are allowed", total, mostRedirects)
	owner := map[string]RedirectType{}
	for at, uri := range r.all {
		path := fmt.Sprintf("redirectUris.%s[%d]", at.t, at.index)
		checkRedirect(c, path, uri, at.t)
		if other, taken := owner[uri]; taken {
			c.Add(path, "%q is registered as %s already", uri, other)
		}
		owner[uri] = at.t
	}
}

// checkRedirect reports what SI-530 forbids in a registration.
func checkRedirect(c *fault.Check, path, uri string, t RedirectType) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme == "" {
		c.Add(path, "%q is not an absolute URI", uri)
		return
	}
	c.Require(len(uri) <= longestRedirect, path, "has %d bytes; at most %d are allowed", len(uri), longestRedirect)
	c.Require(!strings.Contains(uri, "#"), path, "%q has a fragment", uri)
	c.Require(!strings.ContainsAny(uri, "!$'(),;*\\ \t\r\n"), path, "%q has a character that is not allowed in a reply address", uri)
	c.Require(parsed.User == nil, path, "%q has a user name", uri)
	c.Require(!slices.Contains([]string{"javascript", "data", "vbscript", "file", "blob", "about"}, strings.ToLower(parsed.Scheme)), path, "%q has a scheme that a browser runs or opens itself", uri)
	switch {
	case parsed.Scheme == "https":
		c.Require(parsed.Host != "", path, "%q has no host", uri)
	case parsed.Scheme == "http":
		c.Require(withoutLoopbackPort(uri) != "", path, "%q is not encrypted; https is expected except for localhost", uri)
	default:
		c.Require(t == RedirectPublic, path, "%q has a scheme of its own, which only a public client may have", uri)
	}
}
