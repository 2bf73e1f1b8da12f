package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // x5t is SHA-1
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/token"
)

// credential is a client's key with its certificate.
type credential struct {
	private      crypto.Signer
	certificate  []byte
	sha1, sha256 []byte
	registered   directory.ClientKey
}

func newCredential(t *testing.T, private crypto.Signer) credential {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotBefore: now, NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	one, two := sha1.Sum(der), sha256.Sum256(der) // x5t is SHA-1
	return credential{private, der, one[:], two[:], directory.ClientKey{
		KeyID: directory.KeyID(storetest.ID()), Certificate: der, PublicKey: public, Name: "named",
		SHA1: hex.EncodeToString(one[:]), SHA256: hex.EncodeToString(two[:]), Start: now.Add(-time.Hour), End: now.Add(time.Hour),
	}}
}

const audience = origin + "/contoso.example/oauth2/v2.0/token"

// claims returns those of a good assertion.
func claims(id string) jwt.Claims {
	return jwt.Claims{
		Issuer: string(clientID), Subject: string(clientID), Audience: jwt.Audience{audience}, ID: id,
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(10 * time.Minute)),
	}
}

func assert(t *testing.T, algorithm jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, c jwt.Claims) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAssertion(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	strangerKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	client, elliptical, stranger := newCredential(t, rsaKey), newCredential(t, ecKey), newCredential(t, strangerKey)
	expired := newCredential(t, strangerKey)
	expired.registered.End = now
	keys := []directory.ClientKey{expired.registered, elliptical.registered, client.registered, {KeyID: "broken", PublicKey: []byte("x"), Start: now.Add(-1), End: now.Add(1)}}

	url, std := base64.RawURLEncoding, base64.StdEncoding
	header := func(name jose.HeaderKey, value string) map[jose.HeaderKey]any {
		return map[jose.HeaderKey]any{name: value}
	}
	change := func(f func(*jwt.Claims)) jwt.Claims {
		c := claims(storetest.ID())
		f(&c)
		return c
	}
	good := func() jwt.Claims { return claims(storetest.ID()) }
	tests := []struct {
		name string
		text string
		want error
	}{
		{"PS256, x5t#S256 as MSAL Go writes it", assert(t, jose.PS256, rsaKey, header("x5t#S256", std.EncodeToString(client.sha256)), good()), nil},
		{"PS256, x5t#S256 as MSAL Node writes it", assert(t, jose.PS256, rsaKey, header("x5t#S256", url.EncodeToString(client.sha256)), good()), nil},
		{"RS256, x5t", assert(t, jose.RS256, rsaKey, header("x5t", url.EncodeToString(client.sha1)), good()), nil},
		{"RS256, kid", assert(t, jose.RS256, jose.JSONWebKey{Key: rsaKey, KeyID: "named"}, nil, good()), nil},
		{"RS256, kid is the thumbprint", assert(t, jose.RS256, jose.JSONWebKey{Key: rsaKey, KeyID: hex.EncodeToString(client.sha1)}, nil, good()), nil},
		{"RS256, no name", assert(t, jose.RS256, rsaKey, nil, good()), nil},
		{"ES256", assert(t, jose.ES256, ecKey, header("x5t#S256", url.EncodeToString(elliptical.sha256)), good()), nil},
		{"no jti", assert(t, jose.RS256, rsaKey, nil, claims("")), nil},
		{"a stranger's key", assert(t, jose.RS256, strangerKey, nil, good()), token.AssertionUnsigned},
		{"a stranger's thumbprint", assert(t, jose.RS256, rsaKey, header("x5t", url.EncodeToString(stranger.sha1)), good()), token.AssertionUnsigned},
		{"another's thumbprint", assert(t, jose.RS256, rsaKey, header("x5t#S256", url.EncodeToString(elliptical.sha256)), good()), token.AssertionUnsigned},
		{"key over", assert(t, jose.RS256, strangerKey, header("x5t", url.EncodeToString(expired.sha1)), good()), token.AssertionUnsigned},
		{"none", encode(`{"alg":"none"}`) + "." + encode(`{"iss":"`+string(clientID)+`","sub":"`+string(clientID)+`"}`) + ".", token.AssertionMalformed},
		{"HS256 by the public key", assert(t, jose.HS256, client.registered.PublicKey, nil, good()), token.AssertionMalformed},
		{"RS512", assert(t, jose.RS512, rsaKey, nil, good()), token.AssertionMalformed},
		{"iss and sub differ", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Issuer = string(apiID) })), token.AssertionMalformed},
		{"no sub", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Subject = "" })), token.AssertionMalformed},
		{"another audience", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://evil.example/token"} })), token.AssertionForOther},
		{"no audience", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Audience = nil })), token.AssertionForOther},
		{"two audiences", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Audience = append(c.Audience, "https://evil.example/token") })), token.AssertionForOther},
		{"no end", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Expiry = nil })), token.AssertionLate},
		{"over", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(now.Add(-5 * time.Minute)) })), token.AssertionLate},
		{"just over, clocks differ", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(now.Add(-4 * time.Minute)) })), nil},
		{"for years", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(now.AddDate(1, 0, 0)) })), token.AssertionLate},
		{"not yet", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.NotBefore = jwt.NewNumericDate(now.Add(6 * time.Minute)) })), token.AssertionLate},
		{"of the future", assert(t, jose.RS256, rsaKey, nil, change(func(c *jwt.Claims) { c.IssuedAt = jwt.NewNumericDate(now.Add(6 * time.Minute)) })), token.AssertionLate},
		{"rubbish", "rubbish", token.AssertionMalformed},
		{"oversized", string(make([]byte, 40_000)), token.AssertionMalformed},
	}
	seen := store.ShelfOf[token.SeenAssertion](storetest.Open(t), "assertion")
	for _, tt := range tests {
		a, err := token.ReadAssertion(tt.text)
		if err == nil {
			if a.Client != clientID {
				t.Errorf("%s: of %q", tt.name, a.Client)
			}
			_, err = a.Check(t.Context(), keys, []string{audience, "other"}, now, seen)
		}
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want != nil || err != nil {
			continue
		}
		if _, err := a.Check(t.Context(), keys, []string{audience}, now, seen); !errors.Is(err, token.AssertionReplayed) {
			t.Errorf("%s, again: %v", tt.name, err)
		}
	}
	if _, err := mustRead(t, tests[0].text).Check(t.Context(), nil, []string{audience}, now, seen); !errors.Is(err, token.AssertionUnsigned) {
		t.Errorf("no keys: %v", err)
	}
}

func mustRead(t *testing.T, text string) *token.Assertion {
	t.Helper()
	a, err := token.ReadAssertion(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAssertionAtOnce uses one assertion many times at once: one is first.
func TestAssertionAtOnce(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	client := newCredential(t, key)
	a := mustRead(t, assert(t, jose.RS256, key, nil, claims("once")))
	seen := store.ShelfOf[token.SeenAssertion](storetest.Open(t), "assertion")
	var won atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := a.Check(t.Context(), []directory.ClientKey{client.registered}, []string{audience}, now, seen); err == nil {
				won.Add(1)
			} else if !errors.Is(err, token.AssertionReplayed) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d were first", won.Load())
	}
}
