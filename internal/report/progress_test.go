package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/report"
)

func TestProgress(t *testing.T) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	var b strings.Builder
	p := report.NewProgress(&b, "records", "rows", 4000, now)
	p.Add(0)
	if b.Len() > 0 {
		t.Errorf("drew before there was a rate to tell: %q", b.String())
	}
	clock = clock.Add(2 * time.Second)
	p.Add(1000)
	line := b.String()
	for _, want := range []string{"records", "25%", "1,000 rows", "500/s", "6s left"} {
		if !strings.Contains(line, want) {
			t.Errorf("line lacks %q: %q", want, line)
		}
	}
	n := b.Len()
	p.Add(1) // too soon to draw again
	if b.Len() != n {
		t.Errorf("drew twice at one moment: %q", b.String()[n:])
	}
	p.Done()
	n = b.Len()
	clock = clock.Add(time.Second)
	p.Add(1)
	p.Done()
	if b.Len() != n {
		t.Errorf("drew after the end: %q", b.String()[n:])
	}
}

func TestProgressOfUnknownLength(t *testing.T) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	p := report.NewProgress(&b, "read", "rows", 0, func() time.Time { return clock })
	clock = clock.Add(time.Second)
	p.Add(10)
	if got := b.String(); strings.Contains(got, "%") || strings.Contains(got, "left") || !strings.Contains(got, "10 rows") {
		t.Errorf("got %q", got)
	}
}

func TestProgressUnseen(t *testing.T) {
	p := report.NewProgress(nil, "read", "rows", 10, func() time.Time {
		t.Error("asked for the time though nobody watches")
		return time.Time{}
	})
	p.Add(1)
	p.Done()
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -4000: "-4,000", -12: "-12"} {
		if got := report.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
