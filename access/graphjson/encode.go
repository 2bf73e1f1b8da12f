package graphjson

import (
	"fmt"

	"github.com/sallyport-id/sallyport/access"
)

// EncodePolicy returns p as Graph's JSON. What p was read from is kept but for
// the members whose meaning has changed since; a policy made from scratch has
// all of Graph's members. It fails if p means something that Graph has no words
// for, such as a frequency of 90 minutes.
func EncodePolicy(p *Policy) ([]byte, error) { return indented(p.Node()) }

// EncodeLocation returns l as Graph's JSON, as EncodePolicy does for a policy.
func EncodeLocation(l *Location) ([]byte, error) { return indented(l.Node()) }

// EncodeStrength returns s as Graph's JSON, as EncodePolicy does for a policy.
func EncodeStrength(s *Strength) ([]byte, error) { return indented(s.Node()) }

func indented(n *Node, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return n.Indent(), nil
}

// MarshalJSON writes p as EncodePolicy does.
func (p Policy) MarshalJSON() ([]byte, error) { return marshal(p.Node()) }

// MarshalJSON writes l as EncodeLocation does.
func (l Location) MarshalJSON() ([]byte, error) { return marshal(l.Node()) }

// MarshalJSON writes s as EncodeStrength does.
func (s Strength) MarshalJSON() ([]byte, error) { return marshal(s.Node()) }

func marshal(n *Node, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return n.MarshalJSON()
}

// Node returns p as Graph's JSON; see EncodePolicy.
func (p *Policy) Node() (*Node, error) {
	now, err := policyNode(p)
	if err != nil || p.Origin == nil {
		return now, err
	}
	was, errs := decodePolicy(p.Origin, "")
	then, err := policyNode(&was)
	if len(errs) > 0 || err != nil {
		return nil, fmt.Errorf("write policy %q: what it was read from has errors", p.DisplayName)
	}
	details := p.Origin.Member("details")
	if details.Kind() != Object {
		return rewrite(p.Origin, then, now)
	}
	rewritten, err := rewrite(details, then, now)
	if err != nil {
		return nil, err
	}
	return p.Origin.with("details", rewritten), nil
}

// rewrite returns the policy origin with the changes from then to now. Where one
// thing can be said in two places, as guests by a keyword and by an object, changed
// members alone may not say the right thing beside those that stay: then all of
// ours are written, and at last instead of all others.
func rewrite(origin, then, now *Node) (*Node, error) {
	n := patch(origin, then, now)
	for _, harder := range []func(was, now *Node) *Node{overlay, func(_, now *Node) *Node { return now }} {
		says, err := saying(n, now)
		if err != nil {
			return nil, err
		}
		for _, m := range now.members {
			if !m.Value.Equal(says.Member(m.Name)) {
				n = n.with(m.Name, harder(n.Member(m.Name), m.Value))
			}
		}
	}
	says, err := saying(n, now)
	if err == nil && !says.Equal(now) {
		err = fmt.Errorf("write policy %s: Graph's JSON has no words for it", valueText(now.Member("displayName")))
	}
	return n, err
}

// saying returns what the policy n says in our own form, in which now is written.
func saying(n, now *Node) (*Node, error) {
	p, errs := decodePolicy(n, "")
	if len(errs) > 0 {
		return nil, errs
	}
	p.keepTemplate(now)
	return policyNode(&p)
}

// keepTemplate takes over what the template around a policy tells.
func (p *Policy) keepTemplate(now *Node) {
	p.TemplateID = either(p.TemplateID, now.Member("templateId").Text())
	p.DisplayName = either(p.DisplayName, now.Member("displayName").Text())
	p.Description = either(p.Description, now.Member("description").Text())
}

// overlay returns origin with all members of now that say something, there or in
// origin.
func overlay(origin, now *Node) *Node {
	if origin.Kind() != Object || now.Kind() != Object {
		return now
	}
	for _, m := range now.members {
		if origin.index(m.Name) < 0 && !configured(m.Value) {
			continue
		}
		origin = origin.with(m.Name, overlay(origin.Member(m.Name), m.Value))
	}
	return origin
}

// Node returns l as Graph's JSON; see EncodeLocation.
func (l *Location) Node() (*Node, error) {
	now := locationNode(l)
	if l.Origin == nil {
		return now, nil
	}
	was, errs := decodeLocation(l.Origin, "")
	if len(errs) > 0 {
		return nil, fmt.Errorf("write location %q: what it was read from has errors: %w", l.DisplayName, errs)
	}
	return patch(l.Origin, locationNode(&was), now), nil
}

// Node returns s as Graph's JSON; see EncodeStrength.
func (s *Strength) Node() (*Node, error) {
	now := strengthNode(s)
	if s.Origin == nil {
		return now, nil
	}
	was, errs := decodeStrength(s.Origin, "")
	if len(errs) > 0 {
		return nil, fmt.Errorf("write authentication strength %q: what it was read from has errors: %w", s.DisplayName, errs)
	}
	return patch(s.Origin, strengthNode(&was), now), nil
}

// patch returns origin with the changes that lead from one form to another, both
// of them made by us from what origin means. What we do not know of stays.
func patch(origin, then, now *Node) *Node {
	if then.Equal(now) {
		return origin
	}
	if origin.Kind() != Object || then.Kind() != Object || now.Kind() != Object {
		return now
	}
	for _, m := range now.members {
		if before := then.Member(m.Name); !m.Value.Equal(before) {
			origin = origin.patchMember(m.Name, before, m.Value)
		}
	}
	for _, m := range then.members {
		if now.index(m.Name) < 0 && origin.index(m.Name) >= 0 {
			origin = origin.without(m.Name)
		}
	}
	return origin
}

// patchMember patches the named member of the object n, or of the additional
// properties that PowerShell writes apart.
func (n *Node) patchMember(name string, then, now *Node) *Node {
	if more := n.Member(additional); n.index(name) < 0 && more.index(name) >= 0 {
		return n.with(additional, more.patchMember(name, then, now))
	}
	if old := n.Member(name); configured(old) {
		return n.with(name, patch(old, then, now))
	}
	return n.with(name, now)
}

// without returns a copy of the object n that lacks the named member.
func (n *Node) without(name string) *Node {
	c := *n
	i := n.index(name)
	c.members = append(append([]Member(nil), n.members[:i]...), n.members[i+1:]...)
	return &c
}

// odata returns a member that names the type.
func odata(name string) Member {
	return Member{Name: "@odata.type", Value: stringNode("#microsoft.graph." + name)}
}

// member returns a member.
func member(name string, v *Node) Member { return Member{Name: name, Value: v} }

func locationNode(l *Location) *Node {
	head := []Member{
		member("id", stringOrNull(string(l.ID))),
		member("displayName", stringNode(l.DisplayName)),
		member("createdDateTime", instantNode(l.Created)),
		member("modifiedDateTime", instantNode(l.Modified)),
	}
	kind := ipLocation
	var tail []Member
	switch {
	case l.CompliantNetwork:
		kind = compliantLocation
		tail = []Member{member("compliantNetworkType", stringNode("allTenantCompliantNetworks"))}
	case l.IsCountry || len(l.Countries) > 0 || l.IncludeUnknown:
		kind = countryLocation
		tail = countryMembers(&l.Location)
	default:
		tail = []Member{member("isTrusted", boolNode(l.Trusted)), member("ipRanges", rangesNode(l.Ranges))}
	}
	return objectNode(append(append([]Member{odata(kind)}, head...), tail...)...)
}

func countryMembers(l *access.Location) []Member {
	lookup := "clientIpAddress"
	if l.ByGPS {
		lookup = "authenticatorAppGps"
	}
	return []Member{
		member("countriesAndRegions", stringsNode(l.Countries)),
		member("countryLookupMethod", stringNode(lookup)),
		member("includeUnknownCountriesAndRegions", boolNode(l.IncludeUnknown)),
	}
}

// rangesNode writes blocks as blocks and other ranges by their bounds.
func rangesNode(list []access.Range) *Node {
	n := arrayNode()
	for _, r := range list {
		family := "iPv4"
		if r.First.Is6() {
			family = "iPv6"
		}
		if block, ok := cidr(r); ok {
			n.items = append(n.items, objectNode(odata(family+"CidrRange"), member("cidrAddress", stringNode(block))))
			continue
		}
		n.items = append(n.items, objectNode(odata(family+"Range"),
			member("lowerAddress", stringNode(r.First.String())),
			member("upperAddress", stringNode(r.Last.String()))))
	}
	return n
}

func strengthNode(s *Strength) *Node {
	combinations, configurations := arrayNode(), arrayNode()
	for _, c := range s.Combinations {
		name := stringNode(c.Methods.String())
		combinations.items = append(combinations.items, name)
		if len(c.AAGUIDs) > 0 {
			configurations.items = append(configurations.items, objectNode(odata("fido2CombinationConfiguration"),
				member("appliesToCombinations", arrayNode(name)), member("allowedAAGUIDs", stringsNode(c.AAGUIDs))))
		}
		if len(c.IssuerSKIs)+len(c.PolicyOIDs) > 0 {
			configurations.items = append(configurations.items, objectNode(odata("x509CertificateCombinationConfiguration"),
				member("appliesToCombinations", arrayNode(name)),
				member("allowedIssuerSkis", stringsNode(c.IssuerSKIs)), member("allowedPolicyOIDs", stringsNode(c.PolicyOIDs))))
		}
	}
	return objectNode(
		member("id", stringOrNull(string(s.ID))),
		member("createdDateTime", instantNode(s.Created)),
		member("modifiedDateTime", instantNode(s.Modified)),
		member("displayName", stringNode(s.DisplayName)),
		member("description", stringOrNull(s.Description)),
		member("policyType", stringOrNull(s.PolicyType)),
		member("requirementsSatisfied", stringOrNull(s.RequirementsSatisfied)),
		member("allowedCombinations", combinations),
		member("combinationConfigurations", configurations),
	)
}
