package accesstest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

// The examples of the README are cases that pass.
func TestReadmeExamples(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```case\n")[1:]
	if len(blocks) != 2 {
		t.Fatalf("found %d examples, expected 2", len(blocks))
	}
	for _, b := range blocks {
		example, _, _ := strings.Cut(b, "```")
		cases, err := accesstest.Parse("README.md", []byte(example))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range accesstest.Run(cases, accesstest.Engine) {
			if r.Status != accesstest.Passed {
				t.Errorf("%s\n%s", r.Name, r.Text())
			}
		}
	}
}

// The README shows a failure as it is told.
func TestReadmeFailure(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```case\n")
	example, _, _ = strings.Cut(example, "```")
	cases, err := accesstest.Parse("office.case", []byte(strings.Replace(example, "interrupt 50074", "grant", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := cases[0].Run(accesstest.Engine).Text(); got == "" || !strings.Contains(string(text), got) {
		t.Errorf("README.md does not show the failure as it is:\n%s", got)
	}
}

// Every word that may start a line is in the README.
func TestReadmeNamesEveryWord(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range accesstest.Words() {
		if !strings.Contains(string(text), "`"+w) && !strings.Contains(string(text), w+"`") && !strings.Contains(string(text), " "+w+" ") {
			t.Errorf("README.md does not tell the word %q", w)
		}
	}
}
