package route

import (
	"net/http"
	"time"

	"github.com/sallyport-id/sallyport/internal/session"
)

// Cookie is one of the cookies that fronts share.
type Cookie string

// The cookies. Their names are ours; SI-350 asks only for their functions.
const (
	// SessionCookie holds who is signed in.
	SessionCookie Cookie = "sallyport-session"
	// BrowserCookie binds a sign-in under way to the browser.
	BrowserCookie Cookie = "sallyport-browser"
)

// longestCookie bounds what is looked up of a stranger's; a Secret has 43.
const longestCookie = 128

// name returns the cookie's name. By https it has the prefix that keeps other
// hosts of the domain, and plain http, from setting it (RFC 6265bis §4.1.3.2).
func (r *Router) name(c Cookie) string {
	if r.secure {
		return "__Host-" + string(c)
	}
	return string(c)
}

// Cookie returns a cookie's value; empty: there is none.
func (r *Router) Cookie(q *http.Request, c Cookie) session.Secret {
	cookie, err := q.Cookie(r.name(c))
	if err != nil || len(cookie.Value) > longestCookie {
		return ""
	}
	return session.Secret(cookie.Value)
}

// SetCookie sets a cookie until an instant; zero: until the browser closes. An
// empty value removes it.
func (r *Router) SetCookie(w http.ResponseWriter, c Cookie, value session.Secret, expires time.Time) {
	cookie := &http.Cookie{
		Name: r.name(c), Value: value.Reveal(), Path: "/", Secure: r.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if r.options.Embedded {
		cookie.SameSite = http.SameSiteNoneMode
	}
	switch {
	case value == "":
		cookie.MaxAge = -1
	case !expires.IsZero():
		cookie.Expires = expires.UTC()
		// Max-Age counts by the server's clock, which the browser's need
		// not agree with.
		cookie.MaxAge = max(int(expires.Sub(r.options.Now()).Seconds()), 1)
	}
	http.SetCookie(w, cookie)
}
