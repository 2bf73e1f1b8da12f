package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/snapshot"
	"github.com/sallyport-id/sallyport/result"
)

// attemptTable shows one decision to a person: the verdict, a table of policies
// and conditions with what was seen, the reasons, and what would help.
type attemptTable struct {
	out         io.Writer
	style       report.Style
	explanation *access.Explanation
	names       *strings.Replacer // ids to names
	title       string
	all         bool

	reasons [][]access.Reason
}

// columns are the conditions, in the order of the table; the head is broken
// where the table is to be narrow.
var columns = []struct {
	condition access.Condition
	head      string
}{
	{access.ConditionUsers, "user"},
	{access.ConditionServicePrincipals, "work-\nload"},
	{access.ConditionApplication, "app"},
	{access.ConditionClientType, "client"},
	{access.ConditionPlatform, "plat-\nform"},
	{access.ConditionLocation, "loca-\ntion"},
	{access.ConditionSignInRisk, "sign-in\nrisk"},
	{access.ConditionUserRisk, "user\nrisk"},
	{access.ConditionServicePrincipalRisk, "work-\nload\nrisk"},
	{access.ConditionInsiderRisk, "insider\nrisk"},
	{access.ConditionDeviceState, "device"},
	{access.ConditionFlows, "flow"},
	{access.ConditionInvalid, "invalid"},
}

func (t *attemptTable) write() error {
	e := t.explanation
	t.reasons = make([][]access.Reason, len(e.Outcomes))
	for i := range e.Outcomes {
		t.reasons[i] = e.Reasons(i)
	}
	if t.title != "" {
		t.line(t.style.Paint(report.Faint, t.title))
	}
	t.verdict()
	t.seen()
	if err := t.table(); err != nil {
		return err
	}
	t.why()
	t.session()
	t.remedies()
	return nil
}

// line writes one line. Errors of the buffer behind it cannot happen.
func (t *attemptTable) line(parts ...string) {
	fmt.Fprintln(t.out, strings.Join(parts, "  "))
}

// verdict tells the decision and its code in words.
func (t *attemptTable) verdict() {
	e := t.explanation
	word := t.style.Paint(verdictTone(e.Verdict), strings.ToUpper(e.Verdict.String()))
	if e.Verdict == access.Grant || e.Verdict == access.Undetermined {
		t.line(word, sentence(e))
		t.line()
		return
	}
	entry, _ := result.Lookup(result.Code(e.Code))
	t.line(word, t.style.Paint(report.Strong, fmt.Sprint(e.Code)), entry.Name)
	t.line(sentence(e))
	t.line()
}

func verdictTone(v access.Verdict) report.Tone {
	switch v {
	case access.Grant:
		return report.Good
	case access.Blocked:
		return report.Bad
	}
	return report.Unsure
}

// table is policy × condition.
func (t *attemptTable) table() error {
	used := t.used()
	heads := []string{"policy"}
	for _, c := range used {
		heads = append(heads, columns[c].head)
	}
	table := report.NewTable(append(heads, "demands", "result")...)
	table.Give(0, len(heads))
	for _, i := range t.order() {
		table.Row(t.row(i, used)...)
	}
	if err := table.Write(t.out, t.style); err != nil {
		return err
	}
	if off := t.switchedOff(); off > 0 && !t.all {
		t.line(t.style.Paint(report.Faint, fmt.Sprintf("%d more switched off (--all shows them)", off)))
	}
	t.line()
	return nil
}

// used lists the columns that some shown policy configures.
func (t *attemptTable) used() []int {
	var used []int
	for n, c := range columns {
		configured := func(o access.Outcome) bool { return (o.Held|o.Missed|o.Open)&c.condition != 0 }
		if slices.ContainsFunc(t.explanation.Outcomes, configured) {
			used = append(used, n)
		}
	}
	return used
}

// seen lists what the attempt shows of each condition that a policy has.
func (t *attemptTable) seen() {
	t.line(t.style.Paint(report.Faint, "The attempt shows"))
	for _, n := range t.used() {
		t.line(fmt.Sprintf("  %-13s", heading(columns[n].condition)), t.shown(columns[n].condition))
	}
	t.line()
}

// shown is what the attempt shows of a condition.
func (t *attemptTable) shown(condition access.Condition) string {
	for _, list := range t.reasons {
		for _, r := range list {
			if r.Condition == condition {
				return t.names.Replace(r.Seen)
			}
		}
	}
	return ""
}

// order puts first what decides: policies that refuse, that may, that are met,
// that would refuse if they were enforced, then the others.
func (t *attemptTable) order() []int {
	var order []int
	for i := range t.explanation.Outcomes {
		if t.all || t.explanation.Outcomes[i].Result != access.ResultNotEnabled {
			order = append(order, i)
		}
	}
	rank := []access.Result{access.ResultFailure, access.ResultUnknown, access.ResultSuccess, access.ResultReportOnlyFailure, access.ResultReportOnlyInterrupted, access.ResultReportOnlySuccess, access.ResultNotApplied, access.ResultReportOnlyNotApplied, access.ResultNotEnabled}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(slices.Index(rank, t.explanation.Outcomes[a].Result), slices.Index(rank, t.explanation.Outcomes[b].Result))
	})
	return order
}

func (t *attemptTable) switchedOff() int {
	n := 0
	for _, o := range t.explanation.Outcomes {
		if o.Result == access.ResultNotEnabled {
			n++
		}
	}
	return n
}

func (t *attemptTable) row(i int, used []int) []report.Cell {
	o := &t.explanation.Outcomes[i]
	row := []report.Cell{report.Text(title(o.Policy))}
	for _, n := range used {
		row = append(row, mark(o, columns[n].condition))
	}
	return append(row, demands(o), resultCell(o.Result))
}

func title(p *access.Policy) string { return cmp.Or(p.DisplayName, string(p.ID)) }

// mark is ✓ for a condition that holds, ✗ for one that does not, ? for one that
// depends on an unknown fact, and nothing for one that is not configured.
func mark(o *access.Outcome, condition access.Condition) report.Cell {
	switch {
	case o.Held&condition != 0:
		return report.Toned(report.Good, "✓")
	case o.Missed&condition != 0:
		return report.Toned(report.Bad, "✗")
	case o.Open&condition != 0:
		return report.Toned(report.Unsure, "?")
	}
	return report.Text("")
}

// demands shows what a policy demands; where it applies, what is missing.
func demands(o *access.Outcome) report.Cell {
	items := demandNames(o.Policy.Grant)
	if len(items) == 0 {
		return report.Toned(report.Faint, "session only")
	}
	join := "\nand "
	if o.Policy.Grant.Any {
		join = "\nor "
	}
	text := strings.Join(items, join)
	switch {
	case o.Missed != 0 || o.Result == access.ResultNotEnabled:
		return report.Toned(report.Faint, text)
	case len(o.Missing) == 0 || o.Result == access.ResultSuccess || o.Result == access.ResultReportOnlySuccess:
		return report.Toned(report.Good, "✓ "+text)
	case o.Open != 0 || o.Result == access.ResultUnknown:
		return report.Toned(report.Unsure, "? "+text)
	}
	return report.Toned(report.Bad, "✗ "+text)
}

// demandNames lists grant controls in short.
func demandNames(g *access.GrantControls) []string {
	if g == nil {
		return nil
	}
	var names []string
	if g.Controls != 0 {
		names = strings.Split(g.Controls.String(), ",")
	}
	switch g.Strength {
	case "":
	case access.StrengthMFA:
		names = append(names, "MFA strength")
	case access.StrengthPasswordless:
		names = append(names, "passwordless strength")
	case access.StrengthPhishingResistant:
		names = append(names, "phishing-resistant strength")
	default:
		names = append(names, "a strength")
	}
	if len(g.TermsOfUse) > 0 {
		names = append(names, "terms of use")
	}
	if len(g.Custom) > 0 {
		names = append(names, "a custom control")
	}
	return names
}

func resultCell(r access.Result) report.Cell {
	switch r {
	case access.ResultSuccess:
		return report.Toned(report.Good, r.String())
	case access.ResultFailure:
		return report.Toned(report.Bad, r.String())
	case access.ResultNotApplied, access.ResultNotEnabled, access.ResultReportOnlyNotApplied:
		return report.Toned(report.Faint, resultWord(r))
	}
	return report.Toned(report.Unsure, resultWord(r))
}

// resultWord is Graph's word, in two lines for a policy that only reports.
func resultWord(r access.Result) string {
	word, reported := strings.CutPrefix(r.String(), "reportOnly")
	if !reported {
		return word
	}
	return strings.ToLower(word[:1]) + word[1:] + "\n(report-only)"
}

// why tells, for each policy that is not met or may not be, what it wanted and
// what it saw.
func (t *attemptTable) why() {
	for _, i := range t.order() {
		o := &t.explanation.Outcomes[i]
		head, tone := "", report.Bad
		switch o.Result {
		case access.ResultFailure:
			head = "Not met: "
		case access.ResultUnknown:
			head, tone = "Not known: ", report.Unsure
		case access.ResultReportOnlyFailure, access.ResultReportOnlyInterrupted:
			head, tone = "Would not be met, if it were enforced: ", report.Unsure
		default:
			continue
		}
		t.line(t.style.Paint(tone, head) + title(o.Policy))
		for _, c := range columns {
			for _, r := range t.reasons[i] {
				if r.Condition == c.condition {
					t.line(fmt.Sprintf("  %-13s", heading(c.condition)), fmt.Sprintf("%s is %s %s", t.names.Replace(r.Seen), within(r.Truth), t.names.Replace(r.Wanted)))
				}
			}
		}
		if missing := requirements(o.Missing); len(missing) > 0 {
			t.line("  missing      ", t.names.Replace(strings.Join(missing, ", ")))
		}
		t.line()
	}
}

// heading is a column's head on one line.
func heading(condition access.Condition) string {
	for _, c := range columns {
		if c.condition == condition {
			return strings.ReplaceAll(strings.ReplaceAll(c.head, "-\n", ""), "\n", " ")
		}
	}
	return condition.String()
}

// within says how what was seen stands to what was wanted.
func within(t access.Truth) string {
	switch t {
	case access.True:
		return "among"
	case access.False:
		return "not among"
	}
	return "perhaps among"
}

// shownRemedies is how many remedies a person wants to read.
const shownRemedies = 6

// session tells what limits a session that is granted.
func (t *attemptTable) session() {
	if t.explanation.Verdict != access.Grant {
		return
	}
	s := &t.explanation.Session
	var parts []string
	if f := s.SignInFrequency; f.PrimaryEveryTime || f.SecondaryEveryTime {
		parts = append(parts, "a fresh authentication every time")
	} else if shortest := f.Primary; shortest != 0 || f.Secondary != 0 {
		if shortest == 0 || f.Secondary != 0 && f.Secondary < shortest {
			shortest = f.Secondary
		}
		parts = append(parts, fmt.Sprintf("a fresh authentication every %g hours", shortest.Hours()))
	}
	for name := range sessionAnswer(s) {
		if name != "signInFrequency" && name != "secondarySignInFrequency" {
			parts = append(parts, name)
		}
	}
	if len(parts) > 0 {
		slices.Sort(parts)
		t.line("The session: " + strings.Join(parts, ", "))
		t.line()
	}
}

// remedies tells what would let the attempt in, nearest first.
func (t *attemptTable) remedies() {
	e := t.explanation
	if e.Verdict == access.Grant || e.Verdict == access.Undetermined {
		return
	}
	found := e.Remedies()
	if len(found) == 0 {
		t.line("Nothing that one person could change would let this attempt in.")
		t.line()
		return
	}
	t.line(t.style.Paint(report.Strong, "What would let it in") + " (each tried by deciding again)")
	table := report.NewTable("who", "what")
	for _, r := range found[:min(len(found), shownRemedies)] {
		var changes []string
		for _, c := range r.Changes {
			changes = append(changes, t.names.Replace(c.To))
		}
		table.Row(report.Text(r.By().String()), report.Text(strings.Join(changes, " + ")))
	}
	// The buffer behind this cannot fail.
	_ = table.Write(t.out, t.style)
	if more := len(found) - shownRemedies; more > 0 {
		t.line(t.style.Paint(report.Faint, fmt.Sprintf("and %d more (-o json lists all)", more)))
	}
	t.line()
}

// namesOf replaces the ids of a snapshot's objects by their names.
func namesOf(t *snapshot.Tenant) *strings.Replacer {
	var pairs []string
	add := func(id, name string) {
		if id != "" && name != "" && id != name {
			pairs = append(pairs, id, name)
		}
	}
	for _, u := range t.Users {
		add("user "+string(u.ID), cmp.Or(u.UPN, u.DisplayName))
	}
	for _, g := range t.Groups {
		add(string(g.ID), g.DisplayName)
	}
	for _, r := range t.Roles {
		add(string(r.Template), r.DisplayName)
	}
	for _, a := range t.Apps {
		add(string(a.AppID), a.DisplayName)
		add(a.ID, a.DisplayName)
	}
	for i := range t.Strengths {
		add(string(t.Strengths[i].ID), t.Strengths[i].DisplayName)
	}
	for _, n := range t.TermsOfUse {
		add(n.ID, n.DisplayName)
	}
	for i := range t.Locations {
		add(string(t.Locations[i].ID), t.Locations[i].DisplayName)
	}
	for i := range t.Policies {
		add(string(t.Policies[i].ID), t.Policies[i].DisplayName)
	}
	return strings.NewReplacer(pairs...)
}
