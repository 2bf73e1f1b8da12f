package sources

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readDelimited reads comma-, semicolon- or tab-separated text (RFC 4180 and what spreadsheets make of it). The separator is the one the
// heads use most.
func readDelimited(text string) ([]Table, error) {
	head, _, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	for _, comma := range "\t;" {
		if strings.Count(head, string(comma)) > strings.Count(head, string(r.Comma)) {
			r.Comma = comma
		}
	}
	if !strings.Contains(head, string(r.Comma)) {
		return nil, nil
	}
	var t Table
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read delimited text: %w", err)
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = lively(strings.TrimSpace(cells[i]))
		}
		if t.Head == nil {
			t.Line, t.Head = line, cells
			continue
		}
		t.Rows = append(t.Rows, delimitedRow(cells, line, len(t.Head)))
	}
	if t.Head == nil {
		return nil, nil
	}
	return []Table{t}, nil
}

func delimitedRow(cells []string, line, width int) Row {
	row := Row{Line: line, Cells: cells}
	if len(cells) > width {
		row.Fault = fmt.Sprintf("%d cells where the head has %d: a separator without quotes?", len(cells), width)
	}
	for len(row.Cells) < width {
		row.Cells = append(row.Cells, "")
	}
	return row
}

// WriteCSV writes a table as RFC 4180 text. A cell that a spreadsheet would run as a formula is preceded by an apostrophe.
func WriteCSV(w io.Writer, head []string, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, c := range row {
			safe[i] = inert(c)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// inert keeps a text from a foreign table from becoming a formula in whoever's spreadsheet; lively takes the apostrophe off again.
func inert(cell string) string {
	if cell != "" && strings.IndexByte(formulaMarks, cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func lively(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(formulaMarks, cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

const formulaMarks = "=+-@\t\r"
