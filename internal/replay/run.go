package replay

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/sallyport-id/sallyport/signinlog"
)

// Options say how to replay.
type Options struct {
	// Workers is how many goroutines decide; 0: one per processor.
	Workers int
	// Samples is how many record ids a group names; 0: 100.
	Samples int
}

// Run replays the records by before and, if after is not nil, by after as well.
// It ends early with the error that the records end with, or with the context's.
func Run(ctx context.Context, records iter.Seq2[*signinlog.Record, error], before, after *Decider, o Options) (*Report, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Samples <= 0 {
		o.Samples = 100
	}
	r := newRun(before, after, o)
	for rec, err := range records {
		if err != nil {
			return nil, err
		}
		if r.seq%contextEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.add(rec)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r.settle()
	return r.report(), nil
}

// contextEvery is after how many records the context is asked whether to go on.
const contextEvery = 1024

// run is one replay. Records whose situation was met before are counted at once.
// The others, and those that count in a group after one of them, wait until there
// are enough to be decided at the same time; so all are counted in the order of the
// log, and neither the number of workers nor what is remembered shows.
type run struct {
	before, after *Decider
	memory        *memory
	workers       []*worker
	ledger        *ledger

	seq     int64
	waiting []entry
	misses  []finding // of entries that wait
	round   int       // how many misses are decided at the same time
}

const (
	maxWaiting = 1024
	maxRound   = 64
	minRound   = 8
	// roundOutcomes bounds what the explanations of a round hold.
	roundOutcomes = 1 << 14
)

// beforeAccess is the effect of records that say that policies were not reached;
// and so would the replay: they run after the first factor (CA-174).
var beforeAccess = &effect{match: agrees, early: true, doubt: noGroup, change: noGroup}

func newRun(before, after *Decider, o Options) *run {
	r := &run{before: before, after: after, memory: newMemory(before, after)}
	for range o.Workers {
		r.workers = append(r.workers, newWorker(before, after))
	}
	r.ledger = newLedger(r.workers[0].agreement, after != nil, o.Samples)
	r.round = min(maxRound, max(minRound, roundOutcomes/(1+len(before.set.Policies()))))
	r.misses = make([]finding, 0, r.round)
	return r
}

// add replays a record.
func (r *run) add(rec *signinlog.Record) {
	r.seq++
	r.count(rec, r.effect(rec))
}

// count counts a record, or has it wait until its effect is found out.
func (r *run) count(rec *signinlog.Record, e *effect) {
	if e.plain() {
		r.ledger.countPlain(e)
		return
	}
	r.waiting = append(r.waiting, entry{effect: e})
	r.waiting[len(r.waiting)-1].read(rec, r.seq)
	if len(r.misses) == 0 || len(r.misses) == r.round || len(r.waiting) == maxWaiting {
		r.settle()
	}
}

// effect returns the effect of a record, which may have to be found out still.
func (r *run) effect(rec *signinlog.Record) *effect {
	if len(rec.Inputs) > 0 { // facts that our own server recorded may hold anything
		return r.miss(rec)
	}
	s, early, ok := r.memory.situation(rec)
	switch {
	case !ok:
		return r.miss(rec)
	case early:
		return beforeAccess
	}
	e := r.memory.effects[s]
	if e == nil {
		e = r.miss(rec)
		r.memory.remember(s, e)
	}
	return e
}

// miss has a record decided.
func (r *run) miss(rec *signinlog.Record) *effect {
	n := len(r.misses)
	r.misses = r.misses[:n+1]
	f := &r.misses[n]
	f.attempt.read(rec)
	if f.attempt.notReached() {
		r.misses = r.misses[:n]
		return beforeAccess
	}
	return &effect{finding: f, doubt: noGroup, change: noGroup}
}

// settle decides what there is to decide and counts all that waits.
func (r *run) settle() {
	r.decide()
	for i := range r.waiting {
		e := r.waiting[i].effect
		if e.finding != nil && e.remembered {
			r.memory.kept += len(e.finding.differences)
		}
		r.ledger.count(&r.waiting[i])
	}
	for i := range r.misses {
		r.misses[i].forget()
	}
	clear(r.waiting)
	r.waiting, r.misses = r.waiting[:0], r.misses[:0]
}

// decide decides the misses, all workers together.
func (r *run) decide() {
	if len(r.misses) < minRound { // not worth waking anybody
		for i := range r.misses {
			r.workers[0].decide(&r.misses[i])
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range r.workers {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= len(r.misses); n = int(next.Add(1)) {
				w.decide(&r.misses[n-1])
			}
		})
	}
	wg.Wait()
}

// worker decides. It is for one goroutine.
type worker struct {
	decider   *Decider
	agreement *agreement
	impact    *impact // nil without a second snapshot
}

func newWorker(before, after *Decider) *worker {
	before = before.Again()
	w := &worker{decider: before, agreement: newAgreement(before)}
	if after != nil {
		after = after.Again()
		w.impact = &impact{before, after, newHistory(before, after)}
	}
	return w
}

func (w *worker) decide(f *finding) {
	a := &f.attempt
	a.readInputs()
	if w.impact != nil || !told(a) {
		f.decision = w.decider.decide(a)
	}
	w.agreement.compare(a, f)
	if w.impact != nil {
		w.impact.compare(a, f)
	}
}
