package filter_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-id/sallyport/access/filter"
)

// FuzzParse tries any text as both kinds of rule: it is a rule whose canonical
// form parses back, or an error with a place inside the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`device.isCompliant -eq True -or device.trustType -eq "ServerAD"`,
		`not (isCompliant ne "False" and model in ["a", 'b''c'])`,
		"device.displayName -contains \"a`\"\\\" -and device.physicalIds -notContains \"[ZTDId]`\\\"",
		`CustomSecurityAttribute.Finance_tier -contains "gold" -or CustomSecurityAttribute.a -eq $null`,
		`device.deviceId -notIn [7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa]`,
		"((((", "device.model -eq “x”", "\xff", "device.model\u00a0-eq 'Å'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fuzzParse(t, text, filter.ParseDevice, unregistered)
		fuzzParse(t, text, filter.ParseApp, filter.Attributes{})
	})
}

func fuzzParse(t *testing.T, text string, parse func(string) (*filter.Rule, error), record filter.Record) {
	rule, err := parse(text)
	if err != nil {
		fuzzError(t, text, err)
		return
	}
	if got := rule.Match(record); got == filter.Unknown {
		t.Fatalf("%q: unknown though all is null", text)
	}
	canonical := rule.String()
	if utf8.RuneCountInString(canonical) > filter.MaxRuleLength {
		return
	}
	again, err := parse(canonical)
	if err != nil {
		t.Fatalf("%q: canonical form: %v in %s", text, err, canonical)
	}
	if outline(again) != outline(rule) || again.String() != canonical {
		t.Fatalf("%q: canonical form %s parses back as %s", text, canonical, again)
	}
}

func fuzzError(t *testing.T, text string, err error) {
	var e *filter.SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("%q: %T is no SyntaxError", text, err)
	}
	if e.Offset < 0 || e.Offset > len(text) || e.Line < 1 || e.Column < 1 || e.Found == "" || e.Expected == "" {
		t.Fatalf("%q: %+v", text, e)
	}
	e.Caret()
}
