package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/explain"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/result"
)

// explainPage shows why sign-ins were refused, in whatever form is asked for: one
// card per cause says the same on a terminal, in Markdown and on a page.
type explainPage struct {
	out      io.Writer
	style    report.Style
	language result.Language
	found    *explain.Report
	names    *strings.Replacer // ids to names
	top      int
	id       string

	told map[int]bool // codes whose general steps were told
}

func (p *explainPage) word(key string, values ...any) string {
	return explain.Word(p.language, key, values...)
}

func (p *explainPage) write(format report.Format) error {
	switch format {
	case report.JSONFormat:
		return report.JSON(p.out, p.found)
	case markdownFormat:
		return p.markdown()
	case htmlFormat:
		return p.page().Write(p.out)
	}
	return p.table()
}

// refusals are those to show.
func (p *explainPage) refusals() []explain.Refusal {
	list := p.found.Refusals
	if p.top > 0 && len(list) > p.top {
		list = list[:p.top]
	}
	return list
}

// lead tells what was read.
func (p *explainPage) lead() string {
	n := report.Count(p.found.Counts.Records)
	from, to := time.Time{}, time.Time{}
	for i := range p.found.Refusals {
		r := &p.found.Refusals[i]
		if from.IsZero() || r.First.Before(from) {
			from = r.First
		}
		if r.Last.After(to) {
			to = r.Last
		}
	}
	if from.IsZero() {
		return p.word("leadShort", n)
	}
	return p.word("lead", n, p.time(from), p.time(to))
}

// time is short: a person compares, and does not search.
func (p *explainPage) time(t time.Time) string {
	loc := p.style.Zone
	if loc == nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04")
}

// figures are the numbers on top.
func (p *explainPage) figures() []report.Figure {
	c := p.found.Counts
	return []report.Figure{
		{Label: p.word("refused"), Value: report.Count(c.Refused), Tone: report.Bad}, {Label: p.word("interrupted"), Value: report.Count(c.Interrupted), Tone: report.Unsure},
		{Label: p.word("letIn"), Value: report.Count(c.Succeeded), Tone: report.Good}, {Label: p.word("causes"), Value: report.Count(c.Causes)}, {Label: p.word("people"), Value: report.Count(c.Users)},
	}
}

// empty says that there is nothing to explain; empty if there is.
func (p *explainPage) empty() string {
	switch {
	case p.id != "" && p.found.Counts.Records == 0:
		return p.word("notFound", p.id)
	case len(p.found.Refusals) == 0:
		return p.word("nothing")
	}
	return ""
}

// footer accounts for the rows.
func (p *explainPage) footer() string {
	c := p.found.Counts
	text := p.word("skipped", report.Count(c.Rows), report.Count(c.SkippedRows))
	if c.Untold > 0 {
		text += "; " + p.word("untold", report.Count(c.Untold))
	}
	return text
}

func (p *explainPage) table() error {
	if p.id == "" {
		var parts []string
		for _, f := range p.figures() {
			parts = append(parts, p.style.Paint(f.Tone, f.Value)+" "+p.style.Paint(report.Faint, f.Label))
		}
		fmt.Fprintf(p.out, "%s\n%s\n\n", p.style.Paint(report.Strong, p.lead()), strings.Join(parts, "   "))
	}
	if text := p.empty(); text != "" {
		fmt.Fprintln(p.out, text)
		return nil
	}
	if list := p.refusals(); len(list) > 1 {
		if err := p.overview().Write(p.out, p.style); err != nil {
			return err
		}
		fmt.Fprintln(p.out)
	}
	for i := range p.refusals() {
		card := p.card(&p.refusals()[i])
		if err := card.WriteText(p.out, p.style); err != nil {
			return err
		}
	}
	return nil
}

func (p *explainPage) markdown() error {
	fmt.Fprintf(p.out, "# %s\n\n%s\n\n", p.word("title"), p.lead())
	if text := p.empty(); text != "" {
		fmt.Fprintln(p.out, text)
		return nil
	}
	if err := p.overview().WriteMarkdown(p.out); err != nil {
		return err
	}
	fmt.Fprintln(p.out)
	for i := range p.refusals() {
		card := p.card(&p.refusals()[i])
		if err := card.WriteMarkdown(p.out); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.out, "%s\n", p.footer())
	return nil
}

func (p *explainPage) page() *report.Page {
	page := report.NewPage(string(p.language), p.word("title"), p.lead())
	page.Footer(p.footer())
	page.Figures(p.figures()...)
	if text := p.empty(); text != "" {
		page.Section(text, "")
		return page
	}
	page.Charts(p.timeline(), p.causes(), bars(p.word("byPolicy"), p.found.ByPolicy), bars(p.word("byApp"), p.found.ByApp), bars(p.word("byUser"), p.found.ByUser))
	page.Section(p.word("overview"), "")
	page.Table("", p.overview())
	page.Section(p.word("allCauses"), "")
	for i := range p.refusals() {
		card := p.card(&p.refusals()[i])
		card.Folded = i >= openCards
		page.Card(card)
	}
	return page
}

// openCards is how many causes are unfolded from the start.
const openCards = 5

func (p *explainPage) timeline() report.Timeline {
	t := report.Timeline{Title: p.word("overTime"), Series: []report.Series{{Name: p.word("refused"), Tone: report.Bad}, {Name: p.word("interrupted"), Tone: report.Unsure}}}
	for _, s := range p.found.Timeline {
		t.Spans = append(t.Spans, report.Span{Label: p.time(s.Start), Counts: []int64{s.Refused, s.Interrupted}})
	}
	return t
}

// shownBars is how many bars a person compares.
const shownBars = 8

func (p *explainPage) causes() report.Bars {
	b := report.Bars{Title: p.word("byCause")}
	for i := range p.refusals() {
		if i == shownBars {
			break
		}
		r := &p.refusals()[i]
		b.Bars = append(b.Bars, report.Bar{Label: fmt.Sprintf("%d %s", r.ResultCode, r.Cause), Count: r.Count, Note: p.people(r.UserCount), Tone: causeTone(r)})
	}
	return b
}

func bars(title string, list []replay.Named) report.Bars {
	b := report.Bars{Title: title}
	for i, n := range list {
		if i == shownBars {
			break
		}
		b.Bars = append(b.Bars, report.Bar{Label: n.Name, Count: n.Count})
	}
	return b
}

func causeTone(r *explain.Refusal) report.Tone {
	if r.Kind == "interrupted" {
		return report.Unsure
	}
	return report.Bad
}

func (p *explainPage) people(n int64) string {
	if n == 1 {
		return p.word("onePerson")
	}
	return p.word("peopleCount", report.Count(n))
}

func (p *explainPage) records(n int64) string {
	if n == 1 {
		return p.word("oneRecord")
	}
	return p.word("recordCount", report.Count(n))
}

// overview is a table of all causes.
func (p *explainPage) overview() *report.Table {
	t := report.NewTable(p.word("records"), p.word("people"), p.word("code"), p.word("cause"), result.Word(p.language, "column", "duration"))
	t.Give(3)
	for i := range p.refusals() {
		r := &p.refusals()[i]
		t.Row(report.Number(r.Count), report.Number(r.UserCount), report.Toned(causeTone(r), fmt.Sprint(r.ResultCode)), report.Text(r.Cause), report.Text(p.duration(r)))
	}
	return t
}

func (p *explainPage) duration(r *explain.Refusal) string {
	if r.Temporary {
		return p.word("temporary")
	}
	return p.word("structural")
}
