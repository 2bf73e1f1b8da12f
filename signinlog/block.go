package signinlog

import (
	"bytes"
	"hash/maphash"
)

// blockSize is how many bytes of text are handed to a parser at once: enough to
// make handing over cheap, little enough to stay in a processor's cache.
const blockSize = 1 << 20

// block is a part of a file that holds whole rows: first their text, and after
// parsing their records.
type block struct {
	file      *fileState
	layout    layout
	data      []byte
	firstLine int64  // of the file, that data begins with
	spans     []span // layoutSpans: the rows
	columns   *columns
	read      int64  // bytes read of all files when the block was cut
	last      bool   // of its file
	problem   string // with the file as a whole; on the last block
	skipped   string // why the file is not a log

	records []Record // the sign-ins among the rows
	rows    []row
	live    int // sign-ins that were not merged into others, when held
	done    chan struct{}
}

// layout is how rows lie in a block.
type layout uint8

const (
	layoutSpans layout = iota // JSON values at the spans
	layoutLines               // one JSON value per line
	layoutCells               // CSV
	layoutReady               // records, parsed already
)

// span is the place of a row in a block; bad ones come with the reason.
type span struct {
	start, end int
	bad        string
	line       int64    // where bad, if not to be counted
	columns    *columns // that its cells stand under, in a table
}

// row is what became of a row.
type row struct {
	kind   verdictKind
	format Format
	record int32 // index in the block's records
	merged bool  // into another record
	gone   bool  // its sign-in was handed out already
	line   int64 // where bad
	text   string
	key    uint64 // of the sign-in's id; 0: none
}

// slot returns an empty record at the end of the block's.
func (b *block) slot() *Record {
	if len(b.records) < cap(b.records) {
		b.records = b.records[:len(b.records)+1]
		r := &b.records[len(b.records)-1]
		r.reset()
		return r
	}
	b.records = append(b.records, Record{})
	return &b.records[len(b.records)-1]
}

func (b *block) drop() { b.records = b.records[:len(b.records)-1] }

// lineOf returns the line of the file that data[at] is on.
func (b *block) lineOf(at int) int64 {
	return b.firstLine + int64(bytes.Count(b.data[:at], []byte{'\n'}))
}

// worker parses blocks.
type worker struct {
	*parser
	maxRow int
	seed   maphash.Seed
	lower  []byte
}

func (w *worker) parseBlock(b *block) {
	switch b.layout {
	case layoutSpans:
		for _, s := range b.spans {
			switch {
			case s.bad != "" && s.line > 0:
				b.rows = append(b.rows, row{kind: rowIsBad, text: s.bad, line: s.line})
			case s.bad != "":
				b.rows = append(b.rows, row{kind: rowIsBad, text: s.bad, line: b.lineOf(s.start)})
			case s.columns != nil:
				w.parseTableRow(b, s.columns, b.data[s.start:s.end], s.start)
			default:
				w.parseRow(b, b.data[s.start:s.end], s.start, 0)
			}
		}
	case layoutLines:
		w.parseLines(b)
	case layoutCells:
		w.parseCells(b)
	}
}

func (w *worker) parseLines(b *block) {
	for at := 0; at < len(b.data); {
		end := bytes.IndexByte(b.data[at:], '\n')
		if end < 0 {
			end = len(b.data)
		} else {
			end += at
		}
		text := b.data[at:end]
		switch begin := space(text, 0); {
		case len(text) > w.maxRow:
			b.rows = append(b.rows, row{kind: rowIsBad, text: tooBig(len(text), w.maxRow), line: b.lineOf(at)})
		case begin < len(text):
			w.parseRow(b, text, at, 0)
		}
		at = end + 1
	}
}

// maxWraps bounds rows in rows in rows.
const maxWraps = 4

// parseRow parses the row text, which begins at b.data[at], and the rows that
// it may hold.
func (w *worker) parseRow(b *block, text []byte, at, wraps int) {
	r := b.slot()
	v := w.parse(r, text)
	if v.kind == rowIsSignIn {
		w.keep(b, r, v.format)
		return
	}
	b.drop()
	switch {
	case v.kind == rowHoldsRows && wraps >= maxWraps:
		b.rows = append(b.rows, row{kind: rowIsOther, text: "unrecognised"})
	case v.kind == rowHoldsRows:
		w.parseInner(b, v.inner, at, wraps)
	case v.kind == rowIsTable:
		w.parseTable(b, v, at)
	case v.kind == rowIsBad:
		b.rows = append(b.rows, row{kind: rowIsBad, format: v.format, text: v.text, line: b.lineOf(at)})
	default:
		b.rows = append(b.rows, row{kind: v.kind, format: v.format, text: short(v.text)})
	}
}

// parseInner parses an object or the elements of an array. Arrays that are
// empty are no rows.
func (w *worker) parseInner(b *block, inner []byte, at, wraps int) {
	begin := space(inner, 0)
	if begin < len(inner) && inner[begin] != '[' {
		w.parseRow(b, inner, at, wraps+1)
		return
	}
	// The parser's own place is lost with every row, so the walk over the
	// elements keeps one of its own.
	var walk tokens
	walk.start(inner)
	walk.i = begin + 1
	for first := true; walk.element(&first); {
		from := walk.i
		walk.skip()
		if walk.failed == "" {
			w.parseRow(b, inner[from:walk.i], at, wraps+1)
		}
	}
	if walk.failed != "" {
		b.rows = append(b.rows, row{kind: rowIsBad, text: walk.failed, line: b.lineOf(at)})
	}
}

// keep notes that the record is one.
func (w *worker) keep(b *block, r *Record, format Format) {
	r.Source.Format = format
	r.Source.Rows = 1
	b.rows = append(b.rows, row{kind: rowIsSignIn, format: format, record: int32(len(b.records) - 1), key: w.keyOf(r.ID)})
}

// keyOf hashes an id without regard to letter case; 0 where there is none.
func (w *worker) keyOf(id string) uint64 {
	if id == "" || id == emptyGUID {
		return 0
	}
	w.lower = w.lower[:0]
	for i := range len(id) {
		w.lower = append(w.lower, lower(id[i]))
	}
	return max(1, maphash.Bytes(w.seed, w.lower))
}

// countLines counts the line ends in b.
func countLines(b []byte) int64 { return int64(bytes.Count(b, []byte{'\n'})) }
