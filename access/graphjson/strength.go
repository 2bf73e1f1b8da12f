package graphjson

import (
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Strength is an authentication strength with what Graph stores beside its
// meaning.
type Strength struct {
	access.Strength

	Description           string
	PolicyType            string // builtIn or custom
	RequirementsSatisfied string // mfa or none, as Graph computed it (CA-140)
	Created               time.Time
	Modified              time.Time

	// Origin is what the strength was read from; nil for one made from scratch.
	Origin *Node
	// Path is the JSON path of Origin in its text.
	Path string
}

// DecodeStrength reads the authentication strength n, which stands at path in its
// text. The error is Errors. A combination with a method that is not known is an
// error: without it the strength would be another.
func DecodeStrength(n *Node, path string) (Strength, error) {
	s, errs := decodeStrength(n, path)
	return s, errs.orNil()
}

func decodeStrength(n *Node, path string) (Strength, Errors) {
	s := Strength{Origin: n, Path: path}
	if n.Kind() != Object {
		return s, Errors{n.Errorf(path, "found %s, expected an authentication strength", describe(n))}
	}
	r := &reader{prefix: path}
	o := &object{r: r, n: n}
	s.ID = access.StrengthID(o.text("id"))
	s.DisplayName = o.text("displayName")
	s.Description = o.text("description")
	s.PolicyType = o.text("policyType")
	s.RequirementsSatisfied = o.text("requirementsSatisfied")
	s.Created, s.Modified = o.instant("createdDateTime"), o.instant("modifiedDateTime")
	for i, item := range o.items("allowedCombinations") {
		if m := r.combination(item, indexPath("allowedCombinations", i)); m != 0 {
			s.Combinations = append(s.Combinations, access.Combination{Methods: m})
		}
	}
	for i, item := range o.items("combinationConfigurations") {
		path := indexPath("combinationConfigurations", i)
		if item.Kind() != Object {
			r.fail(item, path, "found %s, expected an object", describe(item))
			continue
		}
		(&object{r: r, n: item, path: path}).configuration(s.Combinations)
	}
	return s, append(n.Duplicates(), r.errs...)
}

// combination reads the methods of one combination; 0 if they are none.
func (r *reader) combination(n *Node, path string) access.Methods {
	methods, unknown, ok := methodEnum.flags(n)
	switch {
	case !ok || methods == 0 && len(unknown) == 0:
		r.fail(n, path, "found %s, expected authentication methods with commas between them", describe(n))
		return 0
	case len(unknown) > 0:
		r.fail(n, path, "found the method %q, expected one of %s", shorten(unknown[0]), strings.Join(methodEnum.names, ", "))
		return 0
	}
	return methods
}

// configuration narrows the combinations that the object names (CA-134).
func (o *object) configuration(all []access.Combination) {
	aaguids := ids[string](o, "allowedAAGUIDs")
	skis := ids[string](o, "allowedIssuerSkis")
	oids := ids[string](o, "allowedPolicyOIDs")
	o.read = append(o.read, "id", "appliesToCombinations")
	before := len(o.r.unrecognised)
	o.rest()
	for _, u := range o.r.unrecognised[before:] {
		o.r.fail(o.n, u.Path, "found a configuration that is not known")
	}
	o.r.unrecognised = o.r.unrecognised[:before]
	if aaguids == nil && skis == nil && oids == nil {
		return
	}
	applies := o.items("appliesToCombinations")
	if len(applies) == 0 {
		o.r.fail(o.n, o.within("appliesToCombinations"), "found nothing, expected the combinations that this narrows")
	}
	for i, item := range applies {
		path := indexPath(o.within("appliesToCombinations"), i)
		methods := o.r.combination(item, path)
		for j := range all {
			if c := &all[j]; methods == c.Methods {
				o.narrow(c, aaguids, skis, oids, item, path)
			}
		}
	}
}

func (o *object) narrow(c *access.Combination, aaguids, skis, oids []string, item *Node, path string) {
	if aaguids != nil && c.AAGUIDs != nil || (skis != nil || oids != nil) && (c.IssuerSKIs != nil || c.PolicyOIDs != nil) {
		o.r.fail(item, path, "found %s again, expected one configuration of a kind for a combination", strconv.Quote(c.Methods.String()))
		return
	}
	if aaguids != nil {
		c.AAGUIDs = aaguids
	}
	if skis != nil || oids != nil {
		c.IssuerSKIs, c.PolicyOIDs = skis, oids
	}
}
