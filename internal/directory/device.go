package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Device is a registered device.
type Device struct {
	ID       DeviceObjectID  `json:"id"`
	TenantID access.TenantID `json:"tenantId"`
	// DeviceID is what the device proves; unique in the tenant (700003).
	DeviceID    DeviceID `json:"deviceId"`
	DisplayName string   `json:"displayName"`
	// AccountEnabled false closes the device (50155).
	AccountEnabled bool      `json:"accountEnabled"`
	TrustType      TrustType `json:"trustType"`
	// IsCompliant is null while no device management has spoken.
	IsCompliant *bool `json:"isCompliant"`
	// ComplianceChecked is when that was last said; a stale statement is
	// 50131.
	ComplianceChecked time.Time `json:"complianceCheckedDateTime,omitzero"`
	IsManaged         bool      `json:"isManaged,omitempty"`
	Ownership         string    `json:"deviceOwnership,omitempty"` // Personal, Company
	ProfileType       string    `json:"profileType"`
	OperatingSystem   string    `json:"operatingSystem,omitempty"`
	OSVersion         string    `json:"operatingSystemVersion,omitempty"`
	Manufacturer      string    `json:"manufacturer,omitempty"`
	Model             string    `json:"model,omitempty"`
	MDMAppID          string    `json:"mdmAppId,omitempty"`
	EnrollmentProfile string    `json:"enrollmentProfileName,omitempty"`
	PhysicalIDs       []string  `json:"physicalIds,omitempty"`
	SystemLabels      []string  `json:"systemLabels,omitempty"`
	// ExtensionAttributes holds extensionAttribute1 … 15; empty: null.
	ExtensionAttributes [15]string `json:"extensionAttributes"`

	Owners []access.UserID `json:"registeredOwners,omitempty"`
	// PublicKey is the device key in PKIX DER form, and KeyThumbprint its
	// SHA-256 in hex; the device proves itself by it.
	PublicKey     []byte `json:"publicKey,omitempty"`
	KeyThumbprint string `json:"keyThumbprint,omitempty"`
	// CertificateThumbprint is the SHA-256, in hex, of the certificate that
	// the server issued last; a replaced one is refused (50155).
	CertificateThumbprint string    `json:"certificateThumbprint,omitempty"`
	CertificateUntil      time.Time `json:"certificateNotAfter,omitzero"`
	Registered            time.Time `json:"registrationDateTime"`
	LastSignIn            time.Time `json:"approximateLastSignInDateTime,omitzero"`
}

// TrustType is how a device is joined, with the words of device filters.
type TrustType string

// The join types.
const (
	Joined           TrustType = "AzureAD"
	HybridJoined     TrustType = "ServerAD"
	DeviceRegistered TrustType = "Workplace"
)

var profileTypes = []string{"RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"}

// Devices stores devices.
type Devices interface {
	Objects[DeviceObjectID, Device]
	// ByDeviceID returns the device that proves this id, or fault.NotFound.
	ByDeviceID(ctx context.Context, tenant access.TenantID, id DeviceID) (Device, error)
	// ByKey returns the device with this key or certificate thumbprint
	// (SHA-256 in hex), or fault.NotFound.
	ByKey(ctx context.Context, tenant access.TenantID, thumbprint string) (Device, error)
}

// Facts returns what policies may know of the device; every property of a
// registered device is known. Extension attributes of a device that is
// neither managed, compliant nor hybrid joined are null (CA-86); access sees
// to that.
func (d *Device) Facts() *access.Device {
	compliant := access.Null
	if d.IsCompliant != nil {
		compliant = access.No
		if *d.IsCompliant {
			compliant = access.Yes
		}
	}
	f := &access.Device{
		IsCompliant:            access.Known(compliant),
		IsManaged:              access.Known(d.IsManaged),
		TrustType:              access.Known(string(d.TrustType)),
		Ownership:              access.Known(d.Ownership),
		ProfileType:            access.Known(d.ProfileType),
		DeviceID:               access.Known(string(d.DeviceID)),
		DisplayName:            access.Known(d.DisplayName),
		Manufacturer:           access.Known(d.Manufacturer),
		Model:                  access.Known(d.Model),
		EnrollmentProfileName:  access.Known(d.EnrollmentProfile),
		MDMAppID:               access.Known(d.MDMAppID),
		OperatingSystem:        access.Known(d.OperatingSystem),
		OperatingSystemVersion: access.Known(d.OSVersion),
		PhysicalIDs:            access.Known(d.PhysicalIDs),
		SystemLabels:           access.Known(d.SystemLabels),
	}
	for i, value := range d.ExtensionAttributes {
		f.ExtensionAttributes[i] = access.Known(value)
	}
	return f
}

// Check brings d into its stored form and reports every broken rule.
func (d *Device) Check() error {
	fold(&d.ID)
	fold(&d.TenantID)
	fold(&d.DeviceID)
	fold(&d.MDMAppID)
	fold(&d.KeyThumbprint)
	fold(&d.CertificateThumbprint)
	foldAll(d.Owners)
	instants(&d.ComplianceChecked, &d.CertificateUntil, &d.Registered, &d.LastSignIn)
	d.DisplayName = strings.TrimSpace(d.DisplayName)
	orDefault(&d.ProfileType, profileTypes[0])
	orDefault(&d.TrustType, DeviceRegistered)
	var c fault.Check
	checkIDs(&c, string(d.ID), d.TenantID)
	c.Require(IsGUID(string(d.DeviceID)), "deviceId", "%q is not a GUID", d.DeviceID)
	checkName(&c, "displayName", d.DisplayName)
	c.Require(slices.Contains([]TrustType{Joined, HybridJoined, DeviceRegistered}, d.TrustType), "trustType", "%q is unknown; AzureAD, ServerAD or Workplace is expected", d.TrustType)
	c.Require(slices.Contains([]string{"", "Personal", "Company"}, d.Ownership), "deviceOwnership", "%q is unknown; Personal or Company is expected", d.Ownership)
	c.Require(slices.Contains(profileTypes, d.ProfileType), "profileType", "%q is unknown; one of %s is expected", d.ProfileType, strings.Join(profileTypes, ", "))
	for _, thumbprint := range []struct{ path, value string }{{"keyThumbprint", d.KeyThumbprint}, {"certificateThumbprint", d.CertificateThumbprint}} {
		c.Require(thumbprint.value == "" || isSHA256(thumbprint.value), thumbprint.path, "%q is not a SHA-256 in hex", thumbprint.value)
	}
	c.Require(len(d.PublicKey) == 0 || d.KeyThumbprint != "", "keyThumbprint", "is empty although there is a key")
	return c.Err("device")
}

// foldAll brings a list of ids into its stored form.
func foldAll[S ~string](ids []S) {
	for i := range ids {
		ids[i] = Fold(ids[i])
	}
}

// isSHA256 reports whether s is 32 bytes in lower-case hex.
func isSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return true
}
