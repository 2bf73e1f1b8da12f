package graphjson

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// source is a decoded text, for telling where things stand in it.
type source struct {
	file  string
	text  string
	once  sync.Once
	lines []int32 // where each line starts; made when first asked for
	twice []repetition
}

// repetition is a member whose name its object had already.
type repetition struct {
	start int32
	err   *Error
}

// at returns the line and column of the byte at offset, both from 1; the column
// counts characters.
func (s *source) at(offset int) (line, column int) {
	s.once.Do(s.findLines)
	offset = min(offset, len(s.text))
	line = sort.Search(len(s.lines), func(i int) bool { return int(s.lines[i]) > offset })
	return line, utf8.RuneCountInString(s.text[s.lines[line-1]:offset]) + 1
}

func (s *source) findLines() {
	s.lines = []int32{0}
	for i := 0; i < len(s.text); i++ {
		if s.text[i] == '\n' {
			s.lines = append(s.lines, int32(i+1))
		}
	}
}

func (s *source) fault(offset int, path, format string, args ...any) *Error {
	line, column := s.at(offset)
	return &Error{File: s.file, Line: line, Column: column, Path: path, Reason: fmt.Sprintf(format, args...)}
}

// decodeText returns the text in data, which is UTF-8 or UTF-16 with a byte
// order mark, or without one where the zero bytes around the first character of
// a JSON text (RFC 4627 section 3) give UTF-16 away.
func decodeText(file string, data []byte) (*source, *Error) {
	const most = 1<<31 - 1
	if len(data) > most {
		return nil, &Error{File: file, Reason: fmt.Sprintf("found %d bytes, expected at most %d", len(data), most)}
	}
	s := &source{file: file}
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return s, s.decodeUTF16(data[2:], 0)
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return s, s.decodeUTF16(data[2:], 1)
	case len(data) >= 2 && data[0] != 0 && data[1] == 0:
		return s, s.decodeUTF16(data, 0)
	case len(data) >= 2 && data[0] == 0 && data[1] != 0:
		return s, s.decodeUTF16(data, 1)
	}
	s.text = string(data)
	if !utf8.ValidString(s.text) {
		i := 0
		for {
			r, size := utf8.DecodeRuneInString(s.text[i:])
			if r == utf8.RuneError && size <= 1 {
				return s, s.fault(i, "", "found the byte 0x%02x, expected UTF-8 text", s.text[i])
			}
			i += size
		}
	}
	return s, nil
}

// decodeUTF16 reads data as UTF-16 whose low byte stands at low of each pair.
func (s *source) decodeUTF16(data []byte, low int) *Error {
	var b strings.Builder
	b.Grow(len(data) / 2)
	unit := func(i int) rune { return rune(data[i+low]) | rune(data[i+1-low])<<8 }
	fail := func(format string, args ...any) *Error {
		s.text = b.String()
		return s.fault(len(s.text), "", format, args...)
	}
	for i := 0; i < len(data); i += 2 {
		if i+1 == len(data) {
			return fail("found half a character at the end, expected UTF-16 text")
		}
		r := unit(i)
		if utf16.IsSurrogate(r) {
			pair := rune(0)
			if i+3 < len(data) {
				pair = unit(i + 2)
			}
			whole := utf16.DecodeRune(r, pair)
			if whole == utf8.RuneError {
				return fail("found the unpaired surrogate 0x%04x, expected UTF-16 text", r)
			}
			r, i = whole, i+2
		}
		b.WriteRune(r)
	}
	s.text = b.String()
	return nil
}
