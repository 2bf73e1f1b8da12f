package accesstest_test

import (
	"fmt"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

func Example() {
	cases, err := accesstest.Parse("office.case", []byte(`
location "HQ" trusted 203.0.113.0/24

policy "Only from the office"
  locations All exclude AllTrusted
  grant block

case "Outside" CA-60
  user alice
  app Exchange
  ip 198.51.100.7
  expect block 53003

case "Inside, expected wrongly"
  user alice
  app Exchange
  ip 203.0.113.9
  expect block
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range accesstest.Run(cases, accesstest.Engine) {
		fmt.Println(r.Status, r.Name)
		for _, f := range r.Failures {
			fmt.Println(f)
		}
	}
	// Output:
	// passed Outside
	// failed Inside, expected wrongly
	// office.case:18:10: wanted block, got grant 0
}
