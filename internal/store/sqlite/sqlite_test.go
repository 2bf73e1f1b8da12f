package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/sqlite"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

func TestConformanceInMemory(t *testing.T) { storetest.Run(t, storetest.Open) }

func TestConformanceInFile(t *testing.T) {
	storetest.Run(t, func(t testing.TB) *store.DB {
		return openFile(t, filepath.Join(t.TempDir(), "sallyport.db"), storetest.Options(t))
	})
}

// openFile opens a store in a file, closed when the test ends.
func openFile(t testing.TB, path string, options store.Options) *store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, options)
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close %s: %v", path, err)
		}
	})
	return db
}
