package accesstest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

// Each fault is told in one line: where, what was found, what was expected.
func TestFaults(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no directive", "polcy \"P\"\n", `x.case:1:1: found "polcy", expected a directive; did you mean "policy"?`},
		{"indented first", "  user alice\n", `x.case:1:3: this line is indented, but no directive stands above it`},
		{"ragged block", "case \"a\"\n  user alice\n   app b\n", `x.case:3:4: this line is indented under "user", which takes no further lines`},
		{"out of line", "case \"a\"\n    user alice\n  app b\n", `x.case:3:3: this line stands 2 columns in, its neighbours above 4; lines of one block stand in one column`},
		{"policy without a name", "policy\n", `x.case:1:7: expected the policy's name in quotes`},
		{"state", "policy \"P\" enabld\n", `x.case:1:12: found "enabld", expected the policy's state; did you mean "enabled"?`},
		{"line of a policy", "policy \"P\"\n  platform windows\n", `x.case:2:3: found "platform", expected a line of a policy; did you mean "platforms"?`},
		{"empty line of a policy", "policy \"P\"\n  users\n", `x.case:2:8: "users" ends here; expected what it holds`},
		{"line of a policy twice", "policy \"P\"\n  users a\n  users b\n", `x.case:3:3: "users" stands in this policy already`},
		{"policy twice", "policy \"P\"\n  grant mfa\npolicy \"p\"\n  grant mfa\n", `x.case:3:8: a policy "p" stands above already; clear forgets the policies above`},
		{"platform", "policy \"P\"\n  platforms windos\n", `x.case:2:13: found "windos", expected a platform; did you mean "windows"?`},
		{"location", "location \"Office\"\npolicy \"P\"\n  locations All exclude Ofice\n", `x.case:3:25: found "Ofice", expected a known location or an id; did you mean "Office"?`},
		{"role", "policy \"P\"\n  users role:GlobalAdmin\n", `x.case:2:9: found "GlobalAdmin", expected a known role or an id; did you mean "GlobalAdministrator"?`},
		{"principal", "policy \"P\"\n  users grup:staff\n", `x.case:2:9: found "grup", expected a kind of principal; did you mean "group"?`},
		{"guest", "policy \"P\"\n  users guest:b2bCollabGuest\n", `x.case:2:9: found "b2bCollabGuest", expected a kind of guest: all, b2bCollaborationGuest, b2bCollaborationMember, b2bDirectConnectUser, internalGuest, otherExternalUser, serviceProvider`},
		{"grant", "policy \"P\"\n  grant mfa and compliant\n", `x.case:2:17: found "compliant", expected a grant control: approvedApplication, block, compliantApplication, compliantDevice, custom:NAME, domainJoinedDevice, mfa, passwordChange, riskRemediation, strength:NAME, terms:NAME`},
		{"and with or", "policy \"P\"\n  grant mfa and block or terms:a\n", `x.case:2:23: found "or" after "and"; all controls of a policy are joined by the same word`},
		{"no joint", "policy \"P\"\n  grant mfa block\n", `x.case:2:13: found "block", expected "and" or "or" between two controls`},
		{"half a joint", "policy \"P\"\n  grant mfa and\n", `x.case:2:16: "and" ends here; expected a control`},
		{"rule", "policy \"P\"\n  deviceFilter include `device.isCompliant -eq`\n", `x.case:2:24: filter rule, line 1, column 23: found the end of the rule, expected`},
		{"filter mode", "policy \"P\"\n  deviceFilter inclde `x`\n", `x.case:2:16: found "inclde", expected the filter's mode; did you mean "include"?`},
		{"session", "policy \"P\"\n  session frequency=4\n", `x.case:2:21: found "4", expected a time such as 4h or 30d, or everyTime`},
		{"session word", "policy \"P\"\n  session frequncy=4h\n", `x.case:2:11: found "frequncy", expected a session control; did you mean "frequency"?`},
		{"range", "location \"HQ\" trusted 203.0.113.0/33\n", `x.case:1:23: found "203.0.113.0/33", expected an address range`},
		{"country", "location \"HQ\" countries Germany\n", `x.case:1:25: found "Germany", expected a country's two letters, such as DE`},
		{"combination", "strength \"S\"\n  allow password+smz\n", `x.case:2:18: found "smz", expected an authentication method; did you mean "sms"?`},
		{"case without a name", "case\n", `x.case:1:5: expected the name of the case in quotes`},
		{"rule id", "case \"a\" CA101\n  expect grant\n", `x.case:1:10: found "CA101", expected the id of a rule, such as CA-101`},
		{"no expectation", "case \"a\"\n  user alice\n", `x.case:1:6: the case "a" expects nothing; add a line such as: expect block 53003`},
		{"case twice", "case \"a\"\n  expect grant\ncase \"a\"\n  expect grant\n", `x.case:3:6: a case "a" stands above already`},
		{"fact", "case \"a\"\n  usr alice\n  expect grant\n", `x.case:2:3: found "usr", expected a fact or an expectation; did you mean "user"?`},
		{"fact twice", "case \"a\"\n  user alice\n  user bob\n  expect grant\n", `x.case:3:3: "user" stands in line 2 already`},
		{"two users", "case \"a\"\n  user alice bob\n  expect grant\n", `x.case:2:14: found "bob" after "alice"; "user" takes one value: a user, or none`},
		{"address", "case \"a\"\n  ip 1.2.3\n  expect grant\n", `x.case:2:6: found "1.2.3", expected an IP address such as 198.51.100.7 or 2001:db8::7`},
		{"device", "device pc trustType=AzureAD\ncase \"a\"\n  device cp\n  expect grant\n", `x.case:3:10: found "cp", expected none, a device declared above, or properties such as isCompliant=True; did you mean "pc"?`},
		{"property", "case \"a\"\n  device isComplaint=True\n  expect grant\n", `x.case:2:10: found "isComplaint", expected a property of a device; did you mean "isCompliant"?`},
		{"property's value", "case \"a\"\n  device isCompliant=yes\n  expect grant\n", `x.case:2:22: found "yes", expected a mode`},
		{"verdict", "case \"a\"\n  expect blok 53003\n", `x.case:2:10: found "blok", expected a verdict, a policy's name in quotes, or what to expect; did you mean "block"?`},
		{"code", "case \"a\"\n  expect block AADSTS53003\n", `x.case:2:16: found "AADSTS53003", expected a result code such as 53003`},
		{"policy's name", "policy \"Block abroad\"\n  grant block\ncase \"a\"\n  expect \"Block abroda\" failure\n", `x.case:4:10: found "Block abroda", expected the name of a policy above; did you mean "Block abroad"?`},
		{"result", "policy \"P\"\n  grant block\ncase \"a\"\n  expect \"P\" failed\n", `x.case:4:14: found "failed", expected a policy's result: failure, notApplied, notEnabled, reportOnlyFailure`},
		{"condition", "policy \"P\"\n  grant block\ncase \"a\"\n  expect \"P\" notApplied because place\n", `x.case:4:33: found "place", expected a condition`},
		{"no rows", "cases \"a\"\n  | user |\n", `x.case:1:7: the cases "a" have no rows`},
		{"cells", "cases \"a\"\n  | user | expect |\n  | alice |\n", `x.case:3:3: this row has 1 cells, the table 2 columns`},
		{"open row", "cases \"a\"\n  | user | expect |\n  | alice | grant\n", `x.case:3:18: this row does not end with a bar: |`},
		{"cell's fault", "cases \"a\"\n  | platform | expect |\n  | windos   | grant  |\n", `x.case:3:5: found "windos", expected a platform; did you mean "windows"?`},
		{"variable", "cases \"a\"\n  platform $os\n  | $so | expect |\n  | linux | grant  |\n", `x.case:2:12: found "$os", expected a variable: a column of the table; did you mean "$so"?`},
		{"defaults", "defaults\n  usr alice\n", `x.case:2:3: found "usr", expected a fact or an expectation; did you mean "user"?`},
		{"option", "option lve\n", `x.case:1:8: found "lve", expected an option; did you mean "live"?`},
		{"quote", "policy \"P\n", `x.case:1:8: this quoted text does not end on its line`},
		{"brace", "policy {\"a\": \"}\n", `x.case:1:8: this JSON object does not end: a "}" or a quote is missing`},
		{"JSON", "policy \"P\" {\"state\": \"enabled\",\n  \"conditions\": {\"users\": 7}, \"grantControls\": null}\n", `x.case:2:27: conditions.users: found`},
		{"no policy", "policy {\"a\": 1}\n", `x.case:1:8: this JSON object is no policy`},
		{"facts", "case \"a\"\n  facts {\"userld\": \"x\"}\n  expect grant\n", `x.case:2:20: userld: `},
		{"yes or no", "case \"a\"\n  mfaRegistered true\n  expect grant\n", `x.case:2:17: found "true", expected yes or no`},
		{"client", "case \"a\"\n  client browser\n  expect grant\n", `x.case:2:3: expected the app that asks and its kind, such as: client portal confidential`},
		{"value missing", "case \"a\"\n  user\n  expect grant\n", `x.case:2:7: "user" ends here; expected its value`},
		{"property without a value", "case \"a\"\n  device isCompliant True\n  expect grant\n", `x.case:2:10: "isCompliant" has no value; expected isCompliant=VALUE`},
		{"open list", "case \"a\"\n  device physicalIds=[a\n  expect grant\n", `x.case:2:22: this list has no closing ]`},
		{"text for a list", "case \"a\"\n  device physicalIds=a\n  expect grant\n", `x.case:2:22: found "a", expected a list such as ["a", "b"]`},
		{"list for a text", "case \"a\"\n  device model=[a]\n  expect grant\n", `x.case:2:10: found "model", expected a property that is a list: physicalIds, systemLabels`},
		{"attribute", "app payroll tier=gold\n", `x.case:1:13: found "tier", expected the attribute's set and name joined by _, such as Finance_tier`},
		{"clear with a name", "clear \"P\"\n", `x.case:1:7: found "P"; clear forgets all policies and takes no name`},
		{"name", "name user alice 7\n", `x.case:1:17: found "7", expected an id of the form`},
		{"kind of name", "name usr alice 7\n", `x.case:1:6: found "usr", expected a kind of name; did you mean "user"?`},
		{"no location", "location {\"a\": 1}\n", `x.case:1:10: this JSON object is no named location`},
		{"no strength", "strength {\"a\": 1}\n", `x.case:1:10: this JSON object is no authentication strength`},
		{"other name", "policy \"P\" {\"displayName\": \"Q\", \"conditions\": {\"users\": {}}}\n", `x.case:1:8: the policy is "P" here, but its displayName is "Q"`},
		{"on or off", "strict-unknown of\n", `x.case:1:16: found "of", expected on or off; did you mean "off"?`},
		{"on unknown", "policy \"P\"\n  onUnknown apply\n", `x.case:2:13: found "apply", expected what happens while a fact is unknown: applies, skips`},
		{"escape", "policy \"a\\n\"\n", `x.case:1:11: found \ in a quoted text`},
		{"stray brace", "policy }\n", `x.case:1:8: found "}" without "{"`},
		{"UTF-8", "# \xff\n", `x.case:1:3: found byte 0xff; a case file is UTF-8 text`},
		{"NUL", "user \x00\n", `x.case:1:6: found byte 0x00; a case file is UTF-8 text`},
		{"include alone", "include other.case\n", `x.case:1:9: this file stands alone and cannot name others`},
		{"wide letters count as one column", "case \"場所\" CA101\n", `x.case:1:11: found "CA101"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := accesstest.Parse("x.case", []byte(test.text))
			if err == nil {
				t.Fatalf("no error, expected %s", test.want)
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %s", err)
			}
			var fault *accesstest.Error
			if !errors.As(err, &fault) || fault.File != "x.case" || fault.Line < 1 || fault.Column < 1 {
				t.Errorf("no place: %#v", err)
			}
		})
	}
}

const passing = "case \"a\"\n  user alice\n  expect grant\n"

func TestFaultsOfFiles(t *testing.T) {
	policy := `{"id": "1", "displayName": "P", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}}, "grantControls": {"operator": "OR", "builtInControls": ["block"]}}`
	deep := fstest.MapFS{}
	for i := range 40 {
		deep[fmt.Sprintf("%d.case", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "include %d.case\n", i+1)}
	}
	for _, test := range []struct {
		name string
		fs   fstest.MapFS
		file string
		want string
	}{
		{"missing", fstest.MapFS{}, "a.case", "open a.case: file does not exist"},
		{"folder", fstest.MapFS{"a/b.case": {}}, "a", "a is a folder, expected a file"},
		{"include of nothing", fstest.MapFS{"a.case": {Data: []byte("include b.case\n")}}, "a.case", "a.case:1:9: open b.case: file does not exist"},
		{"circle", fstest.MapFS{"a.case": {Data: []byte("include sub/b.case\n")}, "sub/b.case": {Data: []byte("\ninclude ../a.case\n")}}, "a.case",
			"sub/b.case:2:9: includes go round in a circle: a.case → sub/b.case → a.case"},
		{"itself", fstest.MapFS{"a.case": {Data: []byte("include a.case\n")}}, "a.case", "a.case:1:9: includes go round in a circle: a.case → a.case"},
		{"deep", deep, "0.case", "31.case:1:9: 33 files include one another; expected at most 32"},
		{"fault in an include", fstest.MapFS{"a.case": {Data: []byte("include b.case\n")}, "b.case": {Data: []byte("case\n")}}, "a.case", "b.case:1:5: expected the name of the case in quotes"},
		{"large", fstest.MapFS{"a.case": {Data: make([]byte, accesstest.MaxFileSize+1)}}, "a.case", "a.case is larger than 4 MiB, the most that is read"},
		{"no tenant", fstest.MapFS{"a.case": {Data: []byte("tenant t\n")}}, "a.case", "a.case:1:8: open t: file does not exist"},
		{"tenant without policies", fstest.MapFS{"a.case": {Data: []byte("tenant t\n")}, "t/readme.md": {}, "t/x.json": {Data: []byte("{}")}}, "a.case", `a.case:1:8: found no policy in "t"`},
		{"tenant that is no JSON", fstest.MapFS{"a.case": {Data: []byte("tenant t\n")}, "t/x.json": {Data: []byte("[{,")}}, "a.case", "a.case:1:8: t/x.json:1:3: "},
		{"an id twice", fstest.MapFS{"a.case": {Data: []byte("tenant t\n")}, "t/x.json": {Data: []byte(policy)}, "t/y.json": {Data: []byte(policy)}}, "a.case",
			"a.case:1:8: t/x.json and t/y.json both hold the policy 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := accesstest.Load(test.fs, test.file)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// An include brings declarations; its cases belong to their own file.
func TestInclude(t *testing.T) {
	files := fstest.MapFS{
		"policies/all.case": {Data: []byte("policy \"P\"\n  grant block\n" + passing)},
		"a.case":            {Data: []byte("include policies/all.case\ncase \"blocked\"\n  user alice\n  app x\n  expect block 53003\n")},
	}
	cases, err := accesstest.Load(files, "a.case")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 1 || cases[0].Name != "blocked" {
		t.Fatalf("got %d cases, expected the one of a.case", len(cases))
	}
	if r := cases[0].Run(accesstest.Engine); r.Status != accesstest.Passed {
		t.Error(r.Text())
	}
}

func TestNearest(t *testing.T) {
	words := []string{"platform", "policy", "ip", "users", "sms"}
	for _, test := range []struct{ word, want string }{
		{"platfrom", "platform"}, {"polciy", "policy"}, {"POLICI", "policy"}, {"xyz", ""}, {"plat", "platform"}, {"p", ""}, {"", ""}, {"ipp", "ip"}, {strings.Repeat("p", 1000), ""},
	} {
		if got := accesstest.Nearest(test.word, words); got != test.want {
			t.Errorf("nearest to %q: got %q, want %q", test.word, got, test.want)
		}
	}
	if d := accesstest.Distance("abcd", "acbd"); d != 1 {
		t.Errorf("two letters swapped: got %d, want 1", d)
	}
}
