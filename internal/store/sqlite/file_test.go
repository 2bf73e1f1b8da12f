package sqlite_test

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/sqlite"
	"github.com/sallyport-id/sallyport/internal/store/storetest"
)

func TestFileIsKept(t *testing.T) {
	path, options := filepath.Join(t.TempDir(), "new folder", "with 100% ?&#.db"), storetest.Options(t)
	db := openFile(t, path, options)
	tenant := storetest.Tenant(t, db, "contoso.example")
	ann := storetest.User(t, db, tenant, "ann")
	setPassword(t, db, ann, "hash")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, want its owner only", info.Mode())
	}
	again := openFile(t, path, options)
	held, err := again.Directory().Credentials.Credentials(t.Context(), tenant.ID, ann.ID)
	if err != nil || held.Password == nil || held.Password.Hash != "hash" {
		t.Errorf("credentials after reopening: %+v, %v", held, err)
	}
}

func setPassword(t *testing.T, db *store.DB, user directory.User, hash string) {
	t.Helper()
	err := db.Directory().Credentials.UpdateCredentials(t.Context(), storetest.Change(), user.TenantID, user.ID, func(_ *directory.User, c *directory.UserCredentials) error {
		c.Password = &directory.Password{Hash: hash, Set: storetest.Now}
		return nil
	})
	if err != nil {
		t.Fatalf("set a password: %v", err)
	}
}

// TestSecretsAreSealed looks for secrets in the bytes of the file.
func TestSecretsAreSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sallyport.db")
	db := openFile(t, path, storetest.Options(t))
	tenant := storetest.Tenant(t, db, "contoso.example")
	setPassword(t, db, storetest.User(t, db, tenant, "ann"), "$argon2id$needle")
	err := store.ShelfOf[string](db, "ceremony").Create(t.Context(), "k", time.Time{}, "needle-on-a-shelf")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), "contoso.example") {
		t.Fatal("the file does not hold what is not secret either: nothing was looked for")
	}
	if strings.Contains(string(content), "needle") {
		t.Error("the file holds a secret in clear")
	}
}

// TestSealedRowsCannotMove gives one person another's sealed credentials, as
// somebody could who writes to the database.
func TestSealedRowsCannotMove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sallyport.db")
	db := openFile(t, path, storetest.Options(t))
	tenant := storetest.Tenant(t, db, "contoso.example")
	ann, eve := storetest.User(t, db, tenant, "ann"), storetest.User(t, db, tenant, "eve")
	setPassword(t, db, ann, "ann's")
	setPassword(t, db, eve, "eve's")
	raw := openRaw(t, path)
	if _, err := raw.Exec("UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE user_id = $1) WHERE user_id = $2", eve.ID, ann.ID); err != nil {
		t.Fatal(err)
	}
	if held, err := db.Directory().Credentials.Credentials(t.Context(), tenant.ID, ann.ID); err == nil {
		t.Errorf("ann has eve's credentials: %+v", held)
	}
}

// openRaw opens a database without the store.
func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return raw
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	path, options := filepath.Join(folder, "sallyport.db"), storetest.Options(t)
	if err := openFile(t, path, options).Close(); err != nil {
		t.Fatal(err)
	}
	notes := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(notes, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(folder, "newer.db")
	if err := openFile(t, newer, options).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openRaw(t, newer).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		options    store.Options
		want       string
	}{
		{"another key", path, storetest.Options(t), "keys given are not those"},
		{"no key", path, store.Options{}, "no sealer"},
		{"no database", notes, options, "not a database"},
		{"a newer version", newer, options, "written by a newer program"},
		{"a folder", folder, options, "is a directory"},
	} {
		db, err := sqlite.Open(t.Context(), test.path, test.options)
		if err == nil {
			db.Close()
			t.Errorf("%s: opened", test.name)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q, want %q in it", test.name, err, test.want)
		}
	}
}

// TestTwoProcesses has two stores write to one file, as a server and a command
// line do.
func TestTwoProcesses(t *testing.T) {
	path, options := filepath.Join(t.TempDir(), "sallyport.db"), storetest.Options(t)
	one, two := openFile(t, path, options), openFile(t, path, options)
	const each = 30
	counter := func(db *store.DB) *store.Shelf[int] { return store.ShelfOf[int](db, "counter") }
	if err := counter(one).Create(t.Context(), "c", time.Time{}, 0); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, db := range []*store.DB{one, two, one, two} {
		wait.Go(func() {
			for range each {
				if _, err := counter(db).Update(t.Context(), "c", func(n *int, _ *time.Time) error { *n++; return nil }); err != nil {
					t.Errorf("update: %v", err)
				}
			}
		})
	}
	wait.Wait()
	got, err := counter(two).Get(t.Context(), "c")
	if err != nil || got != 4*each {
		t.Errorf("the counter is %d (%v), want %d", got, err, 4*each)
	}
}

func TestCheckDocument(t *testing.T) {
	options := storetest.Options(t)
	options.CheckDocument = func(kind directory.DocumentKind, document json.RawMessage) error {
		if kind == directory.PolicyDocument && strings.Contains(string(document), "nonsense") {
			return os.ErrInvalid
		}
		return nil
	}
	db, err := sqlite.OpenMemory(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tenant := storetest.Tenant(t, db, "contoso.example")
	for text, valid := range map[string]bool{"sense": true, "nonsense": false} {
		d := directory.Document{
			Kind: directory.PolicyDocument, ID: storetest.ID(), TenantID: tenant.ID,
			JSON: json.RawMessage(`{"displayName":"p","state":"enabled","x":"` + text + `"}`),
		}
		if err := db.Directory().Policies.Create(t.Context(), storetest.Change(), &d); (err == nil) != valid {
			t.Errorf("%s: %v", text, err)
		}
	}
}
