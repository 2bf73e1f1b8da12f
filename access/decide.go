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
	set   *Set
	kind  principalKind
	who   []span
	exact bool // nothing about it is unknown
}

// Principal looks up who asks: identity, groups, roles, guest kinds and home
// tenant, or the workload's or agent's id and attributes. It must be made anew
// when one of these changes.
func (s *Set) Principal(f *Facts) *Principal {
	q := query{set: s, facts: f, kind: principalOf(f)}
	q.lookWho()
	p := &Principal{set: s, kind: q.kind, who: make([]span, s.arena.blocks), exact: true}
	for n := range p.who {
		q.who256(n, &p.who[n])
		p.exact = p.exact && !p.who[n].open()
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
	q.cached, q.cachedExact = p.who, p.exact
	return q.decide()
}

// decide weighs all policies (CA-171, CA-177).
func (q *query) decide() Decision {
	q.exact = q.isExact()
	q.lookOverride()
	plain := q.override == False && q.app.action&RegisterDevice == 0
	v := verdict{first: noDemand, firstPrompt: noDemand}
	var applying span
	for n := range q.set.arena.blocks {
		q.conditions(n, q.set.arena.at(q.set.enabled, n), &applying)
		if q.refuses(n, applying.certain) { // nothing can change that
			return Decision{Blocked, codeBlocked, StatusFailure}
		}
		if !applying.possible.any() || plain && !applying.open() && v.weighPlainly(q, n, applying.certain) {
			continue
		}
		if q.settle(n, &applying); !applying.possible.any() {
			continue
		}
		var g grades
		q.grade(n, &g)
		v.weigh(q, n, &applying, &g)
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
	unmet := applying.certain.andNot(g.met)
	v.unmet = v.unmet || unmet.any()
	mayInterrupt, mayFail := applying.possible.meets(g.interrupted), applying.possible.meets(g.failed)
	v.mayBeUnmet = v.mayBeUnmet || mayInterrupt || mayFail
	if unmet.any() {
		failed := g.certainlyFailed()
		failed = failed.and(unmet)
		v.weighUnmet(q, n, unmet, failed)
	}
	switch {
	case mayFail:
		v.atMost = Blocked
	case mayInterrupt:
		v.atMost = max(v.atMost, Interrupt)
	}
}

// weighPlainly is grade and weigh where it is certain, but for device rules,
// which policies apply, and no user action changes what they demand. Demands that
// none of them has are not looked at. It returns false, and adds nothing, if a
// demand has several standings or a rule no answer.
func (v *verdict) weighPlainly(q *query, n int, applying block) bool {
	unmet, failed, ok := q.unmetPlainly(n, applying)
	if !ok {
		return false
	}
	if q.rulesMatter(n, applying, unmet) {
		ruled := span{applying, applying}
		if q.deviceRules(n, &ruled); ruled.open() {
			return false
		}
		applying = ruled.certain
		unmet, failed = unmet.and(applying), failed.and(applying)
	}
	applies := applying.any()
	v.mayApply, v.applied = v.mayApply || applies, v.applied || applies
	if unmet.any() {
		v.unmet, v.mayBeUnmet = true, true
		v.weighUnmet(q, n, unmet, failed)
		v.atMost = max(v.atMost, v.atLeast)
	}
	return true
}

// unmetPlainly finds which policies, should they apply, are not met and which of
// them no prompt helps; false if that is open.
func (q *query) unmetPlainly(n int, among block) (unmet, failed block, ok bool) {
	a, x := &q.set.arena, &q.set.demands
	var prompt, fail, met, orPrompt block // demands under AND, then under OR
	for k, pair := range x.pairs {
		and, or := a.at(pair, n), a.at(a.exclude(pair), n)
		if !among.meets(and) && !among.meets(or) {
			continue
		}
		switch q.standing(k) {
		case Met:
			met = met.or(or)
		case Promptable:
			prompt = prompt.or(and)
			orPrompt = orPrompt.or(or)
		case Failed:
			fail = fail.or(and)
		default:
			return unmet, failed, false
		}
	}
	or, blocked := a.at(x.any, n).andNot(met), a.at(x.block, n)
	unmet = prompt.or(fail).or(or).or(blocked)
	failed = fail.andNot(prompt).or(or.andNot(orPrompt)).or(blocked)
	return unmet.and(among), failed.and(among), true
}

// refuses reports whether a policy blocks whatever else there is to know: it
// certainly applies and has no device rule still to be looked at.
func (q *query) refuses(n int, applying block) bool {
	a := &q.set.arena
	refusing := applying.and(a.at(q.set.demands.refusal, n))
	if q.device.device != nil {
		refusing = refusing.andNot(a.at(q.set.devices.ruled, n))
	}
	return refusing.any()
}

// rulesMatter reports whether device rules, which are still to be looked at, can
// change anything: rules are dear, and most policies that have one are met.
func (q *query) rulesMatter(n int, applying, unmet block) bool {
	if q.device.device == nil {
		return false
	}
	ruled := q.set.arena.at(q.set.devices.ruled, n)
	return unmet.meets(ruled) || !applying.andNot(ruled).any()
}

// weighUnmet adds policies that certainly apply and are certainly not met, some
// of which certainly failed.
func (v *verdict) weighUnmet(q *query, n int, unmet, failed block) {
	v.atLeast = max(v.atLeast, Interrupt)
	if failed.any() {
		v.atLeast = Blocked
		v.noteFailed(q, n, failed)
	}
	if unmet = unmet.andNot(failed); unmet.any() {
		v.firstPrompt = q.firstDemand(n, unmet, Promptable, v.firstPrompt)
	}
}

// noteFailed remembers why policies refuse.
func (v *verdict) noteFailed(q *query, n int, failed block) {
	a := &q.set.arena
	if blocked := failed.and(a.at(q.set.demands.block, n)); blocked.any() {
		v.blockControl = true
		blocked = blocked.andNot(a.at(q.set.apps.action[0], n))
		v.beyondAction = v.beyondAction || blocked.any()
	}
	v.first = q.firstDemand(n, failed, Failed, v.first)
}

// firstDemand returns the first demand of some policies with a standing, if it
// comes before another.
func (q *query) firstDemand(n int, policies block, s Standing, before int) int {
	a := &q.set.arena
	for k := range min(before, len(q.set.demands.list)) {
		d := &q.set.demands.list[k]
		held := a.at(d.pair, n).or(a.at(a.exclude(d.pair), n))
		if !held.meets(policies) || q.standing(k) != s || q.leftOut(d) {
			continue
		}
		if d.kind == demandStrength && q.override != False {
			replaced := q.replaced(n)
			held = held.andNot(replaced.certain)
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
