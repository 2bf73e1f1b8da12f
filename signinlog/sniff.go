package signinlog

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// sniffed is what a file turns out to hold.
type sniffed struct {
	layout  layout
	columns *columns
	// problem is why the file cannot hold a sign-in log.
	problem string
	// unknown says that it may be one all the same, in a form that we do not
	// know, so that leaving it out is worth a word.
	unknown bool
}

// sniff finds out what a file holds by its beginning; whole says that b is all
// of it.
func sniff(b []byte, whole bool) sniffed {
	i := space(b, 0)
	switch {
	case i == len(b) && whole:
		return sniffed{problem: "empty"}
	case i == len(b):
		return sniffed{problem: "begins with a megabyte of white space, expected a sign-in log"}
	case b[i] == '{':
		return sniffObject(b[i:], whole)
	case b[i] == '[':
		if k := space(b, i+1); k < len(b) && b[k] != '{' && b[k] != ']' && b[k] != '[' {
			return sniffed{problem: "a JSON array that holds no objects, expected sign-ins"}
		}
		return sniffed{layout: layoutSpans}
	}
	columns, problem, likely := readHeader(b[i:], whole)
	switch {
	case columns != nil:
		return sniffed{layout: layoutCells, columns: columns}
	case bytes.IndexByte(b[:min(len(b), 4096)], 0) >= 0:
		return sniffed{problem: "binary, expected JSON, CSV or our Parquet"}
	case problem != "":
		return sniffed{problem: problem, unknown: likely}
	}
	r, _ := utf8.DecodeRune(b[i:])
	return sniffed{problem: fmt.Sprintf("begins with %q, expected JSON, or a CSV of sign-ins", r)}
}

// sniffObject tells rows that stand on a line each from others: lines can be
// found without looking at what is in them. A first line that is damaged does
// not mislead where the second is a whole object.
func sniffObject(b []byte, whole bool) sniffed {
	for range 2 {
		line, rest, more := bytes.Cut(b, []byte{'\n'})
		var n nesting
		end, done := n.skip(line, 0)
		if done && space(line, end) == len(line) && (more || whole) {
			if isAnswer(line) {
				break
			}
			return sniffed{layout: layoutLines}
		}
		if done || len(rest) == 0 || rest[0] != '{' {
			break
		}
		b = rest
	}
	return sniffed{layout: layoutSpans}
}
