package signinlog

// idSet remembers the last ids handed out, by their hashes, in two halves: when
// the newer one is full it becomes the older one, and the older one is forgotten.
type idSet struct {
	newer, older hashSet
}

// maxIDs is how many ids each half holds: together 8 to 16 MB.
const maxIDs = 1 << 19

func (s *idSet) has(key uint64) bool { return s.newer.has(key) || s.older.has(key) }

func (s *idSet) add(key uint64) {
	if s.newer.count >= maxIDs {
		s.newer, s.older = s.older, s.newer
		clear(s.newer.slots)
		s.newer.count = 0
	}
	s.newer.add(key)
}

// hashSet is a set of hashes other than 0: open addressing, at most half full.
type hashSet struct {
	slots []uint64
	count int
}

func (h *hashSet) has(key uint64) bool {
	if h.count == 0 {
		return false
	}
	mask := uint64(len(h.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch h.slots[i] {
		case key:
			return true
		case 0:
			return false
		}
	}
}

func (h *hashSet) add(key uint64) {
	if 2*h.count >= len(h.slots) {
		h.grow()
	}
	mask := uint64(len(h.slots) - 1)
	i := key & mask
	for h.slots[i] != 0 && h.slots[i] != key {
		i = (i + 1) & mask
	}
	if h.slots[i] == 0 {
		h.slots[i] = key
		h.count++
	}
}

func (h *hashSet) grow() {
	old := h.slots
	*h = hashSet{slots: make([]uint64, max(1024, 2*len(old)))}
	for _, key := range old {
		if key != 0 {
			h.add(key)
		}
	}
}
