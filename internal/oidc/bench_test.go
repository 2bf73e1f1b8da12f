package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkSignature is the bound that BenchmarkRefresh and
// BenchmarkClientCredentials are compared with.
func BenchmarkSignature(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	sum := make([]byte, 32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum); err != nil {
				b.Error(err)
			}
		}
	})
}

// post drives the front without a network.
func (w *world) post(b *testing.B, body string) {
	q := httptest.NewRequest("POST", w.at("/oauth2/v2.0/token"), strings.NewReader(body))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.RemoteAddr = home + ":1"
	recorder := httptest.NewRecorder()
	w.server.Config.Handler.ServeHTTP(recorder, q)
	if recorder.Code != http.StatusOK {
		b.Fatal(recorder.Body.String())
	}
}

// BenchmarkRefresh is a refresh with two signatures, under 200 policies.
func BenchmarkRefresh(b *testing.B) {
	w := newWorld(b)
	for i := range 200 {
		w.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]},"clientAppTypes":["exchangeActiveSync"]`, []string{block, needMFA}[i%2])
	}
	body := w.refresh(w.web, w.browser().signIn(w.web, webRedirect, everything).text("refresh_token")).Encode()
	w.post(b, body)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w.post(b, body)
		}
	})
}

// BenchmarkClientCredentials is an app that signs in as itself: one signature.
func BenchmarkClientCredentials(b *testing.B) {
	w := newWorld(b)
	body := w.clientForm().Encode()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w.post(b, body)
		}
	})
}
