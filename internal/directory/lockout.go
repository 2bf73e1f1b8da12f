package directory

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// LockoutRules bound the guessing of passwords (SI-551).
type LockoutRules struct {
	Threshold int           `json:"threshold"` // failures that lock
	First     time.Duration `json:"first"`     // the first lock
	Longest   time.Duration `json:"longest"`   // each lock doubles the one before, up to this
}

func (r LockoutRules) withDefaults() LockoutRules {
	orDefault(&r.Threshold, 10)
	orDefault(&r.First, time.Minute)
	orDefault(&r.Longest, 24*time.Hour)
	return r
}

func (r LockoutRules) check(c *fault.Check) {
	c.Require(r.Threshold >= 1 && r.Threshold <= 50, "settings.lockout.threshold", "is %d; 1 to 50 is expected", r.Threshold)
	between(c, "settings.lockout.first", r.First, 5*time.Second, 24*time.Hour)
	between(c, "settings.lockout.longest", r.Longest, r.First, 30*day)
}

// LockoutKey is whose guesses are counted: a user, or a name that no user has,
// which must look the same from outside.
type LockoutKey string

// LockoutOf returns the key of a user.
func LockoutOf(id access.UserID) LockoutKey { return LockoutKey(Fold(id)) }

// LockoutOfName returns the key of a name that no user has.
func LockoutOfName(upn string) LockoutKey { return LockoutKey("upn:" + Fold(upn)) }

// Lockout is what is remembered about guesses at one password: one counter for
// places where the person signed in before, one for all others, so that a
// stranger's guesses do not lock the person out (SI-551).
type Lockout struct {
	TenantID   access.TenantID `json:"tenantId"`
	Key        LockoutKey      `json:"key"`
	Familiar   Counter         `json:"familiar"`
	Unfamiliar Counter         `json:"unfamiliar"`
	// Places are the networks of successful sign-ins, the latest last.
	Places []Place `json:"places,omitempty"`
}

// Place is a network from which a person signed in.
type Place struct {
	Network netip.Prefix `json:"network"`
	Last    time.Time    `json:"last"`
}

// Counter counts failures.
type Counter struct {
	Failures int       `json:"failures,omitempty"` // since the last success or lock
	Locks    int       `json:"locks,omitempty"`    // since the last success
	Until    time.Time `json:"until,omitzero"`     // locked before this instant
	Last     time.Time `json:"last,omitzero"`      // the last failure that counted
	// Wrong are fingerprints of the last wrong passwords, the latest last.
	Wrong [][]byte `json:"wrong,omitempty"`
}

// Limits of what is remembered.
const (
	mostWrong   = 3  // SI-551
	mostPlaces  = 32 // bounds a row
	placeMemory = 90 * day
	// FailureMemory is how long after the last failure or lock failures
	// still count. A store may forget counters of names that nobody has
	// after it, without anyone seeing a difference.
	FailureMemory = day
)

// Lockouts stores what is remembered about guesses. Nothing here is audited.
type Lockouts interface {
	// Lockout returns what is remembered; the zero counters if nothing is.
	Lockout(ctx context.Context, tenant access.TenantID, key LockoutKey) (Lockout, error)
	// UpdateLockout changes it in one transaction, creating it if need be.
	UpdateLockout(ctx context.Context, tenant access.TenantID, key LockoutKey, f func(*Lockout) error) (Lockout, error)
	// ForgetLockout removes the counters: an admin unlocks the person.
	ForgetLockout(ctx context.Context, change Change, tenant access.TenantID, key LockoutKey) error
}

// CounterAt returns the counter that an attempt from an address concerns.
func (l *Lockout) CounterAt(addr netip.Addr, now time.Time) *Counter {
	if l.IsFamiliar(addr, now) {
		return &l.Familiar
	}
	return &l.Unfamiliar
}

// IsFamiliar reports whether the person signed in from near the address in
// the last 90 days. An invalid address is not familiar.
func (l *Lockout) IsFamiliar(addr netip.Addr, now time.Time) bool {
	addr = addr.Unmap()
	for _, p := range l.Places {
		if p.Network.Contains(addr) && now.Sub(p.Last) < placeMemory {
			return true
		}
	}
	return false
}

// Locked reports whether the counter's lock holds; while it does, 50053 is the
// answer to every password, the right one too.
func (c *Counter) Locked(now time.Time) bool { return now.Before(c.Until) }

// Fail counts a wrong password and reports whether it locked. A password that
// is among the last three wrong ones does not count again. Once a lock is
// over, the first failure locks anew, for longer. The fingerprint stands for
// the password; it must be as hard to turn back as the stored hash.
func (c *Counter) Fail(fingerprint []byte, rules LockoutRules, now time.Time) (locked bool) {
	if !now.Before(c.Latest().Add(FailureMemory)) {
		*c = Counter{}
	}
	if len(fingerprint) > 0 {
		for _, seen := range c.Wrong {
			if bytes.Equal(seen, fingerprint) {
				return false
			}
		}
		c.Wrong = append(slices.Clone(c.Wrong), bytes.Clone(fingerprint))
		c.Wrong = c.Wrong[max(0, len(c.Wrong)-mostWrong):]
	}
	c.Failures++
	c.Last = Instant(now)
	if c.Locks == 0 && c.Failures < rules.Threshold {
		return false
	}
	length := rules.First
	for range c.Locks {
		if length >= rules.Longest {
			break
		}
		length *= 2
	}
	c.Locks++
	c.Failures = 0
	c.Until = Instant(now.Add(min(length, rules.Longest)))
	return true
}

// Latest returns the last instant that matters to the counter: of a failure or
// of the end of a lock.
func (c *Counter) Latest() time.Time {
	if c.Until.After(c.Last) {
		return c.Until
	}
	return c.Last
}

// Succeed forgets the failures of the counter for the address, and remembers
// the address as familiar: the right password was given.
func (l *Lockout) Succeed(addr netip.Addr, now time.Time) {
	*l.CounterAt(addr, now) = Counter{}
	network := networkOf(addr)
	if !network.IsValid() {
		return
	}
	l.Places = slices.DeleteFunc(slices.Clone(l.Places), func(p Place) bool {
		return p.Network == network || now.Sub(p.Last) >= placeMemory
	})
	l.Places = append(l.Places, Place{Network: network, Last: Instant(now)})
	l.Places = l.Places[max(0, len(l.Places)-mostPlaces):]
}

// networkOf returns the neighbourhood of an address: its /24 or /48, about what
// one site or one subscriber has.
func networkOf(addr netip.Addr) netip.Prefix {
	bits := 48
	if addr = addr.Unmap(); addr.Is4() {
		bits = 24
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
