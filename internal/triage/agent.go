package triage

import (
	"strings"

	"github.com/sallyport-id/sallyport/signinlog"
)

// agent is what a user agent, an operating system and a kind of client say about
// the program that asks. It is worked out once for each combination.
type agent struct {
	userAgent string
	guise     string // platform, legacy protocol, or "script"
	product   string // browser or program, without its version
	traits    trait
}

type agentKey struct{ userAgent, system, client string }

// agentNumber is the number that a user agent has with these.
type agentNumber struct {
	system, client string
	number         uint32
}

// agent returns the number of the record's client.
func (n *names) agent(r *signinlog.Record) uint32 {
	key := agentKey{r.UserAgent, r.Device.OperatingSystem, r.ClientAppUsed}
	if key == (agentKey{}) {
		return 0
	}
	recent := n.recentAgents.slot(key.userAgent)
	if v := &recent.value; !recent.holds(key.userAgent) || v.system != key.system || v.client != key.client {
		*recent = recalled[agentNumber]{key.userAgent, agentNumber{key.system, key.client, n.numberAgent(key)}}
	}
	return recent.value.number
}

func (n *names) numberAgent(key agentKey) uint32 {
	if k, ok := n.agentIDs[key]; ok {
		return k
	}
	if len(n.agents) >= maxAgents {
		return 0
	}
	key = agentKey{strings.Clone(key.userAgent), strings.Clone(key.system), strings.Clone(key.client)}
	k := uint32(len(n.agents))
	n.agents = append(n.agents, newAgent(key))
	n.agentIDs[key] = k
	return k
}

func newAgent(key agentKey) agent {
	a := agent{userAgent: key.userAgent, guise: platformOf(key.system), product: productOf(key.userAgent)}
	if a.guise == "" {
		a.guise = platformOf(key.userAgent)
	}
	if isScript(key.userAgent) {
		a.guise = "script"
	}
	if name := legacyProtocol(key.client); name != "" {
		a.guise, a.traits = name, legacyClient
	}
	for _, legacy := range [...]string{"BAV2ROPC", "CBAInPROD", "CBAInTAR"} {
		if containsFold(key.userAgent, legacy) {
			a.guise, a.traits = legacy, legacyClient
		}
	}
	return a
}

// platformOf names the platform that a text speaks of.
func platformOf(s string) string {
	for _, p := range [...]struct{ word, platform string }{
		{"windows phone", "Windows Phone"}, {"android", "Android"}, {"iphone", "iOS"}, {"ipad", "iOS"}, {"ios", "iOS"}, {"cros", "ChromeOS"},
		{"windows", "Windows"}, {"mac", "macOS"}, {"darwin", "macOS"}, {"linux", "Linux"}, {"x11", "Linux"},
	} {
		if containsFold(s, p.word) {
			return p.platform
		}
	}
	return ""
}

// isScript tells programs that nobody signs in with by hand.
func isScript(userAgent string) bool {
	for _, word := range [...]string{"python", "curl/", "wget/", "go-http-client", "axios", "undici", "node-fetch", "okhttp", "powershell", "java/", "ruby", "aiohttp", "libwww"} {
		if containsFold(userAgent, word) {
			return true
		}
	}
	return userAgent == "node"
}

// productOf returns the browser or program without its version, so that an
// update is not another client.
func productOf(userAgent string) string {
	for _, p := range [...]string{"Edg", "OPR", "Firefox", "CriOS", "FxiOS", "Chrome", "Safari"} {
		if strings.Contains(userAgent, p) {
			return p
		}
	}
	name, _, _ := strings.Cut(userAgent, "/")
	if word, _, ok := strings.Cut(name, " "); ok {
		return word
	}
	return name
}

// legacyProtocol returns the name of a protocol that knows no second factor, or
// nothing: the texts of clientAppUsed (SI-604), some of which differ by product.
func legacyProtocol(client string) string {
	switch client {
	case "", "Browser", "Mobile Apps and Desktop clients", "Mobile apps and desktop clients", "Unknown":
		return ""
	}
	for _, name := range legacyNames {
		if strings.EqualFold(client, name) {
			return name
		}
	}
	return ""
}

var legacyNames = []string{"Authenticated SMTP", "SMTP", "Autodiscover", "AutoDiscover", "Exchange ActiveSync", "Exchange Online PowerShell", "Exchange Web Services",
	"IMAP4", "IMAP", "MAPI Over HTTP", "MAPI", "Offline Address Book", "Outlook Anywhere", "Outlook Anywhere (RPC over HTTP)", "Outlook Service", "POP3", "POP",
	"Reporting Web Services", "Universal Outlook", "Other clients", "Other clients; IMAP", "Other clients; POP", "Other clients; SMTP", "Other clients; MAPI", "Other clients; Older Office clients"}

// containsFold is strings.Contains without regard to letter case (ASCII).
func containsFold(s, part string) bool {
	if part == "" {
		return true
	}
	first := part[0] | 0x20
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i]|0x20 == first && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
