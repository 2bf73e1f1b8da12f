package directory

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Identifiers are object ids (GUIDs in lower case) unless said otherwise.
// Those that policies name have their types in package access.
type (
	// PrincipalID is the id of a user, a group or a service principal.
	PrincipalID string
	// MemberID is the id of what may be in a group: a principal or a device.
	MemberID string
	// ApplicationID is the object id of an application, not its appId.
	ApplicationID string
	// DeviceObjectID is the object id of a device, not its deviceId.
	DeviceObjectID string
	// DeviceID is the id that a device proves, its certificate's subject.
	DeviceID string
	// RoleAssignmentID is the id of a directory role's assignment.
	RoleAssignmentID string
	// AppRoleAssignmentID is the id of an app role's assignment.
	AppRoleAssignmentID string
	// ConsentID is the id of a delegated permission grant.
	ConsentID string
	// AppRoleID is the id of an app role inside an application.
	AppRoleID string
	// ScopeID is the id of a delegated permission inside an application.
	ScopeID string
	// KeyID names one secret, certificate or authentication method.
	KeyID string
)

// NewID returns a fresh GUID (version 4) from 16 bytes of random, which must
// be unpredictable in production. It fails only if random does.
func NewID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("read randomness for an id: %w", err)
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// IsGUID reports whether s is a GUID in its usual form, in any letter case.
func IsGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
				return false
			}
		}
	}
	return true
}

// Fold returns the form in which names are compared and ids are kept.
func Fold[S ~string](s S) S { return S(strings.ToLower(strings.TrimSpace(string(s)))) }

// fold brings several ids into their stored form.
func fold[S ~string](ids ...*S) {
	for _, id := range ids {
		*id = Fold(*id)
	}
}

// Instant returns t as it is stored: in UTC and whole milliseconds, without a
// monotonic part. Whatever compares a fresh time with a stored one takes the
// Instant of both.
func Instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}

// instants brings several times into their stored form.
func instants(times ...*time.Time) {
	for _, t := range times {
		*t = Instant(*t)
	}
}
