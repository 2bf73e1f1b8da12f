package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-id/sallyport/internal/store"
)

func TestKeyringFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	// Several processes may start at once; all must end up with one key.
	sealers := make([]store.Sealer, 8)
	var wait sync.WaitGroup
	for i := range sealers {
		wait.Go(func() {
			sealer, err := store.OpenKeyring(path)
			if err != nil {
				t.Errorf("open: %v", err)
			}
			sealers[i] = sealer
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	sealed, err := sealers[0].Encrypt([]byte("secret"), []byte("place"))
	if err != nil {
		t.Fatal(err)
	}
	for i, sealer := range sealers {
		if plain, err := sealer.Decrypt(sealed, []byte("place")); err != nil || !bytes.Equal(plain, []byte("secret")) {
			t.Errorf("sealer %d: %q, %v", i, plain, err)
		}
		if _, err := sealer.Decrypt(sealed, []byte("elsewhere")); err == nil {
			t.Errorf("sealer %d opens what was sealed for another place", i)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: mode %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("the folder holds %d files (%v), want the key file only", len(files), err)
	}
}

func TestKeyringRefuses(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"empty": "", "text": "hello", "other.json": `{"keys":[]}`} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.OpenKeyring(path)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != content {
			t.Errorf("%s was written to", name)
		}
	}
	if _, err := store.OpenKeyring(filepath.Join(folder, "no", "such", "folder")); err == nil {
		t.Error("a key file in no folder was opened")
	}
}
