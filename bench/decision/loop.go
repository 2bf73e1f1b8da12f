package decision

import (
	"slices"
	"strings"
)

// newLoop is the least one could write: every policy in turn until a condition
// fails, two truths, strings compared byte by byte. It knows nothing of unknown
// facts, case, or the conditions that this workload does not use.
func newLoop(w *workload) engine {
	return engine{
		name:    "plain loop, bare strings",
		prepare: func(a *attempt) any { return a },
		decide:  func(x any) (verdict, error) { return w.loop(x.(*attempt)), nil },
	}
}

func (w *workload) loop(a *attempt) verdict {
	interrupted, blocked := false, false
	for i := range w.policies {
		p := &w.policies[i]
		if !w.loopApplies(p, a) {
			continue
		}
		switch loopGrade(p, a) {
		case block:
			blocked = true
		case interrupt:
			interrupted = true
		}
	}
	return verdictOf(interrupted, blocked, false)
}

func (w *workload) loopApplies(p *spec, a *attempt) bool {
	listed := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return listed(p.apps, a.app) && !slices.Contains(p.notApps, a.app) &&
		listed(p.clients, a.client) && listed(p.platforms, a.platform) && !slices.Contains(p.notPlatforms, a.platform) &&
		listed(p.signInRisk, a.signInRisk) && listed(p.userRisk, a.userRisk) && listed(p.flows, a.flow) &&
		w.loopUsers(p, a) && w.loopDevice(p.device, a) &&
		(len(p.places) == 0 || w.loopIn(p.places, a)) && !w.loopIn(p.notPlaces, a)
}

func (w *workload) loopUsers(p *spec, a *attempt) bool {
	included := p.allUsers || overlaps(p.groups, a.groups) || overlaps(p.roles, a.roles)
	return included && !slices.Contains(p.notUsers, a.user) && !overlaps(p.notGroups, a.groups)
}

func overlaps(list, values []string) bool {
	for _, v := range values {
		if slices.Contains(list, v) {
			return true
		}
	}
	return false
}

func (w *workload) loopDevice(d *deviceRule, a *attempt) bool {
	if d == nil {
		return true
	}
	match := false
	switch d.kind {
	case "compliantOrJoined":
		match = a.compliant || a.trust == "ServerAD"
	case "model":
		match = strings.HasPrefix(a.model, d.value)
	case "tag":
		match = a.tag == d.value
	}
	return match != d.exclude
}

func (w *workload) loopIn(places []int, a *attempt) bool {
	for _, n := range places {
		for i := range w.places {
			if (i == n || n == trustedPlaces && w.places[i].trusted) && w.places[i].holds(a) {
				return true
			}
		}
	}
	return false
}

func (p *place) holds(a *attempt) bool {
	for _, prefix := range p.prefixes {
		if prefix.Contains(a.ip) {
			return true
		}
	}
	return slices.Contains(p.countries, a.country)
}

func loopGrade(p *spec, a *attempt) verdict {
	met, prompt := 0, false
	for _, c := range p.controls {
		switch {
		case a.met(c):
			met++
		case !a.legacy() && prompts(c):
			prompt = true
		}
	}
	switch {
	case met == len(p.controls) || p.any && met > 0:
		return grant
	case prompt:
		return interrupt
	}
	return block
}
