package factor

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// DeviceEvidence is what a device proves itself with: the certificate of the
// TLS connection, or a challenge that its key signed. The zero DeviceEvidence
// is none.
type DeviceEvidence struct {
	// Certificate is the client certificate in DER form, whose key the TLS
	// connection proved. Its chain need not be verified: the directory knows
	// the key.
	Certificate []byte
	// Token is a proof made by SignDeviceProof, in compact form.
	Token string
}

// Presented reports whether there is any evidence.
func (e DeviceEvidence) Presented() bool { return len(e.Certificate) > 0 || e.Token != "" }

// DeviceProof is what evidence shows: that its sender holds a key, and which
// device it says it is. Whether that is so is for the directory to tell.
type DeviceProof struct {
	// KeyThumbprint and CertificateThumbprint are SHA-256 in hex, of the
	// public key's PKIX form and of the certificate; the latter is empty
	// for a proof without one.
	KeyThumbprint         string
	CertificateThumbprint string
	// DeviceID is what the device calls itself; empty: it does not say.
	DeviceID directory.DeviceID
	// NotBefore and NotAfter bound the certificate; zero: there is none.
	NotBefore, NotAfter time.Time
	// Nonce is the challenge that was signed; empty for a certificate.
	Nonce string
}

// proofType is the typ of a proof's header, so that no other signed token can
// pass for one.
const proofType = "device-proof+jwt"

// proofAlgorithms are the signatures that a device may make.
var proofAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA}

// longestProof bounds what is parsed of a stranger's.
const longestProof = 8 << 10

// proofClaims are what a device signs.
type proofClaims struct {
	Audience string             `json:"aud"`
	Nonce    string             `json:"nonce"`
	Device   directory.DeviceID `json:"sub,omitempty"`
}

// ReadDevice checks evidence: the signature of a token made for an audience,
// or the form of a certificate. A token counts before a certificate. The error
// says what is wrong, for the log.
func ReadDevice(evidence DeviceEvidence, audience string) (DeviceProof, error) {
	switch {
	case evidence.Token != "":
		return readProof(evidence.Token, audience)
	case len(evidence.Certificate) > 0:
		return readCertificate(evidence.Certificate)
	}
	return DeviceProof{}, errors.New("read device evidence: there is none")
}

func readCertificate(der []byte) (DeviceProof, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return DeviceProof{}, fmt.Errorf("read the device's certificate: %w", err)
	}
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	whole := sha256.Sum256(cert.Raw)
	p := DeviceProof{
		KeyThumbprint: hex.EncodeToString(sum[:]), CertificateThumbprint: hex.EncodeToString(whole[:]),
		NotBefore: cert.NotBefore, NotAfter: cert.NotAfter,
	}
	if name := cert.Subject.CommonName; directory.IsGUID(name) {
		p.DeviceID = directory.Fold(directory.DeviceID(name))
	}
	return p, nil
}

func readProof(token, audience string) (DeviceProof, error) {
	if len(token) > longestProof {
		return DeviceProof{}, fmt.Errorf("read the device's proof: it has %d bytes; at most %d are expected", len(token), longestProof)
	}
	signed, err := jose.ParseSignedCompact(token, proofAlgorithms)
	if err != nil {
		return DeviceProof{}, fmt.Errorf("read the device's proof: %w", err)
	}
	header := signed.Signatures[0].Protected
	if typ, _ := header.ExtraHeaders[jose.HeaderType].(string); typ != proofType {
		return DeviceProof{}, fmt.Errorf("read the device's proof: its type is %q; %s is expected", typ, proofType)
	}
	if header.JSONWebKey == nil || !header.JSONWebKey.IsPublic() {
		return DeviceProof{}, errors.New("read the device's proof: it carries no public key")
	}
	payload, err := signed.Verify(header.JSONWebKey)
	if err != nil {
		return DeviceProof{}, fmt.Errorf("verify the device's proof: %w", err)
	}
	var claims proofClaims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return DeviceProof{}, fmt.Errorf("read the device's proof: %w", err)
	}
	if claims.Audience != audience {
		return DeviceProof{}, fmt.Errorf("read the device's proof: it was made for %q; %q is expected", claims.Audience, audience)
	}
	if claims.Nonce == "" {
		return DeviceProof{}, errors.New("read the device's proof: it answers no challenge")
	}
	key, err := DeviceKeyThumbprint(header.JSONWebKey.Key)
	if err != nil {
		return DeviceProof{}, err
	}
	return DeviceProof{KeyThumbprint: key, DeviceID: directory.Fold(claims.Device), Nonce: claims.Nonce}, nil
}

// DeviceKeyThumbprint returns the SHA-256 of a public key's PKIX form, in hex:
// Device.KeyThumbprint. It fails for a key of a kind that PKIX does not know.
func DeviceKeyThumbprint(public crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("write the device's key: %w", err)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), nil
}

// SignDeviceProof answers a challenge with a device's private key (RSA, P-256
// or Ed25519): what a client does to prove the device it runs on.
func SignDeviceProof(key crypto.Signer, device directory.DeviceID, audience, nonce string) (string, error) {
	public := jose.JSONWebKey{Key: key.Public()}
	algorithm, err := proofAlgorithm(public)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key},
		(&jose.SignerOptions{EmbedJWK: true}).WithType(proofType))
	if err != nil {
		return "", fmt.Errorf("prepare to sign the device's proof: %w", err)
	}
	payload, err := json.Marshal(proofClaims{Audience: audience, Nonce: nonce, Device: device})
	if err != nil {
		return "", fmt.Errorf("write the device's proof: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign the device's proof: %w", err)
	}
	return signed.CompactSerialize()
}
