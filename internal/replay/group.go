package replay

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/signinlog"
)

// Tally counts by name. It remembers a bounded number of names; what is counted
// under further ones is in Others.
type Tally struct {
	counts map[string]*int64
	others int64
}

// Named is how often a name was counted.
type Named struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// Room is how many names all tallies of a run may still remember together.
type Room struct{ left int64 }

// maxNames is how many names the tallies of a run remember together; with a
// name of usual length that is some 60 MB. A longer one counts for several.
const (
	maxNames      = 400_000
	usualNameSize = 128
)

// NewRoom returns the room of one run.
func NewRoom() *Room { return &Room{maxNames} }

func (r *Room) take(name string) bool {
	if r.left <= 0 {
		return false
	}
	r.left -= 1 + int64(len(name)/usualNameSize)
	return true
}

// Add counts n more under a name; an empty name is none.
func (t *Tally) Add(name string, n int64, r *Room) {
	if name == "" {
		return
	}
	if count, ok := t.counts[name]; ok {
		*count += n
		return
	}
	if !r.take(name) {
		t.others += n
		return
	}
	if t.counts == nil {
		t.counts = map[string]*int64{}
	}
	// The name may be a piece of the log's text, which it would keep alive.
	t.counts[strings.Clone(name)] = &n
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
		all = append(all, Named{name, *count})
	}
	return mostCounted(all, n)
}

func mostCounted(all []Named, n int) []Named {
	slices.SortFunc(all, func(a, b Named) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	if n > 0 && len(all) > n {
		all = all[:n]
	}
	return all
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
	users, apps, countries counter
	sample                 Sample
	first                  int64  // of the records, by its place in the log
	detail                 string // by the first
}

// entry is what is counted of a record.
type entry struct {
	seq                    int64 // place in the log
	id, user, app, country string
	effect                 *effect

	numbered bool // the names' numbers are these
	numbers  [3]uint32
}

func (e *entry) number(b *nameBook) {
	if !e.numbered {
		e.numbers, e.numbered = [...]uint32{b.number(e.user), b.number(e.app), b.number(e.country)}, true
	}
}

func (e *entry) read(rec *signinlog.Record, seq int64) {
	e.seq, e.id, e.user, e.app, e.country = seq, rec.ID, userOf(rec), firstOf(rec.AppDisplayName, rec.AppID), rec.Location.CountryOrRegion
}

func userOf(rec *signinlog.Record) string {
	return firstOf(rec.UserPrincipalName, rec.UserID, rec.ServicePrincipalName, rec.ServicePrincipalID)
}

// groups are groups by what the records have in common. Records come to them in
// the order of the log.
type groups[K comparable] struct {
	places map[K]int32
	keys   []K
	list   []group
	book   *nameBook
	cap    int   // of samples
	lost   int64 // records whose group was one too many
}

// maxGroups is how many groups of a kind are told apart. Policies and facts make
// groups, not people and records, so that a log with more has something else
// wrong with it.
const maxGroups = 5000

// Places of groups that are none: records that count in none, and those that
// would count in one too many.
const (
	noGroup   int32 = -1
	lostGroup int32 = -2
)

func newGroups[K comparable](b *nameBook, sampled int) *groups[K] {
	return &groups[K]{places: map[K]int32{}, book: b, cap: sampled}
}

// place returns the group of records that have k in common. The first of them is at
// hand if the group is new; detail then tells of it.
func (gs *groups[K]) place(k K, first *entry, detail func() string) int32 {
	n, ok := gs.places[k]
	switch {
	case ok:
		return n
	case len(gs.list) >= maxGroups:
		return lostGroup
	}
	n = int32(len(gs.list))
	gs.places[k] = n
	gs.keys = append(gs.keys, k)
	gs.list = append(gs.list, group{first: first.seq, detail: detail(), sample: NewSample(gs.cap)})
	return n
}

// count counts a record in a group.
func (gs *groups[K]) count(n int32, e *entry) {
	switch n {
	case noGroup:
		return
	case lostGroup:
		gs.lost++
		return
	}
	g := &gs.list[n]
	g.count++
	e.number(gs.book)
	g.users.add(e.numbers[0], 1, gs.book)
	g.apps.add(e.numbers[1], 1, gs.book)
	g.countries.add(e.numbers[2], 1, gs.book)
	if len(g.sample.ids) < gs.cap {
		g.sample.Add(e.seq, e.id)
	}
}

// sorted returns the places of the groups, those with the most records first.
func (gs *groups[K]) sorted(name func(K) string) []int {
	order := make([]int, len(gs.list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &gs.list[a], &gs.list[b]
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(x.first, y.first), cmp.Compare(name(gs.keys[a]), name(gs.keys[b])))
	})
	return order
}
