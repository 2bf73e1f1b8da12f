package oidc

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
	"github.com/sallyport-id/sallyport/result"
)

// grantReply issues what the client asked for at the authorize endpoint, keeps
// it, and sends the browser back with it.
func (f *Front) grantReply(w http.ResponseWriter, q *http.Request, g *signin.Grant) {
	s, err := readState(g.Request.State)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	if s.Hint != "" && s.Hint != string(g.User.ID) && g.Request.Prompt&signin.PromptNone != 0 {
		// OpenID Connect Core §3.1.2.2: silently, nobody but the hinted one.
		refusal := f.bare(q, result.UserInformationNotProvided)
		refusal.Request, refusal.Tenant.ID = g.Request, g.Tenant.ID
		f.refusalReply(w, q, refusal)
		return
	}
	var secret session.Secret
	var code session.Code
	if s.has(typeCode) {
		if secret, code, err = f.newCode(g, &s); err != nil {
			f.brokenToPerson(w, q, err)
			return
		}
	}
	values, id, err := f.frontTokens(q, g, &s, secret)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	err = g.Commit(q.Context(), issued(g, id), func(ctx context.Context) error {
		if !s.has(typeCode) {
			return nil
		}
		return f.parts.Codes.Create(ctx, code)
	})
	switch {
	case fault.KindOf(err) == fault.Conflict && err != nil:
		// Two requests finished one sign-in; the other one has its answer.
		refusal := f.bare(q, result.FlowTokenExpired)
		refusal.Request, refusal.Tenant.ID = g.Request, g.Tenant.ID
		f.refusalReply(w, q, refusal)
		return
	case err != nil:
		f.brokenToPerson(w, q, err)
		return
	}
	if s.has(typeCode) {
		values.Set("code", secret.Reveal())
	}
	f.send(w, q, g.Request.RedirectURI, &s, f.parts.Tokens.Name(g.Tenant.ID), values)
}

// frontTokens makes the tokens that go through the browser, if any (SI-311).
func (f *Front) frontTokens(q *http.Request, g *signin.Grant, s *state, code session.Secret) (url.Values, string, error) {
	values, id := url.Values{}, ""
	facts := f.facts(g, "", token.ProvedNothing)
	access := token.Token{}
	var err error
	if s.has(typeToken) {
		if access, err = f.accessToken(q.Context(), g, facts, s.Capabilities); err != nil {
			return nil, "", err
		}
		id = access.ID
		values.Set("access_token", access.Text)
		values.Set("token_type", "Bearer")
		values.Set("expires_in", strconv.Itoa(access.Life()))
		values.Set("scope", scopeOf(g))
	}
	if s.has(typeIDToken) {
		made, err := f.parts.Tokens.IDToken(q.Context(), f.router.Now(), facts, token.IDToken{
			Nonce: s.Nonce, AccessToken: access.Text, Code: code.Reveal(), AuthTime: s.AuthTime,
			Contexts: s.ContextsInID, ACR: acr(s.ACR, g.Contexts), AppRoles: rolesInID(g), Implicit: true,
		})
		if err != nil {
			return nil, "", err
		}
		if id == "" {
			id = made.ID
		}
		values.Set("id_token", made.Text)
		values.Set("client_info", clientInfo(g.User))
	}
	if len(values) > 0 && g.SessionID != "" {
		values.Set("session_state", g.SessionID)
	}
	return values, id, nil
}

// refusalReply tells the client no, by redirect. The pipeline answers so only
// after the reply address was matched.
func (f *Front) refusalReply(w http.ResponseWriter, q *http.Request, refusal *signin.Refusal) {
	s, err := readState(refusal.Request.State)
	if err != nil {
		f.brokenToPerson(w, q, err)
		return
	}
	route.Of(q).Code = int(refusal.Code)
	issuer := ""
	if refusal.Tenant.ID != "" {
		issuer = f.parts.Tokens.Name(refusal.Tenant.ID)
	}
	f.send(w, q, refusal.Request.RedirectURI, &s, issuer, f.redirectError(refusal))
}

// send sends the browser to the client with an answer (SI-205, SI-312).
func (f *Front) send(w http.ResponseWriter, q *http.Request, redirect string, s *state, issuer string, values url.Values) {
	if s.State != "" {
		values.Set("state", s.State)
	}
	if issuer != "" {
		values.Set("iss", issuer) // RFC 9207
	}
	switch mode := s.mode(); mode {
	case modeFormPost:
		f.sendForm(w, q, redirect, values)
	case modeFragment:
		seeOther(w, withPath(redirect)+"#"+values.Encode())
	default:
		separator := "?"
		if strings.Contains(redirect, "?") {
			separator = "&"
		}
		seeOther(w, withPath(redirect)+separator+values.Encode())
	}
}

// withPath gives a web address without a path the root's (SI-312); anything
// else stays as it was registered.
func withPath(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Path != "" || u.Scheme != "https" && u.Scheme != "http" {
		return redirect
	}
	if address, query, found := strings.Cut(redirect, "?"); found {
		return address + "/?" + query
	}
	return redirect + "/"
}

// submitScript posts the form at once. Browsers run it because its hash stands
// in the policy; without scripts the button does the same.
const submitScript = "document.forms[0].submit()"

var formPage = template.Must(template.New("form_post").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Continue</title><meta name="viewport" content="width=device-width"></head>
<body><form method="post" action="{{.Action}}">
{{range $name, $values := .Values}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">
{{end}}{{end}}<noscript><button type="submit">Continue</button></noscript>
</form><script>` + submitScript + `</script></body></html>
`))

// scriptHash names submitScript in a content security policy.
var scriptHash = func() string {
	sum := sha256.Sum256([]byte(submitScript))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// sendForm answers with a page that posts the answer to the client
// (OAuth 2.0 Form Post Response Mode). The policy leaves form-action open:
// browsers would hold the client's own redirects against it.
func (f *Front) sendForm(w http.ResponseWriter, q *http.Request, redirect string, values url.Values) {
	h := w.Header()
	framed := h.Get("X-Frame-Options") == ""
	h.Set("Content-Type", "text/html; charset=utf-8")
	policy := "default-src 'none'; base-uri 'none'; script-src " + scriptHash
	if !framed {
		policy += "; frame-ancestors 'none'"
	}
	h.Set("Content-Security-Policy", policy)
	// The address comes from the directory, which takes no scheme that a
	// browser would run.
	err := formPage.Execute(w, struct {
		Action template.URL
		Values url.Values
	}{template.URL(withPath(redirect)), values})
	if err != nil {
		route.Of(q).Note("failure", err.Error())
	}
}
