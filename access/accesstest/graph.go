package accesstest

import (
	"errors"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// decode reads a JSON object of a case file; faults in it are told at their
// places in the file.
func (p *parser) decode(body token) (graphjson.Document, error) {
	doc, err := graphjson.Decode(body.File, inPlace(body))
	return doc, inFile(err)
}

// inFile turns an error about a JSON object into one of the case file, in which
// it stands.
func inFile(err error) error {
	if err == nil {
		return nil
	}
	var e *graphjson.Error
	if !errors.As(err, &e) {
		return err
	}
	message := e.Reason
	if e.Path != "" {
		message = e.Path + ": " + message
	}
	return &Error{Position{e.File, e.Line, e.Column}, message}
}

// inPlace returns the object's text as far down and right as it stands.
func inPlace(body token) []byte {
	return []byte(strings.Repeat("\n", body.Line-1) + strings.Repeat(" ", body.Column-1) + body.text)
}

// graphPolicy reads a policy in Graph's JSON, with or without a name before it.
func (p *parser) graphPolicy(args []token) (access.Policy, error) {
	body := args[len(args)-1]
	if len(args) > 2 || body.kind != object {
		return access.Policy{}, body.errorf("found %s after a policy in JSON, expected the line to end", body.shown())
	}
	doc, err := p.decode(body)
	if err != nil {
		return access.Policy{}, err
	}
	if len(doc.Policies) != 1 {
		return access.Policy{}, body.errorf("this JSON object is no policy: expected conditions, and grantControls or sessionControls")
	}
	policy := doc.Policies[0]
	if name := args[0]; len(args) == 2 {
		if policy.DisplayName != "" && policy.DisplayName != name.text {
			return policy.Policy, name.errorf("the policy is %s here, but its displayName is %q", name.shown(), policy.DisplayName)
		}
		policy.DisplayName = name.text
	}
	p.takePolicy(&policy)
	return policy.Policy, nil
}

// takePolicy gives the policy an id, if it has none, and keeps the strength that
// it carries.
func (p *parser) takePolicy(policy *graphjson.Policy) {
	if policy.ID == "" {
		policy.ID = access.PolicyID(p.names.id(aPolicy, policy.DisplayName))
	}
	p.names.bind(aPolicy, policy.DisplayName, string(policy.ID))
	if policy.Strength != nil {
		p.takeStrength(policy.Strength.Strength)
	}
}

func (p *parser) graphLocation(body token) error {
	doc, err := p.decode(body)
	if err != nil {
		return err
	}
	if len(doc.Locations) != 1 {
		return body.errorf("this JSON object is no named location: expected ipRanges or countriesAndRegions")
	}
	p.takeLocation(doc.Locations[0].Location)
	return nil
}

func (p *parser) takeLocation(l access.Location) {
	if l.ID == "" {
		l.ID = access.LocationID(stable(aLocation, l.DisplayName))
	}
	p.locations = append(slices.Clip(p.locations), l)
	p.names.bind(aLocation, l.DisplayName, string(l.ID))
}

func (p *parser) graphStrength(body token) error {
	doc, err := p.decode(body)
	if err != nil {
		return err
	}
	if len(doc.Strengths) != 1 {
		return body.errorf("this JSON object is no authentication strength: expected allowedCombinations")
	}
	p.takeStrength(doc.Strengths[0].Strength)
	return nil
}

// takeStrength keeps a strength that is not known yet; the built-in ones are.
func (p *parser) takeStrength(s access.Strength) {
	if s.ID == "" {
		s.ID = access.StrengthID(stable(aStrength, s.DisplayName))
	}
	p.names.bind(aStrength, s.DisplayName, string(s.ID))
	builtIn := s.ID == access.StrengthMFA || s.ID == access.StrengthPasswordless || s.ID == access.StrengthPhishingResistant
	if builtIn || slices.ContainsFunc(p.strengths, func(x access.Strength) bool { return strings.EqualFold(string(x.ID), string(s.ID)) }) {
		return
	}
	p.strengths = append(slices.Clip(p.strengths), s)
}

// graphFacts reads facts as the program's own JSON has them, or as a What-If
// request.
func (d *caseDraft) graphFacts(n *node) error {
	body, err := one(n.head(), n.args(), "a JSON object")
	if err != nil {
		return err
	}
	if body.kind != object {
		return body.errorf("found %s, expected a JSON object", body.shown())
	}
	j, err := graphjson.Parse(body.File, inPlace(body))
	if err != nil {
		return inFile(err)
	}
	f, err := graphjson.DecodeFacts(j, "")
	if err != nil {
		return inFile(err)
	}
	for w, x := range factWords {
		if x.take(&d.facts, &f) {
			d.told[w] = true
			d.remember(w)
		}
	}
	d.registered = d.registered && !f.Device.IsKnown()
	return nil
}
