package triage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-id/sallyport/access"
	"github.com/sallyport-id/sallyport/signinlog"
)

// names gives numbers to what repeats in a log: people, apps, user agents,
// places, policies. Its size is that of the tenant, not that of the log; what
// an attacker could make grow (typed names, user agents) is bounded.
type names struct {
	people   []Person
	byID     map[string]uint32
	byName   map[string]uint32
	apps     []App
	appIDs   map[string]uint32
	agents   []agent
	agentIDs map[agentKey]uint32
	texts    []string
	textIDs  map[string]uint32
	policies []Policy
	policyID map[string]uint32
	sets     [][]uint32 // of policies
	setIDs   map[string]uint32
	outcomes map[*signinlog.PolicyOutcome]uint32
	scratch  []byte

	recentPeople recall[uint32]
	recentApps   recall[uint32]
	recentTexts  recall[uint32]
	recentAgents recall[agentNumber]
}

// Bounds of what can be named; what comes later is "(others)".
const (
	maxPeople = 4 << 20
	maxAgents = 1 << 17
	maxTexts  = 1 << 20
	maxSets   = 1 << 16
)

func newNames() *names {
	return &names{
		people: []Person{{}}, byID: map[string]uint32{}, byName: map[string]uint32{},
		apps: []App{{}}, appIDs: map[string]uint32{},
		agents: []agent{{}}, agentIDs: map[agentKey]uint32{},
		texts: []string{""}, textIDs: map[string]uint32{},
		policies: []Policy{{}}, policyID: map[string]uint32{},
		sets: [][]uint32{nil}, setIDs: map[string]uint32{},
		outcomes: map[*signinlog.PolicyOutcome]uint32{},
	}
}

// who returns the number of the person or service principal of a record. One
// who is known by id in one row and only by name in another is one person.
func (n *names) who(r *signinlog.Record) uint32 {
	id, name := r.UserID, cmp.Or(r.UserPrincipalName, r.SignInIdentifier)
	if id == emptyGUID {
		id = ""
	}
	if id == "" && name == "" {
		id, name = r.ServicePrincipalID, r.ServicePrincipalName
	}
	if id != "" {
		if k, ok := n.known(id); ok {
			if n.people[k].Name == "" && name != "" {
				n.people[k].Name = strings.Clone(name)
			}
			return k
		}
	} else if name == "" {
		return 0
	}
	if k, ok := n.byName[name]; ok && name != "" && (id == "" || n.people[k].ID == "") {
		if id != "" {
			id = strings.Clone(id)
			n.people[k].ID = id
			n.byID[id] = k
		}
		return k
	}
	if id == "" {
		lower := strings.ToLower(name)
		if k, ok := n.byName[lower]; ok {
			return k
		}
	}
	if len(n.people) >= maxPeople {
		return n.others()
	}
	k := uint32(len(n.people))
	n.people = append(n.people, Person{ID: strings.Clone(id), Name: strings.Clone(name)})
	if id != "" {
		n.byID[n.people[k].ID] = k
	}
	if name != "" {
		n.byName[n.people[k].Name] = k
		if lower := strings.ToLower(name); lower != name {
			n.byName[lower] = k
		}
	}
	return k
}

// known returns the number of the person of an id.
func (n *names) known(id string) (uint32, bool) {
	recent := n.recentPeople.slot(id)
	if recent.holds(id) {
		return recent.value, true
	}
	k, ok := n.byID[id]
	if ok {
		*recent = recalled[uint32]{id, k}
	}
	return k, ok
}

// others is the person whom all stand for that could not be named.
func (n *names) others() uint32 {
	const name = "(others)"
	if k, ok := n.byName[name]; ok {
		return k
	}
	k := uint32(len(n.people))
	n.people = append(n.people, Person{Name: name})
	n.byName[name] = k
	return k
}

func (n *names) app(id, name string) uint32 {
	key := cmp.Or(id, name)
	if key == "" {
		return 0
	}
	recent := n.recentApps.slot(key)
	if !recent.holds(key) {
		*recent = recalled[uint32]{key, n.numberApp(key, id, name)}
	}
	return recent.value
}

func (n *names) numberApp(key, id, name string) uint32 {
	if k, ok := n.appIDs[key]; ok {
		return k
	}
	if len(n.apps) >= maxTexts {
		return 0
	}
	k := uint32(len(n.apps))
	n.apps = append(n.apps, App{ID: strings.Clone(id), Name: strings.Clone(name)})
	n.appIDs[strings.Clone(key)] = k
	return k
}

// text returns the number of a text, such as a city.
func (n *names) text(s string) uint32 {
	if s == "" {
		return 0
	}
	recent := n.recentTexts.slot(s)
	if !recent.holds(s) {
		*recent = recalled[uint32]{s, n.numberText(s)}
	}
	return recent.value
}

func (n *names) numberText(s string) uint32 {
	if k, ok := n.textIDs[s]; ok {
		return k
	}
	if len(n.texts) >= maxTexts {
		return 0
	}
	k := uint32(len(n.texts))
	s = strings.Clone(s)
	n.texts = append(n.texts, s)
	n.textIDs[s] = k
	return k
}

// refusals returns the number of the set of policies that failed.
func (n *names) refusals(applied []*signinlog.PolicyOutcome) uint32 {
	b := n.scratch[:0]
	for _, p := range applied {
		if !signinlog.Is(p.Result, access.ResultFailure) {
			continue
		}
		b = strconv.AppendUint(b, uint64(n.policy(p)), 32)
		b = append(b, ',')
	}
	n.scratch = b
	if len(b) == 0 {
		return 0
	}
	if k, ok := n.setIDs[string(b)]; ok {
		return k
	}
	if len(n.sets) >= maxSets {
		return 0
	}
	var set []uint32
	for _, p := range applied {
		if signinlog.Is(p.Result, access.ResultFailure) {
			set = append(set, n.policy(p))
		}
	}
	k := uint32(len(n.sets))
	n.sets = append(n.sets, set)
	n.setIDs[string(b)] = k
	return k
}

func (n *names) policy(p *signinlog.PolicyOutcome) uint32 {
	if k, ok := n.outcomes[p]; ok {
		return k
	}
	key := cmp.Or(p.ID, p.DisplayName)
	k, ok := n.policyID[key]
	if !ok {
		if len(n.policies) >= maxTexts {
			return 0
		}
		k = uint32(len(n.policies))
		key = strings.Clone(key)
		n.policies = append(n.policies, Policy{ID: strings.Clone(p.ID), Name: strings.Clone(p.DisplayName)})
		n.policyID[key] = k
	}
	if len(n.outcomes) >= maxSets {
		clear(n.outcomes) // readers share outcomes; a log that does not would fill it
	}
	n.outcomes[p] = k
	return k
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func itoa[T int | int64 | uint32](n T) string { return strconv.FormatInt(int64(n), 10) }
