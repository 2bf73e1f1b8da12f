package session

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Secret is an opaque value that only its holder knows: a cookie, a code or a
// refresh token. Its holder is whoever presents it, so it must never be stored
// or logged; print shows it redacted.
type Secret string

// Key is what the store knows of a Secret: its SHA-256, in hex.
type Key string

// NewSecret returns a Secret of 256 bits, in unpadded base64url. It fails only
// if random does.
func NewSecret(random io.Reader) (Secret, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("read randomness for a secret: %w", err)
	}
	return Secret(base64.RawURLEncoding.EncodeToString(b[:])), nil
}

// Key returns the secret's key. Any text has one, so that a made-up value is
// looked up like a real one, and not found.
func (s Secret) Key() Key {
	sum := sha256.Sum256([]byte(s))
	return Key(hex.EncodeToString(sum[:]))
}

// Reveal returns the text to send to the holder.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret from whoever prints it by accident.
func (s Secret) String() string { return "[secret]" }

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return "[secret]" }

// LogValue hides the secret from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }
