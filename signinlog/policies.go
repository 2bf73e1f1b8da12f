package signinlog

// policyCache remembers the policy lists of records. A tenant's log repeats a
// few lists over and over, and they are most of its bytes: what was read once
// is recognised by comparing bytes and not read again.
//
// It is a tree: the path from the root spells a list, one node per policy, and
// each node holds the list that ends there. Its size is bounded; when it is
// full it is forgotten, and outcomes given out live on.
type policyCache struct {
	root  policyNode
	known map[string]*PolicyOutcome // by their text
	texts map[string]string
	nodes int
	bytes int
}

type policyNode struct {
	text    string // of the policy, from bracket to bracket
	outcome *PolicyOutcome
	next    []*policyNode
	more    map[string]*policyNode // those beyond maxNext
	from    *policyNode
	depth   int
	list    []*PolicyOutcome // made when a list first ends here
}

const (
	maxNext        = 6
	maxPolicyNodes = 1 << 15
	maxPolicyBytes = 8 << 20
)

func (c *policyCache) reset() {
	*c = policyCache{known: map[string]*PolicyOutcome{}, texts: map[string]string{}}
}

// appliedPolicies reads appliedConditionalAccessPolicies. The list is shared: it
// must not be changed.
func (p *parser) appliedPolicies() []*PolicyOutcome {
	saved, ok := p.enter('[')
	if !ok {
		return nil
	}
	node := &p.outcomes.root
	for first := true; p.element(&first); {
		if p.peek() != '{' {
			p.fail("'{'")
			break
		}
		next := node.follow(p.b[p.i:])
		if next == nil {
			if next = p.grow(node); next == nil {
				break
			}
		} else {
			p.i += len(next.text)
		}
		node = next
	}
	p.leave(saved)
	if p.failed != "" {
		return nil
	}
	if node.list == nil && node.depth > 0 {
		node.list = make([]*PolicyOutcome, node.depth)
		p.outcomes.bytes += 8 * node.depth
		for n := node; n.depth > 0; n = n.from {
			node.list[n.depth-1] = n.outcome
		}
	}
	return node.list
}

// follow returns the node of the policy that b begins with, if it is known.
func (n *policyNode) follow(b []byte) *policyNode {
	for k, next := range n.next {
		if len(b) >= len(next.text) && string(b[:len(next.text)]) == next.text {
			if k > 0 { // what is met often comes first
				n.next[k-1], n.next[k] = next, n.next[k-1]
			}
			return next
		}
	}
	return nil
}

// grow reads the policy at hand and adds a node for it; nil after a failure.
func (p *parser) grow(from *policyNode) *policyNode {
	begin := p.i
	var nest nesting
	end, done := nest.skip(p.b, begin)
	if !done {
		p.i = end
		p.fail("'}' that ends the policy")
		return nil
	}
	text := p.b[begin:end]
	if next, ok := from.more[string(text)]; ok {
		p.i = end
		return next
	}
	c := &p.outcomes
	outcome, ok := c.known[string(text)]
	if ok {
		p.i = end
	} else {
		outcome = p.policy()
		if p.failed != "" {
			return nil
		}
	}
	if c.nodes >= maxPolicyNodes || c.bytes >= maxPolicyBytes {
		c.reset() // from lives on until the row is read
	}
	next := &policyNode{outcome: outcome, from: from, depth: from.depth + 1}
	if !ok {
		next.text = string(text)
		c.bytes += len(text)
		c.known[next.text] = outcome
		c.texts[next.text] = next.text
	} else {
		next.text = c.texts[string(text)]
		if next.text == "" { // forgotten just now
			next.text = string(text)
		}
	}
	c.nodes++
	from.add(next)
	return next
}

func (n *policyNode) add(next *policyNode) {
	if len(n.next) < maxNext {
		n.next = append(n.next, next)
		return
	}
	if n.more == nil {
		n.more = map[string]*policyNode{}
	}
	n.more[next.text] = next
}

// policy reads one element of appliedConditionalAccessPolicies.
func (p *parser) policy() *PolicyOutcome {
	o := &PolicyOutcome{}
	saved, ok := p.enter('{')
	if !ok {
		return o
	}
	var c cursor
	for f, ok := p.policies.next(&p.tokens, &c); ok; f, ok = p.policies.next(&p.tokens, &c) {
		switch f {
		case fieldPolicyID:
			o.ID = p.str(f)
		case fieldPolicyName:
			o.DisplayName = p.str(f)
		case fieldPolicyResult:
			if text, kind := p.scalar(); kind != noScalar {
				o.Result.Value, o.Result.Known = parseResult(text)
			}
		case fieldPolicySatisfied:
			if text, kind := p.scalar(); kind != noScalar {
				o.Satisfied.Value, o.Satisfied.Known = parseConditions(text)
			}
		case fieldPolicyNotSatisfied:
			if text, kind := p.scalar(); kind != noScalar {
				o.NotSatisfied.Value, o.NotSatisfied.Known = parseConditions(text)
			}
		case fieldPolicyGrantControls:
			o.GrantControls = p.words()
		case fieldPolicySessionControls:
			o.SessionControls = p.words()
		case fieldPolicySessionControlsNotSatisfied:
			o.SessionControlsNotSatisfied = p.words()
		case fieldPolicyStrength:
			o.Strength = p.strength()
		case fieldPolicyIncludeRules:
			o.IncludeRules = p.satisfiedRules()
		case fieldPolicyExcludeRules:
			o.ExcludeRules = p.satisfiedRules()
		default:
			p.skip()
		}
	}
	p.leave(saved)
	return o
}

func (p *parser) strength() (s AuthenticationStrength) {
	saved, ok := p.enter('{')
	if !ok {
		return s
	}
	var c cursor
	for f, ok := p.strengths.next(&p.tokens, &c); ok; f, ok = p.strengths.next(&p.tokens, &c) {
		switch f {
		case fieldStrengthID:
			s.ID = p.str(f)
		case fieldStrengthName:
			s.DisplayName = p.str(f)
		case fieldStrengthResult:
			s.Result = p.str(f)
		default:
			p.skip()
		}
	}
	p.leave(saved)
	return s
}

func (p *parser) satisfiedRules() (rules []RuleSatisfied) {
	saved, ok := p.enter('[')
	if !ok {
		return nil
	}
	for first := true; p.element(&first); {
		inner, ok := p.enter('{')
		if !ok {
			continue
		}
		rules = extend(rules)
		rule := &rules[len(rules)-1]
		var c cursor
		for f, ok := p.rules.next(&p.tokens, &c); ok; f, ok = p.rules.next(&p.tokens, &c) {
			switch f {
			case fieldRuleCondition:
				rule.Condition = p.str(f)
			case fieldRuleSatisfied:
				rule.Rule = p.str(f)
			default:
				p.skip()
			}
		}
		p.leave(inner)
	}
	p.leave(saved)
	return rules
}
