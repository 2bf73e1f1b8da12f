package signin

import (
	"encoding/json"
	"net/netip"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/session"
)

// Caller is where a request comes from and what it carries besides the
// protocol's parameters. Nothing in it is believed but the address, which the
// front takes from trusted proxies only.
type Caller struct {
	// Address is the client's; the zero Addr: not known.
	Address   netip.Addr
	UserAgent string
	Hints     Hints
	// Session and Browser are the values of the two cookies; empty: none.
	// Browser binds hops to the browser; Session is who is signed in.
	Session session.Secret
	Browser session.Secret
	// Device is what the device proves itself with; zero: nothing.
	Device factor.DeviceEvidence
	// ProvesDevice: the client said that it answers a device challenge
	// (50097); a browser without a helper does not.
	ProvesDevice bool
	// CompliantNetwork is told by a front that knows (CA-70).
	CompliantNetwork access.Fact[bool]
	// RequestID and Correlation are GUIDs; what is none is replaced.
	RequestID, Correlation string
}

// Hints are the client hints of a request (Sec-CH-UA-…), without quotes.
type Hints struct {
	Platform        string `json:"platform,omitempty"`        // Sec-CH-UA-Platform
	PlatformVersion string `json:"platformVersion,omitempty"` // Sec-CH-UA-Platform-Version
	Mobile          bool   `json:"mobile,omitempty"`          // Sec-CH-UA-Mobile: ?1
}

// Protocol is how the request was made, as the log names it (SI-603).
type Protocol string

// The protocols.
const (
	AuthorizationCodePKCE Protocol = "authorizationCodeWithPkce"
	AuthorizationCode     Protocol = "authorizationCodeWithoutPkce"
	Implicit              Protocol = "oAuth2"
	RefreshGrant          Protocol = "refreshTokenGrant"
	ClientCredentials     Protocol = "clientCredentials"
	OnBehalfOf            Protocol = "onBehalfOf"
	DeviceCode            Protocol = "deviceCode"
	PasswordGrant         Protocol = "ropc"
	SAML                  Protocol = "saml20"
)

// Request is what is asked for, in no protocol's words. Its slices and State
// belong to the pipeline once it is given.
type Request struct {
	// Tenant is the tenant as addressed: a GUID or a verified domain.
	Tenant   string   `json:"tenant"`
	Protocol Protocol `json:"protocol"`
	// Client is the client id, or an identifier URI of the app (SAML).
	Client string `json:"client"`
	// RedirectURI is where the answer goes; the reply stage matches it
	// (50011). Empty at the token endpoint where none was sent.
	RedirectURI string `json:"redirectUri,omitempty"`
	// Scopes are as asked: "openid", "api://x/read", "https://y/.default".
	// Resource names one where the protocol has no scopes.
	Scopes   []string `json:"scopes,omitempty"`
	Resource string   `json:"resource,omitempty"`

	Prompt Prompt `json:"prompt,omitempty"`
	// MaxAge is the oldest proof that will do (SI-315); nil: no limit.
	MaxAge     *time.Duration `json:"maxAge,omitempty"`
	LoginHint  string         `json:"loginHint,omitempty"` // a UPN
	DomainHint string         `json:"domainHint,omitempty"`
	// SessionHint is a sid that must be the session's.
	SessionHint string `json:"sessionHint,omitempty"`
	// Contexts are the authentication contexts that the answer must have
	// (acrs, acr_values c1 … c99): SI-221.
	Contexts []string `json:"contexts,omitempty"`
	// Policies are policy ids of a claims challenge (capolids, SI-214). All
	// policies are evaluated anyway, so they change nothing.
	Policies []string `json:"policies,omitempty"`
	// RequireMFA: claims or acr_values ask for more than one factor.
	RequireMFA bool `json:"requireMfa,omitempty"`
	// Flow is the flow by which the sign-in moves to another device (CA-95).
	Flow access.Flows `json:"flow,omitempty"`

	// ReplyRules are the front's rules at P4; nil: none. They are not kept:
	// they judge the request, which does not change.
	ReplyRules ReplyRules `json:"-"`

	// State is the front's own and comes back in Grant and Refusal: OAuth's
	// state, nonce, code challenge, response mode.
	State json.RawMessage `json:"state,omitempty"`
	// Return is the path of the front to which the browser goes when the
	// last page is done; a query parameter "hop" is added for Finish.
	Return string `json:"return,omitempty"`
}

// Prompt is which pages the client demands or forbids (SI-313), a set.
type Prompt uint8

// The prompts.
const (
	PromptLogin         Prompt = 1 << iota // prove who you are again
	PromptNone                             // no page at all
	PromptConsent                          // show consent even if granted
	PromptSelectAccount                    // choose an account
	PromptCreate                           // sign up; treated as no prompt
)
