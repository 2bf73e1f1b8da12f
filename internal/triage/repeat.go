package triage

import (
	"cmp"
	"slices"
)

// coveredBy names, for a kind, the kinds whose findings tell the same again and
// better. Of two findings of one kind the larger one does.
var coveredBy = map[Kind][]Kind{
	PasswordSpray: {PasswordSpray},
	SlowSpray:     {PasswordSpray, LockoutStorm, UserEnumeration, SlowSpray},
	BruteForce:    {BruteForce},
	MFADenied:     {MFAFatigue},
}

// withoutRepeats leaves out episodes that tell again what another one tells:
// a spray that was seen by address and by user agent, a denied prompt that is
// part of a flood.
func withoutRepeats(all []*episode) []*episode {
	bySize := slices.Clone(all)
	slices.SortStableFunc(bySize, func(a, b *episode) int { return cmp.Compare(b.count, a.count) })
	dropped := map[*episode]bool{}
	for i, ep := range bySize {
		for k, other := range bySize {
			if other == ep || dropped[other] || !slices.Contains(coveredBy[ep.kind], other.kind) || other.kind == ep.kind && k > i || !tellsOf(other, ep) {
				continue
			}
			dropped[ep] = true
			if other.kind == ep.kind || other.kind == PasswordSpray {
				other.severity = max(other.severity, ep.severity)
			}
			break
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
