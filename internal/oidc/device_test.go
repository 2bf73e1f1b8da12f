package oidc_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// TestDeviceWithoutPage: a client that shows no page is asked for its device by
// a header, and answers by one.
func TestDeviceWithoutPage(t *testing.T) {
	w := newWorld(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	w.must(err)
	thumbprint, yes := sha256.Sum256(public), true
	device := directory.Device{
		ID: directory.DeviceObjectID(storetest.ID()), TenantID: w.tenant.ID, DeviceID: directory.DeviceID(storetest.ID()), DisplayName: "laptop", AccountEnabled: true,
		TrustType: directory.Joined, IsCompliant: &yes, IsManaged: true, ComplianceChecked: w.now, PublicKey: public, KeyThumbprint: hex.EncodeToString(thumbprint[:]), Registered: w.now,
	}
	w.must(w.d.Devices.Create(t.Context(), storetest.Change(), &device))
	text := w.browser().signIn(w.web, webRedirect, "openid offline_access").text("refresh_token")
	w.policy("", `{"operator":"OR","builtInControls":["compliantDevice"]}`)

	// Who cannot prove a device is refused, who can is asked.
	if a := w.token(w.refresh(w.web, text)); a.code() == int(result.DeviceAuthenticationRequired) || a.status != 400 || a.header.Get(route.DeviceNonceHeader) != "" {
		t.Errorf("a client that cannot: %s", a)
	}
	a := w.wantError(w.token(w.refresh(w.web, text), with("x-ms-PKeyAuth", "1.0")), 400, "invalid_grant", result.DeviceAuthenticationRequired)
	nonce := a.header.Get(route.DeviceNonceHeader)
	if nonce == "" || a.text("suberror") != "additional_action" {
		t.Fatalf("%s, nonce %q", a, nonce)
	}
	w.wantError(w.token(w.refresh(w.web, text, "device_challenge", "1")), 400, "invalid_grant", result.DeviceAuthenticationRequired)
	proof, err := factor.SignDeviceProof(key, device.DeviceID, w.origin, nonce)
	w.must(err)
	good := w.wantTokens(w.token(w.refresh(w.web, text), with(route.DeviceProofHeader, proof)))
	if got := w.claims(good.text("access_token"))["deviceid"]; got != string(device.DeviceID) {
		t.Errorf("deviceid %v", got)
	}
	a = w.wantError(w.token(w.refresh(w.web, text), with(route.DeviceProofHeader, proof)), 400, "invalid_grant", result.DeviceAuthenticationFailed)
	if fresh := a.header.Get(route.DeviceNonceHeader); fresh == "" || fresh == nonce {
		t.Errorf("after a replay: nonce %q", fresh)
	}
	if a := w.userinfo(good.text("access_token")); a.status != 200 {
		t.Errorf("userinfo: %s", a)
	}
	_, err = w.d.Devices.Update(t.Context(), storetest.Change(), w.tenant.ID, device.ID, func(d *directory.Device) error { d.AccountEnabled = false; return nil })
	w.must(err)
	if a := w.userinfo(good.text("access_token")); a.status != 401 {
		t.Errorf("with the device disabled: %s", a)
	}
}

// TestFinishAtOnce comes back from the pages many times at once: one code at
// most is issued.
func TestFinishAtOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	resume := b.fill(b.get(w.at("/oauth2/v2.0/authorize") + "?" + request(w.web, webRedirect, "openid").Encode()).header.Get("Location"))
	var mu sync.Mutex
	codes := 0
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			a := b.get(w.origin + resume)
			mu.Lock()
			defer mu.Unlock()
			to := a.header.Get("Location")
			if strings.Contains(to, "code=") && !strings.Contains(to, "error=") {
				codes++
			} else if a.status != http.StatusSeeOther {
				t.Errorf("%s", a)
			}
		})
	}
	all.Wait()
	if codes != 1 {
		t.Errorf("%d codes were issued", codes)
	}
}
