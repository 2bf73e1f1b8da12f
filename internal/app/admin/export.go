package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// Exported is how many objects of a kind were written.
type Exported struct {
	What  string `json:"what"`
	File  string `json:"file"`
	Count int    `json:"count"`
}

// Export writes the tenant into files of a folder, as Graph has its objects:
// what package snapshot reads. The folder must be empty or not exist, so that
// nothing old is taken for a part of it.
func (t *Tenant) Export(ctx context.Context, folder string) ([]Exported, error) {
	if err := emptyFolder(folder); err != nil {
		return nil, err
	}
	var done []Exported
	for _, part := range []struct {
		what, file string
		read       func(context.Context) ([]any, error)
	}{
		{"policies", "policies.json", t.exportPolicies},
		{"locations", "named-locations.json", t.exportLocations},
		{"strengths", "authentication-strengths.json", t.exportStrengths},
		{"people", "users.json", t.exportUsers},
		{"groups", "groups.json", t.exportGroups},
		{"roles", "role-assignments.json", t.exportRoles},
		{"apps", "service-principals.json", t.exportApps},
	} {
		objects, err := part.read(ctx)
		if err != nil {
			return done, err
		}
		if err := writeCollection(filepath.Join(folder, part.file), objects); err != nil {
			return done, err
		}
		done = append(done, Exported{part.what, part.file, len(objects)})
	}
	return done, nil
}

func emptyFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s holds %d files; an empty or a new folder is expected", folder, len(entries))
	}
	return nil
}

// writeCollection writes objects as Graph lists them.
func writeCollection(path string, objects []any) error {
	if objects == nil {
		objects = []any{}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("export the tenant: %w", err)
	}
	encoder := json.NewEncoder(file)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(map[string]any{"value": objects})
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func (t *Tenant) exportPolicies(ctx context.Context) ([]any, error) {
	return documentsJSON(all(func(p directory.Page) ([]directory.Document, error) { return t.d.Policies.List(ctx, t.ID, p) }, documentID))
}

func (t *Tenant) exportLocations(ctx context.Context) ([]any, error) {
	return documentsJSON(all(func(p directory.Page) ([]directory.Document, error) { return t.d.Locations.List(ctx, t.ID, p) }, documentID))
}

func (t *Tenant) exportStrengths(ctx context.Context) ([]any, error) {
	return documentsJSON(all(func(p directory.Page) ([]directory.Document, error) { return t.d.Strengths.List(ctx, t.ID, p) }, documentID))
}

func documentsJSON(list []directory.Document, err error) ([]any, error) {
	objects := make([]any, len(list))
	for i := range list {
		objects[i] = list[i].JSON
	}
	return objects, err
}

func (t *Tenant) exportUsers(ctx context.Context) ([]any, error) {
	users, err := t.Users(ctx, "")
	var objects []any
	for i := range users {
		objects = append(objects, userObject{
			"#microsoft.graph.user", string(users[i].ID), users[i].UserPrincipalName, users[i].DisplayName, string(users[i].Type), users[i].AccountEnabled,
		})
	}
	return objects, err
}

// userObject is a user as Graph has one, as far as decisions ask for it.
type userObject struct {
	Type        string `json:"@odata.type"`
	ID          string `json:"id"`
	Name        string `json:"userPrincipalName"`
	DisplayName string `json:"displayName"`
	UserType    string `json:"userType"`
	Enabled     bool   `json:"accountEnabled"`
}

// groupObject is a group with its direct members.
type groupObject struct {
	Type        string         `json:"@odata.type"`
	ID          access.GroupID `json:"id"`
	DisplayName string         `json:"displayName"`
	Security    bool           `json:"securityEnabled"`
	Members     []memberObject `json:"members"`
}

type memberObject struct {
	Type string `json:"@odata.type"`
	ID   string `json:"id"`
}

func (t *Tenant) exportGroups(ctx context.Context) ([]any, error) {
	groups, err := all(func(p directory.Page) ([]directory.Group, error) { return t.d.Groups.List(ctx, t.ID, p) }, func(g *directory.Group) string { return string(g.ID) })
	if err != nil {
		return nil, err
	}
	var objects []any
	for _, g := range groups {
		members, err := all(func(p directory.Page) ([]directory.GroupMember, error) {
			return t.d.Memberships.Members(ctx, t.ID, g.ID, p)
		}, func(m *directory.GroupMember) string { return string(m.ID) })
		if err != nil {
			return nil, err
		}
		object := groupObject{"#microsoft.graph.group", g.ID, g.DisplayName, g.SecurityEnabled, []memberObject{}}
		for _, m := range members {
			object.Members = append(object.Members, memberObject{"#microsoft.graph." + string(m.Kind), string(m.ID)})
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// roleObject is a role assignment.
type roleObject struct {
	Type      string `json:"@odata.type"`
	ID        string `json:"id"`
	Role      string `json:"roleDefinitionId"`
	Principal string `json:"principalId"`
	Scope     string `json:"directoryScopeId"`
}

func (t *Tenant) exportRoles(ctx context.Context) ([]any, error) {
	assignments, err := all(func(p directory.Page) ([]directory.RoleAssignment, error) {
		return t.d.RoleAssignments.List(ctx, t.ID, p)
	},
		func(r *directory.RoleAssignment) string { return string(r.ID) })
	var objects []any
	for i := range assignments {
		r := &assignments[i]
		if r.ActiveAt(t.now()) {
			objects = append(objects, roleObject{"#microsoft.graph.unifiedRoleAssignment", string(r.ID), string(r.RoleID), string(r.Principal), r.Scope})
		}
	}
	return objects, err
}

// appObject is a service principal.
type appObject struct {
	Type        string   `json:"@odata.type"`
	ID          string   `json:"id"`
	AppID       string   `json:"appId"`
	DisplayName string   `json:"displayName"`
	Enabled     bool     `json:"accountEnabled"`
	Names       []string `json:"servicePrincipalNames"`
}

func (t *Tenant) exportApps(ctx context.Context) ([]any, error) {
	list, err := all(func(p directory.Page) ([]directory.ServicePrincipal, error) {
		return t.d.ServicePrincipals.List(ctx, t.ID, p)
	},
		func(sp *directory.ServicePrincipal) string { return string(sp.ID) })
	var objects []any
	for i := range list {
		sp := &list[i]
		objects = append(objects, appObject{"#microsoft.graph.servicePrincipal", string(sp.ID), string(sp.AppID), sp.DisplayName, sp.AccountEnabled, append([]string{string(sp.AppID)}, sp.Names...)})
	}
	return objects, err
}
