package triage

import (
	"fmt"
	"time"
)

// surges looks for policies that all at once refuse many people: an edit that
// went further than meant, most often. Shares of those who sign in are compared,
// not counts, so that Monday morning is no surge.
//
// Those who sign in are counted once an hour, those whom a policy refuses twice a
// day at most: who is abroad and is refused all day is nobody new.
type surges struct {
	t      *lane
	start  int64
	bucket int64 // number of the tenth of the window
	active []int // people per tenth of the window, the last ones
	before int   // people in all earlier ones
	seen   map[uint32]int64
	rules  map[uint32]*refuser
}

// refuser is what a policy did.
type refuser struct {
	recent  []event          // within the window, one for each person who is newly refused
	last    map[uint32]int64 // when a person was newly refused
	earlier int              // newly refused before the window
	open    *episode
}

const tenths = 10

func newSurges(t *lane) *surges {
	return &surges{t: t, active: make([]int, tenths), seen: map[uint32]int64{}, rules: map[uint32]*refuser{}}
}

func (s *surges) wants() trait { return succeeded | secretProven | accessRefused }

func (s *surges) see(e *event) {
	if e.who == 0 || !e.traits.has(person) {
		return
	}
	if s.start == 0 {
		s.start = e.at
	}
	s.move(e.at)
	span := s.t.thresholds.PolicySurge.Window.milliseconds()
	if at, ok := s.seen[e.who]; !ok || e.at-at >= span {
		s.seen[e.who] = e.at
		s.active[s.bucket%tenths]++
	}
	if !e.traits.has(accessRefused) || e.refusals == 0 {
		return
	}
	for _, policy := range s.t.names.sets[e.refusals] {
		s.refused(policy, e)
	}
}

// move goes on to the tenth of the window of a time.
func (s *surges) move(now int64) {
	b := now / (s.t.thresholds.PolicySurge.Window.milliseconds() / tenths)
	if s.bucket == 0 {
		s.bucket = b
	}
	for n := 0; s.bucket < b && n < tenths; n++ {
		s.bucket++
		s.before += s.active[s.bucket%tenths]
		s.active[s.bucket%tenths] = 0
	}
	s.bucket = max(s.bucket, b)
}

func (s *surges) refused(policy uint32, e *event) {
	th := &s.t.thresholds.PolicySurge
	span := th.Window.milliseconds()
	r := s.rules[policy]
	if r == nil {
		r = &refuser{last: map[uint32]int64{}}
		s.rules[policy] = r
	}
	if r.open != nil && e.at-r.open.last > span {
		s.close(r)
	}
	n := 0
	for n < len(r.recent) && (e.at-r.recent[n].at > span || len(r.recent)-n >= maxRecent) {
		if r.open == nil { // what a surge refuses is not what is usual
			r.earlier++
		}
		n++
	}
	r.recent = append(r.recent[:0], r.recent[n:]...)
	at, ok := r.last[e.who]
	if !ok || e.at-at >= (day/2).milliseconds() {
		at = e.at
		r.last[e.who] = e.at
		r.recent = append(r.recent, *e)
	}
	if e.at-at > span && (r.open == nil || at < r.open.first) {
		return // refused for other reasons
	}
	share, usual := s.shares(r)
	surging := len(r.recent) >= th.Users && share >= th.Share && share >= th.Times*usual && e.at-s.start >= th.Learn.milliseconds()
	switch {
	case r.open != nil && share >= th.Share && share >= th.Times*usual && 2*len(r.recent) >= th.Users:
		r.open.add(e, s.t.thresholds.Evidence)
	case r.open == nil && surging:
		r.open = &episode{kind: PolicySurge, severity: Medium, window: th.Window, policy: policy, why: func(ep *episode) string { return s.why(ep, policy, share, usual) }}
		if share >= 0.25 {
			r.open.severity = High
		}
		for i := range r.recent {
			r.open.add(&r.recent[i], s.t.thresholds.Evidence)
		}
	}
}

// shares returns which share of the people a policy refuses, now and before.
func (s *surges) shares(r *refuser) (now, usual float64) {
	people := 0
	for _, n := range s.active {
		people += n
	}
	return float64(len(r.recent)) / float64(max(people, 1)), float64(r.earlier) / float64(max(s.before, 1))
}

func (s *surges) why(ep *episode, policy uint32, share, usual float64) string {
	p := s.t.names.policies[policy]
	name := p.Name
	if name == "" {
		name = p.ID
	}
	return fmt.Sprintf("The policy %q refused %s within %s, %.0f %% of those who signed in; %.1f %% were usual before. Was it, or a location or group that it names, changed around %s?",
		name, plural(ep.people.len(), "person", "people"), round(time.Duration(ep.last-ep.first)*time.Millisecond), 100*share, 100*usual,
		time.UnixMilli(ep.first).UTC().Format("2006-01-02 15:04 UTC"))
}

func (s *surges) close(r *refuser) {
	s.t.closeEpisode(r.open)
	r.open = nil
	r.recent = r.recent[:0] // nor is it usual from now on
}

func (s *surges) end() {
	for _, r := range s.rules {
		if r.open != nil {
			s.close(r)
		}
	}
}
