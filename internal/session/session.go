package session

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Session is a browser that people signed in with. Its Key changes with every
// gain of privilege; its ID never does.
type Session struct {
	Key Key    `json:"-"`
	ID  string `json:"sid"` // a GUID: the sid claim and the log's sessionId
	// SignIns are the accounts in the session, each at most once, the latest
	// used last (SI-351).
	SignIns []SignIn `json:"signIns"`
	// Persistent: the cookie outlives the browser (SI-360).
	Persistent bool       `json:"persistent,omitempty"`
	IP         netip.Addr `json:"ip"` // at creation
	UserAgent  string     `json:"userAgent,omitempty"`
	Created    time.Time  `json:"created"`
	LastUsed   time.Time  `json:"lastUsed"`
	// Expires is when it ends unless used before; the store may remove it
	// any time after.
	Expires time.Time `json:"expires"`
}

// SignIn is one account's proof of who it is, inside a session or carried by a
// code or a grant.
type SignIn struct {
	// TenantID and UserID name the account where it authenticated.
	TenantID access.TenantID `json:"tenantId"`
	UserID   access.UserID   `json:"userId"`
	// Factors are what was proved, oldest first, each method at most once.
	Factors []Factor `json:"factors"`
	// Flow is the flow that began it; it sticks (CA-96).
	Flow access.Flows `json:"flow,omitempty"`
	// DeviceID is the device that proved itself; empty: none.
	DeviceID directory.DeviceID `json:"deviceId,omitempty"`
	// KMSI is the answer to "stay signed in?"; empty: not asked (50140).
	KMSI Answer `json:"kmsi,omitempty"`
	// Remediated and PasswordChanged tell what was done in this sign-in for
	// policies that demand it (CA-112).
	Remediated      bool `json:"remediated,omitempty"`
	PasswordChanged bool `json:"passwordChanged,omitempty"`
	// SignedOut is set where the account was signed out of the session but
	// may be offered again.
	SignedOut bool `json:"signedOut,omitempty"`
}

// Answer is what a person said to a question.
type Answer string

// The answers.
const (
	NotAsked Answer = ""
	Yes      Answer = "yes"
	No       Answer = "no"
)

// Factor is one proof.
type Factor struct {
	Method access.Methods `json:"method"` // one bit
	At     time.Time      `json:"at"`
	// First: it was the first factor, proving who the person is.
	First bool `json:"first,omitempty"`
	// Multi: the method is two factors in one, as a passkey with user
	// verification is.
	Multi bool `json:"multi,omitempty"`
	// AAGUID is the authenticator of a passkey; Key the id of the method.
	AAGUID string          `json:"aaguid,omitempty"`
	Key    directory.KeyID `json:"key,omitempty"`
	// Until ends the proof and everything built on it: a temporary pass's
	// end; zero: no end.
	Until time.Time `json:"until,omitzero"`
}

// Sessions stores sessions.
type Sessions interface {
	// Create keeps a new session: fault.Conflict if its key exists.
	Create(ctx context.Context, session Session) error
	// Get returns the session with this key, or fault.NotFound; an expired
	// one may still be found.
	Get(ctx context.Context, key Key) (Session, error)
	// Update changes a session: fault.NotFound. Where f sets another Key the
	// old one is gone when Update returns.
	Update(ctx context.Context, key Key, f func(*Session) error) (Session, error)
	// Delete ends a session; one that is not there is no error.
	Delete(ctx context.Context, key Key) error
	// DeleteOf ends a user's part of every session, and sessions that are
	// empty then; it returns of how many.
	DeleteOf(ctx context.Context, tenant access.TenantID, user access.UserID) (int, error)
	// ListOf returns the sessions that the user is in, latest used first.
	ListOf(ctx context.Context, tenant access.TenantID, user access.UserID) ([]Session, error)
}

// Of returns the account's sign-in, or nil. Who was signed out is not in.
func (s *Session) Of(tenant access.TenantID, user access.UserID) *SignIn {
	for i := range s.SignIns {
		if in := &s.SignIns[i]; in.TenantID == tenant && in.UserID == user && !in.SignedOut {
			return in
		}
	}
	return nil
}

// Add puts an account into the session, in place of what it had, as the latest.
func (s *Session) Add(in SignIn) {
	s.Remove(in.TenantID, in.UserID)
	s.SignIns = append(s.SignIns, in)
}

// Remove takes an account out of the session, if it is in.
func (s *Session) Remove(tenant access.TenantID, user access.UserID) {
	s.SignIns = slices.DeleteFunc(slices.Clone(s.SignIns), func(in SignIn) bool { return in.TenantID == tenant && in.UserID == user })
}

// Touch moves the end of a session that is used now. It reports whether
// anything changed that is worth a write: an hour's steps are enough for
// lifetimes of days, and spare one write per request.
func (s *Session) Touch(now time.Time, lifetimes directory.Lifetimes) bool {
	life := lifetimes.Session
	if s.Persistent {
		life = lifetimes.SessionPersistent
	}
	now = directory.Instant(now)
	if now.Sub(s.LastUsed) < min(time.Hour, life/8) && s.Expires.Equal(s.LastUsed.Add(life)) {
		return false
	}
	s.LastUsed, s.Expires = now, now.Add(life)
	return true
}

// Expired reports whether the session is over (50132).
func (s *Session) Expired(now time.Time) bool { return !now.Before(s.Expires) }

// Check brings s into its stored form and reports every broken rule.
func (s *Session) Check() error {
	for _, t := range []*time.Time{&s.Created, &s.LastUsed, &s.Expires} {
		*t = directory.Instant(*t)
	}
	var c fault.Check
	c.Require(len(s.Key) == 64, "key", "is not a SHA-256 in hex")
	c.Require(directory.IsGUID(s.ID), "sid", "%q is not a GUID", s.ID)
	c.Require(!s.Expires.IsZero(), "expires", "is not set")
	for i := range s.SignIns {
		s.SignIns[i].settle()
	}
	return c.Err("session")
}

// settle brings in into its stored form.
func (in *SignIn) settle() {
	in.TenantID, in.UserID = directory.Fold(in.TenantID), directory.Fold(in.UserID)
	in.DeviceID = directory.Fold(in.DeviceID)
	for i := range in.Factors {
		f := &in.Factors[i]
		f.At, f.Until = directory.Instant(f.At), directory.Instant(f.Until)
	}
}
