package signinlog

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// tokens walks over the JSON text of one row. It reads what JSON allows and
// nothing else in the members that are used; unused ones are skipped by their
// brackets. After a failure all its methods return at once.
//
// A cell of a CSV file is walked over too: while cell is set, the value at hand
// is that text, or the JSON that it holds where an object or array is wanted.
type tokens struct {
	b      []byte
	i      int
	cell   bool
	failed string // what is wrong; empty while all is well

	unescaped []byte // content of the last string that held escapes
	verbatim  bool   // the last string's content is the very text
	nested    [][]byte
	level     int // of nested JSON texts
}

// start begins a row.
func (t *tokens) start(row []byte) {
	t.b, t.i, t.cell, t.failed, t.level = row, 0, false, "", 0
}

// fail notes what was found where something else was expected.
func (t *tokens) fail(expected string) bool {
	if t.failed == "" {
		t.failed = fmt.Sprintf("at byte %d: found %s, expected %s", t.i+1, t.found(), expected)
	}
	return false
}

func (t *tokens) found() string {
	if t.i >= len(t.b) {
		return "the end of the row"
	}
	r, size := utf8.DecodeRune(t.b[t.i:])
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("byte 0x%02x", t.b[t.i])
	}
	return strconv.QuoteRune(r)
}

// peek returns the first byte of the value at hand, 0 at the end.
func (t *tokens) peek() byte {
	if t.cell {
		if i := space(t.b, 0); i < len(t.b) && (t.b[i] == '{' || t.b[i] == '[') {
			return t.b[i]
		}
		return '"'
	}
	if t.i < len(t.b) {
		return t.b[t.i]
	}
	return 0
}

// The kinds of scalars.
const (
	noScalar = iota // null, empty text, or no scalar at all
	textScalar
	numberScalar
	boolScalar
)

// scalar reads a scalar and returns its text without quotes and escapes, which
// holds until the next call. Objects and arrays are skipped and count as none.
func (t *tokens) scalar() (text []byte, kind int) {
	if t.cell {
		if len(t.b) == 0 {
			return nil, noScalar
		}
		return t.b, textScalar
	}
	switch c := t.peek(); {
	case c == '"':
		text = t.text()
		if len(text) == 0 {
			return nil, noScalar
		}
		return text, textScalar
	case c == '-' || c >= '0' && c <= '9':
		return t.number(), numberScalar
	case c == 't':
		return t.word("true"), boolScalar
	case c == 'f':
		return t.word("false"), boolScalar
	case c == 'n':
		t.word("null")
		return nil, noScalar
	}
	t.skip()
	return nil, noScalar
}

// null passes over a null at hand.
func (t *tokens) null() bool {
	if t.cell || t.i+4 > len(t.b) || string(t.b[t.i:t.i+4]) != "null" {
		return false
	}
	t.i += 4
	return true
}

// text reads a string at hand; nil after a failure.
func (t *tokens) text() []byte {
	begin := t.i + 1
	end, holds := endOfString(t.b, begin)
	if end < 0 {
		t.i = len(t.b)
		t.fail("a quote that ends the string before any control character")
		return nil
	}
	t.i = end + 1
	t.verbatim = holds == 0 || holds == holdsNonASCII && utf8.Valid(t.b[begin:end])
	if t.verbatim {
		return t.b[begin:end]
	}
	text, ok := unescape(t.unescaped[:0], t.b[begin:end])
	t.unescaped = text
	if !ok {
		t.i = begin
		t.fail("a string with valid escapes")
		return nil
	}
	return text
}

func (t *tokens) number() []byte {
	begin := t.i
	i := t.i
	b := t.b
	if b[i] == '-' {
		i++
	}
	digits := i
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	valid := i > digits && (b[digits] != '0' || i == digits+1)
	if i < len(b) && b[i] == '.' {
		i++
		fraction := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		valid = valid && i > fraction
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		exponent := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		valid = valid && i > exponent
	}
	if !valid {
		t.fail("a number")
		return nil
	}
	t.i = i
	return b[begin:i]
}

func (t *tokens) word(w string) []byte {
	if len(t.b)-t.i < len(w) || string(t.b[t.i:t.i+len(w)]) != w {
		t.fail("a value")
		return nil
	}
	t.i += len(w)
	return t.b[t.i-len(w) : t.i]
}

// skip passes over the value at hand.
func (t *tokens) skip() bool {
	if t.cell {
		return true
	}
	switch c := t.peek(); c {
	case '{', '[':
		var n nesting
		end, done := n.skip(t.b, t.i)
		switch {
		case n.deepest > maxDepth:
			return t.failWith(fmt.Sprintf("nested %d deep, expected at most %d", n.deepest, maxDepth))
		case !done || n.broken:
			t.i = end
			return t.fail("every bracket to be closed by its like")
		}
		t.i = end
		return true
	case '"':
		t.text()
		return t.failed == ""
	case 't', 'f', 'n', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		t.scalar()
		return t.failed == ""
	}
	return t.fail("a value")
}

func (t *tokens) failWith(reason string) bool {
	if t.failed == "" {
		t.failed = reason
	}
	return false
}

// enter goes into the object or array at hand: c is its bracket. A string (or
// cell) that holds JSON is gone into likewise; leave undoes that. It reports
// whether there is anything inside; null, empty text and text that is no JSON
// count as nothing.
func (t *tokens) enter(c byte) (saved outside, inside bool) {
	saved = outside{b: t.b, i: t.i, cell: t.cell}
	if t.cell {
		t.i = space(t.b, 0)
		t.cell = false
		if t.i < len(t.b) && t.b[t.i] == c {
			saved.wrapped = true
			t.i++
			return saved, true
		}
		t.b, t.i, t.cell = saved.b, saved.i, saved.cell
		return saved, false
	}
	switch t.peek() {
	case c:
		t.i++
		return saved, true
	case '"':
		return t.enterText(c, saved)
	}
	t.skip()
	return saved, false
}

// outside is where the walk goes on after leaving JSON that was held in a text.
type outside struct {
	b       []byte
	i       int
	cell    bool
	wrapped bool
}

func (t *tokens) enterText(c byte, saved outside) (outside, bool) {
	text := t.text()
	saved.i = t.i
	i := space(text, 0)
	if t.failed != "" || i >= len(text) || text[i] != c || t.level >= maxTextLevels {
		return saved, false
	}
	if len(t.nested) <= t.level {
		t.nested = append(t.nested, nil)
	}
	// The text may lie in t.unescaped, which strings inside will overwrite.
	t.nested[t.level] = append(t.nested[t.level][:0], text...)
	saved.wrapped = true
	t.b, t.i = t.nested[t.level], i+1
	t.level++
	return saved, true
}

// maxTextLevels bounds JSON in strings in JSON in strings.
const maxTextLevels = 4

// leave ends what enter began, after the closing bracket was read.
func (t *tokens) leave(saved outside) {
	if !saved.wrapped {
		return
	}
	if t.failed == "" {
		if t.i = space(t.b, t.i); t.i < len(t.b) {
			t.fail("nothing more")
		}
	}
	if !saved.cell {
		t.level--
	}
	t.b, t.i, t.cell = saved.b, saved.i, saved.cell
}

// element goes to the next element of an array and reports whether there is one.
func (t *tokens) element(first *bool) bool {
	if t.failed != "" {
		return false
	}
	t.i = space(t.b, t.i)
	c := t.peek()
	if c == ']' {
		t.i++
		return false
	}
	if !*first {
		if c != ',' {
			return t.fail("',' or ']'")
		}
		t.i = space(t.b, t.i+1)
		if t.peek() == ']' {
			return t.fail("a value")
		}
	}
	*first = false
	return true
}

// unescape appends the content of a JSON string to dst. Half surrogates and
// bytes that are not UTF-8 become U+FFFD, as in encoding/json.
func unescape(dst, s []byte) ([]byte, bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			var ok bool
			if dst, i, ok = unescapeOne(dst, s, i); !ok {
				return dst, false
			}
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, size := utf8.DecodeRune(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
		}
	}
	return dst, true
}

func unescapeOne(dst, s []byte, i int) ([]byte, int, bool) {
	if i+1 >= len(s) {
		return dst, i, false
	}
	if s[i+1] == 'u' {
		r, ok := hex4(s, i+2)
		if !ok {
			return dst, i, false
		}
		i += 6
		if utf16.IsSurrogate(r) {
			r2 := rune(-1)
			if i+1 < len(s) && s[i] == '\\' && s[i+1] == 'u' {
				r2, _ = hex4(s, i+2)
			}
			if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
				i += 6
			}
		}
		return utf8.AppendRune(dst, r), i, true
	}
	k := strings.IndexByte(`"\/bfnrt`, s[i+1])
	if k < 0 {
		return dst, i, false
	}
	return append(dst, "\"\\/\b\f\n\r\t"[k]), i + 2, true
}

func hex4(s []byte, i int) (rune, bool) {
	if i+4 > len(s) {
		return 0, false
	}
	var r rune
	for _, c := range s[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
