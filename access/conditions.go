package access

// explainedConditions is how many conditions an explanation looks at.
const explainedConditions = 12

// condition is one condition as an explanation sees it.
type condition struct {
	condition  Condition
	configured func(*Conditions) bool
	wanted     func(*Conditions, *Set) string
	seen       func(*Facts, *Conditions, *Set) string
}

// explained lists the conditions in the order in which logs test them (LOG-8).
var explained = [explainedConditions]condition{
	{ConditionApplication, func(c *Conditions) bool { return true }, wantedApplication, seenApplication},
	{ConditionUsers, func(c *Conditions) bool { return c.Workloads == nil }, wantedUsers, seenUsers},
	{ConditionServicePrincipals, func(c *Conditions) bool { return c.Workloads != nil }, wantedWorkloads, seenWorkloads},
	{ConditionClientType, simpleConfigured[simpleClientType], wantedClient, seenClient},
	{ConditionPlatform, simpleConfigured[simplePlatform], wantedPlatform, seenPlatform},
	{ConditionLocation, func(c *Conditions) bool { return c.Locations != nil }, wantedLocation, seenLocation},
	{ConditionSignInRisk, simpleConfigured[simpleSignInRisk], wantedSignInRisk, seenSignInRisk},
	{ConditionUserRisk, simpleConfigured[simpleUserRisk], wantedUserRisk, seenUserRisk},
	{ConditionServicePrincipalRisk, func(c *Conditions) bool { return c.ServicePrincipalRisk|c.AgentRisk != 0 }, wantedWorkloadRisk, seenWorkloadRisk},
	{ConditionInsiderRisk, simpleConfigured[simpleInsiderRisk], wantedInsiderRisk, seenInsiderRisk},
	{ConditionDeviceState, func(c *Conditions) bool { return c.DeviceFilter != nil || c.DeviceStates != nil }, wantedDevice, seenDevice},
	{ConditionFlows, simpleConfigured[simpleFlow], wantedFlows, seenFlow},
}

// simpleConfigured tells whether a policy has a condition of one value.
var simpleConfigured = [simpleConditions]func(*Conditions) bool{
	simpleClientType:   func(c *Conditions) bool { return clientsOf(c.ClientApps) != 0 },
	simplePlatform:     func(c *Conditions) bool { return c.Platforms != nil },
	simpleSignInRisk:   func(c *Conditions) bool { return c.SignInRisk != 0 },
	simpleUserRisk:     func(c *Conditions) bool { return c.UserRisk != 0 },
	simpleWorkloadRisk: func(c *Conditions) bool { return c.ServicePrincipalRisk != 0 },
	simpleAgentRisk:    func(c *Conditions) bool { return c.AgentRisk != 0 },
	simpleInsiderRisk:  func(c *Conditions) bool { return c.InsiderRisk != 0 },
	simpleFlow:         func(c *Conditions) bool { return c.Flows != 0 },
}

// principalRisk evaluates the risks of workloads and agents together.
func (q *query) principalRisk(n int, v *span) {
	everything := q.set.arena.at(q.set.everything, n)
	*v = span{everything, everything}
	for _, k := range q.set.simpleInUse {
		if k == simpleWorkloadRisk || k == simpleAgentRisk {
			one := q.set.arena.of(q.simple[k], n)
			v.and(&one)
		}
	}
}

// explain evaluates one of the explained conditions for a block. It is a switch,
// not a function in a table, so that the query stays on the stack.
func (q *query) explain(c Condition, n int, v *span) {
	switch c {
	case ConditionApplication:
		q.application(n, v)
	case ConditionUsers:
		q.users(n, v)
	case ConditionServicePrincipals:
		q.servicePrincipals(n, v)
	case ConditionLocation:
		q.location(n, v)
	case ConditionServicePrincipalRisk:
		q.principalRisk(n, v)
	case ConditionDeviceState:
		q.deviceState(n, v)
	default:
		*v = q.set.arena.of(q.simple[simpleNamed(c)], n)
	}
}

// simpleNamed is the place of a condition of one value.
func simpleNamed(c Condition) int {
	switch c {
	case ConditionClientType:
		return simpleClientType
	case ConditionPlatform:
		return simplePlatform
	case ConditionSignInRisk:
		return simpleSignInRisk
	case ConditionUserRisk:
		return simpleUserRisk
	case ConditionInsiderRisk:
		return simpleInsiderRisk
	}
	return simpleFlow
}

// Reasons tells, for each configured condition of outcome i's policy, what the
// policy wants and what the attempt shows.
func (e *Explanation) Reasons(i int) []Reason {
	o := &e.Outcomes[i]
	var list []Reason
	for _, u := range o.Policy.Unrecognised {
		if o.Missed&ConditionInvalid != 0 {
			list = append(list, Reason{ConditionInvalid, False, u.Path, u.Value})
		}
	}
	for k := range explained {
		x := &explained[k]
		if (o.Held|o.Missed|o.Open)&x.condition == 0 || !x.configured(&o.Policy.Conditions) {
			continue
		}
		list = append(list, Reason{x.condition, o.truth(x.condition), x.wanted(&o.Policy.Conditions, e.set), x.seen(e.facts, &o.Policy.Conditions, e.set)})
	}
	return list
}

// truth returns what a configured condition came to.
func (o *Outcome) truth(c Condition) Truth {
	switch {
	case o.Held&c != 0:
		return True
	case o.Missed&c != 0:
		return False
	}
	return Unknown
}
