package triage_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/internal/triage"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/signinlog"
)

// TestOrder wants the same findings whatever the order of the records, and
// whether or not they fit in memory.
func TestOrder(t *testing.T) {
	g, err := loggen.New(loggen.Config{Seed: 9, Users: 120, Days: 4, Start: monday, Attacks: 1})
	if err != nil {
		t.Fatal(err)
	}
	var records []*signinlog.Record
	for r := range g.Records() {
		records = append(records, r.Clone())
	}
	run := func(limit int, order []int) *triage.Result {
		tr := triage.New(triage.Options{Thresholds: triage.Defaults(), RunLimit: limit, TempDir: t.TempDir()})
		for _, i := range order {
			tr.Add(records[i])
		}
		result, err := tr.Finish(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	ascending := make([]int, len(records))
	descending := make([]int, len(records))
	for i := range records {
		ascending[i], descending[i] = i, len(records)-1-i
	}
	shuffled := rand.New(rand.NewPCG(1, 1)).Perm(len(records))
	want := run(0, ascending)
	if len(want.Findings) == 0 {
		t.Fatal("no findings")
	}
	for name, got := range map[string]*triage.Result{"newest first": run(0, descending), "shuffled": run(0, shuffled), "in a file": run(1000, shuffled)} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d findings differ from %d", name, len(got.Findings), len(want.Findings))
		}
	}
}

// TestTies wants the same order of findings each time, also of those that begin
// with the same record: two policies that refuse the same people.
func TestTies(t *testing.T) {
	th := triage.Defaults()
	th.PolicySurge = triage.Surge{Users: 2, Window: triage.Duration(time.Hour), Times: 1.1, Share: 0.001, Learn: triage.Duration(time.Hour)}
	th.BruteForce.Tries, th.BruteForce.DistributedTries, th.BruteForce.Places = 3, 3, 1
	var want *triage.Result
	for range 4 {
		got, _ := examine(t, loggen.Config{Seed: 1, Users: 120, Days: 4, Start: monday, Attacks: 1}, triage.Options{Thresholds: th})
		if want == nil {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Fatal("the same log gave other findings, or in another order")
		}
	}
}

// signIn is a sign-in of one person; codes and networks make the story.
func signIn(minutes int, user, ip string, code access.ResultCode) *signinlog.Record {
	return &signinlog.Record{ID: "r" + time.Duration(minutes).String() + user + ip, Time: monday.Add(time.Duration(minutes) * time.Minute), UserID: user, UserPrincipalName: user + "@contoso.example", UserType: "member",
		AppID: "app", IPAddress: ip, IsInteractive: signinlog.Told(true), Status: signinlog.Status{ErrorCode: signinlog.Told(code)}}
}

// find returns the findings of some records.
func find(t *testing.T, th triage.Thresholds, records ...*signinlog.Record) []triage.Finding {
	t.Helper()
	tr := triage.New(triage.Options{Thresholds: th})
	for _, r := range records {
		tr.Add(r)
	}
	result, err := tr.Finish(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// TestAcrossTheEdge plants a spray around midnight: windows slide.
func TestAcrossTheEdge(t *testing.T) {
	var records []*signinlog.Record
	for i, user := range []string{"a", "b", "c", "d", "e"} {
		records = append(records, signIn(24*60-10+i*4, user, "192.0.2.7", 50126))
	}
	found := find(t, triage.Defaults(), records...)
	if len(found) != 1 || found[0].Kind != triage.PasswordSpray || found[0].UserCount != 5 {
		t.Errorf("found %v, want one spray of five people", found)
	}
}

// TestBusyOffice wants no spray where more people get in than fail.
func TestBusyOffice(t *testing.T) {
	var records []*signinlog.Record
	for i, user := range []string{"a", "b", "c", "d", "e", "f"} {
		records = append(records, signIn(i, user, "192.0.2.7", 50126))
	}
	for i := range 8 {
		records = append(records, signIn(i, "ok"+string(rune('a'+i)), "192.0.2.7", 0))
	}
	if found := find(t, triage.Defaults(), records...); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

// TestUnknownPlace wants no journey to be made of a place that nobody knows.
func TestUnknownPlace(t *testing.T) {
	at := func(r *signinlog.Record, lat, lon float64) *signinlog.Record {
		r.Location.Coordinates = signinlog.GeoCoordinates{Latitude: signinlog.Told(lat), Longitude: signinlog.Told(lon)}
		return r
	}
	berlin := at(signIn(0, "a", "192.0.2.7", 0), 52.5, 13.4)
	nowhere := signIn(20, "a", "198.51.100.7", 0)
	tokyo := at(signIn(40, "a", "203.0.113.7", 0), 35.7, 139.7)
	if found := find(t, triage.Defaults(), berlin, nowhere); len(found) != 0 {
		t.Errorf("a journey to an unknown place: %v", found)
	}
	found := find(t, triage.Defaults(), berlin, nowhere, tokyo)
	if len(found) != 1 || found[0].Kind != triage.ImpossibleTravel || !strings.Contains(found[0].Why, "1 sign-in from a place that the log does not know") {
		t.Errorf("found %v, want one journey that admits an unknown place", found)
	}
}

// TestConfirmedPassword wants a spray to be worse once a password was right, be it
// that access refused the sign-in.
func TestConfirmedPassword(t *testing.T) {
	var records []*signinlog.Record
	for i, user := range []string{"a", "b", "c", "d", "e"} {
		records = append(records, signIn(i, user, "192.0.2.7", 50126))
	}
	records = append(records, signIn(6, "f", "192.0.2.7", 53003))
	found := find(t, triage.Defaults(), records...)
	if len(found) != 1 || found[0].Severity != triage.High || !strings.Contains(found[0].Why, "password of 1 person was right") {
		t.Errorf("found %v, want one spray of high severity", found)
	}
}

// TestThresholds wants a file to change what is found.
func TestThresholds(t *testing.T) {
	var records []*signinlog.Record
	for i, user := range []string{"a", "b", "c"} {
		records = append(records, signIn(i, user, "192.0.2.7", 50126))
	}
	if found := find(t, triage.Defaults(), records...); len(found) != 0 {
		t.Errorf("by default: found %v", found)
	}
	th, err := triage.ParseThresholds("t.yaml", []byte("passwordSpray:\n  users: 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	if th.PasswordSpray.Window != triage.Defaults().PasswordSpray.Window {
		t.Errorf("what the file leaves out is %v, not the default", th.PasswordSpray.Window)
	}
	if found := find(t, th, records...); len(found) != 1 {
		t.Errorf("with three people: found %v", found)
	}
	th.Ignore = []triage.Kind{triage.PasswordSpray}
	if found := find(t, th, records...); len(found) != 0 {
		t.Errorf("ignored: found %v", found)
	}
}

func TestThresholdErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"passwordSprey:\n  users: 3\n", "passwordSprey"},
		{"passwordSpray:\n  users: 0\n", "passwordSpray.users: found 0"},
		{"passwordSpray:\n  users: many\n", "many"},
		{"passwordSpray:\n  window: soon\n", "90s, 20m, 24h or 30d"},
		{"passwordSpray:\n  window: 0s\n", "90s, 20m, 24h or 30d"},
		{"ignore: [everything]\n", `"everything"`},
		{"evidence: 0\n", "evidence: found 0"},
		{"policySurge:\n  share: 2\n", "policySurge.share"},
		{"familiar:\n  networks: [here]\n", "here"},
		{"[", "t.yaml"},
	}
	for _, tt := range tests {
		_, err := triage.ParseThresholds("t.yaml", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "t.yaml: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line about t.yaml and %q", tt.text, err, tt.want)
		}
	}
}

// TestThresholdsRoundTrip wants what --print-thresholds writes to be read as the
// same.
func TestThresholdsRoundTrip(t *testing.T) {
	want := triage.Defaults()
	text, err := want.YAML()
	if err != nil {
		t.Fatal(err)
	}
	got, err := triage.ParseThresholds("t.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if string(a) != strings.NewReplacer(`"Networks":[]`, `"Networks":null`, `"ASNs":[]`, `"ASNs":null`, `"Ignore":[]`, `"Ignore":null`, `"Placeholders":{}`, `"Placeholders":null`).Replace(string(b)) {
		t.Errorf("read back\n%s\nwant\n%s", b, a)
	}
}

func TestDuration(t *testing.T) {
	for _, text := range []string{"90s", "20m", "1h", "1h30m", "1d", "30d", "1s"} {
		d, err := triage.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := triage.ParseDuration(d.String()); err != nil || again != d {
			t.Errorf("%s is written as %s, which is %v, %v", text, d, again, err)
		}
	}
}

// TestCounts wants every record in the counts, with the catalogue's base risk.
func TestCounts(t *testing.T) {
	tr := triage.New(triage.Options{Thresholds: triage.Defaults()})
	tr.Add(signIn(0, "a", "192.0.2.7", 0))
	tr.Add(signIn(1, "a", "192.0.2.7", 50126))
	tr.Add(signIn(2, "a", "192.0.2.7", 53003))
	tr.Add(signIn(3, "a", "192.0.2.7", 1234567))
	tr.Add(&signinlog.Record{ID: "no code"})
	result, err := tr.Finish(&signinlog.Report{Rows: 9, Records: 5, OtherRows: 3, BadRows: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := result.Counts
	if c.Records != 5 || c.Rows != 9 || c.SkippedRows != 4 || c.ByResultCode["50126"] != 1 || c.ByResultCode["unknown"] != 1 || c.ByRisk["unknown"] != 2 || c.ByRisk["High"] != 1 || c.ByRisk["Medium"] != 1 || c.ByRisk["Low"] != 1 {
		t.Errorf("counts %+v", c)
	}
}

const correlations = `title: Wrong password
id: wrong
logsource: {product: azure, service: signinlogs}
detection:
  s: {ResultType: 50126}
  condition: s
---
title: Right password
id: right
level: low
logsource: {product: azure, service: signinlogs}
detection:
  s: {ResultType: 0}
  condition: s
---
title: Many wrong ones
id: many
level: medium
correlation:
  type: event_count
  rules: [wrong]
  group-by: [UserPrincipalName]
  timespan: 10m
  condition: {gte: 3}
---
title: One of them was right
id: chain
level: high
correlation:
  type: temporal_ordered
  rules: [many, any]
  group-by: [UserPrincipalName]
  timespan: 20m
---
title: Any right one
id: any
correlation:
  type: event_count
  rules: [right]
  group-by: [UserPrincipalName]
  timespan: 1m
  condition: {gte: 1}
---
title: Names from one address
level: high
correlation:
  type: value_count
  rules: [wrong]
  group-by: [IPAddress]
  timespan: 1h
  condition: {field: UserPrincipalName, gte: 2}
  generate: true
`

func TestCorrelations(t *testing.T) {
	set, err := sigma.Parse("rules.yml", []byte(correlations), sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run := func(records ...*signinlog.Record) map[string]int {
		tr := triage.New(triage.Options{Thresholds: triage.Defaults(), Rules: set})
		for _, r := range records {
			tr.Add(r)
		}
		result, err := tr.Finish(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, f := range result.Findings {
			if f.Kind == triage.SigmaRule {
				found[f.Title] = f.Count
			}
		}
		return found
	}
	wrong := func(minute int, user string) *signinlog.Record { return signIn(minute, user, "192.0.2.7", 50126) }
	tests := []struct {
		name    string
		records []*signinlog.Record
		want    map[string]int
	}{
		{"two are not many", []*signinlog.Record{wrong(0, "a"), wrong(1, "a"), wrong(30, "a")}, map[string]int{"Wrong password": 3}},
		{"groups are apart", []*signinlog.Record{wrong(0, "a"), wrong(1, "a"), wrong(2, "b")}, map[string]int{"Wrong password": 3, "Names from one address": 3}},
		{"in order", []*signinlog.Record{wrong(0, "a"), wrong(1, "a"), wrong(2, "a"), signIn(5, "a", "192.0.2.7", 0)}, map[string]int{"Wrong password": 3, "One of them was right": 4}},
		{"not in order", []*signinlog.Record{signIn(0, "a", "192.0.2.7", 0), wrong(1, "a"), wrong(2, "a"), wrong(3, "a")}, map[string]int{"Wrong password": 3}},
		{"too late", []*signinlog.Record{wrong(0, "a"), wrong(1, "a"), wrong(2, "a"), signIn(50, "a", "192.0.2.7", 0)}, map[string]int{"Wrong password": 3}},
	}
	for _, tt := range tests {
		if got := run(tt.records...); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: found %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestOCSF wants what every reader of the class relies on.
func TestOCSF(t *testing.T) {
	var records []*signinlog.Record
	for i, user := range []string{"a", "b", "c", "d", "e"} {
		records = append(records, signIn(i, user, "192.0.2.7", 50126))
	}
	found := find(t, triage.Defaults(), records...)
	event := found[0].OCSF(0)
	for member, want := range map[string]any{"class_uid": 2004, "category_uid": 2, "type_uid": 200401, "severity_id": 3, "time": found[0].To.UnixMilli(), "count": 5} {
		if event[member] != want {
			t.Errorf("%s is %v, want %v", member, event[member], want)
		}
	}
	info := event["finding_info"].(map[string]any)
	if info["uid"] != found[0].ID || len(info["related_events"].([]any)) != 5 {
		t.Errorf("finding_info %v", info)
	}
}
