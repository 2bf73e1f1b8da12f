package lint

import (
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// atom is one way in which a selector names people, apps or places, made
// comparable: its kind, a folded id and, for guests, the tenants.
type atom struct {
	kind string // all, user, group, role, guest, app, suite, trusted, location …
	id   string
	in   string // guests: a tenant, or * for all
}

// everything is the atom of the keyword All.
var everything = atom{kind: "all"}

// people returns how a selector names people. None names nobody.
func people(p *access.Principals) []atom {
	var all []atom
	if p.All {
		all = append(all, everything)
	}
	all = append(all, ids("user", p.Users)...)
	all = append(all, ids("group", p.Groups)...)
	all = append(all, ids("role", p.Roles)...)
	for _, g := range p.Guests {
		for kind := access.InternalGuest; kind < access.GuestTypesAll; kind <<= 1 {
			if g.Types&kind == 0 {
				continue
			}
			if g.Tenants == nil || kind == access.InternalGuest { // CA-17
				all = append(all, atom{"guest", kind.String(), "*"})
				continue
			}
			for _, tenant := range g.Tenants {
				all = append(all, atom{"guest", kind.String(), fold(tenant)})
			}
		}
	}
	return all
}

// apps returns how a selector names resources.
func apps(s *access.AppSelector) []atom {
	var all []atom
	if s.All {
		all = append(all, everything)
	}
	if s.Office365 {
		all = append(all, atom{kind: "suite", id: "office365"})
	}
	if s.AdminPortals {
		all = append(all, atom{kind: "suite", id: "microsoftadminportals"})
	}
	if s.AllAgents {
		all = append(all, atom{kind: "suite", id: "allagentidresources"})
	}
	return append(all, ids("app", s.Apps)...)
}

// places returns how a selector names networks and countries.
func places(s *access.LocationSelector) []atom {
	var all []atom
	if s.All {
		all = append(all, everything)
	}
	if s.AllTrusted {
		all = append(all, atom{kind: "trusted"})
	}
	return append(all, ids("location", s.Named)...)
}

// workloads returns which service principals and agents are included.
func workloads(w *access.Workloads) []atom {
	var all []atom
	if w.IncludeAll {
		all = append(all, atom{kind: "every service principal"})
	}
	if w.IncludeAllAgents {
		all = append(all, atom{kind: "every agent"})
	}
	all = append(all, ids("service principal", w.Include)...)
	return append(all, ids("agent", w.IncludeAgents)...)
}

// notWorkloads returns which are excluded.
func notWorkloads(w *access.Workloads) []atom {
	return append(ids("service principal", w.Exclude), ids("agent", w.ExcludeAgents)...)
}

func ids[T ~string](kind string, list []T) []atom {
	all := make([]atom, len(list))
	for i, id := range list {
		all[i] = atom{kind: kind, id: fold(id)}
	}
	return all
}

// covers tells whether whatever a names is certainly named by set, too.
func covers(set []atom, a atom) bool {
	return slices.ContainsFunc(set, func(b atom) bool {
		return b == a || b == everything ||
			b.kind == a.kind && b.id == a.id && b.in == "*" ||
			b.kind == "every "+a.kind
	})
}

// within tells whether all that inner names is certainly named by outer.
func within(inner, outer []atom) bool {
	for _, a := range inner {
		if !covers(outer, a) {
			return false
		}
	}
	return true
}

// String is the atom for people who know the tenant's ids.
func (a atom) String() string {
	words := []string{a.kind}
	if a.id != "" {
		words = append(words, a.id)
	}
	if a.in != "" && a.in != "*" {
		words = append(words, "of tenant "+a.in)
	}
	return strings.Join(words, " ")
}
