package directory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// UserCredentials is everything that a person can prove themselves with. It is
// one object, so that a proof and what the proof uses up (a code's step, a
// passkey's counter, a one-time pass) change in one transaction. Stores keep
// it encrypted.
type UserCredentials struct {
	TenantID   access.TenantID `json:"tenantId"`
	UserID     access.UserID   `json:"userId"`
	Password   *Password       `json:"password,omitempty"` // nil: none (50056)
	TOTP       []TOTP          `json:"totp,omitempty"`
	Passkeys   []Passkey       `json:"passkeys,omitempty"`
	AccessPass *AccessPass     `json:"accessPass,omitempty"`
	// Challenge counts failed second factors in a row (500121).
	Challenge Counter `json:"challenge,omitzero"`
}

// Password is a stored password.
type Password struct {
	Hash string    `json:"hash"` // PHC string, with its parameters
	Set  time.Time `json:"set"`
}

// TOTP is an authenticator app or a hardware token (SI-552).
type TOTP struct {
	ID       KeyID     `json:"id"`
	Name     string    `json:"displayName,omitempty"`
	Secret   []byte    `json:"secret"`
	Hardware bool      `json:"hardware,omitempty"`
	LastStep int64     `json:"lastStep,omitempty"` // steps up to this one are used up
	Created  time.Time `json:"createdDateTime"`
}

// Passkey is a WebAuthn credential (SI-555). Factor's library reads and writes
// Record; the other members repeat what the rest of the server must know.
type Passkey struct {
	ID             KeyID     `json:"id"`
	Name           string    `json:"displayName,omitempty"`
	CredentialID   []byte    `json:"credentialId"`
	AAGUID         string    `json:"aaGuid"`
	Record         []byte    `json:"record"`
	BackupEligible bool      `json:"backupEligible,omitempty"`
	Created        time.Time `json:"createdDateTime"`
	LastUsed       time.Time `json:"lastUsedDateTime,omitzero"`
}

// AccessPass is a temporary access pass (SI-554). A person has at most one.
type AccessPass struct {
	ID       KeyID         `json:"id"`
	Hash     string        `json:"hash"` // PHC string
	Start    time.Time     `json:"startDateTime"`
	Lifetime time.Duration `json:"lifetime"`
	Once     bool          `json:"isUsableOnce,omitempty"`
	Used     time.Time     `json:"usedDateTime,omitzero"`
}

// Credentials stores what people prove themselves with.
type Credentials interface {
	// Credentials returns a user's; empty if there are none yet, and
	// fault.NotFound only if there is no such user.
	Credentials(ctx context.Context, tenant access.TenantID, user access.UserID) (UserCredentials, error)
	// UpdateCredentials changes a user together with the credentials, in one
	// transaction: a new password moves PasswordChangedAt. It is audited,
	// without secrets. fault.Conflict if a passkey belongs to somebody else.
	UpdateCredentials(ctx context.Context, change Change, tenant access.TenantID, user access.UserID, f func(*User, *UserCredentials) error) error
	// UseCredentials records what a proof used up. It is not audited: the
	// sign-in log tells it.
	UseCredentials(ctx context.Context, tenant access.TenantID, user access.UserID, f func(*UserCredentials) error) error
	// ByPasskey returns the user who owns a WebAuthn credential, or
	// fault.NotFound (135010).
	ByPasskey(ctx context.Context, tenant access.TenantID, credential []byte) (access.UserID, error)
}

// MFARegistered reports whether the person has a usable second factor (50072
// if not).
func (u *UserCredentials) MFARegistered() bool { return len(u.TOTP)+len(u.Passkeys) > 0 }

// Methods returns the kinds of methods that are registered, as strengths name
// them.
func (u *UserCredentials) Methods() access.Methods {
	var m access.Methods
	if u.Password != nil {
		m |= access.Password
	}
	for _, t := range u.TOTP {
		if t.Hardware {
			m |= access.HardwareOATH
		} else {
			m |= access.SoftwareOATH
		}
	}
	if len(u.Passkeys) > 0 {
		m |= access.FIDO2
	}
	if u.AccessPass != nil {
		if u.AccessPass.Once {
			m |= access.TemporaryAccessPassOneTime
		} else {
			m |= access.TemporaryAccessPassMultiUse
		}
	}
	return m
}

// PassStanding is how a temporary access pass stands, Graph's
// methodUsabilityReason.
type PassStanding string

// The standings of a pass whose method the tenant allows.
const (
	PassUsable      PassStanding = "enabledByPolicy"
	PassDisabled    PassStanding = "disabledByPolicy"
	PassNotYetValid PassStanding = "notYetValid"
	PassExpired     PassStanding = "expired"     // 130504
	PassUsed        PassStanding = "oneTimeUsed" // 130505
)

// Standing tells whether the pass may be used at an instant.
func (p *AccessPass) Standing(rules AccessPassRules, now time.Time) PassStanding {
	switch {
	case rules.Off:
		return PassDisabled
	case p.Once && !p.Used.IsZero():
		return PassUsed
	case now.Before(p.Start):
		return PassNotYetValid
	case !now.Before(p.End()):
		return PassExpired
	}
	return PassUsable
}

// End returns the instant from which the pass, and every token it gave, is over.
func (p *AccessPass) End() time.Time { return p.Start.Add(p.Lifetime) }

// PasskeyByCredential returns the passkey with a WebAuthn credential id, or nil.
func (u *UserCredentials) PasskeyByCredential(id []byte) *Passkey {
	for i := range u.Passkeys {
		if bytes.Equal(u.Passkeys[i].CredentialID, id) {
			return &u.Passkeys[i]
		}
	}
	return nil
}

// redactedMethod is what the audit log tells of a method.
type redactedMethod struct {
	ID      KeyID     `json:"id,omitempty"`
	Name    string    `json:"displayName,omitempty"`
	Created time.Time `json:"createdDateTime"`
}

// Redacted returns which methods there are, without anything that proves.
func (u UserCredentials) Redacted() any {
	var r struct {
		Password   *redactedMethod  `json:"password,omitempty"`
		TOTP       []redactedMethod `json:"totp,omitempty"`
		Passkeys   []redactedMethod `json:"passkeys,omitempty"`
		AccessPass *redactedMethod  `json:"accessPass,omitempty"`
	}
	if u.Password != nil {
		r.Password = &redactedMethod{Created: u.Password.Set}
	}
	for _, t := range u.TOTP {
		r.TOTP = append(r.TOTP, redactedMethod{t.ID, t.Name, t.Created})
	}
	for _, p := range u.Passkeys {
		r.Passkeys = append(r.Passkeys, redactedMethod{p.ID, p.Name, p.Created})
	}
	if u.AccessPass != nil {
		r.AccessPass = &redactedMethod{ID: u.AccessPass.ID, Created: u.AccessPass.Start}
	}
	return r
}

// Check brings u into its stored form and reports every broken rule.
func (u *UserCredentials) Check() error {
	fold(&u.TenantID)
	fold(&u.UserID)
	instants(&u.Challenge.Until)
	var c fault.Check
	checkIDs(&c, string(u.UserID), u.TenantID)
	if u.Password != nil {
		instants(&u.Password.Set)
		c.Require(u.Password.Hash != "", "password.hash", "is empty")
	}
	for i := range u.TOTP {
		instants(&u.TOTP[i].Created)
		c.Require(len(u.TOTP[i].Secret) >= 16, "totp", "has a secret of %d bytes; at least 16 are expected", len(u.TOTP[i].Secret))
	}
	for i := range u.Passkeys {
		p := &u.Passkeys[i]
		fold(&p.AAGUID)
		instants(&p.Created, &p.LastUsed)
		c.Require(len(p.CredentialID) >= 16 && len(p.CredentialID) <= 1023, "passkeys", "has a credential id of %d bytes; 16 to 1023 are expected", len(p.CredentialID))
		c.Require(!slices.ContainsFunc(u.Passkeys[:i], func(o Passkey) bool { return bytes.Equal(o.CredentialID, p.CredentialID) }), "passkeys", "lists a credential twice")
	}
	if p := u.AccessPass; p != nil {
		instants(&p.Start, &p.Used)
		c.Require(p.Hash != "" && p.Lifetime > 0, "accessPass", "has no value or no lifetime")
	}
	return c.Err("set of credentials")
}
