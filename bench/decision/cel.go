package decision

import (
	"fmt"
	"net/netip"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// celRule is a compiled rule.
type celRule struct {
	program cel.Program
	block   bool
}

// newCEL compiles each rule to a program; an attempt is an activation.
func newCEL(w *workload) (engine, error) {
	env, err := celEnvironment(w)
	if err != nil {
		return engine{}, err
	}
	var rules []celRule
	for i := range w.policies {
		for _, r := range w.rules(&w.policies[i]) {
			ast, issues := env.Compile(infix{celLiteral}.write(r.when))
			if issues.Err() != nil {
				return engine{}, issues.Err()
			}
			program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
			if err != nil {
				return engine{}, err
			}
			rules = append(rules, celRule{program, r.block})
		}
	}
	return engine{name: "cel-go", prepare: celPrepare, decide: func(x any) (verdict, error) { return decideCEL(rules, x.(*celAttempt)) }}, nil
}

func celEnvironment(w *workload) (*cel.Env, error) {
	options := []cel.EnvOption{cel.Variable("groups", cel.ListType(cel.StringType)), cel.Variable("roles", cel.ListType(cel.StringType)), cel.Variable("ip", cel.DynType)}
	var a attempt
	for name := range a.texts() {
		options = append(options, cel.Variable(name, cel.StringType))
	}
	for name := range a.flags() {
		options = append(options, cel.Variable(name, cel.BoolType))
	}
	places := map[string]*place{}
	for i := range w.places {
		places[w.places[i].name] = &w.places[i]
	}
	within := cel.Function("within", cel.Overload("within_place", []*cel.Type{cel.DynType, cel.StringType}, cel.BoolType,
		cel.BinaryBinding(func(ip, name ref.Val) ref.Val {
			return types.Bool(places[string(name.(types.String))].contains(ip.(celIP).Addr))
		})))
	return cel.NewEnv(append(options, within)...)
}

func (p *place) contains(ip netip.Addr) bool {
	for _, prefix := range p.prefixes {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

// celIP is an address as a CEL value, parsed before.
type celIP struct {
	netip.Addr
	types.Null
}

func celLiteral(e expr) string {
	switch e := e.(type) {
	case flag:
		return e.name
	case equal:
		return fmt.Sprintf("%s == %q", e.name, e.value)
	case prefix:
		return fmt.Sprintf("%s.startsWith(%q)", e.name, e.value)
	case oneOf:
		return fmt.Sprintf("%s in [%s]", e.name, quoted(e.values))
	case overlap:
		return fmt.Sprintf("%s.exists(x, x in [%s])", e.name, quoted(e.values))
	case within:
		if len(e.place.countries) > 0 {
			return fmt.Sprintf("country in [%s]", quoted(e.place.countries))
		}
		return fmt.Sprintf("within(ip, %q)", e.place.name)
	}
	panic(fmt.Sprintf("no CEL for %T", e))
}

type celAttempt struct {
	activation cel.Activation
	legacy     bool
}

func celPrepare(a *attempt) any {
	values := map[string]any{"groups": a.groups, "roles": a.roles, "ip": celIP{Addr: a.ip}}
	for name, v := range a.texts() {
		values[name] = v
	}
	for name, v := range a.flags() {
		values[name] = v
	}
	activation, err := cel.NewActivation(values)
	if err != nil {
		panic(err)
	}
	return &celAttempt{activation, a.legacy()}
}

func decideCEL(rules []celRule, a *celAttempt) (verdict, error) {
	interrupted, blocked := false, false
	for i := range rules {
		v, _, err := rules[i].program.Eval(a.activation)
		if err != nil {
			return 0, err
		}
		if v != types.True {
			continue
		}
		if rules[i].block {
			blocked = true
			break // nothing can change that
		}
		interrupted = true
	}
	return verdictOf(interrupted, blocked, a.legacy), nil
}
