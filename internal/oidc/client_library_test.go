package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	msal "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// TestStandardClient is golang.org/x/oauth2 with coreos/go-oidc, which check
// what they get: issuer, signature, audience, nonce, hashes.
func TestStandardClient(t *testing.T) {
	w := newWorld(t)
	ctx := goidc.ClientContext(t.Context(), w.server.Client())
	provider, err := goidc.NewProvider(ctx, w.tokens.Name(w.tenant.ID))
	if err != nil {
		t.Fatal(err)
	}
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		endpoint := provider.Endpoint()
		endpoint.AuthStyle = style
		config := oauth2.Config{
			ClientID: string(w.web.AppID), ClientSecret: w.secret, Endpoint: endpoint, RedirectURL: webRedirect,
			Scopes: []string{"openid", "profile", "email", "offline_access"},
		}
		b := w.browser()
		secret := oauth2.GenerateVerifier()
		r := b.follow(b.get(config.AuthCodeURL("xyz", goidc.Nonce("n"), oauth2.S256ChallengeOption(secret))))
		if r.Get("state") != "xyz" {
			t.Fatalf("reply %v", r.Values)
		}
		tokens, err := config.Exchange(ctx, r.Get("code"), oauth2.VerifierOption(secret))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := tokens.Extra("id_token").(string)
		verifier := provider.VerifierContext(ctx, &goidc.Config{ClientID: string(w.web.AppID), Now: func() time.Time { return w.now }})
		id, err := verifier.Verify(ctx, raw)
		if err != nil || id.Nonce != "n" {
			t.Fatalf("ID token %+v, %v", id, err)
		}
		if err := id.VerifyAccessToken(tokens.AccessToken); err != nil {
			t.Error(err)
		}
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil || info.Subject != id.Subject || info.Email != "ann@contoso.example" {
			t.Errorf("userinfo %+v, %v", info, err)
		}
		tokens.Expiry = time.Now().Add(-time.Hour)
		fresh, err := config.TokenSource(ctx, tokens).Token()
		if err != nil || fresh.AccessToken == tokens.AccessToken || fresh.RefreshToken == tokens.RefreshToken {
			t.Errorf("refresh: %v", err)
		}
		// A refused refresh is told so that the library understands it.
		id1 := w.policy(`,"locations":{"includeLocations":["All"]}`, block)
		fresh.Expiry = time.Now().Add(-time.Hour)
		_, err = config.TokenSource(ctx, fresh).Token()
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" || !strings.HasPrefix(refused.ErrorDescription, "AADSTS53003: ") {
			t.Errorf("refused refresh: %v", err)
		}
		w.must(w.d.Policies.Delete(t.Context(), storetest.Change(), w.tenant.ID, id1))
	}
}

// fromHome sends a library's requests from a known place.
type fromHome struct{ *http.Client }

func (c fromHome) Do(q *http.Request) (*http.Response, error) {
	q.Header.Set("X-Forwarded-For", home)
	return c.Client.Do(q)
}
func (c fromHome) CloseIdleConnections() { c.Client.CloseIdleConnections() }

// noCache keeps nothing but what the library holds in memory.
type noCache struct{}

func (noCache) Replace(context.Context, cache.Unmarshaler, cache.ReplaceHints) error { return nil }
func (noCache) Export(context.Context, cache.Marshaler, cache.ExportHints) error     { return nil }

func secureWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, func(o *options) { o.tls = true })
}

// TestMSALPublic is MSAL Go as a native app: interactively, by form_post to a
// port of its own, then silently, for another resource too, and refused.
func TestMSALPublic(t *testing.T) {
	w := secureWorld(t)
	for _, tenant := range []string{"contoso.example", string(w.tenant.ID)} {
		client, err := public.New(string(w.native.AppID), public.WithAuthority(w.origin+"/"+tenant), public.WithInstanceDiscovery(false),
			public.WithHTTPClient(fromHome{w.server.Client()}), public.WithCache(noCache{}))
		if err != nil {
			t.Fatal(err)
		}
		b := w.browser()
		open := func(address string) error {
			go func() { // the library waits for the browser
				r := b.follow(b.get(address))
				if r == nil || r.mode != "form_post" {
					t.Errorf("reply %+v", r)
					return
				}
				posted, err := http.PostForm(r.action, r.Values) // the library's own listener
				if err != nil {
					t.Error(err)
					return
				}
				defer posted.Body.Close()
				if _, err := io.ReadAll(posted.Body); err != nil {
					t.Error(err)
				}
			}()
			return nil
		}
		got, err := client.AcquireTokenInteractive(t.Context(), []string{"api://orders/read"}, public.WithOpenURL(open), public.WithLoginHint("ann@contoso.example"))
		if err != nil {
			t.Fatal(err)
		}
		if got.Account.HomeAccountID != string(w.ann.ID)+"."+string(w.tenant.ID) || got.Account.PreferredUsername != "ann@contoso.example" {
			t.Errorf("account %+v", got.Account)
		}
		if _, err := client.AcquireTokenSilent(t.Context(), []string{"api://orders/read"}, public.WithSilentAccount(got.Account)); err != nil {
			t.Errorf("from the cache: %v", err)
		}
		for _, scope := range []string{"api://stock/read", "api://stock/.default"} {
			other, err := client.AcquireTokenSilent(t.Context(), []string{scope}, public.WithSilentAccount(got.Account))
			if err != nil {
				t.Fatalf("%s: %v", scope, err)
			}
			if aud := w.claims(other.AccessToken)["aud"]; aud != string(w.other.AppID) {
				t.Errorf("%s: for %v", scope, aud)
			}
		}
		id := w.policy(`,"locations":{"includeLocations":["All"]}`, block)
		_, err = client.AcquireTokenSilent(t.Context(), []string{"api://orders/read"}, public.WithSilentAccount(got.Account), public.WithClaims(`{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`))
		var call msal.CallErr
		if !errors.As(err, &call) {
			t.Fatalf("refused: %v", err)
		}
		body, err := io.ReadAll(call.Resp.Body)
		w.must(err)
		for _, part := range []string{`"error":"invalid_grant"`, `"suberror":"message_only"`, `"error_codes":[53003]`, `"claims":"{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"` + string(id) + `\"]}}}"`} {
			if !strings.Contains(string(body), part) {
				t.Errorf("refusal %s lacks %s", body, part)
			}
		}
		w.must(w.d.Policies.Delete(t.Context(), storetest.Change(), w.tenant.ID, id))
	}
}

// certificate gives a client a certificate.
func (w *world) certificate(a *directory.Application) (*x509.Certificate, *rsa.PrivateKey) {
	w.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	w.must(err)
	cert, err := x509.ParseCertificate(der)
	w.must(err)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	w.must(err)
	one, two := sha1.Sum(der), sha256.Sum256(der) // x5t is SHA-1
	w.changeApp(a, func(a *directory.Application) {
		a.Certificates = append(a.Certificates, directory.ClientKey{
			KeyID: directory.KeyID(storetest.ID()), Certificate: der, PublicKey: public, SHA1: hex.EncodeToString(one[:]), SHA256: hex.EncodeToString(two[:]),
			Start: w.now.AddDate(-10, 0, 0), End: w.now.AddDate(10, 0, 0),
		})
	})
	return cert, key
}

// setClock moves the server to the real time, which libraries sign with.
func (w *world) setClock(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

// TestMSALConfidential is MSAL Go as a server: by secret and by certificate, as
// itself and for a person, whose code it asks for without openid.
func TestMSALConfidential(t *testing.T) {
	w := secureWorld(t)
	certificate, key := w.certificate(&w.web)
	w.setClock(time.Now())
	w.changeApp(&w.web, func(a *directory.Application) {
		a.Secrets[0].Start, a.Secrets[0].End = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	})
	bySecret, err := confidential.NewCredFromSecret(w.secret)
	w.must(err)
	byCertificate, err := confidential.NewCredFromCert([]*x509.Certificate{certificate}, key)
	w.must(err)
	for name, credential := range map[string]confidential.Credential{"secret": bySecret, "certificate": byCertificate} {
		client, err := confidential.New(w.origin+"/contoso.example", string(w.web.AppID), credential, confidential.WithInstanceDiscovery(false),
			confidential.WithHTTPClient(fromHome{w.server.Client()}), confidential.WithX5C())
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.AcquireTokenByCredential(t.Context(), []string{"api://orders/.default"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c := w.claims(got.AccessToken); c["oid"] != string(w.serviceSP.ID) || c["idtyp"] != "app" || c["scp"] != nil {
			t.Errorf("%s: %v", name, c)
		}
		b := w.browser()
		address, err := client.AuthCodeURL(t.Context(), string(w.web.AppID), webRedirect, []string{"api://orders/read"})
		if err != nil {
			t.Fatal(err)
		}
		r := b.follow(b.get(address))
		person, err := client.AcquireTokenByAuthCode(t.Context(), r.Get("code"), webRedirect, []string{"api://orders/read"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if person.Account.HomeAccountID != string(w.ann.ID)+"."+string(w.tenant.ID) {
			t.Errorf("%s: account %+v", name, person.Account)
		}
		if _, err := client.AcquireTokenSilent(t.Context(), []string{"api://stock/read"}, confidential.WithSilentAccount(person.Account)); err != nil {
			t.Errorf("%s, silently: %v", name, err)
		}
	}
}

// TestInstanceDiscovery: a client that does not switch it off is answered
// too, if it asks here.
func TestInstanceDiscovery(t *testing.T) {
	w := newWorld(t)
	ask := func(endpoint string) *answer {
		return w.call(w.client(), "GET", w.origin+"/common/discovery/instance?"+url.Values{"api-version": {"1.1"}, "authorization_endpoint": {endpoint}}.Encode(), nil)
	}
	a := ask(w.at("/oauth2/v2.0/authorize"))
	if a.status != 200 || a.text("tenant_discovery_endpoint") != w.at("/v2.0/.well-known/openid-configuration") {
		t.Errorf("%s", a)
	}
	w.wantError(ask("https://login.example/x"), 400, "invalid_request", 90023)
	w.wantError(ask("::"), 400, "invalid_request", 90023)
}
