package accesstest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Answer is what an evaluator says of an attempt.
type Answer struct {
	access.Decision
	Outcomes []access.Outcome // of each policy, in any order
	Session  access.SessionControls
	// Reasons tells what the conditions of Outcomes[i]'s policy wanted and
	// saw. It may be nil: it only makes a failure easier to read.
	Reasons func(i int) []access.Reason
}

// Evaluator decides an attempt. It returns access.Faults for a source that it
// refuses, and ErrNotJudged for a question outside of what it answers. It must
// not change what it is given, and must not keep the facts.
type Evaluator func(access.Source, access.Options, *access.Facts) (Answer, error)

// ErrNotJudged is what an evaluator returns for a case that it does not judge;
// the case counts as skipped.
var ErrNotJudged = errors.New("not judged by this evaluator")

// Status is how a case ended.
type Status uint8

// The statuses.
const (
	Passed Status = iota
	Failed
	Skipped
)

func (s Status) String() string { return [...]string{"passed", "failed", "skipped"}[s] }

// Result is how a case ended and, if it failed, why.
type Result struct {
	Name     string
	At       Position
	Rules    []string
	Status   Status
	Failures []Failure
	// Explanation is what the evaluator says every policy did, a line each;
	// of a failed case only.
	Explanation []string
}

// Failure is one expectation that was not met.
type Failure struct {
	At        Position
	Want, Got string // as a case file writes them
}

// String returns one line.
func (f Failure) String() string { return fmt.Sprintf("%v: wanted %s, got %s", f.At, f.Want, f.Got) }

// Text tells why the case failed, over several lines; it is empty otherwise.
func (r Result) Text() string {
	if r.Status != Failed {
		return ""
	}
	var b strings.Builder
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "%s\n  wanted  %s\n  got     %s\n", f.At, f.Want, strings.ReplaceAll(f.Got, "\n", "\n          "))
	}
	for _, line := range r.Explanation {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Results are the results of cases, in their order.
type Results []Result

// Count returns how many cases have the status.
func (r Results) Count(s Status) int {
	n := 0
	for i := range r {
		if r[i].Status == s {
			n++
		}
	}
	return n
}

// Run asks the evaluator about every case. A panic of the evaluator fails the
// case.
func Run(cases []Case, evaluate Evaluator) Results {
	out := make(Results, len(cases))
	for i := range cases {
		out[i] = cases[i].Run(evaluate)
	}
	return out
}

// Run asks the evaluator about the case.
func (c *Case) Run(evaluate Evaluator) (r Result) {
	r = Result{Name: c.Name, At: c.At, Rules: c.Rules}
	defer func() {
		if p := recover(); p != nil {
			r.fail(Failure{At: c.At, Want: "an answer", Got: fmt.Sprintf("a panic: %v", p)})
		}
	}()
	facts := c.Facts
	answer, err := evaluate(c.Source, c.Options, &facts)
	if errors.Is(err, ErrNotJudged) {
		r.Status = Skipped
		return r
	}
	about := map[access.PolicyID]bool{}
	for _, e := range c.expectations {
		got := ""
		if err != nil && !e.refusal {
			got = err.Error()
		} else {
			got = e.got(&answer, err)
		}
		if got != "" {
			r.fail(Failure{At: e.at, Want: e.text, Got: got})
			about[e.policy] = true
		}
	}
	if r.Status == Failed && err == nil {
		r.Explanation = c.explain(&answer, about)
	}
	return r
}

func (r *Result) fail(f Failure) {
	r.Status = Failed
	r.Failures = append(r.Failures, f)
}

// explain tells the answer as expectations would write it, and every policy that
// may apply or that a failure is about.
func (c *Case) explain(a *Answer, about map[access.PolicyID]bool) []string {
	lines := []string{fmt.Sprintf("the answer: %v %d, status %v, session %s", a.Verdict, a.Code, a.Status, spellSession(a.Session))}
	others := 0
	for i, o := range a.Outcomes {
		if idle(o.Result) && !about[o.Policy.ID] {
			others++
			continue
		}
		lines = append(lines, "  "+c.outcome(&o))
		if a.Reasons == nil {
			continue
		}
		for _, reason := range a.Reasons(i) {
			lines = append(lines, fmt.Sprintf("    %s %v: wanted %s, saw %s", sign(reason.Truth), reason.Condition, c.names.readable(reason.Wanted), c.names.readable(reason.Seen)))
		}
	}
	if others > 0 {
		lines = append(lines, fmt.Sprintf("  %d more that do not apply", others))
	}
	return lines
}

// idle reports whether a policy with the result has no part in the answer.
func idle(r access.Result) bool {
	return r == access.ResultNotApplied || r == access.ResultNotEnabled || r == access.ResultReportOnlyNotApplied
}

func (c *Case) outcome(o *access.Outcome) string {
	line := fmt.Sprintf("%q %v", o.Policy.DisplayName, o.Result)
	for _, m := range []struct {
		word string
		mask access.Condition
	}{{"because", o.Missed}, {"open", o.Open}} {
		if m.mask != 0 {
			line += fmt.Sprintf(" %s %s", m.word, strings.ReplaceAll(m.mask.String(), ",", ", "))
		}
	}
	if len(o.Missing) > 0 {
		line += " missing " + c.names.spellRequirements(o.Missing)
	}
	return line
}

func sign(t access.Truth) string {
	switch t {
	case access.True:
		return "✓"
	case access.False:
		return "✗"
	}
	return "?"
}

// readable puts the names that the case wrote in the place of ids.
func (n *names) readable(s string) string {
	const length = 36
	var b strings.Builder
	for len(s) >= length {
		if isGUID(s[:length]) {
			b.WriteString(n.show(s[:length]))
			s = s[length:]
			continue
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	b.WriteString(s)
	return b.String()
}
