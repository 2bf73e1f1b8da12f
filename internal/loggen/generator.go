package loggen

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// Config says which log to make.
type Config struct {
	Seed  uint64
	Users int       // at least 50
	Days  int       // at least 2
	Start time.Time // midnight of the first day, UTC
	// Policies is how many policies the tenant has and records list; 0: 14.
	// With 50 a record has about 12 KB as Graph's JSON.
	Policies int
	// OnlyApplied lists in records only the policies that applied, as a tenant
	// with few policies would: about 2 KB a record.
	OnlyApplied bool
	// Attacks is how often each kind of attack is planted; 0: a clean log.
	Attacks int
	// Only names the kinds of attack that are planted; nil: all.
	Only []string
}

// Attack is one planted attack: what a perfect detection would find.
type Attack struct {
	Kind      string // a triage.Kind
	Variant   string
	RecordIDs []string
	From, To  time.Time
}

// Generator makes one log. It is for one goroutine.
type Generator struct {
	cfg     Config
	rng     *rand.Rand
	people  []*person
	judge   *judge
	attacks []*Attack
	planted map[int][]intent // by day
	edits   []span           // when the edited policies are in force
	record  signinlog.Record
}

// span is a time from and until, in milliseconds.
type span struct {
	from, to int64
	attack   *Attack
}

// New prepares a log. It fails if the configuration makes no sense.
func New(cfg Config) (*Generator, error) {
	cfg.Policies = cmp.Or(cfg.Policies, len(baseRules()))
	switch {
	case cfg.Users < 50:
		return nil, fmt.Errorf("loggen: found %d users, expected at least 50", cfg.Users)
	case cfg.Days < 2:
		return nil, fmt.Errorf("loggen: found %d days, expected at least 2", cfg.Days)
	case cfg.Policies < len(baseRules()):
		return nil, fmt.Errorf("loggen: found %d policies, expected at least %d", cfg.Policies, len(baseRules()))
	}
	g := &Generator{cfg: cfg, rng: rand.New(rand.NewPCG(cfg.Seed, 0x5A11)), planted: map[int][]intent{}}
	var err error
	if g.judge, err = newJudge(cfg.Policies, cfg.OnlyApplied); err != nil {
		return nil, err
	}
	for n := range cfg.Users {
		g.people = append(g.people, newPerson(g.rng, n, &cfg))
	}
	if cfg.Attacks > 0 {
		g.plant()
	}
	return g, nil
}

// Attacks returns what was planted. Its records are complete once the log is.
func (g *Generator) Attacks() []Attack {
	out := make([]Attack, 0, len(g.attacks))
	for _, a := range g.attacks {
		if len(a.RecordIDs) > 0 {
			out = append(out, *a)
		}
	}
	return out
}

// Tenant returns the tenant as Graph's JSON: policies with named locations, and
// people with groups.
func (g *Generator) Tenant() (policies, directory []byte) {
	return tenantJSON(g.cfg.Policies, allowedCountries), directoryJSON(g.people)
}

// Records makes the log, in order of the times at which rows arrive: nearly, but
// not wholly, the order of the sign-ins. A record is valid until the next one.
func (g *Generator) Records() iter.Seq[*signinlog.Record] {
	return func(yield func(*signinlog.Record) bool) {
		for day := range g.cfg.Days {
			intents := append(g.day(day), g.planted[day]...)
			slices.SortStableFunc(intents, func(a, b intent) int { return cmp.Compare(a.at+a.late, b.at+b.late) })
			for i := range intents {
				g.fill(&intents[i])
				if !yield(&g.record) {
					return
				}
			}
		}
	}
}

// midnight is the beginning of a day, in milliseconds.
func (g *Generator) midnight(day int) int64 {
	return g.cfg.Start.AddDate(0, 0, day).UnixMilli()
}

func (g *Generator) weekend(day int) bool {
	w := g.cfg.Start.AddDate(0, 0, day).Weekday()
	return w == time.Saturday || w == time.Sunday
}

// intent is what somebody is about to do.
type intent struct {
	at, late    int64 // milliseconds; late: until the row arrives
	who         *person
	app         *app
	device      *device
	spot        spot
	client      access.ClientAppTypes
	legacy      string // protocol
	userAgent   string // where not the device's
	interactive bool
	multi       bool // a second factor was done, or its claim is in the token
	fresh       bool // it was done now
	flow        access.Flows
	flowNow     bool
	risk        access.RiskLevels
	userRisk    access.RiskLevels
	session     uint64
	correlation uint64
	code        access.ResultCode // decided before access; 0: access decides
	pending     bool              // the record of the moment before the second factor
	detail      string            // of a second factor that was not given
	method      string            // of the second factor or the pass
	typed       string            // a name that does not exist
	tenant      string            // another tenant that was asked
	riskType    string
	unknown     bool // the log does not know the place
	principal   int  // a service principal, from 1
	attack      *Attack
}

// edited tells whether the edited policies decide.
func (g *Generator) edited(at int64) *Attack {
	for _, s := range g.edits {
		if at >= s.from && at < s.to {
			return s.attack
		}
	}
	return nil
}

// circumstances returns what the decision depends on.
func (g *Generator) circumstances(in *intent) circumstances {
	c := circumstances{resource: in.app.resource, client: in.client, country: in.spot.city.country, office: in.spot.name != "", flow: in.flow, risk: in.risk,
		userRisk: in.userRisk, multi: in.multi && !in.pending, interactive: in.interactive, platform: in.device.platform,
		registered: in.device.registered, compliant: in.device.compliant, trust: in.device.trust, workload: in.principal > 0}
	if in.who != nil {
		c.groups, c.guest = in.who.groups, in.who.guest
	}
	if c.flow == 0 {
		c.flow = access.FlowNone
	}
	c.risk, c.userRisk = cmp.Or(c.risk, access.RiskNone), cmp.Or(c.userRisk, access.RiskNone)
	if in.legacy != "" {
		c.client, c.registered, c.compliant, c.trust = access.OtherClients, false, false, ""
	}
	if in.unknown {
		c.country = ""
	}
	return c
}
