package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sallyport-id/sallyport/internal/report"
	"github.com/sallyport-id/sallyport/internal/sources"
	"github.com/sallyport-id/sallyport/result"
)

// codePage prints what is known of the codes found in a text.
type codePage struct {
	verb     *codeVerb
	language result.Language
	style    report.Style
	found    result.Found
}

func (p codePage) write(w io.Writer, format report.Format) error {
	code, _ := p.found.Code()
	entry, known := result.Lookup(code)
	c, err := p.notes(format)
	if err != nil {
		return err
	}
	notes := c.Notes(code)
	switch {
	case !known:
		return p.writeUnknown(w, format, code, notes)
	case format == report.JSONFormat:
		d := entry.Describe(p.language, p.found.Values)
		d.Sources = notes
		d.Found = p.found.Note()
		return report.JSON(w, d)
	case format == report.TableFormat:
		return p.writeTable(w, entry, notes)
	}
	return p.verb.writeList(w, p.language, format, []result.Entry{entry})
}

// notes loads the imported sources if they will be shown: JSON always has them.
func (p codePage) notes(format report.Format) (*sources.Collection, error) {
	if !p.verb.sources && format != report.JSONFormat {
		return &sources.Collection{}, nil
	}
	return p.verb.collection()
}

// writeUnknown answers "no", with what other sources say all the same.
func (p codePage) writeUnknown(w io.Writer, format report.Format, code result.Code, notes []result.SourceNote) error {
	if format == report.JSONFormat {
		err := report.JSON(w, result.UnknownDescription{FormatVersion: result.FormatVersion, Code: code, Sources: notes, Found: p.found.Note()})
		if err != nil {
			return err
		}
		return errNo
	}
	if _, err := fmt.Fprintf(w, "%v is not in the catalogue.\n", code); err != nil {
		return err
	}
	if len(notes) > 0 {
		if err := p.sourceTable(notes).Write(w, p.style); err != nil {
			return err
		}
	}
	return errNo
}

func (p codePage) writeTable(w io.Writer, e result.Entry, notes []result.SourceNote) error {
	l, t := p.language, e.Text(p.language).Fill(p.found.Values)
	word := func(name string) string { return result.Word(l, "column", name) }
	table := report.NewTable(e.Code.String(), t.Title)
	table.Give(1)
	row := func(name, text string) {
		if text != "" {
			table.Row(report.Toned(report.Faint, word(name)), report.Text(text))
		}
	}
	row("name", e.Name)
	row("summary", t.Summary)
	row("userSteps", numbered(t.UserSteps))
	row("whatHappened", t.Happened)
	row("adminSteps", numbered(t.AdminSteps))
	row("stage", e.Stage.Label(l))
	row("kind", e.Kind.Label(l))
	row("duration", durationText(l, e))
	row("fixers", sources.Fixers(l, e))
	row("firstFactor", e.FirstFactor.Label(l))
	table.Row(report.Toned(report.Faint, word("baseRisk")), report.Toned(toneOf(e.BaseRisk), e.BaseRisk.Label(l)))
	row("justification", t.Justification)
	row("oauth", oauthText(e))
	row("related", relatedText(l, e))
	if err := table.Write(w, p.style); err != nil {
		return err
	}
	if err := p.writeFound(w); err != nil {
		return err
	}
	return p.writeSources(w, notes)
}

// writeFound prints ids, time and further codes if the code was taken out of a text that has them.
func (p codePage) writeFound(w io.Writer) error {
	f := p.found
	table := report.NewTable("", "")
	row := func(name, text string) {
		if text != "" {
			table.Row(report.Toned(report.Faint, name), report.Text(text))
		}
	}
	row("Request ID", f.RequestID)
	row("Correlation ID", f.CorrelationID)
	if !f.Time.IsZero() {
		row("Time", p.style.Time(f.Time))
	}
	if len(f.Codes) > 1 {
		row(result.Word(p.language, "relation", "seeAlso"), strings.Trim(fmt.Sprint(f.Codes[1:]), "[]"))
	}
	if table.Rows() == 0 {
		return nil
	}
	return table.Write(w, p.style)
}

func (p codePage) writeSources(w io.Writer, notes []result.SourceNote) error {
	if !p.verb.sources {
		return nil
	}
	if len(notes) == 0 {
		_, err := fmt.Fprintln(w, "No imported source names this code.")
		return err
	}
	return p.sourceTable(notes).Write(w, p.style)
}

func (p codePage) sourceTable(notes []result.SourceNote) *report.Table {
	word := func(name string) string { return result.Word(p.language, "column", name) }
	table := report.NewTable(word("source"), word("verdict"), word("description"))
	table.Give(1, 2)
	for _, n := range notes {
		verdict := result.Word(p.language, "verdict", n.Verdict)
		if n.Reason != "" {
			verdict += "\n" + n.Reason
		}
		table.Row(report.Text(n.Source), report.Toned(toneOfVerdict(n.Verdict), verdict), report.Text(n.Description))
	}
	return table
}

func (v *codeVerb) writeList(w io.Writer, l result.Language, format report.Format, entries []result.Entry) error {
	switch format {
	case report.JSONFormat:
		c, err := v.collection()
		if err != nil {
			return err
		}
		codes := make([]result.Code, len(entries))
		for i, e := range entries {
			codes[i] = e.Code
		}
		return report.JSON(w, c.Describe(l, codes))
	case report.TableFormat:
		return writeListTable(w, v.style(nil), l, entries)
	}
	head, rows := sources.Listing(l, entries)
	return writeGrid(w, format, head, rows)
}

func writeListTable(w io.Writer, style report.Style, l result.Language, entries []result.Entry) error {
	if len(entries) == 0 {
		_, err := fmt.Fprintln(w, "No code found.")
		return err
	}
	word := func(name string) string { return result.Word(l, "column", name) }
	table := report.NewTable(word("code"), word("baseRisk"), word("kind"), word("duration"), word("stage"), word("title"))
	table.Give(5, 4)
	for _, e := range entries {
		table.Row(
			report.Cell{Text: e.Code.String(), Right: true}, report.Toned(toneOf(e.BaseRisk), e.BaseRisk.Label(l)), report.Text(e.Kind.Label(l)),
			report.Text(e.Duration.Label(l)), report.Text(e.Stage.Label(l)), report.Text(e.Text(l).Title),
		)
	}
	return table.Write(w, style)
}

func writeGrid(w io.Writer, format report.Format, head []string, rows [][]string) error {
	if format == csvFormat {
		return sources.WriteCSV(w, head, rows)
	}
	return sources.WriteMarkdown(w, head, rows)
}

func numbered(steps []string) string {
	lines := make([]string, len(steps))
	for i, s := range steps {
		lines[i] = fmt.Sprintf("%d. %s", i+1, s)
	}
	return strings.Join(lines, "\n")
}

func durationText(l result.Language, e result.Entry) string {
	if !e.DurationVaries {
		return e.Duration.Label(l)
	}
	other := result.Temporary
	if e.Duration == result.Temporary {
		other = result.Structural
	}
	return e.Duration.Label(l) + " / " + other.Label(l)
}

// oauthText is in the words of the protocol, whatever the language.
func oauthText(e result.Entry) string {
	var parts []string
	if e.Token.Possible() {
		answer := fmt.Sprintf("token: HTTP %d", e.Token.Status)
		for _, s := range []string{e.Token.Error, e.Token.SubError} {
			if s != "" {
				answer += " " + s
			}
		}
		parts = append(parts, answer)
	}
	if e.Authorize.Answer != result.AnswerNone {
		answer := "authorize: " + strings.TrimSpace(e.Authorize.Answer.String()+" "+e.Authorize.Error)
		if e.Authorize.SilentError != "" {
			answer += "; prompt=none: " + e.Authorize.SilentError
		}
		parts = append(parts, answer)
	}
	return strings.Join(parts, "\n")
}

func relatedText(l result.Language, e result.Entry) string {
	var lines []string
	for _, r := range e.Related {
		other, _ := result.Lookup(r.Code)
		lines = append(lines, fmt.Sprintf("%s %v: %s", r.Relation.Label(l), r.Code, other.Text(l).Title))
	}
	return strings.Join(lines, "\n")
}

func toneOf(r result.Risk) report.Tone {
	return map[result.Risk]report.Tone{result.RiskLow: report.Good, result.RiskMedium: report.Unsure, result.RiskHigh: report.Bad}[r]
}

func toneOfVerdict(verdict string) report.Tone {
	return map[string]report.Tone{sources.Agrees: report.Good, sources.Contradicts: report.Bad, sources.Silent: report.Faint, sources.Unjudged: report.Unsure}[verdict]
}

// fileReport is what became of one imported file.
type fileReport struct {
	File string `json:"file"`
	sources.Report
}

func writeReports(w io.Writer, style report.Style, format report.Format, path string, reports []fileReport) error {
	if format == report.JSONFormat {
		return report.JSON(w, struct {
			SourcesFile string       `json:"sourcesFile"`
			Files       []fileReport `json:"files"`
		}{path, reports})
	}
	table := report.NewTable("File", "Rows", "Kept", "Skipped", "Sources")
	skips := report.NewTable("Skipped", "Why")
	table.Give(4)
	for _, r := range reports {
		table.Row(report.Text(r.File), report.Number(int64(r.RowsRead)), report.Number(int64(r.RowsKept)), report.Number(int64(len(r.Skipped))),
			report.Text(strings.Join(r.Sources, "\n")))
		for _, s := range r.Skipped {
			skips.Row(report.Text(fmt.Sprintf("%s:%d", s.File, s.Line)), report.Text(s.Reason))
		}
		for _, column := range r.IgnoredColumns {
			skips.Row(report.Text(r.File), report.Text(fmt.Sprintf("column %q holds nothing that a source says", column)))
		}
	}
	if err := table.Write(w, style); err != nil {
		return err
	}
	if skips.Rows() == 0 {
		return nil
	}
	return skips.Write(w, style)
}
