package triage

import "math"

// familiarity knows who signs in from where as a matter of course.
//
// A network is familiar to a person who used it with a device that the tenant
// manages, whenever that was: attackers have no such device. A second factor
// speaks for a network too, but only for what comes later, since a prompt can be
// wrung from a person. A network that many people use in such ways is the
// tenant's own.
type familiarity struct {
	rules      *Familiarity
	people     map[uint32][]acquaintance
	networks   map[network]*neighbourhood
	anyManaged bool
}

// acquaintance is a network that a person used.
type acquaintance struct {
	network network
	since   int64 // of the first second factor there; never, if only managed
	managed bool
}

const never = math.MaxInt64

// maxAcquaintances bounds the networks of one person; those of managed devices stay.
const maxAcquaintances = 32

// neighbourhood is who used a network.
type neighbourhood struct {
	people  []uint32 // as many as make it common
	managed []uint32 // at most two
}

func newFamiliarity(rules *Familiarity) *familiarity {
	return &familiarity{rules: rules, people: map[uint32][]acquaintance{}, networks: map[network]*neighbourhood{}}
}

// learn takes note of a sign-in that speaks for its network.
func (f *familiarity) learn(e *event) {
	if !e.traits.has(succeeded) || !e.traits.has(managed|mfaFresh) || !e.hasAddr || e.who == 0 {
		return
	}
	net, isManaged := e.network(), e.traits.has(managed)
	if f.acquaint(e.who, net, e.at, isManaged) {
		f.settle(e.who, net, isManaged)
	}
}

// acquaint tells whether that was news.
func (f *familiarity) acquaint(who uint32, net network, at int64, isManaged bool) bool {
	f.anyManaged = f.anyManaged || isManaged
	since := int64(never)
	if !isManaged {
		since = at
	}
	list := f.people[who]
	for i := range list {
		a := &list[i]
		if a.network != net {
			continue
		}
		news := isManaged && !a.managed
		a.managed = a.managed || isManaged
		a.since = min(a.since, since)
		return news
	}
	if len(list) < maxAcquaintances {
		f.people[who] = append(list, acquaintance{net, since, isManaged})
		return true
	}
	for i := range list {
		if !list[i].managed || i == len(list)-1 {
			copy(list[i:], list[i+1:])
			list[len(list)-1] = acquaintance{net, since, isManaged}
			break
		}
	}
	return true
}

func (f *familiarity) settle(who uint32, net network, isManaged bool) {
	n := f.networks[net]
	if n == nil {
		n = &neighbourhood{}
		f.networks[net] = n
	}
	if len(n.people) < f.rules.People && !contains(n.people, who) {
		n.people = append(n.people, who)
	}
	if isManaged && len(n.managed) < 2 && !contains(n.managed, who) {
		n.managed = append(n.managed, who)
	}
}

func contains(list []uint32, v uint32) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// common tells whether a network is the tenant's own.
func (f *familiarity) common(net network) bool {
	n := f.networks[net]
	return n != nil && len(n.people) >= f.rules.People && (len(n.managed) >= 2 || !f.anyManaged)
}

// known tells whether the thresholds name the network.
func (f *familiarity) known(e *event) bool {
	for _, asn := range f.rules.ASNs {
		if asn == e.asn && asn != 0 {
			return true
		}
	}
	if len(f.rules.Networks) == 0 || !e.hasAddr {
		return false
	}
	addr := e.address()
	for _, prefix := range f.rules.Networks {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// strange tells whether an event comes from where its person is a stranger, as
// far as is known by then. Where there is no address, it does: nothing speaks
// for it.
func (f *familiarity) strange(e *event) bool {
	if e.traits.has(managed) || f.known(e) {
		return false
	}
	if !e.hasAddr {
		return true
	}
	net := e.network()
	for _, a := range f.people[e.who] {
		if a.network == net && (a.managed || a.since < e.at-f.rules.After.milliseconds()) {
			return false
		}
	}
	return !f.common(net)
}

// stillStrange tells whether that holds when the whole log is known.
func (f *familiarity) stillStrange(who uint32, net network) bool {
	if net == 0 {
		return true
	}
	for _, a := range f.people[who] {
		if a.network == net && a.managed {
			return false
		}
	}
	return !f.common(net)
}

// elsewhere tells whether a person is known from another network.
func (f *familiarity) elsewhere(who uint32, net network) bool {
	for _, a := range f.people[who] {
		if a.network != net {
			return true
		}
	}
	return false
}
