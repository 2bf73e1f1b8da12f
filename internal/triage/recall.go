package triage

import "unsafe"

// recall remembers what was found for the texts met last. Most texts of a log
// repeat, and the reader gives the very same string again: where it lies tells
// which text it is, without a look at it. A slot holds its string, so that no
// other text can come to lie there. The same text elsewhere is not recalled.
type recall[V any] struct {
	slots [1 << recallBits]recalled[V]
}

type recalled[V any] struct {
	text  string
	value V
}

// recallBits makes slots for more texts than most days have of one kind.
const recallBits = 12

// slot returns the only place where something may be remembered for a text.
func (r *recall[V]) slot(text string) *recalled[V] {
	const spread = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio
	at := uint64(uintptr(unsafe.Pointer(unsafe.StringData(text)))) * spread
	return &r.slots[at>>(64-recallBits)]
}

// holds tells whether the slot is taken by this very string.
func (s *recalled[V]) holds(text string) bool {
	return unsafe.StringData(s.text) == unsafe.StringData(text) && len(s.text) == len(text)
}
