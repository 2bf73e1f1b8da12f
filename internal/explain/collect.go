package explain

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/result"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Options say what to explain and with what.
type Options struct {
	// Decider decides records again; nil: only what was recorded is told.
	Decider *replay.Decider
	// ID chooses the records with this request or correlation id; empty: all.
	ID string
	// Samples is how many record ids a cause names; 0: 100.
	Samples int
}

// Collector gathers refusals, a record at a time.
type Collector struct {
	options Options
	room    *replay.Room
	causes  map[causeKey]*cause
	order   []*cause
	lost    int64
	counts  Counts
	codes   map[access.ResultCode]int64

	policies, apps, users replay.Tally
	timeline              timeline
	attempts              attempts
	seq                   int64
}

// New returns a Collector.
func New(o Options) *Collector {
	if o.Samples <= 0 {
		o.Samples = 100
	}
	return &Collector{options: o, room: replay.NewRoom(), causes: map[causeKey]*cause{}, codes: map[access.ResultCode]int64{},
		timeline: newTimeline(), attempts: newAttempts()}
}

// causeKey is what refusals of one cause have in common.
type causeKey struct {
	code     access.ResultCode
	detail   string // where one code has several meanings
	policies string // ids of those that refused, in lower case
}

// maxCauses is how many causes are told apart.
const maxCauses = 2000

// maxRecomputed is how many records of a cause are decided again: the first, and
// enough others to see whether what helps one helps all.
const maxRecomputed = 12

// cause gathers the refusals of one cause.
type cause struct {
	key                       causeKey
	entry                     result.Entry
	known                     bool // the code is in the catalogue
	outcome                   signinlog.Outcome
	count                     int64
	first, last               time.Time
	users, apps               replay.Tally
	countries, clients, place replay.Tally
	sample                    replay.Sample
	values                    result.Values // those that all have in common
	seenPolicies              []*signinlog.PolicyOutcome
	recomputed                recomputed
	steps                     replay.Tally // what the record says of the failed step
}

// Add takes a record into account. The record may be used again afterwards.
func (c *Collector) Add(rec *signinlog.Record) {
	if id := c.options.ID; id != "" && !strings.EqualFold(rec.ID, id) && !strings.EqualFold(rec.CorrelationID, id) {
		return
	}
	c.seq++
	c.counts.Records++
	outcome := rec.Outcome()
	if code, ok := rec.Status.ErrorCode.Get(); ok {
		c.codes[code]++
	}
	switch outcome {
	case signinlog.Succeeded:
		c.counts.Succeeded++
		c.attempts.passed(rec)
		return
	case signinlog.OutcomeUnknown:
		c.counts.Unknown++
		return
	case signinlog.Interrupted:
		c.counts.Interrupted++
	case signinlog.Failed:
		c.counts.Refused++
	}
	c.timeline.add(rec.Time, outcome)
	c.users.Add(userOf(rec), 1, c.room)
	c.apps.Add(firstOf(rec.AppDisplayName, rec.AppID), 1, c.room)
	if cause := c.cause(rec, outcome); cause != nil {
		c.add(cause, rec)
	}
}

// cause returns what the record was refused for, a new one if need be; nil if
// there are too many.
func (c *Collector) cause(rec *signinlog.Record, outcome signinlog.Outcome) *cause {
	code := rec.Status.ErrorCode.Value
	failed := failedPolicies(rec)
	entry, known := result.Lookup(result.Code(code))
	var explained *replay.Explained
	if len(failed) == 0 && c.options.Decider != nil && known && entry.Stage == result.StageConditionalAccess && len(rec.AppliedPolicies) == 0 {
		// Nothing was recorded of policies: the snapshot tells which.
		e := c.options.Decider.Explain(replay.Facts(rec))
		explained = &e
		failed = computedFailures(e)
	}
	key := causeKey{code, detailOf(rec), policyKey(failed)}
	if cause, ok := c.causes[key]; ok {
		return cause
	}
	if len(c.order) >= maxCauses {
		c.lost++
		return nil
	}
	cause := &cause{key: key, entry: entry, known: known, outcome: outcome, sample: replay.NewSample(c.options.Samples), seenPolicies: failed, values: valuesOf(rec), first: rec.Time, last: rec.Time}
	if explained != nil {
		cause.recomputed.policiesAreComputed = true
	}
	c.causes[key] = cause
	c.order = append(c.order, cause)
	return cause
}

func (c *Collector) add(g *cause, rec *signinlog.Record) {
	g.count++
	if rec.Time.Before(g.first) {
		g.first = rec.Time
	}
	if rec.Time.After(g.last) {
		g.last = rec.Time
	}
	g.users.Add(userOf(rec), 1, c.room)
	g.apps.Add(firstOf(rec.AppDisplayName, rec.AppID), 1, c.room)
	g.countries.Add(rec.Location.CountryOrRegion, 1, c.room)
	g.clients.Add(rec.ClientAppUsed, 1, c.room)
	g.place.Add(rec.IPAddress, 1, c.room)
	g.steps.Add(failedStep(rec), 1, c.room)
	g.sample.Add(c.seq, firstOf(rec.ID, rec.CorrelationID))
	if len(g.values) > 0 {
		keepCommon(g.values, rec)
	}
	for _, p := range g.seenPolicies {
		c.policies.Add(firstOf(p.DisplayName, p.ID), 1, c.room)
	}
	c.attempts.refused(rec, g)
	if c.options.Decider != nil && g.entry.Stage == result.StageConditionalAccess && g.recomputed.tried < maxRecomputed {
		g.recomputed.add(c.options.Decider.Explain(replay.Facts(rec)), rec)
	}
}

// failedPolicies returns the enforced policies that the record says failed.
func failedPolicies(rec *signinlog.Record) []*signinlog.PolicyOutcome {
	var list []*signinlog.PolicyOutcome
	for _, p := range rec.AppliedPolicies {
		if signinlog.Is(p.Result, access.ResultFailure) {
			list = append(list, p)
		}
	}
	// A policy that blocks refuses whatever else is missing: under 53003 the
	// others that failed did not decide.
	if signinlog.Is(rec.Status.ErrorCode, access.ResultCode(result.BlockedByConditionalAccess)) {
		if blocking := slices.DeleteFunc(slices.Clone(list), func(p *signinlog.PolicyOutcome) bool { return !blocks(p) }); len(blocking) > 0 {
			return blocking
		}
	}
	return list
}

func blocks(p *signinlog.PolicyOutcome) bool {
	return slices.ContainsFunc(p.GrantControls, func(name string) bool {
		c, ok := signinlog.ControlOf(name)
		return ok && c == access.Block
	})
}

// computedFailures returns the policies that fail when decided again, as a
// record would name them.
func computedFailures(e replay.Explained) []*signinlog.PolicyOutcome {
	var list []*signinlog.PolicyOutcome
	for _, p := range signinlog.Applied(e.Explanation, nil) {
		if signinlog.Is(p.Result, access.ResultFailure) {
			list = append(list, p)
		}
	}
	if e.Code == access.ResultCode(result.BlockedByConditionalAccess) {
		if blocking := slices.DeleteFunc(slices.Clone(list), func(p *signinlog.PolicyOutcome) bool { return !blocks(p) }); len(blocking) > 0 {
			return blocking
		}
	}
	return list
}

func policyKey(list []*signinlog.PolicyOutcome) string {
	if len(list) == 0 {
		return ""
	}
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = strings.ToLower(p.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, ",")
}

// detailOf tells apart the meanings of codes that have several: a lock-out is by
// the account or by the address, a failed second factor was denied or timed out.
func detailOf(rec *signinlog.Record) string {
	switch result.Code(rec.Status.ErrorCode.Value) {
	case result.IdsLocked:
		return rec.Status.FailureReason
	case result.SecondFactorFailed:
		return rec.Status.AdditionalDetails
	}
	return ""
}

// failedStep is what the record says of the step that failed.
func failedStep(rec *signinlog.Record) string {
	for _, s := range rec.AuthenticationDetails {
		if signinlog.Is(s.Succeeded, false) && s.ResultDetail != "" {
			return s.ResultDetail
		}
	}
	return rec.Status.AdditionalDetails
}

func userOf(rec *signinlog.Record) string {
	return firstOf(rec.UserPrincipalName, rec.UserID, rec.ServicePrincipalName, rec.ServicePrincipalID)
}

func firstOf(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// mentioned are the values of a record that a text about its code may mention.
var mentioned = [...]struct {
	name  result.Placeholder
	value func(*signinlog.Record) string
}{
	{result.PlaceholderApp, func(r *signinlog.Record) string { return r.AppDisplayName }},
	{result.PlaceholderResource, func(r *signinlog.Record) string { return r.ResourceDisplayName }},
	{result.PlaceholderUser, func(r *signinlog.Record) string { return firstOf(r.UserPrincipalName, r.ServicePrincipalName) }},
	{result.PlaceholderIPAddress, func(r *signinlog.Record) string { return r.IPAddress }},
	{result.PlaceholderCountry, func(r *signinlog.Record) string { return r.Location.CountryOrRegion }},
	{result.PlaceholderPlatform, func(r *signinlog.Record) string { return r.Device.OperatingSystem }},
	{result.PlaceholderClientApp, func(r *signinlog.Record) string { return r.ClientAppUsed }},
	{result.PlaceholderHomeTenant, homeTenant},
}

func homeTenant(r *signinlog.Record) string {
	if r.HomeTenantID == r.ResourceTenantID {
		return ""
	}
	return firstOf(r.HomeTenantName, r.HomeTenantID)
}

func valuesOf(rec *signinlog.Record) result.Values {
	v := result.Values{}
	for _, m := range mentioned {
		if s := m.value(rec); s != "" {
			v[m.name] = strings.Clone(s)
		}
	}
	return v
}

// keepCommon takes away the values that the record does not have, too.
func keepCommon(values result.Values, rec *signinlog.Record) {
	for _, m := range mentioned {
		if v, ok := values[m.name]; ok && v != m.value(rec) {
			delete(values, m.name)
		}
	}
}

// attempts follows people through the log: who is refused again and again, and
// who gets in later. It knows them by a hash of user, app and context.
type attempts struct {
	seed    maphash.Seed
	passes  map[uint64]int64 // when somebody last got in
	streaks map[streakKey]*streak
	full    bool
}

type streakKey struct {
	cause *cause
	who   uint64
}

// streak is one user's refusals for one cause with one app in one context.
type streak struct {
	count       int64
	first, last int64 // seconds
}

// maxAttempts bounds what is followed; 40 MB.
const maxAttempts = 1 << 20

func newAttempts() attempts {
	return attempts{seed: maphash.MakeSeed(), passes: map[uint64]int64{}, streaks: map[streakKey]*streak{}}
}

// context is what makes two attempts the same kind of attempt.
func (a *attempts) context(rec *signinlog.Record) uint64 {
	return maphash.Comparable(a.seed, [...]string{firstOf(rec.UserID, rec.UserPrincipalName, rec.ServicePrincipalID), rec.AppID, rec.ResourceID,
		rec.ClientAppUsed, rec.Location.CountryOrRegion, rec.Device.ID})
}

func (a *attempts) passed(rec *signinlog.Record) {
	k := a.context(rec)
	if at, ok := a.passes[k]; ok {
		a.passes[k] = max(at, rec.Time.Unix())
		return
	}
	if len(a.passes) >= maxAttempts {
		a.full = true
		return
	}
	a.passes[k] = rec.Time.Unix()
}

func (a *attempts) refused(rec *signinlog.Record, g *cause) {
	k := streakKey{g, a.context(rec)}
	at := rec.Time.Unix()
	s, ok := a.streaks[k]
	if !ok {
		if len(a.streaks) >= maxAttempts {
			a.full = true
			return
		}
		s = &streak{first: at, last: at}
		a.streaks[k] = s
	}
	s.count++
	s.first, s.last = min(s.first, at), max(s.last, at)
}

// Persistence is what the log shows of whether a cause passes by itself. A
// context is one user with one app, resource, kind of client, country and device.
type Persistence struct {
	Contexts int64 `json:"contexts"`
	// Repeated contexts were refused three times or more over a day or more,
	// and never let in afterwards.
	Repeated int64 `json:"repeated"`
	// PassedLater contexts were let in after their last refusal.
	PassedLater int64 `json:"passedLater"`
}

// persistence sums up the streaks by cause.
func (a *attempts) persistence() map[*cause]Persistence {
	all := map[*cause]Persistence{}
	const day = int64(24 * time.Hour / time.Second)
	for k, s := range a.streaks {
		p := all[k.cause]
		p.Contexts++
		switch pass, ok := a.passes[k.who]; {
		case ok && pass >= s.last:
			p.PassedLater++
		case s.count >= 3 && s.last-s.first >= day:
			p.Repeated++
		}
		all[k.cause] = p
	}
	return all
}
