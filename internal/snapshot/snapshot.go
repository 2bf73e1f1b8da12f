// Package snapshot reads a tenant from files: policies, named locations and
// authentication strengths, and as far as they were exported the users, groups,
// roles and settings that policies refer to. Objects are recognised by their
// @odata.type or their shape, in whatever files, folders and containers an
// export tool put them; what is nothing of the tenant is skipped and counted.
package snapshot

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// Tenant is what the files tell of a tenant.
type Tenant struct {
	Policies  []graphjson.Policy // with those of templates, which are never in force
	Locations []graphjson.Location
	// Strengths are those that are defined on their own, followed by those
	// that only policies carry.
	Strengths []graphjson.Strength

	Users             []User
	Groups            []Group
	Roles             []Role
	RoleAssignments   []RoleAssignment
	Contexts          []Named // authentication contexts
	TermsOfUse        []Named // agreements
	Apps              []App   // applications and service principals
	CrossTenant       []CrossTenant
	SecurityDefaults  access.Fact[bool] // whether they are on (CA-9)
	Counts            Counts
	Problems          graphjson.Errors // what was left out; only with Options.Lenient
	memberOf          map[string][]access.GroupID
	membershipIsKnown bool
	users             map[string]int // places in Users by id and by name, in lower case
}

// Counts is how many objects of each kind, and files without any, were read.
type Counts struct {
	Policies                int `json:"policies"`
	NamedLocations          int `json:"namedLocations"`
	AuthenticationStrengths int `json:"authenticationStrengths"`
	SkippedFiles            int `json:"skippedFiles"`
}

// Options say how to read.
type Options struct {
	// Lenient reads on after an error: what is wrong goes to
	// Tenant.Problems and is left out, the rest is read.
	Lenient bool
	// Stdin is what the path "-" names.
	Stdin io.Reader
}

// MaxFileSize is how large a file may be once it is unpacked.
const MaxFileSize = 64 << 20

// Read reads the files and folders at paths, folders with all folders in them.
// It fails if a path cannot be read or there is no policy at all, and unless
// Options.Lenient is set, if anything else is wrong. The error is
// graphjson.Errors, one line for each thing that is wrong.
func Read(paths []string, o Options) (*Tenant, error) {
	r := &reader{tenant: &Tenant{memberOf: map[string][]access.GroupID{}}, options: o, first: map[key]place{}}
	if len(paths) == 0 {
		return nil, graphjson.Errors{{Reason: "found no path, expected files or folders of a tenant snapshot"}}
	}
	f := &files{stdin: o.Stdin, seen: map[string]bool{}}
	for _, path := range paths {
		if err := f.add(path); err != nil {
			return nil, graphjson.Errors{err}
		}
	}
	r.problems = f.problems
	r.tenant.Counts.SkippedFiles = f.skipped
	for _, file := range f.found {
		r.file(f, file)
	}
	r.embeddedStrengths()
	t := r.tenant
	if len(t.Policies) == 0 && !r.sawPolicy && (o.Lenient || len(r.problems) == 0) {
		r.problems = append(r.problems, &graphjson.Error{File: strings.Join(paths, ", "), Reason: fmt.Sprintf("found no policy in %d files, expected a tenant snapshot", len(f.found)+f.skipped)})
		return nil, r.problems
	}
	if len(r.problems) > 0 && !o.Lenient {
		return nil, r.problems
	}
	t.indexUsers()
	t.Problems = r.problems
	t.Counts.Policies, t.Counts.NamedLocations = len(t.Policies), len(t.Locations)
	return t, nil
}

// Source returns what Compile needs. Policies and locations in the recycle bin
// are not part of it (CA-7), nor are the built-in strengths, which Compile has.
func (t *Tenant) Source() access.Source {
	var s access.Source
	for i := range t.Policies {
		if !t.Policies[i].Deleted {
			s.Policies = append(s.Policies, t.Policies[i].Policy)
		}
	}
	for i := range t.Locations {
		if !t.Locations[i].Deleted {
			s.Locations = append(s.Locations, t.Locations[i].Location)
		}
	}
	for i := range t.Strengths {
		if !builtIn(t.Strengths[i].ID) {
			s.Strengths = append(s.Strengths, t.Strengths[i].Strength)
		}
	}
	return s
}

func builtIn(id access.StrengthID) bool {
	for _, known := range []access.StrengthID{access.StrengthMFA, access.StrengthPasswordless, access.StrengthPhishingResistant} {
		if strings.EqualFold(string(id), string(known)) {
			return true
		}
	}
	return false
}

// reader puts a tenant together.
type reader struct {
	tenant    *Tenant
	options   Options
	problems  graphjson.Errors
	first     map[key]place // where each object stands
	sawPolicy bool          // even one that was refused
}

// note adds the errors in err.
func (r *reader) note(err error) {
	var several graphjson.Errors
	var one *graphjson.Error
	switch {
	case errors.As(err, &several):
		r.problems = append(r.problems, several...)
	case errors.As(err, &one):
		r.problems = append(r.problems, one)
	case err != nil:
		r.problems = append(r.problems, &graphjson.Error{Reason: err.Error()})
	}
}

// file reads one file.
func (r *reader) file(f *files, path string) {
	data, problem := f.read(path)
	if problem != nil {
		r.note(problem)
		return
	}
	nodes, err := graphjson.ParseSequence(name(path), data)
	if err != nil {
		r.note(err)
		return
	}
	if len(nodes) == 0 {
		r.note(&graphjson.Error{File: name(path), Reason: "found nothing, expected JSON"})
		return
	}
	used := false
	for _, n := range nodes {
		if r.members(n) {
			used = true
			continue
		}
		for _, e := range graphjson.Entries(n) {
			used = r.entry(e) || used
		}
	}
	if !used {
		r.tenant.Counts.SkippedFiles++
	}
}

// entry adds an object to the tenant; it returns false for one that is nothing
// of a tenant's.
func (r *reader) entry(e graphjson.Entry) bool {
	switch e.Shape {
	case graphjson.ShapeOther:
		return false
	case graphjson.ShapePolicy, graphjson.ShapeTemplate:
		r.sawPolicy = true
		p, err := graphjson.DecodePolicy(e.Node, e.Path)
		if r.note(err); err == nil && r.once(e, string(p.ID)) {
			r.tenant.Policies = append(r.tenant.Policies, p)
		}
	case graphjson.ShapeLocation:
		l, err := graphjson.DecodeLocation(e.Node, e.Path)
		if r.note(err); err == nil && r.once(e, string(l.ID)) {
			r.tenant.Locations = append(r.tenant.Locations, l)
		}
	case graphjson.ShapeStrength:
		s, err := graphjson.DecodeStrength(e.Node, e.Path)
		if r.note(err); err == nil && r.once(e, string(s.ID)) {
			r.tenant.Strengths = append(r.tenant.Strengths, s)
			r.tenant.Counts.AuthenticationStrengths++
		}
	default:
		r.directory(e)
	}
	return true
}

// key names an object.
type key struct {
	shape graphjson.Shape
	id    string
}

// place is where an object was found.
type place struct{ node *graphjson.Node }

// once reports whether the object is the first of its id; another is a problem,
// even one that says the same, since the next change may be made to one of them
// only. Bodies for creating objects have no id and are never the same.
func (r *reader) once(e graphjson.Entry, id string) bool {
	if id == "" {
		return true
	}
	k := key{e.Shape, strings.ToLower(id)}
	first, twice := r.first[k]
	if !twice {
		r.first[k] = place{e.Node}
		return true
	}
	file, line, column := first.node.Place()
	r.note(e.Node.Errorf(e.Path, "found the %s with the id %s again, first at %s:%d:%d", e.Shape, id, file, line, column))
	return false
}

// embeddedStrengths adds the strengths that only policies carry. A policy that
// carries another strength under an id than is defined elsewhere is a problem:
// which of them holds cannot be told.
func (r *reader) embeddedStrengths() {
	byID := map[string]*graphjson.Strength{}
	t := r.tenant
	for i := range t.Strengths {
		byID[strings.ToLower(string(t.Strengths[i].ID))] = &t.Strengths[i]
	}
	var carried []graphjson.Strength
	for i := range t.Policies {
		s := t.Policies[i].Strength
		if s == nil || builtIn(s.ID) {
			continue
		}
		id := strings.ToLower(string(s.ID))
		known, ok := byID[id]
		if !ok {
			byID[id] = s
			carried = append(carried, *s)
			continue
		}
		if !sameCombinations(known.Combinations, s.Combinations) {
			file, line, column := known.Origin.Place()
			r.note(s.Origin.Errorf(s.Path, "found other combinations for the authentication strength %s than at %s:%d:%d", s.ID, file, line, column))
		}
	}
	t.Strengths = append(t.Strengths, carried...)
}
