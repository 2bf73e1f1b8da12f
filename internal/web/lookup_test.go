package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/result"
)

func TestLookup(t *testing.T) {
	handler := serve(t, showing(), origin)
	for _, test := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"all", "/error", http.StatusOK, "All codes, in the order of a sign-in"},
		{"code", "/error?code=53003", http.StatusOK, "BlockedByConditionalAccess"},
		{"prefixed", "/error?code=AADSTS53003", http.StatusOK, "BlockedByConditionalAccess"},
		{"wide digits", "/error?code=%EF%BC%95%EF%BC%93%EF%BC%90%EF%BC%90%EF%BC%93", http.StatusOK, "BlockedByConditionalAccess"},
		{"unknown", "/error?code=59999", http.StatusNotFound, "59999 is not a code that we know."},
		{"words", "/error?q=password+expired", http.StatusOK, "50055"},
		{"no words", "/error?q=zzzzzz", http.StatusOK, "0 codes match"},
		{"too long", "/error?q=" + strings.Repeat("%E3%81%82", 300), http.StatusOK, "0 codes match"},
		{"markup", "/error?q=%3Cimg+src%3Dx%3E", http.StatusOK, "<img src=x>"},
	} {
		w := get(t, handler, test.path, "en")
		if text := plain(w.Body.String()); w.Code != test.status || !strings.Contains(text, test.says) {
			t.Errorf("%s: answered %d; %d with %q is expected:\n%.600s", test.name, w.Code, test.status, test.says, text)
		}
		if strings.Contains(w.Body.String(), "<img") {
			t.Errorf("%s: the query became markup", test.name)
		}
	}
}

// TestEveryCodeHasAPage in each language.
func TestEveryCodeHasAPage(t *testing.T) {
	handler := serve(t, showing(), origin)
	for _, l := range result.Languages() {
		for _, entry := range result.All() {
			w := get(t, handler, "/error?code="+entry.Code.String(), string(l))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), entry.Name) {
				t.Errorf("%s: the page of %d answered %d", l, entry.Code, w.Code)
			}
		}
	}
}

// TestLookupOfMessages: a pasted message leads to its code, and nothing else of
// it comes to stand in an address.
func TestLookupOfMessages(t *testing.T) {
	handler := serve(t, showing(), origin)
	for _, test := range []struct{ pasted, location string }{
		{"AADSTS53003: Access has been blocked. User adele@contoso.example Trace ID: 9f6b2f7c-3a34-4c9b-9d0e-2f3a5b6c7d8e", "/error?code=53003"},
		{"expired", "/error?q=expired"},
		{"adele@contoso.example cannot sign in", ""},
		{strings.Repeat("words ", 100), ""},
	} {
		w := post(t, handler, "/error", url.Values{"q": {test.pasted}}, "same-origin")
		if w.Header().Get("Location") != test.location {
			t.Errorf("%.40q leads to %q; %q is expected", test.pasted, w.Header().Get("Location"), test.location)
		}
		if test.location == "" && w.Code != http.StatusOK {
			t.Errorf("%.40q answered %d", test.pasted, w.Code)
		}
	}
}
