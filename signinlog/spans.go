package signinlog

import (
	"bytes"
	"fmt"
	"strings"
)

// containers are the members whose arrays hold rows; rowMarks are members that
// only rows have, so that an object with one is not looked into.
var (
	containers = map[string]bool{"value": true, "records": true, "events": true, "results": true, "tests": true, "data": true, "items": true, "hits": true, "responses": true}
	rowMarks   = map[string]bool{"id": true, "createddatetime": true, "time": true, "category": true, "properties": true, "timegenerated": true,
		"tenantid": true, "type": true, "creationtime": true, "operation": true, "recordtype": true, "@timestamp": true, "correlationid": true,
		"status": true, "displayname": true, "log": true}
)

// maxResyncs bounds how often a file's end is met in search of a lost bracket.
const maxResyncs = 100

// spanCutter finds rows by their brackets: elements of arrays, elements of the
// arrays in containers, and objects that follow one another.
type spanCutter struct {
	*feeder
	resyncs int
	indent  []byte   // white space before the row at hand, on its line
	leads   bool     // nothing else stands there
	table   *columns // that the rows stand under, in a table
}

func (f *feeder) cutSpans() {
	f.layout = layoutSpans
	c := &spanCutter{feeder: f, leads: true}
	for !f.stopped && c.between(',') {
		switch f.data[f.i] {
		case '{':
			c.object(false)
		case '[':
			f.i++
			c.elements()
		default:
			c.junk("'{' or '['")
		}
	}
	if !f.stopped {
		f.finish()
	}
}

// at returns the byte at hand, reading on if need be.
func (c *spanCutter) at() (byte, bool) {
	for c.i >= len(c.data) {
		if !c.more() {
			return 0, false
		}
	}
	return c.data[c.i], true
}

// between passes over white space and the separator.
func (c *spanCutter) between(separator byte) bool {
	for {
		b, ok := c.at()
		if !ok {
			return false
		}
		switch {
		case b == '\n':
			c.indent, c.leads = c.indent[:0], true
		case b == ' ', b == '\t':
			if len(c.indent) < 256 {
				c.indent = append(c.indent, b)
			}
		case b == '\r':
		case b == separator:
			c.leads = false
		default:
			return true
		}
		c.i++
	}
}

// elements cuts the elements of an array up to its end.
func (c *spanCutter) elements() {
	for !c.stopped {
		if !c.between(',') {
			if c.err == nil {
				c.fault("the file ends before the list does")
			}
			return
		}
		switch c.data[c.i] {
		case ']':
			c.i++
			return
		case '{', '[':
			c.begin = c.i
			c.rest(nesting{})
		default:
			if !c.scalarRow() {
				return
			}
		}
	}
}

// rest cuts the row at hand, of which n was looked at.
func (c *spanCutter) rest(n nesting) {
	for {
		end, done := n.skip(c.data, c.i)
		c.i = end
		switch {
		case done && n.broken && c.resync():
			return
		case done:
			c.row("")
			return
		case !c.more():
			c.unfinished()
			return
		}
	}
}

// row notes the row from begin up to the place at hand.
func (c *spanCutter) row(bad string) {
	s := span{start: c.begin, end: c.i, bad: bad}
	if c.table != nil && c.dropped == 0 && c.data[c.begin] == '[' {
		s.columns = c.table
	}
	if c.dropped > 0 || c.i-c.begin > c.maxRow {
		s.bad = tooBig(c.dropped+c.i-c.begin, c.maxRow)
		if c.dropped > 0 {
			s.line = c.line + int64(bytes.Count(c.data[:c.begin], []byte{'\n'})) // of its end
		}
	}
	c.spans = append(c.spans, s)
	c.begin, c.dropped, c.leads = -1, 0, false
	c.keep = c.i
}

func tooBig(size, limit int) string {
	return fmt.Sprintf("found %d bytes, expected at most %d", size, limit)
}

// unfinished ends a row that the file ends in.
func (c *spanCutter) unfinished() {
	if c.stopped || c.resync() {
		return
	}
	c.i = len(c.data)
	c.row("found the end of the file, expected the end of the row")
}

// resync ends a row that lost a bracket. The rows after it are still there:
// reading goes on at the next line that begins as this row did, if there is one.
func (c *spanCutter) resync() bool {
	if c.dropped > 0 || c.resyncs >= maxResyncs {
		return false
	}
	c.resyncs++
	// Only what was looked at counts, so that the answer does not depend on
	// how much happens to be read.
	next := bytes.Index(c.data[c.begin:c.i], c.opening())
	if next <= 0 {
		return false
	}
	c.i = c.begin + next + 1 // after the line's end
	c.row("found the beginning of another row, expected the end of this one")
	return true
}

// opening is how a line looks that begins as the row at hand does.
func (c *spanCutter) opening() []byte {
	line := []byte{'\n'}
	if c.leads {
		line = append(line, c.indent...)
	}
	return append(line, c.data[c.begin])
}

// scalarRow passes over an element that is no object, which is a bad row.
func (c *spanCutter) scalarRow() bool {
	c.begin = c.i
	found := c.data[c.i]
	if found == '"' {
		c.i++
		if !c.stringEnd() {
			c.unfinished()
			return false
		}
	} else {
		c.i++
		for {
			b, ok := c.at()
			if !ok || b == ',' || b == ']' || b == '}' || b == '\n' {
				break
			}
			c.i++
		}
	}
	c.row(fmt.Sprintf("found %q, expected '{'", found))
	return true
}

func (c *spanCutter) stringEnd() bool {
	for {
		b, ok := c.at()
		if !ok {
			return false
		}
		c.i++
		switch b {
		case '"':
			return true
		case '\\':
			if _, ok := c.at(); !ok {
				return false
			}
			c.i++
		}
	}
}

// object cuts the object at hand: it is a row, or it holds an array of rows, or
// tables, or is a table itself, as which those in a list of tables are taken
// even without rows.
func (c *spanCutter) object(isTable bool) {
	var columns *columns
	trouble := ""
	c.begin = c.i
	c.i++
	for !c.stopped {
		if !c.between(',') {
			c.lost()
			return
		}
		if c.data[c.i] == '}' {
			c.i++
			switch {
			case c.begin >= 0 && isTable:
				c.begin, c.dropped = -1, 0
			case c.begin >= 0:
				c.row("")
			case trouble != "":
				c.fault(trouble)
			}
			return
		}
		name, ok := c.name()
		switch {
		case !ok:
			c.misnamed()
			return
		case c.begin >= 0 && rowMarks[name]:
			c.rest(nesting{depth: 1, kinds: 1})
			return
		}
		b, _ := c.at()
		switch {
		case b == '[' && name == "columns":
			text, ok := c.held()
			if !ok {
				return
			}
			columns = readColumns(text)
		case b == '{' && name == "error":
			text, ok := c.held()
			if !ok {
				return
			}
			trouble = answerError(text)
		case b == '[' && name == "rows" && (isTable || columns != nil):
			c.begin, c.keep = -1, c.i
			if !c.tableRows(columns) {
				return
			}
		case b == '[' && name == "tables" && c.holdsObjects():
			c.begin, c.keep = -1, c.i
			c.i++
			c.tables()
		case b == '[' && containers[name] && c.holdsObjects():
			c.begin, c.keep = -1, c.i
			c.i++
			c.elements()
		default:
			if !c.value() {
				return
			}
		}
	}
}

// misnamed goes on after a member's name that is none.
func (c *spanCutter) misnamed() {
	_, more := c.at()
	switch {
	case c.begin >= 0:
		c.rest(nesting{depth: 1, kinds: 1})
	case more:
		c.junk("the name of a member")
	default:
		c.lost()
	}
}

// name reads a member's name up to its value, in lower case.
func (c *spanCutter) name() (string, bool) {
	if c.data[c.i] != '"' {
		return "", false
	}
	c.i++
	var name []byte
	for {
		b, ok := c.at()
		if !ok || len(name) > 128 {
			return "", false
		}
		c.i++
		if b == '"' {
			break
		}
		name = append(name, b)
	}
	if !c.between(0) || c.data[c.i] != ':' {
		return "", false
	}
	c.i++
	return strings.ToLower(string(name)), c.between(0)
}

// holdsObjects looks into the array at hand.
func (c *spanCutter) holdsObjects() bool {
	for {
		k := space(c.data, c.i+1)
		if k < len(c.data) {
			return c.data[k] == '{' || c.data[k] == ']'
		}
		if !c.more() {
			return false
		}
	}
}

// value passes over a member's value.
func (c *spanCutter) value() bool {
	b, ok := c.at()
	switch {
	case !ok:
		c.lost()
		return false
	case b == '"':
		c.i++
		if !c.stringEnd() {
			c.lost()
			return false
		}
		return true
	case b == '{' || b == '[':
		var n nesting
		for {
			end, done := n.skip(c.data, c.i)
			c.i = end
			if done {
				return true
			}
			if !c.more() {
				c.lost()
				return false
			}
		}
	}
	for ok && b != ',' && b != '}' {
		c.i++
		b, ok = c.at()
	}
	return true
}

// lost ends an object that the file ends in.
func (c *spanCutter) lost() {
	if c.begin >= 0 {
		c.unfinished()
	} else if c.err == nil {
		c.fault("the file ends before its outermost object does")
	}
}

// junk passes over text where a row should begin, up to the next line that
// begins one; together it is one bad row.
func (c *spanCutter) junk(expected string) {
	c.begin = c.i
	reason := fmt.Sprintf("found %q, expected %s", c.data[c.i], expected)
	newLine := false
	for {
		b, ok := c.at()
		if !ok || newLine && (b == '{' || b == '[') {
			break
		}
		newLine = b == '\n'
		c.i++
	}
	c.row(reason)
}

// fault notes that something is wrong with the file as a whole.
func (c *spanCutter) fault(reason string) {
	if c.err == nil {
		c.err = fileFault(reason)
	}
}

// fileFault is a problem with a file that is no error of reading it.
type fileFault string

func (f fileFault) Error() string { return string(f) }
