package signinlog

import "github.com/sallyport-id/sallyport/result"

// Outcome is what a sign-in came to.
type Outcome uint8

// The outcomes. An interrupted sign-in asked the person for something more, so
// it neither succeeded nor failed; OutcomeUnknown: the log holds no code.
const (
	OutcomeUnknown Outcome = iota
	Succeeded
	Interrupted
	Failed
)

// String returns the admin centre's word, or "Unknown".
func (o Outcome) String() string {
	return [...]string{"Unknown", "Success", "Interrupted", "Failure"}[o]
}

// Outcome returns what the sign-in came to, by its code's kind in the catalogue.
// A code that is not in it is taken for a failure.
func (r *Record) Outcome() Outcome {
	code, ok := r.Status.ErrorCode.Get()
	switch {
	case !ok:
		return OutcomeUnknown
	case code == codeSuccess:
		return Succeeded
	}
	if e, ok := result.Lookup(result.Code(code)); ok && (e.Kind == result.KindInterrupt || e.Kind == result.KindInformational) {
		return Interrupted
	}
	return Failed
}

// MultiFactor reports whether a second factor was completed, in this sign-in or
// in an earlier one of the session; only what the steps or the status say counts,
// not that it was asked for.
func (r *Record) MultiFactor() bool {
	done := 0
	for _, step := range r.AuthenticationDetails {
		if !Is(step.Succeeded, true) {
			continue
		}
		if containsFold(step.ResultDetail, "MFA ") || containsFold(step.Requirement, "multi") {
			return true
		}
		done++
	}
	if done > 1 {
		return true
	}
	for _, said := range [...]string{"MFA completed", "MFA requirement satisfied", "MFA successfully completed"} {
		if containsFold(r.Status.AdditionalDetails, said) {
			return true
		}
	}
	return false
}
