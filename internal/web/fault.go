package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/internal/route"
)

// faultPage is what a page says where there is no page.
type faultPage struct {
	Lead string
	// Ours: the fault is not the person's, and not their app's.
	Ours bool
}

// Fail answers where no front could: in words for a person, in a line of text
// for a program. It tells nothing of what went wrong but the request's id.
func (f *Front) Fail(w http.ResponseWriter, q *http.Request, status int) {
	if !strings.Contains(q.Header.Get("Accept"), "text/html") {
		failPlainly(w, q, status)
		return
	}
	v := f.newView(w, q, "")
	f.at(v, "/error", nil)
	id := "fault." + strconv.Itoa(status)
	if !v.Has(id + ".title") {
		id = "fault.400"
		if status >= http.StatusInternalServerError {
			id = "fault.500"
		}
	}
	seen := route.Of(q)
	v.Title = v.T(id + ".title")
	v.Body = &faultPage{Lead: v.T(id + ".lead"), Ours: status >= http.StatusInternalServerError}
	v.Reference = &reference{RequestID: seen.ID, Correlation: seen.Correlation, Time: seen.Began}
	f.showFault(w, q, status, v)
}

// showFault writes the page; if even that fails, a line of text.
func (f *Front) showFault(w http.ResponseWriter, q *http.Request, status int, v *view) {
	var b strings.Builder
	if err := f.pages["fault"].ExecuteTemplate(&b, "layout.html", v); err != nil {
		failPlainly(w, q, status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	h.Set("Content-Security-Policy", policy(v))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // whoever left needs no page
}

func failPlainly(w http.ResponseWriter, q *http.Request, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "%s. Request id: %s\n", http.StatusText(status), route.Of(q).ID)
}
