package triage

import "fmt"

// legacies looks for right passwords over protocols that know no second factor,
// from where the person is a stranger. Printers and old scripts use them as a
// matter of course, from the tenant's own networks.
type legacies struct {
	t *Triage
	w *windows[sourceOf] // by person and network
}

func newLegacy(t *Triage) *legacies { return &legacies{t, newWindows[sourceOf](t, day)} }

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
			judge: func(ep *episode) bool { return l.t.strangers(ep) > 0 }})
	} else {
		tr.open.add(e, l.t.thresholds.Evidence)
	}
	if e.traits.has(succeeded) {
		tr.open.severity = High
	}
}

func (l *legacies) why(ep *episode, protocol string) string {
	end := "and got in without a second factor"
	if ep.severity < High {
		end = "and was stopped after the password; the password is known to whoever tried"
	}
	return fmt.Sprintf("The right password of %s came over %s from %s (%s), where the person is a stranger, %s.",
		l.t.name(ep.people.list[0]), protocol, plural(ep.addresses.len(), "address", "addresses"), listCountries(ep), end)
}

func (l *legacies) end() { l.w.end() }
