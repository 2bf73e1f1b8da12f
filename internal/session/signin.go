package session

import (
	"slices"
	"time"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/internal/directory"
)

// Proved adds a factor; proving a method again replaces the older proof.
func (in *SignIn) Proved(f Factor) {
	in.Factors = slices.DeleteFunc(slices.Clone(in.Factors), func(o Factor) bool { return o.Method == f.Method && o.First == f.First })
	f.At = directory.Instant(f.At)
	in.Factors = append(in.Factors, f)
}

// Methods returns the methods that were proved, as policies see them.
func (in *SignIn) Methods() access.Methods {
	var m access.Methods
	for _, f := range in.Factors {
		m |= f.Method
	}
	return m
}

// FirstFactorAt returns when the person last proved who they are; zero: never.
func (in *SignIn) FirstFactorAt() time.Time {
	return in.latest(func(f Factor) bool { return f.First })
}

// SecondFactorAt returns when the person last completed multi-factor
// authentication: a second factor, or a method that is two in one; zero: never.
func (in *SignIn) SecondFactorAt() time.Time {
	return in.latest(func(f Factor) bool { return !f.First || f.Multi })
}

// AuthTime returns the instant of the last interactive proof: the auth_time
// claim.
func (in *SignIn) AuthTime() time.Time {
	return in.latest(func(Factor) bool { return true })
}

func (in *SignIn) latest(which func(Factor) bool) time.Time {
	var t time.Time
	for _, f := range in.Factors {
		if which(f) && f.At.After(t) {
			t = f.At
		}
	}
	return t
}

// ByPassword reports whether a password was the first factor, so that a new
// password voids what came of it (§3.6).
func (in *SignIn) ByPassword() bool {
	return slices.ContainsFunc(in.Factors, func(f Factor) bool { return f.First && f.Method == access.Password })
}

// Until returns when the sign-in ends because a proof in it does; zero: it has
// no end of its own.
func (in *SignIn) Until() time.Time {
	var end time.Time
	for _, f := range in.Factors {
		if !f.Until.IsZero() && (end.IsZero() || f.Until.Before(end)) {
			end = f.Until
		}
	}
	return end
}

// Standing is how a sign-in stands against its account as it is now.
type Standing uint8

// The standings.
const (
	Good    Standing = iota
	Ended            // a proof in it is over: 50132 for a session, 70008 for a token
	Revoked          // sessions were revoked or the password changed since: 50133, 50173
)

// StandingOf tells how a sign-in stands. A sign-in counts from its first
// factor: proving a second one later does not bring a revoked session back.
func (in *SignIn) StandingOf(user *directory.User, now time.Time) Standing {
	if user.Voids(in.FirstFactorAt(), in.ByPassword()) {
		return Revoked
	}
	if end := in.Until(); !end.IsZero() && !now.Before(end) {
		return Ended
	}
	return Good
}
