package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// episode is a finding in the making: the evidence of one attack, as it comes.
type episode struct {
	kind     Kind
	severity Severity
	window   Duration
	why      func(*episode) string // asked for when the episode is over
	// judge, if set, has the last word at the end of the log: whether the
	// episode is a finding. It may change the severity.
	judge func(*episode) bool
	// bare episodes are no findings: they only count.
	bare bool

	first, last int64
	count       int
	ids         []recordID
	people      distinct[uint32]
	apps        distinct[uint32]
	addresses   distinct[origin]
	networks    distinct[network]
	countries   distinct[uint16]
	codes       map[int32]int
	refusals    distinct[uint32]
	sources     map[sourceOf]int
	hits        distinct[uint32] // people whose password the attacker has, or who were got
	failers     distinct[uint32] // of a spray: who failed, and who got in meanwhile
	passers     distinct[uint32]
	policy      uint32 // of a surge
	rule        *Rule
}

// origin is an address as findings show it.
type origin struct {
	addr    [16]byte
	country uint16
	asn     uint32
}

// sourceOf is a person and the network they came from.
type sourceOf struct {
	who     uint32
	network network
}

// maxSources bounds what an episode remembers of who came from where.
const maxSources = 4096

// add takes an event as evidence.
func (ep *episode) add(e *event, keep int) {
	if ep.count == 0 {
		ep.first = e.at
	}
	ep.last = e.at
	ep.count++
	if ep.bare {
		return
	}
	if len(ep.ids) < keep {
		ep.ids = append(ep.ids, e.id)
	}
	if e.who != 0 {
		ep.people.add(e.who, keep)
	}
	if e.app != 0 {
		ep.apps.add(e.app, keep)
	}
	net := e.network()
	if e.hasAddr {
		ep.addresses.add(origin{e.addr, e.country, e.asn}, keep)
		ep.networks.add(net, keep)
	}
	if e.country != 0 {
		ep.countries.add(e.country, keep)
	}
	if e.hasCode {
		if ep.codes == nil {
			ep.codes = map[int32]int{}
		}
		ep.codes[e.code]++
	}
	if e.refusals != 0 {
		ep.refusals.add(e.refusals, keep)
	}
	if ep.sources == nil {
		ep.sources = map[sourceOf]int{}
	}
	if key := (sourceOf{e.who, net}); len(ep.sources) < maxSources || ep.sources[key] > 0 {
		ep.sources[key]++
	}
}

// finding tells of an episode.
func (t *Triage) finding(ep *episode) Finding {
	about := ep.kind.about()
	f := Finding{
		Kind: ep.kind, Title: about.title, Techniques: about.techniques, Severity: ep.severity, Window: ep.window,
		From: time.UnixMilli(ep.first).UTC(), To: time.UnixMilli(ep.last).UTC(),
		Count: ep.count, RecordIDs: make([]string, len(ep.ids)),
		UserCount: ep.people.len(), AppCount: ep.apps.len(), AddressCount: ep.addresses.len(), Rule: ep.rule,
	}
	if ep.why != nil {
		f.Why = ep.why(ep)
	}
	if ep.rule != nil {
		f.Title, f.Techniques = ep.rule.Title, techniques(ep.rule.Tags)
	}
	for i, id := range ep.ids {
		f.RecordIDs[i] = id.String()
	}
	f.ID = f.identify()
	for _, who := range ep.people.list {
		f.Users = append(f.Users, t.names.people[who])
	}
	for _, app := range ep.apps.list {
		f.Apps = append(f.Apps, t.names.apps[app])
	}
	for _, o := range ep.addresses.list {
		e := event{addr: o.addr, hasAddr: true}
		f.Addresses = append(f.Addresses, Address{IP: e.address().String(), Country: countryName(o.country), ASN: o.asn})
	}
	for _, c := range ep.countries.list {
		f.Countries = append(f.Countries, countryName(c))
	}
	slices.Sort(f.Countries)
	for code, n := range ep.codes {
		if f.ResultCodes == nil {
			f.ResultCodes = map[string]int{}
		}
		f.ResultCodes[itoa(int64(code))] = n
	}
	var policies distinct[uint32]
	for _, set := range ep.refusals.list {
		for _, p := range t.names.sets[set] {
			if policies.add(p, t.thresholds.Evidence) && policies.len() <= t.thresholds.Evidence {
				f.Policies = append(f.Policies, t.names.policies[p])
			}
		}
	}
	return f
}

// identify makes the finding's id from what it is and where it begins.
func (f *Finding) identify() string {
	what := string(f.Kind) + " " + f.RecordIDs[0]
	if f.Rule != nil {
		what += " " + f.Rule.ID + " " + f.Rule.Title + " " + f.Rule.Group
	}
	sum := sha256.Sum256([]byte(what))
	return hex.EncodeToString(sum[:12])
}

// techniques reads MITRE ATT&CK techniques out of Sigma's tags.
func techniques(tags []string) []string {
	var all []string
	for _, tag := range tags {
		if t, ok := strings.CutPrefix(strings.ToLower(tag), "attack.t"); ok && len(t) >= 4 && t[0] >= '0' && t[0] <= '9' {
			all = append(all, "T"+t)
		}
	}
	return all
}

func countryName(c uint16) string {
	if c == 0 {
		return ""
	}
	return string([]byte{byte(c >> 8), byte(c)})
}
