package decision

import (
	"fmt"
	"strings"
)

// expr is a condition that each engine's language can say. Applies and unmet
// are built once from a spec and then written in every language, so that no
// engine is favoured by a better reading.
type expr interface{ isExpr() }

type (
	all   []expr // every one holds; none: true
	some  []expr // one holds; none: false
	not   struct{ of expr }
	equal struct{ name, value string }
	oneOf struct { // a single attribute is in a list
		name   string
		values []string
	}
	overlap struct { // a collection shares an element with a list
		name   string
		values []string
	}
	within struct{ place *place } // the address or country is in a place
	prefix struct{ name, value string }
	flag   struct{ name string } // a boolean attribute
)

func (all) isExpr()     {}
func (some) isExpr()    {}
func (not) isExpr()     {}
func (equal) isExpr()   {}
func (oneOf) isExpr()   {}
func (overlap) isExpr() {}
func (within) isExpr()  {}
func (prefix) isExpr()  {}
func (flag) isExpr()    {}

// rule is one consequence of a policy: should when hold, the attempt is blocked
// or interrupted.
type rule struct {
	id    string // of the policy
	block bool
	when  all
}

// rules writes a policy as one rule, or two where it depends on the attempt
// whether a prompt helps. Literals that are cheap and selective come first.
func (w *workload) rules(p *spec) []rule {
	applies := w.applies(p)
	with := func(block bool, unmet ...expr) rule {
		return rule{p.id, block, append(append(all{}, applies...), unmet...)}
	}
	met := func(control string) expr { return flag{control} }
	switch c := p.controls; {
	case c[0] == "block":
		return []rule{with(true)}
	case len(c) == 1:
		return []rule{with(!prompts(c[0]), not{met(c[0])})}
	case p.any:
		return []rule{with(!prompts(c[0]) && !prompts(c[1]), not{met(c[0])}, not{met(c[1])})}
	default: // mfa and compliantDevice
		return []rule{with(false, not{met(c[0])}), with(true, met(c[0]), not{met(c[1])})}
	}
}

func (w *workload) applies(p *spec) all {
	var e all
	in := func(name string, values []string) {
		if len(values) > 0 {
			e = append(e, oneOf{name, values})
		}
	}
	in("app", p.apps)
	in("signInRisk", p.signInRisk)
	in("userRisk", p.userRisk)
	in("flow", p.flows)
	in("client", p.clients)
	in("platform", p.platforms)
	out := func(name string, values []string) {
		if len(values) > 0 {
			e = append(e, not{oneOf{name, values}})
		}
	}
	out("app", p.notApps)
	out("platform", p.notPlatforms)
	out("user", p.notUsers)
	switch {
	case p.allUsers:
	case len(p.groups) > 0:
		e = append(e, overlap{"groups", p.groups})
	default:
		e = append(e, overlap{"roles", p.roles})
	}
	e = append(e, not{overlap{"groups", p.notGroups}})
	if p.device != nil {
		e = append(e, p.device.expr())
	}
	if len(p.places) > 0 {
		e = append(e, w.in(p.places))
	}
	if len(p.notPlaces) > 0 {
		e = append(e, not{w.in(p.notPlaces)})
	}
	return e
}

func (d *deviceRule) expr() expr {
	var e expr
	switch d.kind {
	case "compliantOrJoined":
		e = some{flag{"isCompliant"}, equal{"trust", "ServerAD"}}
	case "model":
		e = prefix{"model", d.value}
	case "tag":
		e = equal{"tag", d.value}
	}
	if d.exclude {
		return not{e}
	}
	return e
}

func (w *workload) in(places []int) expr {
	var e some
	for _, n := range places {
		for i := range w.places {
			if i == n || n == trustedPlaces && w.places[i].trusted {
				e = append(e, within{&w.places[i]})
			}
		}
	}
	return e
}

// infix writes an expression in a language of the C family.
type infix struct {
	literal func(expr) string
}

func (l infix) write(e expr) string {
	switch e := e.(type) {
	case all:
		return l.join(e, " && ", "true")
	case some:
		return "(" + l.join(e, " || ", "false") + ")"
	case not:
		return "!(" + l.write(e.of) + ")"
	}
	return l.literal(e)
}

func (l infix) join(list []expr, operator, none string) string {
	if len(list) == 0 {
		return none
	}
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = l.write(e)
	}
	return strings.Join(words, operator)
}

func quoted(values []string) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(words, ", ")
}
