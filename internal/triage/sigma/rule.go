package sigma

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Rule is a rule that can run.
type Rule struct {
	ID, Name    string
	Title       string
	Level       string // informational, low, medium, high, critical
	Author      string
	Description string
	Tags        []string
	File        string
	Line        int

	root node
	// serves tells whether correlations build on the rule, and generate whether
	// one of them wants its matches as findings of their own, too.
	serves, generate bool
}

// alone tells whether matches are findings of their own.
func (r *Rule) alone() bool { return !r.serves || r.generate }

// source is where a document stands, for messages.
type source struct {
	file string
	line int
}

func (s source) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", s.file, s.line, fmt.Errorf(format, args...))
}

// head is what rules, correlations and filters have in common.
type head struct {
	ID     string   `yaml:"id"`
	Name   string   `yaml:"name"`
	Title  string   `yaml:"title"`
	Level  string   `yaml:"level"`
	Status string   `yaml:"status"`
	Author string   `yaml:"author"`
	Tags   []string `yaml:"tags"`

	Description string    `yaml:"description"`
	LogSource   logSource `yaml:"logsource"`
	Detection   yaml.Node `yaml:"detection"`
	Correlation yaml.Node `yaml:"correlation"`
	Filter      yaml.Node `yaml:"filter"`
}

// logSource says which logs a rule is for.
type logSource struct {
	Category string `yaml:"category"`
	Product  string `yaml:"product"`
	Service  string `yaml:"service"`
}

func (l logSource) String() string {
	var parts []string
	for _, s := range []string{l.Product, l.Category, l.Service} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "/")
}

// reads tells whether sign-in records can stand for the log.
func (l logSource) reads() bool {
	switch strings.ToLower(l.Product) {
	case "", "azure", "entra", "sallyport":
		switch strings.ToLower(l.Service) {
		case "signinlogs", "riskdetection":
			return true
		case "":
			return l.Category == "authentication"
		}
	case "m365":
		return strings.EqualFold(l.Service, "audit")
	}
	return false
}

// errPlaceholder is wrapped by errors about placeholders without values.
var errPlaceholder = errors.New("placeholder without a value")

// ruleCompiler compiles the detection of one rule.
type ruleCompiler struct {
	opts   *Options
	doubts []string   // why conditions can never hold, or were left out
	counts *aggregate // what stands behind a bar in the condition
	span   string     // timeframe
}

// compile returns the condition of a detection.
func (c *ruleCompiler) compile(detection *yaml.Node) (node, error) {
	if detection.Kind != yaml.MappingNode {
		return nil, errors.New("detection: want a map of search identifiers and a condition")
	}
	terms := map[string]node{}
	var conditions []string
	for i := 0; i+1 < len(detection.Content); i += 2 {
		name, value := detection.Content[i].Value, resolve(detection.Content[i+1])
		switch name {
		case "condition":
			var err error
			if conditions, err = conditionTexts(value); err != nil {
				return nil, err
			}
		case "timeframe":
			c.span = value.Value
		default:
			n, err := c.search(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			terms[name] = n
		}
	}
	if len(conditions) == 0 {
		return nil, errors.New("detection: no condition")
	}
	used := map[string]bool{}
	var alternatives []node
	for _, text := range conditions {
		if before, after, ok := strings.Cut(text, "|"); ok {
			counts, err := parseAggregate(after, c.span)
			if err != nil {
				return nil, err
			}
			if len(conditions) > 1 {
				return nil, fmt.Errorf("%w: one of several conditions", errAggregation)
			}
			text, c.counts = before, counts
		}
		n, err := parseCondition(text, terms, used)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, n)
	}
	return or(alternatives), nil
}

// errAggregation says that a rule counts in a way that Sigma gave up, and that
// no correlation says.
var errAggregation = errors.New("counts with the old pipe syntax")

func conditionTexts(n *yaml.Node) ([]string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		var all []string
		for _, item := range n.Content {
			if item = resolve(item); item.Kind != yaml.ScalarNode {
				return nil, errors.New("condition: want texts")
			}
			all = append(all, item.Value)
		}
		return all, nil
	}
	return nil, errors.New("condition: want a text or a list of texts")
}

// resolve follows YAML's own references.
func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// search compiles a search identifier.
func (c *ruleCompiler) search(n *yaml.Node) (node, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return c.fieldMap(n)
	case yaml.SequenceNode:
		var nodes []node
		for _, item := range n.Content {
			item = resolve(item)
			var one node
			var err error
			if item.Kind == yaml.MappingNode {
				one, err = c.fieldMap(item)
			} else {
				one, err = keyword(item)
			}
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, one)
		}
		return or(nodes), nil
	}
	return keyword(n)
}

// keyword looks for a text anywhere.
func keyword(n *yaml.Node) (node, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		return nil, errors.New("want a map of fields, or texts")
	}
	p := newPattern(n.Value)
	p.open = [2]bool{true, true}
	return &keywordTest{p}, nil
}

// keywords looks for any of the texts anywhere, or for all of them.
func keywords(values []*yaml.Node, m *modifiers) (node, error) {
	if m.starts || m.ends || m.neq || m.exists || m.fieldref || m.cidr || m.re || m.compare != "" || m.moment != "" || len(m.encode) > 0 || m.windash {
		return nil, errors.New("keywords are looked for anywhere: found another modifier than all, cased or contains")
	}
	var nodes []node
	for _, v := range values {
		n, err := keyword(v)
		if err != nil {
			return nil, err
		}
		n.(*keywordTest).p.cased = m.cased
		nodes = append(nodes, n)
	}
	if m.all {
		return and(nodes), nil
	}
	return or(nodes), nil
}

// fieldMap compiles a map: all of its fields must fit.
func (c *ruleCompiler) fieldMap(m *yaml.Node) (node, error) {
	hasCode := false
	for i := 0; i+1 < len(m.Content); i += 2 {
		name, _, _ := strings.Cut(m.Content[i].Value, "|")
		if f := lookup(name); f != nil && f.kind == isCode {
			hasCode = true
		}
	}
	var nodes []node
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i].Value, resolve(m.Content[i+1])
		name, rest, _ := strings.Cut(key, "|")
		if f := lookup(name); f != nil && f.kind == isDescription && hasCode && !c.opts.ExactDescriptions {
			c.doubt("the text of %s is not compared: the code says it, and the service's wording differs", name)
			continue
		}
		n, err := c.field(name, rest, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		nodes = append(nodes, n)
	}
	if len(m.Content) == 0 {
		return nil, errors.New("an empty map")
	}
	return and(nodes), nil
}

func (c *ruleCompiler) doubt(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, old := range c.doubts {
		if old == text {
			return
		}
	}
	c.doubts = append(c.doubts, text)
}

// field compiles one field with its values.
func (c *ruleCompiler) field(name, rest string, value *yaml.Node) (node, error) {
	var parts []string
	if rest != "" {
		parts = strings.Split(rest, "|")
	}
	m, err := parseModifiers(parts)
	if err != nil {
		return nil, err
	}
	values, err := scalars(value)
	if err != nil {
		return nil, err
	}
	if m.expand {
		if values, err = c.expand(values); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return keywords(values, &m)
	}
	f := lookup(name)
	if f == nil {
		c.doubt("no sign-in record has a field %q", name)
		return c.unknown(values, &m)
	}
	n, err := c.compare(f, name, values, &m)
	if err != nil {
		return nil, err
	}
	if m.neq {
		return negate(n), nil
	}
	return n, nil
}

// unknown is a field that no record has: it is missing, always. Its values are
// read all the same, so that a wrong one is an error.
func (c *ruleCompiler) unknown(values []*yaml.Node, m *modifiers) (node, error) {
	ghost := &field{name: "unknown", text: func(*record) string { return "" }}
	n, err := c.compare(ghost, "", values, m)
	if err != nil {
		return nil, err
	}
	return constant(n.match(&record{}) != m.neq), nil
}

func scalars(n *yaml.Node) ([]*yaml.Node, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return []*yaml.Node{n}, nil
	case yaml.SequenceNode:
		var all []*yaml.Node
		for _, item := range n.Content {
			if item = resolve(item); item.Kind != yaml.ScalarNode {
				return nil, errors.New("want texts or numbers in the list")
			}
			all = append(all, item)
		}
		if len(all) == 0 {
			return nil, errors.New("an empty list of values")
		}
		return all, nil
	}
	return nil, errors.New("want a value or a list of values")
}

// expand puts values in place of placeholders.
func (c *ruleCompiler) expand(values []*yaml.Node) ([]*yaml.Node, error) {
	var out []*yaml.Node
	for _, v := range values {
		texts, err := c.fill(v.Value)
		if err != nil {
			return nil, err
		}
		for _, text := range texts {
			copied := *v
			copied.Value = text
			out = append(out, &copied)
		}
	}
	if len(out) > maxExpanded {
		return nil, fmt.Errorf("expand: found %d values, expected at most %d", len(out), maxExpanded)
	}
	return out, nil
}

// maxExpanded bounds what placeholders with many values make of a few words.
const maxExpanded = 100_000

// fill returns a text with all values of its placeholders.
func (c *ruleCompiler) fill(text string) ([]string, error) {
	before, rest, ok := strings.Cut(text, "%")
	name, after, closed := strings.Cut(rest, "%")
	if !ok || !closed {
		return []string{text}, nil
	}
	known := c.opts.Placeholders[name]
	if len(known) == 0 {
		return nil, fmt.Errorf("%w: %%%s%%", errPlaceholder, name)
	}
	ends, err := c.fill(after)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, value := range known {
		for _, end := range ends {
			if out = append(out, before+value+end); len(out) > maxExpanded {
				return nil, fmt.Errorf("expand: found more than %d values", maxExpanded)
			}
		}
	}
	return out, nil
}

// compare compiles the comparison of a field with values: any of them, or all.
func (c *ruleCompiler) compare(f *field, name string, values []*yaml.Node, m *modifiers) (node, error) {
	if n := codes(f, values, m); n != nil {
		return n, nil
	}
	var nodes []node
	for _, v := range values {
		if v.Tag == "!!null" && len(values) > 1 {
			return nil, errors.New("null in a list of values")
		}
		n, err := c.one(f, name, v, m)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	if m.all {
		return and(nodes), nil
	}
	return or(nodes), nil
}

// codes compiles a comparison with plain numbers, the most frequent one.
func codes(f *field, values []*yaml.Node, m *modifiers) node {
	if f.number == nil || !m.none() || m.all {
		return nil
	}
	t := &codeTest{field: f}
	for _, v := range values {
		if !isNumber(v.Value) {
			return nil
		}
		n, err := parseNumber(v.Value)
		if err != nil {
			return nil
		}
		t.want = append(t.want, n)
	}
	return t
}

// one compiles the comparison of a field with one value.
func (c *ruleCompiler) one(f *field, name string, v *yaml.Node, m *modifiers) (node, error) {
	switch {
	case m.exists:
		switch strings.ToLower(v.Value) {
		case "true", "yes":
			return not{&absentTest{f}}, nil
		case "false", "no":
			return &absentTest{f}, nil
		}
		return nil, fmt.Errorf("exists: found %q, expected true or false", v.Value)
	case v.Tag == "!!null" || v.Value == "" && !m.substring():
		return &absentTest{f}, nil
	case m.fieldref:
		return c.reference(f, v.Value, m)
	case m.moment != "":
		want, err := parseNumber(v.Value)
		if err != nil {
			return nil, err
		}
		if f.moment == nil {
			c.doubt("%s is no time", name)
			return constant(false), nil
		}
		test, moment, part := comparison(m.compare, want), f.moment, *m
		return &numberTest{&field{number: func(r *record) (float64, bool) { return part.number(moment(r)), !moment(r).IsZero() }}, test}, nil
	case m.compare != "":
		want, err := parseNumber(v.Value)
		if err != nil {
			return nil, err
		}
		test := comparison(m.compare, want)
		if f.number != nil {
			return &numberTest{f, test}, nil
		}
		return &textTest{field: f, test: func(s string) bool { n, err := parseNumber(s); return err == nil && test(n) }}, nil
	case m.cidr:
		test, err := inBlock(v.Value)
		return &textTest{field: f, test: test}, err
	case m.re:
		re, err := m.expression(v.Value)
		if err != nil {
			return nil, err
		}
		return c.possible(f, name, v.Value, m, &textTest{field: f, whole: true, test: re.MatchString}, re.MatchString), nil
	}
	return c.text(f, name, v.Value, m), nil
}

// text compiles the comparison with a text that may have wildcards.
func (c *ruleCompiler) text(f *field, name, value string, m *modifiers) node {
	patterns := m.patterns(value)
	test := patterns[0].match
	if len(patterns) > 1 {
		test = func(s string) bool {
			for i := range patterns {
				if patterns[i].match(s) {
					return true
				}
			}
			return false
		}
	}
	var n node = &textTest{field: f, whole: m.substring(), test: test}
	if len(patterns) == 1 && f.list == nil && !(m.substring() && f.whole != nil) {
		n = &exactTest{f, patterns[0]}
	}
	return c.possible(f, name, value, m, n, test)
}

// possible returns the condition, or one that is never met if no value of the
// field could meet it.
func (c *ruleCompiler) possible(f *field, name, value string, m *modifiers, n node, test func(string) bool) node {
	if name == "" || m.substring() && f.whole != nil {
		return n
	}
	if f.words != nil {
		for _, w := range f.words {
			if test(w) {
				return n
			}
		}
		c.doubt("%s is never %q, but one of %s", name, clip(value), strings.Join(f.words[:min(len(f.words), 4)], ", "))
		return constant(false)
	}
	p := newPattern(value)
	if text, exact := p.exact(); exact && !m.substring() && f.fits != nil && !f.fits(text) {
		c.doubt("%s is never %q: it is %s", name, clip(value), f.want)
		return constant(false)
	}
	return n
}

// reference compares two fields of the record.
func (c *ruleCompiler) reference(f *field, other string, m *modifiers) (node, error) {
	g := lookup(other)
	if g == nil {
		c.doubt("no sign-in record has a field %q", other)
		return constant(false), nil
	}
	cmp := func(a, b string) bool { return m.same(a, b) }
	return &sameTest{f, g, cmp}, nil
}

// same compares the texts of two fields.
func (m *modifiers) same(a, b string) bool {
	if !m.cased {
		a, b = strings.ToLower(a), strings.ToLower(b)
	}
	switch {
	case m.contains:
		return strings.Contains(a, b)
	case m.starts:
		return strings.HasPrefix(a, b)
	case m.ends:
		return strings.HasSuffix(a, b)
	}
	return a == b
}
