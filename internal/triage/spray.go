package triage

import (
	"fmt"
	"math"
	"time"
)

// sprays looks for many people failing in one way from one place: wrong
// passwords from a network within minutes; few tries per person from one network
// owner or with one user agent over a day; names that do not exist. What tells
// an attack from a busy office is that more people fail there than succeed.
type sprays struct {
	t     *lane
	kind  Kind
	rules Spray
	fails trait
	slow  bool
	span  int64
	keys  map[uint64]*sprayed
	found [256]foundPlace // the places met last, by key
	roll  roll
	swept int64
	since int64 // who got in before that counted no more when last swept
}

type foundPlace struct {
	key   uint64
	place *sprayed
}

// sprayed is what goes on at one place.
type sprayed struct {
	recent  []event        // failures within the window
	failing map[uint32]int // who, and how often, within the window
	good    arrivals
	pruned  int64
	proven  []event // right passwords from strangers, within the window
	open    *episode
	last    int64
}

func newSpray(t *lane, kind Kind, rules Spray) *sprays {
	s := &sprays{t: t, kind: kind, rules: rules, fails: wrongSecret | locked | badAddress, slow: kind == SlowSpray,
		span: rules.Window.milliseconds(), keys: map[uint64]*sprayed{}, since: math.MinInt64}
	if kind == UserEnumeration {
		s.fails = noSuchUser
	}
	return s
}

func (s *sprays) wants() trait { return s.fails | succeeded | secretProven }

func (s *sprays) see(e *event) {
	if !e.traits.has(person) {
		return
	}
	s.sweep(e.at)
	if !s.slow {
		if e.hasAddr {
			s.at(uint64(e.network()), e)
		}
		return
	}
	// Keys of network owners are even, those of user agents odd.
	if e.asn != 0 {
		s.at(uint64(e.asn)<<1, e)
	}
	if e.agent != 0 {
		s.at(uint64(e.agent)<<1|1, e)
	}
}

func (s *sprays) at(key uint64, e *event) {
	sp := s.place(key)
	s.age(sp, e.at)
	sp.last = e.at
	switch {
	case !e.traits.has(s.fails):
		s.passed(sp, e)
	case e.traits.has(managed) || s.slow && !s.t.familiar.strange(e):
	default:
		s.failed(sp, e)
	}
}

func (s *sprays) place(key uint64) *sprayed {
	found := &s.found[key%uint64(len(s.found))]
	if found.place != nil && found.key == key {
		return found.place
	}
	sp := s.keys[key]
	if sp == nil {
		sp = &sprayed{}
		s.keys[key] = sp
	}
	*found = foundPlace{key, sp}
	return sp
}

// age leaves out what is too old.
func (s *sprays) age(sp *sprayed, now int64) {
	if sp.open != nil && now-sp.open.last > s.span {
		s.t.closeEpisode(sp.open)
		sp.open = nil
	}
	n := 0
	for n < len(sp.recent) && (now-sp.recent[n].at > s.span || len(sp.recent)-n >= maxRecent) {
		who := sp.recent[n].who
		if sp.failing[who]--; sp.failing[who] <= 0 {
			delete(sp.failing, who)
		}
		n++
	}
	if n > 0 {
		sp.recent = append(sp.recent[:0], sp.recent[n:]...)
	}
	n = 0
	for n < len(sp.proven) && (now-sp.proven[n].at > s.span || len(sp.proven)-n >= maxRecent/8) {
		n++
	}
	if n > 0 {
		sp.proven = append(sp.proven[:0], sp.proven[n:]...)
	}
}

// passed takes note of a right password.
func (s *sprays) passed(sp *sprayed, e *event) {
	if e.traits.has(succeeded) {
		sp.good.add(e.who, e.at, s.since, &s.roll)
		if sp.open != nil {
			sp.open.passers.add(e.who, 1)
		}
	}
	if !e.traits.has(interactive|passwordGrant|legacyClient) || s.kind == UserEnumeration || !s.t.familiar.strange(e) {
		return
	}
	if sp.open != nil {
		s.hit(sp.open, e)
		return
	}
	sp.proven = append(sp.proven, *e)
}

// hit is a right password in the middle of an attack, from one of its networks.
func (s *sprays) hit(ep *episode, e *event) {
	if !ep.networks.has(e.network()) {
		return
	}
	ep.add(e, s.t.thresholds.Evidence)
	ep.hits.add(e.who, s.t.thresholds.Evidence)
	ep.severity = High
}

func (s *sprays) failed(sp *sprayed, e *event) {
	if sp.failing == nil {
		sp.failing = map[uint32]int{}
	}
	sp.recent = append(sp.recent, *e)
	sp.failing[e.who]++
	if sp.open != nil {
		sp.open.add(e, s.t.thresholds.Evidence)
		sp.open.failers.add(e.who, 1)
		return
	}
	people := len(sp.failing)
	if people < s.rules.Users && !s.burst(sp, e.at) || s.rules.TriesPerUser > 0 && len(sp.recent) > s.rules.TriesPerUser*people {
		return
	}
	if people <= s.succeeding(sp, e.at) {
		return
	}
	sp.open = &episode{kind: s.kind, severity: Medium, window: s.rules.Window, why: s.why, judge: s.judge}
	for i := range sp.recent {
		sp.open.add(&sp.recent[i], s.t.thresholds.Evidence)
		sp.open.failers.add(sp.recent[i].who, 1)
	}
	for who := range sp.good.people(s.since) {
		sp.open.passers.add(who, 1)
	}
	for i := range sp.proven {
		s.hit(sp.open, &sp.proven[i])
	}
	sp.open.last = e.at
}

// burst tells whether people fail faster than people type.
func (s *sprays) burst(sp *sprayed, now int64) bool {
	if s.rules.BurstUsers == 0 || len(sp.failing) < s.rules.BurstUsers {
		return false
	}
	var people distinct[uint32]
	for i := len(sp.recent) - 1; i >= 0 && now-sp.recent[i].at <= s.rules.BurstWindow.milliseconds(); i-- {
		people.add(sp.recent[i].who, s.rules.BurstUsers)
	}
	return people.len() >= s.rules.BurstUsers
}

// succeeding counts who succeeded within the window. Those who left it a short
// while ago may be among them: looking at all of them for each failure would take
// time that grows with the tenant's square.
func (s *sprays) succeeding(sp *sprayed, now int64) int {
	good := sp.good.people(s.since)
	if now-sp.pruned > s.span/16 {
		sp.pruned = now
		sp.good.forget(now - s.span)
	}
	n := len(good)
	for i := range sp.proven { // the attacker's own successes do not speak for the place
		if _, ok := good[sp.proven[i].who]; ok && sp.failing[sp.proven[i].who] > 0 {
			n--
		}
	}
	return n
}

// sweep forgets places that nothing happened at, and who got in too long ago.
func (s *sprays) sweep(now int64) {
	if now-s.swept < s.span/2 {
		return
	}
	s.swept, s.since = now, now-s.span
	for key, sp := range s.keys {
		if now-sp.last > s.span {
			s.age(sp, now)
			delete(s.keys, key)
			continue
		}
		sp.good.forget(s.since)
		sp.good.rest()
	}
	clear(s.found[:])
}

func (s *sprays) end() {
	for _, sp := range s.keys {
		if sp.open != nil {
			s.t.closeEpisode(sp.open)
		}
	}
	clear(s.keys)
}

// judge drops an attack where, once it was over, more people had got in than
// failed: an office on a Monday morning. A slow spray goes on beside the life of a
// whole network owner; it must be of strangers.
func (s *sprays) judge(ep *episode) bool {
	if !s.slow {
		return ep.failers.len() > ep.passers.len()
	}
	strangers := map[uint32]bool{}
	for src := range ep.sources {
		if s.t.familiar.stillStrange(src.who, src.network) {
			strangers[src.who] = true
		}
	}
	return len(strangers) >= s.rules.Users
}

func (s *sprays) why(ep *episode) string {
	span := time.Duration(ep.last-ep.first) * time.Millisecond
	place := fmt.Sprintf("%s (%s)", plural(ep.addresses.len(), "address", "addresses"), listCountries(ep))
	if s.kind == UserEnumeration {
		return fmt.Sprintf("%s that this tenant does not have were tried within %s from %s, and fewer people than that got in from there.",
			plural(ep.people.len(), "name", "names"), round(span), place)
	}
	why := fmt.Sprintf("%s failed %s within %s from %s, more than got in from there.",
		plural(ep.failers.len(), "person", "people"), plural(ep.count-ep.hitsCount(), "time", "times"), round(span), place)
	if n := ep.hits.len(); n > 0 {
		why += fmt.Sprintf(" The password of %s was right: change it and end their sessions.", plural(n, "person", "people"))
	}
	return why
}
