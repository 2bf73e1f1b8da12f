package filter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access/filter"
)

// The rows of CA-84's table. CA-87 adds Eq and Ne to the collections.
func TestOperatorsOfProperties(t *testing.T) {
	all := []string{"-eq", "-ne", "-startsWith", "-notStartsWith", "-endsWith", "-notEndsWith", "-contains", "-notContains", "-in", "-notIn"}
	rows := []struct {
		properties string
		operators  string
		value      string
	}{
		{"deviceId mdmAppId", "-eq -ne -in -notIn", "7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa"},
		{"displayName manufacturer model enrollmentProfileName operatingSystem operatingSystemVersion", strings.Join(all, " "), "x"},
		{"extensionAttribute1 extensionAttribute2 extensionAttribute3 extensionAttribute4 extensionAttribute5", strings.Join(all, " "), "x"},
		{"extensionAttribute6 extensionAttribute7 extensionAttribute8 extensionAttribute9 extensionAttribute10", strings.Join(all, " "), "x"},
		{"extensionAttribute11 extensionAttribute12 extensionAttribute13 extensionAttribute14 extensionAttribute15", strings.Join(all, " "), "x"},
		{"deviceOwnership", "-eq -ne", "Personal"},
		{"deviceOwnership", "-eq -ne", "Company"},
		{"isCompliant", "-eq -ne", "True"},
		{"isCompliant", "-eq -ne", "False"},
		{"physicalIds systemLabels", "-contains -notContains -eq -ne", "x"},
		{"profileType", "-eq -ne", "RegisteredDevice"},
		{"profileType", "-eq -ne", "SecureVM"},
		{"profileType", "-eq -ne", "Printer"},
		{"profileType", "-eq -ne", "Shared"},
		{"profileType", "-eq -ne", "IoT"},
		{"trustType", "-eq -ne", "AzureAD"},
		{"trustType", "-eq -ne", "ServerAD"},
		{"trustType", "-eq -ne", "Workplace"},
	}
	for _, row := range rows {
		allowed := strings.Fields(row.operators)
		for _, property := range strings.Fields(row.properties) {
			for _, op := range all {
				rule := "device." + property + " " + op + ` "` + row.value + `"`
				if op == "-in" || op == "-notIn" {
					rule = "device." + property + " " + op + ` ["` + row.value + `"]`
				}
				_, err := filter.ParseDevice(rule)
				switch {
				case slices.Contains(allowed, op):
					if err != nil {
						t.Errorf("CA-84: %s: %v", rule, err)
					}
				case err == nil:
					t.Errorf("CA-84: %s: accepted", rule)
				default:
					requireMentions(t, rule, err.Error(), append(allowed, "operator "+op, "device."+property))
				}
			}
		}
	}
}

func requireMentions(t *testing.T, rule, message string, words []string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(message, word) {
			t.Errorf("%s: %q does not mention %s", rule, message, word)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	const guid = "7b0d5c1e-35b4-4c37-9b2e-9c01b0f5f1aa"
	tests := []struct {
		rule         string
		line, column int
		found        string
		expected     string
	}{
		{"", 1, 1, "the end of the rule", "a property of a device (deviceId, displayName"},
		{" \n\t", 2, 2, "the end of the rule", "a property of a device"},
		{`device.isManaged -eq True`, 1, 1, "device.isManaged", "extensionAttribute1 to extensionAttribute15"},
		{`device.extensionAttribute16 -eq "x"`, 1, 1, "device.extensionAttribute16", "a property of a device"},
		{`CustomSecurityAttribute.a_b -eq "x"`, 1, 1, "CustomSecurityAttribute.a_b", "a property of a device"},
		{`"x" -eq device.model`, 1, 1, `the string "x"`, "a property of a device"},
		{`device.model`, 1, 13, "the end of the rule", "an operator of device.model (-eq, -ne, -startsWith"},
		{`device.model -match "x"`, 1, 14, "-match", "an operator of device.model"},
		{`device.model = "x"`, 1, 14, "=", "a property, an operator"},
		{`device.trustType -startsWith "A"`, 1, 18, "operator -startsWith, which device.trustType does not take", "-eq or -ne"},
		{`device.deviceId -contains "A"`, 1, 17, "operator -contains", "-eq, -ne, -in or -notIn"},
		{`device.model -eq`, 1, 17, "the end of the rule", "a string in quotes"},
		{`device.model -eq Surface`, 1, 18, "Surface", "a string in quotes"},
		{`device.model -eq 10.0`, 1, 18, "10.0", "a string in quotes"},
		{`device.model -startsWith null`, 1, 26, "null", "a string in quotes"},
		{`device.model -eq ["x"]`, 1, 18, "[", "a string in quotes"},
		{`device.model -eq “x”`, 1, 18, "“", "a straight quote"},
		{`device.model -eq \"x\"`, 1, 18, `\`, "a quote without a backslash"},
		{"device.model -eq \x01", 1, 18, "U+0001", "a property"},
		{"device.model -eq \xff", 1, 18, "byte 0xFF", "UTF-8"},
		{"device.model -eq \"\xff\"", 1, 18, "a string that is no UTF-8", "UTF-8"},
		{`device.model -eq "x`, 1, 18, "a string that does not end", `a closing "`},
		{`device.model -eq 'x"`, 1, 18, "a string that does not end", `a closing '`},
		{`device.trustType -eq "Hybrid"`, 1, 22, `the string "Hybrid"`, "a value of device.trustType (AzureAD, ServerAD or Workplace)"},
		{`device.trustType -eq Azure`, 1, 22, "Azure", "AzureAD, ServerAD or Workplace"},
		{`device.deviceOwnership -ne "Corporate"`, 1, 28, `the string "Corporate"`, "Personal or Company"},
		{`device.isCompliant -eq 1`, 1, 24, "1", "True or False"},
		{`device.isCompliant -eq "Yes"`, 1, 24, `the string "Yes"`, "True or False"},
		{`device.profileType -eq "Kiosk"`, 1, 24, `the string "Kiosk"`, "RegisteredDevice, SecureVM, Printer, Shared or IoT"},
		{`device.deviceId -eq and`, 1, 21, "and", "a GUID"},
		{`device.deviceId -eq ` + guid[1:], 1, 21, guid[1:], "a GUID"},
		{`device.deviceId -eq ` + strings.Replace(guid, "-", "0", 1), 1, 21, "7b0d5c1e0", "a GUID"},
		{`device.deviceId -eq ` + strings.Replace(guid, "a", "g", 1), 1, 21, "7b0d5c1e", "a GUID"},
		{`device.model -in "x"`, 1, 18, `the string "x"`, `a list such as ["a", "b"]`},
		{`device.model -in []`, 1, 19, "]", "a string in quotes"},
		{`device.model -in ["x",]`, 1, 23, "]", "a string in quotes"},
		{`device.model -in ["x" "y"]`, 1, 23, `the string "y"`, "a comma or a closing bracket"},
		{`device.model -in ["x"`, 1, 22, "the end of the rule", "a comma or a closing bracket"},
		{`device.model -in ["x", null]`, 1, 24, "null", "a string in quotes"},
		{`(device.model -eq "x"`, 1, 22, "the end of the rule", "a closing parenthesis"},
		{`device.model -eq "x")`, 1, 21, ")", "-and, -or or the end of the rule"},
		{`device.model -eq "x" device.model -eq "y"`, 1, 22, "device.model", "-and, -or"},
		{`device.model -eq "x" -and`, 1, 26, "the end of the rule", "a property of a device"},
		{`device.model -eq "x" -xor device.model -eq "y"`, 1, 22, "-xor", "-and, -or"},
		{`-not`, 1, 5, "the end of the rule", "a property of a device"},
		{"device.model -eq \"é\"\r\n  -and\r\n  é", 3, 3, "é", "a property of a device"},
		{"device.model -eq null \"" + strings.Repeat("a\n", 100) + `"`, 1, 23, `the string "` + strings.Repeat("a ", 20) + "…", "-and, -or"},
		{strings.Repeat("(", 1000), 1, 101, "parentheses and -not more than 100 deep", "less nesting"},
		{strings.Repeat("-not ", 600), 1, 506, "parentheses and -not more than 100 deep", "less nesting"},
	}
	for _, tt := range tests {
		_, err := filter.ParseDevice(tt.rule)
		checkSyntaxError(t, tt.rule, err, tt.line, tt.column, tt.found, tt.expected)
	}
}

func TestAppSyntaxErrors(t *testing.T) {
	tests := []struct {
		rule     string
		column   int
		found    string
		expected string
	}{
		{`device.model -eq "x"`, 1, "device.model", "a custom security attribute (CustomSecurityAttribute.Set_Name)"},
		{`Set_Name -eq "x"`, 1, "Set_Name", "a custom security attribute"},
		{`CustomSecurityAttribute. -eq "x"`, 1, "CustomSecurityAttribute.", "a custom security attribute"},
		{`CustomSecurityAttribute.Set.Name -eq "x"`, 1, "CustomSecurityAttribute.Set.Name", "a custom security attribute"},
		{`CustomSecurityAttribute.Set_Name -eq x`, 38, "x", "a string in quotes"},
		{`CustomSecurityAttribute.Set_Name -le "x"`, 34, "-le", "an operator of CustomSecurityAttribute.Set_Name"},
	}
	for _, tt := range tests {
		_, err := filter.ParseApp(tt.rule)
		checkSyntaxError(t, tt.rule, err, 1, tt.column, tt.found, tt.expected)
	}
}

func checkSyntaxError(t *testing.T, rule string, err error, line, column int, found, expected string) {
	t.Helper()
	var e *filter.SyntaxError
	if !errors.As(err, &e) {
		t.Errorf("%q: got %v, want a SyntaxError", rule, err)
		return
	}
	if e.Line != line || e.Column != column {
		t.Errorf("%q: at %d:%d, want %d:%d (%v)", rule, e.Line, e.Column, line, column, e)
	}
	if !strings.HasPrefix(e.Found, found) || !strings.Contains(e.Expected, expected) {
		t.Errorf("%q: %v; want found %s, expected %s", rule, e, found, expected)
	}
	if strings.Contains(e.Error(), "\n") {
		t.Errorf("%q: the message has several lines", rule)
	}
}

// LIM-4: the limit counts characters, not bytes.
func TestRuleLength(t *testing.T) {
	frame := len(`device.model -eq ""`)
	fits := `device.model -eq "` + strings.Repeat("é", filter.MaxRuleLength-frame) + `"`
	if _, err := filter.ParseDevice(fits); err != nil {
		t.Errorf("LIM-4: a rule of %d characters: %v", filter.MaxRuleLength, err)
	}
	_, err := filter.ParseDevice(fits + " ")
	checkSyntaxError(t, "long", err, 1, filter.MaxRuleLength+1, "a rule of 3073 characters", "at most 3072")
	if _, err := filter.ParseDevice(strings.Repeat("(", 4000)); err == nil {
		t.Error("4,000 parentheses: accepted")
	}
}

func TestNestingBelowTheBound(t *testing.T) {
	rule := strings.Repeat("-not (", 50) + `device.model -eq "x"` + strings.Repeat(")", 50)
	if got := mustDevice(t, rule).Match(unregistered); got != filter.False {
		t.Errorf("50 negations: got %v", got)
	}
	wide := strings.Repeat("(model eq null) and ", 150) + "model eq null"
	if got := mustDevice(t, wide).Match(unregistered); got != filter.True {
		t.Errorf("wide rule: got %v", got)
	}
}

func TestCaret(t *testing.T) {
	_, err := filter.ParseDevice("device.model -eq \"é\"\n\t-and device.mod -eq \"x\"")
	var e *filter.SyntaxError
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := " -and device.mod -eq \"x\"\n" +
		"      ^"
	if got := e.Caret(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, err = filter.ParseDevice(strings.Repeat(`device.model -eq "x" -or `, 100) + "x" + strings.Repeat(" y", 90))
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	picture, caret, _ := strings.Cut(e.Caret(), "\n")
	if got := len([]rune(picture)); got > 130 || []rune(picture)[len(caret)-1] != 'x' {
		t.Errorf("a long line is shown as\n%s\n%s", picture, caret)
	}
}
