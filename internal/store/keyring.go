package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// NewKeyring returns a Sealer with a fresh key that nobody keeps: what it
// seals is lost with the process.
func NewKeyring() (Sealer, error) {
	handle, err := keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return aead.New(handle)
}

// OpenKeyring returns the Sealer whose keys are in a file, a Tink keyset in
// JSON. A file that does not exist is made, readable by its owner only, and is
// on disk when OpenKeyring returns. The file is not encrypted itself: it
// belongs on another disk than backups of the database.
func OpenKeyring(path string) (Sealer, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = makeKeyring(path)
	}
	if err != nil {
		return nil, fmt.Errorf("open key file: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content)))
	if err != nil {
		return nil, fmt.Errorf("read key file %s: %w", path, err)
	}
	sealer, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("use key file %s: %w", path, err)
	}
	return sealer, nil
}

// makeKeyring writes a new key file and returns what the file holds then: of
// two processes that start at once, one makes it.
func makeKeyring(path string) ([]byte, error) {
	handle, err := keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&content)); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(content.Bytes())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, err
	}
	// A link, unlike a rename, never replaces a file that is there.
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// syncFolder makes new names in a folder durable, where the system can.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
