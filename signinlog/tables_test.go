package signinlog_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

const tableColumns = `[{"name":"TimeGenerated","type":"datetime"},{"name":"Id","type":"string"},{"name":"CorrelationId","type":"string"},` +
	`{"name":"UserDisplayName","type":"string"},{"name":"ResultType","type":"string"},{"name":"Status_dynamic","type":"dynamic"},{"name":"Status_string","type":"string"},{"name":"IsInteractive","type":"bool"},{"name":"Type","type":"string"}]`

func tableRow(id string) string {
	return fmt.Sprintf(`["2024-07-23T15:19:52.123Z",%q,"c","Ada Conti","53003",{"errorCode":53003,"additionalDetails":"x"},"",true,"SigninLogs"]`, id)
}

func answer(columns string, rows ...string) string {
	return `{"tables":[{"name":"PrimaryResult","columns":` + columns + `,"rows":[` + strings.Join(rows, ",") + `]}]}`
}

func TestQueryAnswers(t *testing.T) {
	old := strings.NewReplacer(`"tables"`, `"Tables"`, `"name":"PrimaryResult"`, `"TableName":"Table_0"`, `"columns"`, `"Columns"`, `"rows"`, `"Rows"`,
		`"name"`, `"ColumnName"`, `"type":"datetime"`, `"DataType":"DateTime","ColumnType":"datetime"`)
	two := answer(tableColumns, tableRow("a1"), tableRow("a2"))
	text := strings.ReplaceAll(two, `{"errorCode":53003,"additionalDetails":"x"}`, `"{\"errorCode\":53003,\"additionalDetails\":\"x\"}"`)
	status := `,{"name":"QueryStatus","columns":[{"name":"Timestamp"},{"name":"Severity"},{"name":"StatusCode"},{"name":"Count"}],"rows":[["2024-07-23T15:19:52Z",4,0,1]]}`
	for name, c := range map[string]struct {
		log   string
		other int64
	}{
		"one line":                 {two, 0},
		"one line with its end":    {two + "\n", 0},
		"pretty":                   {strings.NewReplacer("{", "{\n ", "[", "[\n ", ",", ",\n ", "]", "\n]").Replace(two), 0},
		"the older spelling":       {old.Replace(two), 0},
		"dynamic columns as texts": {text, 0},
		"a table each":             {`{"tables":[` + inside(answer(tableColumns, tableRow("a1"))) + "," + inside(answer(tableColumns, tableRow("a2"))) + `]}`, 0},
		"an answer each, in lines": {answer(tableColumns, tableRow("a1")) + "\n" + answer(tableColumns, tableRow("a2")) + "\n", 0},
		"a table alone":            {inside(two), 0},
		"with statistics":          {strings.Replace(two, `]}]}`, `]}`+status+`],"statistics":{"query":{"rows":[1,2]}}}`, 1), 1},
		"answers in a list":        {"[" + answer(tableColumns, tableRow("a1")) + "," + answer(tableColumns, tableRow("a2")) + "]", 0},
		"a batch":                  {`{"responses":[{"id":"1","status":200,"headers":{},"body":` + answer(tableColumns, tableRow("a1")) + `},{"id":"2","status":200,"body":` + answer(tableColumns, tableRow("a2")) + `}]}`, 0},
		"frames":                   {`[{"FrameType":"DataSetHeader","Version":"v2.0"},` + strings.Replace(old.Replace(inside(two)), "{", `{"FrameType":"DataTable",`, 1) + `]`, 1},
		"columns last, in a list":  {"[" + columnsLast("a1") + "," + columnsLast("a2") + "]", 0},
		"an empty table first":     {strings.Replace(two, `"tables":[`, `"tables":[{"name":"E","columns":[{"name":"x"}],"rows":[]},{"name":"F"},`, 1), 0},
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, c.log)
			if len(list) != 2 || report.BadRows != 0 || len(report.Problems) != 0 || report.OtherRows != c.other {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			for i, rec := range list {
				if rec.ID != fmt.Sprintf("a%d", i+1) || !signinlog.Is(rec.Status.ErrorCode, 53003) || rec.Status.AdditionalDetails != "x" || !signinlog.Is(rec.IsInteractive, true) || rec.UserDisplayName != "Ada Conti" ||
					rec.Source.Format != signinlog.FormatLogAnalytics || !rec.LoggedTime.Equal(at(t, "2024-07-23T15:19:52.123Z")) {
					t.Errorf("read %+v", rec)
				}
			}
		})
	}
}

func columnsLast(id string) string {
	return `{"rows":[` + tableRow(id) + `],"columns":` + tableColumns + `}`
}

// TestQueryAnswerAmongRows has an answer where rows stand.
func TestQueryAnswerAmongRows(t *testing.T) {
	list, report := readText(t, graphWith("g1")+"\n"+answer(tableColumns, tableRow("a1"), "7", `["x"]`)+"\n"+graphWith("g2")+"\n")
	if len(list) != 3 || list[1].ID != "a1" || report.BadRows != 2 || report.Problems[0].Line != 2 || report.Problems[1].Row != 4 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

func inside(answer string) string {
	return strings.TrimSuffix(strings.TrimPrefix(answer, `{"tables":[`), `]}`)
}

// TestQueryAnswersOfOtherTables has rows that are no sign-ins: by their table's
// name, or by columns that say nothing of sign-ins.
func TestQueryAnswersOfOtherTables(t *testing.T) {
	audit := strings.ReplaceAll(tableRow("x"), "SigninLogs", "AuditLogs")
	list, report := readText(t, answer(tableColumns, tableRow("a1"), audit))
	if len(list) != 1 || report.Other["AuditLogs"] != 1 {
		t.Errorf("read %d records, other %v", len(list), report.Other)
	}
	list, report = readText(t, answer(`[{"name":"user"},{"name":"count_"}]`, `["ada",3]`, `["bob",4]`))
	if len(list) != 0 || report.Other["table with the columns user, count_"] != 2 {
		t.Errorf("read %d records, other %v", len(list), report.Other)
	}
}

func TestDamagedQueryAnswers(t *testing.T) {
	good1, good2 := tableRow("a1"), tableRow("a2")
	for name, c := range map[string]struct {
		row, reason string
		line        int64
	}{
		"too few cells":         {`["2024-07-23T15:19:52Z","x"]`, "found 2 cells, expected 9", 3},
		"too many cells":        {strings.TrimSuffix(good1, "]") + `,1,2]`, "found 11 cells, expected 9", 3},
		"a date that is none":   {strings.Replace(good1, "2024", "x2024", 1), "as a date", 3},
		"no date":               {strings.Replace(good1, `"2024-07-23T15:19:52.123Z"`, `null`, 1), "found no createdDateTime", 3},
		"bad JSON in a cell":    {strings.Replace(good1, `53003,`, `000,`, 1), `column "Status_dynamic": at byte`, 3},
		"bad JSON in a text":    {strings.Replace(good1, `{"errorCode":53003,"additionalDetails":"x"}`, `"{\"errorCode\":}"`, 1), `column "Status_dynamic": at byte`, 3},
		"a bracket of another":  {`["2024-07-23T15:19:52Z",{"a":1]`, "beginning of another row", 3},
		"no list":               {`7`, `found '7'`, 3},
		"nothing between comma": {strings.Replace(good1, `true,`, `,`, 1), `column "IsInteractive"`, 3},
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, `{"tables":[{"name":"P","columns":`+tableColumns+`,"rows":[`+"\n"+good1+",\n"+c.row+",\n"+good2+"\n]}]}")
			if len(list) != 2 || list[0].ID != "a1" || list[1].ID != "a2" || report.BadRows != 1 || report.Rows != 3 {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			if p := report.Problems[0]; !strings.Contains(p.Reason, c.reason) || p.Row != 2 || p.Line != c.line {
				t.Errorf("problem %v, want row 2, line %d with %q", p, c.line, c.reason)
			}
		})
	}
}

func TestQueryAnswersCutOff(t *testing.T) {
	whole := answer(tableColumns, tableRow("a1"), tableRow("a2"))
	for i := 1; i < len(whole)-1; i++ {
		_, report := readText(t, whole[:i])
		if report.BadRows+report.BadFiles+report.OtherRows == 0 && report.Files[0].Skipped == "" {
			t.Errorf("nothing is said of %q", whole[:i])
		}
	}
	list, report := readText(t, whole[:len(whole)-8])
	if len(list) != 1 || report.BadRows != 1 || report.BadFiles != 1 {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

func TestQueryAnswerWithColumnsLast(t *testing.T) {
	log := "{\"tables\":[{\"name\":\"P\",\n\"rows\":[" + tableRow("a1") + "," + tableRow("a2") + "],\"columns\":" + tableColumns + "}," +
		inside(answer(tableColumns, tableRow("a3"))) + "]}"
	list, report := readText(t, log)
	if len(list) != 1 || list[0].ID != "a3" || report.BadRows != 1 ||
		report.Problems[0].Error() != "log:2: row 1: found the rows of a table before its columns, expected the columns first" {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

func TestQueryAnswerBrokenOff(t *testing.T) {
	whole := answer(tableColumns, tableRow("a1"))
	list, report := readText(t, strings.TrimSuffix(whole, "}")+`,"error":{"code":"PartialError","message":"The results are too large."}}`)
	if len(list) != 1 || report.BadFiles != 1 || report.Problems[0].Reason != "the answer is not whole, it says PartialError The results are too large." {
		t.Errorf("read %d records, report %+v", len(list), report)
	}
}

// TestQueryAnswerStreams reads many times more than is held.
func TestQueryAnswerStreams(t *testing.T) {
	const n = 10000
	before, after, _ := strings.Cut(answer(tableColumns, "@"), "@")
	long := strings.Repeat("x", 8000)
	rows := &maker{n: n, row: func(i int) string {
		return strings.Replace(tableRow(fmt.Sprintf("id%d", i)), `"additionalDetails":"x"`, `"none":"`+long+`"`, 1)
	}}
	r := signinlog.NewReader("log", io.MultiReader(strings.NewReader(before), rows, strings.NewReader(after)), signinlog.Options{})
	got := 0
	var most int64
	held := func() int64 { // what the collector finds in use, not what was just thrown away
		runtime.GC()
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		return int64(live[0].Value.Uint64())
	}
	others := held() // of other tests
	for _, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		if got++; got%1000 == 0 {
			most = max(most, held()-others)
		}
	}
	if got != n || r.Report().BadRows != 0 {
		t.Errorf("read %d of %d, report %+v", got, n, r.Report())
	}
	if most > 40<<20 {
		t.Errorf("held %d MB of %d", most>>20, n*len(long)>>20)
	}
}

// maker makes rows with commas between them while they are read.
type maker struct {
	n, made int
	row     func(i int) string
	rest    string
}

func (m *maker) Read(b []byte) (int, error) {
	if m.rest == "" {
		if m.made == m.n {
			return 0, io.EOF
		}
		if m.rest = m.row(m.made); m.made > 0 {
			m.rest = "," + m.rest
		}
		m.made++
	}
	n := copy(b, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}
