package risk_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/risk"
)

var (
	now      = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	addr     = netip.MustParseAddr("192.0.2.7")
	rome     = risk.Place{Country: "IT", CountryKnown: true, Point: &risk.Point{Latitude: 41.9, Longitude: 12.5}}
	milan    = risk.Place{Country: "IT", CountryKnown: true, Point: &risk.Point{Latitude: 45.5, Longitude: 9.2}}
	brasilia = risk.Place{Country: "BR", CountryKnown: true, Point: &risk.Point{Latitude: -15.8, Longitude: -47.9}}
	paris    = risk.Place{Country: "FR", CountryKnown: true, Point: &risk.Point{Latitude: 48.9, Longitude: 2.4}}
)

func TestAssess(t *testing.T) {
	was := func(place risk.Place, ago time.Duration) *risk.History {
		h := &risk.History{}
		h.Succeeded(addr, place, now.Add(-ago))
		return h
	}
	failed := func(h *risk.History, times int) *risk.History {
		for range times {
			h.Failed(now.Add(-time.Minute))
		}
		return h
	}
	sprayed := func(people int, ago time.Duration) *risk.Crowd {
		c := &risk.Crowd{}
		for i := range people {
			c.Failed(fmt.Sprint("user", i), now.Add(-ago))
			c.Failed(fmt.Sprint("user", i), now.Add(-ago)) // counts once
		}
		return c
	}
	anonymous := rome
	anonymous.AnonymousKnown, anonymous.Anonymous = true, true
	abroad := brasilia
	abroad.AnonymousKnown, abroad.Anonymous = true, true
	tests := []struct {
		name   string
		place  risk.Place
		person *risk.History
		crowd  *risk.Crowd
		want   access.RiskLevels
		events []risk.Event
	}{
		{"first sign-in ever", rome, &risk.History{}, &risk.Crowd{}, access.RiskNone, nil},
		{"as always", rome, was(rome, time.Hour), &risk.Crowd{}, access.RiskNone, nil},
		{"nothing known of the address", risk.Place{}, was(rome, time.Minute), &risk.Crowd{}, access.RiskNone, nil},
		{"a train ride away", milan, was(rome, 3*time.Hour), &risk.Crowd{}, access.RiskNone, nil},
		{"near enough for a wrong position", milan, was(rome, time.Minute), &risk.Crowd{}, access.RiskNone, nil},
		{"too far, too soon", brasilia, was(rome, time.Hour), &risk.Crowd{}, access.RiskMedium, []risk.Event{risk.ImpossibleTravel}},
		{"far, by plane", brasilia, was(rome, 14*time.Hour), &risk.Crowd{}, access.RiskLow, []risk.Event{risk.NewCountry}},
		{"another country, at the same instant", paris, was(rome, 0), &risk.Crowd{}, access.RiskMedium, []risk.Event{risk.ImpossibleTravel}},
		{"anonymous", anonymous, was(rome, time.Hour), &risk.Crowd{}, access.RiskMedium, []risk.Event{risk.AnonymizedAddress}},
		{"seven people", rome, was(rome, time.Hour), sprayed(7, time.Minute), access.RiskNone, nil},
		{"eight people", rome, was(rome, time.Hour), sprayed(8, time.Minute), access.RiskHigh, []risk.Event{risk.PasswordSpray}},
		{"eight people, long ago", rome, was(rome, time.Hour), sprayed(8, 2*time.Hour), access.RiskNone, nil},
		{"four failures", rome, failed(was(rome, time.Hour), 4), &risk.Crowd{}, access.RiskNone, nil},
		{"five failures", rome, failed(was(rome, time.Hour), 5), &risk.Crowd{}, access.RiskMedium, []risk.Event{risk.ManyFailures}},
		{"three signs", abroad, failed(was(rome, time.Hour), 5), &risk.Crowd{}, access.RiskHigh, []risk.Event{risk.AnonymizedAddress, risk.ImpossibleTravel, risk.ManyFailures}},
	}
	for _, test := range tests {
		got := risk.Assess(risk.Attempt{Addr: addr, Place: test.place, Now: now}, test.person, test.crowd)
		if got.SignIn != test.want || !slices.Equal(got.Events, test.events) || got.User != access.RiskNone {
			t.Errorf("%s: %v by %v (user %v), want %v by %v", test.name, got.SignIn, got.Events, got.User, test.want, test.events)
		}
	}
}

func TestUserRisk(t *testing.T) {
	level := func(h *risk.History) access.RiskLevels {
		return risk.Assess(risk.Attempt{Now: now}, h, &risk.Crowd{}).User
	}
	h := &risk.History{}
	h.Raise(risk.Assessment{SignIn: access.RiskLow}, now)
	if level(h) != access.RiskNone {
		t.Error("a low sign-in risk sticks")
	}
	h.Raise(risk.Assessment{SignIn: access.RiskHigh, Events: []risk.Event{risk.PasswordSpray}}, now)
	if level(h) != access.RiskMedium || h.User.State != "atRisk" {
		t.Errorf("after a risky success: %+v", h.User)
	}
	h.Raise(risk.Assessment{SignIn: access.RiskMedium}, now)
	if level(h) != access.RiskMedium {
		t.Error("risk fell by itself")
	}
	h.Remediated(now)
	if level(h) != access.RiskNone || h.User.State != "remediated" {
		t.Errorf("after remediation: %+v", h.User)
	}
	h.Confirm(true, now)
	if level(h) != access.RiskHigh {
		t.Error("an admin's word does not count")
	}
	h.Confirm(false, now)
	if level(h) != access.RiskNone || h.User.State != "dismissed" {
		t.Errorf("after dismissal: %+v", h.User)
	}
}

// What is remembered stays small, whatever happens.
func TestBounds(t *testing.T) {
	var h risk.History
	var c risk.Crowd
	for i := range 1000 {
		at := now.Add(time.Duration(i) * time.Second)
		place := risk.Place{Country: string([]rune{'A' + rune(i%26), 'A' + rune(i/26%26)}), CountryKnown: true}
		h.Succeeded(addr, place, at)
		h.Failed(at)
		c.Failed(fmt.Sprint(i), at)
	}
	for range 1000 {
		h.Failed(now.Add(1000 * time.Second))
	}
	if len(h.Visits) > 16 || len(h.Failures) > 64 || len(c.Tries) > 64 {
		t.Errorf("%d visits, %d failures, %d tries", len(h.Visits), len(h.Failures), len(c.Tries))
	}
	h.Succeeded(addr, rome, now.Add(2000*time.Second))
	if len(h.Failures) != 0 {
		t.Error("a success does not forget the failures")
	}
	if last := h.Visits[len(h.Visits)-1]; last.Country != "IT" {
		t.Errorf("the latest visit is to %s", last.Country)
	}
}

func TestVisitsAgain(t *testing.T) {
	var h risk.History
	h.Succeeded(addr, rome, now.Add(-48*time.Hour))
	h.Succeeded(addr, paris, now.Add(-24*time.Hour))
	h.Succeeded(addr, rome, now)
	if len(h.Visits) != 2 || h.Visits[1].Country != "IT" || !h.Visits[1].First.Equal(now.Add(-48*time.Hour)) {
		t.Errorf("visits %+v", h.Visits)
	}
	got := risk.Assess(risk.Attempt{Place: paris, Now: now.Add(12 * time.Hour)}, &h, &risk.Crowd{})
	if got.SignIn != access.RiskNone {
		t.Errorf("back in Paris: %v", got.Events)
	}
}
