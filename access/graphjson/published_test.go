package graphjson_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// published calls f with each document of the published policies.
func published(t *testing.T, f func(name string, d graphjson.Document, err error)) {
	t.Helper()
	root := sharedPolicies(t)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		d, err := graphjson.Decode(filepath.ToSlash(name), data)
		f(filepath.ToSlash(name), d, err)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPublishedPolicies reads all 223 policies and 18 locations that others have
// published. One is refused: its file says sessionControls twice.
func TestPublishedPolicies(t *testing.T) {
	var policies, locations, strengths int
	states := map[access.State]int{}
	unrecognised := map[string]string{}
	var refused []string
	published(t, func(name string, d graphjson.Document, err error) {
		policies += len(d.Policies)
		locations += len(d.Locations)
		strengths += len(d.Strengths)
		for _, p := range d.Policies {
			states[p.State]++
			for _, u := range p.Unrecognised {
				unrecognised[u.Path] = u.Value
			}
			if p.State == access.StateEnabled && len(p.Unrecognised) > 0 {
				t.Errorf("%s: enabled policy %q has unrecognised %v", name, p.DisplayName, p.Unrecognised)
			}
		}
		if err != nil {
			refused = append(refused, err.Error())
		}
	})
	if policies != 222 || locations != 18 || strengths != 0 {
		t.Errorf("read %d policies, %d locations, %d strengths; want 222, 18, 0", policies, locations, strengths)
	}
	wantStates := map[access.State]int{access.StateReportOnly: 81, access.StateEnabled: 77, access.StateDisabled: 40, access.StateNone: 24}
	if !reflect.DeepEqual(states, wantStates) {
		t.Errorf("states %v, want %v", states, wantStates)
	}
	if len(refused) != 1 || !strings.Contains(refused[0], "209_-_RING_") ||
		!strings.HasSuffix(refused[0], ":42:5: sessionControls: found this member again, first at line 6 column 5") {
		t.Errorf("refused %q, want only the file that says sessionControls twice", refused)
	}
	for _, path := range []string{
		"conditions.applications.networkAccess", "conditions.applications.globalSecureAccess", "sessionControls.networkAccessSecurity",
		"conditions.agents", "conditions.agentContext", "conditions.applications.includeUserActions[0]",
		"grantControls.builtInControls[0]", "conditions.users.includeUsers[0]",
	} {
		if _, ok := unrecognised[path]; !ok {
			t.Errorf("%s is not among the unrecognised values", path)
		}
		delete(unrecognised, path)
	}
	if len(unrecognised) > 0 {
		t.Errorf("also unrecognised: %v", unrecognised)
	}
}

// TestPublishedRoundTrip encodes each document as it was read, which must give
// its own JSON, and from its meaning alone, which must give its meaning.
func TestPublishedRoundTrip(t *testing.T) {
	published(t, func(name string, d graphjson.Document, err error) {
		for _, p := range d.Policies {
			sameJSON(t, name, p.Origin, p)
			scratch := graphjson.Policy{Policy: p.Policy, Strength: p.Strength}
			if scratch.Strength != nil {
				scratch.Strength = &graphjson.Strength{Strength: p.Strength.Strength}
			}
			data, err := graphjson.EncodePolicy(&scratch)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			again, err := graphjson.DecodePolicies(name, data)
			if err != nil || len(again) != 1 {
				t.Errorf("%s: read again: %d policies, %v", name, len(again), err)
				continue
			}
			if p.Conditions.DeviceStates != nil { // written as a filter (CA-90)
				p.Conditions.DeviceStates, p.Conditions.DeviceFilter = nil, again[0].Conditions.DeviceFilter
			}
			if !reflect.DeepEqual(again[0].Policy, p.Policy) {
				t.Errorf("%s: read again:\n%+v\nwant\n%+v", name, again[0].Policy, p.Policy)
			}
			if (again[0].Strength == nil) != (p.Strength == nil) || p.Strength != nil && !reflect.DeepEqual(again[0].Strength.Strength, p.Strength.Strength) {
				t.Errorf("%s: strength %+v, want %+v", name, again[0].Strength, p.Strength)
			}
		}
		for _, l := range d.Locations {
			sameJSON(t, name, l.Origin, l)
			scratch := graphjson.Location{Location: l.Location}
			data, err := graphjson.EncodeLocation(&scratch)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			again, err := graphjson.DecodeLocations(name, data)
			if err != nil || len(again) != 1 || !reflect.DeepEqual(again[0].Location, l.Location) {
				t.Errorf("%s: read again: %v, %v", name, again, err)
			}
		}
	})
}

// sameJSON compares what v encodes to with what it was read from, by another
// JSON implementation.
func sameJSON(t *testing.T, name string, origin *graphjson.Node, v any) {
	t.Helper()
	got, err := json.Marshal(v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	want, _ := json.Marshal(origin)
	if !bytes.Equal(got, want) {
		t.Errorf("%s: encoded\n%s\nwant\n%s", name, got, want)
	}
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal(origin.Indent(), &b) != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%s: the JSON values differ", name)
	}
}
