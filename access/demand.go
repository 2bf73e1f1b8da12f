package access

// demand is one thing that policies require, with the policies that do.
type demand struct {
	Requirement
	kind     demandKind
	strength *Strength // of demandStrength; nil: nobody defined it
	anyMFA   bool      // the strength accepts whatever the built-in MFA strength does
	// pair is the policies that require it under AND, then those under OR.
	pair row
}

// demandKind orders demands as people are prompted (CA-172).
type demandKind uint8

const (
	demandMFA demandKind = iota
	demandStrength
	demandCompliantDevice
	demandDomainJoinedDevice
	demandApprovedApplication
	demandCompliantApplication
	demandPasswordChange
	demandRiskRemediation
	demandTermsOfUse
	demandCustom
)

// ofDevice are the demands that registering a device leaves out (CA-44, CA-45).
func (k demandKind) ofDevice() bool {
	return k >= demandCompliantDevice && k <= demandCompliantApplication
}

var builtInDemands = []struct {
	control Controls
	kind    demandKind
}{
	{MFA, demandMFA},
	{CompliantDevice, demandCompliantDevice},
	{DomainJoinedDevice, demandDomainJoinedDevice},
	{ApprovedApplication, demandApprovedApplication},
	{CompliantApplication, demandCompliantApplication},
	{PasswordChange, demandPasswordChange},
	{RiskRemediation, demandRiskRemediation},
}

// demandsOf lists what a policy requires besides block, in prompting order; a
// retired control is no demand (CA-107).
func demandsOf(g *GrantControls, approvedApp bool) []demand {
	if g == nil {
		return nil
	}
	var list []demand
	for _, b := range builtInDemands {
		if g.Controls&b.control != 0 && (b.control != ApprovedApplication || approvedApp) {
			list = append(list, demand{kind: b.kind, Requirement: Requirement{Control: b.control}})
		}
		if b.control == MFA && g.Strength != "" {
			list = append(list, demand{kind: demandStrength, Requirement: Requirement{Strength: g.Strength}})
		}
	}
	for _, id := range g.TermsOfUse {
		list = append(list, demand{kind: demandTermsOfUse, Requirement: Requirement{TermsOfUse: id}})
	}
	for _, id := range g.Custom {
		list = append(list, demand{kind: demandCustom, Requirement: Requirement{Custom: id}})
	}
	return list
}

// demandIndex holds the distinct demands of a set, in prompting order. Rows are
// single unless said otherwise.
type demandIndex struct {
	list         []demand
	pairs        []row           // of list, side by side: what policies have is asked more often than what it is
	block        row             // policies with a block control, whatever is beside it (CA-103)
	refusal      row             // those among them that are not about registering security info
	any          row             // policies with operator OR that demand something
	onlyDevice   row             // those among them that demand nothing registering a device keeps
	onlyStrength row             // those among them that demand a strength alone
	strength     row             // policies that demand a strength
	perPolicy    [][]uint16      // places in list
	wanted       [][]Requirement // what those are, a block control before them
}

func (x *demandIndex) build(a *arena, policies []Policy, strengths *strengths, approvedApp bool) {
	x.block, x.refusal, x.any, x.strength = a.row(), a.row(), a.row(), a.row()
	x.onlyDevice, x.onlyStrength = a.row(), a.row()
	x.perPolicy, x.wanted = make([][]uint16, len(policies)), make([][]Requirement, len(policies))
	byPolicy := make([][]demand, len(policies))
	for i := range policies {
		g := policies[i].Grant
		byPolicy[i] = demandsOf(g, approvedApp)
		if g != nil && g.Controls&Block != 0 {
			a.set(x.block, i)
			x.wanted[i] = append(x.wanted[i], Requirement{Control: Block})
			if policies[i].Conditions.Applications.UserActions&RegisterSecurityInfo == 0 {
				a.set(x.refusal, i)
			}
		}
	}
	for kind := demandMFA; kind <= demandCustom; kind++ {
		for i := range policies {
			x.add(a, i, policies[i].Grant, byPolicy[i], kind, strengths)
		}
	}
	for i := range policies {
		x.classify(a, i, policies[i].Grant, byPolicy[i])
	}
}

// add enters the demands of one kind of policy i.
func (x *demandIndex) add(a *arena, i int, g *GrantControls, demands []demand, kind demandKind, strengths *strengths) {
	for _, d := range demands {
		if d.kind != kind {
			continue
		}
		n := x.find(d.Requirement)
		if n == len(x.list) {
			d.pair = a.pair()
			d.strength = strengths.find(d.Strength)
			d.anyMFA = d.strength != nil && d.strength.allowsAllMFA()
			x.list, x.pairs = append(x.list, d), append(x.pairs, d.pair)
		}
		x.perPolicy[i] = append(x.perPolicy[i], uint16(n))
		x.wanted[i] = append(x.wanted[i], x.list[n].Requirement)
		switch {
		case g.Controls&Block != 0: // its grade is failed already
		case g.Any:
			a.set(a.exclude(x.list[n].pair), i)
		default:
			a.set(x.list[n].pair, i)
		}
	}
}

func (x *demandIndex) find(r Requirement) int {
	for n := range x.list {
		l := x.list[n].Requirement
		if l == r || l.Control == r.Control && equalID(string(l.Strength), string(r.Strength)) &&
			equalID(string(l.TermsOfUse), string(r.TermsOfUse)) && equalID(l.Custom, r.Custom) {
			return n
		}
	}
	return len(x.list)
}

// classify enters policy i into the rows about all of its demands.
func (x *demandIndex) classify(a *arena, i int, g *GrantControls, demands []demand) {
	onlyDevice, onlyStrength := true, true
	for _, d := range demands {
		onlyDevice = onlyDevice && d.kind.ofDevice()
		onlyStrength = onlyStrength && d.kind == demandStrength
		if d.kind == demandStrength {
			a.set(x.strength, i)
		}
	}
	if len(demands) == 0 || !g.Any || g.Controls&Block != 0 {
		return
	}
	a.set(x.any, i)
	if onlyDevice {
		a.set(x.onlyDevice, i)
	}
	if onlyStrength {
		a.set(x.onlyStrength, i)
	}
}

// standing tells how demand k stands for the attempt. It is found out when the
// first policy that is left asks for it: few attempts need all.
func (q *query) standing(k int) Standing {
	list := q.set.demands.list
	st := q.standings.at(k, len(list))
	if *st == 0 {
		*st = q.findStanding(&list[k])
		if q.set.options.Live {
			*st = st.worst()
		}
	}
	return *st
}

// findStanding tells every standing that the known facts allow.
func (q *query) findStanding(d *demand) Standing {
	if q.readings == ordinary && q.legacy == False && !q.app.open { // the usual attempt
		return q.standingAs(d, ordinary)
	}
	var s Standing
	if q.legacy != False { // CA-52
		s = Failed
	}
	for _, as := range [...]reading{ordinary, collaboration, directConnect} {
		if q.readings&as != 0 && q.legacy != True {
			s |= q.standingAs(d, as)
		}
	}
	if q.app.open && d.kind.ofDevice() {
		s |= Met // an unknown user action may leave it out (CA-45)
	}
	return s
}

func (q *query) standingAs(d *demand, as reading) Standing {
	f := q.facts
	switch d.kind {
	case demandMFA:
		return q.mfa(as)
	case demandStrength:
		return q.strength(d, as)
	case demandCompliantDevice:
		return q.compliantDevice(as)
	case demandDomainJoinedDevice:
		return q.domainJoinedDevice(as)
	case demandApprovedApplication:
		return q.appControl(f.ApprovedApp, as)
	case demandCompliantApplication:
		return q.appControl(f.ProtectedApp, as)
	case demandPasswordChange:
		return q.passwordChange(as)
	case demandRiskRemediation:
		return q.riskRemediation(as)
	case demandTermsOfUse:
		return q.termsOfUse(d.TermsOfUse, as)
	}
	return q.customControl(d.Custom)
}

// met grades a demand whose fulfilment is known or not.
func met(t Truth, unmet Standing) Standing {
	switch t {
	case True:
		return Met
	case False:
		return unmet
	}
	return Met | unmet
}

// truthOf is a known boolean's truth.
func truthOf(f Fact[bool]) Truth {
	switch {
	case !f.known:
		return Unknown
	case f.value:
		return True
	}
	return False
}

// worst keeps the standing that helps least, for live decisions.
func (s Standing) worst() Standing {
	switch {
	case s&Failed != 0:
		return Failed
	case s&Promptable != 0:
		return Promptable
	}
	return Met
}
