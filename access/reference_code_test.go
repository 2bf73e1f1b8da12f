package access_test

import "github.com/sallyport-id/sallyport/access"

// code is the result code of an attempt: section 5.1 of the reference.
func (a attempt) code(v access.Verdict, policies []judged) access.ResultCode {
	switch v {
	case access.Grant:
		return 0
	case access.Interrupt:
		return a.interruptCode(firstItem(policies, interrupted, access.Promptable))
	case access.Blocked:
		if code := blockCode(policies); code != 0 {
			return code
		}
		return a.failureCode(firstItem(policies, denied, access.Failed))
	}
	return access.CodeUndetermined
}

// blockCode is the code if a policy blocks outright, else zero: CA-103, CA-179.
func blockCode(policies []judged) access.ResultCode {
	blocking, registering := 0, 0
	for _, p := range policies {
		if p.certain() && demandsBlock(p.policy) {
			blocking++
			if p.policy.Conditions.Applications.UserActions&access.RegisterSecurityInfo != 0 {
				registering++
			}
		}
	}
	switch {
	case blocking == 0:
		return 0
	case blocking == registering:
		return 53010
	}
	return 53003
}

// rank is the place of a requirement in the order of prompting (CA-172).
func rank(r access.Requirement) int {
	switch {
	case r.Control == access.MFA:
		return 0
	case r.Strength != "":
		return 1
	case r.Control == access.CompliantDevice:
		return 2
	case r.Control == access.DomainJoinedDevice:
		return 3
	case r.Control == access.ApprovedApplication:
		return 4
	case r.Control == access.CompliantApplication:
		return 5
	case r.Control == access.PasswordChange:
		return 6
	case r.Control == access.RiskRemediation:
		return 7
	case r.TermsOfUse != "":
		return 8
	}
	return 9 // custom
}

// firstItem is the first item in the order of prompting that certainly stands
// as s, over the policies that certainly come to g.
func firstItem(policies []judged, g grade, s access.Standing) access.Requirement {
	var first access.Requirement
	found := false
	for _, p := range policies {
		if !p.certain() || !p.grades.only(g) {
			continue
		}
		for _, it := range p.items {
			if it.standing == s && (!found || rank(it.requirement) < rank(first)) {
				first, found = it.requirement, true
			}
		}
	}
	return first
}

// failureCode names an item that no prompt can meet.
func (a attempt) failureCode(r access.Requirement) access.ResultCode {
	if client, known := a.f.ClientApp.Get(); known && isLegacy(client) { // CA-52
		return 53003
	}
	switch {
	case r.Control == access.MFA || r.Strength != "":
		return a.riskCode()
	case r.Control == access.CompliantDevice:
		return a.compliantDeviceCode()
	case r.Control == access.DomainJoinedDevice:
		if a.f.Flow.Or(0) == access.DeviceCodeFlow {
			return 530033
		}
		return 53001
	case r.Control == access.ApprovedApplication:
		return 53002
	case r.Control == access.CompliantApplication:
		return 53005
	case r.Control == access.PasswordChange && a.external() == access.True: // CA-81
		return 53011
	case r.Control == access.PasswordChange:
		return 53004
	}
	return 53003
}

// riskCode tells CA-80 from other reasons why methods cannot be asked for.
func (a attempt) riskCode() access.ResultCode {
	registered, known := a.f.MFARegistered.Get()
	barred := known && !registered && a.risky() == access.True
	spared := a.external() == access.True &&
		(a.f.InboundTrust.Or(access.InboundTrust{}).MFA || a.readings()[0] == directConnect)
	if barred && !spared {
		return 53004
	}
	return 53003
}

// compliantDeviceCode tells why a compliant device cannot be shown.
func (a attempt) compliantDeviceCode() access.ResultCode {
	platform := a.f.Platform.Or(0)
	device, known := a.countedDevice(a.external())
	switch {
	case a.f.Flow.Or(0) == access.DeviceCodeFlow: // CA-99
		return 530033
	case a.external() == access.True && !a.f.InboundTrust.Or(access.InboundTrust{}).CompliantDevice: // CA-112
		return 530004
	case platform == access.PlatformOther || platform == access.WindowsPhone: // CA-59
		return 50005
	case known && device == nil:
		return 530003
	}
	return 53000
}

// interruptCode names an item that the person is prompted for.
func (a attempt) interruptCode(r access.Requirement) access.ResultCode {
	registered, known := a.f.MFARegistered.Get()
	enrol := known && !registered // CA-179
	interactive := a.f.Interactive.Or(true)
	switch {
	case r.Control == access.PasswordChange || r.Control == access.RiskRemediation:
		return 50142
	case r.TermsOfUse != "" || r.Custom != "":
		return 50158
	case enrol && interactive:
		return 50072
	case enrol:
		return 50079
	case interactive:
		return 50074
	}
	return 50076
}
