package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/result"
)

// plain is what a page says, without its tags.
func plain(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " "))), " ")
}

// TestDisclosure: each level tells what it may and nothing of the next.
func TestDisclosure(t *testing.T) {
	handler := serve(t, showing(), origin)
	const (
		code      = "53003"
		verified  = "Not a guess"
		remedy    = "without a code from another device"
		condition = "203.0.113.25"
		request   = "9f6b2f7c-3a34-4c9b-9d0e-2f3a5b6c7d8e"
		desk      = "it@contoso.example"
	)
	for _, test := range []struct {
		sample       string
		told, untold []string
	}{
		{"refusal-none", []string{request, desk, "You were not let in"}, []string{code, verified, condition, "rule", "Confirmed"}},
		{"refusal-code", []string{request, desk, code, "Confirmed", "What you can try"}, []string{verified, condition, "What stopped it"}},
		{"refusal-remedy", []string{request, desk, code, verified, remedy, "What an administrator can do"}, []string{condition, "What stopped it"}},
		{"refusal-location", []string{request, desk, code, verified, condition, "Japan", "What stopped it"}, []string{"Your account"}},
		{"refusal-risk", []string{"high", "There is nothing that you could change yourself", "Confirm that this sign-in is safe"}, []string{verified}},
		{"refusal-device", []string{"not registered with your organization", "web browser", "With this change"}, []string{"You Administrator"}},
		{"refusal-reply", []string{"50011", "https://evil.example/<script>alert(1)</script>"}, []string{"Confirmed", "Switch account", "try again Account"}},
	} {
		w := get(t, handler, "/signin/refusal?hop=hop-"+test.sample, "en")
		text := plain(w.Body.String())
		for _, s := range test.told {
			if !strings.Contains(text, s) {
				t.Errorf("%s does not say %q:\n%s", test.sample, s, text)
			}
		}
		for _, s := range test.untold {
			if strings.Contains(text, s) {
				t.Errorf("%s says %q:\n%s", test.sample, s, text)
			}
		}
	}
}

// TestRefusalStatus: a wrong request is the client's fault; a refusal is not.
func TestRefusalStatus(t *testing.T) {
	handler := serve(t, showing(), origin)
	for sample, status := range map[string]int{
		"refusal-location": http.StatusForbidden, "refusal-assignment": http.StatusForbidden, "refusal-expired": http.StatusForbidden, "refusal-reply": http.StatusBadRequest,
	} {
		if w := get(t, handler, "/signin/refusal?hop=hop-"+sample, "en"); w.Code != status {
			t.Errorf("%s answered %d; %d is expected", sample, w.Code, status)
		}
	}
}

// TestReferenceIsFound: what the page gives people to send leads a helpdesk
// back to the attempt, whatever the page's language.
func TestReferenceIsFound(t *testing.T) {
	handler := serve(t, showing(), origin)
	block := regexp.MustCompile(`(?s)<pre class="reference"[^>]*>(.*?)</pre>`)
	mail := regexp.MustCompile(`href="(mailto:[^"]*)"`)
	for _, l := range result.Languages() {
		page := get(t, handler, "/signin/refusal?hop=hop-refusal-location", string(l)).Body.String()
		m := block.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("%s: the page has no reference", l)
		}
		letter, err := url.Parse(html.UnescapeString(mail.FindStringSubmatch(page)[1]))
		if err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string]string{"page": html.UnescapeString(m[1]), "letter": letter.Query().Get("body")} {
			found := result.Find(text)
			if code, _ := found.Code(); code != result.BlockedByConditionalAccess || found.RequestID != "9f6b2f7c-3a34-4c9b-9d0e-2f3a5b6c7d8e" ||
				found.CorrelationID != "0d5f1f0a-6f0e-4a63-8a55-3c1c5f2b9a10" || !found.Time.Equal(then) {
				t.Errorf("%s: the %s's reference is read as %+v:\n%s", l, where, found, text)
			}
		}
	}
}
