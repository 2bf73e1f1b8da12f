package demo

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// Parts are what a Demo works with.
type Parts struct {
	Folder    *data.Folder
	Pipeline  *signin.Pipeline
	Passwords *factor.Passwords
	Origin    string
	Now       func() time.Time
	Random    io.Reader
}

// Demo is the demo of a running server.
type Demo struct {
	parts   Parts
	d       directory.Directory
	router  *route.Router
	visits  *visits
	secrets map[string]string            // of the sample apps, by key
	keys    map[string]*ecdsa.PrivateKey // of the devices, by key
	backend http.RoundTripper            // the server, for the sample app
	pages   pages
}

// Open prepares the demo: it makes the tenants if they are not there. What
// visitors changed in them since stays as it is.
func Open(ctx context.Context, parts Parts) (*Demo, error) {
	d := &Demo{parts: parts, d: parts.Folder.DB.Directory(), visits: newVisits(parts.Now)}
	var err error
	if d.pages, err = readPages(); err != nil {
		return nil, err
	}
	kept := keptOf(parts.Folder.DB)
	known, err := kept.Get(ctx, keptKey)
	if errors.Is(err, fault.NotFound) {
		known, err = d.make(ctx)
	}
	if err != nil {
		return nil, err
	}
	d.secrets = known.Secrets
	if d.keys, err = known.deviceKeys(); err != nil {
		return nil, err
	}
	return d, d.welcome(ctx)
}

// Attach gives the sample app the server that it talks to.
func (d *Demo) Attach(server http.Handler) { d.backend = insideServer{server} }

// Mount declares the routes of the sample app.
func (d *Demo) Mount(r *route.Router) {
	d.router = r
	page := route.Rules{}
	r.Handle("GET /{$}", page, d.enter)
	r.Handle("GET /demo", page, d.showHome)
	r.Handle("POST /demo/pretend", page, d.pretend)
	r.Handle("GET /demo/style.css", page, d.style)
	r.Handle("GET /demo/start/{app}", page, d.start)
	r.Handle("GET /demo/callback/{app}", page, d.callback)
	r.Handle("GET /demo/visit", page, d.showVisit)
	r.Handle("POST /demo/refresh", page, d.refresh)
	r.Handle("POST /demo/forget", page, d.forget)
	r.Handle("GET /demo/signed-out", page, d.signedOut)
	r.Handle("GET /demo/authenticator", page, d.authenticator)
	r.Handle("GET /demo/tv", page, d.showTV)
	r.Handle("POST /demo/tv", page, d.startTV)
	r.Handle("GET /demo/tv/end", page, d.endTV)
}
