package accesstest

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

var controlWords = named("a grant control", bits(access.Controls(1<<9-1)&^(1<<7))...)

// grant reads items joined by the word and, or by the word or.
func (d *policyDraft) grant(n *node) error {
	g := &access.GrantControls{}
	var joint token
	for i, t := range n.args() {
		if i%2 == 1 {
			if !t.is("and") && !t.is("or") {
				return t.errorf("found %s, expected \"and\" or \"or\" between two controls", t.shown())
			}
			if joint.text != "" && joint.text != t.text {
				return t.errorf("found %q after %q; all controls of a policy are joined by the same word", t.text, joint.text)
			}
			joint = t
			continue
		}
		if err := d.item(g, t); err != nil {
			return err
		}
	}
	if len(n.args())%2 == 0 {
		return n.after().errorf("%q ends here; expected a control", joint.text)
	}
	g.Any = joint.text == "or"
	d.policy.Grant = g
	return nil
}

func (d *policyDraft) item(g *access.GrantControls, t token) error {
	prefix, name, _ := strings.Cut(t.text, ":")
	switch prefix {
	case "strength":
		id, err := d.declared(aStrength, t, name)
		g.Strength = access.StrengthID(id)
		return err
	case "terms":
		g.TermsOfUse = append(g.TermsOfUse, access.AgreementID(d.names.id(aTermsFile, name)))
		return nil
	case "custom":
		g.Custom = append(g.Custom, name)
		return nil
	}
	c, err := controlWords.look(t)
	if err != nil {
		return unknownWord(t, "a grant control", append(slices.Clone(controlWords.shown), "strength:NAME", "terms:NAME", "custom:NAME"))
	}
	g.Controls |= c
	return nil
}
