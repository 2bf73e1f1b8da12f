package signinlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// input is one file to read.
type input struct {
	name string
	size int64
	open func() (io.ReadCloser, error)
	// problem is why it cannot be read, known before opening.
	problem string
}

const unknownSize = -1

// findInputs lists the files under the paths, folders recursively and in the
// order of their names. A named path that does not exist is an error; what
// cannot be read inside a folder is an input with a problem.
func findInputs(paths []string, stdin io.Reader) ([]input, error) {
	var found []input
	for _, path := range paths {
		if path == "-" {
			found = append(found, input{name: "-", size: unknownSize, open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		at, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("open sign-in log: %w", err)
		}
		if !at.IsDir() {
			found = append(found, fileInput(path, at.Size()))
			continue
		}
		found = append(found, findInFolder(path)...)
	}
	return found, nil
}

func fileInput(path string, size int64) input {
	return input{name: path, size: size, open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

func findInFolder(folder string) []input {
	var found []input
	// WalkDir's order is that of the names; an error concerns one entry.
	_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			found = append(found, input{name: path, problem: reasonOf(err)})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		at, err := os.Stat(path) // follows a link
		switch {
		case err != nil:
			found = append(found, input{name: path, problem: reasonOf(err)})
		case at.Mode().IsRegular():
			found = append(found, fileInput(path, at.Size()))
		}
		return nil
	})
	sort.SliceStable(found, func(i, j int) bool { return found[i].name < found[j].name })
	return found
}

// reasonOf returns what is wrong without the path, which a Problem names already.
func reasonOf(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Op + ": " + at.Err.Error()
	}
	return err.Error()
}

// counted counts the bytes read from a file as it is stored.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// peekSize is how much of a file is looked at to find out what it is. The first
// row should fit.
const peekSize = 1 << 20

// content is a file's text, as UTF-8, with its beginning in view.
type content struct {
	*bufio.Reader
	close func()
	note  string // what was undone: gzip, zstd, UTF-16
}

// open undoes compression and encoding.
func openContent(r io.Reader) (*content, error) {
	c := &content{Reader: bufio.NewReaderSize(r, peekSize), close: func() {}}
	for range 2 { // a file compressed twice is a mistake that happens
		magic, _ := c.Peek(4)
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(c.Reader)
			if err != nil {
				return c, fmt.Errorf("gzip: %w", err)
			}
			c.Reader = bufio.NewReaderSize(z, peekSize)
		case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(c.Reader, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
			if err != nil {
				return c, fmt.Errorf("zstd: %w", err)
			}
			c.close = z.Close
			c.Reader = bufio.NewReaderSize(z, peekSize)
		default:
			c.decodeText()
			return c, nil
		}
	}
	return c, nil
}

// decodeText drops a byte order mark and turns UTF-16 into UTF-8.
func (c *content) decodeText() {
	b, _ := c.Peek(4)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		_, _ = c.Discard(3)
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		_, _ = c.Discard(2)
		c.Reader = bufio.NewReaderSize(&utf16Reader{r: c.Reader}, peekSize)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		_, _ = c.Discard(2)
		c.Reader = bufio.NewReaderSize(&utf16Reader{r: c.Reader, bigEndian: true}, peekSize)
	case len(b) == 4 && b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0:
		c.Reader = bufio.NewReaderSize(&utf16Reader{r: c.Reader}, peekSize)
	case len(b) == 4 && b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0:
		c.Reader = bufio.NewReaderSize(&utf16Reader{r: c.Reader, bigEndian: true}, peekSize)
	}
}

// beginning returns what is in view, and whether it is the whole file.
func (c *content) beginning() (b []byte, whole bool, err error) {
	b, err = c.Peek(peekSize)
	if err == io.EOF {
		return b, true, nil
	}
	if err == bufio.ErrBufferFull {
		err = nil
	}
	return b, false, err
}
