package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

var noDevice factor.DeviceEvidence

// device is a registered device with its key.
type device struct {
	directory.Device
	key *ecdsa.PrivateKey
}

func (w *world) device(compliant bool) *device {
	w.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	thumbprint, err := factor.DeviceKeyThumbprint(key.Public())
	w.must(err)
	d := &device{key: key, Device: directory.Device{
		ID: directory.DeviceObjectID(storetest.ID()), TenantID: w.tenant.ID, DeviceID: directory.DeviceID(storetest.ID()), DisplayName: "laptop", AccountEnabled: true,
		TrustType: directory.Joined, IsCompliant: &compliant, IsManaged: true, KeyThumbprint: thumbprint, Registered: w.now,
	}}
	w.must(w.d.Devices.Create(w.Context(), storetest.Change(), &d.Device))
	return d
}

// proof answers a fresh challenge.
func (d *device) proof(w *world) factor.DeviceEvidence {
	w.Helper()
	nonce, err := w.p.DeviceNonce(w.Context())
	w.must(err)
	return d.answers(w, nonce)
}

func (d *device) answers(w *world, nonce string) factor.DeviceEvidence {
	w.Helper()
	token, err := factor.SignDeviceProof(d.key, d.DeviceID, issuer, nonce)
	w.must(err)
	return factor.DeviceEvidence{Token: token}
}

// rekey gives the directory another key for the device.
func (w *world) rekey(d *device) {
	w.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	thumbprint, err := factor.DeviceKeyThumbprint(key.Public())
	w.must(err)
	_, err = w.d.Devices.Update(w.Context(), storetest.Change(), w.tenant.ID, d.ID, func(d *directory.Device) error { d.KeyThumbprint = thumbprint; return nil })
	w.must(err)
}

// location keeps a named location of one country.
func (w *world) location(country string) string {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Locations.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.LocationDocument, ID: id, TenantID: w.tenant.ID, DisplayName: country, Created: w.now,
		JSON: json.RawMessage(`{"@odata.type":"#microsoft.graph.countryNamedLocation","id":"` + id + `","displayName":"` + country + `","countriesAndRegions":["` + country + `"],"includeUnknownCountriesAndRegions":false}`),
	}))
	return id
}

func (w *world) blockCountry(country string) access.PolicyID {
	w.Helper()
	return w.policy("not from "+country, "enabled", `"locations":{"includeLocations":["`+w.location(country)+`"]}`, block, "")
}

// workloadPolicy blocks apps that sign in from Brazil.
func (w *world) workloadPolicy() {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Policies.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: "apps", State: "enabled", Created: w.now,
		JSON: json.RawMessage(`{"id":"` + id + `","displayName":"apps","state":"enabled","conditions":{"clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"]},"applications":{"includeApplications":["All"]},"locations":{"includeLocations":["` + w.location("BR") + `"]}},"grantControls":` + block + `}`),
	}))
}

func (w *world) assign(resource access.ServicePrincipalID, principal directory.PrincipalID) {
	w.Helper()
	w.must(w.d.AppRoleAssignments.Create(w.Context(), storetest.Change(), &directory.AppRoleAssignment{
		ID: directory.AppRoleAssignmentID(storetest.ID()), TenantID: w.tenant.ID, Resource: resource, Principal: principal,
	}))
}

// pass gives a person a temporary access pass of an hour.
func (w *world) pass(u *directory.User, once bool) string {
	w.Helper()
	passwords, err := factor.NewPasswords(factor.Limits{}, rand.Reader)
	w.must(err)
	pass, text, err := factor.NewAccessPass(w.Context(), passwords, rand.Reader, w.tenant.Settings.AccessPass, w.now, time.Hour, once)
	w.must(err)
	w.credentials(u, func(_ *directory.User, c *directory.UserCredentials) { c.AccessPass = &pass })
	return text
}

// enrolmentCode is the code of the secret on the page.
func (w *world) enrolmentCode(b *browser) string {
	w.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(b.answer.Step.EnrolCode.Secret, " ", ""))
	w.must(err)
	return w.code(secret)
}

func (w *world) role(u *directory.User, role access.RoleID) {
	w.Helper()
	w.must(w.d.RoleAssignments.Create(w.Context(), storetest.Change(), &directory.RoleAssignment{
		ID: directory.RoleAssignmentID(storetest.ID()), TenantID: w.tenant.ID, RoleID: role, Principal: directory.PrincipalID(u.ID),
	}))
}
