package filter

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep parentheses and -not may nest; it bounds the stack that
// parsing and matching need.
const maxDepth = 100

// parse reads a rule whose properties are words of v.
func parse(rule string, v *vocabulary) (*Rule, error) {
	if n := utf8.RuneCountInString(rule); n > MaxRuleLength {
		return nil, newSyntaxError(rule, offsetOfCharacter(rule, MaxRuleLength),
			fmt.Sprintf("a rule of %d characters", n), fmt.Sprintf("at most %d", MaxRuleLength))
	}
	return parseUnlimited(rule, v)
}

func offsetOfCharacter(s string, n int) int {
	for offset := range s {
		if n == 0 {
			return offset
		}
		n--
	}
	return len(s)
}

func parseUnlimited(rule string, v *vocabulary) (*Rule, error) {
	p := parser{lexer: lexer{rule: rule}, vocabulary: v}
	p.advance()
	root, err := p.or()
	if err == nil && p.token.kind != endToken {
		err = p.unexpected("-and, -or or the end of the rule")
	}
	if err != nil {
		return nil, err
	}
	return &Rule{source: rule, root: root, comparisons: comparisonsOf(&root, nil)}, nil
}

// parser reads a rule by recursive descent:
//
//	or         = and { "-or" and }
//	and        = not { "-and" not }
//	not        = "-not" not | "(" or ")" | comparison
//	comparison = property operator ( value | "null" | list )
//	list       = "[" value { "," value } "]"
//
// Each method expects its first token in token and leaves the one after its
// last there.
type parser struct {
	lexer      lexer
	token      token
	vocabulary *vocabulary
	depth      int
	attributes []Property // as first spelled
}

func (p *parser) advance() { p.token = p.lexer.next() }

// unexpected returns the error that the current token is not what could stand
// there.
func (p *parser) unexpected(expected string) error {
	if p.token.kind == badToken {
		return p.lexer.err
	}
	return p.errorAt(p.token.offset, p.token.String(), expected)
}

func (p *parser) errorAt(offset int, found, expected string) error {
	return newSyntaxError(p.lexer.rule, offset, found, expected)
}

// accept steps over the current token if it is the keyword.
func (p *parser) accept(keyword string) bool {
	if p.token.kind != wordToken || !isKeyword(p.token.text, keyword) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) or() (node, error) { return p.joined(orNode, "or", p.and) }

func (p *parser) and() (node, error) { return p.joined(andNode, "and", p.not) }

func (p *parser) joined(kind nodeKind, keyword string, operand func() (node, error)) (node, error) {
	var parts []node
	for {
		part, err := operand()
		if err != nil {
			return node{}, err
		}
		parts = append(parts, part)
		if !p.accept(keyword) {
			return join(kind, parts), nil
		}
	}
}

func (p *parser) not() (node, error) {
	switch {
	case p.accept("not"):
		return p.nested(p.negation)
	case p.token.kind == openToken:
		return p.nested(p.group)
	}
	return p.comparison()
}

// nested reads what stands one level deeper.
func (p *parser) nested(read func() (node, error)) (node, error) {
	if p.depth == maxDepth {
		return node{}, p.errorAt(p.token.offset,
			fmt.Sprintf("parentheses and -not more than %d deep", maxDepth), "less nesting")
	}
	p.depth++
	inner, err := read()
	p.depth--
	return inner, err
}

func (p *parser) negation() (node, error) {
	part, err := p.not()
	return node{kind: notNode, parts: []node{part}}, err
}

func (p *parser) group() (node, error) {
	p.advance() // over the parenthesis
	inner, err := p.or()
	if err == nil && p.token.kind != closeToken {
		err = p.unexpected("-and, -or or a closing parenthesis")
	}
	p.advance()
	return inner, err
}

func (p *parser) comparison() (node, error) {
	property, err := p.property()
	if err != nil {
		return node{}, err
	}
	op, err := p.operator(property)
	if err != nil {
		return node{}, err
	}
	operands, err := p.operands(property, op)
	c := Comparison{Property: property, Op: op, Operands: operands}
	return node{kind: compareNode, comparison: compile(c)}, err
}

func (p *parser) property() (Property, error) {
	if p.token.kind != wordToken {
		return Property{}, p.unexpected(p.vocabulary.expected)
	}
	property, ok := p.vocabulary.resolve(p.token.text)
	if !ok {
		return Property{}, p.unexpected(p.vocabulary.expected)
	}
	p.advance()
	return p.sameSpelling(property), nil
}

// sameSpelling returns the property in the spelling in which it first stands in
// the rule.
func (p *parser) sameSpelling(property Property) Property {
	if !property.IsAttribute() {
		return property
	}
	for _, known := range p.attributes {
		if strings.EqualFold(known.attribute, property.attribute) {
			return known
		}
	}
	p.attributes = append(p.attributes, property)
	return property
}

func (p *parser) operator(property Property) (Op, error) {
	allowed := property.schema().operators
	var op Op
	if p.token.kind == wordToken {
		op = parseOp(p.token.text)
	}
	if op == 0 {
		return 0, p.unexpected(fmt.Sprintf("an operator of %s (%s)", property, alternatives(allowed)))
	}
	if !slices.Contains(allowed, op) {
		return 0, p.errorAt(p.token.offset,
			fmt.Sprintf("operator %s, which %s does not take", op, property), alternatives(allowed))
	}
	p.advance()
	return op, nil
}

// operands reads what stands after the operator; none are null.
func (p *parser) operands(property Property, op Op) ([]string, error) {
	if op.Positive() == Eq && p.isNull() {
		p.advance()
		return nil, nil
	}
	if op.takesList() {
		return p.list(property)
	}
	value, err := p.value(property)
	return []string{value}, err
}

// isNull reports whether the current token is null, which in quotes is a string.
func (p *parser) isNull() bool {
	return p.token.kind == wordToken && strings.EqualFold(strings.TrimPrefix(p.token.text, "$"), "null")
}

func (p *parser) list(property Property) ([]string, error) {
	if p.token.kind != openListToken {
		return nil, p.unexpected(`a list such as ["a", "b"]`)
	}
	var values []string
	for p.token.kind != closeListToken {
		p.advance() // over the bracket or the comma
		value, err := p.value(property)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		if p.token.kind != commaToken && p.token.kind != closeListToken {
			return nil, p.unexpected("a comma or a closing bracket")
		}
	}
	p.advance()
	return values, nil
}

// value reads one value of the property. Quotes may be left out where a value is
// no free text (CA-84).
func (p *parser) value(property Property) (string, error) {
	schema := property.schema()
	value, ok := "", false
	switch p.token.kind {
	case stringToken:
		value, ok = schema.quoted(p.token.text)
	case wordToken:
		value, ok = schema.unquoted(p.token.text)
	}
	if !ok {
		return "", p.unexpected(schema.expected(property))
	}
	p.advance()
	return value, nil
}

// alternatives writes a list as "a, b or c".
func alternatives[T any](list []T) string {
	var text strings.Builder
	for i, item := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			text.WriteString(" or ")
		default:
			text.WriteString(", ")
		}
		fmt.Fprint(&text, item)
	}
	return text.String()
}
