package access

import "github.com/sallyport-id/sallyport/access/filter"

// The combinations of the built-in MFA strength (CA-131), by what they need
// beside them.
const (
	strongAlone = WindowsHello | FIDO2 | X509MultiFactor | DeviceBasedPush |
		TemporaryAccessPassOneTime | TemporaryAccessPassMultiUse | FederatedMultiFactor
	withPassword  = AuthenticatorPush | SoftwareOATH | HardwareOATH | X509SingleFactor | SMS | Voice
	withFederated = AuthenticatorPush | SoftwareOATH | HardwareOATH | SMS | Voice
)

// multiFactor reports whether some combination of the built-in MFA strength is
// among the methods (CA-104).
func multiFactor(m Methods) bool {
	return m&strongAlone != 0 ||
		m&Password != 0 && m&withPassword != 0 ||
		m&FederatedSingleFactor != 0 && m&withFederated != 0
}

// completed tells whether methods that are completed are multifactor
// authentication, and others that may be too.
func completed(done, may Methods) Truth {
	switch {
	case multiFactor(done):
		return True
	case multiFactor(done | may):
		return Unknown
	}
	return False
}

// methods returns what is completed in this session, and what else may be.
func (q *query) methods() (done, may Methods) {
	done, known := q.facts.Methods.Get()
	if !known {
		may = ^Methods(0)
	}
	return done, may
}

// homeMethods is methods for what the home tenant asserts.
func (q *query) homeMethods() (done, may Methods) {
	home, told := q.facts.HomeClaims.Get()
	if !told {
		may = ^Methods(0)
	}
	return home.Methods, may
}

// homeMFA tells whether the home tenant asserts multifactor authentication.
func (q *query) homeMFA() Truth {
	home, told := q.facts.HomeClaims.Get()
	if !told {
		return Unknown
	}
	return filter.Of(home.MFA)
}

// mfa grades the mfa control (CA-80, CA-104, CA-112, XT-6).
func (q *query) mfa(as reading) Standing {
	here, mayHere := q.methods()
	if as == ordinary {
		return met(completed(here, mayHere), q.registration())
	}
	home, mayHome := q.homeMethods()
	return q.trusting(trustsMFA, func(trusted bool) Standing {
		switch {
		case !trusted && as == directConnect:
			return Failed
		case !trusted:
			return met(completed(here|FederatedSingleFactor, mayHere), q.registration())
		case as == directConnect: // nothing is done here
			here, mayHere = 0, 0
		default:
			here |= FederatedSingleFactor
		}
		return met(completed(here|home, mayHere|mayHome).Or(q.homeMFA()), Promptable)
	})
}

// registration grades unmet multifactor authentication: a risky person without
// a method may not register one (CA-80).
func (q *query) registration() Standing {
	registered := truthOf(q.facts.MFARegistered)
	if registered == True {
		return Promptable
	}
	switch risky(q.facts).And(registered.Not()) {
	case True:
		return Failed
	case False:
		return Promptable
	}
	return Promptable | Failed
}

// risky tells whether the sign-in or the person is at risk.
func risky(f *Facts) Truth {
	at := func(r Fact[RiskLevels]) Truth {
		switch {
		case !r.known:
			return Unknown
		case r.value&(RiskLow|RiskMedium|RiskHigh) != 0:
			return True
		}
		return False
	}
	return at(f.SignInRisk).Or(at(f.UserRisk))
}

func trustsMFA(t InboundTrust) bool                { return t.MFA }
func trustsCompliantDevice(t InboundTrust) bool    { return t.CompliantDevice }
func trustsDomainJoinedDevice(t InboundTrust) bool { return t.DomainJoinedDevice }

// trusting grades a demand on an external person by whether the home tenant is
// trusted; if that is not known, both ways.
func (q *query) trusting(part func(InboundTrust) bool, grade func(bool) Standing) Standing {
	trust, known := q.facts.InboundTrust.Get()
	if !known {
		return grade(false) | grade(true)
	}
	return grade(part(trust))
}
