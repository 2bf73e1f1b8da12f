package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/internal/triage"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// findingsOCSF prints findings as OCSF events, one per line.
const findingsOCSF report.Format = "ocsf"

// triageVerb is one call of the verb.
type triageVerb struct {
	*streams
	logFlags
	rules, thresholds   string
	failOn, records     string
	exact, skip, lint   bool
	printThresholds     bool
	least               result.Risk // of the records that are listed
	wantRecords, wantNo bool
	worst               triage.Severity // that makes the answer no
}

func newTriageCommand(s *streams) *cobra.Command {
	v := triageVerb{streams: s}
	cmd := &cobra.Command{
		Use:   "triage LOG...",
		Short: "Find the attacks in a sign-in log, and rate every result",
		Long: `Rates each record by the base risk of its result code, and finds attacks: password sprays,
guessing, floods of prompts, phishing by device code or by consent, legacy protocols, impossible
travel, replayed sessions, enumeration, probing of policies, abused temporary passes, waves of
locked accounts, and policies that suddenly refuse many. Each finding tells why, how bad, when, who,
and the records that are its evidence. Records may come in any order, files may cover each other.

--rules runs Sigma rules besides, of the public collection or your own; --lint says which of them
can never match, and why. --thresholds reads a YAML file that changes when a pattern is a finding;
--print-thresholds writes one to begin with.`,
		Example: `  sallyport triage signins.json
  sallyport triage june/ --rules sigma/rules/cloud/azure -o html > june.html
  sallyport triage --rules my-rules --lint`,
		RunE: v.run,
	}
	cmd.Flags().StringVar(&v.rules, "rules", "", "file or folder of Sigma rules to run besides")
	cmd.Flags().StringVar(&v.thresholds, "thresholds", "", "YAML file of thresholds")
	cmd.Flags().BoolVar(&v.printThresholds, "print-thresholds", false, "print the thresholds in force and stop")
	cmd.Flags().BoolVar(&v.lint, "lint", false, "list the rules that do not run, or not wholly, and stop; exit status 1 if one never can")
	cmd.Flags().BoolVar(&v.skip, "skip-invalid", false, "leave out rules that cannot be read instead of refusing all")
	cmd.Flags().BoolVar(&v.exact, "exact-descriptions", false, "compare failure texts even in rules that name the code, too")
	cmd.Flags().StringVar(&v.records, "records", "", "with -o jsonl: also list the records whose base risk is at least low, medium or high")
	cmd.Flags().StringVar(&v.failOn, "fail-on", "", "the least severity of a finding that makes the exit status 1: low, medium or high")
	v.add(cmd)
	formatFlag(cmd, report.TableFormat, report.JSONFormat, report.LinesFormat, htmlFormat, findingsOCSF)
	return cmd
}

func (v *triageVerb) run(cmd *cobra.Command, paths []string) error {
	format, err := v.format(cmd)
	if err != nil {
		return err
	}
	if err := v.flags(format); err != nil {
		return err
	}
	thresholds, err := v.readThresholds()
	if err != nil {
		return err
	}
	if v.printThresholds {
		return v.whole(func(w io.Writer) error { return printThresholds(w, thresholds) })
	}
	rules, err := v.readRules(thresholds)
	if err != nil {
		return err
	}
	if v.lint {
		return v.whole(func(w io.Writer) error { return v.printLint(w, format, rules) })
	}
	if len(paths) == 0 {
		return errors.New("needs a LOG: a file or folder of sign-in logs, or - for standard input")
	}
	return v.examine(cmd, paths, format, triage.New(triage.Options{Thresholds: thresholds, Rules: rules}))
}

// flags checks what flags say.
func (v *triageVerb) flags(format report.Format) error {
	if v.failOn != "" {
		if err := v.worst.UnmarshalText([]byte(v.failOn)); err != nil {
			return fmt.Errorf("--fail-on %q: want low, medium or high", v.failOn)
		}
		v.wantNo = true
	}
	if v.records != "" {
		if err := v.least.UnmarshalText([]byte(v.records)); err != nil {
			return fmt.Errorf("--records %q: want low, medium or high", v.records)
		}
		if format != report.LinesFormat {
			return errors.New("--records needs -o jsonl: they may be many")
		}
		v.wantRecords = true
	}
	if v.lint && v.rules == "" {
		return errors.New("--lint needs --rules DIR")
	}
	return nil
}

func (v *triageVerb) readThresholds() (triage.Thresholds, error) {
	if v.thresholds == "" {
		return triage.Defaults(), nil
	}
	name, text, err := snapshot.ReadFile(v.thresholds, v.in)
	if err != nil {
		return triage.Thresholds{}, err
	}
	return triage.ParseThresholds(name, text)
}

// readRules returns nil if there are none to run.
func (v *triageVerb) readRules(t triage.Thresholds) (*sigma.Set, error) {
	if v.rules == "" {
		return nil, nil
	}
	return sigma.Load(v.rules, sigma.Options{Placeholders: t.Placeholders, ExactDescriptions: v.exact, SkipInvalid: v.skip})
}

func printThresholds(w io.Writer, t triage.Thresholds) error {
	text, err := t.YAML()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// examine reads the logs and prints what was found.
func (v *triageVerb) examine(cmd *cobra.Command, paths []string, format report.Format, t *triage.Triage) error {
	r, done, err := v.openLog(paths, v.logFlags)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(v.out, 64<<10)
	if err := v.read(cmd, r, t, out); err != nil {
		done()
		return err
	}
	done()
	if err := v.readError(cmd, r); err != nil {
		return err
	}
	progress := v.progress("examine", "records", r.Report().Records)
	found, err := t.Finish(r.Report(), progress.Add)
	progress.Done()
	if err != nil {
		return err
	}
	v.warnOfRules(cmd, found.Rules)
	if err := v.print(out, format, found); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, f := range found.Findings {
		if v.wantNo && f.Severity >= v.worst {
			return errNo
		}
	}
	return nil
}

// read hands all records to triage, and lists those that are wanted.
func (v *triageVerb) read(cmd *cobra.Command, r *signinlog.Reader, t *triage.Triage, out io.Writer) error {
	for record, err := range r.All() {
		if err != nil {
			return err
		}
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		t.Add(record)
		if !v.wantRecords {
			continue
		}
		if rating, ok := triage.Rate(record); ok && rating.BaseRisk >= v.least {
			if err := report.Line(out, ratedLine{"record", rating}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Lines of -o jsonl say what they are.
type (
	ratedLine struct {
		Type string `json:"type"`
		triage.Rating
	}
	findingLine struct {
		Type string `json:"type"`
		triage.Finding
	}
	countsLine struct {
		Type string `json:"type"`
		triage.Counts
		Rules *triage.RuleReport `json:"rules,omitempty"`
	}
)

func (v *triageVerb) print(w io.Writer, format report.Format, found *triage.Result) error {
	switch format {
	case report.TableFormat:
		return v.table(w, found)
	case htmlFormat:
		return v.page(w, found)
	case findingsOCSF:
		for i := range found.Findings {
			if err := report.Line(w, found.Findings[i].OCSF(v.now().UnixMilli())); err != nil {
				return err
			}
		}
		return nil
	case report.LinesFormat:
		for _, f := range found.Findings {
			if err := report.Line(w, findingLine{"finding", f}); err != nil {
				return err
			}
		}
		return report.Line(w, countsLine{"counts", found.Counts, found.Rules})
	}
	return report.JSON(w, found)
}

// warnOfRules tells of rules that will never find anything: their silence must
// not reassure.
func (v *triageVerb) warnOfRules(cmd *cobra.Command, rules *triage.RuleReport) {
	if rules == nil {
		return
	}
	silent := 0
	for _, n := range rules.Notices {
		if n.Problem != sigma.LooseMatch {
			silent++
		}
	}
	if silent > 0 {
		v.warn(cmd, "%s of %s rules do not run; --lint names them", report.Count(int64(silent)), report.Count(int64(rules.Documents)))
	}
}

// printLint lists the rules that do not run, or not wholly.
func (v *triageVerb) printLint(w io.Writer, format report.Format, set *sigma.Set) error {
	rules := triage.ReportRules(set)
	var err error
	switch format {
	case report.TableFormat:
		err = v.lintTable(w, rules)
	case report.LinesFormat:
		for _, n := range rules.Notices {
			if err = report.Line(w, n); err != nil {
				return err
			}
		}
	case report.JSONFormat:
		err = report.JSON(w, rules)
	default:
		return fmt.Errorf("--lint with -o %s: want table, json or jsonl", format)
	}
	if err != nil {
		return err
	}
	for _, n := range rules.Notices {
		switch n.Problem {
		case sigma.LooseMatch, sigma.OtherLog: // as meant
		default:
			return errNo
		}
	}
	return nil
}
