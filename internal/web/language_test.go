package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/sallyport-id/sallyport/internal/signin"
)

// TestLanguage: the link that was just followed, then the choice of before,
// then the account, then the browser; English where none of them is ours.
func TestLanguage(t *testing.T) {
	p := showing()
	handler := serve(t, p, origin)
	lang := regexp.MustCompile(`<html lang="(\w+)">`)
	for _, test := range []struct {
		name, address, cookie, account, wish, want string
	}{
		{"nothing", "", "", "", "", "en"},
		{"browser", "", "", "", "fr-CH, fr;q=0.9, en;q=0.8", "fr"},
		{"second wish", "", "", "", "de-DE, ja;q=0.7, en;q=0.5", "ja"},
		{"wished less", "", "", "", "it;q=0.1, ja;q=0.9", "ja"},
		{"not ours", "", "", "", "de, es", "en"},
		{"not a wish", "", "", "", ";;q=,,,", "en"},
		{"account", "", "", "ja-JP", "fr", "ja"},
		{"chosen before", "", "it", "ja", "fr", "it"},
		{"chosen now", "fr", "it", "ja", "en", "fr"},
		{"not a choice", "xx", "it", "ja", "en", "it"},
		{"broken choice", "", "%00", "", "fr", "fr"},
	} {
		p.show = func(string) (signin.Answer, error) {
			step := samples()[2].step
			step.User = &signin.UserView{Name: "a@b", Language: test.account}
			return signin.Answer{Step: &step}, nil
		}
		q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/signin/password?hop=h&lang="+test.address, nil)
		q.Header.Set("Accept-Language", test.wish)
		if test.cookie != "" {
			q.AddCookie(&http.Cookie{Name: "sallyport-language", Value: test.cookie})
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, q)
		if m := lang.FindStringSubmatch(w.Body.String()); m == nil || m[1] != test.want {
			t.Errorf("%s: the page is in %v; %s is expected", test.name, m, test.want)
		}
		if kept := w.Header().Get("Set-Cookie") != ""; kept != (test.name == "chosen now") {
			t.Errorf("%s: cookie %q", test.name, w.Header().Get("Set-Cookie"))
		}
	}
}
