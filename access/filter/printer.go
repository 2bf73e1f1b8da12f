package filter

import "strings"

// String returns the rule in its canonical form: names in Graph's spelling with
// what stands before the dot, operators with hyphens, strings in double quotes,
// booleans without, no parentheses but those needed. It parses to an equal rule,
// unless the names and quotes it adds make it longer than MaxRuleLength.
func (r *Rule) String() string {
	var text strings.Builder
	r.root.print(&text)
	return text.String()
}

func (n *node) print(text *strings.Builder) {
	switch n.kind {
	case compareNode:
		text.WriteString(n.comparison.Comparison.String())
	case notNode:
		text.WriteString("-not ")
		n.parts[0].printWithin(n.kind, text)
	case andNode:
		n.printJoined(" -and ", text)
	case orNode:
		n.printJoined(" -or ", text)
	}
}

func (n *node) printJoined(conjunction string, text *strings.Builder) {
	for i := range n.parts {
		if i > 0 {
			text.WriteString(conjunction)
		}
		n.parts[i].printWithin(n.kind, text)
	}
}

// printWithin prints n as a part of a node, in parentheses if n binds looser.
func (n *node) printWithin(outer nodeKind, text *strings.Builder) {
	if n.kind >= outer {
		n.print(text)
		return
	}
	text.WriteByte('(')
	n.print(text)
	text.WriteByte(')')
}

// String returns the comparison in its canonical form.
func (c Comparison) String() string {
	text := c.Property.String() + " " + c.Op.String() + " "
	switch {
	case c.WithNull():
		return text + "null"
	case c.Op.takesList():
		return text + "[" + strings.Join(c.printOperands(), ", ") + "]"
	}
	return text + c.printOperands()[0]
}

func (c Comparison) printOperands() []string {
	var operands []string
	for _, operand := range c.Operands {
		if c.Property.device != IsCompliant {
			operand = quote(operand)
		}
		operands = append(operands, operand)
	}
	return operands
}

// quote writes a string so that the lexer reads it back.
func quote(s string) string {
	escaped := strings.NewReplacer("`", "``", `"`, "`\"").Replace(s)
	if strings.HasSuffix(escaped, `\`) {
		escaped = strings.TrimSuffix(escaped, `\`) + "`\\"
	}
	return `"` + escaped + `"`
}
