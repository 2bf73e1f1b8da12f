package sigma

import (
	"slices"

	"github.com/sallyport-id/sallyport/signinlog"
)

// node is a condition, compiled.
type node interface {
	match(*signinlog.Record) bool
}

// constant is a condition whose answer is the same for every sign-in.
type constant bool

func (c constant) match(*signinlog.Record) bool { return bool(c) }

type all []node

func (n all) match(r *signinlog.Record) bool {
	for _, x := range n {
		if !x.match(r) {
			return false
		}
	}
	return true
}

type anyOf []node

func (n anyOf) match(r *signinlog.Record) bool {
	for _, x := range n {
		if x.match(r) {
			return true
		}
	}
	return false
}

type not struct{ node }

func (n not) match(r *signinlog.Record) bool { return !n.node.match(r) }

// and joins conditions, and works out what is constant.
func and(nodes []node) node {
	var kept all
	for _, n := range nodes {
		if c, ok := n.(constant); ok {
			if !c {
				return constant(false)
			}
			continue
		}
		kept = append(kept, n)
	}
	switch len(kept) {
	case 0:
		return constant(true)
	case 1:
		return kept[0]
	}
	// Numbers first: they are the cheapest to compare and decide most.
	slices.SortStableFunc(kept, func(a, b node) int { return cost(a) - cost(b) })
	return kept
}

// cost ranks conditions by what they cost.
func cost(n node) int {
	switch n.(type) {
	case *codeTest, *numberTest:
		return 0
	case *keywordTest:
		return 2
	}
	return 1
}

// or joins alternatives, and works out what is constant.
func or(nodes []node) node {
	var kept anyOf
	for _, n := range nodes {
		if c, ok := n.(constant); ok {
			if c {
				return constant(true)
			}
			continue
		}
		kept = append(kept, n)
	}
	switch len(kept) {
	case 0:
		return constant(false)
	case 1:
		return kept[0]
	}
	return kept
}

func negate(n node) node {
	if c, ok := n.(constant); ok {
		return !c
	}
	return not{n}
}

// textTest looks at a field's text.
type textTest struct {
	field *field
	whole bool // at all that stands in the field's place
	test  func(string) bool
}

func (t *textTest) match(r *signinlog.Record) bool {
	switch {
	case t.field.list != nil:
		for _, s := range t.field.list(r) {
			if s != "" && t.test(s) {
				return true
			}
		}
		return false
	case t.whole && t.field.whole != nil:
		return t.test(t.field.whole(r))
	}
	s := t.field.text(r)
	return s != "" && t.test(s)
}

// exactTest is the most frequent textTest, without a call through a variable.
type exactTest struct {
	field *field
	p     pattern
}

func (t *exactTest) match(r *signinlog.Record) bool {
	s := t.field.text(r)
	return s != "" && t.p.match(s)
}

// numberTest looks at a field's number.
type numberTest struct {
	field *field
	test  func(float64) bool
}

func (t *numberTest) match(r *signinlog.Record) bool {
	n, ok := t.field.number(r)
	return ok && t.test(n)
}

// codeTest asks whether the number is one of a few.
type codeTest struct {
	field *field
	want  []float64
}

func (t *codeTest) match(r *signinlog.Record) bool {
	n, ok := t.field.number(r)
	if !ok {
		return false
	}
	for _, w := range t.want {
		if n == w {
			return true
		}
	}
	return false
}

// absentTest asks whether a field has no value: a log's null, its empty text and
// its silence are the same (see signinlog.Record).
type absentTest struct{ field *field }

func (t *absentTest) match(r *signinlog.Record) bool { return !t.field.present(r) }

func (f *field) present(r *signinlog.Record) bool {
	if f.list != nil {
		for _, s := range f.list(r) {
			if s != "" {
				return true
			}
		}
		return false
	}
	return f.text(r) != ""
}

// sameTest compares two fields of a record.
type sameTest struct {
	a, b *field
	cmp  func(a, b string) bool
}

func (t *sameTest) match(r *signinlog.Record) bool {
	a, b := t.a.texts(r), t.b.texts(r)
	for _, x := range a {
		for _, y := range b {
			if x != "" && y != "" && t.cmp(x, y) {
				return true
			}
		}
	}
	return false
}

func (f *field) texts(r *signinlog.Record) []string {
	if f.list != nil {
		return f.list(r)
	}
	return []string{f.text(r)}
}

// keywordTest looks for a text anywhere in the record.
type keywordTest struct{ p pattern }

func (t *keywordTest) match(r *signinlog.Record) bool {
	for i := range aliases {
		for _, s := range aliases[i].field.texts(r) {
			if s != "" && t.p.match(s) {
				return true
			}
		}
	}
	return false
}
