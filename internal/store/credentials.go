package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// credentials stores what people prove themselves with.
type credentials struct{ db *DB }

var _ directory.Credentials = credentials{}

func (c credentials) Credentials(ctx context.Context, tenant access.TenantID, user access.UserID) (directory.UserCredentials, error) {
	tenant, user = directory.Fold(tenant), directory.Fold(user)
	held, _, err := c.read(ctx, c.db.reader(ctx), tenant, user)
	return held, c.db.failure(err)
}

// read returns a user's credentials and whether any are kept. One query, also
// for a user who has none, so that they are of one moment.
func (c credentials) read(ctx context.Context, q Queryer, tenant access.TenantID, user access.UserID) (directory.UserCredentials, bool, error) {
	held := directory.UserCredentials{TenantID: tenant, UserID: user}
	var sealed []byte
	found, err := one(ctx, q, []any{&sealed},
		"SELECT c.sealed FROM users u LEFT JOIN credentials c ON c.tenant_id = u.tenant_id AND c.user_id = u.id WHERE u.tenant_id = $1 AND u.id = $2", tenant, user)
	switch {
	case err != nil:
		return held, false, err
	case !found:
		return held, false, fault.New(fault.NotFound, "There is no such user.")
	case sealed == nil:
		return held, false, nil
	}
	err = c.db.unseal(sealed, &held, "credentials", string(tenant), string(user))
	return held, true, err
}

// keep writes a user's credentials and the table by which passkeys are found.
func (c credentials) keep(ctx context.Context, q Queryer, held bool, before, after *directory.UserCredentials) error {
	sealed, err := c.db.seal(after, "credentials", string(after.TenantID), string(after.UserID))
	if err != nil {
		return err
	}
	query := "INSERT INTO credentials (tenant_id, user_id, sealed) VALUES ($1, $2, $3)"
	if held {
		query = "UPDATE credentials SET sealed = $3 WHERE tenant_id = $1 AND user_id = $2"
	}
	if _, err := exec(ctx, q, query, after.TenantID, after.UserID, sealed); err != nil {
		return err
	}
	if samePasskeys(before.Passkeys, after.Passkeys) {
		return nil
	}
	if _, err := exec(ctx, q, "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2", after.TenantID, after.UserID); err != nil {
		return err
	}
	for _, p := range after.Passkeys {
		if _, err := exec(ctx, q, "INSERT INTO passkeys (tenant_id, credential, user_id) VALUES ($1, $2, $3)", after.TenantID, credentialKey(p.CredentialID), after.UserID); err != nil {
			return c.db.refusal(err, "passkey")
		}
	}
	return nil
}

// samePasskeys reports whether two lists name the same credentials in the same
// order.
func samePasskeys(a, b []directory.Passkey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if string(a[i].CredentialID) != string(b[i].CredentialID) {
			return false
		}
	}
	return true
}

// credentialKey is how a WebAuthn credential id, up to 1023 bytes, is looked up.
func credentialKey(id []byte) string {
	sum := sha256.Sum256(id)
	return hex.EncodeToString(sum[:])
}

func (c credentials) UpdateCredentials(ctx context.Context, change directory.Change, tenant access.TenantID, user access.UserID, f func(*directory.User, *directory.UserCredentials) error) error {
	tenant, user = directory.Fold(tenant), directory.Fold(user)
	users := c.db.users()
	return c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		before, held, err := c.read(ctx, q, tenant, user)
		if err != nil {
			return err
		}
		after, err := clone(before)
		if err != nil {
			return err
		}
		person, err := users.change(ctx, q, change, tenant, user, func(u *directory.User) error { return f(u, &after) })
		if err != nil {
			return err
		}
		if changed, err := c.settle(ctx, q, held, &before, &after); err != nil || !changed {
			return err
		}
		return entry{change: change, tenant: tenant, action: "update credentials", kind: "user", id: string(user), name: person.DisplayName, before: before, after: after}.write(ctx, q)
	})
}

func (c credentials) UseCredentials(ctx context.Context, tenant access.TenantID, user access.UserID, f func(*directory.UserCredentials) error) error {
	tenant, user = directory.Fold(tenant), directory.Fold(user)
	return c.db.write(ctx, func(ctx context.Context, q Queryer) error {
		before, held, err := c.read(ctx, q, tenant, user)
		if err != nil {
			return err
		}
		after, err := clone(before)
		if err != nil {
			return err
		}
		if err := f(&after); err != nil {
			return err
		}
		_, err = c.settle(ctx, q, held, &before, &after)
		return err
	})
}

// settle checks changed credentials and keeps them; it reports whether there
// was a change.
func (c credentials) settle(ctx context.Context, q Queryer, held bool, before, after *directory.UserCredentials) (bool, error) {
	after.TenantID, after.UserID = before.TenantID, before.UserID
	if err := after.Check(); err != nil {
		return false, err
	}
	if reflect.DeepEqual(*before, *after) {
		return false, nil
	}
	return true, c.keep(ctx, q, held, before, after)
}

// clone returns a copy that shares nothing with v.
func clone[T any](v T) (T, error) {
	document, err := encode(v)
	if err != nil {
		return v, err
	}
	return decode[T](document)
}

func (c credentials) ByPasskey(ctx context.Context, tenant access.TenantID, credential []byte) (access.UserID, error) {
	var user access.UserID
	found, err := one(ctx, c.db.reader(ctx), []any{&user}, "SELECT user_id FROM passkeys WHERE tenant_id = $1 AND credential = $2", directory.Fold(tenant), credentialKey(credential))
	if err == nil && !found {
		err = fault.New(fault.NotFound, "Nobody has this passkey.")
	}
	return user, c.db.failure(err)
}
