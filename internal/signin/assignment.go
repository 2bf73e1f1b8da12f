package signin

import (
	"slices"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/result"
)

// checkAssignment is P15: whether the app lets in only who is assigned to it,
// themselves or through a group that directly contains them (50105). It also
// finds the app roles for the token.
func (r *run) checkAssignment() (*stop, error) {
	target := r.client
	if r.resource != nil {
		target = &r.resource.Principal
	}
	app := r.app
	if r.resource != nil {
		app = r.resource.App
	}
	r.appRoles = nil
	own := target != r.client && r.client.AssignmentRequired && !r.appOnly()
	if !target.AssignmentRequired && !own && (app == nil || len(app.Roles) == 0) {
		return nil, nil
	}
	d := &r.p.parts.Directory
	principals := []directory.PrincipalID{r.principal()}
	direct, err := d.Memberships.DirectGroups(r.ctx, r.tenant.ID, directory.MemberID(r.principal()))
	if err != nil {
		return nil, err
	}
	for _, g := range direct {
		principals = append(principals, directory.PrincipalID(g))
	}
	assigned, err := d.AppRoleAssignments.Assigned(r.ctx, r.tenant.ID, target.ID, principals...)
	if err != nil {
		return nil, err
	}
	if len(assigned) == 0 && target.AssignmentRequired {
		return refuse(result.EntitlementGrantsNotFound)
	}
	if own {
		mine, err := d.AppRoleAssignments.Assigned(r.ctx, r.tenant.ID, r.client.ID, principals...)
		if err != nil {
			return nil, err
		}
		if len(mine) == 0 {
			return refuse(result.EntitlementGrantsNotFound)
		}
	}
	for _, a := range assigned {
		if app == nil {
			break
		}
		role, ok := app.RoleByID(a.Role)
		fits := role.ForUsers
		if r.appOnly() {
			fits = role.ForApps
		}
		if ok && fits && role.Value != "" && !slices.Contains(r.appRoles, role.Value) {
			r.appRoles = append(r.appRoles, role.Value)
		}
	}
	return nil, nil
}
