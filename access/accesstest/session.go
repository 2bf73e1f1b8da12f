package accesstest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-id/sallyport/access"
)

func (d *policyDraft) session(n *node) (err error) {
	d.policy.Session, err = sessionControls(n.args())
	return err
}

var sessionWords = []string{"frequency", "primary", "secondary", "persistentBrowser", "cloudAppSecurity", "appEnforcedRestrictions", "tokenProtection", "disableResilienceDefaults", "continuousAccess", "securityProfile"}

// sessionControls reads NAME=VALUE or, for a switch, NAME.
func sessionControls(args []token) (access.SessionControls, error) {
	var s access.SessionControls
	for len(args) > 0 {
		name := args[0]
		var value token
		switch rest := args[1:]; {
		case len(rest) > 1 && rest[0].is("="):
			value, args = rest[1], rest[2:]
		case len(rest) == 1 && rest[0].is("="):
			return s, rest[0].errorf("%q ends here; expected a value", name.text)
		default:
			args = rest
		}
		if err := sessionControl(&s, name, value); err != nil {
			return s, err
		}
	}
	return s, nil
}

var (
	cloudWords      = map[string]access.CloudAppSecurity{"mcasConfigured": access.MCASConfigured, "monitorOnly": access.MonitorOnly, "blockDownloads": access.BlockDownloads}
	continuousWords = map[string]access.ContinuousAccess{"disabled": access.ContinuousAccessDisabled, "strictEnforcement": access.ContinuousAccessStrictEnforcement, "strictLocation": access.ContinuousAccessStrictLocation}
)

func sessionControl(s *access.SessionControls, name, value token) (err error) {
	switch name.text {
	case "frequency":
		f := &s.SignInFrequency
		f.Primary, f.PrimaryEveryTime, err = frequency(value)
		f.Secondary, f.SecondaryEveryTime = f.Primary, f.PrimaryEveryTime
	case "primary":
		s.SignInFrequency.Primary, s.SignInFrequency.PrimaryEveryTime, err = frequency(value)
	case "secondary":
		s.SignInFrequency.Secondary, s.SignInFrequency.SecondaryEveryTime, err = frequency(value)
	case "persistentBrowser":
		s.PersistentBrowser, err = mode(value, map[string]access.PersistentBrowser{"always": access.PersistentAlways, "never": access.PersistentNever})
	case "cloudAppSecurity":
		s.CloudAppSecurity, err = mode(value, cloudWords)
	case "continuousAccess":
		s.ContinuousAccess, err = mode(value, continuousWords)
	case "appEnforcedRestrictions":
		s.AppEnforcedRestrictions = true
	case "tokenProtection":
		s.TokenProtection = true
	case "disableResilienceDefaults":
		s.DisableResilienceDefaults = true
	case "securityProfile":
		s.SecurityProfile = value.text
	default:
		return unknownWord(name, "a session control", slices.Clone(sessionWords))
	}
	return err
}

// frequency reads 4h, 3d or everyTime.
func frequency(t token) (time.Duration, bool, error) {
	if t.is("everyTime") {
		return 0, true, nil
	}
	const day = 24 * time.Hour
	unit := map[byte]time.Duration{'h': time.Hour, 'd': day}
	n, digits := 0, strings.TrimRight(t.text, "hd")
	for _, c := range digits {
		if c < '0' || c > '9' || n > 9999 {
			n = 0
			break
		}
		n = n*10 + int(c-'0')
	}
	if n == 0 || len(digits) != len(t.text)-1 {
		return 0, false, t.errorf("found %s, expected a time such as 4h or 30d, or everyTime", t.shown())
	}
	return time.Duration(n) * unit[t.text[len(t.text)-1]], false, nil
}

// spellSession writes session controls as a case file has them.
func spellSession(s access.SessionControls) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	add("primary", spellFrequency(s.SignInFrequency.Primary, s.SignInFrequency.PrimaryEveryTime))
	add("secondary", spellFrequency(s.SignInFrequency.Secondary, s.SignInFrequency.SecondaryEveryTime))
	add("persistentBrowser", [...]string{"", "always", "never"}[s.PersistentBrowser])
	add("cloudAppSecurity", wordOf(cloudWords, s.CloudAppSecurity))
	add("continuousAccess", wordOf(continuousWords, s.ContinuousAccess))
	add("securityProfile", s.SecurityProfile)
	for _, sw := range []struct {
		name string
		on   bool
	}{{"appEnforcedRestrictions", s.AppEnforcedRestrictions}, {"tokenProtection", s.TokenProtection}, {"disableResilienceDefaults", s.DisableResilienceDefaults}} {
		if sw.on {
			parts = append(parts, sw.name)
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, " ")
}

func wordOf[T comparable](words map[string]T, v T) string {
	for w, x := range words {
		if x == v {
			return w
		}
	}
	return ""
}

func spellFrequency(d time.Duration, everyTime bool) string {
	switch {
	case everyTime:
		return "everyTime"
	case d == 0:
		return ""
	}
	return strconv.Itoa(int(d/time.Hour)) + "h"
}

// strictest drops the times that every time makes idle (CA-156).
func strictest(s access.SessionControls) access.SessionControls {
	f := &s.SignInFrequency
	if f.PrimaryEveryTime {
		f.Primary = 0
	}
	if f.SecondaryEveryTime {
		f.Secondary = 0
	}
	return s
}
