package decision

import (
	"runtime"
	"syscall"
	"time"
)

// result is what one engine took per decision.
type result struct {
	ns, bytes, allocs float64
}

// runner decides the attempts of a workload over and over, as its engine wants
// them.
type runner struct {
	engine   engine
	prepared []any
	next     int
}

func newRunner(w *workload, e engine) *runner {
	r := &runner{engine: e, prepared: make([]any, len(w.attempts))}
	for i := range w.attempts {
		r.prepared[i] = e.prepare(&w.attempts[i])
	}
	return r
}

// measure takes the fastest of seven runs, in processor time of the whole
// process: what other programs do at the same time counts little, garbage
// collection counts in full.
func measure(w *workload, e engine) (result, error) {
	r := newRunner(w, e)
	runs := make([]result, 7)
	for i := range runs {
		var err error
		if runs[i], err = r.run(); err != nil {
			return result{}, err
		}
	}
	return fastest(runs), nil
}

// decide decides the next n attempts.
func (r *runner) decide(n int) error {
	for range n {
		if _, err := r.engine.decide(r.prepared[r.next]); err != nil {
			return err
		}
		if r.next++; r.next == len(r.prepared) {
			r.next = 0
		}
	}
	return nil
}

// run decides until enough processor time has passed to be measured well.
func (r *runner) run() (result, error) {
	const enough = 200 * time.Millisecond
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, n := processorTime(), 0
	for block := 16; ; block = min(2*block, 4096) {
		if err := r.decide(block); err != nil {
			return result{}, err
		}
		n += block
		used := processorTime() - start
		if used < enough {
			continue
		}
		runtime.ReadMemStats(&after)
		per := func(x float64) float64 { return x / float64(n) }
		return result{
			ns:    per(float64(used.Nanoseconds())),
			bytes: per(float64(after.TotalAlloc - before.TotalAlloc)), allocs: per(float64(after.Mallocs - before.Mallocs)),
		}, nil
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
