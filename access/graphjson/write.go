package graphjson

import (
	"strconv"
	"unicode/utf8"
)

// MarshalJSON writes n without white space. It never fails.
func (n *Node) MarshalJSON() ([]byte, error) { return n.appendTo(nil, "", ""), nil }

// Indent writes n with two spaces for each level and a line feed at the end, as
// people read it.
func (n *Node) Indent() []byte { return append(n.appendTo(nil, "\n", "  "), '\n') }

// appendTo writes n; line is what begins a new line at n's level, empty to write
// everything in one line.
func (n *Node) appendTo(b []byte, line, indent string) []byte {
	switch n.Kind() {
	case Bool, Number:
		return append(b, n.text...)
	case String:
		return appendString(b, n.text)
	case Array:
		return n.appendArray(b, line, indent)
	case Object:
		return n.appendObject(b, line, indent)
	}
	return append(b, "null"...)
}

func (n *Node) appendArray(b []byte, line, indent string) []byte {
	if len(n.items) == 0 {
		return append(b, "[]"...)
	}
	inner := line + indent
	for i, item := range n.items {
		b = append(b, "[,"[min(i, 1)])
		b = append(b, inner...)
		b = item.appendTo(b, inner, indent)
	}
	b = append(b, line...)
	return append(b, ']')
}

func (n *Node) appendObject(b []byte, line, indent string) []byte {
	if len(n.members) == 0 {
		return append(b, "{}"...)
	}
	inner := line + indent
	for i, m := range n.members {
		b = append(b, "{,"[min(i, 1)])
		b = append(b, inner...)
		b = appendString(b, m.Name)
		b = append(b, ':')
		if line != "" {
			b = append(b, ' ')
		}
		b = m.Value.appendTo(b, inner, indent)
	}
	b = append(b, line...)
	return append(b, '}')
}

// appendString writes s with the escapes that RFC 8259 section 7 demands, and
// with those that keep a text in one line for programs that split at U+2028.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// The functions below make nodes that were not read from a text.

func nullNode() *Node            { return &Node{kind: Null} }
func stringNode(s string) *Node  { return &Node{kind: String, text: s} }
func intNode(i int) *Node        { return &Node{kind: Number, text: strconv.Itoa(i)} }
func boolNode(v bool) *Node      { return &Node{kind: Bool, text: strconv.FormatBool(v)} }
func arrayNode(v ...*Node) *Node { return &Node{kind: Array, items: v} }
func objectNode(m ...Member) *Node {
	return &Node{kind: Object, members: m}
}

// stringOrNull returns null for the empty string.
func stringOrNull(s string) *Node {
	if s == "" {
		return nullNode()
	}
	return stringNode(s)
}

// stringsNode returns an array of strings.
func stringsNode[S ~string](list []S) *Node {
	n := arrayNode()
	for _, s := range list {
		n.items = append(n.items, stringNode(string(s)))
	}
	return n
}

// with returns a copy of the object n in which the named member is v: in place
// of one of that name in any letter case, else at the end.
func (n *Node) with(name string, v *Node) *Node {
	c := *n
	c.members = append([]Member(nil), n.members...)
	if i := n.index(name); i >= 0 {
		c.members[i].Value = v
		return &c
	}
	c.members = append(c.members, Member{Name: name, Value: v})
	return &c
}
