package sources

import (
	"strings"

	"github.com/sallyport-id/sallyport/result"
)

// Listing makes a table of our own facts about entries, a row per code.
func Listing(l result.Language, entries []result.Entry) (head []string, rows [][]string) {
	for _, name := range []string{"code", "name", "title", "stage", "kind", "duration", "fixers", "baseRisk", "summary"} {
		head = append(head, result.Word(l, "column", name))
	}
	for _, e := range entries {
		t := e.Text(l)
		rows = append(rows, []string{
			e.Code.String(), e.Name, t.Title, e.Stage.Label(l), e.Kind.Label(l), e.Duration.Label(l), Fixers(l, e), e.BaseRisk.Label(l), t.Summary,
		})
	}
	return head, rows
}

// Fixers names who can do something about an entry.
func Fixers(l result.Language, e result.Entry) string {
	names := make([]string, len(e.Fixers))
	for i, f := range e.Fixers {
		names[i] = f.Label(l)
	}
	return strings.Join(names, ", ")
}
