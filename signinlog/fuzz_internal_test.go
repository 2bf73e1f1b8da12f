package signinlog

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"os"
	"path/filepath"
	"testing"
)

// The targets are internal to run without goroutines, whose scheduling would
// make coverage differ from run to run.

const graphSeed = `{"id":"a1","createdDateTime":"2024-07-23T15:19:52Z","correlationId":"c1","userPrincipalName":"ada@contoso.com","status":{"errorCode":53003},` +
	`"location":{"city":"X","geoCoordinates":{"latitude":1.5e0,"longitude":-2}},"deviceDetail":null,"riskEventTypes_v2":["a\u00e9"],` +
	`"appliedConditionalAccessPolicies":[{"id":"p","result":"failure","conditionsSatisfied":"application,users","conditionsNotSatisfied":8}]}`

func FuzzGraph(f *testing.F) {
	f.Add([]byte(graphSeed))
	f.Add([]byte(graphSeed + "\n" + graphSeed))
	f.Add([]byte(`{"@odata.nextLink":"x","value":[` + graphSeed + `,{"id":1}],"y":2}`))
	f.Add([]byte("[\n  " + graphSeed + ",\n  " + graphSeed + "\n]"))
	fuzzLog(f)
}

func FuzzEnvelope(f *testing.F) { addFixture(f, "envelopes.ndjson"); fuzzLog(f) }
func FuzzAuditLog(f *testing.F) { addFixture(f, "auditlog.csv"); fuzzLog(f) }

func FuzzLogAnalytics(f *testing.F) {
	addFixture(f, "loganalytics.ndjson")
	f.Add([]byte(`{"tables":[{"name":"P","columns":[{"name":"TimeGenerated"},{"name":"Id"},{"name":"ResultType"},{"name":"Status"}],"rows":[` +
		`["2024-07-23T15:19:52Z","a","0","{\"errorCode\":0}"],["2024-07-23T15:19:52Z","b",7,{"errorCode":7}]]},{"rows":[[1]],"columns":[]}],"error":{"code":"x"}}`))
	f.Add([]byte(`[{"responses":[{"body":{"tables":[{"columns":[{"name":"AuditData"},{"name":"x"}],"rows":[["{}",1],7]}]}}]}]`))
	f.Add([]byte("{\"Tables\":[{\"Columns\":[{\"ColumnName\":\"AuditData\"}],\n\"Rows\":[\n[\"{}\"],\n[{\"Operation\":\"x\"}]\n]}]}"))
	fuzzLog(f)
}

func FuzzCSV(f *testing.F) {
	addFixture(f, "admin.csv")
	addFixture(f, "serviceprincipal.csv")
	addFixture(f, "authenticationdetails.csv")
	f.Add([]byte("TimeGenerated [UTC],CorrelationId,ResultType,Id,Status_dynamic\n2024-07-23T15:19:52Z,c,0,a,\"{\"\"errorCode\"\":0}\"\r\n"))
	fuzzLog(f)
}

func addFixture(f *testing.F, name string) {
	f.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
}

// fuzzLog reads any bytes with blocks of any size: reading must end, name a
// reason for whatever is bad, and find the same rows whatever the blocks.
func fuzzLog(f *testing.F) {
	f.Helper()
	f.Fuzz(func(t *testing.T, b []byte) {
		small := readLog(t, b, 64)
		large := readLog(t, b, 1<<20)
		if len(small) != len(large) {
			t.Fatalf("%d rows in small blocks, %d in large ones", len(small), len(large))
		}
		for i := range small {
			if small[i] != large[i] {
				t.Errorf("row %d is %q in small blocks, %q in large ones", i, small[i], large[i])
			}
		}
	})
}

// readLog reads a log on one goroutine and returns what became of each row.
func readLog(t *testing.T, log []byte, size int) (rows []string) {
	t.Helper()
	c, err := openContent(bytes.NewReader(log))
	if err != nil {
		return nil
	}
	defer c.close()
	head, whole, _ := c.beginning()
	found := sniff(head, whole)
	if found.problem != "" {
		return []string{found.problem}
	}
	w := &worker{parser: newParser(), maxRow: 1 << 20, seed: maphash.MakeSeed()}
	feed := newFeeder(c, &fileState{}, w.maxRow, func(cut *block) bool {
		w.parseBlock(cut)
		for _, r := range cut.rows {
			rows = append(rows, rowText(t, cut, r))
		}
		return true
	}, func() []byte { return make([]byte, 0, size) })
	switch found.layout {
	case layoutLines:
		feed.cutLines()
	case layoutCells:
		header := space(head, 0) + found.columns.size
		feed.line += countLines(head[:header])
		c.ahead = c.ahead[header:]
		feed.columns = found.columns
		feed.cutCells()
	default:
		feed.cutSpans()
	}
	return rows
}

func rowText(t *testing.T, b *block, r row) string {
	t.Helper()
	if r.kind != rowIsSignIn {
		if r.kind == rowIsBad && (r.text == "" || r.line < 1) {
			t.Errorf("a bad row without reason or line: %+v", r)
		}
		return r.text
	}
	rec := &b.records[r.record]
	if rec.Time.IsZero() {
		t.Errorf("a record without time: %+v", rec)
	}
	rec.Facts()
	text, err := json.Marshal(rec)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// FuzzRow reads one object with ours and with encoding/json. Where ours finds a
// sign-in in valid JSON, they must agree on all of the record.
func FuzzRow(f *testing.F) {
	f.Add([]byte(graphSeed))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newParser()
		var r Record
		if !json.Valid(b) {
			p.parse(&r, b)
			return
		}
		// Twice, so that what was remembered is used.
		p.parse(&r, b)
		r.reset()
		v := p.parse(&r, b)
		if v.kind != rowIsSignIn || v.format != FormatGraph {
			return
		}
		var want Record
		if json.Unmarshal(b, &want) != nil {
			return // types that we tolerate
		}
		if r.ID != want.ID && !spelledTwice(b, "id") {
			t.Errorf("id %q, want %q", r.ID, want.ID)
		}
		if r.UserPrincipalName != want.UserPrincipalName && !spelledTwice(b, "userprincipalname") {
			t.Errorf("userPrincipalName %q, want %q", r.UserPrincipalName, want.UserPrincipalName)
		}
	})
}

// spelledTwice reports whether a member's name may occur more than once, in which
// case the last one counts with us and the best spelled with encoding/json; or
// with letters that fold to ASCII in Unicode only.
func spelledTwice(b []byte, name string) bool {
	return bytes.Count(bytes.ToLower(b), []byte(`"`+name+`"`)) != 1 || bytes.ContainsAny(b, "\\ſK")
}
