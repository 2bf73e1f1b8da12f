package session

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// GrantID is the id of a grant, a GUID.
type GrantID string

// Grant is what a client got of a person: the family of all refresh tokens
// that follow from one sign-in. It is bound to person and client, not to a
// resource (SI-341).
type Grant struct {
	ID       GrantID                `json:"id"`
	TenantID access.TenantID        `json:"tenantId"`
	Client   access.AppID           `json:"clientId"`
	Redirect directory.RedirectType `json:"redirectType,omitempty"`
	// Confidential: the client proved itself when it got the grant.
	Confidential bool          `json:"confidential,omitempty"`
	User         access.UserID `json:"userId"`
	SignIn       SignIn        `json:"signIn"`
	SessionID    string        `json:"sid,omitempty"`
	// Scope and Resource are those of the first request.
	Scope    string `json:"scope"`
	Resource string `json:"resource"`
	// Idle is the longest that a token may lie unused; Until ends the family
	// whatever happens, zero: never (§3.5).
	Idle  time.Duration `json:"idle"`
	Until time.Time     `json:"until,omitzero"`
	// Extra is for the front that made the grant.
	Extra    json.RawMessage `json:"extra,omitempty"`
	Created  time.Time       `json:"created"`
	LastUsed time.Time       `json:"lastUsed"`
	Revoked  *Revocation     `json:"revoked,omitempty"`
}

// Revocation tells when and why a grant ended.
type Revocation struct {
	At  time.Time       `json:"at"`
	Why RevocationCause `json:"why"`
}

// RevocationCause is why a grant ended.
type RevocationCause string

// The causes.
const (
	CodeReplayed  RevocationCause = "codeReplayed"
	TokenReused   RevocationCause = "tokenReused"
	ClientRevoked RevocationCause = "clientRevoked" // RFC 7009
	AdminRevoked  RevocationCause = "adminRevoked"
	SignedOut     RevocationCause = "signedOut"
	UserGone      RevocationCause = "userGone" // deleted
	PolicyRevoked RevocationCause = "policy"   // 70045, 530036: it can never be used again
)

// RefreshToken is one refresh token of a grant.
type RefreshToken struct {
	Key    Key
	Issued time.Time
	// Used is the first use of a public client's token and the latest of a
	// confidential client's; zero: not used yet.
	Used time.Time
}

// Grants stores grants with their refresh tokens.
type Grants interface {
	// Create keeps a grant with its first refresh token, which may be nil.
	Create(ctx context.Context, grant Grant, token *RefreshToken) error
	// Get returns the grant, revoked or not, or fault.NotFound.
	Get(ctx context.Context, id GrantID) (Grant, error)
	// ByToken returns a refresh token, used or not, with its grant, or
	// fault.NotFound.
	ByToken(ctx context.Context, key Key) (Grant, RefreshToken, error)
	// Use changes a token and its grant in one transaction and keeps the
	// successor that f returns, if any. A use that ends in a refusal is to be
	// kept as well: f then returns nil and tells its caller by a variable.
	Use(ctx context.Context, key Key, f func(*Grant, *RefreshToken) (successor *RefreshToken, err error)) error
	// Revoke ends the grants that match; those that ended stay as they were.
	// It returns how many it ended.
	Revoke(ctx context.Context, which GrantsOf, why Revocation) (int, error)
	// List returns the grants that match, latest used first.
	List(ctx context.Context, which GrantsOf, limit int) ([]Grant, error)
}

// GrantsOf selects grants; members that are set must all match, and at least
// one must be set.
type GrantsOf struct {
	ID        GrantID
	TenantID  access.TenantID
	User      access.UserID
	Client    access.AppID
	SessionID string
}

// Presented tells what presenting a refresh token means.
type Presented uint8

// The meanings.
const (
	Usable        Presented = iota
	GrantRevoked            // 50173 or 70000, by the cause
	GrantIdle               // 700082: unused for too long
	GrantOver               // 700084 for single-page apps, else 700081
	Reused                  // 70000: used before; the family is revoked now
	UsedByAnother           // 70000: another client's token
)

// Present applies the rules for a token presented by a client at an instant
// (SI-340), and changes grant and token accordingly: a Usable one is marked
// used; a Reused one revokes the family. A public client's token is good once,
// and for the grace after its first use again, since parallel requests and
// lost answers are no theft; a confidential client's stays good.
func (g *Grant) Present(t *RefreshToken, client access.AppID, now time.Time, grace time.Duration) Presented {
	now = directory.Instant(now)
	switch {
	case directory.Fold(client) != g.Client:
		return UsedByAnother
	case g.Revoked != nil:
		return GrantRevoked
	case !g.Until.IsZero() && !now.Before(g.Until):
		return GrantOver
	case now.Sub(t.lastSeen()) > g.Idle:
		return GrantIdle
	case !g.Confidential && !t.Used.IsZero() && now.Sub(t.Used) > grace:
		g.Revoked = &Revocation{At: now, Why: TokenReused}
		return Reused
	}
	if t.Used.IsZero() || g.Confidential {
		t.Used = now
	}
	g.LastUsed = now
	return Usable
}

// lastSeen returns when the token was issued or used, whichever is later.
func (t *RefreshToken) lastSeen() time.Time {
	if t.Used.After(t.Issued) {
		return t.Used
	}
	return t.Issued
}

// Check brings g into its stored form and reports every broken rule.
func (g *Grant) Check() error {
	for _, t := range []*time.Time{&g.Until, &g.Created, &g.LastUsed} {
		*t = directory.Instant(*t)
	}
	if g.Revoked != nil {
		g.Revoked.At = directory.Instant(g.Revoked.At)
	}
	g.ID, g.TenantID, g.User, g.Client = directory.Fold(g.ID), directory.Fold(g.TenantID), directory.Fold(g.User), directory.Fold(g.Client)
	g.SignIn.settle()
	var c fault.Check
	c.Require(directory.IsGUID(string(g.ID)), "id", "%q is not a GUID", g.ID)
	c.Require(directory.IsGUID(string(g.TenantID)), "tenantId", "%q is not a GUID", g.TenantID)
	c.Require(g.Idle > 0, "idle", "is not set")
	return c.Err("grant")
}

// Check brings t into its stored form and reports every broken rule.
func (t *RefreshToken) Check() error {
	t.Issued, t.Used = directory.Instant(t.Issued), directory.Instant(t.Used)
	var c fault.Check
	c.Require(len(t.Key) == 64, "key", "is not a SHA-256 in hex")
	return c.Err("refresh token")
}
