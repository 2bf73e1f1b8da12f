package filter

// Match tells whether the record meets the rule: Unknown where that depends on
// a value that the record does not know. It allocates nothing.
func (r *Rule) Match(record Record) Truth { return r.root.match(record) }

func (n *node) match(record Record) Truth {
	switch n.kind {
	case compareNode:
		return n.comparison.match(record.Value(n.comparison.Property))
	case notNode:
		return n.parts[0].match(record).Not()
	case andNode:
		return n.matchAll(record)
	}
	return n.matchAny(record)
}

func (n *node) matchAll(record Record) Truth {
	result := True
	for i := range n.parts {
		if result = result.And(n.parts[i].match(record)); result == False {
			break
		}
	}
	return result
}

func (n *node) matchAny(record Record) Truth {
	result := False
	for i := range n.parts {
		if result = result.Or(n.parts[i].match(record)); result == True {
			break
		}
	}
	return result
}

// comparison is a Comparison made ready for matching.
type comparison struct {
	Comparison
	folded []string // Operands by foldString
	onText Op       // the positive operator for a text
	onList Op       // the positive operator for each element of a collection
}

func compile(c Comparison) comparison {
	ready := comparison{Comparison: c, onText: c.Op.Positive(), onList: c.Op.Positive()}
	for _, operand := range c.Operands {
		ready.folded = append(ready.folded, foldString(operand))
	}
	if ready.onList == Contains {
		ready.onList = Eq // a whole element (CA-87)
	}
	if c.Property.schema().collection {
		ready.onText = ready.onList
	}
	return ready
}

// match tells whether a value meets the comparison. A negative operator is the
// negation of its positive one, on null too, where that is false (CA-85).
func (c *comparison) match(v Value) Truth {
	if !v.IsKnown() {
		return Unknown
	}
	return Of(c.holds(v) != c.Op.Negative())
}

// holds reports whether a known value meets the positive operator.
func (c *comparison) holds(v Value) bool {
	if c.WithNull() {
		return v.IsNull()
	}
	if v.form == text {
		return c.holdsText(c.onText, v.text)
	}
	for _, element := range v.list { // null has none
		if c.holdsText(c.onList, element) {
			return true
		}
	}
	return false
}

func (c *comparison) holdsText(op Op, s string) bool {
	for _, operand := range c.folded {
		if holdsOperand(op, s, operand) {
			return true
		}
	}
	return false
}

func holdsOperand(op Op, s, folded string) bool {
	switch op {
	case StartsWith:
		return hasPrefixFold(s, folded)
	case EndsWith:
		return hasSuffixFold(s, folded)
	case Contains:
		return containsFold(s, folded)
	}
	return equalFold(s, folded)
}
