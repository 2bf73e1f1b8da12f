package triage

import (
	"fmt"
	"strings"
	"time"
)

// guests looks for guests who are refused at one app after the other: somebody
// finds out what the tenant has.
type guests struct {
	t *lane
	w *windows[uint32]
}

func newGuests(t *lane) *guests {
	return &guests{t, newWindows[uint32](t, t.thresholds.GuestEnumeration.Window)}
}

func (g *guests) wants() trait { return accessRefused | notAssigned | noSuchUser }

func (g *guests) see(e *event) {
	if !e.traits.has(guest) || e.who == 0 || e.app == 0 && e.resource == 0 {
		return
	}
	tr := g.w.at(e.who, e.at)
	if tr.open != nil {
		tr.open.add(e, g.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	var doors distinct[uint64]
	for i := range tr.recent {
		doors.add(uint64(tr.recent[i].app)<<32|uint64(tr.recent[i].resource), maxRecent)
	}
	if doors.len() >= g.t.thresholds.GuestEnumeration.Count {
		g.w.begin(tr, &episode{kind: GuestEnumeration, severity: Medium, window: g.t.thresholds.GuestEnumeration.Window, why: g.why})
	}
}

func (g *guests) why(ep *episode) string {
	return fmt.Sprintf("The guest %s was refused %s at %s within %s, from %s.", g.t.name(ep.people.list[0]), plural(ep.count, "time", "times"),
		plural(ep.apps.len(), "app", "apps"), round(time.Duration(ep.last-ep.first)*time.Millisecond), listCountries(ep))
}

func (g *guests) end() { g.w.end() }

// tenants looks for somebody who is turned away at one tenant after the other.
type tenants struct {
	t *lane
	w *windows[uint64]
}

func newTenants(t *lane) *tenants {
	return &tenants{t, newWindows[uint64](t, t.thresholds.TenantEnumeration.Window)}
}

func (n *tenants) wants() trait { return tenantRefused }

func (n *tenants) see(e *event) {
	if e.tenant == 0 {
		return
	}
	key := uint64(e.who)
	if e.who == 0 || !e.traits.has(person) {
		key = uint64(e.network()) | 1<<62
	}
	tr := n.w.at(key, e.at)
	if tr.open != nil {
		tr.open.add(e, n.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	var seen distinct[uint32]
	for i := range tr.recent {
		seen.add(tr.recent[i].tenant, maxRecent)
	}
	if seen.len() >= n.t.thresholds.TenantEnumeration.Count {
		ep := &episode{kind: TenantEnumeration, severity: Medium, window: n.t.thresholds.TenantEnumeration.Window}
		count := seen.len()
		ep.why = func(ep *episode) string { return n.why(ep, count) }
		n.w.begin(tr, ep)
	}
}

func (n *tenants) why(ep *episode, count int) string {
	who := "Somebody"
	if len(ep.people.list) > 0 {
		who = n.t.name(ep.people.list[0])
	}
	return fmt.Sprintf("%s was turned away at %s or more within %s, from %s (%s).", who, plural(count, "tenant", "tenants"),
		round(time.Duration(ep.last-ep.first)*time.Millisecond), plural(ep.addresses.len(), "address", "addresses"), listCountries(ep))
}

func (n *tenants) end() { n.w.end() }

// probes looks for somebody with the right password who tries client after
// client, or app after app, until one gets past the policies. A traveller whom a
// policy refuses is refused too, over and over, but on one phone and one laptop.
type probes struct {
	t *lane
	w *windows[uint32]
}

func newProbes(t *lane) *probes {
	return &probes{t, newWindows[uint32](t, t.thresholds.PolicyProbing.Window)}
}

func (p *probes) wants() trait { return accessRefused | notAssigned | succeeded }

func (p *probes) see(e *event) {
	if e.who == 0 || !e.traits.has(person) || e.traits.has(managed|guest) {
		return
	}
	if e.traits.has(succeeded) {
		p.passed(e)
		return
	}
	if !p.t.familiar.strange(e) { // the phone that was at home yesterday
		return
	}
	tr := p.w.at(e.who, e.at)
	if tr.open != nil {
		tr.open.add(e, p.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	th := &p.t.thresholds.PolicyProbing
	if guises, clients, doors := p.tried(tr.recent); len(guises) >= th.Guises || clients >= th.Clients || doors >= th.Apps {
		p.w.begin(tr, &episode{kind: PolicyProbing, severity: Medium, window: th.Window,
			why: func(ep *episode) string { return p.why(ep, guises) }})
	}
}

// tried tells in which guises and with how many clients somebody came, and how
// many apps turned them away as not theirs.
func (p *probes) tried(recent []event) (guises []string, clients, doors int) {
	var guise distinct[string]
	var client, door distinct[uint64]
	for i := range recent {
		e := &recent[i]
		a := &p.t.names.agents[e.agent]
		if a.guise != "" && e.traits.has(accessRefused) {
			guise.add(a.guise, 64)
		}
		client.add(uint64(e.app)<<32|uint64(e.agent), maxRecent)
		if e.traits.has(notAssigned) {
			door.add(uint64(e.app)<<32|uint64(e.resource), maxRecent)
		}
	}
	return guise.list, client.len(), door.len()
}

// passed raises a search that found a gap.
func (p *probes) passed(e *event) {
	if !e.traits.has(interactive | passwordGrant | legacyClient) {
		return
	}
	tr := p.w.peek(e.who, e.at)
	if tr == nil || tr.open == nil || !tr.open.networks.has(e.network()) || !p.t.familiar.strange(e) {
		return
	}
	tr.open.add(e, p.t.thresholds.Evidence)
	tr.open.hits.add(e.who, 1)
	tr.open.severity = High
}

func (p *probes) why(ep *episode, guises []string) string {
	why := fmt.Sprintf("Somebody with the password of %s was refused %s within %s at %s", p.t.name(ep.people.list[0]), plural(ep.count-ep.hits.len(), "time", "times"),
		round(time.Duration(ep.last-ep.first)*time.Millisecond), plural(ep.apps.len(), "app", "apps"))
	if len(guises) > 1 {
		why += ", as " + strings.Join(guises, ", ")
	}
	why += ", never on a managed device."
	if ep.hits.len() > 0 {
		why += " Then an attempt from the same network got in: there is a gap."
	}
	return why
}

func (p *probes) end() { p.w.end() }
