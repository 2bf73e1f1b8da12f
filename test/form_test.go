package test

import (
	"crypto/tls"
	"crypto/x509"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// agent is what the tests' browsers call themselves.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

// trusting returns a client that trusts the server's authority, and nobody else.
func (s *server) trusting() *http.Client {
	s.Helper()
	text, err := os.ReadFile(s.authority())
	s.must(err)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		s.Fatalf("%s holds no certificate", s.authority())
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
}

// browser follows redirects, keeps cookies and fills in the forms of the
// sign-in pages.
type browser struct {
	s      *server
	client *http.Client
}

func (s *server) browser() *browser {
	s.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	client := s.trusting()
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{s, client}
}

// reply is where a sign-in ended: with an answer for the app, or at a page that
// asks for nothing the browser has.
type reply struct {
	url.Values        // for the app; nil: none
	action     string // where a form_post goes
	status     int
	page       string
}

// signIn opens an address and signs the person in.
func (b *browser) signIn(address string) reply {
	b.s.Helper()
	method, form := http.MethodGet, url.Values(nil)
	for range 30 {
		answer, page := b.send(method, address, form)
		if next, err := answer.Location(); err == nil {
			if !strings.HasPrefix(next.String(), b.s.origin) {
				return reply{Values: next.Query()}
			}
			method, address, form = http.MethodGet, next.String(), nil
			continue
		}
		action, fields := fill(page)
		if fields == nil {
			return reply{status: answer.StatusCode, page: page}
		}
		next, err := answer.Request.URL.Parse(action)
		b.s.must(err)
		if !strings.HasPrefix(next.String(), b.s.origin) {
			return reply{Values: fields, action: next.String()}
		}
		method, address, form = http.MethodPost, next.String(), fields
	}
	b.s.Fatalf("the sign-in at %s does not come to an end", address)
	return reply{}
}

func (b *browser) send(method, address string, form url.Values) (*http.Response, string) {
	b.s.Helper()
	q, err := http.NewRequestWithContext(b.s.Context(), method, address, strings.NewReader(form.Encode()))
	b.s.must(err)
	q.Header.Set("User-Agent", agent)
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Origin", b.s.origin)
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(q)
	b.s.must(err)
	defer answer.Body.Close() //nolint:errcheck // it was read
	page, err := io.ReadAll(answer.Body)
	b.s.must(err)
	return answer, string(page)
}

var (
	formIn  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	inputIn = regexp.MustCompile(`<input[^>]*>`)
)

// fill finds the form that wants the name, the password, a yes or, of a
// form_post, nothing more, and returns what to send where.
func fill(page string) (action string, fields url.Values) {
	for _, form := range formIn.FindAllStringSubmatch(page, -1) {
		fields := url.Values{}
		asked := map[string]bool{}
		for _, input := range inputIn.FindAllString(form[2], -1) {
			name := attribute(input, "name")
			if asked[name] = true; attribute(input, "type") == "hidden" {
				fields.Set(name, attribute(input, "value"))
			}
		}
		switch {
		case asked["passkey"]:
			continue
		case asked["password"]:
			fields.Set("password", password)
		case asked["name"]:
			fields.Set("name", person)
		case strings.Contains(form[2], `name="action" value="accept"`):
			fields.Set("action", "accept")
		case asked["code"] && asked["state"]: // a form_post
		default:
			continue
		}
		return attribute(form[1], "action"), fields
	}
	return "", nil
}

func attribute(tag, name string) string {
	_, rest, found := strings.Cut(tag, " "+name+`="`)
	if !found {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(value)
}
