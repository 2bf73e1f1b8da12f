package oidc

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/signin"
)

// identityScopes are the scopes that no resource owns.
var identityScopes = []string{"openid", "profile", "email", "offline_access"}

func isIdentityScope(scope string) bool {
	return slices.Contains(identityScopes, directory.Fold(scope))
}

// resourceIn returns the resource that a scope names (SI-316); empty: none, so
// that it is a scope of Microsoft Graph.
func resourceIn(scope string) string {
	resource, _, _ := cutLast(scope, "/")
	return resource
}

func cutLast(s, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(s, separator); at >= 0 {
		return s[:at], s[at+len(separator):], true
	}
	return "", s, false
}

// ofOneResource returns identity scopes and those of the first resource: at the
// authorize endpoint several may be named, a code is for the first.
func ofOneResource(scopes []string) []string {
	first, found := "", false
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
		if isIdentityScope(scope) {
			return false
		}
		if !found {
			first, found = resourceIn(scope), true
		}
		return !strings.EqualFold(resourceIn(scope), first)
	})
}

// audienceOf returns the resource as it was asked for: the aud claim of
// version 1 tokens. Empty: it was not named.
func audienceOf(g *signin.Grant) string {
	if g.Request.Resource != "" {
		return g.Request.Resource
	}
	for _, scope := range g.Scopes.Asked {
		if resource := resourceIn(scope); resource != "" && !isIdentityScope(scope) {
			return resource
		}
	}
	return ""
}

// scopeOf returns the scope of an answer: what was asked, word for word, for
// MSAL Go misses what it asked for otherwise (SI-425), and what ".default"
// came to.
func scopeOf(g *signin.Grant) string {
	list := slices.Clone(g.Scopes.Asked)
	prefix := audienceOf(g)
	for _, name := range g.Scopes.Permissions {
		full := name
		if prefix != "" {
			full = strings.TrimSuffix(prefix, "/") + "/" + name
		}
		if !slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, full) || prefix == "" && strings.EqualFold(s, name) }) {
			list = append(list, full)
		}
	}
	return strings.Join(list, " ")
}

// merge returns the scopes of a and those of b that are not in a.
func merge(a, b []string) []string {
	list := slices.Clone(a)
	for _, scope := range b {
		if !slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, scope) }) {
			list = append(list, scope)
		}
	}
	return list
}
