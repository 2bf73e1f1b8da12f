package oidc

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/token"
)

// userinfoAnswer is the claims of OpenID Connect Core §5.3.2. sub is that of the
// client's ID tokens.
type userinfoAnswer struct {
	Subject       string `json:"sub"`
	Name          string `json:"name,omitempty"`
	GivenName     string `json:"given_name,omitempty"`
	FamilyName    string `json:"family_name,omitempty"`
	PreferredName string `json:"preferred_username,omitempty"`
	Locale        string `json:"locale,omitempty"`
	Email         string `json:"email,omitempty"`
}

// userinfo tells a client about the person of an access token.
func (f *Front) userinfo(w http.ResponseWriter, q *http.Request) {
	route.AllowOrigin(w, "*")
	text, ok := bearer(q)
	if !ok {
		f.bearerError(w, q, http.StatusUnauthorized, "", "")
		return
	}
	read, user, broken, err := f.standing(q.Context(), text)
	switch {
	case broken:
		f.brokenToProgram(w, q, err)
	case errors.Is(err, errNotStanding) && capable(&read):
		f.challenge(w, q, &read)
	case err != nil:
		f.bearerError(w, q, http.StatusUnauthorized, "invalid_token", "The access token is malformed, expired or revoked.")
	case read.Audience != string(signin.AppGraph) || user == nil:
		// A token for another API must not open this one.
		f.bearerError(w, q, http.StatusUnauthorized, "invalid_token", "The access token is for another resource.")
	case !read.Has("openid"):
		f.bearerError(w, q, http.StatusForbidden, "insufficient_scope", "The scope openid is needed.")
	default:
		writeJSON(w, http.StatusOK, f.describe(&read, user))
	}
}

// describe tells what the token's scopes allow.
func (f *Front) describe(read *token.Read, user *directory.User) userinfoAnswer {
	a := userinfoAnswer{Subject: f.parts.Tokens.Subject(read.Tenant, user.ID, read.App)}
	if read.Has("profile") {
		a.Name, a.GivenName, a.FamilyName = user.DisplayName, user.GivenName, user.Surname
		a.PreferredName, a.Locale = user.UserPrincipalName, user.PreferredLanguage
	}
	if read.Has("email") {
		a.Email = user.Mail
	}
	return a
}

// bearer returns the access token of a request: of its header, or of a posted
// form. In an address it would be logged, so it is not looked for there
// (RFC 9700 §4.3.2).
func bearer(q *http.Request) (string, bool) {
	scheme, text, found := strings.Cut(q.Header.Get("Authorization"), " ")
	if found && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(text), text != ""
	}
	if q.Method != http.MethodPost {
		return "", false
	}
	form, err := route.Form(q)
	if err != nil {
		return "", false
	}
	return form.Get("access_token"), form.Get("access_token") != ""
}

// challenge asks a capable client for a token that was issued after now
// (SI-212, SI-213).
func (f *Front) challenge(w http.ResponseWriter, q *http.Request, read *token.Read) {
	claims, err := json.Marshal(map[string]map[string]any{"access_token": {
		"nbf": map[string]any{"essential": true, "value": strconv.FormatInt(seconds(f.router.Now()), 10)},
	}})
	if err != nil {
		panic(err) // plain data always encodes
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="", authorization_uri="`+f.address(string(read.Tenant), pathAuthorize)+
		`", error="insufficient_claims", claims="`+base64.StdEncoding.EncodeToString(claims)+`"`)
	writeJSON(w, http.StatusUnauthorized, struct {
		Error   string `json:"error"`
		TraceID string `json:"trace_id"`
	}{"insufficient_claims", route.Of(q).ID})
}
