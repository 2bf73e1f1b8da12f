package signin

import (
	"time"

	"github.com/sallyport-id/sallyport/internal/session"
)

// Answer is what a front does next. Exactly one of Step, Return, Grant and
// Refusal is set.
type Answer struct {
	// Step is a page to show; from a front other than web: redirect (303) to
	// Step.Path.
	Step *Step
	// Return is where to redirect (303): the front that began the attempt
	// has the last word and calls Finish with the hop in it.
	Return string
	// Grant is what may be issued; call Grant.Commit.
	Grant *Grant
	// Refusal is for the client: Refusal.Authorize or Refusal.Token says how.
	Refusal *Refusal
	Cookies Cookies
}

// Cookies are the cookies to set with an answer; nil: leave as they are. Both
// are HttpOnly.
type Cookies struct {
	Browser *Cookie
	Session *Cookie
}

// Cookie is a cookie to set.
type Cookie struct {
	// Value is what the browser keeps; empty: remove the cookie.
	Value session.Secret
	// Expires is zero for a cookie that ends with the browser.
	Expires time.Time
}
