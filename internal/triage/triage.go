package triage

import (
	"cmp"
	"hash/maphash"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/triage/sigma"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Options change how a log is examined.
type Options struct {
	Thresholds Thresholds
	// Rules are Sigma rules to run beside the built-in detections; may be nil.
	Rules *sigma.Set
	// TempDir is where events go that do not fit in memory; empty: the
	// system's folder for such files.
	TempDir string
	// RunLimit is how many events are kept in memory; 0: about 10 MB of them.
	RunLimit int
}

// Triage examines a log: Add each record, then Finish. It is for one goroutine.
type Triage struct {
	thresholds Thresholds
	rules      *sigma.Set
	matcher    *sigma.Matcher
	names      *names
	seed       maphash.Seed
	addresses  recall[netip.Addr]
	order      *sorter
	counts     counter

	sigma *sigmaRules
	lanes []*lane
}

// New begins to examine a log.
func New(opt Options) *Triage {
	t := &Triage{thresholds: opt.Thresholds, rules: opt.Rules, names: newNames(), seed: maphash.MakeSeed(),
		counts: newCounter()}
	t.order = newSorter(cmp.Or(opt.RunLimit, runLimit), opt.TempDir)
	t.lanes = t.newLanes()
	if opt.Rules != nil {
		t.matcher = opt.Rules.NewMatcher()
		t.sigma = t.lanes[0].match(opt.Rules)
	}
	return t
}

// Add takes a record. The record may change afterwards.
func (t *Triage) Add(r *signinlog.Record) {
	t.counts.add(r)
	e := t.newEvent(r)
	t.order.add(&e)
	if t.matcher == nil {
		return
	}
	matches := t.matcher.Match(r)
	slices.SortFunc(matches, func(a, b sigma.Match) int { return cmp.Compare(a.Target, b.Target) })
	for _, m := range matches {
		hit := e
		hit.matched = uint16(m.Target + 1)
		hit.group, hit.value = m.Group, m.Value
		hit.groupText = t.names.numberText(m.GroupText)
		t.order.add(&hit)
	}
}

// Finish looks for patterns and returns what was found. Report accounts for the
// rows that were read, and may be nil. It fails only if events cannot be kept.
func (t *Triage) Finish(report *signinlog.Report, progress func(events int64)) (*Result, error) {
	var see []func(*event)
	for _, l := range t.lanes {
		see = append(see, l.see)
	}
	if err := t.order.each(progress, see...); err != nil {
		return nil, err
	}
	var all []*episode
	for _, l := range t.lanes {
		all = append(all, l.end()...)
	}
	return &Result{Counts: t.counts.result(report), Findings: t.findings(all), Rules: t.ruleReport(), Hours: t.counts.hours()}, nil
}

// findings judges the episodes, now that the whole log is known.
func (t *Triage) findings(all []*episode) []Finding {
	slices.SortFunc(all, byBeginning) // maps gave them up in any order
	kept := all[:0]
	for _, ep := range all {
		if ep.judge == nil || ep.judge(ep) {
			kept = append(kept, ep)
		}
	}
	kept = withoutRepeats(kept)
	slices.SortStableFunc(kept, func(a, b *episode) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.first, b.first))
	})
	findings := make([]Finding, len(kept))
	for i, ep := range kept {
		findings[i] = t.finding(ep)
	}
	return findings
}

// byBeginning orders episodes so that the same log gives the same findings. Two
// that rest on the same records may still differ in their window or rule.
func byBeginning(a, b *episode) int {
	if c := cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.kind, b.kind), cmp.Compare(a.ids[0].String(), b.ids[0].String()), cmp.Compare(a.count, b.count),
		cmp.Compare(a.window, b.window), cmp.Compare(a.last, b.last), cmp.Compare(a.policy, b.policy)); c != 0 || a.rule == nil || b.rule == nil {
		return c
	}
	return cmp.Or(cmp.Compare(a.rule.ID, b.rule.ID), cmp.Compare(a.rule.Title, b.rule.Title), cmp.Compare(a.rule.Group, b.rule.Group))
}

// Result is what a log holds.
type Result struct {
	Counts Counts `json:"counts"`
	// Findings are the worst first, and in order of time.
	Findings []Finding `json:"findings"`
	// Rules accounts for the Sigma rules, if there were any.
	Rules *RuleReport `json:"rules,omitempty"`
	// Hours are the hours of the log in which there were records.
	Hours []Hour `json:"-"`
}

// RuleReport accounts for Sigma rules.
type RuleReport struct {
	Documents    int            `json:"documents"`
	Rules        int            `json:"rules"`
	Correlations int            `json:"correlations"`
	Notices      []sigma.Notice `json:"notices"` // what does not run, or not wholly
	// Suppressed is how many findings of correlations are left out: each
	// correlation gives at most a thousand.
	Suppressed int `json:"suppressed"`
}

// ruleReport returns nil if there are no rules.
func (t *Triage) ruleReport() *RuleReport {
	if t.rules == nil {
		return nil
	}
	r := ReportRules(t.rules)
	r.Suppressed = t.sigma.suppressed
	return r
}

// ReportRules accounts for a set of rules.
func ReportRules(set *sigma.Set) *RuleReport {
	notices := set.Notices
	if notices == nil {
		notices = []sigma.Notice{}
	}
	return &RuleReport{Documents: set.Documents, Rules: len(set.Rules), Correlations: len(set.Correlations), Notices: notices}
}

// Hour counts the records of one hour by base risk; codes that the catalogue
// does not have count as low.
type Hour struct {
	Start             time.Time
	Low, Medium, High int64
}

// Counts are how many records there were, and of what kind.
type Counts struct {
	Records     int64 `json:"records"`
	Rows        int64 `json:"rows"`
	SkippedRows int64 `json:"skippedRows"`
	// ByResultCode counts records by code; "unknown" where the log tells none.
	ByResultCode map[string]int64 `json:"byResultCode"`
	// ByRisk counts records by base risk, in the catalogue's words; "unknown"
	// for codes that the catalogue does not have.
	ByRisk map[string]int64 `json:"byRisk"`
}

// counter counts records.
type counter struct {
	records int64
	codes   map[access.ResultCode]*codeCount
	last    *codeCount // of the last record with a code: most are of one
	noCode  int64
	byHour  map[int64]*[3]int64
	hour    int64 // of the last record, whose counts are now
	now     *[3]int64
}

// codeCount is how often a code was met, and what the catalogue tells of it.
type codeCount struct {
	code    access.ResultCode
	records int64
	traits  trait
	risk    result.Risk
	known   bool // to the catalogue
}

func newCounter() counter {
	c := counter{codes: map[access.ResultCode]*codeCount{}, byHour: map[int64]*[3]int64{}}
	for _, e := range result.All() {
		code := access.ResultCode(e.Code)
		c.codes[code] = &codeCount{code: code, traits: codeTraits(e.Code), risk: e.BaseRisk, known: true}
	}
	return c
}

func (c *counter) code(code access.ResultCode) *codeCount {
	if c.last != nil && c.last.code == code {
		return c.last
	}
	known := c.codes[code]
	if known == nil {
		known = &codeCount{code: code, traits: codeTraits(result.Code(code))}
		c.codes[code] = known
	}
	c.last = known
	return known
}

func (c *counter) add(r *signinlog.Record) {
	c.records++
	risk := result.RiskLow
	if code, ok := r.Status.ErrorCode.Get(); ok {
		met := c.code(code)
		met.records++
		risk = met.risk
	} else {
		c.noCode++
	}
	if hour := r.Time.Unix() / 3600; c.now == nil || hour != c.hour {
		c.hour, c.now = hour, c.byHour[hour]
		if c.now == nil {
			c.now = new([3]int64)
			if len(c.byHour) < maxHours {
				c.byHour[hour] = c.now
			}
		}
	}
	c.now[risk]++
}

// maxHours bounds the hours that are told apart, 15 years of them: a log of wild
// dates must not fill the memory.
const maxHours = 1 << 17

// hours returns the hours in order.
func (c *counter) hours() []Hour {
	var all []Hour
	for _, h := range sortedKeys(c.byHour) {
		n := c.byHour[h]
		all = append(all, Hour{time.Unix(h*3600, 0).UTC(), n[result.RiskLow], n[result.RiskMedium], n[result.RiskHigh]})
	}
	return all
}

func (c *counter) result(report *signinlog.Report) Counts {
	out := Counts{Records: c.records, Rows: c.records, ByResultCode: map[string]int64{}, ByRisk: map[string]int64{}}
	for _, r := range []result.Risk{result.RiskLow, result.RiskMedium, result.RiskHigh} {
		out.ByRisk[r.String()] = 0
	}
	if report != nil {
		out.Rows, out.SkippedRows = report.Rows, report.SkippedRows()
	}
	for code, met := range c.codes {
		if met.records == 0 {
			continue
		}
		out.ByResultCode[itoa(int64(code))] = met.records
		risk := "unknown"
		if met.known {
			risk = met.risk.String()
		}
		out.ByRisk[risk] += met.records
	}
	if c.noCode > 0 {
		out.ByResultCode["unknown"] = c.noCode
		out.ByRisk["unknown"] += c.noCode
	}
	return out
}
