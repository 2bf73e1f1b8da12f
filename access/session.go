package access

import "time"

// SessionControls limit a session after it was granted (CA-150). The zero
// value limits nothing.
type SessionControls struct {
	SignInFrequency           SignInFrequency
	PersistentBrowser         PersistentBrowser
	CloudAppSecurity          CloudAppSecurity
	AppEnforcedRestrictions   bool
	TokenProtection           bool // secureSignInSession
	DisableResilienceDefaults bool
	ContinuousAccess          ContinuousAccess
	// SecurityProfile is the id of a global secure access filtering profile.
	SecurityProfile string
}

// SignInFrequency is how long an authentication lasts, apart for the first
// factor and for the second (CA-152, CA-156). Zero durations set no limit.
type SignInFrequency struct {
	Primary, Secondary                   time.Duration
	PrimaryEveryTime, SecondaryEveryTime bool
}

// EveryTimeTolerance is how old an authentication may be that still counts as
// fresh under "every time" (CA-153).
const EveryTimeTolerance = 5 * time.Minute

// PersistentBrowser is whether the browser session outlives the browser (CA-157).
type PersistentBrowser uint8

// The modes. Zero: ask.
const (
	PersistentAlways PersistentBrowser = iota + 1
	PersistentNever
)

// CloudAppSecurity is the proxy's mode, weakest first (CA-159).
type CloudAppSecurity uint8

// The modes. Zero: none.
const (
	MCASConfigured CloudAppSecurity = iota + 1
	MonitorOnly
	BlockDownloads
)

// ContinuousAccess is the mode of continuous access evaluation (CA-160).
type ContinuousAccess uint8

// The modes. Zero: the default.
const (
	ContinuousAccessDisabled ContinuousAccess = iota + 1
	ContinuousAccessStrictEnforcement
	ContinuousAccessStrictLocation
)
