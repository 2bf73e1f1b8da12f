package oidc_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// TestRotation: each use gives a new token; the old one is good a little longer,
// for answers get lost, and after that it betrays a thief (SI-340).
func TestRotation(t *testing.T) {
	w := newWorld(t)
	first := w.browser().signIn(w.native, nativeRedirect, everything).text("refresh_token")
	second := w.wantTokens(w.token(w.refresh(w.native, first))).text("refresh_token")
	if second == first {
		t.Fatal("the token was not rotated")
	}
	w.pass(20 * time.Second)
	again := w.wantTokens(w.token(w.refresh(w.native, first))).text("refresh_token")
	w.pass(20 * time.Second)
	w.wantError(w.token(w.refresh(w.native, first)), 400, "invalid_grant", result.InvalidGrant)
	for name, text := range map[string]string{"second": second, "again": again} {
		if a := w.token(w.refresh(w.native, text)); a.code() != int(result.InvalidGrant) {
			t.Errorf("%s outlived the theft: %s", name, a)
		}
	}
	w.wantLast(70000, 70000, 70000)
}

// TestConfidentialRefresh: a client that can keep a secret may keep its token
// (SI-340).
func TestConfidentialRefresh(t *testing.T) {
	w := newWorld(t)
	first := w.browser().signIn(w.web, webRedirect, everything).text("refresh_token")
	for range 3 {
		w.wantTokens(w.token(w.refresh(w.web, first)))
		w.pass(time.Hour)
	}
	w.wantError(w.token(w.refresh(w.web, first, "client_secret", "")), 401, "invalid_client", result.ClientSecretOrAssertionRequired)
	w.wantError(w.token(w.refresh(w.web, first, "client_secret", "wrong")), 401, "invalid_client", result.ClientSecretWrong)
}

// TestRefreshAtOnce: parallel uses within the grace all get on.
func TestRefreshAtOnce(t *testing.T) {
	w := newWorld(t)
	first := w.browser().signIn(w.native, nativeRedirect, everything).text("refresh_token")
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if a := w.token(w.refresh(w.native, first)); a.status != 200 {
				t.Errorf("%s", a)
			}
		})
	}
	all.Wait()
}

// TestRefreshRefused holds what a refresh token is bound to, and what ends it.
func TestRefreshRefused(t *testing.T) {
	origin := with("Origin", spaOrigin)
	fabrikam := func(w *world) {
		other := storetest.Tenant(w, w.db, "fabrikam.example")
		w.changeApp(&w.native, func(a *directory.Application) { a.Audience = directory.MultipleOrgs })
		sp := directory.ServicePrincipal{TenantID: other.ID, AppID: w.native.AppID, DisplayName: "native", AccountEnabled: true, Created: w.now, OwnerTenantID: w.tenant.ID}
		sp.ID = w.principal(w.native).ID[:35] + "f"
		w.must(w.d.ServicePrincipals.Create(w.Context(), storetest.Change(), &sp))
	}
	tests := []struct {
		name   string
		spa    bool
		before func(*world)
		change []string
		path   string
		header func(*http.Request)
		late   time.Duration
		kind   string
		sub    string
		code   result.Code
	}{
		{name: "as it should be"},
		{name: "after months", late: 89 * 24 * time.Hour},
		{name: "idle", late: 91 * 24 * time.Hour, kind: "invalid_grant", sub: "bad_token", code: 700082},
		{name: "single-page app", spa: true, header: origin},
		{name: "single-page app, next day", spa: true, header: origin, late: 24 * time.Hour, kind: "invalid_grant", sub: "bad_token", code: 700084},
		{name: "single-page app, no origin", spa: true, kind: "invalid_request", code: 9002327},
		{name: "native app from a browser", header: origin, kind: "invalid_request", code: 9002326},
		{name: "another client", change: []string{"client_id", "spa"}, kind: "invalid_grant", code: 70000},
		{name: "unknown token", change: []string{"refresh_token", "rubbish"}, kind: "invalid_grant", code: 70000},
		{name: "no token", change: []string{"refresh_token", ""}, kind: "invalid_request", code: 900144},
		{name: "another tenant", before: fabrikam, path: "/fabrikam.example", kind: "invalid_grant", code: 700059},
		{name: "common endpoint", before: fabrikam, path: "/common"},
		{name: "unknown resource", change: []string{"scope", "api://nobody/read"}, kind: "invalid_resource", code: 500011},
		{name: "no consent", change: []string{"scope", "api://orders/admin"}, kind: "invalid_grant", sub: "consent_required", code: 65001},
		{name: "sessions revoked", before: func(w *world) {
			w.changeUser(func(u *directory.User) { u.SessionsValidFrom = w.now.Add(time.Second) })
		}, kind: "invalid_grant", sub: "bad_token", code: 50173},
		{name: "account disabled", before: func(w *world) {
			w.changeUser(func(u *directory.User) { u.AccountEnabled = false })
		}, kind: "invalid_grant", code: 50057},
		{name: "grants revoked by an admin", before: func(w *world) {
			_, err := w.db.Grants().Revoke(w.Context(), session.GrantsOf{User: w.ann.ID}, session.Revocation{At: w.now, Why: session.AdminRevoked})
			w.must(err)
		}, kind: "invalid_grant", sub: "bad_token", code: 50173},
		{name: "grants revoked by policy", before: func(w *world) {
			_, err := w.db.Grants().Revoke(w.Context(), session.GrantsOf{User: w.ann.ID}, session.Revocation{At: w.now, Why: session.PolicyRevoked})
			w.must(err)
		}, kind: "invalid_grant", sub: "bad_token", code: 70045},
		{name: "policy wants more than one factor", before: func(w *world) { w.policy("", needMFA) }, kind: "invalid_grant", sub: "basic_action", code: 50079},
		{name: "policy blocks", before: func(w *world) { w.policy("", block) }, kind: "invalid_grant", sub: "message_only", code: 53003},
		{name: "signed out meanwhile", before: func(w *world) {
			_, err := w.db.Sessions().DeleteOf(w.Context(), w.tenant.ID, w.ann.ID)
			w.must(err)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			app, redirect, header := &w.native, nativeRedirect, func(*http.Request) {}
			if tt.spa {
				app, redirect, header = &w.spa, spaRedirect, origin
			}
			text := w.browser().signIn(*app, redirect, everything, header).text("refresh_token")
			if tt.before != nil {
				tt.before(w)
			}
			for i := range tt.change {
				if tt.change[i] == "spa" {
					tt.change[i] = string(w.spa.AppID)
				}
			}
			w.pass(tt.late)
			if header = tt.header; header == nil {
				header = func(*http.Request) {}
			}
			path := tt.path
			if path == "" {
				path = "/contoso.example"
			}
			a := w.call(w.client(), "POST", w.origin+path+"/oauth2/v2.0/token", w.refresh(*app, text, tt.change...), header)
			if tt.kind == "" {
				w.wantTokens(a)
				return
			}
			w.wantError(a, 400, tt.kind, tt.code)
			if a.text("suberror") != tt.sub {
				t.Errorf("suberror %q, want %q", a.text("suberror"), tt.sub)
			}
		})
	}
}

// TestSinglePageEnd: the tokens of a single-page app end a day after the sign-in.
func TestSinglePageEnd(t *testing.T) {
	w := newWorld(t)
	origin := with("Origin", spaOrigin)
	text := w.browser().signIn(w.spa, spaRedirect, everything, origin).text("refresh_token")
	for range 2 { // successors inherit the end
		w.pass(11 * time.Hour)
		text = w.wantTokens(w.token(w.refresh(w.spa, text), origin)).text("refresh_token")
	}
	w.pass(2 * time.Hour)
	w.wantError(w.token(w.refresh(w.spa, text), origin), 400, "invalid_grant", 700084)
}
