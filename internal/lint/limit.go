package lint

import (
	"fmt"
	"net/netip"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/access"
)

// The limits of a tenant (section LIM of the reference).
const (
	maxPolicies    = 195
	maxIPLocations = 195
	maxRanges      = 2000
	maxStrengths   = 15
	maxName        = 256
)

// limits finds what is too much of (LIM-1, LIM-2, LIM-3, LIM-7).
func (l *linter) limits() {
	src := &l.tenant.Source
	l.tooMany("policies", "LIM-1", len(src.Policies), maxPolicies)
	custom := 0
	for i := range src.Strengths {
		if s := &src.Strengths[i]; !builtIn(s.ID) {
			custom++
		}
	}
	l.tooMany("custom authentication strengths", "LIM-7", custom, maxStrengths)
	byAddress := 0
	for i := range src.Locations {
		loc := &src.Locations[i]
		if len(loc.Ranges) > 0 {
			byAddress++
		}
		l.location(loc)
	}
	l.tooMany("IP named locations", "LIM-2", byAddress, maxIPLocations)
}

func (l *linter) tooMany(what, reference string, n, most int) {
	if n > most {
		l.tenantWide(Warning, "too-many", reference, fmt.Sprintf("there are %d %s; a tenant takes %d", n, what, most))
	}
}

func builtIn(id access.StrengthID) bool {
	return id == access.StrengthMFA || id == access.StrengthPasswordless || id == access.StrengthPhishingResistant
}

// location finds what is too large in a named location.
func (l *linter) location(loc *access.Location) {
	add := func(rule, reference, path, message string) {
		f := Finding{Severity: Warning, Rule: rule, Reference: reference, Message: fmt.Sprintf("location %s: %s", named(string(loc.ID), loc.DisplayName), message)}
		l.tenant.locate(&f, object("location", string(loc.ID), loc.DisplayName), path)
		l.findings = append(l.findings, f)
	}
	if n := len(loc.Ranges); n > maxRanges {
		add("too-many", "LIM-2", "ipRanges", fmt.Sprintf("has %d ranges; a location takes %d", n, maxRanges))
	}
	if n := utf8.RuneCountInString(loc.DisplayName); n > maxName {
		add("name-length", "LIM-3", "displayName", fmt.Sprintf("has %d characters; Graph takes %d", n, maxName))
	}
	for i, r := range loc.Ranges {
		if wide(r) {
			add("wide-range", "LIM-2", fmt.Sprintf("ipRanges[%d]", i), fmt.Sprintf("%s to %s is a /8 or wider; masks must be longer", r.First, r.Last))
		}
	}
}

// wide tells whether a range holds a whole /8.
func wide(r access.Range) bool {
	if !r.First.IsValid() || !r.Last.IsValid() {
		return false
	}
	block, err := r.First.Unmap().Prefix(8)
	if err != nil {
		return false
	}
	if block.Addr() != r.First.Unmap() { // begins within a /8: is the next one whole?
		next := block.Addr().AsSlice()
		if next[0] == 0xff {
			return false
		}
		next[0]++
		block = netip.PrefixFrom(address(next), 8)
	}
	end := block.Addr().AsSlice()
	for i := 1; i < len(end); i++ {
		end[i] = 0xff
	}
	return !r.Last.Unmap().Less(address(end))
}

// address reads four or sixteen bytes.
func address(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}
