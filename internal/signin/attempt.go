package signin

import (
	"context"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// Attempt is a sign-in under way, as it is persisted between two pages: the
// request, what was proved and answered so far, and the page that is shown.
// The next step follows from it alone.
type Attempt struct {
	ID string `json:"id"`
	// Serial grows with every page, so that each hop is good once.
	Serial  uint32      `json:"serial"`
	Browser session.Key `json:"browser"`
	Request Request     `json:"request"`
	// TenantID is empty while the tenant is not known.
	TenantID    access.TenantID `json:"tenantId,omitempty"`
	Correlation string          `json:"correlationId"`
	Created     time.Time       `json:"created"`
	Touched     time.Time       `json:"touched"`
	Idle        time.Duration   `json:"idle"`  // between two pages
	Total       time.Duration   `json:"total"` // from the first to the last

	// Pick: the person asked for the account picker, so that no account is
	// chosen for them.
	Pick bool `json:"pick,omitempty"`
	// Name is what was typed or hinted; Account is whom it names, or who was
	// picked, where they authenticate. An account stays empty for a name
	// that nobody has.
	Name    string  `json:"name,omitempty"`
	Account account `json:"account,omitzero"`
	// SignIn is what was proved: taken from the session, or here. SessionID
	// names the session it came from, or went into.
	SignIn      session.SignIn `json:"signIn,omitzero"`
	FromSession bool           `json:"fromSession,omitempty"`
	// Saved: the session knows what was proved.
	Saved     bool   `json:"saved,omitempty"`
	SessionID string `json:"sessionId,omitempty"`
	// FirstSince is the instant since which the first factor must have been
	// proved, because an older proof was refused.
	FirstSince time.Time `json:"firstSince,omitzero"`
	// Why is the code that asked for the factor that is open, if a later
	// stage did (70044, 70046, 50078).
	Why result.Code `json:"why,omitempty"`
	// Switched is the page that the person prefers for the factor.
	Switched Page `json:"switched,omitempty"`

	// Question is the passkey ceremony of the page; it is good for one
	// answer. Secret is an authenticator's, until its first code.
	Question *question `json:"question,omitempty"`
	Secret   []byte    `json:"secret,omitempty"`
	// ProvesDevice: the client said, when it began, that it answers a device
	// challenge; its pages need not repeat it.
	ProvesDevice bool `json:"provesDevice,omitempty"`
	// DeviceAsked: a proof of the device was asked for once; a client that
	// does not answer is not asked again. DeviceProved: it was given, for
	// the challenge DeviceNonce if there was one; a client may send the same
	// proof with each request of the attempt.
	DeviceAsked  bool   `json:"deviceAsked,omitempty"`
	DeviceProved bool   `json:"deviceProved,omitempty"`
	DeviceNonce  string `json:"deviceNonce,omitempty"`

	Consented bool           `json:"consented,omitempty"` // answered yes in this attempt
	Declined  bool           `json:"declined,omitempty"`  // 65004
	KMSI      session.Answer `json:"kmsi,omitempty"`

	// Page and Shown are what the browser is at; Shown's hop is left out.
	Page  Page  `json:"page"`
	Shown *Step `json:"shown,omitempty"`
	// Refused is the answer that Finish gives the client; nil: a grant.
	Refused *Refusal `json:"refused,omitempty"`
}

// account names an account where it authenticates.
type account struct {
	Tenant access.TenantID `json:"tenant"`
	User   access.UserID   `json:"user"`
}

// question is a passkey ceremony and the options that the page was given.
type question struct {
	Ceremony factor.Ceremony `json:"ceremony"`
	Options  []byte          `json:"options"`
}

// Attempts keeps attempts under way; a *store.Shelf[Attempt] does.
type Attempts interface {
	Create(ctx context.Context, key string, expires time.Time, attempt Attempt) error
	Get(ctx context.Context, key string) (Attempt, error)
	Update(ctx context.Context, key string, f func(attempt *Attempt, expires *time.Time) error) (Attempt, error)
	// Take removes an attempt: of all who take it at once, one gets it.
	Take(ctx context.Context, key string) (Attempt, error)
	Delete(ctx context.Context, key string) error
}

// expired reports whether the attempt lay too long, or took too long (50089).
func (a *Attempt) expired(now time.Time) bool {
	return !now.Before(a.Touched.Add(a.Idle)) || !now.Before(a.Created.Add(a.Total))
}

// keptUntil is when the store may forget the attempt: some time after it
// expired, so that a late hop is told from a forged one.
func (a *Attempt) keptUntil() time.Time { return a.Created.Add(a.Total + time.Hour) }

// forget takes the account out, and all that was proved and answered for it.
func (a *Attempt) forget() {
	*a = Attempt{
		ID: a.ID, Serial: a.Serial, Browser: a.Browser, Request: a.Request, TenantID: a.TenantID, Correlation: a.Correlation,
		Created: a.Created, Touched: a.Touched, Idle: a.Idle, Total: a.Total, Pick: true, Page: a.Page, ProvesDevice: a.ProvesDevice,
	}
}

// proved adds a factor of this attempt.
func (a *Attempt) proved(f session.Factor) {
	a.SignIn.TenantID, a.SignIn.UserID = a.Account.Tenant, a.Account.User
	a.SignIn.Proved(f)
	a.FromSession, a.Saved = false, false
	a.Question, a.Switched, a.Why = nil, "", 0
}

// lifetimes sets how long the attempt may take, by the tenant's rules.
func (a *Attempt) lifetimes(l directory.Lifetimes) { a.Idle, a.Total = l.FlowIdle, l.FlowTotal }
