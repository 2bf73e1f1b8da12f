package snapshot

import (
	"strconv"

	"github.com/sallyport-id/sallyport/access/graphjson"
)

// object reads the members of an object of the directory; null is as good as
// absent.
type object struct {
	r *reader
	e graphjson.Entry
}

func (o object) wrong(n *graphjson.Node, name, expected string) {
	path := name
	if o.e.Path != "" {
		path = o.e.Path + "." + name
	}
	found := n.Kind().String()
	if n.Kind() == graphjson.String {
		found = strconv.Quote(n.Text()[:min(len(n.Text()), 60)])
	}
	o.r.note(n.Errorf(path, "found %s, expected %s", found, expected))
}

// text returns the named string.
func (o object) text(name string) string {
	n := o.e.Node.Member(name)
	switch n.Kind() {
	case graphjson.Missing, graphjson.Null:
		return ""
	case graphjson.String:
		return n.Text()
	}
	o.wrong(n, name, "a string")
	return ""
}

// truth returns the named boolean of n and whether there is one.
func (o object) truth(n *graphjson.Node, name string) (truth, known bool) {
	v := n.Member(name)
	switch v.Kind() {
	case graphjson.Missing, graphjson.Null:
		return false, false
	case graphjson.Bool:
		return v.Text() == "true", true
	}
	o.wrong(v, name, "true or false")
	return false, false
}

// ids returns the ids in the named array, which holds objects or plain ids.
func (o object) ids(name string) []string {
	n := o.e.Node.Member(name)
	switch n.Kind() {
	case graphjson.Missing, graphjson.Null:
		return nil
	case graphjson.Array:
	default:
		o.wrong(n, name, "an array")
		return nil
	}
	var list []string
	for _, item := range n.Items() {
		id := item
		if item.Kind() == graphjson.Object {
			id = item.Member("id")
		}
		if id.Kind() != graphjson.String {
			o.wrong(item, name, "an id, or an object that has one")
			continue
		}
		list = append(list, id.Text())
	}
	return list
}
