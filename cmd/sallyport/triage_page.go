package main

import (
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/triage"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/result"
)

// maxCards is how many findings are told at length on the page; the table below
// has all.
const maxCards = 200

// page prints findings as one HTML page.
func (v *triageVerb) page(w io.Writer, found *triage.Result) error {
	style := v.style(nil)
	p := report.NewPage("en", "Sign-in triage", pageLead(found, style))
	var n [3]int64
	for _, f := range found.Findings {
		n[f.Severity]++
	}
	p.Figures(
		report.Figure{Label: "records", Value: report.Count(found.Counts.Records)},
		report.Figure{Label: "findings, high", Value: report.Count(n[triage.High]), Tone: figureTone(n[triage.High], report.Bad)},
		report.Figure{Label: "findings, medium", Value: report.Count(n[triage.Medium]), Tone: figureTone(n[triage.Medium], report.Unsure)},
		report.Figure{Label: "findings, low", Value: report.Count(n[triage.Low])},
		report.Figure{Label: "records of high base risk", Value: report.Count(found.Counts.ByRisk[result.RiskHigh.String()])},
		report.Figure{Label: "rows skipped", Value: report.Count(found.Counts.SkippedRows)},
	)
	p.Charts(riskTimeline(found.Hours), kindBars(found.Findings), codeBars(found.Counts))
	v.cards(p, found, style)
	v.pageTables(p, found, style)
	p.Footer(summary(found))
	return p.Write(w)
}

func figureTone(n int64, tone report.Tone) report.Tone {
	if n == 0 {
		return report.Good
	}
	return tone
}

func pageLead(found *triage.Result, style report.Style) string {
	if len(found.Hours) == 0 {
		return "The log holds no sign-in."
	}
	first, last := found.Hours[0].Start, found.Hours[len(found.Hours)-1].Start.Add(time.Hour)
	return fmt.Sprintf("What was found in the sign-ins from %s to %s. Base risk belongs to a result code; severity to a finding, with its context.", style.Time(first), style.Time(last))
}

// maxColumns is how many columns a timeline has at most.
const maxColumns = 120

// riskTimeline counts records of high and medium base risk over time.
func riskTimeline(hours []triage.Hour) report.Timeline {
	t := report.Timeline{Title: "Records of medium and high base risk", Series: []report.Series{{Name: "high", Tone: report.Bad}, {Name: "medium", Tone: report.Unsure}}}
	if len(hours) == 0 {
		return t
	}
	start := hours[0].Start
	total := int(hours[len(hours)-1].Start.Sub(start)/time.Hour) + 1
	step := 1
	for _, try := range []int{1, 3, 6, 12, 24} {
		if step = try; total/try <= maxColumns {
			break
		}
	}
	for total/step > maxColumns {
		step += 24
	}
	for at := 0; at < total; at += step {
		t.Spans = append(t.Spans, report.Span{Label: start.Add(time.Duration(at) * time.Hour).Format("2006-01-02 15:04"), Counts: []int64{0, 0}})
	}
	for _, h := range hours {
		s := &t.Spans[int(h.Start.Sub(start)/time.Hour)/step]
		s.Counts[0] += h.High
		s.Counts[1] += h.Medium
	}
	return t
}

func kindBars(findings []triage.Finding) report.Bars {
	b := report.Bars{Title: "Findings by kind"}
	count := map[triage.Kind]int64{}
	worst := map[triage.Kind]triage.Severity{}
	for _, f := range findings {
		count[f.Kind]++
		worst[f.Kind] = max(worst[f.Kind], f.Severity)
	}
	for _, k := range append(triage.Kinds(), triage.SigmaRule) {
		if count[k] > 0 {
			b.Bars = append(b.Bars, report.Bar{Label: k.Title(), Count: count[k], Tone: severityColour(worst[k])})
		}
	}
	return b
}

func codeBars(counts triage.Counts) report.Bars {
	b := report.Bars{Title: "Records by result code, without success"}
	for _, c := range codeCounts(counts) {
		if c.code != "0" && len(b.Bars) < 12 {
			b.Bars = append(b.Bars, report.Bar{Label: c.code + " " + c.name, Count: c.records, Note: c.risk, Tone: c.tone})
		}
	}
	return b
}

// cards tells each finding at length.
func (v *triageVerb) cards(p *report.Page, found *triage.Result, style report.Style) {
	text := ""
	if len(found.Findings) == 0 {
		text = "Nothing was found."
	} else if len(found.Findings) > maxCards {
		text = fmt.Sprintf("The %d worst of %s; the table below has all.", maxCards, report.Count(int64(len(found.Findings))))
	}
	p.Section("Findings", text)
	for i := range found.Findings {
		if i == maxCards {
			break
		}
		f := &found.Findings[i]
		c := report.Card{Title: f.Title, Tone: severityColour(f.Severity), Marks: append([]string{f.Severity.String(), string(f.Kind)}, f.Techniques...), Texts: []string{f.Why}, Folded: i >= 20}
		for _, fact := range findingFacts(f, style, 12) {
			c.Texts = append(c.Texts, fact[0]+": "+fact[1])
		}
		p.Card(c)
	}
}

// pageTables are the findings in short, the codes, and the rules that do not run.
func (v *triageVerb) pageTables(p *report.Page, found *triage.Result, style report.Style) {
	if len(found.Findings) > 0 {
		t := report.NewTable("severity", "finding", "from", "to", "records", "people", "addresses")
		for _, f := range found.Findings {
			t.Row(report.Toned(severityColour(f.Severity), f.Severity.String()), report.Text(f.Title), report.Text(style.Time(f.From)), report.Text(style.Time(f.To)),
				report.Number(int64(f.Count)), report.Number(int64(f.UserCount)), report.Number(int64(f.AddressCount)))
		}
		p.Table("All findings", t)
	}
	p.Section("Result codes", "How much each code deserves attention by itself, and why.")
	codes := report.NewTable("base risk", "code", "name", "kind", "records", "why")
	for _, c := range codeCounts(found.Counts) {
		codes.Row(report.Toned(c.tone, c.risk), report.Text(c.code), report.Text(c.name), report.Text(c.kind), report.Number(c.records), report.Text(c.reason))
	}
	p.Table("", codes)
	if r := found.Rules; r != nil && len(r.Notices) > 0 {
		p.Section("Sigma rules that do not run, or not wholly", fmt.Sprintf("%s and %s ran.", howMany(int64(r.Rules), "rule"), howMany(int64(r.Correlations), "correlation")))
		t := report.NewTable("problem", "rule", "why")
		for _, n := range r.Notices {
			tone := report.Unsure
			if n.Problem == sigma.NeverMatches || n.Problem == sigma.Invalid {
				tone = report.Bad
			}
			t.Row(report.Toned(tone, string(n.Problem)), report.Text(n.Title), report.Text(n.Reason))
		}
		p.Table("", t)
	}
}
