package snapshot

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// sameCombinations reports whether two strengths are satisfied by the same: their
// order says nothing.
func sameCombinations(a, b []access.Combination) bool {
	return slices.EqualFunc(sortedCombinations(a), sortedCombinations(b), func(x, y access.Combination) bool {
		return x.Methods == y.Methods && sameSet(x.AAGUIDs, y.AAGUIDs) && sameSet(x.IssuerSKIs, y.IssuerSKIs) && sameSet(x.PolicyOIDs, y.PolicyOIDs)
	})
}

func sortedCombinations(list []access.Combination) []access.Combination {
	return slices.SortedFunc(slices.Values(list), func(x, y access.Combination) int { return int(x.Methods) - int(y.Methods) })
}

// sameSet compares ids without regard to order and letter case (CA-6).
func sameSet(a, b []string) bool {
	fold := func(list []string) []string {
		low := make([]string, len(list))
		for i, s := range list {
			low[i] = strings.ToLower(s)
		}
		slices.Sort(low)
		return slices.Compact(low)
	}
	return slices.Equal(fold(a), fold(b))
}
