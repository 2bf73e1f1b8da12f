package token

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Issuer makes and reads the server's tokens. It is safe for concurrent use.
type Issuer struct {
	origin   string
	keys     *Keys
	pairwise []byte
	mu       sync.Mutex
	random   io.Reader
}

// Token is a signed token.
type Token struct {
	Text string
	// ID is its uti, also the log's uniqueTokenIdentifier.
	ID      string
	Issued  time.Time
	Expires time.Time
}

// Life returns how long the token lives, in whole seconds: expires_in.
func (t *Token) Life() int { return int(t.Expires.Sub(t.Issued) / time.Second) }

// NewIssuer returns the issuer whose names begin with origin (https://host).
// pairwise makes the sub claim: 32 random bytes, the same on every node, and
// kept for ever, for clients know people by it. random makes token ids; nil:
// crypto/rand.
func NewIssuer(origin string, keys *Keys, pairwise []byte, random io.Reader) (*Issuer, error) {
	if len(pairwise) < 32 {
		return nil, fmt.Errorf("set the issuer up: the pairwise key has %d bytes; 32 are expected", len(pairwise))
	}
	if keys == nil || origin == "" {
		return nil, errors.New("set the issuer up: an origin and keys are required")
	}
	if random == nil {
		random = rand.Reader
	}
	return &Issuer{origin: origin, keys: keys, pairwise: pairwise, random: random}, nil
}

// Name returns the issuer's name for a tenant: the iss claim of ID tokens and
// of version 2 access tokens.
func (i *Issuer) Name(tenant access.TenantID) string {
	return i.origin + "/" + string(tenant) + "/v2.0"
}

// OldName returns the iss claim of version 1 access tokens.
func (i *Issuer) OldName(tenant access.TenantID) string { return i.origin + "/" + string(tenant) + "/" }

// Keys returns the keys that sign.
func (i *Issuer) Keys() *Keys { return i.keys }

// Subject returns the sub claim: who somebody is to one app, and to no other
// app the same (pairwise, OpenID Connect Core §8.1).
func (i *Issuer) Subject(tenant access.TenantID, user access.UserID, app access.AppID) string {
	h := hmac.New(sha256.New, i.pairwise)
	for _, part := range []string{"sallyport subject 1", string(tenant), string(user), string(app)} {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// NewID returns a fresh token id (uti), 128 random bits.
func (i *Issuer) NewID() (string, error) {
	var b [16]byte
	if err := i.read(b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// read fills b with randomness.
func (i *Issuer) read(b []byte) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, err := io.ReadFull(i.random, b); err != nil {
		return fmt.Errorf("read randomness for a token: %w", err)
	}
	return nil
}

// The bounds of an access token's life where the tenant sets none (§3.5). It
// is random, so that clients that began together do not come back together.
const (
	shortestLife = 60 * time.Minute
	longestLife  = 90 * time.Minute
)

// accessLife returns how long an access token lives.
func (i *Issuer) accessLife(fixed time.Duration) (time.Duration, error) {
	if fixed > 0 {
		return fixed, nil
	}
	var b [4]byte
	if err := i.read(b[:]); err != nil {
		return 0, err
	}
	span := uint32((longestLife - shortestLife) / time.Second)
	return shortestLife + time.Duration(binary.BigEndian.Uint32(b[:])%span)*time.Second, nil
}

// begin starts a token that lives for a time, in whole seconds, but not longer
// than the proofs behind it.
func (i *Issuer) begin(f *Facts, now time.Time, life time.Duration) (Token, Claims, error) {
	issued := now.UTC().Truncate(time.Second)
	expires := issued.Add(life)
	if !f.Until.IsZero() && f.Until.Before(expires) {
		expires = f.Until.UTC().Truncate(time.Second)
	}
	id, err := i.NewID()
	t := Token{ID: id, Issued: issued, Expires: expires}
	return t, Claims{"iat": issued.Unix(), "nbf": issued.Unix(), "exp": expires.Unix(), "uti": id, "tid": f.Tenant.ID}, err
}

// IDToken makes the ID token of an answer.
func (i *Issuer) IDToken(ctx context.Context, now time.Time, f *Facts, t IDToken) (Token, error) {
	made, c, err := i.begin(f, now, f.Tenant.Settings.WithDefaults().Lifetimes.IDToken)
	if err != nil {
		return Token{}, err
	}
	i.stateID(c, f, &t)
	made.Text, err = i.keys.sign(ctx, now, 2, c)
	return made, err
}

// AccessToken makes an access token for a resource, in the version that the
// resource reads.
func (i *Issuer) AccessToken(ctx context.Context, now time.Time, f *Facts, t AccessToken) (Token, error) {
	life, err := i.accessLife(f.Tenant.Settings.Lifetimes.AccessToken)
	if err != nil {
		return Token{}, err
	}
	made, c, err := i.begin(f, now, life)
	if err != nil {
		return Token{}, err
	}
	version := 1
	if t.Resource != nil && t.Resource.TokenVersion == 2 {
		version = 2
	}
	i.stateAccess(c, f, &t, version)
	made.Text, err = i.keys.sign(ctx, now, version, c)
	return made, err
}
