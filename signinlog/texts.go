package signinlog

import (
	"strings"
	"unsafe"
)

// texts turns bytes into strings and gives the same string for the same bytes,
// so that names that repeat a million times are held once. What is remembered
// is bounded: when it is full it is forgotten, and strings given out live on.
type texts struct {
	seen  map[string]string
	lists map[string][]string // lists of one word
	// recent are the strings met last, by field.
	recent [slots]recent
	chunk  []byte // what once cuts strings from
}

// recent are the last few strings of a field.
type recent struct {
	texts [4]string
	next  uint8
}

// last returns the string met last.
func (r *recent) last() []string {
	k := (r.next - 1) % 4
	return r.texts[k : k+1]
}

func (r *recent) keep(s string) {
	r.texts[r.next%4] = s
	r.next++
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

// chunkSize is how much memory is taken at a time for strings that are met once:
// one of them keeps at most so much alive.
const chunkSize = 1 << 10

// once returns the string of b, which is not looked for among others.
func (t *texts) once(b []byte) string {
	if len(b) > chunkSize/4 {
		return string(b)
	}
	if len(b) > cap(t.chunk)-len(t.chunk) {
		t.chunk = make([]byte, 0, chunkSize)
	}
	begin := len(t.chunk)
	t.chunk = append(t.chunk, b...)
	// What was appended is never written to again.
	return unsafe.String(&t.chunk[begin], len(b))
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
