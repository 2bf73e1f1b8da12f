package signinlog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

// FuzzFile gives the bytes to Open as a file, so that Parquet, compressed files
// and the assembly line are explored too. It is slow: the other targets explore
// the formats' grammars without goroutines.
func FuzzFile(f *testing.F) {
	f.Add([]byte("PAR1PAR1"))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0})
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		list, report := readFiles(t, path)
		check(t, list, report)
	})
}

func check(t *testing.T, list []*signinlog.Record, report *signinlog.Report) {
	t.Helper()
	if int64(len(list)) != report.Records {
		t.Errorf("%d records, %d reported", len(list), report.Records)
	}
	for _, rec := range list {
		if rec.Time.IsZero() || rec.Source.Row < 1 || rec.Source.Rows < 1 {
			t.Errorf("record %+v", rec)
		}
		if _, err := json.Marshal(rec); err != nil {
			t.Error(err)
		}
		rec.Facts()
	}
	for _, p := range report.Problems {
		if p.Reason == "" {
			t.Errorf("no reason: %+v", p)
		}
	}
}
