package route

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
)

// answer remembers what was answered.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// discard takes an answer that nobody gets, except for its headers.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// finish ends a request: it answers for a handler that panicked, and writes
// the one record.
func (r *Router) finish(a *answer, q *http.Request, seen *Request) {
	failure := recover()
	if failure == http.ErrAbortHandler {
		r.record(a, q, seen)
		panic(failure)
	}
	if failure != nil {
		r.logPanic(failure, seen)
		if a.status == 0 {
			a.Header().Del("Set-Cookie")
			r.Fail(a, q, http.StatusInternalServerError)
		}
	}
	r.record(a, q, seen)
}

// logPanic tells the operator where it happened. What a panic says may hold
// anything, a request's secrets included; only the runtime's own words are
// safe.
func (r *Router) logPanic(failure any, seen *Request) {
	if r.options.Log == nil {
		return
	}
	what := fmt.Sprintf("%T", failure)
	if err, ok := failure.(runtime.Error); ok {
		what = err.Error()
	}
	r.options.Log.Error("panic", slog.String("request_id", seen.ID), slog.String("panic", what), slog.String("stack", string(debug.Stack())))
}

// record writes the request's log record and tells the metrics.
func (r *Router) record(a *answer, q *http.Request, seen *Request) {
	took := r.options.Now().Sub(seen.Began)
	pattern := q.Pattern
	if _, path, found := strings.Cut(pattern, " "); found {
		pattern = path
	}
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	if r.options.Observe != nil {
		r.options.Observe(Observation{Method: q.Method, Route: pattern, Status: status, Code: seen.Code, Duration: took})
	}
	if r.options.Log == nil {
		return
	}
	// The path and the query hold names, codes and hops; the pattern does not.
	attrs := []slog.Attr{
		slog.String("request_id", seen.ID), slog.String("method", q.Method), slog.String("route", pattern),
		slog.Int("status", status), slog.Int64("bytes", a.bytes), slog.Duration("took", took),
	}
	if seen.Correlation != "" {
		attrs = append(attrs, slog.String("correlation_id", seen.Correlation))
	}
	if seen.Code != 0 {
		attrs = append(attrs, slog.Int("code", seen.Code))
	}
	attrs = append(attrs, seen.notes...)
	if r.options.LogPersonal {
		attrs = append(attrs, slog.String("address", seen.Address.String()), slog.String("user_agent", q.UserAgent()))
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	r.options.Log.LogAttrs(q.Context(), level, "request", attrs...)
}
