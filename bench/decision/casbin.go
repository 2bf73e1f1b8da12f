package decision

import (
	"fmt"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// casbinModel evaluates each line's rule text; rule texts are compiled once and
// cached by casbin.
const casbinModel = `
[request_definition]
r = a

[policy_definition]
p = rule, eft

[policy_effect]
e = !some(where (p.eft == deny))

[matchers]
m = eval(p.rule)
`

// newCasbin keeps the rules that block and those that interrupt in two
// enforcers, since casbin's answer is one boolean.
func newCasbin(w *workload) (engine, error) {
	blocks, err := newEnforcer(w)
	if err != nil {
		return engine{}, err
	}
	interrupts, err := newEnforcer(w)
	if err != nil {
		return engine{}, err
	}
	for i := range w.policies {
		for _, r := range w.rules(&w.policies[i]) {
			enforcer := interrupts
			if r.block {
				enforcer = blocks
			}
			if _, err := enforcer.AddPolicy(infix{casbinLiteral}.write(r.when), "deny"); err != nil {
				return engine{}, err
			}
		}
	}
	decide := func(x any) (verdict, error) {
		a := x.(*casbinAttempt)
		allowed, err := blocks.Enforce(a)
		if err != nil || !allowed {
			return block, err
		}
		allowed, err = interrupts.Enforce(a)
		return verdictOf(!allowed, false, a.Legacy), err
	}
	return engine{name: "casbin", prepare: casbinPrepare, decide: decide}, nil
}

func newEnforcer(w *workload) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	e.AddFunction("isIn", func(args ...any) (any, error) {
		return args[0].(string) != "" && contains(args[1:], args[0].(string)), nil
	})
	e.AddFunction("overlap", func(args ...any) (any, error) {
		for _, v := range args[0].([]string) {
			if contains(args[1:], v) {
				return true, nil
			}
		}
		return false, nil
	})
	e.AddFunction("startsWith", func(args ...any) (any, error) {
		s, prefix := args[0].(string), args[1].(string)
		return len(s) >= len(prefix) && s[:len(prefix)] == prefix, nil
	})
	e.AddFunction("within", func(args ...any) (any, error) {
		for i := range w.places {
			if w.places[i].name == args[1].(string) {
				return w.places[i].contains(args[0].(*casbinAttempt).attempt.ip), nil
			}
		}
		return false, nil
	})
	return e, nil
}

func contains(list []any, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func casbinLiteral(e expr) string {
	switch e := e.(type) {
	case flag:
		return "r.a." + field(e.name)
	case equal:
		return fmt.Sprintf("r.a.%s == %q", field(e.name), e.value)
	case prefix:
		return fmt.Sprintf("startsWith(r.a.%s, %q)", field(e.name), e.value)
	case oneOf:
		return fmt.Sprintf("isIn(r.a.%s, %s)", field(e.name), quoted(e.values))
	case overlap:
		return fmt.Sprintf("overlap(r.a.%s, %s)", field(e.name), quoted(e.values))
	case within:
		if len(e.place.countries) > 0 {
			return fmt.Sprintf("isIn(r.a.Country, %s)", quoted(e.place.countries))
		}
		return fmt.Sprintf("within(r.a, %q)", e.place.name)
	}
	panic(fmt.Sprintf("no casbin for %T", e))
}

func field(name string) string { return string(name[0]&^0x20) + name[1:] }

// casbinAttempt is an attempt with the fields that rules name.
type casbinAttempt struct {
	attempt                                                                             *attempt
	Groups, Roles                                                                       []string
	User, App, Client, Platform, Country, SignInRisk, UserRisk, Flow, Trust, Model, Tag string
	IsCompliant, Mfa, PhishingResistant, CompliantDevice, DomainJoinedDevice, Terms     bool
	Legacy                                                                              bool
}

func casbinPrepare(a *attempt) any {
	return &casbinAttempt{
		attempt: a, Groups: a.groups, Roles: a.roles, User: a.user, App: a.app, Client: a.client, Platform: a.platform, Country: a.country,
		SignInRisk: a.signInRisk, UserRisk: a.userRisk, Flow: a.flow, Trust: a.trust, Model: a.model, Tag: a.tag, IsCompliant: a.compliant,
		Mfa: a.met("mfa"), PhishingResistant: a.met("phishingResistant"), CompliantDevice: a.met("compliantDevice"),
		DomainJoinedDevice: a.met("domainJoinedDevice"), Terms: a.met("terms"), Legacy: a.legacy(),
	}
}
