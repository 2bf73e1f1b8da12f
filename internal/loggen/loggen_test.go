package loggen_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

var monday = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func records(t *testing.T, cfg loggen.Config) ([]*signinlog.Record, []loggen.Attack) {
	t.Helper()
	cfg.Start = monday
	g, err := loggen.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var all []*signinlog.Record
	for r := range g.Records() {
		all = append(all, r.Clone())
	}
	return all, g.Attacks()
}

func TestSameSeedSameLog(t *testing.T) {
	cfg := loggen.Config{Seed: 4, Users: 60, Days: 3, Attacks: 1}
	a, attacks := records(t, cfg)
	b, again := records(t, cfg)
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(attacks, again) {
		t.Error("the same seed gave two logs")
	}
	cfg.Seed++
	if c, _ := records(t, cfg); reflect.DeepEqual(a, c) {
		t.Error("another seed gave the same log")
	}
}

// TestGraphJSON wants what AppendGraph writes to be read back without loss.
func TestGraphJSON(t *testing.T) {
	all, _ := records(t, loggen.Config{Seed: 1, Users: 60, Days: 2, Attacks: 1})
	var b bytes.Buffer
	for _, r := range all {
		b.Write(loggen.AppendGraph(nil, r))
		b.WriteByte('\n')
	}
	t.Logf("%d records, %d bytes each", len(all), b.Len()/len(all))
	reader := signinlog.NewReader("generated", &b, signinlog.Options{Strict: true, MergeWindow: -1})
	i := 0
	for got, err := range reader.All() {
		if err != nil {
			t.Fatal(err)
		}
		want := all[i]
		if got.ID != want.ID || !got.Time.Equal(want.Time) || got.UserID != want.UserID || got.Status != want.Status || got.IPAddress != want.IPAddress ||
			got.Device != want.Device || got.SessionID != want.SessionID || got.UserAgent != want.UserAgent || got.ConditionalAccessStatus != want.ConditionalAccessStatus ||
			!reflect.DeepEqual(got.Location, want.Location) || len(got.AppliedPolicies) != len(want.AppliedPolicies) || len(got.AuthenticationDetails) != len(want.AuthenticationDetails) {
			t.Fatalf("record %d was read as\n%+v\nwant\n%+v", i, got, want)
		}
		for k, p := range got.AppliedPolicies {
			if w := want.AppliedPolicies[k]; p.ID != w.ID || p.Result != w.Result || p.Satisfied != w.Satisfied || p.NotSatisfied != w.NotSatisfied || !reflect.DeepEqual(p.GrantControls, w.GrantControls) {
				t.Fatalf("record %d, policy %d was read as %+v, want %+v", i, k, p, w)
			}
		}
		i++
	}
	if i != len(all) {
		t.Errorf("read %d of %d records", i, len(all))
	}
}

// TestVariety wants refusals of every kind in a month, in the catalogue's codes.
func TestVariety(t *testing.T) {
	all, attacks := records(t, loggen.Config{Seed: 2, Users: 200, Days: 30, Attacks: 1})
	count := map[access.ResultCode]int{}
	failed := map[string]int{} // policies
	for _, r := range all {
		code := r.Status.ErrorCode.Value
		count[code]++
		if _, ok := result.Lookup(result.Code(code)); !ok {
			t.Fatalf("code %d is not in the catalogue", code)
		}
		for _, p := range r.AppliedPolicies {
			if code == 53003 && signinlog.Is(p.Result, access.ResultFailure) {
				failed[p.DisplayName]++
			}
		}
	}
	for _, code := range []access.ResultCode{0, 50034, 50053, 50055, 50058, 50074, 50105, 50125, 50126, 50140, 50199, 500121, 53003, 530003, 65001, 65004, 70044, 7000222, 90072} {
		if count[code] == 0 {
			t.Errorf("no record with %d; there are %v", code, count)
		}
	}
	// By location, client, flow, risk, platform, and for guests.
	for _, name := range []string{"CA002 Block legacy authentication", "CA003 Block sign-ins from other countries", "CA007 Block risky sign-ins", "CA009 Block unknown platforms", "CA010 No CRM and no portal for guests"} {
		if failed[name] == 0 {
			t.Errorf("nobody is blocked by %q; they are by %v", name, failed)
		}
	}
	kinds := map[string]bool{}
	ids := map[string]bool{}
	for _, r := range all {
		ids[r.ID] = true
	}
	for _, a := range attacks {
		kinds[a.Kind] = true
		for _, id := range a.RecordIDs {
			if !ids[id] {
				t.Errorf("%s has a record %s that the log does not have", a.Kind, id)
			}
		}
	}
	for _, k := range loggen.Kinds() {
		if !kinds[k] {
			t.Errorf("no attack %s was planted", k)
		}
	}
}

// TestTenant wants the tenant that goes with the log to be read, and to hold the
// policies that records list.
func TestTenant(t *testing.T) {
	g, err := loggen.New(loggen.Config{Seed: 1, Users: 50, Days: 2, Start: monday, Policies: 50})
	if err != nil {
		t.Fatal(err)
	}
	policies, directory := g.Tenant()
	doc, err := graphjson.Decode("policies", policies)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Policies) != 50 || len(doc.Locations) != 2 || len(directory) == 0 {
		t.Errorf("%d policies, %d locations", len(doc.Policies), len(doc.Locations))
	}
	for r := range g.Records() {
		if n := len(r.AppliedPolicies); n != 0 && n != 50 {
			t.Fatalf("a record lists %d policies", n)
		}
		if b := loggen.AppendGraph(nil, r); len(r.AppliedPolicies) == 50 && (len(b) < 10_000 || len(b) > 16_000) {
			t.Fatalf("a record with 50 policies has %d bytes", len(b))
		}
	}
}

func TestOnlyApplied(t *testing.T) {
	all, _ := records(t, loggen.Config{Seed: 1, Users: 60, Days: 2, OnlyApplied: true})
	size := 0
	for _, r := range all {
		size += len(loggen.AppendGraph(nil, r))
	}
	if mean := size / len(all); mean < 1500 || mean > 3000 {
		t.Errorf("records have %d bytes, want about 2 KB", mean)
	}
}

func TestConfigErrors(t *testing.T) {
	for _, cfg := range []loggen.Config{{Users: 10, Days: 3}, {Users: 100, Days: 1}, {Users: 100, Days: 3, Policies: 3}} {
		if _, err := loggen.New(cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}
