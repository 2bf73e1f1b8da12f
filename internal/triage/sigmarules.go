package triage

import (
	"fmt"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/triage/sigma"
)

// sigmaRules turns matches of Sigma rules into findings: one per rule, and one
// per correlation, group and span.
type sigmaRules struct {
	t            *lane
	set          *sigma.Set
	rules        []*episode
	correlations []*windows[uint64]
	given        []int // findings per correlation
	suppressed   int
}

// maxPerCorrelation bounds what one correlation finds: beyond that nobody reads
// it, and a rule that fires on everything must not fill the memory.
const maxPerCorrelation = 1000

func newSigmaRules(t *lane, set *sigma.Set) *sigmaRules {
	s := &sigmaRules{t: t, set: set, rules: make([]*episode, len(set.Rules)), given: make([]int, len(set.Correlations))}
	for _, c := range set.Correlations {
		s.correlations = append(s.correlations, newWindows[uint64](t, Duration(c.Span)))
	}
	return s
}

func (s *sigmaRules) see(e *event) {
	target := s.set.Targets()[e.matched-1]
	if target.Correlation >= 0 {
		s.correlate(target, e)
		return
	}
	ep := s.rules[target.Rule]
	if ep == nil {
		r := s.set.Rules[target.Rule]
		ep = &episode{kind: SigmaRule, severity: severityOf(r.Level), why: func(*episode) string { return firstSentence(r.Description, r.Title) },
			rule: &Rule{ID: r.ID, Title: r.Title, Level: r.Level, Author: r.Author, Tags: r.Tags, File: r.File}}
		s.rules[target.Rule] = ep
	}
	ep.add(e, s.t.thresholds.Evidence)
}

func (s *sigmaRules) correlate(target sigma.Target, e *event) {
	c := s.set.Correlations[target.Correlation]
	w := s.correlations[target.Correlation]
	tr := w.at(e.group, e.at)
	if tr.open != nil {
		tr.open.add(e, s.t.thresholds.Evidence)
		s.above(target.Correlation, e)
		return
	}
	tr.push(e)
	if !s.complete(c, tr.recent) {
		return
	}
	group := s.t.names.texts[e.groupText]
	w.begin(tr, &episode{kind: SigmaRule, severity: severityOf(c.Level), window: Duration(c.Span), bare: s.bare(target.Correlation),
		why:  func(ep *episode) string { return correlationWhy(c, ep, group) },
		rule: &Rule{ID: c.ID, Title: c.Title, Level: c.Level, Author: c.Author, Tags: c.Tags, File: c.File, Group: group}})
	made := tr.recent
	tr.recent = nil
	for i := range made {
		s.above(target.Correlation, &made[i])
	}
}

// bare tells whether what a correlation finds now is no finding.
func (s *sigmaRules) bare(correlation int) bool {
	if !s.set.Correlations[correlation].Alone() {
		return true
	}
	if s.given[correlation] == maxPerCorrelation {
		s.suppressed++
		return true
	}
	s.given[correlation]++
	return false
}

// above hands an event of a correlation that is complete to those that build on
// it.
func (s *sigmaRules) above(correlation int, e *event) {
	for _, target := range s.set.Above(correlation) {
		up := *e
		up.matched = uint16(target + 1)
		s.correlate(s.set.Targets()[target], &up)
	}
}

// complete tells whether the matches of a span make the correlation's.
func (s *sigmaRules) complete(c *sigma.Correlation, recent []event) bool {
	switch c.Type {
	case sigma.EventCount:
		return len(recent) >= c.AtLeast
	case sigma.ValueCount:
		if len(recent) < c.AtLeast {
			return false
		}
		var values distinct[uint64]
		for i := range recent {
			values.add(recent[i].value, c.AtLeast)
		}
		return values.len() >= c.AtLeast
	}
	place := func(e *event) int { return s.set.Targets()[e.matched-1].Place }
	if c.Type == sigma.TemporalOrdered {
		next := 0
		for i := range recent {
			if next < c.AtLeast && place(&recent[i]) == next {
				next++
			}
		}
		return next == c.AtLeast
	}
	var seen distinct[int]
	for i := range recent {
		seen.add(place(&recent[i]), c.AtLeast)
	}
	return seen.len() >= c.AtLeast
}

func correlationWhy(c *sigma.Correlation, ep *episode, group string) string {
	why := fmt.Sprintf("%s: %s within %s", c.Title, plural(ep.count, "match", "matches"), round(time.Duration(ep.last-ep.first)*time.Millisecond))
	if group != "" {
		why += " for " + group
	}
	return why + "."
}

// severityOf returns the severity of Sigma's level.
func severityOf(level string) Severity {
	switch strings.ToLower(level) {
	case "high", "critical":
		return High
	case "medium":
		return Medium
	}
	return Low
}

// firstSentence shortens a rule's description.
func firstSentence(text, or string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return or
	}
	if i := strings.Index(text, ". "); i > 0 {
		return text[:i+1]
	}
	return text
}

func (s *sigmaRules) end() {
	for _, ep := range s.rules {
		if ep != nil {
			s.t.closeEpisode(ep)
		}
	}
	for _, w := range s.correlations {
		w.end()
	}
}
