package access_test

import (
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/accesstest"
)

// Every case of the corpus holds for the slow engine too.
func TestReferenceRunsCorpus(t *testing.T) {
	cases, err := accesstest.LoadCorpus()
	if err != nil {
		t.Fatal(err)
	}
	results := accesstest.Run(cases, func(src access.Source, opt access.Options, f *access.Facts) (accesstest.Answer, error) {
		if _, err := access.Compile(src, opt); err != nil {
			return accesstest.Answer{}, err // what is refused is never judged
		}
		a := judge(src, opt, f)
		return accesstest.Answer{Decision: a.Decision, Outcomes: a.outcomes, Session: a.session}, nil
	})
	if passed := results.Count(accesstest.Passed); passed < 250 {
		t.Errorf("%d cases passed; expected at least 250", passed)
	}
	for _, r := range results {
		if r.Status == accesstest.Failed {
			t.Error(r.Text())
		}
	}
}
