package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Report says why sign-ins were refused. It is the JSON answer, too
// (doc/formats/explain.md).
type Report struct {
	Counts   Counts         `json:"counts"`
	Refusals []Refusal      `json:"refusals"`
	ByPolicy []replay.Named `json:"byPolicy"`
	ByApp    []replay.Named `json:"byApp"`
	ByUser   []replay.Named `json:"byUser"`
	Timeline []Span         `json:"timeline"`
}

// Counts are numbers of records.
type Counts struct {
	Records      int64            `json:"records"`
	Refused      int64            `json:"refused"`
	Interrupted  int64            `json:"interrupted"`
	Succeeded    int64            `json:"succeeded"`
	Unknown      int64            `json:"unknown"` // the record holds no result code
	Causes       int64            `json:"causes"`
	Users        int64            `json:"users"` // refused or interrupted
	ByResultCode map[string]int64 `json:"byResultCode"`
	Rows         int64            `json:"rows"`
	SkippedRows  int64            `json:"skippedRows"`
	// Untold counts refusals whose cause was one too many to tell apart.
	Untold int64 `json:"untold,omitempty"`
}

// Refusal is why some records were refused or interrupted.
type Refusal struct {
	ResultCode int    `json:"resultCode"`
	ResultName string `json:"resultName,omitempty"`
	Kind       string `json:"kind"`  // refused or interrupted
	Stage      string `json:"stage"` // at which the sign-in ended
	// Cause is the cause in one sentence; Summary, Happened and the steps are
	// the catalogue's texts, with the values that all records share.
	Cause      string   `json:"cause"`
	Detail     string   `json:"detail,omitempty"` // what the records add to the code
	Summary    string   `json:"summary"`
	Happened   string   `json:"happened"`
	UserSteps  []string `json:"userSteps"`
	AdminSteps []string `json:"adminSteps"`
	// FirstFactor is what the code proves of the password, or whatever was
	// proved first: passed, failed or unproven.
	FirstFactor string `json:"firstFactor"`
	BaseRisk    string `json:"baseRisk"`

	Count     int64          `json:"count"`
	RecordIDs []string       `json:"recordIds"` // the first 100
	First     time.Time      `json:"first"`
	Last      time.Time      `json:"last"`
	Users     []string       `json:"users"`
	UserCount int64          `json:"userCount"`
	Apps      []replay.Named `json:"apps"`
	Countries []replay.Named `json:"countries"`
	Clients   []replay.Named `json:"clients"`
	Addresses []replay.Named `json:"addresses"`

	Policies []Policy `json:"policies"`
	// Temporary tells that the cause passes by itself or by what the person
	// does; otherwise something has to be changed first. Duration and
	// Persistence say how that is known.
	Temporary   bool        `json:"temporary"`
	Duration    string      `json:"duration"` // the catalogue's: none, temporary, structural
	Persistence Persistence `json:"persistence"`
	Remedies    []Remedy    `json:"remedies"`
	Fixers      []string    `json:"fixers"`
	// Recomputed is there if records were decided again.
	Recomputed *Recomputed `json:"recomputed,omitempty"`

	entry result.Entry
	known bool
}

// Policy is one that refused.
type Policy struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"displayName"`
	Conditions  []string `json:"conditions"` // by which it applied; empty if the records do not tell
	Controls    []string `json:"controls"`   // what it wanted, as recorded
	// Missing and Reasons are what deciding again shows of the first record.
	Missing []string `json:"missing,omitempty"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// Remedy is a change after which the sign-in would be let in.
type Remedy struct {
	Change map[string]string `json:"change"` // fact, or "policy", and what it changes to
	By     string            `json:"by"`     // user, developer or admin
	// Verified remedies were tried by deciding again: they work for Works of
	// Of records. Others are the catalogue's advice.
	Verified bool   `json:"verified"`
	Works    int    `json:"works,omitempty"`
	Of       int    `json:"of,omitempty"`
	Steps    []Step `json:"-"`
}

// Step is one change of a remedy.
type Step struct {
	Kind      int // an access.ChangeKind
	To, Value string
}

// Recomputed is what came of deciding records again.
type Recomputed struct {
	Records      int `json:"records"`
	Refused      int `json:"refused"`      // or interrupted, as recorded
	Granted      int `json:"granted"`      // these policies would let them in
	Undetermined int `json:"undetermined"` // for want of a fact
}

// shownNames is how many names a list holds.
const shownNames = 100

// Report returns what was gathered, in the language given, the most frequent
// cause first. Interrupts come after refusals.
func (c *Collector) Report(l result.Language) *Report {
	r := &Report{Counts: c.counts, Refusals: []Refusal{}, ByPolicy: c.policies.Top(shownNames), ByApp: c.apps.Top(shownNames), ByUser: c.users.Top(shownNames), Timeline: c.timeline.list()}
	r.Counts.Causes, r.Counts.Users, r.Counts.Untold = int64(len(c.order)), c.users.Len(), c.lost
	r.Counts.ByResultCode = map[string]int64{}
	for code, n := range c.codes {
		r.Counts.ByResultCode[strconv.Itoa(int(code))] = n
	}
	persistence := c.attempts.persistence()
	slices.SortStableFunc(c.order, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(b.outcome, a.outcome), cmp.Compare(b.count, a.count), cmp.Compare(a.key.code, b.key.code), cmp.Compare(a.key.policies+a.key.detail, b.key.policies+b.key.detail))
	})
	for _, g := range c.order {
		r.Refusals = append(r.Refusals, g.refusal(l, persistence[g]))
	}
	return r
}

func (g *cause) refusal(l result.Language, p Persistence) Refusal {
	r := Refusal{
		ResultCode: int(g.key.code), Kind: "refused", Detail: g.detail(), Count: g.count, RecordIDs: g.sample.List(), First: g.first, Last: g.last,
		Users: names(&g.users), UserCount: g.users.Len(), Apps: g.apps.Top(shownNames), Countries: g.countries.Top(shownNames), Clients: g.clients.Top(shownNames), Addresses: g.place.Top(shownNames),
		Policies: g.policies(), Persistence: p, Remedies: g.recomputed.list(), Fixers: []string{}, UserSteps: []string{}, AdminSteps: []string{}, entry: g.entry, known: g.known,
	}
	if g.outcome == signinlog.Interrupted {
		r.Kind = "interrupted"
	}
	if g.recomputed.tried > 0 {
		r.Recomputed = &Recomputed{g.recomputed.tried, g.recomputed.same, g.recomputed.other, g.recomputed.undetermined}
	}
	g.tell(l, &r)
	r.Temporary = temporary(g.entry.Duration, p)
	return r
}

// tell adds what the catalogue says.
func (g *cause) tell(l result.Language, r *Refusal) {
	if !g.known {
		r.Cause = g.detail()
		return
	}
	e := g.entry
	t := e.Text(l).Fill(g.values)
	r.ResultName, r.Stage, r.FirstFactor, r.BaseRisk, r.Duration = e.Name, e.Stage.String(), e.FirstFactor.String(), e.BaseRisk.String(), e.Duration.String()
	r.Summary, r.Happened, r.UserSteps, r.AdminSteps = t.Summary, t.Happened, t.UserSteps, t.AdminSteps
	r.Cause = t.Title
	if names := policyNames(r.Policies); len(names) > 0 {
		r.Cause += ": " + strings.Join(names, ", ")
	}
	for _, f := range e.Fixers {
		r.Fixers = append(r.Fixers, f.String())
	}
	if len(r.Remedies) > 0 {
		return
	}
	for _, step := range t.UserSteps {
		r.Remedies = append(r.Remedies, Remedy{Change: map[string]string{"advice": step}, By: "user"})
	}
	for _, step := range t.AdminSteps {
		r.Remedies = append(r.Remedies, Remedy{Change: map[string]string{"advice": step}, By: "admin"})
	}
}

func (g *cause) detail() string {
	if g.key.detail != "" {
		return g.key.detail
	}
	if top := g.steps.Top(1); len(top) == 1 {
		return top[0].Name
	}
	return ""
}

func policyNames(list []Policy) []string {
	var names []string
	for _, p := range list {
		names = append(names, firstOf(p.DisplayName, p.ID))
	}
	return names
}

func names(t *replay.Tally) []string {
	list := []string{}
	for _, n := range t.Top(shownNames) {
		list = append(list, n.Name)
	}
	return list
}

// policies are those that refused: as recorded, with what deciding again shows.
func (g *cause) policies() []Policy {
	list := []Policy{}
	for _, p := range g.seenPolicies {
		id := strings.ToLower(p.ID)
		conditions := []string{}
		if met, ok := p.Satisfied.Get(); ok && met != 0 {
			conditions = strings.Split(met.String(), ",")
		}
		list = append(list, Policy{ID: p.ID, DisplayName: p.DisplayName, Conditions: conditions, Controls: append([]string{}, p.GrantControls...),
			Missing: g.recomputed.missing[id], Reasons: g.recomputed.reasons[id]})
	}
	return list
}

// temporary weighs what the catalogue says of a code against what the log shows:
// who is refused in the same way for days meets something that does not pass,
// and who gets in later with nothing changed met something that did.
func temporary(d result.Duration, p Persistence) bool {
	switch {
	case p.Repeated > 0 && 2*p.Repeated >= p.Contexts:
		return false
	case p.PassedLater > 0 && 2*p.PassedLater >= p.Contexts:
		return true
	}
	return d == result.Temporary
}

// Entry returns the catalogue's entry of the result code; false if it has none.
func (r *Refusal) Entry() (result.Entry, bool) { return r.entry, r.known }
