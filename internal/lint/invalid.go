package lint

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sallyport-id/sallyport/access"
)

// unreadable tells what the snapshot's reader had to leave out.
func (l *linter) unreadable() {
	for _, e := range l.tenant.Problems {
		message := e.Reason
		if e.Line > 0 {
			message = fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
		}
		l.findings = append(l.findings, Finding{Severity: Error, Rule: "unreadable", Message: message, Path: pathOf(e.File, e.Path), Line: e.Line})
	}
}

// securityDefaults finds policies beside security defaults, which exclude them.
func (l *linter) securityDefaults() {
	if on, _ := l.tenant.SecurityDefaults.Get(); on && len(l.enforced()) > 0 {
		l.tenantWide(Error, "security-defaults", "CA-9", fmt.Sprintf("security defaults are on beside %d enabled policies; they must be off before a policy may be enabled", len(l.enforced())))
	}
}

// invalid finds what the engine refuses. A disabled policy is read as if it
// were evaluated, since that is what turning it on would do.
func (l *linter) invalid() {
	src := l.tenant.Source
	src.Policies = slices.Clone(src.Policies)
	for i := range src.Policies {
		if p := &src.Policies[i]; p.State == access.StateDisabled {
			p.State = access.StateReportOnly
		}
	}
	_, err := access.Compile(src, access.Options{})
	var faults access.Faults
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults {
		l.fault(f)
	}
}

// fault enters one of the engine's faults under the rule that people look for.
func (l *linter) fault(f access.Fault) {
	rule := "invalid"
	switch f.Rule {
	case "CA-1":
		rule = "duplicate-id"
	case "CA-8":
		rule = "unrecognised"
	case "CA-10":
		rule = "placeholder"
	}
	if f.Kind == "policy" {
		switch f.Rule {
		case "CA-60":
			rule = "unknown-location"
		case "CA-131":
			rule = "unknown-strength"
		}
		if p := l.find(object("policy", f.ID, f.DisplayName)); p != nil {
			l.faulty[policyObject(p)] = true
			l.add(p, Error, rule, f.Rule, f.Path, f.Reason)
			return
		}
	}
	found := Finding{Severity: Error, Rule: rule, Reference: f.Rule, Message: fmt.Sprintf("%s %s: %s", f.Kind, named(f.ID, f.DisplayName), f.Reason)}
	l.tenant.locate(&found, object(f.Kind, f.ID, f.DisplayName), f.Path)
	l.findings = append(l.findings, found)
}

// find returns a policy; nil if it is not there.
func (l *linter) find(o Object) *access.Policy {
	for i := range l.tenant.Source.Policies {
		if p := &l.tenant.Source.Policies[i]; policyObject(p) == o {
			return p
		}
	}
	return nil
}

// unrecognised tells what a policy that is not enforced says in words nobody
// understands; an enforced one is invalid for it (CA-8).
func (l *linter) unrecognised(p *access.Policy) {
	if p.State == access.StateEnabled {
		return
	}
	for _, u := range p.Unrecognised {
		l.add(p, Warning, "unrecognised", "CA-8", u.Path, u.Value+" is not a value that is understood; the policy would be refused if it were enabled")
	}
}

// reportOnly reminds of policies that only report (CA-2).
func (l *linter) reportOnly(p *access.Policy) {
	if p.State != access.StateReportOnly {
		return
	}
	if p.Conditions.Applications.UserActions != 0 {
		l.add(p, Warning, "report-only", "CA-195", "state", "is report-only and about a user action: such a policy is not even evaluated")
		return
	}
	l.add(p, Info, "report-only", "CA-2", "state", "is report-only: it demands nothing of anybody")
}

func named(id, name string) string {
	if name == "" {
		return id
	}
	return fmt.Sprintf("%s (%s)", id, name)
}
