package graphjson

import (
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// Policy is a policy with what Graph stores beside its meaning.
type Policy struct {
	access.Policy

	Description string
	TemplateID  string
	Created     time.Time // zero: not told
	Modified    time.Time // zero: never, or not told
	// Deleted is whether the policy is in the recycle bin, where it is
	// neither evaluated nor listed (CA-7). It is read only.
	Deleted bool
	// Strength is the authentication strength that the grant controls carry
	// with its combinations; nil where there is none or only its id.
	Strength *Strength

	// Origin is what the policy was read from; nil for one made from scratch.
	// For a template it is the whole template.
	Origin *Node
	// Path is the JSON path of Origin in its text; empty if it is all of it.
	Path string
}

// onUnknown is where access.Policy's OnUnknown stands in Graph's JSON, as an
// annotation of our own that other readers skip.
const onUnknown = "@sallyport.onUnknown"

// maxUnrecognised is how many values of a policy may be not known; a real one has
// a handful.
const maxUnrecognised = 1000

// DecodePolicy reads the policy n, or the policy of the template n (whose state
// is access.StateNone); path is where n stands in its text. The error is Errors;
// the policy then lacks what could not be read.
func DecodePolicy(n *Node, path string) (Policy, error) {
	p, errs := decodePolicy(n, path)
	return p, errs.orNil()
}

func decodePolicy(n *Node, path string) (Policy, Errors) {
	r := &reader{prefix: path}
	p := Policy{Origin: n, Path: path}
	if n.Kind() != Object {
		return p, Errors{n.Errorf(path, "found %s, expected a policy", describe(n))}
	}
	o := &object{r: r, n: n}
	if details := o.object("details"); details != nil {
		p.TemplateID = o.text("id")
		p.DisplayName = o.text("name")
		p.Description = o.text("description")
		details.path = ""
		r.prefix = joinPath(path, "details")
		o = details
	}
	o.policy(&p)
	p.Unrecognised = r.unrecognised
	if len(p.Unrecognised) > maxUnrecognised {
		p.Unrecognised = p.Unrecognised[:maxUnrecognised]
		r.fail(n, "", "found more than %d values that are not known", maxUnrecognised)
	}
	return p, append(n.Duplicates(), r.errs...)
}

func (o *object) policy(p *Policy) {
	p.ID = access.PolicyID(o.text("id"))
	p.TemplateID = either(o.text("templateId"), p.TemplateID)
	p.DisplayName = either(o.text("displayName"), p.DisplayName)
	p.Description = either(o.text("description"), p.Description)
	p.Created = o.instant("createdDateTime")
	p.Modified = o.instant("modifiedDateTime")
	p.Deleted = o.text("deletedDateTime") != ""
	p.State = o.state()
	if strings.EqualFold(o.text(onUnknown), "skips") {
		p.OnUnknown = access.UnknownSkips
	}
	if c := o.object("conditions"); c != nil {
		p.Conditions = c.conditions()
	}
	if g := o.object("grantControls"); g != nil {
		p.Grant, p.Strength = g.grantControls()
	}
	if s := o.object("sessionControls"); s != nil {
		p.Session = s.sessionControls()
	}
	// A policy that is enabled for some people only would be read as one
	// for all. Other unknown members beside these do not select attempts.
	if n := o.member("partialEnablementStrategy"); n != nil {
		o.r.unrecognise(n, o.within("partialEnablementStrategy"))
	}
}

// At returns what stands at a JSON path inside the policy, as Unrecognised and
// access.Fault give it, or the deepest value on the way to it; nil for a policy
// made from scratch. Its Place is what an error should name.
func (p *Policy) At(path string) *Node {
	if details := p.Origin.Member("details"); details.Kind() == Object {
		return details.At(path)
	}
	return p.Origin.At(path)
}

// either returns the first of two strings that is not empty.
func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// states are in the order of Graph's numbers.
var states = [...]access.State{access.StateEnabled, access.StateDisabled, access.StateReportOnly}

// state reads the state. A word that is none is an error and not only
// unrecognised: whether the policy is in force is no matter for guesses.
func (o *object) state() access.State {
	n := o.member("state")
	var names []string
	for i, s := range states {
		if n.Kind() == String && strings.EqualFold(n.text, s.String()) || n.Kind() == Number && n.text == intNode(i).text {
			return s
		}
		names = append(names, s.String())
	}
	if n != nil {
		o.wrong(n, "state", "one of "+strings.Join(names, ", "))
	}
	return access.StateNone
}
