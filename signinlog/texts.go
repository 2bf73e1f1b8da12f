package signinlog

import "strings"

// texts turns bytes into strings and gives the same string for the same bytes,
// so that names that repeat a million times are held once. What is remembered
// is bounded: when it is full it is forgotten, and strings given out live on.
type texts struct {
	seen  map[string]string
	lists map[string][]string // lists of one word
	// recent are the strings met last, by field.
	recent [slots][2]string
}

const (
	maxTexts    = 1 << 16
	maxTextSize = 512
)

func newTexts() *texts {
	return &texts{seen: map[string]string{}, lists: map[string][]string{}}
}

// of returns the string of b.
func (t *texts) of(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := t.seen[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(b) > maxTextSize {
		return s
	}
	if len(t.seen) >= maxTexts {
		clear(t.seen)
	}
	t.seen[s] = s
	return s
}

// list returns the list of one word. Callers share it.
func (t *texts) list(word string) []string {
	l, ok := t.lists[word]
	if !ok {
		l = []string{strings.Clone(word)}
		if len(t.lists) >= maxSpellings {
			clear(t.lists)
		}
		t.lists[l[0]] = l
	}
	return l
}
