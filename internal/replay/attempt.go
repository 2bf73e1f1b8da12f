package replay

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// attempt is what is decided of a record: its facts, and what was recorded of the
// decision. It shares strings and policy outcomes with the record, which may be
// kept, but none of its own slices.
type attempt struct {
	facts access.Facts
	exact bool // the record holds the very facts that were decided on
	// multiFactor: a second factor was completed, whichever it was.
	multiFactor bool
	inputs      []byte // facts JSON of the record, not read yet

	code     signinlog.Maybe[access.ResultCode]
	status   string
	policies []*signinlog.PolicyOutcome
}

func firstOf(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// read fills the attempt from a record, whatever it held before, all but inputs.
func (a *attempt) read(rec *signinlog.Record) {
	a.readFacts(rec)
	a.readOutcome(rec)
	a.inputs = append(a.inputs[:0], rec.Inputs...)
}

func (a *attempt) readOutcome(rec *signinlog.Record) {
	a.code, a.status, a.policies = rec.Status.ErrorCode, rec.ConditionalAccessStatus, rec.AppliedPolicies
}

// Facts returns what a record tells of an attempt, for deciding it again. Exact
// tells that these are the very facts that were decided on, as our own server
// records them; nothing should be added then. MultiFactor tells that a second
// factor was completed though the record does not say which methods: the facts
// then leave them unknown.
func Facts(rec *signinlog.Record) (f access.Facts, exact, multiFactor bool) {
	var a attempt
	a.readFacts(rec)
	a.inputs = rec.Inputs
	a.readInputs()
	return a.facts, a.exact, a.multiFactor
}

// readInputs takes the facts that were decided on, if the record holds them.
func (a *attempt) readInputs() {
	if len(a.inputs) == 0 {
		return
	}
	if list, err := graphjson.ReadFacts("inputs", a.inputs); err == nil && len(list) == 1 {
		a.facts, a.exact, a.multiFactor = list[0], true, false
	}
}

// readFacts takes what other fields of the record tell.
func (a *attempt) readFacts(rec *signinlog.Record) {
	a.facts, a.exact, a.multiFactor = rec.Facts(), false, false
	methods, known := a.facts.Methods.Get()
	if rec.MultiFactor() && (!known || methods&(methods-1) == 0 && methods&aloneMultiFactor == 0) {
		// A lone password beside "satisfied by claim in the token": the
		// other method was proved in an earlier session.
		a.facts.Methods, a.multiFactor = access.Fact[access.Methods]{}, true
	}
}

// aloneMultiFactor are methods that are multifactor by themselves (CA-131).
const aloneMultiFactor = access.WindowsHello | access.FIDO2 | access.X509MultiFactor | access.DeviceBasedPush |
	access.TemporaryAccessPassOneTime | access.TemporaryAccessPassMultiUse | access.FederatedMultiFactor

// notReached reports whether the sign-in ended before policies were asked: they
// run after the first factor (CA-174), and an error at the token endpoint or in
// a service we depend on says nothing about them.
func (a *attempt) notReached() bool {
	code, ok := a.code.Get()
	if !ok || code == 0 || len(a.policies) > 0 {
		return false
	}
	entry, known := result.Lookup(result.Code(code))
	return known && (entry.Stage < result.StageConditionalAccess || entry.Stage > result.StageIssue)
}

// recordedVerdict is the decision that the result code tells; Undetermined where
// it tells none.
func (a *attempt) recordedVerdict() access.Verdict {
	code, ok := a.code.Get()
	switch {
	case !ok:
		return access.Undetermined
	case code == 0 && strings.EqualFold(a.status, "failure"):
		// Access with a restriction: mail is held back from a device that
		// does not comply, and the sign-in still succeeds.
		return access.Undetermined
	case code == 0:
		return access.Grant
	}
	entry, known := result.Lookup(result.Code(code))
	switch {
	case !known || ofSession(entry.Code):
		return access.Undetermined
	case entry.Stage == result.StageConditionalAccess && entry.Kind == result.KindInterrupt,
		entry.Stage == result.StageSecondFactor && entry.Kind == result.KindRefusal: // it was asked for, and failed
		return access.Interrupt
	case entry.Stage == result.StageConditionalAccess:
		return access.Blocked
	case entry.Stage > result.StageSecondFactor && entry.Stage <= result.StageIssue:
		return access.Grant // what stopped it comes after the policies (SI-101)
	}
	return access.Undetermined
}

// ofSession tells of codes that say how old a session is, or that security
// defaults refused: neither is among the facts and policies that replay has.
func ofSession(code result.Code) bool {
	switch code {
	case result.UserStrongAuthExpired, result.BadTokenDueToSignInFrequency, result.SessionOlderThanSignInFrequency, result.ReauthenticationRequired, result.BlockedBySecurityDefaults:
		return true
	}
	return false
}
