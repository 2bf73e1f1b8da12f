package filter_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/access/filter"
	"pgregory.net/rapid"
)

func TestPrint(t *testing.T) {
	tests := []struct{ rule, want string }{
		{`isCompliant EQ "true"`, `device.isCompliant -eq True`},
		{`device.trustType ne serverad`, `device.trustType -ne "ServerAD"`},
		{`MODEL in ['a' , "b"]`, `device.model -in ["a", "b"]`},
		{`mdmappid -notin [7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa]`, `device.mdmAppId -notIn ["7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa"]`},
		{`model eq $NULL`, `device.model -eq null`},
		{`model eq "null"`, `device.model -eq "null"`},
		{`device.systemLabels -eq "CloudPC"`, `device.systemLabels -eq "CloudPC"`},
		{`((model eq "a" and ((model eq "b" and model eq "c"))))`, `device.model -eq "a" -and device.model -eq "b" -and device.model -eq "c"`},
		{`(model eq "a" and model eq "b") or (model eq "c")`, `device.model -eq "a" -and device.model -eq "b" -or device.model -eq "c"`},
		{`(model eq "a" or model eq "b") and model eq "c"`, `(device.model -eq "a" -or device.model -eq "b") -and device.model -eq "c"`},
		{`not (model eq "a")`, `-not device.model -eq "a"`},
		{`not (not (model eq "a"))`, `-not -not device.model -eq "a"`},
		{`not(model eq "a" and model eq "b")`, `-not (device.model -eq "a" -and device.model -eq "b")`},
		{`model eq 'it''s "x"'`, "device.model -eq \"it's `\"x`\"\""},
		{`model eq "say \"x\""`, "device.model -eq \"say `\"x`\"\""},
		{"model eq \"say `\"x`\"\"", "device.model -eq \"say `\"x`\"\""},
		{`model eq "\\server\share"`, `device.model -eq "\\server\share"`},
		{"model eq \"C:`\\\"", "device.model -eq \"C:`\\\""},
		{`model eq 'it\'s'`, `device.model -eq "it's"`},
		{`model eq 'a\"b'`, "device.model -eq \"a\\`\"b\""},
		{`model eq "a\'b"`, `device.model -eq "a\'b"`},
		{"model eq \"a`b\"", "device.model -eq \"a``b\""},
		{`model eq ''`, `device.model -eq ""`},
	}
	for _, tt := range tests {
		rule := mustDevice(t, tt.rule)
		if got := rule.String(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.rule, got, tt.want)
		}
		if rule.Source() != tt.rule {
			t.Errorf("%s: source %s", tt.rule, rule.Source())
		}
	}
}

func TestPrintApp(t *testing.T) {
	rule, err := filter.ParseApp(`customSecurityAttribute.a_B contains "x" or CUSTOMSECURITYATTRIBUTE.A_b eq null`)
	if err != nil {
		t.Fatal(err)
	}
	want := `CustomSecurityAttribute.a_B -contains "x" -or CustomSecurityAttribute.a_B -eq null`
	if got := rule.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := rule.Properties(); len(got) != 1 {
		t.Errorf("one attribute in two cases is %v", got)
	}
}

// The canonical form parses back to the same tree.
func TestPrintParsesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, parse := deviceColumns, filter.ParseDevice
		if rapid.Bool().Draw(t, "app") {
			columns, parse = appColumns, filter.ParseApp
		}
		rule, err := parse(genExpr(t, columns, 3).write(t))
		if err != nil {
			t.Skip("too long")
		}
		text := rule.String()
		again, err := parse(text)
		if err != nil {
			if len(text) > filter.MaxRuleLength {
				t.Skip("too long")
			}
			t.Fatalf("%v in canonical %s", err, text)
		}
		if got, want := outline(again), outline(rule); got != want || again.String() != text {
			t.Fatalf("%s\nparses back as %s\ncanonical form %s", want, got, text)
		}
	})
}
