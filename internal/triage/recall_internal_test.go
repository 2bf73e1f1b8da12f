package triage

import (
	"strings"
	"testing"
)

// TestRecall wants the same number for the same text, be it the same string or
// not, and however many texts share a slot.
func TestRecall(t *testing.T) {
	n := newNames()
	numbers := map[uint32]string{}
	var texts []string
	for i := range 4 << recallBits {
		texts = append(texts, "city "+itoa(i))
		numbers[n.text(texts[i])] = texts[i]
	}
	if len(numbers) != len(texts) {
		t.Fatalf("%d numbers for %d texts", len(numbers), len(texts))
	}
	for _, text := range texts {
		for _, again := range []string{text, strings.Clone(text)} {
			if got := numbers[n.text(again)]; got != text {
				t.Fatalf("text(%q) is the number of %q", again, got)
			}
		}
	}
	if n.text("") != 0 {
		t.Error("no text has a number")
	}
}
