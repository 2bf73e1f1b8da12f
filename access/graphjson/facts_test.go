package graphjson_test

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
	"github.com/sallyport-id/sallyport/access/graphjson"
)

func facts(t *testing.T, text string) access.Facts {
	t.Helper()
	list, err := graphjson.ReadFacts("f", []byte(text))
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: read %d attempts, %v", text, len(list), err)
	}
	return list[0]
}

// TestFacts reads each member on its own, as a value and as known to be none.
func TestFacts(t *testing.T) {
	tests := []struct {
		text string
		want func(*access.Facts)
	}{
		{`{}`, func(*access.Facts) {}},
		{`{"userId":"u"}`, func(f *access.Facts) { f.UserID = access.Known[access.UserID]("u") }},
		{`{"userId":null}`, func(f *access.Facts) { f.UserID = access.Known[access.UserID]("") }},
		{`{"groups":["g1","g2"]}`, func(f *access.Facts) { f.Groups = access.Known([]access.GroupID{"g1", "g2"}) }},
		{`{"groups":null}`, func(f *access.Facts) { f.Groups = access.Known([]access.GroupID(nil)) }},
		{`{"groups":[]}`, func(f *access.Facts) { f.Groups = access.Known([]access.GroupID(nil)) }},
		{`{"roles":["r"]}`, func(f *access.Facts) { f.Roles = access.Known([]access.RoleID{"r"}) }},
		{`{"userType":"Guest"}`, func(f *access.Facts) { f.UserType = access.Known(access.Guest) }},
		{`{"userType":null}`, func(f *access.Facts) { f.UserType = access.Known(access.UserType(0)) }},
		{`{"guestType":"b2bCollaborationGuest"}`, func(f *access.Facts) { f.GuestTypes = access.Known(access.B2BCollaborationGuest) }},
		{`{"guestType":"none"}`, func(f *access.Facts) { f.GuestTypes = access.Known(access.GuestTypesNone) }},
		{`{"guestType":"b2bCollaborationGuest,b2bDirectConnectUser"}`, func(f *access.Facts) {
			f.GuestTypes = access.Known(access.B2BCollaborationGuest | access.B2BDirectConnectUser)
		}},
		{`{"homeTenantId":"t"}`, func(f *access.Facts) { f.HomeTenantID = access.Known[access.TenantID]("t") }},
		{`{"servicePrincipalId":"s","servicePrincipalRiskLevel":"high","servicePrincipalInScope":true}`, func(f *access.Facts) {
			f.ServicePrincipalID, f.ServicePrincipalRisk, f.ServicePrincipalInScope = access.Known[access.ServicePrincipalID]("s"), access.Known(access.RiskHigh), access.Known(true)
		}},
		{`{"servicePrincipalCustomSecurityAttributes":{"A_b":"x"},"agentId":"a","agentRiskLevel":"low","agentCustomSecurityAttributes":null}`, func(f *access.Facts) {
			f.ServicePrincipalAttributes = access.Known(filter.Attributes{"A_b": filter.Text("x")})
			f.AgentID, f.AgentRisk, f.AgentAttributes = access.Known[access.ServicePrincipalID]("a"), access.Known(access.RiskLow), access.Known(filter.Attributes(nil))
		}},
		{`{"appId":"a"}`, func(f *access.Facts) { f.Audiences = access.Known([]access.Audience{{AppID: "a"}}) }},
		{`{"appId":null}`, func(f *access.Facts) { f.Audiences = access.Known([]access.Audience(nil)) }},
		{`{"appCustomSecurityAttributes":{"F_t":"gold","F_l":["a","b"],"F_n":null,"F_b":true},"appId":"a"}`, func(f *access.Facts) {
			f.Audiences = access.Known([]access.Audience{{AppID: "a", Attributes: access.Known(filter.Attributes{
				"F_t": filter.Text("gold"), "F_l": filter.List("a", "b"), "F_n": filter.Null(), "F_b": filter.Text("True")})}})
		}},
		{`{"audiences":["a",{"appId":"b","customSecurityAttributes":{"F_t":["gold"]}}]}`, func(f *access.Facts) {
			f.Audiences = access.Known([]access.Audience{{AppID: "a"}, {AppID: "b", Attributes: access.Known(filter.Attributes{"F_t": filter.List("gold")})}})
		}},
		{`{"userAction":"urn:user:registersecurityinfo"}`, func(f *access.Facts) { f.UserAction = access.Known(access.RegisterSecurityInfo) }},
		{`{"userAction":"registerOrJoinDevices"}`, func(f *access.Facts) { f.UserAction = access.Known(access.RegisterDevice) }},
		{`{"userAction":null}`, func(f *access.Facts) { f.UserAction = access.Known(access.UserActionNone) }},
		{`{"authenticationContext":"C12"}`, func(f *access.Facts) { f.AuthenticationContext = access.Known("c12") }},
		{`{"authenticationContext":"none"}`, func(f *access.Facts) { f.AuthenticationContext = access.Known("") }},
		{`{"clientAppId":"c","isConfidentialClient":true,"scopes":["openid"]}`, func(f *access.Facts) {
			f.Client, f.Scopes = access.Known(access.Client{AppID: "c", Confidential: true}), access.Known([]string{"openid"})
		}},
		{`{"clientAppType":"mobileAppsAndDesktopClients"}`, func(f *access.Facts) { f.ClientApp = access.Known(access.MobileAndDesktop) }},
		{`{"clientAppType":"all"}`, func(f *access.Facts) { f.ClientApp = access.Known(access.ClientAppAny) }},
		{`{"devicePlatform":"ios"}`, func(f *access.Facts) { f.Platform = access.Known(access.IOS) }},
		{`{"devicePlatform":"unknown"}`, func(f *access.Facts) { f.Platform = access.Known(access.PlatformOther) }},
		{`{"devicePlatform":"all"}`, func(f *access.Facts) { f.Platform = access.Known(access.PlatformAll) }},
		{`{"ipAddress":"::ffff:192.0.2.1"}`, func(f *access.Facts) { f.IP = access.Known(netip.MustParseAddr("192.0.2.1")) }},
		{`{"country":"de","gpsCountry":null}`, func(f *access.Facts) { f.Country, f.GPSCountry = access.Known("DE"), access.Known("") }},
		{`{"isCompliantNetwork":true,"isInteractive":false}`, func(f *access.Facts) { f.CompliantNetwork, f.Interactive = access.Known(true), access.Known(false) }},
		{`{"device":null}`, func(f *access.Facts) { f.Device = access.Known[*access.Device](nil) }},
		{`{"device":{}}`, func(f *access.Facts) { f.Device = access.Known(&access.Device{}) }},
		{`{"device":{"isCompliant":null,"isManaged":true,"trustType":"serverad","ownership":"Company","physicalIds":["p"],"extensionAttributes":{"extensionAttribute1":"x"},"extensionAttribute15":null}}`, func(f *access.Facts) {
			d := &access.Device{IsCompliant: access.Known(access.Null), IsManaged: access.Known(true), TrustType: access.Known("ServerAD"), Ownership: access.Known("Company"), PhysicalIDs: access.Known([]string{"p"})}
			d.ExtensionAttributes[0], d.ExtensionAttributes[14] = access.Known("x"), access.Known("")
			f.Device = access.Known(d)
		}},
		{`{"signInRiskLevel":"hidden","userRiskLevel":null,"insiderRiskLevel":"elevated"}`, func(f *access.Facts) {
			f.SignInRisk, f.UserRisk, f.InsiderRisk = access.Known(access.RiskHidden), access.Known(access.RiskNone), access.Known(access.InsiderElevated)
		}},
		{`{"insiderRiskLevel":"none","authenticationFlow":"deviceCodeFlow"}`, func(f *access.Facts) {
			f.InsiderRisk, f.Flow = access.Known(access.InsiderNone), access.Known(access.DeviceCodeFlow)
		}},
		{`{"authenticationFlow":"none"}`, func(f *access.Facts) { f.Flow = access.Known(access.FlowNone) }},
		{`{"satisfiedMethods":["password","microsoftAuthenticatorPush"]}`, func(f *access.Facts) { f.Methods = access.Known(access.Password | access.AuthenticatorPush) }},
		{`{"satisfiedMethods":[]}`, func(f *access.Facts) { f.Methods = access.Known(access.Methods(0)) }},
		{`{"methodDetails":{"fido2":{"aaguid":"a"},"x509CertificateMultiFactor":{"issuerSki":"k","policyOids":["1.2"]}}}`, func(f *access.Facts) {
			f.FIDO2AAGUID, f.Certificate = access.Known("a"), access.Known(access.Certificate{IssuerSKI: "k", PolicyOIDs: []string{"1.2"}})
		}},
		{`{"mfaRegistered":false,"acceptedTermsOfUse":["t"],"satisfiedCustomControls":["c"]}`, func(f *access.Facts) {
			f.MFARegistered, f.AcceptedTermsOfUse, f.CustomControls = access.Known(false), access.Known([]access.AgreementID{"t"}), access.Known([]string{"c"})
		}},
		{`{"isApprovedClientApp":true,"isAppProtected":false,"passwordChanged":true,"riskRemediated":null}`, func(f *access.Facts) {
			f.ApprovedApp, f.ProtectedApp, f.PasswordChanged, f.RiskRemediated = access.Known(true), access.Known(false), access.Known(true), access.Known(false)
		}},
		{`{"inboundTrust":{"isMfaAccepted":true,"isHybridAzureADJoinedDeviceAccepted":true},"homeTenantClaims":{"mfa":true,"methods":["fido2"]}}`, func(f *access.Facts) {
			f.InboundTrust = access.Known(access.InboundTrust{MFA: true, DomainJoinedDevice: true})
			f.HomeClaims = access.Known(access.HomeClaims{MFA: true, Methods: access.FIDO2})
		}},
		{`{"inboundTrust":null,"homeTenantClaims":{"compliantDevice":true}}`, func(f *access.Facts) {
			f.InboundTrust, f.HomeClaims = access.Known(access.InboundTrust{}), access.Known(access.HomeClaims{CompliantDevice: true})
		}},
	}
	for _, tt := range tests {
		var want access.Facts
		tt.want(&want)
		got := facts(t, tt.text)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: read\n%+v\nwant\n%+v", tt.text, got, want)
		}
		if again := facts(t, string(graphjson.EncodeFacts(&got))); !reflect.DeepEqual(again, want) {
			t.Errorf("%s: written as\n%s", tt.text, graphjson.EncodeFacts(&got))
		}
	}
}

func TestFactsErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{\"userId\":\"u\",\n\"contry\":\"DE\"}", "f:2:10: contry: found a member that is not known; the nearest that is: country"},
		{`{"UserId":"u"}`, "the nearest that is: userId"},
		{`{"device":{"isCompliantt":true}}`, "device.isCompliantt: found a member that is not known; the nearest that is: isCompliant"},
		{`{"userId":7}`, "userId: found 7, expected a string, or null for none"},
		{`{"userId":""}`, `userId: found "", expected a string`},
		{`{"groups":"g"}`, `groups: found "g", expected an array`},
		{`{"groups":["g",null]}`, "groups[1]: found null, expected a string"},
		{`{"userType":"robot"}`, "expected member or guest"},
		{`{"clientAppType":null}`, "clientAppType: found null, expected one of browser"},
		{`{"clientAppType":"browser,other"}`, "expected one of browser"},
		{`{"devicePlatform":"beos"}`, "expected one of android"},
		{`{"ipAddress":"1.2.3"}`, "ipAddress: found \"1.2.3\", expected an IPv4 or IPv6 address"},
		{`{"ipAddress":null}`, "ipAddress: found null, expected an IPv4 or IPv6 address"},
		{`{"ipAddress":"fe80::1%eth0"}`, "expected an IPv4 or IPv6 address"},
		{`{"country":"Germany"}`, "expected a two-letter country code"},
		{`{"signInRiskLevel":"low,high"}`, "expected one of none, low"},
		{`{"authenticationContext":"c0"}`, "expected an authentication context c1 to c99"},
		{`{"authenticationContext":"c100"}`, "expected an authentication context c1 to c99"},
		{`{"userAction":"dance"}`, "expected one of urn:user:registersecurityinfo"},
		{`{"appId":"a","audiences":["b"]}`, "audiences: found this member beside appId"},
		{`{"appCustomSecurityAttributes":{}}`, "appCustomSecurityAttributes: found this member without one app"},
		{`{"audiences":["a","b"],"appCustomSecurityAttributes":{}}`, "without one app"},
		{`{"audiences":[{}]}`, "audiences[0]: found an object, expected appId in it"},
		{`{"clientAppId":"c"}`, "clientAppId: found this member alone, expected isConfidentialClient beside it"},
		{`{"isConfidentialClient":true}`, "expected clientAppId beside it"},
		{`{"satisfiedMethods":["telepathy"]}`, "satisfiedMethods[0]: found \"telepathy\""},
		{`{"mfaRegistered":"yes"}`, "expected true or false"},
		{`{"device":{"trustType":"Friend"}}`, "expected one of AzureAD, ServerAD, Workplace"},
		{`{"device":{"ownership":"Company","deviceOwnership":"Company"}}`, "found this member beside its other name"},
		{`{"device":{"extensionAttribute1":"a","extensionAttributes":{"extensionAttribute1":"b"}}}`, "device.extensionAttributes.extensionAttribute1: found this attribute again"},
		{`{"device":{"extensionAttributes":{"extensionAttribute16":"b"}}}`, "found a member that is not known"},
		{`{"device":[]}`, "device: found an array, expected an object"},
		{`{"methodDetails":{"x509CertificateMultiFactor":null,"x509CertificateSingleFactor":null}}`, "found this member beside methodDetails.x509CertificateMultiFactor"},
		{`{"userId":"u","userId":"v"}`, "userId: found this member again"},
		{``, "f: found nothing, expected a facts object"},
		{`7`, "found 7, expected an object"},
		{`[{"userId":"u"},{"x":1}]`, "[1].x: found a member that is not known"},
	}
	for _, tt := range tests {
		_, err := graphjson.ReadFacts("f", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}

func TestReadFactsContainers(t *testing.T) {
	for name, text := range map[string]string{
		"array": `[{"userId":"a"},{"userId":"b"}]`, "collection": `{"value":[{"userId":"a"},{"userId":"b"}]}`, "lines": "{\"userId\":\"a\"}\n{\"userId\":\"b\"}\n",
	} {
		list, err := graphjson.ReadFacts("f", []byte(text))
		if err != nil || len(list) != 2 || list[1].UserID.Or("") != "b" {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	list, err := graphjson.ReadFacts("f", []byte(`[{"userId":7},{"userId":"b"}]`))
	if err == nil || len(list) != 1 {
		t.Errorf("beside a bad attempt: %+v, %v", list, err)
	}
}

func TestWhatIf(t *testing.T) {
	got := facts(t, `{"signInIdentity":{"@odata.type":"#microsoft.graph.userSignIn","userId":"u","externalTenantId":null,"externalUserType":"none"},
		"signInContext":{"@odata.type":"#microsoft.graph.applicationContext","includeApplications":["a","b"]},
		"signInConditions":{"devicePlatform":"windows","clientAppType":"browser","signInRiskLevel":"none","userRiskLevel":"low","servicePrincipalRiskLevel":"none",
			"insiderRiskLevel":"none","country":"US","ipAddress":"40.77.182.32","authenticationFlow":{"transferMethod":"deviceCodeFlow"},
			"deviceInfo":{"isCompliant":true,"trustType":"ServerAD","ownership":null,"physicalIds":[]}},
		"appliedPoliciesOnly":true}`)
	want := access.Facts{
		UserID: access.Known[access.UserID]("u"), GuestTypes: access.Known(access.GuestTypesNone),
		Audiences: access.Known([]access.Audience{{AppID: "a"}, {AppID: "b"}}),
		Platform:  access.Known(access.Windows), ClientApp: access.Known(access.Browser),
		SignInRisk: access.Known(access.RiskNone), UserRisk: access.Known(access.RiskLow), ServicePrincipalRisk: access.Known(access.RiskNone), InsiderRisk: access.Known(access.InsiderNone),
		Country: access.Known("US"), IP: access.Known(netip.MustParseAddr("40.77.182.32")), Flow: access.Known(access.DeviceCodeFlow),
		Device: access.Known(&access.Device{IsCompliant: access.Known(access.Yes), TrustType: access.Known("ServerAD")}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
	got = facts(t, `{"signInIdentity":{"servicePrincipalId":"s"},"signInContext":{"userAction":"registerSecurityInformation","authenticationContextValue":null},"signInConditions":{"deviceInfo":{"isCompliant":null},"ipAddress":null,"country":""}}`)
	want = access.Facts{UserID: access.Known[access.UserID](""), ServicePrincipalID: access.Known[access.ServicePrincipalID]("s"), UserAction: access.Known(access.RegisterSecurityInfo)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
	_, err := graphjson.ReadFacts("f", []byte(`{"signInIdentity":{"userID":"u"}}`))
	if err == nil || !strings.Contains(err.Error(), "signInIdentity.userID: found a member that is not known; the nearest that is: userId") {
		t.Errorf("error %v", err)
	}
}

func TestWhatIfDefaults(t *testing.T) {
	var f access.Facts
	graphjson.WhatIfDefaults(&f)
	if f.UserID.IsKnown() || f.Audiences.IsKnown() || f.IP.IsKnown() || f.Country.IsKnown() || f.GPSCountry.IsKnown() {
		t.Errorf("guessed who asks for what from where: %+v", f)
	}
	golden(t, "whatif_defaults.json", graphjson.EncodeFacts(&f))
	kept := facts(t, `{"userId":"u","userType":"guest","signInRiskLevel":"high","satisfiedMethods":["fido2"],"device":{"trustType":"ServerAD"},"appId":"a"}`)
	graphjson.WhatIfDefaults(&kept)
	d, _ := kept.Device.Get()
	if kept.GuestTypes != access.Known(access.B2BCollaborationGuest) || kept.HomeTenantID.IsKnown() || kept.SignInRisk != access.Known(access.RiskHigh) ||
		kept.FIDO2AAGUID.IsKnown() || d.TrustType.Or("") != "ServerAD" || d.IsCompliant != access.Known(access.No) || !d.ExtensionAttributes[14].IsKnown() {
		t.Errorf("filled %+v", kept)
	}
	for text, want := range map[string]access.UserType{
		`{"guestType":"b2bCollaborationMember"}`: access.Member, `{"guestType":"internalGuest"}`: access.Guest, `{"guestType":"serviceProvider"}`: 0,
	} {
		f := facts(t, text)
		graphjson.WhatIfDefaults(&f)
		if f.UserType != access.Known(want) {
			t.Errorf("%s: user type %v, want %v", text, f.UserType, want)
		}
	}
	for _, text := range []string{`{"userAction":"urn:user:registerdevice"}`, `{"authenticationContext":"c1"}`} {
		f := facts(t, text)
		graphjson.WhatIfDefaults(&f)
		if list, known := f.Audiences.Get(); !known || len(list) != 0 {
			t.Errorf("%s: audiences %v, %v, want known to be none", text, list, known)
		}
	}
}
