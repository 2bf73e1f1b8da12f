package sources

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// delimiterRow is the line under the heads of a Markdown table.
var delimiterRow = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)

// readMarkdown returns the pipe tables of a text (GitHub Flavored Markdown, section "Tables").
func readMarkdown(text string) []Table {
	lines := strings.Split(text, "\n")
	var tables []Table
	for i := 0; i+1 < len(lines); i++ {
		if !strings.Contains(lines[i], "|") || !delimiterRow.MatchString(lines[i+1]) || !strings.Contains(lines[i+1], "|") {
			continue
		}
		t := Table{Line: i + 1, Head: splitPipes(lines[i])}
		if len(splitPipes(lines[i+1])) != len(t.Head) {
			continue
		}
		for i += 2; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
			t.Rows = append(t.Rows, pipeRow(lines[i], i+1, len(t.Head)))
		}
		tables = append(tables, t)
	}
	return tables
}

func pipeRow(line string, number, width int) Row {
	row := Row{Line: number, Cells: splitPipes(line)}
	if len(row.Cells) > width {
		row.Fault = fmt.Sprintf("%d cells where the head has %d: an unescaped | in a cell?", len(row.Cells), width)
	}
	for len(row.Cells) < width {
		row.Cells = append(row.Cells, "")
	}
	return row
}

// splitPipes splits a line at its unescaped pipes. The outer pipes are optional.
func splitPipes(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	var cells []string
	var cell strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && (line[i+1] == '|' || line[i+1] == '\\'):
			i++
			cell.WriteByte(line[i])
		case line[i] == '|':
			cells = append(cells, markdownCell(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(line[i])
		}
	}
	if rest := markdownCell(cell.String()); rest != "" || len(cells) == 0 {
		cells = append(cells, rest)
	}
	return cells
}

var lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)

func markdownCell(s string) string {
	return strings.TrimSpace(lineBreak.ReplaceAllString(s, "\n"))
}

// WriteMarkdown writes a table. What it writes, [Read] reads back unchanged.
func WriteMarkdown(w io.Writer, head []string, rows [][]string) error {
	var out strings.Builder
	writePipes(&out, head)
	out.WriteString("|" + strings.Repeat(" :--- |", len(head)) + "\n")
	for _, row := range rows {
		writePipes(&out, row)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

var escapeCell = strings.NewReplacer(`\`, `\\`, "|", `\|`, "\r\n", "<br>", "\n", "<br>", "\r", "<br>", "\t", " ")

func writePipes(out *strings.Builder, cells []string) {
	out.WriteString("|")
	for _, c := range cells {
		out.WriteString(" " + escapeCell.Replace(strings.TrimSpace(c)) + " |")
	}
	out.WriteString("\n")
}
