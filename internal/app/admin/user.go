package admin

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/factor"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// NewUser is somebody to add.
type NewUser struct {
	Name        string // UPN; without an @, in the tenant's default domain
	DisplayName string // empty: what is before the @
	Roles       []string
	// Password is the person's; empty: one is made, which they must change.
	Password string
	// Change: they must change it anyway.
	Change bool
}

// Person is a user with what is known besides.
type Person struct {
	directory.User
	Groups  []string `json:"groups,omitempty"`
	Roles   []string `json:"roles,omitempty"`
	Methods []string `json:"methods,omitempty"`
	// LockedUntil is when a locked account opens again; zero: it is open.
	LockedUntil time.Time `json:"lockedUntil,omitzero"`
}

// AddUser adds somebody and returns them with the password that was made, if
// one was.
func (t *Tenant) AddUser(ctx context.Context, n NewUser) (directory.User, string, error) {
	upn := n.Name
	if !strings.Contains(upn, "@") {
		upn += "@" + t.DefaultDomain()
	}
	name := n.DisplayName
	if name == "" {
		name, _, _ = strings.Cut(upn, "@")
	}
	roles, err := rolesOf(n.Roles)
	if err != nil {
		return directory.User{}, "", err
	}
	id, err := t.newID()
	if err != nil {
		return directory.User{}, "", err
	}
	u := directory.User{ID: access.UserID(id), TenantID: t.ID, UserPrincipalName: upn, DisplayName: name, AccountEnabled: true, Created: t.now()}
	hash, made, err := t.newPassword(ctx, &u, n.Password)
	if err != nil {
		return u, "", err
	}
	err = t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		if err := t.d.Users.Create(ctx, t.change(), &u); err != nil {
			return err
		}
		if err := t.setPassword(ctx, u.ID, hash, n.Change || made != ""); err != nil {
			return err
		}
		for _, role := range roles {
			if err := t.assignRole(ctx, u.ID, role); err != nil {
				return err
			}
		}
		return nil
	})
	return u, made, err
}

// newPassword returns the hash of a password that the tenant's rules allow, and
// makes one if none is given.
func (t *Tenant) newPassword(ctx context.Context, u *directory.User, password string) (hash, made string, err error) {
	if password == "" {
		if made, err = makePassword(t.random); err != nil {
			return "", "", err
		}
		password = made
	}
	if broken := factor.CheckPassword(t.Settings.Passwords, u, password); broken != "" {
		return "", "", fault.New(fault.Invalid, "The password is refused: it is %s by the rules of the tenant.", broken)
	}
	hash, err = t.passwords.Hash(ctx, password)
	return hash, made, err
}

// passwordAlphabets are the characters of a made password by class, without
// those that are taken for another. Each has 32 or 8, so that a byte maps to
// one without bias.
var passwordAlphabets = []string{"abcdefghijkmnpqrstuvwxyz23456789", "ABCDEFGH", "23456789"}

// makePassword makes a password of 80 random bits in all four classes.
func makePassword(random io.Reader) (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("read randomness for a password: %w", err)
	}
	at := func(alphabet string, b byte) byte { return alphabet[int(b)%len(alphabet)] }
	text := make([]byte, 0, 20)
	for i := range 14 {
		if i > 0 && i%5 == 0 {
			text = append(text, '-')
		}
		text = append(text, at(passwordAlphabets[0], b[i]))
	}
	return string(append(text, '-', at(passwordAlphabets[1], b[14]), at(passwordAlphabets[2], b[15]))), nil
}

func (t *Tenant) setPassword(ctx context.Context, id access.UserID, hash string, change bool) error {
	return t.d.Credentials.UpdateCredentials(ctx, t.change(), t.ID, id, func(u *directory.User, held *directory.UserCredentials) error {
		factor.SetPassword(u, held, hash, t.now(), change)
		return nil
	})
}

// rolesOf finds built-in roles by name or template id.
func rolesOf(names []string) ([]access.RoleID, error) {
	var list []access.RoleID
	for _, name := range names {
		role, err := pick("built-in role", name, directory.BuiltInRoles(), func(r *directory.BuiltInRole) []string { return []string{r.DisplayName, string(r.ID)} })
		if err != nil {
			return nil, err
		}
		list = append(list, role.ID)
	}
	return list, nil
}

func (t *Tenant) assignRole(ctx context.Context, user access.UserID, role access.RoleID) error {
	id, err := t.newID()
	if err != nil {
		return err
	}
	return t.d.RoleAssignments.Create(ctx, t.change(), &directory.RoleAssignment{
		ID: directory.RoleAssignmentID(id), TenantID: t.ID, RoleID: role, Principal: directory.PrincipalID(user),
	})
}

// Users returns the people whose names begin with a prefix.
func (t *Tenant) Users(ctx context.Context, prefix string) ([]directory.User, error) {
	list, err := all(func(p directory.Page) ([]directory.User, error) {
		p.Prefix = prefix
		return t.d.Users.List(ctx, t.ID, p)
	}, func(u *directory.User) string { return string(u.ID) })
	slices.SortFunc(list, func(a, b directory.User) int { return strings.Compare(a.UserPrincipalName, b.UserPrincipalName) })
	return list, err
}

// FindUser returns the person of a UPN or id; what is before the @ will do.
func (t *Tenant) FindUser(ctx context.Context, name string) (directory.User, error) {
	if directory.IsGUID(name) {
		return t.d.Users.Get(ctx, t.ID, access.UserID(directory.Fold(name)))
	}
	if !strings.Contains(name, "@") {
		name += "@" + t.DefaultDomain()
	}
	u, err := t.d.Users.ByName(ctx, t.ID, name)
	if fault.KindOf(err) == fault.NotFound {
		return u, fault.New(fault.NotFound, "There is no user %q in %s.", name, t.DisplayName)
	}
	return u, err
}

// Person tells all about somebody.
func (t *Tenant) Person(ctx context.Context, name string) (Person, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return Person{}, err
	}
	p := Person{User: u}
	groups, err := t.d.Memberships.TransitiveGroups(ctx, t.ID, directory.MemberID(u.ID))
	if err != nil {
		return p, err
	}
	for _, id := range groups {
		g, err := t.d.Groups.Get(ctx, t.ID, id)
		if err != nil {
			return p, err
		}
		p.Groups = append(p.Groups, g.DisplayName)
	}
	roles, err := t.d.RoleAssignments.RolesOf(ctx, t.ID, directory.PrincipalID(u.ID), t.now())
	if err != nil {
		return p, err
	}
	for _, id := range roles {
		name := string(id)
		if r, known := directory.RoleByID(id); known {
			name = r.DisplayName
		}
		p.Roles = append(p.Roles, name)
	}
	held, err := t.d.Credentials.Credentials(ctx, t.ID, u.ID)
	if err != nil {
		return p, err
	}
	p.Methods = methodsOf(&held)
	lock, err := t.d.Lockouts.Lockout(ctx, t.ID, directory.LockoutOf(u.ID))
	for _, counter := range []directory.Counter{lock.Familiar, lock.Unfamiliar} {
		if counter.Locked(t.now()) && counter.Until.After(p.LockedUntil) {
			p.LockedUntil = counter.Until
		}
	}
	return p, err
}

// methodsOf names what somebody can prove themselves with.
func methodsOf(held *directory.UserCredentials) []string {
	var list []string
	if held.Password != nil {
		list = append(list, "password")
	}
	for range held.TOTP {
		list = append(list, "authenticator app")
	}
	for range held.Passkeys {
		list = append(list, "passkey")
	}
	if held.AccessPass != nil {
		list = append(list, "temporary access pass")
	}
	return list
}

// EnableUser lets somebody sign in again, or no longer.
func (t *Tenant) EnableUser(ctx context.Context, name string, enabled bool) (directory.User, error) {
	return t.changeUser(ctx, name, func(u *directory.User) {
		u.AccountEnabled = enabled
		if !enabled { // what they hold ends with it
			u.SessionsValidFrom = t.now()
		}
	})
}

// RevokeSessions ends everything that somebody holds: sessions and refresh
// tokens (50173).
func (t *Tenant) RevokeSessions(ctx context.Context, name string) (directory.User, error) {
	return t.changeUser(ctx, name, func(u *directory.User) { u.SessionsValidFrom = t.now() })
}

func (t *Tenant) changeUser(ctx context.Context, name string, f func(*directory.User)) (directory.User, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, err
	}
	return t.d.Users.Update(ctx, t.change(), t.ID, u.ID, func(u *directory.User) error { f(u); return nil })
}

// RemoveUser deletes somebody with all they have.
func (t *Tenant) RemoveUser(ctx context.Context, name string) (directory.User, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, err
	}
	return u, t.d.Users.Delete(ctx, t.change(), t.ID, u.ID)
}

// ResetPassword sets a password, or makes one and returns it; somebody else
// chose it, so that the person must change it at the next sign-in. It unlocks
// the account and ends what the old password gave.
func (t *Tenant) ResetPassword(ctx context.Context, name, password string) (directory.User, string, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, "", err
	}
	hash, made, err := t.newPassword(ctx, &u, password)
	if err != nil {
		return u, "", err
	}
	return u, made, t.folder.DB.Transaction(ctx, func(ctx context.Context) error {
		if err := t.setPassword(ctx, u.ID, hash, true); err != nil {
			return err
		}
		return t.d.Lockouts.ForgetLockout(ctx, t.change(), t.ID, directory.LockoutOf(u.ID))
	})
}

// Unlock forgets the wrong passwords of somebody.
func (t *Tenant) Unlock(ctx context.Context, name string) (directory.User, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, err
	}
	return u, t.d.Lockouts.ForgetLockout(ctx, t.change(), t.ID, directory.LockoutOf(u.ID))
}

// ResetFactors takes away the second factors that somebody lost; they register
// anew at the next sign-in.
func (t *Tenant) ResetFactors(ctx context.Context, name string) (directory.User, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, err
	}
	return u, t.d.Credentials.UpdateCredentials(ctx, t.change(), t.ID, u.ID, func(_ *directory.User, held *directory.UserCredentials) error {
		factor.ResetFactors(held)
		return nil
	})
}

// AccessPass makes a temporary access pass, which counts as more than one
// factor, and returns its text. A lifetime of zero is the tenant's default.
func (t *Tenant) AccessPass(ctx context.Context, name string, lifetime time.Duration, once bool) (directory.User, directory.AccessPass, string, error) {
	u, err := t.FindUser(ctx, name)
	if err != nil {
		return u, directory.AccessPass{}, "", err
	}
	once = once || t.Settings.AccessPass.Once
	pass, text, err := factor.NewAccessPass(ctx, t.passwords, t.random, t.Settings.AccessPass, t.now(), lifetime, once)
	if err != nil {
		return u, pass, "", err
	}
	return u, pass, text, t.d.Credentials.UpdateCredentials(ctx, t.change(), t.ID, u.ID, func(_ *directory.User, held *directory.UserCredentials) error {
		held.AccessPass = &pass
		return nil
	})
}
