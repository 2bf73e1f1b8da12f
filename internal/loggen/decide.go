package loggen

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/access/graphjson"
	"github.com/sallyport-id/sallyport/signinlog"
)

// circumstances is all that decisions depend on. Sign-ins in the same
// circumstances get the same decision, which is worked out once.
type circumstances struct {
	groups      groupSet
	guest       bool
	workload    bool
	resource    string
	client      access.ClientAppTypes
	platform    platform
	country     string
	office      bool // in a trusted location
	registered  bool
	compliant   bool
	trust       string
	flow        access.Flows
	risk        access.RiskLevels
	userRisk    access.RiskLevels
	multi       bool // a second factor was done
	interactive bool
	edited      bool // by the edited policies
}

// verdict is what was decided.
type verdict struct {
	code     access.ResultCode
	status   string
	outcomes []*signinlog.PolicyOutcome
	failed   bool // by the policy on countries
}

// judge decides by the tenant's policies, as they are and as they are edited
// during a surge.
type judge struct {
	before, after *access.Set
	onlyApplied   bool
	known         map[circumstances]*verdict
}

func newJudge(policies int, onlyApplied bool) (*judge, error) {
	j := &judge{onlyApplied: onlyApplied, known: map[circumstances]*verdict{}}
	var err error
	if j.before, err = compile(tenantJSON(policies, allowedCountries)); err != nil {
		return nil, err
	}
	// Somebody tidies up and leaves one country out.
	j.after, err = compile(tenantJSON(policies, []string{"DE", "IT"}))
	return j, err
}

func compile(text []byte) (*access.Set, error) {
	doc, err := graphjson.Decode("tenant", text)
	if err != nil {
		return nil, fmt.Errorf("loggen: %w", err)
	}
	var src access.Source
	for _, p := range doc.Policies {
		src.Policies = append(src.Policies, p.Policy)
	}
	for _, l := range doc.Locations {
		src.Locations = append(src.Locations, l.Location)
	}
	set, err := access.Compile(src, access.Options{})
	if err != nil {
		return nil, fmt.Errorf("loggen: %w", err)
	}
	return set, nil
}

func (j *judge) decide(c circumstances) *verdict {
	if v := j.known[c]; v != nil {
		return v
	}
	set := j.before
	if c.edited {
		set = j.after
	}
	facts := c.facts()
	e := set.Explain(&facts)
	v := &verdict{code: e.Code, outcomes: signinlog.Applied(e, nil)}
	switch e.Status {
	case access.StatusSuccess:
		v.status = "success"
	case access.StatusFailure:
		v.status = "failure"
	default:
		v.status = "notApplied"
	}
	v.failed = signinlog.Is(v.outcomes[blockCountries-1].Result, access.ResultFailure)
	if j.onlyApplied {
		v.outcomes = slices.DeleteFunc(v.outcomes, func(p *signinlog.PolicyOutcome) bool {
			return !signinlog.Is(p.Result, access.ResultSuccess) && !signinlog.Is(p.Result, access.ResultFailure)
		})
	}
	j.known[c] = v
	return v
}

// Addresses inside and outside the trusted location; the country goes apart.
var officeAddr = netip.MustParseAddr("203.0.113.10")
var otherAddr = netip.MustParseAddr("100.64.0.1")

var platforms = [...]access.Platforms{windows: access.Windows, macOS: access.MacOS, iOS: access.IOS, android: access.Android, linux: access.Linux, noPlatform: access.PlatformOther}

// facts spells the circumstances out.
func (c *circumstances) facts() access.Facts {
	f := access.Facts{
		Audiences: access.Known([]access.Audience{{AppID: access.AppID(c.resource)}}), UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		ClientApp: access.Known(c.client), Platform: access.Known(platforms[c.platform]), Country: access.Known(c.country), GPSCountry: access.Known(""),
		CompliantNetwork: access.Known(false), Flow: access.Known(c.flow), Interactive: access.Known(c.interactive),
		SignInRisk: access.Known(c.risk), UserRisk: access.Known(c.userRisk), InsiderRisk: access.Known(access.InsiderNone),
		MFARegistered: access.Known(true), AcceptedTermsOfUse: access.Known([]access.AgreementID(nil)), CustomControls: access.Known([]string(nil)),
		ApprovedApp: access.Known(false), ProtectedApp: access.Known(false), PasswordChanged: access.Known(false), RiskRemediated: access.Known(false),
	}
	f.IP = access.Known(otherAddr)
	if c.office {
		f.IP = access.Known(officeAddr)
	}
	methods := access.Password
	if c.multi {
		methods |= access.AuthenticatorPush
	}
	f.Methods = access.Known(methods)
	c.person(&f)
	c.device(&f)
	return f
}

func (c *circumstances) person(f *access.Facts) {
	if c.workload {
		f.UserID = access.Known(access.UserID(""))
		f.ServicePrincipalID = access.Known(access.ServicePrincipalID("5e000000-0000-4000-8000-000000000001"))
		f.ServicePrincipalInScope, f.ServicePrincipalRisk = access.Known(true), access.Known(access.RiskNone)
		return
	}
	f.UserID = access.Known(access.UserID("05e40000-0000-4000-8000-000000000001"))
	groups := []access.GroupID{}
	for bit := range groupNames {
		if c.groups&(1<<bit) != 0 {
			groups = append(groups, access.GroupID(groupID(bit)))
		}
	}
	f.Groups, f.Roles = access.Known(groups), access.Known([]access.RoleID(nil))
	f.InboundTrust, f.HomeClaims = access.Known(access.InboundTrust{}), access.Known(access.HomeClaims{})
	f.UserType, f.GuestTypes = access.Known(access.Member), access.Known(access.GuestTypesNone)
	f.HomeTenantID = access.Known(access.TenantID(TenantID))
	if c.guest {
		f.UserType, f.GuestTypes = access.Known(access.Guest), access.Known(access.B2BCollaborationGuest)
		f.HomeTenantID = access.Known(access.TenantID(guid(2, 0)))
	}
}

func (c *circumstances) device(f *access.Facts) {
	if !c.registered {
		f.Device = access.Known[*access.Device](nil)
		return
	}
	compliant := access.No
	if c.compliant {
		compliant = access.Yes
	}
	trust := map[string]string{"Azure AD joined": "AzureAD", "Hybrid Azure AD joined": "ServerAD", "Azure AD registered": "Workplace"}[c.trust]
	f.Device = access.Known(&access.Device{IsCompliant: access.Known(compliant), IsManaged: access.Known(c.compliant), TrustType: access.Known(trust),
		Ownership: access.Known(""), ProfileType: access.Known("RegisteredDevice")})
}
