package logs

import (
	"path/filepath"
	"testing"
)

// Both readers find every generated record, and a record is as large as said.
func TestGenerate(t *testing.T) {
	for _, policies := range []int{3, 50} {
		l, err := generate(log{path: filepath.Join(t.TempDir(), "log.jsonl"), records: 200, policies: policies})
		if err != nil {
			t.Fatal(err)
		}
		if size := l.bytes / 200; policies == 3 && (size < 1500 || size > 3000) || policies == 50 && (size < 9000 || size > 15000) {
			t.Errorf("%d policies: %d bytes a record", policies, size)
		}
		for _, read := range []func() (int, error){
			func() (int, error) { _, n, err := readOurs(l); return n, err },
			func() (int, error) { _, n, err := readStandard(l); return n, err },
		} {
			if n, err := read(); err != nil || n != 200 {
				t.Errorf("%d policies: read %d records, %v", policies, n, err)
			}
		}
	}
}
