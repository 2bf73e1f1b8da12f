package triage

import (
	"slices"

	"github.com/sallyport-id/sallyport/internal/triage/sigma"
)

// lane is a part of the detections. Each lane sees all events in order of time,
// on a goroutine of its own; nothing that changes is shared. Hence each learns by
// itself what is familiar, which is little beside what detections take.
type lane struct {
	thresholds *Thresholds
	names      *names // must not change any more
	familiar   *familiarity
	detectors  []detector
	wants      []trait // of each detector
	sigma      *sigmaRules
	done       []*episode
	prune      int // length of done at which to look for what can be let go
}

// detector looks at events in order of time.
type detector interface {
	wants() trait // only events with any of these are of interest
	see(*event)
	end()
}

func (t *Triage) newLane() *lane {
	return &lane{thresholds: &t.thresholds, names: t.names, familiar: newFamiliarity(&t.thresholds.Familiar), prune: manyEpisodes}
}

// newLanes returns the detections that are not switched off, in two lanes of
// about the same length.
func (t *Triage) newLanes() []*lane {
	th := &t.thresholds
	l := t.newLane()
	l.add(BruteForce, newGuessing(l))
	l.add(FailuresThenSuccess, newFailureRuns(l))
	l.add(MFAFatigue, newFatigue(l))
	l.add(MFADenied, newDenials(l))
	l.add(DeviceCodePhishing, newDeviceCodes(l))
	l.add(LegacyProtocol, newLegacy(l))
	l.add(ImpossibleTravel, newTravels(l))
	l.add(TokenReplay, newReplays(l))
	l.add(GuestEnumeration, newGuests(l))
	l.add(TenantEnumeration, newTenants(l))
	l.add(PolicyProbing, newProbes(l))
	l.add(ConsentPhishing, newConsents(l))
	l.add(TemporaryPassAbuse, newPasses(l))
	l.add(LockoutStorm, newLockouts(l))
	l.add(PolicySurge, newSurges(l))
	sprays := t.newLane()
	sprays.add(PasswordSpray, newSpray(sprays, PasswordSpray, th.PasswordSpray))
	sprays.add(SlowSpray, newSpray(sprays, SlowSpray, th.SlowSpray))
	sprays.add(UserEnumeration, newSpray(sprays, UserEnumeration, Spray{Users: th.UserEnumeration.Count, Window: th.UserEnumeration.Window}))
	return []*lane{l, sprays}
}

func (l *lane) add(k Kind, d detector) {
	if !l.thresholds.ignored(k) {
		l.detectors = append(l.detectors, d)
		l.wants = append(l.wants, d.wants())
	}
}

// match makes the lane the one that sees the matches of Sigma rules.
func (l *lane) match(rules *sigma.Set) *sigmaRules {
	l.sigma = newSigmaRules(l, rules)
	return l.sigma
}

func (l *lane) see(e *event) {
	if e.matched != 0 {
		if l.sigma != nil {
			l.sigma.see(e)
		}
		return
	}
	for i, d := range l.detectors {
		if e.traits.has(l.wants[i]) {
			d.see(e)
		}
	}
	l.familiar.learn(e)
}

// end returns the episodes, all of which are over with the log.
func (l *lane) end() []*episode {
	for _, d := range l.detectors {
		d.end()
	}
	if l.sigma != nil {
		l.sigma.end()
	}
	return l.done
}

// manyEpisodes is how many episodes may wait for the last judgement before those
// that cannot pass it any more are let go.
const manyEpisodes = 1 << 14

// closeEpisode keeps an episode that is over for the last judgement.
func (l *lane) closeEpisode(ep *episode) {
	if ep.bare {
		return
	}
	l.done = append(l.done, ep)
	if len(l.done) < l.prune {
		return
	}
	l.done = slices.DeleteFunc(l.done, func(ep *episode) bool {
		// Networks only ever become familiar; how many people an app asks
		// goes either way.
		return ep.kind != ConsentPhishing && ep.judge != nil && !ep.judge(ep)
	})
	l.prune = max(manyEpisodes, 2*len(l.done))
}

// strangers is how many of an episode's records still come from where their
// person is a stranger, now that more of the log is known.
func (l *lane) strangers(ep *episode) int {
	n := 0
	for s, count := range ep.sources {
		if l.familiar.stillStrange(s.who, s.network) {
			n += count
		}
	}
	return n
}
