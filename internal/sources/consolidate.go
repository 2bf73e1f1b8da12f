package sources

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/result"
)

// Consolidate makes the table of all sources beside our own words: ResultType, a description per source, a remediation per source that has
// any, then our remediation, summary, risk and justification in the language given. Sources that are themselves authors of such a table are
// left out: the last four columns are our answer to theirs. Rows come for the codes given, known to the catalogue or not.
func (c *Collection) Consolidate(l result.Language, codes []result.Code) (head []string, rows [][]string) {
	word := func(name string) string { return result.Word(l, "column", name) }
	head = []string{word("resultType")}
	var described, remedied []Source
	for _, s := range c.Sources {
		if s.has(func(e Entry) string { return e.Description }) {
			described = append(described, s)
			head = append(head, s.Name+" "+word("description"))
		}
	}
	for _, s := range c.Sources {
		if s.Name != s.Table && s.has(func(e Entry) string { return e.Remediation }) {
			remedied = append(remedied, s)
			head = append(head, s.Name+" "+word("remediation"))
		}
	}
	head = append(head, word("remediation"), word("summary"), word("riskAssessment"), word("justification"))
	for _, code := range codes {
		row := []string{code.String()}
		for _, s := range described {
			e, _ := s.Lookup(code)
			row = append(row, e.Description)
		}
		for _, s := range remedied {
			e, _ := s.Lookup(code)
			row = append(row, e.Remediation)
		}
		rows = append(rows, append(row, ourCells(l, code)...))
	}
	return head, rows
}

func (s Source) has(part func(Entry) string) bool {
	return slices.ContainsFunc(s.Entries, func(e Entry) bool { return part(e) != "" })
}

func ourCells(l result.Language, code result.Code) []string {
	e, ok := result.Lookup(code)
	if !ok {
		return []string{"", "", "", ""}
	}
	t := e.Text(l)
	return []string{
		steps(result.Word(l, "column", "userSteps"), t.UserSteps) + "\n" + steps(result.Word(l, "column", "adminSteps"), t.AdminSteps),
		t.Title + ": " + t.Summary,
		e.BaseRisk.Label(l),
		t.Justification,
	}
}

func steps(title string, list []string) string {
	var out strings.Builder
	out.WriteString(title + ":")
	for i, s := range list {
		fmt.Fprintf(&out, "\n%d. %s", i+1, s)
	}
	return out.String()
}

// Rows returns the codes of a consolidated table: those the filter admits and, as nothing is known by which to hold them back, every code
// that only a source names. With imported, codes no source names are left out.
func (c *Collection) Rows(f result.Filter, imported bool) []result.Code {
	named := c.Codes()
	var codes []result.Code
	for _, e := range f.Entries() {
		if _, found := slices.BinarySearch(named, e.Code); found || !imported {
			codes = append(codes, e.Code)
		}
	}
	for _, code := range named {
		if _, known := result.Lookup(code); !known {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// Describe makes the JSON export of the codes that the catalogue knows, with what the sources say.
func (c *Collection) Describe(l result.Language, codes []result.Code) result.Descriptions {
	export := result.Descriptions{FormatVersion: result.FormatVersion, Language: l, Codes: []result.Description{}}
	for _, code := range codes {
		if e, ok := result.Lookup(code); ok {
			d := e.Describe(l, nil)
			d.Sources = c.Notes(code)
			export.Codes = append(export.Codes, d)
		}
	}
	return export
}
