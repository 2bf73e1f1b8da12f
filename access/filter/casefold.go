package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Strings are compared without regard to case by simple Unicode folding, as
// strings.EqualFold does, and otherwise character by character: no locale, no
// normalization. Operands are folded once, values while they are compared.

// foldString returns s with each character folded.
func foldString(s string) string { return strings.Map(foldRune, s) }

// foldRune returns the smallest of the characters that differ from r in case
// only; it is an ASCII capital wherever one of them is an ASCII letter.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(foldByte(byte(r)))
	}
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}

func foldByte(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}

func equalFold(s, folded string) bool {
	rest, ok := cutPrefix(s, folded)
	return ok && rest == ""
}

func hasPrefixFold(s, folded string) bool {
	_, ok := cutPrefix(s, folded)
	return ok
}

// cutPrefix returns what follows the prefix in s, and whether s has it.
func cutPrefix(s, folded string) (string, bool) {
	for folded != "" {
		if s == "" {
			return "", false
		}
		if s[0] < utf8.RuneSelf { // folds to ASCII
			if foldByte(s[0]) != folded[0] {
				return "", false
			}
			s, folded = s[1:], folded[1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		want, m := utf8.DecodeRuneInString(folded)
		if foldRune(r) != want {
			return "", false
		}
		s, folded = s[n:], folded[m:]
	}
	return s, true
}

func hasSuffixFold(s, folded string) bool {
	for folded != "" {
		if s == "" {
			return false
		}
		r, n := utf8.DecodeLastRuneInString(s)
		want, m := utf8.DecodeLastRuneInString(folded)
		if foldRune(r) != want {
			return false
		}
		s, folded = s[:len(s)-n], folded[:len(folded)-m]
	}
	return true
}

func containsFold(s, folded string) bool {
	for !hasPrefixFold(s, folded) {
		if s == "" {
			return false
		}
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	return true
}
