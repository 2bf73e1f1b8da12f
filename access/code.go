package access

// The result codes that a decision can have (section 5.1 of the reference).
// Package result tells what they mean.
const (
	codePlatform         ResultCode = 50005
	codeEnrol            ResultCode = 50072
	codeMFA              ResultCode = 50074
	codeMFASilent        ResultCode = 50076
	codeEnrolSilent      ResultCode = 50079
	codePasswordChange   ResultCode = 50142
	codeExternal         ResultCode = 50158
	codeNotCompliant     ResultCode = 53000
	codeNotJoined        ResultCode = 53001
	codeApprovedApp      ResultCode = 53002
	codeBlocked          ResultCode = 53003
	codeRiskyEnrolment   ResultCode = 53004
	codeProtectedApp     ResultCode = 53005
	codeRegistration     ResultCode = 53010
	codeHomeRisk         ResultCode = 53011
	codeUnmanagedDevice  ResultCode = 530003
	codeGuestDevice      ResultCode = 530004
	codeDeviceCodeDevice ResultCode = 530033
)

// blockCode names a refusal: a block control first, then the first failed
// demand in prompting order.
func (v *verdict) blockCode(q *query) ResultCode {
	switch {
	case v.blockControl && v.beyondAction:
		return codeBlocked
	case v.blockControl:
		return codeRegistration
	case v.first == noDemand || q.legacy == True:
		return codeBlocked
	}
	switch q.set.demands.list[v.first].kind {
	case demandMFA, demandStrength:
		return q.riskCode()
	case demandCompliantDevice:
		return q.deviceCodeOf(codeNotCompliant)
	case demandDomainJoinedDevice:
		return q.deviceCodeOf(codeNotJoined)
	case demandApprovedApplication:
		return codeApprovedApp
	case demandCompliantApplication:
		return codeProtectedApp
	case demandPasswordChange:
		if q.readings&ordinary == 0 {
			return codeHomeRisk
		}
		return codeRiskyEnrolment
	}
	return codeBlocked
}

// riskCode names a refusal of multifactor authentication: 53004 if risk is what
// keeps the person from registering (CA-80).
func (q *query) riskCode() ResultCode {
	unregistered := truthOf(q.facts.MFARegistered) == False
	if q.readings != directConnect && unregistered && risky(q.facts) == True && !q.trustsHomeMFA() {
		return codeRiskyEnrolment
	}
	return codeBlocked
}

func (q *query) trustsHomeMFA() bool {
	return q.readings&ordinary == 0 && q.facts.InboundTrust.value.MFA
}

// deviceCodeOf names a refusal by a device control (CA-59, CA-99, CA-112).
func (q *query) deviceCodeOf(known ResultCode) ResultCode {
	f := q.facts
	switch {
	case q.deviceCode == True:
		return codeDeviceCodeDevice
	case known != codeNotCompliant:
		return known
	case q.readings&ordinary == 0 && !f.InboundTrust.value.CompliantDevice:
		return codeGuestDevice
	case f.Platform.known && (f.Platform.value == PlatformOther || f.Platform.value == WindowsPhone):
		return codePlatform
	case q.deviceKnown && q.effectiveDevice == nil:
		return codeUnmanagedDevice
	}
	return known
}

// interruptCode names what the person is asked for.
func (q *query) interruptCode(first int) ResultCode {
	if first == noDemand {
		return codeMFA
	}
	silent := truthOf(q.facts.Interactive) == False
	enrol := truthOf(q.facts.MFARegistered) == False
	switch kind := q.set.demands.list[first].kind; {
	case kind == demandPasswordChange || kind == demandRiskRemediation:
		return codePasswordChange
	case kind >= demandTermsOfUse:
		return codeExternal
	case enrol && silent:
		return codeEnrolSilent
	case enrol:
		return codeEnrol
	case silent:
		return codeMFASilent
	}
	return codeMFA
}
