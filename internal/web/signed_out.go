package web

import "net/http"

// signedOut answers that a sign-out is done. It takes nothing from the address:
// a page of ours must not say what a link tells it to.
func (f *Front) signedOut(w http.ResponseWriter, q *http.Request) {
	v := f.newView(w, q, "")
	f.at(v, q.URL.Path, nil)
	v.Title = v.T("signed-out.title")
	f.show(w, q, "signed-out", http.StatusOK, v)
}
