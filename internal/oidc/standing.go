package oidc

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/session"
	"github.com/sallyport-id/sallyport/internal/token"
)

// errNotStanding is why a token that is signed and in time is void all the
// same: it was revoked, or whom it speaks of may not sign in any more.
var errNotStanding = errors.New("the token was revoked")

// standing reads an access token and asks whether it still holds, on each use:
// what was taken back acts at once (SI-232). The user is nil for an app's
// token. An error that is neither errNotStanding nor the token's means that the
// machine broke; broken tells.
func (f *Front) standing(ctx context.Context, text string) (read token.Read, user *directory.User, broken bool, err error) {
	read, err = f.parts.Tokens.Read(text, f.router.Now())
	switch {
	case err != nil:
		return read, nil, false, err
	case !read.Access:
		return read, nil, false, errors.New("the token is an ID token")
	}
	for _, check := range []func(context.Context, *token.Read) error{f.notRevoked, f.grantHolds, f.deviceHolds} {
		if err := check(ctx, &read); err != nil {
			return read, nil, !errors.Is(err, errNotStanding), err
		}
	}
	if read.AppOnly {
		err = f.appHolds(ctx, &read)
	} else {
		user, err = f.userHolds(ctx, &read)
	}
	return read, user, err != nil && !errors.Is(err, errNotStanding), err
}

// notRevoked asks whether the token itself was revoked.
func (f *Front) notRevoked(ctx context.Context, read *token.Read) error {
	_, err := f.parts.Revoked.Get(ctx, read.ID)
	switch {
	case err == nil:
		return errNotStanding
	case errors.Is(err, fault.NotFound):
		return nil
	}
	return err
}

// grantHolds asks whether the grant behind the token was revoked.
func (f *Front) grantHolds(ctx context.Context, read *token.Read) error {
	if read.Grant == "" {
		return nil
	}
	grant, err := f.parts.Grants.Get(ctx, session.GrantID(read.Grant))
	switch {
	case errors.Is(err, fault.NotFound):
		return errNotStanding
	case err != nil:
		return err
	case grant.Revoked != nil:
		return errNotStanding
	}
	// The account that proved itself may live in another tenant.
	user, err := f.parts.Directory.Users.Get(ctx, grant.SignIn.TenantID, grant.SignIn.UserID)
	switch {
	case errors.Is(err, fault.NotFound):
		return errNotStanding
	case err != nil:
		return err
	case grant.SignIn.StandingOf(&user, f.router.Now()) != session.Good:
		return errNotStanding
	}
	return nil
}

// deviceHolds asks whether the device that the token names is still let in.
func (f *Front) deviceHolds(ctx context.Context, read *token.Read) error {
	if read.Device == "" {
		return nil
	}
	device, err := f.parts.Directory.Devices.ByDeviceID(ctx, read.Tenant, directory.DeviceID(read.Device))
	switch {
	case errors.Is(err, fault.NotFound), err == nil && !device.AccountEnabled:
		return errNotStanding
	}
	return err
}

// userHolds asks whether the account is there, enabled, and was not signed out
// everywhere since the token was issued.
func (f *Front) userHolds(ctx context.Context, read *token.Read) (*directory.User, error) {
	user, err := f.parts.Directory.Users.Get(ctx, read.Tenant, access.UserID(read.Object))
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, errNotStanding
	case err != nil:
		return nil, err
	case !user.AccountEnabled, user.Voids(read.Issued.Add(time.Second-time.Millisecond), slices.Contains(read.Methods, "pwd")):
		// iat is in whole seconds: a token of the same second is not older.
		return nil, errNotStanding
	}
	return &user, nil
}

// appHolds asks whether the app is still let in.
func (f *Front) appHolds(ctx context.Context, read *token.Read) error {
	principal, err := f.parts.Directory.ServicePrincipals.Get(ctx, read.Tenant, access.ServicePrincipalID(read.Object))
	switch {
	case errors.Is(err, fault.NotFound), err == nil && !principal.AccountEnabled:
		return errNotStanding
	}
	return err
}

// capable reports whether a client answers claims challenges.
func capable(read *token.Read) bool {
	return slices.ContainsFunc(read.Capabilities, func(c string) bool { return strings.EqualFold(c, continuousAccess) })
}
