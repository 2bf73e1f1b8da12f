package loggen

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/result"
)

// planter plants attacks of one kind.
type planter struct {
	kind  string
	plant func(*raid)
}

// raid is one attack in the making.
type raid struct {
	g       *Generator
	rng     *rand.Rand
	attack  *Attack
	n       int // how many of its kind came before
	day     int
	at      int64 // when it begins
	lair    spot
	machine device
	session uint64
}

var planters = []planter{
	{"passwordSpray", (*raid).spray}, {"slowPasswordSpray", (*raid).slowSpray}, {"bruteForce", (*raid).bruteForce}, {"failuresThenSuccess", (*raid).failuresThenSuccess},
	{"mfaFatigue", (*raid).fatigue}, {"mfaDenied", (*raid).denied}, {"deviceCodePhishing", (*raid).deviceCode}, {"legacyProtocol", (*raid).legacy},
	{"impossibleTravel", (*raid).travel}, {"tokenReplay", (*raid).replay}, {"userEnumeration", (*raid).enumerate}, {"guestEnumeration", (*raid).guestDoors},
	{"tenantEnumeration", (*raid).tenants}, {"policyProbing", (*raid).probe}, {"consentPhishing", (*raid).consent}, {"temporaryPassAbuse", (*raid).pass},
	{"lockoutStorm", (*raid).lockouts}, {"policySurge", (*raid).surge},
}

// Kinds returns the kinds of attack that can be planted.
func Kinds() []string {
	var all []string
	for _, p := range planters {
		all = append(all, p.kind)
	}
	return all
}

// plant plants all attacks, each on a day and at an hour of its own.
func (g *Generator) plant() {
	for k, p := range planters {
		if g.cfg.Only != nil && !slices.Contains(g.cfg.Only, p.kind) {
			continue
		}
		for n := range g.cfg.Attacks {
			rng := rand.New(rand.NewPCG(g.cfg.Seed*31+uint64(k), uint64(n)+7))
			r := &raid{g: g, rng: rng, n: n, attack: &Attack{Kind: p.kind}, lair: lairSpot(rng), session: rng.Uint64() | 1}
			r.day = rng.IntN(g.cfg.Days)
			r.at = g.midnight(r.day) + int64(rng.IntN(20*60))*minute
			r.machine = device{platform: windows, system: "Windows10", browser: "Chrome 136.0.0", userAgent: fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.%d.%d Safari/537.36", 7000+rng.IntN(100), rng.IntN(200))}
			g.attacks = append(g.attacks, r.attack)
			p.plant(r)
		}
	}
}

// victim is a member who has been here for long and is not abroad.
func (r *raid) victim() *person {
	for {
		p := r.g.people[r.rng.IntN(len(r.g.people))]
		if !p.guest && !p.printer && p.joins == 0 && p.till == 0 && !p.oldPassword {
			return p
		}
	}
}

// try is an interactive sign-in with a password from the lair.
func (r *raid) try(after int64, p *person, a int) intent {
	in := intent{at: r.at + after, late: r.rng.Int64N(minute), who: p, app: &apps[a], device: &r.machine, spot: r.lair, client: access.Browser, interactive: true,
		session: r.session, correlation: r.rng.Uint64(), attack: r.attack}
	if !apps[a].browser {
		in.client = access.MobileAndDesktop
	}
	return in
}

// fails is a sign-in with a result that access had no part in.
func (r *raid) fails(after int64, p *person, code result.Code) intent {
	in := r.try(after, p, officeHome)
	in.code = access.ResultCode(code)
	return in
}

// relayed is a sign-in for which somebody was made to complete the second factor,
// from a country that the policies allow.
func (r *raid) relayed(after int64, p *person, a int) intent {
	in := r.try(after, p, a)
	in.spot.city = r.allowed(p)
	in.multi, in.fresh, in.method = true, true, "Mobile app notification"
	return in
}

// allowed is a place far from a person's, in an allowed country.
func (r *raid) allowed(p *person) *city {
	if c := &cities[4]; p.office < 4 && p.office != 3 {
		return c // Rome
	}
	return &cities[0] // Berlin
}

func (r *raid) do(in intent) {
	day := int((in.at - r.g.midnight(0)) / (24 * hour))
	if day >= 0 && day < r.g.cfg.Days {
		r.g.planted[day] = append(r.g.planted[day], in)
	}
}

// spray is a common password for many people, from one address.
func (r *raid) spray() {
	at := int64(0)
	for k := range 25 + r.rng.IntN(20) {
		at += 10*second + r.rng.Int64N(25*second)
		code := result.InvalidUserNameOrPassword
		if k%11 == 10 {
			code = result.IdsLocked
		}
		r.do(r.fails(at, r.victim(), code))
	}
	if r.n%2 == 0 { // one had that password
		r.do(r.try(at+30*second, r.victim(), officeHome))
	}
}

// slowSpray is the same over a day, from many addresses of one owner, or with
// one odd user agent.
func (r *raid) slowSpray() {
	r.attack.Variant = "one network owner"
	r.day = min(r.day, r.g.cfg.Days-2)
	r.at = r.g.midnight(r.day) + 2*hour
	asn := 65300 + uint32(r.rng.IntN(200))
	at := int64(0)
	for k := range 40 {
		at += 15*minute + r.rng.Int64N(20*minute)
		in := r.fails(at, r.victim(), result.InvalidUserNameOrPassword)
		in.spot = lairSpot(r.rng)
		in.spot.asn = asn
		if r.n%2 == 1 {
			r.attack.Variant = "one user agent"
			in.spot.asn = 65000 + uint32(k)
			in.userAgent = fmt.Sprintf("Mozilla/5.0 (Windows NT 6.1; WOW64) Chrome/41.0.%d", r.rng.IntN(2)+2228)
			in.device = &device{platform: windows, system: "Windows7"}
		}
		r.do(in)
	}
}

// bruteForce is many passwords for one person: in minutes, or over a day from
// all over the world.
func (r *raid) bruteForce() {
	p := r.victim()
	if r.n%2 == 0 {
		for k := range 60 {
			r.do(r.fails(int64(k)*9*second, p, result.InvalidUserNameOrPassword))
		}
		return
	}
	r.attack.Variant = "distributed"
	r.day = min(r.day, r.g.cfg.Days-2)
	r.at = r.g.midnight(r.day) + hour
	var lairs []spot
	for range 6 {
		lairs = append(lairs, lairSpot(r.rng))
	}
	for k := range 50 {
		in := r.fails(int64(k)*20*minute, p, result.InvalidUserNameOrPassword)
		in.spot = lairs[k%len(lairs)]
		r.do(in)
	}
}

// failuresThenSuccess is a list of a person's passwords of which one is right.
func (r *raid) failuresThenSuccess() {
	p := r.victim()
	n := 13 + r.rng.IntN(6)
	for k := range n {
		r.do(r.fails(int64(k)*2*minute, p, result.InvalidUserNameOrPassword))
	}
	last := r.try(int64(n)*2*minute, p, officeHome)
	if r.n%2 == 0 {
		last = r.relayed(int64(n)*2*minute, p, officeHome)
		r.attack.Variant = "got in"
	}
	r.do(last)
}

// fatigue is prompt after prompt, until the person gives in or does not.
func (r *raid) fatigue() {
	p := r.victim()
	r.do(r.pending(0, p))
	n := 5 + r.rng.IntN(8)
	for k := range n {
		in := r.fails(int64(k+1)*50*second, p, result.SecondFactorFailed)
		in.detail = []string{"MFA denied; user declined the authentication", "MFA denied; user did not respond to mobile app notification"}[r.rng.IntN(2)]
		in.spot.city = r.allowed(p)
		r.do(in)
	}
	if r.n%2 == 0 {
		r.attack.Variant = "gave in"
		r.do(r.relayed(int64(n+2)*50*second, p, officeHome))
	}
}

// pending is the right password, after which the second factor is asked for.
func (r *raid) pending(after int64, p *person) intent {
	in := r.try(after, p, officeHome)
	in.spot.city = r.allowed(p)
	return in
}

// denied is one prompt, which the person denied or even reported.
func (r *raid) denied() {
	p := r.victim()
	in := r.fails(0, p, result.SecondFactorFailed)
	in.detail = "MFA denied; user declined the authentication"
	if r.n%2 == 1 {
		r.attack.Variant = "reported"
		in.detail = "MFA denied; user reported fraud"
	}
	r.do(in)
}

// deviceCode is a code that a developer typed in for somebody else.
func (r *raid) deviceCode() {
	p := r.victim()
	for p.groups&developers == 0 {
		p = r.g.people[r.rng.IntN(len(r.g.people))]
		if p.guest || p.printer || p.joins > 0 || p.till > 0 {
			p = r.victim()
		}
	}
	r.at = r.g.midnight(r.day) + int64(p.begins)*minute + 2*hour
	in := r.relayed(0, p, office)
	in.flow, in.flowNow, in.session = access.DeviceCodeFlow, true, r.session
	in.userAgent = "python-requests/2.32"
	if r.n%2 == 0 {
		r.attack.Variant = "code typed at the victim's desk"
		in.spot, in.device, in.userAgent = officeSpot(p.office), &p.laptop, ""
	}
	r.do(in)
	for k := range 4 {
		use := r.relayed(int64(k+1)*7*minute, p, teams)
		use.flow, use.interactive, use.fresh, use.userAgent = access.DeviceCodeFlow, false, false, "python-requests/2.32"
		r.do(use)
	}
}

// legacy is a stolen password over IMAP: stopped by the policies, or not where
// a machine's account is excluded from them.
func (r *raid) legacy() {
	p := r.victim()
	if r.n%2 == 1 {
		for _, q := range r.g.people {
			if q.printer {
				p = q
			}
		}
	}
	for k := range 3 {
		in := r.try(int64(k)*8*minute, p, office)
		in.legacy, in.client, in.userAgent = "IMAP4", access.OtherClients, ""
		if p.printer {
			in.spot.city = &cities[3]
			r.attack.Variant = "got in"
		}
		in.device = &device{platform: noPlatform}
		r.do(in)
	}
}

// travel is a sign-in far away, soon after one of the person's own.
func (r *raid) travel() {
	p := r.victim()
	r.at = r.g.midnight(r.day) + int64(p.begins)*minute + 3*hour
	own := intent{at: r.at, who: p, app: &apps[officeHome], device: &p.laptop, spot: officeSpot(p.office), client: access.Browser, interactive: true, multi: true,
		session: r.rng.Uint64(), correlation: r.rng.Uint64(), fresh: true, method: "Windows Hello for Business"}
	r.do(own)
	r.do(r.relayed(30*minute, p, officeHome))
}

// replay is a stolen session, used by a program elsewhere.
func (r *raid) replay() {
	p := r.victim()
	r.at = r.g.midnight(r.day) + int64(p.begins)*minute + 2*hour
	own := intent{at: r.at, who: p, app: &apps[officeHome], device: &p.laptop, spot: officeSpot(p.office), client: access.Browser, interactive: true, multi: true,
		session: r.session, correlation: r.rng.Uint64(), fresh: true, method: "Windows Hello for Business"}
	r.do(own)
	for k := range 5 {
		in := r.relayed(11*minute+int64(k)*4*minute, p, teams)
		in.interactive, in.fresh = false, false
		in.userAgent, in.device = "node-fetch/1.0", &device{platform: linux, system: "Linux"}
		if r.n%2 == 1 {
			r.attack.Variant = "same browser, far away"
			in.userAgent, in.device = p.laptop.userAgent, &device{platform: p.laptop.platform, system: p.laptop.system}
		} else {
			in.device = &device{platform: windows, system: ""}
		}
		r.do(in)
	}
}

// enumerate is a list of names of which the tenant has none.
func (r *raid) enumerate() {
	for k := range 20 + r.rng.IntN(30) {
		in := r.fails(int64(k)*7*second, nil, result.UserAccountNotFound)
		in.typed = fmt.Sprintf("%s.%d@contoso.example", plainName(givenNames[r.rng.IntN(len(givenNames))]), k*37+r.rng.IntN(37))
		in.session = 0
		r.do(in)
	}
}

// guestDoors is a guest who tries all apps.
func (r *raid) guestDoors() {
	var p *person
	for _, q := range r.g.people {
		if q.guest && (p == nil || r.rng.IntN(3) == 0) {
			p = q
		}
	}
	if p == nil {
		return
	}
	for k, a := range []int{payrollApp, crm, portal, people, azureCLI, wiki} {
		in := r.relayed(int64(k)*4*minute, p, a)
		if a == payrollApp || a == people || a == wiki {
			in.code = access.ResultCode(result.EntitlementGrantsNotFound)
		}
		r.do(in)
	}
}

// tenants is somebody who tries which other tenants an account opens.
func (r *raid) tenants() {
	p := r.victim()
	for k := range 6 {
		in := r.fails(int64(k)*3*minute, p, []result.Code{result.PassThroughUserMfaError, result.UserUnauthorized, result.NotAllowedByOutboundPolicyTenant}[k%3])
		in.tenant = guid(11, r.rng.IntN(1000)*6+k)
		r.do(in)
	}
}

// probe is somebody with a right password who tries one client after the other.
func (r *raid) probe() {
	p := r.victim()
	for p.groups&travellers != 0 {
		p = r.victim()
	}
	for k, d := range []device{
		r.machine,
		{platform: macOS, system: "MacOs", browser: "Safari 18.4", userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15"},
		{platform: linux, system: "Linux", browser: "Firefox 139.0", userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"},
		{platform: android, system: "Android 14", userAgent: "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/137.0 Mobile Safari/537.36"},
		{platform: iOS, system: "Ios 17.2", userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"},
		{platform: noPlatform, system: "", userAgent: "curl/8.9.1"},
	} {
		in := r.try(int64(k)*3*minute, p, []int{officeHome, office, teams, azureCLI, outlookMobile, portal}[k])
		in.device = &d
		r.do(in)
	}
	if r.n%2 == 0 {
		r.attack.Variant = "found a gap"
		in := r.relayed(25*minute, p, azureCLI)
		r.do(in)
	}
}

// consent is an app that nobody knows and that asks many people.
func (r *raid) consent() {
	a := app{id: guid(10, int(r.rng.Uint32())), name: "Mail upgrade", resource: graph, target: "Microsoft Graph", browser: true}
	r.at = r.g.midnight(r.day) + 8*hour
	for k := range 12 {
		p := r.victim()
		in := r.fails(int64(k)*17*minute, p, result.DelegationDoesNotExist)
		in.app, in.spot, in.device, in.multi = &a, p.home, &p.laptop, true
		if k%3 == 2 {
			in.code = access.ResultCode(result.UserDeclinedConsent)
		}
		r.do(in)
		if k%4 == 0 {
			in.at, in.code = in.at+30*second, 0
			r.do(in)
		}
	}
}

// pass is a pass that somebody talked the helpdesk into.
func (r *raid) pass() {
	p := r.victim()
	in := r.relayed(0, p, officeHome)
	in.method = "Temporary Access Pass"
	r.do(in)
}

// lockouts is a list of names that are all locked now.
func (r *raid) lockouts() {
	asn := 65200 + uint32(r.rng.IntN(50))
	for k := range 30 {
		in := r.fails(int64(k)*20*second, r.victim(), result.IdsLocked)
		in.spot = lairSpot(r.rng)
		in.spot.asn = asn
		r.do(in)
	}
}

// surge is a policy that refuses a whole country after an edit, until somebody
// takes it back.
func (r *raid) surge() {
	r.day = max(r.day, 1)
	for range r.g.cfg.Days { // on a working day, if there is one
		if !r.g.weekend(r.day) {
			break
		}
		if r.day++; r.day >= r.g.cfg.Days {
			r.day = 1
		}
	}
	from := r.g.midnight(r.day) + 9*hour
	r.g.edits = append(r.g.edits, span{from, from + 2*hour, r.attack})
}
