package accesstest_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

// No text makes the parser panic; a fault has a place, and what is accepted can
// be run.
func FuzzParse(f *testing.F) {
	files, err := fs.Glob(accesstest.Corpus(), "*.case")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(accesstest.Corpus(), name)
		if err != nil {
			f.Fatal(err)
		}
		// Small seeds are soon minimized.
		for block := range strings.SplitSeq(string(text), "\n\n") {
			f.Add([]byte(block + "\n"))
		}
	}
	for _, s := range []string{"", "\ufeff", "policy {", "cases \"a\"\n  $x\n  | $x |\n  |  |\n", "case \"a\"\n  expect session frequency=\n", "case \"\\", "x:\"", "|", "case \"a\" |\n  device [ ]\n  |\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		const much = 16 << 10
		if len(text) > much {
			t.Skip("longer than it takes to find faults")
		}
		cases, err := accesstest.Parse("fuzz.case", text)
		var fault *accesstest.Error
		if err != nil && (!errors.As(err, &fault) || fault.Line < 1 || fault.Column < 1) {
			t.Fatalf("an error without a place: %v", err)
		}
		for _, r := range accesstest.Run(cases, accesstest.Engine) {
			if len(r.Failures) > 0 && r.Text() == "" {
				t.Fatalf("a failure without a text: %+v", r)
			}
		}
	})
}
