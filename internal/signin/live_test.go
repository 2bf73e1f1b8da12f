package signin_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/internal/signin"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
	"github.com/sallyport-id/sallyport/result"
)

// lockNever lets a test guess.
func lockNever(s *directory.Settings) {
	s.Lockout = directory.LockoutRules{Threshold: 50, First: 5 * time.Second, Longest: 5 * time.Second}
}

// What was recorded suffices to decide again, with the same answer.
func TestRecordedDecisionIsRecomputed(t *testing.T) {
	w := newWorld(t)
	w.blockCountry("BR")
	w.policy("watch", "enabledForReportingButNotEnforced", "", needCompliant, "")
	w.policy("off", "disabled", "", block, "")
	w.policy("mfa", "enabled", "", needMFA, "")
	secret := w.totp(&w.ann)
	b := w.browser().signIn(w.request(), "ann@contoso.example").post(signin.Input{Code: w.code(secret)})
	b.finish()
	w.browser().from(abroad).signIn(w.request(), "ann@contoso.example").wantRefusal(53003)

	documents, err := w.d.PolicySets.PolicySet(t.Context(), w.tenant.ID)
	w.must(err)
	var src access.Source
	for _, d := range documents.Policies {
		list, err := graphjson.DecodePolicies("", d.JSON)
		w.must(err)
		src.Policies = append(src.Policies, list[0].Policy)
	}
	for _, d := range documents.Locations {
		list, err := graphjson.DecodeLocations("", d.JSON)
		w.must(err)
		src.Locations = append(src.Locations, list[0].Location)
	}
	set, err := access.Compile(src, access.Options{Live: true, CarryUnresolved: true})
	w.must(err)
	records := w.records()
	if len(records) != 3 {
		t.Fatalf("%d records", len(records))
	}
	results := map[string]bool{}
	for _, r := range records {
		if r.PolicySetHash != set.Hash() {
			t.Errorf("%d: hash %s, want %s", r.Status.ErrorCode.Value, r.PolicySetHash, set.Hash())
		}
		facts, err := graphjson.ReadFacts("inputs", r.Inputs)
		w.must(err)
		e := set.Explain(&facts[0])
		if e.Code != r.Status.ErrorCode.Value && !(e.Code == 0 && r.Status.ErrorCode.Value == 0) {
			t.Errorf("recorded %d, recomputed %d", r.Status.ErrorCode.Value, e.Code)
		}
		if len(r.AppliedPolicies) != len(e.Outcomes) {
			t.Fatalf("%d outcomes recorded, %d recomputed", len(r.AppliedPolicies), len(e.Outcomes))
		}
		for i, o := range e.Outcomes {
			if got := r.AppliedPolicies[i]; got.Result.Value != o.Result || got.Satisfied.Value != o.Held || got.NotSatisfied.Value != o.Missed {
				t.Errorf("%s: recorded %+v, recomputed %v", got.DisplayName, got, o.Result)
			}
			results[o.Result.String()] = true
		}
	}
	for _, want := range []string{"success", "failure", "notApplied", "notEnabled", "reportOnlyFailure"} {
		if !results[want] {
			t.Errorf("no policy came to %s: %v", want, results)
		}
	}
}

// What is not known stays unknown, and each policy says what that means.
func TestUnknownFacts(t *testing.T) {
	conditions := map[string]func(w *world) string{
		"address":  func(w *world) string { return `"locations":{"includeLocations":["` + w.location("BR") + `"]}` },
		"platform": func(*world) string { return `"platforms":{"includePlatforms":["linux"]}` },
		"insider":  func(*world) string { return `"insiderRiskLevels":"elevated"` },
	}
	for name, condition := range conditions {
		w := newWorld(t)
		id := w.policy(name, "enabled", condition(w), block, "")
		b := w.browser()
		b.caller.Address, b.caller.UserAgent = netip.Addr{}, ""
		b.signIn(w.request(), "ann@contoso.example").wantRefusal(53003)
		if inputs := string(w.last().Inputs); strings.Contains(inputs, "ipAddress") || strings.Contains(inputs, "country") || strings.Contains(inputs, "devicePlatform") {
			t.Errorf("%s: inputs %s", name, inputs)
		}
		_, err := w.d.Policies.Update(t.Context(), storetest.Change(), w.tenant.ID, id, func(d *directory.Document) error {
			d.JSON = json.RawMessage(strings.Replace(string(d.JSON), `"state"`, `"@sallyport.onUnknown":"skips","state"`, 1))
			return nil
		})
		w.must(err)
		b.post(signin.Input{Action: signin.ActionRetry}).finish()
	}
}

func TestRiskBecomesFacts(t *testing.T) {
	w := newWorld(t)
	w.policy("risky", "enabled", `"signInRiskLevels":["medium","high"]`, needMFA, "")
	secret := w.totp(&w.ann)
	b := w.browser().signIn(w.request(), "ann@contoso.example")
	b.finish()
	w.now = w.now.Add(time.Hour)
	far := w.browser().from(abroad).signIn(w.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074) // nobody flies that fast
	if r := w.last(); r.RiskLevelDuringSignIn != "medium" || !slices.Contains(r.RiskEventTypes, string(risk.ImpossibleTravel)) {
		t.Errorf("record: risk %s by %v", r.RiskLevelDuringSignIn, r.RiskEventTypes)
	}
	far.post(signin.Input{Code: w.code(secret)}).finish()

	// A person without a second factor may not register one while at risk.
	w.credentials(&w.ann, func(_ *directory.User, c *directory.UserCredentials) { c.TOTP = nil })
	w.now = w.now.Add(time.Minute)
	w.browser().signIn(w.request(), "ann@contoso.example").wantRefusal(53004)
}

func TestPasswordSprayFromAnAddress(t *testing.T) {
	w := newWorld(t)
	w.policy("risky", "enabled", `"signInRiskLevels":["high"]`, block, "")
	for i := range 8 {
		w.browser().begin(w.request()).post(signin.Input{Name: strings.Repeat("x", i+1) + "@contoso.example"}).post(signin.Input{Password: "Summer2026!"}).wantPage(signin.PagePassword, 50126)
	}
	w.browser().signIn(w.request(), "ann@contoso.example").wantRefusal(53003)
	w.browser().from(abroad).signIn(w.request(), "ann@contoso.example").finish() // from elsewhere they come in
}

func TestUserRiskIsRemediated(t *testing.T) {
	w := newWorld(t)
	secret := w.totp(&w.ann)
	w.policy("change", "enabled", `"userRiskLevels":["low","medium","high"]`, `{"operator":"AND","builtInControls":["mfa","passwordChange"]}`, "")
	w.browser().signIn(w.request(), "ann@contoso.example").finish()
	w.now = w.now.Add(time.Hour)
	w.browser().from(abroad).signIn(w.request(), "ann@contoso.example").finish() // risky, and it sticks
	w.now = w.now.Add(24 * time.Hour)
	b := w.browser().from(abroad).signIn(w.request(), "ann@contoso.example").wantPage(signin.PageCode, 50074)
	b.post(signin.Input{Code: w.code(secret)}).wantPage(signin.PageChangePassword, 50142)
	b.post(signin.Input{NewPassword: "another horse 8 staple", Repeated: "another horse 8 staple"}).finish()
	w.now = w.now.Add(time.Hour)
	b.begin(w.request()).finish()
	if r := w.last(); r.RiskLevelAggregated != "none" {
		t.Errorf("user risk %s", r.RiskLevelAggregated)
	}
}

func TestDisclosure(t *testing.T) {
	for _, level := range []directory.Disclosure{directory.DiscloseNone, directory.DiscloseCode, directory.DiscloseRemedy, directory.DiscloseCondition} {
		w := newWorld(t)
		w.settings(func(s *directory.Settings) { s.Disclosure = level })
		w.policy("office only", "enabled", `"locations":{"includeLocations":["All"],"excludeLocations":["`+w.office()+`"]}`, block, "")
		refusal := w.browser().signIn(w.request(), "ann@contoso.example").wantRefusal(53003)
		text, err := json.Marshal(refusal)
		w.must(err)
		remedy, condition := level == directory.DiscloseRemedy || level == directory.DiscloseCondition, level == directory.DiscloseCondition
		if got := len(refusal.Remedies) > 0; got != remedy {
			t.Errorf("%s: remedies %v", level, refusal.Remedies)
		}
		if got := len(refusal.Conditions) > 0; got != condition {
			t.Errorf("%s: conditions %v", level, refusal.Conditions)
		}
		if _, got := refusal.Values[result.PlaceholderIPAddress]; got != condition {
			t.Errorf("%s: values %v", level, refusal.Values)
		}
		for _, secret := range []string{"192.0.2", "head office", "office only"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: the person is told %q", level, secret)
			}
		}
		if d := refusal.Description(); !strings.HasPrefix(d, "AADSTS53003: ") || !strings.Contains(d, refusal.RequestID) {
			t.Errorf("%s: description %q", level, d)
		}
		if condition && !slices.ContainsFunc(refusal.Conditions, func(c signin.Condition) bool {
			return c.Kind == access.ConditionLocation && strings.Contains(c.Seen, home)
		}) {
			t.Errorf("the address is not among the conditions: %+v", refusal.Conditions)
		}
	}
}

// office keeps a named location of addresses.
func (w *world) office() string {
	w.Helper()
	id := storetest.ID()
	w.must(w.d.Locations.Create(w.Context(), storetest.Change(), &directory.Document{
		Kind: directory.LocationDocument, ID: id, TenantID: w.tenant.ID, DisplayName: "head office", Created: w.now,
		JSON: json.RawMessage(`{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"` + id + `","displayName":"head office","isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"192.0.2.0/24"}]}`),
	}))
	return id
}

// The words that make a client library take an error for another kind never
// stand in a description (SI-132).
func TestDescriptionWords(t *testing.T) {
	for _, entry := range result.All() {
		d := (&signin.Refusal{Code: entry.Code, Disclosure: directory.DiscloseCondition}).Description()
		for _, word := range []string{"interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed", "interrupted_user"} {
			if strings.Contains(d, word) {
				t.Errorf("%d: %q contains %s", entry.Code, d, word)
			}
		}
	}
}

func TestPlatformAndClient(t *testing.T) {
	tests := []struct{ hint, agent, platform string }{
		{"Windows", "", "windows"}, {"macOS", "anything", "macOS"}, {"Chrome OS", "", "unknown"}, {"Linux", "Mozilla/5.0 (Windows NT 10.0)", "linux"},
		{"", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", "iOS"},
		{"", "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36", "android"},
		{"", "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) Edge/15", "windowsPhone"},
		{"", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "unknown"},
		{"", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "macOS"},
		{"", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "linux"},
		{"", "Go-http-client/2.0", "unknown"},
	}
	w := newWorld(t)
	w.changeApp(&w.app, func(a *directory.Application) { a.Redirects.Public = []string{"http://localhost"} })
	for _, test := range tests {
		b := w.browser()
		b.caller.Hints.Platform, b.caller.UserAgent = test.hint, test.agent
		b.signIn(w.request(func(r *signin.Request) { r.RedirectURI = "http://localhost:5000" }), "ann@contoso.example").finish()
		var inputs struct{ DevicePlatform, ClientAppType string }
		w.must(json.Unmarshal(w.last().Inputs, &inputs))
		if inputs.DevicePlatform != test.platform || inputs.ClientAppType != "mobileAppsAndDesktopClients" {
			t.Errorf("hint %q, agent %q: %+v, want %s", test.hint, test.agent, inputs, test.platform)
		}
	}
}
