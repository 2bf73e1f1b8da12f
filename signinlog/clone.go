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
	*r = Record{
		Audiences:                         r.Audiences[:0],
		AuthenticationContexts:            r.AuthenticationContexts[:0],
		NetworkLocations:                  r.NetworkLocations[:0],
		AuthenticationRequirementPolicies: r.AuthenticationRequirementPolicies[:0],
		AuthenticationDetails:             r.AuthenticationDetails[:0],
		AuthenticationProcessingDetails:   r.AuthenticationProcessingDetails[:0],
		SessionLifetimePolicies:           r.SessionLifetimePolicies[:0],
		Superseded:                        r.Superseded[:0],
	}
}
