package replay

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// recordedLists numbers the lists of policies that records have. Readers share a
// list among the records that have it, so that most are known by where they lie.
type recordedLists struct {
	known    map[listPlace]uint32
	listed   int // policies of those
	outcomes map[*signinlog.PolicyOutcome]uint32

	numbers map[string]uint32 // by the numbers of their outcomes
	bytes   int               // of those
	alike   map[toldOutcome]uint32
	spelled []byte

	full bool // there is no room for a list
	long bool // an id is longer than is worth remembering
}

// listPlace is where a list lies. It keeps the list alive, so that no other comes
// to lie there.
type listPlace struct {
	first **signinlog.PolicyOutcome
	size  int
}

// toldOutcome is all that is compared of what a record tells of a policy.
type toldOutcome struct {
	id                      string
	result                  signinlog.Maybe[access.Result]
	satisfied, notSatisfied signinlog.Maybe[access.Condition]
}

const (
	maxListed    = 1 << 18
	maxOutcomes  = 1 << 14 // that are known by their address, by whomever
	maxListBytes = 4 << 20
)

func newRecordedLists() recordedLists {
	return recordedLists{known: map[listPlace]uint32{}, outcomes: map[*signinlog.PolicyOutcome]uint32{},
		numbers: map[string]uint32{}, alike: map[toldOutcome]uint32{}}
}

// of returns the number of a list; 0 if it is empty.
func (l *recordedLists) of(list []*signinlog.PolicyOutcome) uint32 {
	if len(list) == 0 {
		return 0
	}
	at := listPlace{&list[0], len(list)}
	n, ok := l.known[at]
	if ok {
		return n
	}
	if n, ok = l.number(list); !ok {
		return 0
	}
	if l.listed += len(list); l.listed > maxListed {
		l.letGo()
	}
	l.known[at] = n
	return n
}

// letGo forgets where lists and outcomes lie, which keeps them alive.
func (l *recordedLists) letGo() {
	clear(l.known)
	clear(l.outcomes)
	l.listed = 0
}

func (l *recordedLists) number(list []*signinlog.PolicyOutcome) (uint32, bool) {
	l.spelled = l.spelled[:0]
	for _, o := range list {
		n, ok := l.outcome(o)
		if !ok {
			return 0, false
		}
		l.spelled = appendNumber(l.spelled, n)
	}
	n, ok := l.numbers[string(l.spelled)]
	if ok {
		return n, true
	}
	if l.bytes += len(l.spelled); l.bytes > maxListBytes {
		l.full = true
		return 0, false
	}
	n = uint32(len(l.numbers) + 1)
	l.numbers[string(l.spelled)] = n
	return n, true
}

func (l *recordedLists) outcome(o *signinlog.PolicyOutcome) (uint32, bool) {
	if n, ok := l.outcomes[o]; ok {
		return n, true
	}
	like := toldOutcome{o.ID, o.Result, o.Satisfied, o.NotSatisfied}
	n, ok := l.alike[like]
	switch {
	case ok:
	case len(o.ID) > maxWordSize:
		l.long = true
		return 0, false
	case len(l.alike) >= maxOutcomes:
		l.full = true
		return 0, false
	default:
		n = uint32(len(l.alike))
		like.id = strings.Clone(o.ID)
		l.alike[like] = n
	}
	if len(l.outcomes) >= maxOutcomes {
		l.letGo()
	}
	l.outcomes[o] = n
	return n, true
}

// again begins anew if there was no room, and reports whether it did.
func (l *recordedLists) again() bool {
	if !l.full {
		return false
	}
	*l = newRecordedLists()
	return true
}
