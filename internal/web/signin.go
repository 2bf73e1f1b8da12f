package web

import (
	"net/http"
	"net/url"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// showStep answers with the page that a hop leads to. The page's name in the
// address is for people and logs; the hop says which page it is.
func (f *Front) showStep(w http.ResponseWriter, q *http.Request) {
	answer, err := f.pipeline.Show(q.Context(), f.caller(q), q.URL.Query().Get("hop"))
	f.follow(w, q, answer, err)
}

// submitStep hands the pipeline what was posted, and sends the browser to what
// comes next by a GET, so that going back or reloading posts nothing twice.
func (f *Front) submitStep(w http.ResponseWriter, q *http.Request) {
	form, err := route.Form(q)
	if err != nil {
		status := http.StatusBadRequest
		if route.TooLong(err) {
			status = http.StatusRequestEntityTooLarge
		}
		f.router.Fail(w, q, status)
		return
	}
	caller := f.caller(q)
	if proof := form.Get(fieldProof); proof != "" {
		caller.Device.Token, caller.ProvesDevice = squeeze(proof), true
	}
	answer, err := f.pipeline.Submit(q.Context(), caller, form.Get(fieldHop), readInput(form))
	f.follow(w, q, answer, err)
}

// follow does what an answer of the pipeline says.
func (f *Front) follow(w http.ResponseWriter, q *http.Request, answer signin.Answer, err error) {
	if err != nil {
		f.fail(w, q, err)
		return
	}
	f.setCookies(w, answer.Cookies)
	switch step := answer.Step; {
	case answer.Return != "":
		http.Redirect(w, q, answer.Return, http.StatusSeeOther)
	case step == nil:
		// Grants and refusals are for the front that began.
		route.Of(q).Note("page", "the pipeline answered with no page")
		f.router.Fail(w, q, http.StatusInternalServerError)
	case q.Method == http.MethodPost && !step.Passing:
		http.Redirect(w, q, step.Path(), http.StatusSeeOther)
	default:
		f.showPage(w, q, step)
	}
}

// fail answers for a machine that broke.
func (f *Front) fail(w http.ResponseWriter, q *http.Request, err error) {
	route.Of(q).Note("failure", err.Error())
	status := http.StatusInternalServerError
	if fault.KindOf(err) == fault.Unavailable {
		w.Header().Set("Retry-After", "5")
		status = http.StatusServiceUnavailable
	}
	f.router.Fail(w, q, status)
}

// showPage writes the page of a step.
func (f *Front) showPage(w http.ResponseWriter, q *http.Request, step *signin.Step) {
	language := ""
	if step.User != nil {
		language = step.User.Language
	}
	v := f.newView(w, q, language)
	f.at(v, signin.PagePath+"/"+string(step.Page), url.Values{"hop": {step.Hop}})
	v.Tenant, v.App, v.User, v.Hop, v.Body = step.Tenant, step.App, step.User, step.Hop, step
	route.Of(q).Code = int(step.Code)
	status := http.StatusOK
	if step.Refusal != nil {
		status = refusalStatus(step.Refusal.Code)
		v.Body = newRefusalPage(v, step)
	} else {
		v.Title = stepTitle(v, step)
		v.Notice = stepNotice(v, step)
		v.Reference = referenceOf(v, step)
	}
	f.show(w, q, string(step.Page), status, v)
}

// refusalStatus is the status of a refusal's page: the request was wrong, or it
// was understood and is not admitted.
func refusalStatus(code result.Code) int {
	if entry, ok := result.Lookup(code); ok && entry.Stage > result.StageResource {
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

// stepTitle names the page.
func stepTitle(v *view, step *signin.Step) string {
	switch step.Page {
	case signin.PageAccount:
		if len(step.Accounts.Accounts) > 0 {
			return v.T("account.pick")
		}
		return v.T("account.title")
	case signin.PageConsent:
		return v.T("consent.title", "App", appName(v))
	}
	return v.T(string(step.Page) + ".title")
}

// appName returns the app's name, or a word for it.
func appName(v *view) string {
	if v.App.DisplayName != "" {
		return v.App.DisplayName
	}
	return v.T("layout.thisApp")
}
