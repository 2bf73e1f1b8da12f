package demo

import (
	"context"
	"net/http"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// The television has no keyboard: its user signs in with a browser somewhere
// else, and the sign-in moves over to it. That is the device code flow, which
// policies know as a way to come (CA-95), and which phishers are fond of. The
// television here is a picture of one, but the sign-in is one as any other: it
// goes through the pipeline with that flow.

// showTV shows the television and its code.
func (d *Demo) showTV(w http.ResponseWriter, q *http.Request) {
	var code string
	d.visits.of(w, q, func(v *visit) { code = v.begin(pending{App: "tv", TV: "waiting"})[:8] })
	d.show(w, q, http.StatusOK, "tv", "A television", struct{ Code, SignedIn string }{Code: code})
}

// startTV begins the sign-in, as the page for the code would.
func (d *Demo) startTV(w http.ResponseWriter, q *http.Request) {
	a, _ := appOf("tv")
	answer, err := d.parts.Pipeline.Begin(q.Context(), d.caller(q), signin.Request{
		Tenant: Domain, Protocol: signin.DeviceCode, Client: string(a.id), RedirectURI: d.parts.Origin + a.callbackPath(), Scopes: a.scopes,
		Flow: access.DeviceCodeFlow, Return: "/demo/tv/end",
	})
	d.follow(w, q, answer, err)
}

// endTV takes the end of the sign-in.
func (d *Demo) endTV(w http.ResponseWriter, q *http.Request) {
	answer, err := d.parts.Pipeline.Finish(q.Context(), d.caller(q), q.URL.Query().Get("hop"))
	d.follow(w, q, answer, err)
}

// follow does what the pipeline says.
func (d *Demo) follow(w http.ResponseWriter, q *http.Request, answer signin.Answer, err error) {
	if err != nil {
		d.router.Fail(w, q, http.StatusInternalServerError)
		return
	}
	if c := answer.Cookies.Browser; c != nil {
		d.router.SetCookie(w, route.BrowserCookie, c.Value, c.Expires)
	}
	if c := answer.Cookies.Session; c != nil {
		d.router.SetCookie(w, route.SessionCookie, c.Value, c.Expires)
	}
	switch {
	case answer.Step != nil:
		http.Redirect(w, q, answer.Step.Path(), http.StatusSeeOther)
	case answer.Return != "":
		http.Redirect(w, q, answer.Return, http.StatusSeeOther)
	case answer.Refusal != nil:
		d.show(w, q, http.StatusOK, "lost", "The television was refused: "+answer.Refusal.Description(), nil)
	default:
		d.turnOn(w, q, answer.Grant)
	}
}

// turnOn lets the television in: nothing is issued but the picture.
func (d *Demo) turnOn(w http.ResponseWriter, q *http.Request, grant *signin.Grant) {
	if err := grant.Commit(q.Context(), signin.Issued{}, nothingIssued); err != nil {
		d.router.Fail(w, q, http.StatusInternalServerError)
		return
	}
	d.show(w, q, http.StatusOK, "tv", "The television is on", struct{ Code, SignedIn string }{SignedIn: grant.User.DisplayName})
}

// caller tells the pipeline where a request comes from.
func (d *Demo) caller(q *http.Request) signin.Caller {
	seen, hints := route.Of(q), route.HintsOf(q)
	return signin.Caller{
		Address: seen.Address, UserAgent: q.UserAgent(),
		Hints:   signin.Hints{Platform: hints.Platform, PlatformVersion: hints.PlatformVersion, Mobile: hints.Mobile},
		Session: d.router.Cookie(q, route.SessionCookie), Browser: d.router.Cookie(q, route.BrowserCookie),
		Device:       factor.DeviceEvidence{Token: q.Header.Get(route.DeviceProofHeader)},
		ProvesDevice: route.AnswersDevice(q), RequestID: seen.ID, Correlation: seen.Correlation,
	}
}

// nothingIssued is what a picture of a television needs to be written.
func nothingIssued(context.Context) error { return nil }
