package access

import "strings"

// idIndex finds what belongs to an identifier, without regard to ASCII letter
// case (CA-6). It is a hash table of its own because a lookup is the price of
// every fact: the built-in map hashes all bytes and knows no case.
type idIndex struct {
	slots []idSlot
	count int
}

type idSlot struct {
	key   string
	hash  uint32
	value row
	used  bool
}

// hashID mixes the length and the first and last eight bytes, letters folded:
// all of an identifier's entropy is there, or the comparison tells.
func hashID(s string) uint64 {
	const fold = 0x2020202020202020
	h := uint64(len(s)) * 0x9e3779b97f4a7c15
	if n := len(s); n >= 8 {
		h ^= (load8(s) | fold) * 0xff51afd7ed558ccd
		h ^= h >> 32
		h += (load8(s[n-8:]) | fold)
	} else {
		for i := range n {
			h = h*31 + uint64(s[i]|0x20)
		}
	}
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>29
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
		switch s := &x.slots[i]; {
		case !s.used:
			return 0, false
		case s.hash == uint32(h>>32) && equalID(s.key, id):
			return s.value, true
		}
	}
}

// add returns the value of id, made by newValue if id is new.
func (x *idIndex) add(id string, newValue func() row) row {
	if v, ok := x.get(id); ok {
		return v
	}
	if 2*(x.count+1) > len(x.slots) {
		x.grow()
	}
	v := newValue()
	x.put(id, v)
	return v
}

func (x *idIndex) put(id string, v row) {
	mask := uint64(len(x.slots) - 1)
	h := hashID(id)
	i := h & mask
	for x.slots[i].used {
		i = (i + 1) & mask
	}
	x.slots[i] = idSlot{id, uint32(h >> 32), v, true}
	x.count++
}

func (x *idIndex) grow() {
	old := x.slots
	x.slots, x.count = make([]idSlot, max(8, 2*len(old))), 0
	for _, s := range old {
		if s.used {
			x.put(s.key, s.value)
		}
	}
}
