package graphjson

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What bounds a text beside its size, which is for the caller to bound.
const (
	maxDepth  = 512
	maxValues = 4 << 20

	// maxRepetitions is how many repeated members are told one by one.
	maxRepetitions = 1000
)

// Parse reads data, which holds one JSON value (RFC 8259) in UTF-8 or UTF-16.
// The file's name is for errors only. The error is an *Error. Members of one name
// in one object are left for Node.Duplicates to tell, so that one bad object in a
// file does not hide the others; all decoding functions refuse them.
func Parse(file string, data []byte) (*Node, error) {
	p, err := newParser(file, data)
	if err != nil {
		return nil, err
	}
	n, err := p.value(0)
	if err == nil {
		p.space()
		if p.pos < len(p.text) {
			err = p.fail("found %s after the end of the value, expected nothing", p.found())
		}
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ParseSequence is like Parse, for any number of values after each other, such
// as a file of JSON lines. It returns the values before an error with it.
func ParseSequence(file string, data []byte) ([]*Node, error) {
	p, err := newParser(file, data)
	if err != nil {
		return nil, err
	}
	var all []*Node
	for {
		p.space()
		if p.pos == len(p.text) {
			return all, nil
		}
		n, err := p.value(0)
		if err != nil {
			return all, err
		}
		all = append(all, n)
	}
}

// parser walks through a text.
type parser struct {
	src    *source
	text   string
	pos    int
	values int
	way    []step
}

func newParser(file string, data []byte) (*parser, *Error) {
	src, err := decodeText(file, data)
	if err != nil {
		return nil, err
	}
	return &parser{src: src, text: src.text}, nil
}

func (p *parser) fail(format string, args ...any) *Error {
	return p.src.fault(p.pos, p.path(), format, args...)
}

// step is a member or an index on the way to the current value.
type step struct {
	name  string
	index int // used where name is empty
}

// path writes the way to the current value. It is made only for an error: in a
// deep text the paths would be far longer than the text.
func (p *parser) path() string {
	path := ""
	for _, s := range p.way {
		if s.name != "" {
			path = joinPath(path, s.name)
		} else {
			path = indexPath(path, s.index)
		}
	}
	return path
}

func (p *parser) enter(s step) { p.way = append(p.way, s) }
func (p *parser) leave()       { p.way = p.way[:len(p.way)-1] }

// found describes what stands at the current place.
func (p *parser) found() string {
	if p.pos >= len(p.text) {
		return "the end of the text"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	switch {
	case r == '\n' || r == '\r':
		return "the end of the line"
	case r < ' ':
		return "a control character"
	}
	return "'" + string(r) + "'"
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) (*Node, *Error) {
	p.space()
	if depth > maxDepth {
		return nil, p.fail("found more than %d values inside each other", maxDepth)
	}
	if p.values++; p.values > maxValues {
		return nil, p.fail("found more than %d values in one text", maxValues)
	}
	if p.pos == len(p.text) {
		return nil, p.fail("found the end of the text, expected a value")
	}
	n := &Node{src: p.src, start: int32(p.pos)}
	var err *Error
	switch c := p.text[p.pos]; {
	case c == '{':
		n.kind = Object
		n.members, err = p.object(depth)
	case c == '[':
		n.kind = Array
		n.items, err = p.array(depth)
	case c == '"':
		n.kind = String
		n.text, err = p.string()
	case c == '-' || '0' <= c && c <= '9':
		n.kind = Number
		n.text, err = p.number()
	default:
		n.kind, n.text, err = p.word()
	}
	if err != nil {
		return nil, err
	}
	n.end = int32(p.pos)
	return n, nil
}

func (p *parser) word() (Kind, string, *Error) {
	for _, w := range [...]struct {
		kind Kind
		text string
	}{{Null, "null"}, {Bool, "true"}, {Bool, "false"}} {
		if !strings.HasPrefix(p.text[p.pos:], w.text) {
			continue
		}
		p.pos += len(w.text)
		if w.kind == Null {
			return Null, "", nil
		}
		return Bool, w.text, nil
	}
	return 0, "", p.fail("found %s, expected a value", p.found())
}

func (p *parser) object(depth int) ([]Member, *Error) {
	var members []Member
	var seen map[string]int32 // only for objects too large to search
	p.pos++
	for p.space(); ; p.space() {
		if p.pos < len(p.text) && p.text[p.pos] == '}' && len(members) == 0 {
			p.pos++
			return members, nil
		}
		if p.pos == len(p.text) || p.text[p.pos] != '"' {
			return nil, p.fail("found %s, expected the name of a member", p.found())
		}
		m := Member{start: int32(p.pos)}
		var err *Error
		if m.Name, err = p.string(); err != nil {
			return nil, err
		}
		p.enter(step{name: m.Name})
		if first, twice := duplicate(members, &seen, m); twice {
			if len(p.src.twice) == maxRepetitions {
				return nil, p.src.fault(int(m.start), p.path(), "found more than %d members of the names of others in their objects", maxRepetitions)
			}
			line, column := p.src.at(int(first))
			p.src.twice = append(p.src.twice, repetition{m.start, p.src.fault(int(m.start), p.path(), "found this member again, first at line %d column %d", line, column)})
		}
		if p.space(); p.pos == len(p.text) || p.text[p.pos] != ':' {
			return nil, p.fail("found %s, expected ':'", p.found())
		}
		p.pos++
		if m.Value, err = p.value(depth + 1); err != nil {
			return nil, err
		}
		members = append(members, m)
		p.leave()
		if more, err := p.more('}'); !more {
			return members, err
		}
	}
}

// duplicate reports whether members has one with m's name already, and where.
func duplicate(members []Member, seen *map[string]int32, m Member) (int32, bool) {
	const few = 24
	if *seen == nil {
		for i := range members {
			if members[i].Name == m.Name {
				return members[i].start, true
			}
		}
		if len(members) < few {
			return 0, false
		}
		*seen = make(map[string]int32, 2*few)
		for _, o := range slices.Backward(members) {
			(*seen)[o.Name] = o.start
		}
	}
	first, twice := (*seen)[m.Name]
	if !twice {
		(*seen)[m.Name] = m.start
	}
	return first, twice
}

func (p *parser) array(depth int) ([]*Node, *Error) {
	var items []*Node
	p.pos++
	for {
		p.space()
		if p.pos < len(p.text) && p.text[p.pos] == ']' && len(items) == 0 {
			p.pos++
			return items, nil
		}
		p.enter(step{index: len(items)})
		n, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.leave()
		items = append(items, n)
		if more, err := p.more(']'); !more {
			return items, err
		}
	}
}

// more reads the comma between two members or items, or the closing bracket.
func (p *parser) more(closing byte) (bool, *Error) {
	p.space()
	if p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ',':
			p.pos++
			return true, nil
		case closing:
			p.pos++
			return false, nil
		}
	}
	return false, p.fail("found %s, expected ',' or '%c'", p.found(), closing)
}

func (p *parser) number() (string, *Error) {
	start := p.pos
	digits := func() bool {
		from := p.pos
		for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
			p.pos++
		}
		return p.pos > from
	}
	if p.text[p.pos] == '-' {
		p.pos++
	}
	ok := true
	if p.pos < len(p.text) && p.text[p.pos] == '0' {
		p.pos++ // no digit may follow a leading zero
	} else {
		ok = digits()
	}
	if ok && p.pos < len(p.text) && p.text[p.pos] == '.' {
		p.pos++
		ok = digits()
	}
	if ok && p.pos < len(p.text) && p.text[p.pos]|0x20 == 'e' {
		p.pos++
		if p.pos < len(p.text) && (p.text[p.pos] == '+' || p.text[p.pos] == '-') {
			p.pos++
		}
		ok = digits()
	}
	if !ok {
		return "", p.fail("found %s, expected a digit", p.found())
	}
	return p.text[start:p.pos], nil
}

// string reads a string from its opening to its closing quotation mark.
func (p *parser) string() (string, *Error) {
	p.pos++
	start := p.pos
	var b []byte // what was said so far, once there is an escape
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			s := p.text[start:p.pos]
			p.pos++
			if b != nil {
				return string(append(b, s...)), nil
			}
			return s, nil
		case c == '\\':
			b = append(b, p.text[start:p.pos]...)
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
			start = p.pos
		case c < ' ':
			return "", p.fail("found %s in a string, expected an escape or '\"'", p.found())
		default:
			p.pos++
		}
	}
	return "", p.fail("found the end of the text in a string, expected '\"'")
}

// escape reads an escape and returns what it says.
func (p *parser) escape() (rune, *Error) {
	start := p.pos
	p.pos++
	if p.pos < len(p.text) {
		c := p.text[p.pos]
		p.pos++
		if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
			return rune("\"\\/\b\f\n\r\t"[i]), nil
		}
		if r, ok := p.hex(); c == 'u' && ok {
			if !utf16.IsSurrogate(r) {
				return r, nil
			}
			if strings.HasPrefix(p.text[p.pos:], `\u`) {
				p.pos += 2
				if low, ok := p.hex(); ok {
					if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
						return whole, nil
					}
				}
			}
			p.pos = start
			return 0, p.fail("found half of a surrogate pair, expected both halves")
		}
	}
	p.pos = start
	return 0, p.fail(`found a backslash that begins no escape, expected one of \" \\ \/ \b \f \n \r \t \u0000`)
}

// hex reads four hexadecimal digits.
func (p *parser) hex() (rune, bool) {
	if p.pos+4 > len(p.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.text[p.pos : p.pos+4]) {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	p.pos += 4
	return r, true
}
