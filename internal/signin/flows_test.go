package signin_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

// passkey registers the browser's authenticator by the demand of a strength,
// after the authenticator app that the person has.
func (b *browser) passkey() {
	b.Helper()
	secret := b.totp(&b.ann)
	id := b.policy("phishing resistant", "enabled", "", `{"operator":"OR","builtInControls":[],"authenticationStrength":{"id":"00000000-0000-0000-0000-000000000004"}}`, "")
	b.signIn(b.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074)
	b.post(signin.Input{Code: b.code(secret)}).wantPage(signin.PageEnrolPasskey, 50072)
	answer, err := b.authenticator.Create(b.answer.Step.Passkey.Options)
	b.must(err)
	g := b.post(signin.Input{Passkey: answer, Label: "  my   phone "}).finish()
	if !slices.Contains(g.Methods, "fido") {
		b.Fatalf("amr %v", g.Methods)
	}
	b.must(b.d.Policies.Delete(b.Context(), storetest.Change(), b.tenant.ID, id))
	b.now = b.now.Add(time.Hour)
}

func (b *browser) get() signin.Input {
	b.Helper()
	step := b.answer.Step
	options := []byte(nil)
	switch {
	case step.Accounts != nil:
		options = step.Accounts.Passkey
	case step.Passkey != nil:
		options = step.Passkey.Options
	}
	answer, err := b.authenticator.Get(options)
	b.must(err)
	return signin.Input{Passkey: answer}
}

func TestPasskeySignIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.passkey()
	w.policy("mfa", "enabled", "", needMFA, "")

	fresh := w.browser()
	fresh.authenticator = b.authenticator
	fresh.begin(w.request()).wantPage(signin.PageAccount, 0)
	g := fresh.post(fresh.get()).finish()
	if g.User.ID != w.ann.ID || g.SignIn.ByPassword() || g.SignIn.SecondFactorAt().IsZero() {
		t.Errorf("grant %+v", g.SignIn)
	}

	// After a name was typed, the question is the same for every name.
	fresh = w.browser()
	fresh.authenticator = b.authenticator
	fresh.begin(w.request()).post(signin.Input{Name: "nobody@contoso.example"}).post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePasskey})
	fresh.wantPage(signin.PagePasskey, 0).post(fresh.get()).finish()

	// As a second factor.
	fresh = w.browser()
	fresh.authenticator = b.authenticator
	fresh.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074)
	fresh.post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePasskey}).wantPage(signin.PagePasskey, 50074)
	wrong := fresh.get()
	fresh.post(signin.Input{Passkey: []byte("{}")}).wantPage(signin.PagePasskey, 500121)
	fresh.post(wrong).wantPage(signin.PagePasskey, 500121) // right once, but for the question before
	fresh.post(fresh.get()).finish()

	// Removed by an admin.
	w.credentials(&w.ann, func(_ *directory.User, c *directory.UserCredentials) { factor.ResetFactors(c) })
	fresh = w.browser()
	fresh.authenticator = b.authenticator
	fresh.begin(w.request())
	fresh.post(fresh.get()).wantPage(signin.PagePasskey, 135010)
}

// Who must prove themselves again proves themselves, not somebody else.
func TestReproofByAnother(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.passkey() // Ann's
	passwords, err := factor.NewPasswords(factor.Limits{}, rand.Reader)
	w.must(err)
	w.person("bob", passwords)
	thief := w.browser()
	thief.authenticator = b.authenticator
	thief.signIn(w.request(), "bob@contoso.example").finish()
	w.now = w.now.Add(time.Minute)
	thief.begin(w.request(func(r *signin.Request) { r.Prompt = signin.PromptLogin })).wantPage(signin.PagePassword, 0)
	thief.post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePasskey})
	thief.post(thief.get()).wantPage(signin.PagePasskey, 135010)
}

func TestAccountChoice(t *testing.T) {
	w := newWorld(t)
	passwords, err := factor.NewPasswords(factor.Limits{}, rand.Reader)
	w.must(err)
	bob := w.person("bob", passwords)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	b.finish()
	pick := func(r *signin.Request) { r.Prompt = signin.PromptSelectAccount }
	b.begin(w.request(pick)).wantPage(signin.PageAccount, 0)
	if list := b.answer.Step.Accounts.Accounts; len(list) != 1 || list[0].Name != "ann@contoso.example" {
		t.Errorf("accounts %+v", list)
	}
	b.post(signin.Input{Name: "bob@contoso.example"}).post(signin.Input{Password: password}).finish()
	// Two accounts: one must be picked; silently nobody can.
	b.begin(w.request()).wantPage(signin.PageAccount, 16001)
	for _, a := range b.answer.Step.Accounts.Accounts {
		if a.Name == "bob@contoso.example" {
			b.post(signin.Input{Account: a.Key})
			break
		}
	}
	if g := b.finish(); g.User.ID != bob.ID {
		t.Errorf("picked %s", g.User.UserPrincipalName)
	}
	silent := func(r *signin.Request) { r.Prompt = signin.PromptNone }
	if refusal := b.begin(w.request(silent)).end(); refusal.Code != 16000 {
		t.Errorf("silently: %d", refusal.Code)
	}
	hint := func(r *signin.Request) { r.LoginHint = "Ann@contoso.example" }
	if g := b.begin(w.request(silent, hint)).finish(); g.User.ID != w.ann.ID {
		t.Errorf("hinted %s", g.User.UserPrincipalName)
	}
	// A hint at somebody who is not in the session is a name to prove.
	other := w.browser().begin(w.request(hint)).wantPage(signin.PagePassword, 0)
	if u := other.answer.Step.User; u == nil || u.Name != "ann@contoso.example" || u.DisplayName != "" {
		t.Errorf("user on the page: %+v", u)
	}
	// Somebody else after all.
	other.post(signin.Input{Action: signin.ActionOtherAccount}).wantPage(signin.PageAccount, 0)
	if g := other.post(signin.Input{Name: "bob@contoso.example"}).post(signin.Input{Password: password}).finish(); g.User.ID != bob.ID {
		t.Errorf("signed in as %s", g.User.UserPrincipalName)
	}
}

func TestFreshProofs(t *testing.T) {
	w := newWorld(t)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	b.finish()
	w.now = w.now.Add(10 * time.Minute)
	for _, change := range []func(*signin.Request){
		func(r *signin.Request) { r.Prompt = signin.PromptLogin },
		func(r *signin.Request) { age := 5 * time.Minute; r.MaxAge = &age },
		func(r *signin.Request) { age := time.Duration(0); r.MaxAge = &age },
	} {
		b.begin(w.request(change)).wantPage(signin.PagePassword, 0)
	}
	age := 5 * time.Minute
	silent := w.request(func(r *signin.Request) { r.MaxAge, r.Prompt = &age, signin.PromptNone })
	if refusal := b.begin(silent).end(); refusal.Code != 50132 {
		t.Errorf("silently: %d", refusal.Code)
	}
	age = 15 * time.Minute
	b.begin(w.request(func(r *signin.Request) { r.MaxAge = &age })).finish()
	// A fresh proof satisfies max_age=0 although time passes on the pages.
	zero := time.Duration(0)
	b.begin(w.request(func(r *signin.Request) { r.MaxAge = &zero }))
	w.now = w.now.Add(time.Minute)
	b.post(signin.Input{Password: password}).finish()
}

func TestOtherDemandsForMFA(t *testing.T) {
	w := newWorld(t)
	secret := w.totp(&w.ann)
	w.browser().signIn(w.request(func(r *signin.Request) { r.RequireMFA = true }), "ann@contoso.example").wantPage(signin.PageCode, 50074)
	w.update(&w.ann, func(u *directory.User) { u.MFA = directory.MFAEnforced })
	b := w.browser().signIn(w.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074)
	if r := w.last(); r.AuthenticationRequirement != "multiFactorAuthentication" || r.AuthenticationRequirementPolicies[0].Provider != "user" {
		t.Errorf("record %+v", r)
	}
	b.post(signin.Input{Code: w.code(secret)}).finish()
	// The browser remembers a second factor for as long as the tenant says.
	w.settings(func(s *directory.Settings) { s.RememberMFA = 2 * time.Hour })
	w.now = w.now.Add(time.Hour)
	b.begin(w.request()).finish()
	w.now = w.now.Add(2 * time.Hour)
	b.begin(w.request()).wantPage(signin.PageCode, 50078)
}

func TestAuthenticationContext(t *testing.T) {
	w := newWorld(t)
	secret := w.totp(&w.ann)
	id := storetest.ID()
	w.must(w.d.Policies.Create(t.Context(), storetest.Change(), &directory.Document{
		Kind: directory.PolicyDocument, ID: id, TenantID: w.tenant.ID, DisplayName: "c1", State: "enabled", Created: w.now,
		JSON: []byte(`{"id":"` + id + `","displayName":"c1","state":"enabled","conditions":{"users":{"includeUsers":["All"]},"applications":{"includeAuthenticationContextClassReferences":["c1"]}},"grantControls":` + needMFA + `}`),
	}))
	with := func(contexts ...string) func(*signin.Request) {
		return func(r *signin.Request) { r.Contexts = contexts }
	}
	b := w.browser().signIn(w.request(with("c2")), "ann@contoso.example")
	if g := b.finish(); !slices.Equal(g.Contexts, []string{"c2"}) { // nobody guards c2
		t.Errorf("contexts %v", g.Contexts)
	}
	b.begin(w.request(with("c1"))).wantPage(signin.PageCode, 50074)
	g := b.post(signin.Input{Code: w.code(secret)}).finish()
	if !slices.Equal(g.Contexts, []string{"c1"}) {
		t.Errorf("contexts %v", g.Contexts)
	}
	if r := w.last(); len(r.AuthenticationContexts) != 1 || r.AuthenticationContexts[0].ID != "c1" {
		t.Errorf("record %+v", r.AuthenticationContexts)
	}
	w.changeApp(&w.api, func(a *directory.Application) { a.OptionalClaims.AccessToken = []string{"acrs"} })
	b.begin(w.request(func(r *signin.Request) { r.Scopes = []string{"openid", "api://orders/read"} })).post(signin.Input{Action: signin.ActionAccept})
	if g := b.finish(); !slices.Equal(g.Contexts, []string{"c1"}) {
		t.Errorf("contexts that nobody asked for: %v", g.Contexts)
	}
}

func TestGuest(t *testing.T) {
	w := newWorld(t)
	other := storetest.Tenant(t, w.db, "fabrikam.example")
	app, _ := storetest.App(t, w.db, other, "mail")
	guest := directory.User{
		ID: access.UserID(storetest.ID()), TenantID: other.ID, UserPrincipalName: "ann_contoso.example#ext#@fabrikam.example", DisplayName: "Ann (guest)", AccountEnabled: true, Type: directory.Guest, Created: w.now,
		External: &directory.External{State: directory.PendingAcceptance, HomeTenantID: w.tenant.ID, HomeUserID: w.ann.ID},
	}
	w.must(w.d.Users.Create(t.Context(), storetest.Change(), &guest))
	there := w.request(func(r *signin.Request) {
		r.Tenant, r.Client, r.RedirectURI = "fabrikam.example", string(app.AppID), "https://mail.example/callback"
	})
	b := w.browser()
	b.signIn(there, "ann@contoso.example").wantRefusal(50014)
	w.update(&guest, func(u *directory.User) { u.External.State = directory.Accepted })
	g := b.post(signin.Input{Action: signin.ActionRetry})
	if g.answer.Step != nil && g.answer.Step.Page == signin.PageKeepSignedIn {
		b.post(signin.Input{Action: signin.ActionDecline})
	}
	grant := b.finish()
	if grant.User.ID != guest.ID || grant.SignIn.UserID != w.ann.ID || grant.SignIn.TenantID != w.tenant.ID {
		t.Errorf("grant of %s by %+v", grant.User.ID, grant.SignIn)
	}
	if r := w.last(); r.CrossTenantAccessType != "b2bCollaboration" || r.HomeTenantID != string(w.tenant.ID) || r.TenantID != string(other.ID) {
		t.Errorf("record %+v", r)
	}
	// At home they are signed in as well, being themselves there.
	if g := b.begin(w.request()).finish(); g.User.ID != w.ann.ID {
		t.Errorf("at home: %s", g.User.ID)
	}
}

func TestDeviceCertificate(t *testing.T) {
	w := newWorld(t)
	w.policy("compliant", "enabled", "", needCompliant, "")
	d := w.device(true)
	certificate := func(key *ecdsa.PrivateKey, until time.Duration) factor.DeviceEvidence {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: string(d.DeviceID)}, NotBefore: w.now.Add(-2 * time.Hour), NotAfter: w.now.Add(until)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		w.must(err)
		return factor.DeviceEvidence{Certificate: der}
	}
	b := w.browser()
	b.caller.Device = certificate(d.key, time.Hour)
	b.signIn(w.request(), "ann@contoso.example").finish()
	if r := w.last(); r.Device.ID != string(d.DeviceID) || !r.Device.IsCompliant.Value {
		t.Errorf("record %+v", r.Device)
	}
	b.begin(w.request()).finish() // the connection proves it each time
	b.caller.Device = noDevice
	b.begin(w.request()).wantRefusal(530003) // a cookie alone proves no device
	b.caller.Device = certificate(d.key, -time.Hour)
	b.begin(w.request()).wantRefusal(50155)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	b.caller.Device = certificate(stranger, time.Hour)
	b.begin(w.request()).wantRefusal(50155) // its name, another key
	_, err = w.d.Devices.Update(t.Context(), storetest.Change(), w.tenant.ID, d.ID, func(d *directory.Device) error { d.AccountEnabled = false; return nil })
	w.must(err)
	b.caller.Device = certificate(d.key, time.Hour)
	b.begin(w.request()).wantRefusal(50155)
}

// A password that is typed wrong does not tell a known name from an unknown
// one, by anything that the browser sees.
func TestNamesLookAlike(t *testing.T) {
	w := newWorld(t)
	shape := func(name string) []string {
		b := w.browser().begin(w.request()).post(signin.Input{Name: name})
		var seen []string
		for _, in := range []signin.Input{
			{Password: "wrong"}, {Action: signin.ActionSwitch, Page: signin.PagePass}, {Code: "wrong"}, {Action: signin.ActionSwitch, Page: signin.PagePasskey},
			{Action: signin.ActionSwitch, Page: signin.PagePassword}, {Password: "wrong too"},
		} {
			b.post(in)
			s := b.answer.Step
			others := []signin.Page(nil)
			if s.FirstFactor != nil {
				others = s.FirstFactor.Others
			}
			seen = append(seen, string(s.Page), s.Code.String(), s.User.DisplayName)
			for _, o := range others {
				seen = append(seen, string(o))
			}
		}
		return seen
	}
	ann, nobody := shape("ann@contoso.example"), shape("nobody@contoso.example")
	if !slices.Equal(ann, nobody) {
		t.Errorf("a known name shows\n%v\nan unknown one\n%v", ann, nobody)
	}
}

// A failing front leaves the attempt as it was, and nothing in the log.
func TestCommitFails(t *testing.T) {
	w := newWorld(t)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	_, hop, _ := strings.Cut(b.answer.Return, "hop=")
	b.got(w.p.Finish(t.Context(), b.caller, hop))
	broken := errors.New("disk full")
	if err := b.answer.Grant.Commit(t.Context(), signin.Issued{}, func(context.Context) error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("commit: %v", err)
	}
	w.wantCodes()
	b.got(w.p.Finish(t.Context(), b.caller, hop))
	b.must(b.answer.Grant.Commit(t.Context(), signin.Issued{}, func(context.Context) error { return nil }))
	if err := b.answer.Grant.Commit(t.Context(), signin.Issued{}, func(context.Context) error { t.Error("issued twice"); return nil }); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second commit: %v", err)
	}
	w.wantCodes(0)
}

func TestServersAddressIsNotThePersons(t *testing.T) {
	w := newWorld(t)
	w.changeApp(&w.app, func(a *directory.Application) {
		secret, _, err := directory.NewClientSecret(rand.Reader, "s", w.now, w.now.Add(time.Hour))
		w.must(err)
		a.Secrets = append(a.Secrets, secret)
	})
	w.blockCountry("BR")
	b := w.browser()
	g := b.signIn(w.request(), "ann@contoso.example").finish()
	b.from(abroad) // the app's server
	redeem := func(seen *signin.Seen, artefact signin.Artefact) *signin.Refusal {
		x := w.exchange(b.caller, signin.AuthorizationCode, "openid")
		_, refusal, err := x.Evaluate(t.Context(), signin.Subject{Artefact: artefact, User: g.User.ID, SignIn: g.SignIn, Redirect: g.Redirect, Seen: seen})
		w.must(err)
		return refusal
	}
	if refusal := redeem(&g.Seen, signin.FromCode); refusal != nil {
		t.Errorf("redemption by the app's server: %d", refusal.Code)
	}
	elsewhere := g.Seen
	elsewhere.Address = abroad
	if refusal := redeem(&elsewhere, signin.FromCode); refusal == nil || refusal.Code != 53003 {
		t.Errorf("redemption for a person abroad: %+v", refusal)
	}
	if refusal := redeem(&g.Seen, signin.FromRefresh); refusal == nil || refusal.Code != 53003 {
		t.Errorf("refresh from abroad: %+v", refusal)
	}
}

func TestAppRoles(t *testing.T) {
	w := newWorld(t)
	forUsers, forApps := directory.AppRoleID(storetest.ID()), directory.AppRoleID(storetest.ID())
	w.changeApp(&w.api, func(a *directory.Application) {
		a.Roles = []directory.AppRole{{ID: forUsers, Value: "Reader", ForUsers: true}, {ID: forApps, Value: "Daemon", ForApps: true}}
	})
	group := storetest.Group(t, w.db, w.tenant, "readers", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(w.ann.ID)})
	assign := func(principal string, role directory.AppRoleID) {
		w.must(w.d.AppRoleAssignments.Create(t.Context(), storetest.Change(), &directory.AppRoleAssignment{
			ID: directory.AppRoleAssignmentID(storetest.ID()), TenantID: w.tenant.ID, Resource: w.apiSP.ID, Principal: directory.PrincipalID(principal), Role: role,
		}))
	}
	assign(string(group.ID), forUsers)
	assign(string(w.sp.ID), forApps)
	assign(string(w.sp.ID), forUsers) // of no use to an app
	b := w.browser().signIn(w.request(func(r *signin.Request) { r.Scopes = []string{"openid", "api://orders/read"} }), "ann@contoso.example")
	if g := b.post(signin.Input{Action: signin.ActionAccept}).finish(); !slices.Equal(g.AppRoles, []string{"Reader"}) || !slices.Equal(g.Groups, []access.GroupID{group.ID}) {
		t.Errorf("Ann has %v in %v", g.AppRoles, g.Groups)
	}
	x := w.exchange(b.caller, signin.ClientCredentials, "api://orders/.default")
	g, refusal, err := x.Evaluate(t.Context(), signin.Subject{})
	w.must(err)
	if refusal != nil || !slices.Equal(g.AppRoles, []string{"Daemon"}) || g.Scopes.Permissions != nil {
		t.Errorf("the app has %+v, refusal %+v", g, refusal)
	}
}

func TestPersistentBrowser(t *testing.T) {
	for mode, want := range map[string]bool{"always": true, "never": false} {
		w := newWorld(t)
		w.settings(func(s *directory.Settings) { yes := true; s.KeepSignedIn = &yes })
		w.policy(mode, "enabled", "", "", `{"persistentBrowser":{"isEnabled":true,"mode":"`+mode+`"}}`)
		b := w.browser().signIn(w.request(), "ann@contoso.example") // nobody is asked
		if c := b.answer.Cookies.Session; c == nil || c.Expires.IsZero() == want {
			t.Errorf("%s: cookie %+v", mode, c)
		}
		b.finish()
	}
}

// Consent for ".default" is what the client declares, and what it was granted.
func TestDefaultScope(t *testing.T) {
	w := newWorld(t)
	read := w.api.Scopes[0].ID
	w.changeApp(&w.app, func(a *directory.Application) {
		a.Required = []directory.RequiredResource{{Resource: w.api.AppID, Scopes: []directory.ScopeID{read}}}
	})
	ask := func(r *signin.Request) { r.Scopes = []string{"openid", "api://orders/.default"} }
	b := w.browser().signIn(w.request(ask), "ann@contoso.example").wantPage(signin.PageConsent, 65001)
	if list := b.answer.Step.Consent.Scopes; len(list) != 1 || list[0].Name != "read" {
		t.Errorf("asked for %+v", list)
	}
	if g := b.post(signin.Input{Action: signin.ActionAccept}).finish(); !slices.Equal(g.Scopes.Permissions, []string{"read"}) {
		t.Errorf("scopes %+v", g.Scopes)
	}
	w.must(w.d.Consents.Create(t.Context(), storetest.Change(), &directory.Consent{
		ID: directory.ConsentID(storetest.ID()), TenantID: w.tenant.ID, Client: w.sp.ID, Resource: w.apiSP.ID, Scopes: []string{"admin"}, // for everyone
	}))
	if g := b.begin(w.request(ask)).finish(); !slices.Equal(g.Scopes.Permissions, []string{"read", "admin"}) {
		t.Errorf("scopes %+v", g.Scopes)
	}
	for scope, code := range map[string]int{"api://orders/nothing": 650053, "api://orders/.default api://orders/read": 70011} {
		refusal := b.begin(w.request(func(r *signin.Request) { r.Scopes = strings.Fields(scope) })).end()
		if int(refusal.Code) != code {
			t.Errorf("%s: %d, want %d", scope, refusal.Code, code)
		}
	}
	// prompt=consent asks again, once.
	b.begin(w.request(ask, func(r *signin.Request) { r.Prompt = signin.PromptConsent })).wantPage(signin.PageConsent, 65001)
	b.post(signin.Input{Action: signin.ActionAccept}).finish()
}
