package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // x5t is SHA-1 by RFC 7517 §4.8; nothing is trusted for it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// StoredKey is a signing key as it is kept.
type StoredKey struct {
	// Serial orders the keys; the key of the shelf follows from it.
	Serial int    `json:"serial"`
	ID     string `json:"kid"`
	// Private is the RSA key in PKCS #8 form; Certificate, a certificate
	// that it signed for itself, for clients that want x5c.
	Private     []byte    `json:"privateKey"`
	Certificate []byte    `json:"certificate"`
	Created     time.Time `json:"created"`
	// From is when it begins to sign. It signs until the next key does.
	From time.Time `json:"from"`
}

// KeyStore keeps signing keys, secretly; a *store.Shelf[StoredKey] does.
type KeyStore interface {
	// Create fails with fault.Conflict if the key is taken.
	Create(ctx context.Context, key string, expires time.Time, value StoredKey) error
	List(ctx context.Context) ([]StoredKey, error)
	Delete(ctx context.Context, key string) error
}

// keyBits is the size of new keys: what every client reads, and fast enough
// to sign two tokens per refresh.
const keyBits = 2048

// certificateLife is longer than any key lives; clients look at the JWK set,
// not at the certificate's dates.
const certificateLife = 10 * 365 * 24 * time.Hour

// newKey makes a key.
func newKey(random io.Reader, serial int, now, from time.Time) (StoredKey, error) {
	private, err := rsa.GenerateKey(random, keyBits)
	if err != nil {
		return StoredKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(serial)), Subject: pkix.Name{CommonName: "token signing"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
	}
	certificate, err := x509.CreateCertificate(random, template, template, private.Public(), private)
	if err != nil {
		return StoredKey{}, fmt.Errorf("make a signing key's certificate: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return StoredKey{}, fmt.Errorf("write a signing key: %w", err)
	}
	thumbprint, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return StoredKey{}, fmt.Errorf("name a signing key: %w", err)
	}
	return StoredKey{
		Serial: serial, ID: base64.RawURLEncoding.EncodeToString(thumbprint),
		Private: der, Certificate: certificate, Created: directory.Instant(now), From: directory.Instant(from),
	}, nil
}

// key is a StoredKey ready for use.
type key struct {
	StoredKey
	public jose.JSONWebKey
	jwk    json.RawMessage
	// plain signs tokens of version 2; x5t, those of version 1, which name
	// the certificate too (SI-330).
	plain, x5t jose.Signer
}

// ready reads a stored key and checks that it is whole.
func (s StoredKey) ready() (*key, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(s.Private)
	if err != nil {
		return nil, fmt.Errorf("read signing key %s: %w", s.ID, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read signing key %s: it is a %T; an RSA key is expected", s.ID, parsed)
	}
	certificate, err := x509.ParseCertificate(s.Certificate)
	if err != nil {
		return nil, fmt.Errorf("read the certificate of signing key %s: %w", s.ID, err)
	}
	sum := sha1.Sum(s.Certificate)
	k := &key{StoredKey: s, public: jose.JSONWebKey{
		Key: private.Public(), KeyID: s.ID, Algorithm: string(jose.RS256), Use: "sig",
		Certificates: []*x509.Certificate{certificate}, CertificateThumbprintSHA1: sum[:],
	}}
	if k.jwk, err = k.public.MarshalJSON(); err != nil {
		return nil, fmt.Errorf("write the public part of signing key %s: %w", s.ID, err)
	}
	options := func() *jose.SignerOptions { return (&jose.SignerOptions{}).WithType("JWT") }
	signing := jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: s.ID}}
	if k.plain, err = jose.NewSigner(signing, options()); err == nil {
		k.x5t, err = jose.NewSigner(signing, options().WithHeader("x5t", base64.RawURLEncoding.EncodeToString(sum[:])))
	}
	if err != nil {
		return nil, fmt.Errorf("use signing key %s: %w", s.ID, err)
	}
	return k, nil
}
