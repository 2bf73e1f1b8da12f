// Package route is how a front mounts: the routes of all fronts on one router,
// and what is the same for each of them.
//
// The router gives every request its ids and the client's address, bounds its
// body, keeps browsers from being sent here by other sites, sets the headers
// that every answer has, turns a panic into an answer that tells nothing, and
// writes one record of it. A front declares where its routes differ (Rules).
package route

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options are what a Router needs to know.
type Options struct {
	// Origin is the server's address as its users know it, scheme and host
	// without a path: https://login.example. Whatever is written into an
	// answer comes from here; the Host header is the sender's to choose.
	Origin string
	// Proxies are the networks from which X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Embedded sends cookies with requests from other sites' frames
	// (SameSite=None), which silent sign-in of single-page apps needs
	// (SI-443). It takes https.
	Embedded bool
	// Now tells the time. Random makes request ids; nil: crypto/rand.
	Now    func() time.Time
	Random io.Reader
	// Log gets one record per request; nil: none is written. Addresses and
	// user agents are people's data and left out unless LogPersonal.
	Log         *slog.Logger
	LogPersonal bool
	// Observe is told of every request, for metrics; nil: nobody is.
	Observe func(Observation)
	// Fail answers where no front could: no such page, a forged post, a
	// failure of ours. nil: a line of text.
	Fail func(http.ResponseWriter, *http.Request, int)
}

// Observation is what is known of a request when it was answered.
type Observation struct {
	Method string
	// Route is the pattern that matched, without the method; empty: none.
	Route    string
	Status   int
	Code     int // the result code, if a front set one
	Duration time.Duration
}

// Front is a group of routes.
type Front interface {
	// Mount declares the front's routes; it is called once.
	Mount(*Router)
}

// Rules tell where a route differs from others. The zero Rules are those of a
// page: same site, small bodies, not cached, not framed.
type Rules struct {
	// CrossSite lets other sites post here; the route protects itself.
	CrossSite bool
	// Body is the longest body, in bytes; zero: 64 KiB.
	Body int64
}

const usualBody = 64 << 10

// Router routes requests to fronts. Declare all routes before it serves.
type Router struct {
	options Options
	secure  bool // the origin is https
	strict  bool // and not of this machine: browsers may insist on https
	forgery *http.CrossOriginProtection
	// The first segment of a path is either a word of ours or a tenant's
	// name. They need a ServeMux each: one refuses /{tenant}/saml2 beside
	// /static/, neither being more specific.
	words, tenants *http.ServeMux
	reserved       map[string]bool
}

// New returns a Router without routes. It fails if the origin is not one, or
// the options contradict each other.
func New(options Options) (*Router, error) {
	origin, err := url.Parse(options.Origin)
	switch {
	case err != nil || origin.Host == "" || origin.Scheme != "https" && origin.Scheme != "http" ||
		strings.TrimSuffix(options.Origin, "/") != origin.Scheme+"://"+origin.Host:
		return nil, fmt.Errorf("set the router up: %q is not an origin; scheme and host are expected, as in https://login.example", options.Origin)
	case options.Embedded && origin.Scheme != "https":
		return nil, errors.New("set the router up: cookies for other sites' frames take https")
	case options.Now == nil:
		return nil, errors.New("set the router up: a clock is required")
	}
	options.Origin = strings.TrimSuffix(options.Origin, "/")
	if options.Random == nil {
		options.Random = rand.Reader
	}
	if options.Fail == nil {
		options.Fail = failPlainly
	}
	r := &Router{
		options: options, secure: origin.Scheme == "https", strict: origin.Scheme == "https" && !ofThisMachine(origin.Hostname()),
		forgery: http.NewCrossOriginProtection(),
		words:   http.NewServeMux(), tenants: http.NewServeMux(), reserved: map[string]bool{},
	}
	if err := r.forgery.AddTrustedOrigin(options.Origin); err != nil {
		return nil, fmt.Errorf("set the router up: %w", err)
	}
	return r, nil
}

// Origin returns the server's address, without a slash at its end.
func (r *Router) Origin() string { return r.options.Origin }

// Secure reports whether people reach the server by https.
func (r *Router) Secure() bool { return r.secure }

// Now returns the time.
func (r *Router) Now() time.Time { return r.options.Now() }

// Handle declares a route by http.ServeMux's patterns. A path that begins with
// a word takes the word from the tenants, for which every path begins with a
// parameter. It panics, as ServeMux does, if the pattern is malformed or
// taken: that is a mistake in a front.
func (r *Router) Handle(pattern string, rules Rules, handler http.HandlerFunc) {
	path := pattern
	if _, rest, found := strings.Cut(pattern, " "); found {
		path = strings.TrimSpace(rest)
	}
	h := r.guard(rules, handler)
	word := firstSegment(path)
	if strings.HasPrefix(word, "{") && word != "{$}" {
		r.tenants.Handle(pattern, h)
		return
	}
	if word == "{$}" {
		word = ""
	}
	r.reserved[word] = true
	r.words.Handle(pattern, h)
}

// Reserved reports whether a first segment is a word of a front, so that no
// tenant can be reached by that name.
func (r *Router) Reserved(name string) bool { return r.reserved[name] }

// guard puts a route's own protections before its handler.
func (r *Router) guard(rules Rules, handler http.Handler) http.Handler {
	limit := rules.Body
	if limit == 0 {
		limit = usualBody
	}
	bounded := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		q.Body = http.MaxBytesReader(w, q.Body, limit)
		handler.ServeHTTP(w, q)
	})
	if rules.CrossSite {
		return bounded
	}
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if err := r.forgery.Check(q); err != nil {
			r.Fail(w, q, http.StatusForbidden)
			return
		}
		bounded.ServeHTTP(w, q)
	})
}

// Fail answers that there is nothing to answer: by page or by a line of text.
func (r *Router) Fail(w http.ResponseWriter, q *http.Request, status int) {
	r.options.Fail(w, q, status)
}

// failPlainly answers with what a person may report to the operator.
func failPlainly(w http.ResponseWriter, q *http.Request, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	text := http.StatusText(status)
	if status >= http.StatusInternalServerError {
		text = "Something went wrong on our side"
	}
	fmt.Fprintf(w, "%s. Request id: %s\n", text, Of(q).ID)
}

// ServeHTTP answers a request.
func (r *Router) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	seen := r.read(w, q)
	a := &answer{ResponseWriter: w}
	q = q.WithContext(context.WithValue(q.Context(), requestKey{}, seen))
	r.setHeaders(a.Header(), seen)
	defer r.finish(a, q, seen)
	mux := r.tenants
	if r.reserved[firstSegment(q.URL.Path)] {
		mux = r.words
	}
	handler, pattern := mux.Handler(q)
	if pattern == "" {
		// ServeMux answers what it does not know in its own words; only its
		// status and its Allow header are of use.
		probe := &answer{ResponseWriter: discard{a.Header()}}
		handler.ServeHTTP(probe, q)
		r.Fail(a, q, max(probe.status, http.StatusNotFound))
		return
	}
	mux.ServeHTTP(a, q)
}

// firstSegment returns the first segment of a path.
func firstSegment(path string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return word
}

// ofThisMachine reports whether a host is reached without a network.
func ofThisMachine(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
