package signinlog

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deep a row may nest. Real rows nest six deep; a row made to
// exhaust a parser's stack nests thousands.
const maxDepth = 64

// Eight bytes are looked at in one step: each function below returns a word in
// which the top bit of the first byte that answers is set (bits above it may be
// wrong, which the callers do not use).
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func equalTo(w uint64, c byte) uint64 {
	x := w ^ ones*uint64(c)
	return (x - ones) &^ x & highs
}

func below(w uint64, c byte) uint64 { return (w - ones*uint64(c)) &^ w & highs }

// contents are what a string holds that needs care.
type contents uint8

const (
	holdsEscapes contents = 1 << iota
	holdsNonASCII
)

// endOfString returns the index of the quote that ends the string whose content
// begins at b[i], and what the content holds. It returns -1 where the string
// does not end or holds a control character.
func endOfString(b []byte, i int) (end int, holds contents) {
	for {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			m := equalTo(w, '"') | equalTo(w, '\\') | below(w, 0x20) | w&highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			return -1, 0
		}
		switch c := b[i]; {
		case c == '"':
			return i, holds
		case c == '\\':
			holds |= holdsEscapes
			i += 2
		case c < 0x20:
			return -1, 0
		case c >= 0x80:
			holds |= holdsNonASCII
			i++
		default: // the last bytes of b, fewer than eight
			i++
		}
	}
}

// nesting is the state of skipping a JSON value by its brackets and strings
// alone, so that skipping can go on in the next block of a file.
type nesting struct {
	depth    int
	kinds    uint64 // one bit per level of the first 64: 1 for an object
	deepest  int
	inString bool
	escaped  bool // the next byte follows a backslash
	broken   bool // a bracket was closed by the other kind
}

// skip goes on from b[i] until the outermost bracket closes and returns the
// index after it, or len(b) with done false.
func (n *nesting) skip(b []byte, i int) (end int, done bool) {
	for i < len(b) {
		if n.inString {
			if n.escaped {
				n.escaped = false
				i++
				continue
			}
			for i+8 <= len(b) {
				w := binary.LittleEndian.Uint64(b[i:])
				m := equalTo(w, '"') | equalTo(w, '\\')
				if m != 0 {
					i += bits.TrailingZeros64(m) >> 3
					break
				}
				i += 8
			}
			if i >= len(b) {
				break
			}
			switch b[i] {
			case '"':
				n.inString = false
			case '\\':
				n.escaped = true
			}
			i++
			continue
		}
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			folded := w | ones*0x20 // [ and ] become { and }
			m := equalTo(w, '"') | equalTo(folded, '{') | equalTo(folded, '}')
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			break
		}
		switch c := b[i]; c {
		case '"':
			n.inString = true
		case '{', '[':
			n.open(c == '{')
		case '}', ']':
			if n.close(c == '}') {
				return i + 1, true
			}
		}
		i++
	}
	return len(b), false
}

func (n *nesting) open(object bool) {
	if n.depth < 64 {
		bit := uint64(1) << n.depth
		n.kinds &^= bit
		if object {
			n.kinds |= bit
		}
	}
	n.depth++
	n.deepest = max(n.deepest, n.depth)
}

func (n *nesting) close(object bool) (outermost bool) {
	n.depth--
	if n.depth >= 0 && n.depth < 64 && (n.kinds>>n.depth&1 == 1) != object {
		n.broken = true
	}
	return n.depth <= 0
}

// space returns the index of the first byte from i that is no white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
