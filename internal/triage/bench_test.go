package triage_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/internal/triage"
	"github.com/sallyport-id/sallyport/signinlog"
)

// BenchmarkRecord is what triage adds to reading, per record.
func BenchmarkRecord(b *testing.B) {
	g, err := loggen.New(loggen.Config{Seed: 1, Users: 300, Days: 10, Start: monday, Attacks: 1})
	if err != nil {
		b.Fatal(err)
	}
	var records []*signinlog.Record
	for r := range g.Records() {
		records = append(records, r.Clone())
	}
	b.ReportAllocs()
	b.ResetTimer()
	t := triage.New(triage.Options{Thresholds: triage.Defaults(), TempDir: b.TempDir()})
	for i := range b.N {
		t.Add(records[i%len(records)])
	}
	if _, err := t.Finish(nil, nil); err != nil {
		b.Fatal(err)
	}
}
