package report_test

import (
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/report"
)

func sampleCard() report.Card {
	table := report.NewTable("condition", "count")
	table.Row(report.Text("a|b\nc"), report.Number(3))
	return report.Card{
		Title: "53003 *Blocked*", Marks: []string{"2 records", "1 person"}, Texts: []string{"Because of <b>a rule</b>."},
		Lists:  []report.List{{Title: "Do", Items: []string{"first", "second"}, Numbered: true}, {Title: "See", Items: []string{"[x](y)"}}, {Title: "Empty"}},
		Tables: []report.CardTable{{Title: "Seen", Table: table}, {Title: "Nothing", Table: report.NewTable("x")}},
	}
}

func TestCardAsText(t *testing.T) {
	var b strings.Builder
	card := sampleCard()
	if err := card.WriteText(&b, report.Style{}); err != nil {
		t.Fatal(err)
	}
	want := `53003 *Blocked*  2 records · 1 person
  Because of <b>a rule</b>.

  Do
  1. first
  2. second

  See
  • [x](y)

  Seen
  condition  count
  ──────────────────
  a|b            3
  c

`
	if b.String() != want {
		t.Errorf("%s\nwant:\n%s", b.String(), want)
	}
}

func TestCardFitsATerminal(t *testing.T) {
	card := report.Card{Title: "t", Texts: []string{strings.Repeat("word ", 40)}, Lists: []report.List{{Title: "l", Items: []string{strings.Repeat("item ", 40)}}}}
	var b strings.Builder
	if err := card.WriteText(&b, report.Style{Width: 40}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len([]rune(line)) > 40 {
			t.Errorf("a line of %d columns: %q", len([]rune(line)), line)
		}
	}
}

// TestCardAsMarkdown: names in a log are text, whatever marks they hold.
func TestCardAsMarkdown(t *testing.T) {
	var b strings.Builder
	card := sampleCard()
	if err := card.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	want := `## 53003 \*Blocked\*

*2 records · 1 person*

Because of &lt;b&gt;a rule&lt;/b&gt;.

**Do**

1. first
2. second

**See**

- \[x\](y)

**Seen**

| condition | count |
| --- | --: |
| a\|b<br>c | 3 |

`
	if b.String() != want {
		t.Errorf("%s\nwant:\n%s", b.String(), want)
	}
}
