package sigma_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/triage/sigma"
)

// TestDocument wants the page on rules to name every field by a name that rules
// can use, and every problem.
func TestDocument(t *testing.T) {
	page, err := os.ReadFile("../../../doc/formats/sigma.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []sigma.Problem{sigma.OtherLog, sigma.NeverMatches, sigma.AlwaysMatches, sigma.NoPlaceholder, sigma.OldAggregation, sigma.Unsupported, sigma.Invalid, sigma.LooseMatch} {
		if !strings.Contains(string(page), "| `"+string(p)+"` |") {
			t.Errorf("the page does not tell of %s", p)
		}
	}
	_, table, _ := strings.Cut(string(page), "## Names of fields")
	known := map[string]bool{}
	for i, name := range strings.Split(table, "`") {
		if i%2 == 0 || strings.HasPrefix(name, ".") || strings.Contains(name, " ") || strings.ContainsAny(name, "[]") || name == "properties." {
			continue
		}
		known[strings.ToLower(name)] = true
	}
	for _, name := range sigma.FieldNames() {
		if !known[strings.ToLower(name)] && !strings.HasPrefix(name, "DeviceDetail.") {
			t.Errorf("the page does not name the field %s", name)
		}
	}
}
