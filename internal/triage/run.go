package triage

import "slices"

// run is events that wait in memory to be put in order, packed: in a million of
// them the collector finds nothing to follow.
type run struct {
	packed []byte
	marks  []mark
	spare  []mark // to sort with
}

// mark is the time of a packed event and where it lies.
type mark struct {
	at          int64
	start, size uint32
}

// mostPacked is more than what nearly all events take.
const mostPacked = 256

func (r *run) add(e *event) {
	start := len(r.packed)
	if cap(r.packed)-start < mostPacked { // append alone would copy it a dozen times
		r.packed = slices.Grow(r.packed, max(start, 64<<10))
	}
	r.packed = e.append(r.packed)
	r.marks = append(r.marks, mark{e.at, uint32(start), uint32(len(r.packed) - start)})
}

func (r *run) event(m mark) []byte { return r.packed[m.start:][:m.size] }

func (r *run) reset() { r.packed, r.marks = r.packed[:0], r.marks[:0] }

// digit is how many bits of the times are sorted by at once.
const digit = 11

// sort puts the marks in order of time, and of arrival where times are equal: by
// the last bits first, each turn keeping the order of the turns before. The times
// of a run are near each other, so that two or three turns do.
func (r *run) sort() {
	from, first, span, sorted := r.marks, int64(0), uint64(0), true
	for i, m := range from {
		if i == 0 || m.at < first {
			first = m.at
		}
		sorted = sorted && (i == 0 || from[i-1].at <= m.at)
	}
	if sorted {
		return
	}
	for _, m := range from {
		span = max(span, uint64(m.at-first))
	}
	if cap(r.spare) < len(from) {
		r.spare = make([]mark, len(from))
	}
	to := r.spare[:len(from)]
	for shift := 0; shift < 64 && span>>shift != 0; shift += digit {
		var next [1 << digit]int
		bits := func(m mark) uint64 { return uint64(m.at-first) >> shift % (1 << digit) }
		for _, m := range from {
			next[bits(m)]++
		}
		start := 0
		for d, n := range next {
			next[d] = start
			start += n
		}
		for _, m := range from {
			d := bits(m)
			to[next[d]] = m
			next[d]++
		}
		from, to = to, from
	}
	r.marks, r.spare = from, to
}
