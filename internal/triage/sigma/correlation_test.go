package sigma_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/triage/sigma"
)

// correlation is two rules, a and b, and a correlation.
func correlation(body string) string {
	return rule(one("ResultType: 53003")) + "id: a\nname: first\n---\n" + rule(one("Location: JP")) + "id: b\n---\ntitle: C\nid: c\nlevel: high\ncorrelation:\n" + indent(body)
}

func TestCorrelations(t *testing.T) {
	for _, tt := range []struct {
		body    string
		kind    sigma.CorrelationType
		atLeast int
		span    time.Duration
		refs    int
	}{
		{"type: event_count\nrules: a\ntimespan: 10m\ncondition: {gte: 5}", sigma.EventCount, 5, 10 * time.Minute, 1},
		{"type: event_count\nrules: [first]\ntimespan: 30s\ncondition: {gt: 5}", sigma.EventCount, 6, 30 * time.Second, 1},
		{"type: event_count\nrules: [a, b]\ngroup-by: [UserPrincipalName, IPAddress]\ntimespan: 1h\ncondition: {gt: 2, gte: 9}", sigma.EventCount, 9, time.Hour, 2},
		{"type: value_count\nrules: [a]\ngroup-by: IPAddress\ntimespan: 1d\ncondition: {field: UserPrincipalName, gte: 3}", sigma.ValueCount, 3, 24 * time.Hour, 1},
		{"type: value_count\nrules: [a]\ntimespan: 1d\ncondition: {field: [UserPrincipalName, AppId], gt: 3}", sigma.ValueCount, 4, 24 * time.Hour, 1},
		{"type: temporal\nrules: [a, b]\ngroup-by: [user]\naliases:\n  user: {a: UserPrincipalName, first: UserPrincipalName, b: Username}\ntimespan: 5m", sigma.Temporal, 2, 5 * time.Minute, 2},
		{"type: temporal_ordered\nrules: [b, a]\ntimespan: 5m\ngenerate: true", sigma.TemporalOrdered, 2, 5 * time.Minute, 2},
	} {
		set, err := sigma.Parse("rule.yml", []byte(correlation(tt.body)), sigma.Options{})
		if err != nil || len(set.Correlations) != 1 || len(set.Notices) != 0 {
			t.Errorf("%s: %+v, %v", tt.body, set, err)
			continue
		}
		c := set.Correlations[0]
		if c.Type != tt.kind || c.AtLeast != tt.atLeast || c.Span != tt.span || len(c.Refs) != tt.refs || c.Level != "high" || !c.Alone() {
			t.Errorf("%s: %+v", tt.body, c)
		}
		// Both rules match the sample; those that a correlation builds on
		// are findings of their own only where it says so.
		alone := 0
		for _, m := range set.NewMatcher().Match(sample()) {
			if set.Targets()[m.Target].Correlation < 0 {
				alone++
			}
		}
		if want := 2 - tt.refs; alone != want && !strings.Contains(tt.body, "generate: true") || strings.Contains(tt.body, "generate: true") && alone != 2 {
			t.Errorf("%s: %d rules are findings of their own", tt.body, alone)
		}
	}
}

// TestCorrelationsNotSupported has what Sigma knows and we do not do: it must be
// said, and nothing like it must run.
func TestCorrelationsNotSupported(t *testing.T) {
	for body, why := range map[string]string{
		"type: value_sum\nrules: a\ntimespan: 1h\ncondition: {field: x, gte: 5}":                         "value_sum",
		"type: value_avg\nrules: a\ntimespan: 1h\ncondition: {field: x, gte: 5}":                         "value_avg",
		"type: value_percentile\nrules: a\ntimespan: 1h\ncondition: {field: x, gte: 5, percentile: 95}":  "value_percentile",
		"type: value_median\nrules: a\ntimespan: 1h\ncondition: {field: x, gte: 5}":                      "value_median",
		"type: event_count\nrules: a\ntimespan: 1h\ncondition: {lt: 5}":                                  "lt",
		"type: event_count\nrules: a\ntimespan: 1h\ncondition: {gte: 2, lte: 5}":                         "lte",
		"type: event_count\nrules: a\ntimespan: 1h\ncondition: {eq: 5}":                                  "eq",
		"type: event_count\nrules: a\ntimespan: 1h\ncondition: {neq: 5}":                                 "neq",
		"type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: a and not b":                            "temporal",
		"type: event_count\nrules: a\ntimespan: 1h\ngroup-by: IPAddress\ncondition: {gte: 2}\n" + nested: "group-by",
	} {
		text := strings.ReplaceAll(correlation(body), "  "+nested+"\n", "---\ntitle: D\ncorrelation: {type: event_count, rules: [c], timespan: 1d, group-by: [AppId], condition: {gte: 2}}\n")
		set, err := sigma.Parse("rule.yml", []byte(text), sigma.Options{})
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		said := false
		for _, n := range set.Notices {
			said = said || n.Problem == sigma.Unsupported && strings.Contains(n.Reason, why)
		}
		if !said || len(set.Correlations) > 1 || len(set.Correlations) == 1 && !strings.Contains(body, nested) {
			t.Errorf("%s: %d correlations, notices %v", body, len(set.Correlations), set.Notices)
		}
	}
}

// nested stands for a correlation of the one before it, by another group.
const nested = "@"

func TestFilters(t *testing.T) {
	base := rule(one("ResultType: 53003")) + "id: a\n---\ntitle: F\nlogsource:\n  product: azure\nfilter:\n  rules: [a]\n"
	for _, tt := range []struct {
		filter  string
		matches bool
		problem sigma.Problem
		why     string
	}{
		{"  f:\n    Location: DE\n  condition: not f\n", true, "", ""},
		{"  f:\n    Location: JP\n  condition: not f\n", false, "", ""},
		{"  f_a:\n    Location: DE\n  f_b:\n    ipAddress|cidr: 198.51.100.0/24\n  condition: not 1 of f_*\n", false, "", ""},
		{"  f:\n    Location|expand: '%Home%'\n  condition: not f\n", true, sigma.NoPlaceholder, "%Home%"},
		{"  f:\n    NoSuchField: x\n  condition: not f\n", true, sigma.LooseMatch, `filters nothing: no sign-in record has a field "NoSuchField"`},
		{"  f:\n    Status: Sucess\n  condition: f\n", false, sigma.NeverMatches, "leaves nothing"},
		{"  f:\n    NoSuchField: x\n    Location: JP\n  g:\n    Location: JP\n  condition: not f and not g\n", false, sigma.LooseMatch, `"NoSuchField"`},
	} {
		set, err := sigma.Parse("rule.yml", []byte(base+tt.filter), sigma.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.filter, err)
			continue
		}
		if got := len(set.NewMatcher().Match(sample())) == 1; got != tt.matches {
			t.Errorf("%s: matches %v, want %v", tt.filter, got, tt.matches)
		}
		switch {
		case tt.problem == "" && len(set.Notices) == 0:
		case tt.problem == "" || len(set.Notices) != 1 || set.Notices[0].Problem != tt.problem || !strings.Contains(set.Notices[0].Reason, tt.why) || set.Notices[0].Title != "F":
			t.Errorf("%s: notices %v, want %s with %q", tt.filter, set.Notices, tt.problem, tt.why)
		}
	}
	for text, why := range map[string]string{
		rule(one("Location: JP")) + "---\ntitle: F\nfilter:\n  rules: [b]\n  f:\n    Location: JP\n  condition: f\n":               `no rule "b"`,
		rule(one("Location: JP")) + "id: a\n---\ntitle: F\nfilter:\n  rules: [a]\n  f:\n    Location|sounds: JP\n  condition: f\n": "sounds",
		rule(one("Location: JP")) + "id: a\n---\ntitle: F\nfilter:\n  rules: [a]\n  f:\n    Location: JP\n":                        "no condition",
	} {
		if _, err := sigma.Parse("rule.yml", []byte(text), sigma.Options{}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("error %v, want %q", err, why)
		}
	}
}
