package explain

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/signinlog"
)

// timeline counts refusals by spans of time that grow as the log gets longer.
type timeline struct {
	span  int64 // seconds
	spans map[int64]*Span
}

// Span is how many sign-ins were refused and interrupted in a span of time.
type Span struct {
	Start       time.Time `json:"start"`
	Seconds     int64     `json:"seconds"`
	Refused     int64     `json:"refused"`
	Interrupted int64     `json:"interrupted"`
}

// maxSpans is how many spans a chart can show.
const maxSpans = 120

// spanLengths are lengths that people think in.
var spanLengths = []int64{60, 5 * 60, 15 * 60, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 7 * 86400, 28 * 86400, 364 * 86400, 3640 * 86400}

func newTimeline() timeline { return timeline{span: spanLengths[0], spans: map[int64]*Span{}} }

func (t *timeline) add(at time.Time, o signinlog.Outcome) {
	if at.IsZero() {
		return
	}
	known := len(t.spans)
	s := t.at(floor(at.Unix(), t.span))
	if o == signinlog.Interrupted {
		s.Interrupted++
	} else {
		s.Refused++
	}
	for len(t.spans) != known && !t.fits() {
		t.widen()
	}
}

func floor(at, span int64) int64 {
	if at < 0 {
		return -((-at + span - 1) / span) * span
	}
	return at / span * span
}

func (t *timeline) at(start int64) *Span {
	s, ok := t.spans[start]
	if !ok {
		s = &Span{Start: time.Unix(start, 0).UTC(), Seconds: t.span}
		t.spans[start] = s
	}
	return s
}

// fits reports whether the spans, with the empty ones between, can be shown.
func (t *timeline) fits() bool {
	if len(t.spans) < 2 || t.span == spanLengths[len(spanLengths)-1] {
		return true
	}
	first, last := t.ends()
	return (last-first)/t.span < maxSpans
}

func (t *timeline) ends() (first, last int64) {
	keys := slices.Collect(maps.Keys(t.spans))
	return slices.Min(keys), slices.Max(keys)
}

// widen makes the spans longer.
func (t *timeline) widen() {
	next := slices.IndexFunc(spanLengths, func(l int64) bool { return l > t.span })
	old := t.spans
	t.span, t.spans = spanLengths[next], map[int64]*Span{}
	for start, s := range old {
		to := t.at(floor(start, t.span))
		to.Refused += s.Refused
		to.Interrupted += s.Interrupted
	}
}

// list returns the spans in the order of time, empty ones included.
func (t *timeline) list() []Span {
	list := []Span{}
	if len(t.spans) == 0 {
		return list
	}
	first, last := t.ends()
	if (last-first)/t.span >= 10*maxSpans { // dates that make no sense
		for _, s := range t.spans {
			list = append(list, *s)
		}
		slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.Start.Unix(), b.Start.Unix()) })
		return list
	}
	for at := first; at <= last; at += t.span {
		list = append(list, *t.at(at))
	}
	return list
}
