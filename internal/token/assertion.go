package token

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// assertionAlgorithms are those by which clients may sign. Symmetric ones are
// not among them: with those a public key would be a secret that everyone
// knows. Nor is "none".
var assertionAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256}

// longestAssertionLife is how far in the future an assertion may end: its id
// must be remembered for as long.
const longestAssertionLife = 24 * time.Hour

// Assertion is a client's proof of itself: a JWT signed with its key
// (private_key_jwt, RFC 7523 §2.2). Until it is checked nothing in it is true.
type Assertion struct {
	raw    string
	parsed *jwt.JSONWebToken
	// Client is whom it says it is of.
	Client access.AppID
}

// AssertionFault is why an assertion is refused.
type AssertionFault string

// The faults.
const (
	AssertionMalformed AssertionFault = "it is malformed"
	AssertionUnsigned  AssertionFault = "its signature is not by a registered key"
	AssertionForOther  AssertionFault = "its audience is another"
	AssertionLate      AssertionFault = "it is outside its validity"
	AssertionReplayed  AssertionFault = "it was used before"
)

// Error returns the fault in words.
func (f AssertionFault) Error() string { return "client assertion: " + string(f) }

// SeenAssertion is what is remembered of an assertion that was used.
type SeenAssertion struct {
	Client access.AppID `json:"clientId"`
	At     time.Time    `json:"at"`
}

// SeenAssertions remembers assertions; a *store.Shelf[SeenAssertion] does.
type SeenAssertions interface {
	// Create fails with fault.Conflict if the key is taken.
	Create(ctx context.Context, key string, expires time.Time, value SeenAssertion) error
}

// ReadAssertion reads an assertion far enough to know whose it says it is. It
// fails with AssertionMalformed.
func ReadAssertion(raw string) (*Assertion, error) {
	if len(raw) > longestToken {
		return nil, AssertionMalformed
	}
	parsed, err := jwt.ParseSigned(raw, assertionAlgorithms)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", AssertionMalformed, err)
	}
	var c jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&c); err != nil {
		return nil, fmt.Errorf("%w: %w", AssertionMalformed, err)
	}
	if c.Subject == "" || !strings.EqualFold(c.Subject, c.Issuer) {
		return nil, fmt.Errorf("%w: iss and sub must both be the client id", AssertionMalformed)
	}
	return &Assertion{raw: raw, parsed: parsed, Client: access.AppID(strings.ToLower(c.Subject))}, nil
}

// Check proves the assertion with one of the client's keys, for one of the
// audiences, at an instant, and for the first time. It returns the key; a
// refusal is an AssertionFault, any other error means that the machine broke.
func (a *Assertion) Check(ctx context.Context, keys []directory.ClientKey, audiences []string, now time.Time, seen SeenAssertions) (directory.ClientKey, error) {
	key, claims, ok := a.prove(keys, now)
	if !ok {
		return directory.ClientKey{}, AssertionUnsigned
	}
	// One audience only: a list could be good at another server too.
	if len(claims.Audience) != 1 || !slices.ContainsFunc(audiences, func(ours string) bool { return strings.EqualFold(ours, claims.Audience[0]) }) {
		return directory.ClientKey{}, AssertionForOther
	}
	switch {
	case claims.Expiry == nil,
		!now.Before(claims.Expiry.Time().Add(skew)),
		claims.Expiry.Time().After(now.Add(longestAssertionLife + skew)),
		claims.NotBefore != nil && claims.NotBefore.Time().After(now.Add(skew)),
		claims.IssuedAt != nil && claims.IssuedAt.Time().After(now.Add(skew)):
		return directory.ClientKey{}, AssertionLate
	}
	// Without a jti the assertion is its own name: used again, it is the same.
	id := "jti " + claims.ID
	if claims.ID == "" {
		id = "jws " + a.raw
	}
	sum := sha256.Sum256([]byte(string(a.Client) + " " + id))
	err := seen.Create(ctx, hex.EncodeToString(sum[:]), claims.Expiry.Time().Add(2*skew), SeenAssertion{Client: a.Client, At: directory.Instant(now)})
	switch {
	case errors.Is(err, fault.Conflict):
		return directory.ClientKey{}, AssertionReplayed
	case err != nil:
		return directory.ClientKey{}, fmt.Errorf("remember a client assertion: %w", err)
	}
	return key, nil
}

// prove finds the key that signed.
func (a *Assertion) prove(keys []directory.ClientKey, now time.Time) (directory.ClientKey, jwt.Claims, bool) {
	for _, key := range keys {
		if !key.ValidAt(now) || !a.names(&key) {
			continue
		}
		// A key that cannot be read, or is of another kind than the
		// algorithm, signed nothing.
		public, err := x509.ParsePKIXPublicKey(key.PublicKey)
		if err != nil {
			continue
		}
		var c jwt.Claims
		if a.parsed.Claims(public, &c) == nil {
			return key, c, true
		}
	}
	return directory.ClientKey{}, jwt.Claims{}, false
}

// names reports whether the header could mean a key: it names it by a
// certificate's thumbprint or by kid, or names none.
func (a *Assertion) names(key *directory.ClientKey) bool {
	header := a.parsed.Headers[0]
	named := false
	for name, thumbprint := range map[jose.HeaderKey]string{"x5t#S256": key.SHA256, "x5t": key.SHA1} {
		value, ok := header.ExtraHeaders[name].(string)
		if !ok {
			continue
		}
		if named = true; thumbprint != "" && readThumbprint(value) == thumbprint {
			return true
		}
	}
	if kid := header.KeyID; kid != "" {
		named = true
		if kid == key.Name || strings.EqualFold(kid, string(key.KeyID)) || key.SHA1 != "" && (strings.EqualFold(kid, key.SHA1) || readThumbprint(kid) == key.SHA1) {
			return true
		}
	}
	return !named
}

// readThumbprint returns a thumbprint in hex. RFC 7515 §4.1.8 wants base64url
// without padding; MSAL Go writes standard base64 with it (SI-427).
func readThumbprint(text string) string {
	plain := strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	raw, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(raw)
}
