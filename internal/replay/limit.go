package replay

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limit is a number of records that must not be reached, such as
// newly-blocked>0: it fails a report for which it holds.
type Limit struct {
	name, relation string
	number         int64
}

// limits are the numbers that a Limit can be about.
var limits = map[string]func(*Report) int64{
	"records":      func(r *Report) int64 { return r.Counts.Records },
	"disagree":     func(r *Report) int64 { return r.Counts.Disagree },
	"undetermined": func(r *Report) int64 { return r.Counts.Undetermined },
	"skipped-rows": func(r *Report) int64 { return r.Counts.SkippedRows },

	"newly-blocked":    func(r *Report) int64 { return r.Impact.NewlyBlocked },
	"newly-challenged": func(r *Report) int64 { return r.Impact.NewlyChallenged },
	"newly-let-in":     func(r *Report) int64 { return r.Impact.NewlyLetIn },
	"eased":            func(r *Report) int64 { return r.Impact.Eased },
	"may-change":       func(r *Report) int64 { return r.Impact.Undetermined },
	"changed": func(r *Report) int64 {
		i := r.Impact
		return i.NewlyBlocked + i.NewlyChallenged + i.NewlyLetIn + i.Eased + i.Undetermined
	},
}

var limitForm = regexp.MustCompile(`^\s*([a-z-]+)\s*(>=|<=|==|!=|>|<|=)\s*([0-9]+)\s*$`)

// ParseLimit reads a limit: a name, one of > >= < <= = != and a number.
func ParseLimit(s string) (Limit, error) {
	names := make([]string, 0, len(limits))
	for n := range limits {
		names = append(names, n)
	}
	slices.Sort(names)
	m := limitForm.FindStringSubmatch(s)
	if m == nil {
		return Limit{}, fmt.Errorf("found %q, expected a limit such as newly-blocked>0 of one of %s", s, strings.Join(names, ", "))
	}
	if limits[m[1]] == nil {
		return Limit{}, fmt.Errorf("found a limit of %q, expected one of %s", m[1], strings.Join(names, ", "))
	}
	n, err := strconv.ParseInt(m[3], 10, 64)
	if err != nil {
		return Limit{}, fmt.Errorf("found the number %s, which is too large", m[3])
	}
	return Limit{m[1], m[2], n}, nil
}

// NeedsImpact reports whether the limit is about changes, which only a replay
// with two snapshots finds.
func (l Limit) NeedsImpact() bool {
	return !slices.Contains([]string{"records", "disagree", "undetermined", "skipped-rows"}, l.name)
}

// Holds reports whether the limit is reached.
func (l Limit) Holds(r *Report) bool {
	n := limits[l.name](r)
	switch l.relation {
	case ">":
		return n > l.number
	case ">=":
		return n >= l.number
	case "<":
		return n < l.number
	case "<=":
		return n <= l.number
	case "!=":
		return n != l.number
	}
	return n == l.number
}

// String returns the limit with what it found.
func (l Limit) String() string { return fmt.Sprintf("%s%s%d", l.name, l.relation, l.number) }
