package sqlite

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/sallyport-id/sallyport/internal/store"
)

// TestMigrateFromEachVersion brings a database with content up from every
// version there ever was, and tries the store on it.
func TestMigrateFromEachVersion(t *testing.T) {
	steps, err := fs.Glob(migrations(), "*.sql")
	if err != nil || len(steps) == 0 {
		t.Fatalf("migrations: %v, %v", steps, err)
	}
	for version := 1; version <= len(steps); version++ {
		path := filepath.Join(t.TempDir(), "sallyport.db")
		raw, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if err := migrate(t.Context(), raw, migrations(), int64(version)); err != nil {
			t.Fatalf("to version %d: %v", version, err)
		}
		const id = "11111111-1111-4111-8111-111111111111"
		if _, err := raw.Exec("INSERT INTO tenants (tenant_id, id, name, label, doc) VALUES ($1, $1, 'old', '', $2)", id, `{"id":"`+id+`","displayName":"Old"}`); err != nil {
			t.Fatalf("content of version %d: %v", version, err)
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		sealer, err := store.NewKeyring()
		if err != nil {
			t.Fatal(err)
		}
		db, err := Open(t.Context(), path, store.Options{Sealer: sealer})
		if err != nil {
			t.Fatalf("from version %d: %v", version, err)
		}
		tenant, err := db.Directory().Tenants.Get(t.Context(), id)
		if err != nil || tenant.DisplayName != "Old" {
			t.Errorf("from version %d: tenant %+v, %v", version, tenant, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestFailedMigrationLeavesNothing breaks in the middle of a step.
func TestFailedMigrationLeavesNothing(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "sallyport.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	broken := fstest.MapFS{"0001_broken.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (a TEXT);\nCREATE TABLE half (a TEXT);\n")}}
	if err := migrate(t.Context(), db, broken, latest); err == nil {
		t.Fatal("a broken step was taken")
	}
	var tables int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables are left of a broken step (%v)", tables, err)
	}
}

// TestMigrationNames keeps the numbers without gaps, so that "version" means
// the same in every kind of database.
func TestMigrationNames(t *testing.T) {
	steps, err := fs.Glob(migrations(), "*")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^(\d{4})_[a-z]+\.sql$`)
	for i, step := range steps {
		match := form.FindStringSubmatch(step)
		if match == nil || match[1] != fmt.Sprintf("%04d", i+1) {
			t.Errorf("step %d is named %s", i+1, step)
		}
	}
}
