package filter_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access/filter"
)

// outline writes the tree of a rule with every group in brackets.
func outline(r *filter.Rule) string {
	return filter.Fold(r,
		func(c filter.Comparison) string { return fmt.Sprintf("%v %d %q", c.Property, c.Op, c.Operands) },
		func(s string) string { return "not{" + s + "}" },
		func(a, b string) string { return "{" + a + " and " + b + "}" },
		func(a, b string) string { return "{" + a + " or " + b + "}" })
}

func TestFold(t *testing.T) {
	rule := mustDevice(t, `model eq "a" and not model eq null and model eq "b" or isCompliant eq true`)
	want := `{{{device.model 1 ["a"] and not{device.model 1 []}} and device.model 1 ["b"]} or device.isCompliant 1 ["True"]}`
	if got := outline(rule); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestComparisons(t *testing.T) {
	rule := mustDevice(t, `model in ["a","b"] and not (trustType ne azuread or model eq null)`)
	want := []filter.Comparison{
		{Property: filter.Device(filter.Model), Op: filter.In, Operands: []string{"a", "b"}},
		{Property: filter.Device(filter.TrustType), Op: filter.Ne, Operands: []string{"AzureAD"}},
		{Property: filter.Device(filter.Model), Op: filter.Eq},
	}
	got := rule.Comparisons()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !got[2].WithNull() || got[0].WithNull() {
		t.Error("WithNull does not tell the comparison with null")
	}
	properties := []filter.Property{filter.Device(filter.Model), filter.Device(filter.TrustType)}
	if got := rule.Properties(); !reflect.DeepEqual(got, properties) {
		t.Errorf("properties %v, want %v", got, properties)
	}
}

// The rules of published policies parse, and their canonical forms parse back.
func TestPublishedRules(t *testing.T) {
	root := filepath.Join(sharedFolder(t), "data", "policies")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no published policies: %v", err)
	}
	var rules int
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var document any
		if json.Unmarshal([]byte(strings.TrimPrefix(string(content), "\ufeff")), &document) != nil {
			return nil // not every file is JSON
		}
		for _, f := range filtersIn(document) {
			rules++
			checkPublishedRule(t, path, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rules == 0 {
		t.Errorf("no rule in %s", root)
	}
	t.Logf("%d rules", rules)
}

func checkPublishedRule(t *testing.T, path string, f publishedFilter) {
	t.Helper()
	parse := filter.ParseDevice
	if f.app {
		parse = filter.ParseApp
	}
	rule, err := parse(f.rule)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	again, err := parse(rule.String())
	if err != nil || outline(again) != outline(rule) {
		t.Errorf("%s: %s does not parse back: %v", path, rule, err)
	}
}

type publishedFilter struct {
	app  bool
	rule string
}

// filtersIn finds the rules of deviceFilter, applicationFilter and
// servicePrincipalFilter members, in any case.
func filtersIn(document any) []publishedFilter {
	var found []publishedFilter
	switch d := document.(type) {
	case []any:
		for _, element := range d {
			found = append(found, filtersIn(element)...)
		}
	case map[string]any:
		for name, member := range d {
			rule := ruleOf(member)
			switch {
			case rule == "":
				found = append(found, filtersIn(member)...)
			case strings.EqualFold(name, "deviceFilter"):
				found = append(found, publishedFilter{rule: rule})
			case strings.HasSuffix(strings.ToLower(name), "filter"):
				found = append(found, publishedFilter{app: true, rule: rule})
			}
		}
	}
	return found
}

func ruleOf(value any) string {
	members, _ := value.(map[string]any)
	for name, member := range members {
		if rule, ok := member.(string); ok && strings.EqualFold(name, "rule") {
			return rule
		}
	}
	return ""
}

// sharedFolder is the folder with data too large for the repository: beside it,
// or where SALLYPORT_SHARED tells.
func sharedFolder(t *testing.T) string {
	if folder := os.Getenv("SALLYPORT_SHARED"); folder != "" {
		return folder
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(folder), "shared")
		}
		if folder == filepath.Dir(folder) {
			t.Skip("no go.mod above the test")
		}
		folder = filepath.Dir(folder)
	}
}
