package sources

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is a table as it was read: nothing is interpreted yet.
type Table struct {
	// Line is the line of the heads, counted from 1.
	Line int
	Head []string
	Rows []Row
}

// Row is a row with the line on which it begins.
type Row struct {
	Line  int
	Cells []string
	// Fault says why the row could not be read into cells; empty if it could.
	Fault string
}

// maxFile bounds what is read of one file; the largest table of codes known has a hundredth of it.
const maxFile = 32 << 20

// Read reads every table of a text, which is Markdown or delimited by comma, semicolon or tab, and may be compressed by gzip or zstd. Which it
// is, is seen from the bytes. It is an error if there is no table at all.
func Read(r io.Reader) ([]Table, error) {
	plain, done, err := inflate(r)
	if err != nil {
		return nil, err
	}
	defer done()
	b, err := io.ReadAll(io.LimitReader(plain, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("more than %d bytes: expected a table of result codes", maxFile)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8: expected a Markdown or CSV table in UTF-8")
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(b))
	tables := readMarkdown(text)
	if len(tables) == 0 {
		tables, err = readDelimited(text)
	}
	if err != nil {
		return nil, err
	}
	if len(tables) == 0 {
		return nil, errors.New("no table: expected a Markdown table (| head | … |) or CSV with a head line")
	}
	return tables, nil
}
