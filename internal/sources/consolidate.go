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
