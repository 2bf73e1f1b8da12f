package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"runtime"

	"github.com/sallyport-id/sallyport/internal/app/demo"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/oidc"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/internal/web"
)

// build makes the parts and connects them, from the store up to the routes.
func (s *Server) build(ctx context.Context, options Options) error {
	m, db := s.machine, s.folder.DB
	keys := s.openKeys(ctx) // the first key takes a while to make
	secrets, err := s.folder.Secrets(ctx, m.Random)
	if err != nil {
		return err
	}
	if s.tls, err = s.openCertificates(ctx); err != nil {
		return err
	}
	places, err := s.openPlaces(options)
	if err != nil {
		return err
	}
	limits := factor.Limits{Parallel: s.config.Passwords.Parallel, Waiting: s.config.Passwords.Waiting}
	if limits.Parallel == 0 {
		limits.Parallel = runtime.GOMAXPROCS(0)
	}
	passwords, err := factor.NewPasswords(limits, m.Random)
	if err != nil {
		return err
	}
	passkeys, err := s.passkeys()
	if err != nil {
		return err
	}
	d := db.Directory()
	d.PolicySets = countedPolicySets{d.PolicySets, s.metrics}
	pipeline, err := signin.New(signin.Parts{
		Directory: d, Sessions: db.Sessions(),
		Attempts:  store.ShelfOf[signin.Attempt](db, "attempt"),
		Histories: store.ShelfOf[risk.History](db, "risk"),
		Crowds:    store.ShelfOf[risk.Crowd](db, "crowd"),
		Proofs:    store.ShelfOf[signin.Used](db, "device-proof"),
		Log:       recordLog{db.SignIns()}, Transact: counting(db, s.metrics, m.Now),
		Passwords: passwords, Passkeys: passkeys, Places: places,
		HopKey: secrets.Hop, Issuer: s.origin, EngineVersion: m.Version, Now: m.Now, Random: m.Random,
	})
	if err != nil {
		return err
	}
	s.metrics.watchHashing(passwords)
	s.metrics.watchStore(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingPatience)
		defer cancel()
		return db.Ping(ctx)
	})

	var tried *demo.Demo
	if options.Demo {
		tried, err = demo.Open(ctx, demo.Parts{
			Folder: s.folder, Pipeline: pipeline, Passwords: passwords, Origin: s.origin, Now: m.Now, Random: m.Random,
		})
		if err != nil {
			return err
		}
		s.guide = tried.Guide()
	}
	if s.keys, err = keys(); err != nil {
		return err
	}
	tokens, err := token.NewIssuer(s.origin, s.keys, secrets.Pairwise, m.Random)
	if err != nil {
		return err
	}
	return s.route(pipeline, tokens, d, tried)
}

// openKeys begins to open the signing keys, and returns what waits for them.
func (s *Server) openKeys(ctx context.Context) func() (*token.Keys, error) {
	type opened struct {
		keys *token.Keys
		err  error
	}
	done := make(chan opened, 1)
	// Read before the server can be closed, should something else fail meanwhile.
	shelf, random, now := store.ShelfOf[token.StoredKey](s.folder.DB, "signing-key"), s.machine.Random, s.machine.Now()
	go func() {
		keys, err := token.OpenKeys(ctx, shelf, token.Rotation{}, random, now)
		done <- opened{keys, err}
	}()
	return func() (*token.Keys, error) {
		o := <-done
		return o.keys, o.err
	}
}

// passkeys returns what registers and checks passkeys; nil where people reach
// the server by an address without a name, for which there are none.
func (s *Server) passkeys() (*factor.Passkeys, error) {
	origin, err := url.Parse(s.origin)
	if err != nil {
		return nil, fmt.Errorf("read our own address: %w", err)
	}
	if net.ParseIP(origin.Hostname()) != nil {
		s.log.Info("passkeys are off: they take a name in the server's address", slog.String("origin", s.origin))
		return nil, nil
	}
	return factor.NewPasskeys(origin.Hostname(), "Sallyport", []string{s.origin}, s.machine.Random)
}

// openPlaces opens the databases of addresses, and in a demo adds what is known
// of its own networks.
func (s *Server) openPlaces(options Options) (risk.Places, error) {
	var places risk.Places
	if len(s.config.GeoIP) > 0 {
		var err error
		if s.places, err = risk.OpenPlaces(s.config.GeoIP...); err != nil {
			return nil, err
		}
		places = s.places
	}
	if options.Demo {
		places = demo.Places(places)
	}
	return places, nil
}

// route mounts the fronts.
func (s *Server) route(pipeline *signin.Pipeline, tokens *token.Issuer, d directory.Directory, tried *demo.Demo) error {
	db := s.folder.DB
	pages, err := web.New(web.Parts{Pipeline: pipeline})
	if err != nil {
		return err
	}
	protocol, err := oidc.New(oidc.Parts{
		Pipeline: pipeline, Directory: d, Sessions: db.Sessions(), Codes: db.Codes(), Grants: db.Grants(), Tokens: tokens,
		Assertions: store.ShelfOf[token.SeenAssertion](db, "assertion"),
		Revoked:    store.ShelfOf[oidc.RevokedToken](db, "revoked-token"),
		Random:     s.machine.Random,
	})
	if err != nil {
		return err
	}
	router, err := route.New(route.Options{
		Origin: s.origin, Proxies: s.config.Proxies, Embedded: s.config.Embedded, Now: s.machine.Now, Random: s.machine.Random,
		Log: s.log, LogPersonal: s.config.Log.Personal, Observe: s.metrics.observe, Fail: pages.Fail,
	})
	if err != nil {
		return err
	}
	fronts := []route.Front{pages, protocol}
	if tried != nil {
		fronts = append(fronts, tried)
	}
	for _, front := range fronts {
		front.Mount(router)
	}
	s.mount(router)
	s.handler = router
	if tried != nil {
		s.handler = tried.Wrap(router)
		tried.Attach(s.handler)
	}
	return nil
}
