package access

// Decide answers whether the attempt may in. It allocates nothing for ordinary
// attempts, and its price grows with the number of policies ÷ 64.
func (s *Set) Decide(f *Facts) Decision {
	var q query
	q.look(s, f)
	q.lookWho()
	return q.decide()
}

// Principal is a person, service principal or agent looked up once, for attempts
// that differ in everything else. It belongs to the Set that made it.
type Principal struct {
	set  *Set
	kind principalKind
	who  []span
}

// Principal looks up who asks: identity, groups, roles, guest kinds and home
// tenant, or the workload's or agent's id and attributes. It must be made anew
// when one of these changes.
func (s *Set) Principal(f *Facts) *Principal {
	q := query{set: s, facts: f, kind: principalOf(f)}
	q.lookWho()
	p := &Principal{set: s, kind: q.kind, who: make([]span, s.arena.words)}
	for w := range p.who {
		p.who[w] = q.who64(w)
	}
	return p
}

// DecideAs is Decide for a principal that is looked up already; what f says of
// its identity must be what it was made from.
func (s *Set) DecideAs(p *Principal, f *Facts) Decision {
	if p.set != s {
		panic("access: a Principal of another Set")
	}
	var q query
	q.look(s, f)
	q.cached = p.who
	return q.decide()
}

// decide weighs all policies (CA-171, CA-177).
func (q *query) decide() Decision {
	q.lookDemands()
	q.lookOverride()
	v := verdict{first: noDemand, firstPrompt: noDemand}
	for w := range q.set.arena.words {
		if applying := q.applies(w, q.set.arena.at(q.set.enabled, w)); applying.possible != 0 {
			v.weigh(q, w, applying)
			if v.blockControl && v.beyondAction { // nothing can change that
				break
			}
		}
	}
	return v.decision(q)
}

const noDemand = 1 << 16

// verdict gathers what the policies say: bounds of the verdict from below, by
// what certainly holds, and from above, by what may.
type verdict struct {
	atLeast, atMost Verdict // Undetermined stands for Grant until the end
	applied         bool    // some policy certainly applies
	mayApply        bool
	unmet           bool // one that certainly applies is certainly not met
	mayBeUnmet      bool
	blockControl    bool // some block control certainly applies
	beyondAction    bool // … of a policy that is not about registering security info
	first           int  // the first failed demand, in prompting order
	firstPrompt     int  // the first demand that can be prompted for
}

// weigh adds 64 policies.
func (v *verdict) weigh(q *query, w int, applying span) {
	g := q.grade(w)
	only := g.certainly()
	v.mayApply = true
	v.applied = v.applied || applying.certain != 0
	v.unmet = v.unmet || applying.certain&^g.met != 0
	v.mayBeUnmet = v.mayBeUnmet || applying.possible&(g.interrupted|g.failed) != 0
	failed, unmet := applying.certain&only.failed, applying.certain&^g.met
	switch {
	case failed != 0:
		v.atLeast = Blocked
		v.noteFailed(q, w, failed)
	case unmet != 0:
		v.atLeast = max(v.atLeast, Interrupt)
	}
	if unmet &^= failed; unmet != 0 {
		v.notePrompt(q, w, unmet)
	}
	switch {
	case applying.possible&g.failed != 0:
		v.atMost = Blocked
	case applying.possible&g.interrupted != 0:
		v.atMost = max(v.atMost, Interrupt)
	}
}

// noteFailed remembers why policies refuse.
func (v *verdict) noteFailed(q *query, w int, failed uint64) {
	a := &q.set.arena
	if block := failed & a.at(q.set.demands.block, w); block != 0 {
		v.blockControl = true
		v.beyondAction = v.beyondAction || block&^a.at(q.set.apps.action[0], w) != 0
	}
	v.first = q.firstDemand(w, failed, Failed, v.first)
}

// notePrompt remembers what the person is asked for.
func (v *verdict) notePrompt(q *query, w int, unmet uint64) {
	v.firstPrompt = q.firstDemand(w, unmet, Promptable, v.firstPrompt)
}

// firstDemand returns the first demand of some policies with a standing, if it
// comes before another.
func (q *query) firstDemand(w int, policies uint64, s Standing, before int) int {
	a := &q.set.arena
	for n := range min(before, len(q.set.demands.list)) {
		d := &q.set.demands.list[n]
		if q.standings.at(n) != s || q.leftOut(d) {
			continue
		}
		held := a.at(d.pair, w) | a.at(a.exclude(d.pair), w)
		if d.kind == demandStrength {
			held &^= q.replaced(w).certain
		}
		if held&policies != 0 {
			return n
		}
	}
	return before
}

// leftOut reports whether the user action takes a demand away for all policies.
func (q *query) leftOut(d *demand) bool {
	return d.kind.ofDevice() && q.app.action&RegisterDevice != 0
}

func (v *verdict) decision(q *query) Decision {
	d := Decision{Verdict: Undetermined, Code: CodeUndetermined, Status: v.status()}
	if v.atLeast != v.atMost {
		return d
	}
	switch d.Verdict = max(v.atLeast, Grant); d.Verdict {
	case Grant:
		d.Code = 0
	case Blocked:
		d.Code = v.blockCode(q)
	case Interrupt:
		d.Code = q.interruptCode(v.firstPrompt)
	}
	return d
}

func (v *verdict) status() Status {
	switch {
	case !v.mayApply:
		return StatusNotApplied
	case v.unmet:
		return StatusFailure
	case v.applied && !v.mayBeUnmet:
		return StatusSuccess
	}
	return StatusUnknown
}
