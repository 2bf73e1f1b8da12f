package lint

import (
	"cmp"
	"slices"

	"github.com/sallyport-id/sallyport/access"
)

// Severity is how much a finding matters.
type Severity string

// The severities. An error means that the tenant does not do what its policies
// say, or locks people out; a warning, that it probably does not do what was
// meant; info is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// rank orders severities, the worst first.
func (s Severity) rank() int {
	return slices.Index([]Severity{Error, Warning, Info}, s)
}

// AtLeast tells whether s is as bad as t or worse.
func (s Severity) AtLeast(t Severity) bool { return s.rank() <= t.rank() }

// Finding is one thing that is wrong, or worth knowing.
type Finding struct {
	PolicyID   access.PolicyID   `json:"policyId"` // empty: not about one policy
	PolicyName string            `json:"policyName,omitempty"`
	Severity   Severity          `json:"severity"`
	Rule       string            `json:"rule"`                // one of Rules
	Reference  string            `json:"reference,omitempty"` // the rule of Conditional Access behind it, such as CA-103
	Message    string            `json:"message"`             // a sentence for people
	Path       string            `json:"path"`                // where: its file, # and the JSON path inside the object, as far as they are known
	Line       int               `json:"line,omitempty"`      // of the file: where the object begins
	Policies   []access.PolicyID `json:"policies,omitempty"`  // others that have part in it
}

// Rule is a kind of finding.
type Rule struct {
	Name     string
	Severity Severity // the usual one
	Summary  string
}

// sorted orders findings: the worst first, then in the tenant's order.
func sorted(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(a.Severity.rank(), b.Severity.rank()) })
	return all
}
