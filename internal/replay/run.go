package replay

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/sallyport-id/sallyport/signinlog"
)

// Options say how to replay.
type Options struct {
	// Workers is how many goroutines decide; 0: one per processor.
	Workers int
	// Samples is how many record ids a group names; 0: 100.
	Samples int
}

// batchSize is how many attempts a worker is given at a time: enough that
// handing over costs nothing beside deciding.
const batchSize = 256

// Run replays the records by before and, if after is not nil, by after as well.
// It ends early with the error that the records end with, or with the context's.
func Run(ctx context.Context, records iter.Seq2[*signinlog.Record, error], before, after *Decider, o Options) (*Report, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Samples <= 0 {
		o.Samples = 100
	}
	r := NewRoom()
	full, empty := make(chan []attempt, o.Workers), make(chan []attempt, 2*o.Workers)
	workers := make([]*worker, o.Workers)
	var wg sync.WaitGroup
	for i := range workers {
		w := newWorker(before.Again(), after, r, o.Samples)
		workers[i] = w
		wg.Go(func() {
			for batch := range full {
				w.run(batch)
				select {
				case empty <- batch[:0]:
				default:
				}
			}
		})
	}
	err := feed(ctx, records, full, empty)
	close(full)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	total := workers[0]
	for _, w := range workers[1:] {
		total.merge(w)
	}
	return total.report(), nil
}

// feed reads the records and hands them out in batches.
func feed(ctx context.Context, records iter.Seq2[*signinlog.Record, error], full chan<- []attempt, empty <-chan []attempt) error {
	batch := make([]attempt, 0, batchSize)
	var seq int64
	for rec, err := range records {
		if err != nil {
			return err
		}
		seq++
		batch = batch[:len(batch)+1]
		batch[len(batch)-1].read(rec, seq)
		if len(batch) < batchSize {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		full <- batch
		select {
		case batch = <-empty:
		default:
			batch = make([]attempt, 0, batchSize)
		}
	}
	full <- batch
	return ctx.Err()
}

// worker decides and counts.
type worker struct {
	decider   *Decider
	agreement *agreement
	impact    *impact // nil without a second snapshot
	counts    Counts

	byAddress bool
	effects   map[situation]effect
}

// maxSituations is how many situations a worker remembers; beyond it, it begins
// anew.
const maxSituations = 1 << 14

func newWorker(before, after *Decider, r *Room, sampled int) *worker {
	w := &worker{decider: before, agreement: newAgreement(before, r, sampled), byAddress: before.byAddress(), effects: map[situation]effect{}}
	if after != nil {
		w.impact = newImpact(before, after.Again(), r, sampled)
		w.byAddress = w.byAddress || after.byAddress()
	}
	return w
}

func (w *worker) run(batch []attempt) {
	for i := range batch {
		w.one(&batch[i])
	}
}

func (w *worker) one(a *attempt) {
	w.counts.Records++
	if a.notReached() {
		// The record says so, and so would the replay: policies run after
		// the first factor (CA-174).
		w.counts.Agree++
		w.counts.BeforeAccess++
		return
	}
	e := w.effect(a)
	switch e.match {
	case agrees:
		w.counts.Agree++
	case disagrees:
		w.counts.Disagree++
	case undetermined:
		w.counts.Undetermined++
	}
	w.agreement.count(a, &e)
	if w.impact != nil {
		w.impact.count(a, &e)
	}
}

// effect replays a record, unless one like it was replayed before.
func (w *worker) effect(a *attempt) effect {
	s, comparable := a.situation(w.decider.person(&a.facts), w.byAddress)
	if comparable {
		if e, ok := w.effects[s]; ok {
			return e
		}
	}
	e := w.replay(a)
	if comparable {
		if len(w.effects) >= maxSituations {
			clear(w.effects)
		}
		w.effects[s] = effect{e.match, slices.Clone(e.differences), e.doubt, e.decision, e.change, e.unknown}.remembered()
	}
	return e
}

func (w *worker) replay(a *attempt) effect {
	var e effect
	if w.impact != nil || !told(a) {
		e.decision = w.decider.decide(a)
	}
	w.agreement.compare(a, &e)
	if w.impact != nil {
		w.impact.compare(a, &e)
	}
	return e
}

func (w *worker) merge(o *worker) {
	w.counts.add(o.counts)
	w.agreement.merge(o.agreement)
	if w.impact != nil {
		w.impact.merge(o.impact)
	}
}
