package access_test

import (
	"time"

	"github.com/sallyport-id/sallyport/access"
)

// sessionOf merges the session controls of the policies that certainly apply.
func sessionOf(policies []judged) access.SessionControls {
	var all access.SessionControls
	for _, p := range policies {
		if !p.certain() {
			continue
		}
		s := p.policy.Session
		all.SignInFrequency = strictest(all.SignInFrequency, s.SignInFrequency)
		all.PersistentBrowser = max(all.PersistentBrowser, s.PersistentBrowser) // CA-157: never wins
		all.CloudAppSecurity = max(all.CloudAppSecurity, s.CloudAppSecurity)    // CA-159
		all.AppEnforcedRestrictions = all.AppEnforcedRestrictions || s.AppEnforcedRestrictions
		all.TokenProtection = all.TokenProtection || s.TokenProtection
		all.DisableResilienceDefaults = all.DisableResilienceDefaults || s.DisableResilienceDefaults
		all.ContinuousAccess = max(all.ContinuousAccess, s.ContinuousAccess)
		if id := s.SecurityProfile; id != "" && (all.SecurityProfile == "" || id < all.SecurityProfile) {
			all.SecurityProfile = id
		}
	}
	return all
}

// strictest is CA-156: the shortest, apart for the first and the second factor.
func strictest(a, b access.SignInFrequency) access.SignInFrequency {
	return access.SignInFrequency{
		Primary:            shortest(a.Primary, b.Primary),
		Secondary:          shortest(a.Secondary, b.Secondary),
		PrimaryEveryTime:   a.PrimaryEveryTime || b.PrimaryEveryTime,
		SecondaryEveryTime: a.SecondaryEveryTime || b.SecondaryEveryTime,
	}
}

// shortest treats zero as no limit.
func shortest(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
