package signinlog

import "slices"

// Clone returns a copy that stays what it is while the reader goes on.
func (r *Record) Clone() *Record {
	c := *r
	c.Audiences = slices.Clone(r.Audiences)
	c.AuthenticationContexts = slices.Clone(r.AuthenticationContexts)
	c.NetworkLocations = slices.Clone(r.NetworkLocations)
	c.AuthenticationRequirementPolicies = slices.Clone(r.AuthenticationRequirementPolicies)
	c.AuthenticationDetails = slices.Clone(r.AuthenticationDetails)
	c.AuthenticationProcessingDetails = slices.Clone(r.AuthenticationProcessingDetails)
	c.SessionLifetimePolicies = slices.Clone(r.SessionLifetimePolicies)
	c.Superseded = slices.Clone(r.Superseded)
	return &c
}

// reset empties the record and keeps its slices for the next row.
func (r *Record) reset() {
	// Clearing in place and putting eight slices back costs a third of
	// assigning a literal, which is made elsewhere and copied.
	audiences, contexts, networks := r.Audiences[:0], r.AuthenticationContexts[:0], r.NetworkLocations[:0]
	requirements, steps, details := r.AuthenticationRequirementPolicies[:0], r.AuthenticationDetails[:0], r.AuthenticationProcessingDetails[:0]
	lifetimes, superseded := r.SessionLifetimePolicies[:0], r.Superseded[:0]
	*r = Record{}
	r.Audiences, r.AuthenticationContexts, r.NetworkLocations = audiences, contexts, networks
	r.AuthenticationRequirementPolicies, r.AuthenticationDetails, r.AuthenticationProcessingDetails = requirements, steps, details
	r.SessionLifetimePolicies, r.Superseded = lifetimes, superseded
}
