package triage

// arrivals is who got in at a place, and when last. Nearly every event adds to
// it and hardly any asks: until one does, it is a list in which people are more
// than once, which takes no hashing.
type arrivals struct {
	list   []arrival
	full   int              // length of the list at which to look for those who are in it twice
	latest map[uint32]int64 // in place of the list: somebody asked
	asked  bool             // since the last rest
}

type arrival struct {
	at  int64
	who uint32
}

// fewArrivals is how long a list may be before anybody looks at it.
const fewArrivals = 64

// add takes note of somebody. Those who did not come since a time may be
// forgotten.
func (a *arrivals) add(who uint32, at, since int64, r *roll) {
	if a.latest != nil {
		a.latest[who] = at
		return
	}
	if len(a.list) >= max(a.full, fewArrivals) {
		a.tidy(since, r)
	}
	a.list = append(a.list, arrival{at, who})
}

// tidy leaves out whoever came again later, or did not come since a time.
func (a *arrivals) tidy(since int64, r *roll) {
	r.begin()
	kept := len(a.list)
	for i := len(a.list) - 1; i >= 0; i-- {
		if v := a.list[i]; v.at >= since && r.first(v.who) {
			kept--
			a.list[kept] = v
		}
	}
	a.list = a.list[:copy(a.list, a.list[kept:])]
	a.full = 2 * len(a.list)
}

// people returns who came since a time, and when last.
func (a *arrivals) people(since int64) map[uint32]int64 {
	a.asked = true
	if a.latest == nil {
		a.latest = make(map[uint32]int64, len(a.list))
		for _, v := range a.list {
			if v.at >= since {
				a.latest[v.who] = v.at
			}
		}
		a.list = nil
	}
	return a.latest
}

// forget leaves out who did not come since a time.
func (a *arrivals) forget(since int64) {
	for who, at := range a.latest {
		if at < since {
			delete(a.latest, who)
		}
	}
}

// rest goes back to the list if nobody asked since the last rest.
func (a *arrivals) rest() {
	if a.latest != nil && !a.asked {
		for who, at := range a.latest {
			a.list = append(a.list, arrival{at, who})
		}
		a.latest, a.full = nil, 2*len(a.list)
	}
	a.asked = false
}

// roll tells who is called for the first time since it began.
type roll struct {
	turn   uint32
	called []uint32 // by person: the turn in which they last were
}

func (r *roll) begin() {
	if r.turn++; r.turn == 0 { // all turns were used once
		clear(r.called)
		r.turn = 1
	}
}

func (r *roll) first(who uint32) bool {
	if int(who) >= len(r.called) {
		r.called = append(r.called, make([]uint32, int(who)+1-len(r.called))...)
	}
	if r.called[who] == r.turn {
		return false
	}
	r.called[who] = r.turn
	return true
}
