package triage

import "fmt"

// deviceCodes looks for codes that a person typed in for somebody else: a device
// code sign-in that comes from, or whose session is then used from, where the
// person is a stranger. Developers sign their tools in that way every day, from
// where they work.
type deviceCodes struct {
	t *lane
	w *windows[uint32] // device code sign-ins by person
}

func newDeviceCodes(t *lane) *deviceCodes {
	return &deviceCodes{t, newWindows[uint32](t, t.thresholds.DeviceCodePhishing.Window)}
}

func (d *deviceCodes) wants() trait { return succeeded }

func (d *deviceCodes) see(e *event) {
	if e.who == 0 || !e.traits.has(person) || !e.hasAddr {
		return
	}
	if e.traits.has(deviceCodeNow) {
		d.signIn(e)
		return
	}
	tr := d.w.peek(e.who, e.at)
	if tr == nil || len(tr.recent) == 0 && tr.open == nil {
		return
	}
	if tr.open != nil {
		if d.sameSession(tr.open, e) {
			tr.open.add(e, d.t.thresholds.Evidence)
		}
		return
	}
	for i := range tr.recent {
		first := &tr.recent[i]
		if !e.traits.has(deviceCode) && (e.session == 0 || e.session != first.session) {
			continue
		}
		if first.network() == e.network() || !d.t.familiar.strange(e) {
			continue
		}
		d.open(tr, first, e, High, fmt.Sprintf("%s signed a device in with a code from %s, and its session was used from %s %s later, where the person is a stranger.",
			d.t.name(e.who), d.t.where(first), d.t.where(e), round(e.time().Sub(first.time()))))
		return
	}
}

// sameSession tells whether an event goes on with the episode's networks.
func (d *deviceCodes) sameSession(ep *episode, e *event) bool {
	return !e.traits.has(managed) && (e.traits.has(deviceCode) || e.session != 0) && ep.networks.has(e.network()) && d.t.familiar.strange(e)
}

func (d *deviceCodes) signIn(e *event) {
	tr := d.w.at(e.who, e.at)
	switch {
	case tr.open != nil:
		tr.open.add(e, d.t.thresholds.Evidence)
	case d.t.familiar.strange(e):
		severity := Medium
		if e.traits.has(riskSeen) || d.t.familiar.elsewhere(e.who, e.network()) {
			severity = High
		}
		d.open(tr, nil, e, severity, fmt.Sprintf("%s signed a device in with a code from %s, on no managed device and on a network that neither they nor the tenant are known to use.",
			d.t.name(e.who), d.t.where(e)))
	default:
		tr.push(e)
	}
}

func (d *deviceCodes) open(tr *track, first, e *event, severity Severity, why string) {
	who, net := e.who, e.network()
	tr.open = &episode{kind: DeviceCodePhishing, severity: severity, window: d.t.thresholds.DeviceCodePhishing.Window,
		why:   func(*episode) string { return why },
		judge: func(*episode) bool { return d.t.familiar.stillStrange(who, net) }}
	if first != nil {
		tr.open.add(first, d.t.thresholds.Evidence)
	}
	tr.open.add(e, d.t.thresholds.Evidence)
}

func (d *deviceCodes) end() { d.w.end() }
