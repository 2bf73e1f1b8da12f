package sources

import (
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/result"
)

// Report says what became of the rows of an import.
type Report struct {
	// RowsRead is RowsKept plus the rows in Skipped.
	RowsRead int `json:"rowsRead"`
	RowsKept int `json:"rowsKept"`
	// Skipped are the rows not kept.
	Skipped []Skip `json:"skipped"`
	// Sources are the sources the rows spoke for, in the order of the columns.
	Sources []string `json:"sources"`
	// IgnoredColumns are the heads of columns that hold nothing a source says.
	IgnoredColumns []string `json:"ignoredColumns"`
	// Unknown are codes the catalogue does not have; they are kept.
	Unknown []result.Code `json:"unknownCodes"`
}

// Skip is a row that was not kept, and why.
type Skip struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Import takes the tables of a file into the collection under the name of their author. What a source says of a code replaces what it said
// before; where one import speaks of a code twice, both texts are kept. Tables without a column of codes are skipped, row by row; if no table
// has one, that is an error and the collection is unchanged.
func (c *Collection) Import(author, file string, tables []Table) (Report, error) {
	report := Report{Skipped: []Skip{}, Sources: []string{}, IgnoredColumns: []string{}, Unknown: []result.Code{}}
	batch := &Collection{}
	understood := 0
	var fault error
	for _, t := range tables {
		columns, err := columnsOf(t.Head)
		if err != nil {
			fault = fmt.Errorf("%s:%d: %w", file, t.Line, err)
			for _, r := range t.Rows {
				report.skip(file, r.Line, "the table has no column of codes")
			}
			continue
		}
		understood++
		report.name(author, t.Head, columns)
		for _, r := range t.Rows {
			batch.take(author, file, columns, r, &report)
		}
	}
	if understood == 0 {
		return report, fault
	}
	c.merge(batch)
	return report, nil
}

func (r *Report) skip(file string, line int, reason string) {
	r.RowsRead++
	r.Skipped = append(r.Skipped, Skip{File: file, Line: line, Reason: reason})
}

func (r *Report) name(author string, head []string, columns []column) {
	for i, col := range columns {
		switch col.field {
		case codeField:
		case ignoredField:
			r.IgnoredColumns = appendNew(r.IgnoredColumns, head[i])
		default:
			r.Sources = appendNew(r.Sources, orAuthor(col.source, author))
		}
	}
}

func appendNew[T comparable](list []T, v T) []T {
	for _, have := range list {
		if have == v {
			return list
		}
	}
	return append(list, v)
}

func orAuthor(source, author string) string {
	if source == "" {
		return author
	}
	return source
}

// take puts one row into the batch.
func (c *Collection) take(author, file string, columns []column, row Row, report *Report) {
	if row.Fault != "" {
		report.skip(file, row.Line, row.Fault)
		return
	}
	codes, err := codesIn(row.Cells[codeColumn(columns)])
	if err != nil {
		report.skip(file, row.Line, err.Error())
		return
	}
	report.RowsRead++
	report.RowsKept++
	for _, code := range codes {
		if _, known := result.Lookup(code); !known {
			report.Unknown = appendNew(report.Unknown, code)
		}
		for i, col := range columns {
			if col.field != codeField && col.field != ignoredField && row.Cells[i] != "" {
				c.source(orAuthor(col.source, author), author).entry(code).add(col.field, row.Cells[i])
			}
		}
	}
}

func codeColumn(columns []column) int {
	for i, col := range columns {
		if col.field == codeField {
			return i
		}
	}
	return 0
}

// codesIn reads a cell with a code, or with several between slashes or commas.
func codesIn(cell string) ([]result.Code, error) {
	plain := strings.Trim(cell, "*_` ")
	if text, _, linked := strings.Cut(strings.TrimPrefix(plain, "["), "]("); linked { // [50011](https://…)
		plain = text
	}
	var codes []result.Code
	for part := range strings.FieldsFuncSeq(plain, func(r rune) bool { return strings.ContainsRune("/,;、", r) }) {
		code, err := result.ParseCode(part)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	if len(codes) == 0 {
		return nil, fmt.Errorf("no code in its column, found %q", cell)
	}
	return codes, nil
}

func (e *Entry) add(f field, text string) {
	target := map[field]*string{
		descriptionField: &e.Description, remediationField: &e.Remediation, summaryField: &e.Summary, riskField: &e.Risk, justificationField: &e.Justification,
	}[f]
	switch {
	case *target == "" || *target == text:
		*target = text
	default:
		*target += "\n" + text
	}
}

// merge lets what the batch says replace what was said, code by code.
func (c *Collection) merge(batch *Collection) {
	for _, s := range batch.Sources {
		mine := c.source(s.Name, s.Table)
		for _, e := range s.Entries {
			*mine.entry(e.Code) = e
		}
	}
}
