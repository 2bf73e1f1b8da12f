package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/report"
)

// replayTable shows a replay to a person: the numbers, then a paragraph for each
// kind of change, of disagreement and of doubt.
type replayTable struct {
	out   io.Writer
	style report.Style
	found *replay.Report
	names *strings.Replacer
}

// shownGroups is how many groups of a kind a person wants to read.
const shownGroups = 20

func (t *replayTable) write() error {
	if err := t.numbers(); err != nil {
		return err
	}
	if t.found.Impact != nil {
		if err := t.impact(); err != nil {
			return err
		}
	}
	t.disagreements()
	t.doubts()
	if reached := t.found.Reached; len(reached) > 0 {
		t.head(report.Bad, "Reached: "+strings.Join(reached, ", "))
	}
	return nil
}

func (t *replayTable) line(format string, args ...any) {
	// The buffer behind this cannot fail.
	fmt.Fprintf(t.out, format+"\n", args...)
}

func (t *replayTable) head(tone report.Tone, text string) {
	t.line("%s", t.style.Paint(tone, text))
}

// numbers tells how far history and replay agree.
func (t *replayTable) numbers() error {
	c := t.found.Counts
	table := report.NewTable("records", "", "of the sign-ins read")
	row := func(tone report.Tone, n int64, what, note string) {
		table.Row(report.Cell{Text: report.Count(n), Tone: tone, Right: true}, report.Text(share(n, c.Records)), report.Text(what+note))
	}
	row(report.Plain, c.Records, "in all", "")
	note := ""
	if c.BeforeAccess > 0 {
		note = fmt.Sprintf("; %s of them ended before policies were asked", report.Count(c.BeforeAccess))
	}
	row(report.Good, c.Agree, "the log and these policies agree", note)
	row(report.Bad, c.Disagree, "they disagree", "")
	row(report.Unsure, c.Undetermined, "cannot be told: a fact is missing", "")
	if c.SkippedRows > 0 {
		row(report.Faint, c.SkippedRows, "rows were no sign-ins or could not be read", "")
	}
	if err := table.Write(t.out, t.style); err != nil {
		return err
	}
	t.line("")
	return nil
}

func share(n, of int64) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

// kindWords are how people call kinds of changes.
var kindWords = map[string]string{
	replay.NewlyBlocked: "newly blocked", replay.NewlyChallenged: "newly asked for more", replay.NewlyLetIn: "newly let in",
	replay.Eased: "no longer blocked, but asked for more", replay.UndeterminedThere: "may change: a fact is missing",
}

func kindTone(kind string) report.Tone {
	switch kind {
	case replay.NewlyBlocked:
		return report.Bad
	case replay.NewlyLetIn, replay.Eased:
		return report.Good
	}
	return report.Unsure
}

// impact tells what the second snapshot changes.
func (t *replayTable) impact() error {
	i := t.found.Impact
	t.head(report.Strong, "If the second snapshot took the place of the first")
	table := report.NewTable("records", "become")
	for _, k := range []struct {
		kind string
		n    int64
	}{{replay.NewlyBlocked, i.NewlyBlocked}, {replay.NewlyChallenged, i.NewlyChallenged}, {replay.NewlyLetIn, i.NewlyLetIn}, {replay.Eased, i.Eased}, {replay.UndeterminedThere, i.Undetermined}} {
		tone := kindTone(k.kind)
		if k.n == 0 {
			tone = report.Faint
		}
		table.Row(report.Number(k.n), report.Toned(tone, kindWords[k.kind]))
	}
	table.Row(report.Number(i.Unchanged), report.Toned(report.Faint, "decided as before"))
	if i.Unknown > 0 {
		table.Row(report.Number(i.Unknown), report.Toned(report.Faint, "cannot be told before and after"))
	}
	if err := table.Write(t.out, t.style); err != nil {
		return err
	}
	t.line("")
	for n := range t.found.Changes {
		if n == shownGroups {
			t.more(len(t.found.Changes) - n)
			break
		}
		t.change(&t.found.Changes[n])
	}
	return nil
}

func (t *replayTable) change(c *replay.Change) {
	what := kindWords[c.Kind]
	what = strings.ToUpper(what[:1]) + what[1:]
	t.line("%s  %s", t.style.Paint(kindTone(c.Kind), what), t.style.Paint(report.Strong, t.policies(c)))
	t.item("records", fmt.Sprintf("%s, %s → %s", report.Count(c.Count), c.From, c.To))
	if len(c.Demands) > 0 {
		t.item("not met", t.names.Replace(strings.Join(c.Demands, ", ")))
	}
	if len(c.MissingFacts) > 0 {
		t.item("missing facts", strings.Join(c.MissingFacts, ", "))
	}
	t.people(&c.People)
}

// policies names what makes the difference.
func (t *replayTable) policies(c *replay.Change) string {
	if len(c.PolicyIDs) == 0 {
		return ""
	}
	name := cmp.Or(c.PolicyName, c.PolicyID)
	if n := len(c.PolicyIDs) - 1; n > 0 {
		name += fmt.Sprintf(" and %d more", n)
	}
	return name
}

func (t *replayTable) item(name, text string) { t.line("  %-13s  %s", name, text) }

// people tells whom a group is about.
func (t *replayTable) people(p *replay.People) {
	atLeast := ""
	if !p.UserCountIsExact {
		atLeast = "at least "
	}
	t.item("people", fmt.Sprintf("%s%s: %s", atLeast, report.Count(p.UserCount), few(p.Users, int(p.UserCount))))
	t.item("apps", few(countedNames(p.Apps), len(p.Apps)))
	if len(p.Countries) > 0 {
		t.item("countries", few(countedNames(p.Countries), len(p.Countries)))
	}
	t.item("such as", few(p.RecordIDs, 0))
	t.line("")
}

// shownFew is how many names stand in a line.
const shownFew = 3

// few lists the first names, and how many there are beyond them; 0: not told.
func few(names []string, of int) string {
	shown := names[:min(len(names), shownFew)]
	text := strings.Join(shown, ", ")
	if n := of - len(shown); n > 0 {
		text += fmt.Sprintf(" and %s more", report.Count(int64(n)))
	}
	return text
}

func countedNames(list []replay.Named) []string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = fmt.Sprintf("%s (%s)", n.Name, report.Count(n.Count))
	}
	return names
}

func (t *replayTable) more(n int) {
	t.line("%s\n", t.style.Paint(report.Faint, fmt.Sprintf("and %d more (-o json lists all)", n)))
}

// disagreementWords say what a kind of disagreement is.
var disagreementWords = map[string]string{
	"result": "does something else", "conditions": "does the same, for another reason", "notInSnapshot": "is not in the snapshot",
	"notRecorded": "applies, and was not recorded", "status": "overall status", "decision": "overall decision",
}

func (t *replayTable) disagreements() {
	if len(t.found.Disagreements) == 0 {
		return
	}
	t.head(report.Strong, "Where the log and these policies disagree")
	for n := range t.found.Disagreements {
		if n == shownGroups {
			t.more(len(t.found.Disagreements) - n)
			return
		}
		d := &t.found.Disagreements[n]
		t.line("%s  %s", t.style.Paint(report.Bad, cmp.Or(d.PolicyName, d.PolicyID, "All policies")), disagreementWords[d.Kind])
		recorded := []string{}
		if d.Recorded != "" {
			recorded = append(recorded, "recorded "+d.Recorded)
		}
		if d.Computed != "" {
			recorded = append(recorded, "recomputed "+d.Computed)
		}
		t.item("records", report.Count(d.Count)+": "+strings.Join(recorded, ", "))
		t.item("because", t.names.Replace(d.Explanation))
		t.people(&d.People)
	}
}

func (t *replayTable) doubts() {
	if len(t.found.Undetermined) == 0 {
		return
	}
	t.head(report.Strong, "What cannot be told")
	for n := range t.found.Undetermined {
		if n == shownGroups {
			t.more(len(t.found.Undetermined) - n)
			return
		}
		d := &t.found.Undetermined[n]
		t.line("%s  %s", t.style.Paint(report.Unsure, "Missing"), strings.Join(d.MissingFacts, ", "))
		t.item("records", report.Count(d.Count))
		t.item("policies", t.names.Replace(few(d.PolicyIDs, len(d.PolicyIDs))))
		t.people(&d.People)
	}
}
