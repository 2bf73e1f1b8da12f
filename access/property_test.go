package access_test

import (
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/sallyport-id/sallyport/access"
)

// compiled compiles a generated source.
func compiled(t interface{ Fatalf(string, ...any) }, src access.Source, opt access.Options) *access.Set {
	set, err := access.Compile(src, opt)
	if err != nil {
		t.Fatalf("Compile: %v\n%s", err, describe(src))
	}
	return set
}

// offline returns options and a tenant of a few policies whose decisions may be
// undetermined.
func (g generator) offline() (access.Options, access.Source) {
	opt := g.options()
	opt.Live = false
	return opt, g.source(1+g.intn(5), opt)
}

// TestLearningContradictsNothing: what is definite stays so whatever else comes
// to be known.
func TestLearningContradictsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt, src := g.offline()
		full := g.facts()
		before := g.hide(full, pick(g, 20, 50, 80))
		after := learn(before, full, func() bool { return g.chance(50) })
		set := compiled(t, src, opt)
		was, is := set.Explain(before), set.Explain(after)
		show := func() string {
			return describe(opt) + "\n" + describe(src) + "\nbefore " + describe(*before) + "\nafter " + describe(*after)
		}
		if was.Verdict != access.Undetermined && is.Verdict != was.Verdict {
			t.Fatalf("verdict %v became %v\n%s", was.Verdict, is.Verdict, show())
		}
		if was.Status != access.StatusUnknown && is.Status != was.Status {
			t.Fatalf("status %v became %v\n%s", was.Status, is.Status, show())
		}
		for i, o := range was.Outcomes {
			now := is.Outcomes[i]
			if o.Result != access.ResultUnknown && now.Result != o.Result {
				t.Fatalf("%s: %v became %v\n%s", o.Policy.DisplayName, o.Result, now.Result, show())
			}
			if o.Held&now.Held != o.Held || o.Missed&now.Missed != o.Missed {
				t.Fatalf("%s: held %v, missed %v became held %v, missed %v\n%s", o.Policy.DisplayName, o.Held, o.Missed, now.Held, now.Missed, show())
			}
		}
	})
}

// TestOrderIsIrrelevant: policies have no order (CA-171).
func TestOrderIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		src := g.source(2+g.intn(6), opt)
		shuffled := src
		shuffled.Policies = slices.Clone(src.Policies)
		for i := range shuffled.Policies {
			j := g.intn(i + 1)
			shuffled.Policies[i], shuffled.Policies[j] = shuffled.Policies[j], shuffled.Policies[i]
		}
		f := g.attempt()
		a, b := compiled(t, src, opt).Explain(f), compiled(t, shuffled, opt).Explain(f)
		if a.Decision != b.Decision || a.Session != b.Session {
			t.Fatalf("%s, session %+v\nshuffled %s, session %+v\n%s\n%s\n%s", decisionText(a.Decision), a.Session,
				decisionText(b.Decision), b.Session, describe(opt), describe(src), describe(*f))
		}
		for _, o := range a.Outcomes {
			i := slices.IndexFunc(b.Outcomes, func(x access.Outcome) bool { return x.Policy.ID == o.Policy.ID })
			if outcomeText(o) != outcomeText(b.Outcomes[i]) {
				t.Fatalf("%s: %s\nshuffled %s", o.Policy.DisplayName, outcomeText(o), outcomeText(b.Outcomes[i]))
			}
		}
	})
}

// TestBlockNeverGrants: one more policy that blocks turns nothing into grant
// (CA-103, CA-171).
func TestBlockNeverGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		src := g.source(1+g.intn(5), opt)
		more := src
		block := g.policy(len(src.Policies), src, opt)
		block.State, block.Unrecognised = access.StateEnabled, nil
		block.Grant = &access.GrantControls{Any: g.chance(50), Controls: access.Block}
		more.Policies = append(slices.Clone(src.Policies), block)
		f := g.attempt()
		before, after := compiled(t, src, opt).Decide(f), compiled(t, more, opt).Decide(f)
		if before.Verdict != access.Grant && after.Verdict == access.Grant {
			t.Fatalf("%s became %s by\n%s", decisionText(before), decisionText(after), describe(block))
		}
		if before.Verdict == access.Blocked && after.Verdict != access.Blocked {
			t.Fatalf("%s became %s by\n%s", decisionText(before), decisionText(after), describe(block))
		}
	})
}

// TestExcludeBeatsInclude: whoever is excluded, whatever the kind, is out
// (CA-11).
func TestExcludeBeatsInclude(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		src := g.source(1, opt)
		p := &src.Policies[0]
		p.State, p.Unrecognised, p.Conditions.Workloads = access.StateEnabled, nil, nil
		if p.Conditions.Users.Include = g.principals(80); g.chance(50) {
			p.Conditions.Users.Include = access.Principals{All: true}
		}
		p.Conditions.Users.Include.None = true
		f := g.facts()
		for f.UserID.Or("") == "" {
			g.person(f)
		}
		p.Conditions.Users.Exclude = excluding(g, f)
		o := compiled(t, src, opt).Explain(f).Outcomes[0]
		if o.Missed&access.ConditionUsers == 0 || o.Result != access.ResultNotApplied {
			t.Fatalf("%s\n%s\n%s", outcomeText(o), describe(*p), describe(*f))
		}
	})
}

// excluding names the person of f in one of the ways there are.
func excluding(g generator, f *access.Facts) access.Principals {
	switch groups, roles, kinds := f.Groups.Or(nil), f.Roles.Or(nil), f.GuestTypes.Or(0); g.intn(5) {
	case 1:
		if len(groups) > 0 {
			return access.Principals{Groups: []access.GroupID{pick(g, groups...)}}
		}
	case 2:
		if len(roles) > 0 {
			return access.Principals{Roles: []access.RoleID{pick(g, roles...)}}
		}
	case 3:
		if kinds != 0 {
			return access.Principals{Guests: []access.GuestSelector{{Types: kinds}}}
		}
	case 4:
		return access.Principals{All: true}
	}
	return access.Principals{Users: []access.UserID{f.UserID.Or("")}}
}

// TestUnenforcedChangesNothing: report-only and disabled policies leave the
// verdict, the code, the status and the session alone (CA-2, CA-194).
func TestUnenforcedChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		src := g.source(1+g.intn(5), opt)
		more := src
		extra := g.policy(len(src.Policies), src, opt)
		extra.State = pick(g, access.StateReportOnly, access.StateDisabled, access.StateNone)
		more.Policies = append(slices.Clone(src.Policies), extra)
		f := g.attempt()
		before, after := compiled(t, src, opt).Explain(f), compiled(t, more, opt).Explain(f)
		if before.Decision != after.Decision || before.Session != after.Session {
			t.Fatalf("%s became %s by\n%s", decisionText(before.Decision), decisionText(after.Decision), describe(extra))
		}
	})
}

// TestLiveIsDefinite: a live set answers whatever is unknown.
func TestLiveIsDefinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		opt.Live = true
		src := g.source(1+g.intn(6), opt)
		f := g.hide(g.facts(), 60)
		e := compiled(t, src, opt).Explain(f)
		if e.Verdict == access.Undetermined || e.Status == access.StatusUnknown {
			t.Fatalf("%s\n%s\n%s", decisionText(e.Decision), describe(src), describe(*f))
		}
		for _, o := range e.Outcomes {
			if o.Result == access.ResultUnknown {
				t.Fatalf("%s\n%s\n%s", outcomeText(o), describe(src), describe(*f))
			}
		}
	})
}

// TestConcurrentDecide: a set is safe for concurrent use.
func TestConcurrentDecide(t *testing.T) {
	g := seeded(7)
	opt := access.Options{}
	set := compiled(t, g.source(70, opt), opt)
	var attempts []*access.Facts
	var want []access.Decision
	for range 50 {
		f := g.attempt()
		attempts, want = append(attempts, f), append(want, set.Decide(f))
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i, f := range attempts {
				if got := set.Decide(f); got != want[i] {
					t.Errorf("attempt %d: %s alone, %s beside others", i, decisionText(want[i]), decisionText(got))
				}
				if got := set.Explain(f).Decision; got != want[i] {
					t.Errorf("attempt %d: %s alone, explained beside others %s", i, decisionText(want[i]), decisionText(got))
				}
			}
		})
	}
	wait.Wait()
}

// TestDecideAllocatesNothing: the hot path leaves no garbage, however much is
// unknown.
func TestDecideAllocatesNothing(t *testing.T) {
	g := seeded(11)
	for _, opt := range []access.Options{{}, {Live: true}} {
		set := compiled(t, g.source(70, opt), opt)
		for range 100 {
			f := g.attempt()
			if n := testing.AllocsPerRun(5, func() { set.Decide(f) }); n != 0 {
				t.Fatalf("Decide allocates %v times for\n%s", n, describe(*f))
			}
		}
	}
}

// TestReasonsTellEveryCondition: each configured condition has one reason with
// its truth, what the policy wants and what the attempt shows.
func TestReasonsTellEveryCondition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawn(t)
		opt := g.options()
		src := g.source(1+g.intn(5), opt)
		f := g.attempt()
		e := compiled(t, src, opt).Explain(f)
		for i, o := range e.Outcomes {
			told := map[access.Truth]access.Condition{}
			for _, r := range e.Reasons(i) {
				if r.Wanted == "" || r.Seen == "" {
					t.Fatalf("%v wants %q and sees %q\n%s\n%s", r.Condition, r.Wanted, r.Seen, describe(*o.Policy), describe(*f))
				}
				told[r.Truth] |= r.Condition
			}
			if told[access.True] != o.Held || told[access.False] != o.Missed || told[access.Unknown] != o.Open {
				t.Fatalf("reasons tell %v of %s\n%s", told, outcomeText(o), describe(*o.Policy))
			}
		}
	})
}
