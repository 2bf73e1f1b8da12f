package snapshot_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

const onePolicy = `{"id":"p1","displayName":"P","state":"enabled","conditions":{"users":{"includeUsers":["All"]}}}`

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func tenant(t *testing.T) *snapshot.Tenant {
	t.Helper()
	got, err := snapshot.Read([]string{filepath.Join("testdata", "tenant")}, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRead(t *testing.T) {
	got := tenant(t)
	if want := (snapshot.Counts{Policies: 6, NamedLocations: 2, AuthenticationStrengths: 1, SkippedFiles: 3}); got.Counts != want {
		t.Errorf("counts %+v, want %+v", got.Counts, want)
	}
	if len(got.Users) != 2 || len(got.Groups) != 3 || len(got.Roles) != 3 || len(got.Problems) != 0 {
		t.Errorf("read %d users, %d groups, %d roles, problems %v", len(got.Users), len(got.Groups), len(got.Roles), got.Problems)
	}
	source := got.Source()
	if len(source.Policies) != 5 || len(source.Locations) != 2 {
		t.Errorf("source has %d policies and %d locations, want 5 and 2", len(source.Policies), len(source.Locations))
	}
	var strengths []access.StrengthID
	for _, s := range source.Strengths {
		strengths = append(strengths, s.ID)
	}
	if want := []access.StrengthID{"s1", "s2"}; !reflect.DeepEqual(strengths, want) {
		t.Errorf("source has the strengths %v, want %v", strengths, want)
	}
	if got.SecurityDefaults != access.Known(false) || !reflect.DeepEqual(got.Contexts, []snapshot.Named{{ID: "c1", DisplayName: "Secret"}}) ||
		!reflect.DeepEqual(got.TermsOfUse, []snapshot.Named{{ID: "tou", DisplayName: "House rules"}}) ||
		!reflect.DeepEqual(got.Apps, []snapshot.App{{ID: "sp", AppID: "app", DisplayName: "Wiki"}}) {
		t.Errorf("settings: %+v", got)
	}
}

func TestDirectory(t *testing.T) {
	got := tenant(t)
	if groups := got.GroupsOf("nobody"); len(groups) != 0 {
		t.Errorf("GroupsOf(nobody) = %v", groups)
	}
	if groups := got.GroupsOf("U1"); !reflect.DeepEqual(groups, []access.GroupID{"g1", "g2", "g3", "g4"}) {
		t.Errorf("GroupsOf(U1) = %v", groups)
	}
	if !got.MembershipIsKnown() {
		t.Error("membership is not known")
	}
	roles := []access.RoleID{"194ae4cb-b126-40b2-bd5b-6091b380977d", "fe930be7-5e62-47db-91af-98c3a49a38b1"}
	if got := got.RolesOf("u1"); !reflect.DeepEqual(got, roles) {
		t.Errorf("RolesOf(u1) = %v, want %v", got, roles)
	}
	roles = []access.RoleID{"62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"}
	if got := got.RolesOf("u2"); !reflect.DeepEqual(got, roles) {
		t.Errorf("RolesOf(u2) = %v, want %v", got, roles)
	}
	want := snapshot.User{ID: "u2", UPN: "bob@example.com", DisplayName: "Bob", Type: access.Known(access.Guest), Enabled: access.Known(false)}
	for _, name := range []string{"u2", "BOB@example.com"} {
		if u, ok := got.User(name); !ok || u != want {
			t.Errorf("User(%s) = %+v, %v", name, u, ok)
		}
	}
	if _, ok := got.User("nobody"); ok {
		t.Error("found nobody")
	}
	for home, want := range map[access.TenantID]access.InboundTrust{
		"Partner": {MFA: true, CompliantDevice: true}, "quiet": {}, "other": {},
	} {
		if trust := got.InboundTrust(home); trust != access.Known(want) {
			t.Errorf("InboundTrust(%s) = %+v, want %+v", home, trust, want)
		}
	}
}

// TestErrors shows that each thing that is wrong gives one clear line, strictly
// read as the error and leniently as a problem beside what could be read.
func TestErrors(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"truncated", map[string]string{"a.json": onePolicy, "b.json": `{"value": [`}, []string{"b.json:1:12: value[0]: found the end of the text, expected a value"}},
		{"empty", map[string]string{"a.json": onePolicy, "b.json": ``}, []string{"b.json: found nothing, expected JSON"}},
		{"invalid UTF-8", map[string]string{"a.json": onePolicy, "b.json": "{\"a\":\n\"\xff\"}"}, []string{"b.json:2:2: found the byte 0xff, expected UTF-8 text"}},
		{"same id", map[string]string{"a.json": onePolicy, "b/c.json": "[\n" + onePolicy + "]"}, []string{"c.json:2:1: [0]: found the policy with the id p1 again, first at ", "a.json:1:1"}},
		{"same id in other case", map[string]string{"a.json": onePolicy, "b.json": `{"ipRanges":[],"id":"X"}`, "c.json": `{"ipRanges":[],"id":"x"}`}, []string{"c.json:1:1: found the named location with the id x again, first at "}},
		{"same user", map[string]string{"a.json": onePolicy, "b.json": `[{"id":"u","userPrincipalName":"a","displayName":"A"},{"id":"u","userPrincipalName":"a","displayName":"A"}]`}, []string{"b.json:1:55: [1]: found the user with the id u again"}},
		{"bad policy beside a good one", map[string]string{"a.json": `[` + onePolicy + `,{"id":"p2","state":"on","conditions":{"users":{}}}]`}, []string{`a.json:1:117: [1].state: found "on", expected one of enabled`}},
		{"bad user", map[string]string{"a.json": onePolicy, "b.json": `{"id":"u","userPrincipalName":7,"displayName":"A"}`}, []string{"b.json:1:31: userPrincipalName: found a number, expected a string"}},
		{"bad members", map[string]string{"a.json": onePolicy, "b.json": `{"id":"g","groupTypes":[],"members":[{"x":1}]}`}, []string{"b.json:1:38: members: found an object, expected an id, or an object that has one"}},
		{"two meanings of a strength", map[string]string{"a.json": onePolicy, "b.json": `{"id":"s","allowedCombinations":["fido2"]}`,
			"c.json": `{"id":"p2","state":"enabled","conditions":{"users":{}},"grantControls":{"authenticationStrength":{"id":"S","allowedCombinations":["password"]}}}`},
			[]string{"c.json:1:98: grantControls.authenticationStrength: found other combinations for the authentication strength S than at ", "b.json:1:1"}},
		{"too large", map[string]string{"a.json": onePolicy, "b.json": strings.Repeat(" ", snapshot.MaxFileSize+1)}, []string{"b.json: cannot be read: found more than 64 MiB, expected at most that"}},
		{"broken gzip", map[string]string{"a.json": onePolicy, "b.json.gz": "\x1f\x8b\x08\x00"}, []string{"b.json.gz: cannot be read: "}},
		{"broken zstd", map[string]string{"a.json": onePolicy, "b.json.zst": "\x28\xb5\x2f\xfdxx"}, []string{"b.json.zst: cannot be read: "}},
	}
	for _, tt := range tests {
		dir := folder(t, tt.files)
		_, err := snapshot.Read([]string{dir}, snapshot.Options{})
		var errs graphjson.Errors
		if !errors.As(err, &errs) || len(errs) != 1 {
			t.Errorf("%s: %v, want one error", tt.name, err)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, want %s", tt.name, err, want)
			}
		}
		lenient, err := snapshot.Read([]string{dir}, snapshot.Options{Lenient: true})
		if err != nil || len(lenient.Policies) == 0 || len(lenient.Problems) != 1 {
			t.Errorf("%s: leniently read: %v", tt.name, err)
		}
	}
}

func TestErrorsOfPaths(t *testing.T) {
	empty := folder(t, map[string]string{"README.md": "", "x.json": "[]"})
	for name, tt := range map[string]struct {
		paths []string
		want  string
	}{
		"none":      {nil, "found no path, expected files or folders of a tenant snapshot"},
		"missing":   {[]string{"nowhere"}, "nowhere: cannot be read: no such file or directory"},
		"no policy": {[]string{empty}, empty + ": found no policy in 2 files, expected a tenant snapshot"},
		"no stdin":  {[]string{"-"}, "standard input: cannot be read here"},
	} {
		for _, lenient := range []bool{false, true} {
			_, err := snapshot.Read(tt.paths, snapshot.Options{Lenient: lenient})
			if err == nil || err.Error() != tt.want {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	dir := folder(t, map[string]string{"a/p.json": onePolicy})
	for link, to := range map[string]string{
		"a/up":      "..",       // a ring
		"again":     "a",        // a folder met before
		"p.json":    "a/p.json", // a file met before
		"self.json": "self.json",
		"lost.json": "nowhere",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	got, err := snapshot.Read([]string{dir, filepath.Join(dir, "a")}, snapshot.Options{Lenient: true})
	if err != nil || len(got.Policies) != 1 || len(got.Problems) != 2 {
		t.Fatalf("read %+v, %v", got, err)
	}
	for _, p := range got.Problems {
		if !strings.Contains(p.Error(), ".json: cannot be read: ") {
			t.Errorf("problem %v", p)
		}
	}
}

func TestInputs(t *testing.T) {
	var packed, squeezed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	io.WriteString(gz, onePolicy)
	gz.Close()
	zs, err := zstd.NewWriter(&squeezed)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(zs, onePolicy)
	zs.Close()
	utf16 := "\xff\xfe"
	for _, c := range []byte(onePolicy) {
		utf16 += string([]byte{c, 0})
	}
	for name, text := range map[string]string{
		"p.json": onePolicy, "p.JSON": onePolicy, "p.json.gz": packed.String(), "p.json.zst": squeezed.String(), "u.json": utf16,
		"lines.json": onePolicy + "\n" + strings.Replace(onePolicy, "p1", "p2", 1),
	} {
		dir := folder(t, map[string]string{name: text})
		if got, err := snapshot.Read([]string{dir}, snapshot.Options{}); err != nil || len(got.Policies) == 0 {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := snapshot.Read([]string{"-"}, snapshot.Options{Stdin: strings.NewReader(text)}); err != nil || len(got.Policies) == 0 {
			t.Errorf("%s as standard input: %v", name, err)
		}
	}
	// A file that was named is read whatever its name.
	dir := folder(t, map[string]string{"export.txt": onePolicy})
	if _, err := snapshot.Read([]string{filepath.Join(dir, "export.txt")}, snapshot.Options{}); err != nil {
		t.Error(err)
	}
}
