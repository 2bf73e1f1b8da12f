package triage

import "fmt"

// consents looks for apps that ask many people for consent though nobody else
// uses them, and for apps that the service stopped as risky.
type consents struct {
	t       *lane
	w       *windows[uint32] // by app
	settled map[uint32]*distinct[uint32]
	asked   map[uint32]*distinct[uint32]
}

// enoughPeople bounds the people of an app that are remembered: an app that so
// many use without having been asked is no stranger.
const enoughPeople = 4096

func newConsents(t *lane) *consents {
	return &consents{t, newWindows[uint32](t, t.thresholds.ConsentPhishing.Window), map[uint32]*distinct[uint32]{}, map[uint32]*distinct[uint32]{}}
}

func (c *consents) wants() trait { return consentAsked | succeeded }

func (c *consents) see(e *event) {
	if e.app == 0 || e.who == 0 || !e.traits.has(person) {
		return
	}
	if e.traits.has(succeeded) {
		c.used(e)
		return
	}
	if asked := at(c.asked, e.app); asked.len() < enoughPeople {
		asked.add(e.who, 1)
	}
	tr := c.w.at(e.app, e.at)
	if tr.open != nil {
		tr.open.add(e, c.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	var people distinct[uint32]
	for i := range tr.recent {
		people.add(tr.recent[i].who, maxRecent)
	}
	if people.len() < c.t.thresholds.ConsentPhishing.Count && !e.traits.has(consentRisky) {
		return
	}
	app := e.app
	c.w.begin(tr, &episode{kind: ConsentPhishing, severity: Medium, window: c.t.thresholds.ConsentPhishing.Window,
		why: func(ep *episode) string { return c.why(ep, app) }, judge: func(ep *episode) bool { return c.judge(ep, app) }})
}

// used takes note of who uses an app.
func (c *consents) used(e *event) {
	if users := at(c.settled, e.app); users.len() < enoughPeople {
		users.add(e.who, enoughPeople)
	}
	tr := c.w.peek(e.app, e.at)
	if tr == nil || tr.open == nil || !tr.open.people.has(e.who) || tr.open.hits.has(e.who) {
		return
	}
	tr.open.add(e, c.t.thresholds.Evidence)
	tr.open.hits.add(e.who, c.t.thresholds.Evidence)
}

func at(m map[uint32]*distinct[uint32], key uint32) *distinct[uint32] {
	d := m[key]
	if d == nil {
		d = &distinct[uint32]{}
		m[key] = d
	}
	return d
}

// judge drops apps that more people use without ever having been asked: they
// belong to the tenant, and some are asked for one permission more.
func (c *consents) judge(ep *episode, app uint32) bool {
	if ep.codes[900941] > 0 {
		return true
	}
	asked, settled := at(c.asked, app), 0
	for _, who := range at(c.settled, app).list {
		if !asked.has(who) {
			settled++
		}
	}
	if settled >= asked.len() {
		return false
	}
	if ep.hits.len() > 0 {
		ep.severity = High
	}
	return true
}

func (c *consents) why(ep *episode, app uint32) string {
	name := c.t.names.apps[app].Name
	if name == "" {
		name = c.t.names.apps[app].ID
	}
	why := fmt.Sprintf("The app %q asked %s for consent, and hardly anybody else uses it.", name, plural(ep.people.len(), "person", "people"))
	if n := ep.codes[900941]; n > 0 {
		why += " The service itself stopped it as risky."
	}
	if n := ep.hits.len(); n > 0 {
		why += fmt.Sprintf(" %s then signed in to it: revoke its grants.", plural(n, "person", "people"))
	}
	return why
}

func (c *consents) end() { c.w.end() }
