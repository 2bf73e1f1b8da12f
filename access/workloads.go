package access

import "github.com/sallyport-id/sallyport/access/filter"

// workloadIndex answers the service principals condition (CA-25 to CA-29). It
// is configured for policies with Workloads only.
type workloadIndex struct {
	configured, others row // one row each: policies with Workloads, and without
	anyone             row // one row: policies that include some workload or agent
	workloads, agents  workloadSide
}

// workloadSide is the condition for one kind of principal. Rows are pairs.
type workloadSide struct {
	all     row // every one of the kind
	ids     idIndex
	some    row // any listed id
	filters filterIndex
}

func (x *workloadIndex) build(a *arena, policies []Policy) {
	x.configured, x.others, x.anyone = a.row(), a.row(), a.row()
	for _, side := range []*workloadSide{&x.workloads, &x.agents} {
		side.all, side.some = a.pair(), a.pair()
	}
	for i := range policies {
		w := policies[i].Conditions.Workloads
		if w == nil {
			a.set(x.others, i)
			continue
		}
		a.set(x.configured, i)
		if w.includesAnyone() {
			a.set(x.anyone, i)
		}
		x.workloads.add(a, i, w.IncludeAll, w.Include, w.Exclude, w.Filter)
		x.agents.add(a, i, w.IncludeAllAgents, w.IncludeAgents, w.ExcludeAgents, w.AgentFilter)
	}
}

func (w *Workloads) includesAnyone() bool {
	includes := func(f *Filter) bool { return f != nil && !f.Exclude }
	return w.IncludeAll || w.IncludeAllAgents || len(w.Include)+len(w.IncludeAgents) > 0 || includes(w.Filter) || includes(w.AgentFilter)
}

func (x *workloadSide) add(a *arena, i int, all bool, include, exclude []ServicePrincipalID, f *Filter) {
	if all {
		a.set(x.all, i)
	}
	for _, id := range include {
		a.set(x.ids.add(string(id), a.pair), i)
		a.set(x.some, i)
	}
	for _, id := range exclude {
		a.set(a.exclude(x.ids.add(string(id), a.pair)), i)
		a.set(a.exclude(x.some), i)
	}
	x.filters.add(a, i, f)
}

// resolve fills s with what a service principal or agent matches.
func (x *workloadSide) resolve(s *selection, id Fact[ServicePrincipalID], attributes Fact[filter.Attributes]) {
	s.known.add(x.all)
	if id.value == "" {
		s.maybe.add(x.some)
	} else if r, ok := x.ids.get(string(id.value)); ok {
		s.known.add(r)
	}
	x.filters.resolve(s, attributes)
}

// filterIndex holds the distinct attribute filters of a condition with the
// policies that include and exclude by them. Rules are matched per attempt: few
// tenants have more than a handful.
type filterIndex struct {
	rules []*filter.Rule
	rows  []row // pairs
}

func (x *filterIndex) add(a *arena, i int, f *Filter) {
	if f == nil {
		return
	}
	n := 0
	for text := f.Rule.String(); n < len(x.rules) && x.rules[n].String() != text; n++ {
	}
	if n == len(x.rules) {
		x.rules, x.rows = append(x.rules, f.Rule), append(x.rows, a.pair())
	}
	if f.Exclude {
		a.set(a.exclude(x.rows[n]), i)
	} else {
		a.set(x.rows[n], i)
	}
}

func (x *filterIndex) resolve(s *selection, attributes Fact[filter.Attributes]) {
	for n, rule := range x.rules {
		switch rule.Match(attributeRecord(attributes)) {
		case True:
			s.known.add(x.rows[n])
		case Unknown:
			s.maybe.add(x.rows[n])
		}
	}
}
