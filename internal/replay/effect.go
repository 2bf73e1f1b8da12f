package replay

import (
	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// finding is what comes of replaying one record.
type finding struct {
	match       match
	differences []found
	doubt       *doubt
	decision    access.Decision // by the first snapshot; only without policies, or with a second snapshot
	change      *transition     // nil if the second snapshot decides the same
	unknown     bool            // neither snapshot's decision can be told

	explained Explained // by the first snapshot; only where the record tells of policies

	attempt attempt // that it is about
}

// forget lets go what the finding refers to, so that another may be found.
func (f *finding) forget() {
	clear(f.differences)
	f.match, f.differences, f.doubt, f.change, f.unknown = agrees, f.differences[:0], nil, nil, false
	f.explained, f.decision = Explained{}, access.Decision{}
}

// found is a difference and where it was found, for whoever explains it.
type found struct {
	difference
	place   int // of the policy in the set
	outcome *signinlog.PolicyOutcome
	logged  access.Result // what the record should tell
}

func (f *finding) differ(d found) {
	f.match = disagrees
	f.differences = append(f.differences, d)
}

// effect is a finding as it is remembered for all records of a situation: the groups
// that they count in. Until the first of them is counted, only the finding is there.
type effect struct {
	match       match
	early       bool // policies were not reached
	unknown     bool
	differences []int32
	doubt       int32
	change      int32
	finding     *finding
	remembered  bool
}

// plain reports whether records of the effect are counted in no group.
func (e *effect) plain() bool {
	return e.finding == nil && len(e.differences) == 0 && e.doubt == noGroup && e.change == noGroup
}
