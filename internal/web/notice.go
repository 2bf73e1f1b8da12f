package web

import (
	"slices"

	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/result"
)

// notice is what a sign-in page says above its form.
type notice struct {
	// Wrong: what was sent was not right; otherwise the notice says why the
	// page is shown.
	Wrong bool
	Text  string
	Code  result.Code
}

// quiet are the codes that a page needs no notice for: being asked is what the
// person expects, or the page's own words say it.
var quiet = []result.Code{
	result.Success, result.InteractionRequired, result.UserInformationNotProvided, result.UserStrongAuthClientAuthNRequiredInterrupt,
	result.UserStrongAuthClientAuthNRequired, result.UserStrongAuthEnrollmentRequiredInterrupt, result.UserStrongAuthEnrollmentRequired,
	result.InvalidPasswordExpiredPassword, result.PasswordChangeRequiredConditionalAccess, result.DelegationDoesNotExist,
	result.KmsiInterrupt, result.DeviceAuthenticationRequired, result.AdminConsentRequired,
}

// wrong are the codes that say that what was typed or shown was not right,
// besides those that say so of the first factor.
var wrong = []result.Code{
	result.SecondFactorFailed, result.WrongChallengeAnswer, result.DeviceAuthenticationFailed, result.DeviceNotFound, result.IdsLocked,
	result.PasswordChangeTooWeak, result.PasswordChangeWrongCurrentPassword, result.PasswordChangeFailed,
}

// stepNotice returns the notice of a step; nil: none.
func stepNotice(v *view, step *signin.Step) *notice {
	if p := step.Password; p != nil && p.Broken != "" {
		return &notice{Wrong: true, Text: brokenRule(v, p)}
	}
	if first := step.FirstFactor; first != nil && !first.RetryAfter.IsZero() {
		return &notice{Wrong: true, Text: v.T("password.locked", "Time", v.Date(first.RetryAfter)), Code: step.Code}
	}
	code := step.Code
	if code == result.UserAccountNotFound {
		// The pipeline says so already; a page must not depend on it.
		code = result.InvalidUserNameOrPassword
	}
	entry, ok := result.Lookup(code)
	if !ok || slices.Contains(quiet, code) {
		return nil
	}
	isWrong := entry.FirstFactor == result.ProofFailed || slices.Contains(wrong, code)
	text := entry.Text(v.Lang).Fill(result.Values{result.PlaceholderApp: v.App.DisplayName}).Summary
	if id := "notice." + code.String(); v.Has(id) {
		text = v.T(id)
	}
	return &notice{Wrong: isWrong, Text: text, Code: code}
}

// brokenRule says which rule a new password broke.
func brokenRule(v *view, p *signin.PasswordPage) string {
	switch p.Broken {
	case factor.PasswordShort:
		return v.N("change-password.broken.short", p.Rules.MinLength)
	case factor.PasswordSimple:
		return v.N("change-password.broken.simple", p.Rules.Classes)
	}
	return v.T("change-password.broken." + string(p.Broken))
}
