package access

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Set is a compiled set of policies. It does not change and may be used by
// several goroutines at once.
type Set struct {
	arena    arena
	options  Options
	policies []Policy
	skipped  Faults
	hash     string

	everything row // all policies
	enabled    row // enforced: enabled, and valid (CA-8)
	reportOnly row // evaluated, not enforced
	skips      row // policies that a live decision leaves out when unsure
	limits     row // policies with session controls

	users        userIndex
	workloads    workloadIndex
	apps         appIndex
	clients      clientIndex
	platforms    platformIndex
	locations    locationIndex
	signInRisk   levelIndex
	userRisk     levelIndex
	workloadRisk levelIndex
	agentRisk    levelIndex
	insiderRisk  levelIndex
	flows        levelIndex
	devices      deviceIndex
	demands      demandIndex

	configured     [explainedConditions]row // policies that configure each condition
	explainedInUse []int                    // those that some policy configures
	simpleInUse    []int                    // conditions of one value that some policy configures
	outcomes       []Outcome                // one for each policy, what explanations start from
	places         *places
	strengths      *strengths
}

// Policies returns the policies in the order of the outcomes; the caller must
// not change them.
func (s *Set) Policies() []Policy { return s.policies }

// Skipped returns the faults of what Options.SkipInvalid left out.
func (s *Set) Skipped() Faults { return s.skipped }

// Hash identifies the set: equal policies, locations, strengths and options
// have equal hashes. It is kept with every record, so that a decision can be
// made again.
func (s *Set) Hash() string { return s.hash }

// Location returns the named location with an id.
func (s *Set) Location(id LocationID) (Location, bool) {
	if n, ok := s.places.find(id); ok {
		return s.places.all[n], true
	}
	return Location{}, false
}

// Strength returns the authentication strength with an id.
func (s *Set) Strength(id StrengthID) (Strength, bool) {
	if found := s.strengths.find(id); found != nil {
		return *found, true
	}
	return Strength{}, false
}

// sum hashes what a set is made of.
func sum(src *Source, opt Options) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	write := func(v any) {
		if err := enc.Encode(v); err != nil {
			panic(err) // plain values always encode
		}
	}
	for i := range src.Policies {
		p := src.Policies[i]
		write(p)
		for _, f := range policyFilters(&p) {
			write(f.Rule.String())
		}
	}
	write(src.Locations)
	write(src.Strengths)
	write(src.MFATrustedIPs)
	write(opt)
	return hex.EncodeToString(h.Sum(nil))
}

// policyFilters returns the filters of a policy that are there.
func policyFilters(p *Policy) []*Filter {
	c := &p.Conditions
	list := []*Filter{c.DeviceFilter, c.Applications.Filter}
	if c.Workloads != nil {
		list = append(list, c.Workloads.Filter, c.Workloads.AgentFilter)
	}
	return slices.DeleteFunc(list, func(f *Filter) bool { return f == nil })
}
