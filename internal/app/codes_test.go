package app_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base32"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/app"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// scenario provokes one result code over HTTP, in the shortest real way.
type scenario struct {
	code result.Code
	run  func(*org)
}

// wantedCodes are those that real mechanisms of the server must produce.
var wantedCodes = []result.Code{
	0, 16003, 50011, 50034, 50053, 50055, 50057, 50058, 50072, 50074, 50076, 50078, 50079, 50089, 50097, 50105, 50126, 50132, 50133, 50140,
	50155, 50173, 500011, 500014, 500121, 53000, 53001, 53003, 530003, 54006, 65001, 65004, 70043, 70044, 70046, 700082, 7000218, 700016, 700003,
}

// TestCodes provokes each of the codes, in a tenant of its own.
func TestCodes(t *testing.T) {
	w := start(t, app.Options{})
	all := slices.Concat(requestScenarios, personScenarios, sessionScenarios, accessScenarios, deviceScenarios, tokenScenarios)
	proven := map[result.Code]bool{}
	for _, s := range all {
		proven[s.code] = true
		entry, _ := result.Lookup(s.code)
		t.Run(fmt.Sprintf("%d %s", s.code, entry.Name), func(t *testing.T) {
			mine := *w
			mine.T = t
			s.run(mine.newOrg())
		})
	}
	for _, code := range wantedCodes {
		if !proven[code] {
			t.Errorf("nothing provokes %d", code)
		}
	}
}

// requestScenarios are about what the client asks for.
var requestScenarios = []scenario{
	{result.Success, func(o *org) {
		b, got := o.signIn()
		o.recorded(0, 0) // the sign-in, and its code redeemed
		if o.records()[0].UserID != string(o.ann.ID) {
			o.Errorf("the record is about %q", o.records()[0].UserID)
		}
		o.ok(o.refresh(b, got.text("refresh_token")))
		o.recorded(0, 0, 0)
	}},
	{50011, func(o *org) {
		p := o.authorize(o.browser(), "redirect_uri", "https://app.example/Callback")
		if p.answer != nil || p.status != http.StatusBadRequest {
			o.Errorf("status %d, answer %v", p.status, p.answer)
		}
		p.wants("refusal").shows("50011")
		o.recorded(50011)
	}},
	{700016, func(o *org) {
		o.authorize(o.browser(), "client_id", storetest.ID()).wants("refusal").shows("700016")
		o.recorded(700016)
		o.no(o.tokenOf(o.browser(), "client_id", storetest.ID(), "grant_type", "refresh_token", "refresh_token", "x"), 400, "unauthorized_client", "", 700016)
	}},
	{500011, func(o *org) {
		o.authorize(o.browser(), "scope", "openid api://nobody/read").refused("invalid_resource", 500011)
		o.recorded(500011)
	}},
	{500014, func(o *org) {
		o.changeSP(o.apiSP, func(sp *directory.ServicePrincipal) { sp.AccountEnabled = false })
		o.authorize(o.browser()).refused("invalid_resource", 500014)
		o.recorded(500014)
	}},
}

// personScenarios are about who somebody is.
var personScenarios = []scenario{
	{50034, func(o *org) {
		p := o.authorize(o.browser()).password("nobody@"+o.domain, rightPassword).wants("password").shows("50126")
		if strings.Contains(p.body, "50034") {
			o.Error("the page tells that nobody has the name")
		}
		o.recorded(50034)
	}},
	{50126, func(o *org) {
		o.authorize(o.browser()).password(o.ann.UserPrincipalName, "wrong").wants("password").shows("50126").post("password", rightPassword).code()
		o.recorded(50126, 0)
	}},
	{50053, func(o *org) {
		p := o.authorize(o.browser()).wants("account").post("name", o.ann.UserPrincipalName)
		for i := range 10 {
			p = p.wants("password").post("password", fmt.Sprintf("guess %d", i))
		}
		p = p.post("password", rightPassword)
		p.shows("50053")
		o.recorded(50053)
		o.pass(2 * time.Minute)
		o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).code()
	}},
	{50055, func(o *org) {
		o.settings(func(s *directory.Settings) { s.Passwords.Validity = 90 * 24 * time.Hour })
		o.pass(91 * 24 * time.Hour)
		p := o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("change-password")
		o.recorded(50055)
		p.post("password", rightPassword, "new-password", "Another 4 horses", "repeated", "Another 4 horses").code()
		o.recorded(50055, 0)
	}},
	{50057, func(o *org) {
		o.changeUser(o.ann, func(u *directory.User) { u.AccountEnabled = false })
		b := o.browser()
		o.authorize(b).password(o.ann.UserPrincipalName, "wrong").wants("password").shows("50126")
		o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows("50057")
		o.recorded(50126, 50057)
	}},
	{50089, func(o *org) {
		p := o.authorize(o.browser()).wants("account").post("name", o.ann.UserPrincipalName).wants("password")
		o.pass(11 * time.Minute)
		p = p.post("password", rightPassword).wants("refusal").shows("50089")
		o.recorded(50089)
		p.post("action", "retry").wants("account").password(o.ann.UserPrincipalName, rightPassword).code()
	}},
	{50105, func(o *org) {
		inner := storetest.Group(o, o.db, o.tenant, "inner", directory.GroupMember{Kind: directory.MemberUser, ID: directory.MemberID(o.ann.ID)})
		outer := storetest.Group(o, o.db, o.tenant, "outer", directory.GroupMember{Kind: directory.MemberGroup, ID: directory.MemberID(inner.ID)})
		o.changeSP(o.clientSP, func(sp *directory.ServicePrincipal) { sp.AssignmentRequired = true })
		assign := func(group access.GroupID) {
			o.must(o.d.AppRoleAssignments.Create(o.Context(), storetest.Change(), &directory.AppRoleAssignment{
				ID: directory.AppRoleAssignmentID(storetest.ID()), TenantID: o.tenant.ID, Resource: o.clientSP.ID, Principal: directory.PrincipalID(group),
			}))
		}
		assign(outer.ID)
		b := o.browser()
		o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows("50105")
		o.recorded(50105)
		assign(inner.ID)
		o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).code()
	}},
	{50140, func(o *org) {
		o.settings(func(s *directory.Settings) { yes := true; s.KeepSignedIn = &yes })
		b := o.browser()
		p := o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).wants("keep-signed-in")
		o.recorded(50140)
		p.post("action", "accept").code()
		o.recorded(50140, 0)
		o.pass(30 * 24 * time.Hour)
		o.authorize(b).code() // still signed in
	}},
	{65001, func(o *org) {
		b, got := o.signIn()
		o.no(o.refresh(b, got.text("refresh_token"), "scope", "openid api://"+o.domain+"/write"), 400, "invalid_grant", "consent_required", 65001)
		o.recorded(65001)
		more := []string{"scope", "openid offline_access api://" + o.domain + "/write"}
		o.authorize(b, append(more, "prompt", "none")...).refused("consent_required", 65001)
		o.authorize(b, more...).wants("consent").post("action", "accept").code()
		o.recorded(65001, 65001, 65001, 0)
	}},
	{65004, func(o *org) {
		b, _ := o.signIn()
		p := o.authorize(b, "scope", "openid api://"+o.domain+"/write").wants("consent").post("action", "decline")
		p.refused("access_denied", 65004)
		if p.answer.Get("error_subcode") != "cancel" || p.answer.Get("state") != "the state" {
			o.Errorf("answer %v", p.answer)
		}
		o.recorded(65001, 65004)
	}},
	{500121, func(o *org) {
		secret := o.authenticator(o.ann)
		o.policy("", needMFA)
		p := o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("code")
		p = p.post("code", wrongCode(o.code(secret))).wants("code").shows("500121")
		o.recorded(50074, 500121)
		p.post("code", o.code(secret)).code()
		o.recorded(50074, 500121, 0)
	}},
}

// wrongCode is another code than the right one.
func wrongCode(right string) string {
	digit := byte('0')
	if right[0] == '0' {
		digit = '1'
	}
	return string(digit) + right[1:]
}

// sessionScenarios are about who is signed in already.
var sessionScenarios = []scenario{
	{50058, func(o *org) {
		o.authorize(o.browser(), "prompt", "none").refused("login_required", 50058)
		o.recorded(50058)
	}},
	{16003, func(o *org) {
		b, _ := o.signIn()
		other := o.newOrg()
		other.authorize(b, "prompt", "none").refused("interaction_required", 16003)
		other.authorize(b).wants("account")
		other.recorded(16003, 16003)
	}},
	{50132, func(o *org) {
		b, _ := o.signIn()
		at, err := url.Parse(o.origin)
		o.must(err)
		for _, cookie := range b.client.Jar.Cookies(at) {
			if strings.HasSuffix(cookie.Name, string(route.SessionCookie)) {
				cookie.Value = cookie.Value[:len(cookie.Value)-1] + "!"
				cookie.Path = "/"
				b.client.Jar.SetCookies(at, []*http.Cookie{cookie})
			}
		}
		o.authorize(b, "prompt", "none").refused("login_required", 50132)
		o.recorded(50132)
	}},
	{50133, func(o *org) {
		b, _ := o.signIn()
		o.pass(time.Minute)
		o.setPassword(o.ann)
		o.authorize(b, "prompt", "none").refused("login_required", 50133)
		o.authorize(b).wants("password")
		o.recorded(50133, 50133)
	}},
	{70044, func(o *org) {
		o.policy("", hourly)
		b, _ := o.signIn()
		o.pass(2 * time.Hour)
		o.authorize(b, "prompt", "none").refused("interaction_required", 70044)
		o.authorize(b).wants("password").post("password", rightPassword).code()
		o.recorded(70044, 70044, 0)
	}},
	{70046, func(o *org) {
		o.policy("", everyTime)
		b, _ := o.signIn()
		o.pass(6 * time.Minute)
		o.authorize(b, "prompt", "none").refused("interaction_required", 70046)
		o.authorize(b).wants("password").post("password", rightPassword).code()
		o.recorded(70046, 70046, 0)
	}},
}

// accessScenarios are about what policies demand of a person.
var accessScenarios = []scenario{
	{53003, func(o *org) {
		allowed := o.countries(`"IT"`)
		id := o.policy(`,"locations":{"includeLocations":["All"],"excludeLocations":["`+allowed+`"]}`, block)
		b, got := o.signIn()
		b.address = osaka
		r := o.no(o.redeemRefreshNative(b, got), 400, "invalid_grant", "message_only", 53003)
		if want := `{"access_token":{"capolids":{"essential":true,"values":["` + string(id) + `"]}}}`; r.text("claims") != want {
			o.Errorf("claims %s, want %s", r.text("claims"), want)
		}
		o.recorded(53003)
		abroad := o.browser()
		abroad.address = osaka
		p := o.authorize(abroad).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows("53003").shows(osaka)
		if p.status != http.StatusForbidden || strings.Contains(p.body, "203.0.113") {
			o.Errorf("status %d, or the page tells which addresses are allowed", p.status)
		}
		o.recorded(53003)
		last := o.records()[len(o.records())-1]
		if last.PolicySetHash == "" || last.EngineVersion != "test" || len(last.Inputs) == 0 {
			o.Errorf("the record cannot be recomputed: %+v", last)
		}
		// What would help really does: the same attempt from the office.
		abroad.address = office
		p.post("action", "retry").code()
		o.recorded(53003, 0)
	}},
	{50072, func(o *org) {
		o.policy("", needMFA)
		p := o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("enrol-code")
		o.recorded(50072)
		secret := secretOf.FindStringSubmatch(p.body)
		if secret == nil {
			o.Fatalf("no secret on the page: %s", excerpt(p.body))
		}
		p.post("code", o.codeOfText(html.UnescapeString(secret[1])), "label", "phone").code()
		o.recorded(50072, 0)
		// From now on she is challenged.
		o.pass(time.Minute)
		o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("code")
		o.recorded(50072, 0, 50074)
	}},
	{50074, func(o *org) {
		secret := o.authenticator(o.ann)
		o.policy("", needMFA)
		p := o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("code")
		o.recorded(50074)
		used := o.code(secret)
		p.post("code", used).code()
		o.recorded(50074, 0)
		// A code is good once.
		o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("code").post("code", used).wants("code").shows("500121")
	}},
	{50076, func(o *org) {
		o.authenticator(o.ann)
		b, got := o.signIn()
		id := o.policy("", needMFA)
		r := o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "basic_action", 50076)
		if !strings.Contains(r.text("claims"), string(id)) {
			o.Errorf("claims %s", r.text("claims"))
		}
		o.recorded(50076)
		o.authorize(b, "prompt", "none").refused("interaction_required", 50076)
		o.authorize(b, "claims", r.text("claims")).wants("code")
	}},
	{50078, func(o *org) {
		secret := o.authenticator(o.ann)
		o.settings(func(s *directory.Settings) { s.RememberMFA = 24 * time.Hour })
		o.policy("", needMFA)
		b := o.browser()
		got := o.ok(o.redeem(b, o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).wants("code").post("code", o.code(secret)).code()))
		o.pass(23 * time.Hour)
		o.authorize(b, "prompt", "none").code()
		o.pass(2 * time.Hour)
		o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "basic_action", 50078)
		o.recorded(50078)
	}},
	{50079, func(o *org) {
		b, got := o.signIn()
		o.policy("", needMFA)
		o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "basic_action", 50079)
		o.recorded(50079)
	}},
}

// redeemRefreshNative refreshes as the public client, whose address counts.
func (o *org) redeemRefreshNative(b *browser, _ reply) reply {
	o.Helper()
	home := o.browser()
	first := o.ok(o.redeemNative(home, o.authorize(home, o.nativeApp()...).password(o.ann.UserPrincipalName, rightPassword).code()))
	return o.tokenOf(b, "client_id", string(o.native.AppID), "grant_type", "refresh_token", "refresh_token", first.text("refresh_token"))
}

// codeOfText is what an authenticator shows whose secret was typed.
func (o *org) codeOfText(secret string) string {
	o.Helper()
	raw, err := decodeBase32(secret)
	o.must(err)
	return o.code(raw)
}

// tokenScenarios are about what is presented at the token endpoint.
var tokenScenarios = []scenario{
	{7000218, func(o *org) {
		b := o.browser()
		code := o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).code()
		o.no(o.tokenOf(b, "client_id", string(o.client.AppID), "grant_type", "authorization_code", "code", code, "redirect_uri", replyTo, "code_verifier", verifier), 401, "invalid_client", "", 7000218)
		o.recorded(0, 7000218)
		o.ok(o.redeem(b, code)) // a client that forgot its secret may try again
	}},
	{54006, func(o *org) {
		b := o.browser()
		code := o.authorize(b).password(o.ann.UserPrincipalName, rightPassword).code()
		got := o.ok(o.redeem(b, code))
		o.no(o.redeem(b, code), 400, "invalid_grant", "", 54006)
		o.recorded(54006)
		// What the code became is void, too (RFC 6749 §4.1.2).
		if r := o.refresh(b, got.text("refresh_token")); r.status != http.StatusBadRequest {
			o.Errorf("the refresh token of a replayed code still works: %v", r.json)
		}
	}},
	{50173, func(o *org) {
		b, got := o.signIn()
		o.pass(time.Minute)
		o.changeUser(o.ann, func(u *directory.User) { u.SessionsValidFrom = o.Now() })
		o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "bad_token", 50173)
		o.recorded(50173)
	}},
	{70043, func(o *org) {
		o.policy("", hourly)
		b, got := o.signIn()
		o.pass(59 * time.Minute)
		got = o.ok(o.refresh(b, got.text("refresh_token")))
		o.pass(time.Hour)
		o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "token_expired", 70043)
		o.recorded(0, 70043)
	}},
	{700082, func(o *org) {
		b, got := o.signIn()
		o.pass(91 * 24 * time.Hour)
		o.no(o.refresh(b, got.text("refresh_token")), 400, "invalid_grant", "bad_token", 700082)
		o.recorded(700082)
	}},
}

// registered makes a device that the directory knows, and returns it with its
// key.
func (o *org) registered(change func(*directory.Device)) (directory.Device, crypto.Signer) {
	o.Helper()
	key := newKey(o)
	one := directory.Device{
		ID: directory.DeviceObjectID(storetest.ID()), TenantID: o.tenant.ID, DeviceID: directory.DeviceID(storetest.ID()), DisplayName: "laptop",
		AccountEnabled: true, TrustType: directory.Joined, Registered: o.Now(), OperatingSystem: "Windows",
	}
	o.setKey(&one, key)
	change(&one)
	o.must(o.d.Devices.Create(o.Context(), storetest.Change(), &one))
	return one, key
}

func newKey(o *org) crypto.Signer {
	o.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	return key
}

func (o *org) setKey(one *directory.Device, key crypto.Signer) {
	o.Helper()
	var err error
	one.PublicKey, err = x509.MarshalPKIXPublicKey(key.Public())
	o.must(err)
	one.KeyThumbprint, err = factor.DeviceKeyThumbprint(key.Public())
	o.must(err)
}

// prove answers the device page's challenge with a key.
func (p *page) prove(o *org, id directory.DeviceID, key crypto.Signer) *page {
	p.b.w.Helper()
	p.wants("device")
	nonce := deviceFact(p, 0)
	proof, err := factor.SignDeviceProof(key, id, deviceFact(p, 1), nonce)
	o.must(err)
	return p.post("device-proof", proof)
}

var deviceScenarios = []scenario{
	{50097, func(o *org) {
		o.policy("", needCompliant)
		yes := true
		one, key := o.registered(func(d *directory.Device) { d.IsCompliant = &yes })
		b := o.browser()
		o.authorize(b, "device_challenge", "1", "prompt", "login").password(o.ann.UserPrincipalName, rightPassword).wants("device")
		o.recorded(50097)
		o.authorize(b, "device_challenge", "1").password(o.ann.UserPrincipalName, rightPassword).prove(o, one.DeviceID, key).code()
		o.recorded(50097, 50097, 0)
		last := o.records()[len(o.records())-1]
		if last.Device.ID != string(one.DeviceID) {
			o.Errorf("the record's device is %q, want %q", last.Device.ID, one.DeviceID)
		}
	}},
	{50155, func(o *org) {
		o.policy("", needCompliant)
		yes := true
		one, old := o.registered(func(d *directory.Device) { d.IsCompliant = &yes })
		_, err := o.d.Devices.Update(o.Context(), storetest.Change(), o.tenant.ID, one.ID, func(d *directory.Device) error { o.setKey(d, newKey(o)); return nil })
		o.must(err)
		o.authorize(o.browser(), "device_challenge", "1").password(o.ann.UserPrincipalName, rightPassword).prove(o, one.DeviceID, old).wants("refusal").shows("50155")
		o.recorded(50097, 50155)
	}},
	{700003, func(o *org) {
		o.policy("", needCompliant)
		yes := true
		one, key := o.registered(func(d *directory.Device) { d.IsCompliant = &yes })
		o.must(o.d.Devices.Delete(o.Context(), storetest.Change(), o.tenant.ID, one.ID))
		o.authorize(o.browser(), "device_challenge", "1").password(o.ann.UserPrincipalName, rightPassword).prove(o, one.DeviceID, key).wants("refusal").shows("700003")
		o.recorded(50097, 700003)
	}},
	{53000, func(o *org) {
		o.policy("", needCompliant)
		no := false
		one, key := o.registered(func(d *directory.Device) { d.IsCompliant = &no })
		o.authorize(o.browser(), "device_challenge", "1").password(o.ann.UserPrincipalName, rightPassword).prove(o, one.DeviceID, key).wants("refusal").shows("53000")
		o.recorded(50097, 53000)
	}},
	{53001, func(o *org) {
		o.policy("", needHybrid)
		one, key := o.registered(func(*directory.Device) {})
		o.authorize(o.browser(), "device_challenge", "1").password(o.ann.UserPrincipalName, rightPassword).prove(o, one.DeviceID, key).wants("refusal").shows("53001")
		o.recorded(50097, 53001)
	}},
	{530003, func(o *org) {
		o.policy("", anyDevice)
		o.authorize(o.browser()).password(o.ann.UserPrincipalName, rightPassword).wants("refusal").shows("530003")
		o.recorded(530003)
	}},
}

var factOf = regexp.MustCompile(`<code translate="no">([^<]*)</code>`)

// deviceFact returns what the device page tells to sign: 0 the challenge, 1 for
// whom.
func deviceFact(p *page, n int) string {
	p.b.w.Helper()
	all := factOf.FindAllStringSubmatch(p.body, -1)
	if len(all) <= n {
		p.b.w.Fatalf("the device page tells no challenge:\n%s", excerpt(p.body))
	}
	return html.UnescapeString(all[n][1])
}

// decodeBase32 reads a secret as people type it.
func decodeBase32(text string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.ReplaceAll(text, " ", "")))
}
