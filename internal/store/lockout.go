package store

import (
	"context"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// lockouts stores what is remembered about guesses.
type lockouts struct{ db *DB }

var _ directory.Lockouts = lockouts{}

func (l lockouts) Lockout(ctx context.Context, tenant access.TenantID, key directory.LockoutKey) (directory.Lockout, error) {
	lockout, _, err := l.read(ctx, l.db.reader(ctx), directory.Fold(tenant), directory.Fold(key))
	return lockout, l.db.failure(err)
}

// read returns a lockout and whether one is kept. It is sealed, for it holds
// fingerprints of what people typed.
func (l lockouts) read(ctx context.Context, q Queryer, tenant access.TenantID, key directory.LockoutKey) (directory.Lockout, bool, error) {
	lockout := directory.Lockout{TenantID: tenant, Key: key}
	var sealed []byte
	found, err := one(ctx, q, []any{&sealed}, "SELECT sealed FROM lockouts WHERE tenant_id = $1 AND id = $2", tenant, key)
	if err != nil || !found {
		return lockout, false, err
	}
	return lockout, true, l.db.unseal(sealed, &lockout, "lockout", string(tenant), string(key))
}

func (l lockouts) UpdateLockout(ctx context.Context, tenant access.TenantID, key directory.LockoutKey, f func(*directory.Lockout) error) (directory.Lockout, error) {
	tenant, key = directory.Fold(tenant), directory.Fold(key)
	var after directory.Lockout
	err := l.db.write(ctx, func(ctx context.Context, q Queryer) error {
		lockout, held, err := l.read(ctx, q, tenant, key)
		if err != nil {
			return err
		}
		if err := f(&lockout); err != nil {
			return err
		}
		lockout.TenantID, lockout.Key = tenant, key
		sealed, err := l.db.seal(lockout, "lockout", string(tenant), string(key))
		if err != nil {
			return err
		}
		query := "INSERT INTO lockouts (tenant_id, id, sealed, latest) VALUES ($1, $2, $3, $4)"
		if held {
			query = "UPDATE lockouts SET sealed = $3, latest = $4 WHERE tenant_id = $1 AND id = $2"
		}
		latest := max(millis(lockout.Familiar.Latest()), millis(lockout.Unfamiliar.Latest()))
		_, err = exec(ctx, q, query, tenant, key, sealed, latest)
		after = lockout
		return err
	})
	if err != nil {
		return directory.Lockout{}, l.db.refusal(err, "lockout")
	}
	return after, nil
}

func (l lockouts) ForgetLockout(ctx context.Context, change directory.Change, tenant access.TenantID, key directory.LockoutKey) error {
	tenant, key = directory.Fold(tenant), directory.Fold(key)
	return l.db.write(ctx, func(ctx context.Context, q Queryer) error {
		removed, err := exec(ctx, q, "DELETE FROM lockouts WHERE tenant_id = $1 AND id = $2", tenant, key)
		if err != nil || removed == 0 {
			return err
		}
		return entry{change: change, tenant: tenant, action: "unlock", kind: "user", id: string(key)}.write(ctx, q)
	})
}
