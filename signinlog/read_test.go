package signinlog_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"github.com/sallyport-id/sallyport/signinlog"
)

// readAll reads everything and returns copies of the records.
func readAll(t *testing.T, r *signinlog.Reader) ([]*signinlog.Record, *signinlog.Report) {
	t.Helper()
	var list []*signinlog.Record
	for rec, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rec.Clone())
	}
	report := r.Report()
	if sum := report.Records + report.MergedRows + report.OtherRows + report.BadRows; sum != report.Rows {
		t.Errorf("%d records + %d merged + %d other + %d bad = %d, want the %d rows",
			report.Records, report.MergedRows, report.OtherRows, report.BadRows, sum, report.Rows)
	}
	return list, report
}

func readText(t *testing.T, text string) ([]*signinlog.Record, *signinlog.Report) {
	t.Helper()
	return readAll(t, signinlog.NewReader("log", strings.NewReader(text), signinlog.Options{}))
}

func readFiles(t *testing.T, paths ...string) ([]*signinlog.Record, *signinlog.Report) {
	t.Helper()
	r, err := signinlog.Open(paths, signinlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, r)
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const graphOne = `{"id":"a1","createdDateTime":"2024-07-23T15:19:52Z","correlationId":"c1","userPrincipalName":"ada@contoso.com","status":{"errorCode":53003}}`

func graphWith(id string) string { return strings.Replace(graphOne, `"a1"`, fmt.Sprintf("%q", id), 1) }

func TestLayouts(t *testing.T) {
	two := graphWith("a1") + "\n" + graphWith("a2")
	pretty := strings.ReplaceAll(graphOne, ",", ",\n  ")
	for name, text := range map[string]string{
		"lines":                      two + "\n",
		"lines without the last end": two,
		"lines with empty ones":      "\n" + graphWith("a1") + "\n\n" + graphWith("a2") + "\r\n \r\n",
		"windows lines":              strings.ReplaceAll(two, "\n", "\r\n"),
		"one after another":          graphWith("a1") + graphWith("a2"),
		"pretty, one after another":  strings.Replace(pretty, "a1", "a2", 1) + "\n" + pretty + "\n",
		"array":                      "[" + graphWith("a1") + "," + graphWith("a2") + "]",
		"array over lines":           "[\n  " + graphWith("a1") + ",\n  " + graphWith("a2") + "\n]\n",
		"two arrays":                 "[" + graphWith("a1") + "]\n[" + graphWith("a2") + "]",
		"list":                       `{"@odata.context":"x","@odata.nextLink":"y","value":[` + graphWith("a1") + "," + graphWith("a2") + `]}`,
		"list, link last":            "{\n\"value\": [\n" + graphWith("a1") + ",\n" + graphWith("a2") + "\n],\n\"@odata.nextLink\": \"y\"\n}\n",
		"two lists":                  `{"value":[` + graphWith("a1") + "]}\n" + `{"value":[` + graphWith("a2") + `]}`,
		"lists in an array":          `[{"value":[` + graphWith("a1") + `]},{"value":[` + graphWith("a2") + `]}]`,
		"event hub batches":          `{"records":[` + graphWith("a1") + "," + graphWith("a2") + `]}`,
		"wrapped":                    `{"_source":` + graphWith("a1") + "}\n" + `{"_raw":"` + strings.ReplaceAll(graphWith("a2"), `"`, `\"`) + `"}`,
		"byte order mark":            "\ufeff" + two,
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, text)
			if len(list) != 2 || report.BadRows != 0 || report.OtherRows != 0 || len(report.Problems) != 0 {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			for _, rec := range list {
				if !signinlog.Is(rec.Status.ErrorCode, 53003) || rec.UserPrincipalName != "ada@contoso.com" || rec.Source.Format != signinlog.FormatGraph {
					t.Errorf("read %+v", rec)
				}
			}
		})
	}
}

func TestSingleObject(t *testing.T) {
	for _, text := range []string{graphOne, graphOne + "\n", strings.ReplaceAll(graphOne, ",", ",\n  ") + "\n"} {
		if list, report := readText(t, text); len(list) != 1 || report.Rows != 1 {
			t.Errorf("%s: read %d records, report %+v", text, len(list), report)
		}
	}
}

func TestEncodings(t *testing.T) {
	text := graphWith("a1") + "\n" + strings.Replace(graphWith("a2"), "ada@", "ådå😀@", 1) + "\n"
	for name, bytes := range map[string][]byte{
		"gzip":                   zip(t, []byte(text)),
		"gzip, two members":      append(zip(t, []byte(graphWith("a1")+"\n")), zip(t, []byte(text[len(graphWith("a1"))+1:]))...),
		"gzip twice":             zip(t, zip(t, []byte(text))),
		"zstd":                   zst(t, []byte(text)),
		"UTF-16 LE":              utf16Of(binary.LittleEndian, "\ufeff"+text),
		"UTF-16 BE":              utf16Of(binary.BigEndian, "\ufeff"+text),
		"UTF-16 LE, unmarked":    utf16Of(binary.LittleEndian, text),
		"UTF-16 BE, unmarked":    utf16Of(binary.BigEndian, text),
		"UTF-16 LE inside gzip":  zip(t, utf16Of(binary.LittleEndian, "\ufeff"+text)),
		"UTF-8 with a mark, zst": zst(t, []byte("\ufeff"+text)),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log.bin") // the name tells nothing
			if err := os.WriteFile(path, bytes, 0o600); err != nil {
				t.Fatal(err)
			}
			list, report := readFiles(t, path)
			if len(list) != 2 || len(report.Problems) != 0 {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			if got := list[1].UserPrincipalName; got != "ådå😀@contoso.com" && list[1].ID == "a2" && !strings.Contains(got, "ådå😀") {
				t.Errorf("read the name %q", got)
			}
		})
	}
}

func zip(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zst(t *testing.T, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

func utf16Of(order binary.ByteOrder, s string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], unit)
	}
	return b
}

func TestMixedFolder(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"1.csv":      graphWith("f1"), // not what the name says
		"2.json":     fixture(t, "admin.csv"),
		"3.txt":      fixture(t, "envelopes.ndjson"),
		"4":          fixture(t, "loganalytics.ndjson"),
		"5.md":       "# Read me\n",
		"6.csv":      "name,colour,size\nx,red,1\n",
		"7.json":     `[{"displayName":"a policy","state":"enabled","conditions":{}}]`,
		"8.empty":    "",
		"sub/9.json": fixture(t, "auditlog.csv"),
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, report := readFiles(t, folder)
	for format, want := range map[signinlog.Format]int64{signinlog.FormatGraph: 1, signinlog.FormatAdminCSV: 2, signinlog.FormatEnvelope: 2,
		signinlog.FormatLogAnalytics: 2, signinlog.FormatAuditLog: 2} {
		if got := report.ByFormat[format]; got != want {
			t.Errorf("%v: read %d rows, want %d", format, got, want)
		}
	}
	skipped := map[string]string{}
	for _, f := range report.Files {
		if f.Skipped != "" {
			skipped[filepath.Base(f.Name)] = f.Skipped
		}
	}
	if len(skipped) != 3 || skipped["8.empty"] != "empty" || !strings.Contains(skipped["6.csv"], "name, colour, size") || !strings.Contains(skipped["5.md"], "'#'") {
		t.Errorf("skipped %v", skipped)
	}
	if report.BadRows != 0 || report.OtherRows != 3 { // a policy and two audit events
		t.Errorf("%d bad and %d other rows: %v, %v", report.BadRows, report.OtherRows, report.Other, report.Problems)
	}
}

func TestOpenNeedsWhatIsNamed(t *testing.T) {
	if _, err := signinlog.Open(nil, signinlog.Options{}); err == nil {
		t.Error("opened nothing without an error")
	}
	if _, err := signinlog.Open([]string{filepath.Join(t.TempDir(), "missing")}, signinlog.Options{}); !os.IsNotExist(err) && !strings.Contains(fmt.Sprint(err), "no such file") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestBreakStopsReading(t *testing.T) {
	r := signinlog.NewReader("log", bytes.NewReader(bytes.Join(graphRows(5000, 1), []byte("\n"))), signinlog.Options{MergeWindow: 10})
	n := 0
	for range r.All() {
		if n++; n == 3 {
			break
		}
	}
	for range r.All() {
		t.Fatal("ranged over a second time")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestOrderIsThatOfTheRows(t *testing.T) {
	rows := graphRows(20000, 1)
	list, _ := readAll(t, signinlog.NewReader("log", bytes.NewReader(bytes.Join(rows, []byte("\n"))), signinlog.Options{Workers: 4}))
	if len(list) != len(rows) {
		t.Fatalf("read %d records, want %d", len(list), len(rows))
	}
	for i, rec := range list {
		if rec.Source.Row != int64(i+1) || !strings.HasPrefix(rec.ID, fmt.Sprintf("%08x", i)) {
			t.Fatalf("record %d is row %d with id %s", i, rec.Source.Row, rec.ID)
		}
	}
}

func TestProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	text := bytes.Join(graphRows(3000, 1), []byte("\n"))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var last signinlog.Progress
	r, err := signinlog.Open([]string{path}, signinlog.Options{Progress: func(p signinlog.Progress) {
		if p.BytesRead < last.BytesRead || p.Rows < last.Rows {
			t.Errorf("went back from %+v to %+v", last, p)
		}
		last = p
	}})
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, r)
	if want := (signinlog.Progress{File: path, BytesRead: int64(len(text)), BytesTotal: int64(len(text)), Rows: 3000, Records: 3000}); last != want {
		t.Errorf("ended at %+v, want %+v", last, want)
	}
}
