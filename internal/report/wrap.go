package report

import (
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// wrap breaks a line so that none of its parts is wider than width columns. A
// language with blanks is broken at them, Japanese anywhere but before marks
// that may not begin a line.
func wrap(line string, width int) []string {
	if !strings.ContainsFunc(line, ideographic) || width < 4 {
		return strings.Split(text.WrapSoft(line, width), "\n")
	}
	// Two columns stay free for a mark that would begin the next part.
	parts := strings.Split(text.WrapHard(line, width-2), "\n")
	for i := 1; i < len(parts); i++ {
		rest := strings.TrimLeftFunc(parts[i], closing)
		mark := []rune(parts[i][:len(parts[i])-len(rest)])
		if len(mark) == 1 {
			parts[i-1] += string(mark)
			parts[i] = rest
		}
	}
	if last := len(parts) - 1; last > 0 && parts[last] == "" {
		parts = parts[:last]
	}
	return parts
}

func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// closing are the marks that Japanese never puts at the beginning of a line.
func closing(r rune) bool { return strings.ContainsRune("、。，．）」』】？！ー", r) }
