package accesstest

import (
	"fmt"

	"github.com/sallyport-id/sallyport/access"
)

// Engine is the Evaluator of package access. It asks for the decision and for
// the explanation and fails where the two differ.
func Engine(src access.Source, opt access.Options, facts *access.Facts) (Answer, error) {
	set, err := access.Compile(src, opt)
	if err != nil {
		return Answer{}, err
	}
	e := set.Explain(facts)
	if d := set.Decide(facts); d != e.Decision {
		return Answer{}, fmt.Errorf("answers of Decide and Explain differ: %v %d %v, and %v %d %v", d.Verdict, d.Code, d.Status, e.Verdict, e.Code, e.Status)
	}
	return Answer{Decision: e.Decision, Outcomes: e.Outcomes, Session: e.Session, Reasons: e.Reasons}, nil
}
