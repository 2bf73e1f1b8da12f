package graphjson

import (
	"net/netip"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// value is a member of a facts object. Null, and "none" where a string stands,
// say that something is known not to be there.
type value struct {
	r    *reader
	n    *Node
	path string
}

func (v value) wrong(expected string) {
	v.r.fail(v.n, v.path, "found %s, expected %s", describe(v.n), expected)
}

// none reports whether v is known not to be there.
func (v value) none() bool {
	return v.n.Kind() == Null || v.n.Kind() == String && strings.EqualFold(v.n.text, "none")
}

// field is a member that an object may have.
type field[T any] struct {
	name string
	read func(value, *T)
}

// readFields reads the members of v by the table. A member that is not in it is
// an error, since a fact that is misspelt would be taken for unknown.
func readFields[T any](v value, table []field[T], into *T) {
	if v.n.Kind() != Object {
		v.wrong("an object")
		return
	}
	for _, m := range v.n.Members() {
		if annotation(m.Name) {
			continue
		}
		path := joinPath(v.path, m.Name)
		i := indexField(table, m.Name)
		if i < 0 {
			v.r.fail(m.Value, path, "found a member that is not known; the nearest that is: %s", nearestField(table, m.Name))
			continue
		}
		table[i].read(value{v.r, m.Value, path}, into)
	}
}

func indexField[T any](table []field[T], name string) int {
	for i := range table {
		if table[i].name == name {
			return i
		}
	}
	return -1
}

func nearestField[T any](table []field[T], name string) string {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].name
	}
	return nearest(name, names)
}

// text reads a string; empty if there is none.
func (v value) text() (string, bool) {
	switch {
	case v.none():
		return "", true
	case v.n.Kind() != String || strings.TrimSpace(v.n.text) == "":
		v.wrong("a string, or null for none")
		return "", false
	}
	return v.n.text, true
}

// textFact reads a fact that is a string.
func textFact[S ~string](v value) access.Fact[S] {
	if s, ok := v.text(); ok {
		return access.Known(S(s))
	}
	return access.Fact[S]{}
}

// truth reads a boolean; null is false.
func (v value) truth() (truth, ok bool) {
	switch v.n.Kind() {
	case Null:
		return false, true
	case Bool:
		return v.n.text == "true", true
	}
	v.wrong("true or false")
	return false, false
}

func truthFact(v value) access.Fact[bool] {
	if t, ok := v.truth(); ok {
		return access.Known(t)
	}
	return access.Fact[bool]{}
}

// items returns the values of an array; none for null.
func (v value) items() ([]value, bool) {
	if v.none() {
		return nil, true
	}
	if v.n.Kind() != Array {
		v.wrong("an array")
		return nil, false
	}
	list := make([]value, len(v.n.items))
	for i, item := range v.n.items {
		list[i] = value{v.r, item, indexPath(v.path, i)}
	}
	return list, true
}

// texts reads an array of strings.
func texts[S ~string](v value) ([]S, bool) {
	items, ok := v.items()
	var list []S
	for _, item := range items {
		if item.n.Kind() != String || strings.TrimSpace(item.n.text) == "" {
			item.wrong("a string")
			ok = false
			continue
		}
		list = append(list, S(item.n.text))
	}
	return list, ok
}

func textsFact[S ~string](v value) access.Fact[[]S] {
	if list, ok := texts[S](v); ok {
		return access.Known(list)
	}
	return access.Fact[[]S]{}
}

// wordFact reads one word of e; none is what null and "none" stand for.
func wordFact[T bits](v value, e *enum[T], none T) access.Fact[T] {
	if v.none() {
		return access.Known(none)
	}
	return wordOnly(v, e)
}

// wordOnly reads one word of e; there is no none.
func wordOnly[T bits](v value, e *enum[T]) access.Fact[T] {
	if v.n.Kind() == String {
		if w, ok := e.word(v.n.text); ok {
			return access.Known(w)
		}
	}
	v.wrong("one of " + strings.Join(e.names, ", "))
	return access.Fact[T]{}
}

// flagsFact reads words of e with commas between them.
func flagsFact[T bits](v value, e *enum[T], none T) access.Fact[T] {
	if v.none() {
		return access.Known(none)
	}
	if v.n.Kind() == String {
		if set, unknown, ok := e.flags(v.n); ok && len(unknown) == 0 {
			return access.Known(set)
		}
	}
	v.wrong("names of " + strings.Join(e.names, ", ") + ", with commas between them")
	return access.Fact[T]{}
}

// methods reads an array of authentication methods.
func (v value) methods() (access.Methods, bool) {
	items, ok := v.items()
	var all access.Methods
	for _, item := range items {
		m, known := flagsFact(item, methodEnum, 0).Get()
		ok = ok && known
		all |= m
	}
	return all, ok
}

func (v value) address() access.Fact[netip.Addr] {
	if v.n.Kind() == String {
		if a, err := netip.ParseAddr(strings.TrimSpace(v.n.text)); err == nil && a.Zone() == "" {
			return access.Known(a.Unmap())
		}
	}
	v.wrong("an IPv4 or IPv6 address")
	return access.Fact[netip.Addr]{}
}

// country reads a country code; null is an address that maps to none.
func (v value) country() access.Fact[string] {
	if v.none() {
		return access.Known("")
	}
	if c := strings.ToUpper(v.n.text); v.n.Kind() == String && isCountry(c) {
		return access.Known(c)
	}
	v.wrong("a two-letter country code, or null for none")
	return access.Fact[string]{}
}

// attributes reads custom security attributes: a string or an array of strings
// for each name. Booleans and numbers are read as what a rule calls them.
func (v value) attributes() access.Fact[filter.Attributes] {
	if v.none() {
		return access.Known[filter.Attributes](nil)
	}
	if v.n.Kind() != Object {
		v.wrong("an object")
		return access.Fact[filter.Attributes]{}
	}
	var all filter.Attributes
	for _, m := range v.n.Members() {
		if annotation(m.Name) {
			continue
		}
		if all == nil {
			all = filter.Attributes{}
		}
		all[m.Name] = value{v.r, m.Value, joinPath(v.path, m.Name)}.attribute()
	}
	return access.Known(all)
}

func (v value) attribute() filter.Value {
	switch v.n.Kind() {
	case Null:
		return filter.Null()
	case String, Number:
		return filter.Text(v.n.text)
	case Bool:
		if v.n.text == "true" {
			return filter.Text("True")
		}
		return filter.Text("False")
	case Array:
		list, _ := texts[string](v)
		return filter.List(list...)
	}
	v.wrong("a string or an array of strings")
	return filter.Null()
}
