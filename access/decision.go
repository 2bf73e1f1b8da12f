package access

// Verdict is what becomes of an attempt.
type Verdict uint8

// The verdicts. Interrupt means that the person can go on by doing something.
// Undetermined means that the answer depends on a fact nobody knows; a set
// compiled for live decisions never answers it.
const (
	Undetermined Verdict = iota
	Grant
	Interrupt
	Blocked
)

// ResultCode is the number of an outcome, as Microsoft Entra numbers them;
// package result tells what each means.
type ResultCode int32

// CodeUndetermined is the code of an Undetermined decision.
const CodeUndetermined ResultCode = -1

// Decision is the answer for one attempt.
type Decision struct {
	Verdict Verdict
	Code    ResultCode // 0 for Grant
	// Status is Graph's conditionalAccessStatus (LOG-2).
	Status Status
}

// Status is whether any enforced policy applied and was met (LOG-2).
type Status uint8

// The statuses.
const (
	StatusUnknown Status = iota
	StatusSuccess
	StatusFailure
	StatusNotApplied
)

// Result is what one policy did, with Graph's numbers (LOG-1).
type Result uint8

// The results.
const (
	ResultSuccess Result = iota
	ResultFailure
	ResultNotApplied
	ResultNotEnabled
	ResultUnknown
	_
	ResultReportOnlySuccess
	ResultReportOnlyFailure
	ResultReportOnlyNotApplied
	ResultReportOnlyInterrupted
)

// Condition is a set of conditions, with Graph's names and numbers (LOG-4).
type Condition uint32

// The conditions. Device filter and device state are both ConditionDeviceState;
// user actions, contexts and the app filter are ConditionApplication (LOG-9).
const (
	ConditionApplication          Condition = 1
	ConditionUsers                Condition = 2
	ConditionPlatform             Condition = 4
	ConditionLocation             Condition = 8
	ConditionClientType           Condition = 16
	ConditionSignInRisk           Condition = 32
	ConditionUserRisk             Condition = 64
	ConditionDeviceState          Condition = 256
	ConditionServicePrincipals    Condition = 8192
	ConditionServicePrincipalRisk Condition = 16384
	ConditionFlows                Condition = 32768
	ConditionInsiderRisk          Condition = 65536

	// ConditionInvalid is ours: the policy holds an unrecognised value (CA-8).
	ConditionInvalid Condition = 1 << 31
)

// Requirement is one item that a policy demands: one of Control, Strength,
// TermsOfUse and Custom is set.
type Requirement struct {
	Control    Controls
	Strength   StrengthID
	TermsOfUse AgreementID
	Custom     string
}

// Standing is how an unmet or met requirement stands for an attempt.
type Standing uint8

// The standings, as a set: with unknown facts more than one is possible.
const (
	Met        Standing = 1 << iota // satisfied
	Promptable                      // unmet, and the person can meet it now (CA-176)
	Failed                          // unmet, and no prompt helps
)

// Outcome is what one policy did for an attempt.
type Outcome struct {
	Policy *Policy
	Result Result
	failed bool // certainly applies, and no prompt helps
	// Held, Missed and Open are the configured conditions that hold, do
	// not, and depend on an unknown fact.
	Held, Missed, Open Condition
	// Missing lists what the policy demands and is not certainly met, in
	// the order of prompting (CA-172); for a policy that may apply.
	Missing []Requirement
}

// Reason tells why one condition of a policy holds, does not, or is unknown.
type Reason struct {
	Condition Condition
	Truth     Truth
	Wanted    string // what the policy says
	Seen      string // what the attempt shows
}
