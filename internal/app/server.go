package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/config"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/app/demo"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/token"
)

// Server is an identity provider, opened and listening.
type Server struct {
	config   config.Config
	machine  Machine
	log      *slog.Logger
	origin   string
	listener net.Listener
	folder   *data.Folder
	places   *risk.Databases // nil: none
	keys     *token.Keys
	metrics  *metrics
	handler  http.Handler
	tls      *certificates // nil: plain http
	guide    *demo.Guide   // nil: no demo
	stopping atomic.Bool
	closing  sync.Once
	closed   error // what Close returns
}

// Options are what a server is opened for, besides its configuration.
type Options struct {
	// Demo adds a tenant to try, with people, apps, devices and policies,
	// and lets requests pretend to come from elsewhere. It is for this
	// machine only.
	Demo bool
}

// Open binds the address, opens the data and builds the server. The caller
// calls Serve, or Close.
func Open(ctx context.Context, c config.Config, options Options, m Machine) (_ *Server, err error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if options.Demo && !c.Loopback() {
		return nil, fmt.Errorf("--demo listens to this machine only: its passwords are known and its visitors may pretend to be anywhere; %q is not a loopback address", c.Listen)
	}
	m = m.withDefaults()
	s := &Server{config: c, machine: m, log: m.logger(c.Log), metrics: newMetrics(m.Version)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	// The address first: if it is taken, nothing else was touched.
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s.origin = originOf(c, s.listener.Addr())
	if s.folder, err = data.Open(ctx, c.Data); err != nil {
		return nil, err
	}
	return s, s.build(ctx, options)
}

// originOf returns the address that people use: the configured one, or what
// follows from where the server listens.
func originOf(c config.Config, bound net.Addr) string {
	if c.Origin != "" {
		return c.Origin
	}
	scheme, usual := "http", "80"
	if c.TLS.Mode != config.TLSOff {
		scheme, usual = "https", "443"
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil || host == "" || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	if a, ok := bound.(*net.TCPAddr); ok {
		port = fmt.Sprint(a.Port) // of 0 the system made a free one
	}
	if port == usual {
		return (&url.URL{Scheme: scheme, Host: host}).String()
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Origin returns the address that people use.
func (s *Server) Origin() string { return s.origin }

// Handler returns what answers requests, for tests that need no network.
func (s *Server) Handler() http.Handler { return s.handler }

// Guide returns what there is to try in the demo; nil without one.
func (s *Server) Guide() *demo.Guide { return s.guide }

// AuthorityFile returns the file of the certificate that people must trust for
// --tls local; empty in other modes.
func (s *Server) AuthorityFile() string {
	if s.tls == nil {
		return ""
	}
	return s.tls.authorityFile
}

// The limits of a connection. A sign-in is short; whoever is slower is none.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	mostHeader    = 64 << 10
)

// Serve answers requests until ctx ends, then lets those under way end, for as
// long as the configuration says, and closes the server.
func (s *Server) Serve(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.Close()) }()
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	tending, stopTending := context.WithCancel(context.WithoutCancel(ctx))
	tended := make(chan struct{})
	go func() {
		defer close(tended)
		s.tendRegularly(tending)
	}()
	// The data is closed after the last one who uses it.
	defer func() { stopTending(); <-tended }()

	ended := make(chan error, 1)
	go func() {
		if s.tls != nil {
			server.TLSConfig = s.tls.config()
			ended <- server.ServeTLS(s.listener, "", "")
			return
		}
		ended <- server.Serve(s.listener)
	}()
	s.log.Info("serving", slog.String("origin", s.origin), slog.String("address", s.listener.Addr().String()), slog.String("version", s.machine.Version))
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.log.Info("stopping")
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Stop)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return errors.Join(fmt.Errorf("stop: requests under way were cut off after %s: %w", config.Duration(s.config.Stop), err), server.Close())
	}
	s.log.Info("stopped")
	return nil
}

// HasTenant reports whether there is a tenant to sign in to; if it cannot be
// told, it says yes.
func (s *Server) HasTenant(ctx context.Context) bool {
	tenants, err := s.folder.DB.Directory().Tenants.List(ctx, directory.Page{Limit: 1})
	return err != nil || len(tenants) > 0
}

// Close releases what Open took. Serve calls it; calling it again does nothing.
// Requests that are still under way then fail; what they have they keep.
func (s *Server) Close() error {
	s.closing.Do(func() {
		var errs []error
		if s.listener != nil {
			if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
		if s.places != nil {
			errs = append(errs, s.places.Close())
		}
		if s.folder != nil {
			errs = append(errs, s.folder.Close())
		}
		s.closed = errors.Join(errs...)
	})
	return s.closed
}

// mount declares the routes that are the server's own.
func (s *Server) mount(r *route.Router) {
	r.Handle("GET /healthz", route.Rules{}, s.healthy)
	r.Handle("GET /readyz", route.Rules{}, s.ready)
	r.Handle("GET /metrics", route.Rules{}, s.showMetrics)
}
