// Package data owns a server's folder: the database, the key that encrypts the
// secrets in it, and, in the database, the secrets and certificate authorities
// that every node of a server must share. The server and the verbs of the
// command line open it alike, also at the same time.
package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/store"
	"github.com/sallyport-id/sallyport/internal/store/sqlite"
)

// The files of a folder.
const (
	databaseFile = "sallyport.db"
	keyFile      = "keys.json"
)

// Folder is an open folder.
type Folder struct {
	DB   *store.DB
	path string
}

// Open opens a folder, making it and what belongs into it if need be. Only its
// owner can read it.
func Open(ctx context.Context, path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	sealer, err := store.OpenKeyring(filepath.Join(path, keyFile))
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, filepath.Join(path, databaseFile), store.Options{Sealer: sealer, CheckDocument: CheckDocument})
	if err != nil {
		return nil, err
	}
	return &Folder{DB: db, path: path}, nil
}

// OpenExisting opens a folder that a server made. It fails if there is none, so
// that a mistyped path does not become an empty directory.
func OpenExisting(ctx context.Context, path string) (*Folder, error) {
	if _, err := os.Stat(filepath.Join(path, databaseFile)); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s holds no %s; the data folder of a server is expected (--data)", path, databaseFile)
		}
		return nil, fmt.Errorf("open the data folder: %w", err)
	}
	return Open(ctx, path)
}

// Close closes the database.
func (f *Folder) Close() error { return f.DB.Close() }

// Path returns the path of a file in the folder.
func (f *Folder) Path(name ...string) string {
	return filepath.Join(append([]string{f.path}, name...)...)
}

// Write writes a file in the folder in one step: whoever reads it finds the old
// one or the new one.
func (f *Folder) Write(content []byte, mode os.FileMode, name ...string) error {
	path := f.Path(name...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it is gone if all went well
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(mode), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// CheckDocument reports what is wrong with a policy, location or strength by
// the rules of the policy language, so that none is stored that the engine
// would refuse.
func CheckDocument(kind directory.DocumentKind, text json.RawMessage) error {
	switch kind {
	case directory.PolicyDocument:
		return checkPolicies(text)
	case directory.LocationDocument:
		return checkLocations(text)
	case directory.StrengthDocument:
		list, err := graphjson.DecodeStrengths("strength", text)
		return orNotOne(len(list), "authentication strength", err)
	}
	return fmt.Errorf("a document of kind %q is unknown", kind)
}

func checkPolicies(text json.RawMessage) error {
	list, err := graphjson.DecodePolicies("policy", text)
	if err = orNotOne(len(list), "policy", err); err != nil {
		return err
	}
	// What a policy names is checked when the set is compiled: the engine
	// carries what is missing as unknown.
	_, err = access.Compile(access.Source{Policies: []access.Policy{list[0].Policy}}, access.Options{Live: true, CarryUnresolved: true})
	return err
}

func checkLocations(text json.RawMessage) error {
	list, err := graphjson.DecodeLocations("namedLocation", text)
	if err = orNotOne(len(list), "named location", err); err != nil {
		return err
	}
	_, err = access.Compile(access.Source{Locations: []access.Location{list[0].Location}}, access.Options{Live: true})
	return err
}

// orNotOne reports a document that holds something else than one object.
func orNotOne(n int, what string, err error) error {
	if err == nil && n != 1 {
		return fmt.Errorf("it holds %d; one %s is expected", n, strings.TrimSpace(what))
	}
	return err
}
