package graphjson_test

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedPolicies returns the folder of policies written by others, which is not
// part of the repository; a test that needs it is skipped where it is absent.
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
	folder := filepath.Join(shared, "data", "policies")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no published policies at %s: %v", folder, err)
	}
	return folder
}
