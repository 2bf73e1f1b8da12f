package graphjson

import (
	"github.com/sallyport-id/sallyport/access"
)

// WhatIfDefaults fills what is unknown with the defaults of Graph's What-If
// (WI-3), and beyond those with what an ordinary attempt shows: a member without
// groups and roles, registered for MFA and signed in with a password, on an
// unregistered device. It guesses neither who asks for what nor from where:
// UserID, Audiences, IP, Country and GPSCountry stay unknown, except that an
// attempt with a user action or an authentication context asks for no app. Nor
// does it guess a guest's home tenant, or details of a method that was completed.
func WhatIfDefaults(f *access.Facts) {
	defaultWho(f)
	defaultWhat(f)
	set(&f.ClientApp, access.ClientAppAny)
	set(&f.Platform, access.PlatformAll)
	set(&f.CompliantNetwork, false)
	set(&f.Device, nil)
	if d, _ := f.Device.Get(); d != nil {
		f.Device = access.Known(deviceDefaults(*d))
	}
	set(&f.Flow, access.FlowNone)
	set(&f.Interactive, true)
	set(&f.SignInRisk, access.RiskNone)
	set(&f.UserRisk, access.RiskNone)
	set(&f.InsiderRisk, access.InsiderNone)
	defaultProofs(f)
}

// set makes the fact known if it is not.
func set[T any](f *access.Fact[T], v T) { *f = access.Known(f.Or(v)) }

func defaultWho(f *access.Facts) {
	set(&f.Groups, nil)
	set(&f.Roles, nil)
	if !f.UserType.IsKnown() {
		f.UserType = access.Known(userTypeOf(f.GuestTypes.Or(0)))
	}
	if !f.GuestTypes.IsKnown() {
		kinds := access.GuestTypesNone
		if f.UserType.Or(0) == access.Guest {
			kinds = access.B2BCollaborationGuest
		}
		f.GuestTypes = access.Known(kinds)
	}
	if f.GuestTypes.Or(0) == access.GuestTypesNone {
		set(&f.HomeTenantID, "")
	}
	set(&f.ServicePrincipalID, "")
	set(&f.ServicePrincipalRisk, access.RiskNone)
	set(&f.ServicePrincipalAttributes, nil)
	// A question about a service principal is about one that policies reach.
	set(&f.ServicePrincipalInScope, true)
	set(&f.AgentID, "")
	set(&f.AgentRisk, access.RiskNone)
	set(&f.AgentAttributes, nil)
}

// userTypeOf returns the userType of people of these kinds (CA-16).
func userTypeOf(kinds access.GuestTypes) access.UserType {
	switch {
	case kinds == access.GuestTypesNone || kinds&access.B2BCollaborationMember != 0:
		return access.Member
	case kinds&(access.InternalGuest|access.B2BCollaborationGuest|access.OtherExternalUser) != 0:
		return access.Guest
	}
	return 0 // no user object
}

func defaultWhat(f *access.Facts) {
	set(&f.UserAction, access.UserActionNone)
	set(&f.AuthenticationContext, "")
	if f.UserAction.Or(0) != access.UserActionNone || f.AuthenticationContext.Or("") != "" {
		set(&f.Audiences, nil)
	}
	if list, _ := f.Audiences.Get(); len(list) > 0 {
		list = append([]access.Audience(nil), list...)
		for i := range list {
			set(&list[i].Attributes, nil)
		}
		f.Audiences = access.Known(list)
	}
	set(&f.Client, access.Client{})
	set(&f.Scopes, nil)
}

func defaultProofs(f *access.Facts) {
	set(&f.Methods, access.Password)
	if f.Methods.Or(0)&access.FIDO2 == 0 {
		set(&f.FIDO2AAGUID, "")
	}
	if f.Methods.Or(0)&(access.X509SingleFactor|access.X509MultiFactor) == 0 {
		set(&f.Certificate, access.Certificate{})
	}
	set(&f.MFARegistered, true)
	set(&f.AcceptedTermsOfUse, nil)
	set(&f.CustomControls, nil)
	set(&f.ApprovedApp, false)
	set(&f.ProtectedApp, false)
	set(&f.PasswordChanged, false)
	set(&f.RiskRemediated, false)
	set(&f.InboundTrust, access.InboundTrust{})
	set(&f.HomeClaims, access.HomeClaims{})
}

// deviceDefaults returns d with null for what it does not tell; isCompliant is
// false then (WI-3).
func deviceDefaults(d access.Device) *access.Device {
	set(&d.IsCompliant, access.No)
	set(&d.IsManaged, false)
	for _, p := range []*access.Fact[string]{
		&d.TrustType, &d.Ownership, &d.ProfileType, &d.DeviceID, &d.DisplayName, &d.Manufacturer, &d.Model,
		&d.EnrollmentProfileName, &d.MDMAppID, &d.OperatingSystem, &d.OperatingSystemVersion,
	} {
		set(p, "")
	}
	set(&d.PhysicalIDs, nil)
	set(&d.SystemLabels, nil)
	for i := range d.ExtensionAttributes {
		set(&d.ExtensionAttributes[i], "")
	}
	return &d
}
