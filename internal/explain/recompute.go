package explain

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/signinlog"
)

// recomputed is what deciding some records of a cause again showed.
type recomputed struct {
	tried, same, other, undetermined int
	policiesAreComputed              bool // the records name none
	reasons                          map[string][]Reason
	missing                          map[string][]string
	remedies                         []*triedRemedy
	refused                          int // of those tried: refused again, so that remedies were looked for
}

// triedRemedy is a remedy and how many of the records it helps.
type triedRemedy struct {
	Remedy
	key   string
	works int
}

// Reason tells what a policy wanted and what the first record showed.
type Reason struct {
	Condition string `json:"condition"`
	Satisfied *bool  `json:"satisfied"` // null if it depends on an unknown fact
	Wanted    string `json:"wanted"`
	Seen      string `json:"seen"`
}

func (r *recomputed) add(e replay.Explained, rec *signinlog.Record) {
	r.tried++
	switch {
	case e.Verdict == access.Undetermined:
		r.undetermined++
	case e.Verdict == access.Grant:
		r.other++
	default:
		r.same++
	}
	r.explain(e)
	if e.Verdict != access.Blocked && e.Verdict != access.Interrupt {
		return
	}
	r.refused++
	for _, remedy := range e.Remedies() {
		r.helped(remedy)
	}
}

// explain keeps the reasons of each policy that stands in the way, of the first
// record for which it does.
func (r *recomputed) explain(e replay.Explained) {
	for i := range e.Outcomes {
		o := &e.Outcomes[i]
		id := strings.ToLower(string(o.Policy.ID))
		if o.Result != access.ResultFailure && o.Result != access.ResultUnknown || r.reasons[id] != nil {
			continue
		}
		if r.reasons == nil {
			r.reasons, r.missing = map[string][]Reason{}, map[string][]string{}
		}
		reasons := []Reason{}
		for _, x := range e.Reasons(i) {
			reason := Reason{Condition: x.Condition.String(), Wanted: x.Wanted, Seen: x.Seen}
			if x.Truth != access.Unknown {
				held := x.Truth == access.True
				reason.Satisfied = &held
			}
			reasons = append(reasons, reason)
		}
		r.reasons[id] = reasons
		for _, m := range o.Missing {
			r.missing[id] = append(r.missing[id], m.String())
		}
	}
}

// maxRemedies is how many different remedies of a cause are followed.
const maxRemedies = 50

func (r *recomputed) helped(remedy access.Remedy) {
	t := triedRemedy{Remedy: Remedy{Change: map[string]string{}, By: remedy.By().String(), Verified: true}, works: 1}
	for _, c := range remedy.Changes {
		fact := firstOf(c.Fact, "policy")
		if before := t.Change[fact]; before != "" {
			t.Change[fact] = before + "; " + c.To
		} else {
			t.Change[fact] = c.To
		}
		t.Steps = append(t.Steps, Step{Kind: int(c.Kind), To: c.To, Value: c.Value})
		t.key += c.Fact + "=" + c.To + ";"
	}
	for _, known := range r.remedies {
		if known.key == t.key {
			known.works++
			return
		}
	}
	if len(r.remedies) < maxRemedies {
		r.remedies = append(r.remedies, &t)
	}
}

// list returns the remedies, those that help most records first; the order of
// the decision, nearest first, is kept among equals.
func (r *recomputed) list() []Remedy {
	slices.SortStableFunc(r.remedies, func(a, b *triedRemedy) int { return b.works - a.works })
	list := []Remedy{}
	for _, t := range r.remedies {
		t.Works, t.Of = t.works, r.refused
		list = append(list, t.Remedy)
	}
	return list
}
