package server

import (
	"slices"
	"sync"
	"time"
)

// load is what came of driving the server for a while.
type load struct {
	done      int
	wall      time.Duration
	latencies []time.Duration // sorted
	server    time.Duration   // processor time of the server for one
	driver    time.Duration   // processor time of what drove it, for one
}

func (l load) rate() float64 { return float64(l.done) / l.wall.Seconds() }

// quantile returns the latency that so large a part did not exceed.
func (l load) quantile(part float64) time.Duration {
	if len(l.latencies) == 0 {
		return 0
	}
	return l.latencies[min(int(part*float64(len(l.latencies))), len(l.latencies)-1)]
}

// ledger gathers what several goroutines did.
type ledger struct {
	mu        sync.Mutex
	latencies []time.Duration
	failed    error
}

func (l *ledger) add(latency time.Duration, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if l.failed == nil {
			l.failed = err
		}
		return false
	}
	l.latencies = append(l.latencies, latency)
	return true
}

// measured drives the server by run, which fills the ledger.
func (p *process) measured(run func(*ledger)) (load, error) {
	before, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	var book ledger
	began, own := time.Now(), ownCPU()
	run(&book)
	l := load{wall: time.Since(began), driver: ownCPU() - own}
	after, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	if book.failed != nil {
		return load{}, book.failed
	}
	l.latencies, l.done = book.latencies, len(book.latencies)
	slices.Sort(l.latencies)
	l.server, l.driver = (after-before)/time.Duration(max(l.done, 1)), l.driver/time.Duration(max(l.done, 1))
	return l, nil
}

// saturate has so many do one thing after another for a time: as fast as it
// goes.
func (p *process) saturate(workers int, d time.Duration, do func(worker int) error) (load, error) {
	return p.measured(func(book *ledger) {
		var wait sync.WaitGroup
		end := time.Now().Add(d)
		for worker := range workers {
			wait.Go(func() {
				for time.Now().Before(end) {
					began := time.Now()
					err := do(worker)
					if !book.add(time.Since(began), err) {
						return
					}
				}
			})
		}
		wait.Wait()
	})
}

// arrive begins one thing after another at a fixed rate for a time, whether or
// not earlier ones are done. Latencies count from when each was due, so that a
// server that stalls cannot hide it.
func (p *process) arrive(rate float64, d time.Duration, do func(n int) error) (load, error) {
	return p.measured(func(book *ledger) {
		var wait sync.WaitGroup
		began, gap := time.Now(), time.Duration(float64(time.Second)/rate)
		for n := 0; ; n++ {
			due := began.Add(time.Duration(n) * gap)
			if due.Sub(began) >= d {
				break
			}
			time.Sleep(time.Until(due))
			wait.Go(func() {
				err := do(n)
				book.add(time.Since(due), err)
			})
		}
		wait.Wait()
	})
}
