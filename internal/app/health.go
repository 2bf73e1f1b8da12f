package app

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/internal/route"
)

// healthy answers /healthz: the process answers.
func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) { tell(w, http.StatusOK, "ok") }

// pingPatience is how long the store may take to answer before the server says
// that it cannot serve.
const pingPatience = 2 * time.Second

// ready answers /readyz: requests may be sent here. Not while the server stops,
// nor while its store does not answer.
func (s *Server) ready(w http.ResponseWriter, q *http.Request) {
	if s.stopping.Load() {
		tell(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	ctx, cancel := context.WithTimeout(q.Context(), pingPatience)
	defer cancel()
	if err := s.folder.DB.Ping(ctx); err != nil {
		s.log.Error("the store does not answer", slog.Any("error", err))
		tell(w, http.StatusServiceUnavailable, "the store does not answer")
		return
	}
	tell(w, http.StatusOK, "ok")
}

func tell(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // whoever asked has left
}

// showMetrics answers /metrics to those who may read it, and to others as if
// there were none.
func (s *Server) showMetrics(w http.ResponseWriter, q *http.Request) {
	from := route.Of(q).Address
	if !slices.ContainsFunc(s.config.Metrics.From, func(p netip.Prefix) bool { return p.Contains(from) }) {
		http.NotFound(w, q)
		return
	}
	s.metrics.handler().ServeHTTP(w, q)
}
