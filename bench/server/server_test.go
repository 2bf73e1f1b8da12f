package server

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// The measurement runs from end to end: a server is prepared, started, driven
// and flooded, and every table is printed.
func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and drives a whole server")
	}
	var out, progress bytes.Buffer
	if err := Table(&out, &progress, Options{Dir: t.TempDir(), Time: 2 * time.Second}); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), progress.String())
	}
	for _, want := range []string{"none yet", "password sign-in, to the code", "refresh  ", "client credentials", "turned away (503)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output has no %q:\n%s", want, out.String())
		}
	}
}

// Quantiles are of the sorted latencies.
func TestQuantile(t *testing.T) {
	l := load{latencies: []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}
	for part, want := range map[float64]time.Duration{0: 1, .5: 6, .99: 10, 1: 10} {
		if got := l.quantile(part); got != want {
			t.Errorf("quantile %v is %d, want %d", part, got, want)
		}
	}
	if got := (load{}).quantile(.5); got != 0 {
		t.Errorf("the quantile of nothing is %d", got)
	}
}
