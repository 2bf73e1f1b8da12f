package oidc

import (
	"net/url"
	"slices"
	"strings"
)

// parameters are those of one request.
type parameters url.Values

// single are the parameters that may come once only (RFC 6749 §3.1). Others may
// repeat: clients send some in the address and in the body (SI-406).
var single = []string{
	"client_id", "response_type", "redirect_uri", "scope", "response_mode", "state", "nonce", "prompt", "login_hint", "domain_hint", "sid",
	"code_challenge", "code_challenge_method", "max_age", "acr_values", "claims", "id_token_hint", "request", "request_uri",
	"grant_type", "code", "code_verifier", "refresh_token", "client_secret", "client_assertion", "client_assertion_type",
	"token", "token_type_hint", "post_logout_redirect_uri", "logout_hint",
}

// get returns the first value of a parameter; empty: it was not sent, which
// RFC 6749 §3.1 makes the same.
func (p parameters) get(name string) string { return url.Values(p).Get(name) }

// words returns the values of a parameter that lists them, each once.
func (p parameters) words(name string) []string {
	var list []string
	for _, word := range strings.Fields(p.get(name)) {
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// contradicts reports whether a parameter came twice and says two things
// (9002313).
func (p parameters) contradicts() bool {
	return slices.ContainsFunc(single, func(name string) bool {
		values := p[name]
		return len(values) > 1 && slices.ContainsFunc(values[1:], func(v string) bool { return v != values[0] })
	})
}
