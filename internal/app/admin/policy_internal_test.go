package admin

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/fault"
)

// TestWithMember changes one member of a policy and leaves the rest as its
// author wrote it.
func TestWithMember(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"state":"enabled","x":1}`, `{"state":"off","x":1}`},
		{"{ \"x\" : {\"state\":\"enabled\"},\n  \"state\" : \"enabled\" }", "{ \"x\" : {\"state\":\"enabled\"},\n  \"state\" : \"off\" }"},
		{`{"a":["state"],"state":null}`, `{"a":["state"],"state":"off"}`},
		{`{"x":1}`, `{"state":"off","x":1}`},
		{` { } `, ` {"state":"off" } `},
	} {
		got, err := withMember(json.RawMessage(tt.text), "state", "off")
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s, %v, want %s", tt.text, got, err, tt.want)
		}
		if !json.Valid(got) {
			t.Errorf("%s became %s, which is no JSON", tt.text, got)
		}
	}
	if _, err := withMember(json.RawMessage(`["state"]`), "state", "off"); err == nil {
		t.Error("a list has no state")
	}
}

func FuzzWithMember(f *testing.F) {
	f.Add([]byte(`{"state":"enabled","x":[1,{"state":2}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		got, err := withMember(text, "state", "off")
		if err != nil {
			return
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(got, &object); err != nil {
			t.Fatalf("%s became %s: %v", text, got, err)
		}
	})
}

func TestPick(t *testing.T) {
	list := []string{"D01 MFA", "D02 Places", "d02x"}
	names := func(s *string) []string { return []string{*s} }
	for text, want := range map[string]string{"d01": "D01 MFA", "D02 places": "D02 Places", "D02X": "d02x"} {
		if got, err := pick("policy", text, list, names); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	if _, err := pick("policy", "d02", list, names); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), `begins the names of 2`) {
		t.Errorf("an ambiguous beginning: %v", err)
	}
	for _, text := range []string{"", "nothing"} {
		if _, err := pick("policy", text, list, names); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestMadePassword wants what every tenant's rules allow.
func TestMadePassword(t *testing.T) {
	got, err := makePassword(strings.NewReader(strings.Repeat("\x00\x11\xff\x80", 4)))
	if err != nil || len(got) != len("aaaaa-aaaaa-aaaa-A2") {
		t.Errorf("%q, %v", got, err)
	}
	for _, class := range []string{"abcdefghijkmnpqrstuvwxyz", "ABCDEFGH", "23456789", "-"} {
		if !strings.ContainsAny(got, class) {
			t.Errorf("%q has none of %s", got, class)
		}
	}
	if _, err := makePassword(strings.NewReader("short")); err == nil {
		t.Error("it was made of too little randomness")
	}
}
