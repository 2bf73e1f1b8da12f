package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport-id/sallyport/access"
)

// gaps finds exclusions that nothing else covers: an attempt that a policy
// would make demands of, were it not for an excluded person, app, platform or
// place, and of which no other policy demands anything. Each is found by
// deciding the attempt.
func (l *linter) gaps() {
	g := gapFinder{linter: l, byName: map[string]*gap{}}
	for _, p := range l.enforced() {
		if p.Conditions.Workloads != nil || len(items(p.Grant)) == 0 {
			continue
		}
		g.people++
		if f, ok := l.meeting(p); ok && l.set.Decide(&f).Verdict != access.Grant {
			g.look(p, &f)
		}
	}
	for _, name := range g.order {
		g.report(name)
	}
}

// gap is something excluded, and by which policies, with nothing demanded.
type gap struct {
	policies []*access.Policy
	path     string
	person   bool // a user or a group
}

type gapFinder struct {
	linter *linter
	byName map[string]*gap
	order  []string
	people int // enforced policies that demand something of people
}

// look tries every exclusion of a policy on an attempt that meets it.
func (g *gapFinder) look(p *access.Policy, met *access.Facts) {
	c := &p.Conditions
	for _, a := range people(&c.Users.Exclude) {
		f := *met
		if g.linter.become(&f, a) {
			g.try(p, f, "conditions.users", g.linter.atomName(a), a.kind == "user" || a.kind == "group")
		}
	}
	for _, a := range apps(&c.Applications.Exclude) {
		f := *met
		f.Audiences = access.Known([]access.Audience{{AppID: appOf(a)}})
		g.try(p, f, "conditions.applications", a.String(), false)
	}
	if c.Platforms != nil {
		for bit := access.Android; bit <= access.Linux; bit <<= 1 {
			if c.Platforms.Exclude&bit != 0 {
				f := *met
				f.Platform = access.Known(bit)
				g.try(p, f, "conditions.platforms", "platform "+bit.String(), false)
			}
		}
	}
	if c.Locations == nil {
		return
	}
	for _, spot := range g.linter.spots[1:] {
		f := *met
		spot.set(&f)
		g.try(p, f, "conditions.locations", "whoever comes "+spot.String(), false)
	}
}

// try decides one attempt; it is a gap if nothing is demanded of it though the
// policy, without its exclusion, would.
func (g *gapFinder) try(p *access.Policy, f access.Facts, path, name string, person bool) {
	if g.linter.set.Decide(&f).Verdict != access.Grant {
		return
	}
	found, ok := g.byName[name]
	if !ok {
		found = &gap{path: path, person: person}
		g.byName[name] = found
		g.order = append(g.order, name)
	}
	found.policies = append(found.policies, p)
}

// report enters one finding for what several policies may exclude.
func (g *gapFinder) report(name string) {
	found := g.byName[name]
	var others []access.PolicyID
	for _, p := range found.policies[1:] {
		others = append(others, p.ID)
	}
	if found.person && len(found.policies) == g.people {
		g.linter.add(found.policies[0], Info, "exclusion-gap", "CA-11", found.path, fmt.Sprintf("excludes %s, as all %d policies do that demand something of people: nothing is demanded of it, as befits emergency accounts only", name, g.people), others...)
		return
	}
	message := fmt.Sprintf("excludes %s, of which no other policy demands anything", name)
	const most = 3
	if n := len(others); n > most {
		message += fmt.Sprintf("; so do %s and %d more", strings.Join(titles(found.policies[1:1+most]), ", "), n-most)
	} else if n > 0 {
		message += fmt.Sprintf("; so does %s", strings.Join(titles(found.policies[1:]), ", "))
	}
	g.linter.add(found.policies[0], Warning, "exclusion-gap", "CA-11", found.path, message, others...)
}

// meeting returns an attempt to which the policy applies and of which nothing
// but a password is proved.
func (l *linter) meeting(p *access.Policy) (access.Facts, bool) {
	set := l.alone(p)
	if set == nil {
		return access.Facts{}, false
	}
	f := plain()
	l.populate(&f, p)
	for _, d := range append([]*access.Device{nil}, devices()...) {
		f.Device = access.Known(d)
		for _, spot := range l.spots {
			spot.set(&f)
			if o := set.Explain(&f).Outcomes[0]; o.Missed|o.Open == 0 {
				return f, true
			}
		}
	}
	return f, false
}

// plain is an ordinary member in a browser on Windows with a password alone.
func plain() access.Facts {
	f := access.Facts{
		UserID: access.Known(access.UserID(anyone)), UserType: access.Known(access.Member), GuestTypes: access.Known(access.GuestTypesNone),
		Groups: access.Known([]access.GroupID(nil)), Roles: access.Known([]access.RoleID(nil)), HomeTenantID: access.Known(access.TenantID("")),
		Audiences: access.Known([]access.Audience{{AppID: anyApp}}), UserAction: access.Known(access.UserActionNone), AuthenticationContext: access.Known(""),
		ClientApp: access.Known(access.Browser), Platform: access.Known(access.Windows), Device: access.Known[*access.Device](nil), Flow: access.Known(access.FlowNone), Interactive: access.Known(true),
		SignInRisk: access.Known(access.RiskNone), UserRisk: access.Known(access.RiskNone), InsiderRisk: access.Known(access.InsiderNone),
		Methods: access.Known(access.Password), MFARegistered: access.Known(true), AcceptedTermsOfUse: access.Known([]access.AgreementID(nil)), CustomControls: access.Known([]string(nil)),
		ApprovedApp: access.Known(false), ProtectedApp: access.Known(false), PasswordChanged: access.Known(false), RiskRemediated: access.Known(false),
		InboundTrust: access.Known(access.InboundTrust{}), HomeClaims: access.Known(access.HomeClaims{}),
		Client: access.Known(access.Client{}), Scopes: access.Known([]string(nil)),
	}
	nowhere.set(&f)
	return f
}

// Ids of the person and the app that no policy names.
const (
	anyone = "00000000-0000-4000-8000-00000000a000"
	anyApp = "00000000-0000-4000-8000-00000000a001"
)

// populate makes an attempt one that the policy is about, places and device
// aside.
func (l *linter) populate(f *access.Facts, p *access.Policy) {
	c := &p.Conditions
	for _, a := range people(&c.Users.Include) {
		if !covers(people(&c.Users.Exclude), a) {
			l.become(f, a)
			break
		}
	}
	a := &c.Applications
	switch {
	case a.UserActions != 0:
		f.UserAction = access.Known(lowest(a.UserActions))
	case len(a.Contexts) > 0:
		f.AuthenticationContext = access.Known(a.Contexts[0])
	default:
		for _, app := range apps(&a.Include) {
			if app != everything && !covers(apps(&a.Exclude), app) {
				f.Audiences = access.Known([]access.Audience{{AppID: appOf(app)}})
				break
			}
		}
	}
	if c.ClientApps != 0 && c.ClientApps&access.Browser == 0 {
		f.ClientApp = access.Known(lowest(c.ClientApps))
	}
	if platforms := platformsOf(c); platforms&access.Windows == 0 && platforms != 0 {
		f.Platform = access.Known(lowest(platforms))
	}
	if c.SignInRisk != 0 {
		f.SignInRisk = access.Known(lowest(c.SignInRisk))
	}
	if c.UserRisk != 0 {
		f.UserRisk = access.Known(lowest(c.UserRisk))
	}
	if c.InsiderRisk != 0 {
		f.InsiderRisk = access.Known(lowest(c.InsiderRisk))
	}
	if c.Flows != 0 {
		f.Flow = access.Known(lowest(c.Flows))
	}
}

func lowest[T ~uint8 | ~uint16](set T) T { return set & -set }

// become makes the attempt that of somebody whom an atom names; false if it
// names nobody in particular.
func (l *linter) become(f *access.Facts, a atom) bool {
	groups, roles := f.Groups.Or(nil), f.Roles.Or(nil)
	switch a.kind {
	case "user":
		f.UserID = access.Known(access.UserID(a.id))
		for i := range l.tenant.People {
			who := &l.tenant.People[i].Facts
			if fold(who.UserID.Or("")) == a.id {
				f.Groups = access.Known(slices.Concat(groups, who.Groups.Or(nil)))
				f.Roles = access.Known(slices.Concat(roles, who.Roles.Or(nil)))
			}
		}
	case "group":
		f.Groups = access.Known(append(slices.Clip(groups), access.GroupID(a.id)))
	case "role":
		f.Roles = access.Known(append(slices.Clip(roles), access.RoleID(a.id)))
	case "guest":
		f.UserType, f.GuestTypes = access.Known(access.Guest), access.Known(guestType(a.id))
		f.HomeTenantID = access.Known(access.TenantID(anyTenant))
		if a.in != "*" {
			f.HomeTenantID = access.Known(access.TenantID(a.in))
		}
	default:
		return false
	}
	return true
}

const anyTenant = "00000000-0000-4000-8000-00000000a002"

func guestType(name string) access.GuestTypes {
	for kind := access.InternalGuest; kind < access.GuestTypesAll; kind <<= 1 {
		if kind.String() == name {
			return kind
		}
	}
	return access.GuestTypesNone
}

// appOf returns an app that an atom names.
func appOf(a atom) access.AppID {
	switch a.id {
	case "office365":
		return exchangeOnline
	case "microsoftadminportals":
		return azurePortal
	}
	return access.AppID(a.id)
}

// Apps that findings ask about (CA-34 to CA-36).
const (
	exchangeOnline  access.AppID = "00000002-0000-0ff1-ce00-000000000000"
	azurePortal     access.AppID = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
	azureManagement access.AppID = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	microsoftGraph  access.AppID = "00000003-0000-0000-c000-000000000000"
)

// devices are the states of a registered device that policies ask for.
func devices() []*access.Device {
	device := func(compliant access.Tri, trust string) *access.Device {
		return &access.Device{IsCompliant: access.Known(compliant), IsManaged: access.Known(compliant == access.Yes), TrustType: access.Known(trust)}
	}
	return []*access.Device{device(access.Yes, "AzureAD"), device(access.Yes, "ServerAD"), device(access.No, "ServerAD"), device(access.No, "Workplace")}
}
