package replay_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/signinlog"
)

const proposed = "../../examples/contoso-proposed"

func all(list []*signinlog.Record) iter.Seq2[*signinlog.Record, error] {
	return func(yield func(*signinlog.Record, error) bool) {
		for _, rec := range list {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func run(t *testing.T, list []*signinlog.Record, before, after *replay.Decider) *replay.Report {
	t.Helper()
	r, err := replay.Run(context.Background(), all(list), before, after, replay.Options{Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Counts; c.Agree+c.Disagree+c.Undetermined != c.Records || c.Records != int64(len(list)) {
		t.Errorf("%d records: the counts do not add up: %+v", len(list), c)
	}
	if i := r.Impact; i != nil {
		var changed int64
		for _, c := range r.Changes {
			changed += c.Count
		}
		if changed+i.Unchanged+i.Unknown+r.Counts.BeforeAccess != r.Counts.Records || changed != i.NewlyBlocked+i.NewlyChallenged+i.NewlyLetIn+i.Eased+i.Undetermined {
			t.Errorf("the changes do not add up: %+v, %d changed", i, changed)
		}
	}
	return r
}

func decider(t testing.TB, paths ...string) *replay.Decider {
	t.Helper()
	tenant, set := compile(t, paths...)
	return replay.NewDecider(set, tenant)
}

func TestHistoryAgreesWithItsOwnPolicies(t *testing.T) {
	r := run(t, records(t, exampleLog), decider(t, contoso), nil)
	if r.Counts.Disagree != 0 || r.Counts.BeforeAccess != 3 || len(r.Disagreements) != 0 {
		t.Errorf("%+v %+v", r.Counts, r.Disagreements)
	}
	// No log tells whether a password was changed in the session.
	if len(r.Undetermined) != 1 || r.Undetermined[0].Count != 1 || !slices.Equal(r.Undetermined[0].MissingFacts, []string{"passwordChanged"}) {
		t.Errorf("undetermined %+v", r.Undetermined)
	}
}

func TestOtherPoliciesDisagreeAndSayWhy(t *testing.T) {
	tenant := compileOnly(t, contoso)
	_, other := compile(t, proposed)
	r := run(t, records(t, exampleLog), replay.NewDecider(other, tenant), nil)
	var found bool
	for _, d := range r.Disagreements {
		if d.PolicyName != "CA003 Block sign-ins from other countries" {
			continue
		}
		found = true
		if d.Recorded != "failure" || d.Computed != "notApplied" || d.Count != 16 || !slices.Equal(d.Conditions, []string{"location"}) || len(d.RecordIDs) != 16 || d.UserCount != 1 ||
			!strings.Contains(d.Explanation, "country JP is not among All except Offices, Allowed countries (recorded as satisfied)") {
			t.Errorf("%+v", d)
		}
	}
	if !found {
		t.Errorf("nothing about CA003 in %+v", r.Disagreements)
	}
}

func TestImpact(t *testing.T) {
	before, base := decider(t, contoso), compileOnly(t, contoso)
	changed, set := compile(t, proposed)
	r := run(t, records(t, exampleLog), before, replay.NewDecider(set, changed, base))
	type change struct {
		kind, from, to, policy string
		count                  int64
	}
	var got []change
	for _, c := range r.Changes {
		got = append(got, change{c.Kind, c.From, c.To, c.PolicyName, c.Count})
	}
	want := []change{
		{replay.NewlyBlocked, "grant", "block", "CA008 Block risky sign-ins", 1},
		{replay.NewlyLetIn, "block", "grant", "CA003 Block sign-ins from other countries", 15},
		{replay.UndeterminedThere, "interrupt", "undetermined", "CA005 Managed device for Office 365", 1}, // the phone may be managed
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("changes %+v, want %+v", got, want)
	}
	if facts := r.Changes[2].MissingFacts; !slices.Contains(facts, "device") {
		t.Errorf("the phone's registration is not told, but the missing facts are %v", facts)
	}
}

// TestHistoryStandsInForMissingFacts: without people and groups, the recorded
// results of policies that stay the same tell what the facts do not.
func TestHistoryStandsInForMissingFacts(t *testing.T) {
	policies := []string{contoso + "/policies", contoso + "/named-locations.json"}
	tenant, set := compile(t, policies...)
	changed, after := compile(t, proposed)
	r := run(t, records(t, exampleLog), replay.NewDecider(set, tenant), replay.NewDecider(after, changed))
	if let := r.Changes[0]; let.Kind != replay.NewlyLetIn || let.Count != 15 || let.PolicyName != "CA003 Block sign-ins from other countries" {
		t.Errorf("%+v", let)
	}
	for _, c := range r.Changes[1:] {
		for _, id := range c.PolicyIDs {
			if !strings.HasSuffix(id, "03") && !strings.HasSuffix(id, "05") && !strings.HasSuffix(id, "08") {
				t.Errorf("policy %s is the same in both, but leaves something open: %+v", id, c)
			}
		}
	}
	for _, d := range r.Undetermined {
		if !slices.Contains(d.MissingFacts, "groups") && !slices.Contains(d.MissingFacts, "roles") {
			t.Errorf("undetermined for want of %v, not of groups and roles", d.MissingFacts)
		}
	}
	if r.Counts.Undetermined == 0 {
		t.Error("without groups something must be open")
	}
}

func compileOnly(t *testing.T, path string) *snapshot.Tenant {
	t.Helper()
	tenant, _ := compile(t, path)
	return tenant
}

// TestSameAnswerInAnyOrderOfWork: neither how many work nor who is faster shows.
func TestSameAnswerInAnyOrderOfWork(t *testing.T) {
	list := records(t, exampleLog)
	var many []*signinlog.Record
	for n := range 40 {
		for _, rec := range list {
			c := rec.Clone()
			c.ID = fmt.Sprintf("%s-%d", c.ID, n)
			many = append(many, c)
		}
	}
	base := compileOnly(t, contoso)
	changed, set := compile(t, proposed)
	var first string
	for _, workers := range []int{1, 2, 7} {
		r, err := replay.Run(context.Background(), all(many), decider(t, contoso), replay.NewDecider(set, changed, base), replay.Options{Workers: workers, Samples: 5})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(b)
		}
		if string(b) != first {
			t.Errorf("%d workers answer otherwise:\n%s\n%s", workers, b, first)
		}
	}
}

func TestRunEndsWithTheReader(t *testing.T) {
	broken := errors.New("row 7: no JSON")
	seq := func(yield func(*signinlog.Record, error) bool) {
		if yield(&signinlog.Record{ID: "1"}, nil) {
			yield(nil, broken)
		}
	}
	if _, err := replay.Run(context.Background(), seq, decider(t, contoso), nil, replay.Options{}); !errors.Is(err, broken) {
		t.Errorf("%v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := replay.Run(ctx, all(records(t, exampleLog)), decider(t, contoso), nil, replay.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

// one is a set of one policy that covers everybody and everything.
func one(t *testing.T, p access.Policy) *replay.Decider {
	t.Helper()
	p.ID, p.State = "p", max(p.State, access.StateEnabled)
	p.Conditions.Users.Include.All, p.Conditions.Applications.Include.All = true, true
	set, err := access.Compile(access.Source{Policies: []access.Policy{p}}, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return replay.NewDecider(set)
}

// row is a member's sign-in.
func row(change func(*signinlog.Record)) *signinlog.Record {
	rec := &signinlog.Record{ID: "r", UserID: "u", UserType: "member", HomeTenantID: "t", ResourceTenantID: "t", AppID: "a", ResourceID: "a", ClientAppUsed: "Browser",
		ConditionalAccessStatus: "success", Status: signinlog.Status{ErrorCode: signinlog.Told(access.ResultCode(0))}, RiskLevelDuringSignIn: "none", RiskLevelAggregated: "none"}
	change(rec)
	return rec
}

func TestComparison(t *testing.T) {
	mfa := access.Policy{Grant: &access.GrantControls{Controls: access.MFA}}
	strong := access.Policy{Grant: &access.GrantControls{Strength: access.StrengthPhishingResistant}}
	block := access.Policy{Grant: &access.GrantControls{Controls: access.Block}}
	reported := access.Policy{State: access.StateReportOnly, Grant: &access.GrantControls{Controls: access.Block}}
	claim := func(r *signinlog.Record) {
		r.Status.AdditionalDetails = "MFA requirement satisfied by claim in the token"
		r.AuthenticationDetails = []signinlog.AuthenticationStep{{Method: "Password", Succeeded: signinlog.Told(true)}}
	}
	recorded := func(result access.Result, satisfied, not access.Condition) func(*signinlog.Record) {
		return func(r *signinlog.Record) {
			r.AppliedPolicies = []*signinlog.PolicyOutcome{{ID: "P", Result: signinlog.Told(result), Satisfied: signinlog.Told(satisfied), NotSatisfied: signinlog.Told(not)}}
		}
	}
	code := func(code access.ResultCode, status string) func(*signinlog.Record) {
		return func(r *signinlog.Record) {
			r.Status.ErrorCode, r.ConditionalAccessStatus = signinlog.Told(code), status
		}
	}
	tests := []struct {
		name   string
		policy access.Policy
		change func(*signinlog.Record)
		want   string // agree, or kind of disagreement, or missing facts
	}{
		{"granted, methods not told", mfa, func(*signinlog.Record) {}, "satisfiedMethods"},
		{"granted, a second factor in an earlier session", mfa, claim, "agree"},
		{"… whose kind matters", strong, claim, "satisfiedMethods"},
		{"granted by a policy that blocks", block, func(*signinlog.Record) {}, "status"},
		{"blocked", block, code(53003, "failure"), "agree"},
		{"asked for more, by a policy that blocks", block, code(50074, "failure"), "decision"},
		{"a wrong password never reaches policies", block, code(50126, "notApplied"), "agree"},
		{"a restricted success", block, code(0, "failure"), "agree"},
		{"consent missing, which is asked for after the policies", block, code(65001, ""), "decision"},
		{"no status and no code", block, func(r *signinlog.Record) { r.Status, r.ConditionalAccessStatus = signinlog.Status{}, "" }, "conditionalAccessStatus"},
		{"consent missing after a grant", block, code(65001, "success"), "status"},
		{"masks agree", block, recorded(access.ResultFailure, 3, 0), "agree"},
		{"masks differ", block, recorded(access.ResultFailure, 19, 0), "conditions"},
		{"result differs", block, recorded(access.ResultNotApplied, 1, 2), "result"},
		{"switched off then", block, recorded(access.ResultNotEnabled, 0, 0), "result"},
		{"report-only by its old name", reported, recorded(5, 3, 0), "agree"},
		{"report-only, enforced then", reported, recorded(access.ResultFailure, 3, 0), "result"},
		{"another policy that did nothing", mfa, func(r *signinlog.Record) {
			claim(r)
			recorded(access.ResultSuccess, 3, 0)(r)
			r.AppliedPolicies = append(r.AppliedPolicies, &signinlog.PolicyOutcome{ID: "gone", Result: signinlog.Told(access.ResultNotApplied)})
		}, "agree"},
		{"another policy that refused", mfa, func(r *signinlog.Record) {
			claim(r)
			recorded(access.ResultSuccess, 3, 0)(r)
			r.AppliedPolicies = append(r.AppliedPolicies, &signinlog.PolicyOutcome{ID: "gone", Result: signinlog.Told(access.ResultFailure)})
		}, "notInSnapshot"},
		{"a newer policy", block, func(r *signinlog.Record) {
			r.AppliedPolicies = []*signinlog.PolicyOutcome{{ID: "gone", Result: signinlog.Told(access.ResultNotApplied)}}
		}, "notRecorded"},
		{"security defaults are no policy of ours", block, func(r *signinlog.Record) {
			code(53003, "failure")(r)
			r.AppliedPolicies = []*signinlog.PolicyOutcome{{ID: "SecurityDefaults", Result: signinlog.Told(access.ResultFailure)}}
		}, "agree"},
		{"recorded facts are the facts", strong, func(r *signinlog.Record) {
			r.Inputs = json.RawMessage(`{"userId":"u","guestType":"none","appId":"a","clientAppType":"browser","authenticationFlow":"none","satisfiedMethods":["fido2"]}`)
		}, "agree"},
	}
	for _, tt := range tests {
		r := run(t, []*signinlog.Record{row(tt.change)}, one(t, tt.policy), nil)
		got := "agree"
		if len(r.Disagreements) > 0 {
			got = r.Disagreements[0].Kind
			if r.Disagreements[0].Explanation == "" {
				t.Errorf("%s: no explanation", tt.name)
			}
		}
		if len(r.Undetermined) > 0 {
			got = strings.Join(r.Undetermined[0].MissingFacts, ",")
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s; %+v", tt.name, got, tt.want, r)
		}
	}
}

func TestLimits(t *testing.T) {
	r := &replay.Report{Counts: replay.Counts{Disagree: 2}, Impact: &replay.Impact{NewlyBlocked: 3, Eased: 1}}
	for text, want := range map[string]bool{
		"newly-blocked>0": true, "newly-blocked > 3": false, "newly-blocked>=3": true, "newly-blocked=3": true, "newly-blocked!=3": false, "disagree<2": false, "disagree<=2": true,
		"changed==4": true, "newly-let-in>0": false,
	} {
		l, err := replay.ParseLimit(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := l.Holds(r); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for _, bad := range []string{"", "newly-blocked", "newly-blocked>x", "blocked>0", "newly-blocked>99999999999999999999", "newly-blocked>-1"} {
		if _, err := replay.ParseLimit(bad); err == nil {
			t.Errorf("%q is taken for a limit", bad)
		}
	}
}
