package signin

import (
	"slices"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// checkAssignment is P15: whether the app and the resource let in only who is
// assigned to them, themselves or through a group that directly contains them
// (50105). It also finds the app roles for the token.
func (r *run) checkAssignment() (*stop, error) {
	target, app := r.client, r.app
	if r.resource != nil {
		target, app = &r.resource.Principal, r.resource.App
	}
	r.appRoles = nil
	client := target != r.client && r.client.AssignmentRequired && !r.appOnly()
	if !target.AssignmentRequired && !client && (app == nil || len(app.Roles) == 0) {
		return nil, nil
	}
	principals, err := r.assignable()
	if err != nil {
		return nil, err
	}
	d := r.p.parts.Directory.AppRoleAssignments
	assigned, err := d.Assigned(r.ctx, r.tenant.ID, target.ID, principals...)
	if err != nil {
		return nil, err
	}
	if len(assigned) == 0 && target.AssignmentRequired {
		return refuse(result.EntitlementGrantsNotFound)
	}
	if client {
		own, err := d.Assigned(r.ctx, r.tenant.ID, r.client.ID, principals...)
		if err != nil {
			return nil, err
		}
		if len(own) == 0 {
			return refuse(result.EntitlementGrantsNotFound)
		}
	}
	if app != nil {
		r.appRoles = r.rolesIn(app, assigned)
	}
	return nil, nil
}

// assignable are whose assignments count: the principal's own, and those of the
// groups that directly contain it.
func (r *run) assignable() ([]directory.PrincipalID, error) {
	principals := []directory.PrincipalID{r.principal()}
	direct, err := r.p.parts.Directory.Memberships.DirectGroups(r.ctx, r.tenant.ID, directory.MemberID(r.principal()))
	for _, g := range direct {
		principals = append(principals, directory.PrincipalID(g))
	}
	return principals, err
}

// rolesIn are the values of the app roles that assignments give.
func (r *run) rolesIn(app *directory.Application, assigned []directory.AppRoleAssignment) []string {
	var values []string
	for _, a := range assigned {
		role, ok := app.RoleByID(a.Role)
		fits := role.ForUsers
		if r.appOnly() {
			fits = role.ForApps
		}
		if ok && fits && role.Value != "" && !slices.Contains(values, role.Value) {
			values = append(values, role.Value)
		}
	}
	return values
}
