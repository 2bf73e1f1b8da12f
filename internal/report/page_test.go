package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/report"
)

func samplePage(t *testing.T, name string) string {
	t.Helper()
	p := report.NewPage("en", "Refusals of "+name, "What was seen.")
	p.Figures(report.Figure{Label: "refused", Value: "12", Tone: report.Bad})
	p.Section("Over time", "")
	p.Charts(
		report.Timeline{Title: "Refusals", Series: []report.Series{{Name: "refused", Tone: report.Bad}, {Name: "interrupted", Tone: report.Unsure}},
			Spans: []report.Span{{Label: "Monday", Counts: []int64{1, 3}}, {Label: "Tuesday", Counts: []int64{0, 2}}}},
		report.Bars{Title: "By policy", Bars: []report.Bar{{Label: name, Count: 1200, Note: "3 people"}, {Label: "b", Count: 300}}},
		report.Bars{Title: "Nothing"},
	)
	table := report.NewTable("plat-\nform", "count")
	table.Row(report.Text(name), report.Number(1200))
	table.Row(report.Text("two\nlines"), report.Number(3), report.Text("too many"))
	p.Card(report.Card{Title: name, Tone: report.Bad, Marks: []string{"53003"}, Texts: []string{"Because."},
		Lists: []report.List{{Title: "Do", Items: []string{"this", name}, Numbered: true}, {Title: "Empty"}}, Tables: []report.CardTable{{Title: "Seen", Table: table}}})
	p.Table("All", table)
	p.Footer("2 files")
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPageDrawsWhatItIsTold(t *testing.T) {
	page := samplePage(t, "CA003")
	for _, want := range []string{
		`<html lang="en">`, "<title>Refusals of CA003</title>", `<dd>12</dd>`, "<h2>Over time</h2>",
		`<title>Monday · refused 1 · interrupted 3</title>`,
		`y="75.000%" height="25.000%" class="bad"`, `y="0.000%" height="75.000%" class="unsure"`,
		`<span class="count">1,200 <small>3 people</small></span>`, `<rect width="25.000%" height="8" rx="4">`,
		`<button type="button">platform</button>`, `data-sort="1200"`, "two<br>lines", "<ol><li>this</li>", "<footer><p>2 files</p></footer>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, no := range []string{"Nothing", "Empty", "too many"} {
		if strings.Contains(page, no) {
			t.Errorf("the page shows %q", no)
		}
	}
}

// TestPageIsSelfContained holds the promise that nothing is loaded, and that
// the one script runs under the page's own policy.
func TestPageIsSelfContained(t *testing.T) {
	page := samplePage(t, "CA003")
	if found := regexp.MustCompile(`(?i)(src|href)\s*=|url\(|@import|https?://`).FindString(page); found != "" {
		t.Errorf("the page refers to something outside: %q", found)
	}
	_, script, _ := strings.Cut(page, "<script>")
	script, _, _ = strings.Cut(script, "</script>")
	sum := sha256.Sum256([]byte(script))
	if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(html.UnescapeString(page), hash) {
		t.Errorf("the policy does not allow the page's script, whose hash is %s", hash)
	}
}

func TestPageEscapesNames(t *testing.T) {
	page := samplePage(t, `<img src=x onerror=alert(1)>"'`)
	if strings.Contains(page, "<img") {
		t.Error("a name became markup")
	}
}
