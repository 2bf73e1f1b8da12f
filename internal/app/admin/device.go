package admin

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
)

// NewDevice is a device to register.
type NewDevice struct {
	Name      string
	Owner     string // UPN; empty: nobody
	Trust     directory.TrustType
	Compliant *bool // nil: nobody has said
	System    string
	Version   string
}

// deviceLife is how long a device's certificate is good.
const deviceLife = 365 * 24 * time.Hour

// Issued is a device's certificate with its key, in PEM form. The server keeps
// the public half only.
type Issued struct{ Certificate, Key []byte }

// AddDevice registers a device and issues the certificate by which it proves
// itself.
func (t *Tenant) AddDevice(ctx context.Context, n NewDevice) (directory.Device, Issued, error) {
	ids := [2]string{}
	for i := range ids {
		var err error
		if ids[i], err = t.newID(); err != nil {
			return directory.Device{}, Issued{}, err
		}
	}
	d := directory.Device{
		ID: directory.DeviceObjectID(ids[0]), TenantID: t.ID, DeviceID: directory.DeviceID(ids[1]), DisplayName: n.Name, AccountEnabled: true,
		TrustType: n.Trust, IsCompliant: n.Compliant, IsManaged: n.Compliant != nil, OperatingSystem: n.System, OSVersion: n.Version, Registered: t.now(),
	}
	if n.Compliant != nil {
		d.ComplianceChecked = t.now()
	}
	if n.Owner != "" {
		owner, err := t.FindUser(ctx, n.Owner)
		if err != nil {
			return d, Issued{}, err
		}
		d.Owners = []access.UserID{owner.ID}
	}
	issued, err := t.certify(ctx, &d)
	if err != nil {
		return d, issued, err
	}
	return d, issued, t.d.Devices.Create(ctx, t.change(), &d)
}

// certify issues a certificate and puts its public half into the device.
func (t *Tenant) certify(ctx context.Context, d *directory.Device) (Issued, error) {
	authority, err := t.folder.DeviceAuthority(ctx, t.random, t.now())
	if err != nil {
		return Issued{}, err
	}
	der, key, err := authority.Device(string(d.DeviceID), deviceLife, t.now())
	if err != nil {
		return Issued{}, err
	}
	if d.PublicKey, err = x509.MarshalPKIXPublicKey(key.Public()); err != nil {
		return Issued{}, fmt.Errorf("write the device's key: %w", err)
	}
	if d.KeyThumbprint, err = factor.DeviceKeyThumbprint(key.Public()); err != nil {
		return Issued{}, err
	}
	sum := sha256.Sum256(der)
	d.CertificateThumbprint, d.CertificateUntil = hex.EncodeToString(sum[:]), t.now().Add(deviceLife)
	var issued Issued
	issued.Certificate, issued.Key, err = data.PEMPair(der, key)
	return issued, err
}

// RenewDevice issues a new certificate for a new key. The old ones are refused
// from now on (50155).
func (t *Tenant) RenewDevice(ctx context.Context, name string) (directory.Device, Issued, error) {
	d, err := t.FindDevice(ctx, name)
	if err != nil {
		return d, Issued{}, err
	}
	issued, err := t.certify(ctx, &d)
	if err != nil {
		return d, issued, err
	}
	changed, err := t.d.Devices.Update(ctx, t.change(), t.ID, d.ID, func(now *directory.Device) error {
		now.PublicKey, now.KeyThumbprint, now.CertificateThumbprint, now.CertificateUntil = d.PublicKey, d.KeyThumbprint, d.CertificateThumbprint, d.CertificateUntil
		return nil
	})
	return changed, issued, err
}

// Devices returns the tenant's devices.
func (t *Tenant) Devices(ctx context.Context) ([]directory.Device, error) {
	list, err := all(func(p directory.Page) ([]directory.Device, error) { return t.d.Devices.List(ctx, t.ID, p) }, func(d *directory.Device) string { return string(d.ID) })
	slices.SortFunc(list, func(a, b directory.Device) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	return list, err
}

// FindDevice returns the device of a name, a device id or an object id.
func (t *Tenant) FindDevice(ctx context.Context, name string) (directory.Device, error) {
	list, err := t.Devices(ctx)
	if err != nil {
		return directory.Device{}, err
	}
	return pick("device", name, list, func(d *directory.Device) []string { return []string{d.DisplayName, string(d.DeviceID), string(d.ID)} })
}

// EnableDevice lets a device prove itself again, or no longer.
func (t *Tenant) EnableDevice(ctx context.Context, name string, enabled bool) (directory.Device, error) {
	return t.changeDevice(ctx, name, func(d *directory.Device) { d.AccountEnabled = enabled })
}

// SetCompliant says whether a device meets the rules of its management; nil:
// nobody says.
func (t *Tenant) SetCompliant(ctx context.Context, name string, compliant *bool) (directory.Device, error) {
	return t.changeDevice(ctx, name, func(d *directory.Device) {
		d.IsCompliant, d.IsManaged, d.ComplianceChecked = compliant, compliant != nil, time.Time{}
		if compliant != nil {
			d.ComplianceChecked = t.now()
		}
	})
}

// RemoveDevice deletes a device; its certificate names nothing then (700003).
func (t *Tenant) RemoveDevice(ctx context.Context, name string) (directory.Device, error) {
	d, err := t.FindDevice(ctx, name)
	if err != nil {
		return d, err
	}
	return d, t.d.Devices.Delete(ctx, t.change(), t.ID, d.ID)
}

func (t *Tenant) changeDevice(ctx context.Context, name string, f func(*directory.Device)) (directory.Device, error) {
	d, err := t.FindDevice(ctx, name)
	if err != nil {
		return d, err
	}
	return t.d.Devices.Update(ctx, t.change(), t.ID, d.ID, func(d *directory.Device) error { f(d); return nil })
}
