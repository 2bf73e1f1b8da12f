package replay

import "github.com/sallyport-id/sallyport/signinlog"

// RunAlone is Run that remembers nothing: every record is decided by itself.
func RunAlone(records []*signinlog.Record, before, after *Decider) *Report {
	r := newRun(before, after, Options{Workers: 1, Samples: 100})
	for _, rec := range records {
		r.seq++
		r.count(rec, r.miss(rec))
	}
	r.settle()
	return r.report()
}
