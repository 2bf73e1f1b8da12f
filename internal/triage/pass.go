package triage

import "fmt"

// passes looks for temporary access passes in the wrong hands: one that opens
// the account of somebody who is known from elsewhere, one that is used in two
// places, many that are tried in vain. A new colleague's first sign-in is with
// such a pass, often from home; nobody knows them from elsewhere.
type passes struct {
	t *lane
	w *windows[uint32]
}

func newPasses(t *lane) *passes { return &passes{t, newWindows[uint32](t, day)} }

func (p *passes) wants() trait { return passUsed | passRefused }

// manyPasses is how many refused passes of one person in a day are guessing.
const manyPasses = 5

func (p *passes) see(e *event) {
	if e.who == 0 || !e.hasAddr || !p.t.familiar.strange(e) {
		return
	}
	tr := p.w.at(e.who, e.at)
	if tr.open != nil {
		tr.open.add(e, p.t.thresholds.Evidence)
		return
	}
	tr.push(e)
	who, net := e.who, e.network()
	name, where := p.t.name(who), p.t.where(e)
	used, refused := 0, 0
	var networks distinct[network]
	for i := range tr.recent {
		if tr.recent[i].traits.has(passUsed) {
			used++
			networks.add(tr.recent[i].network(), 16)
		} else {
			refused++
		}
	}
	ep := &episode{kind: TemporaryPassAbuse, severity: High}
	switch {
	case networks.len() > 1:
		ep.why = func(*episode) string {
			return fmt.Sprintf("A temporary access pass of %s was used from two networks, the second one in %s.", name, where)
		}
		ep.judge = func(ep *episode) bool { return p.t.strangers(ep) > 1 }
	case e.traits.has(passUsed):
		ep.why = func(*episode) string {
			return fmt.Sprintf("A temporary access pass of %s was used from %s, where the person is a stranger; they are known from elsewhere.", name, where)
		}
		ep.judge = func(*episode) bool { return p.t.familiar.stillStrange(who, net) && p.t.familiar.elsewhere(who, net) }
	case refused >= manyPasses:
		ep.severity = Medium
		ep.why = func(ep *episode) string {
			return fmt.Sprintf("%s of %s were refused, from %s.", plural(ep.count, "temporary access pass", "temporary access passes"), name, where)
		}
		ep.judge = func(ep *episode) bool { return p.t.strangers(ep) >= manyPasses }
	default:
		return
	}
	p.w.begin(tr, ep)
}

func (p *passes) end() { p.w.end() }
