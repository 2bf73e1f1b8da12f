package access

// Decide answers whether the attempt may in. It allocates nothing for ordinary
// attempts, and its price grows with the number of policies ÷ 64.
func (s *Set) Decide(f *Facts) Decision {
	var q query
	q.look(s, f)
	q.lookWho()
	q.exact = q.isExact()
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
	p := &Principal{set: s, kind: q.kind, who: make([]span, s.arena.blocks)}
	for n := range p.who {
		q.who256(n, &p.who[n])
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
	var applying span
	for n := range q.set.arena.blocks {
		q.applies(n, q.set.arena.at(q.set.enabled, n), &applying)
		if !applying.possible.any() {
			continue
		}
		var g grades
		q.grade(n, &g)
		v.weigh(q, n, &applying, &g)
		if v.blockControl && v.beyondAction { // nothing can change that
			break
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

// weigh adds a block of policies.
func (v *verdict) weigh(q *query, n int, applying *span, g *grades) {
	v.mayApply = true
	v.applied = v.applied || applying.certain.any()
	unmet := without(&applying.certain, &g.met)
	v.unmet = v.unmet || unmet.any()
	mayInterrupt, mayFail := applying.possible.meets(&g.interrupted), applying.possible.meets(&g.failed)
	v.mayBeUnmet = v.mayBeUnmet || mayInterrupt || mayFail
	if unmet.any() {
		v.weighUnmet(q, n, unmet, g)
	}
	switch {
	case mayFail:
		v.atMost = Blocked
	case mayInterrupt:
		v.atMost = max(v.atMost, Interrupt)
	}
}

// weighUnmet adds policies that certainly apply and are certainly not met.
func (v *verdict) weighUnmet(q *query, n int, unmet block, g *grades) {
	failed := g.certainlyFailed()
	failed.and(&unmet)
	v.atLeast = max(v.atLeast, Interrupt)
	if failed.any() {
		v.atLeast = Blocked
		v.noteFailed(q, n, &failed)
	}
	if unmet.andNot(&failed); unmet.any() {
		v.firstPrompt = q.firstDemand(n, &unmet, Promptable, v.firstPrompt)
	}
}

// noteFailed remembers why policies refuse.
func (v *verdict) noteFailed(q *query, n int, failed *block) {
	a := &q.set.arena
	if blocked := both(failed, a.at(q.set.demands.block, n)); blocked.any() {
		v.blockControl = true
		blocked.andNot(a.at(q.set.apps.action[0], n))
		v.beyondAction = v.beyondAction || blocked.any()
	}
	v.first = q.firstDemand(n, failed, Failed, v.first)
}

// firstDemand returns the first demand of some policies with a standing, if it
// comes before another.
func (q *query) firstDemand(n int, policies *block, s Standing, before int) int {
	a := &q.set.arena
	for k := range min(before, len(q.set.demands.list)) {
		d := &q.set.demands.list[k]
		if q.standings.at(k) != s || q.leftOut(d) {
			continue
		}
		held := either(a.at(d.pair, n), a.at(a.exclude(d.pair), n))
		if d.kind == demandStrength && q.override != False {
			replaced := q.replaced(n)
			held.andNot(&replaced.certain)
		}
		if held.meets(policies) {
			return k
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
