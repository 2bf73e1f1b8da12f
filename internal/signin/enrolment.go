package signin

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
)

// promptEnrolment is the demand to register a factor that would do, because
// none that is registered does (50072, 50079).
func (r *run) promptEnrolment(held *directory.UserCredentials, reaches func(access.Methods, string) bool, code result.Code) (*demand, error) {
	var pages []Page
	if reaches(access.SoftwareOATH, "") {
		pages = append(pages, PageEnrolCode)
	}
	if r.p.parts.Passkeys != nil && reaches(access.FIDO2, "") {
		pages = append(pages, PageEnrolPasskey)
	}
	if len(pages) == 0 { // no method that there is here reaches it
		return &demand{stop: stop{code: result.BlockedByConditionalAccess}}, nil
	}
	if held.MFARegistered() {
		if second := r.a.SignIn.SecondFactorAt(); second.IsZero() || r.now.Sub(second) > recentMFA {
			any := r.registered(held, func(access.Methods, string) bool { return true })
			if len(any) > 0 {
				return r.challenge(any, code), nil
			}
		}
	}
	refused := result.UserStrongAuthEnrollmentRequired
	if r.silent || r.subject != nil {
		return &demand{stop: stop{code: refused}}, nil
	}
	if !*r.home.Settings.SelfServiceRegistration || r.account.TenantID != r.tenant.ID {
		return &demand{stop: stop{code: refused}}, nil
	}
	if code, err := r.registrationBarred(); code != 0 || err != nil {
		return &demand{stop: stop{code: code}}, err
	}
	return &demand{stop{code: result.UserStrongAuthEnrollmentRequiredInterrupt}, func() (bool, *stop, error) { return r.enrol(pages) }}, nil
}

// registrationBarred asks the policies on registering security information,
// which is an action of its own (SI-558).
func (r *run) registrationBarred() (result.Code, error) {
	f := *r.facts
	f.UserAction = access.Known(access.RegisterSecurityInfo)
	f.Audiences, f.Scopes = access.Known([]access.Audience{}), access.Known([]string(nil))
	e := r.set.set.Explain(&f)
	if e.Verdict == access.Blocked {
		r.decided, r.decidedOn = e, &f
		return result.Code(e.Code), nil
	}
	for _, o := range e.Outcomes {
		// A policy on the action alone that asks for a factor nobody has
		// yet bars registering it; a pass by an admin satisfies it.
		if o.Result == access.ResultFailure && o.Policy.State == access.StateEnabled && o.Policy.Conditions.Applications.UserActions&access.RegisterSecurityInfo != 0 {
			r.decided, r.decidedOn = e, &f
			return result.ProofUpBlockedDueToSecurityInfoAcr, nil
		}
	}
	return 0, nil
}

// enrol takes what a page of registration posted, or shows one.
func (r *run) enrol(pages []Page) (bool, *stop, error) {
	for _, page := range append([]Page{PageEnrol}, pages...) {
		in, ok := r.take(page)
		if !ok {
			continue
		}
		if in.Action == ActionSwitch || page == PageEnrol {
			r.a.Switched = in.Page
			s, err := r.askEnrol(pages, result.UserStrongAuthEnrollmentRequiredInterrupt)
			s, err = r.quietly(s, err)
			return false, s, err
		}
		var done bool
		var err error
		if page == PageEnrolCode {
			done, err = r.enrolCode(in)
		} else {
			done, err = r.enrolPasskey(in)
		}
		if done || err != nil {
			return done, nil, err
		}
		r.a.Switched = page
		s, err := r.askEnrol(pages, result.SecondFactorFailed)
		s, err = r.quietly(s, err) // nothing was challenged yet: a typing error
		return false, s, err
	}
	s, err := r.askEnrol(pages, result.UserStrongAuthEnrollmentRequiredInterrupt)
	return false, s, err
}

// askEnrol shows the choice of methods, or the page of the chosen one.
func (r *run) askEnrol(pages []Page, code result.Code) (*stop, error) {
	page := PageEnrol
	switch {
	case slices.Contains(pages, r.a.Switched):
		page = r.a.Switched
	case len(pages) == 1:
		page = pages[0]
	}
	others := slices.DeleteFunc(slices.Clone(pages), func(p Page) bool { return p == page })
	switch page {
	case PageEnrol:
		return &stop{code: code, page: page, fill: func(s *Step) { s.Enrol = &EnrolPage{Methods: pages} }}, nil
	case PageEnrolCode:
		return r.askEnrolCode(others, code)
	}
	held, err := r.credentials()
	if err != nil {
		return nil, err
	}
	options, ceremony, err := r.p.parts.Passkeys.Offer(r.account, held)
	if err != nil {
		return nil, err
	}
	r.a.Question = &question{ceremony, options}
	return &stop{code: code, page: page, fill: func(s *Step) { s.Passkey = &PasskeyPage{Options: options, Others: others} }}, nil
}

// qrSize is the edge of a QR code in pixels: readable from a laptop's screen.
const qrSize = 240

func (r *run) askEnrolCode(others []Page, code result.Code) (*stop, error) {
	issuer := r.home.DisplayName
	offer, err := factor.TOTPOffer{}, error(nil)
	if r.a.Secret == nil {
		offer, err = factor.NewTOTP(r.p.parts.Random, issuer, r.account.UserPrincipalName)
		if err != nil {
			return nil, err
		}
		r.a.Secret = offer.Secret
	} else {
		offer = factor.OfferTOTP(r.a.Secret, issuer, r.account.UserPrincipalName)
	}
	picture, err := offer.QR(qrSize)
	if err != nil {
		return nil, err
	}
	return &stop{code: code, page: PageEnrolCode, fill: func(s *Step) {
		s.EnrolCode = &EnrolCodePage{URI: offer.URI, Secret: offer.Text(), QR: picture, Others: others}
	}}, nil
}

// enrolCode registers the authenticator that showed the right first code.
func (r *run) enrolCode(in Input) (bool, error) {
	if r.a.Secret == nil {
		return false, nil
	}
	id, err := directory.NewID(r.p.parts.Random)
	if err != nil {
		return false, err
	}
	fresh := directory.TOTP{ID: directory.KeyID(id), Name: label(in.Label, "Authenticator app"), Secret: r.a.Secret, Created: directory.Instant(r.now)}
	if !factor.VerifyTOTP(&fresh, in.Code, r.now) {
		r.failStep(codeStep, "")
		return false, nil
	}
	err = r.update(func(_ *directory.User, held *directory.UserCredentials) error {
		held.TOTP = append(held.TOTP, fresh)
		return nil
	})
	if err != nil {
		return false, err
	}
	r.a.Secret = nil
	r.a.proved(session.Factor{Method: access.SoftwareOATH, At: r.now, Key: fresh.ID})
	return true, nil
}

// enrolPasskey registers what the browser made. Making one verified the person,
// so it counts as proved.
func (r *run) enrolPasskey(in Input) (bool, error) {
	asked := r.a.Question
	r.a.Question = nil
	if asked == nil {
		return false, nil
	}
	var made directory.Passkey
	err := r.update(func(u *directory.User, held *directory.UserCredentials) error {
		if err := r.p.parts.Passkeys.Register(u, held, asked.Ceremony, in.Passkey, label(in.Label, "Passkey"), r.now); err != nil {
			return err
		}
		made = held.Passkeys[len(held.Passkeys)-1]
		return nil
	})
	var blame factor.PasskeyFault
	switch {
	case errors.As(err, &blame):
		r.failStep(passkeyStep, "")
		return false, nil
	case err != nil:
		return false, err
	}
	r.a.proved(session.Factor{Method: access.FIDO2, At: r.now, Multi: true, AAGUID: made.AAGUID, Key: made.ID})
	return true, nil
}

// longestLabel bounds the name of a method, in characters.
const longestLabel = 64

// label returns what a person called a method, or a usual name.
func label(given, otherwise string) string {
	given = strings.Join(strings.Fields(given), " ")
	if given == "" {
		return otherwise
	}
	if utf8.RuneCountInString(given) > longestLabel {
		given = string([]rune(given)[:longestLabel])
	}
	return given
}
