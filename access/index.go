package access

import (
	"math/bits"
	"strings"
)

// idIndex finds what belongs to an identifier, without regard to ASCII letter
// case (CA-6). It is a hash table of its own because a lookup is the price of
// every fact: the built-in map hashes all bytes and knows no case. Hashes lie
// apart from keys, so that a miss, the usual case, reads one cache line.
type idIndex struct {
	slots  []idSlot
	keys   []string
	values []row
}

// idSlot is empty if entry is zero; otherwise the key is keys[entry-1].
type idSlot struct {
	hash  uint32
	entry uint32
}

// hashID mixes the length and the first and last eight bytes, letters folded:
// all of an identifier's entropy is there, or the comparison tells.
func hashID(s string) uint64 {
	const fold = 0x2020202020202020
	h := uint64(len(s))
	if n := len(s); n >= 8 {
		h += (load8(s) | fold) ^ bits.RotateLeft64(load8(s[n-8:])|fold, 29)
	} else {
		for i := range n {
			h = h*31 + uint64(s[i]|0x20)
		}
	}
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>32
}

func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func equalID(a, b string) bool {
	return len(a) == len(b) && (a == b || strings.EqualFold(a, b))
}

// get returns the value of id; the zero row, which is empty, if there is none.
func (x *idIndex) get(id string) (row, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	h := hashID(id)
	mask := uint64(len(x.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s := x.slots[i]; {
		case s.entry == 0:
			return 0, false
		case s.hash == uint32(h>>16) && equalID(x.keys[s.entry-1], id):
			return x.values[s.entry-1], true
		}
	}
}

// add returns the value of id, made by newValue if id is new.
func (x *idIndex) add(id string, newValue func() row) row {
	if v, ok := x.get(id); ok {
		return v
	}
	v := newValue()
	x.keys, x.values = append(x.keys, id), append(x.values, v)
	if 8*len(x.keys) > len(x.slots) {
		x.grow()
	} else {
		x.place(len(x.keys))
	}
	return v
}

// place enters a key, counted from one, into the table.
func (x *idIndex) place(entry int) {
	mask := uint64(len(x.slots) - 1)
	h := hashID(x.keys[entry-1])
	i := h & mask
	for x.slots[i].entry != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = idSlot{uint32(h >> 16), uint32(entry)}
}

// grow makes the table large enough for few collisions.
func (x *idIndex) grow() {
	x.slots = make([]idSlot, max(16, 2*len(x.slots)))
	for entry := range x.keys {
		x.place(entry + 1)
	}
}
