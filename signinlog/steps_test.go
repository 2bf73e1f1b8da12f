package signinlog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/signinlog"
)

// logs writes files, by name, and returns their folder.
func logs(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestAuthenticationDetails(t *testing.T) {
	for _, name := range []string{"a.csv", "z.csv"} { // before and after the sign-ins
		list, report := readFiles(t, logs(t, map[string]string{"m.csv": fixture(t, "admin.csv"), name: fixture(t, "authenticationdetails.csv")}))
		if len(list) != 2 || report.Records != 2 || report.MergedRows != 3 || report.LateRows != 0 || report.OtherRows != 0 || len(report.Problems) != 0 {
			t.Fatalf("%s: read %d records, report %+v", name, len(list), report)
		}
		want := []signinlog.AuthenticationStep{
			{Time: at(t, "2025-12-01T10:11:11Z"), Method: "Password", MethodDetail: "Password in the cloud", Succeeded: signinlog.Told(true),
				ResultDetail: "Correct password", Requirement: "Primary authentication"},
			{Time: at(t, "2025-12-01T10:11:20Z"), Method: "Mobile app notification", MethodDetail: "Phone", Succeeded: signinlog.Told(false),
				ResultDetail: "MFA denied; user declined the authentication", Requirement: "Multifactor authentication"},
		}
		if got := list[0].AuthenticationDetails; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: steps\n%v, want\n%v", name, got, want)
		}
		if got := list[1].AuthenticationDetails; len(got) != 1 || list[1].Source.Rows != 2 || got[0].Method != "Previously satisfied" {
			t.Errorf("%s: record %+v", name, list[1])
		}
		for _, f := range report.Files {
			if strings.HasSuffix(f.Name, name) && f.Format != signinlog.FormatAuthenticationDetailsCSV {
				t.Errorf("%s: its format is %v", name, f.Format)
			}
		}
	}
}

const stepHeader = "Request ID,Authentication method,Succeeded\n"

// TestAuthenticationDetailsHeaders reads other spellings of the header. One with
// the date and id of a sign-in must not make sign-ins of steps.
func TestAuthenticationDetailsHeaders(t *testing.T) {
	for _, header := range []string{"request id,authentication method,succeeded", "RequestId;Authentication  Method ;SUCCEEDED;Result detail;Date (UTC)",
		"Date (UTC),Request ID,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement"} {
		cells := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ';' })
		for i, name := range cells {
			switch strings.ToLower(strings.ReplaceAll(name, " ", "")) {
			case "requestid":
				cells[i] = "a1"
			case "date(utc)":
				cells[i] = "2024-07-23T15:19:52Z"
			case "succeeded":
				cells[i] = "Yes"
			default:
				cells[i] = "Password"
			}
		}
		delimiter := ","
		if strings.Contains(header, ";") {
			delimiter = ";"
		}
		list, report := readFiles(t, logs(t, map[string]string{"log": graphOne, "steps": header + "\n" + strings.Join(cells, delimiter) + "\n"}))
		if len(list) != 1 || len(list[0].AuthenticationDetails) != 1 || !signinlog.Is(list[0].AuthenticationDetails[0].Succeeded, true) {
			t.Errorf("%s: read %d records, report %+v", header, len(list), report)
		}
	}
}

// TestAuthenticationDetailsFarAway has more sign-ins than the merge window.
func TestAuthenticationDetailsFarAway(t *testing.T) {
	const n = 12000
	var signIns, steps strings.Builder
	signIns.WriteString("Date (UTC),Request ID,Username,Status\n")
	steps.WriteString(stepHeader)
	for i := range n {
		fmt.Fprintf(&signIns, "2025-12-01T10:11:12Z,id%d,ada@contoso.com,Success\n", i)
		fmt.Fprintf(&steps, "id%d,Password,true\nid%d,Text message,false\n", i, n-1-i)
	}
	list, report := readFiles(t, logs(t, map[string]string{"InteractiveSignIns_2025-12-01.csv": signIns.String(), "InteractiveSignIns_AuthDetails_2025-12-01.csv": steps.String()}))
	if len(list) != n || report.MergedRows != 2*n || len(report.Problems) != 0 {
		t.Fatalf("read %d records, report %+v", len(list), report)
	}
	for i, rec := range list {
		if rec.ID != fmt.Sprintf("id%d", i) || len(rec.AuthenticationDetails) != 2 {
			t.Fatalf("record %d is %+v", i, rec)
		}
	}
}

// TestAuthenticationDetailsLeftOut has steps that end up in no record: those of
// no sign-in, and those that come too late, from a file that cannot be known
// beforehand.
func TestAuthenticationDetailsLeftOut(t *testing.T) {
	var signIns strings.Builder
	const n = 20000
	for i := range n {
		signIns.WriteString(graphWith(fmt.Sprintf("id%d", i)) + "\n")
	}
	unseen := strings.Repeat("\n", 5000) + stepHeader + fmt.Sprintf("id0,Password,true\nid%d,Password,true\nnone,Password,true\nnone,Password,true\n", n-1)
	folder := logs(t, map[string]string{"a": signIns.String(), "b": unseen})
	list, report := readFiles(t, folder)
	if len(list) != n || report.MergedRows != 2 || report.LateRows != 1 || report.Other["authentication details without their sign-in"] != 2 || report.Files[1].Other != 2 {
		t.Fatalf("read %d records, report %+v", len(list), report)
	}
	if len(list[n-1].AuthenticationDetails) != 1 || len(list[0].AuthenticationDetails) != 0 {
		t.Errorf("steps %v and %v", list[0].AuthenticationDetails, list[n-1].AuthenticationDetails)
	}
	want := filepath.Join(folder, "b") + ": authentication details in no record: 2 of no sign-in that was read, 1 of sign-ins further back than the merge window"
	if len(report.Problems) != 1 || report.Problems[0].Error() != want || report.BadRows+report.BadFiles != 0 {
		t.Errorf("problems %v, want %q", report.Problems, want)
	}
}

// TestAuthenticationDetailsOfFuller keeps the steps that a record has, which say
// the same and more.
func TestAuthenticationDetailsOfFuller(t *testing.T) {
	full := strings.Replace(graphOne, `"c1"`, `"c1","authenticationDetails":[{"authenticationMethod":"Password","authenticationStepResultDetail":"Correct password"}]`, 1)
	list, report := readFiles(t, logs(t, map[string]string{"log": full, "steps": stepHeader + "a1,Password,true\n"}))
	if len(list) != 1 || len(list[0].AuthenticationDetails) != 1 || list[0].AuthenticationDetails[0].ResultDetail != "Correct password" || report.MergedRows != 1 {
		t.Errorf("read %+v, report %+v", list, report)
	}
}

func TestAuthenticationDetailsUnmerged(t *testing.T) {
	r, err := signinlog.Open([]string{logs(t, map[string]string{"log": graphOne, "steps": stepHeader + "a1,Password,true\n"})}, signinlog.Options{MergeWindow: -1})
	if err != nil {
		t.Fatal(err)
	}
	list, report := readAll(t, r)
	if len(list) != 1 || len(list[0].AuthenticationDetails) != 0 || report.OtherRows != 1 {
		t.Errorf("read %+v, report %+v", list, report)
	}
}

func TestDamagedAuthenticationDetails(t *testing.T) {
	header := "Request ID,Authentication date,Authentication method,Succeeded\n"
	for name, c := range map[string]struct{ row, reason string }{
		"no id":               {",2024-07-23T15:19:52Z,Password,true", "found no request id"},
		"an empty id":         {"00000000-0000-0000-0000-000000000000,2024-07-23T15:19:52Z,Password,true", "found no request id"},
		"too few cells":       {"a1,2024-07-23T15:19:52Z", "found 2 cells, expected 4"},
		"a date that is none": {"a1,soon,Password,true", `found "soon" as a date`},
		"an open quote":       {`a1,2024-07-23T15:19:52Z,"Password`, "expected the quote that ends the cell"},
	} {
		t.Run(name, func(t *testing.T) {
			list, report := readFiles(t, logs(t, map[string]string{"log": graphOne, "steps": header + "a1,2024-07-23T15:19:52Z,Password,true\n" + c.row}))
			if len(list) != 1 || len(list[0].AuthenticationDetails) != 1 || report.BadRows != 1 || !strings.Contains(report.Problems[0].Reason, c.reason) || report.Problems[0].Line != 3 {
				t.Errorf("read %+v, report %+v", list, report)
			}
		})
	}
}
