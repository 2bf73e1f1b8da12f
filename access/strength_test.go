package access_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/access"
)

func TestStrengthRequiresMFA(t *testing.T) { // CA-140
	for _, s := range access.BuiltInStrengths() {
		if !s.RequiresMFA() {
			t.Errorf("%s does not set the MFA claim", s.DisplayName)
		}
	}
	tests := []struct {
		name         string
		combinations []access.Combination
		want         bool
	}{
		{"a listed key", []access.Combination{{Methods: access.FIDO2, AAGUIDs: someAAGUIDs}}, true},
		{"password and text message", []access.Combination{{Methods: access.Password | access.SMS}}, true},
		{"a text message alone", []access.Combination{{Methods: access.SMS}}, false},
		{"one combination of two", []access.Combination{{Methods: access.FIDO2}, {Methods: access.Password}}, false},
		{"a single-factor certificate", []access.Combination{{Methods: access.X509SingleFactor}}, false},
		{"a code in a picture", []access.Combination{{Methods: access.QRCodePin}}, false},
		{"nothing", nil, false},
	}
	for _, tt := range tests {
		s := access.Strength{Combinations: tt.combinations}
		if got := s.RequiresMFA(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestBuiltInStrengths compares the engine's list with the slow evaluator's
// (CA-131).
func TestBuiltInStrengths(t *testing.T) {
	list := access.BuiltInStrengths()
	if len(list) != len(builtInStrengths) {
		t.Errorf("%d built-in strengths, want %d", len(list), len(builtInStrengths))
	}
	for _, s := range list {
		want := builtInStrengths[s.ID]
		if len(s.Combinations) != len(want) {
			t.Errorf("%s: %d combinations, want %d", s.DisplayName, len(s.Combinations), len(want))
			continue
		}
		for i, c := range s.Combinations {
			if c.Methods != want[i] || c.AAGUIDs != nil || c.IssuerSKIs != nil || c.PolicyOIDs != nil {
				t.Errorf("%s: combination %d is %v, want %v", s.DisplayName, i, c, want[i])
			}
		}
	}
}
