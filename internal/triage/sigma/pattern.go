package sigma

import "strings"

// pattern is a text with wildcards: * is any run of characters, ? any one. A
// backslash makes a wildcard or a backslash literal; before anything else it is
// itself.
type pattern struct {
	pieces []string // literals; between two of them is a *
	ones   bool     // some literal holds a one, see anyOne
	open   [2]bool  // whether there is a * at the start, at the end
	cased  bool
}

// anyOne stands for ? inside a literal. No text holds it, since it is not a
// character.
const anyOne = '\uFFFF'

func newPattern(s string) pattern {
	var p pattern
	var b strings.Builder
	star := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '*':
			if b.Len() == 0 && len(p.pieces) == 0 {
				p.open[0] = true
			}
			if b.Len() > 0 {
				p.pieces = append(p.pieces, b.String())
				b.Reset()
			}
			star = i == len(s)-1
		case c == '?':
			b.WriteRune(anyOne)
			p.ones = true
		default:
			b.WriteByte(c)
		}
	}
	if b.Len() > 0 {
		p.pieces = append(p.pieces, b.String())
	}
	p.open[1] = star
	return p
}

// literal returns a pattern of a text without wildcards.
func literal(s string) pattern {
	if s == "" {
		return pattern{}
	}
	return pattern{pieces: []string{s}}
}

// exact tells whether the pattern is one text, and which.
func (p *pattern) exact() (string, bool) {
	if p.open[0] || p.open[1] || p.ones || len(p.pieces) > 1 {
		return "", false
	}
	return strings.Join(p.pieces, ""), true
}

// match tells whether the whole text fits.
func (p *pattern) match(s string) bool {
	pieces := p.pieces
	if len(pieces) == 0 {
		return s == "" || p.open[0] || p.open[1]
	}
	if !p.open[0] {
		n := p.prefix(s, pieces[0])
		if n < 0 {
			return false
		}
		s, pieces = s[n:], pieces[1:]
		if len(pieces) == 0 {
			return s == "" || p.open[1]
		}
	}
	for len(pieces) > 1 || p.open[1] && len(pieces) > 0 {
		n := p.find(s, pieces[0])
		if n < 0 {
			return false
		}
		s, pieces = s[n:], pieces[1:]
	}
	if len(pieces) == 0 {
		return true
	}
	return p.suffix(s, pieces[0])
}

// prefix returns the length of the part at the start of s that fits a piece,
// or -1.
func (p *pattern) prefix(s, piece string) int {
	if !p.ones {
		if len(s) < len(piece) {
			return -1
		}
		if s[:len(piece)] == piece || !p.cased && strings.EqualFold(s[:len(piece)], piece) {
			return len(piece)
		}
		return -1
	}
	at := 0
	for _, want := range piece {
		if at == len(s) {
			return -1
		}
		n := 1
		for at+n < len(s) && s[at+n]&0xC0 == 0x80 {
			n++
		}
		if want != anyOne && !p.same(s[at:at+n], string(want)) {
			return -1
		}
		at += n
	}
	return at
}

func (p *pattern) same(a, b string) bool {
	if p.cased {
		return a == b
	}
	return strings.EqualFold(a, b)
}

// find returns where the first part of s that fits a piece ends, or -1.
func (p *pattern) find(s, piece string) int {
	if p.cased && !p.ones {
		if i := strings.Index(s, piece); i >= 0 {
			return i + len(piece)
		}
		return -1
	}
	for i := 0; i <= len(s); i++ {
		if n := p.prefix(s[i:], piece); n >= 0 {
			return i + n
		}
	}
	return -1
}

func (p *pattern) suffix(s, piece string) bool {
	if !p.ones {
		return len(s) >= len(piece) && p.same(s[len(s)-len(piece):], piece)
	}
	for i := 0; i <= len(s); i++ {
		if n := p.prefix(s[i:], piece); n >= 0 && i+n == len(s) {
			return true
		}
	}
	return false
}
