package accesstest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// expectation is one line that starts with expect.
type expectation struct {
	at   Position
	text string // as the case says it
	// policy is the one that the line is about, if it is about one.
	policy access.PolicyID
	// refusal is set if the set must be refused rather than decide.
	refusal bool
	// got says what came instead, or nothing if the expectation is met.
	got func(answer *Answer, err error) string
}

var (
	verdictWords = named("a verdict", access.Grant, access.Interrupt, access.Blocked, access.Undetermined)
	statusWords  = named("a status", access.StatusSuccess, access.StatusFailure, access.StatusNotApplied, access.StatusUnknown)
	resultWords  = named("a policy's result", access.ResultSuccess, access.ResultFailure, access.ResultNotApplied, access.ResultNotEnabled, access.ResultUnknown,
		access.ResultReportOnlySuccess, access.ResultReportOnlyFailure, access.ResultReportOnlyNotApplied, access.ResultReportOnlyInterrupted)
	conditionWords = named("a condition", access.ConditionApplication, access.ConditionUsers, access.ConditionPlatform, access.ConditionLocation, access.ConditionClientType,
		access.ConditionSignInRisk, access.ConditionUserRisk, access.ConditionDeviceState, access.ConditionServicePrincipals, access.ConditionServicePrincipalRisk,
		access.ConditionFlows, access.ConditionInsiderRisk, access.ConditionInvalid)
)

func (d *caseDraft) expectation(n *node) (expectation, error) {
	args := n.args()
	if len(args) == 0 {
		return expectation{}, n.after().errorf("expected a verdict, a policy's name in quotes, missing, status, session or refused")
	}
	e := expectation{at: args[0].Position, text: spell(args)}
	var err error
	switch t := args[0]; {
	case t.kind == quoted:
		e.policy, e.got, err = d.expectPolicy(t, args[1:])
	case t.is("policy") && len(args) > 1:
		e.policy, e.got, err = d.expectPolicy(args[1], args[2:])
	case t.is("missing"):
		e.got, err = d.expectMissing(t, args[1:])
	case t.is("status"):
		e.got, err = expectStatus(t, args[1:])
	case t.is("session"):
		e.got, err = expectSession(args[1:])
	case t.is("refused"):
		e.refusal = true
		e.got, err = d.expectRefused(args[1:])
	default:
		e.got, err = expectVerdict(t, args[1:])
	}
	return e, err
}

// spell writes tokens as a case file has them.
func spell(tokens []token) string {
	var parts []string
	for _, t := range tokens {
		if t.kind == quoted {
			parts = append(parts, strconv.Quote(t.text))
			continue
		}
		parts = append(parts, t.text)
	}
	return strings.ReplaceAll(strings.Join(parts, " "), " = ", "=")
}

func expectVerdict(t token, args []token) (func(*Answer, error) string, error) {
	want, err := verdictWords.look(t)
	if err != nil {
		return nil, unknownWord(t, "a verdict, a policy's name in quotes, or what to expect", append(slices.Clone(verdictWords.shown), "missing", "status", "session", "refused"))
	}
	code := access.ResultCode(0)
	exact := want == access.Grant
	if len(args) > 0 {
		c, err := one(t, args, "a result code")
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseInt(c.text, 10, 32)
		if err != nil {
			return nil, c.errorf("found %s, expected a result code such as 53003", c.shown())
		}
		code, exact = access.ResultCode(number), true
	}
	return func(a *Answer, _ error) string {
		if a.Verdict == want && (!exact || a.Code == code) {
			return ""
		}
		return fmt.Sprintf("%v %d", a.Verdict, a.Code)
	}, nil
}

func expectStatus(t token, args []token) (func(*Answer, error) string, error) {
	x, err := one(t, args, statusWords.wanted)
	if err != nil {
		return nil, err
	}
	want, err := statusWords.look(x)
	return func(a *Answer, _ error) string {
		if a.Status == want {
			return ""
		}
		return "status " + a.Status.String()
	}, err
}

func expectSession(args []token) (func(*Answer, error) string, error) {
	want, err := sessionControls(noneOr(args))
	return func(a *Answer, _ error) string {
		if strictest(a.Session) == strictest(want) {
			return ""
		}
		return "session " + spellSession(a.Session)
	}, err
}

// expectMissing compares what the enabled policies that are not met still
// demand, taken together.
func (d *caseDraft) expectMissing(t token, args []token) (func(*Answer, error) string, error) {
	want, err := d.requirements(t, args)
	return func(a *Answer, _ error) string {
		var got []access.Requirement
		for _, o := range a.Outcomes {
			if o.Policy.State != access.StateEnabled || o.Result != access.ResultFailure && o.Result != access.ResultUnknown {
				continue
			}
			for _, r := range o.Missing {
				if !slices.Contains(got, r) {
					got = append(got, r)
				}
			}
		}
		if sameRequirements(got, want) {
			return ""
		}
		return "missing " + d.Case.names.spellRequirements(got)
	}, err
}

// requirements reads controls, strength:NAME, terms:NAME and custom:NAME, or
// the word none.
func (d *caseDraft) requirements(t token, args []token) ([]access.Requirement, error) {
	if len(args) == 0 {
		return nil, t.errorf("%q has no list; expected controls, or none", t.text)
	}
	var out []access.Requirement
	for _, x := range noneOr(args) {
		g := access.GrantControls{}
		draft := policyDraft{names: d.attempt.names}
		if err := draft.item(&g, x); err != nil {
			return nil, err
		}
		r := access.Requirement{Control: g.Controls, Strength: g.Strength}
		if len(g.TermsOfUse) > 0 {
			r.TermsOfUse = g.TermsOfUse[0]
		}
		if len(g.Custom) > 0 {
			r.Custom = g.Custom[0]
		}
		out = append(out, r)
	}
	return out, nil
}

func sameRequirements(a, b []access.Requirement) bool {
	if len(a) != len(b) {
		return false
	}
	for _, r := range a {
		if !slices.ContainsFunc(b, func(x access.Requirement) bool { return strings.EqualFold(x.String(), r.String()) }) {
			return false
		}
	}
	return true
}

func (n *names) spellRequirements(list []access.Requirement) string {
	if len(list) == 0 {
		return "none"
	}
	var parts []string
	for _, r := range list {
		switch {
		case r.Strength != "":
			parts = append(parts, "strength:"+n.show(string(r.Strength)))
		case r.TermsOfUse != "":
			parts = append(parts, "terms:"+n.show(string(r.TermsOfUse)))
		case r.Custom != "":
			parts = append(parts, "custom:"+r.Custom)
		default:
			parts = append(parts, r.Control.String())
		}
	}
	return strings.Join(parts, ", ")
}

// expectPolicy reads a result and what it is because of:
//
//	"name" notApplied because location, users
//	"name" failure missing mfa
//	"name" unknown open location held users
func (d *caseDraft) expectPolicy(name token, args []token) (access.PolicyID, func(*Answer, error) string, error) {
	id, err := d.policyID(name)
	if err != nil {
		return "", nil, err
	}
	var checks []func(*access.Outcome) string
	for len(args) > 0 {
		end := 1
		for end < len(args) && !isClause(args[end]) {
			end++
		}
		check, err := d.clause(args[:end])
		if err != nil {
			return "", nil, err
		}
		checks = append(checks, check)
		args = args[end:]
	}
	if len(checks) == 0 {
		return "", nil, name.errorf("expected what the policy must do, such as failure, or: notApplied because location")
	}
	return id, func(a *Answer, _ error) string {
		for i := range a.Outcomes {
			if a.Outcomes[i].Policy.ID != id {
				continue
			}
			var got []string
			for _, check := range checks {
				if g := check(&a.Outcomes[i]); g != "" {
					got = append(got, g)
				}
			}
			return strings.Join(got, " ")
		}
		return "no outcome of this policy"
	}, nil
}

func (d *caseDraft) policyID(name token) (access.PolicyID, error) {
	var known []string
	var found []access.PolicyID
	for i := range d.policies {
		p := &d.policies[i]
		if strings.EqualFold(string(p.ID), name.text) {
			return p.ID, nil
		}
		if strings.EqualFold(p.DisplayName, name.text) {
			found = append(found, p.ID)
		}
		known = append(known, p.DisplayName)
	}
	switch len(found) {
	case 0:
		return "", unknownWord(name, "the name of a policy above", known)
	case 1:
		return found[0], nil
	}
	return "", name.errorf("%d policies are called %s; name the one by its id, such as %q", len(found), name.shown(), found[0])
}

func isClause(t token) bool {
	return t.is("because") || t.is("held") || t.is("open") || t.is("missing")
}

func (d *caseDraft) clause(words []token) (func(*access.Outcome) string, error) {
	t := words[0]
	conditions := func(of func(*access.Outcome) access.Condition) (func(*access.Outcome) string, error) {
		if len(words) == 1 {
			return nil, t.errorf("%q has no list; expected conditions, or none", t.text)
		}
		want, err := union(conditionWords, noneOr(words[1:]))
		return func(o *access.Outcome) string {
			if of(o) == want {
				return ""
			}
			return t.text + " " + strings.ReplaceAll(of(o).String(), ",", ", ")
		}, err
	}
	switch {
	case t.is("because"):
		return conditions(func(o *access.Outcome) access.Condition { return o.Missed })
	case t.is("held"):
		return conditions(func(o *access.Outcome) access.Condition { return o.Held })
	case t.is("open"):
		return conditions(func(o *access.Outcome) access.Condition { return o.Open })
	case t.is("missing"):
		want, err := d.requirements(t, words[1:])
		return func(o *access.Outcome) string {
			if sameRequirements(o.Missing, want) {
				return ""
			}
			return "missing " + d.Case.names.spellRequirements(o.Missing)
		}, err
	}
	want, err := resultWords.look(t)
	if err != nil {
		return nil, err
	}
	if len(words) > 1 {
		return nil, unknownWord(words[1], "because, held, open or missing", []string{"because", "held", "open", "missing"})
	}
	return func(o *access.Outcome) string {
		if o.Result == want {
			return ""
		}
		return o.Result.String()
	}, nil
}

// expectRefused reads
//
//	expect refused
//	expect refused "name of a policy, location or strength" CA-103
func (d *caseDraft) expectRefused(args []token) (func(*Answer, error) string, error) {
	var wantName, wantRule string
	for _, t := range args {
		switch {
		case t.kind == quoted && wantName == "":
			wantName = t.text
		case ruleID.MatchString(t.text) && wantRule == "":
			wantRule = t.text
		default:
			return nil, t.errorf("found %s, expected: refused \"NAME\" RULE", t.shown())
		}
	}
	return func(_ *Answer, err error) string {
		if err == nil {
			return "an answer"
		}
		var faults access.Faults
		if !errors.As(err, &faults) {
			return err.Error()
		}
		for _, f := range faults {
			if (wantName == "" || f.DisplayName == wantName) && (wantRule == "" || f.Rule == wantRule) {
				return ""
			}
		}
		var got []string
		for _, f := range faults {
			got = append(got, fmt.Sprintf("refused %q %s (%v)", f.DisplayName, f.Rule, f))
		}
		return strings.Join(got, "; ")
	}, nil
}
