package accesstest_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/access/accesstest"
)

func TestCorpus(t *testing.T) {
	cases, err := accesstest.LoadCorpus()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range accesstest.Run(cases, accesstest.Engine) {
		t.Run(r.At.File+"/"+r.Name, func(t *testing.T) {
			if r.Status != accesstest.Passed {
				t.Error("\n" + r.Text())
			}
		})
	}
	t.Logf("%d cases", len(cases))
}
