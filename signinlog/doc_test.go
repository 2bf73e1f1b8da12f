package signinlog_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

func page(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "doc", "formats", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEveryFieldIsDocumented demands a row of the table for every field.
func TestEveryFieldIsDocumented(t *testing.T) {
	text := page(t, "signin-record.md")
	record := reflect.TypeFor[signinlog.Record]()
	for i := range record.NumField() {
		f := record.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "-" && !strings.Contains(text, "\n| "+f.Name+" | `"+name+"` |") {
			t.Errorf("doc/formats/signin-record.md has no row for %s, %s", f.Name, name)
		}
	}
}

// TestNestedMembersAreDocumented does so for the members of nested objects.
func TestNestedMembersAreDocumented(t *testing.T) {
	text := page(t, "signin-graph.md")
	for _, v := range []any{signinlog.Status{}, signinlog.Device{}, signinlog.Location{}, signinlog.GeoCoordinates{}, signinlog.PolicyOutcome{},
		signinlog.AuthenticationStrength{}, signinlog.RuleSatisfied{}, signinlog.AuthenticationStep{}, signinlog.RequirementPolicy{},
		signinlog.SessionLifetimePolicy{}, signinlog.AuthenticationContext{}, signinlog.Audience{}, signinlog.NetworkLocation{},
		signinlog.KeyValue{}, signinlog.MFADetail{}, signinlog.AuthenticationAppDeviceDetails{}, signinlog.TokenProtectionStatus{},
		signinlog.ManagedIdentity{}, signinlog.Agent{}} {
		for i := range reflect.TypeOf(v).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ",")
			if !strings.Contains(text, "`"+name) {
				t.Errorf("doc/formats/signin-graph.md does not mention %s of %T", name, v)
			}
		}
	}
}

func TestColumnsAreDocumented(t *testing.T) {
	var buf bytes.Buffer
	if err := signinlog.NewCSVWriter(&buf).Close(); err != nil {
		t.Fatal(err)
	}
	header, err := csv.NewReader(&buf).Read()
	if err != nil {
		t.Fatal(err)
	}
	if text := page(t, "signin-log-analytics.md"); !strings.Contains(text, "`"+strings.Join(header, "` · `")+"`") {
		t.Error("doc/formats/signin-log-analytics.md does not list the columns that are written, in their order")
	}
	text := page(t, "signin-admin-centre.md")
	for _, name := range []string{"admin.csv", "serviceprincipal.csv", "authenticationdetails.csv"} {
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(fixture(t, name), "\ufeff")))
		if name == "serviceprincipal.csv" {
			r.Comma = ';'
		}
		header, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range header {
			if !strings.Contains(text, "| "+strings.Join(strings.Fields(column), " ")+" |") {
				t.Errorf("doc/formats/signin-admin-centre.md does not list %q", column)
			}
		}
	}
}
