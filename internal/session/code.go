package session

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Code is an authorization code: everything that was decided when it was
// issued, waiting to be redeemed once (§5.1).
type Code struct {
	Key         Key                    `json:"-"`
	TenantID    access.TenantID        `json:"tenantId"`
	Client      access.AppID           `json:"clientId"`
	RedirectURI string                 `json:"redirectUri"`
	Redirect    directory.RedirectType `json:"redirectType"`
	// Challenge and ChallengeMethod are PKCE's; empty: the request had none.
	Challenge       string `json:"codeChallenge,omitempty"`
	ChallengeMethod string `json:"codeChallengeMethod,omitempty"`
	Nonce           string `json:"nonce,omitempty"`
	Scope           string `json:"scope"`    // as granted, separated by spaces
	Resource        string `json:"resource"` // the resource's appId
	// User is the account's object in TenantID; SignIn tells how it was
	// proved, there or in a home tenant.
	User      access.UserID `json:"userId"`
	SignIn    SignIn        `json:"signIn"`
	SessionID string        `json:"sid,omitempty"`
	Contexts  []string      `json:"acrs,omitempty"` // satisfied authentication contexts
	Claims    string        `json:"claims,omitempty"`
	// Correlation joins the records of one attempt; Extra is for the front
	// that made the code.
	Correlation string          `json:"correlationId,omitempty"`
	Extra       json.RawMessage `json:"extra,omitempty"`
	// GrantID is the id that the grant will have. It is chosen now so that a
	// replay can revoke the grant whatever happened in between.
	GrantID  GrantID   `json:"grantId"`
	Issued   time.Time `json:"issued"`
	Expires  time.Time `json:"expires"`
	Redeemed time.Time `json:"redeemed,omitzero"` // zero: not yet
}

// Issue is what a redeemed code becomes: a grant and, where offline_access was
// granted, its first refresh token.
type Issue struct {
	Grant Grant
	Token *RefreshToken
}

// Codes stores authorization codes.
type Codes interface {
	// Create keeps a new code.
	Create(ctx context.Context, code Code) error
	// Get returns the code, redeemed or not, or fault.NotFound.
	Get(ctx context.Context, key Key) (Code, error)
	// Redeem marks a code as redeemed at an instant and creates what f
	// returns, in one transaction. However many redeem one code at once, f
	// succeeds for one of them. For all others the code's grant is revoked in
	// the same transaction, and the error is fault.Conflict (54006): two
	// holders of one code means that one of them stole it (RFC 6749 §4.1.2).
	// If f fails, the code stays as it was.
	Redeem(ctx context.Context, key Key, at time.Time, f func(Code) (Issue, error)) error
}

// Expired reports whether the code came too late (70008).
func (c *Code) Expired(now time.Time) bool { return !now.Before(c.Expires) }

// Check brings c into its stored form and reports every broken rule.
func (c *Code) Check() error {
	for _, t := range []*time.Time{&c.Issued, &c.Expires, &c.Redeemed} {
		*t = directory.Instant(*t)
	}
	c.TenantID, c.User, c.Client = directory.Fold(c.TenantID), directory.Fold(c.User), directory.Fold(c.Client)
	c.SignIn.settle()
	var check fault.Check
	check.Require(len(c.Key) == 64, "key", "is not a SHA-256 in hex")
	check.Require(directory.IsGUID(string(c.GrantID)), "grantId", "%q is not a GUID", c.GrantID)
	check.Require(c.Expires.After(c.Issued), "expires", "is not after issued")
	return check.Err("code")
}
