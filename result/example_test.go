package result_test

import (
	"fmt"

	"github.com/sallyport-id/sallyport/result"
)

func ExampleLookup() {
	entry, _ := result.Lookup(53003)
	text := entry.Text(result.English)
	fmt.Println(entry.Name, entry.BaseRisk, text.Title)
	// Output: BlockedByConditionalAccess Medium Blocked by an access rule
}

func ExampleFind() {
	found := result.Find("Error Code: 53003\nRequest Id: 1b2c3d4e-0000-4000-8000-aabbccddeeff\nTimestamp: 2026-03-01T08:09:10Z")
	code, _ := found.Code()
	fmt.Println(code, found.RequestID, found.Time)
	// Output: 53003 1b2c3d4e-0000-4000-8000-aabbccddeeff 2026-03-01 08:09:10 +0000 UTC
}

func ExampleSearch() {
	for _, match := range result.Search("temporary pass expired", result.English)[:1] {
		fmt.Println(match.Entry.Code, match.Entry.Name)
	}
	// Output: 130504 AccessPassExpired
}

func ExampleText_Fill() {
	entry, _ := result.Lookup(result.BlockedByConditionalAccess)
	text := entry.Text(result.English)
	fmt.Println(text.Summary)
	fmt.Println(text.Fill(result.Values{result.PlaceholderIPAddress: "203.0.113.7"}).Summary)
	// Output:
	// Your password was right and nothing is broken, but a rule of your organization does not allow this sign-in.
	// Your password was right and nothing is broken, but a rule of your organization does not allow this sign-in from 203.0.113.7.
}
