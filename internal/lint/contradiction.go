package lint

import (
	"fmt"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// selection is one include with its exclude.
type selection struct {
	what             string // for people
	path             string
	include, exclude []atom
}

// selections returns the includes and excludes of a policy.
func selections(p *access.Policy) []selection {
	c := &p.Conditions
	var all []selection
	if c.Workloads != nil {
		all = append(all, selection{"workload", "conditions.clientApplications", workloads(c.Workloads), notWorkloads(c.Workloads)})
	} else {
		all = append(all, selection{"user", "conditions.users", people(&c.Users.Include), people(&c.Users.Exclude)})
	}
	all = append(all, selection{"app", "conditions.applications", apps(&c.Applications.Include), apps(&c.Applications.Exclude)})
	if c.Locations != nil {
		all = append(all, selection{"location", "conditions.locations", places(&c.Locations.Include), places(&c.Locations.Exclude)})
	}
	return all
}

// contradictions finds what is both included and excluded, and controls that
// cannot stand beside each other. What empties a whole condition is told by
// neverMatches instead.
func (l *linter) contradictions(p *access.Policy) {
	for _, s := range selections(p) {
		if len(s.include) == 0 || within(s.include, s.exclude) {
			continue
		}
		var both []string
		for _, a := range s.include {
			if covers(s.exclude, a) {
				both = append(both, l.atomName(a))
			}
		}
		if len(both) > 0 {
			l.add(p, Warning, "contradictory", "CA-11", s.path, fmt.Sprintf("includes and excludes %s; the exclusion wins", strings.Join(both, ", ")))
		}
	}
	g := p.Grant
	if g == nil {
		return
	}
	if others := besideBlock(g); g.Controls&access.Block != 0 && len(others) > 0 {
		l.add(p, Error, "contradictory", "CA-103", "grantControls", fmt.Sprintf("blocks, and demands %s beside; the block wins, nobody is ever asked", strings.Join(others, ", ")))
	}
	if g.Controls&access.MFA != 0 && g.Strength != "" {
		l.add(p, Error, "contradictory", "CA-104", "grantControls", "demands mfa beside an authentication strength; Graph refuses the pair, and the strength alone says it all")
	}
}

// besideBlock lists what a policy demands besides block.
func besideBlock(g *access.GrantControls) []string {
	var all []string
	if rest := g.Controls &^ access.Block; rest != 0 {
		all = append(all, rest.String())
	}
	if g.Strength != "" {
		all = append(all, "an authentication strength")
	}
	if len(g.TermsOfUse) > 0 {
		all = append(all, "terms of use")
	}
	if len(g.Custom) > 0 {
		all = append(all, "a custom control")
	}
	return all
}

// atomName names an atom for people.
func (l *linter) atomName(a atom) string {
	switch a.kind {
	case "all":
		return "everything"
	case "user":
		return l.tenant.userName(access.UserID(a.id))
	case "group":
		return l.tenant.groupName(access.GroupID(a.id))
	case "location":
		return l.tenant.locationName(access.LocationID(a.id))
	case "trusted":
		return "the trusted locations"
	case "guest":
		return a.id + " guests"
	}
	return a.String()
}
