package sigma

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxDepth bounds brackets inside each other.
const maxDepth = 100

// conditionParser reads conditions: or binds loosest, then and, not, "x of",
// brackets.
type conditionParser struct {
	words []string
	at    int
	depth int
	terms map[string]node // search identifiers
	used  map[string]bool
}

// parseCondition returns the condition that a text makes of search identifiers.
func parseCondition(text string, terms map[string]node, used map[string]bool) (node, error) {
	p := &conditionParser{words: tokenize(text), terms: terms, used: used}
	n, err := p.or()
	if err != nil {
		return nil, fmt.Errorf("condition %q: %w", clip(text), err)
	}
	if p.at < len(p.words) {
		return nil, fmt.Errorf("condition %q: unexpected %q", clip(text), p.words[p.at])
	}
	return n, nil
}

func clip(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}

func tokenize(text string) []string {
	text = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	return strings.Fields(text)
}

func (p *conditionParser) next() string {
	if p.at < len(p.words) {
		return p.words[p.at]
	}
	return ""
}

// take goes on if the next word is the given one.
func (p *conditionParser) take(word string) bool {
	if strings.EqualFold(p.next(), word) {
		p.at++
		return true
	}
	return false
}

func (p *conditionParser) or() (node, error) { return p.chain("or", p.and, or) }

func (p *conditionParser) and() (node, error) { return p.chain("and", p.not, and) }

func (p *conditionParser) chain(word string, inner func() (node, error), join func([]node) node) (node, error) {
	var nodes []node
	for {
		n, err := inner()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if !p.take(word) {
			return join(nodes), nil
		}
	}
}

func (p *conditionParser) not() (node, error) {
	odd := false
	for p.take("not") {
		odd = !odd
	}
	n, err := p.operand()
	if err != nil || !odd {
		return n, err
	}
	return negate(n), nil
}

func (p *conditionParser) operand() (node, error) {
	word := p.next()
	p.at++
	switch strings.ToLower(word) {
	case "":
		return nil, fmt.Errorf("ends where an identifier was expected")
	case "(":
		if p.depth++; p.depth > maxDepth {
			return nil, fmt.Errorf("more than %d brackets inside each other", maxDepth)
		}
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, fmt.Errorf("a bracket is not closed")
		}
		p.depth--
		return n, nil
	case "1", "all", "any":
		if strings.EqualFold(p.next(), "of") {
			p.at++
			return p.of(strings.EqualFold(word, "all"))
		}
	case ")", "and", "or", "of":
		return nil, fmt.Errorf("unexpected %q", word)
	}
	n, ok := p.terms[word]
	if !ok {
		return nil, fmt.Errorf("no search identifier %q", word)
	}
	p.used[word] = true
	return n, nil
}

// of joins the identifiers that a name with wildcards, or "them", stands for.
func (p *conditionParser) of(every bool) (node, error) {
	name := p.next()
	p.at++
	var names []string
	for id := range p.terms {
		if strings.EqualFold(name, "them") {
			if !strings.HasPrefix(id, "_") {
				names = append(names, id)
			}
		} else if ok, err := path.Match(name, id); err == nil && ok {
			names = append(names, id)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no search identifier like %q", name)
	}
	slices.Sort(names)
	var nodes []node
	for _, id := range names {
		p.used[id] = true
		nodes = append(nodes, p.terms[id])
	}
	if every {
		return and(nodes), nil
	}
	return or(nodes), nil
}
