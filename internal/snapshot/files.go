package snapshot

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/sallyport-id/sallyport/access/graphjson"
)

// files are the files of a snapshot.
type files struct {
	stdin    io.Reader
	found    []string
	skipped  int
	problems graphjson.Errors
	seen     map[string]bool // files and folders by their real paths
}

// stdin is the path of the standard input.
const stdin = "-"

// name is how an error names the file at path.
func name(path string) string {
	if path == stdin {
		return "standard input"
	}
	return path
}

// add adds the file or folder that a caller named. Unlike a file in a folder it
// must be there and is read whatever its name.
func (f *files) add(path string) *graphjson.Error {
	if path == stdin {
		if f.stdin == nil {
			return &graphjson.Error{File: name(path), Reason: "cannot be read here"}
		}
		if f.once(path) {
			f.found = append(f.found, path)
		}
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return fileError(path, err)
	}
	if info.IsDir() {
		return f.folder(path)
	}
	if f.once(path) {
		f.found = append(f.found, path)
	}
	return nil
}

// once reports whether the file or folder was not met before, on whatever way:
// a link may lead back to a folder that contains it.
func (f *files) once(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		real = path
	}
	if f.seen[real] {
		return false
	}
	f.seen[real] = true
	return true
}

// folder adds the files in a folder, in the order of their names. Folders whose
// names begin with a dot are those of tools.
func (f *files) folder(path string) *graphjson.Error {
	if !f.once(path) {
		return nil
	}
	list, err := os.ReadDir(path)
	if err != nil {
		return fileError(path, err)
	}
	for _, e := range list {
		f.member(filepath.Join(path, e.Name()))
	}
	return nil
}

// member adds what stands in a folder.
func (f *files) member(path string) {
	info, err := os.Stat(path)
	if err != nil {
		f.problems = append(f.problems, fileError(path, err))
		return
	}
	switch {
	case info.IsDir():
		if strings.HasPrefix(filepath.Base(path), ".") {
			return
		}
		if err := f.folder(path); err != nil {
			f.problems = append(f.problems, err)
		}
	case !isJSON(path) || !info.Mode().IsRegular(): // reading a pipe might never end
		f.skipped++
	case f.once(path):
		f.found = append(f.found, path)
	}
}

// isJSON reports whether a file in a folder is to be read, by its name.
func isJSON(path string) bool {
	base := strings.ToLower(filepath.Base(path))
	for _, packed := range []string{".gz", ".zst"} {
		base = strings.TrimSuffix(base, packed)
	}
	return filepath.Ext(base) == ".json"
}

// fileError is one line about a file that cannot be read.
func fileError(path string, err error) *graphjson.Error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &graphjson.Error{File: name(path), Reason: "cannot be read: " + err.Error()}
}

// read returns what is in the file, unpacked.
func (f *files) read(path string) ([]byte, *graphjson.Error) {
	in := f.stdin
	if path != stdin {
		file, err := os.Open(path)
		if err != nil {
			return nil, fileError(path, err)
		}
		defer file.Close()
		in = file
	}
	data, err := readBounded(in)
	if err != nil {
		return nil, fileError(path, err)
	}
	return data, nil
}

// readBounded reads in to its end, up to MaxFileSize; gzip and zstd are
// recognised by their first bytes.
func readBounded(in io.Reader) ([]byte, error) {
	buffered := bufio.NewReader(in)
	start, _ := buffered.Peek(4)
	var out io.Reader = buffered
	switch {
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpack gzip: %w", err)
		}
		defer z.Close()
		out = z
	case bytes.Equal(start, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*MaxFileSize))
		if err != nil {
			return nil, fmt.Errorf("unpack zstd: %w", err)
		}
		defer z.Close()
		out = z
	}
	data, err := io.ReadAll(io.LimitReader(out, MaxFileSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > MaxFileSize:
		return nil, fmt.Errorf("found more than %d MiB, expected at most that", MaxFileSize>>20)
	}
	return data, nil
}
