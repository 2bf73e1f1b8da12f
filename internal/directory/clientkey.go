package directory

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// ClientSecret is a secret of a confidential client. The server makes it, from
// 256 random bits, and keeps only its SHA-256: there is nothing to guess that
// a slow hash would have to protect.
type ClientSecret struct {
	KeyID       KeyID     `json:"keyId"`
	DisplayName string    `json:"displayName,omitempty"`
	Hash        string    `json:"hash"` // SHA-256, in hex
	Hint        string    `json:"hint"` // the first characters, for people
	Start       time.Time `json:"startDateTime"`
	End         time.Time `json:"endDateTime"`
}

// NewClientSecret makes a secret that is valid from start to end, and returns
// it with its text, which is shown once.
func NewClientSecret(random io.Reader, name string, start, end time.Time) (ClientSecret, string, error) {
	id, err := NewID(random)
	if err != nil {
		return ClientSecret{}, "", err
	}
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return ClientSecret{}, "", fmt.Errorf("read randomness for a client secret: %w", err)
	}
	text := "sp~" + base64.RawURLEncoding.EncodeToString(b[:])
	return ClientSecret{
		KeyID: KeyID(id), DisplayName: name, Hash: secretHash(text), Hint: text[:6],
		Start: Instant(start), End: Instant(end),
	}, text, nil
}

func secretHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Matches reports whether text is this secret, in constant time.
func (s *ClientSecret) Matches(text string) bool {
	return subtle.ConstantTimeCompare([]byte(s.Hash), []byte(secretHash(text))) == 1
}

// ValidAt reports whether the secret may be used at an instant.
func (s *ClientSecret) ValidAt(t time.Time) bool { return !t.Before(s.Start) && t.Before(s.End) }

// ClientKey is a public key of a confidential client, with or without a
// certificate around it.
type ClientKey struct {
	KeyID       KeyID  `json:"keyId"`
	DisplayName string `json:"displayName,omitempty"`
	// Certificate is the DER form; nil for a bare key.
	Certificate []byte `json:"certificate,omitempty"`
	// PublicKey is the key in PKIX DER form.
	PublicKey []byte `json:"publicKey"`
	// SHA1 and SHA256 are the certificate's thumbprints in hex, by which an
	// assertion's x5t and x5t#S256 name it; empty for a bare key.
	SHA1   string `json:"sha1,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Name is the kid by which an assertion may name the key.
	Name  string    `json:"kid,omitempty"`
	Start time.Time `json:"startDateTime"`
	End   time.Time `json:"endDateTime"`
}

// ValidAt reports whether the key may be used at an instant.
func (k *ClientKey) ValidAt(t time.Time) bool { return !t.Before(k.Start) && t.Before(k.End) }

// Confidential reports whether the app has anything to authenticate itself
// with, expired or not.
func (a *Application) Confidential() bool { return len(a.Secrets)+len(a.Certificates) > 0 }

// SecretAt tells how a presented secret stands at an instant.
func (a *Application) SecretAt(text string, t time.Time) SecretStanding {
	valid, matched := false, false
	for i := range a.Secrets {
		now := a.Secrets[i].ValidAt(t)
		valid = valid || now
		matched = a.Secrets[i].Matches(text) && now || matched
	}
	switch {
	case matched:
		return SecretRight
	case !valid && len(a.Secrets) > 0:
		return SecretsExpired
	}
	return SecretWrong
}

// SecretStanding is how a presented client secret stands.
type SecretStanding uint8

// The standings.
const (
	SecretWrong    SecretStanding = iota // 7000215
	SecretsExpired                       // 7000222: no secret of the app is valid
	SecretRight
)

func (a *Application) checkKeys(c *fault.Check) {
	seen := map[KeyID]bool{}
	key := func(path string, id *KeyID, start, end *time.Time) {
		fold(id)
		instants(start, end)
		c.Require(IsGUID(string(*id)), path+".keyId", "%q is not a GUID", *id)
		c.Require(!seen[*id], path+".keyId", "%q is used twice", *id)
		seen[*id] = true
		c.Require(end.After(*start), path+".endDateTime", "is not after startDateTime")
	}
	for i := range a.Secrets {
		s := &a.Secrets[i]
		path := fmt.Sprintf("passwordCredentials[%d]", i)
		key(path, &s.KeyID, &s.Start, &s.End)
		_, err := hex.DecodeString(s.Hash)
		c.Require(err == nil && len(s.Hash) == 2*sha256.Size, path+".hash", "is not a SHA-256 in hex")
	}
	for i := range a.Certificates {
		k := &a.Certificates[i]
		path := fmt.Sprintf("keyCredentials[%d]", i)
		fold(&k.SHA1)
		fold(&k.SHA256)
		key(path, &k.KeyID, &k.Start, &k.End)
		c.Require(len(k.PublicKey) > 0, path+".publicKey", "is empty; a key in PKIX form is expected")
		c.Require(k.Certificate == nil || len(k.SHA256) == 2*sha256.Size, path+".sha256", "is not the thumbprint of a certificate")
	}
}
