package filter

import "slices"

// MaxRuleLength is how many characters a rule may have (CA-83, LIM-4).
const MaxRuleLength = 3072

// Rule is a parsed rule. It is immutable and safe for concurrent use.
type Rule struct {
	source      string
	root        node
	comparisons []Comparison
}

// ParseDevice parses a rule over the properties of a device (CA-84). Its error
// is a *SyntaxError.
func ParseDevice(rule string) (*Rule, error) { return parse(rule, &deviceVocabulary) }

// ParseApp parses a rule over the custom security attributes of an app (CA-37).
// Its error is a *SyntaxError.
func ParseApp(rule string) (*Rule, error) { return parse(rule, &appVocabulary) }

// Source returns the text that was parsed.
func (r *Rule) Source() string { return r.source }

// Comparisons returns the comparisons of the rule in the order they are written
// in; the caller must not change them.
func (r *Rule) Comparisons() []Comparison { return r.comparisons }

// Properties returns the properties that the rule names, each once, in the order
// they first stand in.
func (r *Rule) Properties() []Property {
	var properties []Property
	for _, c := range r.comparisons {
		if !slices.Contains(properties, c.Property) {
			properties = append(properties, c.Property)
		}
	}
	return properties
}

// Comparison is one test of one property.
type Comparison struct {
	Property Property
	Op       Op
	// Operands is one string, or several for In and NotIn, in the spelling
	// of the rule or, for enumerated values, in the canonical one. It is
	// empty where the comparison is with null (CA-88).
	Operands []string
}

// WithNull reports whether the comparison is with null.
func (c Comparison) WithNull() bool { return len(c.Operands) == 0 }

// Fold computes a value of the rule from the values of its parts, from the
// comparisons up; -and and -or take two parts each, from left to right. It is how
// a rule is turned into something else, such as a query.
func Fold[T any](r *Rule, comparison func(Comparison) T, not func(T) T, and, or func(T, T) T) T {
	var fold func(n *node) T
	fold = func(n *node) T {
		if n.kind == compareNode {
			return comparison(n.comparison.Comparison)
		}
		value := fold(&n.parts[0])
		if n.kind == notNode {
			return not(value)
		}
		join := and
		if n.kind == orNode {
			join = or
		}
		for i := range n.parts[1:] {
			value = join(value, fold(&n.parts[i+1]))
		}
		return value
	}
	return fold(&r.root)
}

// node is a part of a rule: a comparison, or other parts joined.
type node struct {
	kind       nodeKind
	comparison comparison // of a compareNode
	parts      []node     // one of a notNode; two or more of an andNode or orNode, of other kinds than its own
}

type nodeKind uint8

// The kinds stand in order of precedence, the loosest first (CA-84).
const (
	orNode nodeKind = iota
	andNode
	notNode
	compareNode
)

// join returns the node that joins parts; parts of the same kind become parts
// of it, since grouping does not matter.
func join(kind nodeKind, parts []node) node {
	if len(parts) == 1 {
		return parts[0]
	}
	joined := node{kind: kind}
	for _, p := range parts {
		if p.kind == kind {
			joined.parts = append(joined.parts, p.parts...)
		} else {
			joined.parts = append(joined.parts, p)
		}
	}
	return joined
}

// comparisonsOf appends the comparisons in n to list, from left to right.
func comparisonsOf(n *node, list []Comparison) []Comparison {
	if n.kind == compareNode {
		return append(list, n.comparison.Comparison)
	}
	for i := range n.parts {
		list = comparisonsOf(&n.parts[i], list)
	}
	return list
}
