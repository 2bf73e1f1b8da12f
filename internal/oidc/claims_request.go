package oidc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// claimsRequest is what the claims parameter asks for (OpenID Connect Core
// §5.5), as far as this server gives it on request.
type claimsRequest struct {
	// Contexts are authentication contexts (acrs), Policies ids of policies
	// that a refusal named (capolids, SI-214).
	Contexts, Policies []string
	// Capabilities are what the client can do (xms_cc, SI-211).
	Capabilities []string
	// MFA: more than one factor is asked for.
	MFA bool
	// AuthTime and ContextsInID are claims that the ID token is to have.
	AuthTime, ContextsInID bool
}

// longestClaims bounds the parameter.
const longestClaims = 16 << 10

// wantedClaim is one claim of the parameter; null asks for any value.
type wantedClaim struct {
	Value  any   `json:"value"`
	Values []any `json:"values"`
}

// texts returns the values that are texts.
func (w *wantedClaim) texts() []string {
	if w == nil {
		return nil
	}
	var list []string
	for _, value := range append([]any{w.Value}, w.Values...) {
		if s, ok := value.(string); ok && s != "" {
			list = append(list, s)
		}
	}
	return list
}

// readClaims reads the parameter; empty asks for nothing. What it does not
// know it passes over, as §5.5.1 demands.
func readClaims(text string) (claimsRequest, error) {
	var r claimsRequest
	if text == "" {
		return r, nil
	}
	if len(text) > longestClaims {
		return r, fmt.Errorf("read claims: %d bytes; at most %d are expected", len(text), longestClaims)
	}
	var wanted struct {
		ID     map[string]*wantedClaim `json:"id_token"`
		Access map[string]*wantedClaim `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(text), &wanted); err != nil {
		return r, fmt.Errorf("read claims: %w", err)
	}
	for _, token := range []map[string]*wantedClaim{wanted.ID, wanted.Access} {
		for _, context := range token["acrs"].texts() {
			r.Contexts = add(r.Contexts, context, isContext)
		}
		for _, value := range append(token["amr"].texts(), token["acr"].texts()...) {
			r.MFA = r.MFA || asksMFA(value)
			r.Contexts = add(r.Contexts, value, isContext)
		}
	}
	for _, id := range wanted.Access["capolids"].texts() {
		r.Policies = add(r.Policies, id, directory.IsGUID)
	}
	for _, capability := range wanted.Access["xms_cc"].texts() {
		if strings.EqualFold(capability, continuousAccess) {
			r.Capabilities = []string{continuousAccess}
		}
	}
	_, r.AuthTime = wanted.ID["auth_time"]
	_, r.ContextsInID = wanted.ID["acrs"]
	return r, nil
}

// continuousAccess is the capability to answer claims challenges; clients write
// it in either case (SI-211).
const continuousAccess = "cp1"

// mostRequested bounds how many contexts or policies are looked at.
const mostRequested = 100

// add adds a value that is one and is not there yet.
func add(list []string, value string, is func(string) bool) []string {
	value = directory.Fold(value)
	if !is(value) || slices.Contains(list, value) || len(list) >= mostRequested {
		return list
	}
	return append(list, value)
}

// isContext reports whether a value is c1 … c99 (SI-220).
func isContext(value string) bool {
	digits, found := strings.CutPrefix(directory.Fold(value), "c")
	return found && len(digits) >= 1 && len(digits) <= 2 && digits[0] >= '1' && digits[0] <= '9' && strings.Trim(digits, "0123456789") == ""
}

// asksMFA reports whether a value of amr, acr or acr_values asks for more than
// one factor.
func asksMFA(value string) bool {
	switch strings.ToLower(value) {
	case "mfa", "ngcmfa", "http://schemas.microsoft.com/claims/multipleauthn", "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "urn:microsoft:policies:mfa":
		return true
	}
	return false
}
