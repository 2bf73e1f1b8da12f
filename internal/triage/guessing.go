package triage

import (
	"fmt"
	"time"
)

// guesses looks for many wrong passwords of one person: fast, or over a day from
// several places. Tries from a managed device or a familiar network do not count:
// an old password in a forgotten mail client guesses more patiently than any
// attacker.
type guesses struct {
	t          *lane
	fast, slow *windows[uint32]
}

func newGuessing(t *lane) *guesses {
	th := &t.thresholds.BruteForce
	return &guesses{t, newWindows[uint32](t, th.Window), newWindows[uint32](t, th.DistributedWindow)}
}

func (g *guesses) wants() trait { return wrongSecret | locked | badAddress }

func (g *guesses) see(e *event) {
	if e.who == 0 || !e.traits.has(person) || !g.t.familiar.strange(e) {
		return
	}
	th := &g.t.thresholds.BruteForce
	g.count(g.fast, e, th.Window, func(tr *track) bool { return len(tr.recent) >= th.Tries })
	g.count(g.slow, e, th.DistributedWindow, func(tr *track) bool {
		return len(tr.recent) >= th.DistributedTries && g.places(tr.recent) >= th.Places
	})
}

func (g *guesses) count(w *windows[uint32], e *event, span Duration, enough func(*track) bool) {
	tr := w.at(e.who, e.at)
	if tr.open != nil {
		tr.open.add(e, g.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	if enough(tr) {
		w.begin(tr, &episode{kind: BruteForce, severity: Medium, window: span, why: g.why, judge: func(ep *episode) bool {
			return 2*g.t.strangers(ep) >= ep.count
		}})
	}
}

// places counts countries with network owners, or networks where neither is told.
func (g *guesses) places(recent []event) int {
	type place struct {
		country uint16
		asn     uint32
		network network
	}
	var seen distinct[place]
	for i := range recent {
		e := &recent[i]
		p := place{country: e.country, asn: e.asn}
		if p == (place{}) {
			p.network = e.network()
		}
		seen.add(p, 64)
	}
	return seen.len()
}

func (g *guesses) why(ep *episode) string {
	span := time.Duration(ep.last-ep.first) * time.Millisecond
	return fmt.Sprintf("%s for %s within %s from %s (%s) that %s did not use before with a managed device or a second factor.",
		plural(ep.count, "wrong password", "wrong passwords"), g.t.name(ep.people.list[0]), round(span),
		plural(ep.addresses.len(), "address", "addresses"), listCountries(ep), "this person")
}

func (g *guesses) end() {
	g.fast.end()
	g.slow.end()
}

// failureRuns looks for a run of wrong passwords that ends with the right one,
// away from where the person is at home.
type failureRuns struct {
	t *lane
	w *windows[uint32]
}

func newFailureRuns(t *lane) *failureRuns {
	// A run may be longer than the time between two of its tries.
	return &failureRuns{t, newWindows[uint32](t, 12*hour)}
}

func (f *failureRuns) wants() trait { return wrongSecret | locked | succeeded | secretProven }

func (f *failureRuns) see(e *event) {
	if e.who == 0 || !e.traits.has(person) {
		return
	}
	th := &f.t.thresholds.FailuresThenSuccess
	gap := th.Within.milliseconds()
	if e.traits.has(wrongSecret | locked) {
		if !f.t.familiar.strange(e) {
			return
		}
		tr := f.w.at(e.who, e.at)
		if n := len(tr.recent); n > 0 && e.at-tr.recent[n-1].at > gap {
			tr.recent = tr.recent[:0]
		}
		tr.push(e)
		return
	}
	tr := f.w.peek(e.who, e.at)
	if tr == nil || len(tr.recent) == 0 || !f.t.familiar.strange(e) || !e.traits.has(interactive|passwordGrant|legacyClient) {
		return
	}
	if len(tr.recent) >= th.Failures && e.at-tr.recent[len(tr.recent)-1].at <= gap {
		ep := &episode{kind: FailuresThenSuccess, severity: High, window: th.Within, judge: func(ep *episode) bool { return f.t.strangers(ep) > th.Failures }}
		failures := len(tr.recent)
		f.w.begin(tr, ep)
		ep.add(e, f.t.thresholds.Evidence)
		if len(ep.ids) == f.t.thresholds.Evidence { // the success is what matters most
			ep.ids[len(ep.ids)-1] = e.id
		}
		who, where, in := f.t.name(e.who), f.t.where(e), e.traits.has(succeeded)
		ep.why = func(*episode) string {
			end := "the right one, and got in"
			if !in {
				end = "the right one; what came after stopped the sign-in"
			}
			return fmt.Sprintf("%s for %s, never more than %s apart, then %s, from %s. Change the password and end the sessions.",
				plural(failures, "wrong password", "wrong passwords"), who, th.Within, end, where)
		}
		f.t.closeEpisode(ep)
		tr.open = nil
	}
	tr.recent = tr.recent[:0]
}

func (f *failureRuns) end() { f.w.end() }
