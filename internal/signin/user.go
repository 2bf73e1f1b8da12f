package signin

import (
	"context"
	"errors"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/result"
)

// findUser is P8: the account, where it authenticates. A name that nobody has
// stops nothing here: the password page asks for it like any other, and only
// the log will know (50034, SI-103).
func (r *run) findUser() (*stop, error) {
	if r.appOnly() {
		return nil, nil
	}
	if r.a.Account.User == "" && r.a.Name != "" {
		if err := r.resolveName(); err != nil {
			return nil, err
		}
	}
	if r.a.Account.User == "" {
		return nil, nil
	}
	if err := r.loadAccount(); err != nil {
		if errors.Is(err, fault.NotFound) { // deleted since
			r.account = nil
			return &stop{code: result.UserAccountNotFound, told: result.InvalidUserNameOrPassword}, nil
		}
		return nil, err
	}
	return nil, nil
}

// appOnly reports whether an app signs in as itself.
func (r *run) appOnly() bool { return r.subject != nil && r.subject.Artefact == NoArtefact }

// resolveName finds whom a typed name means: somebody here, or somebody of the
// tenant that owns the name's domain (home realm).
func (r *run) resolveName() error {
	d := &r.p.parts.Directory
	user, err := d.Users.ByName(r.ctx, r.tenant.ID, r.a.Name)
	switch {
	case err == nil && user.External != nil && user.External.HomeUserID != "":
		r.a.Account = account{user.External.HomeTenantID, user.External.HomeUserID}
		return nil
	case err == nil:
		r.a.Account = account{r.tenant.ID, user.ID}
		return nil
	case !errors.Is(err, fault.NotFound):
		return err
	}
	_, domain, _ := strings.Cut(r.a.Name, "@")
	if domain == "" || r.tenant.Owns(domain) {
		return nil
	}
	home, err := d.Tenants.ByName(r.ctx, domain)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	user, err = d.Users.ByName(r.ctx, home.ID, r.a.Name)
	switch {
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	r.a.Account = account{home.ID, user.ID}
	return nil
}

// loadAccount reads the account and its tenant.
func (r *run) loadAccount() error {
	d := &r.p.parts.Directory
	if r.account == nil || r.account.ID != r.a.Account.User || r.account.TenantID != r.a.Account.Tenant {
		user, err := d.Users.Get(r.ctx, r.a.Account.Tenant, r.a.Account.User)
		if err != nil {
			return err
		}
		r.account = &user
	}
	r.home = r.tenant
	if r.account.TenantID != r.tenant.ID {
		home, err := d.Tenants.Get(r.ctx, r.account.TenantID)
		if err != nil {
			return err
		}
		r.home = &home
	}
	return nil
}

// credentials reads what the account can prove itself with, once.
func (r *run) credentials() (*directory.UserCredentials, error) {
	if r.held == nil {
		held, err := r.p.parts.Directory.Credentials.Credentials(r.ctx, r.account.TenantID, r.account.ID)
		if err != nil {
			return nil, err
		}
		r.held = &held
	}
	return r.held, nil
}

// use changes the account's credentials by what a proof uses up.
func (r *run) use(f func(*directory.UserCredentials) error) error {
	r.held = nil
	return r.p.parts.Directory.Credentials.UseCredentials(r.ctx, r.account.TenantID, r.account.ID, f)
}

// update changes the account and its credentials, audited.
func (r *run) update(f func(*directory.User, *directory.UserCredentials) error) error {
	r.held = nil
	if err := r.p.parts.Directory.Credentials.UpdateCredentials(r.ctx, r.change(), r.account.TenantID, r.account.ID, f); err != nil {
		return err
	}
	user, err := r.p.parts.Directory.Users.Get(r.ctx, r.account.TenantID, r.account.ID)
	if err != nil {
		return err
	}
	if r.user != nil && r.user.ID == user.ID {
		r.user = &user
	}
	r.account = &user
	return nil
}

// crossTenant is P11: the account's object in the addressed tenant. Inbound and
// outbound settings (500212, 500213) have their place before it.
func (r *run) crossTenant() (*stop, error) {
	if r.appOnly() {
		return nil, nil
	}
	if r.account.TenantID == r.tenant.ID {
		r.user = r.account
	} else {
		guest, err := r.p.parts.Directory.Users.ByHome(r.ctx, r.tenant.ID, r.account.TenantID, r.account.ID)
		switch {
		case errors.Is(err, fault.NotFound) && r.a.FromSession:
			return refuse(result.SsoUserAccountNotFoundInResourceTenant)
		case errors.Is(err, fault.NotFound):
			return refuse(result.UserUnauthorized)
		case err != nil:
			return nil, err
		case !guest.AccountEnabled:
			r.user = &guest
			return refuse(result.UserDisabled)
		}
		r.user = &guest
	}
	if r.user.MayRedeem() {
		return refuse(result.GuestUserInPendingState)
	}
	return nil, nil
}

// principal returns the id of who asks, as roles and groups know it.
func (r *run) principal() directory.PrincipalID {
	if r.appOnly() {
		return directory.PrincipalID(r.client.ID)
	}
	return directory.PrincipalID(r.user.ID)
}

// memberships reads groups and roles, once.
func (r *run) memberships(ctx context.Context) (err error) {
	if r.groups != nil {
		return nil
	}
	d := &r.p.parts.Directory
	if r.groups, err = d.Memberships.TransitiveGroups(ctx, r.tenant.ID, directory.MemberID(r.principal())); err != nil {
		return err
	}
	if r.groups == nil {
		r.groups = []access.GroupID{}
	}
	r.roles, err = d.RoleAssignments.RolesOf(ctx, r.tenant.ID, r.principal(), r.now)
	return err
}
