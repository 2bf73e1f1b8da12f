package signin

import (
	"encoding/json"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// Refusal is the answer no, as much of it as whoever sees it may know: it is
// filtered by the tenant's disclosure level already. The log holds the rest.
type Refusal struct {
	// Code is what is told; the log may know better (50034 is told as 50126).
	Code                   result.Code `json:"code"`
	RequestID, Correlation string
	Time                   time.Time `json:"time"`
	// Silent: no page is possible in this request, so an interrupt is a
	// refusal.
	Silent bool `json:"silent,omitempty"`
	// Claims is the JSON document of a claims challenge, for the token
	// endpoint's "claims"; empty: none.
	Claims string `json:"claims,omitempty"`

	Tenant TenantView `json:"tenant,omitzero"`
	App    AppView    `json:"app,omitzero"`
	User   *UserView  `json:"user,omitempty"`

	// Disclosure is how much is told. Below remedy the members that follow
	// are empty; below condition, Conditions is.
	Disclosure directory.Disclosure `json:"disclosure"`
	Conditions []Condition          `json:"conditions,omitempty"`
	Remedies   []Remedy             `json:"remedies,omitempty"`
	// Temporary: waiting, trying again or something the person does may end
	// it; otherwise something must be changed.
	Temporary bool           `json:"temporary"`
	Fixers    []result.Fixer `json:"fixers,omitempty"`
	// Values fill the catalogue's texts: what was seen of the person.
	Values result.Values `json:"values,omitempty"`

	// Request is the request, with the front's State; zero if the request
	// could not be kept.
	Request Request `json:"request,omitzero"`
}

// Condition is one condition that took part in the refusal.
type Condition struct {
	Kind access.Condition `json:"kind"`
	// Seen is the value seen of the attempt. What the policy wanted is not
	// told: it would name address ranges and countries.
	Seen string `json:"seen,omitempty"`
}

// Remedy is changes that, all together, would have led to a grant; verified by
// deciding again. Those with fewer changes and nearer actors come first.
type Remedy struct {
	Changes []Change     `json:"changes"`
	By      access.Actor `json:"by"`
}

// Change is one change of a remedy. Value is the method, platform, kind of
// client or agreement to change to; places and policies are not named.
type Change struct {
	Kind  access.ChangeKind `json:"kind"`
	Value string            `json:"value,omitempty"`
	By    access.Actor      `json:"by"`
}

// State returns the front's own state.
func (r *Refusal) State() json.RawMessage { return r.Request.State }
