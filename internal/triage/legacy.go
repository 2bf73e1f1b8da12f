package triage

import "fmt"

// legacies looks for right passwords over protocols that know no second factor,
// from where the person is a stranger. Printers and old scripts use them as a
// matter of course, from the tenant's own networks.
type legacies struct {
	t *lane
	w *windows[sourceOf] // by person and network
}

func newLegacy(t *lane) *legacies { return &legacies{t, newWindows[sourceOf](t, day)} }

func (l *legacies) wants() trait { return legacyClient | passwordGrant }

func (l *legacies) see(e *event) {
	if !e.traits.has(succeeded|secretProven) || !e.traits.has(person) || e.who == 0 || !e.hasAddr || !l.t.familiar.strange(e) {
		return
	}
	tr := l.w.at(sourceOf{e.who, e.network()}, e.at)
	if tr.open == nil {
		tr.push(e)
		protocol := l.t.names.agents[e.agent].guise
		if e.traits.has(passwordGrant) {
			protocol = "a password grant"
		}
		l.w.begin(tr, &episode{kind: LegacyProtocol, severity: Medium, why: func(ep *episode) string { return l.why(ep, protocol) },
			judge: l.judge})
	} else {
		tr.open.add(e, l.t.thresholds.Evidence)
	}
	if e.traits.has(succeeded) {
		tr.open.severity = High
	}
}

// judge makes little of people of whom the log tells nothing else: nothing says
// that they are not at home there.
func (l *legacies) judge(ep *episode) bool {
	for src := range ep.sources {
		if !l.t.familiar.elsewhere(src.who, src.network) {
			ep.severity = Low
		}
	}
	return l.t.strangers(ep) > 0
}

func (l *legacies) why(ep *episode, protocol string) string {
	end := "and got in without a second factor"
	if ep.codes[0] == 0 {
		end = "and was stopped after the password; the password is known to whoever tried"
	}
	place := "where the person is a stranger"
	if ep.severity == Low {
		place = "of whose whereabouts the log tells nothing else"
	}
	return fmt.Sprintf("The right password of %s came over %s from %s (%s), %s, %s.",
		l.t.name(ep.people.list[0]), protocol, plural(ep.addresses.len(), "address", "addresses"), listCountries(ep), place, end)
}

func (l *legacies) end() { l.w.end() }
