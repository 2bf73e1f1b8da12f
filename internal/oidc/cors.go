package oidc

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
)

// allowClient lets a script read the answer if its page is one of the client's
// single-page apps: errors too, for otherwise the app sees a broken network
// instead of a code (SI-442).
func (f *Front) allowClient(ctx context.Context, w http.ResponseWriter, q *http.Request, client access.AppID) error {
	origin := q.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	w.Header().Add("Vary", "Origin")
	app, err := f.parts.Directory.Applications.ByAppID(ctx, client)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	if ownsOrigin(&app.Redirects, origin) {
		route.AllowOrigin(w, origin)
	}
	return nil
}

// ownsOrigin reports whether an origin is that of a single-page app's reply
// address. As with those, the port of a loopback host is free.
func ownsOrigin(redirects *directory.RedirectURIs, origin string) bool {
	asked, ok := originOf(origin)
	if !ok {
		return false
	}
	for _, uri := range redirects.SPA {
		if ours, ok := originOf(uri); ok && ours == asked {
			return true
		}
	}
	return false
}

// originOf returns scheme and host of an address, without the port of a
// loopback host.
func originOf(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return "", false
	}
	host := strings.ToLower(u.Host)
	if name := strings.ToLower(u.Hostname()); u.Scheme == "http" && (name == "localhost" || net.ParseIP(name).IsLoopback()) {
		host = name
	}
	return u.Scheme + "://" + host, true
}
