// Package factortest holds the other side of the factors, for tests and
// demonstrations: a passkey authenticator in software.
package factortest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Authenticator is a passkey authenticator with user verification, as a browser
// at one origin offers it. It keeps one discoverable credential for each
// account.
type Authenticator struct {
	Origin string
	// Unverified: it does not verify the user, so nobody should accept it.
	Unverified bool
	// Counts: it counts its signatures; most synced passkeys do not.
	Counts bool

	credentials []*credential
}

type credential struct {
	id, user []byte
	party    string
	key      *ecdsa.PrivateKey
	count    uint32
}

// AAGUID is the model of the authenticator.
const AAGUID = "5a11ca5e-0000-4000-8000-70a55ce27000"

var aaguid = []byte{0x5a, 0x11, 0xca, 0x5e, 0, 0, 0x40, 0, 0x80, 0, 0x70, 0xa5, 0x5c, 0xe2, 0x70, 0}

// Flags of authenticator data (WebAuthn §6.1).
const (
	userPresent        = 1 << 0
	userVerified       = 1 << 2
	attestedCredential = 1 << 6
)

// Create answers creation options, as navigator.credentials.create does with
// what parseCreationOptionsFromJSON read, and returns the answer's toJSON.
func (a *Authenticator) Create(options []byte) ([]byte, error) {
	var o struct {
		Challenge string `json:"challenge"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, fmt.Errorf("read creation options: %w", err)
	}
	user, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		return nil, fmt.Errorf("read the user handle: %w", err)
	}
	c := &credential{id: make([]byte, 32), user: user, party: o.RP.ID}
	if _, err := rand.Read(c.id); err != nil {
		return nil, err
	}
	if c.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	public, err := publicKey(&c.key.PublicKey)
	if err != nil {
		return nil, err
	}
	data := a.authData(c, attestedCredential)
	data = append(data, aaguid...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(c.id)))
	data = append(append(data, c.id...), public...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		return nil, err
	}
	a.credentials = append(a.credentials, c)
	return answer(c.id, map[string]any{
		"clientDataJSON": encode(a.clientData("webauthn.create", o.Challenge)), "attestationObject": encode(object), "transports": []string{"internal"},
	})
}

// Get answers request options, as navigator.credentials.get does, by the last
// credential that is allowed.
func (a *Authenticator) Get(options []byte) ([]byte, error) {
	var o struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		Allow     []struct {
			ID string `json:"id"`
		} `json:"allowCredentials"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		return nil, fmt.Errorf("read request options: %w", err)
	}
	var found *credential
	for _, c := range a.credentials {
		allowed := len(o.Allow) == 0
		for _, w := range o.Allow {
			allowed = allowed || w.ID == encode(c.id)
		}
		if allowed && c.party == o.RPID {
			found = c
		}
	}
	if found == nil {
		return nil, fmt.Errorf("no credential for %q is allowed", o.RPID)
	}
	if a.Counts {
		found.count++
	}
	data := a.authData(found, 0)
	client := a.clientData("webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, found.key, sum[:])
	if err != nil {
		return nil, err
	}
	return answer(found.id, map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(found.user),
	})
}

// SetCount sets the signature counters, as a copied authenticator's would be.
func (a *Authenticator) SetCount(n uint32) {
	for _, c := range a.credentials {
		c.count = n
	}
}

func (a *Authenticator) authData(c *credential, flags byte) []byte {
	party := sha256.Sum256([]byte(c.party))
	flags |= userPresent
	if !a.Unverified {
		flags |= userVerified
	}
	return binary.BigEndian.AppendUint32(append(party[:], flags), c.count)
}

func (a *Authenticator) clientData(kind, challenge string) []byte {
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		panic(err) // plain text always encodes
	}
	return data
}

// publicKey writes a COSE key (RFC 9053 §2.1): ES256 on P-256.
func publicKey(k *ecdsa.PublicKey) ([]byte, error) {
	point, err := k.Bytes()
	if err != nil {
		return nil, err
	}
	return cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
}

func answer(id []byte, response map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{
		"id": encode(id), "rawId": encode(id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
