package replay

import (
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// kind is what a disagreement is about.
type kind string

const (
	kindResult        kind = "result"        // a policy did something else
	kindConditions    kind = "conditions"    // it did the same for another reason
	kindNotInSnapshot kind = "notInSnapshot" // it was recorded and is not in the snapshot
	kindNotRecorded   kind = "notRecorded"   // it applies and was not recorded
	kindStatus        kind = "status"        // no policies are recorded, and the overall status differs
	kindDecision      kind = "decision"      // … or the result code says another decision
)

// difference is what disagreements have in common.
type difference struct {
	kind               kind
	policy             string
	recorded, computed string
	conditions         access.Condition
}

func (d difference) String() string {
	return fmt.Sprint(d.kind, d.policy, d.recorded, d.computed, d.conditions)
}

// doubt is what undetermined records have in common.
type doubt struct {
	facts, policies string // separated by commas
}

func (d doubt) String() string { return d.facts + d.policies }

// match is how a record stands to the recomputed decision.
type match uint8

const (
	agrees match = iota
	undetermined
	disagrees
)

// agreement compares records with what a Decider answers for them.
type agreement struct {
	decider *Decider
	index   map[string]int                   // policies by id, in lower case
	known   map[*signinlog.PolicyOutcome]int // the same for outcomes seen before

	seen []bool // policies of the set that the record at hand names
}

func newAgreement(d *Decider) *agreement {
	g := &agreement{decider: d, index: map[string]int{}, known: map[*signinlog.PolicyOutcome]int{}, seen: make([]bool, len(d.set.Policies()))}
	for i := range d.set.Policies() {
		g.index[strings.ToLower(string(d.set.Policies()[i].ID))] = i
	}
	return g
}

// place returns where a recorded policy stands in the set; -1 if it does not.
func (g *agreement) place(p *signinlog.PolicyOutcome) int {
	if i, ok := g.known[p]; ok {
		return i
	}
	i, ok := g.index[strings.ToLower(p.ID)]
	if !ok {
		i = -1
	}
	if len(g.known) >= maxOutcomes {
		clear(g.known)
	}
	g.known[p] = i
	return i
}

// securityDefaults is the pseudo policy of LOG-10.
const securityDefaults = "SecurityDefaults"

// told reports whether the record tells what policies did.
func told(a *attempt) bool {
	for _, p := range a.policies {
		if p.Result.Known && !strings.EqualFold(p.ID, securityDefaults) {
			return true
		}
	}
	return false
}

// compare compares one record. Decision is the recomputed one, which is all that
// is asked where the record tells nothing of single policies.
func (g *agreement) compare(a *attempt, f *finding) {
	if told(a) {
		g.comparePolicies(a, f)
	} else {
		g.compareDecision(a, f)
	}
}

// compareDecision compares status and result code.
func (g *agreement) compareDecision(a *attempt, f *finding) {
	recorded, d := a.recordedVerdict(), f.decision
	status := d.Status.String()
	switch {
	case recorded == access.Undetermined && !statusTold(a.status):
		f.match, f.doubt = undetermined, &doubt{facts: "conditionalAccessStatus"}
	case d.Status != access.StatusUnknown && statusTold(a.status) && !strings.EqualFold(a.status, status):
		f.differ(found{difference: difference{kind: kindStatus, recorded: a.status, computed: status}})
	case d.Verdict != access.Undetermined && recorded != access.Undetermined && d.Verdict != recorded:
		f.differ(found{difference: difference{kind: kindDecision, recorded: recorded.String(), computed: d.Verdict.String()}})
	case d.Verdict == access.Undetermined && recorded != access.Undetermined || d.Status == access.StatusUnknown && statusTold(a.status):
		x := g.decider.explain(a)
		f.match, f.doubt = undetermined, doubtAbout(x, unknownOutcomes(x))
	}
}

func statusTold(status string) bool {
	switch strings.ToLower(status) {
	case "success", "failure", "notapplied":
		return true
	}
	return false
}

// explainDecision says which policies apply, for a record that tells of none.
func (g *agreement) explainDecision(a *attempt) string {
	e := g.decider.explain(a)
	var parts []string
	for i := range e.Outcomes {
		switch o := &e.Outcomes[i]; o.Result {
		case access.ResultFailure:
			parts = append(parts, fmt.Sprintf("%s applies and wants %s", name(o.Policy), requirementList(o.Missing)))
		case access.ResultSuccess:
			parts = append(parts, name(o.Policy)+" applies and is met")
		}
	}
	if len(parts) == 0 {
		return "no enabled policy applies"
	}
	return strings.Join(parts, "; ")
}

// unknownOutcomes are the policies whose result depends on a missing fact.
func unknownOutcomes(e Explained) []int {
	var open []int
	for i := range e.Outcomes {
		if e.Outcomes[i].Result == access.ResultUnknown {
			open = append(open, i)
		}
	}
	return open
}

// doubtAbout says which facts the outcomes of the policies open depend on.
func doubtAbout(e Explained, open []int) *doubt {
	var facts, policies []string
	for _, i := range open {
		facts = append(facts, missingFacts(&e.Outcomes[i], e.Facts)...)
		policies = append(policies, string(e.Outcomes[i].Policy.ID))
	}
	return &doubt{strings.Join(unique(facts), ","), strings.Join(policies, ",")}
}

// comparePolicies compares what every policy did.
func (g *agreement) comparePolicies(a *attempt, f *finding) {
	x := g.decider.explain(a)
	f.explained = x
	pending := signinlog.MultiFactorPending(x.Explanation)
	clear(g.seen)
	var open []int
	for _, p := range a.policies {
		i := g.place(p)
		if i >= 0 {
			g.seen[i] = true
		}
		if comparePolicy(f, i, p, pending) == undetermined {
			open = append(open, i)
		}
	}
	for i, seen := range g.seen {
		if o := &x.Outcomes[i]; !seen && (o.Result == access.ResultSuccess || o.Result == access.ResultFailure) {
			f.differ(found{difference: difference{kind: kindNotRecorded, policy: string(o.Policy.ID), computed: o.Result.String()}})
		}
	}
	if f.match == agrees && len(open) > 0 {
		f.match, f.doubt = undetermined, doubtAbout(x, open)
	}
}

// unknownFutureValue is what report-only results are called where the reader of
// the log did not ask for them by name (LOG-13).
const unknownFutureValue access.Result = 5

// comparePolicy compares what one policy did with what was recorded of it.
func comparePolicy(f *finding, i int, p *signinlog.PolicyOutcome, pending bool) match {
	recorded, known := p.Result.Get()
	switch {
	case strings.EqualFold(p.ID, securityDefaults) || !known:
		return agrees // nothing to compare
	case i < 0 && (recorded == access.ResultNotEnabled || recorded == access.ResultNotApplied || recorded == access.ResultReportOnlyNotApplied):
		return agrees // gone since, and it did nothing
	case i < 0:
		f.differ(found{difference: difference{kind: kindNotInSnapshot, policy: p.ID, recorded: recorded.String()}, outcome: p})
		return disagrees
	}
	o := &f.explained.Outcomes[i]
	d := found{difference{policy: p.ID, recorded: recorded.String()}, i, p, signinlog.LoggedResult(o, pending)}
	d.computed = d.logged.String()
	masks := signinlog.MasksOf(o)
	satisfied, ok1 := p.Satisfied.Get()
	missed, ok2 := p.NotSatisfied.Get()
	conditionsDiffer := ok1 && ok2 && recorded != access.ResultNotEnabled && o.Result != access.ResultNotEnabled && !masks.Match(satisfied, missed)
	if conditionsDiffer {
		d.conditions = masks.Differ(satisfied, missed)
	}
	switch {
	case recorded != access.ResultUnknown && d.logged != access.ResultUnknown && !sameResult(recorded, d.logged),
		conditionsDiffer && d.logged == access.ResultUnknown:
		d.kind = kindResult
	case conditionsDiffer:
		d.kind = kindConditions
	case d.logged == access.ResultUnknown && recorded != access.ResultUnknown:
		return undetermined
	default:
		return agrees
	}
	f.differ(d)
	return disagrees
}

func sameResult(recorded, computed access.Result) bool {
	return recorded == computed || recorded == unknownFutureValue && computed >= access.ResultReportOnlySuccess
}

// explain says why a difference of a finding is one.
func (g *agreement) explain(f *finding, d *found) string {
	switch d.kind {
	case kindNotRecorded:
		return "the record does not name this policy, which applies to it: it may be newer than the record"
	case kindNotInSnapshot:
		return fmt.Sprintf("the snapshot has no policy with this id; the record calls it %q", d.outcome.DisplayName)
	case kindStatus, kindDecision:
		return g.explainDecision(&f.attempt)
	}
	return explainDifference(f.explained, d)
}

// explainDifference says why a policy comes out otherwise than was recorded.
func explainDifference(e Explained, d *found) string {
	o, differ, recorded := &e.Outcomes[d.place], d.conditions, d.outcome.Result.Value
	switch {
	case recorded == access.ResultNotEnabled:
		return fmt.Sprintf("it was switched off when this was recorded; the snapshot has it %s", o.Policy.State)
	case o.Result == access.ResultNotEnabled:
		return "the snapshot has it switched off"
	case reportOnly(recorded) != (o.Policy.State == access.StateReportOnly):
		if reportOnly(recorded) {
			return "it only reported when this was recorded; the snapshot enforces it"
		}
		return "it was enforced when this was recorded; in the snapshot it only reports"
	}
	if differ == 0 && applied(recorded) != applied(d.logged) {
		// No masks were recorded, or they say nothing: what decides here.
		if differ = o.Missed; differ == 0 {
			differ = o.Held
		}
	}
	var parts []string
	for _, r := range e.Reasons(d.place) {
		if r.Condition&differ == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: %s %s %s%s", r.Condition, r.Seen, within(r.Truth), r.Wanted, recordedAs(d.outcome, r.Condition)))
	}
	if len(parts) == 0 {
		return fmt.Sprintf("its conditions hold in both; here it misses %s", requirementList(o.Missing))
	}
	return strings.Join(parts, "; ")
}

// recordedAs says how the record has a condition.
func recordedAs(p *signinlog.PolicyOutcome, c access.Condition) string {
	switch {
	case p.Satisfied.Value&c != 0:
		return " (recorded as satisfied)"
	case p.NotSatisfied.Value&c != 0:
		return " (recorded as not satisfied)"
	case p.Satisfied.Known:
		return " (not looked at in the record)"
	}
	return ""
}

func reportOnly(r access.Result) bool { return r >= unknownFutureValue }

func applied(r access.Result) bool {
	return r != access.ResultNotApplied && r != access.ResultReportOnlyNotApplied && r != access.ResultNotEnabled
}

func within(t access.Truth) string {
	switch t {
	case access.True:
		return "is among"
	case access.False:
		return "is not among"
	}
	return "may be among"
}

func name(p *access.Policy) string { return firstOf(p.DisplayName, string(p.ID)) }

func requirementList(list []access.Requirement) string {
	if len(list) == 0 {
		return "nothing"
	}
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = r.String()
	}
	return strings.Join(names, ", ")
}
