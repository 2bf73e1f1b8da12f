package lint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/lint"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// TestFromSnapshot reads a tenant of files, with an administrator who is locked
// out, an emergency account, an empty group and a deleted one.
func TestFromSnapshot(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
	write("policy.json", "\n"+policy(1, "grant "+block))
	write("other.json", policy(2, `users {"includeGroups":["`+staff+`","`+id(999)+`"]}`))
	write("users.json", `[{"@odata.type":"#microsoft.graph.user","id":"`+id(11)+`","userPrincipalName":"ada@contoso.example","userType":"Member","accountEnabled":true},
		{"@odata.type":"#microsoft.graph.user","id":"`+id(12)+`","userPrincipalName":"emergency@contoso.example","userType":"Member","accountEnabled":true}]`)
	write("groups.json", `[{"@odata.type":"#microsoft.graph.group","id":"`+breakGlass+`","displayName":"Emergency","members":[{"@odata.type":"#microsoft.graph.user","id":"`+id(12)+`"}]},
		{"@odata.type":"#microsoft.graph.group","id":"`+staff+`","displayName":"Staff","members":[]}]`)
	write("roles.json", `[{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","id":"a","principalId":"`+id(11)+`","roleDefinitionId":"`+globalAdministrator+`","directoryScopeId":"/"},
		{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","id":"b","principalId":"`+id(12)+`","roleDefinitionId":"`+globalAdministrator+`","directoryScopeId":"/"}]`)
	write("cut.json", `{"displayName":`)
	tenant, err := snapshot.Read([]string{dir}, snapshot.Options{Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	all := lint.Run(lint.FromSnapshot(tenant))
	for _, want := range []struct{ rule, message, path string }{
		{"unreadable", "found the end of the text", "cut.json"},
		{"administrator-locked-out", "administrator ada@contoso.example has no way in", "policy.json"},
		{"empty-group", "group Staff has no members", "other.json#conditions.users.includeGroups[0]"},
		{"unknown-group", id(999) + " is not in the snapshot, which has 2 groups", "other.json#conditions.users.includeGroups[1]"},
	} {
		if !slices.ContainsFunc(find(all, want.rule), func(f lint.Finding) bool {
			return strings.Contains(f.Message, want.message) && strings.Contains(f.Path, want.path)
		}) {
			t.Errorf("want %s: %q in %s; found\n%s", want.rule, want.message, want.path, show(all))
		}
	}
	for _, rule := range []string{"lock-out", "no-emergency-access"} {
		if found := find(all, rule); len(found) > 0 {
			t.Errorf("the emergency account gets in, and yet:\n%s", show(found))
		}
	}
	if found := find(all, "administrator-locked-out"); len(found) > 0 && found[0].Line != 2 {
		t.Errorf("line %d, want 2", found[0].Line)
	}
}
