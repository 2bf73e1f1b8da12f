package access

import "slices"

// Compile turns a tenant's policies, locations and strengths into a Set. What
// is invalid is refused, all faults at once, as Faults. Compile keeps the
// source's slices; they must not change afterwards.
func Compile(src Source, opt Options) (*Set, error) {
	faults := validate(&src, opt)
	if len(faults) > 0 && !opt.SkipInvalid {
		return nil, faults
	}
	s := &Set{options: opt, policies: src.Policies, skipped: faults}
	s.hash = sum(&src, opt)
	s.arena = newArena(len(src.Policies))
	s.places, s.strengths = newPlaces(&src), newStrengths(&src)
	s.buildStates()
	s.buildConditions()
	s.demands.build(&s.arena, s.policies, s.strengths, opt.EnforceApprovedApp)
	s.buildOutcomes()
	return s, nil
}

// buildOutcomes writes down what explanations start from: all that a policy
// configures holds, and yet it does not apply.
func (s *Set) buildOutcomes() {
	s.outcomes = make([]Outcome, len(s.policies))
	for i := range s.outcomes {
		p, out := &s.policies[i], &s.outcomes[i]
		out.Policy = p
		switch p.State {
		case StateEnabled:
			out.Result = ResultNotApplied
		case StateReportOnly:
			out.Result = ResultReportOnlyNotApplied
		default:
			out.Result = ResultNotEnabled
			continue
		}
		if len(p.Unrecognised) > 0 { // CA-8
			out.Missed = ConditionInvalid
			continue
		}
		for k := range explained {
			if explained[k].configured(&p.Conditions) {
				out.Held |= explained[k].condition
			}
		}
	}
}

func (s *Set) buildStates() {
	a := &s.arena
	s.everything, s.enabled, s.reportOnly = a.row(), a.row(), a.row()
	s.skips, s.limits = a.row(), a.row()
	for i := range s.policies {
		p := &s.policies[i]
		a.set(s.everything, i)
		if p.OnUnknown == UnknownSkips {
			a.set(s.skips, i)
		}
		if p.Session != (SessionControls{}) {
			a.set(s.limits, i)
		}
		switch {
		case len(p.Unrecognised) > 0: // CA-8
		case p.State == StateEnabled:
			a.set(s.enabled, i)
		case p.State == StateReportOnly:
			a.set(s.reportOnly, i)
		}
	}
}

func (s *Set) buildConditions() {
	a, p := &s.arena, s.policies
	s.users.build(a, p)
	s.workloads.build(a, p)
	s.apps.build(a, p)
	s.clients.build(a, p)
	s.platforms.build(a, p)
	s.locations.build(a, p, s.places)
	s.signInRisk.build(a, p, func(c *Conditions) uint8 { return uint8(c.SignInRisk) })
	s.userRisk.build(a, p, func(c *Conditions) uint8 { return uint8(c.UserRisk) })
	s.workloadRisk.build(a, p, func(c *Conditions) uint8 { return uint8(c.ServicePrincipalRisk) })
	s.agentRisk.build(a, p, func(c *Conditions) uint8 { return uint8(c.AgentRisk) })
	s.insiderRisk.build(a, p, func(c *Conditions) uint8 { return uint8(c.InsiderRisk) })
	s.flows.build(a, p, func(c *Conditions) uint8 { return uint8(c.Flows) })
	s.devices.build(a, p)
	var used [explainedConditions]bool
	for k := range s.configured {
		s.configured[k] = a.row()
		for i := range p {
			if explained[k].configured(&p[i].Conditions) {
				a.set(s.configured[k], i)
				used[k] = true
			}
		}
		if used[k] {
			s.explainedInUse = append(s.explainedInUse, k)
		}
	}
	for n, configured := range simpleConfigured {
		if slices.ContainsFunc(p, func(p Policy) bool { return configured(&p.Conditions) }) {
			s.simpleInUse = append(s.simpleInUse, n)
		}
	}
}

// validate finds everything in a source that makes its meaning unclear. With
// SkipInvalid it takes the faulty things out of src, which gets slices of its
// own.
func validate(src *Source, opt Options) Faults {
	v := validator{opt: opt}
	src.Locations = checked(&v, src.Locations, v.location)
	src.Strengths = checked(&v, src.Strengths, v.strength)
	v.places, v.strengths = newPlaces(src), newStrengths(src)
	v.seen = map[string]bool{}
	src.Policies = checked(&v, src.Policies, v.policy)
	return v.faults
}

// checked runs a check on each item and leaves the faulty ones out.
func checked[T any](v *validator, items []T, check func(*T)) []T {
	v.seen = map[string]bool{}
	return slices.DeleteFunc(slices.Clone(items), func(item T) bool {
		before := len(v.faults)
		check(&item)
		return len(v.faults) > before
	})
}
