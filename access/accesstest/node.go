package accesstest

import "strings"

// node is a line with the deeper lines under it.
type node struct {
	tokens []token
	kids   []*node
	indent int
	text   string // the line as it stands
}

func (n *node) head() token   { return n.tokens[0] }
func (n *node) args() []token { return n.tokens[1:] }

// tree orders lines by their indentation.
func tree(lines []line) ([]*node, error) {
	root := &node{indent: -1}
	path := []*node{root}
	for _, l := range lines {
		n := &node{tokens: l.tokens, indent: l.indent, text: l.text}
		for path[len(path)-1].indent >= n.indent {
			path = path[:len(path)-1]
		}
		parent := path[len(path)-1]
		if len(parent.kids) > 0 && parent.kids[0].indent != n.indent {
			return nil, n.head().errorf("this line stands %d columns in, its neighbours above %d; lines of one block stand in one column", n.indent, parent.kids[0].indent)
		}
		if parent == root && n.indent > 0 {
			return nil, n.head().errorf("this line is indented, but no directive stands above it")
		}
		parent.kids = append(parent.kids, n)
		path = append(path, n)
	}
	return root.kids, nil
}

// leaf refuses lines under a line that takes none.
func (n *node) leaf() error {
	if len(n.kids) == 0 {
		return nil
	}
	return n.kids[0].head().errorf("this line is indented under %q, which takes no further lines", n.head().text)
}

// after is the place behind the node's last token, for what is missing there.
func (n *node) after() token {
	t := n.tokens[len(n.tokens)-1]
	t.Column += len([]rune(t.text))
	return t
}

// with replaces variables such as $rule by the tokens of a table's cell.
func (n *node) with(vars map[string][]token) (*node, error) {
	out := &node{indent: n.indent}
	for _, t := range n.tokens {
		if t.kind != word || !strings.HasPrefix(t.text, "$") {
			out.tokens = append(out.tokens, t)
			continue
		}
		v, ok := vars[t.text]
		if !ok {
			return nil, unknownWord(t, "a variable: a column of the table", keys(vars))
		}
		out.tokens = append(out.tokens, v...)
	}
	if len(out.tokens) == 0 {
		return nil, nil // a whole line may stand in a cell, and the cell may be empty
	}
	for _, k := range n.kids {
		kid, err := k.with(vars)
		if err != nil {
			return nil, err
		}
		if kid != nil {
			out.kids = append(out.kids, kid)
		}
	}
	return out, nil
}
