package directory

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Change says who changes something and when; it becomes an AuditEntry.
type Change struct {
	At          time.Time
	By          Actor
	Correlation string // correlation id of the request; empty: none
}

// ActorKind is what an actor is.
type ActorKind string

// The kinds of actors.
const (
	ActorUser        ActorKind = "user"        // a person signed in here
	ActorApplication ActorKind = "application" // an app with its own token
	ActorOperator    ActorKind = "operator"    // somebody at the server's command line
	ActorSystem      ActorKind = "system"      // the server itself
)

// Actor is the author of a change.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`   // object id; empty for operator and system
	Name string    `json:"name,omitempty"` // UPN, app name or login name, for people
	IP   string    `json:"ip,omitempty"`
}

// AuditEntry tells one change of one object.
type AuditEntry struct {
	ID          int64 // ascending in the order of the changes
	TenantID    access.TenantID
	At          time.Time
	By          Actor
	Correlation string
	Action      string // create, update, delete, or a verb of the object's own
	Kind        string // of the object: user, group, policy, …
	ObjectID    string
	Name        string // its display name then
	// Before and After are the object's JSON; Before is null for a
	// creation, After for a deletion. Secrets are left out.
	Before, After json.RawMessage
}

// AuditQuery selects audit entries; zero members select all.
type AuditQuery struct {
	TenantID     access.TenantID
	Kind, Object string
	From, Until  time.Time // From ≤ At < Until
	Before       int64     // only entries with a smaller ID: the next page
	Limit        int       // as Page.Limit
}

// Audit reads the audit log. Stores write it as part of each change.
type Audit interface {
	// Audit returns entries, newest first.
	Audit(ctx context.Context, query AuditQuery) ([]AuditEntry, error)
}

// Redacted is an optional method of objects that hold secrets: it returns what
// the audit log may show in the object's place.
type Redacted interface {
	Redacted() any
}
