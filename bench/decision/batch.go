package decision

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

const million = 1000000

// compilePrice tells what compiling policies takes, which is done once.
func compilePrice(out, progress io.Writer) error {
	fmt.Fprintln(progress, "compiling")
	fmt.Fprint(out, "\naccess.Compile:")
	for i, size := range Sizes {
		src, err := newWorkload(size, 1).source()
		if err != nil {
			return err
		}
		took, err := fastestCompile(src)
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, " %d policies %.1f ms", size, float64(took.Microseconds())/1000)
	}
	fmt.Fprintln(out)
	return nil
}

// batch decides and explains a million attempts on one core, and decides them on
// two.
func batch(out, progress io.Writer) error {
	fmt.Fprintln(progress, "a million attempts")
	w := newWorkload(detailed, attempts)
	decide, err := newSallyport(w)
	if err != nil {
		return err
	}
	explain, err := newExplain(w)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nA million attempts on %d policies, time by the clock (processor time):\n", detailed)
	for _, b := range []struct {
		engine  engine
		workers int
	}{{decide, 1}, {decide, 2}, {explain, 1}, {explain, 2}} {
		if b.workers > runtime.NumCPU() {
			continue
		}
		start, used := time.Now(), processorTime()
		if err := share(w, b.engine, b.workers); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s, %d at a time: %.2f s (%.2f s)\n", b.engine.name, b.workers, time.Since(start).Seconds(), (processorTime() - used).Seconds())
	}
	return nil
}

// share decides a million attempts with some workers.
func share(w *workload, e engine, workers int) error {
	r := newRunner(w, e)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for k := range workers {
		own := *r
		own.next = k * len(own.prepared) / workers
		wait.Go(func() { errs[k] = own.decide(million / workers) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
