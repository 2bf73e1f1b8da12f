package signinlog_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

// The two benchmarks of each pair read the same bytes into the same struct.

func BenchmarkRead(b *testing.B)     { benchmarkRead(b, 2, 0) }
func BenchmarkReadOne(b *testing.B)  { benchmarkRead(b, 2, 1) }
func BenchmarkReadJSON(b *testing.B) { benchmarkJSON(b, 2) }

func BenchmarkRead50Policies(b *testing.B)     { benchmarkRead(b, 50, 0) }
func BenchmarkRead50PoliciesJSON(b *testing.B) { benchmarkJSON(b, 50) }

func benchmarkRead(b *testing.B, policies, workers int) {
	rows := graphRows(20000, policies)
	log := bytes.Join(rows, []byte{'\n'})
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		r := signinlog.NewReader("log", bytes.NewReader(log), signinlog.Options{Workers: workers})
		n := 0
		for _, err := range r.All() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != len(rows) {
			b.Fatalf("read %d records, want %d: %v", n, len(rows), r.Report().Problems)
		}
	}
}

func benchmarkJSON(b *testing.B, policies int) {
	rows := graphRows(2000, policies)
	size := 0
	for _, row := range rows {
		size += len(row) + 1
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, row := range rows {
			var rec signinlog.Record
			if err := json.Unmarshal(row, &rec); err != nil {
				b.Fatal(err)
			}
		}
	}
}
