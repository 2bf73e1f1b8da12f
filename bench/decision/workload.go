package decision

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
)

// spec is a policy in words that every engine's language can say. Empty lists
// restrict nothing.
type spec struct {
	id                      string
	allUsers                bool
	groups, roles           []string // included
	notGroups, notUsers     []string
	apps, notApps           []string // no apps: all
	clients                 []string
	platforms, notPlatforms []string
	places, notPlaces       []int // of workload.places; no places: anywhere
	signInRisk, userRisk    []string
	flows                   []string
	device                  *deviceRule
	any                     bool // one control suffices
	controls                []string
}

// deviceRule is a device filter in exclude or include mode.
type deviceRule struct {
	exclude bool
	kind    string // compliantOrJoined, model, tag
	value   string
}

// place is a named location: address blocks or countries.
type place struct {
	name      string
	prefixes  []netip.Prefix
	countries []string
	trusted   bool
}

// attempt is one try to sign in.
type attempt struct {
	user                           string
	groups, roles                  []string
	app, client, platform, country string
	ip                             netip.Addr
	signInRisk, userRisk, flow     string
	registered, compliant          bool
	trust, model, tag              string
	mfa, phishingResistant, terms  bool
}

func (a *attempt) legacy() bool { return a.client == "other" }

// met tells whether a control is met; a legacy client meets none.
func (a *attempt) met(control string) bool {
	if a.legacy() {
		return false
	}
	switch control {
	case "mfa":
		return a.mfa
	case "phishingResistant":
		return a.phishingResistant
	case "compliantDevice":
		return a.compliant
	case "domainJoinedDevice":
		return a.trust == "ServerAD"
	case "terms":
		return a.terms
	}
	return false
}

// controlNames are the controls that can be met.
var controlNames = []string{"mfa", "phishingResistant", "compliantDevice", "domainJoinedDevice", "terms"}

// texts are the attributes that are one string.
func (a *attempt) texts() map[string]string {
	return map[string]string{"user": a.user, "app": a.app, "client": a.client, "platform": a.platform, "country": a.country,
		"signInRisk": a.signInRisk, "userRisk": a.userRisk, "flow": a.flow, "trust": a.trust, "model": a.model, "tag": a.tag}
}

// flags are the attributes that are booleans.
func (a *attempt) flags() map[string]bool {
	m := map[string]bool{"isCompliant": a.compliant}
	for _, c := range controlNames {
		m[c] = a.met(c)
	}
	return m
}

// prompts tells whether a person can meet a control when asked.
func prompts(control string) bool {
	return control == "mfa" || control == "phishingResistant" || control == "terms"
}

type workload struct {
	policies []spec
	places   []place
	attempts []attempt
}

// The sizes of the made-up tenant.
const (
	groupCount = 60
	roleCount  = 8
	appCount   = 50
	userCount  = 1000
)

func guid(kind byte, n int) string { return fmt.Sprintf("%02x000000-0000-4000-8000-%012d", kind, n) }

// Ids are made once, as a directory has them in hand.
var (
	groupIDs = guids(0x96, groupCount)
	roleIDs  = guids(0x70, roleCount)
	appIDs   = guids(0xa9, appCount)
	userIDs  = guids(0x05, userCount)
)

func guids(kind byte, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = guid(kind, i)
	}
	return list
}

func group(n int) string { return groupIDs[n] }
func role(n int) string  { return roleIDs[n] }
func app(n int) string   { return appIDs[n] }
func user(n int) string  { return userIDs[n] }

// newWorkload makes policies such as baselines publish, and attempts of which
// some are let in, some are asked for more and some are refused.
func newWorkload(policies, attempts int) *workload {
	rng := rand.New(rand.NewPCG(7, uint64(policies)))
	w := &workload{places: makePlaces()}
	for i := range policies {
		w.policies = append(w.policies, makePolicy(rng, i))
	}
	for range attempts {
		w.attempts = append(w.attempts, makeAttempt(rng, w))
	}
	return w
}

func makePlaces() []place {
	var list []place
	for i := range 12 {
		p := place{name: fmt.Sprintf("office %d", i), trusted: i%2 == 0}
		for j := range 3 {
			p.prefixes = append(p.prefixes, netip.PrefixFrom(netip.AddrFrom4([4]byte{20, byte(i), byte(16 * j), 0}), 20))
		}
		list = append(list, p)
	}
	return append(list,
		place{name: "EU", countries: []string{"DE", "FR", "IT", "ES"}},
		place{name: "elsewhere", countries: []string{"KP", "RU"}})
}

const trustedPlaces = -1 // stands for all trusted places

// makePolicy draws each member about as often as the 223 published policies that
// the project is tested with have it: two in three are about all apps, two in
// five about all users, half exclude a group, a quarter look at places or
// clients, a tenth at platforms or risk.
func makePolicy(rng *rand.Rand, i int) spec {
	p := spec{id: fmt.Sprintf("p%d", i), notGroups: []string{group(groupCount - 1)}}
	makeUsers(rng, &p)
	switch chance := rng.IntN(100); {
	case chance < 35:
		p.apps = pick(rng, 1+rng.IntN(4), appCount, app)
	case chance < 46:
		p.notApps = pick(rng, 1+rng.IntN(3), appCount, app)
	}
	makeControls(rng, &p)
	makeConditions(rng, &p)
	return p
}

func makeUsers(rng *rand.Rand, p *spec) {
	switch chance := rng.IntN(100); {
	case chance < 44:
		p.allUsers = true
	case chance < 56:
		p.roles = pick(rng, 1+rng.IntN(5), roleCount, role)
	default:
		p.groups = pick(rng, 1+rng.IntN(3), groupCount, group)
	}
	if rng.IntN(2) == 0 {
		p.notGroups = append(p.notGroups, pick(rng, 1+rng.IntN(2), groupCount-1, group)...)
	}
	if rng.IntN(5) == 0 {
		p.notUsers = pick(rng, 1+rng.IntN(2), userCount, user)
	}
}

// makeControls chooses what a policy demands.
func makeControls(rng *rand.Rand, p *spec) {
	switch chance := rng.IntN(100); {
	case chance < 38:
		p.controls = []string{"mfa"}
	case chance < 69:
		p.controls = []string{"block"}
	case chance < 80:
		p.controls, p.any = []string{"compliantDevice", "domainJoinedDevice"}, true
	case chance < 86:
		p.controls, p.any = []string{"mfa", "compliantDevice"}, true
	case chance < 90:
		p.controls = []string{"mfa", "compliantDevice"}
	case chance < 96:
		p.controls = []string{"phishingResistant"}
	default:
		p.controls = []string{"terms"}
	}
}

// makeConditions narrows a policy. A block must have some condition that few
// attempts meet, or its tenant would let nobody in.
func makeConditions(rng *rand.Rand, p *spec) {
	rare := p.controls[0] == "block"
	if rare || rng.IntN(100) < 9 {
		switch rng.IntN(4) {
		case 0:
			p.signInRisk = []string{"high"}
		case 1:
			p.flows = []string{"authenticationTransfer"}
		case 2:
			p.places = []int{13, 1 + 2*rng.IntN(6)}
		default:
			p.clients = []string{"other", "exchangeActiveSync"}
		}
	}
	if len(p.clients) == 0 && rng.IntN(100) < 20 {
		p.clients = [][]string{{"browser", "mobileAppsAndDesktopClients"}, {"browser"}, {"mobileAppsAndDesktopClients", "other"}}[rng.IntN(3)]
	}
	switch chance := rng.IntN(100); {
	case chance < 5:
		p.platforms = pick(rng, 1+rng.IntN(2), len(platformWords), func(n int) string { return platformWords[n] })
	case chance < 10:
		p.notPlatforms = pick(rng, 1+rng.IntN(3), len(platformWords), func(n int) string { return platformWords[n] })
	}
	if len(p.places) == 0 {
		switch chance := rng.IntN(100); {
		case chance < 16:
			p.notPlaces = []int{trustedPlaces}
		case chance < 26:
			p.notPlaces = []int{12, rng.IntN(12)}
		}
	}
	if rng.IntN(100) < 5 {
		p.userRisk = []string{"high"}
	}
	switch chance := rng.IntN(100); {
	case chance < 2:
		p.device = &deviceRule{true, "compliantOrJoined", ""}
	case chance < 4:
		p.device = &deviceRule{rng.IntN(2) == 0, "model", "Surface"}
	case chance < 6:
		p.device = &deviceRule{rng.IntN(2) == 0, "tag", "PAW"}
	}
}

var platformWords = []string{"windows", "macOS", "iOS", "android", "linux"}

// pick draws different numbers below most and names them.
func pick(rng *rand.Rand, n, most int, name func(int) string) []string {
	list := make([]string, n)
	for i, k := range rng.Perm(most)[:n] {
		list[i] = name(k)
	}
	return list
}

func makeAttempt(rng *rand.Rand, w *workload) attempt {
	one := func(words ...string) string { return words[rng.IntN(len(words))] }
	a := attempt{
		user:       user(rng.IntN(userCount)),
		groups:     pick(rng, 3+rng.IntN(6), groupCount, group),
		app:        app(rng.IntN(appCount)),
		client:     one("browser", "browser", "browser", "browser", "browser", "mobileAppsAndDesktopClients", "mobileAppsAndDesktopClients", "mobileAppsAndDesktopClients", "mobileAppsAndDesktopClients", "other"),
		platform:   one(platformWords...),
		country:    one("DE", "FR", "US", "JP", "DE", "FR", "US", "JP", "DE", "FR", "US", "JP", "RU"),
		signInRisk: one("none", "none", "none", "none", "none", "none", "none", "none", "none", "none", "low", "medium", "high"),
		userRisk:   one("none", "none", "none", "none", "high"),
		flow:       one("none", "none", "none", "none", "none", "none", "none", "none", "none", "none", "none", "none", "none", "authenticationTransfer"),
		mfa:        rng.IntN(4) > 0,
		terms:      rng.IntN(8) > 0,
	}
	if rng.IntN(10) == 0 {
		a.roles = pick(rng, 1, roleCount, role)
	}
	a.ip = netip.AddrFrom4([4]byte{byte(20 + rng.IntN(3)), byte(rng.IntN(12)), byte(rng.IntN(64)), byte(rng.IntN(256))})
	if a.registered = rng.IntN(3) > 0; a.registered {
		a.compliant = rng.IntN(4) > 0
		a.trust = one("AzureAD", "ServerAD", "Workplace")
		a.model = one("Surface Pro 9", "ThinkPad X1", "MacBook Air")
		a.tag = one("", "PAW", "kiosk")
	}
	a.phishingResistant = a.mfa && rng.IntN(2) == 0
	return a
}
