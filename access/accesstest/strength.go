package accesstest

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// strength reads
//
//	strength "Keys"
//	  allow fido2 aaguid yubikey, feitian
//	  allow x509CertificateMultiFactor issuer 9A4248C6 policy 1.2.3
//	  allow password+sms
func (p *parser) strength(n *node) error {
	name, err := one(n.head(), n.args(), "the strength's name")
	if err != nil {
		return err
	}
	if name.kind == object {
		return p.graphStrength(name)
	}
	if _, taken := p.names.known(aStrength, name.text); taken {
		return name.errorf("a strength %q is known already", name.text)
	}
	s := access.Strength{ID: access.StrengthID(stable(aStrength, name.text)), DisplayName: name.text}
	for _, k := range n.kids {
		if !k.head().is("allow") {
			return unknownWord(k.head(), `"allow" and a combination of methods`, []string{"allow"})
		}
		c, err := p.combination(k)
		if err != nil {
			return err
		}
		s.Combinations = append(s.Combinations, c)
	}
	p.strengths = append(p.strengths, s)
	p.names.bind(aStrength, name.text, string(s.ID))
	return nil
}

func (p *parser) combination(n *node) (access.Combination, error) {
	var c access.Combination
	if err := n.leaf(); err != nil {
		return c, err
	}
	args := n.args()
	if len(args) == 0 {
		return c, n.after().errorf("expected methods joined by +, such as password+sms")
	}
	var err error
	if c.Methods, err = methods(args[0]); err != nil {
		return c, err
	}
	var list *[]string
	for _, t := range args[1:] {
		switch {
		case t.is("aaguid"):
			list = &c.AAGUIDs
		case t.is("issuer"):
			list = &c.IssuerSKIs
		case t.is("policy"):
			list = &c.PolicyOIDs
		case list == nil:
			return c, unknownWord(t, "what narrows the combination", []string{"aaguid", "issuer", "policy"})
		case list == &c.AAGUIDs:
			*list = append(*list, p.names.id(anAAGUID, t.text))
		default:
			*list = append(*list, t.text)
		}
	}
	return c, nil
}

var methodWords = named("an authentication method", bits(access.Methods(1<<18-1)&^(1<<16))...)

// methods reads methods joined by +.
func methods(t token) (access.Methods, error) {
	var sum access.Methods
	at := 0
	for m := range strings.SplitSeq(t.text, "+") {
		part := t
		part.text, part.Column = m, t.Column+at
		x, err := methodWords.look(part)
		if err != nil {
			return 0, err
		}
		sum |= x
		at += len(m) + 1
	}
	return sum, nil
}
