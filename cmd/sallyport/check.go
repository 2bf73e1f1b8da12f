package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-id/sallyport/internal/lint"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// checked is what check answers, as programs read it.
type checked struct {
	Counts   snapshot.Counts `json:"counts"`
	Findings []lint.Finding  `json:"findings"`
}

func newCheckCommand(s *streams) *cobra.Command {
	var failOn string
	var rules bool
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Find invalid, contradictory, dead and dangerous policies",
		Long: `Reads a tenant snapshot strictly and reports what is wrong with it: what cannot be
read, what is invalid or contradicts itself, policies that never apply or that another
one makes needless, exclusions that nothing else covers, and whether anybody who could
change a policy still gets in (lock-out).

Exit status 1 if there is a finding as bad as --fail-on.`,
	}
	cmd.Flags().StringVar(&failOn, "fail-on", string(lint.Warning), "the least severity that makes the exit status 1: error, warning or info")
	cmd.Flags().BoolVar(&rules, "rules", false, "list the rules and stop")
	formatFlag(cmd, report.TableFormat, report.JSONFormat, report.LinesFormat)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		format, err := s.format(cmd)
		if err != nil {
			return err
		}
		if rules {
			return s.whole(func(out io.Writer) error { return printRules(out, format, s.style(nil)) })
		}
		least := lint.Severity(failOn)
		if least != lint.Error && least != lint.Warning && least != lint.Info {
			return fmt.Errorf("--fail-on %q: want error, warning or info", failOn)
		}
		if len(paths) == 0 {
			return fmt.Errorf("needs a PATH: a file or folder of exported policies")
		}
		tenant, err := snapshot.Read(paths, snapshot.Options{Lenient: true, Stdin: s.in})
		if err != nil {
			return err
		}
		answer := checked{tenant.Counts, lint.Run(lint.FromSnapshot(tenant))}
		return s.whole(func(out io.Writer) error { return answer.print(out, format, s.style(nil), least) })
	}
	return cmd
}

// print writes the findings, and returns errNo if one is as bad as least.
func (c *checked) print(out io.Writer, format report.Format, style report.Style, least lint.Severity) error {
	var err error
	switch format {
	case report.TableFormat:
		err = c.list(out, style)
	case report.LinesFormat:
		for _, f := range c.Findings {
			if err = report.Line(out, f); err != nil {
				break
			}
		}
	default:
		if c.Findings == nil {
			c.Findings = []lint.Finding{} // an empty list, not null
		}
		err = report.JSON(out, c)
	}
	if err != nil {
		return err
	}
	for _, f := range c.Findings {
		if f.Severity.AtLeast(least) {
			return errNo
		}
	}
	return nil
}

// list writes the findings for a person, and how many there are: a finding is
// a sentence, which reads better below its head than in a narrow column.
func (c *checked) list(out io.Writer, style report.Style) error {
	width := 100
	if style.Width > 0 {
		width = min(width, style.Width)
	}
	count := map[lint.Severity]int64{}
	for _, f := range c.Findings {
		count[f.Severity]++
		head := style.Paint(severityTone(f.Severity), fmt.Sprintf("%-8s", f.Severity)) + " " + style.Paint(report.Strong, f.Rule)
		if name := cmp.Or(f.PolicyName, string(f.PolicyID)); name != "" {
			head += "  " + report.Wrap(name, 0)[0]
		}
		fmt.Fprintln(out, head)
		for _, line := range report.Wrap(f.Message, width-4) {
			fmt.Fprintln(out, "    "+line)
		}
		if where := place(f); where != "" {
			fmt.Fprintln(out, "    "+style.Paint(report.Faint, report.Wrap(where, 0)[0]))
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintf(out, "%s policies, %s named locations, %s authentication strengths; %s files skipped\n%s errors, %s warnings, %s to know\n",
		report.Count(int64(c.Counts.Policies)), report.Count(int64(c.Counts.NamedLocations)), report.Count(int64(c.Counts.AuthenticationStrengths)), report.Count(int64(c.Counts.SkippedFiles)),
		report.Count(count[lint.Error]), report.Count(count[lint.Warning]), report.Count(count[lint.Info]))
	return err
}

// place writes where a finding is in the way that editors understand.
func place(f lint.Finding) string {
	file, inside, _ := strings.Cut(f.Path, "#")
	if f.Line > 0 {
		file = fmt.Sprintf("%s:%d", file, f.Line)
	}
	return strings.TrimSpace(file + " " + inside)
}

func severityTone(s lint.Severity) report.Tone {
	switch s {
	case lint.Error:
		return report.Bad
	case lint.Warning:
		return report.Unsure
	}
	return report.Faint
}

// printRules lists what check looks for.
func printRules(out io.Writer, format report.Format, style report.Style) error {
	if format != report.TableFormat {
		type rule struct {
			Rule     string        `json:"rule"`
			Severity lint.Severity `json:"severity"`
			Summary  string        `json:"summary"`
		}
		var all []rule
		for _, r := range lint.Rules() {
			all = append(all, rule{r.Name, r.Severity, r.Summary})
		}
		return report.JSON(out, all)
	}
	table := report.NewTable("severity", "rule", "finds")
	for _, r := range lint.Rules() {
		table.Row(report.Toned(severityTone(r.Severity), string(r.Severity)), report.Text(r.Name), report.Text(r.Summary))
	}
	return table.Write(out, style)
}
