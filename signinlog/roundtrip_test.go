package signinlog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// full returns a record in which every field is told, each text being other than
// all others, so that a field forgotten anywhere shows.
func full() *signinlog.Record {
	r := &signinlog.Record{}
	n := 0
	fill(reflect.ValueOf(r).Elem(), "", &n)
	r.Source = signinlog.Source{}
	r.UserType, r.ConditionalAccessStatus = "guest", "failure"
	r.AuthenticationRequirement, r.AuthenticationProtocol = "multiFactorAuthentication", "deviceCode"
	r.SignInEventTypes = []string{"nonInteractiveUser"}
	r.Inputs = json.RawMessage(`{"userId":"u","groups":["a","b"]}`)
	return r
}

func fill(v reflect.Value, name string, n *int) {
	*n++
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.Date(2024, 7, 23, 15, 19, *n%60, *n*1000+7, time.UTC)
		return
	case *json.RawMessage:
		return
	case *signinlog.Maybe[access.Result]:
		*p = signinlog.Told(access.ResultReportOnlyFailure)
		return
	case *signinlog.Maybe[access.Condition]:
		*p = signinlog.Told(access.Condition(*n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s %d \"é\"", name, *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint32:
		v.SetUint(uint64(*n % 8))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.125)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name, n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), name, n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Source" {
				fill(v.Field(i), v.Type().Field(i).Name, n)
			}
		}
	}
}

var writers = map[string]func(*bytes.Buffer) signinlog.Writer{
	"JSON lines": func(b *bytes.Buffer) signinlog.Writer { return signinlog.NewJSONLinesWriter(b) },
	"CSV":        func(b *bytes.Buffer) signinlog.Writer { return signinlog.NewCSVWriter(b) },
	"ECS":        func(b *bytes.Buffer) signinlog.Writer { return signinlog.NewECSWriter(b) },
	"Parquet":    func(b *bytes.Buffer) signinlog.Writer { return signinlog.NewParquetWriter(b) },
}

func TestRoundTrip(t *testing.T) {
	var list []*signinlog.Record
	for _, row := range graphRows(300, 5) {
		got, _ := readText(t, string(row))
		list = append(list, got...)
	}
	list = append(list, full(), &signinlog.Record{ID: "bare", Time: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), CorrelationID: "c", AppID: "a", IPAddress: "::1"})
	for name, open := range writers {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			write(t, open(&buf), list)
			path := filepath.Join(t.TempDir(), "log")
			if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			got, report := readFiles(t, path)
			if len(report.Problems) > 0 {
				t.Fatal(report.Problems)
			}
			compare(t, got, list)
		})
	}
}

func write(t *testing.T, w signinlog.Writer, list []*signinlog.Record) {
	t.Helper()
	for _, rec := range list {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEmptyFilesAreRead(t *testing.T) {
	for name, open := range writers {
		var buf bytes.Buffer
		if err := open(&buf).Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if list, report := readFiles(t, path); len(list) != 0 || len(report.Problems) != 0 {
			t.Errorf("%s: read %d records, problems %v", name, len(list), report.Problems)
		}
	}
}

// TestParquetOfManyGroups writes more than fits in one group of rows.
func TestParquetOfManyGroups(t *testing.T) {
	var buf bytes.Buffer
	w := signinlog.NewParquetWriter(&buf)
	n := 20000
	rec := &signinlog.Record{Time: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)}
	for i := range n {
		rec.ID = itoa(i)
		write := w.Write(rec)
		if write != nil {
			t.Fatal(write)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	list, _ := readFiles(t, path)
	if len(list) != n || list[n-1].ID != itoa(n-1) {
		t.Errorf("read %d records", len(list))
	}
}

func TestParquetFromAStream(t *testing.T) {
	var buf bytes.Buffer
	write(t, signinlog.NewParquetWriter(&buf), []*signinlog.Record{full()})
	if _, report := readText(t, buf.String()); report.BadFiles != 1 || !strings.Contains(report.Problems[0].Reason, "from a file only") {
		t.Errorf("problems %v", report.Problems)
	}
}

// TestDocuments pins the forms that others read.
func TestDocuments(t *testing.T) {
	list, _ := readText(t, `{"id":"r","createdDateTime":"2024-07-23T15:19:52Z","correlationId":"c","userId":"u","userPrincipalName":"ada@contoso.com","userType":"member","isInteractive":true,`+
		`"appId":"a","appDisplayName":"App","resourceId":"g","resourceDisplayName":"Graph","ipAddress":"192.0.2.1","homeTenantId":"h","resourceTenantId":"h","conditionalAccessStatus":"failure",`+
		`"status":{"errorCode":50074,"failureReason":"asked"},"location":{"city":"Berlin","countryOrRegion":"DE","geoCoordinates":{"latitude":52.5,"longitude":13.4}},"authenticationProtocol":"deviceCode",`+
		`"deviceDetail":{"operatingSystem":"Windows 10","isCompliant":false},"riskLevelDuringSignIn":"medium",`+
		`"authenticationDetails":[{"authenticationMethod":"Password","succeeded":true}],"appliedConditionalAccessPolicies":[{"id":"p","displayName":"P","result":"failure","conditionsSatisfied":3,"conditionsNotSatisfied":0,"enforcedGrantControls":["Mfa"]}]}`)
	for name, open := range map[string]func(*bytes.Buffer) signinlog.Writer{
		"ecs":  writers["ECS"],
		"ocsf": func(b *bytes.Buffer) signinlog.Writer { return signinlog.NewOCSFWriter(b) },
	} {
		var buf bytes.Buffer
		write(t, open(&buf), list)
		var doc any
		if err := json.Unmarshal(buf.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		got, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name+".golden.json")
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, append(got, '\n'), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got)+"\n" != string(want) {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
		}
	}
}
