package signin

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
	"github.com/sallyport-id/sallyport/internal/risk"
	"github.com/sallyport-id/sallyport/result"
)

// checkLock is P9. While a lock holds it answers every password, the right one
// too, so that it tells nothing of it (SI-551). Passkeys are not concerned, nor
// is who needs no password.
func (r *run) checkLock() (*stop, error) {
	if r.appOnly() || !r.offersPassword() {
		return nil, nil
	}
	until, err := r.lockedUntil()
	if err != nil || !r.now.Before(until) {
		return nil, err
	}
	r.input = nil
	r.failStep(passwordStep, "account is locked")
	s, err := r.askFirst(result.IdsLocked)
	if err != nil {
		return nil, err
	}
	s.silently = 0
	fill := s.fill
	s.fill = func(step *Step) {
		fill(step)
		if step.FirstFactor != nil {
			step.FirstFactor.RetryAfter = until
		}
	}
	return s, nil
}

// lockedUntil returns the end of the lock for guesses from the address.
func (r *run) lockedUntil() (time.Time, error) {
	tenant, key := r.lockout()
	l, err := r.p.parts.Directory.Lockouts.Lockout(r.ctx, tenant, key)
	return l.CounterAt(r.caller.Address, r.now).Until, err
}

// locked reports whether guesses from the address are locked.
func (r *run) locked() (bool, error) {
	until, err := r.lockedUntil()
	return r.now.Before(until), err
}

// lockout returns where the guesses at the name are counted: for names that
// nobody has it looks the same from outside.
func (r *run) lockout() (access.TenantID, directory.LockoutKey) {
	if r.account != nil {
		return r.account.TenantID, directory.LockoutOf(r.account.ID)
	}
	return r.tenant.ID, directory.LockoutOfName(r.a.Name)
}

// who is the name under which an address's failures are counted.
func (r *run) who() string {
	if r.account != nil {
		return string(r.account.ID)
	}
	return r.a.Name
}

// countWrong counts a wrong first factor against the name, the person and the
// address, in one transaction. It reports whether the name is locked now.
func (r *run) countWrong(fingerprint []byte) (locked bool, err error) {
	tenant, key := r.lockout()
	rules := r.tenant.Settings.Lockout
	if r.home != nil {
		rules = r.home.Settings.Lockout
	}
	err = r.p.parts.Transact(r.ctx, func(ctx context.Context) error {
		_, err := r.p.parts.Directory.Lockouts.UpdateLockout(ctx, tenant, key, func(l *directory.Lockout) error {
			counter := l.CounterAt(r.caller.Address, r.now)
			locked = counter.Locked(r.now) || counter.Fail(fingerprint, rules, r.now)
			return nil
		})
		if err != nil {
			return err
		}
		if r.account != nil {
			if err := r.remember(ctx, func(h *risk.History) { h.Failed(r.now) }); err != nil {
				return err
			}
		}
		return r.rememberAddress(ctx, func(c *risk.Crowd) { c.Failed(r.who(), r.now) })
	})
	return locked, err
}

// countRight forgets the failures, and remembers the place as familiar. Most
// sign-ins come from where the last one came from, with no failure between:
// those write nothing.
func (r *run) countRight() error {
	tenant, key := r.lockout()
	l, err := r.p.parts.Directory.Lockouts.Lockout(r.ctx, tenant, key)
	if err != nil {
		return err
	}
	if c := l.CounterAt(r.caller.Address, r.now); c.Failures == 0 && c.Locks == 0 && len(c.Wrong) == 0 && visited(&l, r.caller.Address, r.now) {
		return nil
	}
	_, err = r.p.parts.Directory.Lockouts.UpdateLockout(r.ctx, tenant, key, func(l *directory.Lockout) error {
		l.Succeed(r.caller.Address, r.now)
		return nil
	})
	return err
}

// visited reports whether the place was remembered lately enough, or cannot be.
func visited(l *directory.Lockout, addr netip.Addr, now time.Time) bool {
	if !addr.IsValid() {
		return true
	}
	for _, p := range l.Places {
		if p.Network.Contains(addr.Unmap()) && now.Sub(p.Last) < 24*time.Hour {
			return true
		}
	}
	return false
}

// remember changes what is remembered of the person.
func (r *run) remember(ctx context.Context, f func(*risk.History)) error {
	key := string(r.account.TenantID) + "/" + string(r.account.ID)
	return put(ctx, r.p.parts.Histories, key, r.now.Add(historyMemory), f)
}

// rememberAddress changes what is remembered of the address.
func (r *run) rememberAddress(ctx context.Context, f func(*risk.Crowd)) error {
	if !r.caller.Address.IsValid() {
		return nil
	}
	return put(ctx, r.p.parts.Crowds, r.crowdKey(), r.now.Add(risk.CrowdMemory), f)
}

func (r *run) crowdKey() string {
	return string(r.tenant.ID) + "/" + r.caller.Address.Unmap().String()
}

// historyMemory is how long a person's history is kept after they last came.
const historyMemory = 400 * 24 * time.Hour

// put changes a value on a shelf, making it if there is none.
func put[T any](ctx context.Context, shelf Shelf[T], key string, expires time.Time, f func(*T)) error {
	change := func(value *T, until *time.Time) error {
		f(value)
		*until = expires
		return nil
	}
	_, err := shelf.Update(ctx, key, change)
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	var value T
	f(&value)
	err = shelf.Create(ctx, key, expires, value)
	if errors.Is(err, fault.Conflict) { // somebody else made it meanwhile
		_, err = shelf.Update(ctx, key, change)
	}
	return err
}
