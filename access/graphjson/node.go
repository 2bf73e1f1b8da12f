package graphjson

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a JSON value is.
type Kind uint8

// The kinds. The zero Kind belongs to a value that is not there.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// Node is a JSON value and where it stands in its text. Nodes are not changed
// once made and may be shared. All methods accept a nil Node, which is Missing.
type Node struct {
	kind    Kind
	start   int32
	end     int32  // after the last byte
	text    string // of a string; of a number or boolean as written
	members []Member
	items   []*Node
	src     *source
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value *Node
	start int32 // of the name
}

// Kind returns what n is.
func (n *Node) Kind() Kind {
	if n == nil {
		return Missing
	}
	return n.kind
}

// Text returns what a string says, or a number or boolean as written.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Items returns the values of an array.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Members returns the members of an object in their order.
func (n *Node) Members() []Member {
	if n == nil {
		return nil
	}
	return n.members
}

// Member returns the value of the named member, or nil. Where no member has
// just that name, one whose name differs in letter case does, since
// PowerShell writes Graph's names with a capital letter.
func (n *Node) Member(name string) *Node {
	if i := n.index(name); i >= 0 {
		return n.members[i].Value
	}
	return nil
}

// Place returns the file, line and column where n begins; line and column count
// from 1 and are 0 for a node that was not read from a text.
func (n *Node) Place() (file string, line, column int) {
	if n == nil || n.src == nil {
		return "", 0, 0
	}
	line, column = n.src.at(int(n.start))
	return n.src.file, line, column
}

// At returns the value at a JSON path inside n, such as
// conditions.users.includeUsers[2], or the deepest on the way to it that is there.
func (n *Node) At(path string) *Node {
	for _, s := range strings.Split(path, ".") {
		name, index, _ := strings.Cut(s, "[")
		next := n.Member(name)
		if next == nil {
			return n
		}
		n = next
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil && 0 <= i && i < len(n.items) {
			n = n.items[i]
		}
	}
	return n
}

// Errorf returns an error about n at the given JSON path.
func (n *Node) Errorf(path, format string, args ...any) *Error {
	file, line, column := n.Place()
	return &Error{File: file, Line: line, Column: column, Path: path, Reason: fmt.Sprintf(format, args...)}
}

// Duplicates returns an error for each member in n, at any depth, whose object
// has one of the same name before it.
func (n *Node) Duplicates() Errors {
	if n == nil || n.src == nil {
		return nil
	}
	var errs Errors
	for _, t := range n.src.twice {
		if n.start <= t.start && t.start < n.end {
			errs = append(errs, t.err)
		}
	}
	return errs
}

// errorInside is like Errorf, about the character at offset of what the string n
// says. Escapes in the text take more room there than they say.
func (n *Node) errorInside(offset int, path, format string, args ...any) *Error {
	if n.src == nil {
		return n.Errorf(path, format, args...)
	}
	p := parser{src: n.src, text: n.src.text, pos: int(n.start) + 1}
	for said := 0; said < offset && p.pos < len(p.text) && p.text[p.pos] != '"'; {
		if p.text[p.pos] != '\\' {
			said++
			p.pos++
			continue
		}
		r, err := p.escape()
		if err != nil {
			break
		}
		said += len(string(r))
	}
	return n.src.fault(p.pos, path, format, args...)
}

// Equal reports whether a and b are the same JSON value with the members of
// objects in the same order. Numbers are compared as written.
func (n *Node) Equal(o *Node) bool {
	if n.Kind() != o.Kind() || n.Text() != o.Text() || len(n.Items()) != len(o.Items()) || len(n.Members()) != len(o.Members()) {
		return false
	}
	for i, item := range n.Items() {
		if !item.Equal(o.items[i]) {
			return false
		}
	}
	for i, m := range n.Members() {
		if m.Name != o.members[i].Name || !m.Value.Equal(o.members[i].Value) {
			return false
		}
	}
	return true
}

// bind ends the name of a member that links to an object instead of holding it.
const bind = "@odata.bind"

// annotation reports whether a member's name belongs to OData and not to the
// object: @odata.id, state@odata.type, #microsoft.graph.restore.
func annotation(name string) bool {
	return strings.Contains(name, "@") || strings.HasPrefix(name, "#")
}

// configured reports whether n says anything: null, "", [] and {} do not, nor
// does an object all of whose members say nothing, which is how PowerShell
// writes null (CA-4).
func configured(n *Node) bool {
	switch n.Kind() {
	case Missing, Null:
		return false
	case String:
		return n.text != ""
	case Array:
		return len(n.items) > 0
	case Object:
		for _, m := range n.members {
			if (!annotation(m.Name) || strings.HasSuffix(m.Name, bind)) && configured(m.Value) {
				return true
			}
		}
		return false
	}
	return true
}

// index returns the place of the member that Member finds, or -1.
func (n *Node) index(name string) int {
	folded := -1
	for i, m := range n.Members() {
		if m.Name == name {
			return i
		}
		if folded < 0 && strings.EqualFold(m.Name, name) {
			folded = i
		}
	}
	return folded
}
