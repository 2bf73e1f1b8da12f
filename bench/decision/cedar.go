package decision

import (
	"fmt"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// newCedar writes each rule as a forbid policy. Two encodings are tried: groups,
// roles and app as sets and strings of the context, or as entities that the
// principal and the resource are in.
func newCedar(w *workload, entities bool) (engine, error) {
	l := cedarLanguage{entities: entities}
	set := cedar.NewPolicySet()
	var permit cedar.Policy
	if err := permit.UnmarshalCedar([]byte("permit (principal, action, resource);")); err != nil {
		return engine{}, err
	}
	set.Add("permit", &permit)
	for i := range w.policies {
		for _, r := range w.rules(&w.policies[i]) {
			var p cedar.Policy
			text := l.policy(r)
			if err := p.UnmarshalCedar([]byte(text)); err != nil {
				return engine{}, fmt.Errorf("%s: %w", text, err)
			}
			set.Add(cedar.PolicyID(consequence(r)), &p)
		}
	}
	name := "cedar-go, context"
	if entities {
		name = "cedar-go, entities"
	}
	return engine{name: name, prepare: l.prepare, decide: func(x any) (verdict, error) { return decideCedar(set, x.(*cedarAttempt)) }}, nil
}

// consequence names a rule so that its name tells what it does.
func consequence(r rule) string {
	if r.block {
		return "block " + r.id
	}
	return "interrupt " + r.id
}

type cedarAttempt struct {
	request  cedar.Request
	entities cedar.EntityMap
	legacy   bool
}

func decideCedar(set *cedar.PolicySet, a *cedarAttempt) (verdict, error) {
	_, diagnostic := cedar.Authorize(set, a.entities, a.request)
	if len(diagnostic.Errors) > 0 {
		return 0, fmt.Errorf("%s", diagnostic.Errors[0].Message)
	}
	interrupted, blocked := false, false
	for _, r := range diagnostic.Reasons {
		switch {
		case strings.HasPrefix(string(r.PolicyID), "block"):
			blocked = true
		case strings.HasPrefix(string(r.PolicyID), "interrupt"):
			interrupted = true
		}
	}
	return verdictOf(interrupted, blocked, a.legacy), nil
}

type cedarLanguage struct{ entities bool }

func (l cedarLanguage) policy(r rule) string {
	return "forbid (principal, action, resource) when { " + infix{l.literal}.write(r.when) + " };"
}

func (l cedarLanguage) literal(e expr) string {
	switch e := e.(type) {
	case flag:
		return "context." + e.name
	case equal:
		return fmt.Sprintf("context.%s == %q", e.name, e.value)
	case prefix:
		return fmt.Sprintf("context.%s like %q", e.name, e.value+"*")
	case oneOf:
		return l.oneOf(e)
	case overlap:
		if l.entities {
			return "principal in [" + entityList("Group", e.values) + "]"
		}
		return fmt.Sprintf("context.%s.containsAny([%s])", e.name, quoted(e.values))
	case within:
		return cedarWithin(e.place)
	}
	panic(fmt.Sprintf("no Cedar for %T", e))
}

func (l cedarLanguage) oneOf(e oneOf) string {
	if l.entities && e.name == "app" {
		return "resource in [" + entityList("App", e.values) + "]"
	}
	if len(e.values) == 1 {
		return fmt.Sprintf("context.%s == %q", e.name, e.values[0])
	}
	return fmt.Sprintf("[%s].contains(context.%s)", quoted(e.values), e.name)
}

func entityList(kind string, ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = fmt.Sprintf("%s::%q", kind, id)
	}
	return strings.Join(words, ", ")
}

func cedarWithin(p *place) string {
	var words []string
	for _, prefix := range p.prefixes {
		words = append(words, fmt.Sprintf("context.ip.isInRange(ip(%q))", prefix))
	}
	if len(p.countries) > 0 {
		words = append(words, fmt.Sprintf("[%s].contains(context.country)", quoted(p.countries)))
	}
	return "(" + strings.Join(words, " || ") + ")"
}

func (l cedarLanguage) prepare(a *attempt) any {
	ip, err := types.ParseIPAddr(a.ip.String())
	if err != nil {
		panic(err)
	}
	context := types.RecordMap{"ip": ip}
	for name, v := range a.texts() {
		context[types.String(name)] = types.String(v)
	}
	for name, v := range a.flags() {
		context[types.String(name)] = types.Boolean(v)
	}
	person, resource := types.NewEntityUID("User", types.String(a.user)), types.NewEntityUID("App", types.String(a.app))
	out := &cedarAttempt{entities: cedar.EntityMap{}, legacy: a.legacy()}
	if l.entities {
		var parents []types.EntityUID
		for _, g := range append(append([]string{}, a.groups...), a.roles...) {
			parents = append(parents, types.NewEntityUID("Group", types.String(g)))
		}
		out.entities[person] = cedar.Entity{UID: person, Parents: types.NewEntityUIDSet(parents...)}
	} else {
		context["groups"], context["roles"] = cedarSet(a.groups), cedarSet(a.roles)
	}
	out.request = cedar.Request{Principal: person, Action: types.NewEntityUID("Action", "signIn"), Resource: resource, Context: types.NewRecord(context)}
	return out
}

func cedarSet(list []string) types.Value {
	values := make([]types.Value, len(list))
	for i, v := range list {
		values[i] = types.String(v)
	}
	return types.NewSet(values...)
}
