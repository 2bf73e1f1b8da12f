package signinlog

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Applied returns what a record tells of every policy that an explanation
// evaluated, in the habits of the service's own log:
//
//   - Conditions stand in the masks as far as they were looked at: see MasksOf.
//   - Controls are listed whether or not the policy applied; a policy that is
//     switched off has neither controls nor conditions (LOG-7).
//   - While multifactor authentication is pending, a policy that asks for terms
//     of use failed, accepted or not (CA-173).
//
// Name gives agreements, custom controls and strengths, which the log names by
// their display names, a name; nil leaves their ids.
func Applied(e *access.Explanation, name func(id string) string) []*PolicyOutcome {
	if name == nil {
		name = func(id string) string { return id }
	}
	pending := MultiFactorPending(e)
	list := make([]*PolicyOutcome, len(e.Outcomes))
	for i := range e.Outcomes {
		list[i] = applied(&e.Outcomes[i], pending, name)
	}
	return list
}

func applied(o *access.Outcome, pending bool, name func(string) string) *PolicyOutcome {
	p := &PolicyOutcome{ID: string(o.Policy.ID), DisplayName: o.Policy.DisplayName, Result: Told(LoggedResult(o, pending))}
	if o.Result == access.ResultNotEnabled {
		p.Satisfied, p.NotSatisfied = Told[access.Condition](0), Told[access.Condition](0)
		return p
	}
	if m, ok := MasksOf(o).settled(o.Result); ok {
		p.Satisfied, p.NotSatisfied = Told(m.Satisfied), Told(m.NotSatisfied)
	}
	p.GrantControls = grantNames(o.Policy.Grant, name)
	p.SessionControls = sessionNames(&o.Policy.Session)
	if g := o.Policy.Grant; g != nil && g.Strength != "" {
		p.Strength = AuthenticationStrength{ID: string(g.Strength), DisplayName: name(string(g.Strength))}
	}
	return p
}

// LoggedResult is the result that a record tells of a policy: the policy's own,
// but while multifactor authentication is pending, one that asks for terms of
// use is logged as failed even if they were accepted before (CA-173).
func LoggedResult(o *access.Outcome, multiFactorPending bool) access.Result {
	if multiFactorPending && o.Policy.Grant != nil && len(o.Policy.Grant.TermsOfUse) > 0 {
		switch o.Result {
		case access.ResultSuccess:
			return access.ResultFailure
		case access.ResultReportOnlySuccess:
			return access.ResultReportOnlyInterrupted
		}
	}
	return o.Result
}

// MultiFactorPending reports whether the person is being asked for a second
// factor or a stronger method, which comes before everything else that a person
// can be asked for (CA-172).
func MultiFactorPending(e *access.Explanation) bool {
	if e.Verdict != access.Interrupt {
		return false
	}
	for i := range e.Outcomes {
		o := &e.Outcomes[i]
		if o.Result != access.ResultFailure {
			continue
		}
		for _, r := range o.Missing {
			if r.Control == access.MFA || r.Strength != "" {
				return true
			}
		}
	}
	return false
}

// Masks are a policy's conditions as a record tells them.
type Masks struct {
	Satisfied, NotSatisfied access.Condition
	// Open are those that depend on an unknown fact: they could be in
	// either mask or, where an earlier one is open, in none.
	Open access.Condition
}

// shortCircuit are the conditions that are looked at one after the other, in
// their order; the first that does not hold ends the search (LOG-8). A policy
// has either users or service principals.
var shortCircuit = [...]access.Condition{access.ConditionApplication,
	access.ConditionUsers | access.ConditionServicePrincipals, access.ConditionClientType}

// MasksOf returns the conditions that the service's log would show (LOG-8): the
// application, the users and the client type are looked at one after the other,
// and nothing after the first that is missed is shown; if all three hold, every
// other condition is looked at and shown.
func MasksOf(o *access.Outcome) Masks {
	var m Masks
	rest := (o.Held | o.Missed | o.Open) &^ access.ConditionInvalid
	for _, c := range shortCircuit {
		m.Satisfied |= o.Held & c
		m.NotSatisfied |= o.Missed & c
		rest &^= c
		if o.Missed&c != 0 {
			return m
		}
		if o.Open&c != 0 {
			m.Open |= o.Open&c | rest
			return m
		}
	}
	m.Satisfied |= o.Held & rest
	m.NotSatisfied |= o.Missed & rest
	m.Open |= o.Open & rest
	return m
}

// settled resolves open conditions as a decision that had to be made resolved
// them: they held if the policy applied. False where nothing was decided.
func (m Masks) settled(r access.Result) (Masks, bool) {
	switch {
	case m.Open == 0:
		return m, true
	case r == access.ResultUnknown:
		return m, false
	case r == access.ResultNotApplied || r == access.ResultReportOnlyNotApplied:
		m.NotSatisfied |= m.Open
	default:
		m.Satisfied |= m.Open
	}
	m.Open = 0
	return m, true
}

// seenAddresses are bits that some records add to a missed location: which of
// the addresses was looked up. When they do is not documented.
const seenAddresses access.Condition = 1024 | 2048

// Match reports whether recorded masks are what these would be, whatever the
// open conditions turn out to be. Bits that only say which address was looked
// up are left out of the comparison.
func (m Masks) Match(satisfied, notSatisfied access.Condition) bool {
	return m.Differ(satisfied, notSatisfied) == 0
}

// Differ returns the conditions that recorded masks tell otherwise; see Match.
func (m Masks) Differ(satisfied, notSatisfied access.Condition) access.Condition {
	return ((satisfied ^ m.Satisfied) | (notSatisfied ^ m.NotSatisfied)) &^ (m.Open | seenAddresses)
}

// controlNames are the log's names for controls, in the order of Graph's (LOG-6).
var controlNames = [...]struct {
	control access.Controls
	name    string
}{
	{access.Block, "Block"}, {access.MFA, "Mfa"}, {access.CompliantDevice, "RequireCompliantDevice"},
	{access.DomainJoinedDevice, "RequireDomainJoinedDevice"}, {access.ApprovedApplication, "RequireApprovedApp"},
	{access.CompliantApplication, "RequireCompliantApp"}, {access.PasswordChange, "PasswordChange"}, {access.RiskRemediation, "RiskRemediation"},
}

func grantNames(g *access.GrantControls, name func(string) string) []string {
	if g == nil {
		return nil
	}
	var list []string
	for _, c := range controlNames {
		if g.Controls&c.control != 0 {
			list = append(list, c.name)
		}
	}
	if g.Strength != "" {
		list = append(list, "AuthenticationStrength-"+name(string(g.Strength)))
	}
	for _, id := range g.TermsOfUse {
		list = append(list, name(string(id)))
	}
	for _, id := range g.Custom {
		list = append(list, name(id))
	}
	return list
}

func sessionNames(s *access.SessionControls) []string {
	var list []string
	add := func(on bool, name string) {
		if on {
			list = append(list, name)
		}
	}
	add(s.AppEnforcedRestrictions, "AppEnforcedRestrictions")
	add(s.CloudAppSecurity != 0, "CloudAppSecurity")
	add(s.SignInFrequency != access.SignInFrequency{}, "SignInFrequency")
	add(s.PersistentBrowser != 0, "PersistentBrowserSessionMode")
	add(s.TokenProtection, "SignInTokenProtection")
	add(s.ContinuousAccess != 0, "ContinuousAccessEvaluation")
	add(s.DisableResilienceDefaults, "DisableResilienceDefaults")
	add(s.SecurityProfile != "", "GlobalSecureAccessFilteringProfile")
	return list
}

// ControlOf returns the grant control that a record names (LOG-6); false for
// what is named freely: terms of use, custom controls, strengths.
func ControlOf(name string) (access.Controls, bool) {
	for _, c := range controlNames {
		if strings.EqualFold(c.name, name) {
			return c.control, true
		}
	}
	return 0, false
}
