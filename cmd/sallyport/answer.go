package main

import (
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
)

// answer is what whatif tells of one attempt, as programs read it.
type answer struct {
	Decision        string         `json:"decision"`
	ResultCode      *int           `json:"resultCode"` // null if undetermined
	ResultName      string         `json:"resultName,omitempty"`
	Status          string         `json:"conditionalAccessStatus"`
	Explanation     string         `json:"explanation"`
	MissingControls []string       `json:"missingControls"`
	Policies        []policyAnswer `json:"policies"`
	SessionControls map[string]any `json:"sessionControls"`
	Remedies        []remedyAnswer `json:"remedies"`
}

type policyAnswer struct {
	ID                     string         `json:"id"`
	DisplayName            string         `json:"displayName"`
	State                  string         `json:"state"`
	Result                 string         `json:"result"`
	ConditionsNotSatisfied []string       `json:"conditionsNotSatisfied"`
	ConditionsUnknown      []string       `json:"conditionsUnknown,omitempty"`
	MissingControls        []string       `json:"missingControls"`
	Reasons                []reasonAnswer `json:"reasons"`
}

type reasonAnswer struct {
	Condition string `json:"condition"`
	Satisfied *bool  `json:"satisfied"` // null if it depends on an unknown fact
	Wanted    string `json:"wanted"`
	Seen      string `json:"seen"`
}

type remedyAnswer struct {
	Change map[string]string `json:"change"` // fact, or "policy", and what it changes to
	By     string            `json:"by"`
}

// answerOf puts an explanation into words and numbers.
func answerOf(e *access.Explanation) answer {
	a := answer{
		Decision: e.Verdict.String(), Status: e.Status.String(), Explanation: sentence(e),
		MissingControls: requirements(e.Missing()), Policies: []policyAnswer{}, SessionControls: map[string]any{}, Remedies: []remedyAnswer{},
	}
	if e.Code != access.CodeUndetermined {
		code := int(e.Code)
		a.ResultCode = &code
		entry, _ := result.Lookup(result.Code(code))
		a.ResultName = entry.Name
	}
	for i := range e.Outcomes {
		a.Policies = append(a.Policies, policyAnswerOf(e, i))
	}
	if e.Verdict == access.Grant {
		a.SessionControls = sessionAnswer(&e.Session)
	}
	for _, r := range e.Remedies() {
		a.Remedies = append(a.Remedies, remedyAnswerOf(&r))
	}
	return a
}

// sentence tells in one sentence what the decision means.
func sentence(e *access.Explanation) string {
	switch e.Verdict {
	case access.Grant:
		return "Every policy that applies is met."
	case access.Undetermined:
		return "The answer depends on something that is not known."
	}
	entry, ok := result.Lookup(result.Code(e.Code))
	if !ok {
		return ""
	}
	return entry.Text(result.English).Summary
}

func policyAnswerOf(e *access.Explanation, i int) policyAnswer {
	o := &e.Outcomes[i]
	p := policyAnswer{
		ID: string(o.Policy.ID), DisplayName: o.Policy.DisplayName, State: o.Policy.State.String(), Result: o.Result.String(),
		ConditionsNotSatisfied: conditionNames(o.Missed), ConditionsUnknown: conditionNames(o.Open),
		MissingControls: requirements(o.Missing), Reasons: []reasonAnswer{},
	}
	for _, r := range e.Reasons(i) {
		answer := reasonAnswer{Condition: r.Condition.String(), Wanted: r.Wanted, Seen: r.Seen}
		if r.Truth != access.Unknown {
			held := r.Truth == access.True
			answer.Satisfied = &held
		}
		p.Reasons = append(p.Reasons, answer)
	}
	return p
}

// conditionNames lists the conditions of a set, lowest first.
func conditionNames(set access.Condition) []string {
	names := []string{}
	for bit := access.Condition(1); bit != 0; bit <<= 1 {
		if set&bit != 0 {
			names = append(names, bit.String())
		}
	}
	return names
}

func requirements(list []access.Requirement) []string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = r.String()
	}
	return names
}

func remedyAnswerOf(r *access.Remedy) remedyAnswer {
	answer := remedyAnswer{Change: map[string]string{}, By: r.By().String()}
	for _, c := range r.Changes {
		what := c.Fact
		if what == "" {
			what = "policy"
		}
		if before := answer.Change[what]; before != "" {
			answer.Change[what] = before + "; " + c.To
		} else {
			answer.Change[what] = c.To
		}
	}
	return answer
}

// sessionAnswer writes session controls with Graph's words. Two factors may
// have to be repeated at different times, for which Graph has no words, since
// it comes from several policies: then the second has a member of its own.
func sessionAnswer(s *access.SessionControls) map[string]any {
	all := map[string]any{}
	f := s.SignInFrequency
	primary, secondary := frequency(f.Primary, f.PrimaryEveryTime), frequency(f.Secondary, f.SecondaryEveryTime)
	switch {
	case primary != nil && f.Primary == f.Secondary && f.PrimaryEveryTime == f.SecondaryEveryTime:
		primary["authenticationType"] = "primaryAndSecondaryAuthentication"
		all["signInFrequency"] = primary
	case primary != nil && secondary != nil:
		all["signInFrequency"], all["secondarySignInFrequency"] = primary, secondary
	case secondary != nil:
		secondary["authenticationType"] = "secondaryAuthentication"
		all["signInFrequency"] = secondary
	case primary != nil:
		all["signInFrequency"] = primary
	}
	word := func(name, member string, i int, words ...string) {
		if i > 0 && i <= len(words) {
			all[name] = map[string]any{"isEnabled": true, member: words[i-1]}
		}
	}
	word("persistentBrowser", "mode", int(s.PersistentBrowser), "always", "never")
	word("cloudAppSecurity", "cloudAppSecurityType", int(s.CloudAppSecurity), "mcasConfigured", "monitorOnly", "blockDownloads")
	word("continuousAccessEvaluation", "mode", int(s.ContinuousAccess), "disabled", "strictEnforcement", "strictLocation")
	if s.AppEnforcedRestrictions {
		all["applicationEnforcedRestrictions"] = map[string]any{"isEnabled": true}
	}
	if s.TokenProtection {
		all["secureSignInSession"] = map[string]any{"isEnabled": true}
	}
	if s.DisableResilienceDefaults {
		all["disableResilienceDefaults"] = true
	}
	if s.SecurityProfile != "" {
		all["globalSecureAccessFilteringProfile"] = map[string]any{"isEnabled": true, "profileId": s.SecurityProfile}
	}
	return all
}

// frequency writes one sign-in frequency; nil for none.
func frequency(every time.Duration, everyTime bool) map[string]any {
	const day = 24 * time.Hour
	switch {
	case everyTime:
		return map[string]any{"isEnabled": true, "frequencyInterval": "everyTime"}
	case every == 0:
		return nil
	case every%day == 0:
		return map[string]any{"isEnabled": true, "frequencyInterval": "timeBased", "value": int(every / day), "type": "days"}
	}
	return map[string]any{"isEnabled": true, "frequencyInterval": "timeBased", "value": int(every / time.Hour), "type": "hours"}
}
