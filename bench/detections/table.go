package detections

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/internal/triage"
)

// Options say how much is measured. The zero value takes about a minute.
type Options struct {
	Seeds   int // logs of each kind; 0: 3
	Users   int // 0: 500
	Attacks int // of each kind in a log; 0: 6
}

// errMissed says that a claim does not hold.
var errMissed = errors.New("an attack was missed, or a clean month is not silent")

// Table prints recall and precision of each detection at the default thresholds,
// over all seeds, and what was found in clean months. It fails if an attack was
// missed or a clean month has a finding.
func Table(out, progress io.Writer, o Options) error {
	if o.Seeds == 0 {
		o.Seeds = 3
	}
	if o.Users == 0 {
		o.Users = 500
	}
	if o.Attacks == 0 {
		o.Attacks = 6
	}
	total := map[triage.Kind]triage.Score{}
	var clean, attacked int64
	var alarms int
	for seed := range o.Seeds {
		fmt.Fprintf(progress, "seed %d of %d\n", seed+1, o.Seeds)
		found, planted, err := examine(loggen.Config{Seed: uint64(seed) + 100, Users: o.Users, Days: 30, Attacks: o.Attacks})
		if err != nil {
			return err
		}
		attacked += found.Counts.Records
		for _, s := range triage.Measure(found.Findings, planted) {
			sum := total[s.Kind]
			sum.Kind, sum.Planted, sum.Found = s.Kind, sum.Planted+s.Planted, sum.Found+s.Found
			sum.Findings, sum.True = sum.Findings+s.Findings, sum.True+s.True
			total[s.Kind] = sum
		}
		found, _, err = examine(loggen.Config{Seed: uint64(seed) + 200, Users: o.Users, Days: 30})
		if err != nil {
			return err
		}
		clean += found.Counts.Records
		alarms += len(found.Findings)
		for _, f := range found.Findings {
			fmt.Fprintf(progress, "in a clean month: %s: %s\n", f.Kind, f.Why)
		}
	}
	fmt.Fprintf(out, "%-22s %8s %8s %8s %9s %10s\n", "detection", "planted", "found", "recall", "findings", "precision")
	missed := false
	for _, k := range triage.Kinds() {
		s := total[k]
		missed = missed || s.Recall() < 1
		fmt.Fprintf(out, "%-22s %8d %8d %7.1f%% %9d %9.1f%%\n", k, s.Planted, s.Found, 100*s.Recall(), s.Findings, 100*s.Precision())
	}
	fmt.Fprintf(out, "\n%d months with attacks, %d records; %d clean months, %d records, %d findings\n", o.Seeds, attacked, o.Seeds, clean, alarms)
	if missed || alarms > 0 {
		return errMissed
	}
	return nil
}

// examine makes a log and looks at it.
func examine(cfg loggen.Config) (*triage.Result, []triage.Planted, error) {
	cfg.Start = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	g, err := loggen.New(cfg)
	if err != nil {
		return nil, nil, err
	}
	t := triage.New(triage.Options{Thresholds: triage.Defaults()})
	for r := range g.Records() {
		t.Add(r)
	}
	found, err := t.Finish(nil, nil)
	if err != nil {
		return nil, nil, err
	}
	var planted []triage.Planted
	for _, a := range g.Attacks() {
		planted = append(planted, triage.Planted{Kind: triage.Kind(a.Kind), RecordIDs: a.RecordIDs, From: a.From, To: a.To})
	}
	return found, planted, nil
}
