package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/lint"
)

// person makes an exported user.
func person(n int, name string, roles []access.RoleID, groups ...string) lint.Person {
	f := access.Facts{
		UserID: access.Known(access.UserID(id(n))), UserType: access.Known(access.Member), GuestTypes: access.Known(access.GuestTypesNone),
		HomeTenantID: access.Known(access.TenantID("")), Roles: access.Known(roles),
	}
	var all []access.GroupID
	for _, g := range groups {
		all = append(all, access.GroupID(g))
	}
	f.Groups = access.Known(all)
	return lint.Person{Name: name, Enabled: true, Facts: f}
}

var globalAdministrator = []access.RoleID{"62e90394-69f5-4237-9190-012177145e10"}

func TestPeople(t *testing.T) {
	everyone := `users {"includeUsers":["All"]}`
	tests := []struct {
		name, rule string
		people     []lint.Person
		groups     map[access.GroupID]lint.Group
		objects    []string
		message    string // empty: no finding
	}{
		{name: "the emergency account is no member of the excluded group", rule: "lock-out",
			people:  []lint.Person{person(1, "Ada", globalAdministrator, staff)},
			objects: []string{policy(1, "grant "+block)}, message: "none of the 1 administrators in the snapshot has a way in"},
		{name: "the emergency account is a member", rule: "lock-out",
			people:  []lint.Person{person(1, "Ada", globalAdministrator, staff), person(2, "Emergency", globalAdministrator, breakGlass)},
			objects: []string{policy(1, "grant "+block)}},
		{name: "a disabled emergency account helps nobody", rule: "lock-out",
			people: func() []lint.Person {
				off := person(2, "Emergency", globalAdministrator, breakGlass)
				off.Enabled = false
				return []lint.Person{person(1, "Ada", globalAdministrator, staff), off}
			}(),
			objects: []string{policy(1, "grant "+block)}, message: "none of the 1 administrators"},
		{name: "one administrator is out", rule: "administrator-locked-out",
			people:  []lint.Person{person(1, "Ada", globalAdministrator, staff), person(2, "Emergency", globalAdministrator, breakGlass)},
			objects: []string{policy(1, "grant "+block)}, message: "administrator Ada has no way in"},
		{name: "nobody is out", rule: "administrator-locked-out",
			people:  []lint.Person{person(1, "Ada", globalAdministrator, staff)},
			objects: []string{policy(1, everyone)}},
		{name: "people without administrators", rule: "lock-out",
			people:  []lint.Person{person(1, "Ada", nil, staff)},
			objects: []string{policy(1, everyone, "grant "+block)}, message: "nobody has a way in"},
		{name: "a deleted group", rule: "unknown-group", groups: map[access.GroupID]lint.Group{access.GroupID(staff): {"Staff", 3}},
			objects: []string{policy(1)}, message: "group " + breakGlass + " is not in the snapshot"},
		{name: "no groups were exported", rule: "unknown-group", objects: []string{policy(1)}},
		{name: "an empty group", rule: "empty-group", groups: map[access.GroupID]lint.Group{access.GroupID(strings.ToUpper(staff)): {"Staff", 0}, access.GroupID(breakGlass): {"BG", 0}},
			objects: []string{policy(1, `users {"includeGroups":["`+staff+`"],"excludeGroups":["`+breakGlass+`"]}`)}, message: "group Staff has no members"},
		{name: "members were not exported", rule: "empty-group", groups: map[access.GroupID]lint.Group{access.GroupID(staff): {"Staff", -1}},
			objects: []string{policy(1, `users {"includeGroups":["`+staff+`"]}`)}},
		{name: "a deleted user", rule: "unknown-user", people: []lint.Person{person(1, "Ada", nil)},
			objects: []string{policy(1, `users {"includeUsers":["`+id(2)+`"]}`)}, message: "user " + id(2) + " is not in the snapshot"},
	}
	for _, tt := range tests {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			snapshot := tenant(t, tt.objects...)
			snapshot.People, snapshot.Groups = tt.people, tt.groups
			all := lint.Run(snapshot)
			found := find(all, tt.rule)
			if tt.message == "" {
				if len(found) > 0 {
					t.Errorf("found where nothing is wrong:\n%s", show(found))
				}
				return
			}
			if !slices.ContainsFunc(found, func(f lint.Finding) bool { return strings.Contains(f.Message, tt.message) }) {
				t.Errorf("want %s: %q; found\n%s", tt.rule, tt.message, show(all))
			}
		})
	}
}

func TestPath(t *testing.T) {
	snapshot := tenant(t, policy(1, `users {"includeGroups":["<RING>"]}`))
	snapshot.Where = func(o lint.Object) (string, int) { return "exports/" + o.Kind + ".json", 12 }
	found := find(lint.Run(snapshot), "placeholder")
	if len(found) != 1 || !strings.HasPrefix(found[0].Path, "exports/policy.json#conditions.users.include") || found[0].Line != 12 {
		t.Errorf("found\n%s", show(found))
	}
}

func TestUnreadable(t *testing.T) {
	snapshot := tenant(t, policy(1))
	snapshot.Problems = graphjson.Errors{{File: "a.json", Line: 3, Column: 9, Path: "conditions", Reason: "found text, expected an object"}, {File: "b.json", Reason: "is empty"}}
	found := find(lint.Run(snapshot), "unreadable")
	if len(found) != 2 || found[0].Path != "a.json#conditions" || found[0].Message != "line 3, column 9: found text, expected an object" || found[1].Path != "b.json" {
		t.Errorf("found\n%s", show(found))
	}
}

func TestSecurityDefaults(t *testing.T) {
	for _, on := range []bool{true, false} {
		snapshot := tenant(t, policy(1))
		snapshot.SecurityDefaults = access.Known(on)
		if found := find(lint.Run(snapshot), "security-defaults"); (len(found) == 1) != on {
			t.Errorf("security defaults %v: found\n%s", on, show(found))
		}
	}
}

// TestOrder wants the worst findings first.
func TestOrder(t *testing.T) {
	all := lint.Run(tenant(t, policy(1, `state "enabledForReportingButNotEnforced"`), policy(2, `users {"includeUsers":["All"]}`, "grant "+block)))
	if !slices.IsSortedFunc(all, func(a, b lint.Finding) int {
		switch {
		case a.Severity == b.Severity:
			return 0
		case a.Severity.AtLeast(b.Severity):
			return -1
		}
		return 1
	}) || len(all) < 3 {
		t.Errorf("not the worst first:\n%s", show(all))
	}
}
