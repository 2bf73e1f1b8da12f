package snapshot

import "github.com/sallyport-id/sallyport/access"

// Complete fills in what the directory knows of a person and the facts do not
// tell: their kind, their groups and roles, and what is trusted of a guest's
// home tenant. A user principal name becomes the user's id. What the files do
// not tell either stays unknown.
func (t *Tenant) Complete(f *access.Facts) {
	if name, ok := f.UserID.Get(); ok && name != "" {
		t.completePerson(f, string(name))
	}
	if home, ok := f.HomeTenantID.Get(); ok && home != "" && !f.InboundTrust.IsKnown() {
		f.InboundTrust = t.InboundTrust(home)
	}
}

func (t *Tenant) completePerson(f *access.Facts, name string) {
	u, found := t.User(name)
	if !found {
		return
	}
	f.UserID = access.Known(u.ID)
	if !f.UserType.IsKnown() && !f.GuestTypes.IsKnown() {
		f.UserType = u.Type
	}
	if !f.Groups.IsKnown() && t.membershipIsKnown {
		f.Groups = access.Known(t.GroupsOf(string(u.ID)))
	}
	if !f.Roles.IsKnown() && len(t.RoleAssignments) > 0 {
		f.Roles = access.Known(t.RolesOf(u.ID))
	}
}
