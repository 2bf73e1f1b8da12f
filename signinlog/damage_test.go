package signinlog_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

// Each damage stands between whole rows: it must be named, and the rows around
// it read.
func TestDamagedRows(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000)
	for name, c := range map[string]struct{ row, reason string }{
		"nested 10,000 deep":       {strings.Replace(graphOne, `"c1"`, deep, 1), "nested 10000 deep"},
		"arrays 10,000 deep":       {strings.Replace(graphOne, `"c1"`, strings.Repeat("[", 10000)+strings.Repeat("]", 10000), 1), "nested 10000 deep"},
		"cut off":                  {graphOne[:60], "the end of the row"},
		"cut off in a string":      {graphOne[:70], "expected"},
		"text after the row":       {graphOne + " x", "found 'x'"},
		"not JSON":                 {"hello", "found 'h'"},
		"a number":                 {"42", "found '4'"},
		"a trailing comma":         {strings.Replace(graphOne, `53003}`, `53003,}`, 1), "found '}'"},
		"a missing colon":          {strings.Replace(graphOne, `"id":`, `"id"`, 1), "expected ':'"},
		"a bad escape":             {strings.Replace(graphOne, `"c1"`, `"\x"`, 1), "valid escapes"},
		"a control character":      {strings.Replace(graphOne, `"c1"`, "\"\x01\"", 1), "control character"},
		"a leading zero":           {strings.Replace(graphOne, `53003`, `000`, 1), "expected a number"},
		"a bad literal":            {strings.Replace(graphOne, `53003`, `nil`, 1), "found 'n'"},
		"a bracket of another":     {strings.Replace(graphOne, `"c1"`, `{"a":[}]`, 1), "expected every bracket"},
		"a date that is none":      {strings.Replace(graphOne, "2024-07-23T15:19:52Z", "yesterday", 1), `found "yesterday" as a date`},
		"a day the year lacks":     {strings.Replace(graphOne, "07-23", "02-30", 1), "as a date"},
		"a month that is none":     {strings.Replace(graphOne, "07-23", "13-01", 1), "as a date"},
		"a year out of range":      {strings.Replace(graphOne, "2024", "0001", 1), "as a date"},
		"a day before its month":   {strings.Replace(graphOne, "2024-07-23T15:19:52Z", "28/04/2021 10:00:00", 1), "as a date"},
		"no date":                  {strings.Replace(graphOne, "createdDateTime", "elsewhen", 1), ""},
		"no date but an app":       {strings.Replace(graphOne, `"createdDateTime":"2024-07-23T15:19:52Z"`, `"appId":"a"`, 1), "no createdDateTime"},
		"bad policies":             {strings.Replace(graphOne, `"c1"`, `"c1","appliedConditionalAccessPolicies":[{"id":"p"},7]`, 1), "expected '{'"},
		"a policy that is cut off": {strings.Replace(graphOne, `"c1"`, `"c1","appliedConditionalAccessPolicies":[{"id":"p"`, 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			// Other files' rows must not hide the damage: the parser has
			// seen whole rows before, and sees them after.
			list, report := readText(t, graphWith("a1")+"\n"+c.row+"\n"+graphWith("a2")+"\n")
			if len(list) != 2 || list[0].ID != "a1" || list[1].ID != "a2" {
				t.Fatalf("read %d records around the damage: %+v", len(list), report)
			}
			if report.Rows != 3 || report.BadRows+report.OtherRows != 1 {
				t.Fatalf("report %+v", report)
			}
			if c.reason == "" {
				return
			}
			if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Reason, c.reason) || report.Problems[0].Row != 2 || report.Problems[0].Line != 2 {
				t.Errorf("problems %v, want one at row 2 with %q", report.Problems, c.reason)
			}
		})
	}
}

// TestDamagedArray has the damage inside a list, where no line end helps.
func TestDamagedArray(t *testing.T) {
	bad := strings.Replace(graphOne, `53003}`, `53003,}`, 1)
	list, report := readText(t, `{"value":[`+graphWith("a1")+","+bad+",7,\"x\",null,"+graphWith("a2")+"]}")
	if len(list) != 2 || report.BadRows != 4 || report.Rows != 6 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
	// A bracket that is missing takes the rows after it along unless lines
	// show where they begin.
	lost := "[\n  " + graphWith("a1") + ",\n  " + strings.TrimSuffix(graphWith("b"), "}") + ",\n  " + graphWith("a2") + ",\n  " + graphWith("a3") + "\n]\n"
	list, report = readText(t, lost)
	if len(list) != 3 || report.BadRows != 1 || report.Problems[0].Line != 3 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
	list, report = readText(t, "["+graphWith("a1")+",\n"+graphWith("a2")+",\n{\"id\":")
	if len(list) != 2 || report.BadRows != 1 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
	list, report = readText(t, "["+graphWith("a1")+",\n"+graphWith("a2")+",\n")
	if len(list) != 2 || report.BadRows != 0 || report.BadFiles != 1 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

// big is a row of 50 MB that is made while it is read.
func big(before, after string) io.Reader {
	row := strings.TrimSuffix(graphOne, "}") + `,"filler":"`
	return io.MultiReader(strings.NewReader(before+row), io.LimitReader(letters{}, 50<<20), strings.NewReader(`"}`+after))
}

type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestRowOf50MB(t *testing.T) {
	header := "TimeGenerated,CorrelationId,ResultType,Id,Status\n"
	cells := "2024-07-23T15:19:52Z,c,0,a1,\n"
	for name, log := range map[string]io.Reader{
		"among lines":     big(graphWith("a1")+"\n", "\n"+graphWith("a2")+"\n"),
		"the first line":  big("", "\n"+graphWith("a1")+"\n"+graphWith("a2")+"\n"),
		"the last line":   big(graphWith("a1")+"\n"+graphWith("a2")+"\n", ""),
		"in an array":     big("["+graphWith("a1")+",", ","+graphWith("a2")+"]"),
		"in a list":       big(`{"value":[`+graphWith("a1")+",", ","+graphWith("a2")+"]}"),
		"in a table":      io.MultiReader(strings.NewReader(`{"tables":[{"columns":`+tableColumns+`,"rows":[`+tableRow("a1")+`,["`), io.LimitReader(letters{}, 50<<20), strings.NewReader(`"],`+tableRow("a2")+`]}]}`)),
		"in a CSV":        io.MultiReader(strings.NewReader(header+cells+`2024-07-23T15:19:52Z,c,0,x,"`), io.LimitReader(letters{}, 50<<20), strings.NewReader("\"\n"+strings.Replace(cells, "a1", "a2", 1))),
		"a CSV's last":    io.MultiReader(strings.NewReader(header+cells+strings.Replace(cells, "a1", "a2", 1)+`2024-07-23T15:19:52Z,c,0,x,"`), io.LimitReader(letters{}, 50<<20)),
		"without its end": io.MultiReader(strings.NewReader("["+graphWith("a1")+","+graphWith("a2")+`,{"id":"`), io.LimitReader(letters{}, 50<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readAll(t, signinlog.NewReader("log", log, signinlog.Options{MaxRow: 1 << 20}))
			if len(list) != 2 || report.BadRows != 1 || report.Rows != 3 {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			if p := report.Problems[0]; !strings.Contains(p.Reason, "expected at most 1048576") {
				t.Errorf("problem %v", p)
			}
		})
	}
}

func TestDamagedFiles(t *testing.T) {
	whole := []byte(graphWith("a1") + "\n" + graphWith("a2") + "\n")
	long := bytes.Join(graphRows(2000, 3), []byte("\n"))
	for name, c := range map[string]struct {
		bytes   []byte
		reason  string
		records int // at least
	}{
		"truncated gzip":          {zip(t, long)[:len(zip(t, long))/2], "middle of compressed data", 100},
		"truncated zstd":          {zst(t, long)[:len(zst(t, long))*9/10], "compressed data", 0},
		"a gzip header alone":     {zip(t, whole)[:6], "gzip", 0},
		"damaged gzip":            {flip(zip(t, long), 2000), "", 0},
		"a damaged gzip checksum": {flip(zip(t, whole), len(zip(t, whole))-6), "damaged compressed data", 2},
		"a binary":                {append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 1000)...), "", 0},
		"random":                  {[]byte{0x93, 0x12, 0x00, 0xff, 0x00, 0x00, 0x01}, "", 0},
		"Parquet cut off":         {[]byte("PAR1 and nothing that follows PAR1"), "Parquet", 0},
		"half of UTF-16":          {append(utf16Of(binary.LittleEndian, "\ufeff"+string(whole)), 0x41), "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write := func(name string, b []byte) {
				if err := os.WriteFile(filepath.Join(folder, name), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("a", c.bytes)
			write("b", []byte(graphWith("other")))
			list, report := readFiles(t, folder)
			if len(list) < c.records+1 || list[len(list)-1].ID != "other" {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			if c.reason != "" && (report.BadFiles != 1 || len(report.Problems) == 0 || !strings.Contains(report.Problems[len(report.Problems)-1].Reason, c.reason)) {
				t.Errorf("problems %v, want one with %q", report.Problems, c.reason)
			}
			if c.reason == "" && report.BadFiles == 0 && report.BadRows == 0 && report.Files[0].Skipped == "" {
				t.Errorf("nothing is said of the file: %+v", report)
			}
		})
	}
}

// TestEmptyFiles has files without content, which are named and no reason to
// stop, and beginnings of what is no log.
func TestEmptyFiles(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  []byte
		reason string
	}{
		"nothing":                  {nil, "empty"},
		"space":                    {[]byte(" \r\n\t"), "empty"},
		"a byte order mark":        {[]byte("\xef\xbb\xbf"), "empty"},
		"one and a line end":       {[]byte("\xef\xbb\xbf\r\n"), "empty"},
		"a mark of UTF-16":         {[]byte("\xff\xfe"), "empty"},
		"the other mark of UTF-16": {[]byte("\xfe\xff"), "empty"},
		"gzip of nothing":          {zip(t, nil), "empty"},
		"zstd of nothing":          {zst(t, nil), "empty"},
		"gzip of a mark":           {zip(t, []byte("\xef\xbb\xbf")), "empty"},
		"a spreadsheet":            {[]byte("PK\x03\x04\x14\x00\x06\x00"), "binary"},
		"a picture":                {[]byte("\x89PNG\r\n\x1a\n\x00\x00,a,b,c"), "binary"},
		"a database":               {[]byte("SQLite format 3\x00"), "binary"},
		"a page":                   {[]byte("<!DOCTYPE html>"), "begins with '<'"},
		"a PDF":                    {[]byte("%PDF-1.7\n"), "begins with '%'"},
		"a JSON null":              {[]byte("null"), "begins with 'n'"},
		"a JSON list of numbers":   {[]byte("[1,2]"), "holds no objects"},
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readFiles(t, logs(t, map[string]string{"a": string(c.bytes), "b": graphOne}))
			if len(list) != 1 || report.Rows != 1 || len(report.Problems) != 0 || !strings.Contains(report.Files[0].Skipped, c.reason) {
				t.Errorf("read %d records, report %+v", len(list), report)
			}
			_, report = readText(t, string(c.bytes))
			if err := report.Err(); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("alone: %v", err)
			}
		})
	}
}

// formats are the forms that are read as text: a row, and what stands before,
// between and behind rows.
func formats() map[string]struct{ head, row, sep, tail string } {
	return map[string]struct{ head, row, sep, tail string }{
		"lines":      {"", graphOne, "\n", "\n"},
		"a list":     {`{"value":[` + "\n", graphOne, ",\n", "\n]}"},
		"envelopes":  {"", `{"category":"SignInLogs","time":"2024-07-23T15:19:52Z","properties":` + graphOne + `}`, "\n", "\n"},
		"tables":     {`{"tables":[{"name":"P","columns":` + tableColumns + `,"rows":[` + "\n", tableRow("a1"), ",\n", "\n]}]}"},
		"audit log":  {"CreationDate,UserIds,Operations,AuditData\n", `x,y,z,"{""Id"":""a1"",""CreationTime"":""2024-07-23T15:19:52"",""Operation"":""UserLoggedIn"",""Workload"":""AzureActiveDirectory"",""ErrorNumber"":""0""}"`, "\n", "\n"},
		"analytics":  {"TimeGenerated [UTC],CorrelationId,ResultType,Id,Status\n", `2024-07-23T15:19:52Z,c,0,a1,"{""errorCode"":0}"`, "\n", "\n"},
		"the centre": {"Date (UTC),Request ID,Username,Status\n", `2024-07-23T15:19:52Z,a1,ada@contoso.com,Success`, "\n", "\n"},
	}
}

// TestEveryFormatDamaged does the same damage to logs of every format.
func TestEveryFormatDamaged(t *testing.T) {
	const n = 3000
	for name, f := range formats() {
		t.Run(name, func(t *testing.T) {
			rows := make([]string, n)
			for i := range rows {
				rows[i] = strings.Replace(f.row, "a1", fmt.Sprintf("id%d-%x", i, i*i*7919%1000003), 1)
			}
			whole := []byte(f.head + strings.Join(rows, f.sep) + f.tail)
			if list, report := readText(t, string(whole)); len(list) != n || report.BadRows+report.BadFiles != 0 {
				t.Fatalf("whole: read %d records, report %+v", len(list), report)
			}
			for _, packed := range [][]byte{zip(t, whole), zst(t, whole)} {
				list, report := readText(t, string(packed[:len(packed)*3/4]))
				if len(list) == n || report.BadFiles != 1 || !strings.Contains(report.Problems[len(report.Problems)-1].Reason, "middle of compressed data") {
					t.Errorf("cut off: read %d records, report %+v", len(list), report)
				}
				if packed[0] == 0x1f && len(list) < n/4 {
					t.Errorf("cut off: read only %d records", len(list))
				}
			}
			// Between whole rows, in a form that each format has a place for.
			deep := strings.Repeat("[", 10000) + strings.Repeat("]", 10000)
			for what, bad := range map[string]string{
				"a wrong date": strings.ReplaceAll(f.row, "2024-07-23", "2024-17-23"),
				"no row":       "junk",
			} {
				list, report := readText(t, f.head+rows[0]+f.sep+bad+f.sep+rows[1]+f.tail)
				if len(list) != 2 || report.BadRows != 1 || report.Rows != 3 || report.Problems[0].Row != 2 || report.Problems[0].Line < 2 {
					t.Errorf("%s: read %d records, report %+v", what, len(list), report)
				}
			}
			if nested := strings.Replace(strings.Replace(f.row, `"c1"`, deep, 1), `"c"`, deep, 1); nested != f.row {
				list, report := readText(t, f.head+rows[0]+f.sep+nested+f.sep+rows[1]+f.tail)
				if len(list) != 2 || report.BadRows != 1 || !strings.Contains(report.Problems[0].Reason, "nested 10000 deep") {
					t.Errorf("nested: read %d records, report %+v", len(list), report)
				}
			}
			huge := strings.Replace(f.row, "a1", strings.Repeat("x", 1<<20), 1)
			list, report := readAll(t, signinlog.NewReader("log", reader(f.head+rows[0]+f.sep+huge+f.sep+rows[1]+f.tail), signinlog.Options{MaxRow: 1 << 18}))
			if len(list) != 2 || report.BadRows != 1 || !strings.Contains(report.Problems[0].Reason, "expected at most 262144") {
				t.Errorf("huge: read %d records, report %+v", len(list), report)
			}
		})
	}
}

func flip(b []byte, at int) []byte {
	b = append([]byte(nil), b...)
	b[at] ^= 0xff
	return b
}

func TestUnreadableFile(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a"), []byte(graphOne), 0o600); err != nil {
		t.Fatal(err)
	}
	// A link to nowhere cannot be read by anyone, root included.
	if err := os.Symlink(filepath.Join(folder, "nowhere"), filepath.Join(folder, "b")); err != nil {
		t.Skip("no links here:", err)
	}
	list, report := readFiles(t, folder)
	if len(list) != 1 || report.BadFiles != 1 || len(report.Problems) != 1 || !strings.HasSuffix(report.Problems[0].File, "b") {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

func TestDamagedCSV(t *testing.T) {
	header := "TimeGenerated [UTC],CorrelationId,ResultType,Id,Status_dynamic\n"
	good := func(id string) string { return "2024-07-23T15:19:52Z,c,0," + id + ",{}\n" }
	for name, c := range map[string]struct{ row, reason string }{
		"too few cells":        {"2024-07-23T15:19:52Z,c,0\n", "found 3 cells, expected 5"},
		"too many cells":       {"2024-07-23T15:19:52Z,c,0,x,{},y,z\n", "found 7 cells, expected 5"},
		"a date that is none":  {"soon,c,0,x,{}\n", `found "soon" as a date`},
		"nested 10,000 deep":   {"2024-07-23T15:19:52Z,c,0,x,\"" + strings.ReplaceAll(strings.Repeat(`{"a":`, 10000), `"`, `""`) + "1" + strings.Repeat("}", 10000) + "\"\n", "nested 9999 deep"},
		"bad JSON in a cell":   {"2024-07-23T15:19:52Z,c,0,x,{\"\"a\"\n", "column \"Status_dynamic\""},
		"bad JSON in a quoted": {"2024-07-23T15:19:52Z,c,0,x,\"{\"\"errorCode\"\":}\"\n", "column \"Status_dynamic\""},
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, header+good("a1")+c.row+good("a2"))
			if len(list) != 2 || report.BadRows != 1 || !strings.Contains(report.Problems[0].Reason, c.reason) || report.Problems[0].Line != 3 {
				t.Errorf("read %d records, problems %v", len(list), report.Problems)
			}
		})
	}
	// Zeros are what a crash leaves of a file that was being written; in a
	// cell, they are what someone sent.
	for name, zeros := range map[string]string{"a row of them": "\x00\x00\x00\n", "in a cell": "2024-07-23T15:19:52Z,c,0,x\x00y,{}\n", "in quotes": "2024-07-23T15:19:52Z,c,0,\"x\x00y\",{}\n"} {
		for _, before := range []int{1, 1000} { // where the beginning is looked at, and further down
			list, report := readText(t, header+strings.Repeat(good("a1"), before)+zeros+good("a2"))
			if len(list) != 2 || report.BadRows != 1 || report.Problems[0].Reason != "found a NUL byte, expected text" || report.Problems[0].Line != int64(before+2) {
				t.Errorf("%s after %d rows: read %d records, problems %v", name, before, len(list), report.Problems)
			}
		}
	}
	// A quote that nothing closes must not take along the rows after it.
	list, report := readText(t, header+good("a1")+"2024-07-23T15:19:52Z,c,0,x,\"{\n"+good("a2")+good("a3")+"2024-07-23T15:19:52Z,c,0,\"y,{}\n"+good("a4"))
	if len(list) != 4 || report.BadRows != 2 || report.Rows != 6 || !strings.Contains(report.Problems[0].Reason, "quote") || report.Problems[0].Line != 3 || report.Problems[1].Line != 6 {
		t.Errorf("open quotes: read %d records, problems %v", len(list), report.Problems)
	}
	list, report = readText(t, header+good("a1")+good("a2")+"2024-07-23T15:19:52Z,c,0,x,\"{")
	if len(list) != 2 || report.BadRows != 1 || !strings.Contains(report.Problems[0].Reason, "quote") {
		t.Errorf("an open quote: read %d records, problems %v", len(list), report.Problems)
	}
}

// TestUnknownColumns has a download in a language that we do not read, which is
// named, and a CSV of other things, which is not.
func TestUnknownColumns(t *testing.T) {
	const id = "6f4e6b1c-0b8a-4d6e-9a55-3c1f0b2d4e6f"
	list, report := readFiles(t, logs(t, map[string]string{
		"a.csv": "Dato (UTC),Anmodnings-id,Brukernavn\n2025-12-01T10:11:12Z," + id + ",ada@contoso.com\n",
		"b.csv": "name,colour,size\nx,red,1\n",
		"c":     graphOne,
	}))
	want := `a CSV whose columns are not known: Dato (UTC), Anmodnings-id, Brukernavn; expected the admin centre's in English, French or Italian, Log Analytics', or AuditData`
	if len(list) != 1 || report.BadFiles != 1 || len(report.Problems) != 1 || report.Problems[0].Reason != want || !strings.HasSuffix(report.Problems[0].File, "a.csv") {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
	if report.Files[1].Skipped == "" {
		t.Errorf("nothing is said of b.csv: %+v", report.Files)
	}
}

func TestStrictStopsAtTheFirst(t *testing.T) {
	r := signinlog.NewReader("log", reader(graphWith("a1")+"\nx\n"+graphWith("a2")+"\ny\n"), signinlog.Options{Strict: true})
	var errs []error
	for _, err := range r.All() {
		if err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) != 1 || errs[0].Error() != "log:2: row 2: at byte 1: found 'x', expected '{'" {
		t.Errorf("errors %v", errs)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	_, report := readAll(t, signinlog.NewReader("log", reader(graphOne+"\n"+strings.Repeat("x\n", 5000)), signinlog.Options{MaxProblems: 7}))
	if len(report.Problems) != 7 || report.BadRows != 5000 {
		t.Errorf("%d problems named, %d counted", len(report.Problems), report.BadRows)
	}
}

func TestReportErr(t *testing.T) {
	for text, want := range map[string]string{
		graphOne: "", `{"value":[]}`: "", "[]": "",
		"# notes": "log: begins with '#', expected JSON, or a CSV of sign-ins", "": "log: empty",
	} {
		_, report := readText(t, text)
		got := ""
		if err := report.Err(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	_, report := readFiles(t, t.TempDir())
	if err := report.Err(); err == nil {
		t.Error("an empty folder is no log, and nothing says so")
	}
}
