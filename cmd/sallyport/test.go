package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/access/accesstest"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

func newTestCommand(s *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test FILE...|-",
		Short: "Run policy test cases",
		Long: `Runs test cases: policies by name or from a tenant snapshot, the facts of an attempt,
and what must come of it. The language is described in access/accesstest/README.md.

Exit status 1 if a case fails.`,
	}
	formatFlag(cmd, report.TableFormat, report.JSONFormat, report.JUnitFormat)
	cmd.RunE = func(cmd *cobra.Command, files []string) error {
		format, err := s.format(cmd)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return errors.New("needs a FILE of test cases")
		}
		cases, err := s.cases(files)
		if err != nil {
			return err
		}
		if len(cases) == 0 {
			return fmt.Errorf("%s: holds no case; a run that tests nothing would always pass", files[0])
		}
		results := accesstest.Run(cases, accesstest.Engine)
		return s.whole(func(out io.Writer) error {
			if err := printResults(out, format, s.style(nil), results); err != nil {
				return err
			}
			if results.Count(accesstest.Failed) > 0 {
				return errNo
			}
			return nil
		})
	}
	return cmd
}

// cases reads case files; - is a file that stands alone on standard input.
func (s *streams) cases(files []string) ([]accesstest.Case, error) {
	var all []accesstest.Case
	for _, file := range files {
		var cases []accesstest.Case
		var err error
		if file == "-" {
			cases, err = s.casesFromInput()
		} else {
			cases, err = accesstest.LoadFiles(file)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

func (s *streams) casesFromInput() ([]accesstest.Case, error) {
	name, text, err := snapshot.ReadFile("-", s.in)
	if err != nil {
		return nil, err
	}
	return accesstest.Parse(name, text)
}

// caseResult is how a case ended, as programs read it.
type caseResult struct {
	Name        string        `json:"name"`
	File        string        `json:"file"`
	Line        int           `json:"line"`
	Status      string        `json:"status"`
	Rules       []string      `json:"rules,omitempty"`
	Failures    []caseFailure `json:"failures,omitempty"`
	Explanation []string      `json:"explanation,omitempty"`
}

type caseFailure struct {
	Line int    `json:"line"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

func printResults(out io.Writer, format report.Format, style report.Style, results accesstest.Results) error {
	switch format {
	case report.JUnitFormat:
		return accesstest.WriteJUnit(out, results)
	case report.TableFormat:
		return resultTable(out, style, results)
	}
	answer := struct {
		Counts struct {
			Cases   int `json:"cases"`
			Passed  int `json:"passed"`
			Failed  int `json:"failed"`
			Skipped int `json:"skipped"`
		} `json:"counts"`
		Cases []caseResult `json:"cases"`
	}{}
	answer.Counts.Cases = len(results)
	answer.Counts.Passed, answer.Counts.Failed, answer.Counts.Skipped = results.Count(accesstest.Passed), results.Count(accesstest.Failed), results.Count(accesstest.Skipped)
	for _, r := range results {
		c := caseResult{Name: r.Name, File: r.At.File, Line: r.At.Line, Status: r.Status.String(), Rules: r.Rules, Explanation: r.Explanation}
		for _, f := range r.Failures {
			c.Failures = append(c.Failures, caseFailure{f.At.Line, f.Want, f.Got})
		}
		answer.Cases = append(answer.Cases, c)
	}
	return report.JSON(out, answer)
}

// resultTable tells what failed, and how many did not.
func resultTable(out io.Writer, style report.Style, results accesstest.Results) error {
	for _, r := range results {
		if r.Status == accesstest.Failed {
			fmt.Fprintf(out, "%s %s\n%s\n", style.Paint(report.Bad, "FAIL"), r.Name, r.Text())
		}
	}
	failed, skipped := results.Count(accesstest.Failed), results.Count(accesstest.Skipped)
	tone, word := report.Good, "ok"
	if failed > 0 {
		tone, word = report.Bad, "FAIL"
	}
	line := fmt.Sprintf("%s  %d cases, %d failed", style.Paint(tone, word), len(results), failed)
	if skipped > 0 {
		line += fmt.Sprintf(", %d skipped", skipped)
	}
	_, err := fmt.Fprintln(out, line)
	return err
}
