package access

// passwordChange grades the passwordChange control: multifactor authentication
// comes first and must be registered already; nobody changes the password of an
// external person here (CA-81, CA-108, CA-112).
func (q *query) passwordChange(as reading) Standing {
	if as != ordinary {
		return Failed
	}
	unmet := Promptable | Failed
	switch truthOf(q.facts.MFARegistered) {
	case True:
		unmet = Promptable
	case False:
		unmet = Failed
	}
	return met(truthOf(q.facts.PasswordChanged), unmet)
}

// riskRemediation grades the riskRemediation control (CA-109).
func (q *query) riskRemediation(as reading) Standing {
	if as != ordinary {
		return Failed
	}
	return met(truthOf(q.facts.RiskRemediated), Promptable)
}
