package accesstest

import "slices"

// Words returns all words that may start a line.
func Words() []string {
	return slices.Sorted(slices.Values(slices.Concat(keys(directives), keys(policyLines), keys(factWords), keys(optionWords), sessionWords)))
}

// Nearest and Distance are for tests of suggestions.
var (
	Nearest  = nearest
	Distance = distance
)
