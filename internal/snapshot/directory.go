package snapshot

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

// User is a user object.
type User struct {
	ID          access.UserID
	UPN         string
	DisplayName string
	Type        access.Fact[access.UserType]
	Enabled     access.Fact[bool]
}

// Group is a group object; who is in it is told by Tenant.GroupsOf.
type Group struct {
	ID          access.GroupID
	DisplayName string
}

// Role is a directory role.
type Role struct {
	Template    access.RoleID // what policies name
	ID          string        // of the activated role or of the definition
	DisplayName string
	BuiltIn     bool
}

// RoleAssignment gives a role to a user or group.
type RoleAssignment struct {
	Principal string
	Role      string // the id of the role's definition
	Scope     string // "/" is the whole tenant
}

// Named is an object that is referred to by its id.
type Named struct{ ID, DisplayName string }

// App is an application or its service principal.
type App struct {
	ID          string // of the object
	AppID       access.AppID
	DisplayName string
}

// CrossTenant is what this tenant trusts of another, or of all that have no
// settings of their own.
type CrossTenant struct {
	Tenant access.TenantID // empty: the default
	Trust  access.Fact[access.InboundTrust]
}

// directory adds an object that is no part of a policy set.
func (r *reader) directory(e graphjson.Entry) {
	for _, err := range e.Node.Duplicates() {
		r.note(err)
	}
	o := object{r, e}
	t := r.tenant
	id := o.text("id")
	if e.Shape != graphjson.ShapeCrossTenantAccess && e.Shape != graphjson.ShapeSecurityDefaults && !r.once(e, id) {
		return
	}
	switch e.Shape {
	case graphjson.ShapeUser:
		o.user(id)
	case graphjson.ShapeGroup:
		t.Groups = append(t.Groups, Group{access.GroupID(id), o.text("displayName")})
		for _, list := range []string{"members", "transitiveMembers"} {
			t.membershipIsKnown = t.membershipIsKnown || e.Node.Member(list).Kind() == graphjson.Array
			for _, member := range o.ids(list) {
				r.join(member, access.GroupID(id))
			}
		}
		o.memberOf(id)
	case graphjson.ShapeRole:
		o.role(id)
	case graphjson.ShapeRoleAssignment:
		t.RoleAssignments = append(t.RoleAssignments, RoleAssignment{o.text("principalId"), o.text("roleDefinitionId"), o.text("directoryScopeId")})
	case graphjson.ShapeAuthenticationContext:
		t.Contexts = append(t.Contexts, Named{id, o.text("displayName")})
	case graphjson.ShapeTermsOfUse:
		t.TermsOfUse = append(t.TermsOfUse, Named{id, o.text("displayName")})
	case graphjson.ShapeApplication, graphjson.ShapeServicePrincipal:
		t.Apps = append(t.Apps, App{id, access.AppID(o.text("appId")), o.text("displayName")})
		o.memberOf(id)
	case graphjson.ShapeCrossTenantAccess:
		o.crossTenant()
	case graphjson.ShapeSecurityDefaults:
		if on, known := o.truth(e.Node, "isEnabled"); known {
			t.SecurityDefaults = access.Known(on)
		}
	}
}

func (o object) user(id string) {
	u := User{ID: access.UserID(id), UPN: o.text("userPrincipalName"), DisplayName: o.text("displayName")}
	switch text := o.text("userType"); {
	case strings.EqualFold(text, "Member"):
		u.Type = access.Known(access.Member)
	case strings.EqualFold(text, "Guest"):
		u.Type = access.Known(access.Guest)
	case text != "":
		o.wrong(o.e.Node.Member("userType"), "userType", "Member or Guest")
	}
	if on, known := o.truth(o.e.Node, "accountEnabled"); known {
		u.Enabled = access.Known(on)
	}
	o.r.tenant.Users = append(o.r.tenant.Users, u)
	o.memberOf(id)
}

// memberOf reads the groups that a member was exported with. Graph lists roles
// and administrative units among them.
func (o object) memberOf(id string) {
	for _, list := range []string{"memberOf", "transitiveMemberOf"} {
		items, ids := o.e.Node.Member(list).Items(), o.ids(list)
		if len(ids) != len(items) {
			return // what is wrong was told
		}
		for i, item := range items {
			switch strings.ToLower(item.Member("@odata.type").Text()) {
			case "#microsoft.graph.directoryrole":
				role := item.Member("roleTemplateId").Text()
				if role == "" {
					role = ids[i]
				}
				o.r.tenant.RoleAssignments = append(o.r.tenant.RoleAssignments, RoleAssignment{id, role, wholeTenant})
			case "#microsoft.graph.administrativeunit":
			default:
				o.r.join(id, access.GroupID(ids[i]))
			}
		}
	}
}

func (o object) role(id string) {
	template := o.text("roleTemplateId")
	builtIn := template != ""
	if !builtIn {
		template = o.text("templateId")
		builtIn, _ = o.truth(o.e.Node, "isBuiltIn")
	}
	if template == "" {
		template = id
	}
	o.r.tenant.Roles = append(o.r.tenant.Roles, Role{access.RoleID(template), id, o.text("displayName"), builtIn})
	for _, member := range o.ids("members") {
		o.r.tenant.RoleAssignments = append(o.r.tenant.RoleAssignments, RoleAssignment{member, id, wholeTenant})
	}
}

// wholeTenant is the scope of an assignment that CA-15 counts.
const wholeTenant = "/"

func (o object) crossTenant() {
	c := CrossTenant{Tenant: access.TenantID(o.text("tenantId"))}
	if trust := o.e.Node.Member("inboundTrust"); trust.Kind() == graphjson.Object {
		mfa, _ := o.truth(trust, "isMfaAccepted")
		compliant, _ := o.truth(trust, "isCompliantDeviceAccepted")
		joined, _ := o.truth(trust, "isHybridAzureADJoinedDeviceAccepted")
		c.Trust = access.Known(access.InboundTrust{MFA: mfa, CompliantDevice: compliant, DomainJoinedDevice: joined})
	}
	if o.r.once(graphjson.Entry{Node: o.e.Node, Path: o.e.Path, Shape: o.e.Shape}, "of "+string(c.Tenant)) {
		o.r.tenant.CrossTenant = append(o.r.tenant.CrossTenant, c)
	}
}

// join notes that a user, group or service principal is in a group.
func (r *reader) join(member string, group access.GroupID) {
	k := strings.ToLower(member)
	r.tenant.membershipIsKnown = true
	r.tenant.memberOf[k] = append(r.tenant.memberOf[k], group)
}

// membersOf is the context of a list of a group's members.
var membersOf = regexp.MustCompile(`(?i)#groups\('?([^')]+)'?\)/(?:members|transitiveMembers)`)

// members reads a collection that lists the members of one group; it returns
// false for anything else. Its items are no objects of the tenant: a person is
// listed once for every group.
func (r *reader) members(n *graphjson.Node) bool {
	group := membersOf.FindStringSubmatch(n.Member("@odata.context").Text())
	if group == nil {
		return false
	}
	o := object{r, graphjson.Entry{Node: n}}
	for _, member := range o.ids("value") {
		r.join(member, access.GroupID(group[1]))
	}
	return true
}

// GroupsOf returns the groups that a user, group or service principal is in,
// directly or through other groups (CA-14), in the order of their ids. That
// there are none says something only if MembershipIsKnown.
func (t *Tenant) GroupsOf(member string) []access.GroupID {
	found := map[string]access.GroupID{}
	queue := []string{member}
	for len(queue) > 0 {
		next := strings.ToLower(queue[0])
		queue = queue[1:]
		for _, g := range t.memberOf[next] {
			k := strings.ToLower(string(g))
			if _, ok := found[k]; !ok {
				found[k] = g
				queue = append(queue, k)
			}
		}
	}
	groups := make([]access.GroupID, 0, len(found))
	for _, g := range found {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	return groups
}

// MembershipIsKnown reports whether the files tell the members of any group.
func (t *Tenant) MembershipIsKnown() bool { return t.membershipIsKnown }

// RolesOf returns the roles that a user has for the whole tenant, also through
// groups: built-in ones only (CA-15), by the ids that policies name.
func (t *Tenant) RolesOf(user access.UserID) []access.RoleID {
	principals := []string{strings.ToLower(string(user))}
	for _, g := range t.GroupsOf(string(user)) {
		principals = append(principals, strings.ToLower(string(g)))
	}
	var roles []access.RoleID
	for _, a := range t.RoleAssignments {
		if a.Scope != "" && a.Scope != wholeTenant || !slices.Contains(principals, strings.ToLower(a.Principal)) {
			continue
		}
		if id, ok := t.roleTemplate(a.Role); ok {
			roles = append(roles, id)
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// roleTemplate returns the id that policies name a role by; false for a role of
// the tenant's own. A definition that was not exported counts as built-in: its id
// is the template's.
func (t *Tenant) roleTemplate(id string) (access.RoleID, bool) {
	for _, r := range t.Roles {
		if strings.EqualFold(r.ID, id) {
			return r.Template, r.BuiltIn
		}
	}
	return access.RoleID(id), true
}

// User returns the user with the id or user principal name; of two with the same
// name, the first.
func (t *Tenant) User(idOrUPN string) (User, bool) {
	if t.users != nil {
		i, ok := t.users[strings.ToLower(idOrUPN)]
		if !ok {
			return User{}, false
		}
		return t.Users[i], true
	}
	for _, u := range t.Users {
		if strings.EqualFold(string(u.ID), idOrUPN) || strings.EqualFold(u.UPN, idOrUPN) {
			return u, true
		}
	}
	return User{}, false
}

// indexUsers makes User fast: a log asks for each of its people.
func (t *Tenant) indexUsers() {
	t.users = make(map[string]int, 2*len(t.Users))
	for i, u := range t.Users {
		for _, name := range []string{string(u.ID), u.UPN} {
			name = strings.ToLower(name)
			if _, taken := t.users[name]; !taken && name != "" {
				t.users[name] = i
			}
		}
	}
}

// InboundTrust returns what is trusted of a tenant: by its own settings, else by
// the default ones (XT-1); unknown if neither was exported.
func (t *Tenant) InboundTrust(home access.TenantID) access.Fact[access.InboundTrust] {
	var trust access.Fact[access.InboundTrust]
	for _, c := range t.CrossTenant {
		own := c.Tenant != "" && strings.EqualFold(string(c.Tenant), string(home))
		if c.Trust.IsKnown() && (own || c.Tenant == "" && !trust.IsKnown()) {
			trust = c.Trust
		}
		if own && c.Trust.IsKnown() {
			break
		}
	}
	return trust
}
