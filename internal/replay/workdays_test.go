package replay_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/loggen"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/signinlog"
)

// workdays makes a log of a tenant's people at work, as a reader reads it, and the
// folder of the tenant.
func workdays(t testing.TB, cfg loggen.Config) (list []*signinlog.Record, tenant string) {
	t.Helper()
	cfg.Start = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	g, err := loggen.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tenant = t.TempDir()
	policies, directory := g.Tenant()
	for name, data := range map[string][]byte{"policies.json": policies, "directory.json": directory} {
		if err := os.WriteFile(filepath.Join(tenant, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	for rec := range g.Records() {
		log.Write(append(loggen.AppendGraph(nil, rec), '\n'))
	}
	for rec, err := range signinlog.NewReader("workdays", &log, signinlog.Options{Strict: true}).All() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rec.Clone())
	}
	return list, tenant
}

// BenchmarkWorkdays is the price of a record of a log that is like a tenant's,
// without reading it.
func BenchmarkWorkdays(b *testing.B) {
	list, tenant := workdays(b, loggen.Config{Seed: 1, Users: 500, Days: 10, Policies: 200, OnlyApplied: true, Attacks: 1})
	for _, against := range []string{"", tenant} {
		b.Run("against="+filepath.Base(against), func(b *testing.B) {
			before, after := decider(b, tenant), (*replay.Decider)(nil)
			if against != "" {
				after = decider(b, against)
			}
			for b.Loop() {
				if _, err := replay.Run(context.Background(), all(list), before, after, replay.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/record")
			b.ReportMetric(float64(len(list)), "records")
		})
	}
}
