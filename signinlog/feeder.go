package signinlog

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// feeder reads a file into blocks that end where a row ends. The cutters for
// each layout decide where that is.
type feeder struct {
	src     io.Reader
	file    *fileState
	maxRow  int
	layout  layout
	columns *columns
	emit    func(*block) bool // false: nobody reads any more
	buffer  func() []byte     // an empty one to fill

	data    []byte
	line    int64 // of the file, that data begins with
	keep    int   // data before it is whole rows or between rows
	begin   int   // of the row at hand; -1 between rows
	i       int   // where the cutter looks
	spans   []span
	eof     bool
	err     error // other than the end
	dropped int   // bytes of the row at hand that were let go, for being too many
	stopped bool
}

func newFeeder(src io.Reader, file *fileState, maxRow int, emit func(*block) bool, buffer func() []byte) *feeder {
	return &feeder{src: src, file: file, maxRow: maxRow, emit: emit, buffer: buffer, line: 1, begin: -1, data: buffer()}
}

// more reads on and reports whether there is anything new. What lies before keep
// is handed over if the block is full; so indexes into data are held by the
// feeder, which moves them.
func (f *feeder) more() bool {
	if f.eof || f.stopped {
		return false
	}
	if f.begin < 0 && f.keep < f.i {
		f.keep = f.i
	}
	if len(f.data) == cap(f.data) {
		f.makeRoom()
	}
	n, err := io.ReadAtLeast(f.src, f.data[len(f.data):cap(f.data)], 1)
	f.data = f.data[:len(f.data)+n]
	if err != nil {
		f.eof = true
		if err != io.EOF {
			f.err = err
		}
	}
	return n > 0
}

func (f *feeder) makeRoom() {
	if f.keep > 0 {
		f.cut()
	}
	if f.begin >= 0 && len(f.data)-f.begin > f.maxRow {
		f.letGo()
	}
	if len(f.data) == cap(f.data) {
		grown := make([]byte, len(f.data), 2*cap(f.data))
		copy(grown, f.data)
		f.data = grown
	}
}

// cut hands over data before keep and goes on with the rest in a new buffer.
func (f *feeder) cut() {
	tail := append(f.buffer(), f.data[f.keep:]...)
	b := &block{layout: f.layout, data: f.data[:f.keep], firstLine: f.line, spans: f.spans, columns: f.columns}
	f.line += int64(bytes.Count(b.data, []byte{'\n'}))
	f.i -= f.keep
	if f.begin >= 0 {
		f.begin -= f.keep
	}
	f.data, f.spans, f.keep = tail, nil, 0
	if !f.emit(b) {
		f.stopped = true
	}
}

// letGo forgets the text of a row that is too big; what is looked at goes on
// after it.
func (f *feeder) letGo() {
	f.dropped += f.i - f.begin
	f.line += int64(bytes.Count(f.data[f.begin:f.i], []byte{'\n'}))
	f.data = append(f.data[:f.begin], f.data[f.i:]...)
	f.i = f.begin
}

// finish hands over what is left.
func (f *feeder) finish() {
	f.keep = len(f.data)
	b := &block{layout: f.layout, data: f.data, firstLine: f.line, spans: f.spans, columns: f.columns, last: true, problem: f.problem()}
	f.data, f.spans = nil, nil
	f.emit(b)
}

// problem tells why the file could not be read to its end.
func (f *feeder) problem() string {
	var fault fileFault
	switch {
	case f.err == nil:
		return ""
	case errors.As(f.err, &fault):
		return string(fault)
	case errors.Is(f.err, errTruncated):
		return errTruncated.Error()
	case errors.Is(f.err, gzip.ErrChecksum), errors.Is(f.err, gzip.ErrHeader):
		return "damaged compressed data: " + f.err.Error()
	}
	return "read: " + reasonOf(f.err)
}

// cutLines cuts where lines end.
func (f *feeder) cutLines() {
	f.layout = layoutLines
	for {
		// A line is begun from the start: how long it gets matters.
		end := bytes.LastIndexByte(f.data[f.i:], '\n')
		switch {
		case end >= 0 && f.dropped > 0:
			f.tooBigLine(f.i + bytes.IndexByte(f.data[f.i:], '\n') + 1)
			continue
		case end >= 0:
			f.keep = f.i + end + 1
			f.begin = f.keep
		case f.begin < 0:
			f.begin = f.keep
		}
		f.i = len(f.data)
		if !f.more() {
			break
		}
		if f.stopped {
			return
		}
	}
	if f.dropped > 0 {
		f.tooBigLine(len(f.data))
	}
	f.finish()
}

// tooBigLine puts a bad row in place of a line that was let go and ends before
// data[end].
func (f *feeder) tooBigLine(end int) {
	size := f.dropped + end - f.begin
	f.keep = f.begin
	f.begin = -1
	f.i = f.keep
	rest := append([]byte(nil), f.data[end:]...)
	f.data = f.data[:f.keep]
	f.cut()
	f.emitBad(tooBig(size, f.maxRow), f.line)
	f.line++
	f.data = append(f.data, rest...)
	f.dropped, f.begin, f.i, f.keep = 0, 0, 0, 0
}

// emitBad hands over a block of one bad row.
func (f *feeder) emitBad(reason string, line int64) {
	if !f.emit(&block{layout: layoutSpans, firstLine: line, spans: []span{{bad: reason, line: line}}}) {
		f.stopped = true
	}
}
