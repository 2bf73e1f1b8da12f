package triage

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Thresholds say when a pattern becomes a finding. doc/formats/triage.md tells
// of each, and why its default is what it is.
type Thresholds struct {
	// Evidence is how many record ids, users, apps and addresses a finding lists.
	Evidence int `yaml:"evidence"`
	// Ignore names kinds of findings that are not wanted.
	Ignore []Kind `yaml:"ignore"`

	Familiar            Familiarity      `yaml:"familiar"`
	PasswordSpray       Spray            `yaml:"passwordSpray"`
	SlowSpray           Spray            `yaml:"slowPasswordSpray"`
	BruteForce          Guessing         `yaml:"bruteForce"`
	FailuresThenSuccess FailureRun       `yaml:"failuresThenSuccess"`
	MFAFatigue          Fatigue          `yaml:"mfaFatigue"`
	DeviceCodePhishing  SessionThreshold `yaml:"deviceCodePhishing"`
	ImpossibleTravel    Travel           `yaml:"impossibleTravel"`
	TokenReplay         SessionThreshold `yaml:"tokenReplay"`
	UserEnumeration     Distinct         `yaml:"userEnumeration"`
	GuestEnumeration    Distinct         `yaml:"guestEnumeration"`
	TenantEnumeration   Distinct         `yaml:"tenantEnumeration"`
	PolicyProbing       Probing          `yaml:"policyProbing"`
	ConsentPhishing     Distinct         `yaml:"consentPhishing"`
	LockoutStorm        Storm            `yaml:"lockoutStorm"`
	PolicySurge         Surge            `yaml:"policySurge"`

	// Placeholders are the values of Sigma's %names%.
	Placeholders map[string][]string `yaml:"placeholders"`
}

// Familiarity says which networks are familiar, and hence no place that an
// attack comes from.
type Familiarity struct {
	// People is how many users must sign in from a network, with managed
	// devices or a second factor, for it to be the tenant's own: an office, a
	// VPN. Fewer than two managed devices among them do not do.
	People int `yaml:"people"`
	// After is how old a person's second factor on a network must be to
	// speak for it: an attacker who got through is not familiar yet.
	After Duration `yaml:"after"`
	// Networks and ASNs are known: address blocks and numbers of network
	// owners of offices, VPNs, relays.
	Networks []netip.Prefix `yaml:"networks"`
	ASNs     []uint32       `yaml:"asns"`
}

// Spray counts people with wrong passwords.
type Spray struct {
	Users  int      `yaml:"users"`
	Window Duration `yaml:"window"`
	// TriesPerUser is the most tries per user, on average, that are still a
	// spray; 0: any number.
	TriesPerUser int `yaml:"triesPerUser"`
	// BurstUsers within BurstWindow are a spray, too, however few: nobody
	// mistypes at that pace. 0: no matter.
	BurstUsers  int      `yaml:"burstUsers,omitempty"`
	BurstWindow Duration `yaml:"burstWindow,omitempty"`
}

// Guessing counts the wrong passwords of one person.
type Guessing struct {
	Tries             int      `yaml:"tries"`
	Window            Duration `yaml:"window"`
	DistributedTries  int      `yaml:"distributedTries"`
	DistributedWindow Duration `yaml:"distributedWindow"`
	Places            int      `yaml:"places"` // countries or network owners
}

// FailureRun is a run of failures, and how soon success follows.
type FailureRun struct {
	Failures int      `yaml:"failures"`
	Within   Duration `yaml:"within"` // between one failure and the next, and to the success
}

// Fatigue counts prompts that were denied or not answered.
type Fatigue struct {
	Prompts       int      `yaml:"prompts"`
	Window        Duration `yaml:"window"`
	SuccessWithin Duration `yaml:"successWithin"`
}

// SessionThreshold is how far apart two uses of a session may be.
type SessionThreshold struct {
	Window Duration `yaml:"window"`
}

// Travel says what is too far in too little time.
type Travel struct {
	Kilometres        float64 `yaml:"kilometres"`
	KilometresPerHour float64 `yaml:"kilometresPerHour"`
	// Uncertainty is subtracted from each distance: places of addresses are guesses.
	Uncertainty float64 `yaml:"uncertaintyKilometres"`
}

// Distinct counts different things in a window.
type Distinct struct {
	Count  int      `yaml:"count"`
	Window Duration `yaml:"window"`
}

// Probing counts the guises in which somebody is refused.
type Probing struct {
	Guises  int      `yaml:"guises"`  // platforms and legacy protocols
	Clients int      `yaml:"clients"` // client apps and user agents
	Apps    int      `yaml:"apps"`    // apps that the person is not assigned to
	Window  Duration `yaml:"window"`
}

// Storm counts locked people.
type Storm struct {
	Users  int      `yaml:"users"`
	Window Duration `yaml:"window"`
	Times  float64  `yaml:"times"` // as many as usual
}

// Surge counts people whom a policy refuses.
type Surge struct {
	Users  int      `yaml:"users"`
	Window Duration `yaml:"window"`
	Times  float64  `yaml:"times"` // as large a share of all people as usual
	Share  float64  `yaml:"share"` // the least share of all people
	Learn  Duration `yaml:"learn"` // how much of the log tells what is usual
}

const (
	minute = Duration(60e9)
	hour   = 60 * minute
	day    = 24 * hour
)

// Defaults returns the thresholds that are used where no file says otherwise.
func Defaults() Thresholds {
	return Thresholds{
		Evidence:            100,
		Familiar:            Familiarity{People: 5, After: hour},
		PasswordSpray:       Spray{Users: 5, Window: 20 * minute, BurstUsers: 4, BurstWindow: minute / 6},
		SlowSpray:           Spray{Users: 15, Window: day, TriesPerUser: 2},
		BruteForce:          Guessing{Tries: 20, Window: 10 * minute, DistributedTries: 30, DistributedWindow: day, Places: 3},
		FailuresThenSuccess: FailureRun{Failures: 10, Within: 20 * minute},
		MFAFatigue:          Fatigue{Prompts: 3, Window: 10 * minute, SuccessWithin: 15 * minute},
		DeviceCodePhishing:  SessionThreshold{Window: day},
		ImpossibleTravel:    Travel{Kilometres: 500, KilometresPerHour: 900, Uncertainty: 100},
		TokenReplay:         SessionThreshold{Window: hour},
		UserEnumeration:     Distinct{Count: 10, Window: hour},
		GuestEnumeration:    Distinct{Count: 3, Window: hour},
		TenantEnumeration:   Distinct{Count: 3, Window: hour},
		PolicyProbing:       Probing{Guises: 3, Clients: 8, Apps: 3, Window: hour},
		ConsentPhishing:     Distinct{Count: 3, Window: day},
		LockoutStorm:        Storm{Users: 10, Window: 15 * minute, Times: 4},
		PolicySurge:         Surge{Users: 20, Window: hour, Times: 5, Share: 0.02, Learn: 6 * hour},
	}
}

// ParseThresholds reads a YAML file of thresholds; what it leaves out keeps its
// default. Names that do not exist and values that make no sense are errors.
func ParseThresholds(name string, text []byte) (Thresholds, error) {
	t := Defaults()
	if err := yaml.Load(text, &t, yaml.WithKnownFields()); err != nil {
		if strings.TrimSpace(string(text)) == "" {
			return t, nil
		}
		return Thresholds{}, fmt.Errorf("%s: %s", name, firstLine(err))
	}
	if err := t.check(); err != nil {
		return Thresholds{}, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// YAML writes the thresholds as a file that ParseThresholds reads.
func (t Thresholds) YAML() ([]byte, error) {
	text, err := yaml.Dump(t)
	if err != nil {
		return nil, fmt.Errorf("write thresholds: %w", err)
	}
	return text, nil
}

// firstLine makes one line of what the YAML reader says.
func firstLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// check finds values with which a detection would fire on everything, or never.
func (t *Thresholds) check() error {
	counts := map[string]int{
		"familiar.people": t.Familiar.People, "passwordSpray.users": t.PasswordSpray.Users, "slowPasswordSpray.users": t.SlowSpray.Users,
		"bruteForce.tries": t.BruteForce.Tries, "bruteForce.distributedTries": t.BruteForce.DistributedTries, "bruteForce.places": t.BruteForce.Places,
		"failuresThenSuccess.failures": t.FailuresThenSuccess.Failures, "mfaFatigue.prompts": t.MFAFatigue.Prompts,
		"userEnumeration.count": t.UserEnumeration.Count, "guestEnumeration.count": t.GuestEnumeration.Count,
		"tenantEnumeration.count": t.TenantEnumeration.Count, "policyProbing.guises": t.PolicyProbing.Guises,
		"policyProbing.clients": t.PolicyProbing.Clients, "policyProbing.apps": t.PolicyProbing.Apps,
		"consentPhishing.count": t.ConsentPhishing.Count, "lockoutStorm.users": t.LockoutStorm.Users, "policySurge.users": t.PolicySurge.Users,
	}
	for _, name := range sortedKeys(counts) {
		if counts[name] < 1 {
			return fmt.Errorf("%s: found %d, expected at least 1", name, counts[name])
		}
	}
	shares := map[string]float64{
		"impossibleTravel.kilometres": t.ImpossibleTravel.Kilometres, "impossibleTravel.kilometresPerHour": t.ImpossibleTravel.KilometresPerHour,
		"lockoutStorm.times": t.LockoutStorm.Times, "policySurge.times": t.PolicySurge.Times, "policySurge.share": t.PolicySurge.Share,
	}
	for _, name := range sortedKeys(shares) {
		if !(shares[name] > 0) {
			return fmt.Errorf("%s: found %v, expected more than 0", name, shares[name])
		}
	}
	switch {
	case t.Evidence < 1:
		return fmt.Errorf("evidence: found %d, expected at least 1", t.Evidence)
	case t.PolicySurge.Share > 1:
		return fmt.Errorf("policySurge.share: found %v, expected at most 1", t.PolicySurge.Share)
	case !(t.ImpossibleTravel.Uncertainty >= 0):
		return errors.New("impossibleTravel.uncertaintyKilometres: expected 0 or more")
	case t.PasswordSpray.BurstUsers < 0 || t.SlowSpray.BurstUsers < 0:
		return errors.New("burstUsers: expected 0 or more")
	case t.SlowSpray.TriesPerUser < 0 || t.PasswordSpray.TriesPerUser < 0:
		return errors.New("triesPerUser: expected 0 or more")
	}
	for _, k := range t.Ignore {
		if k.about().techniques == nil && k != PolicySurge {
			return fmt.Errorf("ignore: found %q, expected a kind of finding such as %s", k, PasswordSpray)
		}
	}
	return nil
}

// ignored tells whether a kind is not wanted.
func (t *Thresholds) ignored(k Kind) bool {
	for _, o := range t.Ignore {
		if o == k {
			return true
		}
	}
	return false
}
