package lint

import (
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// Tenant is what a snapshot holds, as far as findings need it.
type Tenant struct {
	Source access.Source
	// People are the exported users. Without them findings speak of people
	// who could exist: an administrator without groups, the members of a
	// group that a policy names.
	People []Person
	// Groups are the exported groups by id; nil if none were exported, so
	// that nothing can be said about a group that is missing.
	Groups map[access.GroupID]Group
	// SecurityDefaults tells whether they are on; unknown if not exported.
	SecurityDefaults access.Fact[bool]
	// Problems are what could not be read, and is left out of the rest.
	Problems graphjson.Errors
	// Where tells in which file and line an object stands; nil: nobody knows.
	Where func(Object) (file string, line int)
}

// Object names an object of the tenant.
type Object struct {
	Kind string // policy, location, strength
	Key  string // its id or, in a body for creating one, its name
}

// object returns how an object is named.
func object(kind, id, name string) Object {
	if id == "" {
		return Object{kind, name}
	}
	return Object{kind, strings.ToLower(id)}
}

// Person is an exported user: the facts that follow from the directory alone.
type Person struct {
	Name    string
	Enabled bool
	Facts   access.Facts
}

// Group is an exported group.
type Group struct {
	Name    string
	Members int // -1: not exported
}

// locate says where an object stands, and where inside it.
func (t *Tenant) locate(f *Finding, o Object, inside string) {
	f.Path = inside
	if t.Where == nil {
		return
	}
	file, line := t.Where(o)
	f.Line = line
	f.Path = pathOf(file, inside)
}

// pathOf joins a file and a JSON path in it.
func pathOf(file, inside string) string {
	if file == "" || inside == "" {
		return file + inside
	}
	return file + "#" + inside
}

// groupName names a group for people.
func (t *Tenant) groupName(id access.GroupID) string {
	for known, g := range t.Groups {
		if strings.EqualFold(string(known), string(id)) && g.Name != "" {
			return "group " + g.Name
		}
	}
	return "group " + string(id)
}

// userName names a user for people.
func (t *Tenant) userName(id access.UserID) string {
	for i := range t.People {
		if known, ok := t.People[i].Facts.UserID.Get(); ok && strings.EqualFold(string(known), string(id)) && t.People[i].Name != "" {
			return "user " + t.People[i].Name
		}
	}
	return "user " + string(id)
}

// locationName names a location for people.
func (t *Tenant) locationName(id access.LocationID) string {
	switch {
	case strings.EqualFold(string(id), string(access.LocationMFATrustedIPs)):
		return "the MFA trusted addresses"
	case strings.EqualFold(string(id), string(access.LocationCompliantNetwork)):
		return "the compliant network"
	}
	for i := range t.Source.Locations {
		if l := &t.Source.Locations[i]; strings.EqualFold(string(l.ID), string(id)) && l.DisplayName != "" {
			return "location " + l.DisplayName
		}
	}
	return "location " + string(id)
}

// policyName names a policy for people.
func policyName(p *access.Policy) string {
	if p.DisplayName != "" {
		return "“" + p.DisplayName + "”"
	}
	return string(p.ID)
}
