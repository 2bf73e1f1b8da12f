package triage

import (
	"fmt"
	"strings"
	"time"
)

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// round writes a span so that a person reads it at once.
func round(d time.Duration) string {
	switch {
	case d < time.Second:
		return "a second"
	case d < 2*time.Minute:
		return Duration(d.Round(time.Second)).String()
	case d < 48*time.Hour:
		return Duration(d.Round(time.Minute)).String()
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+0.5))
}

// listCountries names where an episode's records came from.
func listCountries(ep *episode) string {
	if len(ep.countries.list) == 0 {
		return "country unknown"
	}
	var names []string
	for i, c := range ep.countries.list {
		if i == 4 {
			names = append(names, fmt.Sprintf("and %d more", ep.countries.len()-i))
			break
		}
		names = append(names, countryName(c))
	}
	return strings.Join(names, ", ")
}

// hitsCount is how many of an episode's records are successes of the attacker.
func (ep *episode) hitsCount() int {
	n := 0
	for code, count := range ep.codes {
		if codeTraits(resultCode(code)).has(succeeded | secretProven) {
			n += count
		}
	}
	return n
}

// name returns what to call a person.
func (l *lane) name(who uint32) string {
	p := l.names.people[who]
	switch {
	case p.Name != "":
		return p.Name
	case p.ID != "":
		return p.ID
	}
	return "somebody"
}

// where returns what to call the place that an event came from.
func (l *lane) where(e *event) string {
	var parts []string
	if city := l.names.texts[e.city]; city != "" {
		parts = append(parts, city)
	}
	if c := countryName(e.country); c != "" {
		parts = append(parts, c)
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case e.hasAddr:
		return e.address().String()
	}
	return "an unknown place"
}
