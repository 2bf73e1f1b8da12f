package result_test

import (
	"slices"
	"testing"

	"github.com/sallyport-id/sallyport/result"
)

func TestFilter(t *testing.T) {
	if n := len(result.Filter{}.Entries()); n != len(result.All()) {
		t.Errorf("an empty filter admits %d of %d", n, len(result.All()))
	}
	f := result.Filter{Risks: []result.Risk{result.RiskHigh}, Fixers: []result.Fixer{result.FixerUser, result.FixerHomeTenantAdmin}}
	entries := f.Entries()
	for _, e := range entries {
		if e.BaseRisk != result.RiskHigh || !slices.Contains(e.Fixers, result.FixerUser) && !slices.Contains(e.Fixers, result.FixerHomeTenantAdmin) {
			t.Errorf("%v got through", e.Code)
		}
	}
	for _, c := range []result.Code{50126, 53011} {
		if !slices.ContainsFunc(entries, func(e result.Entry) bool { return e.Code == c }) {
			t.Errorf("%v was held back", c)
		}
	}
}
