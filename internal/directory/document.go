package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// DocumentKind is what a Document describes.
type DocumentKind string

// The kinds of documents that together make a tenant's access.Source.
const (
	PolicyDocument   DocumentKind = "policy"
	LocationDocument DocumentKind = "namedLocation"
	StrengthDocument DocumentKind = "authenticationStrength"
)

// Document is a policy, named location or authentication strength as Graph
// writes it. What it means is for access/graphjson to read; here it is kept to
// the letter, so that what an admin wrote is what an admin gets back.
type Document struct {
	Kind     DocumentKind    `json:"kind"`
	ID       string          `json:"id"`
	TenantID access.TenantID `json:"tenantId"`
	// DisplayName and State repeat the document's members; State is empty
	// for documents that have none.
	DisplayName string          `json:"displayName"`
	State       string          `json:"state,omitempty"`
	JSON        json.RawMessage `json:"document"`
	Created     time.Time       `json:"createdDateTime"`
	Modified    time.Time       `json:"modifiedDateTime,omitzero"`
}

// The states of a policy document.
const (
	StateEnabled    = "enabled"
	StateDisabled   = "disabled"
	StateReportOnly = "enabledForReportingButNotEnforced"
)

// Documents stores documents of one kind.
type Documents[ID ~string] interface {
	Objects[ID, Document]
}

// The collections of documents. A policy may be enabled only while security
// defaults are off, and they can be turned on only while no policy is enabled:
// both are fault.Conflict (CA-9).
type (
	Policies  = Documents[access.PolicyID]
	Locations = Documents[access.LocationID]
	Strengths = Documents[access.StrengthID]
)

// PolicySet is every document of a tenant that decides access, read at one
// moment.
type PolicySet struct {
	Version                        PolicyVersion
	Policies, Locations, Strengths []Document
}

// PolicyVersion grows with each change of a tenant's documents or of its
// settings, so that whoever keeps a compiled set knows when it is old.
type PolicyVersion int64

// PolicySets reads a tenant's documents together.
type PolicySets interface {
	// PolicySet returns all documents, each kind by id.
	PolicySet(ctx context.Context, tenant access.TenantID) (PolicySet, error)
	// PolicyVersion returns the version only; it is one cheap read.
	PolicyVersion(ctx context.Context, tenant access.TenantID) (PolicyVersion, error)
}

// Check brings d into its stored form and reports every broken rule, except
// those of the policy language, which access/graphjson knows. The id in the
// JSON, if there is one, must be the document's.
func (d *Document) Check() error {
	fold(&d.ID)
	fold(&d.TenantID)
	instants(&d.Created, &d.Modified)
	var c fault.Check
	checkIDs(&c, d.ID, d.TenantID)
	var members struct {
		ID          *string `json:"id"`
		DisplayName *string `json:"displayName"`
		State       *string `json:"state"`
	}
	var compact bytes.Buffer
	switch err := json.Unmarshal(d.JSON, &members); {
	case err != nil:
		c.Add("document", "is not a JSON object with text for id, displayName and state: %v", err)
	case json.Compact(&compact, d.JSON) == nil:
		d.JSON = compact.Bytes()
	}
	if members.ID != nil {
		c.Require(Fold(*members.ID) == d.ID, "document.id", "is %q, but the document's id is %q", *members.ID, d.ID)
	}
	if members.DisplayName != nil {
		d.DisplayName = strings.TrimSpace(*members.DisplayName)
	}
	if members.State != nil {
		d.State = *members.State
	}
	checkName(&c, "displayName", d.DisplayName)
	switch d.Kind {
	case PolicyDocument:
		c.Require(d.State == StateEnabled || d.State == StateDisabled || d.State == StateReportOnly, "state", "%q is unknown; enabled, disabled or enabledForReportingButNotEnforced is expected", d.State)
	case LocationDocument, StrengthDocument:
		c.Require(d.State == "", "state", "is %q, but a %s has none", d.State, d.Kind)
	default:
		c.Add("kind", "%q is unknown", d.Kind)
	}
	return c.Err(string(d.Kind))
}
