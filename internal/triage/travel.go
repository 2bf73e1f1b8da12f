package triage

import (
	"fmt"
	"math"
	"time"
)

// travels looks for people who sign in from two places that nobody can travel
// between in that time. Only places that the log knows are compared; sign-ins
// from unknown places are told of, not guessed at.
type travels struct {
	t      *lane
	people map[uint32]*traveller
}

// traveller is where a person last was.
type traveller struct {
	last    event
	unknown int // sign-ins since then from places that the log does not know
	open    *episode
}

func newTravels(t *lane) *travels { return &travels{t, map[uint32]*traveller{}} }

func (tr *travels) wants() trait { return succeeded }

func (tr *travels) see(e *event) {
	if !e.traits.has(interactive) || !e.traits.has(person) || e.who == 0 || e.traits.has(deviceCodeNow|legacyClient|passwordGrant) {
		return
	}
	p := tr.people[e.who]
	if p == nil {
		p = &traveller{}
		tr.people[e.who] = p
	}
	if p.open != nil && e.at-p.open.last > day.milliseconds() {
		tr.t.closeEpisode(p.open)
		p.open = nil
	}
	if !e.traits.has(placed) || !e.hasAddr {
		p.unknown++
		return
	}
	// The tenant's own networks say nothing of where a person is: people use
	// its VPN from everywhere.
	if tr.t.familiar.known(e) {
		return
	}
	if p.last.hasAddr {
		tr.compare(p, e)
	}
	p.last, p.unknown = *e, 0
}

func (tr *travels) compare(p *traveller, e *event) {
	a, b := &p.last, e
	if a.network() == b.network() || a.device != 0 && a.device == b.device {
		return
	}
	from, to := tr.t.familiar.strange(a), tr.t.familiar.strange(b)
	if !from && !to {
		return
	}
	th := &tr.t.thresholds.ImpossibleTravel
	km := distance(a, b) - th.Uncertainty
	elapsed := time.Duration(b.at-a.at) * time.Millisecond
	if km < th.Kilometres || km <= th.KilometresPerHour*elapsed.Hours() {
		return
	}
	if p.open != nil {
		if to {
			p.open.add(b, tr.t.thresholds.Evidence)
		}
		return
	}
	severity := Medium
	if from != to || b.traits.has(riskSeen) {
		severity = High
	}
	why := fmt.Sprintf("%s signed in from %s and, %s later, from %s: at least %.0f km.", tr.t.name(e.who), tr.t.where(a), round(elapsed), tr.t.where(b), km)
	if from != to {
		why += " At one of the two the person is no stranger, at the other one they are."
	}
	if p.unknown > 0 {
		why += fmt.Sprintf(" In between came %s from a place that the log does not know.", plural(p.unknown, "sign-in", "sign-ins"))
	}
	p.open = &episode{kind: ImpossibleTravel, severity: severity, why: func(*episode) string { return why }, judge: tr.judge(a, b)}
	p.open.add(a, tr.t.thresholds.Evidence)
	p.open.add(b, tr.t.thresholds.Evidence)
}

// judge drops a journey if in the end neither network is strange: the person
// was there with a managed device, or the network is the tenant's own, a VPN
// perhaps.
func (tr *travels) judge(a, b *event) func(*episode) bool {
	who, from, to := a.who, a.network(), b.network()
	managedA, managedB := a.traits.has(managed), b.traits.has(managed)
	return func(*episode) bool {
		return !managedA && tr.t.familiar.stillStrange(who, from) || !managedB && tr.t.familiar.stillStrange(who, to)
	}
}

// distance is how far two events are apart on the earth, in kilometres.
func distance(a, b *event) float64 {
	const radius, degree = 6371, math.Pi / 180
	lat1, lat2 := float64(a.lat)*degree, float64(b.lat)*degree
	dLat, dLon := lat2-lat1, float64(b.lon-a.lon)*degree
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func (tr *travels) end() {
	for _, p := range tr.people {
		if p.open != nil {
			tr.t.closeEpisode(p.open)
		}
	}
	clear(tr.people)
}
