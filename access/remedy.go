package access

import "slices"

// Remedy is a smallest set of changes after which the attempt is let in: no
// part of it suffices, and all of it was checked by deciding again.
type Remedy struct {
	Changes []Change
}

// By returns who must act: the one among the changes' actors who is furthest
// from the refused person.
func (r Remedy) By() Actor {
	var by Actor
	for _, c := range r.Changes {
		by = max(by, c.By)
	}
	return by
}

// Bounds of the search: no remedy needs more changes, and a set of very many
// locations or unmet policies must not take for ever.
const (
	maxRemedyChanges = 3
	maxRemedyTries   = 20000
)

// Remedies returns the smallest sets of changes that turn the decision into
// Grant, those with fewer changes and nearer actors first. There are none for a
// granted or undetermined attempt, and none may be found: then no single person
// can help.
func (e *Explanation) Remedies() []Remedy {
	if e.Verdict == Grant || e.Verdict == Undetermined {
		return nil
	}
	s := remedySearch{e: e, candidates: e.candidates(), tries: maxRemedyTries}
	for size := 1; size <= maxRemedyChanges; size++ {
		s.extend(0, size)
	}
	if !slices.ContainsFunc(s.found, Remedy.excludes) {
		s.excludeAll()
	}
	slices.SortStableFunc(s.found, func(a, b Remedy) int {
		if len(a.Changes) != len(b.Changes) {
			return len(a.Changes) - len(b.Changes)
		}
		return int(a.By()) - int(b.By())
	})
	return s.found
}

// remedySearch tries sets of changes, smaller ones first.
type remedySearch struct {
	e          *Explanation
	candidates []Change
	chosen     []int // places in candidates, ascending
	found      []Remedy
	foundSets  [][]int
	tries      int
}

// extend tries every set that has left more changes than chosen.
func (s *remedySearch) extend(from, left int) {
	if left == 0 {
		s.try()
		return
	}
	for n := from; n <= len(s.candidates)-left && s.tries > 0; n++ {
		if s.clashes(n) {
			continue
		}
		s.chosen = append(s.chosen, n)
		if !s.redundant() {
			s.extend(n+1, left-1)
		}
		s.chosen = s.chosen[:len(s.chosen)-1]
	}
}

// clashes reports whether a change would undo one that is chosen, or whether an
// exclusion comes with more than prompts: an admin who excludes a person does
// not send them elsewhere as well.
func (s *remedySearch) clashes(n int) bool {
	c := &s.candidates[n]
	return slices.ContainsFunc(s.chosen, func(m int) bool {
		o := &s.candidates[m]
		if (c.Kind == ChangeExclude) != (o.Kind == ChangeExclude) {
			return min(c.Kind, o.Kind) > ChangeRemediation
		}
		place := func(f string) bool { return f == "ipAddress" || f == "country" || f == "isCompliantNetwork" }
		return c.Fact == o.Fact && c.Kind != ChangeTerms && c.Kind != ChangeCustomControl && c.Kind != ChangeTrust && c.Fact != "satisfiedMethods" ||
			place(c.Fact) && place(o.Fact)
	})
}

// redundant reports whether a part of chosen is a remedy already.
func (s *remedySearch) redundant() bool {
	return slices.ContainsFunc(s.foundSets, func(set []int) bool {
		return !slices.ContainsFunc(set, func(n int) bool { return !slices.Contains(s.chosen, n) })
	})
}

// try decides again with the chosen changes made.
func (s *remedySearch) try() {
	s.tries--
	facts := *s.e.facts
	var without []int
	for _, n := range s.chosen {
		switch c := &s.candidates[n]; c.Kind {
		case ChangeExclude:
			without = append(without, c.policy)
		default:
			c.apply(&facts)
		}
	}
	if s.e.set.decideWithout(&facts, without).Verdict != Grant {
		return
	}
	r := Remedy{Changes: make([]Change, len(s.chosen))}
	for i, n := range s.chosen {
		r.Changes[i] = s.candidates[n]
	}
	s.found = append(s.found, r)
	s.foundSets = append(s.foundSets, slices.Clone(s.chosen))
}

// excludes reports whether an admin's exclusion is part of the remedy.
func (r Remedy) excludes() bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Kind == ChangeExclude })
}

// excludeAll tries to exclude the principal from every policy that no prompt
// meets, alone and with each prompt, if excluding from fewer does not help.
func (s *remedySearch) excludeAll() {
	var all, prompts []int
	for n := range s.candidates {
		switch kind := s.candidates[n].Kind; {
		case kind == ChangeExclude:
			all = append(all, n)
		case kind <= ChangeRemediation:
			prompts = append(prompts, n)
		}
	}
	if len(all) == 0 {
		return
	}
	s.tries += 1 + len(prompts)
	s.chosen = all
	s.try()
	for _, n := range prompts {
		if s.chosen = append(slices.Clone(all), n); !s.redundant() {
			s.try()
		}
	}
}

// decideWithout decides as though some policies did not apply.
func (s *Set) decideWithout(f *Facts, policies []int) Decision {
	var q query
	q.look(s, f)
	q.without = policies
	q.lookWho()
	return q.decide()
}
