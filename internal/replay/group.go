package replay

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
)

// Tally counts by name. It remembers a bounded number of names; what is counted
// under further ones is in Others.
type Tally struct {
	counts map[string]int64
	others int64
}

// Named is how often a name was counted.
type Named struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// Room is how many names all tallies of a run may still remember together.
type Room struct{ left atomic.Int64 }

// maxNames is how many names the tallies of a run remember together; with a
// name of usual length that is some 60 MB.
const maxNames = 400_000

// NewRoom returns the room of one run.
func NewRoom() *Room {
	r := &Room{}
	r.left.Store(maxNames)
	return r
}

// Add counts n more under a name; an empty name is none.
func (t *Tally) Add(name string, n int64, r *Room) {
	if name == "" {
		return
	}
	if _, ok := t.counts[name]; ok {
		t.counts[name] += n
		return
	}
	if r.left.Add(-1) < 0 {
		t.others += n
		return
	}
	if t.counts == nil {
		t.counts = map[string]int64{}
	}
	// The name may be a piece of the log's text, which it would keep alive.
	t.counts[strings.Clone(name)] = n
}

func (t *Tally) merge(o *Tally, r *Room) {
	r.left.Add(int64(len(o.counts)))
	for name, n := range o.counts {
		t.Add(name, n, r)
	}
	t.others += o.others
}

// Len is how many names there are; at least so many, if Complete is false.
func (t *Tally) Len() int64 { return int64(len(t.counts)) }

// Complete reports whether every name was remembered.
func (t *Tally) Complete() bool { return t.others == 0 }

// Top returns the names that were counted most, at most n of them; all if n
// is 0.
func (t *Tally) Top(n int) []Named {
	all := make([]Named, 0, len(t.counts))
	for name, count := range t.counts {
		all = append(all, Named{name, count})
	}
	slices.SortFunc(all, func(a, b Named) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	if n > 0 && len(all) > n {
		all = all[:n]
	}
	return all
}

// names returns the names of Top.
func (t *Tally) names(n int) []string {
	list := []string{}
	for _, c := range t.Top(n) {
		list = append(list, c.Name)
	}
	return list
}

// Sample keeps the ids of the first records, in the order of the log.
type Sample struct {
	ids []seqID
	cap int
}

// NewSample returns a Sample of at most n ids.
func NewSample(n int) Sample { return Sample{cap: n} }

type seqID struct {
	seq int64
	id  string
}

// Add offers a record by its place in the log.
func (s *Sample) Add(seq int64, id string) {
	if len(s.ids) == s.cap {
		if s.cap == 0 || seq > s.ids[len(s.ids)-1].seq {
			return
		}
		s.ids = s.ids[:len(s.ids)-1]
	}
	at, _ := slices.BinarySearchFunc(s.ids, seq, func(x seqID, seq int64) int { return cmp.Compare(x.seq, seq) })
	s.ids = slices.Insert(s.ids, at, seqID{seq, strings.Clone(id)})
}

// List returns the ids in the order of the log.
func (s *Sample) List() []string {
	list := make([]string, len(s.ids))
	for i, x := range s.ids {
		list[i] = x.id
	}
	return list
}

// group is what several records have in common: full counts, and the first few
// records.
type group struct {
	count                  int64
	users, apps, countries Tally
	sample                 Sample
	first                  int64 // of the record that detail was made of
	detail                 any
}

func (g *group) add(a *attempt, r *Room) {
	g.count++
	g.users.Add(a.user, 1, r)
	g.apps.Add(a.app, 1, r)
	g.countries.Add(a.country, 1, r)
	g.sample.Add(a.seq, a.id)
}

func (g *group) merge(o *group, r *Room) {
	g.count += o.count
	g.users.merge(&o.users, r)
	g.apps.merge(&o.apps, r)
	g.countries.merge(&o.countries, r)
	for _, x := range o.sample.ids {
		g.sample.Add(x.seq, x.id)
	}
	if o.first < g.first {
		g.first, g.detail = o.first, o.detail
	}
}

// groups are groups by what the records have in common.
type groups[K comparable] struct {
	of   map[K]*group
	room *Room
	cap  int   // of samples
	lost int64 // records whose group was one too many
}

// maxGroups is how many groups of a kind are told apart. Policies and facts make
// groups, not people and records, so that a log with more has something else
// wrong with it.
const maxGroups = 5000

func newGroups[K comparable](r *Room, sampled int) *groups[K] {
	return &groups[K]{of: map[K]*group{}, room: r, cap: sampled}
}

// add counts a record; detail is asked for once per group.
func (gs *groups[K]) add(k K, a *attempt, detail func() any) {
	g, ok := gs.of[k]
	if !ok {
		if len(gs.of) >= maxGroups {
			gs.lost++
			return
		}
		g = &group{first: a.seq, detail: detail(), sample: NewSample(gs.cap)}
		gs.of[k] = g
	}
	g.add(a, gs.room)
}

func (gs *groups[K]) merge(o *groups[K]) {
	gs.lost += o.lost
	for k, g := range o.of {
		if mine, ok := gs.of[k]; ok {
			mine.merge(g, gs.room)
		} else {
			gs.of[k] = g
		}
	}
}

// sorted returns the keys, those with the most records first.
func (gs *groups[K]) sorted(name func(K) string) []K {
	keys := slices.Collect(maps.Keys(gs.of))
	slices.SortFunc(keys, func(a, b K) int {
		return cmp.Or(cmp.Compare(gs.of[b].count, gs.of[a].count), cmp.Compare(gs.of[a].first, gs.of[b].first), cmp.Compare(name(a), name(b)))
	})
	return keys
}
