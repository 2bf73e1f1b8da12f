package test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/sallyport-id/sallyport/internal/app/demo"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/result"
)

// signIn opens one of the demo's apps and gives name and password.
func (b *tab) signIn(s *server, app, name string) {
	b.Helper()
	b.do(chromedp.Navigate(s.origin+"/demo/start/"+app), enter("#name", name+"@"+demo.Domain), press(".primary"),
		enter("#password", demo.Password), press(".primary"))
}

// arrive waits for the app to have its tokens, saying yes to what is asked on
// the way, and returns what the app shows.
func (b *tab) arrive() string {
	b.Helper()
	const shown = `document.querySelector('form[action="/demo/refresh"]') != null`
	for range 3 { // keep signed in, and consent
		b.do(see(`form[action="/demo/refresh"], button[value="accept"]`))
		if ask[bool](b, shown) {
			return b.text()
		}
		b.follow(`button[value="accept"]`)
	}
	b.Fatalf("the app is not reached: %s", b.text())
	return ""
}

// forget drops the browser's cookies.
func (b *tab) forget() {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
}

// TestBrowserSignIn opens the address that the program printed, signs in, and
// is in the app; the next app asks nothing.
func TestBrowserSignIn(t *testing.T) {
	b, s := openTab(t), start(t, "--demo")
	b.do(chromedp.Navigate(s.origin), see(`a[href="/demo/start/portal"]`))
	b.keep("home")
	b.do(press(`a[href="/demo/start/portal"]`), see("#name"))
	b.keep("name")
	b.do(enter("#name", "alice@"+demo.Domain), press(".primary"), see("#password"))
	b.keep("password")
	b.do(enter("#password", "wrong"), press(".primary"), see("[role=alert]"))
	if said := b.text(); !strings.Contains(said, result.InvalidUserNameOrPassword.String()) {
		t.Errorf("after a wrong password the page says %s", said)
	}
	b.do(enter("#password", demo.Password), press(".primary"))
	if shown := b.arrive(); !strings.Contains(shown, "alice@"+demo.Domain) {
		t.Errorf("the app shows %s", shown)
	}
	b.keep("signed-in")
	b.do(chromedp.Navigate(s.origin+"/demo/start/desktop"), see(`form[action="/demo/refresh"], #name`))
	if ask[bool](b, `document.querySelector("#name") != null`) {
		t.Error("the second app asks who it is")
	}
}

// TestBrowserAuthenticator: a policy makes an administrator register an
// authenticator app; the next sign-in asks for its code.
func TestBrowserAuthenticator(t *testing.T) {
	b, s := openTab(t), start(t, "--demo")
	b.signIn(s, "portal", "ada")
	b.do(press(`button[value="enrol-code"]`), see(".qr img"))
	if !ask[bool](b, `document.querySelector(".qr img").naturalWidth > 100`) {
		t.Error("the QR code is not shown")
	}
	b.keep("enrol-authenticator")
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(ask[string](b, `document.querySelector("#secret").textContent`), " ", ""))
	s.must(err)
	b.do(enter("#code", s.code(secret, 0)), press(".primary"))
	b.arrive()

	b.forget()
	b.signIn(s, "portal", "ada")
	b.do(see("#code"))
	b.keep("authenticator")
	b.do(enter("#code", "000000"), press(".primary"), see("[role=alert]"))
	// The code of the next step: each is good once, and a clock may be a step
	// ahead.
	b.do(enter("#code", s.code(secret, 30*time.Second)), press(".primary"))
	b.arrive()
}

// code is what an authenticator app shows, some time from now.
func (s *server) code(secret []byte, ahead time.Duration) string {
	s.Helper()
	code, err := factor.TOTPCode(secret, time.Now().Add(ahead))
	s.must(err)
	return code
}

// TestBrowserPasskey: the same administrator makes a passkey, and signs in with
// nothing else the next time.
func TestBrowserPasskey(t *testing.T) {
	b, s := openTab(t), start(t, "--demo")
	_, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{})
	s.must(err)
	device, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	s.must(err)
	authenticator := device.AuthenticatorID
	b.signIn(s, "portal", "ada")
	b.do(press(`button[value="enrol-passkey"]`), see("[data-passkey] .primary"))
	b.keep("enrol-passkey")
	b.do(enter("#label", "laptop"), press("[data-passkey] .primary"))
	b.arrive()

	held, err := chromedp.Call(b.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: authenticator})
	s.must(err)
	if len(held.Credentials) != 1 || !held.Credentials[0].IsResidentCredential || held.Credentials[0].RpID != "localhost" {
		t.Fatalf("the authenticator holds %+v", held.Credentials)
	}
	b.forget()
	// The authenticator takes the offer beside the name: nothing is typed.
	b.do(chromedp.Navigate(s.origin + "/demo/start/portal"))
	if shown := b.arrive(); !strings.Contains(shown, "ada@"+demo.Domain) {
		t.Errorf("the app shows %s", shown)
	}
	b.keep("passkey-signed-in")
}

// TestBrowserRefusal comes from a country where nobody works, and is told which
// condition it was; from the office the same sign-in goes on.
func TestBrowserRefusal(t *testing.T) {
	b, s := openTab(t), start(t, "--demo")
	b.pretend(s, "sydney")
	b.signIn(s, "portal", "alice")
	b.do(see("pre.reference"))
	b.keep("refusal")
	for _, wanted := range []string{"53003", "Australia", "alice@" + demo.Domain} {
		if said := b.text(); !strings.Contains(said, wanted) {
			t.Errorf("the refusal does not say %q: %s", wanted, said)
		}
	}
	found := result.Find(ask[string](b, `document.querySelector("#reference").textContent`))
	if code, _ := found.Code(); code != result.BlockedByConditionalAccess || found.RequestID == "" || found.CorrelationID == "" {
		t.Errorf("what a helpdesk would be told is read as %+v", found)
	}
	b.do(press(`.languages a[hreflang=ja]`), see("html[lang=ja] pre.reference"))
	b.keep("refusal-ja")
	refusal := ask[string](b, `location.href`)
	b.pretend(s, "milan")
	b.do(chromedp.Navigate(refusal), press(`button[value="retry"]`))
	b.arrive()

	// Abroad again, the refresh is refused, too.
	b.pretend(s, "sydney")
	b.do(chromedp.Navigate(s.origin+"/demo/visit"), press(`form[action="/demo/refresh"] button`), see("section.no"))
	b.keep("refresh-refused")
	if said := b.text(); !strings.Contains(said, "AADSTS53003") || !strings.Contains(said, "capolids") {
		t.Errorf("the refused refresh shows %s", said)
	}
}

// pretend comes from one of the demo's places from now on.
func (b *tab) pretend(s *server, place string) {
	b.Helper()
	b.do(chromedp.Navigate(s.origin+"/demo"), see("#place"), chromedp.SetValue(chromedp.CSS("#place"), place))
	b.follow(`form[action="/demo/pretend"] button`)
	if chosen := ask[string](b, `document.querySelector("#place").value`); chosen != place {
		b.Fatalf("the demo comes from %q; %q was chosen", chosen, place)
	}
}
