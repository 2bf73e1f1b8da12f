package test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	msal "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestGoOIDC is golang.org/x/oauth2 with coreos/go-oidc, which check what they
// get: issuer, signature, audience, nonce, hashes.
func TestGoOIDC(t *testing.T) {
	o := secure(t)
	ctx := oidc.ClientContext(t.Context(), o.trusting())
	provider, err := oidc.NewProvider(ctx, o.origin+"/"+o.id+"/v2.0")
	o.must(err)
	config := oauth2.Config{
		ClientID: o.web.id, ClientSecret: o.web.secret, Endpoint: provider.Endpoint(), RedirectURL: webReply,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
	}
	secret := oauth2.GenerateVerifier()
	r := o.browser().signIn(config.AuthCodeURL("state", oidc.Nonce("nonce"), oauth2.S256ChallengeOption(secret)))
	if r.Get("state") != "state" {
		t.Fatalf("the answer is %v, at a page that says %s", r.Values, r.page)
	}
	tokens, err := config.Exchange(ctx, r.Get("code"), oauth2.VerifierOption(secret))
	o.must(err)
	text, _ := tokens.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, text)
	o.must(err)
	if id.Nonce != "nonce" {
		t.Errorf("the ID token has the nonce %q", id.Nonce)
	}
	o.must(id.VerifyAccessToken(tokens.AccessToken))
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	o.must(err)
	if info.Subject != id.Subject {
		t.Errorf("userinfo is about %s; %s is expected", info.Subject, id.Subject)
	}

	fresh, err := config.TokenSource(ctx, expired(tokens)).Token()
	o.must(err)
	if fresh.AccessToken == tokens.AccessToken || fresh.RefreshToken == tokens.RefreshToken {
		t.Error("a refresh gave the same tokens again")
	}
	policy := o.watch()
	if fresh, err = config.TokenSource(ctx, expired(fresh)).Token(); err != nil {
		t.Fatalf("refresh under a policy that only reports: %v", err)
	}
	o.must(o.enforce(policy))
	_, err = config.TokenSource(ctx, expired(fresh)).Token()
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" || !strings.HasPrefix(refused.ErrorDescription, "AADSTS53003: ") {
		t.Errorf("refused refresh: %v", err)
	}
}

// expired returns tokens whose access token is over.
func expired(t *oauth2.Token) *oauth2.Token {
	old := *t
	old.Expiry = time.Now().Add(-time.Hour)
	return &old
}

// inMemory keeps tokens nowhere but in the library.
type inMemory struct{}

func (inMemory) Replace(context.Context, cache.Unmarshaler, cache.ReplaceHints) error { return nil }
func (inMemory) Export(context.Context, cache.Marshaler, cache.ExportHints) error     { return nil }

// TestMSALGoPublic is MSAL Go as an app on a device: it opens the browser and
// listens for the answer itself, signs in silently, for another API too, and is
// refused.
func TestMSALGoPublic(t *testing.T) {
	o := secure(t)
	client, err := public.New(o.native.id, public.WithAuthority(o.origin+"/"+domain), public.WithInstanceDiscovery(false),
		public.WithHTTPClient(o.trusting()), public.WithCache(inMemory{}))
	o.must(err)
	b := o.browser()
	ended := make(chan error, 1)
	open := func(address string) error {
		go func() { ended <- b.handOver(address) }() // the library waits for it
		return nil
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute) // it would wait for ever
	defer stop()
	got, err := client.AcquireTokenInteractive(ctx, []string{"api://orders/read"}, public.WithOpenURL(open))
	o.must(errors.Join(err, <-ended))
	if got.Account.HomeAccountID != o.ann+"."+o.id || got.Account.PreferredUsername != person {
		t.Errorf("the account is %+v", got.Account)
	}
	silent := func(options ...public.AcquireSilentOption) (public.AuthResult, error) {
		return client.AcquireTokenSilent(ctx, []string{"api://stock/read"}, append(options, public.WithSilentAccount(got.Account))...)
	}
	other, err := silent()
	o.must(err)
	if other.AccessToken == got.AccessToken || !slices.Contains(other.GrantedScopes, "api://stock/read") {
		t.Errorf("for another API it has %v", other.GrantedScopes)
	}
	policy := o.block()
	// The cache is not asked when the app brings claims.
	_, err = silent(public.WithClaims(challenge(policy)))
	o.refuses(err, policy)

	// What an app does then: it signs in again, with the claims. The person is
	// told why not, and the app waits until they give up.
	var r reply
	waiting, giveUp := context.WithCancel(ctx)
	_, err = client.AcquireTokenInteractive(waiting, []string{"api://stock/read"}, public.WithClaims(challenge(policy)), public.WithOpenURL(func(address string) error {
		r = o.browser().signIn(address)
		giveUp()
		return nil
	}))
	if !errors.Is(err, context.Canceled) || r.status != http.StatusForbidden || !strings.Contains(r.page, "53003") {
		t.Errorf("the sign-in ends with %v, and %v, status %d, at %s", err, r.Values, r.status, r.page)
	}
}

// handOver signs in and takes the answer to the app that listens on this
// machine.
func (b *browser) handOver(address string) error {
	r := b.signIn(address)
	if r.action == "" {
		return errors.New("the sign-in ended without a form_post: " + r.page)
	}
	answer, err := http.PostForm(r.action, r.Values)
	if err != nil {
		return err
	}
	_, err = io.ReadAll(answer.Body)
	return errors.Join(err, answer.Body.Close())
}

// refuses fails unless MSAL Go was refused by a policy, in words that it hands
// on.
func (o *tenant) refuses(err error, policy string) {
	o.Helper()
	var call msal.CallErr
	if !errors.As(err, &call) {
		o.Fatalf("the refusal is %v", err)
	}
	body, err := io.ReadAll(call.Resp.Body)
	o.must(err)
	for _, part := range []string{`"error":"invalid_grant"`, `"suberror":"message_only"`, `"error_codes":[53003]`, `"claims":"` + strings.ReplaceAll(challenge(policy), `"`, `\"`) + `"`} {
		if !strings.Contains(string(body), part) {
			o.Errorf("the refusal %s lacks %s", body, part)
		}
	}
}

// TestMSALGoConfidential is MSAL Go as an app on a server: for itself, and for a
// person.
func TestMSALGoConfidential(t *testing.T) {
	o := secure(t)
	credential, err := confidential.NewCredFromSecret(o.web.secret)
	o.must(err)
	client, err := confidential.New(o.origin+"/"+domain, o.web.id, credential, confidential.WithInstanceDiscovery(false), confidential.WithHTTPClient(o.trusting()))
	o.must(err)
	if own, err := client.AcquireTokenByCredential(t.Context(), []string{"api://orders/.default"}); err != nil || own.AccessToken == "" {
		t.Fatalf("for itself: %v", err)
	}
	address, err := client.AuthCodeURL(t.Context(), o.web.id, webReply, []string{"api://orders/read"})
	o.must(err)
	r := o.browser().signIn(address)
	got, err := client.AcquireTokenByAuthCode(t.Context(), r.Get("code"), webReply, []string{"api://orders/read"})
	if err != nil {
		t.Fatalf("%v, after the answer %v and the page %s", err, r.Values, r.page)
	}
	other, err := client.AcquireTokenSilent(t.Context(), []string{"api://stock/read"}, confidential.WithSilentAccount(got.Account))
	o.must(err)
	if other.AccessToken == got.AccessToken {
		t.Error("for another API it has the same token")
	}
	policy := o.block()
	_, err = client.AcquireTokenSilent(t.Context(), []string{"api://stock/.default"}, confidential.WithSilentAccount(got.Account))
	o.refuses(err, policy)
}
