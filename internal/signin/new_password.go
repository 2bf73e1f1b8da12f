package signin

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// changePassword asks for a new password, because the present one is over
// (50055) or a policy wants another (50142), and takes it. It returns nothing
// only if the password was changed.
func (r *run) changePassword(code result.Code) (*stop, error) {
	if r.silent || r.subject != nil || !*r.home.Settings.SelfServicePassword {
		return refuse(code)
	}
	in, posted := r.take(PageChangePassword)
	if !posted {
		return r.askPassword(code, "")
	}
	broken, err := r.setPassword(in)
	if err != nil || broken == "" {
		return nil, err
	}
	return r.quietly(r.askPassword(code, broken))
}

func (r *run) askPassword(code result.Code, broken factor.PasswordFault) (*stop, error) {
	held, err := r.credentials()
	if err != nil {
		return nil, err
	}
	ask := held.Password != nil && !r.provedHere(access.Password)
	return &stop{code: code, page: PageChangePassword, fill: func(s *Step) {
		s.Password = &PasswordPage{Rules: publicRules(r.home.Settings.Passwords), Broken: broken, AskCurrent: ask}
	}}, nil
}

// publicRules leaves out which words are banned: they would tell a guesser
// what others tried.
func publicRules(rules directory.PasswordRules) directory.PasswordRules {
	rules.Banned = nil
	return rules
}

// setPassword changes the password, or tells what is wrong with the new one.
func (r *run) setPassword(in Input) (factor.PasswordFault, error) {
	held, err := r.credentials()
	if err != nil {
		return "", err
	}
	present := ""
	if held.Password != nil {
		present = held.Password.Hash
	}
	if broken, err := r.checkNew(present, in); broken != "" || err != nil {
		return broken, err
	}
	hash, err := r.p.parts.Passwords.Hash(r.ctx, in.NewPassword)
	if err != nil {
		return "", err
	}
	err = r.update(func(u *directory.User, c *directory.UserCredentials) error {
		factor.SetPassword(u, c, hash, r.now, false)
		return nil
	})
	if err == nil {
		r.passwordChanged()
	}
	return "", err
}

// checkNew tells what is wrong with a new password, or with the present one
// where that has to be given too.
func (r *run) checkNew(present string, in Input) (factor.PasswordFault, error) {
	if present != "" && !r.provedHere(access.Password) {
		if right, err := r.checkPresent(present, in.Password); !right || err != nil {
			return factor.PasswordWrong, err
		}
	}
	if in.NewPassword != in.Repeated {
		return factor.PasswordMistyped, nil
	}
	if broken := factor.CheckPassword(r.home.Settings.Passwords, r.account, in.NewPassword); broken != "" || present == "" {
		return broken, nil
	}
	same, err := r.p.parts.Passwords.Verify(r.ctx, present, in.NewPassword)
	if err != nil || !same {
		return "", err
	}
	return factor.PasswordSame, nil
}

// checkPresent checks the present password. Guesses count here as they do at
// the first factor, and while a lock holds none is looked at.
func (r *run) checkPresent(hash, password string) (bool, error) {
	if locked, err := r.locked(); locked || err != nil {
		return false, err
	}
	right, fingerprint, err := r.p.parts.Passwords.Check(r.ctx, hash, password)
	if err != nil || right {
		return right, err
	}
	_, err = r.countWrong(fingerprint)
	return false, err
}

// passwordChanged enters a new password into the attempt: what was proved by
// the old one is proved by the new one now. After more than one factor it takes
// the person's risk away (CA-79).
func (r *run) passwordChanged() {
	a := r.a
	if a.SignIn.ByPassword() {
		a.SignIn.Proved(session.Factor{Method: access.Password, At: r.now, First: true})
	}
	a.SignIn.PasswordChanged, a.FromSession, a.Saved = true, false, false
	if a.SignIn.SecondFactorAt().IsZero() {
		return
	}
	a.SignIn.Remediated = true
	r.risk = nil
	r.effects = append(r.effects, func(ctx context.Context) error {
		return r.remember(ctx, func(h *risk.History) { h.Remediated(r.now) })
	})
}
