package triage

import "math"

// familiarity knows who signs in from where, and with what, as a matter of course.
//
// A network is familiar to a person who used it with a device that the tenant
// manages, or with a phone or computer of their own that is registered and was
// seen at a familiar place before: attackers have neither. A second factor speaks
// for a network too, but only for what comes later, since a prompt can be wrung
// from a person; on several days, for all. A network that many people use in such ways is the tenant's own.
type familiarity struct {
	rules      *Familiarity
	people     []*habits // by number
	networks   map[network]*neighbourhood
	anyManaged bool
}

// habits are the networks and the registered devices of a person.
type habits struct {
	networks []acquaintance
	latest   int // index of the one used last, which most often is the next one
	devices  []gadget
	others   [maxOthers]visit // networks that nothing speaks for
}

// visit is a network that a person used somehow, and how often.
type visit struct {
	network network
	uses    uint32
}

// acquaintance is a network that a person used.
type acquaintance struct {
	network network
	since   int64 // of the first second factor there; never, if there was none
	owned   bool  // by a managed or a known device
	days    uint8 // on which a second factor was completed there
	day     int32 // the last of them
	uses    uint32
}

// settledDays is on how many days a second factor makes a network familiar even
// for what came before: attackers who were let in need no further prompts.
const settledDays = 3

// gadget is a registered device that was seen at a familiar place.
type gadget struct {
	device uint64
	since  int64
}

const never = math.MaxInt64

// Bounds of one person's habits; what is used least gives way.
const (
	maxAcquaintances = 32
	maxGadgets       = 8
	maxOthers        = 3
)

// manyVisits is how often a person must have used a network for it to count as
// theirs, where nothing else speaks for it.
const manyVisits = 5

// neighbourhood is who used a network.
type neighbourhood struct {
	people  []uint32 // as many as make it common
	managed []uint32 // at most two
}

func newFamiliarity(rules *Familiarity) *familiarity {
	return &familiarity{rules: rules, networks: map[network]*neighbourhood{}}
}

// learn takes note of a sign-in that speaks for its network or its device.
func (f *familiarity) learn(e *event) {
	if !e.traits.has(succeeded) || !e.hasAddr || e.who == 0 {
		return
	}
	h := f.habits(e.who)
	if h == nil {
		h = &habits{}
		f.remember(e.who, h)
	}
	if e.device == 0 && !e.traits.has(mfaFresh) {
		h.visit(e.network())
		return
	}
	isManaged := e.traits.has(managed)
	f.anyManaged = f.anyManaged || isManaged
	owned := isManaged || h.owns(e.device, e.at-f.rules.After.milliseconds())
	if !owned && e.device != 0 && !f.strange(e) {
		h.take(e.device, e.at)
	}
	if (owned || e.traits.has(mfaFresh)) && h.acquaint(e.network(), e.at, owned) && (isManaged || !owned) {
		f.settle(e.who, e.network(), isManaged)
	}
}

// habits returns what is known of a person, or nil.
func (f *familiarity) habits(who uint32) *habits {
	if int(who) < len(f.people) {
		return f.people[who]
	}
	return nil
}

func (f *familiarity) remember(who uint32, h *habits) {
	if missing := int(who) + 1 - len(f.people); missing > 0 {
		f.people = append(f.people, make([]*habits, missing)...)
	}
	f.people[who] = h
}

func (h *habits) visit(net network) {
	least := 0
	for i := range h.others {
		if h.others[i].network == net {
			h.others[i].uses++
			return
		}
		if h.others[i].uses < h.others[least].uses {
			least = i
		}
	}
	h.others[least] = visit{net, 1}
}

// owns tells whether a device was known by then.
func (h *habits) owns(device uint64, by int64) bool {
	for _, g := range h.devices {
		if g.device == device {
			return device != 0 && g.since <= by
		}
	}
	return false
}

func (h *habits) take(device uint64, at int64) {
	for _, g := range h.devices {
		if g.device == device {
			return
		}
	}
	if len(h.devices) == maxGadgets {
		h.devices = append(h.devices[:0], h.devices[1:]...)
	}
	h.devices = append(h.devices, gadget{device, at})
}

// acquaint tells whether that was news.
func (h *habits) acquaint(net network, at int64, owned bool) bool {
	since := int64(never)
	if !owned {
		since = at
	}
	if a := h.acquaintance(net); a != nil {
		news := owned && !a.owned
		a.owned = a.owned || owned
		a.since = min(a.since, since)
		a.uses++
		if !owned && a.day != dayOf(at) {
			a.day, a.days = dayOf(at), min(a.days, 254)+1
		}
		return news
	}
	fresh := acquaintance{network: net, since: since, owned: owned, uses: 1}
	if !owned {
		fresh.day, fresh.days = dayOf(at), 1
	}
	if len(h.networks) < maxAcquaintances {
		h.networks = append(h.networks, fresh)
		return true
	}
	least := 0
	for i := range h.networks {
		if h.networks[i].uses <= h.networks[least].uses {
			least = i
		}
	}
	h.networks[least] = fresh
	return true
}

func (h *habits) acquaintance(net network) *acquaintance {
	if h.latest < len(h.networks) && h.networks[h.latest].network == net {
		return &h.networks[h.latest]
	}
	for i := range h.networks {
		if h.networks[i].network == net {
			h.latest = i
			return &h.networks[i]
		}
	}
	return nil
}

func dayOf(at int64) int32 { return int32(at / (24 * 3600 * 1000)) }

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
	if h := f.habits(e.who); h != nil {
		by := e.at - f.rules.After.milliseconds()
		if h.owns(e.device, by) {
			return false
		}
		if a := h.acquaintance(net); a != nil && (a.owned || a.since < by) {
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
	if h := f.habits(who); h != nil {
		if a := h.acquaintance(net); a != nil && (a.owned || a.days >= settledDays) {
			return false
		}
	}
	return !f.common(net)
}

// elsewhere tells whether a person is known from another network.
func (f *familiarity) elsewhere(who uint32, net network) bool {
	h := f.habits(who)
	if h == nil {
		return false
	}
	for _, a := range h.networks {
		if a.network != net {
			return true
		}
	}
	for _, v := range h.others {
		if v.network != net && v.uses >= manyVisits {
			return true
		}
	}
	return false
}
