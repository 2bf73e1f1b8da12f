package snapshot_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/snapshot"
)

// sharedPolicies returns the folder of policies written by others, which is not
// part of the repository.
func sharedPolicies(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("SALLYPORT_SHARED")
	if shared == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for dir != filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			dir = filepath.Dir(dir)
		}
		shared = filepath.Join(filepath.Dir(dir), "shared")
	}
	root := filepath.Join(shared, "data", "policies")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no published policies at %s: %v", root, err)
	}
	return root
}

// TestPublishedSnapshots reads each collection of policies that others have
// published, which are 223 policies and 18 locations in all.
func TestPublishedSnapshots(t *testing.T) {
	root := sharedPolicies(t)
	tests := []struct {
		folder   string
		counts   snapshot.Counts
		problems int
	}{
		{"j0eyv-baseline", snapshot.Counts{Policies: 24, NamedLocations: 3, SkippedFiles: 1}, 0},
		{"alexfilipin", snapshot.Counts{Policies: 40}, 1}, // a file that says sessionControls twice
		{"azure-samples", snapshot.Counts{Policies: 4}, 0},
		{"zero-trust-personas", snapshot.Counts{Policies: 37}, 0},
		{"caoptics", snapshot.Counts{Policies: 37, NamedLocations: 3}, 0},
		{"nathanmcnulty", snapshot.Counts{Policies: 4}, 0},
		{"chadmcox", snapshot.Counts{Policies: 22, NamedLocations: 1}, 0},
		{"microsoft-templates", snapshot.Counts{Policies: 21, NamedLocations: 4}, 0},
		{"scubagear", snapshot.Counts{Policies: 23, SkippedFiles: 2}, 0},
		{"graph-docs", snapshot.Counts{Policies: 8, NamedLocations: 7}, 2}, // two policies of one id each
	}
	var all snapshot.Counts
	problems := 0
	for _, tt := range tests {
		got, err := snapshot.Read([]string{filepath.Join(root, tt.folder)}, snapshot.Options{Lenient: true})
		if err != nil {
			t.Errorf("%s: %v", tt.folder, err)
			continue
		}
		// Licences and other files that are no JSON differ from copy to copy.
		entries, err := os.ReadDir(filepath.Join(root, tt.folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !e.IsDir() && filepath.Ext(e.Name()) != ".json" {
				tt.counts.SkippedFiles++
			}
		}
		if got.Counts != tt.counts || len(got.Problems) != tt.problems {
			t.Errorf("%s: %+v, %v, want %+v and %d problems", tt.folder, got.Counts, got.Problems, tt.counts, tt.problems)
		}
		all.Policies += got.Counts.Policies
		all.NamedLocations += got.Counts.NamedLocations
		problems += len(got.Problems)
		if _, err := access.Compile(got.Source(), access.Options{SkipInvalid: true, CarryUnresolved: true}); err != nil {
			t.Errorf("%s: compile: %v", tt.folder, err)
		}
	}
	if all.Policies+problems != 223 || all.NamedLocations != 18 {
		t.Errorf("%d policies and %d locations read, %d refused; want 223 and 18 in all", all.Policies, all.NamedLocations, problems)
	}
}
