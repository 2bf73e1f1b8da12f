package signinlog_test

import (
	"net/netip"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// TestEmptyRecordKnowsNothing: no fact may be made up.
func TestEmptyRecordKnowsNothing(t *testing.T) {
	f := (&signinlog.Record{}).Facts()
	for name, known := range map[string]bool{"user": f.UserID.IsKnown(), "type": f.UserType.IsKnown(), "guest": f.GuestTypes.IsKnown(),
		"app": f.Audiences.IsKnown(), "client": f.ClientApp.IsKnown(), "platform": f.Platform.IsKnown(), "address": f.IP.IsKnown(),
		"country": f.Country.IsKnown(), "device": f.Device.IsKnown(), "flow": f.Flow.IsKnown(), "risk": f.SignInRisk.IsKnown(),
		"user risk": f.UserRisk.IsKnown(), "methods": f.Methods.IsKnown(), "groups": f.Groups.IsKnown(), "interactive": f.Interactive.IsKnown()} {
		if known {
			t.Errorf("the %s of an empty record is known", name)
		}
	}
}

func TestFacts(t *testing.T) {
	list, _ := readText(t, `{"id":"r","createdDateTime":"2024-07-23T15:19:52Z","correlationId":"c","userId":"u","userType":"Member","homeTenantId":"h","resourceTenantId":"H",`+
		`"crossTenantAccessType":"none","appId":"client","resourceId":"res","clientAppUsed":"Mobile Apps and Desktop clients","ipAddress":"::ffff:192.0.2.1","isInteractive":true,`+
		`"location":{"countryOrRegion":"de"},"deviceDetail":{"deviceId":"d","operatingSystem":"Windows 10","isCompliant":false,"isManaged":true,"trustType":"Azure AD joined"},`+
		`"originalTransferMethod":"none","authenticationContextClassReferences":[{"id":"c1","detail":"notApplicable"},{"id":"c2","detail":"required"}],`+
		`"riskLevelDuringSignIn":"medium","riskLevelAggregated":"hidden","authenticationDetails":[{"authenticationMethod":"Password","succeeded":true},{"authenticationMethod":"Mobile app notification","succeeded":true},{"authenticationMethod":"Text message","succeeded":false}]}`)
	f := list[0].Facts()
	want(t, "user", f.UserID, "u")
	want(t, "user type", f.UserType, access.Member)
	want(t, "guest types", f.GuestTypes, access.GuestTypesNone)
	want(t, "home tenant", f.HomeTenantID, "h")
	want(t, "client app", f.ClientApp, access.MobileAndDesktop)
	want(t, "platform", f.Platform, access.Windows)
	want(t, "address", f.IP, netip.MustParseAddr("192.0.2.1"))
	want(t, "country", f.Country, "DE")
	want(t, "flow", f.Flow, access.FlowNone)
	want(t, "context", f.AuthenticationContext, "c2")
	want(t, "sign-in risk", f.SignInRisk, access.RiskMedium)
	want(t, "user risk", f.UserRisk, access.RiskHidden)
	want(t, "methods", f.Methods, access.Password|access.AuthenticatorPush)
	want(t, "interactive", f.Interactive, true)
	want(t, "client", f.Client, access.Client{AppID: "client"})
	if audiences, ok := f.Audiences.Get(); !ok || len(audiences) != 1 || audiences[0].AppID != "res" {
		t.Errorf("audiences %v", audiences)
	}
	d := f.Device.Or(nil)
	if d == nil {
		t.Fatal("no device")
	}
	want(t, "compliance", d.IsCompliant, access.No)
	want(t, "management", d.IsManaged, true)
	want(t, "trust", d.TrustType, "AzureAD")
}

func want[T comparable](t *testing.T, name string, got access.Fact[T], want T) {
	t.Helper()
	if v, ok := got.Get(); !ok || v != want {
		t.Errorf("%s is %v (known: %v), want %v", name, v, ok, want)
	}
}

func TestFactsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		record signinlog.Record
		guest  access.Fact[access.GuestTypes]
		user   access.Fact[access.UserID]
	}{
		"a guest": {signinlog.Record{UserID: "u", UserType: "guest", CrossTenantAccessType: "b2bCollaboration", HomeTenantID: "h", ResourceTenantID: "r"},
			access.Known(access.B2BCollaborationGuest), access.Known(access.UserID("u"))},
		"an external member": {signinlog.Record{UserID: "u", UserType: "member", CrossTenantAccessType: "b2bCollaboration"},
			access.Known(access.B2BCollaborationMember), access.Known(access.UserID("u"))},
		"an internal guest": {signinlog.Record{UserID: "u", UserType: "guest", HomeTenantID: "h", ResourceTenantID: "h"},
			access.Known(access.InternalGuest), access.Known(access.UserID("u"))},
		"a guest of unknown kind":    {signinlog.Record{UserID: "u", UserType: "guest"}, access.Fact[access.GuestTypes]{}, access.Known(access.UserID("u"))},
		"a member of unknown tenant": {signinlog.Record{UserID: "u", UserType: "member"}, access.Fact[access.GuestTypes]{}, access.Known(access.UserID("u"))},
		"a service principal":        {signinlog.Record{ServicePrincipalID: "sp"}, access.Fact[access.GuestTypes]{}, access.Known(access.UserID(""))},
		"an unknown user":            {signinlog.Record{UserID: "00000000-0000-0000-0000-000000000000", UserPrincipalName: "x"}, access.Fact[access.GuestTypes]{}, access.Fact[access.UserID]{}},
	} {
		f := c.record.Facts()
		if f.GuestTypes != c.guest || f.UserID != c.user {
			t.Errorf("%s: guest types %v, user %v", name, f.GuestTypes, f.UserID)
		}
	}
}

// TestStepsOfAnEarlierSession do not tell which methods were used.
func TestStepsOfAnEarlierSession(t *testing.T) {
	r := signinlog.Record{AuthenticationDetails: []signinlog.AuthenticationStep{
		{Method: "Password", Succeeded: signinlog.Told(true)},
		{Method: "Previously satisfied", Succeeded: signinlog.Told(true), ResultDetail: "MFA requirement satisfied by claim in the token"}}}
	if r.Facts().Methods.IsKnown() {
		t.Error("the methods are known")
	}
	if !r.MultiFactor() {
		t.Error("the second factor is not seen")
	}
}
