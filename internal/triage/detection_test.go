package triage_test

import (
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/internal/triage"
)

// monday is when generated logs begin.
var monday = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// examine makes a log and looks at it.
func examine(t testing.TB, cfg loggen.Config, opt triage.Options) (*triage.Result, []loggen.Attack) {
	t.Helper()
	g, err := loggen.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tr := triage.New(opt)
	for r := range g.Records() {
		tr.Add(r)
	}
	result, err := tr.Finish(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result, g.Attacks()
}

func planted(attacks []loggen.Attack) []triage.Planted {
	var all []triage.Planted
	for _, a := range attacks {
		all = append(all, triage.Planted{Kind: triage.Kind(a.Kind), RecordIDs: a.RecordIDs, From: a.From, To: a.To})
	}
	return all
}

// TestCleanMonth wants silence where nothing happened but life.
func TestCleanMonth(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		result, _ := examine(t, loggen.Config{Seed: seed, Users: 200, Days: 30, Start: monday}, triage.Options{Thresholds: triage.Defaults()})
		t.Logf("seed %d: %d records %v", seed, result.Counts.Records, result.Counts.ByResultCode)
		for _, f := range result.Findings {
			t.Errorf("seed %d: %s (%s) %s: %s", seed, f.Kind, f.Severity, f.From.Format(time.RFC3339), f.Why)
		}
	}
}

// TestRecall wants every planted attack to be found, and nothing else.
func TestRecall(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		result, attacks := examine(t, loggen.Config{Seed: seed, Users: 300, Days: 14, Start: monday, Attacks: 4}, triage.Options{Thresholds: triage.Defaults()})
		for _, f := range falseAlarms(result.Findings, attacks) {
			t.Errorf("seed %d: nothing was planted for %s (%s): %s", seed, f.Kind, f.Severity, f.Why)
		}
		for _, s := range triage.Measure(result.Findings, planted(attacks)) {
			t.Logf("seed %d: %-20s planted %2d found %2d findings %2d true %2d", seed, s.Kind, s.Planted, s.Found, s.Findings, s.True)
			if s.Planted == 0 || s.Recall() < 1 || s.Precision() < 1 {
				t.Errorf("seed %d: %s: recall %.2f of %d, precision %.2f of %d", seed, s.Kind, s.Recall(), s.Planted, s.Precision(), s.Findings)
			}
		}
	}
}

// falseAlarms are findings whose evidence is mostly no attack.
func falseAlarms(findings []triage.Finding, attacks []loggen.Attack) []triage.Finding {
	attacked := map[string]bool{}
	for _, a := range attacks {
		for _, id := range a.RecordIDs {
			attacked[id] = true
		}
	}
	var all []triage.Finding
	for _, f := range findings {
		n := 0
		for _, id := range f.RecordIDs {
			if attacked[id] {
				n++
			}
		}
		if 2*n < len(f.RecordIDs) {
			all = append(all, f)
		}
	}
	return all
}
