package triage_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/triage"
)

// TestDocument wants the page on findings to tell of each kind, and its sample of
// thresholds to be read.
func TestDocument(t *testing.T) {
	page, err := os.ReadFile("../../doc/formats/triage.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range triage.Kinds() {
		if !strings.Contains(string(page), "| `"+string(k)+"` |") {
			t.Errorf("the page does not tell of %s", k)
		}
		if k.Title() == string(k) {
			t.Errorf("%s has no title", k)
		}
	}
	_, sample, ok := strings.Cut(string(page), "```yaml\n")
	sample, _, closed := strings.Cut(sample, "```")
	if !ok || !closed {
		t.Fatal("the page has no sample of thresholds")
	}
	if _, err := triage.ParseThresholds("triage.md", []byte(sample)); err != nil {
		t.Error(err)
	}
}
