package signin

import (
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// promptSecond is the demand of one more factor, or of a certain strength: by
// what the person has registered, or else by what they may register.
func (r *run) promptSecond(set *access.Set, wanted access.Requirement, code result.Code) (*demand, error) {
	if r.forgotten() {
		code = result.UserStrongAuthExpired
	}
	held, err := r.credentials()
	if err != nil {
		return nil, err
	}
	reaches := func(m access.Methods, aaguid string) bool {
		f := *r.facts
		f.Methods = access.Known(f.Methods.Or(0) | m)
		if aaguid != "" {
			f.FIDO2AAGUID = access.Known(aaguid)
		}
		return !slices.Contains(set.Explain(&f).Missing(), wanted)
	}
	if pages := r.registered(held, reaches); len(pages) > 0 {
		return r.challenge(pages, code), nil
	}
	return r.promptEnrolment(held, reaches, code)
}

// registered are the pages of the registered methods that would reach what is
// demanded.
func (r *run) registered(held *directory.UserCredentials, reaches func(access.Methods, string) bool) []Page {
	var pages []Page
	for i := range held.Passkeys {
		if r.p.parts.Passkeys != nil && reaches(access.FIDO2, held.Passkeys[i].AAGUID) {
			pages = append(pages, PagePasskey)
			break
		}
	}
	for i := range held.TOTP {
		if reaches(totpMethod(&held.TOTP[i]), "") {
			return append([]Page{PageCode}, pages...)
		}
	}
	return pages
}

func totpMethod(t *directory.TOTP) access.Methods {
	if t.Hardware {
		return access.HardwareOATH
	}
	return access.SoftwareOATH
}

// challenge is the demand of a registered second factor.
func (r *run) challenge(pages []Page, code result.Code) *demand {
	d := &demand{stop: stop{code: code}}
	d.answer = func() (bool, *stop, error) {
		for _, page := range pages {
			in, ok := r.take(page)
			switch {
			case !ok:
				continue
			case in.Action == ActionSwitch:
				r.a.Switched = in.Page
				s, err := r.askSecond(pages, code)
				s, err = r.quietly(s, err)
				return false, s, err
			case page == PageCode:
				return r.checkCode(pages, in.Code)
			default:
				return r.checkSecondPasskey(pages, in.Passkey)
			}
		}
		s, err := r.askSecond(pages, code)
		return false, s, err
	}
	return d
}

// askSecond shows the page of the second factor that the person prefers.
func (r *run) askSecond(pages []Page, code result.Code) (*stop, error) {
	page := pages[0]
	if slices.Contains(pages, r.a.Switched) {
		page = r.a.Switched
	}
	others := slices.DeleteFunc(slices.Clone(pages), func(p Page) bool { return p == page })
	if page == PageCode {
		return &stop{code: code, page: page, fill: func(s *Step) { s.SecondFactor = &SecondFactorPage{Others: others} }}, nil
	}
	held, err := r.credentials()
	if err != nil {
		return nil, err
	}
	options, ceremony, err := r.p.parts.Passkeys.Ask(r.account, held)
	if err != nil {
		return nil, err
	}
	r.a.Question = &question{ceremony, options}
	return &stop{code: code, page: page, fill: func(s *Step) { s.Passkey = &PasskeyPage{Options: options, Others: others} }}, nil
}

// codeStep is how the log names an authenticator's code.
const codeStep = "OATH verification code"

// checkCode checks the code of an authenticator. Too many wrong ones lock the
// challenge, apart from the password (SI-552).
func (r *run) checkCode(pages []Page, code string) (bool, *stop, error) {
	var used *directory.TOTP
	locked := false
	err := r.use(func(held *directory.UserCredentials) error {
		used = nil
		if locked = held.Challenge.Locked(r.now); locked {
			return nil
		}
		for i := range held.TOTP {
			if factor.VerifyTOTP(&held.TOTP[i], code, r.now) {
				found := held.TOTP[i]
				used, held.Challenge = &found, directory.Counter{}
				return nil
			}
		}
		locked = held.Challenge.Fail(nil, r.home.Settings.Lockout, r.now)
		return nil
	})
	switch {
	case err != nil:
		return false, nil, err
	case used == nil:
		s, err := r.wrongSecond(pages, codeStep, locked)
		return false, s, err
	}
	r.a.proved(session.Factor{Method: totpMethod(used), At: r.now, Key: used.ID})
	return true, nil, nil
}

// wrongSecond asks for the second factor again (500121), unless it is locked.
func (r *run) wrongSecond(pages []Page, step string, locked bool) (*stop, error) {
	r.failStep(step, "")
	if locked {
		return refuse(result.SecondFactorFailed)
	}
	return r.askSecond(pages, result.SecondFactorFailed)
}

// checkSecondPasskey checks a passkey of the person who proved the first factor.
func (r *run) checkSecondPasskey(pages []Page, answer []byte) (bool, *stop, error) {
	asked := r.a.Question
	r.a.Question = nil
	if asked != nil {
		s, err := r.checkPasskey(asked, answer, false)
		if s == nil {
			return err == nil, nil, err
		}
	}
	r.a.Switched = PagePasskey
	s, err := r.wrongSecond(pages, passkeyStep, false)
	return false, s, err
}

// recentMFA is how fresh multi-factor authentication must be to register a
// passkey, or another factor beside one that is registered (SI-555).
const recentMFA = 5 * time.Minute
