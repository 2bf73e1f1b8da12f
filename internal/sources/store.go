package sources

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// DefaultFile is where the collection is kept if nobody says otherwise: sallyport/sources.json in the user's configuration folder.
func DefaultFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the configuration folder (name a file with --sources-file): %w", err)
	}
	return filepath.Join(dir, "sallyport", "sources.json"), nil
}

// Load reads a collection. A file that does not exist is an empty collection; one that is damaged is an error and stays as it is.
func Load(path string) (*Collection, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Collection{Format: formatVersion}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	c, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("read sources %q: %w", path, err)
	}
	return c, nil
}

// parse is strict: the file is ours, and a misspelt member would be a lost one.
func parse(b []byte) (*Collection, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var c Collection
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("expected a JSON file written by \"code import\": %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("expected one JSON document, found more behind it")
	}
	if c.Format != formatVersion {
		return nil, fmt.Errorf("format %d: expected %d", c.Format, formatVersion)
	}
	for _, s := range c.Sources {
		if s.Name == "" {
			return nil, errors.New("a source without a name")
		}
		if !slices.IsSortedFunc(s.Entries, func(a, b Entry) int { return int(a.Code - b.Code) }) {
			return nil, fmt.Errorf("source %q: expected its entries sorted by code", s.Name)
		}
	}
	return &c, nil
}

// Save writes the collection in one step: a reader sees the old file or the new one, also after a crash.
func (c *Collection) Save(path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write sources %q: %w", path, err)
		}
	}()
	c.Format = formatVersion
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	// After the rename there is nothing to remove, and the error of that is no news.
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(b.Bytes())
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
