package signin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// refusal shapes what stopped the attempt for whoever may see it.
func (r *run) refusal(s *stop) *Refusal {
	code := s.code
	if s.told != 0 {
		code = s.told
	}
	level := directory.DiscloseCondition
	if r.tenant != nil {
		level = r.tenant.Settings.Disclosure
	}
	refusal := &Refusal{
		Code: code, RequestID: r.caller.RequestID, Correlation: r.correlation(), Time: r.now, Silent: r.silent || r.subject != nil,
		Claims: s.claims, Tenant: r.tenantView(), App: r.appView(), User: r.userView(), Disclosure: level,
	}
	if r.a != nil {
		refusal.Request = r.a.Request
	}
	if level == directory.DiscloseNone || level == directory.DiscloseCode {
		return refusal
	}
	if entry, ok := result.Lookup(code); ok {
		refusal.Temporary, refusal.Fixers = entry.Duration == result.Temporary, entry.Fixers
	}
	refusal.Values = r.values(level)
	// Nothing is told of policies before the first factor was proved.
	if r.decided == nil || s.stage != result.StageConditionalAccess || !r.appOnly() && !r.proved() {
		return refusal
	}
	r.explain(refusal)
	return refusal
}

// explain adds what would help, and where the tenant allows it, which
// conditions took part and what was seen of them.
func (r *run) explain(refusal *Refusal) {
	remedies := r.decided.Remedies()
	told := map[bool]int{} // by whether the person can carry it out
	for _, m := range remedies {
		if mine := m.By() == access.ByUser; told[mine] < mostRemedies {
			told[mine]++
			refusal.Remedies = append(refusal.Remedies, tellRemedy(m))
		}
	}
	if len(remedies) > 0 {
		refusal.Temporary = remedies[0].By() == access.ByUser
	}
	if refusal.Disclosure != directory.DiscloseCondition {
		return
	}
	var named access.Condition
	for i := range r.decided.Outcomes {
		o := &r.decided.Outcomes[i]
		if o.Policy.State != access.StateEnabled || o.Result != access.ResultFailure && o.Result != access.ResultUnknown {
			continue
		}
		for _, reason := range r.decided.Reasons(i) {
			if named&reason.Condition != 0 || reason.Truth == access.False {
				continue
			}
			named |= reason.Condition
			refusal.Conditions = append(refusal.Conditions, Condition{Kind: reason.Condition, Seen: r.seenOf(reason.Condition)})
		}
	}
}

// mostRemedies bounds what a page lists: the nearest ones. Those of the person
// are counted by themselves: a page without any says that there is none.
const mostRemedies = 5

// tellRemedy leaves out what a remedy must not name: which places and policies
// there are.
func tellRemedy(m access.Remedy) Remedy {
	told := Remedy{By: m.By()}
	for _, c := range m.Changes {
		change := Change{Kind: c.Kind, By: c.By}
		switch c.Kind {
		case access.ChangeLocation, access.ChangeTrustedLocation, access.ChangeExclude, access.ChangeOtherCountry, access.ChangeLeaveNetwork:
		default:
			change.Value = c.Value
		}
		told.Changes = append(told.Changes, change)
	}
	return told
}

// seenOf writes the value seen of a condition, for the person themselves: never
// what the policy wanted.
func (r *run) seenOf(c access.Condition) string {
	f := r.facts
	switch c {
	case access.ConditionLocation:
		seen := strings.Join(slices.DeleteFunc([]string{r.ipText(), f.Country.Or("")}, func(s string) bool { return s == "" }), ", ")
		return seen
	case access.ConditionPlatform:
		return f.Platform.Or(0).String()
	case access.ConditionClientType:
		return f.ClientApp.Or(0).String()
	case access.ConditionSignInRisk:
		return f.SignInRisk.Or(0).String()
	case access.ConditionUserRisk:
		return f.UserRisk.Or(0).String()
	case access.ConditionFlows:
		return f.Flow.Or(0).String()
	case access.ConditionDeviceState:
		return r.deviceState()
	case access.ConditionApplication:
		return r.resourceName()
	}
	return ""
}

func (r *run) ipText() string {
	if addr := r.seen().Address; addr.IsValid() {
		return addr.Unmap().String()
	}
	return ""
}

// deviceState is one word for the device: unregistered, compliant,
// notCompliant, hybridJoined or registered.
func (r *run) deviceState() string {
	switch d := r.device; {
	case d == nil:
		return "unregistered"
	case d.IsCompliant != nil && *d.IsCompliant:
		return "compliant"
	case d.TrustType == directory.HybridJoined:
		return "hybridJoined"
	case d.IsCompliant != nil:
		return "notCompliant"
	}
	return "registered"
}

func (r *run) resourceName() string {
	switch {
	case r.resource != nil:
		return r.resource.Principal.DisplayName
	case r.client != nil:
		return r.client.DisplayName
	}
	return ""
}

// values are what was seen of the person, for the catalogue's texts.
func (r *run) values(level directory.Disclosure) result.Values {
	v := result.Values{}
	put := func(p result.Placeholder, s string) {
		if s != "" {
			v[p] = s
		}
	}
	put(result.PlaceholderApp, r.appView().DisplayName)
	put(result.PlaceholderTenant, r.tenantView().DisplayName)
	put(result.PlaceholderResource, r.resourceName())
	if u := r.userView(); u != nil {
		put(result.PlaceholderUser, u.Name)
	}
	if r.a != nil {
		put(result.PlaceholderRedirectURI, r.a.Request.RedirectURI)
		put(result.PlaceholderPermission, strings.Join(r.a.Request.Scopes, " "))
	}
	if level != directory.DiscloseCondition || r.facts == nil {
		return v
	}
	put(result.PlaceholderIPAddress, r.ipText())
	put(result.PlaceholderCountry, r.facts.Country.Or(""))
	put(result.PlaceholderPlatform, r.facts.Platform.Or(0).String())
	put(result.PlaceholderClientApp, r.facts.ClientApp.Or(0).String())
	put(result.PlaceholderDeviceState, r.deviceState())
	return v
}

// claimsOf is the claims challenge that names the policies which are not met
// (SI-214); empty if none is.
func claimsOf(e *access.Explanation) string {
	var ids []string
	for _, o := range e.Outcomes {
		if o.Policy.State == access.StateEnabled && (o.Result == access.ResultFailure || o.Result == access.ResultUnknown) && directory.IsGUID(string(o.Policy.ID)) {
			ids = append(ids, string(o.Policy.ID))
		}
	}
	if len(ids) == 0 {
		return ""
	}
	type request struct {
		Essential bool     `json:"essential"`
		Values    []string `json:"values"`
	}
	text, err := json.Marshal(map[string]map[string]request{"access_token": {"capolids": {true, ids}}})
	if err != nil {
		panic(err) // plain text always encodes
	}
	return string(text)
}

// OAuthError is how an endpoint tells a refusal to a client (sign-in.md §2).
type OAuthError struct {
	Error    string
	SubError string
	// SubCode is the authorize endpoint's error_subcode: cancel.
	SubCode string
	// Claims is a JSON document; empty: none.
	Claims string
	Status int // of HTTP, at the token endpoint
}

// Entry returns the catalogue's entry of the code.
func (r *Refusal) Entry() result.Entry {
	entry, _ := result.Lookup(r.Code)
	return entry
}

// Token returns how the token endpoint tells the refusal. A code that cannot
// occur there is told as a grant that does not hold.
func (r *Refusal) Token() OAuthError {
	answer := r.Entry().Token
	e := OAuthError{Error: answer.Error, SubError: answer.SubError, Status: answer.Status}
	if e.Error == "" {
		e.Error = "invalid_grant"
	}
	if e.Status == 0 {
		e.Status = 400
	}
	if answer.Claims {
		e.Claims = r.Claims
	}
	return e
}

// Authorize returns how the authorize endpoint tells the refusal to the client
// by redirect.
func (r *Refusal) Authorize() OAuthError {
	entry := r.Entry()
	e := OAuthError{Error: entry.Authorize.Error, SubError: entry.Token.SubError}
	if r.Silent || e.Error == "" {
		e.Error = entry.Authorize.SilentError
	}
	switch {
	case e.Error == "" && r.Silent && entry.Authorize.Error != "":
		e.Error = entry.Authorize.Error
	case e.Error == "" && r.Silent:
		e.Error = "interaction_required"
	case e.Error == "":
		e.Error = "invalid_request"
	}
	if r.Code == result.UserDeclinedConsent {
		e.SubCode = "cancel"
	}
	if entry.Token.Claims {
		e.Claims = r.Claims
	}
	return e
}

// Description returns error_description: the code, what it means in English,
// and the ids by which it is found (SI-200). Where the tenant discloses nothing
// it is the ids only.
func (r *Refusal) Description() string {
	text := "The request was refused."
	if entry := r.Entry(); entry.Code == r.Code && r.Disclosure != directory.DiscloseNone {
		text = entry.Text(result.English).Fill(r.Values).Summary
	}
	return fmt.Sprintf("%s%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
		result.Prefix, r.Code, text, r.RequestID, r.Correlation, r.Time.UTC().Format("2006-01-02 15:04:05Z"))
}
