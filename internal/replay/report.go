package replay

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Report is what a replay found. It is the JSON answer, too
// (doc/formats/replay.md).
type Report struct {
	Counts        Counts         `json:"counts"`
	Disagreements []Disagreement `json:"disagreements"`
	Undetermined  []Doubt        `json:"undetermined"`
	// Impact and Changes are there only with a second snapshot.
	Impact  *Impact  `json:"impact,omitempty"`
	Changes []Change `json:"changes,omitzero"`
	// Reached are the limits that were reached.
	Reached []string `json:"reached,omitempty"`
	// Untold counts records whose group was one too many to tell apart.
	Untold int64 `json:"untold,omitempty"`
}

// Counts are numbers of records. Agree, Disagree and Undetermined add up to
// Records.
type Counts struct {
	Records      int64 `json:"records"`
	Agree        int64 `json:"agree"`
	Disagree     int64 `json:"disagree"`
	Undetermined int64 `json:"undetermined"`
	// BeforeAccess is how many of those that agree ended before policies
	// were asked, such as with a wrong password.
	BeforeAccess int64 `json:"beforeAccess"`
	// Rows and SkippedRows are the log's, as its reader counted them.
	Rows        int64 `json:"rows"`
	SkippedRows int64 `json:"skippedRows"`
}

// People is who and what a group of records is about: full counts, and the names
// that occur most.
type People struct {
	Count     int64    `json:"count"`
	Users     []string `json:"users"` // the first 100 by count
	UserCount int64    `json:"userCount"`
	// UserCountIsExact is false where there are too many to remember.
	UserCountIsExact bool     `json:"userCountIsExact"`
	Apps             []Named  `json:"apps"`
	Countries        []Named  `json:"countries"`
	RecordIDs        []string `json:"recordIds"` // the first 100 in the log's order
}

// Disagreement is a difference between records and what is recomputed.
type Disagreement struct {
	Kind       string   `json:"kind"` // result, conditions, notInSnapshot, notRecorded, status, decision
	PolicyID   string   `json:"policyId,omitempty"`
	PolicyName string   `json:"policyName,omitempty"`
	Recorded   string   `json:"recorded,omitempty"`
	Computed   string   `json:"computed,omitempty"`
	Conditions []string `json:"conditions,omitempty"` // those that differ
	// Explanation says why, by the first of the records.
	Explanation string `json:"explanation"`
	People
}

// Doubt is a reason why records cannot be compared.
type Doubt struct {
	MissingFacts []string `json:"missingFacts"`
	PolicyIDs    []string `json:"policyIds"`
	People
}

// Change is a decision that the second snapshot makes otherwise.
type Change struct {
	Kind string `json:"kind"` // newlyBlocked, newlyChallenged, newlyLetIn, eased, undetermined
	From string `json:"from"`
	To   string `json:"to"`
	// Certain is false where one of the two is undetermined.
	Certain bool `json:"certain"`
	// PolicyID is the first of the policies that make the difference.
	PolicyID     string   `json:"policyId"`
	PolicyName   string   `json:"policyName,omitempty"`
	PolicyIDs    []string `json:"policyIds"`
	Demands      []string `json:"demands"` // what is not met
	MissingFacts []string `json:"missingFacts,omitempty"`
	People
}

// Impact is how many records the second snapshot decides otherwise.
type Impact struct {
	NewlyBlocked    int64 `json:"newlyBlocked"`    // grant or interrupt → block
	NewlyChallenged int64 `json:"newlyChallenged"` // grant → interrupt
	NewlyLetIn      int64 `json:"newlyLetIn"`      // block or interrupt → grant
	Eased           int64 `json:"eased"`           // block → interrupt
	Undetermined    int64 `json:"undetermined"`    // one of the two cannot be told
	Unchanged       int64 `json:"unchanged"`
	Unknown         int64 `json:"unknown"` // neither can be told
	// Whom and what the changes of each kind concern, most first.
	ByKind map[string]Breakdown `json:"byKind"`
}

// Breakdown tells whom changes concern.
type Breakdown struct {
	Policies  []Named `json:"policies"`
	Users     []Named `json:"users"`
	Apps      []Named `json:"apps"`
	Countries []Named `json:"countries"`
}

// The kinds of changes.
const (
	NewlyBlocked      = "newlyBlocked"
	NewlyChallenged   = "newlyChallenged"
	NewlyLetIn        = "newlyLetIn"
	Eased             = "eased"
	UndeterminedThere = "undetermined"
)

func changeKind(from, to access.Verdict) string {
	switch {
	case from == access.Undetermined || to == access.Undetermined:
		return UndeterminedThere
	case to == access.Blocked:
		return NewlyBlocked
	case to == access.Grant:
		return NewlyLetIn
	case from == access.Blocked:
		return Eased
	}
	return NewlyChallenged
}

// shownNames is how many names a list holds.
const shownNames = 100

func (gs *groups[K]) people(n int) People {
	g, users := &gs.list[n], []string{}
	for _, u := range gs.list[n].users.top(shownNames, gs.book) {
		users = append(users, u.Name)
	}
	return People{
		Count: g.count, Users: users, UserCount: g.users.used, UserCountIsExact: g.users.others == 0,
		Apps: g.apps.top(shownNames, gs.book), Countries: g.countries.top(shownNames, gs.book), RecordIDs: g.sample.List(),
	}
}

func (r *run) report() *Report {
	l, names := r.ledger, r.before.names()
	report := &Report{Counts: l.counts, Disagreements: []Disagreement{}, Undetermined: []Doubt{}}
	for _, n := range l.differences.sorted(difference.String) {
		d := l.differences.keys[n]
		report.Disagreements = append(report.Disagreements, Disagreement{Kind: string(d.kind), PolicyID: d.policy, PolicyName: names[strings.ToLower(d.policy)],
			Recorded: d.recorded, Computed: d.computed, Conditions: split(conditionNames(d.conditions)), Explanation: l.differences.list[n].detail, People: l.differences.people(n)})
	}
	for _, n := range l.doubts.sorted(doubt.String) {
		d := l.doubts.keys[n]
		report.Undetermined = append(report.Undetermined, Doubt{split(d.facts), split(d.policies), l.doubts.people(n)})
	}
	report.Untold = l.differences.lost + l.doubts.lost
	if r.after != nil {
		maps.Copy(names, r.after.names())
		l.reportChanges(report, names)
	}
	return report
}

// names are the policies' names by id in lower case.
func (d *Decider) names() map[string]string {
	names := map[string]string{}
	for i := range d.set.Policies() {
		p := &d.set.Policies()[i]
		names[strings.ToLower(string(p.ID))] = p.DisplayName
	}
	return names
}

func (l *ledger) reportChanges(r *Report, names map[string]string) {
	r.Changes = []Change{}
	r.Untold += l.changes.lost
	kinds := map[string]*breakdown{}
	numbers := map[string]int64{}
	for _, n := range l.changes.sorted(transition.String) {
		t, g := l.changes.keys[n], &l.changes.list[n]
		kind := changeKind(t.from, t.to)
		ids := split(t.policies)
		c := Change{Kind: kind, From: t.from.String(), To: t.to.String(), Certain: kind != UndeterminedThere,
			PolicyIDs: ids, Demands: split(t.demands), MissingFacts: split(t.facts), People: l.changes.people(n)}
		if len(ids) > 0 {
			c.PolicyID, c.PolicyName = ids[0], names[strings.ToLower(ids[0])]
		}
		r.Changes = append(r.Changes, c)
		numbers[kind] += g.count
		if kinds[kind] == nil {
			kinds[kind] = &breakdown{book: l.changes.book}
		}
		kinds[kind].add(g, ids, names)
	}
	slices.SortStableFunc(r.Changes, func(a, b Change) int { return cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)) })
	r.Impact = &Impact{NewlyBlocked: numbers[NewlyBlocked], NewlyChallenged: numbers[NewlyChallenged], NewlyLetIn: numbers[NewlyLetIn], Eased: numbers[Eased],
		Undetermined: numbers[UndeterminedThere], Unchanged: l.unchanged, Unknown: l.unknown, ByKind: map[string]Breakdown{}}
	for kind, b := range kinds {
		r.Impact.ByKind[kind] = Breakdown{b.policies.Top(shownNames), b.users.top(shownNames, b.book), b.apps.top(shownNames, b.book), b.countries.top(shownNames, b.book)}
	}
}

func kindOrder(kind string) int {
	return slices.Index([]string{NewlyBlocked, NewlyChallenged, NewlyLetIn, Eased, UndeterminedThere}, kind)
}

// breakdown gathers the groups of one kind.
type breakdown struct {
	policies               Tally
	users, apps, countries counter
	book                   *nameBook
}

func (b *breakdown) add(g *group, policies []string, names map[string]string) {
	for _, id := range policies {
		b.policies.Add(firstOf(names[strings.ToLower(id)], id), g.count, b.book.room)
	}
	b.users.addAll(&g.users, b.book)
	b.apps.addAll(&g.apps, b.book)
	b.countries.addAll(&g.countries, b.book)
}

func conditionNames(c access.Condition) string {
	if c == 0 {
		return ""
	}
	return c.String()
}

func split(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, ",")
}
