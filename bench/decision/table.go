package decision

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// Sizes are the numbers of policies measured.
var Sizes = []int{10, 50, 200, 1000}

const attempts = 10000

// maker builds an engine for a workload.
type maker struct {
	name string
	make func(*workload) (engine, error)
	most int // policies beyond which it is not worth the wait; 0: none
}

var makers = []maker{
	{"access.Decide", newSallyport, 0},
	{"access.DecideAs", newSallyportAs, 0},
	{"access.Explain", newExplain, 0},
	{"plain loop, same facts", newNaive, 0},
	{"plain loop, bare strings", func(w *workload) (engine, error) { return newLoop(w), nil }, 0},
	{"cedar-go, context", func(w *workload) (engine, error) { return newCedar(w, false) }, 0},
	{"cedar-go, entities", func(w *workload) (engine, error) { return newCedar(w, true) }, 0},
	{"cel-go", newCEL, 0},
	{"casbin", newCasbin, 200},
	{"OPA", newOPA, 0},
}

// result is what one engine took per decision.
type result struct {
	name              string
	ns, bytes, allocs float64
}

// Table checks that all engines agree, measures each and writes one table per
// size. Ratios are to access.Decide of the same run.
func Table(w io.Writer, progress io.Writer) error {
	for _, size := range Sizes {
		results, err := measureSize(size, progress)
		if err != nil {
			return err
		}
		base := results[0].ns
		fmt.Fprintf(w, "\n%d policies, %d attempts\n", size, attempts)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "engine\tns/decision\tB/decision\tallocs\tratio\t")
		for _, r := range results {
			fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.1f\t%.1f\t\n", r.name, r.ns, r.bytes, r.allocs, r.ns/base)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return batch(w)
}

func measureSize(size int, progress io.Writer) ([]result, error) {
	w := newWorkload(size, attempts)
	loop := newLoop(w)
	var results []result
	for _, m := range makers {
		if m.most > 0 && size > m.most {
			continue
		}
		fmt.Fprintf(progress, "%d policies: %s\n", size, m.name)
		e, err := m.make(w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		if err := agree(w, e, loop); err != nil {
			return nil, err
		}
		r, err := measure(w, e)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// measure takes the median of five runs, in processor time of the whole process:
// what other programs do at the same time counts little, garbage collection
// counts in full.
func measure(w *workload, e engine) (result, error) {
	prepared := make([]any, len(w.attempts))
	for i := range w.attempts {
		prepared[i] = e.prepare(&w.attempts[i])
	}
	runs := make([]result, 5)
	for i := range runs {
		r, err := run(e, prepared)
		if err != nil {
			return r, err
		}
		runs[i] = r
	}
	slices.SortFunc(runs, func(a, b result) int { return cmp.Compare(a.ns, b.ns) })
	return runs[len(runs)/2], nil
}

// run decides until enough processor time has passed to be measured well.
func run(e engine, prepared []any) (result, error) {
	const enough = 300 * time.Millisecond
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start, n := processorTime(), 0
	for block := 16; ; block *= 2 {
		for range block {
			if _, err := e.decide(prepared[n%len(prepared)]); err != nil {
				return result{}, err
			}
			n++
		}
		if used := processorTime() - start; used > enough {
			runtime.ReadMemStats(&after)
			per := func(x uint64) float64 { return float64(x) / float64(n) }
			return result{e.name, float64(used.Nanoseconds()) / float64(n), per(after.TotalAlloc - before.TotalAlloc), per(after.Mallocs - before.Mallocs)}, nil
		}
	}
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// batch decides a million attempts on 200 policies, one after the other.
func batch(out io.Writer) error {
	const million = 1000000
	w := newWorkload(200, attempts)
	e, err := newSallyport(w)
	if err != nil {
		return err
	}
	prepared := make([]any, len(w.attempts))
	for i := range w.attempts {
		prepared[i] = e.prepare(&w.attempts[i])
	}
	start := processorTime()
	for i := range million {
		if _, err := e.decide(prepared[i%len(prepared)]); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\na million attempts on 200 policies: %.2f s of one core\n", (processorTime() - start).Seconds())
	return nil
}
