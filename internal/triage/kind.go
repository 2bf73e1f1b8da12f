package triage

import "fmt"

// Kind is what a finding tells of.
type Kind string

// The kinds. SigmaRule is a match of a rule that was given.
const (
	PasswordSpray       Kind = "passwordSpray"
	SlowSpray           Kind = "slowPasswordSpray"
	BruteForce          Kind = "bruteForce"
	FailuresThenSuccess Kind = "failuresThenSuccess"
	MFAFatigue          Kind = "mfaFatigue"
	MFADenied           Kind = "mfaDenied"
	DeviceCodePhishing  Kind = "deviceCodePhishing"
	LegacyProtocol      Kind = "legacyProtocol"
	ImpossibleTravel    Kind = "impossibleTravel"
	TokenReplay         Kind = "tokenReplay"
	UserEnumeration     Kind = "userEnumeration"
	GuestEnumeration    Kind = "guestEnumeration"
	TenantEnumeration   Kind = "tenantEnumeration"
	PolicyProbing       Kind = "policyProbing"
	ConsentPhishing     Kind = "consentPhishing"
	TemporaryPassAbuse  Kind = "temporaryPassAbuse"
	LockoutStorm        Kind = "lockoutStorm"
	PolicySurge         Kind = "policySurge"
	SigmaRule           Kind = "sigma"
)

// about is what is fixed about a kind.
type about struct {
	kind       Kind
	title      string
	techniques []string // MITRE ATT&CK
}

var abouts = [...]about{
	{PasswordSpray, "Password spray from one network", []string{"T1110.003"}},
	{SlowSpray, "Slow password spray", []string{"T1110.003"}},
	{BruteForce, "Guessing one person's password", []string{"T1110.001"}},
	{FailuresThenSuccess, "Many wrong passwords, then the right one", []string{"T1110", "T1078.004"}},
	{MFAFatigue, "Flood of sign-in prompts", []string{"T1621"}},
	{MFADenied, "Sign-in prompt denied by the user", []string{"T1621", "T1078.004"}},
	{DeviceCodePhishing, "Device code handed to a stranger", []string{"T1528", "T1566"}},
	{LegacyProtocol, "Legacy protocol used from a strange network", []string{"T1078.004", "T1556.006"}},
	{ImpossibleTravel, "Impossible travel", []string{"T1078.004"}},
	{TokenReplay, "Session used from a second, strange client", []string{"T1539", "T1550.004"}},
	{UserEnumeration, "Search for user names", []string{"T1087.004", "T1589"}},
	{GuestEnumeration, "Guest tries many apps", []string{"T1526", "T1087.004"}},
	{TenantEnumeration, "Search for tenants", []string{"T1526", "T1589"}},
	{PolicyProbing, "Search for a gap in the policies", []string{"T1526", "T1078.004"}},
	{ConsentPhishing, "App that asks many people for consent", []string{"T1528", "T1566.002"}},
	{TemporaryPassAbuse, "Temporary access pass used by a stranger", []string{"T1078.004", "T1098.005"}},
	{LockoutStorm, "Wave of locked accounts", []string{"T1110", "T1531"}},
	{PolicySurge, "Policy suddenly refuses many", nil},
}

// Kinds returns the built-in detections, in the order of the documentation.
func Kinds() []Kind {
	all := make([]Kind, len(abouts))
	for i, a := range abouts {
		all[i] = a.kind
	}
	return all
}

func (k Kind) about() about {
	for _, a := range abouts {
		if a.kind == k {
			return a
		}
	}
	return about{kind: k, title: string(k)}
}

// Title returns a headline for the kind.
func (k Kind) Title() string { return k.about().title }

// Severity is how much a finding deserves attention, in its context.
type Severity uint8

// The severities.
const (
	Low Severity = iota
	Medium
	High
)

var severities = [...]string{"low", "medium", "high"}

// String returns low, medium or high.
func (s Severity) String() string { return severities[s] }

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, word := range severities {
		if word == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("severity %q: want low, medium or high", text)
}
