package signin

import (
	"net/url"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// Page names a page.
type Page string

// The pages. What each shows is the member of Step beside it; what it posts
// back, in Input.
const (
	PageAccount        Page = "account"         // Accounts → Account, or Name, or Passkey
	PagePassword       Page = "password"        // FirstFactor → Password; or ActionSwitch to passkey, pass
	PagePass           Page = "pass"            // FirstFactor → Code: a temporary access pass
	PagePasskey        Page = "passkey"         // Passkey → Passkey; first or second factor
	PageCode           Page = "code"            // SecondFactor → Code: of an authenticator app
	PageEnrol          Page = "enrol"           // Enrol → ActionSwitch to one of Methods
	PageEnrolCode      Page = "enrol-code"      // EnrolCode → Code, Label
	PageEnrolPasskey   Page = "enrol-passkey"   // Passkey → Passkey, Label
	PageChangePassword Page = "change-password" // Password → Password (the present one), NewPassword
	PageDevice         Page = "device"          // Device → Caller.Device
	PageTerms          Page = "terms"           // Terms → ActionAccept or ActionDecline
	PageConsent        Page = "consent"         // Consent → ActionAccept or ActionDecline
	PageKeepSignedIn   Page = "keep-signed-in"  // → ActionAccept or ActionDecline
	PageRefusal        Page = "refusal"         // Refusal → ActionRetry or ActionOtherAccount
	pageDone           Page = "done"            // no page: the hop of Finish
)

// PagePath is where the web front mounts the pages: a page's address is
// PagePath/<page>?hop=<hop>.
const PagePath = "/signin"

// Step is a page to show. Which of the pointers is set follows from Page.
type Step struct {
	Page Page
	// Hop goes into the form, and into the page's address. It is good for
	// one Submit.
	Hop string
	// Passing: the page is not kept. Render it at once, with status 400;
	// do not redirect to it.
	Passing bool
	// Code is why the page is shown: 50126 after a wrong password, 50074
	// before a second factor; zero: no particular reason.
	Code result.Code
	// RequestID and Correlation are for the reference that people copy.
	RequestID, Correlation string
	Time                   time.Time

	Tenant TenantView
	App    AppView
	// User is who is signing in; nil while nobody is.
	User *UserView

	Accounts     *AccountsPage
	FirstFactor  *FirstFactorPage
	SecondFactor *SecondFactorPage
	Passkey      *PasskeyPage
	Enrol        *EnrolPage
	EnrolCode    *EnrolCodePage
	Password     *PasswordPage
	Device       *DevicePage
	Terms        *TermsPage
	Consent      *ConsentPage
	Refusal      *Refusal
}

// Path returns the page's address.
func (s *Step) Path() string {
	return PagePath + "/" + string(s.Page) + "?hop=" + url.QueryEscape(s.Hop)
}

// TenantView is what a page tells of the tenant; zero while it is not known.
type TenantView struct {
	ID          access.TenantID       `json:"id,omitempty"`
	DisplayName string                `json:"displayName,omitempty"`
	Help        directory.HelpContact `json:"help,omitzero"`
}

// AppView is what a page tells of the client.
type AppView struct {
	ID          access.AppID `json:"appId,omitempty"`
	DisplayName string       `json:"displayName,omitempty"`
	HomeURL     string       `json:"homeUrl,omitempty"`
	// ReplyTo is scheme and host of the registered address that the answer
	// goes to: a browser holds a form to where its answer redirects, too.
	ReplyTo  string `json:"replyTo,omitempty"`
	Verified bool   `json:"verified,omitempty"` // its publisher
}

// UserView is what a page tells of the person. DisplayName is empty until the
// first factor is proved: it would tell whether the name exists.
type UserView struct {
	Name        string `json:"name"` // UPN, as typed until proved
	DisplayName string `json:"displayName,omitempty"`
	// Language is what the person prefers, BCP 47; empty: the browser's wish.
	Language string `json:"language,omitempty"`
}

// AccountsPage offers the accounts of the session, and to type another name.
type AccountsPage struct {
	Accounts []Account
	// Hint goes into the field.
	Hint string
	// Passkey are the request options for navigator.credentials.get, as
	// PublicKeyCredential.parseRequestOptionsFromJSON reads them; nil: off.
	Passkey []byte
}

// Account is one account to pick.
type Account struct {
	// Key is what Input.Account sends back.
	Key         string
	Name        string
	DisplayName string
	SignedOut   bool
}

// FirstFactorPage asks who has typed a name to prove it.
type FirstFactorPage struct {
	// Others are the pages that ActionSwitch may go to. They are the same
	// for every name.
	Others []Page
	// RetryAfter is when a locked account opens again, if that is told.
	RetryAfter time.Time
}

// SecondFactorPage asks for a second factor.
type SecondFactorPage struct {
	Others []Page
}

// PasskeyPage asks for a passkey, or to make one.
type PasskeyPage struct {
	// Options are what navigator.credentials.get or create is given, in the
	// JSON form that PublicKeyCredential parses.
	Options []byte
	Others  []Page
}

// EnrolPage offers the methods that the person may register.
type EnrolPage struct {
	Methods []Page // PageEnrolCode, PageEnrolPasskey
}

// EnrolCodePage shows the secret of an authenticator app.
type EnrolCodePage struct {
	URI    string // otpauth://…
	Secret string // base32, to type
	QR     []byte // PNG of URI
	Others []Page
}

// PasswordPage asks for a new password.
type PasswordPage struct {
	// Rules are what the password must meet; Broken, which rule the last
	// one broke.
	Rules  directory.PasswordRules
	Broken factor.PasswordFault
	// AskCurrent: the present password is wanted too.
	AskCurrent bool
}

// DevicePage asks the client to prove its device.
type DevicePage struct {
	// Nonce and Audience are what the proof must be made for.
	Nonce, Audience string
}

// TermsPage asks to accept terms of use.
type TermsPage struct {
	ID          access.AgreementID
	DisplayName string
	Version     int
	Texts       map[string]string // by BCP 47 language; "" is for all others
}

// ConsentPage asks to let the app use permissions.
type ConsentPage struct {
	Resource string // its display name
	Scopes   []ConsentScope
	// MayConsent: the person decides; otherwise only an admin can, and only
	// ActionDecline is left.
	MayConsent bool
}

// ConsentScope is one permission that is asked for.
type ConsentScope struct {
	Name, DisplayName, Description string
}

// Action is the button that was pressed.
type Action string

// The actions. Every page knows ActionContinue, the zero Action; those with
// an account know ActionOtherAccount too.
const (
	ActionContinue     Action = ""
	ActionSwitch       Action = "switch" // to Input.Page, one of Others
	ActionOtherAccount Action = "other"
	ActionAccept       Action = "accept"
	ActionDecline      Action = "decline"
	ActionRetry        Action = "retry" // from the refusal: run the stages again
)

// Input is what a page posts back.
type Input struct {
	Action      Action
	Page        Page   // for ActionSwitch and on PageEnrol
	Account     string // Account.Key
	Name        string // a UPN
	Password    string
	NewPassword string
	Repeated    string // the new password again
	Code        string // of an authenticator app, or a pass
	Passkey     []byte // PublicKeyCredential.toJSON()
	Label       string // a name for what is enrolled
}

// answered is a yes or a no.
func answered(yes bool) session.Answer {
	if yes {
		return session.Yes
	}
	return session.No
}
