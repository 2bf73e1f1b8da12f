package directory

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// Settings are a tenant's choices. Zero members mean the default, which
// WithDefaults fills in; a stored tenant has all filled.
type Settings struct {
	// Disclosure is how much a refused person is told.
	Disclosure Disclosure `json:"disclosure"`
	// SecurityDefaults is the simple protection that excludes policies (CA-9).
	SecurityDefaults bool `json:"securityDefaults,omitempty"`
	// SelfServiceRegistration lets people register a second factor when one
	// is demanded of them (50072). Off, only an admin can.
	SelfServiceRegistration *bool `json:"selfServiceRegistration"`
	// SelfServicePassword lets people change their password themselves.
	SelfServicePassword *bool `json:"selfServicePassword"`
	// KeepSignedIn shows the question "stay signed in?" (SI-360).
	KeepSignedIn *bool `json:"keepSignedIn"`
	// RememberMFA is how long a browser remembers a second factor (SI-557);
	// zero: not at all.
	RememberMFA time.Duration `json:"rememberMfa,omitempty"`
	// UserConsent is what people may consent to for themselves (§5.11).
	UserConsent UserConsent `json:"userConsent"`
	// AdminConsentRequests is whether people may ask an admin to consent.
	AdminConsentRequests bool `json:"adminConsentRequests,omitempty"`
	// MFATrustedIPs are the addresses of the old per-user MFA settings (CA-63).
	MFATrustedIPs []netip.Prefix `json:"mfaTrustedIps,omitempty"`

	Passwords  PasswordRules   `json:"passwords"`
	AccessPass AccessPassRules `json:"accessPass"`
	Lockout    LockoutRules    `json:"lockout"`
	Lifetimes  Lifetimes       `json:"lifetimes"`
	// Help is whom a refused person should ask.
	Help HelpContact `json:"help,omitzero"`
}

// Disclosure is how much a refused person is told.
type Disclosure string

// The levels, each telling more than the one before.
const (
	DiscloseNone      Disclosure = "none"      // a reference only
	DiscloseCode      Disclosure = "code"      // the result code and its meaning
	DiscloseRemedy    Disclosure = "remedy"    // what would help
	DiscloseCondition Disclosure = "condition" // which condition failed, and the value seen
)

// UserConsent is what people may consent to for themselves.
type UserConsent string

// The choices of §5.11.
const (
	ConsentNone      UserConsent = "none"
	ConsentLowImpact UserConsent = "lowImpact" // low-impact permissions of verified publishers
	ConsentAll       UserConsent = "all"
)

// PasswordRules are what passwords must meet (SI-550).
type PasswordRules struct {
	MinLength int           `json:"minLength"` // characters
	Classes   int           `json:"classes"`   // of lower, upper, digit and other, how many
	Validity  time.Duration `json:"validity,omitempty"`
	Banned    []string      `json:"banned,omitempty"` // words that no password may contain
}

// AccessPassRules bound temporary access passes (SI-554).
type AccessPassRules struct {
	Default time.Duration `json:"default"`
	Min     time.Duration `json:"min"`
	Max     time.Duration `json:"max"`
	Length  int           `json:"length"`
	Once    bool          `json:"once,omitempty"` // only one-time passes
	Off     bool          `json:"off,omitempty"`  // the method is not allowed
}

// HelpContact is whom a refused person should ask; any member may be empty.
type HelpContact struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Lifetimes are how long artefacts live (§3.5).
type Lifetimes struct {
	// AccessToken is fixed if set; zero: random between 60 and 90 minutes.
	AccessToken time.Duration `json:"accessToken,omitempty"`
	IDToken     time.Duration `json:"idToken"`
	Code        time.Duration `json:"code"`
	// Refresh is the longest a refresh token may lie unused.
	Refresh time.Duration `json:"refresh"`
	// RefreshSPA is the fixed life of a single-page app's refresh tokens.
	RefreshSPA time.Duration `json:"refreshSpa"`
	// RefreshGrace is how long a rotated refresh token of a public client
	// may be used again (SI-340).
	RefreshGrace time.Duration `json:"refreshGrace"`
	// Session is the longest a session may lie unused; SessionPersistent
	// the same for one that outlives the browser.
	Session           time.Duration `json:"session"`
	SessionPersistent time.Duration `json:"sessionPersistent"`
	// FlowIdle and FlowTotal bound a sign-in that is under way (50089).
	FlowIdle  time.Duration `json:"flowIdle"`
	FlowTotal time.Duration `json:"flowTotal"`
}

const day = 24 * time.Hour

// WithDefaults returns s with zero members replaced by the defaults of the
// protocol's reference.
func (s Settings) WithDefaults() Settings {
	orDefault(&s.Disclosure, DiscloseCondition)
	orDefault(&s.UserConsent, ConsentLowImpact)
	for _, yes := range []**bool{&s.SelfServiceRegistration, &s.SelfServicePassword, &s.KeepSignedIn} {
		if *yes == nil {
			on := true
			*yes = &on
		}
	}
	orDefault(&s.Passwords.MinLength, 8)
	orDefault(&s.Passwords.Classes, 3)
	orDefault(&s.AccessPass.Default, time.Hour)
	orDefault(&s.AccessPass.Min, 10*time.Minute)
	orDefault(&s.AccessPass.Max, 30*day)
	orDefault(&s.AccessPass.Length, 8)
	s.Lockout = s.Lockout.withDefaults()
	orDefault(&s.Lifetimes.IDToken, time.Hour)
	orDefault(&s.Lifetimes.Code, 10*time.Minute)
	orDefault(&s.Lifetimes.Refresh, 90*day)
	orDefault(&s.Lifetimes.RefreshSPA, day)
	orDefault(&s.Lifetimes.RefreshGrace, 30*time.Second)
	orDefault(&s.Lifetimes.Session, day)
	orDefault(&s.Lifetimes.SessionPersistent, 90*day)
	orDefault(&s.Lifetimes.FlowIdle, 10*time.Minute)
	orDefault(&s.Lifetimes.FlowTotal, time.Hour)
	s.Passwords.Banned = slices.Clone(s.Passwords.Banned)
	for i, word := range s.Passwords.Banned {
		s.Passwords.Banned[i] = Fold(word)
	}
	return s
}

func orDefault[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}

func (s *Settings) check(c *fault.Check) {
	c.Require(slices.Contains([]Disclosure{DiscloseNone, DiscloseCode, DiscloseRemedy, DiscloseCondition}, s.Disclosure),
		"settings.disclosure", "%q is unknown; none, code, remedy or condition is expected", s.Disclosure)
	c.Require(slices.Contains([]UserConsent{ConsentNone, ConsentLowImpact, ConsentAll}, s.UserConsent),
		"settings.userConsent", "%q is unknown; none, lowImpact or all is expected", s.UserConsent)
	between(c, "settings.rememberMfa", s.RememberMFA, 0, 365*day)
	c.Require(s.Passwords.MinLength >= 8 && s.Passwords.MinLength <= 256, "settings.passwords.minLength", "is %d; 8 to 256 is expected", s.Passwords.MinLength)
	c.Require(s.Passwords.Classes >= 1 && s.Passwords.Classes <= 4, "settings.passwords.classes", "is %d; 1 to 4 is expected", s.Passwords.Classes)
	between(c, "settings.passwords.validity", s.Passwords.Validity, 0, 730*day)
	for i, word := range s.Passwords.Banned {
		c.Require(len(word) >= 4 && len(word) <= 16, "settings.passwords.banned["+strconv.Itoa(i)+"]", "has %d bytes; 4 to 16 are expected", len(word))
	}
	p := s.AccessPass
	between(c, "settings.accessPass.min", p.Min, 10*time.Minute, 30*day)
	between(c, "settings.accessPass.max", p.Max, p.Min, 30*day)
	between(c, "settings.accessPass.default", p.Default, p.Min, p.Max)
	c.Require(p.Length >= 8 && p.Length <= 48, "settings.accessPass.length", "is %d; 8 to 48 is expected", p.Length)
	s.Lockout.check(c)
	l := s.Lifetimes
	if l.AccessToken != 0 {
		between(c, "settings.lifetimes.accessToken", l.AccessToken, 10*time.Minute, day)
	}
	between(c, "settings.lifetimes.idToken", l.IDToken, 5*time.Minute, day)
	between(c, "settings.lifetimes.code", l.Code, 10*time.Second, 10*time.Minute)
	between(c, "settings.lifetimes.refresh", l.Refresh, 10*time.Minute, 365*day)
	between(c, "settings.lifetimes.refreshSpa", l.RefreshSPA, 10*time.Minute, day)
	between(c, "settings.lifetimes.refreshGrace", l.RefreshGrace, time.Second, 10*time.Minute)
	between(c, "settings.lifetimes.session", l.Session, 5*time.Minute, 365*day)
	between(c, "settings.lifetimes.sessionPersistent", l.SessionPersistent, 5*time.Minute, 365*day)
	between(c, "settings.lifetimes.flowIdle", l.FlowIdle, time.Minute, l.FlowTotal)
	between(c, "settings.lifetimes.flowTotal", l.FlowTotal, time.Minute, day)
	c.Require(s.Help.URL == "" || strings.HasPrefix(s.Help.URL, "https://") || strings.HasPrefix(s.Help.URL, "http://"),
		"settings.help.url", "%q is not an http or https address", s.Help.URL)
}

func between(c *fault.Check, path string, d, least, most time.Duration) {
	c.Require(least <= d && d <= most, path, "is %v; %v to %v is expected", d, least, most)
}
