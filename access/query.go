package access

// query is one attempt looked up in a set: what it matches of each condition,
// and how each demand stands. It lives on the stack of Decide or Explain.
type query struct {
	set   *Set
	facts *Facts

	kind            principalKind
	readings        reading
	deviceCode      Truth // device code flow
	legacy          Truth // legacy client
	risky           Truth
	effectiveDevice *Device
	deviceKnown     bool

	who       selection // users, service principals or agents
	cached    []span    // in place of who: the principal's answers
	app       appQuery
	places    selection
	device    deviceQuery
	simple    [simpleConditions]state
	known     [simpleConditions]row // the rows of those that are configured and known …
	knownUsed int
	open      [simpleConditions]state // … and of those that are configured and not
	openUsed  int
	inScope   Truth // of a workload (CA-26)
	without   []int // policies that are taken not to apply
	override  Truth // a user action's strength replaces the others' (CA-136)
	standings standings
}

// standings is one standing per demand; only sets of very many demands need
// more than its room.
type standings struct {
	room [48]Standing
	more []Standing
}

func (s *standings) set(n int, st Standing) {
	if n < len(s.room) {
		s.room[n] = st
		return
	}
	s.more = append(s.more, st)
}

func (s *standings) at(n int) Standing {
	if n < len(s.room) {
		return s.room[n]
	}
	return s.more[n-len(s.room)]
}

// The conditions that look at one value.
const (
	simpleClientType = iota
	simplePlatform
	simpleSignInRisk
	simpleUserRisk
	simpleWorkloadRisk
	simpleAgentRisk
	simpleInsiderRisk
	simpleFlow
	simpleConditions
)

// look fills the query for the conditions.
func (q *query) look(s *Set, f *Facts) {
	q.set, q.facts = s, f
	q.kind = principalOf(f)
	q.readings = readingsOf(f, q.kind)
	q.deviceCode = Unknown
	if f.Flow.known {
		q.deviceCode = truth(f.Flow.value&DeviceCodeFlow != 0)
	}
	q.resolveDevice(f)

	s.apps.resolve(q, f, s.options.LegacyBaselineScopes)
	if s.locations.configured {
		s.locations.resolve(&q.places, f)
	}
	if s.devices.configured {
		s.devices.resolve(&q.device, q.effectiveDevice, q.deviceKnown)
	} else {
		q.device.table = same(s.everything)
	}
	for _, n := range s.simpleInUse {
		st := q.lookSimple(n)
		if q.simple[n] = st; st.certain == st.possible {
			q.known[q.knownUsed] = st.certain
			q.knownUsed++
		} else {
			q.open[q.openUsed] = st
			q.openUsed++
		}
	}
}

// lookSimple looks up a condition of one value.
func (q *query) lookSimple(n int) state {
	s, f := q.set, q.facts
	switch n {
	case simpleClientType:
		return s.clients.resolve(f)
	case simplePlatform:
		return s.platforms.resolve(f)
	case simpleSignInRisk:
		return s.signInRisk.resolve(visible(f.SignInRisk.value), f.SignInRisk.known)
	case simpleUserRisk:
		return s.userRisk.resolve(visible(f.UserRisk.value), f.UserRisk.known)
	case simpleWorkloadRisk:
		return q.workloadRisk(f)
	case simpleAgentRisk:
		return q.agentRisk(f)
	case simpleInsiderRisk:
		return s.insiderRisk.resolve(uint8(f.InsiderRisk.value), f.InsiderRisk.known)
	}
	return s.flows.resolve(uint8(f.Flow.value), f.Flow.known)
}

// lookWho finds what the principal matches.
func (q *query) lookWho() {
	s, f := q.set, q.facts
	switch q.kind {
	case principalUser:
		s.users.resolve(&q.who, f)
	case principalWorkload:
		s.workloads.workloads.resolve(&q.who, f.ServicePrincipalID, f.ServicePrincipalAttributes)
		q.inScope = truthOf(f.ServicePrincipalInScope)
	case principalAgent:
		s.workloads.agents.resolve(&q.who, f.AgentID, f.AgentAttributes)
		q.inScope = True
	}
}

// lookDemands finds how each demand stands.
func (q *query) lookDemands() {
	q.legacy = Unknown
	if c := q.facts.ClientApp; c.known {
		q.legacy = truth(c.value&LegacyClients != 0 && c.value != ClientAppAny)
	}
	q.risky = risky(q.facts)
	for n := range q.set.demands.list {
		st := q.standing(&q.set.demands.list[n])
		if q.set.options.Live {
			st = st.worst()
		}
		q.standings.set(n, st)
	}
}

// users evaluates the users condition for 64 policies; it is not configured for
// policies about workloads.
func (q *query) users(w int) span {
	a, x := &q.set.arena, &q.set.users
	free := a.at(x.notConfigured, w)
	var v span
	switch q.kind {
	case principalUser:
		v = a.selected(&q.who, w)
	case principalUnknown:
		v.possible = a.at(x.anyone, w)
	}
	return v.or(span{free, free})
}

// servicePrincipals evaluates the service principals condition for 64 policies;
// it is configured for policies about workloads only.
func (q *query) servicePrincipals(w int) span {
	a, x := &q.set.arena, &q.set.workloads
	configured, free := a.at(x.configured, w), a.at(x.others, w)
	var v span
	switch q.kind {
	case principalWorkload, principalAgent:
		v = a.selected(&q.who, w).and(span{configured, configured})
		if q.inScope != True {
			v.certain = 0
		}
		if q.inScope == False {
			v.possible = 0
		}
	case principalUnknown, principalApp:
		v.possible = a.at(x.anyone, w)
	}
	return v.or(span{free, free})
}

// applies evaluates all conditions for 64 of the given policies. Conditions
// that look at one value come first: they are cheap and leave few.
func (q *query) applies(w int, among uint64) span {
	a := &q.set.arena
	for _, policy := range q.without {
		if policy>>6 == w {
			among &^= 1 << (policy & 63)
		}
	}
	for _, r := range q.known[:q.knownUsed] {
		among &= a.bits[int(r)+w]
	}
	if among == 0 {
		return span{}
	}
	v := span{among, among}
	for _, st := range q.open[:q.openUsed] {
		v = v.and(a.of(st, w))
	}
	v = v.and(q.who64(w))
	if v.possible == 0 {
		return v
	}
	v = v.and(q.application(w))
	if q.set.locations.configured {
		v = v.and(q.location(w))
	}
	if q.set.devices.configured {
		v = v.and(q.deviceState(w))
	}
	if q.set.options.Live {
		v.certain |= v.possible &^ a.at(q.set.skips, w)
		v.possible = v.certain
	}
	return v
}

// who64 is users and servicePrincipals together.
func (q *query) who64(w int) span {
	if q.cached != nil {
		return q.cached[w]
	}
	if q.kind == principalUser { // the one case that must be fast
		free := q.set.arena.at(q.set.users.notConfigured, w)
		v := q.set.arena.selected(&q.who, w)
		return span{v.certain &^ free, v.possible &^ free}
	}
	return q.users(w).and(q.servicePrincipals(w))
}

// lookOverride finds whether the strength of a policy on the user action
// replaces those of policies on apps (CA-136).
func (q *query) lookOverride() {
	q.override = False
	if q.app.action&RegisterSecurityInfo == 0 && !q.app.open {
		return
	}
	a, s := &q.set.arena, q.set
	for w := range a.words {
		v := q.applies(w, a.at(s.enabled, w)&a.at(s.demands.strength, w)&a.at(s.apps.action[0], w))
		if v.certain != 0 && !q.app.open {
			q.override = True
			return
		}
		if v.possible != 0 {
			q.override = Unknown
		}
	}
}

// replaced is the policies whose strength another's replaces, should they
// apply: those that are not about the user action but about apps (CA-136).
func (q *query) replaced(w int) span {
	if q.override == False {
		return span{}
	}
	v := q.appTarget(w)
	own := q.set.arena.at(q.set.apps.action[0], w)
	v.certain &^= own
	v.possible &^= own
	if q.override == Unknown {
		v.certain = 0
	}
	if q.set.options.Live { // the worst that may be: it stays
		v.possible = v.certain
	}
	return v
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}
