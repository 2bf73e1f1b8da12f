package access

import "github.com/sallyport-id/sallyport/access/filter"

// query is one attempt looked up in a set: what it matches of each condition,
// and how each demand stands. It lives on the stack of Decide or Explain.
type query struct {
	set   *Set
	facts *Facts

	kind            principalKind
	readings        reading
	deviceCode      Truth // device code flow
	legacy          Truth // legacy client
	effectiveDevice *Device
	deviceKnown     bool

	who         selection // users, service principals or agents
	cached      []span    // in place of who: the principal's answers
	cachedExact bool      // none of them is open
	app         appQuery
	places      selection
	device      deviceQuery
	exact       bool                    // nothing that conditions look at is unknown
	simple      [simpleConditions]state // what is configured …
	openSimple  bool                    // … and some of it is not known
	inScope     Truth                   // of a workload (CA-26)
	without     []int                   // policies that are taken not to apply
	override    Truth                   // a user action's strength replaces the others' (CA-136)
	standings   standings
}

// standings is one standing per demand, zero for those that nobody asked for
// yet; only sets of very many demands need more than its room.
type standings struct {
	room [48]Standing
	more []Standing
}

// at is the place of one of some demands.
func (s *standings) at(n, of int) *Standing {
	if n < len(s.room) {
		return &s.room[n]
	}
	if s.more == nil {
		s.more = make([]Standing, of-len(s.room))
	}
	return &s.more[n-len(s.room)]
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
		q.deviceCode = filter.Of(f.Flow.value&DeviceCodeFlow != 0)
	}
	q.legacy = Unknown
	if c := f.ClientApp; c.known {
		q.legacy = filter.Of(c.value&LegacyClients != 0 && c.value != ClientAppAny)
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
		q.simple[n] = st
		q.openSimple = q.openSimple || st.certain != st.possible
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

// users evaluates the users condition for a block; it is not configured for
// policies about workloads.
func (q *query) users(n int, v *span) {
	a, x := &q.set.arena, &q.set.users
	*v = span{}
	switch q.kind {
	case principalUser:
		a.selected(&q.who, n, v)
	case principalUnknown:
		v.possible = a.at(x.anyone, n)
	}
	v.orBoth(a.at(x.notConfigured, n))
}

// servicePrincipals evaluates the service principals condition for a block; it
// is configured for policies about workloads only.
func (q *query) servicePrincipals(n int, v *span) {
	a, x := &q.set.arena, &q.set.workloads
	*v = span{}
	switch q.kind {
	case principalWorkload, principalAgent:
		a.selected(&q.who, n, v)
		v.andBoth(a.at(x.configured, n))
		if q.inScope != True {
			v.certain = block{}
		}
		if q.inScope == False {
			v.possible = block{}
		}
	case principalUnknown, principalApp:
		v.possible = a.at(x.anyone, n)
	}
	v.orBoth(a.at(x.others, n))
}

// who256 is users and servicePrincipals together.
func (q *query) who256(n int, v *span) {
	switch {
	case q.cached != nil:
		*v = q.cached[n]
	case q.kind == principalUser: // the one case that must be fast
		q.set.arena.selected(&q.who, n, v)
		v.andNotBoth(q.set.arena.at(q.set.users.notConfigured, n))
	default:
		var workloads span
		q.users(n, v)
		q.servicePrincipals(n, &workloads)
		v.and(&workloads)
	}
}

// applies evaluates all conditions for some policies of a block.
func (q *query) applies(n int, among block, v *span) {
	if q.conditions(n, among, v); v.possible.any() {
		q.settle(n, v)
	}
}

// conditions evaluates all conditions but device rules. Those that look at one
// value come first: they are cheap and leave few.
func (q *query) conditions(n int, among block, v *span) {
	if len(q.without) > 0 {
		among = q.withoutSome(n, among)
	}
	if q.exact {
		among = q.conditionsExactly(n, among)
		v.certain, v.possible = among, among
		return
	}
	v.certain, v.possible = among, among
	q.conditionsMaybe(n, v)
}

// withoutSome leaves out the policies that are taken not to apply.
func (q *query) withoutSome(n int, among block) block {
	for _, policy := range q.without {
		if policy>>8 == n {
			among.clear(policy & 255)
		}
	}
	return among
}

// settle takes device rules into account and, in a live decision, makes up its
// mind about policies that depend on what nobody knows.
func (q *query) settle(n int, v *span) {
	q.deviceRules(n, v)
	q.settleLive(n, v)
}

// settleLive is settle without the device rules.
func (q *query) settleLive(n int, v *span) {
	if q.set.options.Live {
		unsure := v.possible.andNot(q.set.arena.at(q.set.skips, n))
		v.certain = v.certain.or(unsure)
		v.possible = v.certain
	}
}

// conditionsMaybe leaves in v what certainly holds and what may.
func (q *query) conditionsMaybe(n int, v *span) {
	a := &q.set.arena
	for _, k := range q.set.simpleInUse {
		v.certain = v.certain.and(a.at(q.simple[k].certain, n))
		v.possible = v.possible.and(a.at(q.simple[k].possible, n))
	}
	var one span
	q.who256(n, &one)
	if v.and(&one); !v.possible.any() {
		return
	}
	q.application(n, &one)
	v.and(&one)
	if q.set.locations.configured {
		q.location(n, &one)
		v.and(&one)
	}
	if q.set.devices.configured {
		one = a.of(q.device.table, n)
		v.and(&one)
	}
}

// conditionsExactly is conditionsMaybe where nothing that conditions look at is
// unknown: what may hold does, and half of the work is enough.
func (q *query) conditionsExactly(n int, left block) block {
	a, s := &q.set.arena, q.set
	for _, k := range s.simpleInUse {
		left = left.and(a.at(q.simple[k].certain, n))
	}
	if q.cached != nil {
		left = left.and(q.cached[n].certain)
	} else {
		include, exclude := q.who.known.union(a, n)
		left = left.and(include).andNot(exclude).andNot(a.at(s.users.notConfigured, n))
	}
	if !left.any() {
		return left
	}
	left = left.and(q.applicationExactly(n))
	if s.locations.configured {
		include, exclude := q.places.known.union(a, n)
		left = left.and(include.andNot(exclude).or(a.at(s.locations.notConfigured, n)))
	}
	if s.devices.configured {
		left = left.and(a.at(q.device.table.certain, n))
	}
	return left
}

// applicationExactly is application where nothing about it is unknown.
func (q *query) applicationExactly(n int) block {
	a := &q.set.arena
	var b block
	if l := &q.app.audiences; l.used == 1 { // the usual request
		pair := l.room[0].pair
		b = a.at(pair, n).andNot(a.at(a.exclude(pair), n))
	} else {
		var v span
		q.app.audiences.span(a, n, &v)
		b = v.certain
	}
	if q.app.targeted {
		b = b.or(a.at(q.app.targets.certain, n)).or(a.at(q.app.context.certain, n))
	}
	return b
}

// isExact reports whether conditionsExactly answers for the attempt: a person, or a
// principal looked up before, whose facts are known as far as conditions look at
// them. Device rules have an answer of their own.
func (q *query) isExact() bool {
	return (q.cachedExact || q.cached == nil && q.kind == principalUser && q.who.maybe.used == 0) &&
		!q.openSimple && q.places.maybe.used == 0 && q.app.exempt == 0 &&
		q.app.apps == state{} && q.app.audiences.certain() &&
		q.app.targets.certain == q.app.targets.possible && q.app.context.certain == q.app.context.possible &&
		(!q.set.devices.configured || q.device.table.certain == q.device.table.possible)
}

// lookOverride finds whether the strength of a policy on the user action
// replaces those of policies on apps (CA-136).
func (q *query) lookOverride() {
	q.override = False
	if q.app.action&RegisterSecurityInfo == 0 && !q.app.open {
		return
	}
	a, s := &q.set.arena, q.set
	for n := range a.blocks {
		among := a.at(s.enabled, n).and(a.at(s.demands.strength, n))
		among = among.and(a.at(s.apps.action[0], n))
		var v span
		q.applies(n, among, &v)
		if v.certain.any() && !q.app.open {
			q.override = True
			return
		}
		if v.possible.any() {
			q.override = Unknown
		}
	}
}

// replaced is the policies whose strength another's replaces, should they
// apply: those that are not about the user action but about apps (CA-136).
func (q *query) replaced(n int) span {
	var v span
	if q.override == False {
		return v
	}
	q.appTarget(n, &v)
	v.andNotBoth(q.set.arena.at(q.set.apps.action[0], n))
	if q.override == Unknown {
		v.certain = block{}
	}
	if q.set.options.Live { // the worst that may be: it stays
		v.possible = v.certain
	}
	return v
}
