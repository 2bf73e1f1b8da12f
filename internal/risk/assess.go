package risk

import (
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Event is a sign of risk, by Graph's riskEventType.
type Event string

// The events.
const (
	AnonymizedAddress    Event = "anonymizedIPAddress"
	ImpossibleTravel     Event = "unlikelyTravel"
	NewCountry           Event = "newCountry"
	PasswordSpray        Event = "passwordSpray"
	ManyFailures         Event = "unfamiliarFeatures" // right after a run of wrong passwords
	ConfirmedCompromised Event = "adminConfirmedUserCompromised"
)

// Attempt is what is weighed.
type Attempt struct {
	Addr  netip.Addr
	Place Place
	Now   time.Time
}

// Assessment is what was found.
type Assessment struct {
	SignIn access.RiskLevels // one level; RiskNone if nothing was found
	User   access.RiskLevels
	Events []Event // of this sign-in
}

// Thresholds.
const (
	// fastest is faster than any airliner flies from door to door, in km/h.
	fastest = 1000
	// nearby is the distance in km that wrong positions of addresses
	// explain.
	nearby = 500
	// sprayed is how many people an address must have failed for.
	sprayed = 8
	// manyFailures is how many wrong passwords before the right one speak of
	// a guess that hit.
	manyFailures = 5
)

// Assess weighs an attempt against what is remembered of the person and of the
// address. Both may be zero.
func Assess(a Attempt, person *History, address *Crowd) Assessment {
	found := Assessment{SignIn: access.RiskNone, User: access.RiskNone}
	add := func(e Event, level access.RiskLevels) {
		found.Events = append(found.Events, e)
		found.SignIn = max(found.SignIn, level)
	}
	if a.Place.AnonymousKnown && a.Place.Anonymous {
		add(AnonymizedAddress, access.RiskMedium)
	}
	if last, ok := person.last(); ok {
		switch {
		case travelled(last, a):
			add(ImpossibleTravel, access.RiskMedium)
		case a.Place.Country != "" && !person.knows(a.Place.Country, a.Now):
			add(NewCountry, access.RiskLow)
		}
	}
	if address.People(a.Now) >= sprayed {
		add(PasswordSpray, access.RiskHigh)
	}
	if person.recentFailures(a.Now) >= manyFailures {
		add(ManyFailures, access.RiskMedium)
	}
	if len(found.Events) >= 3 { // signs that do not depend on each other
		found.SignIn = access.RiskHigh
	}
	if level := person.User.Level; level != 0 {
		found.User = level
	}
	return found
}

// last returns the latest visit.
func (h *History) last() (Visit, bool) {
	if len(h.Visits) == 0 {
		return Visit{}, false
	}
	return h.Visits[len(h.Visits)-1], true
}

// knows reports whether the person was in a country lately.
func (h *History) knows(country string, now time.Time) bool {
	return slices.ContainsFunc(h.Visits, func(v Visit) bool {
		return v.Country == country && now.Sub(v.Last) <= visitMemory
	})
}

// recentFailures counts wrong first factors since the last success, within an
// hour.
func (h *History) recentFailures(now time.Time) int {
	n := 0
	for _, t := range h.Failures {
		if now.Sub(t) <= time.Hour {
			n++
		}
	}
	return n
}

// travelled reports whether nobody could have come from the last visit to the
// attempt in the time between.
func travelled(last Visit, a Attempt) bool {
	if last.Point == nil || a.Place.Point == nil {
		return false
	}
	km := last.Point.Distance(*a.Place.Point)
	hours := a.Now.Sub(last.Last).Hours()
	return km > nearby && (hours <= 0 || km/hours > fastest)
}
