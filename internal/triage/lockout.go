package triage

import (
	"fmt"
	"slices"
	"time"
)

// lockouts looks for many people locked within minutes, more than the tenant is
// used to: somebody locks them out, on purpose or as a side effect of guessing.
type lockouts struct {
	t       *lane
	recent  []event
	open    *episode
	buckets [7 * 24 * 4]uint16 // people locked per quarter of an hour, the last week
	bucket  int64
	filled  int
}

func newLockouts(t *lane) *lockouts { return &lockouts{t: t} }

func (l *lockouts) wants() trait { return locked }

func (l *lockouts) see(e *event) {
	if e.who == 0 {
		return
	}
	th := &l.t.thresholds.LockoutStorm
	span := th.Window.milliseconds()
	if l.open != nil && e.at-l.open.last > span {
		l.close()
	}
	n := 0
	for n < len(l.recent) && (e.at-l.recent[n].at > span || len(l.recent)-n >= maxRecent) {
		n++
	}
	l.recent = append(append(l.recent[:0], l.recent[n:]...), *e)
	if l.open != nil {
		l.open.add(e, l.t.thresholds.Evidence)
		return
	}
	var people distinct[uint32]
	for i := range l.recent {
		people.add(l.recent[i].who, maxRecent)
	}
	usual := l.usual(e.at)
	if people.len() >= th.Users && float64(people.len()) >= th.Times*usual {
		l.open = &episode{kind: LockoutStorm, severity: Medium, window: th.Window, why: func(ep *episode) string { return l.why(ep, usual) }}
		for i := range l.recent {
			l.open.add(&l.recent[i], l.t.thresholds.Evidence)
		}
		return
	}
	l.tally(e.at, people.len())
}

// tally remembers how many were locked at once, except during a wave.
func (l *lockouts) tally(now int64, people int) {
	l.move(now)
	i := l.bucket % int64(len(l.buckets))
	l.buckets[i] = max(l.buckets[i], uint16(min(people, 1<<16-1)))
}

// move goes on to the quarter of an hour of a time; those in between had none.
func (l *lockouts) move(now int64) {
	b := now / (15 * 60 * 1000)
	if l.filled == 0 {
		l.bucket, l.filled = b, 1
	}
	for l.bucket < b {
		if l.filled = min(l.filled+1, len(l.buckets)); b-l.bucket > int64(len(l.buckets)) {
			l.buckets, l.bucket, l.filled = [len(l.buckets)]uint16{}, b, len(l.buckets)
			return
		}
		l.bucket++
		l.buckets[l.bucket%int64(len(l.buckets))] = 0
	}
}

// usual is how many are locked at once in all but the busiest hundredth of the
// last week. At the beginning of a log nothing is usual yet.
func (l *lockouts) usual(now int64) float64 {
	l.move(now)
	if l.filled < 2 {
		return 0
	}
	seen := slices.Clone(l.buckets[:])
	slices.Sort(seen)
	return float64(seen[len(seen)-1-len(seen)/100])
}

func (l *lockouts) why(ep *episode, usual float64) string {
	why := fmt.Sprintf("%s were locked within %s, from %s (%s)", plural(ep.people.len(), "person", "people"), round(time.Duration(ep.last-ep.first)*time.Millisecond),
		plural(ep.addresses.len(), "address", "addresses"), listCountries(ep))
	if usual >= 1 {
		return why + fmt.Sprintf("; up to %.0f are usual.", usual)
	}
	return why + "."
}

func (l *lockouts) close() {
	if l.open.people.len() >= 5*l.t.thresholds.LockoutStorm.Users {
		l.open.severity = High
	}
	l.t.closeEpisode(l.open)
	l.open = nil
}

func (l *lockouts) end() {
	if l.open != nil {
		l.close()
	}
}
