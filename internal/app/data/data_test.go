package data_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/app/data"
	"github.com/sallyport-id/sallyport/internal/directory"
)

var now = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

func open(t *testing.T, path string) *data.Folder {
	t.Helper()
	f, err := data.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestOpenExisting(t *testing.T) {
	dir := t.TempDir()
	if f, err := data.OpenExisting(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("an empty folder: %v, %v", f, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("it left %v, %v", entries, err)
	}
	open(t, filepath.Join(dir, "var"))
	f, err := data.OpenExisting(t.Context(), filepath.Join(dir, "var"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestSecretsAreShared lets several processes want the secrets at once.
func TestSecretsAreShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var")
	folders := []*data.Folder{open(t, path), open(t, path), open(t, path)}
	got := make([]data.Secrets, len(folders))
	var all sync.WaitGroup
	for i, f := range folders {
		all.Go(func() {
			var err error
			if got[i], err = f.Secrets(t.Context(), rand.Reader); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range got {
		if len(got[i].Hop) != 32 || bytes.Equal(got[i].Hop, got[i].Pairwise) || !bytes.Equal(got[i].Hop, got[0].Hop) || !bytes.Equal(got[i].Pairwise, got[0].Pairwise) {
			t.Errorf("process %d has other secrets, or bad ones", i)
		}
	}
	whole, err := os.ReadFile(filepath.Join(path, "sallyport.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(whole, got[0].Hop) {
		t.Error("a secret stands in the database as it is")
	}
}

// TestServerAuthority verifies a server's certificate as a browser does that
// trusts the authority.
func TestServerAuthority(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "var"))
	authority, err := f.ServerAuthority(t.Context(), rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.ServerAuthority(t.Context(), rand.Reader, now.AddDate(1, 0, 0))
	if err != nil || !bytes.Equal(authority.PEM(), again.PEM()) {
		t.Fatalf("the authority is another one the next time: %v", err)
	}
	der, _, err := again.Server([]string{"login.example", "localhost", "127.0.0.1"}, now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.PEM())
	for _, name := range []string{"login.example", "localhost", "127.0.0.1"} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: "other.example", CurrentTime: now}); err == nil {
		t.Error("it stands for any name")
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 398*24*time.Hour {
		t.Errorf("browsers refuse a certificate that lives %v", life)
	}
	// A device's authority is another one: its certificates open no server.
	devices, err := f.DeviceAuthority(t.Context(), rand.Reader, now)
	if err != nil || bytes.Equal(devices.PEM(), authority.PEM()) {
		t.Fatalf("devices have the server's authority: %v", err)
	}
	if der, _, err = devices.Device("d", time.Hour, now); err != nil {
		t.Fatal(err)
	}
	if leaf, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err == nil {
		t.Error("whoever trusts the server's authority trusts devices")
	}
}

func TestWriteDevice(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "var"))
	authority, err := f.DeviceAuthority(t.Context(), rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	der, key, err := authority.Device("5a11e9f0-0000-4000-8000-000000000001", time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteDevice("laptop", der, key); err != nil {
		t.Fatal(err)
	}
	if _, err := tls.LoadX509KeyPair(f.Path("devices", "laptop.crt"), f.Path("devices", "laptop.key")); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(f.Path("devices", "laptop.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(f.Path("devices", "laptop.crt"))
	if block, _ := pem.Decode(text); err != nil || block == nil || !bytes.Equal(block.Bytes, der) {
		t.Errorf("the certificate's file is another one: %v", err)
	}
}

func TestCheckDocument(t *testing.T) {
	const (
		policy = `{"displayName":"p","state":"enabled","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeApplications":["All"]}},"grantControls":{"operator":"OR","builtInControls":["block"]}}`
		place  = `{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"10c00000-0000-4000-8000-000000000001","displayName":"l","isTrusted":false,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"203.0.113.0/24"}]}`
	)
	for _, tt := range []struct {
		kind directory.DocumentKind
		text string
		want string // in the error; empty: none
	}{
		{directory.PolicyDocument, policy, ""},
		{directory.LocationDocument, place, ""},
		{directory.PolicyDocument, strings.Replace(policy, `"OR"`, `"XOR"`, 1), "XOR"},
		{directory.PolicyDocument, strings.Replace(policy, `"includeUsers":["All"]`, `"includeUsers":["not an id"]`, 1), "not an id"},
		{directory.PolicyDocument, place, "policy"},
		{directory.LocationDocument, strings.Replace(place, "/24", "/99", 1), "/99"},
		{directory.PolicyDocument, `{}`, "policy"},
		{"poem", `{}`, "poem"},
	} {
		err := data.CheckDocument(tt.kind, json.RawMessage(tt.text))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %.60s…: %v, want an error with %q", tt.kind, tt.text, err, tt.want)
		}
	}
}
