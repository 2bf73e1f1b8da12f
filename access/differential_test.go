package access_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
)

// caseCount is how many attempts the differential test compares.
var caseCount = flag.Int("sallyport.cases", 4000, "attempts that the engine and the slow evaluator are compared on")

// firstSeed moves a volume run to other cases.
var firstSeed = flag.Uint64("sallyport.seed", 1, "first seed of the compared cases")

// mostFailures is after how many disagreements the differential test stops.
var mostFailures = flag.Int("sallyport.failures", 3, "disagreements that are shown")

// attemptsPerSource is how many attempts each random tenant judges.
const attemptsPerSource = 10

// comparison is one attempt that both evaluators judge.
type comparison struct {
	Options access.Options
	Source  access.Source
	Facts   access.Facts
}

// TestDifferential compares the engine with the slow evaluator on verdict, code,
// status, every outcome with its masks and missing requirements, and session
// controls; and Decide with Explain.
func TestDifferential(t *testing.T) {
	failures := 0
	for seed := *firstSeed; seed < *firstSeed+uint64(*caseCount/attemptsPerSource); seed++ {
		for _, c := range comparisons(seed) {
			if c.difference() == "" {
				continue
			}
			c.shrink()
			t.Errorf("seed %d: the engine and the slow evaluator disagree:\n%s\n%s", seed, c.difference(), c)
			if failures++; failures == *mostFailures {
				t.Fatal("more may follow")
			}
			break
		}
	}
}

// comparisons returns the cases of a seed: one tenant, several attempts.
func comparisons(seed uint64) []*comparison {
	g := seeded(seed)
	g.registering, g.crowded = g.chance(12), g.chance(10)
	opt := g.options()
	src := g.source(g.size(), opt)
	var list []*comparison
	for range attemptsPerSource {
		list = append(list, &comparison{opt, src, *g.attempt()})
	}
	return list
}

// size is how many policies a tenant has: a few, or now and then more than the
// engine looks at in one step.
func (g generator) size() int {
	if g.chance(4) || g.crowded && g.chance(50) {
		return 60 + g.intn(80)
	}
	return g.intn(9)
}

// difference compiles and judges the case; it is empty if both agree.
func (c *comparison) difference() string {
	set, err := access.Compile(c.Source, c.Options)
	if err != nil {
		return "Compile: " + err.Error()
	}
	return differences(set, c.Source, c.Options, &c.Facts)
}

// differences lists where the engine's answer and the slow evaluator's differ.
func differences(set *access.Set, src access.Source, opt access.Options, f *access.Facts) string {
	var b strings.Builder
	slow, fast, decided := judge(src, opt, f), set.Explain(f), set.Decide(f)
	if fast.Decision != decided {
		fmt.Fprintf(&b, "Decide says %s, Explain says %s\n", decisionText(decided), decisionText(fast.Decision))
	}
	if as := set.DecideAs(set.Principal(f), f); as != decided {
		fmt.Fprintf(&b, "Decide says %s, DecideAs says %s\n", decisionText(decided), decisionText(as))
	}
	if slow.Decision != decided {
		fmt.Fprintf(&b, "decision: engine %s, slow %s\n", decisionText(decided), decisionText(slow.Decision))
	}
	if slow.session != fast.Session {
		fmt.Fprintf(&b, "session: engine %+v, slow %+v\n", fast.Session, slow.session)
	}
	if len(fast.Outcomes) != len(slow.outcomes) {
		fmt.Fprintf(&b, "outcomes: engine %d, slow %d\n", len(fast.Outcomes), len(slow.outcomes))
		return b.String()
	}
	if engine, want := missingText(fast.Missing()), missingText(slow.missing()); engine != want {
		fmt.Fprintf(&b, "missing: engine [%s], slow [%s]\n", engine, want)
	}
	for i, s := range slow.outcomes {
		if o := fast.Outcomes[i]; o.Policy.ID != s.Policy.ID || outcomeText(o) != outcomeText(s) {
			fmt.Fprintf(&b, "outcome of %s:\n  engine %s\n  slow   %s\n", s.Policy.DisplayName, outcomeText(o), outcomeText(s))
		}
	}
	return b.String()
}

// missing is what the enforced policies that are not met still demand, each
// once, in the order of prompting.
func (a answer) missing() []access.Requirement {
	var list []access.Requirement
	for _, o := range a.outcomes {
		for _, r := range o.Missing {
			if o.Policy.State == access.StateEnabled && o.Result != access.ResultSuccess && !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y access.Requirement) int { return promptOrder(x) - promptOrder(y) })
	return list
}

// promptOrder is rank with block before all.
func promptOrder(r access.Requirement) int {
	if r.Control == access.Block {
		return -1
	}
	return rank(r)
}

// missingText writes requirements by their place in the order of prompting;
// those of one place have no order.
func missingText(list []access.Requirement) string {
	var groups [12][]string
	last := -1
	for _, r := range list {
		n := promptOrder(r)
		if n < last {
			return fmt.Sprintf("out of order: %v", list)
		}
		last = n
		groups[n+1] = append(groups[n+1], r.String())
	}
	var parts []string
	for _, g := range groups {
		slices.Sort(g)
		parts = append(parts, g...)
	}
	return strings.Join(parts, " ")
}

func decisionText(d access.Decision) string {
	return fmt.Sprintf("%v %d, status %v", d.Verdict, d.Code, d.Status)
}

func outcomeText(o access.Outcome) string {
	var missing []string
	for _, r := range o.Missing {
		missing = append(missing, r.String())
	}
	return fmt.Sprintf("%v, held %v, missed %v, open %v, missing [%s]", o.Result, o.Held, o.Missed, o.Open, strings.Join(missing, " "))
}

// shrink makes the case as small as it can while the evaluators still disagree.
func (c *comparison) shrink() {
	c.Source.Policies = slices.Clone(c.Source.Policies)
	for i := range c.Source.Policies {
		c.Source.Policies[i] = clonePolicy(c.Source.Policies[i])
	}
	c.Source.Locations, c.Source.Strengths = slices.Clone(c.Source.Locations), slices.Clone(c.Source.Strengths)
	fails := func() (failed bool) {
		defer func() {
			if recover() != nil {
				failed = false // shrunk to what nobody may ask
			}
		}()
		d := c.difference()
		return d != "" && !strings.HasPrefix(d, "Compile: ")
	}
	if !fails() {
		return
	}
	for simplify(c, fails) {
	}
	if d := clone(c.Facts.Device.Or(nil)); d != nil {
		c.Facts.Device = access.Known(d)
		for simplify(d, fails) {
		}
	}
}

func (c *comparison) String() string {
	return fmt.Sprintf("options %s\nsource %s\nfacts %s", describe(c.Options), describe(c.Source), describe(c.Facts))
}
