package sigma_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/signinlog"
)

// sample is a refused sign-in that tests ask rules about.
func sample() *signinlog.Record {
	return &signinlog.Record{
		ID: "r1", Time: time.Date(2026, 6, 1, 22, 15, 0, 0, time.UTC), UserID: "05e40000-0000-4000-8000-000000000001", UserPrincipalName: "Kenji@contoso.example", UserType: "member",
		AppID: "a1", AppDisplayName: "Wiki", ResourceDisplayName: "Wiki", IPAddress: "198.51.100.23", UserAgent: `python-requests/2.32 C:\tools`,
		Status:                    signinlog.Status{ErrorCode: signinlog.Told(access.ResultCode(53003)), FailureReason: "Access has been blocked by Conditional Access policies."},
		ConditionalAccessStatus:   "failure",
		AuthenticationRequirement: "singleFactorAuthentication", AuthenticationProtocol: "deviceCode", HomeTenantID: "t1", ResourceTenantID: "t2",
		Device: signinlog.Device{IsCompliant: signinlog.Told(false)}, Location: signinlog.Location{CountryOrRegion: "JP"}, RiskEventTypes: []string{"newCountry", "anonymizedIPAddress"},
	}
}

// rule wraps a detection as a rule.
func rule(detection string) string {
	return "title: T\nlogsource:\n  product: azure\n  service: signinlogs\ndetection:\n" + indent(detection)
}

func indent(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		b.WriteString("  " + line + "\n")
	}
	return b.String()
}

func one(condition string) string { return "s:\n  " + condition + "\ncondition: s\n" }

func TestMatch(t *testing.T) {
	tests := []struct {
		name, detection string
		want            bool
	}{
		{"number", one("ResultType: 53003"), true},
		{"number as text", one("resultType: '53003'"), true},
		{"list", one("status.errorCode: [50053, 53003]"), true},
		{"other number", one("ErrorNumber: 50053"), false},
		{"letter case of fields and values", one("USERAGENT|contains: PYTHON"), true},
		{"cased", one("userAgent|contains|cased: PYTHON"), false},
		{"cased, right", one("userAgent|cased|startswith: python"), true},
		{"wildcards", one("userAgent: 'python-*2.3? *'"), true},
		{"one character too few", one("Location: 'J?P'"), false},
		{"escaped wildcard", one(`userAgent|contains: 'python\*'`), false},
		{"backslash", one(`userAgent|endswith: 'C:\tools'`), true},
		{"doubled backslash", one(`userAgent|endswith: 'C:\\tools'`), true},
		{"startswith", one("userAgent|startswith: requests"), false},
		{"all", one("userAgent|contains|all: [python, requests]"), true},
		{"all, one missing", one("userAgent|contains|all: [python, curl]"), false},
		{"envelope's name", one("properties.appId: a1"), true},
		{"boolean", one("DeviceDetail.isCompliant: false"), true},
		{"boolean as text", one("DeviceDetail.isCompliant: 'False'"), true},
		{"empty list of networks", one("NetworkLocationDetails: '[]'"), true},
		{"null", one("DeviceDetail.trusttype: null"), true},
		{"empty text", one("DeviceDetail.deviceId: ''"), true},
		{"null of what is there", one("Location: null"), false},
		{"exists", one("Location|exists: true"), true},
		{"exists not", one("sessionId|exists: false"), true},
		{"word of the status", one("Status: Failure"), true},
		{"words in the status object", one("Status|contains: 'blocked by conditional'"), true},
		{"words of the portal", one("properties.message: Device Code"), true},
		{"one of several values", one("riskEventType: newCountry"), true},
		{"cidr", one("ipAddress|cidr: 198.51.100.0/24"), true},
		{"cidr, outside", one("ipAddress|cidr: ['192.0.2.0/24', '2001:db8::/32']"), false},
		{"re", one("userAgent|re: '^python-[a-z]+/\\d'"), true},
		{"re, letter case", one("userAgent|re: '^PYTHON'"), false},
		{"re, flag", one("userAgent|re|i: '^PYTHON'"), true},
		{"neq", one("Location|neq: DE"), true},
		{"gt", one("ResultType|gt: 53000"), true},
		{"lte", one("ResultType|lte: 53000"), false},
		{"fieldref", one("homeTenantId|fieldref: resourceTenantId"), false},
		{"fieldref, different", one("homeTenantId|fieldref|neq: resourceTenantId"), true},
		{"hour", one("createdDateTime|hour|gte: 22"), true},
		{"keywords", "s:\n  - nothing\n  - python-req\ncondition: s", true},
		{"keywords, all", "s:\n  '|all':\n    - kenji\n    - wiki\ncondition: s", true},
		{"keywords, all, one missing", "s:\n  '|all':\n    - kenji\n    - crm\ncondition: s", false},
		{"list of maps", "s:\n  - Location: DE\n  - Location: JP\ncondition: s", true},
		{"fields of a map", "s:\n  Location: JP\n  ResultType: 0\ncondition: s", false},
		{"and not", "s:\n  Location: JP\nf:\n  ResultType: 0\ncondition: s and not f", true},
		{"1 of", "s_a:\n  Location: DE\ns_b:\n  Location: JP\ncondition: 1 of s_*", true},
		{"all of", "s_a:\n  Location: DE\ns_b:\n  Location: JP\ncondition: all of s_*", false},
		{"them leaves underscores out", "_x:\n  Location: DE\ns:\n  Location: JP\ncondition: all of them", true},
		{"binding", "a:\n  Location: JP\nb:\n  Location: DE\nc:\n  Location: FR\ncondition: a or b and c", true},
		{"brackets", "a:\n  Location: JP\nb:\n  Location: DE\nc:\n  Location: FR\ncondition: (a or b) and c", false},
		{"several conditions", "a:\n  Location: DE\nb:\n  Location: JP\ncondition:\n  - a\n  - b", true},
		{"description beside a code", one("ResultType: 53003\n  Resultdescription: Blocked by Conditional Access"), true},
		{"base64", one("userAgent|base64|contains: foo"), false},
		{"windash", one("userAgent|windash|contains: ' -x'"), false},
		{"unknown field is null", "s:\n  NoSuchField: null\n  Location: JP\ncondition: s", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := sigma.Parse("rule.yml", []byte(rule(tt.detection)), sigma.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := len(set.NewMatcher().Match(sample())) == 1
			if got != tt.want {
				t.Errorf("matches: %v, want %v; notices %v", got, tt.want, set.Notices)
			}
		})
	}
}

func TestExactDescriptions(t *testing.T) {
	text := []byte(rule(one("ResultType: 53003\n  Resultdescription: Blocked by Conditional Access")))
	set, err := sigma.Parse("rule.yml", text, sigma.Options{ExactDescriptions: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := set.NewMatcher().Match(sample()); len(got) != 0 {
		t.Errorf("matches a text that the service does not write: %v", got)
	}
	set, err = sigma.Parse("rule.yml", text, sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Notices) != 1 || set.Notices[0].Problem != sigma.LooseMatch {
		t.Errorf("notices %v, want one that the match is loose", set.Notices)
	}
}

func TestNotices(t *testing.T) {
	tests := []struct {
		name, text string
		want       sigma.Problem
		why        string
	}{
		{"other log", "title: T\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  s: {Category: Policy}\n  condition: s\n", sigma.OtherLog, "azure/auditlogs"},
		{"unknown field", rule(one("NoSuchField: x")), sigma.NeverMatches, `no sign-in record has a field "NoSuchField"`},
		{"word that is none", rule(one("Status: Sucess")), sigma.NeverMatches, "Success, Failure, Interrupted"},
		{"placeholder left as text", rule(one("Username: UPN")), sigma.NeverMatches, "a user principal name"},
		{"code that is none", rule(one("ResultType: Success")), sigma.NeverMatches, "a number"},
		{"operation of another log", "title: T\nlogsource: {product: m365, service: audit}\ndetection:\n  s: {Operation|contains: Disable Strong}\n  condition: s\n", sigma.NeverMatches, "UserLoggedIn"},
		{"everything", rule("s:\n  NoSuchField: x\ncondition: not s"), sigma.AlwaysMatches, "NoSuchField"},
		{"placeholder", rule(one("location|contains|expand: '%Known_Location%'")), sigma.NoPlaceholder, "%Known_Location%"},
		{"old count", rule("s:\n  ResultType: 50126\ncondition: s | near x"), sigma.OldAggregation, "near"},
		{"old count without a span", rule("s:\n  ResultType: 50126\ncondition: s | count() > 5"), sigma.OldAggregation, "timeframe"},
		{"sum", rule(one("ResultType: 0")) + "id: a\n---\ntitle: C\ncorrelation: {type: value_sum, rules: [a], timespan: 1h, condition: {gte: 3, field: x}}\n", sigma.Unsupported, "value_sum"},
		{"fewer than", rule(one("ResultType: 0")) + "id: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {lt: 3}}\n", sigma.Unsupported, "lt"},
		{"on a rule that does not run", rule(one("Status: Sucess")) + "id: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}}\n", sigma.NeverMatches, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := sigma.Parse("rule.yml", []byte(tt.text), sigma.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Notices) == 0 || set.Notices[0].Problem != tt.want || !strings.Contains(set.Notices[0].Reason, tt.why) {
				t.Errorf("notices %v, want %s with %q", set.Notices, tt.want, tt.why)
			}
			if len(set.NewMatcher().Match(sample())) > 0 && tt.want != sigma.Unsupported {
				t.Errorf("a rule that does not run matches")
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"modifier", rule(one("Location|sounds: JP")), `unknown modifier "sounds"`},
		{"modifiers that exclude each other", rule(one("Location|contains|cidr: JP")), "exclude each other"},
		{"flag without re", rule(one("Location|i: JP")), "without re"},
		{"expression", rule(one("Location|re: '('")), "missing closing )"},
		{"block", rule(one("ipAddress|cidr: everywhere")), "192.0.2.0/24"},
		{"number", rule(one("ResultType|gt: many")), "want a number"},
		{"identifier", rule("s:\n  Location: JP\ncondition: t"), `no search identifier "t"`},
		{"bracket", rule("s:\n  Location: JP\ncondition: (s"), "not closed"},
		{"deep", rule("s:\n  Location: JP\ncondition: " + strings.Repeat("(", 200) + "s" + strings.Repeat(")", 200)), "brackets"},
		{"trailing word", rule("s:\n  Location: JP\ncondition: s s"), `unexpected "s"`},
		{"no condition", rule("s:\n  Location: JP"), "no condition"},
		{"null in a list", rule(one("Location: [null, JP]")), "null in a list"},
		{"empty map", rule("s: {}\ncondition: s"), "empty map"},
		{"no title", "detection:\n  s: {Location: JP}\n  condition: s\n", "no title"},
		{"no rule", "- 1\n", "expected a Sigma rule"},
		{"no YAML", "title: [\n", "rule.yml"},
		{"id twice", rule(one("Location: JP")) + "id: a\n---\n" + rule(one("Location: DE")) + "id: a\n", `"a" again`},
		{"correlation type", rule(one("Location: JP")) + "id: a\n---\ntitle: C\ncorrelation: {type: guess, rules: [a], timespan: 1h}\n", `unknown type "guess"`},
		{"correlation's rule", "title: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {gte: 3}}\n", `no rule "a"`},
		{"timespan", rule(one("Location: JP")) + "id: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: soon, condition: {gte: 3}}\n", `timespan "soon"`},
		{"operator", rule(one("Location: JP")) + "id: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: {about: 3}}\n", `unknown operator "about"`},
		{"group", rule(one("Location: JP")) + "id: a\n---\ntitle: C\ncorrelation: {type: event_count, rules: [a], group-by: [Nothing], timespan: 1h, condition: {gte: 3}}\n", `"Nothing"`},
		{"circle", "title: C\nid: c\ncorrelation: {type: temporal, rules: [d], timespan: 1h}\n---\ntitle: D\nid: d\ncorrelation: {type: temporal, rules: [c], timespan: 1h}\n", "builds on itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sigma.Parse("rule.yml", []byte(tt.text), sigma.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "rule.yml") {
				t.Errorf("error %v, want one about rule.yml and %q", err, tt.want)
			}
			if _, err := sigma.Parse("rule.yml", []byte(tt.text), sigma.Options{SkipInvalid: true}); err != nil && tt.name != "no YAML" {
				t.Errorf("not skipped: %v", err)
			}
		})
	}
}

func TestPlaceholdersAndFilters(t *testing.T) {
	text := rule(one("location|contains|expand: '%Home%'")) + "id: a\n---\ntitle: F\nfilter:\n  rules: [a]\n  kenji:\n    UserPrincipalName|startswith: kenji\n  condition: not kenji\n"
	set, err := sigma.Parse("rule.yml", []byte(text), sigma.Options{Placeholders: map[string][]string{"Home": {"DE", "JP"}}})
	if err != nil {
		t.Fatal(err)
	}
	r := sample()
	if got := set.NewMatcher().Match(r); len(got) != 0 {
		t.Errorf("matches in spite of the filter")
	}
	r.UserPrincipalName = "anna@contoso.example"
	if got := set.NewMatcher().Match(r); len(got) != 1 {
		t.Errorf("the placeholder's value does not match")
	}
}

// FuzzParse wants rules to be read or refused, and never to panic.
func FuzzParse(f *testing.F) {
	f.Add(rule(one("ResultType: 53003")))
	f.Add(rule("s:\n  - a\n  - '|all': [x, y]\ncondition: 1 of s*"))
	f.Add(rule("s:\n  userAgent|base64offset|contains: [a, '?*']\ncondition: s | count(UserPrincipalName) by IPAddress > 3\ntimeframe: 10m"))
	f.Add(rule(one("Location|re|i: '^j'")) + "id: a\n---\ntitle: C\ncorrelation: {type: temporal, rules: [a], group-by: [Location], timespan: 1h}\n")
	f.Add("title: F\nfilter: {rules: [a], condition: s}\n")
	f.Add(rule(one("Location|windash|expand: '-a /b %x%%x%'")) + "id: a\n---\ntitle: F\nfilter:\n  rules: [a]\n  f: {Location: JP}\n  condition: not f\n")
	f.Add(rule("s:\n  '|cased|all': [Kenji]\n  createdDateTime|hour|gte: 3\n  AppId|fieldref|neq: ResourceId\ncondition: not 1 of them"))
	f.Fuzz(func(t *testing.T, text string) {
		set, err := sigma.Parse("rule.yml", []byte(text), sigma.Options{SkipInvalid: true, Placeholders: map[string][]string{"x": {"y"}}})
		if err != nil {
			return
		}
		set.NewMatcher().Match(sample())
	})
}
