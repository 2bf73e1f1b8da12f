package logs

import (
	"strings"
	"testing"
)

// Both readers find every generated record, and a record is as large as said.
func TestGenerate(t *testing.T) {
	for i, l := range kinds(t.TempDir(), 3000) {
		if err := l.generate(); err != nil {
			t.Fatal(err)
		}
		least, most := int64(1700), int64(3000)
		if i == 1 {
			least, most = 10_000, 15_000
		}
		if size := l.bytes / int64(l.records); size < least || size > most {
			t.Errorf("%s: %d bytes a record, want %d to %d", l.name, size, least, most)
		}
		for _, read := range []func() (int, error){
			func() (int, error) { _, n, err := readOurs(l); return n, err },
			func() (int, error) { _, n, err := readStandard(l); return n, err },
		} {
			if n, err := read(); err != nil || n != l.records {
				t.Errorf("%s: read %d records of %d, %v", l.name, n, l.records, err)
			}
		}
	}
}

// The measurement runs from end to end, and what it compares with is judged.
func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program and reads logs with it")
	}
	var out, progress strings.Builder
	if err := Table(&out, &progress, Options{Dir: t.TempDir(), Records: 3000, Rounds: 1}); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), progress.String())
	}
	for _, want := range []string{"sallyport triage", "sallyport explain", "sallyport replay", "read into the record, beside encoding/json", "the most memory"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output has no %q:\n%s", want, out.String())
		}
	}
}
