package graphjson

import (
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// reader collects what is wrong with one object of Graph's, so that all of it is
// told and not only the first.
type reader struct {
	prefix       string // path of the object in its text
	errs         Errors
	unrecognised []access.Unrecognised
}

// fail notes an error about n at a path inside the object.
func (r *reader) fail(n *Node, path, format string, args ...any) {
	r.errs = append(r.errs, n.Errorf(r.whole(path), format, args...))
}

// whole returns the path in the text of a path inside the object.
func (r *reader) whole(path string) string {
	if r.prefix != "" && path != "" {
		return r.prefix + "." + path
	}
	return r.prefix + path
}

// unrecognise notes a value that access cannot express.
func (r *reader) unrecognise(n *Node, path string) {
	r.unrecognised = append(r.unrecognised, access.Unrecognised{Path: path, Value: valueText(n)})
}

// valueText returns what a string says, or the JSON of another value.
func valueText(n *Node) string {
	if n.Kind() == String {
		return n.text
	}
	return string(n.appendTo(nil, "", ""))
}

// object reads the members of an object. A member that is absent, null, or an
// object of nulls counts as not there (CA-4).
type object struct {
	r    *reader
	n    *Node
	path string
	read []string // names that were asked for
}

// within returns the path of a member.
func (o *object) within(name string) string { return joinPath(o.path, name) }

// member returns the named member if it is configured, or nil. Members that the
// PowerShell SDK has no property for stand in AdditionalProperties.
func (o *object) member(name string) *Node {
	first := !o.asked(name)
	o.read = append(o.read, name)
	var found *Node
	var spelt string
	for _, m := range o.n.Members() {
		if !strings.EqualFold(m.Name, name) {
			continue
		}
		if found != nil && first && m.Name != spelt { // the same name again is told by Duplicates
			o.r.fail(m.Value, o.within(name), "found this member again in other letter case")
		}
		found, spelt = m.Value, m.Name
	}
	if found == nil {
		found = o.n.Member(additional).Member(name)
	}
	if !configured(found) {
		return nil
	}
	return found
}

// additional is where PowerShell's SDK keeps what its classes lack.
const additional = "additionalProperties"

// typed returns the named member if it is of the kind; another kind is an error.
func (o *object) typed(name string, k Kind) *Node {
	n := o.member(name)
	if n == nil || n.kind == k {
		return n
	}
	o.wrong(n, name, k.String())
	return nil
}

func (o *object) wrong(n *Node, name, expected string) {
	o.r.fail(n, o.within(name), "found %s, expected %s", describe(n), expected)
}

// describe tells an error what n is.
func describe(n *Node) string {
	switch n.Kind() {
	case String:
		return strconv.Quote(shorten(n.text))
	case Number, Bool:
		return shorten(n.text)
	}
	return n.Kind().String()
}

// text returns the named string, empty if there is none.
func (o *object) text(name string) string { return o.typed(name, String).Text() }

// truth returns the named boolean, false if there is none.
func (o *object) truth(name string) bool { return o.typed(name, Bool).Text() == "true" }

// object returns the named object, nil if there is none.
func (o *object) object(name string) *object {
	n := o.typed(name, Object)
	if n == nil {
		return nil
	}
	return &object{r: o.r, n: n, path: o.within(name)}
}

// items returns the values of the named array.
func (o *object) items(name string) []*Node { return o.typed(name, Array).Items() }

// each calls f with every string of the named array and its path.
func (o *object) each(name string, f func(n *Node, path string)) {
	for i, n := range o.items(name) {
		path := indexPath(o.within(name), i)
		if n.kind != String {
			o.r.fail(n, path, "found %s, expected a string", describe(n))
			continue
		}
		f(n, path)
	}
}

// ids returns the strings of the named array.
func ids[S ~string](o *object, name string) []S {
	var list []S
	o.each(name, func(n *Node, path string) {
		if strings.TrimSpace(n.text) == "" {
			o.r.fail(n, path, "found an empty string, expected an id")
			return
		}
		list = append(list, S(n.text))
	})
	return list
}

// instant returns the named time: as RFC 3339 writes it, or as
// /Date(milliseconds)/, which is how PowerShell 5 does. No time that is written
// otherwise changes what a policy means, so it is kept but not read.
func (o *object) instant(name string) time.Time {
	s := o.text(name)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t
	}
	if ms, ok := strings.CutPrefix(s, "/Date("); ok {
		ms, _, _ = strings.Cut(ms, ")")
		if i := strings.LastIndexAny(ms, "+-"); i > 0 {
			ms = ms[:i] // an offset, which only says how to show the time
		}
		if v, err := strconv.ParseInt(ms, 10, 64); err == nil {
			return time.UnixMilli(v).UTC()
		}
	}
	return time.Time{}
}

// rest notes every configured member that nobody asked for: what stands there
// may change when the policy applies (CA-8).
func (o *object) rest() {
	members := o.n.Members()
	if more := o.n.Member(additional); more.Kind() == Object {
		members = append(members[:len(members):len(members)], more.members...)
	}
	for _, m := range members {
		if annotation(m.Name) || strings.EqualFold(m.Name, additional) || !configured(m.Value) || o.asked(m.Name) {
			continue
		}
		o.r.unrecognise(m.Value, o.within(lowerFirst(m.Name)))
	}
}

func (o *object) asked(name string) bool {
	for _, r := range o.read {
		if strings.EqualFold(r, name) {
			return true
		}
	}
	return false
}

// lowerFirst returns the name as Graph writes it for a name of PowerShell's.
func lowerFirst(name string) string {
	if name != "" && 'A' <= name[0] && name[0] <= 'Z' {
		return string(name[0]|0x20) + name[1:]
	}
	return name
}
