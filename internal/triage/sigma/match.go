package sigma

import (
	"hash/maphash"

	"github.com/sallyport-id/sallyport/signinlog"
)

// Target is what a match of a rule is for: a finding of its own, or a part of a
// correlation.
type Target struct {
	Rule        int // index in Set.Rules; -1: a correlation's finding
	Correlation int // index in Set.Correlations; -1: the rule's own finding
	Place       int // of the rule in the correlation's list
}

// Targets lists what matches can be for; Match.Target is an index into it.
func (s *Set) Targets() []Target { return s.targets }

// Above returns the targets that a correlation's finding is for.
func (s *Set) Above(correlation int) []int { return s.byCorrelation[correlation] }

// Match says that a record met a rule.
type Match struct {
	Target int
	// Group is the correlation's group that the record belongs to, and
	// GroupText its values; Value stands for the values that are counted.
	Group     uint64
	GroupText string
	Value     uint64
}

// Matcher matches records with a set's rules. It is for one goroutine.
type Matcher struct {
	set     *Set
	seed    maphash.Seed
	matches []Match
	buf     []byte
}

// NewMatcher returns a matcher.
func (s *Set) NewMatcher() *Matcher { return &Matcher{set: s, seed: maphash.MakeSeed()} }

// Match returns the rules that a record meets. The slice is valid until the next
// call.
func (m *Matcher) Match(r *signinlog.Record) []Match {
	m.matches = m.matches[:0]
	for i, rule := range m.set.Rules {
		if !rule.root.match(r) {
			continue
		}
		for _, target := range m.set.byRule[i] {
			m.matches = append(m.matches, m.match(target, r))
		}
	}
	return m.matches
}

func (m *Matcher) match(target int, r *signinlog.Record) Match {
	match := Match{Target: target}
	t := m.set.targets[target]
	if t.Correlation < 0 {
		return match
	}
	c := m.set.Correlations[t.Correlation]
	if len(c.groupField[t.Place]) > 0 {
		m.buf = key(c.groupField[t.Place], r, m.buf[:0])
		match.Group = maphash.Bytes(m.seed, m.buf)
		match.GroupText = string(m.buf)
	}
	if len(c.valueField[t.Place]) > 0 {
		m.buf = key(c.valueField[t.Place], r, m.buf[:0])
		match.Value = maphash.Bytes(m.seed, m.buf)
	}
	return match
}

// Matches reports whether a record meets the rule itself.
func (r *Rule) Matches(record *signinlog.Record) bool { return r.root.match(record) }
