package store

import (
	"context"
	"database/sql"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

func (db *DB) groups() *collection[access.GroupID, directory.Group, *directory.Group] {
	return collect[access.GroupID](db, shape[directory.Group]{
		kind: "group", table: "groups",
		row: func(g *directory.Group) row {
			return row{tenant: g.TenantID, id: string(g.ID), name: g.DisplayName, label: g.MailNickname}
		},
		follow: func(ctx context.Context, q Queryer, before, after *directory.Group) error {
			if after != nil {
				return nil
			}
			return forget(ctx, q, before.TenantID, string(before.ID))
		},
	})
}

// memberships stores who is in which group.
type memberships struct{ db *DB }

var _ directory.Memberships = memberships{}

// memberTables is where each kind of member is found.
var memberTables = map[directory.MemberKind]string{
	directory.MemberUser:             "users",
	directory.MemberGroup:            "groups",
	directory.MemberServicePrincipal: "service_principals",
	directory.MemberDevice:           "devices",
}

func (m memberships) AddMember(ctx context.Context, change directory.Change, tenant access.TenantID, group access.GroupID, member directory.GroupMember) error {
	tenant, group, member.ID = directory.Fold(tenant), directory.Fold(group), directory.Fold(member.ID)
	table, known := memberTables[member.Kind]
	switch {
	case !known:
		return fault.New(fault.Invalid, "%q is no kind of member.", member.Kind)
	case string(group) == string(member.ID):
		return fault.New(fault.Invalid, "A group cannot be a member of itself.")
	}
	return m.db.write(ctx, func(ctx context.Context, q Queryer) error {
		found, err := exists(ctx, q, "SELECT 1 FROM "+table+" WHERE tenant_id = $1 AND id = $2", tenant, member.ID)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "There is no such %s.", member.Kind)
		}
		name, err := m.name(ctx, q, tenant, group)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, q, "INSERT INTO group_members (tenant_id, group_id, member_id, kind) VALUES ($1, $2, $3, $4)", tenant, group, member.ID, member.Kind); err != nil {
			if m.db.backend.Meaning(err) == Duplicate {
				return fault.Wrap(fault.Conflict, err, "It is a member of the group already.")
			}
			return m.db.refusal(err, "membership")
		}
		return entry{change: change, tenant: tenant, action: "add member", kind: "group", id: string(group), name: name, after: member}.write(ctx, q)
	})
}

// name returns the name of a group, or fault.NotFound.
func (m memberships) name(ctx context.Context, q Queryer, tenant access.TenantID, group access.GroupID) (string, error) {
	g, err := m.db.groups().first(ctx, q, "SELECT doc FROM groups WHERE tenant_id = $1 AND id = $2", tenant, group)
	return g.DisplayName, err
}

func (m memberships) RemoveMember(ctx context.Context, change directory.Change, tenant access.TenantID, group access.GroupID, member directory.MemberID) error {
	tenant, group, member = directory.Fold(tenant), directory.Fold(group), directory.Fold(member)
	return m.db.write(ctx, func(ctx context.Context, q Queryer) error {
		name, err := m.name(ctx, q, tenant, group)
		if err != nil {
			return err
		}
		removed, err := exec(ctx, q, "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND member_id = $3", tenant, group, member)
		if err != nil {
			return err
		}
		if removed == 0 {
			return fault.New(fault.NotFound, "It is not a direct member of the group.")
		}
		return entry{change: change, tenant: tenant, action: "remove member", kind: "group", id: string(group), name: name, before: map[string]any{"id": member}}.write(ctx, q)
	})
}

func (m memberships) Members(ctx context.Context, tenant access.TenantID, group access.GroupID, page directory.Page) ([]directory.GroupMember, error) {
	var members []directory.GroupMember
	err := each(ctx, m.db.reader(ctx), func(rows *sql.Rows) error {
		var member directory.GroupMember
		err := rows.Scan(&member.ID, &member.Kind)
		members = append(members, member)
		return err
	}, "SELECT member_id, kind FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND member_id > $3 ORDER BY member_id LIMIT $4",
		directory.Fold(tenant), directory.Fold(group), directory.Fold(page.After), page.Size())
	return members, m.db.failure(err)
}

func (m memberships) DirectGroups(ctx context.Context, tenant access.TenantID, member directory.MemberID) ([]access.GroupID, error) {
	groups, err := texts[access.GroupID](ctx, m.db.reader(ctx),
		"SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2 ORDER BY group_id", directory.Fold(tenant), directory.Fold(member))
	return groups, m.db.failure(err)
}

// containing is every group that contains $2 in tenant $1. UNION, unlike UNION
// ALL, adds a group only once, so that circles end. CROSS JOIN has SQLite go
// from the groups found to those that contain them; left to choose, it reads
// every membership of the tenant for each group found.
const containing = "WITH RECURSIVE containing(id) AS (" +
	"SELECT group_id FROM group_members WHERE tenant_id = $1 AND member_id = $2" +
	" UNION SELECT m.group_id FROM containing c CROSS JOIN group_members m WHERE m.tenant_id = $1 AND m.member_id = c.id) "

func (m memberships) TransitiveGroups(ctx context.Context, tenant access.TenantID, member directory.MemberID) ([]access.GroupID, error) {
	groups, err := texts[access.GroupID](ctx, m.db.reader(ctx), containing+"SELECT id FROM containing ORDER BY id", directory.Fold(tenant), directory.Fold(member))
	return groups, m.db.failure(err)
}
