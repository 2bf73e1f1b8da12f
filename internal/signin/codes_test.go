package signin_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	g := b.finish()
	w.wantCodes(0)
	if g.User.ID != w.ann.ID || g.SessionID == "" || !g.SignIn.ByPassword() || string(g.Request.State) != `{"state":"s"}` {
		t.Errorf("grant %+v", g)
	}
	r := w.last()
	if r.UserID != string(w.ann.ID) || r.UniqueTokenIdentifier != "uti" || r.Location.CountryOrRegion != "IT" || r.PolicySetHash == "" || len(r.Inputs) == 0 || r.EngineVersion != "test" {
		t.Errorf("record %+v", r)
	}
	// The session answers the next request by itself.
	b.begin(w.request())
	if b.answer.Grant == nil {
		t.Fatalf("single sign-on: %s", b.describe())
	}
	b.finish()
	w.wantCodes(0, 0)
}

func TestCodes(t *testing.T) {
	prompt := func(p signin.Prompt) func(*signin.Request) {
		return func(r *signin.Request) { r.Prompt = p }
	}
	scopes := func(s ...string) func(*signin.Request) { return func(r *signin.Request) { r.Scopes = s } }
	tests := []struct {
		name string
		run  func(w *world, b *browser)
		want []result.Code
	}{
		{"90002 unknown tenant", func(w *world, b *browser) {
			b.begin(w.request(func(r *signin.Request) { r.Tenant = "nowhere.example" })).wantRefusal(90002)
		}, []result.Code{90002}},
		{"700016 unknown client", func(w *world, b *browser) {
			b.begin(w.request(func(r *signin.Request) { r.Client = storetest.ID() })).wantRefusal(700016)
		}, []result.Code{700016}},
		{"50011 reply address, also when silent", func(w *world, b *browser) {
			b.begin(w.request(func(r *signin.Request) { r.RedirectURI += "s" })).wantRefusal(50011)
			b.begin(w.request(func(r *signin.Request) { r.RedirectURI += "s" }, prompt(signin.PromptNone))).wantRefusal(50011)
		}, []result.Code{50011, 50011}},
		{"500011 unknown resource", func(w *world, b *browser) {
			b.begin(w.request(scopes("api://nothing/read")))
			if e := b.end().Authorize(); e.Error != "invalid_resource" {
				w.Errorf("error %q", e.Error)
			}
		}, []result.Code{500011}},
		{"500014 disabled resource", func(w *world, b *browser) {
			w.change(&w.apiSP, func(s *directory.ServicePrincipal) { s.AccountEnabled = false })
			b.begin(w.request(scopes("api://orders/read"))).end()
		}, []result.Code{500014}},
		{"50058 no session", func(w *world, b *browser) {
			b.begin(w.request(prompt(signin.PromptNone)))
			if e := b.end().Authorize(); e.Error != "login_required" {
				w.Errorf("error %q", e.Error)
			}
		}, []result.Code{50058}},
		{"50132 unknown cookie", func(w *world, b *browser) {
			b.caller.Session = "made up"
			b.begin(w.request(prompt(signin.PromptNone)))
			if e := b.end().Authorize(); e.Error != "login_required" {
				w.Errorf("error %q", e.Error)
			}
			b.begin(w.request()).wantPage(signin.PageAccount, 50132)
		}, []result.Code{50132, 50132}},
		{"50132 session over", func(w *world, b *browser) {
			b.signIn(w.request(), "ann@contoso.example").finish()
			w.now = w.now.Add(25 * time.Hour)
			b.begin(w.request(prompt(signin.PromptNone))).end()
		}, []result.Code{0, 50132}},
		{"50133 password changed", func(w *world, b *browser) {
			b.signIn(w.request(), "ann@contoso.example").finish()
			w.now = w.now.Add(time.Minute)
			w.update(&w.ann, func(u *directory.User) { u.PasswordChangedAt = w.now })
			b.begin(w.request(prompt(signin.PromptNone))).end()
			b.begin(w.request()).wantPage(signin.PagePassword, 50133)
		}, []result.Code{0, 50133, 50133}},
		{"50034 shown as 50126", func(w *world, b *browser) {
			b.signIn(w.request(), "nobody@contoso.example").wantPage(signin.PagePassword, 50126)
		}, []result.Code{50034}},
		{"50126 wrong password, then right", func(w *world, b *browser) {
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: "wrong"}).wantPage(signin.PagePassword, 50126)
			b.post(signin.Input{Password: password}).finish()
		}, []result.Code{50126, 0}},
		{"50053 locked, whatever the password", func(w *world, b *browser) {
			w.settings(func(s *directory.Settings) { s.Lockout.Threshold = 2 })
			for _, name := range []string{"ann@contoso.example", "nobody@contoso.example"} {
				b.begin(w.request()).post(signin.Input{Name: name})
				b.post(signin.Input{Password: "one"}).post(signin.Input{Password: "two"})
				b.post(signin.Input{Password: password}).wantPage(signin.PagePassword, 50053)
				if b.answer.Step.FirstFactor.RetryAfter.IsZero() {
					w.Error("nobody says when the lock ends")
				}
			}
			w.now = w.now.Add(2 * time.Minute)
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: password}).finish()
		}, []result.Code{50126, 50126, 50053, 50034, 50034, 50053, 0}},
		{"50057 disabled, after the password only", func(w *world, b *browser) {
			w.update(&w.ann, func(u *directory.User) { u.AccountEnabled = false })
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: "wrong"}).wantPage(signin.PagePassword, 50126)
			b.post(signin.Input{Password: password}).wantRefusal(50057)
		}, []result.Code{50126, 50057}},
		{"50055 expired password is changed", func(w *world, b *browser) {
			w.settings(func(s *directory.Settings) { s.Passwords.Validity = 30 * 24 * time.Hour })
			w.now = w.now.Add(31 * 24 * time.Hour)
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageChangePassword, 50055)
			b.post(signin.Input{NewPassword: "short", Repeated: "short"}).wantPage(signin.PageChangePassword, 50055)
			if b.answer.Step.Password.Broken != "short" {
				w.Errorf("broken: %q", b.answer.Step.Password.Broken)
			}
			b.post(signin.Input{NewPassword: password, Repeated: password})
			if b.answer.Step.Password.Broken != "same" {
				w.Errorf("broken: %q", b.answer.Step.Password.Broken)
			}
			b.post(signin.Input{NewPassword: "another horse 8 staple", Repeated: "another horse 8 staple"}).finish()
		}, []result.Code{50055, 0}},
		{"16003 account of another tenant", func(w *world, b *browser) {
			b.signIn(w.request(), "ann@contoso.example").finish()
			other := storetest.Tenant(w, w.db, "fabrikam.example")
			app, _ := storetest.App(w, w.db, other, "mail")
			there := func(r *signin.Request) {
				r.Tenant, r.Client, r.RedirectURI = "fabrikam.example", string(app.AppID), "https://mail.example/callback"
			}
			b.begin(w.request(there, prompt(signin.PromptNone)))
			if e := b.end().Authorize(); e.Error != "interaction_required" {
				w.Errorf("error %q", e.Error)
			}
			b.begin(w.request(there)).wantPage(signin.PageAccount, 16003)
		}, []result.Code{0, 16003, 16003}},
		{"50074 and 500121 second factor", func(w *world, b *browser) {
			w.policy("mfa", "enabled", "", needMFA, "")
			secret := w.totp(&w.ann)
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074)
			b.post(signin.Input{Code: "000000"}).wantPage(signin.PageCode, 500121)
			g := b.post(signin.Input{Code: w.code(secret)}).finish()
			if len(g.Methods) != 3 { // pwd otp mfa
				w.Errorf("amr %v", g.Methods)
			}
		}, []result.Code{50074, 500121, 0}},
		{"50072 registration", func(w *world, b *browser) {
			w.policy("mfa", "enabled", "", needMFA, "")
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageEnrol, 50072)
			b.post(signin.Input{Action: signin.ActionSwitch, Page: signin.PageEnrolCode}).wantPage(signin.PageEnrolCode, 50072)
			if page := b.answer.Step.EnrolCode; len(page.QR) == 0 || page.URI == "" {
				w.Error("no QR code")
			}
			held, err := w.d.Credentials.Credentials(w.Context(), w.tenant.ID, w.ann.ID)
			w.must(err)
			if held.MFARegistered() {
				w.Error("registered before the first code")
			}
			b.post(signin.Input{Code: w.enrolmentCode(b)}).finish()
		}, []result.Code{50072, 0}},
		{"50079 no page for registration", func(w *world, b *browser) {
			g := b.signIn(w.request(), "ann@contoso.example").finish()
			w.policy("mfa", "enabled", "", needMFA, "")
			if e := b.wantRefused(g, 50079).Token(); e.Error != "invalid_grant" || e.SubError != "basic_action" || e.Claims == "" {
				w.Errorf("%+v", e)
			}
		}, []result.Code{0, 50079}},
		{"50076 refresh without MFA", func(w *world, b *browser) {
			g := b.signIn(w.request(), "ann@contoso.example").finish()
			w.totp(&w.ann)
			w.policy("mfa", "enabled", "", needMFA, "")
			b.wantRefused(g, 50076)
			b.begin(w.request(prompt(signin.PromptNone))).end()
		}, []result.Code{0, 50076, 50076}},
		{"50078 second factor too old", func(w *world, b *browser) {
			w.policy("mfa", "enabled", "", needMFA, `{"signInFrequency":{"isEnabled":true,"value":1,"type":"hours","authenticationType":"secondaryAuthentication","frequencyInterval":"timeBased"}}`)
			secret := w.totp(&w.ann)
			g := b.signIn(w.request(), "ann@contoso.example").post(signin.Input{Code: w.code(secret)}).finish()
			w.now = w.now.Add(2 * time.Hour)
			b.wantRefused(g, 50078)
			b.begin(w.request()).wantPage(signin.PageCode, 50078)
			b.post(signin.Input{Code: w.code(secret)}).finish()
		}, []result.Code{50074, 0, 50078, 50078, 0}},
		{"70043 and 70044 sign-in frequency", func(w *world, b *browser) {
			w.policy("often", "enabled", "", "", `{"signInFrequency":{"isEnabled":true,"value":1,"type":"hours","authenticationType":"primaryAndSecondaryAuthentication","frequencyInterval":"timeBased"}}`)
			g := b.signIn(w.request(), "ann@contoso.example").finish()
			w.now = w.now.Add(2 * time.Hour)
			if e := b.wantRefused(g, 70043).Token(); e.SubError != "token_expired" {
				w.Errorf("%+v", e)
			}
			b.begin(w.request(prompt(signin.PromptNone))).end()
			b.begin(w.request()).wantPage(signin.PagePassword, 70044)
			b.post(signin.Input{Password: password}).finish()
		}, []result.Code{0, 70043, 70044, 70044, 0}},
		{"70046 every time", func(w *world, b *browser) {
			w.policy("always", "enabled", "", "", `{"signInFrequency":{"isEnabled":true,"authenticationType":"primaryAndSecondaryAuthentication","frequencyInterval":"everyTime"}}`)
			b.signIn(w.request(), "ann@contoso.example").finish()
			w.now = w.now.Add(4 * time.Minute)
			b.begin(w.request()).finish()
			w.now = w.now.Add(2 * time.Minute)
			b.begin(w.request()).wantPage(signin.PagePassword, 70046)
			b.post(signin.Input{Password: password}).finish()
		}, []result.Code{0, 0, 70046, 0}},
		{"50089 too late", func(w *world, b *browser) {
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
			w.now = w.now.Add(11 * time.Minute)
			b.post(signin.Input{Password: password}).wantRefusal(50089)
			b.post(signin.Input{Action: signin.ActionRetry}).wantPage(signin.PageAccount, 0)
			b.post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: password}).finish()
		}, []result.Code{50089, 0}},
		{"50089 replayed", func(w *world, b *browser) {
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
			old := b.answer
			b.post(signin.Input{Password: "wrong"})
			b.answer = old
			b.post(signin.Input{Password: password}).wantRefusal(50089)
		}, []result.Code{50126, 50089}},
		{"50089 other browser", func(w *world, b *browser) {
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"})
			thief := w.browser()
			thief.caller.Browser, thief.answer = "another", b.answer
			thief.post(signin.Input{Password: password}).wantRefusal(50089)
			if thief.answer.Step.Hop != "" {
				w.Error("another browser may go on")
			}
		}, []result.Code{50089}},
		{"53000 not compliant", func(w *world, b *browser) {
			w.policy("compliant", "enabled", "", needCompliant, "")
			d := w.device(false)
			b.caller.Device = d.proof(w)
			refusal := b.signIn(w.request(), "ann@contoso.example").wantRefusal(53000)
			if len(refusal.Remedies) == 0 {
				w.Error("no remedy")
			}
		}, []result.Code{53000}},
		{"530003 no device", func(w *world, b *browser) {
			w.policy("compliant", "enabled", "", needCompliant, "")
			b.signIn(w.request(), "ann@contoso.example").wantRefusal(530003)
		}, []result.Code{530003}},
		{"53001 not joined", func(w *world, b *browser) {
			w.policy("joined", "enabled", "", needJoined, "")
			b.caller.Device = w.device(true).proof(w)
			b.signIn(w.request(), "ann@contoso.example").wantRefusal(53001)
		}, []result.Code{53001}},
		{"50097 asked for the device, then in", func(w *world, b *browser) {
			w.policy("compliant", "enabled", "", needCompliant, "")
			b.caller.ProvesDevice = true
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageDevice, 50097)
			b.caller.Device = w.device(true).answers(w, b.answer.Step.Device.Nonce)
			b.post(signin.Input{})
			b.caller.Device = noDevice
			g := b.finish()
			if g.Device == nil {
				w.Error("the grant names no device")
			}
			if _, refusal := b.refresh(g); refusal != nil {
				w.Errorf("refresh: %d", refusal.Code)
			}
		}, []result.Code{50097, 0}},
		{"50155 replaced key and replayed proof", func(w *world, b *browser) {
			d := w.device(true)
			proof := d.proof(w)
			b.caller.Device = proof
			b.signIn(w.request(), "ann@contoso.example").finish()
			b.begin(w.request(prompt(signin.PromptLogin))).post(signin.Input{Password: password}).wantRefusal(50155) // the same proof again
			w.rekey(d)
			b.caller.Device = d.proof(w)
			b.begin(w.request(prompt(signin.PromptLogin))).post(signin.Input{Password: password}).wantRefusal(50155)
		}, []result.Code{0, 50155, 50155}},
		{"700003 deleted device", func(w *world, b *browser) {
			d := w.device(true)
			b.caller.Device = d.proof(w)
			w.must(w.d.Devices.Delete(w.Context(), storetest.Change(), w.tenant.ID, d.ID))
			b.signIn(w.request(), "ann@contoso.example").wantRefusal(700003)
		}, []result.Code{700003}},
		{"53003 blocked by country", func(w *world, b *browser) {
			w.blockCountry("BR")
			b.from(abroad)
			refusal := b.signIn(w.request(), "ann@contoso.example").wantRefusal(53003)
			if len(refusal.Conditions) == 0 || refusal.Values[result.PlaceholderCountry] != "BR" {
				w.Errorf("refusal %+v", refusal)
			}
			b.from(home).post(signin.Input{Action: signin.ActionRetry}).finish()
		}, []result.Code{53003, 0}},
		{"50105 nested group does not count", func(w *world, b *browser) {
			w.change(&w.sp, func(s *directory.ServicePrincipal) { s.AssignmentRequired = true })
			inner := storetest.Group(w, w.db, w.tenant, "inner", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(w.ann.ID)})
			outer := storetest.Group(w, w.db, w.tenant, "outer", directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(inner.ID)})
			w.assign(w.sp.ID, directory.PrincipalID(outer.ID))
			b.signIn(w.request(), "ann@contoso.example").wantRefusal(50105)
			w.assign(w.sp.ID, directory.PrincipalID(inner.ID))
			b.post(signin.Input{Action: signin.ActionRetry}).finish()
		}, []result.Code{50105, 0}},
		{"65001 consent, and 65004 declined", func(w *world, b *browser) {
			b.signIn(w.request(scopes("openid", "api://orders/read")), "ann@contoso.example").wantPage(signin.PageConsent, 65001)
			b.post(signin.Input{Action: signin.ActionDecline})
			if e := b.end().Authorize(); e.Error != "access_denied" || e.SubCode != "cancel" {
				w.Errorf("%+v", e)
			}
			b.signIn(w.request(scopes("openid", "api://orders/read")), "ann@contoso.example").wantPage(signin.PageConsent, 65001)
			g := b.post(signin.Input{Action: signin.ActionAccept}).finish()
			if len(g.Scopes.Permissions) != 1 || g.Scopes.Permissions[0] != "read" {
				w.Errorf("scopes %+v", g.Scopes)
			}
			if _, refusal := b.refresh(g, "api://orders/read"); refusal != nil {
				w.Errorf("refresh: %d", refusal.Code)
			}
		}, []result.Code{65001, 65004, 65001, 0}},
		{"65001 by refresh and silently", func(w *world, b *browser) {
			g := b.signIn(w.request(), "ann@contoso.example").finish()
			if e := b.wantRefused(g, 65001, "api://orders/read").Token(); e.SubError != "consent_required" {
				w.Errorf("%+v", e)
			}
			b.begin(w.request(scopes("openid", "api://orders/read"), prompt(signin.PromptNone)))
			if e := b.end().Authorize(); e.Error != "consent_required" {
				w.Errorf("%+v", e)
			}
		}, []result.Code{0, 65001, 65001}},
		{"90094 admin only", func(w *world, b *browser) {
			b.signIn(w.request(scopes("openid", "api://orders/admin")), "ann@contoso.example").wantPage(signin.PageConsent, 90094)
			b.post(signin.Input{Action: signin.ActionAccept}).wantPage(signin.PageConsent, 90094)
		}, []result.Code{90094, 90094}},
		{"50140 stay signed in", func(w *world, b *browser) {
			w.settings(func(s *directory.Settings) { yes := true; s.KeepSignedIn = &yes })
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageKeepSignedIn, 50140)
			b.post(signin.Input{Action: signin.ActionAccept})
			if c := b.answer.Cookies.Session; c == nil || c.Expires.IsZero() {
				w.Errorf("cookie %+v", c)
			}
			b.finish()
			w.now = w.now.Add(30 * 24 * time.Hour)
			b.begin(w.request()).finish()
		}, []result.Code{50140, 0, 0}},
		{"50173 revoked", func(w *world, b *browser) {
			g := b.signIn(w.request(), "ann@contoso.example").finish()
			w.now = w.now.Add(time.Minute)
			w.update(&w.ann, func(u *directory.User) { u.SessionsValidFrom = w.now })
			if e := b.wantRefused(g, 50173).Token(); e.SubError != "bad_token" {
				w.Errorf("%+v", e)
			}
		}, []result.Code{0, 50173}},
		{"7000218 and others arise in the front", func(w *world, b *browser) {
			x := w.exchange(b.caller, signin.AuthorizationCode)
			refusal, err := x.Refuse(w.Context(), result.ClientSecretOrAssertionRequired, signin.About{})
			w.must(err)
			if e := refusal.Token(); e.Error != "invalid_client" || e.Status != 401 {
				w.Errorf("%+v", e)
			}
			x = w.exchange(b.caller, signin.AuthorizationCode)
			_, err = x.Refuse(w.Context(), result.AuthorizationCodeRedeemed, signin.About{User: w.ann.ID, Artefact: signin.FromCode})
			w.must(err)
			if r := w.last(); r.UserID != string(w.ann.ID) {
				w.Errorf("record %+v", r)
			}
		}, []result.Code{7000218, 54006}},
		{"50158 terms of use", func(w *world, b *browser) {
			terms := directory.Agreement{ID: access.AgreementID(storetest.ID()), TenantID: w.tenant.ID, DisplayName: "Terms", Texts: map[string]string{"": "Be kind."}, Created: w.now}
			w.must(w.d.Agreements.Create(w.Context(), storetest.Change(), &terms))
			w.policy("terms", "enabled", "", `{"operator":"OR","builtInControls":[],"termsOfUse":["`+string(terms.ID)+`"]}`, "")
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageTerms, 50158)
			b.post(signin.Input{Action: signin.ActionDecline}).wantRefusal(50158)
			b.post(signin.Input{Action: signin.ActionRetry}).wantPage(signin.PageTerms, 50158)
			b.post(signin.Input{Action: signin.ActionAccept}).finish()
		}, []result.Code{50158, 50158, 50158, 0}},
		{"130504 pass over, 130503 wrong, 130505 used", func(w *world, b *browser) {
			text := w.pass(&w.ann, true)
			b.begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePass})
			b.wantPage(signin.PagePass, 0).post(signin.Input{Code: "nonsense"}).wantPage(signin.PagePass, 130503)
			g := b.post(signin.Input{Code: text}).finish()
			if g.Until.IsZero() {
				w.Error("the pass has no end")
			}
			again := w.browser().begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePass})
			again.post(signin.Input{Code: text}).wantPage(signin.PagePass, 130505)
			w.now = w.now.Add(2 * time.Hour)
			b.wantRefused(g, 70008) // tokens end with the pass
			text = w.pass(&w.ann, false)
			w.now = w.now.Add(2 * time.Hour)
			late := w.browser().begin(w.request()).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Action: signin.ActionSwitch, Page: signin.PagePass})
			late.post(signin.Input{Code: text}).wantPage(signin.PagePass, 130504)
		}, []result.Code{130503, 0, 130505, 70008, 130504}},
		{"50072 security defaults", func(w *world, b *browser) {
			w.settings(func(s *directory.Settings) { s.SecurityDefaults = true })
			b.signIn(w.request(), "ann@contoso.example").wantPage(signin.PageEnrol, 50072)
			b.post(signin.Input{Action: signin.ActionSwitch, Page: signin.PageEnrolCode})
			b.post(signin.Input{Code: w.enrolmentCode(b)}).finish()
			w.now = w.now.Add(time.Hour)
			fresh := w.browser().signIn(w.request(), "ann@contoso.example")
			fresh.finish() // registered, and no risk
			w.role(&w.ann, directory.RoleGlobalAdministrator)
			fresh.begin(w.request()).wantPage(signin.PageCode, 50074)
			if r := w.last(); r.AuthenticationRequirementPolicies[0].Provider != "securityDefaults" || len(r.AppliedPolicies) != 0 {
				w.Errorf("record %+v", r)
			}
		}, []result.Code{50072, 0, 0, 50074}},
		{"name and password by the app itself", func(w *world, b *browser) {
			evaluate := func(name, text string) result.Code {
				x := w.exchange(b.caller, signin.PasswordGrant, "openid")
				g, refusal, err := x.Evaluate(w.Context(), signin.Subject{Artefact: signin.FromPassword, Name: name, Password: text})
				w.must(err)
				if refusal != nil {
					return refusal.Code
				}
				w.must(g.Commit(w.Context(), signin.Issued{}, func(context.Context) error { return nil }))
				return 0
			}
			for _, test := range []struct {
				name, text string
				want       result.Code
			}{{"ann@contoso.example", password, 0}, {"ann@contoso.example", "wrong", 50126}, {"nobody@contoso.example", password, 50126}} {
				if got := evaluate(test.name, test.text); got != test.want {
					w.Errorf("%s: %d, want %d", test.name, got, test.want)
				}
			}
			w.policy("mfa", "enabled", "", needMFA, "")
			if got := evaluate("ann@contoso.example", password); got != 50079 {
				w.Errorf("MFA demanded: %d", got)
			}
		}, []result.Code{0, 50126, 50034, 50079}},
		{"signed out in another window", func(w *world, b *browser) {
			b.signIn(w.request(), "ann@contoso.example").finish()
			b.begin(w.request(scopes("openid", "api://orders/read"))).wantPage(signin.PageConsent, 65001)
			w.must(w.db.Sessions().Delete(w.Context(), b.caller.Session.Key()))
			b.post(signin.Input{Action: signin.ActionAccept}).wantPage(signin.PagePassword, 50132)
		}, []result.Code{0, 65001, 50132}},
		{"50020 fresh credentials of another tenant", func(w *world, b *browser) {
			other := storetest.Tenant(w, w.db, "fabrikam.example")
			app, _ := storetest.App(w, w.db, other, "mail")
			b.begin(w.request(func(r *signin.Request) {
				r.Tenant, r.Client, r.RedirectURI = "fabrikam.example", string(app.AppID), "https://mail.example/callback"
			})).post(signin.Input{Name: "ann@contoso.example"}).post(signin.Input{Password: password}).wantRefusal(50020)
		}, []result.Code{50020}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			test.run(w, w.browser())
			w.wantCodes(test.want...)
		})
	}
}

func TestClientCredentials(t *testing.T) {
	w := newWorld(t)
	caller := signin.Caller{Address: netip.MustParseAddr(abroad)}
	evaluate := func(scopes ...string) (*signin.Grant, *signin.Refusal) {
		x := w.exchange(caller, signin.ClientCredentials, scopes...)
		g, refusal, err := x.Evaluate(t.Context(), signin.Subject{Credential: signin.ClientCredential{Kind: "clientSecret"}})
		w.must(err)
		return g, refusal
	}
	if _, refusal := evaluate("api://orders/read"); refusal == nil || refusal.Code != 1002012 {
		t.Errorf("a name as scope: %+v", refusal)
	}
	g, refusal := evaluate("api://orders/.default", "openid")
	if refusal != nil || g.User != nil || g.Resource == nil {
		t.Fatalf("grant %+v, refusal %+v", g, refusal)
	}
	w.must(g.Commit(t.Context(), signin.Issued{TokenID: "u"}, func(context.Context) error { return nil }))
	if r := w.last(); r.SignInEventTypes[0] != "servicePrincipal" || r.ServicePrincipalID != string(w.sp.ID) || r.UserID != "" {
		t.Errorf("record %+v", r)
	}
	w.workloadPolicy()
	if _, refusal := evaluate("api://orders/.default"); refusal == nil || refusal.Code != 53003 {
		t.Errorf("blocked abroad: %+v", refusal)
	}
	caller.Address = netip.MustParseAddr(home)
	if _, refusal := evaluate("api://orders/.default"); refusal != nil {
		t.Errorf("at home: %d", refusal.Code)
	}
}
