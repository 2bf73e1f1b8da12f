package accesstest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Case is one attempt and what must come of it.
type Case struct {
	Name  string
	At    Position
	Rules []string // ids of the rules it proves, such as CA-101

	Source  access.Source
	Options access.Options
	Facts   access.Facts

	expectations []expectation
	names        *names
}

var ruleID = regexp.MustCompile(`^[A-Z]{1,4}-[0-9]{1,4}$`)

var errNoExpectation = errors.New("no expectation")

// oneCase reads
//
//	case "name" CA-1 CA-2
//	  facts and expectations
func (p *parser) oneCase(n *node) error {
	name, rules, err := title(n)
	if err != nil {
		return err
	}
	if p.taken[name.text] {
		return name.errorf("a case %q stands above already", name.text)
	}
	return p.keep(name, rules, n.kids)
}

func title(n *node) (token, []string, error) {
	args := n.args()
	if len(args) == 0 || args[0].kind != quoted {
		t := n.after()
		if len(args) > 0 {
			t = args[0]
		}
		return t, nil, t.errorf("expected the name of the case in quotes")
	}
	rules, err := ruleIDs(args[1:])
	return args[0], rules, err
}

func ruleIDs(args []token) ([]string, error) {
	var ids []string
	for _, t := range args {
		if !ruleID.MatchString(t.text) || t.kind != word {
			return nil, t.errorf("found %s, expected the id of a rule, such as CA-101", t.shown())
		}
		ids = append(ids, t.text)
	}
	return ids, nil
}

// keep reads the lines of a case and adds it to the file's.
func (p *parser) keep(name token, rules []string, lines []*node) error {
	if len(p.cases) >= maxCases {
		return name.errorf("this file holds more than %d cases", maxCases)
	}
	c, err := p.draft(name, lines)
	if errors.Is(err, errNoExpectation) {
		return name.errorf("the case %q expects nothing; add a line such as: expect block 53003", name.text)
	}
	if err != nil {
		return err
	}
	c.Rules = rules
	p.taken[name.text] = true
	p.cases = append(p.cases, c)
	return nil
}

// draft reads a case's own lines over the defaults.
func (p *parser) draft(name token, lines []*node) (Case, error) {
	// A case may say things that hold for itself alone.
	own := *p
	d := caseDraft{
		attempt: attempt{parser: &own, told: map[string]bool{}},
		Case:    Case{Name: name.text, At: name.Position, names: p.names},
	}
	if err := d.prepare(p.defaults, lines); err != nil {
		return d.Case, err
	}
	for _, level := range [][]*node{p.defaults, lines} {
		said := map[string]token{}
		for _, n := range level {
			if err := d.line(n, said); err != nil {
				return d.Case, err
			}
		}
	}
	d.finish()
	d.Facts = d.facts
	d.Options = own.options
	d.Source = access.Source{Policies: own.policies, Locations: own.locations, Strengths: own.strengths, MFATrustedIPs: own.trusted}
	if len(d.expectations) == 0 {
		return d.Case, errNoExpectation
	}
	return d.Case, nil
}

// caseDraft is a case while its lines are read.
type caseDraft struct {
	attempt
	Case
}

// prepare reads what other lines depend on: the case's own policies, options
// and whether unknown stays unknown.
func (d *caseDraft) prepare(levels ...[]*node) error {
	for _, level := range levels {
		for _, n := range level {
			var err error
			switch n.head().text {
			case "policy":
				var policy access.Policy
				if policy, err = d.policy(n); err == nil {
					err = d.add(policy, n.args()[0])
				}
			case "option":
				err = readOptions(&d.options, n)
			case "strict-unknown":
				d.strict, err = onOff(n)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *caseDraft) line(n *node, said map[string]token) error {
	t := n.head()
	switch t.text {
	case "policy", "option", "strict-unknown":
		return nil // read by prepare
	}
	if err := n.leaf(); err != nil {
		return err
	}
	switch t.text {
	case "expect":
		e, err := d.expectation(n)
		d.expectations = append(d.expectations, e)
		return err
	case "unknown":
		return d.unknown(n.args())
	case "facts":
		return d.graphFacts(n)
	}
	w, ok := factWords[t.text]
	if !ok || t.kind != word {
		return unknownWord(t, "a fact or an expectation", append(keys(factWords), "expect", "unknown", "facts", "policy", "option", "strict-unknown"))
	}
	if before, ok := said[t.text]; ok {
		return t.errorf("%q stands in line %d already", t.text, before.Line)
	}
	said[t.text] = t
	if len(n.args()) == 0 && t.text != "device" {
		return n.after().errorf("%q ends here; expected its value", t.text)
	}
	d.told[t.text] = true
	d.remember(t.text)
	return w.read(&d.attempt, t, n.args())
}

// unknown makes facts unknown that would be usual or are in the defaults.
func (d *caseDraft) unknown(args []token) error {
	for _, t := range args {
		w, ok := factWords[t.text]
		if !ok {
			return unknownWord(t, "a fact", keys(factWords))
		}
		w.forget(&d.facts)
		d.told[t.text] = true
		d.forgotten = append(d.forgotten, t.text)
	}
	return nil
}

// remember takes back that a fact is unknown: a later line tells it.
func (a *attempt) remember(w string) {
	a.forgotten = slices.DeleteFunc(a.forgotten, func(x string) bool { return x == w })
}

// manyCases reads a table: shared lines, a row of column names, and a case in
// each further row.
//
//	cases "name" CA-1
//	  user alice
//	  | platform | expect      | "Block Linux" |
//	  | linux    | block 53003 | failure       |
func (p *parser) manyCases(n *node) error {
	name, rules, err := title(n)
	if err != nil {
		return err
	}
	var shared []*node
	var table [][]cell
	for _, k := range n.kids {
		if !k.head().is("|") {
			shared = append(shared, k)
			continue
		}
		row, err := cells(k)
		if err != nil {
			return err
		}
		table = append(table, row)
	}
	if len(table) < 2 {
		return name.errorf("the cases %q have no rows; expected a line of columns and a line for each case, each between bars: | platform | expect |", name.text)
	}
	for _, row := range table[1:] {
		if err := p.row(name, rules, shared, table[0], row); err != nil {
			return err
		}
	}
	return nil
}

// cell is what stands between two bars; at is the bar before it.
type cell struct {
	at     token
	tokens []token
	text   string // as it stands
}

func cells(n *node) ([]cell, error) {
	if err := n.leaf(); err != nil {
		return nil, err
	}
	last := len(n.tokens) - 1
	if last == 0 || !n.tokens[last].is("|") {
		return nil, n.after().errorf("this row does not end with a bar: |")
	}
	var out []cell
	for i, t := range n.tokens {
		if !t.is("|") {
			out[len(out)-1].tokens = append(out[len(out)-1].tokens, t)
			continue
		}
		if i > 0 {
			c := &out[len(out)-1]
			c.text = strings.TrimSpace(string([]rune(n.text)[c.at.Column : t.Column-1]))
		}
		if i < last {
			out = append(out, cell{at: t})
		}
	}
	return out, nil
}

// row makes a case of the shared lines and one row.
func (p *parser) row(title token, rules []string, shared []*node, columns, row []cell) error {
	if len(row) != len(columns) {
		return row[0].at.errorf("this row has %d cells, the table %d columns", len(row), len(columns))
	}
	r := tableRow{vars: map[string][]token{}, rules: slices.Clone(rules), at: row[0].at}
	for i, c := range columns {
		if len(c.tokens) == 0 {
			return c.at.errorf("this column has no name; expected a fact, expect, a policy's name in quotes, case, rules or a variable such as $rule")
		}
		if err := r.column(c.tokens, row[i]); err != nil {
			return err
		}
	}
	for _, n := range shared {
		k, err := n.with(r.vars)
		if err != nil {
			return err
		}
		if k != nil {
			r.lines = append(r.lines, k)
		}
	}
	// What a row says goes before what its table says.
	r.lines = override(r.lines, r.own)
	name := r.at
	name.text = p.rowName(title.text, r)
	return p.keep(name, r.rules, r.lines)
}

// tableRow is a row while it becomes a case.
type tableRow struct {
	at    token
	name  string
	shown []string
	rules []string
	vars  map[string][]token
	lines []*node
	own   []*node
}

func (r *tableRow) column(head []token, c cell) error {
	switch h := head[0]; {
	case h.is("case"):
		r.name = c.text
	case h.is("rules"):
		ids, err := ruleIDs(c.tokens)
		r.rules = append(r.rules, ids...)
		return err
	case h.kind == word && strings.HasPrefix(h.text, "$"):
		r.vars[h.text] = c.tokens
		r.show(c.tokens)
	case len(c.tokens) == 0:
	case h.kind == quoted:
		expect := token{c.tokens[0].Position, word, "expect"}
		h.Position = expect.Position // so that a failure is told at the cell
		r.own = append(r.own, &node{tokens: slices.Concat([]token{expect, h}, c.tokens)})
	default:
		// The words of the column stand where the cell does, so that a
		// fault is told there.
		line := slices.Clone(head)
		for i := range line {
			line[i].Position = c.tokens[0].Position
		}
		r.own = append(r.own, &node{tokens: append(line, c.tokens...)})
		if !h.is("expect") {
			r.show(c.tokens)
		}
	}
	return nil
}

func (r *tableRow) show(tokens []token) {
	var parts []string
	for _, t := range tokens {
		parts = append(parts, t.text)
	}
	if len(parts) > 0 {
		r.shown = append(r.shown, strings.Join(parts, " "))
	}
}

// override puts a row's lines behind the shared ones, without those facts that
// the row tells itself.
func override(shared, own []*node) []*node {
	var out []*node
	for _, s := range shared {
		again := slices.ContainsFunc(own, func(o *node) bool { return o.head().text == s.head().text })
		if _, isFact := factWords[s.head().text]; isFact && again {
			continue
		}
		out = append(out, s)
	}
	return append(out, own...)
}

// rowName names a row by its case column, or by its cells.
func (p *parser) rowName(title string, r tableRow) string {
	name := r.name
	if name == "" {
		name = strings.Join(r.shown, ", ")
	}
	name = title + ": " + name
	if p.taken[name] {
		name = fmt.Sprintf("%s (line %d)", name, r.at.Line)
	}
	return name
}
