package sigma

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// CorrelationType is how matches of several records make one.
type CorrelationType uint8

// The types that are understood.
const (
	EventCount CorrelationType = iota + 1
	ValueCount
	Temporal
	TemporalOrdered
)

var correlationTypes = map[string]CorrelationType{"event_count": EventCount, "value_count": ValueCount, "temporal": Temporal, "temporal_ordered": TemporalOrdered}

// Correlation is a rule over the matches of other rules.
type Correlation struct {
	ID, Name   string
	Title      string
	Level      string
	Author     string
	Tags       []string
	File       string
	Line       int
	Type       CorrelationType
	Span       time.Duration
	Refs       []Ref // what it builds on, in the order listed
	AtLeast    int   // how many matches, values or rules; see Type
	groupBy    []string
	groupField [][]*field // per ref
	valueField [][]*field
	// serves and generate are as those of a rule.
	serves, generate bool
}

// Ref is a rule or another correlation that a correlation builds on.
type Ref struct {
	Rule        int // index in Set.Rules; -1: none
	Correlation int // index in Set.Correlations; -1: none
}

// Alone tells whether what a correlation finds is a finding of its own.
func (c *Correlation) Alone() bool { return !c.serves || c.generate }

// correlationBody is the part of a document that makes it a correlation.
type correlationBody struct {
	Type      string                       `yaml:"type"`
	Rules     yaml.Node                    `yaml:"rules"`
	GroupBy   yaml.Node                    `yaml:"group-by"`
	Timespan  string                       `yaml:"timespan"`
	Condition yaml.Node                    `yaml:"condition"`
	Aliases   map[string]map[string]string `yaml:"aliases"`
	Generate  bool                         `yaml:"generate"`
}

// errUnsupported is wrapped by errors about what Sigma has and this package
// does not: such rules do not run, and a notice says so.
var errUnsupported = errors.New("not supported")

// correlationNames are what a correlation can refer to.
type correlationNames struct {
	rules        map[string]int
	correlations map[string]int
	set          *Set
}

// newCorrelation compiles a correlation; what it builds on is found by id, name or
// title.
func newCorrelation(h *head, src source, known *correlationNames) (*Correlation, bool, error) {
	var body correlationBody
	if err := h.Correlation.Load(&body, yaml.WithKnownFields()); err != nil {
		return nil, false, fmt.Errorf("correlation: %s", oneLine(err))
	}
	c := &Correlation{ID: h.ID, Name: h.Name, Title: h.Title, Level: h.Level, Author: h.Author, Tags: h.Tags, File: src.file, Line: src.line}
	var err error
	if c.Type = correlationTypes[body.Type]; c.Type == 0 {
		switch body.Type {
		case "value_sum", "value_avg", "value_percentile", "value_median":
			return nil, false, fmt.Errorf("%w: correlation type %s", errUnsupported, body.Type)
		}
		return nil, false, fmt.Errorf("correlation: unknown type %q", body.Type)
	}
	if c.Span, err = timespan(body.Timespan); err != nil {
		return nil, false, err
	}
	names, err := textList(&body.Rules, "rules")
	if err != nil {
		return nil, false, err
	}
	if len(names) == 0 {
		return nil, false, errors.New("correlation: no rules")
	}
	if c.groupBy, err = textList(&body.GroupBy, "group-by"); err != nil {
		return nil, false, err
	}
	for _, name := range names {
		if err := c.refer(name, known); err != nil {
			return nil, false, err
		}
	}
	values, err := c.condition(&body.Condition, len(names))
	if err != nil {
		return nil, false, err
	}
	return c, body.Generate, c.fields(values, body.Aliases, known.set)
}

// refer adds a rule or a correlation.
func (c *Correlation) refer(name string, known *correlationNames) error {
	if i, ok := known.rules[name]; ok {
		c.Refs = append(c.Refs, Ref{Rule: i, Correlation: -1})
		return nil
	}
	i, ok := known.correlations[name]
	if !ok {
		return fmt.Errorf("correlation: no rule %q that can run", name)
	}
	// What a correlation found belongs to a group, not to a record: only
	// the same group can be asked for again.
	if other := known.set.Correlations[i]; !sameFields(c.groupBy, other.groupBy) {
		return fmt.Errorf("%w: a correlation of correlations with another group-by", errUnsupported)
	}
	c.Refs = append(c.Refs, Ref{Rule: -1, Correlation: i})
	return nil
}

func sameFields(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if f := lookup(a[i]); f == nil || f != lookup(b[i]) {
			return false
		}
	}
	return true
}

// fields finds what groups and values are, for each rule.
func (c *Correlation) fields(values []string, aliases map[string]map[string]string, set *Set) error {
	for _, ref := range c.Refs {
		rule := &Rule{}
		if ref.Rule >= 0 {
			rule = set.Rules[ref.Rule]
		} else if c.Type == ValueCount {
			return fmt.Errorf("%w: value_count of correlations", errUnsupported)
		}
		group, err := aliased(c.groupBy, aliases, rule)
		if err != nil {
			return fmt.Errorf("group-by: %w", err)
		}
		value, err := aliased(values, nil, rule)
		if err != nil {
			return fmt.Errorf("condition: %w", err)
		}
		c.groupField, c.valueField = append(c.groupField, group), append(c.valueField, value)
	}
	return nil
}

// aliased returns the fields that names mean in a rule.
func aliased(names []string, aliases map[string]map[string]string, rule *Rule) ([]*field, error) {
	var out []*field
	for _, name := range names {
		if byRule, ok := aliases[name]; ok {
			if f, ok := byRule[rule.Name]; ok {
				name = f
			} else if f, ok := byRule[rule.ID]; ok {
				name = f
			}
		}
		f := lookup(name)
		if f == nil {
			return nil, fmt.Errorf("no sign-in record has a field %q", name)
		}
		out = append(out, f)
	}
	return out, nil
}

// timespan reads a number with s, m, h or d.
func timespan(text string) (time.Duration, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if text != "" {
		unit, ok := units[text[len(text)-1]]
		n, err := strconv.ParseUint(text[:len(text)-1], 10, 20)
		if ok && err == nil && n > 0 && time.Duration(n) <= 400*24*time.Hour/unit {
			return time.Duration(n) * unit, nil
		}
	}
	return 0, fmt.Errorf("timespan %q: want a number with s, m, h or d, such as 15m", text)
}

func textList(n *yaml.Node, what string) ([]string, error) {
	n = resolve(n)
	switch n.Kind {
	case 0:
		return nil, nil
	case yaml.ScalarNode:
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		var out []string
		for _, item := range n.Content {
			if item = resolve(item); item.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("%s: want texts", what)
			}
			out = append(out, item.Value)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s: want a list of texts", what)
}

// condition reads how many make a match, and returns the fields whose values
// are counted.
func (c *Correlation) condition(n *yaml.Node, refs int) ([]string, error) {
	n = resolve(n)
	if c.Type == Temporal || c.Type == TemporalOrdered {
		c.AtLeast = refs
		if n.Kind != 0 {
			return nil, fmt.Errorf("%w: a condition on a temporal correlation", errUnsupported)
		}
		return nil, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, errors.New("condition: want a map such as gte: 10")
	}
	var values []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, resolve(n.Content[i+1])
		switch key {
		case "field":
			var err error
			if values, err = textList(value, "field"); err != nil {
				return nil, err
			}
		case "gt", "gte":
			count, err := strconv.ParseInt(value.Value, 10, 32)
			if err != nil || count < 0 {
				return nil, fmt.Errorf("condition: %s: found %q, expected a whole number", key, value.Value)
			}
			if key == "gt" {
				count++
			}
			c.AtLeast = max(c.AtLeast, int(count))
		case "lt", "lte", "eq", "neq":
			// "Fewer than" has a meaning only for windows with a fixed
			// beginning; a sliding one passes through every count.
			return nil, fmt.Errorf("%w: condition %s over a sliding window", errUnsupported, key)
		default:
			return nil, fmt.Errorf("condition: unknown operator %q", key)
		}
	}
	switch {
	case c.AtLeast < 1:
		return nil, errors.New("condition: want gt or gte with a number")
	case c.Type == ValueCount && len(values) == 0:
		return nil, errors.New("condition: value_count needs field")
	}
	return values, nil
}

// key joins the values of fields.
func key(fields []*field, r *record, b []byte) []byte {
	for i, f := range fields {
		if i > 0 {
			b = append(b, ' ')
		}
		if f.list != nil {
			b = append(b, strings.Join(f.list(r), ",")...)
		} else {
			b = append(b, f.text(r)...)
		}
	}
	return b
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
