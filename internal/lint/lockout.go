package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// lockOut finds out whether somebody who can change policies still gets in, by
// deciding every way in for every administrator.
func (l *linter) lockOut() {
	administrators := l.administrators()
	if len(l.enforced()) > 0 {
		if l.lockedOut(administrators) {
			return
		}
		l.lockedAccounts(administrators)
		l.emergency(administrators)
	}
	l.wouldLockOut(administrators)
}

// lockedOut reports if nobody gets in.
func (l *linter) lockedOut(administrators []administrator) bool {
	var nearest door
	for i := range administrators {
		d := lastDoor(l.set, &administrators[i], l.spots, anyDevice)
		if d.open {
			return false
		}
		if i == 0 || len(d.blockers) < len(nearest.blockers) {
			nearest = d
		}
	}
	l.tenantWide(Error, "lock-out", "CA-21", fmt.Sprintf("%s has a way in to change a policy: even %s, who has proved everything, is refused everywhere; the last door, %s, is closed by %s%s",
		subject(administrators), nearest.who, nearest.way, policyNames(nearest.blockers), nearest.keys()), nearest.involved()...)
	return true
}

// subject says who has no way in.
func subject(administrators []administrator) string {
	if administrators[0].real {
		return fmt.Sprintf("none of the %d administrators in the snapshot", len(administrators))
	}
	return "nobody"
}

// lockedAccounts reports administrators of the snapshot who have no way in
// though others have.
func (l *linter) lockedAccounts(administrators []administrator) {
	for i := range administrators {
		if !administrators[i].real {
			continue
		}
		if d := lastDoor(l.set, &administrators[i], l.spots, anyDevice); !d.open {
			l.tenantWide(Warning, "administrator-locked-out", "CA-21", fmt.Sprintf("administrator %s has no way in; the last door, %s, is closed by %s%s", d.who, d.way, policyNames(d.blockers), d.keys()), d.involved()...)
		}
	}
}

// emergency reports if no administrator gets in from a device and a network
// that nobody knows: then a failure of either leaves nobody to repair it.
func (l *linter) emergency(administrators []administrator) {
	var first door
	for i := range administrators {
		d := lastDoor(l.set, &administrators[i], l.spots[:1], unregistered)
		if d.open {
			return
		}
		if i == 0 {
			first = d
		}
	}
	l.tenantWide(Warning, "no-emergency-access", "CA-21", fmt.Sprintf("no administrator gets in from an unregistered device on a network that no policy names: if the devices or the network fail, nobody can repair it; %s should exclude an emergency account", policyNames(first.blockers)), first.blockers...)
}

// wouldLockOut reports policies that are not enforced and would lock everybody
// out if they were. A policy refuses by itself, so that it suffices to find a
// way that is open today and that the policy alone leaves open.
func (l *linter) wouldLockOut(administrators []administrator) {
	open := l.openDoors(administrators)
	for i := range l.tenant.Source.Policies {
		p := &l.tenant.Source.Policies[i]
		if p.State != access.StateReportOnly && p.State != access.StateDisabled || p.Conditions.Workloads != nil || p.Grant == nil {
			continue
		}
		set := l.alone(p)
		if set == nil {
			continue
		}
		stays := func(d openDoor) bool {
			f := d.way.facts(d.who)
			return set.Decide(&f).Verdict != access.Blocked
		}
		if !slices.ContainsFunc(open, stays) {
			l.add(p, Warning, "would-lock-out", "CA-21", "state", "would lock out every administrator if it were enabled")
		}
	}
}

// openDoor is a way in that is open to somebody today.
type openDoor struct {
	who *access.Facts
	way way
}

// openDoors lists them for all administrators.
func (l *linter) openDoors(administrators []administrator) []openDoor {
	var open []openDoor
	for i := range administrators {
		who := &administrators[i].facts
		ways(l.spots, func(w way) bool {
			if f := w.facts(who); l.set.Decide(&f).Verdict != access.Blocked {
				open = append(open, openDoor{who, w})
			}
			return true
		})
	}
	return open
}

// door is the way in that the fewest policies close.
type door struct {
	who      string
	open     bool
	way      way
	blockers []*access.Policy // who close this way
	alone    []*access.Policy // each of whom alone closes some way
}

// keys tells which policies would open a door by themselves.
func (d *door) keys() string {
	if len(d.alone) == 0 {
		return ""
	}
	return fmt.Sprintf("; an exclusion from %s alone would open a way", strings.Join(titles(d.alone), " or "))
}

// involved are the policies that have part in it, the ones to change first.
func (d *door) involved() []*access.Policy {
	all := slices.Clone(d.alone)
	for _, p := range d.blockers {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// anyDevice and unregistered say which ways in to look at.
func anyDevice(way) bool      { return true }
func unregistered(w way) bool { return w.device == nil }

// lastDoor looks for a way in. If all are closed it returns one that the fewest
// policies close.
func lastDoor(set *access.Set, a *administrator, spots []place, among func(way) bool) door {
	d := door{who: a.name}
	ways(spots, func(w way) bool {
		if f := w.facts(&a.facts); among(w) && set.Decide(&f).Verdict != access.Blocked {
			d.open, d.way = true, w
		}
		return !d.open
	})
	if d.open {
		return d
	}
	ways(spots, func(w way) bool {
		if !among(w) {
			return true
		}
		f := w.facts(&a.facts)
		blockers := refusing(set, &f)
		if d.blockers == nil || len(blockers) < len(d.blockers) {
			d.way, d.blockers = w, blockers
		}
		if len(blockers) == 1 && !slices.Contains(d.alone, blockers[0]) {
			d.alone = append(d.alone, blockers[0])
		}
		return true
	})
	return d
}

// refusing returns the policies that refuse an attempt.
func refusing(set *access.Set, f *access.Facts) []*access.Policy {
	var all []*access.Policy
	for _, o := range set.Explain(f).Outcomes {
		if o.Result == access.ResultFailure {
			all = append(all, o.Policy)
		}
	}
	return all
}

func policyNames(all []*access.Policy) string { return strings.Join(titles(all), ", ") }

func titles(all []*access.Policy) []string {
	list := make([]string, len(all))
	for i, p := range all {
		list[i] = policyName(p)
	}
	return list
}

func policyIDs(all []*access.Policy) []access.PolicyID {
	list := make([]access.PolicyID, len(all))
	for i, p := range all {
		list[i] = p.ID
	}
	return list
}
