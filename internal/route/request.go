package route

import (
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// Request is what the router knows of a request. A front that learns more of
// it adds it, for the record.
type Request struct {
	// ID is the request's own GUID: trace_id, x-ms-request-id and the id of
	// the sign-in record. Correlation joins the requests of one attempt; it
	// is the client's if that is a GUID (SI-200), else empty.
	ID, Correlation string
	// Address is the client's; the zero Addr: not known.
	Address netip.Addr
	Began   time.Time
	// Code is the result code of the answer; zero: success, or none.
	Code int

	notes  []slog.Attr
	header http.Header // of the answer
	echo   bool        // the client wants its correlation id back
}

// requestKey is the key of a request's context.
type requestKey struct{}

// Of returns what the router knows of a request; a fresh Request if it did not
// come through one.
func Of(q *http.Request) *Request {
	if seen, ok := q.Context().Value(requestKey{}).(*Request); ok {
		return seen
	}
	return &Request{header: http.Header{}}
}

// Note adds a member to the request's log record. It must tell no secret and
// nothing of a person.
func (s *Request) Note(key, value string) { s.notes = append(s.notes, slog.String(key, value)) }

// Correlate takes a client's correlation id, if it is a GUID.
func (s *Request) Correlate(id string) {
	if id = strings.ToLower(id); len(id) == 36 && uuid.Validate(id) == nil {
		s.Correlation = id
		s.echoCorrelation()
	}
}

func (s *Request) echoCorrelation() {
	if s.echo && s.Correlation != "" {
		s.header.Set("client-request-id", s.Correlation)
	}
}

// read finds out what can be known of a request before its body is read.
func (r *Router) read(w http.ResponseWriter, q *http.Request) *Request {
	seen := &Request{Began: r.options.Now(), Address: r.address(q), header: w.Header()}
	if id, err := uuid.NewRandomFromReader(r.options.Random); err == nil {
		seen.ID = id.String()
	}
	query := q.URL.Query()
	for _, value := range []string{q.Header.Get("return-client-request-id"), query.Get("return-client-request-id")} {
		seen.echo = seen.echo || strings.EqualFold(value, "true")
	}
	seen.Correlate(query.Get("client-request-id"))
	seen.Correlate(q.Header.Get("client-request-id"))
	w.Header().Set("x-ms-request-id", seen.ID)
	return seen
}

// Form reads the parameters of a posted form; those of the address are not
// among them. It fails with fault.Invalid if the body is no form or, for which
// TooLong asks, longer than the route allows.
func Form(q *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, fault.New(fault.Invalid, "The body is %q; application/x-www-form-urlencoded is expected.", q.Header.Get("Content-Type"))
	}
	if err := q.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read a form: %w", err), "The body is not a form.")
	}
	seen := Of(q)
	seen.echo = seen.echo || strings.EqualFold(q.PostForm.Get("return-client-request-id"), "true")
	if seen.Correlation == "" {
		seen.Correlate(q.PostForm.Get("client-request-id"))
	}
	seen.echoCorrelation()
	return q.PostForm, nil
}

// TooLong reports whether an error says that a body was longer than the route
// allows (413).
func TooLong(err error) bool {
	var long *http.MaxBytesError
	return errors.As(err, &long)
}
