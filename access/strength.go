package access

import "slices"

// strengths are the authentication strengths of a source and the built-in ones.
type strengths struct {
	all []Strength
	ids idIndex
}

func newStrengths(src *Source) *strengths {
	s := &strengths{all: append(slices.Clone(src.Strengths), BuiltInStrengths()...)}
	for i := range s.all {
		s.ids.add(string(s.all[i].ID), func() row { return row(i) })
	}
	return s
}

func (s *strengths) find(id StrengthID) *Strength {
	if n, ok := s.ids.get(string(id)); ok && id != "" {
		return &s.all[n]
	}
	return nil
}

// BuiltInStrengths returns the strengths that every tenant has (CA-131).
func BuiltInStrengths() []Strength {
	resistant := []Methods{WindowsHello, FIDO2, X509MultiFactor}
	passwordless := append(slices.Clone(resistant), DeviceBasedPush)
	mfa := append(slices.Clone(passwordless),
		TemporaryAccessPassOneTime, TemporaryAccessPassMultiUse,
		Password|AuthenticatorPush, Password|SoftwareOATH, Password|HardwareOATH,
		Password|X509SingleFactor, Password|X509MultiFactor, Password|SMS, Password|Voice,
		FederatedMultiFactor,
		AuthenticatorPush|FederatedSingleFactor, SoftwareOATH|FederatedSingleFactor,
		HardwareOATH|FederatedSingleFactor, SMS|FederatedSingleFactor, Voice|FederatedSingleFactor)
	return []Strength{
		{ID: StrengthMFA, DisplayName: "Multifactor authentication", Combinations: combinations(mfa)},
		{ID: StrengthPasswordless, DisplayName: "Passwordless MFA", Combinations: combinations(passwordless)},
		{ID: StrengthPhishingResistant, DisplayName: "Phishing-resistant MFA", Combinations: combinations(resistant)},
	}
}

func combinations(methods []Methods) []Combination {
	list := make([]Combination, len(methods))
	for i, m := range methods {
		list[i].Methods = m
	}
	return list
}

// RequiresMFA reports whether every combination is one of the built-in MFA
// strength, so that the strength sets the MFA claim (CA-140).
func (s *Strength) RequiresMFA() bool {
	for _, c := range s.Combinations {
		if !multiFactor(c.Methods) {
			return false
		}
	}
	return len(s.Combinations) > 0
}

// allowsAllMFA reports whether every combination of the built-in MFA strength
// satisfies s.
func (s *Strength) allowsAllMFA() bool {
	for _, c := range BuiltInStrengths()[0].Combinations {
		if !slices.ContainsFunc(s.Combinations, func(own Combination) bool {
			return !own.narrowed() && own.Methods&^c.Methods == 0
		}) {
			return false
		}
	}
	return true
}

func (c *Combination) narrowed() bool {
	return c.AAGUIDs != nil || c.IssuerSKIs != nil || c.PolicyOIDs != nil
}

// Methods of external people that count towards a strength (CA-139), completed
// at home or here.
const (
	countsAtHome = Password | SMS | Voice | AuthenticatorPush | DeviceBasedPush | SoftwareOATH | HardwareOATH |
		FIDO2 | WindowsHello | X509SingleFactor | X509MultiFactor
	countsHere = Password | SMS | Voice | AuthenticatorPush | SoftwareOATH
)

// strength grades an authentication strength (CA-131 to CA-139).
func (q *query) strength(d *demand, as reading) Standing {
	s := d.strength
	if s == nil {
		return Met | Promptable | Failed
	}
	here, mayHere := q.methods()
	if as == ordinary {
		return met(q.satisfied(s, here, mayHere), q.registration())
	}
	home, mayHome := q.homeMethods()
	return q.trusting(trustsMFA, func(trusted bool) Standing {
		can := countsHere | FederatedSingleFactor
		done, may := here&countsHere|FederatedSingleFactor, mayHere&countsHere
		switch {
		case !trusted && as == directConnect:
			return Failed
		case !trusted:
			return met(q.satisfied(s, done, may), reachable(s, can, q.registration()))
		case as == directConnect: // nothing is done here
			done, may, can = 0, 0, 0
		}
		t := q.satisfied(s, done|home&countsAtHome, may|mayHome&countsAtHome)
		if d.anyMFA {
			t = t.Or(q.homeMFA())
		}
		return met(t, reachable(s, can|countsAtHome|FederatedMultiFactor, Promptable))
	})
}

// reachable is unmet, or Failed if no combination lies within what can count.
func reachable(s *Strength, can Methods, unmet Standing) Standing {
	for _, c := range s.Combinations {
		if c.Methods&^can == 0 {
			return unmet
		}
	}
	return Failed
}

// satisfied tells whether some combination was completed (CA-133), given what
// is and what else may be.
func (q *query) satisfied(s *Strength, done, may Methods) Truth {
	t := False
	for i := range s.Combinations {
		c := &s.Combinations[i]
		switch {
		case c.Methods&^(done|may) != 0:
		case c.Methods&^done != 0:
			t = t.Or(Unknown.And(q.narrow(c)))
		case !c.narrowed():
			return True
		default:
			t = t.Or(q.narrow(c))
		}
	}
	return t
}

// narrow tells whether the authenticator and the certificate are accepted (CA-134).
func (q *query) narrow(c *Combination) Truth {
	t := True
	if c.AAGUIDs != nil && c.Methods&FIDO2 != 0 {
		t = member(c.AAGUIDs, q.facts.FIDO2AAGUID)
	}
	if c.Methods&(X509SingleFactor|X509MultiFactor) == 0 {
		return t
	}
	cert, known := q.facts.Certificate.Get()
	if c.IssuerSKIs != nil {
		t = t.And(member(c.IssuerSKIs, Fact[string]{cert.IssuerSKI, known}))
	}
	if c.PolicyOIDs != nil {
		t = t.And(anyMember(c.PolicyOIDs, cert.PolicyOIDs[:min(5, len(cert.PolicyOIDs))], known))
	}
	return t
}

func member(list []string, f Fact[string]) Truth {
	switch {
	case len(list) == 0:
		return False
	case !f.known:
		return Unknown
	case containsFold(list, f.value):
		return True
	}
	return False
}

func anyMember(list, values []string, known bool) Truth {
	if !known && len(list) > 0 {
		return Unknown
	}
	for _, v := range values {
		if containsFold(list, v) {
			return True
		}
	}
	return False
}
