package access

import (
	"fmt"
	"strings"
)

// Source is everything that Compile needs of a tenant.
type Source struct {
	Policies  []Policy
	Locations []Location
	// Strengths are the custom strengths; the built-in ones are always there.
	Strengths []Strength
	// MFATrustedIPs are the addresses of the old per-user MFA settings.
	MFATrustedIPs []Range
}

// Options change how a set decides. The zero value is the offline instrument's
// strictest form.
type Options struct {
	// Live resolves unknown facts by each policy's OnUnknown, so that the
	// verdict is never Undetermined.
	Live bool
	// CarryUnresolved makes a location or strength that the source does not
	// define an unknown fact instead of a fault.
	CarryUnresolved bool
	// SkipInvalid leaves faulty policies out instead of refusing the set.
	SkipInvalid bool
	// LegacyBaselineScopes follows CA-39 instead of CA-40.
	LegacyBaselineScopes bool
	// EnforceApprovedApp keeps the retired approvedApplication control (CA-107).
	EnforceApprovedApp bool
}

// Fault is one thing that makes a policy, location or strength unusable.
type Fault struct {
	Kind        string // policy, location, strength
	ID          string
	DisplayName string
	Path        string // JSON path inside the object
	Reason      string // what was found and what was expected
	Rule        string // id of the rule that is broken, such as CA-103
}

func (f Fault) Error() string {
	s := fmt.Sprintf("%s %s", f.Kind, f.ID)
	if f.DisplayName != "" {
		s += fmt.Sprintf(" (%s)", f.DisplayName)
	}
	if f.Path != "" {
		s += " " + f.Path
	}
	return s + ": " + f.Reason
}

// Faults are all that Compile found, in the source's order.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}
