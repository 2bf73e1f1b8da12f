package signinlog

import (
	"net/netip"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// Facts returns what the record tells of the facts that access decides on.
// What a log cannot tell stays unknown: groups, roles, insider risk, terms of
// use, inbound trust, and whatever is absent from the record. The page
// doc/formats/signin-record.md gives the mapping field by field.
func (r *Record) Facts() access.Facts {
	var f access.Facts
	r.personFacts(&f)
	r.targetFacts(&f)
	r.clientFacts(&f)
	f.IP, f.Country = r.Place()
	r.riskFacts(&f)
	r.proofFacts(&f)
	return f
}

// emptyGUID is what logs write for a user that they do not know.
const emptyGUID = "00000000-0000-0000-0000-000000000000"

func (r *Record) personFacts(f *access.Facts) {
	switch kind := r.Kind(); {
	case r.UserID != "" && r.UserID != emptyGUID:
		f.UserID = access.Known(access.UserID(r.UserID))
	case kind == ServicePrincipal || kind == ManagedIdentitySignIn:
		f.UserID = access.Known(access.UserID(""))
		f.ServicePrincipalID = known(access.ServicePrincipalID(r.ServicePrincipalID))
		// No workload policy reaches managed identities (CA-26); of the
		// others the log tells only whose app it is.
		if kind == ManagedIdentitySignIn {
			f.ServicePrincipalInScope = access.Known(false)
		} else if r.AppOwnerTenantID != "" && r.ResourceTenantID != "" {
			f.ServicePrincipalInScope = access.Known(strings.EqualFold(r.AppOwnerTenantID, r.ResourceTenantID))
		}
		return
	}
	switch r.UserType {
	case "member":
		f.UserType = access.Known(access.Member)
	case "guest":
		f.UserType = access.Known(access.Guest)
	}
	f.HomeTenantID = known(access.TenantID(r.HomeTenantID))
	f.GuestTypes = r.guestTypes()
}

// guestTypes tells the kind of an external person, where the log leaves no
// doubt (CA-16): a member who does not cross tenants is an ordinary user, and a
// crossing says which kind.
func (r *Record) guestTypes() access.Fact[access.GuestTypes] {
	external := r.HomeTenantID != "" && r.ResourceTenantID != "" && !strings.EqualFold(r.HomeTenantID, r.ResourceTenantID)
	internal := r.HomeTenantID != "" && strings.EqualFold(r.HomeTenantID, r.ResourceTenantID)
	switch r.CrossTenantAccessType {
	case "b2bDirectConnect":
		return access.Known(access.B2BDirectConnectUser)
	case "serviceProvider":
		return access.Known(access.ServiceProvider)
	case "b2bCollaboration":
		switch r.UserType {
		case "member":
			return access.Known(access.B2BCollaborationMember)
		case "guest":
			return access.Known(access.B2BCollaborationGuest)
		}
	case "none", "":
		switch {
		case r.UserType == "member" && !external && (internal || r.CrossTenantAccessType == "none"):
			return access.Known(access.GuestTypesNone)
		case r.UserType == "guest" && internal:
			return access.Known(access.InternalGuest)
		}
	}
	return access.Fact[access.GuestTypes]{}
}

func (r *Record) targetFacts(f *access.Facts) {
	switch {
	case len(r.Audiences) > 0:
		audiences := make([]access.Audience, 0, len(r.Audiences))
		for _, a := range r.Audiences {
			audiences = append(audiences, access.Audience{AppID: access.AppID(a.AppID)})
		}
		f.Audiences = access.Known(audiences)
	case r.ResourceID != "":
		f.Audiences = access.Known([]access.Audience{{AppID: access.AppID(r.ResourceID)}})
	}
	if r.AppID != "" {
		// Whether the client is confidential shows only in its credential.
		f.Client = access.Known(access.Client{AppID: access.AppID(r.AppID),
			Confidential: r.ClientCredentialType != "" && r.ClientCredentialType != "none"})
	}
	for _, c := range r.AuthenticationContexts {
		if c.ID != "" && c.Detail != "notApplicable" {
			f.AuthenticationContext = access.Known(c.ID)
			break
		}
	}
}

// clientApps are the client apps by the log's text (SI-604). Names of legacy
// protocols that are not here are other clients.
var clientApps = map[string]access.ClientAppTypes{
	"browser":                          access.Browser,
	"mobile apps and desktop clients":  access.MobileAndDesktop,
	"exchange activesync":              access.ExchangeActiveSync,
	"authenticated smtp":               access.OtherClients,
	"smtp":                             access.OtherClients,
	"autodiscover":                     access.OtherClients,
	"exchange online powershell":       access.OtherClients,
	"exchange web services":            access.OtherClients,
	"imap":                             access.OtherClients,
	"imap4":                            access.OtherClients,
	"mapi over http":                   access.OtherClients,
	"offline address book":             access.OtherClients,
	"outlook anywhere":                 access.OtherClients,
	"outlook anywhere (rpc over http)": access.OtherClients,
	"outlook service":                  access.OtherClients,
	"pop":                              access.OtherClients,
	"pop3":                             access.OtherClients,
	"reporting web services":           access.OtherClients,
	"other clients":                    access.OtherClients,
	"other clients; imap":              access.OtherClients,
	"other clients; pop":               access.OtherClients,
}

func (r *Record) clientFacts(f *access.Facts) {
	if app, ok := clientApps[strings.ToLower(r.ClientAppUsed)]; ok {
		f.ClientApp = access.Known(app)
	}
	if platform, ok := platformOf(r.Device.OperatingSystem); ok {
		f.Platform = access.Known(platform)
	}
	f.Device = r.deviceFact()
	switch {
	case r.AuthenticationProtocol == "deviceCode" || r.OriginalTransferMethod == "deviceCodeFlow":
		f.Flow = access.Known(access.DeviceCodeFlow)
	case r.AuthenticationProtocol == "authenticationTransfer" || r.OriginalTransferMethod == "authenticationTransfer":
		f.Flow = access.Known(access.AuthenticationTransfer)
	case r.OriginalTransferMethod == "none":
		f.Flow = access.Known(access.FlowNone)
	}
	if r.IsInteractive.Known {
		f.Interactive = access.Known(r.IsInteractive.Value)
	}
}

// platformOf reads the platform from an operating system's name with version
// ("Windows 10", "MacOs", "Ios 14.4"). An empty name is no answer.
func platformOf(os string) (access.Platforms, bool) {
	os = strings.ToLower(os)
	switch {
	case os == "":
		return 0, false
	case strings.HasPrefix(os, "windows phone"), strings.HasPrefix(os, "windowsphone"):
		return access.WindowsPhone, true
	case strings.HasPrefix(os, "windows"):
		return access.Windows, true
	case strings.HasPrefix(os, "macos"), strings.HasPrefix(os, "mac os"), strings.HasPrefix(os, "os x"):
		return access.MacOS, true
	case strings.HasPrefix(os, "ios"), strings.HasPrefix(os, "ipados"), strings.HasPrefix(os, "iphone"), strings.HasPrefix(os, "ipad"):
		return access.IOS, true
	case strings.HasPrefix(os, "android"):
		return access.Android, true
	case strings.HasPrefix(os, "linux"), strings.HasPrefix(os, "ubuntu"):
		return access.Linux, true
	}
	return access.PlatformOther, true
}

// trustTypes are the values of device filters by the log's text (CA-84).
var trustTypes = map[string]string{
	"azure ad joined": "AzureAD", "microsoft entra joined": "AzureAD", "azuread": "AzureAD",
	"hybrid azure ad joined": "ServerAD", "microsoft entra hybrid joined": "ServerAD", "serverad": "ServerAD",
	"azure ad registered": "Workplace", "microsoft entra registered": "Workplace", "workplace": "Workplace",
}

// deviceFact returns the device, if the record holds one. That no device id is
// logged does not prove that the device is unregistered (older rows and other
// formats leave it out), so the fact is then unknown.
func (r *Record) deviceFact() access.Fact[*access.Device] {
	if r.Device.ID == "" {
		return access.Fact[*access.Device]{}
	}
	d := &access.Device{DeviceID: access.Known(r.Device.ID)}
	if r.Device.DisplayName != "" {
		d.DisplayName = access.Known(r.Device.DisplayName)
	}
	if v, ok := r.Device.IsCompliant.Get(); ok {
		d.IsCompliant = access.Known(access.No)
		if v {
			d.IsCompliant = access.Known(access.Yes)
		}
	}
	if v, ok := r.Device.IsManaged.Get(); ok {
		d.IsManaged = access.Known(v)
	}
	if trust, ok := trustTypes[strings.ToLower(r.Device.TrustType)]; ok {
		d.TrustType = access.Known(trust)
	}
	return access.Known(d)
}

// Place returns where the sign-in came from, as Facts tells it.
func (r *Record) Place() (ip access.Fact[netip.Addr], country access.Fact[string]) {
	if addr, err := netip.ParseAddr(r.IPAddress); err == nil {
		ip = access.Known(addr.Unmap())
	}
	if c := r.Location.CountryOrRegion; len(c) == 2 {
		country = access.Known(strings.ToUpper(c))
	}
	return ip, country
}

var riskLevels = map[string]access.RiskLevels{"none": access.RiskNone, "low": access.RiskLow,
	"medium": access.RiskMedium, "high": access.RiskHigh, "hidden": access.RiskHidden}

func (r *Record) riskFacts(f *access.Facts) {
	// "hidden" withholds the level for want of a licence, under which no
	// policy on risk is evaluated either (CA-78).
	if level, ok := riskLevels[r.RiskLevelDuringSignIn]; ok {
		f.SignInRisk = access.Known(level)
	}
	if level, ok := riskLevels[r.RiskLevelAggregated]; ok {
		if f.ServicePrincipalID.IsKnown() {
			f.ServicePrincipalRisk = access.Known(level)
		} else {
			f.UserRisk = access.Known(level)
		}
	}
}

// proofFacts tells the methods only where every step names one: a step that was
// satisfied by an earlier session does not say how.
func (r *Record) proofFacts(f *access.Facts) {
	var done access.Methods
	for _, step := range r.AuthenticationDetails {
		if !Is(step.Succeeded, true) {
			continue
		}
		method, ok := methodOf(step.Method)
		if !ok {
			return
		}
		done |= method
	}
	if done != 0 {
		f.Methods = access.Known(done)
	}
}

// methodNames are the methods by the log's text. The summary texts of SI-610
// and methods that Graph's modes cannot tell apart are not in it.
var methodNames = map[string]access.Methods{
	"password":                                 access.Password,
	"text message":                             access.SMS,
	"sms":                                      access.SMS,
	"phone call":                               access.Voice,
	"mobile app notification":                  access.AuthenticatorPush,
	"microsoft authenticator app":              access.AuthenticatorPush,
	"phone app notification":                   access.AuthenticatorPush,
	"mobile app verification code":             access.SoftwareOATH,
	"phone app otp":                            access.SoftwareOATH,
	"oath verification code":                   access.SoftwareOATH,
	"software oath token":                      access.SoftwareOATH,
	"hardware oath token":                      access.HardwareOATH,
	"fido2 security key":                       access.FIDO2,
	"passkey (device-bound)":                   access.FIDO2,
	"passkey (synced)":                         access.FIDO2,
	"passkey":                                  access.FIDO2,
	"windows hello for business":               access.WindowsHello,
	"passwordless phone sign-in":               access.DeviceBasedPush,
	"passwordless microsoft authenticator app": access.DeviceBasedPush,
	"email otp":                                access.Email,
	"email verification code":                  access.Email,
	"qr code pin":                              access.QRCodePin,
}

func methodOf(method string) (access.Methods, bool) {
	m, ok := methodNames[strings.ToLower(method)]
	return m, ok
}

// known returns the fact that the value is s; an empty one is untold.
func known[T ~string](s T) access.Fact[T] {
	if s == "" {
		return access.Fact[T]{}
	}
	return access.Known(s)
}
