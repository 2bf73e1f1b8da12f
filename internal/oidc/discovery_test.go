package oidc_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/oidc"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

var update = flag.Bool("update", false, "write the golden files")

// compareGolden compares JSON with a file, with what differs between two runs
// in braces.
func (w *world) compareGolden(name string, body []byte) {
	w.Helper()
	var out bytes.Buffer
	w.must(json.Indent(&out, body, "", "  "))
	out.WriteByte('\n')
	text := strings.NewReplacer(w.origin, "{origin}", string(w.tenant.ID), "{tenant}", strings.TrimPrefix(w.origin, "http://"), "{host}").Replace(out.String())
	text = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`).ReplaceAllString(text, "{guid}")
	path := filepath.Join("testdata", name+".json")
	if *update {
		w.must(os.WriteFile(path, []byte(text), 0o600))
	}
	want, err := os.ReadFile(path)
	w.must(err)
	if text != string(want) {
		w.Errorf("%s:\n%s\nwant\n%s", name, text, want)
	}
}

// TestDiscovery holds the documents, and that each name of a tenant gets the
// same one (SI-300).
func TestDiscovery(t *testing.T) {
	w := newWorld(t)
	read := func(path string) *answer { return w.call(w.client(), "GET", w.origin+path, nil) }
	a := read("/contoso.example/v2.0/.well-known/openid-configuration")
	w.compareGolden("discovery", a.body)
	if a.header.Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("kept %s", a.header.Get("Cache-Control"))
	}
	for _, path := range []string{"/CONTOSO.Example/v2.0", "/" + string(w.tenant.ID) + "/v2.0", "/contoso.example", "/" + strings.ToUpper(string(w.tenant.ID))} {
		if other := read(path + "/.well-known/openid-configuration"); !bytes.Equal(other.body, a.body) {
			t.Errorf("%s has another document: %s", path, other)
		}
	}
	w.compareGolden("discovery-common", read("/common/v2.0/.well-known/openid-configuration").body)
	w.wantError(read("/nobody.example/v2.0/.well-known/openid-configuration"), 400, "invalid_request", result.InvalidTenantName)
	w.wantError(read("/nobody.example/discovery/v2.0/keys"), 400, "invalid_request", result.InvalidTenantName)
	for path, issuer := range map[string]string{"/contoso.example": w.tokens.Name(w.tenant.ID), "/organizations": w.tokens.Name("{tenantid}")} {
		keys := read(path + "/discovery/v2.0/keys")
		if keys.status != 200 || !strings.Contains(string(keys.body), `"issuer":"`+issuer+`"`) {
			t.Errorf("%s: %s", path, keys)
		}
	}
}

// TestErrorBodies holds the bodies of refusals to the letter (SI-200).
func TestErrorBodies(t *testing.T) {
	w := newWorld(t)
	a := w.browser().signIn(w.native, nativeRedirect, everything)
	w.compareGolden("error-unknown-client", w.token(w.clientForm("client_id", "x")).body)
	wrong := w.token(w.clientForm("client_secret", "wrong", "client-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e"), with("return-client-request-id", "true"))
	w.compareGolden("error-wrong-secret", wrong.body)
	if wrong.text("correlation_id") != "0f8fad5b-d9cb-469f-a165-70867728950e" || wrong.header.Get("client-request-id") != wrong.text("correlation_id") {
		t.Errorf("correlation %s, %s", wrong, wrong.header.Get("client-request-id"))
	}
	if wrong.text("trace_id") != wrong.header.Get("x-ms-request-id") || wrong.header.Get("x-ms-clitelem") != "1,7000215,0,," {
		t.Errorf("headers %v", wrong.header)
	}
	w.compareGolden("error-missing", w.token(w.clientForm("client_id", "")).body)
	id := w.policy("", needMFA)
	w.compareGolden("error-mfa", w.token(w.refresh(w.native, a.text("refresh_token"))).body)
	w.must(w.d.Policies.Delete(t.Context(), storetest.Change(), w.tenant.ID, id))
	w.policy("", block)
	w.compareGolden("error-blocked", w.token(w.refresh(w.native, a.text("refresh_token"))).body)
}

// TestBadBodies holds what is no form, or too much of one.
func TestBadBodies(t *testing.T) {
	w := newWorld(t)
	w.wantError(w.token(w.clientForm(), with("Content-Type", "application/json")), 400, "invalid_request", result.InvalidRequest)
	if a := w.token(w.clientForm("x", strings.Repeat("x", 70_000))); a.status != 413 {
		t.Errorf("oversized: %d", a.status)
	}
	if a := w.call(w.client(), "GET", w.at("/oauth2/v2.0/token"), nil); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
	w.wantError(w.token(w.clientForm("claims", strings.Repeat(" ", 20_000))), 400, "invalid_request", result.InvalidRequestValue)
}

// TestBroken: when the store is gone, programs and people are told so, and
// nothing else.
func TestBroken(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	w.must(w.db.Close())
	a := w.token(w.clientForm())
	if a.status < 500 || a.text("error") != "server_error" && a.text("error") != "temporarily_unavailable" || strings.Contains(string(a.body), "sql") {
		t.Errorf("%s", a)
	}
	page := b.get(w.at("/oauth2/v2.0/authorize") + "?" + request(w.web, webRedirect, "openid").Encode())
	if page.status < 500 || strings.Contains(string(page.body), "sql") {
		t.Errorf("%s", page)
	}
}

func TestParts(t *testing.T) {
	if _, err := oidc.New(oidc.Parts{Pipeline: &signin.Pipeline{}}); err == nil {
		t.Error("a front without its parts was made")
	}
}
