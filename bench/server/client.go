package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// verifier and its challenge (RFC 7636 appendix B).
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// agent is what the browsers call themselves.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

// errShed is the answer to a request that the server has no room for.
var errShed = errors.New("the server is busy (503)")

// driver sends requests to a server.
type driver struct {
	origin    string
	org       organisation
	transport *http.Transport
}

func newDriver(origin string, org organisation) *driver {
	return &driver{origin: origin, org: org, transport: &http.Transport{
		MaxIdleConnsPerHost: 512, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		ResponseHeaderTimeout: 30 * time.Second, DisableCompression: true,
	}}
}

// browser is a fresh one of somebody, at an address of theirs.
type browser struct {
	*driver
	client  *http.Client
	address string
}

func (d *driver) browser(person int) *browser {
	jar, _ := cookiejar.New(nil) // fails for no options
	return &browser{
		driver: d, address: fmt.Sprintf("198.18.%d.%d", person/250%256, 1+person%250),
		client: &http.Client{Jar: jar, Transport: d.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// page is where a browser is: at a page of the server, or on its way to the app.
type page struct {
	at   *url.URL
	hop  string
	code string
}

var hopField = regexp.MustCompile(`name="hop" value="([^"]+)"`)

// send sends one request and follows the server until it shows a page or sends
// the browser to the app.
func (b *browser) send(method, address string, form url.Values) (page, error) {
	for range 10 {
		answer, body, err := b.exchange(method, address, form)
		if err != nil {
			return page{}, err
		}
		switch answer.StatusCode {
		case http.StatusServiceUnavailable:
			return page{}, errShed
		case http.StatusOK:
			hop := hopField.FindSubmatch(body)
			if hop == nil {
				return page{}, fmt.Errorf("%s: the page has no form", answer.Request.URL.Path)
			}
			return page{at: answer.Request.URL, hop: string(hop[1])}, nil
		case http.StatusSeeOther, http.StatusFound:
		default:
			return page{}, fmt.Errorf("%s: status %d: %.200s", answer.Request.URL.Path, answer.StatusCode, body)
		}
		next, err := answer.Request.URL.Parse(answer.Header.Get("Location"))
		if err != nil {
			return page{}, err
		}
		if !strings.HasPrefix(next.String(), b.origin+"/") {
			if code := next.Query().Get("code"); code != "" {
				return page{at: next, code: code}, nil
			}
			return page{}, fmt.Errorf("the app is told %.200q", next.Query())
		}
		method, address, form = http.MethodGet, next.String(), nil
	}
	return page{}, fmt.Errorf("%s: too many redirects", address)
}

// exchange sends one request and reads its answer.
func (b *browser) exchange(method, address string, form url.Values) (*http.Response, []byte, error) {
	var content io.Reader
	if form != nil {
		content = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequest(method, address, content)
	if err != nil {
		return nil, nil, err
	}
	q.Header.Set("User-Agent", agent)
	q.Header.Set("X-Forwarded-For", b.address)
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(q)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(answer.Body)
	return answer, body, errors.Join(err, answer.Body.Close())
}

// post sends the form of a page.
func (b *browser) post(p page, name, value string) (page, error) {
	return b.send(http.MethodPost, b.origin+p.at.Path, url.Values{"hop": {p.hop}, name: {value}})
}

// passwordPage goes from the app through the account page to the password page.
func (b *browser) passwordPage(person int) (page, error) {
	values := url.Values{
		"client_id": {b.org.clientID}, "response_type": {"code"}, "redirect_uri": {replyTo}, "scope": {"openid profile offline_access api://" + domain + "/read"},
		"state": {"state"}, "nonce": {"nonce"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	p, err := b.send(http.MethodGet, b.origin+"/"+domain+"/oauth2/v2.0/authorize?"+values.Encode(), nil)
	if err != nil {
		return page{}, err
	}
	return b.post(p, "name", b.org.people[person])
}

// enter types the password and returns the code with which the server sends the
// browser to the app.
func (b *browser) enter(p page) (string, error) {
	p, err := b.post(p, "password", password)
	if err == nil && p.code == "" {
		err = fmt.Errorf("after the password the browser is at %s", p.at.Path)
	}
	return p.code, err
}

// signIn signs somebody in with their password.
func (b *browser) signIn(person int) (string, error) {
	p, err := b.passwordPage(person)
	if err != nil {
		return "", err
	}
	return b.enter(p)
}

// token asks the token endpoint as the client.
func (b *browser) token(form url.Values) (refresh string, err error) {
	form.Set("client_id", b.org.clientID)
	form.Set("client_secret", b.org.secret)
	answer, body, err := b.exchange(http.MethodPost, b.origin+"/"+domain+"/oauth2/v2.0/token", form)
	if err != nil {
		return "", err
	}
	var tokens struct {
		Access  string `json:"access_token"`
		ID      string `json:"id_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal(body, &tokens); err != nil || answer.StatusCode != http.StatusOK || tokens.Access == "" {
		return "", fmt.Errorf("the token endpoint answers %d: %.300s", answer.StatusCode, body)
	}
	if form.Get("grant_type") != "client_credentials" && (tokens.ID == "" || tokens.Refresh == "") {
		return "", fmt.Errorf("the token endpoint gives no ID token or no refresh token")
	}
	return tokens.Refresh, nil
}

// redeem takes a code and returns the refresh token.
func (b *browser) redeem(code string) (string, error) {
	return b.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {replyTo}, "code_verifier": {verifier}})
}

// refresh uses a refresh token and returns the next one.
func (b *browser) refresh(token string) (string, error) {
	return b.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

// clientCredentials signs the client in as itself.
func (b *browser) clientCredentials() error {
	_, err := b.token(url.Values{"grant_type": {"client_credentials"}, "scope": {"api://" + domain + "/.default"}})
	return err
}
