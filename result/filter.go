package result

import "slices"

// Filter chooses entries. An empty list admits everything; an entry must be admitted by every list.
type Filter struct {
	Risks     []Risk
	Kinds     []Kind
	Stages    []Stage
	Durations []Duration
	// Fixers admits entries that one of them can do something about.
	Fixers []Fixer
}

// Admits reports whether the filter lets the entry through.
func (f Filter) Admits(e Entry) bool {
	return admits(f.Risks, e.BaseRisk) && admits(f.Kinds, e.Kind) && admits(f.Stages, e.Stage) && admits(f.Durations, e.Duration) &&
		(len(f.Fixers) == 0 || slices.ContainsFunc(e.Fixers, func(x Fixer) bool { return slices.Contains(f.Fixers, x) }))
}

func admits[T comparable](wanted []T, v T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, v)
}

// Entries returns the entries it admits, sorted by code.
func (f Filter) Entries() []Entry {
	return slices.DeleteFunc(All(), func(e Entry) bool { return !f.Admits(e) })
}
