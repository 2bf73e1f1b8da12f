package factor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/sallyport-id/sallyport/internal/directory"
)

// Passkeys registers and checks WebAuthn credentials (SI-555): discoverable,
// and with user verification always, so that one is two factors.
type Passkeys struct {
	web    *webauthn.WebAuthn
	random io.Reader
}

// Ceremony is what the server keeps of a question until its answer. It is good
// for one answer: the caller drops it before it looks at one.
type Ceremony struct {
	Data webauthn.SessionData `json:"data"`
}

// PasskeyFault is what is wrong with an answer.
type PasskeyFault string

// The faults.
const (
	PasskeyUnknown   PasskeyFault = "no such passkey is registered"        // 135010
	PasskeyMalformed PasskeyFault = "the answer is not one of WebAuthn"    // 135022
	PasskeyRefused   PasskeyFault = "the answer does not fit the question" // 135000
	PasskeyCloned    PasskeyFault = "the counter went backwards"           // 135017
)

// Error returns what is wrong.
func (f PasskeyFault) Error() string { return string(f) }

// NewPasskeys returns a Passkeys for a relying party: its id (a domain), the
// name that authenticators show, and the origins of its pages. It fails if they
// do not fit together.
func NewPasskeys(id, name string, origins []string, random io.Reader) (*Passkeys, error) {
	for _, origin := range origins {
		if u, err := url.Parse(origin); err != nil || u.Host == "" || u.Path != "" {
			return nil, fmt.Errorf("set passkeys up: %q is not an origin; https://host is expected", origin)
		}
	}
	required := true
	web, err := webauthn.New(&webauthn.Config{
		RPID: id, RPDisplayName: name, RPOrigins: origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &required,
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			UserVerification:   protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set passkeys up: %w", err)
	}
	return &Passkeys{web: web, random: random}, nil
}

// AskAnyone asks for a passkey of any account: the options for the browser, as
// PublicKeyCredential.parseRequestOptionsFromJSON reads them. It is the same
// question for every name, so that it tells nothing of which accounts exist.
func (p *Passkeys) AskAnyone() (options []byte, ceremony Ceremony, err error) {
	challenge, err := p.challenge()
	if err != nil {
		return nil, Ceremony{}, err
	}
	question, data, err := p.web.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	options, err = json.Marshal(question.Response)
	return options, Ceremony{*data}, err
}

// Ask asks for one of a person's passkeys, of which there must be one.
func (p *Passkeys) Ask(user *directory.User, held *directory.UserCredentials) (options []byte, ceremony Ceremony, err error) {
	challenge, err := p.challenge()
	if err != nil {
		return nil, Ceremony{}, err
	}
	who, err := holderOf(user, held)
	if err != nil {
		return nil, Ceremony{}, err
	}
	question, data, err := p.web.BeginLogin(who, webauthn.WithChallenge(challenge))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	options, err = json.Marshal(question.Response)
	return options, Ceremony{*data}, err
}

// Offer asks a browser to make a passkey for a person, on an authenticator that
// holds none yet: the options as parseCreationOptionsFromJSON reads them.
func (p *Passkeys) Offer(user *directory.User, held *directory.UserCredentials) (options []byte, ceremony Ceremony, err error) {
	challenge, err := p.challenge()
	if err != nil {
		return nil, Ceremony{}, err
	}
	who, err := holderOf(user, held)
	if err != nil {
		return nil, Ceremony{}, err
	}
	question, data, err := p.web.BeginRegistration(who,
		webauthn.WithExclusions(webauthn.Credentials(who.credentials).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = challenge
			return nil
		})
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("offer a passkey: %w", err)
	}
	options, err = json.Marshal(question.Response)
	return options, Ceremony{*data}, err
}

// Register checks what a browser made and adds it to the person's credentials
// under a label. The error is a PasskeyFault if the answer is to blame.
func (p *Passkeys) Register(user *directory.User, held *directory.UserCredentials, ceremony Ceremony, answer []byte, label string, now time.Time) error {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return passkeyFault(PasskeyMalformed, err)
	}
	who, err := holderOf(user, held)
	if err != nil {
		return err
	}
	credential, err := p.web.CreateCredential(who, ceremony.Data, parsed)
	if err != nil {
		return passkeyFault(PasskeyRefused, err)
	}
	if held.PasskeyByCredential(credential.ID) != nil {
		return passkeyFault(PasskeyRefused, errors.New("it is registered already"))
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("write a passkey: %w", err)
	}
	id, err := directory.NewID(p.random)
	if err != nil {
		return err
	}
	model, err := uuid.FromBytes(credential.Authenticator.AAGUID)
	if err != nil {
		return passkeyFault(PasskeyMalformed, err)
	}
	held.Passkeys = append(held.Passkeys, directory.Passkey{
		ID: directory.KeyID(id), Name: label, CredentialID: credential.ID, AAGUID: model.String(), Record: record,
		BackupEligible: credential.Flags.BackupEligible, Created: directory.Instant(now),
	})
	return nil
}

// Answered reads which credential an answer is of. Nothing of it is proved.
func Answered(answer []byte) (credential []byte, err error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, passkeyFault(PasskeyMalformed, err)
	}
	return parsed.RawID, nil
}

// Verify checks an answer by a person's passkey and moves its counter in held,
// which the caller keeps. It returns the passkey that was used. The error is a
// PasskeyFault if the answer is to blame.
func (p *Passkeys) Verify(user *directory.User, held *directory.UserCredentials, ceremony Ceremony, answer []byte, now time.Time) (directory.Passkey, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return directory.Passkey{}, passkeyFault(PasskeyMalformed, err)
	}
	own := held.PasskeyByCredential(parsed.RawID)
	if own == nil {
		return directory.Passkey{}, PasskeyUnknown
	}
	who, err := holderOf(user, held)
	if err != nil {
		return directory.Passkey{}, err
	}
	credential, err := p.validate(who, ceremony.Data, parsed)
	if err != nil {
		return directory.Passkey{}, passkeyFault(PasskeyRefused, err)
	}
	if credential.Authenticator.CloneWarning {
		return directory.Passkey{}, PasskeyCloned
	}
	if own.Record, err = json.Marshal(credential); err != nil {
		return directory.Passkey{}, fmt.Errorf("write a passkey: %w", err)
	}
	own.LastUsed = directory.Instant(now)
	return *own, nil
}

// validate checks an answer to a question that was asked of anyone, or of one
// person.
func (p *Passkeys) validate(who holder, data webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if len(data.UserID) > 0 {
		return p.web.ValidateLogin(who, data, parsed)
	}
	_, credential, err := p.web.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != string(who.WebAuthnID()) {
			return nil, PasskeyUnknown
		}
		return who, nil
	}, data, parsed)
	return credential, err
}

// challenge returns 32 random bytes (WebAuthn §13.4.3 asks for 16 at least).
func (p *Passkeys) challenge() ([]byte, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(p.random, b); err != nil {
		return nil, fmt.Errorf("read randomness for a challenge: %w", err)
	}
	return b, nil
}

// passkeyFault joins a fault with its cause, which the library keeps in DevInfo.
func passkeyFault(f PasskeyFault, cause error) error {
	var detail *protocol.Error
	if errors.As(cause, &detail) && detail.DevInfo != "" {
		return fmt.Errorf("%w: %w: %s", f, cause, detail.DevInfo)
	}
	return fmt.Errorf("%w: %w", f, cause)
}

// holder is a person as the library sees one.
type holder struct {
	user        *directory.User
	credentials []webauthn.Credential
}

// holderOf reads a person's passkeys. It fails only for a damaged record.
func holderOf(user *directory.User, held *directory.UserCredentials) (holder, error) {
	h := holder{user: user}
	for i := range held.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(held.Passkeys[i].Record, &c); err != nil {
			return h, fmt.Errorf("read passkey %s: %w", held.Passkeys[i].ID, err)
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

// WebAuthnID is the user handle: the user's id, which is random and tells
// nothing (WebAuthn §14.6.1).
func (h holder) WebAuthnID() []byte                         { return []byte(h.user.ID) }
func (h holder) WebAuthnName() string                       { return h.user.UserPrincipalName }
func (h holder) WebAuthnDisplayName() string                { return h.user.DisplayName }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }
