package lint

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Run looks for everything that Rules lists and returns what it found, the
// worst first, then in the tenant's order.
func Run(t *Tenant) []Finding {
	l := newLinter(t)
	l.unreadable()
	l.invalid()
	for i := range t.Source.Policies {
		p := &t.Source.Policies[i]
		if p.State == access.StateNone {
			continue
		}
		l.policy(p)
	}
	l.limits()
	l.securityDefaults()
	l.superseded()
	l.gaps()
	l.legacyAuthentication()
	l.lockOut()

	return sorted(l.findings)
}

// linter collects findings about one tenant.
type linter struct {
	tenant *Tenant
	// set holds the policies that are valid; what is unresolved is carried
	// as unknown, so that a lost location does not hide other findings.
	set      *access.Set
	spots    []place // all places that the policies can tell apart
	findings []Finding
	faulty   map[Object]bool // what is invalid
}

func newLinter(t *Tenant) *linter {
	l := &linter{tenant: t, faulty: map[Object]bool{}}
	l.set, _ = access.Compile(t.Source, access.Options{SkipInvalid: true, CarryUnresolved: true})
	l.spots = placesOf(l.set.Policies(), &t.Source)
	return l
}

// policy runs the rules that look at one policy alone.
func (l *linter) policy(p *access.Policy) {
	l.identifiers(p)
	l.unrecognised(p)
	l.contradictions(p)
	if len(p.Unrecognised) == 0 { // what nobody understands may be what it is about
		l.neverMatches(p)
	}
	for _, rule := range writeRules {
		if path, message, broken := rule.check(p); broken {
			l.add(p, rule.severity, rule.name, rule.reference, path, message)
		}
	}
	l.reportOnly(p)
}

// add enters a finding about a policy. A policy that is not enforced endangers
// nobody yet: what would be an error is a warning there.
func (l *linter) add(p *access.Policy, severity Severity, rule, reference, path, message string, others ...access.PolicyID) {
	if p.State != access.StateEnabled && severity == Error {
		severity = Warning
	}
	f := Finding{PolicyID: p.ID, PolicyName: p.DisplayName, Severity: severity, Rule: rule, Reference: reference, Message: message, Policies: others}
	l.tenant.locate(&f, policyObject(p), path)
	l.findings = append(l.findings, f)
}

// tenantWide enters a finding that is about no single policy.
// Policies have part in it, the first one most.
func (l *linter) tenantWide(severity Severity, rule, reference, message string, policies ...*access.Policy) {
	f := Finding{Severity: severity, Rule: rule, Reference: reference, Message: message}
	if len(policies) > 0 {
		f.PolicyID, f.PolicyName, f.Policies = policies[0].ID, policies[0].DisplayName, policyIDs(policies[1:])
		l.tenant.locate(&f, policyObject(policies[0]), "")
	}
	l.findings = append(l.findings, f)
}

// enforced returns the policies that are enforced and valid, in order.
func (l *linter) enforced() []*access.Policy {
	var all []*access.Policy
	policies := l.set.Policies()
	for i := range policies {
		if p := &policies[i]; p.State == access.StateEnabled && len(p.Unrecognised) == 0 {
			all = append(all, p)
		}
	}
	return all
}

func policyObject(p *access.Policy) Object { return object("policy", string(p.ID), p.DisplayName) }

// fold makes identifiers comparable (CA-6).
func fold[T ~string](id T) string { return strings.ToLower(string(id)) }
