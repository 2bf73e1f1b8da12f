package risk

import (
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// History is what is remembered of one person's sign-ins. The zero History
// remembers nothing: a new person.
type History struct {
	// Visits are the places of successful sign-ins, one for each country,
	// the latest last.
	Visits []Visit `json:"visits,omitempty"`
	// Failures are the instants of wrong first factors since the last
	// success.
	Failures []time.Time `json:"failures,omitempty"`
	// User is the risk that the person carries until it is remediated.
	User UserRisk `json:"user,omitzero"`
}

// Visit is a place of a successful sign-in.
type Visit struct {
	Country string     `json:"country,omitempty"`
	Point   *Point     `json:"point,omitempty"`
	IP      netip.Addr `json:"ip,omitzero"`
	First   time.Time  `json:"first"`
	Last    time.Time  `json:"last"`
}

// UserRisk is a risk that stays with a person.
type UserRisk struct {
	Level  access.RiskLevels `json:"level,omitempty"` // zero: none
	Since  time.Time         `json:"since,omitzero"`
	Events []Event           `json:"events,omitempty"`
	// State is Graph's riskState: atRisk, remediated, dismissed,
	// confirmedCompromised; empty: none.
	State string `json:"state,omitempty"`
}

// Crowd is what is remembered of one address's failures across people.
type Crowd struct {
	// Tries are the latest failure for each person, the latest last.
	Tries []Try `json:"tries,omitempty"`
}

// Try is a failure of one person's first factor from an address.
type Try struct {
	Who string    `json:"who"` // user id, or the name that nobody has
	At  time.Time `json:"at"`
}

// Bounds of what is remembered, so that a row cannot grow.
const (
	mostVisits   = 16
	mostFailures = 64
	mostTries    = 64
)

// Memory is how long things are remembered.
const (
	visitMemory   = 180 * 24 * time.Hour
	failureMemory = 24 * time.Hour
	// CrowdMemory is how long an address's failures count; whoever keeps a
	// Crowd may forget it that long after it last changed.
	CrowdMemory = time.Hour
)

// Succeeded remembers a successful sign-in.
func (h *History) Succeeded(addr netip.Addr, place Place, now time.Time) {
	h.Failures = nil
	if place.Country == "" && place.Point == nil {
		return
	}
	visit := Visit{Country: place.Country, Point: place.Point, IP: addr, First: now, Last: now}
	h.Visits = slices.DeleteFunc(h.Visits, func(v Visit) bool {
		if v.Country == visit.Country {
			visit.First = v.First
			return true
		}
		return now.Sub(v.Last) > visitMemory
	})
	h.Visits = append(h.Visits, visit)
	h.Visits = h.Visits[max(0, len(h.Visits)-mostVisits):]
}

// Failed remembers a wrong first factor.
func (h *History) Failed(now time.Time) {
	h.Failures = slices.DeleteFunc(h.Failures, func(t time.Time) bool { return now.Sub(t) > failureMemory })
	h.Failures = append(h.Failures, now)
	h.Failures = h.Failures[max(0, len(h.Failures)-mostFailures):]
}

// Raise makes the person riskier by what was found in a sign-in that
// succeeded. Risk only rises by itself: people and admins lower it.
func (h *History) Raise(a Assessment, now time.Time) {
	var level access.RiskLevels
	switch a.SignIn {
	case access.RiskHigh:
		level = access.RiskMedium
	case access.RiskMedium:
		level = access.RiskLow
	default:
		return
	}
	if h.User.Level < level {
		h.User = UserRisk{Level: level, Since: now, Events: a.Events, State: "atRisk"}
	}
}

// Remediated takes the person's risk away, because they changed their password
// after multi-factor authentication (CA-79).
func (h *History) Remediated(now time.Time) {
	if h.User.Level != 0 {
		h.User = UserRisk{Since: now, State: "remediated"}
	}
}

// Confirm sets the person's risk by an admin's word: high if compromised, none
// if the risk is dismissed.
func (h *History) Confirm(compromised bool, now time.Time) {
	h.User = UserRisk{Since: now, State: "dismissed"}
	if compromised {
		h.User = UserRisk{Level: access.RiskHigh, Since: now, Events: []Event{ConfirmedCompromised}, State: "confirmedCompromised"}
	}
}

// Failed remembers that a person's first factor was wrong from this address.
func (c *Crowd) Failed(who string, now time.Time) {
	c.Tries = slices.DeleteFunc(c.Tries, func(t Try) bool { return t.Who == who || now.Sub(t.At) > CrowdMemory })
	c.Tries = append(c.Tries, Try{who, now})
	c.Tries = c.Tries[max(0, len(c.Tries)-mostTries):]
}

// People counts whose first factors were wrong from this address lately.
func (c *Crowd) People(now time.Time) int {
	n := 0
	for _, t := range c.Tries {
		if now.Sub(t.At) <= CrowdMemory {
			n++
		}
	}
	return n
}
