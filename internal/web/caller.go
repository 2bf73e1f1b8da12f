package web

import (
	"net/http"

	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// caller tells the pipeline where a request comes from.
func (f *Front) caller(q *http.Request) signin.Caller {
	seen, hints := route.Of(q), route.HintsOf(q)
	return signin.Caller{
		Address:   seen.Address,
		UserAgent: q.UserAgent(),
		Hints:     signin.Hints{Platform: hints.Platform, PlatformVersion: hints.PlatformVersion, Mobile: hints.Mobile},
		Session:   f.router.Cookie(q, route.SessionCookie),
		Browser:   f.router.Cookie(q, route.BrowserCookie),
		Device: factor.DeviceEvidence{
			Certificate: route.CertificateOf(q),
			Token:       q.Header.Get(route.DeviceProofHeader),
		},
		ProvesDevice: route.AnswersDevice(q),
		RequestID:    seen.ID,
		Correlation:  seen.Correlation,
	}
}

// setCookies sets what an answer wants kept.
func (f *Front) setCookies(w http.ResponseWriter, cookies signin.Cookies) {
	if c := cookies.Browser; c != nil {
		f.router.SetCookie(w, route.BrowserCookie, c.Value, c.Expires)
	}
	if c := cookies.Session; c != nil {
		f.router.SetCookie(w, route.SessionCookie, c.Value, c.Expires)
	}
}
