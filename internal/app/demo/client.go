package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
)

// tokens are what an app got.
type tokens struct {
	Access, ID, Refresh string
	Scope               string
	Expires             time.Time
	IDClaims            []claim
	AccessClaims        []claim
}

// claim is one line of a token.
type claim struct{ Name, Value string }

// refused is a refusal as a developer sees it.
type refused struct {
	// Where it came: at the authorize endpoint, or at the token endpoint.
	Endpoint string
	Status   int
	Fields   []claim
	Code     string // the result code, if it is told
	// Claims is the claims challenge, to be sent along with the next sign-in.
	Claims string
}

// exchange is one request that the app made.
type exchange struct {
	At     time.Time
	What   string
	Answer string
}

// start sends the browser to sign in.
func (d *Demo) start(w http.ResponseWriter, q *http.Request) {
	a, known := appOf(q.PathValue("app"))
	if !known || a.Key == "tv" {
		d.router.Fail(w, q, http.StatusNotFound)
		return
	}
	query := q.URL.Query()
	p := pending{App: a.Key, Nonce: newText(), Verifier: newText()}
	var state string
	d.visits.of(w, q, func(v *visit) { state = v.begin(p) })
	challenge := sha256.Sum256([]byte(p.Verifier))
	scopes := slices.Clone(a.scopes)
	if query.Get("more") != "" {
		scopes = append(scopes, filesURI+"/Files.ReadWrite")
	}
	values := url.Values{
		"client_id": {string(a.id)}, "response_type": {"code"}, "redirect_uri": {d.parts.Origin + a.callbackPath()}, "scope": {strings.Join(scopes, " ")},
		"state": {state}, "nonce": {p.Nonce}, "code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
	for _, name := range []string{"prompt", "login_hint", "max_age", "claims"} {
		if value := query.Get(name); value != "" {
			values.Set(name, value)
		}
	}
	if guiseOf(q).Device != "" {
		values.Set("device_challenge", "1")
	}
	http.Redirect(w, q, "/"+Domain+"/oauth2/v2.0/authorize?"+values.Encode(), http.StatusSeeOther)
}

// callback takes the server's answer: a code, or a refusal.
func (d *Demo) callback(w http.ResponseWriter, q *http.Request) {
	query := q.URL.Query()
	var p pending
	known := false
	d.visits.of(w, q, func(v *visit) {
		p, known = v.Pending[query.Get("state")]
		delete(v.Pending, query.Get("state"))
	})
	a, ok := appOf(p.App)
	if !known || !ok || a.Key != q.PathValue("app") {
		d.show(w, q, http.StatusBadRequest, "lost", "This is no answer to a sign-in of yours", nil)
		return
	}
	if query.Get("error") != "" {
		d.keep(w, q, a.Key, nil, refusedAtAuthorize(query), exchange{d.parts.Now(), "sign-in", query.Get("error")})
		http.Redirect(w, q, "/demo/visit", http.StatusSeeOther)
		return
	}
	got, no, err := d.redeem(q, a, url.Values{
		"grant_type": {"authorization_code"}, "code": {query.Get("code")}, "redirect_uri": {d.parts.Origin + a.callbackPath()}, "code_verifier": {p.Verifier},
	}, p.Nonce)
	d.landed(w, q, a.Key, "code for tokens", got, no, err)
}

// refresh uses the refresh token. The server decides access again: from where
// the visitor pretends to be now, by the policies of now.
func (d *Demo) refresh(w http.ResponseWriter, q *http.Request) {
	var held *tokens
	var key string
	d.visits.of(w, q, func(v *visit) { held, key = v.Tokens, v.App })
	a, known := appOf(key)
	if held == nil || !known {
		http.Redirect(w, q, "/demo", http.StatusSeeOther)
		return
	}
	got, no, err := d.redeem(q, a, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {held.Refresh}, "scope": {strings.Join(a.scopes, " ")}}, "")
	if no != nil {
		d.keep(w, q, a.Key, held, no, exchange{d.parts.Now(), "refresh", no.summary()})
		http.Redirect(w, q, "/demo/visit", http.StatusSeeOther)
		return
	}
	d.landed(w, q, a.Key, "refresh", got, no, err)
}

// landed keeps what came of a token request and shows it.
func (d *Demo) landed(w http.ResponseWriter, q *http.Request, app, what string, got *tokens, no *refused, err error) {
	switch {
	case err != nil:
		d.show(w, q, http.StatusBadGateway, "lost", "The sample app does not understand the answer: "+err.Error(), nil)
		return
	case no != nil:
		d.keep(w, q, app, nil, no, exchange{d.parts.Now(), what, no.summary()})
	default:
		d.keep(w, q, app, got, nil, exchange{d.parts.Now(), what, "200 OK"})
	}
	http.Redirect(w, q, "/demo/visit", http.StatusSeeOther)
}

func (d *Demo) keep(w http.ResponseWriter, q *http.Request, app string, got *tokens, no *refused, e exchange) {
	d.visits.of(w, q, func(v *visit) {
		v.App, v.Tokens, v.Refused = app, got, no
		v.note(e)
	})
}

// forget signs the visitor out of the app and of the server.
func (d *Demo) forget(w http.ResponseWriter, q *http.Request) {
	hint := ""
	d.visits.of(w, q, func(v *visit) {
		if v.Tokens != nil {
			hint = v.Tokens.ID
		}
		v.Tokens, v.Refused, v.Log = nil, nil, nil
	})
	values := url.Values{"post_logout_redirect_uri": {d.parts.Origin + "/demo/signed-out"}}
	if hint != "" {
		values.Set("id_token_hint", hint)
	}
	http.Redirect(w, q, "/"+Domain+"/oauth2/v2.0/logout?"+values.Encode(), http.StatusSeeOther)
}

// redeem asks the token endpoint, as the app's own server would.
func (d *Demo) redeem(q *http.Request, a app, form url.Values, nonce string) (*tokens, *refused, error) {
	form.Set("client_id", string(a.id))
	if secret := d.secrets[a.Key]; secret != "" && a.kind == directory.RedirectWeb {
		form.Set("client_secret", secret)
	}
	status, body, err := d.ask(q, http.MethodPost, "/"+Domain+"/oauth2/v2.0/token", form)
	if err != nil {
		return nil, nil, err
	}
	if status != http.StatusOK {
		return nil, refusedAtToken(status, body), nil
	}
	var answer struct {
		Access  string `json:"access_token"`
		ID      string `json:"id_token"`
		Refresh string `json:"refresh_token"`
		Scope   string `json:"scope"`
		Expires int    `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, nil, fmt.Errorf("the token answer is not JSON: %w", err)
	}
	t := &tokens{Access: answer.Access, ID: answer.ID, Refresh: answer.Refresh, Scope: answer.Scope, Expires: d.parts.Now().Add(time.Duration(answer.Expires) * time.Second)}
	if t.IDClaims, err = d.verify(q, answer.ID, string(a.id), nonce); err != nil {
		return nil, nil, err
	}
	t.AccessClaims = peek(answer.Access)
	return t, nil, nil
}

// verify checks the ID token as OpenID Connect Core §3.1.3.7 asks: the
// signature by the published keys, for whom it is, and the nonce.
func (d *Demo) verify(q *http.Request, text, audience, nonce string) ([]claim, error) {
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, fmt.Errorf("the ID token is not signed as expected: %w", err)
	}
	status, body, err := d.ask(q, http.MethodGet, "/"+Domain+"/discovery/v2.0/keys", nil)
	if err != nil {
		return nil, err
	}
	var keys jose.JSONWebKeySet
	if status != http.StatusOK || json.Unmarshal(body, &keys) != nil {
		return nil, fmt.Errorf("the keys cannot be read (status %d)", status)
	}
	found := keys.Key(signed.Signatures[0].Protected.KeyID)
	if len(found) != 1 {
		return nil, errors.New("the ID token's key is not among the published ones")
	}
	payload, err := signed.Verify(found[0])
	if err != nil {
		return nil, fmt.Errorf("the ID token's signature is wrong: %w", err)
	}
	var c struct {
		Issuer   string `json:"iss"`
		Audience string `json:"aud"`
		Nonce    string `json:"nonce"`
		Expires  int64  `json:"exp"`
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return nil, fmt.Errorf("the ID token holds no claims: %w", err)
	}
	switch {
	case c.Audience != audience || c.Issuer != d.parts.Origin+"/"+string(Tenant)+"/v2.0":
		return nil, errors.New("the ID token is for another app, or of another server")
	case nonce != "" && c.Nonce != nonce:
		return nil, errors.New("the ID token answers another request")
	case d.parts.Now().Unix() >= c.Expires:
		return nil, errors.New("the ID token has expired")
	}
	return claimsOf(payload), nil
}

// ask sends a request to the server from the visitor's machine: the sample app
// shares the guise, so that what is refused there is refused here.
func (d *Demo) ask(q *http.Request, method, path string, form url.Values) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.Context()), 30*time.Second)
	defer cancel()
	out, err := http.NewRequestWithContext(ctx, method, d.parts.Origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, fmt.Errorf("ask the server: %w", err)
	}
	if form != nil {
		out.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	out.RemoteAddr = q.RemoteAddr
	if seen := route.Of(q); seen.Address.IsValid() {
		out.RemoteAddr = seen.Address.String() + ":0"
		if seen.Address.Is6() {
			out.RemoteAddr = "[" + seen.Address.String() + "]:0"
		}
	}
	out.Header.Set("User-Agent", q.UserAgent())
	if g := guiseOf(q); g != (Guise{}) {
		out.AddCookie(&http.Cookie{Name: Cookie, Value: g.String()})
	}
	answer, err := d.backend.RoundTrip(out)
	if err != nil {
		return 0, nil, fmt.Errorf("ask the server: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is in memory
	body, err := readAll(answer.Body)
	return answer.StatusCode, body, err
}

// peek reads the claims of an access token. An app must not: the token is for
// the resource. The demo shows what the resource will see.
func peek(text string) []claim {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return claimsOf(payload)
}

// claimsOf lists claims by name; instants are shown as such.
func claimsOf(payload []byte) []claim {
	var all map[string]json.RawMessage
	if json.Unmarshal(payload, &all) != nil {
		return nil
	}
	var list []claim
	for name, value := range all {
		text := strings.Trim(string(value), `"`)
		switch name {
		case "iat", "nbf", "exp", "auth_time":
			var at int64
			if json.Unmarshal(value, &at) == nil {
				text = time.Unix(at, 0).UTC().Format("2006-01-02 15:04:05 UTC")
			}
		}
		list = append(list, claim{name, text})
	}
	slices.SortFunc(list, func(a, b claim) int { return strings.Compare(a.Name, b.Name) })
	return list
}
