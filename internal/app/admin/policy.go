package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// States of a policy, by the words of the command line.
var states = map[string]string{"enabled": directory.StateEnabled, "disabled": directory.StateDisabled, "report-only": directory.StateReportOnly}

// StateOf returns Graph's word for a state of the command line.
func StateOf(word string) (string, error) {
	if state, known := states[word]; known {
		return state, nil
	}
	for _, state := range states {
		if strings.EqualFold(word, state) {
			return state, nil
		}
	}
	return "", fault.New(fault.Invalid, "%q is no state of a policy; enabled, disabled or report-only is expected.", word)
}

// Policies returns the tenant's policies by name.
func (t *Tenant) Policies(ctx context.Context) ([]directory.Document, error) {
	list, err := all(func(p directory.Page) ([]directory.Document, error) { return t.d.Policies.List(ctx, t.ID, p) }, documentID)
	slices.SortFunc(list, func(a, b directory.Document) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	return list, err
}

func documentID(d *directory.Document) string { return d.ID }

// FindPolicy returns the policy of an id or a name, or of the beginning of
// either.
func (t *Tenant) FindPolicy(ctx context.Context, name string) (directory.Document, error) {
	list, err := t.Policies(ctx)
	if err != nil {
		return directory.Document{}, err
	}
	return pick("policy", name, list, func(d *directory.Document) []string { return []string{d.DisplayName, d.ID} })
}

// SetPolicyState enables or disables a policy, or lets it only report. What
// would lock out every administrator is refused unless it is forced; to disable
// a policy is never refused.
func (t *Tenant) SetPolicyState(ctx context.Context, name, state string, force bool) (directory.Document, error) {
	policy, err := t.FindPolicy(ctx, name)
	if err != nil {
		return policy, err
	}
	err = t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		changed, err := t.d.Policies.Update(ctx, t.change(), t.ID, access.PolicyID(policy.ID), func(d *directory.Document) error {
			text, err := withState(d.JSON, state)
			d.JSON, d.State, d.Modified = text, state, t.now()
			return err
		})
		if err != nil {
			return err
		}
		policy = changed
		if state != directory.StateEnabled || force {
			return nil
		}
		return t.refuseLockOut(ctx)
	})
	return policy, err
}

// withState returns a policy's JSON with another state.
func withState(text json.RawMessage, state string) (json.RawMessage, error) {
	return withMember(text, "state", state)
}

// withMember returns a JSON object with one member of text changed, or added at
// its beginning; the others stay as they were written.
func withMember(text json.RawMessage, name, value string) (json.RawMessage, error) {
	quoted, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write a policy: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, fault.New(fault.Invalid, "The document is not a JSON object.")
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("read a policy: %w", err)
		}
		var old json.RawMessage
		if err := decoder.Decode(&old); err != nil {
			return nil, fmt.Errorf("read a policy: %w", err)
		}
		if at := int(decoder.InputOffset()); key == name {
			return slices.Concat(text[:at-len(old)], quoted, text[at:]), nil
		}
	}
	open := bytes.IndexByte(text, '{') + 1
	separator := ","
	if rest := bytes.TrimSpace(text[open:]); len(rest) > 0 && rest[0] == '}' {
		separator = ""
	}
	return slices.Concat(text[:open], []byte(`"`+name+`":`), quoted, []byte(separator), text[open:]), nil
}

// RemovePolicy deletes a policy.
func (t *Tenant) RemovePolicy(ctx context.Context, name string) (directory.Document, error) {
	policy, err := t.FindPolicy(ctx, name)
	if err != nil {
		return policy, err
	}
	return policy, t.d.Policies.Delete(ctx, t.change(), t.ID, access.PolicyID(policy.ID))
}

// Imported is what came of one document of an import.
type Imported struct {
	Kind   directory.DocumentKind `json:"kind"`
	ID     string                 `json:"id"`
	Name   string                 `json:"displayName"`
	State  string                 `json:"state,omitempty"`
	Result string                 `json:"result"` // added, changed, unchanged
}

// Import adds the policies, named locations and authentication strengths of a
// snapshot, or replaces those of the same id: all of them, or none. A state
// that is given replaces those of the policies.
func (t *Tenant) Import(ctx context.Context, s *snapshot.Tenant, state string, force bool) ([]Imported, error) {
	documents, err := t.documentsOf(s, state)
	if err != nil {
		return nil, err
	}
	var results []Imported
	err = t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		results = results[:0]
		enabled := false
		for i := range documents {
			d := documents[i]
			result, err := t.put(ctx, d)
			if err != nil {
				return fmt.Errorf("%s %q: %w", d.Kind, d.DisplayName, err)
			}
			results = append(results, Imported{d.Kind, d.ID, d.DisplayName, d.State, result})
			enabled = enabled || d.Kind != directory.PolicyDocument || d.State == directory.StateEnabled
		}
		if !enabled || force {
			return nil
		}
		return t.refuseLockOut(ctx)
	})
	return results, err
}

// documentsOf returns a snapshot's objects as they are stored, those that
// others name first.
func (t *Tenant) documentsOf(s *snapshot.Tenant, state string) ([]directory.Document, error) {
	var list []directory.Document
	add := func(kind directory.DocumentKind, id, name, state string, node *graphjson.Node, encode func() ([]byte, error)) error {
		text, err := encode()
		if node != nil {
			text, err = node.MarshalJSON()
		}
		if err != nil {
			return err
		}
		if id == "" {
			if id, err = t.newID(); err != nil {
				return err
			}
		}
		members := [][2]string{{"id", id}}
		if state != "" {
			members = append(members, [2]string{"state", state})
		}
		for _, m := range members {
			if text, err = withMember(text, m[0], m[1]); err != nil {
				return err
			}
		}
		list = append(list, directory.Document{Kind: kind, ID: directory.Fold(id), TenantID: t.ID, DisplayName: name, State: state, JSON: text, Created: t.now()})
		return nil
	}
	for i := range s.Locations {
		l := &s.Locations[i]
		if l.Deleted {
			continue
		}
		if err := add(directory.LocationDocument, string(l.ID), l.DisplayName, "", l.Origin, func() ([]byte, error) { return graphjson.EncodeLocation(l) }); err != nil {
			return nil, err
		}
	}
	for i := range s.Strengths {
		one := &s.Strengths[i]
		if one.PolicyType == "builtIn" {
			continue
		}
		if err := add(directory.StrengthDocument, string(one.ID), one.DisplayName, "", one.Origin, func() ([]byte, error) { return graphjson.EncodeStrength(one) }); err != nil {
			return nil, err
		}
	}
	for i := range s.Policies {
		p := &s.Policies[i]
		if p.Deleted || p.State == access.StateNone {
			continue
		}
		as := state
		if as == "" {
			as = graphState(p.State)
		}
		if err := add(directory.PolicyDocument, string(p.ID), p.DisplayName, as, p.Origin, func() ([]byte, error) { return graphjson.EncodePolicy(p) }); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func graphState(s access.State) string {
	switch s {
	case access.StateEnabled:
		return directory.StateEnabled
	case access.StateReportOnly:
		return directory.StateReportOnly
	}
	return directory.StateDisabled
}

// put creates a document or replaces the one of the same id.
func (t *Tenant) put(ctx context.Context, d directory.Document) (string, error) {
	switch d.Kind {
	case directory.LocationDocument:
		return putIn(ctx, t, t.d.Locations, d)
	case directory.StrengthDocument:
		return putIn(ctx, t, t.d.Strengths, d)
	}
	return putIn(ctx, t, t.d.Policies, d)
}

func putIn[ID ~string](ctx context.Context, t *Tenant, documents directory.Documents[ID], d directory.Document) (string, error) {
	old, err := documents.Get(ctx, t.ID, ID(d.ID))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return "added", documents.Create(ctx, t.change(), &d)
	case err != nil:
		return "", err
	}
	fresh := d
	if err := fresh.Check(); err != nil {
		return "", err
	}
	if bytes.Equal(old.JSON, fresh.JSON) {
		return "unchanged", nil
	}
	_, err = documents.Update(ctx, t.change(), t.ID, ID(d.ID), func(now *directory.Document) error {
		now.JSON, now.State, now.DisplayName, now.Modified = d.JSON, d.State, d.DisplayName, t.now()
		return nil
	})
	return "changed", err
}
