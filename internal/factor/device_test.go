package factor_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/factor/factortest"
)

const deviceID = "d0d0d0d0-0000-4000-8000-000000000001"

func keys(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]crypto.Signer{"P-256": p256, "Ed25519": ed, "RSA": rsaKey}
}

func TestDeviceProof(t *testing.T) {
	for name, key := range keys(t) {
		token, err := factor.SignDeviceProof(key, deviceID, origin, "nonce")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		proof, err := factor.ReadDevice(factor.DeviceEvidence{Token: token}, origin)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := factor.DeviceKeyThumbprint(key.Public())
		if err != nil || proof.KeyThumbprint != want || proof.DeviceID != deviceID || proof.Nonce != "nonce" || proof.CertificateThumbprint != "" {
			t.Errorf("%s: %+v, %v", name, proof, err)
		}
		body := token[:strings.LastIndexByte(token, '.')]
		for _, bad := range []string{"", "x", token[1:], body + ".AAAA", token + strings.Repeat("A", 9000)} {
			if _, err := factor.ReadDevice(factor.DeviceEvidence{Token: bad, Certificate: nil}, origin); err == nil {
				t.Errorf("%s: %.20q is accepted", name, bad)
			}
		}
		if _, err := factor.ReadDevice(factor.DeviceEvidence{Token: token}, "https://other.example"); err == nil {
			t.Errorf("%s: a proof for another server is accepted", name)
		}
	}
}

// No other token that the key signed passes for a proof.
func TestDeviceProofType(t *testing.T) {
	key := keys(t)["P-256"]
	for _, options := range []*jose.SignerOptions{
		(&jose.SignerOptions{EmbedJWK: true}).WithType("JWT"),
		(&jose.SignerOptions{}).WithType("device-proof+jwt"), // no key inside
	} {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign([]byte(`{"aud":"` + origin + `","nonce":"n"}`))
		if err != nil {
			t.Fatal(err)
		}
		token, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := factor.ReadDevice(factor.DeviceEvidence{Token: token}, origin); err == nil {
			t.Errorf("options %+v are accepted", options)
		}
	}
}

func TestDeviceCertificate(t *testing.T) {
	key := keys(t)["P-256"]
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: strings.ToUpper(deviceID)}, NotBefore: noon, NotAfter: noon.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := factor.ReadDevice(factor.DeviceEvidence{Certificate: der}, origin)
	if err != nil {
		t.Fatal(err)
	}
	want, err := factor.DeviceKeyThumbprint(key.Public())
	if err != nil || proof.KeyThumbprint != want || len(proof.CertificateThumbprint) != 64 || proof.DeviceID != deviceID || !proof.NotAfter.Equal(noon.Add(time.Hour)) || proof.Nonce != "" {
		t.Errorf("%+v, %v", proof, err)
	}
	if _, err := factor.ReadDevice(factor.DeviceEvidence{Certificate: der[1:]}, origin); err == nil {
		t.Error("a damaged certificate is accepted")
	}
	if (factor.DeviceEvidence{}).Presented() {
		t.Error("nothing is evidence")
	}
}

func FuzzReadDevice(f *testing.F) {
	token, err := factor.SignDeviceProof(keys(f)["P-256"], deviceID, origin, "n")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token, []byte(nil))
	f.Add("", []byte{0x30, 0x82})
	f.Fuzz(func(t *testing.T, token string, certificate []byte) {
		proof, err := factor.ReadDevice(factor.DeviceEvidence{Token: token, Certificate: certificate}, origin)
		if err == nil && len(proof.KeyThumbprint) != 64 {
			t.Errorf("accepted without a key: %+v", proof)
		}
	})
}

func FuzzVerifyPasskey(f *testing.F) {
	p := passkeys(f)
	a := &factortest.Authenticator{Origin: origin}
	user, held := registered(f, p, a)
	options, ceremony, err := p.AskAnyone()
	if err != nil {
		f.Fatal(err)
	}
	answer, err := a.Get(options)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	f.Fuzz(func(t *testing.T, answer []byte) {
		_, _ = factor.Answered(answer)
		_, _ = p.Verify(user, held, ceremony, answer, noon)
	})
}
