package data

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"

	"github.com/sallyport-id/sallyport/internal/store"
)

// Authority is a certificate authority of the server's own.
type Authority struct {
	Certificate *x509.Certificate
	key         crypto.Signer
	random      io.Reader
}

// storedAuthority is an authority as it is kept, encrypted.
type storedAuthority struct {
	Certificate []byte `json:"certificate"` // DER
	Key         []byte `json:"key"`         // PKCS #8
}

// The lives of certificates. Browsers take no server's certificate that lives
// longer than 825 days from an authority that people added themselves.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 90 * 24 * time.Hour
	backdated     = time.Hour // clocks differ
)

// ServerAuthority returns the authority of --tls local, made when it is first
// asked for.
func (f *Folder) ServerAuthority(ctx context.Context, random io.Reader, now time.Time) (*Authority, error) {
	return f.authority(ctx, "server", "Sallyport local authority", random, now)
}

// DeviceAuthority returns the authority that certifies devices.
func (f *Folder) DeviceAuthority(ctx context.Context, random io.Reader, now time.Time) (*Authority, error) {
	return f.authority(ctx, "device", "Sallyport devices", random, now)
}

func (f *Folder) authority(ctx context.Context, which, name string, random io.Reader, now time.Time) (*Authority, error) {
	stored, err := keptOrMade(ctx, store.ShelfOf[storedAuthority](f.DB, "authority"), which, func() (storedAuthority, error) {
		return newAuthority(name, random, now)
	})
	if err != nil {
		return nil, err
	}
	a := &Authority{random: random}
	if a.Certificate, err = x509.ParseCertificate(stored.Certificate); err != nil {
		return nil, fmt.Errorf("read the %s authority: %w", which, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(stored.Key)
	if err != nil {
		return nil, fmt.Errorf("read the %s authority's key: %w", which, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("read the %s authority's key: a %T cannot sign", which, key)
	}
	a.key = signer
	return a, nil
}

func newAuthority(name string, random io.Reader, now time.Time) (storedAuthority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return storedAuthority{}, fmt.Errorf("make an authority: %w", err)
	}
	serial, err := newSerial(random)
	if err != nil {
		return storedAuthority{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"Sallyport"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return storedAuthority{}, fmt.Errorf("make an authority: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return storedAuthority{Certificate: der, Key: private}, err
}

// PEM returns the authority's certificate, for people to trust.
func (a *Authority) PEM() []byte { return certificatePEM(a.Certificate.Raw) }

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// Server returns a certificate for a server under some names and addresses,
// with its key.
func (a *Authority) Server(hosts []string, now time.Time) (der []byte, key *ecdsa.PrivateKey, err error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: hosts[0]}, NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.issue(template, now)
}

// Device returns a certificate for a device under its device id, with its key.
func (a *Authority) Device(deviceID string, life time.Duration, now time.Time) (der []byte, key *ecdsa.PrivateKey, err error) {
	return a.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: deviceID}, NotAfter: now.Add(life),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, now)
}

func (a *Authority) issue(template *x509.Certificate, now time.Time) ([]byte, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), a.random)
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate: %w", err)
	}
	if template.SerialNumber, err = newSerial(a.random); err != nil {
		return nil, nil, err
	}
	template.NotBefore = now.Add(-backdated)
	der, err := x509.CreateCertificate(a.random, template, a.Certificate, key.Public(), a.key)
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate: %w", err)
	}
	return der, key, nil
}

// PEMPair returns a certificate and its key in PEM form.
func PEMPair(der []byte, key *ecdsa.PrivateKey) (certificate, private []byte, err error) {
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("write a key: %w", err)
	}
	return certificatePEM(der), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}), nil
}

// newSerial returns a positive serial number of at most 20 octets (RFC 5280
// §4.1.2.2).
func newSerial(random io.Reader) (*big.Int, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return nil, fmt.Errorf("read randomness for a serial number: %w", err)
	}
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b[:]), nil
}

// WriteDevice writes a device's certificate and key into the folder, for
// clients that prove it by TLS: devices/<name>.crt and .key.
func (f *Folder) WriteDevice(name string, der []byte, key *ecdsa.PrivateKey) error {
	certificate, private, err := PEMPair(der, key)
	if err != nil {
		return err
	}
	if err := f.Write(certificate, 0o644, "devices", name+".crt"); err != nil {
		return err
	}
	return f.Write(private, 0o600, "devices", name+".key")
}
