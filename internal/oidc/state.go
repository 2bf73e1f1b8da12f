package oidc

import (
	"encoding/json"
	"slices"
)

// The response types, of which a request names one or more.
const (
	typeCode    = "code"
	typeIDToken = "id_token"
	typeToken   = "token"
)

// The response modes.
const (
	modeQuery    = "query"
	modeFragment = "fragment"
	modeFormPost = "form_post"
)

// state is what the pipeline keeps for this front while a person signs in.
type state struct {
	Types     []string `json:"types,omitempty"`
	Mode      string   `json:"mode,omitempty"`
	State     string   `json:"state,omitempty"`
	Nonce     string   `json:"nonce,omitempty"`
	Challenge string   `json:"challenge,omitempty"`
	// ACR are the contexts of acr_values, in the client's order.
	ACR          []string `json:"acr,omitempty"`
	Capabilities []string `json:"capabilities,omitempty"`
	AuthTime     bool     `json:"authTime,omitempty"`
	ContextsInID bool     `json:"contextsInId,omitempty"`
	// Hint is the object id that id_token_hint named.
	Hint string `json:"hint,omitempty"`
}

// readState reads the front's state again.
func readState(raw json.RawMessage) (state, error) {
	var s state
	if len(raw) == 0 {
		return s, nil
	}
	err := json.Unmarshal(raw, &s)
	return s, err
}

// has reports whether a response type was asked for.
func (s *state) has(t string) bool { return slices.Contains(s.Types, t) }

// mode returns the response mode, which follows from the types unless the
// request names one.
func (s *state) mode() string {
	switch {
	case s.Mode != "":
		return s.Mode
	case s.has(typeIDToken) || s.has(typeToken):
		return modeFragment
	}
	return modeQuery
}

// acr returns the acr claim: the first context of the client's wish that is
// satisfied (RFC 9470 §5); empty: none was wished.
func acr(wished, satisfied []string) string {
	for _, context := range wished {
		if slices.Contains(satisfied, context) {
			return context
		}
	}
	return ""
}
