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

// idSlot is empty if hash is zero; otherwise the key is keys[entry].
type idSlot struct {
	hash  uint32
	entry uint32
	value row
}

// tag is the part of a hash that a slot keeps. It is never zero.
func tag(h uint64) uint32 { return uint32(h>>16) | 1 }

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
		s := &x.slots[i]
		if s.hash == tag(h) && equalID(x.keys[s.entry], id) {
			return s.value, true
		}
		if s.hash == 0 {
			return 0, false
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
		x.place(len(x.keys) - 1)
	}
	return v
}

// place enters a key into the table.
func (x *idIndex) place(entry int) {
	mask := uint64(len(x.slots) - 1)
	h := hashID(x.keys[entry])
	i := h & mask
	for x.slots[i].hash != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = idSlot{tag(h), uint32(entry), x.values[entry]}
}

// grow makes the table large enough for few collisions.
func (x *idIndex) grow() {
	x.slots = make([]idSlot, max(16, 2*len(x.slots)))
	for entry := range x.keys {
		x.place(entry)
	}
}
