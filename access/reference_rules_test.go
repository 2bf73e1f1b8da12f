package access_test

import (
	"net/netip"
	"testing"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/filter"
)

// The reference evaluator's own cases, straight from the rules.

const (
	exchange   access.AppID = "00000002-0000-0ff1-ce00-000000000000"
	sharePoint access.AppID = "00000003-0000-0ff1-ce00-000000000000"
	payroll    access.AppID = "a0000000-0000-4000-8000-000000000001"
)

// everyone is an enabled policy for all users and all resources that demands
// what is given.
func everyone(grant access.GrantControls, change ...func(*access.Conditions)) access.Policy {
	p := access.Policy{ID: "b0000000-0000-4000-8000-000000000001", DisplayName: "everyone", State: access.StateEnabled, Grant: &grant}
	p.Conditions.Users.Include.All = true
	p.Conditions.Applications.Include.All = true
	for _, c := range change {
		c(&p.Conditions)
	}
	return p
}

// employee is an ordinary sign-in of which everything is known.
func employee(change ...func(*access.Facts)) *access.Facts {
	f := &access.Facts{
		UserID:                access.Known(access.UserID("u1")),
		Groups:                access.Known([]access.GroupID{"g1"}),
		Roles:                 access.Known([]access.RoleID{}),
		UserType:              access.Known(access.Member),
		GuestTypes:            access.Known(access.GuestTypesNone),
		HomeTenantID:          access.Known(access.TenantID("")),
		Audiences:             access.Known([]access.Audience{{AppID: exchange, Attributes: access.Known(filter.Attributes{})}}),
		UserAction:            access.Known(access.UserActionNone),
		AuthenticationContext: access.Known(""),
		ClientApp:             access.Known(access.Browser),
		Platform:              access.Known(access.Windows),
		IP:                    access.Known(netip.MustParseAddr("203.0.113.7")),
		Country:               access.Known("DE"),
		GPSCountry:            access.Known(""),
		CompliantNetwork:      access.Known(false),
		Device:                access.Known[*access.Device](nil),
		Flow:                  access.Known(access.FlowNone),
		Interactive:           access.Known(true),
		SignInRisk:            access.Known(access.RiskNone),
		UserRisk:              access.Known(access.RiskNone),
		InsiderRisk:           access.Known(access.InsiderNone),
		Methods:               access.Known(access.Password),
		FIDO2AAGUID:           access.Known(""),
		Certificate:           access.Known(access.Certificate{}),
		MFARegistered:         access.Known(true),
		AcceptedTermsOfUse:    access.Known([]access.AgreementID{}),
		CustomControls:        access.Known([]string{}),
		ApprovedApp:           access.Known(false),
		ProtectedApp:          access.Known(false),
		PasswordChanged:       access.Known(false),
		RiskRemediated:        access.Known(false),
		InboundTrust:          access.Known(access.InboundTrust{}),
		HomeClaims:            access.Known(access.HomeClaims{}),
	}
	for _, c := range change {
		c(f)
	}
	return f
}

func onDevice(d *access.Device) func(*access.Facts) {
	return func(f *access.Facts) { f.Device = access.Known(d) }
}

func guestOf(kinds access.GuestTypes) func(*access.Facts) {
	return func(f *access.Facts) {
		f.UserType = access.Known(access.Guest)
		f.GuestTypes = access.Known(kinds)
		f.HomeTenantID = access.Known(access.TenantID("t1"))
	}
}

func filtering(exclude bool, rule string) func(*access.Conditions) {
	return func(c *access.Conditions) {
		parsed, err := filter.ParseDevice(rule)
		if err != nil {
			panic(err)
		}
		c.DeviceFilter = &access.Filter{Exclude: exclude, Rule: parsed}
	}
}

var (
	blocks       = access.GrantControls{Controls: access.Block}
	demandsMFA   = access.GrantControls{Controls: access.MFA}
	demandsState = access.GrantControls{Controls: access.CompliantDevice}
	joined       = &access.Device{IsCompliant: access.Known(access.No), TrustType: access.Known("AzureAD"), IsManaged: access.Known(false)}
)

func TestReference(t *testing.T) {
	tests := []struct {
		rule   string
		name   string
		policy access.Policy
		facts  *access.Facts
		want   access.Decision
	}{
		{"CA-178", "nothing applies", everyone(blocks, func(c *access.Conditions) { c.Users.Include = access.Principals{None: true} }),
			employee(), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-11", "exclude by group beats include by id", everyone(blocks, func(c *access.Conditions) {
			c.Users.Include = access.Principals{Users: []access.UserID{"u1"}}
			c.Users.Exclude.Groups = []access.GroupID{"G1"}
		}), employee(), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-12", "All means guests too", everyone(blocks), employee(guestOf(access.InternalGuest)),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-14", "unknown groups leave the answer open", everyone(blocks, func(c *access.Conditions) {
			c.Users.Include = access.Principals{Groups: []access.GroupID{"g1"}}
		}), employee(func(f *access.Facts) { f.Groups = access.Fact[[]access.GroupID]{} }),
			access.Decision{Code: access.CodeUndetermined}},
		{"CA-17", "another home tenant", everyone(blocks, func(c *access.Conditions) {
			c.Users.Include = access.Principals{Guests: []access.GuestSelector{{Types: access.GuestTypesAll, Tenants: []access.TenantID{"t2"}}}}
		}), employee(guestOf(access.B2BCollaborationGuest)), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-27", "user policies pass service principals by", everyone(blocks), employee(func(f *access.Facts) {
			f.UserID, f.ServicePrincipalID = access.Known(access.UserID("")), access.Known(access.ServicePrincipalID("s1"))
		}), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-26", "a managed identity is out of scope", everyone(blocks, func(c *access.Conditions) {
			c.Users, c.Workloads = access.Users{}, &access.Workloads{IncludeAll: true}
		}), employee(func(f *access.Facts) {
			f.UserID, f.ServicePrincipalID = access.Known(access.UserID("")), access.Known(access.ServicePrincipalID("s1"))
			f.ServicePrincipalInScope = access.Known(false)
		}), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-31", "excluding one resource does not protect the other", everyone(blocks, func(c *access.Conditions) {
			c.Applications.Exclude.Apps = []access.AppID{exchange}
		}), employee(func(f *access.Facts) {
			f.Audiences = access.Known([]access.Audience{{AppID: exchange}, {AppID: sharePoint}})
		}), access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-31", "the only resource is excluded", everyone(blocks, func(c *access.Conditions) {
			c.Applications.Exclude.Office365 = true
		}), employee(), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-40", "baseline scopes are directory access", everyone(blocks, func(c *access.Conditions) {
			c.Applications.Exclude.Apps = []access.AppID{exchange}
		}), employee(func(f *access.Facts) { f.Scopes = access.Known([]string{"openid", "User.Read"}) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-44", "security info registration is in the scope of All", everyone(blocks), employee(func(f *access.Facts) {
			f.Audiences, f.UserAction = access.Known([]access.Audience{}), access.Known(access.RegisterSecurityInfo)
		}), access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-45", "a device demand is dropped when registering a device", everyone(demandsState), employee(func(f *access.Facts) {
			f.Audiences, f.UserAction = access.Known([]access.Audience{}), access.Known(access.RegisterDevice)
		}), access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}},
		{"CA-46", "a context that is asked for", everyone(demandsMFA, func(c *access.Conditions) {
			c.Applications = access.Applications{Contexts: []string{"c1"}}
		}), employee(func(f *access.Facts) { f.AuthenticationContext = access.Known("c1") }),
			access.Decision{Verdict: access.Interrupt, Code: 50074, Status: access.StatusFailure}},
		{"CA-52", "legacy clients are blocked, not prompted", everyone(demandsMFA),
			employee(func(f *access.Facts) { f.ClientApp = access.Known(access.OtherClients) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-57", "an unknown platform is in All and in no exclusion", everyone(blocks, func(c *access.Conditions) {
			c.Platforms = &access.PlatformSet{Include: access.PlatformAll, Exclude: access.Windows | access.IOS}
		}), employee(func(f *access.Facts) { f.Platform = access.Known(access.PlatformOther) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-75", "medium is not high", everyone(blocks, func(c *access.Conditions) { c.SignInRisk = access.RiskMedium }),
			employee(func(f *access.Facts) { f.SignInRisk = access.Known(access.RiskHigh) }),
			access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-78", "hidden is none", everyone(blocks, func(c *access.Conditions) { c.UserRisk = access.RiskNone }),
			employee(func(f *access.Facts) { f.UserRisk = access.Known(access.RiskHidden) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-80", "a risky user cannot enrol", everyone(demandsMFA), employee(func(f *access.Facts) {
			f.MFARegistered, f.SignInRisk = access.Known(false), access.Known(access.RiskLow)
		}), access.Decision{Verdict: access.Blocked, Code: 53004, Status: access.StatusFailure}},
		{"CA-85", "a negative operator matches an unregistered device", everyone(blocks, filtering(false, `device.trustType -ne "ServerAD"`)),
			employee(), access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-88", `isCompliant -eq "False" misses an unregistered device`, everyone(blocks, filtering(false, `device.isCompliant -eq "False"`)),
			employee(), access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-86", "extension attributes of an unmanaged device are null", everyone(blocks, filtering(false, `device.extensionAttribute1 -eq "SAW"`)),
			employee(onDevice(&access.Device{IsCompliant: access.Known(access.No), IsManaged: access.Known(false), TrustType: access.Known("Workplace"),
				ExtensionAttributes: [15]access.Fact[string]{access.Known("SAW")}})),
			access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}},
		{"CA-95", "device code is stopped", everyone(blocks, func(c *access.Conditions) { c.Flows = access.DeviceCodeFlow }),
			employee(func(f *access.Facts) { f.Flow = access.Known(access.DeviceCodeFlow) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-99", "device code satisfies no device control", everyone(demandsState), employee(
			onDevice(&access.Device{IsCompliant: access.Known(access.Yes)}),
			func(f *access.Facts) { f.Flow = access.Known(access.DeviceCodeFlow) }),
			access.Decision{Verdict: access.Blocked, Code: 530033, Status: access.StatusFailure}},
		{"CA-103", "block wins under OR", everyone(access.GrantControls{Any: true, Controls: access.Block | access.MFA}),
			employee(func(f *access.Facts) { f.Methods = access.Known(access.FIDO2) }),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"CA-104", "password and SMS are MFA", everyone(demandsMFA),
			employee(func(f *access.Facts) { f.Methods = access.Known(access.Password | access.SMS) }),
			access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}},
		{"CA-175", "no prompt in a non-interactive request", everyone(demandsMFA),
			employee(func(f *access.Facts) { f.Interactive = access.Known(false) }),
			access.Decision{Verdict: access.Interrupt, Code: 50076, Status: access.StatusFailure}},
		{"CA-179", "enrolment is a prompt", everyone(demandsMFA),
			employee(func(f *access.Facts) { f.MFARegistered = access.Known(false) }),
			access.Decision{Verdict: access.Interrupt, Code: 50072, Status: access.StatusFailure}},
		{"CA-105", "no device at all", everyone(demandsState), employee(),
			access.Decision{Verdict: access.Blocked, Code: 530003, Status: access.StatusFailure}},
		{"CA-105", "a device out of compliance", everyone(demandsState), employee(onDevice(joined)),
			access.Decision{Verdict: access.Blocked, Code: 53000, Status: access.StatusFailure}},
		{"CA-106", "Entra joined is not hybrid joined", everyone(access.GrantControls{Controls: access.DomainJoinedDevice}), employee(onDevice(joined)),
			access.Decision{Verdict: access.Blocked, Code: 53001, Status: access.StatusFailure}},
		{"CA-107", "an approved app alone demands nothing any more", everyone(access.GrantControls{Controls: access.ApprovedApplication}), employee(),
			access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}},
		{"CA-110", "terms not accepted yet", everyone(access.GrantControls{TermsOfUse: []access.AgreementID{"tou1"}}), employee(),
			access.Decision{Verdict: access.Interrupt, Code: 50158, Status: access.StatusFailure}},
		{"CA-112", "a guest's device without trust", everyone(demandsState), employee(guestOf(access.B2BCollaborationGuest)),
			access.Decision{Verdict: access.Blocked, Code: 530004, Status: access.StatusFailure}},
		{"XT-6", "direct connect without MFA trust", everyone(demandsMFA), employee(guestOf(access.B2BDirectConnectUser)),
			access.Decision{Verdict: access.Blocked, Code: 53003, Status: access.StatusFailure}},
		{"XT-6", "MFA at home, trusted", everyone(demandsMFA), employee(guestOf(access.B2BCollaborationGuest), func(f *access.Facts) {
			f.InboundTrust, f.HomeClaims = access.Known(access.InboundTrust{MFA: true}), access.Known(access.HomeClaims{MFA: true})
		}), access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}},
		{"CA-132", "a temporary pass is not passwordless", everyone(access.GrantControls{Strength: access.StrengthPasswordless}),
			employee(func(f *access.Facts) { f.Methods = access.Known(access.TemporaryAccessPassOneTime) }),
			access.Decision{Verdict: access.Interrupt, Code: 50074, Status: access.StatusFailure}},
		{"CA-177", "MFA and a device under AND: MFA first", everyone(access.GrantControls{Controls: access.MFA | access.CompliantDevice}), employee(),
			access.Decision{Verdict: access.Interrupt, Code: 50074, Status: access.StatusFailure}},
		{"CA-102", "OR ends with one control held", everyone(access.GrantControls{Any: true, Controls: access.MFA | access.CompliantDevice}),
			employee(onDevice(&access.Device{IsCompliant: access.Known(access.Yes)})),
			access.Decision{Verdict: access.Grant, Status: access.StatusSuccess}},
	}
	for _, tt := range tests {
		t.Run(tt.rule+" "+tt.name, func(t *testing.T) {
			got := judge(access.Source{Policies: []access.Policy{tt.policy}}, access.Options{}, tt.facts)
			if got.Decision != tt.want {
				t.Errorf("got %v %d %v, want %v %d %v", got.Verdict, got.Code, got.Status, tt.want.Verdict, tt.want.Code, tt.want.Status)
			}
		})
	}
}

func TestReferenceReportOnly(t *testing.T) {
	tests := []struct {
		rule  string
		grant access.GrantControls
		want  access.Result
	}{
		{"CA-190", access.GrantControls{}, access.ResultReportOnlySuccess},
		{"CA-191", blocks, access.ResultReportOnlyFailure},
		{"CA-191", demandsState, access.ResultReportOnlyFailure},
		{"CA-192", demandsMFA, access.ResultReportOnlyInterrupted},
		{"CA-192", access.GrantControls{Controls: access.MFA | access.CompliantDevice}, access.ResultReportOnlyFailure},
		{"CA-192", access.GrantControls{Any: true, Controls: access.MFA | access.CompliantDevice}, access.ResultReportOnlyInterrupted},
	}
	for _, tt := range tests {
		p := everyone(tt.grant)
		p.State = access.StateReportOnly
		got := judge(access.Source{Policies: []access.Policy{p}}, access.Options{}, employee())
		if got.outcomes[0].Result != tt.want {
			t.Errorf("%s: %v gives %v, want %v", tt.rule, tt.grant.Controls, got.outcomes[0].Result, tt.want)
		}
		if want := (access.Decision{Verdict: access.Grant, Status: access.StatusNotApplied}); got.Decision != want { // CA-194
			t.Errorf("CA-194: %v changes the decision to %v", tt.grant.Controls, got.Decision)
		}
	}
}

func TestReferenceRegistrationStrength(t *testing.T) { // CA-136
	all := everyone(access.GrantControls{Strength: access.StrengthPhishingResistant})
	action := everyone(access.GrantControls{Strength: access.StrengthMFA}, func(c *access.Conditions) {
		c.Applications = access.Applications{UserActions: access.RegisterSecurityInfo}
	})
	f := employee(func(f *access.Facts) {
		f.UserAction = access.Known(access.RegisterSecurityInfo)
		f.Methods = access.Known(access.TemporaryAccessPassOneTime)
	})
	alone := judge(access.Source{Policies: []access.Policy{all}}, access.Options{}, f)
	if alone.Verdict != access.Interrupt {
		t.Errorf("the strength of an All-resources policy alone: %v, want interrupt", alone.Verdict)
	}
	both := judge(access.Source{Policies: []access.Policy{all, action}}, access.Options{}, f)
	if both.Verdict != access.Grant {
		t.Errorf("with a strength on the user action: %v, want grant", both.Verdict)
	}
}
