package access

import (
	"strings"

	"github.com/sallyport-id/sallyport/access/filter"
)

// Value gives a rule what it may see of the device: a nil device is
// unregistered and has nothing but nulls (CA-85). It makes a Device a
// filter.Record.
func (d *Device) Value(p filter.Property) filter.Value {
	if d == nil || p.IsAttribute() {
		return filter.Null()
	}
	switch id := p.Device(); id {
	case filter.IsCompliant:
		return d.complianceValue()
	case filter.TrustType:
		return textValue(d.TrustType)
	case filter.DeviceOwnership:
		return textValue(d.Ownership)
	case filter.ProfileType:
		return textValue(d.ProfileType)
	case filter.DeviceID:
		return textValue(d.DeviceID)
	case filter.DisplayName:
		return textValue(d.DisplayName)
	case filter.Manufacturer:
		return textValue(d.Manufacturer)
	case filter.Model:
		return textValue(d.Model)
	case filter.EnrollmentProfileName:
		return textValue(d.EnrollmentProfileName)
	case filter.MDMAppID:
		return textValue(d.MDMAppID)
	case filter.OperatingSystem:
		return textValue(d.OperatingSystem)
	case filter.OperatingSystemVersion:
		return textValue(d.OperatingSystemVersion)
	case filter.PhysicalIDs:
		return listValue(d.PhysicalIDs)
	case filter.SystemLabels:
		return listValue(d.SystemLabels)
	default:
		return d.extensionAttribute(id.ExtensionAttribute())
	}
}

func (d *Device) complianceValue() filter.Value {
	if !d.IsCompliant.known {
		return filter.Value{}
	}
	switch d.IsCompliant.value {
	case Yes:
		return filter.Text("True")
	case No:
		return filter.Text("False")
	}
	return filter.Null()
}

// extensionAttribute hides the values of a device that nobody vouches for (CA-86).
func (d *Device) extensionAttribute(n int) filter.Value {
	if n == 0 {
		return filter.Null()
	}
	v := textValue(d.ExtensionAttributes[n-1])
	switch visible := d.vouched(); {
	case visible == False:
		return filter.Null()
	case visible == Unknown && !v.IsNull():
		return filter.Value{}
	}
	return v
}

// compliant tells whether the device is; an unregistered one is not.
func (d *Device) compliant() Truth {
	switch {
	case d == nil:
		return False
	case !d.IsCompliant.known:
		return Unknown
	}
	return filter.Of(d.IsCompliant.value == Yes)
}

// hybridJoined tells whether the device is; an unregistered one is not.
func (d *Device) hybridJoined() Truth {
	switch {
	case d == nil:
		return False
	case !d.TrustType.known:
		return Unknown
	}
	return filter.Of(equalID(d.TrustType.value, trustHybrid))
}

// vouched tells whether the device is managed, compliant or hybrid joined.
func (d *Device) vouched() Truth {
	return truthOf(d.IsManaged).Or(d.compliant()).Or(d.hybridJoined())
}

// trustHybrid is the trust type of a hybrid joined device (CA-84).
const trustHybrid = "ServerAD"

// textValue returns a property's value; an empty text is null.
func textValue(f Fact[string]) filter.Value {
	switch {
	case !f.known:
		return filter.Value{}
	case f.value == "":
		return filter.Null()
	}
	return filter.Text(f.value)
}

func listValue(f Fact[[]string]) filter.Value {
	if !f.known {
		return filter.Value{}
	}
	return filter.List(f.value...)
}

// deviceIndex answers the device filter and the retired device states (CA-83 to
// CA-91). Most rules look at compliance, trust and ownership only: those are
// answered by a table of all their values. Others are matched per attempt.
type deviceIndex struct {
	configured   bool  // some policy has the condition
	unregistered state // every rule answered for no device
	unknown      state
	table        [tableSize]state
	filters      filterIndex // the rules that the table does not answer
	ruled        row         // policies that have one of them
	trust, owner bool        // the table depends on them
}

// The table's dimensions: unknown, null and the values of CA-84; a last place
// for trust types and ownerships that have no name.
const (
	compliances = 4
	trusts      = 6
	ownerships  = 5
	tableSize   = compliances * trusts * ownerships
)

var (
	trustNames     = [trusts - 2]string{"AzureAD", "ServerAD", "Workplace", "?"}
	ownershipNames = [ownerships - 2]string{"Personal", "Company", "?"}
)

// tableIndex is where a device stands; what no rule looks at is left out.
func (x *deviceIndex) tableIndex(d *Device) int {
	compliance, trust, owner := 0, 0, 0
	if d.IsCompliant.known {
		compliance = 1 + int(d.IsCompliant.value)
	}
	if x.trust {
		trust = place(d.TrustType, trustNames[:])
	}
	if x.owner {
		owner = place(d.Ownership, ownershipNames[:])
	}
	return (compliance*trusts+trust)*ownerships + owner
}

func place(f Fact[string], names []string) int {
	switch {
	case !f.known:
		return 0
	case f.value == "":
		return 1
	}
	for i, n := range names[:len(names)-1] {
		if equalID(n, f.value) {
			return 2 + i
		}
	}
	return 1 + len(names)
}

// tableDevice is a device that stands at a place of the table.
func tableDevice(n int) *Device {
	at := func(i int, names []string) Fact[string] {
		switch i {
		case 0:
			return Fact[string]{}
		case 1:
			return Known("")
		}
		return Known(names[i-2])
	}
	d := &Device{Ownership: at(n%ownerships, ownershipNames[:]), TrustType: at(n/ownerships%trusts, trustNames[:])}
	if c := n / ownerships / trusts; c > 0 {
		d.IsCompliant = Known(Tri(c - 1))
	}
	return d
}

// uses notes what the table's answers for a policy depend on.
func (x *deviceIndex) uses(c *Conditions) {
	x.trust = x.trust || c.DeviceStates != nil
	if c.DeviceFilter == nil {
		return
	}
	for _, p := range c.DeviceFilter.Rule.Properties() {
		x.trust = x.trust || p.Device() == filter.TrustType
		x.owner = x.owner || p.Device() == filter.DeviceOwnership
	}
}

// tabled reports whether the table answers a rule.
func tabled(r *filter.Rule) bool {
	for _, p := range r.Properties() {
		switch p.Device() {
		case filter.IsCompliant, filter.TrustType, filter.DeviceOwnership:
		default:
			return false
		}
	}
	return true
}

func (x *deviceIndex) build(a *arena, policies []Policy) {
	x.unregistered, x.unknown, x.ruled = a.state(), a.state(), a.row()
	for n := range x.table {
		x.table[n] = a.state()
	}
	for i := range policies {
		c := &policies[i].Conditions
		x.configured = x.configured || c.DeviceFilter != nil || c.DeviceStates != nil
		x.uses(c)
		a.enter(x.unregistered, i, deviceTruth(c, (*Device)(nil)))
		a.enter(x.unknown, i, deviceTruth(c, nobodyKnows{}))
		dynamic := c.DeviceFilter != nil && !tabled(c.DeviceFilter.Rule)
		if dynamic {
			x.filters.add(a, i, c.DeviceFilter)
			a.set(x.ruled, i)
		}
		for n := range x.table {
			d := tableDevice(n)
			if dynamic {
				a.enter(x.table[n], i, c.DeviceStates.truth(d))
			} else {
				a.enter(x.table[n], i, deviceTruth(c, d))
			}
		}
	}
	x.unregistered = a.settle(x.unregistered)
	for n := range x.table {
		x.table[n] = a.settle(x.table[n])
	}
}

// settle makes a state that knows everything one row.
func (a *arena) settle(s state) state {
	for n := range a.blocks {
		if a.at(s.certain, n) != a.at(s.possible, n) {
			return s
		}
	}
	return same(s.certain)
}

// deviceTruth evaluates a policy's filter and device states on a device.
func deviceTruth(c *Conditions, device filter.Record) Truth {
	t := True
	if f := c.DeviceFilter; f != nil {
		if t = f.Rule.Match(device); f.Exclude {
			t = t.Not()
		}
	}
	return t.And(c.DeviceStates.truth(device))
}

var (
	propertyIsCompliant = filter.Device(filter.IsCompliant)
	propertyTrustType   = filter.Device(filter.TrustType)
)

// truth tells whether a device is in no state that is excluded (CA-90).
func (s *DeviceStates) truth(device filter.Record) Truth {
	t := True
	if s != nil && s.ExcludeCompliant {
		t = t.And(isText(device.Value(propertyIsCompliant), "True").Not())
	}
	if s != nil && s.ExcludeDomainJoined {
		t = t.And(isText(device.Value(propertyTrustType), trustHybrid).Not())
	}
	return t
}

func isText(v filter.Value, want string) Truth {
	if !v.IsKnown() {
		return Unknown
	}
	for _, s := range v.Strings() {
		if strings.EqualFold(s, want) {
			return True
		}
	}
	return False
}

func (a *arena) state() state { return state{a.row(), a.row()} }

// enter writes down that a condition of policy i has a truth in s.
func (a *arena) enter(s state, i int, t Truth) {
	if t == True {
		a.set(s.certain, i)
	}
	if t != False {
		a.set(s.possible, i)
	}
}

// deviceQuery is what an attempt's device meets. Rules that the table does not
// answer are matched when a policy that has one is left to decide about.
type deviceQuery struct {
	table   state
	device  *Device // for the rules; nil: the table answers everything
	matched [8]ruleMatch
}

// ruleMatch is a rule's answer, or that nobody asked yet.
type ruleMatch struct {
	asked bool
	truth Truth
}

// match matches rule k, once.
func (q *deviceQuery) match(x *deviceIndex, k int) Truth {
	if k >= len(q.matched) {
		return x.filters.rules[k].Match(q.device)
	}
	m := &q.matched[k]
	if !m.asked {
		*m = ruleMatch{true, x.filters.rules[k].Match(q.device)}
	}
	return m.truth
}

// resolve looks the effective device up.
func (x *deviceIndex) resolve(q *deviceQuery, device *Device, known bool) {
	switch {
	case !known:
		q.table = x.unknown
		return
	case device == nil:
		q.table = x.unregistered
		return
	}
	q.table = x.table[x.tableIndex(device)]
	if len(x.filters.rules) > 0 {
		q.device = device
	}
}

// deviceState evaluates the condition for a block.
func (q *query) deviceState(n int, v *span) {
	*v = q.set.arena.of(q.device.table, n)
	q.deviceRules(n, v)
}

// deviceRules takes away the policies of a block that a rule keeps from
// applying.
func (q *query) deviceRules(n int, v *span) {
	if q.device.device == nil {
		return
	}
	a, x := &q.set.arena, &q.set.devices
	for k, pair := range x.filters.rows {
		include, exclude := a.at(pair, n), a.at(a.exclude(pair), n)
		if !v.possible.meets(include) && !v.possible.meets(exclude) {
			continue
		}
		switch q.device.match(x, k) {
		case True:
			v.andNotBoth(exclude)
		case False:
			v.andNotBoth(include)
		default:
			v.certain = v.certain.andNot(include)
			v.certain = v.certain.andNot(exclude)
		}
	}
}
