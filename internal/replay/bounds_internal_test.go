package replay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/signinlog"
)

// TestMemoryIsBounded: a log whose records have nothing in common, and disagree,
// fills no table beyond its bound.
func TestMemoryIsBounded(t *testing.T) {
	const policies = 40
	r := newRun(differing(t, policies), nil, Options{Workers: 2, Samples: 100})
	fullest := map[string]int{}
	for i := range 60_000 {
		r.seq++
		rec := stranger(i, policies)
		r.count(rec, r.effect(rec))
		for name, size := range sizes(r) {
			fullest[name] = max(fullest[name], size)
		}
	}
	r.settle()
	for name, most := range map[string]int{
		"words": maxWords, "word lists": maxWords, "people said": maxWords, "people": maxSaid, "people's classes": maxClasses, "locations": maxSaid, "targets": maxSaid, "devices": maxSaid,
		"manners": maxSaid, "proofs": maxSaid, "outcomes": maxSaid, "outcomes' classes": maxClasses, "recorded": maxOutcomes, "alike": maxOutcomes, "list bytes": maxListBytes, "listed": maxListed + policies,
		"effects": maxSituations, "kept": maxKept + maxRound*policies, "groups": maxGroups, "names": maxNames, "waiting": maxWaiting, "misses": maxRound, "looked up": maxPeople, "compared": maxOutcomes,
	} {
		if fullest[name] > most {
			t.Errorf("%s: up to %d, want at most %d", name, fullest[name], most)
		}
		if fullest[name] == 0 {
			t.Errorf("%s: nothing was ever in it", name)
		}
	}
	if l := r.ledger; l.counts.Records != 60_000 || l.counts.Disagree != 60_000 || l.differences.lost == 0 {
		t.Errorf("%+v, %d lost; want each record to disagree, and more groups than are told apart", l.counts, l.differences.lost)
	}
}

func sizes(r *run) map[string]int {
	m, w := r.memory, r.workers[0]
	return map[string]int{
		"words": len(m.words.numbers), "word lists": len(m.words.lists), "people said": len(m.words.people),
		"people": len(m.people.known), "people's classes": len(m.people.numbers), "locations": len(m.locations.known), "targets": len(m.targets.known), "devices": len(m.devices.known),
		"manners": len(m.manners.known), "proofs": len(m.proofs.known), "outcomes": len(m.outcomes.known), "outcomes' classes": len(m.outcomes.numbers),
		"recorded": len(m.policies.outcomes), "alike": len(m.policies.alike), "list bytes": m.policies.bytes, "listed": m.policies.listed,
		"effects": len(m.effects), "kept": m.kept, "groups": len(r.ledger.differences.list), "names": len(r.ledger.differences.book.numbers),
		"waiting": len(r.waiting), "misses": len(r.misses), "looked up": len(w.decider.people), "compared": len(w.agreement.known),
	}
}

// differing is a tenant whose policies tell people and devices apart.
func differing(t *testing.T, n int) *Decider {
	t.Helper()
	rule, err := filter.ParseDevice(`device.displayName -contains "7" -or device.deviceId -eq "device1"`)
	if err != nil {
		t.Fatal(err)
	}
	var src access.Source
	for i := range n {
		p := access.Policy{ID: access.PolicyID(fmt.Sprint("policy", i)), State: access.StateEnabled, Grant: &access.GrantControls{Controls: access.Block}}
		p.Conditions.Users.Include.All, p.Conditions.Applications.Include.All = true, true
		for bit := 0; bit < 1<<14 && i < 14; bit++ {
			if bit>>i&1 == 1 {
				p.Conditions.Users.Exclude.Users = append(p.Conditions.Users.Exclude.Users, access.UserID(fmt.Sprint("user", bit)))
			}
		}
		if i == n-1 {
			p.Conditions.DeviceFilter = &access.Filter{Rule: rule}
		}
		src.Policies = append(src.Policies, p)
	}
	set, err := access.Compile(src, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return NewDecider(set)
}

// stranger is a record that has nothing in common with any other.
func stranger(i, policies int) *signinlog.Record {
	text := func(kind string) string { return fmt.Sprint(kind, i) }
	rec := &signinlog.Record{ID: text("id"), UserID: text("user"), UserPrincipalName: text("name"), UserType: text("type"), HomeTenantID: text("home"), CrossTenantAccessType: "none",
		AppDisplayName: text("app"), ResourceID: text("resource"), ClientAppUsed: text("client"), IPAddress: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), ConditionalAccessStatus: text("status"),
		OriginalTransferMethod: "none", Status: signinlog.Status{AdditionalDetails: text("details")}, Location: signinlog.Location{CountryOrRegion: text("country")},
		Device: signinlog.Device{ID: text("device"), DisplayName: text("computer"), OperatingSystem: text("system")}, Audiences: []signinlog.Audience{{AppID: text("audience")}},
		AuthenticationDetails: []signinlog.AuthenticationStep{{Method: text("method"), Succeeded: signinlog.Told(true)}}}
	rec.AppliedPolicies = append(rec.AppliedPolicies, &signinlog.PolicyOutcome{ID: text("gone"), Result: signinlog.Told(access.ResultFailure)})
	for n := range policies {
		rec.AppliedPolicies = append(rec.AppliedPolicies, &signinlog.PolicyOutcome{ID: fmt.Sprint("policy", n), Result: signinlog.Told(access.ResultSuccess)})
	}
	if i%1000 == 0 {
		rec.UserAgent, rec.UserPrincipalName = strings.Repeat("x", 1000), strings.Repeat("y", 1000)
	}
	return rec
}
