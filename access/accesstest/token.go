package accesstest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Position is a place in a case file; lines and columns count from 1, columns
// in characters.
type Position struct {
	File         string
	Line, Column int
}

// String returns file:line:column.
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Error is a fault in a case file: where, what was found, what was expected.
type Error struct {
	Position
	Message string
}

func (e *Error) Error() string { return e.Position.String() + ": " + e.Message }

type tokenKind uint8

const (
	word   tokenKind = iota
	quoted           // "…" or `…`
	mark             // = [ ] |
	object           // { … }, a JSON object
)

type token struct {
	Position
	kind tokenKind
	text string // without quotes
}

// errorf returns an Error at the token.
func (t token) errorf(format string, args ...any) error {
	return &Error{t.Position, fmt.Sprintf(format, args...)}
}

// is reports whether the token is the given unquoted word or mark.
func (t token) is(s string) bool {
	return t.kind != quoted && t.kind != object && t.text == s
}

// shown is the token as a message quotes it.
func (t token) shown() string {
	const long = 60
	s := t.text
	if utf8.RuneCountInString(s) > long {
		s = string([]rune(s)[:long]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// line is one logical line: a JSON object in it may span several.
type line struct {
	indent int
	tokens []token
	text   string // of its first line, as it stands
}

// scanner cuts a file into lines of tokens.
type scanner struct {
	file string
	text string
	pos  int
	line int // number of the current line
	from int // offset where the current line starts
}

func (s *scanner) here() Position {
	return Position{s.file, s.line, utf8.RuneCountInString(s.text[s.from:s.pos]) + 1}
}

func (s *scanner) errorf(format string, args ...any) error {
	return &Error{s.here(), fmt.Sprintf(format, args...)}
}

// scan returns the lines that hold anything.
func scan(file, text string) ([]line, error) {
	s := &scanner{file: file, text: strings.TrimPrefix(text, "\ufeff"), line: 1}
	if i := invalid(s.text); i >= 0 {
		s.line += strings.Count(s.text[:i], "\n")
		s.from = strings.LastIndexByte(s.text[:i], '\n') + 1
		s.pos = i
		return nil, s.errorf("found byte 0x%02x; a case file is UTF-8 text", s.text[i])
	}
	var lines []line
	for s.pos < len(s.text) {
		l, err := s.scanLine()
		if err != nil {
			return nil, err
		}
		if len(l.tokens) > 0 {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// invalid returns the offset of the first byte that is no text, or -1.
func invalid(s string) int {
	for i, r := range s {
		if r == 0 {
			return i
		}
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

func (s *scanner) scanLine() (line, error) {
	text, _, _ := strings.Cut(s.text[s.pos:], "\n")
	l := line{indent: s.indent(), text: text}
	for {
		s.blank()
		if s.pos >= len(s.text) {
			return l, nil
		}
		if s.text[s.pos] == '\n' {
			s.newline()
			return l, nil
		}
		t, err := s.token()
		if err != nil {
			return l, err
		}
		l.tokens = append(l.tokens, t)
	}
}

// indent passes over the white space that starts a line and returns its width;
// a tab goes to the next multiple of eight.
func (s *scanner) indent() int {
	width := 0
	for ; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case ' ':
			width++
		case '\t':
			width += 8 - width%8
		default:
			return width
		}
	}
	return width
}

// blank passes over what separates tokens: white space, commas and a comment.
func (s *scanner) blank() {
	for ; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', ',':
		case '#':
			end := strings.IndexByte(s.text[s.pos:], '\n')
			if end < 0 {
				s.pos = len(s.text)
				return
			}
			s.pos += end
			return
		default:
			return
		}
	}
}

func (s *scanner) newline() {
	s.pos++
	s.line++
	s.from = s.pos
}

func (s *scanner) token() (token, error) {
	t := token{Position: s.here()}
	var err error
	switch c := s.text[s.pos]; c {
	case '"', '`':
		t.kind = quoted
		t.text, err = s.quoted(c)
	case '=', '[', ']', '|':
		t.kind, t.text = mark, string(c)
		s.pos++
	case '{':
		t.kind = object
		t.text, err = s.object()
	case '}':
		err = s.errorf("found \"}\" without \"{\"")
	default:
		t.kind = word
		t.text, err = s.word()
	}
	return t, err
}

// word reads up to what cannot be in a word. A prefix such as group: joins the
// quoted name behind it.
func (s *scanner) word() (string, error) {
	start := s.pos
	for s.pos < len(s.text) && !strings.ContainsRune(" \t\r\n,=[]|{}\"`", rune(s.text[s.pos])) {
		s.pos++
	}
	text := s.text[start:s.pos]
	if s.pos < len(s.text) && strings.HasSuffix(text, ":") && (s.text[s.pos] == '"' || s.text[s.pos] == '`') {
		rest, err := s.quoted(s.text[s.pos])
		return text + rest, err
	}
	return text, nil
}

func (s *scanner) quoted(end byte) (string, error) {
	open := s.here()
	s.pos++
	var b strings.Builder
	for ; s.pos < len(s.text) && s.text[s.pos] != '\n'; s.pos++ {
		switch c := s.text[s.pos]; {
		case c == end:
			s.pos++
			return b.String(), nil
		case c == '\\' && end == '"':
			s.pos++
			if s.pos >= len(s.text) || s.text[s.pos] != '"' && s.text[s.pos] != '\\' {
				return "", s.errorf(`found \ in a quoted text; expected \" or \\ (a text in backquotes needs neither)`)
			}
			b.WriteByte(s.text[s.pos])
		default:
			b.WriteByte(c)
		}
	}
	return "", &Error{open, "this quoted text does not end on its line"}
}

// object reads a JSON object as it stands, to its closing brace.
func (s *scanner) object() (string, error) {
	open, start, depth, inText := s.here(), s.pos, 0, false
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '\n':
			s.newline()
			continue
		case inText && c == '\\':
			s.pos++
			if s.pos < len(s.text) && s.text[s.pos] == '\n' {
				continue
			}
		case c == '"':
			inText = !inText
		case inText:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				s.pos++
				return s.text[start:s.pos], nil
			}
		}
		if s.pos < len(s.text) {
			s.pos++
		}
	}
	return "", &Error{open, "this JSON object does not end: a \"}\" or a quote is missing"}
}
