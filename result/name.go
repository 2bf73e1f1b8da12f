package result

import (
	"fmt"
	"strings"
)

// nameOf and valueOf carry the small closed types of this package (Kind, Stage, …) to and from the names in data and JSON.
func nameOf(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("unknown(%d)", v)
}

func valueOf(names []string, what string, text []byte, v *uint8) error {
	for i, name := range names {
		if strings.EqualFold(name, string(text)) {
			*v = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("%s %q: expected one of %s", what, clip(string(text), 40), strings.Join(names, ", "))
}

// The closed types in full, for menus, filters and tests.

// Kinds returns every [Kind].
func Kinds() []Kind { return every[Kind](len(kindNames)) }

// Durations returns every [Duration].
func Durations() []Duration { return every[Duration](len(durationNames)) }

// Fixers returns every [Fixer].
func Fixers() []Fixer { return every[Fixer](len(fixerNames)) }

// Risks returns every [Risk], lowest first.
func Risks() []Risk { return every[Risk](len(riskNames)) }

// Proofs returns every [Proof].
func Proofs() []Proof { return every[Proof](len(proofNames)) }

// Relations returns every [Relation].
func Relations() []Relation { return every[Relation](len(relationNames)) }

// Stages returns every [Stage] in the order of evaluation.
func Stages() []Stage { return every[Stage](len(stageNames)) }

func every[T ~uint8](n int) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = T(i)
	}
	return all
}
