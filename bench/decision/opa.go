package decision

import (
	"context"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// newOPA writes the rules as Rego and prepares one query; an attempt is parsed
// input. Rego has no "or" inside a body, so a rule becomes one body for each way
// in which it can hold; OPA's rule index works on the equalities among them.
func newOPA(w *workload) (engine, error) {
	var module strings.Builder
	module.WriteString("package sallyport\n\n")
	for i := range w.places {
		writeRegoPlace(&module, i, &w.places[i])
	}
	l := regoLanguage{w: w}
	for i := range w.policies {
		for _, r := range w.rules(&w.policies[i]) {
			for _, body := range l.bodies(r.when) {
				fmt.Fprintf(&module, "%s if {\n\t%s\n}\n\n", strings.Fields(consequence(r))[0], strings.Join(body, "\n\t"))
			}
		}
	}
	query, err := rego.New(
		rego.Query("x := object.union({\"block\": false, \"interrupt\": false}, {k: true | some k; data.sallyport[k] == true; k in {\"block\", \"interrupt\"}})"),
		rego.Module("policies.rego", module.String()),
	).PrepareForEval(context.Background())
	if err != nil {
		return engine{}, err
	}
	return engine{name: "OPA", prepare: opaPrepare, decide: func(x any) (verdict, error) { return decideOPA(query, x.(*opaAttempt)) }}, nil
}

type opaAttempt struct {
	input  ast.Value
	legacy bool
}

func opaPrepare(a *attempt) any {
	input := map[string]any{"ip": a.ip.String(), "groups": set(a.groups), "roles": set(a.roles)}
	for name, v := range a.texts() {
		input[name] = v
	}
	for name, v := range a.flags() {
		input[name] = v
	}
	v, err := ast.InterfaceToValue(input)
	if err != nil {
		panic(err)
	}
	return &opaAttempt{v, a.legacy()}
}

// set is a list as an object, which Rego looks up in constant time.
func set(list []string) map[string]any {
	m := map[string]any{}
	for _, s := range list {
		m[s] = true
	}
	return m
}

func decideOPA(query rego.PreparedEvalQuery, a *opaAttempt) (verdict, error) {
	results, err := query.Eval(context.Background(), rego.EvalParsedInput(a.input))
	if err != nil {
		return 0, err
	}
	if len(results) != 1 {
		return 0, fmt.Errorf("%d results", len(results))
	}
	answer := results[0].Bindings["x"].(map[string]any)
	return verdictOf(answer["interrupt"] == true, answer["block"] == true, a.legacy), nil
}

func writeRegoPlace(b *strings.Builder, n int, p *place) {
	for _, prefix := range p.prefixes {
		fmt.Fprintf(b, "place_%d if net.cidr_contains(%q, input.ip)\n\n", n, prefix)
	}
	if len(p.countries) > 0 {
		fmt.Fprintf(b, "place_%d if input.country in {%s}\n\n", n, quoted(p.countries))
	}
}

type regoLanguage struct{ w *workload }

// bodies writes a condition as the bodies of rules, any one of which suffices.
func (l regoLanguage) bodies(e expr) [][]string {
	switch e := e.(type) {
	case all:
		bodies := [][]string{{}}
		for _, x := range e {
			bodies = cross(bodies, l.bodies(x))
		}
		return bodies
	case some:
		var bodies [][]string
		for _, x := range e {
			bodies = append(bodies, l.bodies(x)...)
		}
		return bodies
	case not:
		return l.negated(e.of)
	}
	return [][]string{{l.literal(e)}}
}

// negated pushes a negation to the literals, where Rego has it.
func (l regoLanguage) negated(e expr) [][]string {
	switch e := e.(type) {
	case all:
		var bodies [][]string
		for _, x := range e {
			bodies = append(bodies, l.negated(x)...)
		}
		return bodies
	case some:
		bodies := [][]string{{}}
		for _, x := range e {
			bodies = cross(bodies, l.negated(x))
		}
		return bodies
	case not:
		return l.bodies(e.of)
	case overlap:
		var body []string
		for _, v := range e.values {
			body = append(body, fmt.Sprintf("not input.%s[%q]", e.name, v))
		}
		return [][]string{body}
	}
	return [][]string{{"not " + l.literal(e)}}
}

func cross(a, b [][]string) [][]string {
	var out [][]string
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(append([]string{}, x...), y...))
		}
	}
	return out
}

func (l regoLanguage) literal(e expr) string {
	switch e := e.(type) {
	case flag:
		return "input." + e.name
	case equal:
		return fmt.Sprintf("input.%s == %q", e.name, e.value)
	case prefix:
		return fmt.Sprintf("startswith(input.%s, %q)", e.name, e.value)
	case oneOf:
		if len(e.values) == 1 {
			return fmt.Sprintf("input.%s == %q", e.name, e.values[0])
		}
		return fmt.Sprintf("input.%s in {%s}", e.name, quoted(e.values))
	case overlap:
		return fmt.Sprintf("{%s}[_] = g; input.%s[g]", quoted(e.values), e.name)
	case within:
		for i := range l.w.places {
			if &l.w.places[i] == e.place {
				return fmt.Sprintf("place_%d", i)
			}
		}
	}
	panic(fmt.Sprintf("no Rego for %T", e))
}
