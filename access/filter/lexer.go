package filter

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of a rule.
type token struct {
	kind   tokenKind
	offset int
	text   string // of a word as written; of a string what it stands for
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	badToken           // no piece of any rule; the lexer's err tells why
	wordToken
	stringToken
	openToken      // (
	closeToken     // )
	openListToken  // [
	closeListToken // ]
	commaToken
)

var marks = map[rune]tokenKind{
	'(': openToken, ')': closeToken, '[': openListToken, ']': closeListToken, ',': commaToken,
}

// String describes the token for an error.
func (t token) String() string {
	switch t.kind {
	case endToken:
		return "the end of the rule"
	case stringToken:
		return "the string " + quote(shorten(t.text))
	}
	return shorten(t.text)
}

// shorten keeps what an error message repeats to one line.
func shorten(s string) string {
	const most = 40
	characters := []rune(s)
	if len(characters) <= most {
		return visible(characters)
	}
	return visible(characters[:most]) + "…"
}

// lexer cuts a rule into tokens.
type lexer struct {
	rule   string
	offset int
	err    *SyntaxError // why the last token is a badToken
}

// next returns the next token; after the last one, and after a bad one, it
// returns that again.
func (l *lexer) next() token {
	rest := strings.TrimLeftFunc(l.rule[l.offset:], unicode.IsSpace)
	l.offset = len(l.rule) - len(rest)
	start := l.offset
	if rest == "" {
		return token{kind: endToken, offset: start}
	}
	r, size := utf8.DecodeRuneInString(rest)
	kind, isMark := marks[r]
	switch {
	case isMark:
		l.offset += size
		return token{kind: kind, offset: start, text: rest[:size]}
	case r == '"' || r == '\'':
		return l.quoted(byte(r))
	case isWordRune(r):
		return l.word()
	case r == utf8.RuneError && size == 1:
		return l.bad(start, fmt.Sprintf("byte 0x%02X", rest[0]), "UTF-8 text")
	}
	return l.bad(start, describe(r), expectedInsteadOf(r))
}

func describe(r rune) string {
	if unicode.IsPrint(r) {
		return string(r)
	}
	return fmt.Sprintf("%U", r)
}

// expectedInsteadOf tells what a rule could hold instead of a character that is
// no part of the language. What word processors do to quotes, and what JSON
// does, is recognised.
func expectedInsteadOf(r rune) string {
	switch r {
	case '“', '”', '„', '‘', '’':
		return `a straight quote (")`
	case '\\':
		return "a quote without a backslash before it"
	}
	return "a property, an operator, a string in quotes or a parenthesis"
}

func (l *lexer) bad(offset int, found, expected string) token {
	l.err = newSyntaxError(l.rule, offset, found, expected)
	return token{kind: badToken, offset: offset}
}

// isWordRune reports whether r may be part of a name, a keyword or a value
// without quotes.
func isWordRune(r rune) bool {
	return strings.ContainsRune("_.-$", r) || unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
}

func (l *lexer) word() token {
	rest := l.rule[l.offset:]
	end := strings.IndexFunc(rest, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		end = len(rest)
	}
	t := token{kind: wordToken, offset: l.offset, text: rest[:end]}
	l.offset += end
	return t
}

// quoted reads a string up to its closing quote. Within it a quote is written
// with a backtick or a backslash before it, or, in single quotes, twice; a
// backtick and a backslash at the end with a backtick before it. Any other
// backtick or backslash stands for itself, so that paths need no care.
func (l *lexer) quoted(mark byte) token {
	start := l.offset
	var text strings.Builder
	for i := start + 1; i < len(l.rule); i++ {
		c := l.rule[i]
		var following byte
		if i+1 < len(l.rule) {
			following = l.rule[i+1]
		}
		switch {
		case escapes(c, following, mark):
			text.WriteByte(following)
			i++
		case c == mark:
			l.offset = i + 1
			return l.checked(token{kind: stringToken, offset: start, text: text.String()})
		default:
			text.WriteByte(c)
		}
	}
	return l.bad(start, "a string that does not end", "a closing "+string(rune(mark)))
}

// escapes reports whether c, in a string between marks, only makes what follows
// stand for itself.
func escapes(c, following, mark byte) bool {
	switch c {
	case '`':
		return following == '"' || following == '\'' || following == '`' || following == '\\'
	case '\\':
		return following == mark
	case '\'':
		return mark == '\'' && following == '\''
	}
	return false
}

func (l *lexer) checked(t token) token {
	if !utf8.ValidString(t.text) {
		return l.bad(t.offset, "a string that is no UTF-8", "UTF-8 text")
	}
	return t
}
