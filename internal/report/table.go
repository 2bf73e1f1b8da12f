package report

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Cell is a text of a table and how it is meant. A line break in the text
// starts a new line in the cell.
type Cell struct {
	Text  string
	Tone  Tone
	Right bool // set against the right edge, as numbers are
}

// Text is a plain cell.
func Text(s string) Cell { return Cell{Text: s} }

// Number is a cell with a count.
func Number(n int64) Cell { return Cell{Text: Count(n), Right: true} }

// Toned is a cell that is meant in some way.
func Toned(t Tone, s string) Cell { return Cell{Text: s, Tone: t} }

// Table is rows under headers. The zero Table is not useful; begin with
// NewTable.
type Table struct {
	headers []string
	rows    [][]Cell
	give    []int // columns that may be narrowed, the first one first
}

// NewTable begins a table with its headers, which may have line breaks, too.
func NewTable(headers ...string) *Table {
	return &Table{headers: headers}
}

// Row adds a row; missing cells are empty.
func (t *Table) Row(cells ...Cell) {
	t.rows = append(t.rows, cells)
}

// Rows tells how many rows there are.
func (t *Table) Rows() int { return len(t.rows) }

// Give names the columns, counted from 0, whose texts may be wrapped where the
// terminal is too narrow; all of them otherwise.
func (t *Table) Give(columns ...int) { t.give = columns }

// Write draws the table.
func (t *Table) Write(w io.Writer, style Style) error {
	pretty := table.NewWriter()
	pretty.SetStyle(look)
	pretty.SuppressTrailingSpaces()
	head := make(table.Row, len(t.headers))
	for i, h := range t.headers {
		head[i] = Cell{Text: h, Tone: Faint}.draw(style, 0)
	}
	pretty.AppendHeader(head)
	widths := t.widths(style.Width)
	right := make([]bool, len(t.headers))
	for _, cells := range t.rows {
		row := make(table.Row, len(t.headers))
		for i := range row {
			row[i] = ""
			if i < len(cells) {
				row[i] = cells[i].draw(style, widths[i])
				right[i] = right[i] || cells[i].Right
			}
		}
		pretty.AppendRow(row)
	}
	columns := make([]table.ColumnConfig, len(t.headers))
	for i := range columns {
		columns[i].Number = i + 1
		if right[i] {
			columns[i].Align, columns[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	pretty.SetColumnConfigs(columns)
	_, err := io.WriteString(w, pretty.Render()+"\n")
	return err
}

// look is a table of a rule under the headers and room between the columns.
var look = func() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Options = table.Options{SeparateHeader: true, SeparateColumns: false}
	s.Box.PaddingLeft = ""
	s.Box.PaddingRight = "  "
	return s
}()

// gap is the room that look leaves right of each column.
const gap = 2

// draw wraps and paints a cell's text, each line on its own so that a colour
// never runs into the next column.
func (c Cell) draw(style Style, width int) string {
	var lines []string
	for line := range strings.SplitSeq(printable(c.Text), "\n") {
		if width > 0 { // each line on its own: wrapping takes a line break for a blank
			lines = append(lines, wrap(line, width)...)
			continue
		}
		lines = append(lines, line)
	}
	for i, line := range lines {
		lines[i] = style.Paint(c.Tone, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// narrowest is the least width to which a column that gives is narrowed.
const narrowest = 16

// widths returns the width of each column that must be wrapped so that the
// table fits, 0 for the others. The widest of those that give gives first.
func (t *Table) widths(room int) []int {
	natural := make([]int, len(t.headers))
	for i, h := range t.headers {
		for line := range strings.SplitSeq(h, "\n") {
			natural[i] = max(natural[i], text.StringWidthWithoutEscSequences(line))
		}
	}
	for _, row := range t.rows {
		for i := range min(len(row), len(natural)) {
			for line := range strings.SplitSeq(row[i].Text, "\n") {
				natural[i] = max(natural[i], text.StringWidthWithoutEscSequences(line))
			}
		}
	}
	limits := make([]int, len(t.headers))
	if room <= 0 {
		return limits
	}
	give := t.give
	if give == nil {
		for i := range t.headers {
			give = append(give, i)
		}
	}
	total := 0
	for _, n := range natural {
		total += n + gap
	}
	for total > room {
		widest := -1
		for _, i := range give {
			if natural[i] > narrowest && (widest < 0 || natural[i] > natural[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		natural[widest]--
		limits[widest] = natural[widest]
		total--
	}
	return limits
}

// Paint gives a text the colour of its tone, if the style has colours.
func (s Style) Paint(t Tone, msg string) string {
	if !s.Color || msg == "" {
		return msg
	}
	switch t {
	case Good:
		return ink(msg, text.FgGreen)
	case Bad:
		return ink(msg, text.FgRed)
	case Unsure:
		return ink(msg, text.FgYellow)
	case Faint:
		return ink(msg, text.Faint)
	case Strong:
		return ink(msg, text.Bold)
	}
	return msg
}

// ink writes the escape sequences itself: text.Colors asks the process's
// environment whether to, and a Style has decided that already.
func ink(msg string, c text.Color) string {
	return c.EscapeSeq() + msg + text.Reset.EscapeSeq()
}

// Wrap breaks a text into lines of at most width columns, between words; it
// returns one line if width is 0.
func Wrap(s string, width int) []string {
	s = printable(s)
	if width <= 0 {
		return strings.Split(s, "\n")
	}
	lines := strings.Split(text.WrapSoft(s, width), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

// printable shows control characters, which names in exported files may hold,
// as a replacement: they could move the cursor or repaint the screen.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '�'
		}
		return r
	}, s)
}
