package explain_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/explain"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

const (
	contoso    = "../../examples/contoso"
	exampleLog = "../../examples/logs/week.jsonl"
)

func decider(t *testing.T) *replay.Decider {
	t.Helper()
	tenant, err := snapshot.Read([]string{contoso}, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := access.Compile(tenant.Source(), access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return replay.NewDecider(set, tenant)
}

// explained explains the example log; change may alter its records.
func explained(t *testing.T, o explain.Options, l result.Language, change func(*signinlog.Record)) *explain.Report {
	t.Helper()
	r, err := signinlog.Open([]string{exampleLog}, signinlog.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	c := explain.New(o)
	for rec, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(rec)
		}
		c.Add(rec)
	}
	return c.Report(l)
}

// ofPolicies returns the refusal by the policies whose ids end so.
func ofPolicies(t *testing.T, r *explain.Report, code int, endings ...string) explain.Refusal {
	t.Helper()
	for _, x := range r.Refusals {
		var ids []string
		for _, p := range x.Policies {
			ids = append(ids, p.ID[len(p.ID)-2:])
		}
		if x.ResultCode == code && slices.Equal(ids, endings) {
			return x
		}
	}
	t.Fatalf("no refusal with %d by policies %v", code, endings)
	return explain.Refusal{}
}

func TestOneCauseIsOneRefusal(t *testing.T) {
	r := explained(t, explain.Options{}, result.English, nil)
	c := r.Counts
	if c.Records != 106 || c.Refused != 53 || c.Interrupted != 7 || c.Succeeded != 46 || c.Causes != 8 || c.Users != 3 || c.ByResultCode["53003"] != 44 {
		t.Errorf("%+v", c)
	}
	var told int64
	for _, x := range r.Refusals {
		told += x.Count
		if x.Cause == "" || x.Summary == "" || x.Count != int64(len(x.RecordIDs)) || len(x.Fixers) == 0 {
			t.Errorf("%+v", x)
		}
	}
	if told != c.Refused+c.Interrupted {
		t.Errorf("the causes have %d records, want %d", told, c.Refused+c.Interrupted)
	}
	tokyo := ofPolicies(t, r, 53003, "03")
	if tokyo.Count != 15 || tokyo.Cause != "Blocked by an access rule: CA003 Block sign-ins from other countries" || tokyo.Temporary || tokyo.FirstFactor != "passed" || tokyo.Kind != "refused" {
		t.Errorf("%+v", tokyo)
	}
	if p := tokyo.Policies[0]; !slices.Equal(p.Conditions, []string{"application", "users", "location"}) || !slices.Equal(p.Controls, []string{"Block"}) || p.Reasons != nil {
		t.Errorf("%+v", p)
	}
	if tokyo.Recomputed != nil || len(tokyo.Remedies) == 0 || tokyo.Remedies[0].Verified {
		t.Errorf("without policies nothing was tried: %+v %+v", tokyo.Recomputed, tokyo.Remedies)
	}
	// What the texts may mention is what all records have in common.
	if !strings.Contains(tokyo.Summary, "198.51.100.23") || strings.Contains(ofPolicies(t, r, 53003, "02").Summary, "198.51.100.23") {
		t.Errorf("summaries %q", tokyo.Summary)
	}
}

func TestPoliciesAddReasonsAndRemedies(t *testing.T) {
	r := explained(t, explain.Options{Decider: decider(t)}, result.English, nil)
	tokyo := ofPolicies(t, r, 53003, "03")
	if c := tokyo.Recomputed; c == nil || c.Refused != c.Records || c.Records == 0 {
		t.Fatalf("%+v", tokyo.Recomputed)
	}
	var location explain.Reason
	for _, x := range tokyo.Policies[0].Reasons {
		if x.Condition == "location" {
			location = x
		}
	}
	if location.Seen != "address 198.51.100.23, country JP" || location.Satisfied == nil || !*location.Satisfied {
		t.Errorf("%+v", location)
	}
	first := tokyo.Remedies[0]
	if !first.Verified || first.Works != first.Of || first.By != "user" || first.Change["ipAddress"] != "a trusted location" {
		t.Errorf("%+v", first)
	}
}

// TestComputedPolicies: a log without policies, such as a CSV download, is
// explained by the snapshot's.
func TestComputedPolicies(t *testing.T) {
	strip := func(rec *signinlog.Record) { rec.AppliedPolicies = nil }
	if p := explained(t, explain.Options{}, result.English, strip).Refusals[0].Policies; len(p) != 0 {
		t.Errorf("policies out of nowhere: %+v", p)
	}
	r := explained(t, explain.Options{Decider: decider(t)}, result.English, strip)
	if tokyo := ofPolicies(t, r, 53003, "03"); tokyo.Count != 15 || tokyo.Policies[0].DisplayName != "CA003 Block sign-ins from other countries" {
		t.Errorf("%+v", tokyo)
	}
}

func TestChosenByID(t *testing.T) {
	all := explained(t, explain.Options{}, result.English, nil)
	id := ofPolicies(t, all, 53000, "05").RecordIDs[0]
	for _, id := range []string{id, strings.ToUpper(id), strings.Replace(id, "5e900000", "c0220000", 1)} {
		r := explained(t, explain.Options{ID: id}, result.English, nil)
		if r.Counts.Records != 1 || len(r.Refusals) != 1 || r.Refusals[0].ResultCode != 53000 {
			t.Errorf("%s: %+v", id, r.Counts)
		}
	}
	if r := explained(t, explain.Options{ID: "nobody"}, result.English, nil); r.Counts.Records != 0 || len(r.Refusals) != 0 {
		t.Errorf("%+v", r.Counts)
	}
}

// attempt is a sign-in of one user to one app.
func attempt(n int, user string, code access.ResultCode, at time.Time) *signinlog.Record {
	return &signinlog.Record{ID: fmt.Sprint(n), UserID: user, AppID: "a", ClientAppUsed: "Browser", Time: at, Status: signinlog.Status{ErrorCode: signinlog.Told(code)}}
}

func TestTemporaryOrStructural(t *testing.T) {
	monday := time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC)
	type row struct {
		code  access.ResultCode
		hours int
	}
	tests := []struct {
		name      string
		rows      []row
		temporary bool
	}{
		{"structural by its nature", []row{{53003, 0}}, false},
		{"temporary by its nature", []row{{53000, 0}}, true},
		{"temporary, but again and again for days", []row{{53000, 0}, {53000, 20}, {53000, 40}}, false},
		{"again and again within a day", []row{{53000, 0}, {53000, 2}, {53000, 4}}, true},
		{"structural, but let in later", []row{{53003, 0}, {0, 3}}, true},
		{"let in before", []row{{0, 0}, {53003, 3}}, false},
		{"newest first, as logs often are", []row{{0, 50}, {53000, 40}, {53000, 20}, {53000, 0}}, true},
	}
	for _, tt := range tests {
		c := explain.New(explain.Options{})
		for n, x := range tt.rows {
			c.Add(attempt(n, "u", x.code, monday.Add(time.Duration(x.hours)*time.Hour)))
		}
		r := c.Report(result.English)
		if len(r.Refusals) != 1 || r.Refusals[0].Temporary != tt.temporary {
			t.Errorf("%s: %+v", tt.name, r.Refusals)
		}
	}
	// One person's way in says nothing of another's.
	c := explain.New(explain.Options{})
	c.Add(attempt(1, "u", 53003, monday))
	c.Add(attempt(2, "v", 0, monday.Add(time.Hour)))
	if c.Report(result.English).Refusals[0].Temporary {
		t.Error("somebody else was let in")
	}
}

func TestMeaningsOfOneCodeAreToldApart(t *testing.T) {
	c := explain.New(explain.Options{})
	for n, details := range []string{"MFA denied; user declined the authentication", "MFA denied; user did not respond to mobile app notification", "MFA denied; user declined the authentication"} {
		rec := attempt(n, "u", 500121, time.Unix(0, 0))
		rec.Status.AdditionalDetails = details
		c.Add(rec)
	}
	r := c.Report(result.English)
	if len(r.Refusals) != 2 || r.Refusals[0].Count != 2 || r.Refusals[0].Detail != "MFA denied; user declined the authentication" {
		t.Errorf("%+v", r.Refusals)
	}
}

func TestUnknownCodesAndRecordsWithoutOne(t *testing.T) {
	c := explain.New(explain.Options{})
	c.Add(attempt(1, "u", 1234567, time.Unix(0, 0)))
	c.Add(&signinlog.Record{ID: "2"})
	r := c.Report(result.English)
	if r.Counts.Refused != 1 || r.Counts.Unknown != 1 || r.Refusals[0].ResultCode != 1234567 || r.Refusals[0].Fixers == nil {
		t.Errorf("%+v", r)
	}
	if _, known := r.Refusals[0].Entry(); known {
		t.Error("the code is in no catalogue")
	}
}

// TestTimelineStaysShort: however long a log, and whatever dates are in it, a
// chart can show it, and no refusal is lost.
func TestTimelineStaysShort(t *testing.T) {
	for _, years := range []int{0, 1, 100, 9000} {
		c := explain.New(explain.Options{})
		for n := range 1000 {
			at := time.Unix(0, 0).Add(time.Duration(n) * time.Minute)
			if n%2 == 0 {
				at = at.AddDate(n*years/1000, 0, 0)
			}
			c.Add(attempt(n, "u", []access.ResultCode{53003, 50074}[n%2], at))
		}
		r := c.Report(result.English)
		var refused, interrupted int64
		for i, s := range r.Timeline {
			refused += s.Refused
			interrupted += s.Interrupted
			if i > 0 && !s.Start.After(r.Timeline[i-1].Start) {
				t.Errorf("%d years: spans out of order", years)
			}
		}
		if refused != 500 || interrupted != 500 || len(r.Timeline) > 1300 || years < 1000 && len(r.Timeline) > 125 {
			t.Errorf("%d years: %d spans with %d and %d", years, len(r.Timeline), refused, interrupted)
		}
	}
}

// TestWords holds the languages to each other: the same labels with the same
// values, in whatever order.
func TestWords(t *testing.T) {
	text, err := os.ReadFile("words.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]string
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%(\[\d\])?s`)
	for _, l := range []string{"ja", "fr", "it"} {
		for key, en := range all["en"] {
			w := all[l][key]
			if w == "" || len(verb.FindAllString(w, -1)) != len(verb.FindAllString(en, -1)) {
				t.Errorf("%s %s: %q, in English %q", l, key, w, en)
			}
		}
		if len(all[l]) != len(all["en"]) {
			t.Errorf("%s has %d labels, English %d", l, len(all[l]), len(all["en"]))
		}
	}
	for kind := access.ChangeMethod; kind <= access.ChangeExclude; kind++ {
		if all["en"][fmt.Sprintf("change.%d", kind)] == "" {
			t.Errorf("no words for change %d", kind)
		}
	}
}

func TestRemediesAreToldInEveryLanguage(t *testing.T) {
	for _, l := range []result.Language{result.English, result.Japanese, result.French, result.Italian} {
		r := explained(t, explain.Options{Decider: decider(t)}, l, nil)
		seen := map[string]bool{}
		for _, x := range ofPolicies(t, r, 53003, "03").Remedies {
			text := x.Tell(l, func(id string) string { return "<" + id + ">" })
			if text == "" || strings.Contains(text, "%!") || seen[text] {
				t.Errorf("%s: %q", l, text)
			}
			seen[text] = true
		}
	}
}
