package signinlog_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

func Example() {
	log := `{"value":[
	  {"id":"1","createdDateTime":"2024-07-23T15:19:52Z","userPrincipalName":"ada@contoso.com","status":{"errorCode":53003},
	   "appliedConditionalAccessPolicies":[{"displayName":"Block old mail","result":"failure"},{"displayName":"Require MFA","result":"notApplied"}]},
	  {"id":"2","createdDateTime":"yesterday","status":{"errorCode":0}}]}`

	r := signinlog.NewReader("export", strings.NewReader(log), signinlog.Options{})
	for rec, err := range r.All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, p := range rec.AppliedPolicies {
			if signinlog.Is(p.Result, access.ResultFailure) {
				fmt.Printf("%s was refused (%d) by %q\n", rec.UserPrincipalName, rec.Status.ErrorCode.Value, p.DisplayName)
			}
		}
	}
	for _, p := range r.Report().Problems {
		fmt.Println(p)
	}
	// Output:
	// ada@contoso.com was refused (53003) by "Block old mail"
	// export:4: row 2: found "yesterday" as a date, expected one such as 2024-07-23T15:19:52Z
}

func ExampleNewJSONLinesWriter() {
	w := signinlog.NewJSONLinesWriter(os.Stdout)
	rec := &signinlog.Record{ID: "1", UserPrincipalName: "ada@contoso.com"}
	rec.Status.ErrorCode = signinlog.Told[access.ResultCode](50126)
	if err := w.Write(rec); err != nil {
		fmt.Println(err)
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"id":"1","createdDateTime":"0001-01-01T00:00:00Z","userPrincipalName":"ada@contoso.com","status":{"errorCode":50126}}
}
