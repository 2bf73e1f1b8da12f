package signinlog_test

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

func reader(s string) io.Reader { return strings.NewReader(s) }
func itoa(n int) string         { return strconv.Itoa(n) }

func TestRowsOfOneSignInAreMerged(t *testing.T) {
	row := func(members string) string { return `{"id":"A1","correlationId":"c",` + members + "}\n" }
	early := row(`"createdDateTime":"2024-01-01T00:00:00Z","status":{"errorCode":50074,"failureReason":"asked"},"conditionalAccessStatus":"failure","userAgent":"ua"`)
	late := strings.Replace(row(`"createdDateTime":"2024-01-01T00:00:20Z","status":{"errorCode":0},"conditionalAccessStatus":"success"`), "A1", "a1", 1)
	for name, text := range map[string]string{"in order": early + late, "newest first": late + early} {
		t.Run(name, func(t *testing.T) {
			list, report := readText(t, text)
			if len(list) != 1 || report.MergedRows != 1 || report.LateRows != 0 {
				t.Fatalf("read %d records, report %+v", len(list), report)
			}
			rec := list[0]
			if !signinlog.Is(rec.Status.ErrorCode, 0) || rec.Status.FailureReason != "" || rec.ConditionalAccessStatus != "success" {
				t.Errorf("the earlier row tells the outcome: %+v", rec.Status)
			}
			if rec.UserAgent != "ua" || rec.Source.Rows != 2 || rec.Source.Row != 1 {
				t.Errorf("read %+v", rec)
			}
			if !reflect.DeepEqual(rec.Superseded, []access.ResultCode{50074}) {
				t.Errorf("superseded %v", rec.Superseded)
			}
		})
	}
}

func TestRowsOfOneTimeCompleteEachOther(t *testing.T) {
	a := `{"id":"x","createdDateTime":"2024-01-01T00:00:00Z","correlationId":"c","status":{"errorCode":0},"authenticationRequirement":"singleFactorAuthentication"}`
	b := `{"id":"x","createdDateTime":"2024-01-01T00:00:00Z","correlationId":"c","status":{"errorCode":0},"riskEventTypes_v2":["r"],"authenticationProcessingDetails":[{"key":"k","value":"v"}]}`
	for _, text := range []string{a + "\n" + b, b + "\n" + a} {
		list, _ := readText(t, text)
		if len(list) != 1 {
			t.Fatalf("read %d records", len(list))
		}
		rec := list[0]
		if rec.AuthenticationRequirement != "singleFactorAuthentication" || len(rec.RiskEventTypes) != 1 || len(rec.AuthenticationProcessingDetails) != 1 {
			t.Errorf("read %+v", rec)
		}
	}
}

// TestMergeWindow has further rows within, just beyond and far beyond the window.
func TestMergeWindow(t *testing.T) {
	var b strings.Builder
	const rows = 20000 // several blocks
	for i := range rows {
		fmt.Fprintln(&b, graphWith(fmt.Sprintf("id%d", i)))
	}
	fmt.Fprintln(&b, graphWith(fmt.Sprintf("id%d", rows-5)))
	fmt.Fprintln(&b, graphWith("ID0"))
	read := func(window int) *signinlog.Report {
		_, report := readAll(t, signinlog.NewReader("log", reader(b.String()), signinlog.Options{MergeWindow: window}))
		return report
	}
	if r := read(2 * rows); r.Records != rows || r.MergedRows != 2 || r.LateRows != 0 {
		t.Errorf("all in the window: %+v", r)
	}
	if r := read(100); r.Records != rows || r.MergedRows != 2 || r.LateRows != 1 {
		t.Errorf("one late: %+v", r)
	}
	if r := read(-1); r.Records != rows+2 || r.MergedRows != 0 {
		t.Errorf("nothing merged: %+v", r)
	}
}

func TestRowsWithoutIDAreNotMerged(t *testing.T) {
	row := `{"id":"","createdDateTime":"2024-01-01T00:00:00Z","correlationId":"c","status":{"errorCode":0}}` + "\n"
	if list, _ := readText(t, row+row+strings.ReplaceAll(row, `""`, `"00000000-0000-0000-0000-000000000000"`)+row); len(list) != 4 {
		t.Errorf("read %d records, want 4", len(list))
	}
}

// TestMergedRecordsOwnTheirSlices reads enough for every buffer to be used again
// while merged records are held.
func TestMergedRecordsOwnTheirSlices(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, `{"id":"id%d","createdDateTime":"2024-01-01T00:00:00Z","correlationId":"c","status":{"errorCode":0}}`+"\n", i)
		fmt.Fprintf(&b, `{"id":"id%d","createdDateTime":"2024-01-01T00:00:00Z","correlationId":"c","status":{"errorCode":0},"authenticationProcessingDetails":[{"key":"k","value":"%d"}]}`+"\n", i, i)
	}
	i := 0
	for rec, err := range signinlog.NewReader("log", reader(b.String()), signinlog.Options{MergeWindow: 300}).All() {
		if err != nil {
			t.Fatal(err)
		}
		if want := itoa(i); len(rec.AuthenticationProcessingDetails) != 1 || rec.AuthenticationProcessingDetails[0].Value != want {
			t.Fatalf("record %d has %v", i, rec.AuthenticationProcessingDetails)
		}
		i++
	}
	if i != 3000 {
		t.Errorf("read %d records", i)
	}
}
