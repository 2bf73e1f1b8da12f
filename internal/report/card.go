package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes the card for a terminal: the title, the texts and lists
// indented below it, the tables as they are.
func (c *Card) WriteText(w io.Writer, style Style) error {
	var b strings.Builder
	title := []string{style.Paint(c.Tone, c.Title)}
	if len(c.Marks) > 0 {
		title = append(title, style.Paint(Faint, strings.Join(c.Marks, " · ")))
	}
	fmt.Fprintln(&b, strings.Join(title, "  "))
	width := max(style.Width-2, 0)
	if style.Width == 0 {
		width = textWidth
	}
	for _, t := range c.Texts {
		for _, line := range Wrap(t, width) {
			fmt.Fprintln(&b, "  "+line)
		}
	}
	for _, l := range c.Lists {
		l.writeText(&b, style, width)
	}
	for _, t := range c.Tables {
		if t.Table.Rows() == 0 {
			continue
		}
		if t.Title != "" {
			fmt.Fprintf(&b, "\n  %s\n", style.Paint(Faint, t.Title))
		}
		var drawn strings.Builder
		narrow := style
		narrow.Width = max(style.Width-2, 0)
		if err := t.Table.Write(&drawn, narrow); err != nil {
			return err
		}
		for _, line := range strings.Split(strings.TrimRight(drawn.String(), "\n"), "\n") {
			fmt.Fprintln(&b, "  "+line)
		}
	}
	fmt.Fprintln(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// textWidth is how wide a paragraph is where nobody says how wide a line may be.
const textWidth = 110

func (l *List) writeText(b *strings.Builder, style Style, width int) {
	if len(l.Items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n  %s\n", style.Paint(Faint, l.Title))
	for i, item := range l.Items {
		mark := "• "
		if l.Numbered {
			mark = fmt.Sprintf("%d. ", i+1)
		}
		for n, line := range Wrap(item, max(width-2-len(mark), 20)) {
			if n > 0 {
				mark = strings.Repeat(" ", len([]rune(mark)))
			}
			fmt.Fprintf(b, "  %s%s\n", mark, line)
		}
	}
}

// WriteMarkdown writes the card as a section of a Markdown page.
func (c *Card) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", markdown(c.Title))
	if len(c.Marks) > 0 {
		fmt.Fprintf(&b, "*%s*\n\n", markdown(strings.Join(c.Marks, " · ")))
	}
	for _, t := range c.Texts {
		fmt.Fprintf(&b, "%s\n\n", markdown(t))
	}
	for _, l := range c.Lists {
		if len(l.Items) == 0 {
			continue
		}
		fmt.Fprintf(&b, "**%s**\n\n", markdown(l.Title))
		for i, item := range l.Items {
			mark := "-"
			if l.Numbered {
				mark = fmt.Sprintf("%d.", i+1)
			}
			fmt.Fprintf(&b, "%s %s\n", mark, markdown(item))
		}
		b.WriteByte('\n')
	}
	for _, t := range c.Tables {
		if t.Table.Rows() == 0 {
			continue
		}
		if t.Title != "" {
			fmt.Fprintf(&b, "**%s**\n\n", markdown(t.Title))
		}
		t.Table.writeMarkdown(&b)
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes the table in GitHub's form.
func (t *Table) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	t.writeMarkdown(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) writeMarkdown(b *strings.Builder) {
	v := t.view("")
	line := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	var heads, rule []string
	for _, h := range v.Heads {
		heads = append(heads, markdown(h.Text))
		if h.Right {
			rule = append(rule, "--:")
		} else {
			rule = append(rule, "---")
		}
	}
	line(heads)
	line(rule)
	for _, row := range v.Rows {
		cells := make([]string, len(row))
		for i, c := range row {
			for n := range c.Lines {
				c.Lines[n] = markdown(c.Lines[n])
			}
			cells[i] = strings.Join(c.Lines, "<br>")
		}
		line(cells)
	}
}

// markdownMarks would be read as markup; a name in a log may have any.
var markdownMarks = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`, "\n", " ", "\r", " ", "~", `\~`, "&", "&amp;")

func markdown(s string) string { return markdownMarks.Replace(s) }
