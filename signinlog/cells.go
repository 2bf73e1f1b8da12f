package signinlog

import (
	"bytes"
	"fmt"
)

// cellState is where in a CSV record a reader is.
type cellState uint8

const (
	cellBegins cellState = iota
	inCell
	inQuotes
	afterQuote // a quote inside quotes: it ends them, or is one of two
)

// cutCells cuts where records end, which is at line ends outside of quotes.
func (f *feeder) cutCells() {
	f.layout = layoutCells
	state := cellBegins
	f.begin = 0
	resyncs := 0
	for !f.stopped {
		end, done := endOfRecord(f.data, f.i, f.columns.delimiter, &state)
		f.i = end
		switch {
		case done && f.dropped > 0:
			f.tooBigRecord()
		case done:
			f.begin, f.keep = end, end
		case !f.more():
			if f.stopped {
				return
			}
			if f.dropped > 0 {
				f.tooBigRecord()
			} else if state == inQuotes && resyncs < maxResyncs && f.openRecord() {
				state = cellBegins
				resyncs++
				continue
			}
			f.finish()
			return
		}
	}
}

const openQuote = "found the end of the file, expected the quote that ends the cell"

// openRecord puts a bad row in place of a record with a quote that nothing closes,
// and goes on with the line after the one that it begins on. It reports whether
// there is one.
func (f *feeder) openRecord() bool {
	k := bytes.IndexByte(f.data[f.begin:], '\n')
	if k < 0 {
		return false
	}
	rest := append([]byte(nil), f.data[f.begin+k+1:]...)
	f.data, f.keep, f.i = f.data[:f.begin], f.begin, f.begin
	f.cut()
	f.emitBad(openQuote, f.line)
	f.line++
	f.data = append(f.data, rest...)
	f.begin, f.i, f.keep = 0, 0, 0
	return true
}

// tooBigRecord puts a bad row in place of a record that was let go and ends at
// the place at hand.
func (f *feeder) tooBigRecord() {
	size := f.dropped + f.i - f.begin
	rest := append([]byte(nil), f.data[f.i:]...)
	tail := f.data[f.begin:f.i]
	lines := int64(bytes.Count(tail, []byte{'\n'}))
	f.data, f.keep, f.i = f.data[:f.begin], f.begin, f.begin
	f.cut()
	f.emitBad(tooBig(size, f.maxRow), f.line+lines)
	f.line += lines
	f.data = append(f.data, rest...)
	f.dropped, f.begin, f.i, f.keep = 0, 0, 0, 0
}

// endOfRecord returns the index after the record that b[i] is in, or len(b) with
// done false. A quote counts only where RFC 4180 lets it: at a cell's beginning
// and, to end it, before a delimiter or line end; others are text.
func endOfRecord(b []byte, i int, delimiter byte, state *cellState) (end int, done bool) {
	for i < len(b) {
		switch c := b[i]; *state {
		case inQuotes:
			k := bytes.IndexByte(b[i:], '"')
			if k < 0 {
				return len(b), false
			}
			i += k
			*state = afterQuote
		case afterQuote:
			switch c {
			case delimiter:
				*state = cellBegins
			case '\n':
				*state = cellBegins
				return i + 1, true
			case '\r':
			default: // the second of two, or a stray one
				*state = inQuotes
			}
		default:
			switch {
			case c == '"' && *state == cellBegins:
				*state = inQuotes
			case c == delimiter:
				*state = cellBegins
			case c == '\n':
				*state = cellBegins
				return i + 1, true
			default:
				*state = inCell
			}
		}
		i++
	}
	return len(b), false
}

// cells reads the cells of one record after another.
type cells struct {
	b         []byte
	i         int
	delimiter byte
	buf       []byte
	open      bool // the last cell's quotes were not closed
}

// next returns the next cell, which holds until the next call, and whether it is
// the record's last.
func (c *cells) next() (cell []byte, last bool) {
	if c.i < len(c.b) && c.b[c.i] == '"' {
		return c.quoted()
	}
	begin := c.i
	for ; c.i < len(c.b); c.i++ {
		switch c.b[c.i] {
		case c.delimiter:
			c.i++
			return c.b[begin : c.i-1], false
		case '\n':
			c.i++
			return bytes.TrimSuffix(c.b[begin:c.i-1], []byte{'\r'}), true
		}
	}
	return bytes.TrimSuffix(c.b[begin:], []byte{'\r'}), true
}

func (c *cells) quoted() (cell []byte, last bool) {
	c.i++
	begin := c.i
	c.buf = c.buf[:0]
	for {
		k := bytes.IndexByte(c.b[c.i:], '"')
		if k < 0 {
			c.open = true
			c.i = len(c.b)
			return nil, true
		}
		c.i += k + 1
		text := c.b[begin : c.i-1]
		after := c.i
		if after < len(c.b) && c.b[after] == '\r' {
			after++
		}
		switch {
		case after == len(c.b):
			c.i = after
			return c.join(text), true
		case c.b[after] == '\n':
			c.i = after + 1
			return c.join(text), true
		case c.b[c.i] == c.delimiter:
			c.i++
			return c.join(text), false
		case c.b[c.i] == '"': // two stand for one
			c.buf = append(append(c.buf, text...), '"')
			c.i++
			begin = c.i
		}
	}
}

func (c *cells) join(text []byte) []byte {
	if len(c.buf) == 0 {
		return text
	}
	c.buf = append(c.buf, text...)
	return c.buf
}

// parseCells parses the records of a CSV.
func (w *worker) parseCells(b *block) {
	c := cells{b: b.data, delimiter: b.columns.delimiter}
	for c.i < len(b.data) {
		begin := c.i
		switch b.data[begin] {
		case '\n', '\r': // an empty line
			c.i++
			continue
		}
		switch b.columns.format {
		case FormatAuditLog:
			w.parseAuditCells(b, &c, begin)
		case FormatAuthenticationDetailsCSV:
			w.parseStep(b, &c, begin)
		default:
			w.parseRecord(b, &c, begin)
		}
	}
}

// parseRecord parses a record whose columns are fields.
func (w *worker) parseRecord(b *block, c *cells, begin int) {
	r := b.slot()
	p := w.parser
	p.start(nil)
	p.begin(b.columns.shape())
	n, last := 0, false
	for ; !last; n++ {
		var cell []byte
		cell, last = c.next()
		if n >= len(b.columns.fields) || len(cell) == 0 || p.failed != "" {
			continue
		}
		p.b, p.i, p.cell = cell, 0, true
		p.member(r, b.columns.fields[n])
		if p.failed != "" {
			p.failed = fmt.Sprintf("column %q: %s", b.columns.names[n], p.failed)
		}
	}
	p.cell = false
	w.settle(b, r, w.judgeRecord(b, c, r, n, begin), b.columns.format, begin)
}

// settle notes what became of a row that was read under columns into r; it begins
// at b.data[at].
func (w *worker) settle(b *block, r *Record, v verdict, format Format, at int) {
	switch v.kind {
	case rowIsSignIn:
		w.keep(b, r, format)
		return
	case rowIsBad:
		b.rows = append(b.rows, row{kind: rowIsBad, format: v.format, text: v.text, line: b.lineOf(at)})
	default:
		b.rows = append(b.rows, row{kind: rowIsOther, format: v.format, text: short(v.text)})
	}
	b.drop()
}

func (w *worker) judgeRecord(b *block, c *cells, r *Record, n, begin int) verdict {
	format := b.columns.format
	if reason := w.badRecord(b, c, n, begin); reason != "" {
		return verdict{kind: rowIsBad, format: format, text: reason}
	}
	return w.completeRow(r, format)
}

// badRecord returns what is wrong with a record as such; n is how many cells it
// has.
func (w *worker) badRecord(b *block, c *cells, n, begin int) string {
	switch want := len(b.columns.fields); {
	case c.open:
		return openQuote
	case c.i-begin > w.maxRow:
		return tooBig(c.i-begin, w.maxRow)
	case bytes.IndexByte(c.b[begin:c.i], 0) >= 0:
		return "found a NUL byte, expected text"
	case n != want && n != want+1: // one more: a delimiter at the line's end
		return fmt.Sprintf("found %d cells, expected %d", n, want)
	}
	return w.failed
}

// completeRow judges a row whose cells were read.
func (w *worker) completeRow(r *Record, format Format) verdict {
	p := w.parser
	if format == FormatLogAnalyticsCSV || format == FormatLogAnalytics {
		if other := p.notSignIn(); other == unfit {
			return verdict{kind: rowIsOther, text: "unrecognised"}
		} else if other != "" {
			return verdict{kind: rowIsOther, text: other}
		}
	}
	v := p.complete(r, format)
	if v.kind == rowIsSignIn && format == FormatServicePrincipalCSV && len(r.SignInEventTypes) == 0 {
		r.SignInEventTypes = workload
	}
	return v
}

// parseAuditCells parses a record that has a row of JSON in its AuditData cell.
func (w *worker) parseAuditCells(b *block, c *cells, begin int) {
	var data []byte
	for n, last := 0, false; !last; n++ {
		var cell []byte
		cell, last = c.next()
		if n == b.columns.audit {
			data = append(data, cell...)
		}
	}
	switch {
	case c.open:
		b.rows = append(b.rows, row{kind: rowIsBad, format: FormatAuditLog, text: openQuote, line: b.lineOf(begin)})
	case len(data) == 0:
		b.rows = append(b.rows, row{kind: rowIsBad, format: FormatAuditLog, text: "found no AuditData, expected a JSON object", line: b.lineOf(begin)})
	default:
		w.parseRow(b, data, begin, 0)
	}
}
