package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Timeline is a chart of counts over time: a column per span of time, in which
// the series stand on each other.
type Timeline struct {
	Title  string
	Series []Series
	// Spans are the columns in the order of time; each has a count for every
	// series.
	Spans []Span
}

// Series is one kind of thing that a Timeline counts.
type Series struct {
	Name string
	Tone Tone
}

// Span is one column of a Timeline.
type Span struct {
	Label  string // as a tooltip tells it
	Counts []int64
}

// Bars is a chart of counts by name, the largest first as a rule.
type Bars struct {
	Title string
	Bars  []Bar
}

// Bar is one row of Bars.
type Bar struct {
	Label string
	Count int64
	Note  string // beside the count, such as how many people
	Tone  Tone
}

// chartView is a chart as the page draws it. Widths and heights are in percent,
// so that a chart fits a phone without its letters shrinking.
type chartView struct {
	Title   string
	Wide    bool
	Columns []columnView
	Legend  []legendView
	From    string
	To      string
	Most    string
	Rows    []barView
}

type columnView struct {
	X, Width string
	Label    string
	Parts    []partView
}

type partView struct{ Y, Height, Class string }

type legendView struct{ Name, Class string }

type barView struct{ Label, Count, Note, Width, Class string }

func (t Timeline) draw() chartView {
	v := chartView{Title: t.Title, Wide: true}
	for _, s := range t.Series {
		v.Legend = append(v.Legend, legendView{s.Name, s.Tone.class()})
	}
	if len(t.Spans) == 0 {
		return v
	}
	most := int64(1)
	for _, s := range t.Spans {
		most = max(most, sum(s.Counts))
	}
	v.From, v.To, v.Most = t.Spans[0].Label, t.Spans[len(t.Spans)-1].Label, Count(most)
	step := 100 / float64(len(t.Spans))
	for i, s := range t.Spans {
		v.Columns = append(v.Columns, t.column(float64(i)*step, step, most, s))
	}
	return v
}

func (t Timeline) column(x, step float64, most int64, s Span) columnView {
	// A fifth of the width is left free, so that columns can be told apart.
	c := columnView{X: percent(x + step/10), Width: percent(step * 0.8)}
	label := []string{s.Label}
	top := 100.0
	for n, count := range s.Counts {
		if n >= len(t.Series) {
			break
		}
		label = append(label, t.Series[n].Name+" "+Count(count))
		if count > 0 {
			height := 100 * float64(count) / float64(most)
			top -= height
			c.Parts = append(c.Parts, partView{percent(top), percent(height), t.Series[n].Tone.class()})
		}
	}
	c.Label = strings.Join(label, " · ")
	return c
}

func (b Bars) draw() chartView {
	v := chartView{Title: b.Title}
	most := int64(1)
	for _, bar := range b.Bars {
		most = max(most, bar.Count)
	}
	for _, bar := range b.Bars {
		v.Rows = append(v.Rows, barView{bar.Label, Count(bar.Count), bar.Note, percent(100 * float64(bar.Count) / float64(most)), bar.Tone.class()})
	}
	return v
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) + "%" }

func sum(counts []int64) int64 {
	var n int64
	for _, c := range counts {
		n += c
	}
	return n
}

// Described is what a screen reader says of the chart.
func (v chartView) Described() string {
	if len(v.Columns) == 0 {
		return v.Title
	}
	return fmt.Sprintf("%s: %s – %s", v.Title, v.From, v.To)
}
