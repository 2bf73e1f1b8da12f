package replay

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// situation is all of a record that its effect depends on. People sign in to the
// same apps from the same places again and again, and to policies most of them are
// alike: a log of millions has a few thousand situations.
//
// Every number is that of a class: of what the snapshots' policies, and the
// comparison with what was recorded, can tell of a part of the record. So records
// of one situation have the same effect whatever else they say.
type situation struct {
	person, target, device, location, manner, proof uint32 // of the facts
	outcome, policies                               uint32 // of what was recorded
}

// memory finds the situations of records, by what the records say and without
// making facts of it unless that was not met before, and keeps their effects. It
// is bounded: what is full is forgotten and begins anew.
type memory struct {
	before, after *Decider // after may be nil
	byID, byName  bool     // some policy looks at the id of a device, at its name

	words     words
	policies  recordedLists
	people    named[personClass]   // users, with all else that is said of a person
	locations named[locationClass] // addresses, with the country
	targets   classes[targetSaid, targetClass]
	devices   classes[deviceSaid, deviceClass]
	manners   classes[mannerSaid, mannerClass]
	proofs    classes[proofSaid, proofClass]
	outcomes  classes[outcomeSaid, outcomeClass]
	early     [maxClasses]bool // by the outcome's number: policies were not reached

	effects map[situation]*effect
	kept    int // groups that the effects name

	attempt attempt // of the record at hand, if it was needed
	read    bool
	spelled []byte
}

func newMemory(before, after *Decider) *memory {
	m := &memory{before: before, after: after, words: newWords(), policies: newRecordedLists(),
		people: newNamed[personClass](), locations: newNamed[locationClass](),
		targets: newClasses[targetSaid, targetClass](), devices: newClasses[deviceSaid, deviceClass](), manners: newClasses[mannerSaid, mannerClass](),
		proofs: newClasses[proofSaid, proofClass](), outcomes: newClasses[outcomeSaid, outcomeClass](), effects: map[situation]*effect{}}
	m.byID, m.byName = before.looksAtDevice()
	if after != nil {
		id, name := after.looksAtDevice()
		m.byID, m.byName = m.byID || id, m.byName || name
	}
	return m
}

// situation returns the record's situation, and whether the sign-in ended before
// policies were asked; false if the record says something that is not worth
// remembering or for which there is no room, so that it must be decided alone.
func (m *memory) situation(rec *signinlog.Record) (s situation, early, ok bool) {
	m.read = false
	s.outcome = m.outcome(rec)
	s.policies = m.policies.of(rec.AppliedPolicies)
	early = m.early[s.outcome] && len(rec.AppliedPolicies) == 0
	if !early {
		s.person, s.target, s.device = m.person(rec), m.target(rec), m.device(rec)
		s.location, s.manner, s.proof = m.location(rec), m.manner(rec), m.proof(rec)
	}
	if m.words.long || m.words.full || m.policies.long || m.full() {
		m.forget()
		return situation{}, false, false
	}
	return s, early, true
}

// facts returns the record's facts, which are made once.
func (m *memory) facts(rec *signinlog.Record) *access.Facts {
	if !m.read {
		m.attempt.readFacts(rec)
		m.read = true
	}
	return &m.attempt.facts
}

func (m *memory) full() bool {
	return m.policies.full || m.people.full || m.locations.full || m.targets.full || m.devices.full || m.manners.full || m.proofs.full || m.outcomes.full
}

// forgetter is a table of the memory that may be full.
type forgetter interface {
	forget()     // what was said
	again() bool // begins anew, if it is full
}

func (m *memory) classes() [7]forgetter {
	return [...]forgetter{&m.people, &m.locations, &m.targets, &m.devices, &m.manners, &m.proofs, &m.outcomes}
}

// forget makes room where there is none. Effects are kept unless situations have
// lost their meaning.
func (m *memory) forget() {
	m.words.long, m.policies.long = false, false
	if m.words.full {
		m.words = newWords()
		for _, c := range m.classes() {
			c.forget()
		}
	}
	lost := m.policies.again()
	for _, c := range m.classes() {
		lost = c.again() || lost
	}
	if lost {
		m.forgetEffects()
	}
}

const (
	maxSituations = 1 << 15
	maxKept       = 1 << 20
)

func (m *memory) forgetEffects() {
	clear(m.effects)
	m.kept = 0
}

// remember keeps the effect of a situation, though it may not be known yet.
func (m *memory) remember(s situation, e *effect) {
	if len(m.effects) >= maxSituations || m.kept > maxKept {
		m.forgetEffects()
	}
	m.effects[s], e.remembered = e, true
}
