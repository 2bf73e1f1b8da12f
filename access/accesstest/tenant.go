package accesstest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access/graphjson"
)

// tenant reads the policies, named locations and strengths of files in Graph's
// JSON, and the names of people, groups and apps.
func (p *parser) tenant(n *node) error {
	if err := n.leaf(); err != nil {
		return err
	}
	t, err := one(n.head(), n.args(), "a file or a folder of exported policies")
	if err != nil {
		return err
	}
	if p.fsys == nil {
		return t.errorf("this file stands alone and cannot name others")
	}
	read := tenantReader{parser: p, at: t}
	if err := fs.WalkDir(p.fsys, beside(t), read.entry); err != nil {
		return atToken(t, err)
	}
	if read.policies == 0 {
		return t.errorf("found no policy in %s", t.shown())
	}
	return nil
}

// atToken tells where in a case file an error arose that knows no such place.
func atToken(t token, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return t.errorf("%s", oneLine(err))
}

// oneLine is an error's first line, and how many more there are.
func oneLine(err error) string {
	first, rest, more := strings.Cut(err.Error(), "\n")
	if !more {
		return first
	}
	return fmt.Sprintf("%s (and %d more)", first, strings.Count(rest, "\n")+1)
}

// tenantReader is a tenant while its files are read.
type tenantReader struct {
	*parser
	at       token
	policies int
	from     map[string]string // the file that told an id
}

func (r *tenantReader) entry(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case d.IsDir() || !strings.EqualFold(path.Ext(name), ".json") && name != beside(r.at):
		return nil
	}
	text, err := readBounded(r.fsys, name, MaxTenantSize)
	if err != nil {
		return err
	}
	doc, err := graphjson.Decode(name, text)
	if err != nil {
		return err
	}
	return r.take(name, doc)
}

func (r *tenantReader) take(name string, doc graphjson.Document) error {
	for i := range doc.Policies {
		policy := &doc.Policies[i]
		if policy.Deleted { // CA-7
			continue
		}
		if err := r.once("policy", string(policy.ID), name); err != nil {
			return err
		}
		r.takePolicy(policy)
		// Graph lets two policies have one name; a case that names it is
		// told so.
		r.parser.policies = append(slices.Clip(r.parser.policies), policy.Policy)
		r.policies++
	}
	for _, l := range doc.Locations {
		if l.Deleted {
			continue
		}
		if err := r.once("named location", string(l.ID), name); err != nil {
			return err
		}
		r.takeLocation(l.Location)
	}
	for _, s := range doc.Strengths {
		r.takeStrength(s.Strength)
	}
	for _, e := range doc.Others {
		r.nameOf(e)
	}
	return nil
}

// once refuses a second object with an id.
func (r *tenantReader) once(what, id, file string) error {
	if id == "" {
		return nil
	}
	key := what + " " + strings.ToLower(id)
	if before, ok := r.from[key]; ok {
		return fmt.Errorf("%s and %s both hold the %s", before, file, key)
	}
	if r.from == nil {
		r.from = map[string]string{}
	}
	r.from[key] = file
	return nil
}

// nameOf lets cases use the names of the tenant's objects.
func (r *tenantReader) nameOf(e graphjson.Entry) {
	kinds := map[graphjson.Shape]struct {
		kind kind
		id   string
	}{
		graphjson.ShapeUser:             {aUser, "id"},
		graphjson.ShapeGroup:            {aGroup, "id"},
		graphjson.ShapeRole:             {aRole, "roleTemplateId"},
		graphjson.ShapeServicePrincipal: {aWorkload, "id"},
		graphjson.ShapeApplication:      {anApp, "appId"},
		graphjson.ShapeTermsOfUse:       {aTermsFile, "id"},
	}
	k, ok := kinds[e.Shape]
	if !ok {
		return
	}
	id := e.Node.Member(k.id).Text()
	if id == "" {
		return
	}
	for _, member := range []string{"displayName", "userPrincipalName"} {
		if name := e.Node.Member(member).Text(); name != "" {
			r.names.bind(k.kind, name, id)
		}
	}
	if app := e.Node.Member("appId").Text(); e.Shape == graphjson.ShapeServicePrincipal && app != "" {
		r.names.bind(anApp, e.Node.Member("displayName").Text(), app)
	}
}
