package triage

import (
	"cmp"
	"slices"
)

// kin are kinds that see the same attack in two ways. Of two overlapping
// episodes of one family the one with the lower place stays, and of two in one
// place the larger one.
var kin = map[Kind]struct{ family, place int }{
	PasswordSpray: {1, 0},
	SlowSpray:     {1, 1},
	BruteForce:    {2, 0},
	MFAFatigue:    {3, 0},
	MFADenied:     {3, 1},
}

// withoutRepeats leaves out episodes that tell again what another one tells:
// a spray that was seen by address and by user agent, a denied prompt that is
// part of a flood.
func withoutRepeats(all []*episode) []*episode {
	byPlace := slices.Clone(all)
	slices.SortStableFunc(byPlace, func(a, b *episode) int {
		return cmp.Or(cmp.Compare(kin[a.kind].family, kin[b.kind].family), cmp.Compare(kin[a.kind].place, kin[b.kind].place), cmp.Compare(b.count, a.count), cmp.Compare(a.first, b.first))
	})
	dropped := map[*episode]bool{}
	var told []*episode
	for _, ep := range byPlace {
		if kin[ep.kind].family == 0 {
			continue
		}
		for _, other := range told {
			if kin[other.kind].family == kin[ep.kind].family && tellsOf(other, ep) {
				dropped[ep] = true
				other.severity = max(other.severity, ep.severity)
				break
			}
		}
		if !dropped[ep] {
			told = append(told, ep)
		}
	}
	return slices.DeleteFunc(all, func(ep *episode) bool { return dropped[ep] })
}

// tellsOf tells whether an episode covers at least half of another's people, in
// the same span of time.
func tellsOf(ep, other *episode) bool {
	if ep.last < other.first || other.last < ep.first {
		return false
	}
	shared := 0
	for _, who := range other.people.list {
		if ep.people.has(who) {
			shared++
		}
	}
	return shared > 0 && 2*shared >= len(other.people.list)
}
