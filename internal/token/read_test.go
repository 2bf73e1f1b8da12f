package token_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/internal/token"
)

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// TestForged holds what Read refuses: every way to make a token without the
// key, and every token that is not one of this server.
func TestForged(t *testing.T) {
	shelf := store.ShelfOf[token.StoredKey](storetest.Open(t), "signing-key")
	keys, err := token.OpenKeys(t.Context(), shelf, token.Rotation{}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := token.NewIssuer(origin, keys, make([]byte, 32), nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := issuer.AccessToken(t.Context(), now, facts(), token.AccessToken{ResourceID: apiID, Permissions: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(made.Text, ".")
	payload := string(claimsOf(t, made.Text))
	stored, err := shelf.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kid := stored[0].ID
	parsed, err := x509.ParsePKCS8PrivateKey(stored[0].Private)
	if err != nil {
		t.Fatal(err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", parsed)
	}
	pkix, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	// sign makes a JWS with any key and any algorithm over our claims, changed.
	sign := func(algorithm jose.SignatureAlgorithm, key any, from, to string) string {
		t.Helper()
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(payload, from) {
			t.Fatalf("no %q in %s", from, payload)
		}
		signed, err := signer.Sign([]byte(strings.Replace(payload, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	tests := map[string]string{
		"alg none":              encode(`{"alg":"none","kid":"`+kid+`"}`) + "." + parts[1] + ".",
		"alg none, signed":      encode(`{"alg":"none","kid":"`+kid+`"}`) + "." + parts[1] + "." + parts[2],
		"HS256 by the DER":      sign(jose.HS256, pkix, "", ""),
		"HS256 by the PEM":      sign(jose.HS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}), "", ""),
		"another algorithm":     sign(jose.PS256, private, "", ""),
		"another key":           sign(jose.RS256, stranger, "", ""),
		"other claims":          parts[0] + "." + encode(strings.Replace(payload, "read", "write", 1)) + "." + parts[2],
		"no signature":          parts[0] + "." + parts[1] + ".",
		"unknown kid":           encode(`{"alg":"RS256","kid":"x"}`) + "." + parts[1] + "." + parts[2],
		"no kid":                encode(`{"alg":"RS256"}`) + "." + parts[1] + "." + parts[2],
		"key inside":            encode(`{"alg":"RS256","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}`) + "." + parts[1] + "." + parts[2],
		"critical header":       encode(`{"alg":"RS256","crit":["x"],"x":1,"kid":"`+kid+`"}`) + "." + parts[1] + "." + parts[2],
		"another issuer":        sign(jose.RS256, private, origin, "https://evil.example"),
		"another tenant's name": sign(jose.RS256, private, `"tid": "1`, `"tid": "2`),
		"tenant is a path":      sign(jose.RS256, private, `"tid": "11111111-1111-4111-8111-111111111111"`, `"tid": "11111111-1111-4111-8111-111111111111/x"`),
		"two audiences":         sign(jose.RS256, private, `"aud": "`+string(apiID)+`"`, `"aud": ["a","b"]`),
		"no end":                sign(jose.RS256, private, `"exp"`, `"exq"`),
		"no beginning":          sign(jose.RS256, private, `"iat"`, `"iaq"`),
		"claim twice":           sign(jose.RS256, private, `"ver"`, `"aud": "x", "ver"`),
		"empty":                 "",
		"dots":                  "..",
		"oversized":             strings.Repeat("a", 40_000),
	}
	for name, text := range tests {
		if read, err := issuer.Read(text, now); err == nil {
			t.Errorf("%s: read %+v", name, read)
		}
	}
	if _, err := issuer.Read(sign(jose.RS256, private, "", ""), now); err != nil {
		t.Errorf("what is not forged is refused: %v", err)
	}
	if read, err := issuer.Read(made.Text, made.Expires); !errors.Is(err, token.ErrExpired) || read.ID != made.ID {
		t.Errorf("expired: %+v, %v", read, err)
	}
	if _, err := issuer.Read(made.Text, now.Add(-6*time.Minute)); err == nil {
		t.Error("a token of the future was read")
	}
	if _, err := jwt.ParseSigned(made.Text, []jose.SignatureAlgorithm{jose.RS256}); err != nil {
		t.Errorf("others cannot read it: %v", err)
	}
}
