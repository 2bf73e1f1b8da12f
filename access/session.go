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

// merge keeps the stricter of each control (CA-156, CA-157, CA-159).
func (s SessionControls) merge(t SessionControls) SessionControls {
	s.SignInFrequency = s.SignInFrequency.merge(t.SignInFrequency)
	s.PersistentBrowser = max(s.PersistentBrowser, t.PersistentBrowser)
	s.CloudAppSecurity = max(s.CloudAppSecurity, t.CloudAppSecurity)
	s.AppEnforcedRestrictions = s.AppEnforcedRestrictions || t.AppEnforcedRestrictions
	s.TokenProtection = s.TokenProtection || t.TokenProtection
	s.DisableResilienceDefaults = s.DisableResilienceDefaults || t.DisableResilienceDefaults
	s.ContinuousAccess = max(s.ContinuousAccess, t.ContinuousAccess)
	if s.SecurityProfile == "" || t.SecurityProfile != "" && t.SecurityProfile < s.SecurityProfile {
		s.SecurityProfile = t.SecurityProfile // any one of them, but always the same
	}
	return s
}

func (f SignInFrequency) merge(g SignInFrequency) SignInFrequency {
	return SignInFrequency{
		Primary:            stricter(f.Primary, g.Primary),
		Secondary:          stricter(f.Secondary, g.Secondary),
		PrimaryEveryTime:   f.PrimaryEveryTime || g.PrimaryEveryTime,
		SecondaryEveryTime: f.SecondaryEveryTime || g.SecondaryEveryTime,
	}
}

// stricter is the shorter of two limits; zero is none.
func stricter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// SessionAge is how long ago a session's factors were last proved; negative: never.
type SessionAge struct{ Primary, Secondary time.Duration }

// Stale says which part of a session is too old for its controls.
type Stale uint8

// The parts.
const (
	Fresh          Stale = iota
	StalePrimary         // sign in again (70043, 70044)
	StaleSecondary       // do the second factor again (50078)
	StaleEveryTime       // fresh authentication is wanted every time (70046)
)

// Check compares the controls with a session's age (CA-151 to CA-153): the
// every-time demand first, then the first factor, then the second.
func (f SignInFrequency) Check(age SessionAge) Stale {
	tooOld := func(age, limit time.Duration) bool { return limit > 0 && (age < 0 || age > limit) }
	newest := age.Primary
	if age.Secondary >= 0 && age.Secondary < newest || newest < 0 {
		newest = age.Secondary
	}
	switch {
	case f.PrimaryEveryTime && tooOld(newest, EveryTimeTolerance),
		f.SecondaryEveryTime && tooOld(age.Secondary, EveryTimeTolerance):
		return StaleEveryTime
	case tooOld(age.Primary, f.Primary):
		return StalePrimary
	case tooOld(age.Secondary, f.Secondary):
		return StaleSecondary
	}
	return Fresh
}
