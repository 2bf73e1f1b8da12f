package accesstest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

// Files by path find their tenant beside them, above their folder too.
func TestLoadFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("export/policy.json", graphPolicy("0a7f2a3e-9a3c-4f7d-8c41-3f0c7f5f2e01", "Stop"))
	file := write("tests/a.case", "tenant ../export\ncase \"a\"\n  user alice\n  app x\n  expect \"Stop\" failure\n")
	one := write("tests/b.case", "tenant ../export/policy.json\ncase \"b\"\n  user alice\n  app x\n  expect block 53003\n")
	cases, err := accesstest.LoadFiles(file, one)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range accesstest.Run(cases, accesstest.Engine) {
		if r.Status != accesstest.Passed {
			t.Error(r.Text())
		}
	}
	if len(cases) != 2 || cases[0].At.File != filepath.ToSlash(file) || cases[0].At.Line != 2 {
		t.Errorf("got %d cases, the first at %v", len(cases), cases[0].At)
	}
	if _, err := accesstest.LoadFiles(dir); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: got %v", err)
	}
}

func graphPolicy(id, name string) string {
	return `{"id": "` + id + `", "displayName": "` + name + `", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}}, "grantControls": {"operator": "OR", "builtInControls": ["block"]}}`
}

// A tenant may hold two policies of one name; a case must then name the id.
func TestPoliciesOfOneName(t *testing.T) {
	const first, second = "0a7f2a3e-9a3c-4f7d-8c41-3f0c7f5f2e01", "0a7f2a3e-9a3c-4f7d-8c41-3f0c7f5f2e02"
	files := fstest.MapFS{
		"t/p.json": {Data: []byte("[" + graphPolicy(first, "Twin") + "," + graphPolicy(second, "Twin") + "]")},
		"a.case":   {Data: []byte("tenant t\ncase \"a\"\n  user alice\n  app x\n  expect \"" + second + "\" failure\n")},
		"b.case":   {Data: []byte("tenant t\ncase \"b\"\n  user alice\n  expect \"Twin\" failure\n")},
	}
	cases, err := accesstest.Load(files, "a.case")
	if err != nil {
		t.Fatal(err)
	}
	if r := cases[0].Run(accesstest.Engine); r.Status != accesstest.Passed {
		t.Error(r.Text())
	}
	const want = `b.case:4:10: 2 policies are called "Twin"; name the one by its id, such as "` + first + `"`
	if _, err := accesstest.Load(files, "b.case"); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// A name can be bound to the id that it has in a tenant.
func TestName(t *testing.T) {
	results := run(t, `name user alice 3f1c0b5e-8d0a-4d5c-9b1e-5a2f4f7f6b10
name role Reviewer 4a5d8f65-41da-4de4-8968-e035b65339cf
policy "P"
  users alice role:Reviewer
  grant block
case "by id"
  facts {"userId": "3F1C0B5E-8D0A-4D5C-9B1E-5A2F4F7F6B10", "appId": "x"}
  expect block
case "by name"
  user alice
  app x
  expect block
case "by role"
  user bob
  roles reviewer
  app x
  expect block
case "somebody else"
  user bob
  app x
  expect grant
`, accesstest.Engine)
	for _, r := range results {
		if r.Status != accesstest.Passed {
			t.Error(r.Text())
		}
	}
}

// A case's own policies, options and strictness end with it.
func TestCaseIsAlone(t *testing.T) {
	results := run(t, `policy "Shared"
  platforms windows
  grant block
case "first"
  policy "Own"
    grant approvedApplication
  option enforceApprovedApp
  strict-unknown
  user alice
  expect undetermined
case "second"
  policy "Own"
    grant approvedApplication
  user alice
  app x
  platform linux
  expect grant
  expect "Own" success
case "third"
  user alice
  app x
  expect "Shared" failure
`, accesstest.Engine)
	for _, r := range results {
		if r.Status != accesstest.Passed {
			t.Errorf("%s\n%s", r.Name, r.Text())
		}
	}
}

// A later line makes known again what the defaults say is unknown, and the
// other way round.
func TestUnknownAndKnown(t *testing.T) {
	results := run(t, `policy "P"
  signInRisk high
  deviceFilter include `+"`device.isCompliant -eq True`"+`
  grant block
defaults
  user alice
  app x
  unknown signInRisk
  device isCompliant=True
case "unknown by default"
  expect "P" unknown open signInRisk
case "known again"
  signInRisk high
  expect "P" failure
case "the device unknown"
  signInRisk high
  unknown device
  expect "P" unknown open deviceState
case "a property unknown"
  signInRisk high
  device isCompliant=unknown
  expect "P" unknown open deviceState
case "a property null"
  signInRisk high
  device isCompliant=null
  expect "P" notApplied because deviceState
case "no device"
  signInRisk high
  device none
  expect "P" notApplied because deviceState
`, accesstest.Engine)
	for _, r := range results {
		if r.Status != accesstest.Passed {
			t.Errorf("%s\n%s", r.Name, r.Text())
		}
	}
}
