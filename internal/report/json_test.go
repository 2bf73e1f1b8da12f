package report_test

import (
	"math"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/report"
)

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := report.JSON(&b, map[string]any{"rule": "a < b & c"}); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"rule\": \"a < b & c\"\n}\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	if err := report.Line(&b, []string{"<>"}); err != nil {
		t.Fatal(err)
	}
	if want := "[\"<>\"]\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if err := report.JSON(&b, math.NaN()); err == nil {
		t.Error("a value that JSON cannot hold was written")
	}
}
