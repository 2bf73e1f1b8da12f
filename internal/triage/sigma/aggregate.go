package sigma

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// aggregate is what Sigma's old rules count behind a bar in the condition. The
// public collection still has some; those that a correlation can say are run as
// one.
type aggregate struct {
	field, by string
	atLeast   int
	span      time.Duration
}

var aggregateText = regexp.MustCompile(`^\s*count\(\s*([\w.]*)\s*\)\s*(?:by\s+([\w.]+)\s*)?(>=?)\s*(\d{1,9})\s*$`)

// parseAggregate reads such as "count(user) by address > 10".
func parseAggregate(text, timeframe string) (*aggregate, error) {
	m := aggregateText.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("%w: %q has no correlation that says the same", errAggregation, clip(text))
	}
	if timeframe == "" {
		return nil, fmt.Errorf("%w: and has no timeframe", errAggregation)
	}
	span, err := timespan(timeframe)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(m[4])
	if err != nil {
		return nil, err
	}
	if m[3] == ">" {
		n++
	}
	return &aggregate{field: m[1], by: m[2], atLeast: max(n, 1), span: span}, nil
}

// correlation returns the correlation that says the same of a rule.
func (a *aggregate) correlation(r *Rule, index int) (*Correlation, error) {
	c := &Correlation{ID: r.ID, Name: r.Name, Title: r.Title, Level: r.Level, Author: r.Author, Tags: r.Tags, File: r.File, Line: r.Line,
		Type: EventCount, Span: a.span, AtLeast: a.atLeast, Refs: []Ref{{Rule: index, Correlation: -1}}}
	var by, values []string
	if a.by != "" {
		by = []string{a.by}
	}
	if a.field != "" {
		c.Type, values = ValueCount, []string{a.field}
	}
	group, err := aliased(by, nil, r)
	if err != nil {
		return nil, err
	}
	value, err := aliased(values, nil, r)
	if err != nil {
		return nil, err
	}
	c.groupBy, c.groupField, c.valueField = by, [][]*field{group}, [][]*field{value}
	return c, nil
}
