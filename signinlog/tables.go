package signinlog

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The answers of Log Analytics' query API are tables: a list of columns, and
// rows that are lists of cells in the order of the columns.

// tables cuts the rows of the tables in an array.
func (c *spanCutter) tables() {
	for !c.stopped {
		if !c.between(',') {
			if c.err == nil {
				c.fault("the file ends before the list of tables does")
			}
			return
		}
		switch c.data[c.i] {
		case ']':
			c.i++
			return
		case '{':
			c.object(true)
		case '[':
			c.begin = c.i
			c.rest(nesting{})
		default:
			if !c.scalarRow() {
				return
			}
		}
	}
}

// tableRows cuts the rows of a table. Columns of nil were not met yet: then the
// rows mean nothing and are together one bad row.
func (c *spanCutter) tableRows(columns *columns) bool {
	if columns == nil {
		line := c.line + countLines(c.data[:c.i])
		if !c.value() {
			return false
		}
		c.spans = append(c.spans, span{start: c.i, end: c.i, bad: "found the rows of a table before its columns, expected the columns first", line: line})
		return true
	}
	c.i++
	c.table = columns
	defer func() { c.table = nil }()
	c.elements()
	return true
}

// held reads the value at hand as a whole, unless it is too big.
func (c *spanCutter) held() (text []byte, ok bool) {
	outer := c.begin
	if outer < 0 {
		c.begin = c.i
	}
	offset := c.i - c.begin
	whole := c.dropped
	if !c.value() {
		return nil, false
	}
	if c.dropped == whole {
		text = append(text, c.data[c.begin+offset:c.i]...)
	}
	if outer < 0 {
		c.begin, c.dropped = -1, 0
	}
	return text, true
}

// answerError returns what an answer's error says, which comes beside the tables
// where a query was broken off.
func answerError(text []byte) string {
	var e struct{ Code, Message string }
	if json.Unmarshal(text, &e) != nil || e.Code == "" && e.Message == "" {
		return ""
	}
	return "the answer is not whole, it says " + short(strings.TrimSpace(e.Code+" "+e.Message))
}

// readColumns reads the list of a table's columns; nil where it is none. Columns
// that are no sign-in log's have no fields.
func readColumns(text []byte) *columns {
	var list []struct {
		Name       string `json:"name"`
		ColumnName string `json:"columnName"`
	}
	if json.Unmarshal(text, &list) != nil || len(list) == 0 {
		return nil
	}
	c := &columns{audit: -1}
	for _, column := range list {
		if column.Name == "" {
			column.Name = column.ColumnName
		}
		c.names = append(c.names, column.Name)
	}
	if !c.decide() {
		c.format, c.fields = FormatUnknown, nil
	} else if c.format == FormatLogAnalyticsCSV {
		c.format = FormatLogAnalytics
	}
	return c
}

// parseTable parses the rows of a table that is a row itself: an answer among
// other rows, or in a batch of answers.
func (w *worker) parseTable(b *block, v verdict, at int) {
	var walk tokens
	walk.start(v.inner)
	walk.i = 1
	for first := true; walk.element(&first); {
		from := walk.i
		if walk.skip() && v.inner[from] == '[' {
			w.parseTableRow(b, v.columns, v.inner[from:walk.i], at)
		} else if walk.failed == "" {
			b.rows = append(b.rows, row{kind: rowIsBad, text: fmt.Sprintf("found %q, expected '['", v.inner[from]), line: b.lineOf(at)})
		}
	}
	if walk.failed != "" {
		b.rows = append(b.rows, row{kind: rowIsBad, text: walk.failed, line: b.lineOf(at)})
	}
}

// parseTableRow parses a row whose cells stand under columns; it begins at
// b.data[at], or is held by what does.
func (w *worker) parseTableRow(b *block, c *columns, text []byte, at int) {
	if c.format == FormatUnknown {
		b.rows = append(b.rows, row{kind: rowIsOther, text: "table with " + c.some()})
		return
	}
	p := w.parser
	p.start(text)
	p.i = 1 // after the bracket
	p.begin(c.shape())
	if c.format == FormatAuditLog {
		w.parseAuditRow(b, c, at)
		return
	}
	r := b.slot()
	n := p.tableCells(r, c)
	w.settle(b, r, w.judgeTableRow(c, r, n), c.format, at)
}

// tableCells reads the cells of a row and returns how many there are.
func (p *parser) tableCells(r *Record, c *columns) (n int) {
	for first := true; p.element(&first); n++ {
		switch {
		case n >= len(c.fields) || p.isEmpty():
			p.skip()
		default:
			p.member(r, c.fields[n])
		}
		if p.failed != "" && n < len(c.names) {
			p.failed = fmt.Sprintf("column %q: %s", c.names[n], p.failed)
		}
	}
	return n
}

// isEmpty reports whether the value at hand is null or an empty text, which must
// not undo what a column of the same meaning said.
func (p *parser) isEmpty() bool {
	return p.peek() == 'n' || p.peek() == '"' && p.i+1 < len(p.b) && p.b[p.i+1] == '"'
}

func (w *worker) judgeTableRow(c *columns, r *Record, n int) verdict {
	switch {
	case w.failed != "":
		return verdict{kind: rowIsBad, format: c.format, text: w.failed}
	case n != len(c.names):
		return verdict{kind: rowIsBad, format: c.format, text: fmt.Sprintf("found %d cells, expected %d", n, len(c.names))}
	}
	return w.completeRow(r, c.format)
}

// parseAuditRow parses a row that has a row of JSON in its AuditData cell.
func (w *worker) parseAuditRow(b *block, c *columns, at int) {
	var data []byte
	p := w.parser
	n := 0
	for first := true; p.element(&first); n++ {
		if n == c.audit {
			data = p.inside()
		} else {
			p.skip()
		}
	}
	switch {
	case p.failed != "":
		b.rows = append(b.rows, row{kind: rowIsBad, format: FormatAuditLog, text: p.failed, line: b.lineOf(at)})
	case len(data) == 0:
		b.rows = append(b.rows, row{kind: rowIsBad, format: FormatAuditLog, text: "found no AuditData, expected a JSON object", line: b.lineOf(at)})
	default:
		w.parseRow(b, data, at, 0)
	}
}

// isAnswer reports whether an object holds tables, or is one.
func isAnswer(object []byte) bool {
	var t tokens
	t.start(object)
	t.i = space(object, 0) + 1
	names := newMembersOf(vocabulary{"tables": fieldContainer, "columns": fieldKey, "rows": fieldValue})
	var c cursor
	columns, rows := false, false
	for f, ok := names.next(&t, &c); ok; f, ok = names.next(&t, &c) {
		list := t.peek() == '['
		switch f {
		case fieldContainer:
			if list {
				return true
			}
		case fieldKey:
			columns = list
		case fieldValue:
			rows = list
		}
		t.skip()
	}
	return columns && rows
}
