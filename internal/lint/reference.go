package lint

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/sallyport-id/sallyport/access"
)

// guid is the form of every id that Graph gives to an object.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// identifiers finds ids that are no ids, and ids of objects that the snapshot
// should hold and does not.
func (l *linter) identifiers(p *access.Policy) {
	c := &p.Conditions
	in, out := &c.Users.Include, &c.Users.Exclude
	shape(l, p, "conditions.users.includeUsers", in.Users)
	shape(l, p, "conditions.users.excludeUsers", out.Users)
	shape(l, p, "conditions.users.includeGroups", in.Groups)
	shape(l, p, "conditions.users.excludeGroups", out.Groups)
	shape(l, p, "conditions.users.includeRoles", in.Roles)
	shape(l, p, "conditions.users.excludeRoles", out.Roles)
	shape(l, p, "conditions.applications.includeApplications", c.Applications.Include.Apps)
	shape(l, p, "conditions.applications.excludeApplications", c.Applications.Exclude.Apps)
	l.groups(p, "conditions.users.includeGroups", in.Groups, true)
	l.groups(p, "conditions.users.excludeGroups", out.Groups, false)
	l.users(p, "conditions.users.includeUsers", in.Users)
	l.users(p, "conditions.users.excludeUsers", out.Users)
}

// shape finds ids that are no GUIDs. What the engine refuses anyway, such as a
// placeholder in angle brackets, is told once, by invalid.
func shape[T ~string](l *linter, p *access.Policy, path string, ids []T) {
	for i, id := range ids {
		if guid.MatchString(string(id)) || l.faulty[policyObject(p)] {
			continue
		}
		l.add(p, Error, "placeholder", "CA-10", fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("%q is no object id; Graph would refuse it, and it matches nothing", string(id)))
	}
}

// groups finds groups that the snapshot, which has groups, does not have, and
// included ones without members.
func (l *linter) groups(p *access.Policy, path string, ids []access.GroupID, included bool) {
	if l.tenant.Groups == nil {
		return
	}
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, i)
		group, ok := l.group(id)
		switch {
		case !guid.MatchString(string(id)):
		case !ok:
			l.add(p, Warning, "unknown-group", "CA-14", at, fmt.Sprintf("group %s is not in the snapshot, which has %d groups; was it deleted?", id, len(l.tenant.Groups)))
		case group.Members == 0 && included:
			l.add(p, Info, "empty-group", "CA-14", at, l.tenant.groupName(id)+" has no members: through it the policy applies to nobody")
		}
	}
}

func (l *linter) group(id access.GroupID) (Group, bool) {
	for known, g := range l.tenant.Groups {
		if fold(known) == fold(id) {
			return g, true
		}
	}
	return Group{}, false
}

// users finds users that the snapshot, which has users, does not have.
func (l *linter) users(p *access.Policy, path string, ids []access.UserID) {
	if len(l.tenant.People) == 0 {
		return
	}
	for i, id := range ids {
		known := slices.ContainsFunc(l.tenant.People, func(person Person) bool { return fold(person.Facts.UserID.Or("")) == fold(id) })
		if !known && guid.MatchString(string(id)) {
			l.add(p, Warning, "unknown-user", "CA-10", fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("user %s is not in the snapshot, which has %d users; was it deleted?", id, len(l.tenant.People)))
		}
	}
}
