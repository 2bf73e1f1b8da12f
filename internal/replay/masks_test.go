package replay_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
	"github.com/sallyport-id/sallyport/signinlog"
)

// shared returns a folder of published sign-ins, or skips the test.
func shared(t *testing.T, path ...string) string {
	t.Helper()
	root := os.Getenv("SALLYPORT_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(append([]string{root, "data", "signins"}, path...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the published samples are not here: %v (SALLYPORT_SHARED names their folder)", err)
	}
	return dir
}

// records reads a log whole.
func records(t testing.TB, paths ...string) []*signinlog.Record {
	t.Helper()
	r, err := signinlog.Open(paths, signinlog.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	var list []*signinlog.Record
	for rec, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rec.Clone())
	}
	return list
}

// TestRealMasks computes the condition masks, results and controls of real rows
// anew, bit by bit (LOG-6 to LOG-8). Rows of 2020 and 2022 do not list the
// audiences; a client may be one itself (CA-30), so both it and the resource are.
func TestRealMasks(t *testing.T) {
	tests := []struct {
		log, policies string
		rows, masks   int
	}{
		{shared(t, "msticpy-demo-tenant", "aad_logons.ndjson"), "testdata/demo-tenant.json", 44, 528},
		{shared(t, "elastic", "test-non-interactive-user-signin.log"), "testdata/news-page.json", 1, 12},
	}
	for _, tt := range tests {
		tenant, set := compile(t, tt.policies)
		d := replay.NewDecider(set, tenant)
		rows, masks := 0, 0
		for _, rec := range records(t, tt.log) {
			if len(rec.AppliedPolicies) == 0 {
				continue
			}
			rows++
			facts, exact, multiFactor := replay.Facts(rec)
			facts.GuestTypes = access.Known(access.GuestTypesNone)
			facts.Audiences = access.Known([]access.Audience{{AppID: access.AppID(rec.AppID)}, {AppID: access.AppID(rec.ResourceID)}})
			computed := signinlog.Applied(d.Explain(facts, exact, multiFactor).Explanation, func(string) string { return "Guest terms of use" })
			for _, p := range rec.AppliedPolicies {
				i := slices.IndexFunc(computed, func(c *signinlog.PolicyOutcome) bool { return strings.EqualFold(c.ID, p.ID) })
				if i < 0 {
					t.Fatalf("%s: policy %s is not in %s", rec.ID, p.ID, tt.policies)
				}
				masks++
				c := computed[i]
				if c.Satisfied != p.Satisfied || c.NotSatisfied != p.NotSatisfied {
					t.Errorf("%s, %s: computed %d/%d, recorded %d/%d", rec.ID, p.DisplayName, c.Satisfied.Value, c.NotSatisfied.Value, p.Satisfied.Value, p.NotSatisfied.Value)
				}
				// Whether MFA was done is not in the rows of 2020.
				if c.Result != p.Result && c.Result.Value != access.ResultUnknown {
					t.Errorf("%s, %s: computed %v, recorded %v", rec.ID, p.DisplayName, c.Result.Value, p.Result.Value)
				}
				if !slices.Equal(c.GrantControls, p.GrantControls) || !slices.Equal(c.SessionControls, p.SessionControls) {
					t.Errorf("%s, %s: controls %v %v, recorded %v %v", rec.ID, p.DisplayName, c.GrantControls, c.SessionControls, p.GrantControls, p.SessionControls)
				}
			}
		}
		if rows != tt.rows || masks != tt.masks {
			t.Errorf("%s: %d masks of %d rows, want %d of %d", tt.log, masks, rows, tt.masks, tt.rows)
		}
	}
}
