package triage

import "fmt"

// replays looks for sessions that are used from a second network, within the
// hour, by what looks like another client or from impossibly far. A phone that
// leaves the house changes its network too, but not its browser; a laptop that
// the tenant manages may do as it likes.
type replays struct {
	t        *lane
	sessions map[uint64]*sessionUse
	swept    int64
}

// sessionUse is who uses a session.
type sessionUse struct {
	last event // where the person is no stranger, or else where it began
	open *episode
}

func newReplays(t *lane) *replays {
	return &replays{t: t, sessions: map[uint64]*sessionUse{}}
}

func (r *replays) wants() trait { return succeeded | tokenAlarm }

func (r *replays) see(e *event) {
	if e.who == 0 || !e.traits.has(person) {
		return
	}
	if e.traits.has(tokenAlarm) {
		r.alarm(e)
		return
	}
	if e.session == 0 || !e.hasAddr {
		return
	}
	r.sweep(e.at)
	s := r.sessions[e.session]
	if s == nil {
		r.sessions[e.session] = &sessionUse{last: *e}
		return
	}
	if s.open != nil {
		if s.last.network() != e.network() && r.t.familiar.strange(e) {
			s.open.add(e, r.t.thresholds.Evidence)
		}
		return
	}
	if reason := r.compare(&s.last, e); reason != "" {
		r.open(s, e, reason)
		return
	}
	s.last = *e
}

// compare tells why the second use cannot be the same client's, or nothing.
func (r *replays) compare(a, b *event) string {
	if a.who != b.who || a.network() == b.network() || b.at-a.at > r.t.thresholds.TokenReplay.Window.milliseconds() {
		return ""
	}
	if !r.t.familiar.strange(b) {
		return ""
	}
	th := &r.t.thresholds.ImpossibleTravel
	if a.traits.has(placed) && b.traits.has(placed) {
		km := distance(a, b) - th.Uncertainty
		if km >= th.Kilometres && km > th.KilometresPerHour*float64(b.at-a.at)/3.6e6 {
			return fmt.Sprintf("at least %.0f km away", km)
		}
	}
	one, two := &r.t.names.agents[a.agent], &r.t.names.agents[b.agent]
	switch {
	case a.agent == 0 || b.agent == 0:
		return ""
	case one.guise != two.guise && one.guise != "" && two.guise != "":
		return fmt.Sprintf("on %s instead of %s", two.guise, one.guise)
	case one.product != two.product && a.device != b.device && (a.asn != b.asn || a.asn == 0):
		return "with another browser and no longer on the device"
	}
	return ""
}

func (r *replays) open(s *sessionUse, e *event, reason string) {
	first := s.last
	who, net := e.who, e.network()
	severity := Medium
	if first.country != e.country || first.traits.has(managed) || e.traits.has(riskSeen) {
		severity = High
	}
	why := fmt.Sprintf("A session of %s was used from %s and, %s later, from %s: %s. The person is a stranger there.",
		r.t.name(who), r.t.where(&first), round(e.time().Sub(first.time())), r.t.where(e), reason)
	s.open = &episode{kind: TokenReplay, severity: severity, window: r.t.thresholds.TokenReplay.Window,
		why: func(*episode) string { return why }, judge: func(*episode) bool { return r.t.familiar.stillStrange(who, net) }}
	s.open.add(&first, r.t.thresholds.Evidence)
	s.open.add(e, r.t.thresholds.Evidence)
}

// alarm passes on what the service itself detected.
func (r *replays) alarm(e *event) {
	why := fmt.Sprintf("The service rated a token of %s as stolen or forged, used from %s.", r.t.name(e.who), r.t.where(e))
	ep := &episode{kind: TokenReplay, severity: High, why: func(*episode) string { return why }}
	ep.add(e, r.t.thresholds.Evidence)
	r.t.closeEpisode(ep)
}

func (r *replays) sweep(now int64) {
	span := r.t.thresholds.TokenReplay.Window.milliseconds()
	if now-r.swept < span/2 {
		return
	}
	r.swept = now
	for id, s := range r.sessions {
		switch {
		case s.open != nil && now-s.open.last > span:
			r.t.closeEpisode(s.open)
			delete(r.sessions, id)
		case s.open == nil && now-s.last.at > span:
			delete(r.sessions, id)
		}
	}
}

func (r *replays) end() {
	for _, s := range r.sessions {
		if s.open != nil {
			r.t.closeEpisode(s.open)
		}
	}
	clear(r.sessions)
}
