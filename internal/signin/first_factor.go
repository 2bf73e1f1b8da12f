package signin

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// proveFirst is P10: who the person is. What depends on who they are is told
// only once it is proved (SI-103, SI-107).
func (r *run) proveFirst() (*stop, error) {
	if r.appOnly() {
		return nil, nil
	}
	for r.firstOpen() {
		if stopped, err := r.answerFirst(); stopped != nil || err != nil {
			return stopped, err
		}
	}
	switch {
	case !r.account.AccountEnabled:
		return refuse(result.UserDisabled)
	case r.passwordIsOver():
		return r.changePassword(result.InvalidPasswordExpiredPassword)
	}
	return nil, nil
}

// firstOpen reports whether the first factor has to be proved: it was not, or
// not since it was demanded anew (prompt=login, max_age, sign-in frequency).
func (r *run) firstOpen() bool {
	at := r.a.SignIn.FirstFactorAt()
	since := directory.Instant(r.a.FirstSince)
	if at.IsZero() || at.Before(since) || r.a.FromSession && at.Equal(since) {
		return true
	}
	age := r.a.Request.MaxAge
	return age != nil && r.subject == nil && r.a.SignIn.AuthTime().Before(r.a.Created.Add(-*age))
}

// offersPassword reports whether the request brings a password, or a pass, to
// be checked.
func (r *run) offersPassword() bool {
	return r.input != nil && (r.inputPage == PagePassword || r.inputPage == PagePass) && r.input.Action == ActionContinue && r.firstOpen()
}

// firstPages are the pages that prove the first factor; the same for every
// name.
func (r *run) firstPages() []Page {
	pages := []Page{PagePassword}
	if r.p.parts.Passkeys != nil {
		pages = append(pages, PagePasskey)
	}
	if !r.tenant.Settings.AccessPass.Off {
		pages = append(pages, PagePass)
	}
	return pages
}

// askFirst shows the page of the first factor that the person prefers.
func (r *run) askFirst(code result.Code) (*stop, error) {
	pages := r.firstPages()
	page := PagePassword
	if slices.Contains(pages, r.a.Switched) {
		page = r.a.Switched
	}
	others := slices.DeleteFunc(pages, func(p Page) bool { return p == page })
	s := &stop{code: code, page: page, silently: result.UserInformationNotProvided}
	if r.proved() {
		s.silently = result.SsoArtifactInvalidOrExpired // there is a proof, but it is too old
	}
	if page != PagePasskey {
		s.fill = func(step *Step) { step.FirstFactor = &FirstFactorPage{Others: others} }
		return s, nil
	}
	options, ceremony, err := r.p.parts.Passkeys.AskAnyone()
	if err != nil {
		return nil, err
	}
	r.a.Question = &question{ceremony, options}
	s.fill = func(step *Step) { step.Passkey = &PasskeyPage{Options: options, Others: others} }
	return s, nil
}

// answerFirst takes the answer of a page of the first factor, or shows one. It
// returns nothing only if the factor is proved.
func (r *run) answerFirst() (*stop, error) {
	for _, page := range r.firstPages() {
		in, ok := r.take(page)
		switch {
		case !ok:
			continue
		case in.Action == ActionSwitch:
			r.a.Switched = in.Page
			return r.quietly(r.askFirst(r.a.Why))
		case page == PagePassword:
			return r.checkPassword(in.Password)
		case page == PagePass:
			return r.checkPass(in.Code)
		default:
			return r.checkFirstPasskey(in.Passkey)
		}
	}
	return r.quietly(r.askFirst(r.a.Why))
}

// quietly marks a page as one whose code was recorded when it was first asked.
func (r *run) quietly(s *stop, err error) (*stop, error) {
	if s != nil && !r.silent {
		s.quiet = true
	}
	return s, err
}

// passwordStep is how the log names a password (SI-610).
const passwordStep = "Password"

// checkPassword checks a password. It does the same work for a name that nobody
// has, and for an account that has no password.
func (r *run) checkPassword(password string) (*stop, error) {
	hash, code := "", result.UserAccountNotFound
	if r.account != nil {
		held, err := r.credentials()
		if err != nil {
			return nil, err
		}
		code = result.PasswordMissing
		if held.Password != nil {
			hash, code = held.Password.Hash, result.InvalidUserNameOrPassword
		}
	}
	right, fingerprint, err := r.p.parts.Passwords.Check(r.ctx, hash, password)
	if err != nil {
		return nil, err
	}
	if !right {
		return r.wrongFirst(code, result.InvalidUserNameOrPassword, passwordStep, fingerprint)
	}
	if err := r.countRight(); err != nil {
		return nil, err
	}
	r.a.proved(session.Factor{Method: access.Password, At: r.now, First: true})
	return nil, nil
}

// wrongFirst counts a wrong first factor and asks again.
func (r *run) wrongFirst(code, told result.Code, step string, fingerprint []byte) (*stop, error) {
	if _, err := r.countWrong(fingerprint); err != nil {
		return nil, err
	}
	r.failStep(step, "")
	s, err := r.askFirst(code)
	if err != nil {
		return nil, err
	}
	s.told, s.silently = told, 0
	return s, nil
}

// checkPass checks a temporary access pass (SI-554). Until its value matches,
// nothing is told of whether there is one.
func (r *run) checkPass(text string) (*stop, error) {
	var pass *directory.AccessPass
	hash, code := "", result.UserAccountNotFound
	if r.account != nil {
		held, err := r.credentials()
		if err != nil {
			return nil, err
		}
		code = result.AccessPassNotFound
		if pass = held.AccessPass; pass != nil {
			hash, code = pass.Hash, result.AccessPassWrong
		}
	}
	right, fingerprint, err := r.p.parts.Passwords.Check(r.ctx, hash, text)
	if err != nil {
		return nil, err
	}
	if !right {
		return r.wrongFirst(code, result.AccessPassWrong, passStep, fingerprint)
	}
	if stopped, err := r.usePass(pass.ID); stopped != nil || err != nil {
		return stopped, err
	}
	if err := r.countRight(); err != nil {
		return nil, err
	}
	method := access.TemporaryAccessPassMultiUse
	if pass.Once {
		method = access.TemporaryAccessPassOneTime
	}
	r.a.proved(session.Factor{Method: method, At: r.now, First: true, Multi: true, Key: pass.ID, Until: pass.End()})
	return nil, nil
}

// passStep is how the log names a pass.
const passStep = "Temporary Access Pass"

// usePass uses a pass up whose value was right, or tells why it cannot be.
func (r *run) usePass(id directory.KeyID) (*stop, error) {
	standing := directory.PassUsed // gone since
	err := r.use(func(held *directory.UserCredentials) error {
		if held.AccessPass == nil || held.AccessPass.ID != id {
			return nil
		}
		standing = held.AccessPass.Standing(r.home.Settings.AccessPass, r.now)
		if standing == directory.PassUsable && held.AccessPass.Once {
			held.AccessPass.Used = r.now
		}
		return nil
	})
	if err != nil || standing == directory.PassUsable {
		return nil, err
	}
	code := map[directory.PassStanding]result.Code{
		directory.PassDisabled: result.AccessPassNotAllowed, directory.PassExpired: result.AccessPassExpired,
		directory.PassUsed: result.AccessPassAlreadyUsed, directory.PassNotYetValid: result.AccessPassNotFound,
	}[standing]
	r.failStep(passStep, string(standing))
	s, err := r.askFirst(code)
	if s != nil {
		s.silently = 0
	}
	return s, err
}

// checkFirstPasskey checks a passkey that says itself whose it is. Once an
// account was proved, only its own will do.
func (r *run) checkFirstPasskey(answer []byte) (*stop, error) {
	asked := r.a.Question
	r.a.Question = nil
	if asked == nil || r.p.parts.Passkeys == nil {
		return r.wrongPasskey(result.PasskeyChallengeExpired)
	}
	credential, err := factor.Answered(answer)
	if err != nil {
		return r.wrongPasskey(passkeyCode(err))
	}
	if r.account == nil || !r.proved() {
		owner, err := r.p.parts.Directory.Credentials.ByPasskey(r.ctx, r.tenant.ID, credential)
		switch {
		case errors.Is(err, fault.NotFound):
			return r.wrongPasskey(result.KeyNotFound)
		case err != nil:
			return nil, err
		}
		r.a.Account, r.a.SignIn = account{r.tenant.ID, owner}, session.SignIn{}
		if err := r.loadAccount(); err != nil {
			return nil, err
		}
		r.held, r.a.Name = nil, r.account.UserPrincipalName
	}
	return r.checkPasskey(asked, answer, true)
}

// checkPasskey checks a passkey of the account and adds it as a factor. The
// signature is checked before the transaction that moves the counter, in which
// nobody may have used the passkey meanwhile.
func (r *run) checkPasskey(asked *question, answer []byte, first bool) (*stop, error) {
	held, err := r.credentials()
	if err != nil {
		return nil, err
	}
	before := slices.Clone(held.Passkeys)
	used, err := r.p.parts.Passkeys.Verify(r.account, held, asked.Ceremony, answer, r.now)
	if err == nil {
		err = r.use(func(now *directory.UserCredentials) error { return movePasskey(now, before, used) })
	}
	var blame factor.PasskeyFault
	switch {
	case errors.As(err, &blame):
		if first {
			return r.wrongPasskey(passkeyCode(err))
		}
		return &stop{code: passkeyCode(err)}, nil
	case err != nil:
		return nil, err
	}
	r.a.proved(session.Factor{Method: access.FIDO2, At: r.now, First: first, Multi: true, AAGUID: used.AAGUID, Key: used.ID})
	return nil, nil
}

// movePasskey puts a used passkey in place, unless it changed since it was read.
func movePasskey(now *directory.UserCredentials, before []directory.Passkey, used directory.Passkey) error {
	own := now.PasskeyByCredential(used.CredentialID)
	at := slices.IndexFunc(before, func(p directory.Passkey) bool { return p.ID == used.ID })
	if own == nil || at < 0 || !bytes.Equal(own.Record, before[at].Record) {
		return factor.PasskeyCloned
	}
	*own = used
	return nil
}

// passkeyStep is how the log names a passkey.
const passkeyStep = "Passkey (FIDO2)"

// wrongPasskey asks for a passkey again.
func (r *run) wrongPasskey(code result.Code) (*stop, error) {
	r.failStep(passkeyStep, "")
	r.a.Switched = PagePasskey
	s, err := r.askFirst(code)
	if s != nil {
		s.silently = 0
	}
	return s, err
}

// passkeyCode is the result code of a passkey that was not accepted.
func passkeyCode(err error) result.Code {
	var f factor.PasskeyFault
	errors.As(err, &f)
	switch f {
	case factor.PasskeyUnknown:
		return result.KeyNotFound
	case factor.PasskeyMalformed:
		return result.PasskeyNotAccepted
	case factor.PasskeyCloned:
		return result.PasskeyCounterInvalid
	}
	return result.PasskeySignatureInvalid
}

// passwordIsOver reports whether the password that was proved here must be
// changed first (50055). A session that stands does so beyond its password's
// end (§3.6).
func (r *run) passwordIsOver() bool {
	return r.provedHere(access.Password) && r.account.PasswordExpired(r.home.Settings.Passwords, r.now)
}

// provedHere reports whether a method was proved in this attempt.
func (r *run) provedHere(m access.Methods) bool {
	since := r.a.Created
	if r.subject != nil {
		since = r.now
	}
	return slices.ContainsFunc(r.a.SignIn.Factors, func(f session.Factor) bool {
		return f.Method == m && !f.At.Before(directory.Instant(since.Truncate(time.Millisecond)))
	})
}
