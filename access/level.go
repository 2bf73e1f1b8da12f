package access

import "math/bits"

// levelIndex answers a condition that is a set of levels or kinds, one of which
// the attempt shows: the risks and the authentication flow (CA-75 to CA-82,
// CA-95).
type levelIndex struct {
	rows    [8]row
	absent  row // policies that do not configure the condition
	unknown state
}

// build enters each policy's set; none is the bit of an attempt that shows
// nothing, hidden is a bit that counts as none (CA-78).
func (x *levelIndex) build(a *arena, policies []Policy, listed func(*Conditions) uint8) {
	for k := range x.rows {
		x.rows[k] = a.row()
	}
	x.absent = a.row()
	x.unknown = state{x.absent, a.row()}
	for i := range policies {
		set := listed(&policies[i].Conditions)
		if set == 0 {
			a.set(x.absent, i)
			set = 0xff
		}
		a.set(x.unknown.possible, i)
		for k, r := range x.rows {
			if set&(1<<k) != 0 {
				a.set(r, i)
			}
		}
	}
}

func (x *levelIndex) resolve(level uint8, known bool) state {
	switch {
	case !known:
		return x.unknown
	case level == 0:
		return same(x.absent)
	}
	return same(x.rows[bits.TrailingZeros8(level)])
}

// visible returns the level that counts: hidden is none (CA-78).
func visible(r RiskLevels) uint8 {
	if r == RiskHidden {
		return uint8(RiskNone)
	}
	return uint8(r)
}

// workloadRisk answers the service principal risk condition, which is false for
// whoever is no workload.
func (q *query) workloadRisk(f *Facts) state {
	v := q.set.workloadRisk.resolve(visible(f.ServicePrincipalRisk.value), f.ServicePrincipalRisk.known)
	return q.set.workloadRisk.limited(v, q.kind == principalWorkload, q.kind == principalUser || q.kind == principalAgent)
}

// agentRisk answers the agent risk condition, which is false for whoever is no
// agent.
func (q *query) agentRisk(f *Facts) state {
	v := q.set.agentRisk.resolve(visible(f.AgentRisk.value), f.AgentRisk.known)
	return q.set.agentRisk.limited(v, q.kind == principalAgent, q.kind == principalUser || q.kind == principalWorkload)
}

// limited takes a condition away from those it is not about.
func (x *levelIndex) limited(v state, certainly, not bool) state {
	if !certainly {
		v.certain = x.absent
	}
	if not {
		v.possible = x.absent
	}
	return v
}
