package accesstest_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/accesstest"
)

const office = `location "HQ" trusted 203.0.113.0/24
policy "MFA outside"
  users      All exclude group:breakglass
  apps       Office365
  locations  All exclude AllTrusted
  grant      mfa
policy "Of no concern"
  users bob
  grant block
policy "Nor this" disabled
  grant block

case "wrong & <wrong>" CA-60 CA-104
  user    alice
  app     Exchange
  ip      198.51.100.7
  expect  grant
  expect  "MFA outside" success missing none
  expect  missing strength:PhishingResistant, terms:conduct
  expect  status success
  expect  session frequency=4h
case "right"
  user    alice
  app     Exchange
  ip      203.0.113.9
  expect  grant
`

func run(t *testing.T, text string, e accesstest.Evaluator) accesstest.Results {
	t.Helper()
	cases, err := accesstest.Parse("office.case", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return accesstest.Run(cases, e)
}

// A failure tells what was wanted, what came, and what the policies saw.
func TestFailureText(t *testing.T) {
	results := run(t, office, accesstest.Engine)
	if results.Count(accesstest.Failed) != 1 || results.Count(accesstest.Passed) != 1 {
		t.Fatalf("got %v", results)
	}
	got := results[0].Text()
	for _, want := range []string{
		"office.case:17:11\n  wanted  grant\n  got     interrupt 50074\n",
		"office.case:18:11\n  wanted  \"MFA outside\" success missing none\n  got     failure missing mfa\n",
		"  wanted  missing strength:PhishingResistant terms:conduct\n  got     missing mfa\n",
		"  wanted  status success\n  got     status failure\n",
		"  wanted  session frequency=4h\n  got     session none\n",
		"the answer: interrupt 50074, status failure, session none\n  \"MFA outside\" failure missing mfa\n",
		"alice", "breakglass", "198.51.100.7",
		"\n  2 more that do not apply",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the text lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Of no concern") {
		t.Errorf("the text tells a policy that has no part in the failure:\n%s", got)
	}
	if results[1].Text() != "" {
		t.Errorf("a case that passed has a text: %s", results[1].Text())
	}
}

// The corpus notices evaluators that are wrong: one that lets everyone in, one
// that finds fault with every policy, one that gives no answer.
func TestCorpusNotices(t *testing.T) {
	cases, err := accesstest.LoadCorpus()
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]accesstest.Evaluator{
		"grants": func(src access.Source, opt access.Options, f *access.Facts) (accesstest.Answer, error) {
			a, err := accesstest.Engine(src, opt, f)
			a.Decision = access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}
			return a, err
		},
		"ignores exclusions": func(src access.Source, opt access.Options, f *access.Facts) (accesstest.Answer, error) {
			policies := append([]access.Policy(nil), src.Policies...)
			for i := range policies {
				policies[i].Conditions.Users.Exclude = access.Principals{}
			}
			src.Policies = policies
			return accesstest.Engine(src, opt, f)
		},
		"reads OR as AND": func(src access.Source, opt access.Options, f *access.Facts) (accesstest.Answer, error) {
			policies := append([]access.Policy(nil), src.Policies...)
			for i := range policies {
				if g := policies[i].Grant; g != nil {
					all := *g
					all.Any = false
					policies[i].Grant = &all
				}
			}
			src.Policies = policies
			return accesstest.Engine(src, opt, f)
		},
	}
	for name, evaluate := range wrong {
		if n := accesstest.Run(cases, evaluate).Count(accesstest.Failed); n < 5 {
			t.Errorf("an evaluator that %s fails %d cases, expected many", name, n)
		}
	}
}

func TestEvaluatorErrors(t *testing.T) {
	broken := errors.New("no such engine")
	for _, test := range []struct {
		name   string
		e      accesstest.Evaluator
		status accesstest.Status
		text   string
	}{
		{"error", func(access.Source, access.Options, *access.Facts) (accesstest.Answer, error) {
			return accesstest.Answer{}, broken
		}, accesstest.Failed, "no such engine"},
		{"panic", func(access.Source, access.Options, *access.Facts) (accesstest.Answer, error) { panic("lost") }, accesstest.Failed, "a panic: lost"},
		{"not judged", func(access.Source, access.Options, *access.Facts) (accesstest.Answer, error) {
			return accesstest.Answer{}, accesstest.ErrNotJudged
		}, accesstest.Skipped, ""},
		{"no outcomes", func(access.Source, access.Options, *access.Facts) (accesstest.Answer, error) {
			return accesstest.Answer{}, nil
		}, accesstest.Failed, "no outcome of this policy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := run(t, office, test.e)[0]
			if r.Status != test.status || !strings.Contains(r.Text(), test.text) {
				t.Errorf("got %v: %s", r.Status, r.Text())
			}
		})
	}
}

func TestExpectRefused(t *testing.T) {
	text := `policy "Toothless"
  users All
case "by name and rule"
  expect refused "Toothless" CA-3
case "by anything"
  expect refused
case "another rule"
  expect refused "Toothless" CA-8
case "an answer"
  expect grant
`
	var got []accesstest.Status
	for _, r := range run(t, text, accesstest.Engine) {
		got = append(got, r.Status)
	}
	want := []accesstest.Status{accesstest.Passed, accesstest.Passed, accesstest.Failed, accesstest.Failed}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("case %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

func TestWriteJUnit(t *testing.T) {
	var b bytes.Buffer
	results := run(t, office, accesstest.Engine)
	results[1].Status = accesstest.Skipped
	results[0].Name += "\x01"
	if err := accesstest.WriteJUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	var root struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string  `xml:"name,attr"`
				File    string  `xml:"file,attr"`
				Line    int     `xml:"line,attr"`
				Failure *string `xml:"failure"`
				Skipped *string `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if root.Tests != 2 || root.Failures != 1 || root.Skipped != 1 || len(root.Suites) != 1 || root.Suites[0].Name != "office.case" {
		t.Errorf("got %+v", root)
	}
	c := root.Suites[0].Cases
	if c[0].Name != "wrong & <wrong>" || c[0].Line != 13 || c[0].Failure == nil || *c[0].Failure != results[0].Text() || c[1].Skipped == nil {
		t.Errorf("got %+v", c)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteJUnitFails(t *testing.T) {
	if err := accesstest.WriteJUnit(full{}, nil); err == nil {
		t.Error("no error although nothing could be written")
	}
}
