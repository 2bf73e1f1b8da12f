package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/triage"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/result"
)

// codeCount is a row of the table of result codes.
type codeCount struct {
	code    string
	name    string
	kind    string
	risk    string
	rank    int // the riskiest first
	reason  string
	tone    report.Tone
	records int64
}

// codeCounts returns the codes of a log, the riskiest first, then the most
// frequent.
func codeCounts(counts triage.Counts) []codeCount {
	var all []codeCount
	for text, n := range counts.ByResultCode {
		c := codeCount{code: text, risk: "unknown", rank: 2, records: n}
		if code, err := strconv.Atoi(text); err == nil {
			if e, ok := result.Lookup(result.Code(code)); ok {
				c.name, c.kind, c.risk, c.reason = e.Name, e.Kind.String(), e.BaseRisk.String(), e.Text(result.English).Justification
				c.rank = [...]int{result.RiskHigh: 0, result.RiskMedium: 1, result.RiskLow: 3}[e.BaseRisk]
				c.tone = [...]report.Tone{result.RiskLow: report.Plain, result.RiskMedium: report.Unsure, result.RiskHigh: report.Bad}[e.BaseRisk]
			}
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b codeCount) int {
		return cmp.Or(a.rank-b.rank, cmp.Compare(b.records, a.records), strings.Compare(a.code, b.code))
	})
	return all
}

// table prints findings for a person.
func (v *triageVerb) table(w io.Writer, found *triage.Result) error {
	style := v.style(nil)
	codes := report.NewTable("base risk", "code", "name", "kind", "records")
	codes.Give(2)
	for _, c := range codeCounts(found.Counts) {
		codes.Row(report.Toned(c.tone, c.risk), report.Text(c.code), report.Text(c.name), report.Text(c.kind), report.Number(c.records))
	}
	if err := codes.Write(w, style); err != nil {
		return err
	}
	fmt.Fprintln(w)
	width := 100
	if style.Width > 0 {
		width = min(width, style.Width)
	}
	for i := range found.Findings {
		v.finding(w, style, width, &found.Findings[i])
	}
	_, err := fmt.Fprintln(w, summary(found))
	return err
}

// summary counts findings and records in a line or two.
func summary(found *triage.Result) string {
	var n [3]int64
	for _, f := range found.Findings {
		n[f.Severity]++
	}
	c := &found.Counts
	text := fmt.Sprintf("%s in %s, %s skipped; base risk: %s high, %s medium, %s low", howMany(c.Records, "record"), howMany(c.Rows, "row"),
		report.Count(c.SkippedRows), report.Count(c.ByRisk[result.RiskHigh.String()]), report.Count(c.ByRisk[result.RiskMedium.String()]), report.Count(c.ByRisk[result.RiskLow.String()]))
	if u := c.ByRisk["unknown"]; u > 0 {
		text += fmt.Sprintf(", %s unknown", report.Count(u))
	}
	text += fmt.Sprintf("\n%s: %s high, %s medium, %s low", howMany(int64(len(found.Findings)), "finding"), report.Count(n[triage.High]), report.Count(n[triage.Medium]), report.Count(n[triage.Low]))
	if r := found.Rules; r != nil {
		text += fmt.Sprintf("; %s and %s ran", howMany(int64(r.Rules), "Sigma rule"), howMany(int64(r.Correlations), "correlation"))
	}
	return text
}

// howMany writes a number with its noun.
func howMany(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return report.Count(n) + " " + noun
}

// finding prints one finding: a head, the reason, and who, where, what.
func (v *triageVerb) finding(w io.Writer, style report.Style, width int, f *triage.Finding) {
	head := style.Paint(severityColour(f.Severity), fmt.Sprintf("%-7s", f.Severity)) + " " + style.Paint(report.Strong, report.Wrap(f.Title, 0)[0])
	fmt.Fprintf(w, "%s  %s\n", head, style.Paint(report.Faint, string(f.Kind)))
	for _, line := range report.Wrap(f.Why, width-4) {
		fmt.Fprintln(w, "    "+line)
	}
	for _, fact := range findingFacts(f, style, 3) {
		for i, line := range report.Wrap(fact[1], width-16) {
			name := fact[0]
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(w, "    %s%s\n", style.Paint(report.Faint, fmt.Sprintf("%-10s", name)), line)
		}
	}
	fmt.Fprintln(w)
}

func severityColour(s triage.Severity) report.Tone {
	return [...]report.Tone{triage.Low: report.Faint, triage.Medium: report.Unsure, triage.High: report.Bad}[s]
}

// findingFacts are the lines under a finding: names and values, of lists the first
// few.
func findingFacts(f *triage.Finding, style report.Style, few int) [][2]string {
	when := style.Time(f.From)
	if !f.To.Equal(f.From) {
		when += " to " + style.Time(f.To)
	}
	facts := [][2]string{{"when", when}}
	add := func(name string, count int, list []string) {
		if len(list) > 0 {
			facts = append(facts, [2]string{name, firstOf(list, few, count)})
		}
	}
	var users, apps, addresses, policies []string
	for _, u := range f.Users {
		users = append(users, cmp.Or(u.Name, u.ID))
	}
	for _, a := range f.Apps {
		apps = append(apps, cmp.Or(a.Name, a.ID))
	}
	for _, a := range f.Addresses {
		addresses = append(addresses, addressText(a))
	}
	for _, p := range f.Policies {
		policies = append(policies, cmp.Or(p.Name, p.ID))
	}
	add("who", f.UserCount, users)
	add("from", f.AddressCount, addresses)
	add("apps", f.AppCount, apps)
	add("policies", len(policies), policies)
	add("records", f.Count, f.RecordIDs)
	if f.Rule != nil {
		facts = append(facts, [2]string{"rule", cmp.Or(f.Rule.ID, f.Rule.File)})
	}
	return facts
}

func addressText(a triage.Address) string {
	text := a.IP
	if a.Country != "" {
		text += " " + a.Country
	}
	if a.ASN != 0 {
		text += fmt.Sprintf(" AS%d", a.ASN)
	}
	return text
}

// firstOf writes the first few of a list, and how many more there are.
func firstOf(list []string, few, count int) string {
	n := min(few, len(list))
	text := strings.Join(list[:n], ", ")
	if count > n {
		text += fmt.Sprintf(" and %s more", report.Count(int64(count-n)))
	}
	return text
}

// lintTable lists rules that do not run, or not wholly.
func (v *triageVerb) lintTable(w io.Writer, rules *triage.RuleReport) error {
	style := v.style(nil)
	t := report.NewTable("problem", "rule", "why")
	for _, n := range rules.Notices {
		tone := report.Unsure
		switch n.Problem {
		case sigma.OtherLog, sigma.LooseMatch:
			tone = report.Faint
		case sigma.Invalid, sigma.NeverMatches:
			tone = report.Bad
		}
		t.Row(report.Toned(tone, string(n.Problem)), report.Text(fmt.Sprintf("%s\n%s:%d", cmp.Or(n.Title, n.ID, "(no title)"), n.File, n.Line)), report.Text(n.Reason))
	}
	if t.Rows() > 0 {
		if err := t.Write(w, style); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintf(w, "%s read; running: %s, %s\n", howMany(int64(rules.Documents), "document"), howMany(int64(rules.Rules), "rule"), howMany(int64(rules.Correlations), "correlation"))
	return err
}
