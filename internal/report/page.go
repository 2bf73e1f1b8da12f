package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

// Page is one self-contained HTML page: it loads nothing, works from a file
// without a network, follows the reader's choice of light or dark, and can be
// printed. Its only script sorts tables; without it the page is whole.
//
// Blocks stand in the order in which they are added. Texts are plain; they are
// escaped here, so that a name in a log cannot become markup.
type Page struct {
	lang, title, lead string
	footer            string
	blocks            []pageBlock
}

// Figure is one number that a page begins with.
type Figure struct {
	Label, Value string
	Tone         Tone
}

// Card tells of one thing at length: a headline with marks, paragraphs, lists
// under headings, and tables. It can be folded.
type Card struct {
	Title  string
	Tone   Tone
	Marks  []string // short words beside the title
	Texts  []string
	Lists  []List
	Tables []CardTable
	Folded bool
}

// List is a list under a heading, numbered if the order matters.
type List struct {
	Title    string
	Items    []string
	Numbered bool
}

// CardTable is a table under a heading.
type CardTable struct {
	Title string
	Table *Table
}

// Chart is a Timeline or Bars.
type Chart interface{ draw() chartView }

// NewPage begins a page. Lang is the language of its texts (BCP 47).
func NewPage(lang, title, lead string) *Page {
	return &Page{lang: lang, title: title, lead: lead}
}

// Footer sets what stands at the end, such as what was read.
func (p *Page) Footer(text string) { p.footer = text }

// Figures adds numbers side by side.
func (p *Page) Figures(figures ...Figure) {
	p.blocks = append(p.blocks, pageBlock{Figures: figures})
}

// Section begins a section with its heading and, if not empty, an
// introduction.
func (p *Page) Section(title, text string) {
	p.blocks = append(p.blocks, pageBlock{Section: title, Text: text})
}

// Charts adds charts side by side where there is room.
func (p *Page) Charts(charts ...Chart) {
	b := pageBlock{}
	for _, c := range charts {
		if v := c.draw(); len(v.Rows)+len(v.Columns) > 0 {
			b.Charts = append(b.Charts, v)
		}
	}
	p.blocks = append(p.blocks, b)
}

// Card adds a card.
func (p *Page) Card(c Card) {
	v := cardView{Card: c, Class: c.Tone.class()}
	for _, t := range c.Tables {
		v.Drawn = append(v.Drawn, t.Table.view(t.Title))
	}
	p.blocks = append(p.blocks, pageBlock{Card: &v})
}

// Table adds a table that readers can sort by any column.
func (p *Page) Table(title string, t *Table) {
	v := t.view(title)
	p.blocks = append(p.blocks, pageBlock{Table: &v})
}

// Write writes the page.
func (p *Page) Write(w io.Writer) error {
	sum := sha256.Sum256([]byte(pageScript))
	return pageTemplate.Execute(w, pageView{
		Lang: p.lang, Title: p.title, Lead: p.lead, Footer: p.footer, Blocks: p.blocks,
		// Both are files of ours, embedded, not what anybody said.
		Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		ScriptHash: "sha256-" + base64.StdEncoding.EncodeToString(sum[:]),
	})
}

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

type pageView struct {
	Lang, Title, Lead, Footer string
	Style                     template.CSS
	Script                    template.JS
	ScriptHash                string
	Blocks                    []pageBlock
}

// pageBlock is one of its members.
type pageBlock struct {
	Section, Text string
	Figures       []Figure
	Charts        []chartView
	Card          *cardView
	Table         *tableView
}

type cardView struct {
	Card
	Class string
	Drawn []tableView
}

// Class is how the figure looks.
func (f Figure) Class() string { return f.Tone.class() }

func (t Tone) class() string {
	switch t {
	case Good:
		return "good"
	case Bad:
		return "bad"
	case Unsure:
		return "unsure"
	case Faint:
		return "faint"
	case Strong:
		return "strong"
	}
	return "plain"
}

// tableView is a table as the page draws it.
type tableView struct {
	Title string
	Heads []headView
	Rows  [][]cellView
}

type headView struct {
	Text  string
	Right bool
}

type cellView struct {
	Lines []string
	Class string
	Right bool
	Sort  string // what the cell is sorted by, if not by its text
}

func (t *Table) view(title string) tableView {
	v := tableView{Title: title}
	for _, h := range t.headers {
		v.Heads = append(v.Heads, headView{Text: strings.ReplaceAll(strings.ReplaceAll(h, "-\n", ""), "\n", " ")})
	}
	for _, row := range t.rows {
		cells := make([]cellView, len(t.headers))
		for i, c := range row {
			if i >= len(cells) {
				break
			}
			cells[i] = cellView{Lines: strings.Split(c.Text, "\n"), Class: c.Tone.class(), Right: c.Right}
			if c.Right {
				cells[i].Sort = strings.ReplaceAll(c.Text, ",", "")
				v.Heads[i].Right = true
			}
		}
		v.Rows = append(v.Rows, cells)
	}
	return v
}
