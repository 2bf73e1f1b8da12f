package directory

import (
	"context"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// Group is a set of people, devices, service principals and other groups.
type Group struct {
	ID               access.GroupID  `json:"id"`
	TenantID         access.TenantID `json:"tenantId"`
	DisplayName      string          `json:"displayName"`
	Description      string          `json:"description,omitempty"`
	MailNickname     string          `json:"mailNickname,omitempty"`
	SecurityEnabled  bool            `json:"securityEnabled"`
	RoleAssignable   bool            `json:"isAssignableToRole,omitempty"`
	OnPremisesDomain string          `json:"onPremisesDomainName,omitempty"`
	Created          time.Time       `json:"createdDateTime"`
}

// Groups stores groups; Memberships stores who is in them.
type Groups interface {
	Objects[access.GroupID, Group]
}

// MemberKind is what a member is.
type MemberKind string

// The kinds of members.
const (
	MemberUser             MemberKind = "user"
	MemberGroup            MemberKind = "group"
	MemberServicePrincipal MemberKind = "servicePrincipal"
	MemberDevice           MemberKind = "device"
)

// GroupMember is one direct member of a group.
type GroupMember struct {
	Kind MemberKind `json:"kind"`
	ID   MemberID   `json:"id"`
}

// Memberships stores who is in which group. Groups may nest in any way, also
// in circles, in which every group contains the members of all. A deleted
// member leaves its groups.
type Memberships interface {
	// AddMember puts a member into a group: fault.NotFound if either does
	// not exist, fault.Conflict if it is in there already, fault.Invalid if
	// a group would directly contain itself.
	AddMember(ctx context.Context, change Change, tenant access.TenantID, group access.GroupID, member GroupMember) error
	// RemoveMember takes a direct member out, or fails with fault.NotFound.
	RemoveMember(ctx context.Context, change Change, tenant access.TenantID, group access.GroupID, member MemberID) error
	// Members returns the direct members of a page, by id.
	Members(ctx context.Context, tenant access.TenantID, group access.GroupID, page Page) ([]GroupMember, error)
	// DirectGroups returns the groups that directly contain the member, by
	// id (50105 counts only these).
	DirectGroups(ctx context.Context, tenant access.TenantID, member MemberID) ([]access.GroupID, error)
	// TransitiveGroups returns the groups that contain the member directly
	// or through other groups, by id (CA-14).
	TransitiveGroups(ctx context.Context, tenant access.TenantID, member MemberID) ([]access.GroupID, error)
}

// Check brings g into its stored form and reports every broken rule.
func (g *Group) Check() error {
	fold(&g.ID)
	fold(&g.TenantID)
	instants(&g.Created)
	g.DisplayName = strings.TrimSpace(g.DisplayName)
	var c fault.Check
	checkIDs(&c, string(g.ID), g.TenantID)
	checkName(&c, "displayName", g.DisplayName)
	c.Require(!g.RoleAssignable || g.SecurityEnabled, "isAssignableToRole", "needs a security group")
	return c.Err("group")
}
