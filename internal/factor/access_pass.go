package factor

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/sallyport-id/sallyport/internal/directory"
	"github.com/sallyport-id/sallyport/internal/fault"
)

// passAlphabet are the characters of a pass: none that is taken for another
// when it is read aloud or written down. 32 of them, so that a byte maps to one
// without bias.
const passAlphabet = "abcdefghijkmnpqrstuvwxyz23456789"

// NewAccessPass makes a temporary access pass that begins now, and returns its
// text, which is shown once. A lifetime of zero is the tenant's default. It
// fails with fault.Invalid where the tenant's rules forbid it.
func NewAccessPass(ctx context.Context, passwords *Passwords, random io.Reader, rules directory.AccessPassRules, now time.Time, lifetime time.Duration, once bool) (directory.AccessPass, string, error) {
	if lifetime == 0 {
		lifetime = rules.Default
	}
	var c fault.Check
	c.Require(!rules.Off, "accessPass", "is not allowed in this tenant")
	c.Require(rules.Min <= lifetime && lifetime <= rules.Max, "lifetime", "is %v; %v to %v is expected", lifetime, rules.Min, rules.Max)
	c.Require(once || !rules.Once, "isUsableOnce", "is false, but this tenant allows one-time passes only")
	if err := c.Err("temporary access pass"); err != nil {
		return directory.AccessPass{}, "", err
	}
	id, err := directory.NewID(random)
	if err != nil {
		return directory.AccessPass{}, "", err
	}
	text := make([]byte, rules.Length)
	if _, err := io.ReadFull(random, text); err != nil {
		return directory.AccessPass{}, "", fmt.Errorf("read randomness for a pass: %w", err)
	}
	for i, b := range text {
		text[i] = passAlphabet[int(b)%len(passAlphabet)]
	}
	hash, err := passwords.Hash(ctx, string(text))
	if err != nil {
		return directory.AccessPass{}, "", err
	}
	pass := directory.AccessPass{ID: directory.KeyID(id), Hash: hash, Start: directory.Instant(now), Lifetime: lifetime, Once: once}
	return pass, string(text), nil
}

// ResetFactors takes away what a person may have lost: authenticators, passkeys
// and a pass. What remains is the password. Together with a new pass it is how
// an admin recovers a lost factor: the pass lets the person in, and the pipeline
// has them register anew.
func ResetFactors(held *directory.UserCredentials) {
	held.TOTP, held.Passkeys, held.AccessPass = nil, nil, nil
	held.Challenge = directory.Counter{}
}

// SetPassword puts a new hash in place. A password that somebody else chose
// must be changed at the next sign-in (50055).
func SetPassword(user *directory.User, held *directory.UserCredentials, hash string, now time.Time, chosenByOther bool) {
	held.Password = &directory.Password{Hash: hash, Set: directory.Instant(now)}
	user.PasswordChangedAt = directory.Instant(now)
	user.ForceChangePassword = chosenByOther
}
