package report_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/internal/report"
)

func render(t *testing.T, table *report.Table, style report.Style) string {
	t.Helper()
	var b strings.Builder
	if err := table.Write(&b, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	table := report.NewTable("policy", "hits")
	table.Row(report.Text("Block legacy"), report.Number(1204567))
	table.Row(report.Text("日本"), report.Number(3))
	table.Row(report.Text("two\nlines"))
	want := strings.Join([]string{
		"policy             hits",
		"────────────────────────",
		"Block legacy  1,204,567",
		"日本                  3",
		"two",
		"lines",
		"",
	}, "\n")
	got := render(t, table, report.Style{})
	if trim(got) != trim(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// trim takes away the blanks and rules at line ends, which say nothing.
func trim(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ─")
	}
	return strings.Join(lines, "\n")
}

func TestTableFits(t *testing.T) {
	table := report.NewTable("policy", "why")
	table.Row(report.Text("CA001 block all but the allowed countries"), report.Text(strings.Repeat("the attempt comes from somewhere else ", 5)))
	for _, width := range []int{44, 60, 80, 120} {
		for line := range strings.SplitSeq(render(t, table, report.Style{Width: width}), "\n") {
			if n := len([]rune(line)); n > width {
				t.Errorf("width %d: a line of %d: %q", width, n, line)
			}
		}
	}
}

func TestTableColours(t *testing.T) {
	table := report.NewTable("policy", "verdict")
	table.Row(report.Text("one"), report.Toned(report.Bad, "block"))
	if got := render(t, table, report.Style{}); strings.Contains(got, "\x1b") {
		t.Errorf("escape sequences without colour: %q", got)
	}
	// The caller has decided; the process's environment has no say.
	t.Setenv("NO_COLOR", "1")
	if got := render(t, table, report.Style{Color: true}); !strings.Contains(got, "\x1b[31mblock\x1b[0m") {
		t.Errorf("no red block in %q", got)
	}
	if os.Getenv("NO_COLOR") != "1" {
		t.Error("the environment was changed")
	}
}

func TestTableControlCharacters(t *testing.T) {
	table := report.NewTable("policy")
	table.Row(report.Text("evil\x1b[2Jname\u202e"))
	if got := render(t, table, report.Style{}); strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("a name reached the terminal as control characters: %q", got)
	}
}

func TestTableKeepsLineBreaksWhenItWraps(t *testing.T) {
	table := report.NewTable("a")
	table.Row(report.Text("1. first step of all\n2. second"))
	var b strings.Builder
	if err := table.Write(&b, report.Style{Width: 20}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\n2. second") {
		t.Errorf("the second step does not begin a line:\n%s", b.String())
	}
}

func TestTableWrapsJapanese(t *testing.T) {
	table := report.NewTable("a")
	table.Row(report.Text("1. ヘルプデスクに新しいパスを依頼し、早めに使ってください。"))
	var b strings.Builder
	if err := table.Write(&b, report.Style{Width: 22}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if strings.HasPrefix(line, "。") || strings.HasPrefix(line, "、") || line == "1." {
			t.Errorf("badly broken line %q in:\n%s", line, b.String())
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  []string
	}{
		{"one two three", 8, []string{"one two", "three"}},
		{"one two three", 0, []string{"one two three"}},
		{"日本語 日本語", 7, []string{"日本語", "日本語"}},
		{"a\x1b[2Jb", 0, []string{"a\uFFFD[2Jb"}},
	}
	for _, tt := range tests {
		if got := report.Wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
