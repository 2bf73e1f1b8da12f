package replay_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/replay"
)

// TestRememberingChangesNothing: a log is replayed as if each of its records were
// decided alone, whatever policies look at and records say, or do not.
func TestRememberingChangesNothing(t *testing.T) {
	tenant := compileOnly(t, contoso)
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		d := roll(seed)
		opt := access.Options{CarryUnresolved: true, SkipInvalid: true}
		src := d.source()
		set, err := access.Compile(src, opt)
		if err != nil {
			t.Fatal(err)
		}
		before, after := replay.NewDecider(set, tenant), (*replay.Decider)(nil)
		if d.chance(50) {
			changed := src
			changed.Policies = append([]access.Policy(nil), src.Policies...)
			changed.Policies[0] = d.policy(0)
			set, err := access.Compile(changed, opt)
			if err != nil {
				t.Fatal(err)
			}
			after = replay.NewDecider(set, tenant)
		}
		list := d.records(400, d.lists(src))
		got, err := replay.Run(context.Background(), all(list), before, after, replay.Options{Workers: 1 + d.IntN(3)})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := asJSON(t, got), asJSON(t, replay.RunAlone(list, before, after)); got != want {
			t.Fatalf("seed %d: remembering gives\n%s\nbut deciding each record alone\n%s", seed, got, want)
		}
	}
}

func asJSON(t *testing.T, r *replay.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
