package access_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-id/sallyport/access"
)

// TestRemediesHold makes the changes that remedies name, exclusions in the
// policies themselves, and lets the slow evaluator decide: the whole remedy must
// grant, and no smaller part of it.
func TestRemediesHold(t *testing.T) {
	checked := 0
	for seed := uint64(1); seed <= 2000; seed++ {
		g := seeded(seed)
		opt := g.options()
		src := g.source(1+g.intn(4), opt)
		f := g.hide(g.facts(), pick(g, 0, 0, 10))
		for _, r := range compiled(t, src, opt).Explain(f).Remedies() {
			checked++
			for part := range 1 << len(r.Changes) {
				whole := part == 1<<len(r.Changes)-1
				changed, after := made(src, f, r, part)
				if got := judge(changed, opt, after); (got.Verdict == access.Grant) != whole {
					t.Fatalf("seed %d: with changes %b of %v the slow evaluator says %s\n%s\n%s\n%s", seed, part, words(r), decisionText(got.Decision),
						describe(opt), describe(src), describe(*f))
				}
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d remedies were checked", checked)
	}
}

func words(r access.Remedy) []string {
	var list []string
	for _, c := range r.Changes {
		list = append(list, c.To)
	}
	return list
}

// made makes the changes of a remedy whose bits are set in part.
func made(src access.Source, f *access.Facts, r access.Remedy, part int) (access.Source, *access.Facts) {
	after := *f
	src.Policies = slices.Clone(src.Policies)
	for i, c := range r.Changes {
		if part&(1<<i) == 0 {
			continue
		}
		if c.Kind == access.ChangeExclude {
			exclude(src.Policies, access.PolicyID(c.Value), f)
		} else {
			change(src, &after, c)
		}
	}
	return src, &after
}

// exclude excludes who asks from one policy.
func exclude(policies []access.Policy, id access.PolicyID, f *access.Facts) {
	for i := range policies {
		if policies[i].ID != id {
			continue
		}
		policies[i] = clonePolicy(policies[i])
		c := &policies[i].Conditions
		switch user, workload := f.UserID.Or(""), f.ServicePrincipalID.Or(""); {
		case user != "":
			c.Users.Exclude.Users = append(slices.Clone(c.Users.Exclude.Users), user)
		case workload != "":
			c.Workloads.Exclude = append(slices.Clone(c.Workloads.Exclude), workload)
		case f.AgentID.Or("") != "":
			c.Workloads.ExcludeAgents = append(slices.Clone(c.Workloads.ExcludeAgents), f.AgentID.Or(""))
		default: // nobody knows who it is; as though no longer about them
			policies[i].State = access.StateDisabled
		}
	}
}

// change makes one change of the facts.
func change(src access.Source, f *access.Facts, c access.Change) {
	switch c.Kind {
	case access.ChangeMethod:
		completeMethods(src, f, c)
	case access.ChangeTerms:
		f.AcceptedTermsOfUse = access.Known(append(slices.Clone(f.AcceptedTermsOfUse.Or(nil)), access.AgreementID(c.Value)))
	case access.ChangeCustomControl:
		f.CustomControls = access.Known(append(slices.Clone(f.CustomControls.Or(nil)), c.Value))
	case access.ChangePassword:
		f.PasswordChanged = access.Known(true)
	case access.ChangeRemediation:
		f.RiskRemediated = access.Known(true)
	case access.ChangeProtectedApp:
		f.ProtectedApp = access.Known(true)
	case access.ChangeApprovedApp:
		f.ApprovedApp = access.Known(true)
	case access.ChangeRegisterMFA:
		f.MFARegistered = access.Known(true)
	case access.ChangeSignInRisk:
		f.SignInRisk = access.Known(access.RiskNone)
	case access.ChangeUserRisk:
		f.UserRisk = access.Known(access.RiskNone)
	case access.ChangeClient:
		f.ClientApp = access.Known(valueNamed(c.Value, someClients...))
	case access.ChangePlatform:
		f.Platform = access.Known(valueNamed(c.Value, somePlatforms...))
	case access.ChangeFlow:
		f.Flow = access.Known(access.FlowNone)
	case access.ChangeCompliantDevice, access.ChangeJoinedDevice:
		f.Device = access.Known(betterDevice(f.Device.Or(nil), c.Kind))
		claims, known := f.HomeClaims.Get()
		if known && c.Kind == access.ChangeCompliantDevice {
			claims.CompliantDevice = true
			f.HomeClaims = access.Known(claims)
		} else if known {
			claims.DomainJoinedDevice = true
			f.HomeClaims = access.Known(claims)
		}
	case access.ChangeTrust:
		trust := f.InboundTrust.Or(access.InboundTrust{})
		trust.MFA = trust.MFA || c.Value == "mfa"
		trust.CompliantDevice = trust.CompliantDevice || c.Value == "compliantDevice"
		trust.DomainJoinedDevice = trust.DomainJoinedDevice || c.Value == "domainJoinedDevice"
		f.InboundTrust = access.Known(trust)
	case access.ChangeCompliantNetwork:
		f.CompliantNetwork = access.Known(true)
	default:
		move(src, f, c)
	}
}

// completeMethods completes methods here or, for people from elsewhere, MFA at
// home.
func completeMethods(src access.Source, f *access.Facts, c access.Change) {
	if c.Value == "home" {
		claims := f.HomeClaims.Or(access.HomeClaims{})
		claims.MFA = true
		f.HomeClaims = access.Known(claims)
		return
	}
	var add access.Methods
	for _, name := range strings.Split(c.Value, ",") {
		for m := access.Password; m <= access.QRCodePin; m <<= 1 {
			if m.String() == name {
				add |= m
			}
		}
	}
	f.Methods = access.Known(f.Methods.Or(0) | add)
	if !strings.Contains(c.To, "accepted") {
		return
	}
	for _, s := range src.Strengths {
		for _, combination := range s.Combinations {
			if combination.Methods == add && combination.AAGUIDs != nil {
				f.FIDO2AAGUID = access.Known(combination.AAGUIDs[0])
			}
			if combination.Methods == add && combination.PolicyOIDs != nil {
				f.Certificate = access.Known(access.Certificate{IssuerSKI: strings.Join(combination.IssuerSKIs, ""), PolicyOIDs: combination.PolicyOIDs})
			}
		}
	}
}

// valueNamed is the value of a pool that writes itself so.
func valueNamed[T interface{ String() string }](name string, pool ...T) T {
	i := slices.IndexFunc(pool, func(v T) bool { return v.String() == name })
	return pool[i]
}

// betterDevice is the device made compliant, or a hybrid joined one.
func betterDevice(d *access.Device, kind access.ChangeKind) *access.Device {
	switch {
	case kind == access.ChangeJoinedDevice:
		return &access.Device{TrustType: access.Known("ServerAD")}
	case d == nil:
		return &access.Device{IsCompliant: access.Known(access.Yes), IsManaged: access.Known(true)}
	}
	better := *d
	better.IsCompliant = access.Known(access.Yes)
	return &better
}

// move goes to another network or country, of which nothing else is known.
func move(src access.Source, f *access.Facts, c access.Change) {
	f.IP, f.CompliantNetwork = access.Fact[netip.Addr]{}, access.Known(false)
	switch c.Kind {
	case access.ChangeLeaveNetwork:
		f.IP = access.Known(outside(src))
		return // in the same country
	case access.ChangeOtherCountry:
		f.Country = access.Known("CA") // in nobody's list
		return
	}
	f.Country = access.Fact[string]{}
	for _, l := range src.Locations {
		switch {
		case string(l.ID) != c.Value:
		case l.IsCountry:
			f.Country = access.Known(l.Countries[0])
		default:
			f.IP = access.Known(l.Ranges[0].First)
		}
	}
}

// outside is an address in no location.
func outside(src access.Source) netip.Addr {
	for host := range 256 {
		addr := netip.AddrFrom4([4]byte{198, 51, 100, byte(host)})
		inside := slices.ContainsFunc(src.MFATrustedIPs, func(r access.Range) bool { return within(r, addr) })
		for _, l := range src.Locations {
			inside = inside || slices.ContainsFunc(l.Ranges, func(r access.Range) bool { return within(r, addr) })
		}
		if !inside {
			return addr
		}
	}
	return netip.Addr{}
}
