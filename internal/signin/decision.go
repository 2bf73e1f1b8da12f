package signin

import (
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// decide is P13, and P14, to which it leads: access by the tenant's policies of
// today. What a person can do about an interrupt is a page; each answer is
// decided anew, until every policy is satisfied.
func (r *run) decide() (*stop, error) {
	for {
		if err := r.gather(); err != nil {
			return nil, err
		}
		open, err := r.unmet()
		if open == nil || err != nil {
			return nil, err
		}
		if open.answer == nil || r.silent || r.subject != nil {
			return &open.stop, nil
		}
		answered, stopped, err := open.answer()
		if err != nil || stopped != nil || !answered {
			return stopped, err
		}
		r.facts = nil // what was proved counts from now on
	}
}

// demand is what access asks for before it lets an attempt in.
type demand struct {
	stop
	// answer asks for it, or takes the answer of the page that did: it
	// reports whether that was right, or returns the page. Nil: nobody can
	// answer.
	answer func() (bool, *stop, error)
}

// unmet returns the first demand that is not met, in the order of SI-104: a
// block ends it; then how old the proofs may be; then the grant controls in the
// order in which people are prompted.
func (r *run) unmet() (*demand, error) {
	r.decided, r.acrs, r.contexts = nil, nil, nil
	r.controls = access.SessionControls{}
	for _, context := range append([]string{""}, r.wantedContexts()...) {
		f := *r.facts
		f.AuthenticationContext = access.Known(context)
		if context != "" && !r.set.contexts[context] {
			r.satisfied(context, "notApplicable") // nothing to satisfy (SI-221)
			continue
		}
		e := r.set.set.Explain(&f)
		if r.decided == nil || e.Verdict != access.Grant {
			r.decided, r.decidedOn = e, &f
		}
		open, err := r.judge(e)
		if open != nil || err != nil {
			if context != "" {
				r.contexts = append(r.contexts, signinlog.AuthenticationContext{ID: context, Detail: "required"})
			}
			return open, err
		}
		r.limit(e.Session)
		if context != "" {
			r.satisfied(context, "required")
		}
	}
	if open, err := r.judgeBeside(); open != nil || err != nil {
		return open, err
	}
	r.satisfyMore()
	return nil, nil
}

// judge returns what one decision demands.
func (r *run) judge(e *access.Explanation) (*demand, error) {
	if e.Verdict == access.Blocked && slices.Contains(e.Missing(), access.Requirement{Control: access.Block}) {
		return r.blocked(e), nil
	}
	if open, err := r.judgeAge(e); open != nil || err != nil {
		return open, err
	}
	switch e.Verdict {
	case access.Grant:
		return nil, nil
	case access.Interrupt:
		return r.prompt(r.set.set, e, result.Code(e.Code))
	}
	return r.blocked(e), nil
}

// blocked is a refusal by policies.
func (r *run) blocked(e *access.Explanation) *demand {
	code := result.Code(e.Code)
	if r.set.securityDefaults && code == result.BlockedByConditionalAccess {
		code = result.BlockedBySecurityDefaults
	}
	return &demand{stop: stop{code: code, claims: claimsOf(e)}}
}

// judgeAge compares the proofs with the sign-in frequency (SI-104, CA-151 to
// CA-153).
func (r *run) judgeAge(e *access.Explanation) (*demand, error) {
	if r.appOnly() {
		return nil, nil
	}
	in := &r.a.SignIn
	second := in.SecondFactorAt()
	frequency := e.Session.SignInFrequency
	if second.IsZero() { // nobody is asked to repeat what was never done; whether it must be done is the grant controls' matter
		frequency.Secondary, frequency.SecondaryEveryTime = 0, false
	}
	switch frequency.Check(access.SessionAge{Primary: r.age(in.FirstFactorAt()), Secondary: r.age(second)}) {
	case access.StalePrimary:
		code := result.SessionOlderThanSignInFrequency
		if r.subject != nil {
			code = result.BadTokenDueToSignInFrequency
		}
		return r.again(code), nil
	case access.StaleEveryTime:
		if !frequency.PrimaryEveryTime {
			return r.secondAgain(result.ReauthenticationRequired)
		}
		return r.again(result.ReauthenticationRequired), nil
	case access.StaleSecondary:
		return r.secondAgain(result.UserStrongAuthExpired)
	}
	return nil, nil
}

// secondAgain demands the second factor anew.
func (r *run) secondAgain(code result.Code) (*demand, error) {
	f := *r.facts
	f.Methods = access.Known(methodsOf(&r.a.SignIn, r.now.Add(time.Millisecond)))
	return r.prompt(r.p.sets.mfa, r.p.sets.mfa.Explain(&f), code)
}

// age is how long ago a proof was; negative: never.
func (r *run) age(at time.Time) time.Duration {
	if at.IsZero() {
		return -1
	}
	return r.now.Sub(at)
}

// again demands the first factor anew.
func (r *run) again(code result.Code) *demand {
	d := &demand{stop: stop{code: code}}
	d.answer = func() (bool, *stop, error) {
		r.a.FirstSince, r.a.Why = directory.Instant(r.now), code
		s, err := r.askFirst(code)
		return false, s, err
	}
	return d
}

// judgeBeside adds the demands for multi-factor authentication that are no
// policies: the old per-user setting, which trusted addresses lift (CA-63), the
// request's own, and the registration that security defaults want of everyone
// (SD-2).
func (r *run) judgeBeside() (*demand, error) {
	if r.appOnly() {
		return nil, nil
	}
	switch {
	case r.user.MFA == directory.MFAEnabled || r.user.MFA == directory.MFAEnforced:
		if !r.atTrustedAddress() {
			r.demanded = "user"
		}
	case r.a.Request.RequireMFA:
		r.demanded = "request"
	case r.set.securityDefaults && !r.facts.MFARegistered.Or(true) && !slices.Contains(r.roles, directorySync):
		r.demanded = "mfaRegistrationRequiredBySecurityDefaults"
	}
	if r.demanded == "" {
		return nil, nil
	}
	e := r.p.sets.mfa.Explain(r.facts)
	switch e.Verdict {
	case access.Grant:
		return nil, nil
	case access.Interrupt:
		d, err := r.prompt(r.p.sets.mfa, e, result.Code(e.Code))
		return d, err
	}
	return &demand{stop: stop{code: result.Code(e.Code)}}, nil
}

// atTrustedAddress reports whether the old per-user setting trusts the address.
func (r *run) atTrustedAddress() bool {
	addr := r.seen().Address
	for _, p := range r.tenant.Settings.MFATrustedIPs {
		if addr.IsValid() && p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// limit merges session controls; of several, the strictest holds (CA-156).
func (r *run) limit(c access.SessionControls) {
	if r.controls == (access.SessionControls{}) {
		r.controls = c
		return
	}
	r.controls.PersistentBrowser = max(r.controls.PersistentBrowser, c.PersistentBrowser)
	r.controls.CloudAppSecurity = max(r.controls.CloudAppSecurity, c.CloudAppSecurity)
	r.controls.ContinuousAccess = max(r.controls.ContinuousAccess, c.ContinuousAccess)
	r.controls.TokenProtection = r.controls.TokenProtection || c.TokenProtection
	r.controls.AppEnforcedRestrictions = r.controls.AppEnforcedRestrictions || c.AppEnforcedRestrictions
}

// wantedContexts are the authentication contexts that the answer must have.
func (r *run) wantedContexts() []string {
	list := slices.Clone(r.a.Request.Contexts)
	if r.subject != nil {
		list = append(list, r.subject.Contexts...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// satisfied enters a context that is satisfied.
func (r *run) satisfied(context, detail string) {
	r.acrs = append(r.acrs, context)
	if detail == "required" && r.a.FromSession {
		detail = "previouslySatisfied"
	}
	r.contexts = append(r.contexts, signinlog.AuthenticationContext{ID: context, Detail: detail})
}

// satisfyMore adds the contexts that nobody asked for and that are satisfied
// anyway, if the resource wants to know them (SI-221).
func (r *run) satisfyMore() {
	if r.resource == nil || r.resource.App == nil || !slices.Contains(r.resource.App.OptionalClaims.AccessToken, "acrs") {
		return
	}
	for context := range r.set.contexts {
		if slices.Contains(r.acrs, context) {
			continue
		}
		f := *r.facts
		f.AuthenticationContext = access.Known(context)
		e := r.set.set.Explain(&f)
		if open, err := r.judgeAge(e); e.Verdict == access.Grant && open == nil && err == nil {
			r.acrs = append(r.acrs, context)
		}
	}
	slices.Sort(r.acrs)
}

// secondSince is the instant since which a second factor still counts: the
// tenant may limit how long a browser remembers one (SI-557).
func (r *run) secondSince() time.Time {
	remember := r.tenant.Settings.RememberMFA
	if remember <= 0 || r.appOnly() {
		return time.Time{}
	}
	return r.now.Add(-remember)
}

// forgotten reports whether a second factor was proved and is too old to count.
func (r *run) forgotten() bool {
	return slices.ContainsFunc(r.a.SignIn.Factors, func(f session.Factor) bool {
		return (!f.First || f.Multi) && f.At.Before(directory.Instant(r.secondSince()))
	})
}

// prompt is the demand of an interrupt: what the person is asked to do first.
func (r *run) prompt(set *access.Set, e *access.Explanation, code result.Code) (*demand, error) {
	claims := claimsOf(e)
	for _, m := range e.Missing() {
		switch {
		case m.Control == access.MFA || m.Strength != "":
			d, err := r.promptSecond(set, m, code)
			if d != nil {
				d.claims = claims
			}
			return d, err
		case m.Control == access.PasswordChange || m.Control == access.RiskRemediation:
			return &demand{stop{code: code, claims: claims}, func() (bool, *stop, error) {
				s, err := r.changePassword(result.PasswordChangeRequiredConditionalAccess)
				return s == nil && err == nil, s, err
			}}, nil
		case m.TermsOfUse != "":
			return &demand{stop{code: code, claims: claims}, func() (bool, *stop, error) { return r.promptTerms(m.TermsOfUse) }}, nil
		case m.Custom != "": // no provider of custom controls is connected
			return &demand{stop: stop{code: code, claims: claims}}, nil
		}
	}
	return &demand{stop: stop{code: code, claims: claims}}, nil
}
