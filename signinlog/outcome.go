package signinlog

import "github.com/sallyport-id/sallyport/access"

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

// interrupts are the codes that ask the person to go on: the kind I codes of
// conditional-access reference 5.1 and those sign-in itself asks with.
var interrupts = map[access.ResultCode]bool{
	16000: true, 50055: true, 50058: true, 50072: true, 50074: true, 50076: true, 50077: true, 50078: true, 50079: true,
	50081: true, 50097: true, 50125: true, 50129: true, 50135: true, 50140: true, 50142: true, 50158: true, 50199: true,
	53006: true, 53007: true, 65001: true, 70043: true, 70044: true, 70046: true,
}

// Outcome returns what the sign-in came to, by its code.
func (r *Record) Outcome() Outcome {
	switch code, ok := r.Status.ErrorCode.Get(); {
	case !ok:
		return OutcomeUnknown
	case code == codeSuccess:
		return Succeeded
	case interrupts[code]:
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
