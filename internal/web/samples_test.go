package web_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/route"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/web"
	"github.com/sallyport-id/sallyport/result"
)

var then = time.Date(2026, time.November, 21, 9, 14, 5, 0, time.UTC)

// scripted is a pipeline that shows what it is told to and keeps what it was
// given.
type scripted struct {
	show   func(hop string) (signin.Answer, error)
	submit func(hop string, input signin.Input) (signin.Answer, error)

	caller signin.Caller
	input  signin.Input
	hop    string
}

func (s *scripted) Show(_ context.Context, caller signin.Caller, hop string) (signin.Answer, error) {
	s.caller, s.hop = caller, hop
	return s.show(hop)
}

func (s *scripted) Submit(_ context.Context, caller signin.Caller, hop string, input signin.Input) (signin.Answer, error) {
	s.caller, s.hop, s.input = caller, hop, input
	return s.submit(hop, input)
}

// serve returns the front behind a router of its own.
func serve(t testing.TB, pipeline web.Pipeline, origin string) http.Handler {
	t.Helper()
	front, err := web.New(web.Parts{Pipeline: pipeline})
	if err != nil {
		t.Fatal(err)
	}
	router, err := route.New(route.Options{Origin: origin, Now: func() time.Time { return then }, Fail: front.Fail})
	if err != nil {
		t.Fatal(err)
	}
	front.Mount(router)
	return router
}

// get asks a handler for a page as a browser does.
func get(t testing.TB, handler http.Handler, path, language string) *httptest.ResponseRecorder {
	t.Helper()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	q.Header.Set("Accept", "text/html,application/xhtml+xml")
	q.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, q)
	return w
}

// sample is a page with something on it.
type sample struct {
	name string
	step signin.Step
}

// samples are all pages of the sign-in, some in several states.
func samples() []sample {
	page := func(name string, p signin.Page, code result.Code, fill func(*signin.Step)) sample {
		s := signin.Step{
			Page: p, Hop: "hop-" + name, Code: code, RequestID: "9f6b2f7c-3a34-4c9b-9d0e-2f3a5b6c7d8e",
			Correlation: "0d5f1f0a-6f0e-4a63-8a55-3c1c5f2b9a10", Time: then,
			Tenant: signin.TenantView{ID: "t", DisplayName: "Contoso", Help: directory.HelpContact{
				Name: "Contoso IT desk", Email: "it@contoso.example", Phone: "+49 30 1234 567", URL: "https://help.contoso.example/"}},
			App:  signin.AppView{ID: "a", DisplayName: "Expense Reports", HomeURL: "https://expenses.contoso.example/", ReplyTo: "https://expenses.contoso.example", Verified: true},
			User: &signin.UserView{Name: "adele.vance@contoso.example"},
		}
		fill(&s)
		return sample{name, s}
	}
	passkey := []byte(`{"publicKey":{"challenge":"AAAA","rpId":"localhost","userVerification":"required"}}`)
	firstFactor := []signin.Page{signin.PagePasskey, signin.PagePass}
	list := []sample{
		page("account", signin.PageAccount, 0, func(s *signin.Step) {
			s.User = nil
			s.Accounts = &signin.AccountsPage{Passkey: passkey}
		}),
		page("account-pick", signin.PageAccount, result.InteractionRequired, func(s *signin.Step) {
			s.User = nil
			s.Accounts = &signin.AccountsPage{Accounts: []signin.Account{
				{Key: "1", Name: "adele.vance@contoso.example", DisplayName: "Adele Vance"},
				{Key: "2", Name: "a-very-long-user-name-that-never-wants-to-end@subsidiary.contoso.example", SignedOut: true},
			}}
		}),
		page("password", signin.PagePassword, 0, func(s *signin.Step) { s.FirstFactor = &signin.FirstFactorPage{Others: firstFactor} }),
		page("password-wrong", signin.PagePassword, result.InvalidUserNameOrPassword, func(s *signin.Step) { s.FirstFactor = &signin.FirstFactorPage{} }),
		page("password-locked", signin.PagePassword, result.IdsLocked, func(s *signin.Step) {
			s.FirstFactor = &signin.FirstFactorPage{RetryAfter: then.Add(time.Minute)}
		}),
		page("pass", signin.PagePass, result.AccessPassWrong, func(s *signin.Step) {
			s.FirstFactor = &signin.FirstFactorPage{Others: []signin.Page{signin.PagePassword}}
		}),
		page("passkey", signin.PagePasskey, result.UserStrongAuthClientAuthNRequiredInterrupt, func(s *signin.Step) {
			s.Passkey = &signin.PasskeyPage{Options: passkey, Others: []signin.Page{signin.PageCode}}
		}),
		page("code", signin.PageCode, result.UserStrongAuthClientAuthNRequiredInterrupt, func(s *signin.Step) {
			s.SecondFactor = &signin.SecondFactorPage{Others: []signin.Page{signin.PagePasskey}}
		}),
		page("code-wrong", signin.PageCode, result.SecondFactorFailed, func(s *signin.Step) { s.SecondFactor = &signin.SecondFactorPage{} }),
		page("enrol", signin.PageEnrol, result.UserStrongAuthEnrollmentRequiredInterrupt, func(s *signin.Step) {
			s.Enrol = &signin.EnrolPage{Methods: []signin.Page{signin.PageEnrolCode, signin.PageEnrolPasskey}}
		}),
		page("enrol-code", signin.PageEnrolCode, 0, func(s *signin.Step) {
			s.EnrolCode = &signin.EnrolCodePage{
				URI: "otpauth://totp/Contoso:adele?secret=JBSWY3DPEHPK3PXP&issuer=Contoso", Secret: "JBSW Y3DP EHPK 3PXP", QR: checkerboard(),
				Others: []signin.Page{signin.PageEnrol},
			}
		}),
		page("enrol-passkey", signin.PageEnrolPasskey, 0, func(s *signin.Step) {
			s.Passkey = &signin.PasskeyPage{Options: passkey, Others: []signin.Page{signin.PageEnrol}}
		}),
		page("change-password", signin.PageChangePassword, result.InvalidPasswordExpiredPassword, func(s *signin.Step) {
			s.Password = &signin.PasswordPage{Rules: directory.PasswordRules{MinLength: 12, Classes: 3}, AskCurrent: true}
		}),
		page("change-password-short", signin.PageChangePassword, result.PasswordChangeTooWeak, func(s *signin.Step) {
			s.Password = &signin.PasswordPage{Rules: directory.PasswordRules{MinLength: 8, Classes: 1}, Broken: factor.PasswordShort}
		}),
		page("device", signin.PageDevice, result.DeviceAuthenticationRequired, func(s *signin.Step) {
			s.Device = &signin.DevicePage{Nonce: "uS7cC0d1Qk0", Audience: "https://login.contoso.example"}
		}),
		page("terms", signin.PageTerms, 0, func(s *signin.Step) {
			s.Terms = &signin.TermsPage{DisplayName: "Acceptable use", Version: 3, Texts: map[string]string{
				"": "Use what you are given for work.\n\nDo not share it with others.", "fr-FR": "À utiliser pour le travail.", "ja": "業務のために利用してください。"}}
		}),
		page("consent", signin.PageConsent, result.DelegationDoesNotExist, func(s *signin.Step) {
			s.Consent = &signin.ConsentPage{Resource: "Expense API", MayConsent: true, Scopes: []signin.ConsentScope{
				{Name: "expenses.read", DisplayName: "Read your expense reports", Description: "The app sees reports that you wrote or approve."},
				{Name: "offline_access"},
			}}
		}),
		page("consent-admin", signin.PageConsent, result.AdminConsentRequired, func(s *signin.Step) {
			s.App.Verified = false
			s.Consent = &signin.ConsentPage{Scopes: []signin.ConsentScope{{Name: "directory.readwrite.all", DisplayName: "Change the directory"}}}
		}),
		page("keep-signed-in", signin.PageKeepSignedIn, result.KmsiInterrupt, func(*signin.Step) {}),
	}
	for _, r := range refusals() {
		list = append(list, page(r.name, signin.PageRefusal, r.refusal.Code, func(s *signin.Step) {
			refusal := r.refusal
			refusal.RequestID, refusal.Correlation, refusal.Time = s.RequestID, s.Correlation, s.Time
			refusal.Tenant, refusal.App, refusal.User = s.Tenant, s.App, s.User
			s.User.DisplayName = "Adele Vance"
			s.Refusal = &refusal
			if r.early {
				s.User, s.Hop, s.App, s.Tenant, s.Passing = nil, "", signin.AppView{}, signin.TenantView{}, true
				refusal.App, refusal.Tenant, refusal.User = s.App, s.Tenant, nil
			}
		}))
	}
	return list
}

type refusalSample struct {
	name    string
	early   bool // before tenant and app were known
	refusal signin.Refusal
}

// refusals are what a second door may say.
func refusals() []refusalSample {
	user := func(kind access.ChangeKind, value string) signin.Change {
		return signin.Change{Kind: kind, Value: value, By: access.ByUser}
	}
	exclude := signin.Remedy{Changes: []signin.Change{{Kind: access.ChangeExclude, By: access.ByAdmin}}, By: access.ByAdmin}
	return []refusalSample{
		{"refusal-location", false, signin.Refusal{
			Code: result.BlockedByConditionalAccess, Disclosure: directory.DiscloseCondition,
			Conditions: []signin.Condition{
				{Kind: access.ConditionApplication, Seen: "a"}, {Kind: access.ConditionUsers, Seen: ""},
				{Kind: access.ConditionLocation, Seen: "203.0.113.25, JP"},
			},
			Remedies: []signin.Remedy{
				{Changes: []signin.Change{user(access.ChangeLeaveNetwork, "")}, By: access.ByUser},
				{Changes: []signin.Change{user(access.ChangeTrustedLocation, "")}, By: access.ByUser},
				{Changes: []signin.Change{user(access.ChangeCompliantDevice, ""), user(access.ChangeMethod, "microsoftAuthenticatorPush")}, By: access.ByUser},
				exclude,
			},
			Temporary: false, Fixers: []result.Fixer{result.FixerUser, result.FixerTenantAdmin},
			Values: result.Values{result.PlaceholderIPAddress: "203.0.113.25", result.PlaceholderCountry: "JP"},
		}},
		{"refusal-device", false, signin.Refusal{
			Code: result.DeviceNotCompliant, Disclosure: directory.DiscloseCondition,
			Conditions: []signin.Condition{{Kind: access.ConditionDeviceState, Seen: "unregistered"}, {Kind: access.ConditionClientType, Seen: "browser"}},
			Remedies:   []signin.Remedy{{Changes: []signin.Change{user(access.ChangeCompliantDevice, "")}, By: access.ByUser}},
			Temporary:  true, Fixers: []result.Fixer{result.FixerUser},
			Values: result.Values{result.PlaceholderDeviceState: "unregistered"},
		}},
		{"refusal-risk", false, signin.Refusal{
			Code: result.BlockedByConditionalAccess, Disclosure: directory.DiscloseCondition,
			Conditions: []signin.Condition{{Kind: access.ConditionSignInRisk, Seen: "high"}},
			Remedies: []signin.Remedy{
				{Changes: []signin.Change{{Kind: access.ChangeSignInRisk, By: access.ByAdmin}}, By: access.ByAdmin}, exclude,
			},
			Temporary: true, Fixers: []result.Fixer{result.FixerTenantAdmin},
		}},
		{"refusal-remedy", false, signin.Refusal{
			Code: result.BlockedByConditionalAccess, Disclosure: directory.DiscloseRemedy,
			Remedies: []signin.Remedy{{Changes: []signin.Change{user(access.ChangeFlow, "none")}, By: access.ByUser}, exclude},
			Fixers:   []result.Fixer{result.FixerUser},
		}},
		{"refusal-code", false, signin.Refusal{Code: result.BlockedByConditionalAccess, Disclosure: directory.DiscloseCode}},
		{"refusal-none", false, signin.Refusal{Code: result.BlockedByConditionalAccess, Disclosure: directory.DiscloseNone}},
		{"refusal-assignment", false, signin.Refusal{Code: result.EntitlementGrantsNotFound, Disclosure: directory.DiscloseCondition, Fixers: []result.Fixer{result.FixerTenantAdmin},
			Values: result.Values{result.PlaceholderApp: "Expense Reports"}}},
		{"refusal-reply", true, signin.Refusal{Code: result.InvalidReplyTo, Disclosure: directory.DiscloseCondition, Fixers: []result.Fixer{result.FixerDeveloper},
			Values: result.Values{result.PlaceholderRedirectURI: "https://evil.example/<script>alert(1)</script>"}}},
		{"refusal-expired", true, signin.Refusal{Code: result.FlowTokenExpired, Disclosure: directory.DiscloseCondition, Temporary: true, Fixers: []result.Fixer{result.FixerUser}}},
	}
}

// checkerboard is a picture, where a QR code would be.
func checkerboard() []byte {
	img := image.NewGray(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			if (x/20+y/20)%2 == 0 {
				img.Set(x, y, color.White)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// showing is a pipeline that shows the sample whose name the hop is.
func showing() *scripted {
	byHop := map[string]signin.Step{}
	for _, s := range samples() {
		byHop["hop-"+s.name] = s.step
	}
	return &scripted{
		show: func(hop string) (signin.Answer, error) {
			step := byHop[hop]
			return signin.Answer{Step: &step}, nil
		},
		submit: func(string, signin.Input) (signin.Answer, error) {
			return signin.Answer{Return: "/done?hop=x", Cookies: signin.Cookies{Session: &signin.Cookie{Value: session.Secret("s")}}}, nil
		},
	}
}

// address is where a sample is shown.
func (s sample) address() string {
	return signin.PagePath + "/" + string(s.step.Page) + "?hop=hop-" + s.name
}
