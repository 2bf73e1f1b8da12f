package oidc

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/result"
)

func TestReadClaims(t *testing.T) {
	tests := []struct {
		text string
		want claimsRequest
		bad  bool
	}{
		{text: ""},
		{text: `{}`},
		{text: `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`, want: claimsRequest{Contexts: []string{"c1"}}},
		{text: `{"access_token":{"acrs":{"values":["C25","c99","c25","c100","c0","c01","x"]}}}`, want: claimsRequest{Contexts: []string{"c25", "c99"}}},
		{text: `{"id_token":{"acrs":{"value":"c2"},"auth_time":{"essential":true}}}`, want: claimsRequest{Contexts: []string{"c2"}, ContextsInID: true, AuthTime: true}},
		{text: `{"id_token":{"auth_time":null,"sub":{"value":7}}}`, want: claimsRequest{AuthTime: true}},
		{text: `{"access_token":{"xms_cc":{"values":["CP1","other"]}}}`, want: claimsRequest{Capabilities: []string{"cp1"}}},
		{text: `{"access_token":{"capolids":{"essential":true,"values":["0F8FAD5B-d9cb-469f-a165-70867728950e","x",7]}}}`, want: claimsRequest{Policies: []string{"0f8fad5b-d9cb-469f-a165-70867728950e"}}},
		{text: `{"id_token":{"amr":{"values":["mfa"]}}}`, want: claimsRequest{MFA: true}},
		{text: `{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`},
		{text: `{"userinfo":{"email":null}}`},
		{text: `[]`, bad: true},
		{text: `{"access_token":[]}`, bad: true},
		{text: `{"access_token":{"acrs":"c1"}}`, bad: true},
		{text: `{`, bad: true},
		{text: `{"a":"` + strings.Repeat("x", longestClaims) + `"}`, bad: true},
	}
	for _, tt := range tests {
		got, err := readClaims(tt.text)
		if (err != nil) != tt.bad || err == nil && (!slices.Equal(got.Contexts, tt.want.Contexts) || !slices.Equal(got.Policies, tt.want.Policies) ||
			!slices.Equal(got.Capabilities, tt.want.Capabilities) || got.MFA != tt.want.MFA || got.AuthTime != tt.want.AuthTime || got.ContextsInID != tt.want.ContextsInID) {
			t.Errorf("%.80s: %+v, %v", tt.text, got, err)
		}
	}
}

// TestVerifier is the example of RFC 7636 appendix B, and what is none.
func TestVerifier(t *testing.T) {
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	tests := []struct {
		verifier, challenge string
		want                result.Code
	}{
		{verifier, challenge, result.Success},
		{"", "", result.Success},
		{verifier, "", result.CodeVerifierMismatch},
		{"", challenge, result.CodeVerifierMismatch},
		{challenge, challenge, result.CodeVerifierMismatch},
		{verifier + "x", challenge, result.CodeVerifierMismatch},
		{verifier[:42], challenge, result.CodeVerifierSizeInvalid},
		{strings.Repeat("x", 129), challenge, result.CodeVerifierSizeInvalid},
		{strings.Repeat("x", 42) + "é", challenge, result.CodeVerifierSizeInvalid},
	}
	for _, tt := range tests {
		if got := judgeVerifier(tt.verifier, tt.challenge); got != tt.want {
			t.Errorf("%q against %q: %d, want %d", tt.verifier, tt.challenge, got, tt.want)
		}
	}
}

func TestScopes(t *testing.T) {
	for _, tt := range []struct{ scopes, want string }{
		{"openid api://a/x", "openid api://a/x"},
		{"api://a/x openid api://b/y api://A/z profile", "api://a/x openid api://A/z profile"},
		{"User.Read api://b/y Mail.Read", "User.Read Mail.Read"},
		{"https://x//.default", "https://x//.default"},
		{"", ""},
	} {
		if got := strings.Join(ofOneResource(strings.Fields(tt.scopes)), " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.scopes, got, tt.want)
		}
	}
}

func TestWithPath(t *testing.T) {
	for redirect, want := range map[string]string{
		"https://a.example": "https://a.example/", "https://a.example?x=1": "https://a.example/?x=1", "https://a.example/": "https://a.example/",
		"http://localhost:1": "http://localhost:1/", "com.example:/": "com.example:/", "urn:ietf:wg:oauth:2.0:oob": "urn:ietf:wg:oauth:2.0:oob", "com.example://auth": "com.example://auth",
	} {
		if got := withPath(redirect); got != want {
			t.Errorf("%s: %s, want %s", redirect, got, want)
		}
	}
}

// FuzzClaims holds that what a stranger sends is read or refused, and that what
// is read is what it says to be.
func FuzzClaims(f *testing.F) {
	f.Add(`{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]},"capolids":{"values":["0f8fad5b-d9cb-469f-a165-70867728950e"]}},"id_token":{"auth_time":null}}`)
	f.Add(`{"access_token":{"acrs":null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := readClaims(text)
		if err != nil {
			return
		}
		if slices.ContainsFunc(r.Contexts, func(c string) bool { return !isContext(c) }) || len(r.Contexts) > mostRequested || len(r.Policies) > mostRequested {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

// FuzzParameters holds that no query makes reading an authorize request panic,
// and that a token never goes into a query.
func FuzzParameters(f *testing.F) {
	f.Add("client_id=a&response_type=code+id_token&response_mode=query&prompt=none&max_age=1&acr_values=c1")
	f.Add("client_id=a&client_id=b&state=%00")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		values.Del("id_token_hint")
		a := (&Front{}).readAuthorize(parameters(values))
		a.request("t")
		if s := a.state; s.mode() == modeQuery && (s.has(typeIDToken) || s.has(typeToken)) {
			t.Errorf("%q: tokens in a query", query)
		}
	})
}
