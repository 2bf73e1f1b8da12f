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
	// regular says that it can be opened twice.
	regular bool
	open    func() (io.ReadCloser, error)
	// problem is why it cannot be read, known before opening.
	problem string
}

const unknownSize = -1

// findInputs lists the files under the paths, folders recursively and in the
// order of their names; files of authentication details come before all others. A
// named path that does not exist is an error; what cannot be read inside a folder
// is an input with a problem.
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
			found = append(found, fileInput(path, at))
			continue
		}
		found = append(found, findInFolder(path)...)
	}
	return stepsFirst(found), nil
}

// stepsFirst moves files of authentication details to the front, where they are
// read before their sign-ins, however far apart their rows are.
func stepsFirst(found []input) []input {
	if len(found) < 2 {
		return found
	}
	var first, rest []input
	for _, in := range found {
		if in.holdsSteps() {
			first = append(first, in)
		} else {
			rest = append(rest, in)
		}
	}
	return append(first, rest...)
}

// holdsSteps looks at a file's beginning; what cannot be read is met again when
// it is its turn.
func (in *input) holdsSteps() bool {
	if !in.regular {
		return false
	}
	file, err := in.open()
	if err != nil {
		return false
	}
	defer file.Close()
	c, err := openContent(file)
	defer c.close()
	if err != nil {
		return false
	}
	b := c.peek(headerSize)
	i := space(b, 0)
	if i == len(b) || b[i] == '{' || b[i] == '[' || bytes.IndexByte(b, 0) >= 0 {
		return false
	}
	columns, _, _ := readHeader(b[i:], false)
	return columns != nil && columns.format == FormatAuthenticationDetailsCSV
}

// headerSize is where the header of a file of authentication details must end.
const headerSize = 4 << 10

func fileInput(path string, at fs.FileInfo) input {
	return input{name: path, size: at.Size(), regular: at.Mode().IsRegular(), open: func() (io.ReadCloser, error) { return os.Open(path) }}
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
			found = append(found, fileInput(path, at))
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

// content is a file's text, as UTF-8, of which the beginning can be looked at.
type content struct {
	r     io.Reader
	ahead []byte // looked at and not yet read
	err   error  // met while looking ahead
	close func()
}

// peek returns the next n bytes, or as many as there are, without reading them.
func (c *content) peek(n int) []byte {
	if cap(c.ahead) < n {
		c.ahead = append(make([]byte, 0, n), c.ahead...)
	}
	if len(c.ahead) < n && c.err == nil {
		var m int
		m, c.err = io.ReadFull(c.r, c.ahead[len(c.ahead):n])
		if c.err == io.ErrUnexpectedEOF {
			c.err = io.EOF
		}
		c.ahead = c.ahead[:len(c.ahead)+m]
	}
	return c.ahead[:min(n, len(c.ahead))]
}

// Read reads on. It copies nothing twice once what was looked at is read.
func (c *content) Read(b []byte) (int, error) {
	switch {
	case len(c.ahead) > 0:
		n := copy(b, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	case c.err != nil:
		return 0, c.err
	}
	return c.r.Read(b)
}

// through puts a decoder between the content and whoever reads it.
func (c *content) through(r io.Reader) { c.r, c.ahead, c.err = r, nil, nil }

// openContent undoes compression and encoding.
func openContent(r io.Reader) (*content, error) {
	c := &content{r: r, close: func() {}}
	for range 2 { // a file compressed twice is a mistake that happens
		magic := c.peek(4)
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(bufio.NewReaderSize(c.rest(), 64<<10))
			if err != nil {
				return c, fmt.Errorf("gzip: %w", err)
			}
			c.through(truncation{z})
		case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(c.rest(), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
			if err != nil {
				return c, fmt.Errorf("zstd: %w", err)
			}
			c.close = z.Close
			c.through(truncation{z})
		default:
			c.decodeText()
			return c, nil
		}
	}
	return c, nil
}

// rest returns what is still to be read, for a decoder to read.
func (c *content) rest() io.Reader {
	under := *c
	return &under
}

// decodeText drops a byte order mark and turns UTF-16 into UTF-8.
func (c *content) decodeText() {
	b := c.peek(4)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		c.ahead = c.ahead[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		c.ahead = c.ahead[2:]
		c.through(&utf16Reader{r: c.rest()})
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		c.ahead = c.ahead[2:]
		c.through(&utf16Reader{r: c.rest(), bigEndian: true})
	case len(b) == 4 && b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0:
		c.through(&utf16Reader{r: c.rest()})
	case len(b) == 4 && b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0:
		c.through(&utf16Reader{r: c.rest(), bigEndian: true})
	}
}

// beginning returns what is in view, and whether it is the whole file.
func (c *content) beginning() (b []byte, whole bool, err error) {
	b = c.peek(peekSize)
	if c.err != nil && c.err != io.EOF {
		err = c.err
	}
	return b, c.err != nil, err
}

// errTruncated is met where compressed data ends too early. Decoders say
// io.ErrUnexpectedEOF, which reading ahead says of any short file.
var errTruncated = errors.New("the file ends in the middle of compressed data")

// truncation reads compressed data.
type truncation struct{ io.Reader }

func (t truncation) Read(b []byte) (int, error) {
	n, err := t.Reader.Read(b)
	if err == io.ErrUnexpectedEOF {
		err = errTruncated
	}
	return n, err
}
