package sources_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/sallyport-id/sallyport/internal/sources"
	"github.com/sallyport-id/sallyport/result"
)

const table = "# Codes\n\nSome words before.\n\n" +
	"| ResultType | Docs Description (notes) | Wiki Description | Wiki Remediation | Summary | Risk Assessment | Justification |\n" +
	"| :--- | --- | :---: | ---: | --- | --- | --- |\n" +
	"| 50126 | wrong password | N/A | reset the password | Bad password | High | guessing |\n" +
	"| **530003** | blocked by security defaults | a device must be managed<br>by a tool | N/A | Security defaults \\| legacy | Medium | a block |\n" +
	"| AADSTS50072 / 50079 | must enroll for MFA | | | | | |\n" +
	"| many | nothing | | | | | |\n" +
	"| 50057 | one | cell | too | many | in | this | row |\n" +
	"| 59999 | a code of the future |\n\nand after.\n"

func load(t *testing.T, author, text string) (*sources.Collection, sources.Report) {
	t.Helper()
	tables, err := sources.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := &sources.Collection{}
	report, err := c.Import(author, "table.md", tables)
	if err != nil {
		t.Fatal(err)
	}
	return c, report
}

func find(t *testing.T, c *sources.Collection, source string, code result.Code) sources.Entry {
	t.Helper()
	for _, s := range c.Sources {
		if s.Name == source {
			e, ok := s.Lookup(code)
			if !ok {
				t.Errorf("%s says nothing of %v", source, code)
			}
			return e
		}
	}
	t.Errorf("no source %q, only %q", source, c.Names())
	return sources.Entry{}
}

func TestImportMarkdown(t *testing.T) {
	c, report := load(t, "team", table)
	if report.RowsRead != 6 || report.RowsKept != 4 || len(report.Skipped) != 2 {
		t.Errorf("report %+v", report)
	}
	if want := []string{"Docs", "Wiki", "team"}; !slices.Equal(report.Sources, want) {
		t.Errorf("sources %q, want %q", report.Sources, want)
	}
	if !slices.Equal(report.Unknown, []result.Code{59999}) {
		t.Errorf("unknown codes %v", report.Unknown)
	}
	if s := report.Skipped[0]; s.Line != 10 || !strings.Contains(s.Reason, `"many"`) {
		t.Errorf("first skipped row: %+v", s)
	}
	if s := report.Skipped[1]; s.Line != 11 || !strings.Contains(s.Reason, "8 cells where the head has 7") {
		t.Errorf("second skipped row: %+v", s)
	}
	if e := find(t, c, "Wiki", 50126); e.Description != "N/A" || e.Remediation != "reset the password" {
		t.Errorf("Wiki on 50126: %+v", e)
	}
	if e := find(t, c, "Wiki", 530003); e.Description != "a device must be managed\nby a tool" {
		t.Errorf("Wiki on 530003: %+v", e)
	}
	if e := find(t, c, "team", 530003); e.Summary != "Security defaults | legacy" || e.Risk != "Medium" {
		t.Errorf("team on 530003: %+v", e)
	}
	for _, code := range []result.Code{50072, 50079} {
		if e := find(t, c, "Docs", code); e.Description != "must enroll for MFA" {
			t.Errorf("Docs on %v: %+v", code, e)
		}
	}
}

func TestImportDelimited(t *testing.T) {
	for name, text := range map[string]string{
		"commas":     "\ufeffCode,Description,Severity notes\r\n50126,\"wrong, very\nwrong\",often\r\n",
		"semicolons": "Code;Description;Severity notes\n50126;\"wrong, very\nwrong\";often\n",
		"tabs":       "Code\tDescription\tSeverity notes\n50126\t\"wrong, very\nwrong\"\toften\n",
	} {
		c, report := load(t, "team", text)
		if report.RowsKept != 1 || !slices.Equal(report.Sources, []string{"team", "Severity notes"}) {
			t.Errorf("%s: %+v", name, report)
		}
		if e := find(t, c, "team", 50126); e.Description != "wrong, very\nwrong" {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestImportCompressed(t *testing.T) {
	var zipped, zstded bytes.Buffer
	g := gzip.NewWriter(&zipped)
	z, err := zstd.NewWriter(&zstded)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []io.WriteCloser{g, z} {
		if _, err := io.WriteString(w, "Code,Description\n50126,wrong\n"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []bytes.Buffer{zipped, zstded} {
		if _, report := load(t, "team", b.String()); report.RowsKept != 1 {
			t.Errorf("%+v", report)
		}
	}
	if _, err := sources.Read(strings.NewReader(zipped.String()[:20])); err == nil {
		t.Error("a torn file was read")
	}
}

func TestImportTwice(t *testing.T) {
	c, _ := load(t, "team", "Code,Description\n50126,first\n50126,second\n50057,off\n")
	if e := find(t, c, "team", 50126); e.Description != "first\nsecond" {
		t.Errorf("one import, two rows: %q", e.Description)
	}
	tables, err := sources.Read(strings.NewReader("Code,Description\n50126,newer\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import("team", "later.csv", tables); err != nil {
		t.Fatal(err)
	}
	if e := find(t, c, "team", 50126); e.Description != "newer" {
		t.Errorf("a later import does not replace: %q", e.Description)
	}
	if e := find(t, c, "team", 50057); e.Description != "off" {
		t.Errorf("a later import touched another code: %q", e.Description)
	}
}

func TestBadTables(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "no table",
		"just words":               "no table",
		"a,b\n\"unclosed,1\n":      "read delimited text",
		"Code,Text\n\xff\xfe,x\n":  "not UTF-8",
		"| a | b |\n| x | y |\n\n": "no table",
	} {
		_, err := sources.Read(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	tables, err := sources.Read(strings.NewReader("Fruit,Colour\napple,red\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := &sources.Collection{}
	_, err = c.Import("team", "fruit.csv", tables)
	if err == nil || !strings.Contains(err.Error(), `fruit.csv:1: no column of codes`) || len(c.Sources) != 0 {
		t.Errorf("error %v, collection %+v", err, c)
	}
}

func TestNotes(t *testing.T) {
	c, _ := load(t, "team", table)
	for _, want := range []struct {
		code                    result.Code
		source, verdict, reason string
	}{
		{50126, "Docs", sources.Agrees, "password"},
		{50126, "Wiki", sources.Silent, ""},
		{50126, "team", sources.Agrees, "password"},
		{530003, "Docs", sources.Contradicts, "security defaults"},
		{530003, "Wiki", sources.Contradicts, "Docs"},
		{59999, "Docs", sources.Unjudged, ""},
	} {
		i := slices.IndexFunc(c.Notes(want.code), func(n result.SourceNote) bool { return n.Source == want.source })
		if i < 0 {
			t.Errorf("%v: nothing of %s", want.code, want.source)
			continue
		}
		if n := c.Notes(want.code)[i]; n.Verdict != want.verdict || !strings.Contains(n.Reason, want.reason) {
			t.Errorf("%v, %s: %s (%s), want %s (%s)", want.code, want.source, n.Verdict, n.Reason, want.verdict, want.reason)
		}
	}
	for text, code := range map[string]result.Code{
		"Code,Summary,Risk\n50126,wrong password,Low\n":       50126, // our risk is high
		"Code,Description\n50074,InvalidUserNameOrPassword\n": 50074, // another code's name
	} {
		c, _ := load(t, "team", text)
		if n := c.Notes(code); len(n) != 1 || n[0].Verdict != sources.Contradicts {
			t.Errorf("%q: %+v", text, n)
		}
	}
	c, _ = load(t, "team", "Code,Description\n50079,UserStrongAuthEnrollmentRequired: enroll for MFA\n")
	if n := c.Notes(50079); n[0].Verdict != sources.Agrees {
		t.Errorf("a code's own name is not another's: %+v", n)
	}
}

func TestSilence(t *testing.T) {
	for _, cell := range []string{"", "N/A", "n/a", "-", "説明はありません", "(提供されたコンテンツには見つかりませんでした)", "Not found.", "*none*", "（説明なし）"} {
		if !sources.IsSilent(cell) {
			t.Errorf("%q is silence", cell)
		}
	}
	for _, cell := range []string{"The user was not found", "0", "KeyNotFound", "説明はありませんが、デバイスです"} {
		if sources.IsSilent(cell) {
			t.Errorf("%q is not silence", cell)
		}
	}
}

// What is exported can be imported again, in both formats and every language, with every source and every risk the same.
func TestExportAndImportAgain(t *testing.T) {
	c, _ := load(t, "team", table)
	checkRoundTrip(t, c)
}

func checkRoundTrip(t *testing.T, c *sources.Collection) {
	t.Helper()
	codes := c.Codes()
	for _, l := range result.Languages() {
		head, rows := c.Consolidate(l, codes)
		if len(rows) != len(codes) {
			t.Fatalf("%s: %d rows for %d codes", l, len(rows), len(codes))
		}
		var markdown, csv bytes.Buffer
		if err := sources.WriteMarkdown(&markdown, head, rows); err != nil {
			t.Fatal(err)
		}
		if err := sources.WriteCSV(&csv, head, rows); err != nil {
			t.Fatal(err)
		}
		for format, text := range map[string]string{"markdown": markdown.String(), "csv": csv.String()} {
			again, report := load(t, "ours", text)
			if report.RowsKept != len(codes) || len(report.Skipped)+len(report.IgnoredColumns) != 0 {
				t.Errorf("%s, %s: %+v", l, format, report)
			}
			compare(t, string(l)+", "+format, c, again)
		}
	}
}

func compare(t *testing.T, what string, first, again *sources.Collection) {
	t.Helper()
	for _, s := range first.Sources {
		if s.Name == s.Table {
			continue
		}
		for _, e := range s.Entries {
			if got := find(t, again, s.Name, e.Code); got != e {
				t.Errorf("%s: %s on %v: %+v, want %+v", what, s.Name, e.Code, got, e)
			}
		}
	}
	for _, code := range again.Codes() {
		if _, known := result.Lookup(code); !known {
			continue
		}
		if e := find(t, again, "ours", code); e.Risk == "" || e.Summary == "" || e.Justification == "" || e.Remediation == "" {
			t.Errorf("%s: our own words on %v are missing: %+v", what, code, e)
		}
	}
}

func TestStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "sources.json")
	c, err := sources.Load(file)
	if err != nil || len(c.Sources) != 0 {
		t.Fatalf("a file that is not there yet: %+v, %v", c, err)
	}
	filled, _ := load(t, "team", table)
	if err := filled.Save(file); err != nil {
		t.Fatal(err)
	}
	again, err := sources.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if e := find(t, again, "Wiki", 50126); e != find(t, filled, "Wiki", 50126) {
		t.Errorf("kept %+v", e)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
		t.Errorf("saving leaves %q", left)
	}
	for _, damaged := range []string{"", "{", `{"format":2,"sources":[]}`, `{"format":1,"sourcez":[]}`, `{"format":1,"sources":[]} x`, `{"format":1,"sources":[{"name":""}]}`} {
		if err := os.WriteFile(file, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sources.Load(file); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%q: error %v does not name the file", damaged, err)
		}
	}
}

// The founding table comes in whole: 53 rows, the risks equal to ours, and out again.
func TestFoundingTable(t *testing.T) {
	dir := os.Getenv("SALLYPORT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	found, err := filepath.Glob(filepath.Join(dir, "seeds", "002*"))
	if err != nil || len(found) != 1 {
		t.Skipf("the founding table is not in %s", dir)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	c, report := load(t, "founding", string(text))
	if report.RowsRead != 53 || report.RowsKept != 53 || len(report.Skipped)+len(report.IgnoredColumns)+len(report.Unknown) != 0 {
		t.Errorf("report %+v", report)
	}
	if len(report.Sources) != 5 {
		t.Errorf("sources %q, want four and the author", report.Sources)
	}
	codes := c.Codes()
	if len(codes) != 53 {
		t.Fatalf("%d codes", len(codes))
	}
	for _, code := range codes {
		ours, ok := result.Lookup(code)
		if e := find(t, c, "founding", code); !ok || !strings.EqualFold(e.Risk, ours.BaseRisk.String()) {
			t.Errorf("%v: risk %s, ours %v", code, e.Risk, ours.BaseRisk)
		}
		for _, n := range c.Notes(code) {
			// The references tell of two meanings of these two, and of no others.
			if disputed := code == 530003 || code == 700003; n.Verdict == sources.Contradicts && !disputed {
				t.Errorf("%v: %s contradicts: %s", code, n.Source, n.Reason)
			}
		}
	}
	checkRoundTrip(t, c)
}

func FuzzImport(f *testing.F) {
	f.Add(table)
	f.Add("Code,Description\n50126,\"a\nb\"\n")
	f.Add("Code\tDocs 説明\n５３００３\t説明はありません\n")
	f.Add("| Code |\n|---|\n| \\| |\n| 0 \\\\ |\n")
	f.Fuzz(func(t *testing.T, text string) {
		tables, err := sources.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		rows := 0
		for _, table := range tables {
			rows += len(table.Rows)
		}
		c := &sources.Collection{}
		report, err := c.Import("author", "fuzz", tables)
		if err != nil {
			return
		}
		if report.RowsRead != rows || report.RowsKept+len(report.Skipped) != rows {
			t.Errorf("%d rows, report %+v", rows, report)
		}
		for _, code := range c.Codes() {
			c.Notes(code)
		}
		head, out := c.Consolidate(result.English, c.Codes())
		var b bytes.Buffer
		if err := sources.WriteMarkdown(&b, head, out); err != nil {
			t.Fatal(err)
		}
		if again, err := sources.Read(&b); err != nil || len(again) != 1 || len(again[0].Rows) != len(out) {
			t.Errorf("what was written cannot be read: %v", err)
		}
	})
}
