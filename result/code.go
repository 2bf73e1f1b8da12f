package result

import (
	"fmt"
	"strconv"
	"strings"
)

// Code is the number of a result: 0 for success, else five to seven digits without a leading zero (sign-in.md §0). Leading digits do not
// encode a class reliably; ask the [Entry].
type Code int

// Prefix stands before the number in error descriptions. Tools and logs search for it, therefore it is kept (SI-138).
const Prefix = "AADSTS"

// String returns the number alone, as it stands in a sign-in record.
func (c Code) String() string { return strconv.Itoa(int(c)) }

// ParseCode reads a code written as a number, with or without [Prefix], in any case and with full-width digits. The code need not be in
// the catalogue. Text around the number is an error; use [Find] for that.
func ParseCode(s string) (Code, error) {
	text := strings.TrimSpace(normalize(s))
	if len(text) > len(Prefix) && strings.EqualFold(text[:len(Prefix)], Prefix) {
		text = strings.TrimSpace(text[len(Prefix):])
	}
	n, err := strconv.Atoi(text)
	if err != nil || !wellFormed(text) {
		return 0, fmt.Errorf("result code %q: expected 0 or five to seven digits", clip(s, 40))
	}
	return Code(n), nil
}

func wellFormed(digits string) bool {
	if digits == "0" {
		return true
	}
	if len(digits) < 5 || len(digits) > 7 || digits[0] == '0' {
		return false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return false
		}
	}
	return true
}

// clip shortens what a caller gave us before it is repeated in a message.
func clip(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes]) + "…"
}
